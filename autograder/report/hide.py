"""Keeps hidden tests out of feedback pages, whoever makes them."""

from typing import Any

from nbconvert.filters import strip_ansi
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests

from autograder.result import JUDGED

#: Shorter lines (`)`, `pass`) stand anywhere and tell nothing.
TELLING = 8
QUOTES = "Not shown: this output quotes a hidden test."
FAILED = "a hidden test failed, or something before it; the details are not shown"


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Removes hidden tests from the source, and what would give them away from the outputs.

    Of a test cell with hidden tests the verdict stays. Where there is none, because the process
    ended or the test is not one of our checks, only the kind of error is shown: a traceback quotes
    source, and a student's function may print what it was called with.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Take note of all hidden lines, then go through the cells."""
        hidden = [self._hidden_lines(cell.source) for cell in nb.cells]
        everything = {line for lines in hidden for line in lines if len(line) >= TELLING}
        for cell, lines in zip(nb.cells, hidden, strict=True):
            if cell.cell_type != "code":
                continue
            if lines and not cell.metadata.get("autograder", {}).get(JUDGED):
                cell.outputs = _kinds_of_errors(cell.outputs)
            cell.outputs = [_unless_it_quotes(output, everything) for output in cell.outputs]
        nb, resources = super().preprocess(nb, resources)
        return nb, resources

    def _hidden_lines(self, source: str) -> list[str]:
        """Return the lines of a cell's hidden regions; one without end goes on to the last."""
        found, inside = [], False
        for line in source.splitlines():
            if self.begin_test_delimeter in line:
                inside = True
            elif self.end_test_delimeter in line:
                inside = False
            elif inside and line.strip():
                found.append(line.strip())
        return found


def _kinds_of_errors(outputs: list[Any]) -> list[Any]:
    errors = [output for output in outputs if output.output_type == "error"]
    return [
        new_output("error", ename=e.ename, evalue=FAILED, traceback=[f"{e.ename}: {FAILED}"])
        for e in errors
    ]


def _unless_it_quotes(output: Any, lines: set[str]) -> Any:
    text = strip_ansi("\n".join(_texts(output)))
    if any(line in text for line in lines):
        return new_output("stream", name="stdout", text=QUOTES + "\n")
    return output


def _texts(value: Any) -> list[str]:
    """Return all text in an output, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
