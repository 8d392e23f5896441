"""The notebook that shows a submission's marks: others open it, so nothing in it runs."""

import copy
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.corpus.words import generate_corpus_id
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.course.plan import Plan
from autograder.result import JUDGED, Mark
from autograder.triage.harmless import harmless_markdown, new_output
from autograder.triage.triage import Cell
from cnnlib.check.engine.report import Report, summary
from cnnlib.check.engine.verdict import Verdict

#: In a test cell's metadata: the mistakes that its check saw, for whoever makes a page of them.
FINDINGS = "findings"
#: All that anybody but the course is told of hidden tests.
PASSED = "✓ the hidden tests passed"
FAILED = "the hidden tests did not pass; they are like those that you see, with other values"


def make_page(plan: Plan, cells: Sequence[Cell], marks: Sequence[Mark], note: str = "") -> Any:
    """Return a submission's cells with what came of each; a note stands before them."""
    shown = [_marked_cell(cell, mark) for cell, mark in zip(cells, marks, strict=True)]
    if note:
        shown.insert(0, new_markdown_cell(note))
    return new_notebook(cells=shown, metadata=copy.deepcopy(plan.metadata))


def _marked_cell(cell: Cell, mark: Mark) -> NotebookNode:
    """Return a cell with its outputs, or with our verdicts in their place."""
    shown = list(mark.outputs)
    if mark.verdicts is not None:
        shown = [output for verdict in mark.verdicts for output in _drawn(verdict)]
    node = page_cell(cell, [*shown, *_hidden(mark)])
    if mark.verdicts is not None or (cell.planned is not None and cell.planned.hidden):
        # So it holds nothing hidden, and feedback pages show it as it is.
        node.metadata["autograder"] = {JUDGED: True, FINDINGS: _findings(mark.verdicts or ())}
    return node


def _findings(verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    """Return of each verdict that went wrong what to call it, a hint, and how many cases agree."""
    found = []
    for verdict in verdicts:
        if not verdict.passed:
            mistake = verdict.misconception
            agree = f"{verdict.total - len(verdict.failures)} of {verdict.total} cases agree"
            found.append(
                {
                    "name": summary(verdict),
                    "hint": mistake.hint if mistake and not verdict.forbidden else "",
                    "seen": f"{agree} with {verdict.check.against}",
                }
            )
    return found


def _hidden(mark: Mark) -> list[NotebookNode]:
    """Return what is said of hidden tests: the same words whatever came of them."""
    if mark.hidden is None:
        return []
    if mark.hidden:
        return [new_output("stream", name="stdout", text=PASSED + "\n")]
    return [new_output("error", ename="HiddenTests", evalue=FAILED, traceback=[FAILED])]


def _drawn(verdict: Verdict) -> list[NotebookNode]:
    """Return a verdict as the student's own notebook shows it."""
    report = Report(verdict)
    data = {"text/plain": str(report), "text/html": report._repr_html_()}
    drawn = [new_output("display_data", data=data, metadata={})]
    if not verdict.passed:
        brief = report.brief
        drawn.append(new_output("error", ename="CheckFailed", evalue=brief, traceback=[brief]))
    return drawn


def page_cell(cell: Cell, outputs: Sequence[Any] = ()) -> NotebookNode:
    """Return a cell as the page and the gradebook have it, its text made harmless."""
    planned, source = cell.planned, cell.source
    if cell.type != "code" and not (planned is not None and source == planned.released):
        source = harmless_markdown(source)
    # Not by nbformat's constructors, which validate: that would be most of the grader's work.
    node = NotebookNode(
        id=planned.id if planned is not None and planned.nbgrader else generate_corpus_id(),
        cell_type=cell.type,
        metadata=from_dict(copy.deepcopy(planned.metadata) if planned is not None else {}),
        source=source,
    )
    if cell.type == "code":
        node.update(execution_count=None, outputs=list(outputs))
    return node
