"""The face of a report: the findings as text, and as HTML in a notebook."""

import textwrap

from cnnlib.check.engine.case import Array
from cnnlib.check.engine.findings import (
    MAP_COLUMNS,
    MAP_ROWS,
    Findings,
    Mismatch,
    without_values,
)
from cnnlib.check.engine.html import html
from cnnlib.check.engine.verdict import Verdict


class CheckFailed(AssertionError):
    """A check found a mistake. The message is the report.

    Attributes
    ----------
    brief
        What a notebook shows as the error where it shows the whole report above it.
    """

    def __init__(self, text: str, brief: str | None = None) -> None:
        super().__init__(text)
        self.brief = brief

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback through our own files, which would not help.
        return (self.brief or str(self)).splitlines()


class Report(Findings):
    """What a student reads: as text, and as HTML in a notebook."""

    def __str__(self) -> str:
        """Return the report as text."""
        v = self.verdict
        if v.passed:
            lines = [f"Largest difference allowed: {self.allowed}.", self.waits]
            return "\n  ".join([self.headline, *filter(None, lines)])
        if self.unwritten:
            return f"{self.headline}\n  {self.todo}"
        blocks = [self.headline]
        if v.misconception is not None:
            blocks.append(f"{self.likeness}\n{_indent(textwrap.fill(v.misconception.hint, 88))}")
        if self.forbidden:
            blocks.append("Not allowed in this exercise:\n" + _indent("\n".join(self.forbidden)))
        if v.failures:
            title, *lines = filter(None, self.case)
            block = "\n".join([title, *map(_indent, lines)])
            blocks.append(block + ("\n" + _text(self.mismatch) if self.mismatch else ""))
        if self.printed and v.which == "visible":
            blocks.append(f"What your function printed in this case:\n{_indent(self.printed)}")
        return "\n\n".join(blocks)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html(self)


def summary(verdict: Verdict) -> str:
    """Return the verdict in a few words, for a table.

    The misconception where one fits, otherwise the first thing that went wrong.
    """
    if verdict.passed:
        return "right"
    if verdict.forbidden:
        return f"not allowed: {Findings(verdict).forbidden[0]}"
    if verdict.misconception is not None:
        return verdict.misconception.name
    first = verdict.failures[0]
    headline = first.headline.splitlines()[0]
    if verdict.which == "hidden":
        headline = without_values(first)
    return headline.removeprefix("your function ").removeprefix("your result ")


def _text(mismatch: Mismatch) -> str:
    blocks = [
        f"  {mismatch.element} is {mismatch.got}; expected {mismatch.expected}\n"
        f"  allowed difference: {mismatch.allowed}"
    ]
    if mismatch.window is not None:
        blocks.append(f"What {mismatch.element} should have read:\n{_indent(str(mismatch.window))}")
    plane = f", in {mismatch.plane}" if mismatch.plane else ""
    blocks.append(f"Where it is wrong (x) and right (.){plane}:\n{_indent(_map(mismatch.wrong))}")
    return "\n\n".join(blocks)


def _map(wrong: Array) -> str:
    """Draw which elements of a plane are wrong.

    >>> import numpy as np
    >>> print(_map(np.array([[False, True], [True, True]])))
    . x
    x x
    """
    shown = wrong[:MAP_ROWS, :MAP_COLUMNS]
    tail = " …" if wrong.shape[1] > MAP_COLUMNS else ""
    rows = [" ".join("x" if bad else "." for bad in row) + tail for row in shown]
    return "\n".join(rows + (["…"] if wrong.shape[0] > MAP_ROWS else []))


def _indent(text: str) -> str:
    return textwrap.indent(text, "  ")
