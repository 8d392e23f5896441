"""The trusted side: compares what a submission's functions returned with PyTorch."""

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade

from autograder.course.plan import Call, Plan, PlannedCell
from autograder.inside.frames import Key
from autograder.page import make_page, page_cell
from autograder.problems import Outcome, Problem, UsageError
from autograder.result import Graded, Mark
from autograder.run.execute import CellRun, Run, Task
from autograder.run.forkservers import Setting
from autograder.run.sandbox import Kind
from autograder.triage.harmless import harmless_outputs, new_output
from autograder.triage.triage import Cell, Triaged
from cnnlib.check import CHECKS
from cnnlib.check.engine.referee import Referee, Verdict
from cnnlib.check.engine.report import summary
from cnnlib.check.engine.wire import pack_cases, unpack_observations


@dataclass(frozen=True)
class Marker:
    """Marks submissions of one assignment; references are computed once.

    Attributes
    ----------
    plan
        The assignment.
    secret
        Seeds the hidden cases: the course's own, so that a regrade draws the same ones.
    device
        Where PyTorch computes references.
    """

    plan: Plan
    secret: int
    device: str = "auto"

    @cached_property
    def referees(self) -> dict[Key, Referee]:
        """A referee for every part of a check that the assignment calls."""
        return {
            call.key: Referee(
                CHECKS[call.check],
                call.part,
                call.which,  # type: ignore[arg-type]
                seed=self.secret if call.which == "hidden" else None,
                device=self.device,
            )
            for call in self.plan.calls
        }

    @cached_property
    def inputs(self) -> dict[Key, bytes]:
        """The packed cases that go into the sandbox."""
        return {key: pack_cases(referee.cases) for key, referee in self.referees.items()}

    def prepare(self) -> None:
        """Compute all references now, before anything is marked.

        Raises
        ------
        UsageError
            PyTorch cannot, on this device.
        """
        import torch

        torch.set_num_threads(1)  # the submissions need the cores; two threads would only wait
        try:
            for referee in self.referees.values():
                _ = referee.references
        except (ValueError, RuntimeError) as error:
            cause = str(error).partition("\n")[0]
            raise UsageError(f"references cannot be computed on {self.device}: {cause}") from None

    def setting(self, limits: Mapping[str, Any], kind: Kind) -> Setting:
        """Return what all submissions share when they run."""
        return Setting(self.inputs, limits, kind, self.plan.imports, self.plan.packages)

    @staticmethod
    def task(student: str, triaged: Triaged) -> Task:
        """Return what running one submission needs besides."""
        code = {i: cell for i, cell in enumerate(triaged.cells) if cell.type == "code"}
        return Task(
            student=student,
            cells={index: cell.source for index, cell in code.items()},
            tests=frozenset(i for i, cell in code.items() if cell.planned and cell.planned.graded),
        )

    def mark(self, student: str, triaged: Triaged, run: Run) -> Graded:
        """Score what a submission did: first all marks, then the page that shows them."""
        marks = [self._mark(index, cell, run) for index, cell in enumerate(triaged.cells)]
        points = {
            cell.planned.id: mark.points
            for cell, mark in zip(triaged.cells, marks, strict=True)
            if cell.planned is not None
        }
        problems = [*triaged.problems, *(mark.problem for mark in marks if mark.problem)]
        return Graded(
            student=student,
            scores={cell.id: points.get(cell.id, 0.0) for cell in self.plan.cells if cell.graded},
            max_score=self.plan.max_score,
            problems=tuple(dict.fromkeys(problems)),
            notebook=make_page(self.plan, triaged.cells, marks),
            unanswered=_unanswered(triaged),
            seconds=run.seconds,
            outcomes=tuple(outcome for mark in marks for outcome in mark.outcomes),
        )

    def unreadable(self, student: str, problem: Problem, triaged: Triaged) -> Graded:
        """Return the marks of a submission that cannot be read: none, and a page that says why."""
        # Escaped: the detail may quote the file, and this page is shown to others.
        note = (
            f"**This submission could not be read:** {html.escape(problem.detail)}. "
            "Nothing in it was graded."
        )
        marks = [Mark() for _ in triaged.cells]
        return Graded(
            student=student,
            scores={cell.id: 0.0 for cell in self.plan.cells if cell.graded},
            max_score=self.plan.max_score,
            problems=(problem,),
            notebook=make_page(self.plan, triaged.cells, marks, note),
            unanswered=_unanswered(triaged),
            seconds=0.0,
            readable=False,
        )

    def _mark(self, index: int, cell: Cell, run: Run) -> Mark:
        """Mark one cell of a submission."""
        did = run.cells.get(index, CellRun())
        outputs = harmless_outputs(did.outputs)
        planned = cell.planned
        if planned is None or not planned.graded:
            where = planned.id if planned is not None else f"cell {index}"
            stopped = did.status in ("crashed", "timeout")
            problem = Problem(did.status, where, _last_error(outputs)) if stopped else None
            return Mark(outputs, problem=problem)
        outputs = _without_tracebacks(outputs)
        if planned.calls:
            records = [run.records.get((index, call.key)) for call in planned.calls]
            pairs = zip(planned.calls, records, strict=True)
            verdicts = [self._verdict(call, record) for call, record in pairs]
            return _judged(planned, verdicts, outputs, did)
        if planned.manual or did.status == "ok":
            return _own_mark(cell, planned, outputs)
        return _not_recorded(planned, outputs, did)

    def _verdict(self, call: Call, record: bytes | None) -> Verdict | None:
        """Return the verdict on what was recorded of a call; None if that is not what it says."""
        if record is None:
            return None
        referee = self.referees[call.key]
        try:
            observations = unpack_observations(record)
        except ValueError:
            return None
        if len(observations) != len(referee.cases):
            return None
        return referee.verdict(observations)


def _judged(
    planned: PlannedCell, verdicts: Sequence[Verdict | None], outputs: list[Any], did: CellRun
) -> Mark:
    """Mark a test cell by the verdicts on its calls.

    Students see the first that went wrong; all count in the class report.
    """
    found = tuple(_outcome(planned.id, verdict) for verdict in verdicts if verdict)
    for number, verdict in enumerate(verdicts, 1):
        if verdict is None:
            return replace(_not_recorded(planned, outputs, did), outcomes=found)
        if not verdict.passed:
            shown = tuple(filter(None, verdicts[:number]))
            return Mark(outputs, 0.0, _mistake(planned, verdict), shown, found)
    if raised := _last_error(outputs):
        # Recorded checks never raise: something else in the cell did.
        return Mark(outputs, 0.0, Problem("error", planned.id, raised), outcomes=found)
    return Mark(outputs, planned.points, None, tuple(filter(None, verdicts)), found)


def _mistake(planned: PlannedCell, verdict: Verdict) -> Problem:
    if verdict.forbidden:  # then nothing need have failed
        kind = "forbidden"
    else:
        kind = "error" if verdict.failures[0].kind == "error" else "wrong"
    return Problem(kind, planned.id, summary(verdict))


def _outcome(where: str, verdict: Verdict) -> Outcome:
    mistake = verdict.misconception
    return Outcome(
        where=where,
        check=verdict.check.name,
        part=verdict.part,
        which=verdict.which,
        total=verdict.total,
        failed=tuple(failure.case.name for failure in verdict.failures),
        misconception=mistake.name if mistake else "",
    )


def _own_mark(cell: Cell, planned: PlannedCell, outputs: list[Any]) -> Mark:
    """Return nbgrader's own score of a cell without checks, within what the cell can give."""
    # nbgrader takes warnings for failures, and any last value for partial credit.
    outputs = [NotebookNode(o, name="stdout") if "name" in o else o for o in outputs]
    score, _ = determine_grade(page_cell(cell, outputs))
    if score is None:
        return Mark(outputs, None)
    known = math.isfinite(score)
    return Mark(outputs, min(max(float(score), 0.0), planned.points) if known else 0.0)


def _not_recorded(planned: PlannedCell, outputs: list[Any], did: CellRun) -> Mark:
    """Say why a check left no record, and make sure that the cell shows it as failed."""
    kind = {"timeout": "timeout", "crashed": "crashed"}.get(did.status, "error")
    detail = _last_error(outputs)
    if not detail:
        kind, detail = "missing", "the check did not run"
        error = new_output("error", ename="CheckMissing", evalue=detail, traceback=[detail])
        outputs = [*outputs, error]
    return Mark(outputs, 0.0, Problem(kind, planned.id, detail))


def _without_tracebacks(outputs: list[Any]) -> list[Any]:
    """Leave of a test's errors what they say: their tracebacks quote hidden tests."""
    return [
        NotebookNode(o, traceback=[f"{o.ename}: {o.evalue}"]) if o.output_type == "error" else o
        for o in outputs
    ]


def _last_error(outputs: list[Any]) -> str:
    for output in reversed(outputs):
        if output.output_type == "error":
            if output.ename in ("CellTimeout", "Crashed"):
                return str(output.evalue)
            return f"{output.ename}: {output.evalue}".strip().partition("\n")[0].rstrip(": ")
    return ""


def _unanswered(triaged: Triaged) -> frozenset[str]:
    """Return the ids of solution cells that were left as they were released."""
    return frozenset(
        cell.planned.id
        for cell in triaged.cells
        if cell.planned is not None
        and cell.planned.solution
        and cell.planned.nbgrader.get("checksum") == compute_checksum(page_cell(cell))
    )
