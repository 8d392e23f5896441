"""The trusted side: compares what a submission's functions returned with PyTorch."""

import hashlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade

from autograder.course.plan import Call, Plan, PlannedCell
from autograder.inside.frames import Key
from autograder.kept import Kept
from autograder.page import make_page, page_cell
from autograder.problems import HIDDEN, Outcome, Problem, UsageError, printable
from autograder.result import Graded, Mark
from autograder.run.forkservers import Setting
from autograder.run.sandbox import Kind
from autograder.run.task import CellRun, Run, Task
from autograder.triage.harmless import harmless_outputs, new_output
from autograder.triage.triage import Cell, Triaged
from autograder.unnamed import digest, example
from cnnlib.check import CHECKS
from cnnlib.check.engine.naming import resolve
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import summary
from cnnlib.check.engine.verdict import Verdict
from cnnlib.check.engine.wire import pack_case, unpack_observation


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
    kept
        What was computed before, if that is kept.
    """

    plan: Plan
    secret: int
    device: str = "auto"
    kept: Kept | None = None

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
    def inputs(self) -> dict[Key, tuple[bytes, ...]]:
        """The packed cases: each is handed out when it is asked for."""
        return {key: tuple(map(pack_case, referee.cases)) for key, referee in self.referees.items()}

    def prepare(self) -> list[Referee]:
        """Have all references now, before anything is marked; return whose were not kept.

        Raises
        ------
        UsageError
            PyTorch cannot compute them, on this device.
        """
        missing = [referee for referee in self.referees.values() if not self._restore(referee)]
        if not missing:
            return []
        import torch

        torch.set_num_threads(1)  # the submissions need the cores; two threads would only wait
        try:
            for referee in missing:
                _ = referee.references
        except (ValueError, RuntimeError) as error:
            cause = str(error).partition("\n")[0]
            raise UsageError(f"references cannot be computed on {self.device}: {cause}") from None
        return missing

    def _restore(self, referee: Referee) -> bool:
        return self.kept is not None and self.kept.restore(referee)

    def setting(self, limits: Mapping[str, Any], kind: Kind) -> Setting:
        """Return what all submissions share when they run."""
        checks = {referee.check.name: referee.check for referee in self.referees.values()}
        return Setting(
            inputs=self.inputs,
            limits=limits,
            sandbox=kind,
            imports=self.plan.imports,
            packages=self.plan.packages,
            forms=tuple(checks[name].form for name in sorted(checks)),
            names=tuple(sorted(set(CHECKS) - set(checks))),
            waiting=sum(cell.hidden for cell in self.plan.cells),
        )

    @staticmethod
    def task(student: str, triaged: Triaged) -> Task:
        """Return what running one submission needs besides."""
        code = {i: cell for i, cell in enumerate(triaged.cells) if cell.type == "code"}
        tests = {
            i: cell.planned for i, cell in code.items() if cell.planned and cell.planned.graded
        }
        hidden = {index: test for index, test in tests.items() if test.hidden}
        return Task(
            student=student,
            cells={
                index: hidden[index].released if index in hidden else cell.source
                for index, cell in code.items()
            },
            tests=frozenset(tests),
            hidden={index: test.source for index, test in hidden.items()},
            calls={
                (index, which): tuple(call.key for call in calls)
                for index, test in tests.items()
                for which, calls in ((False, test.shown_calls), (True, test.hidden_calls))
            },
        )

    def mark(self, student: str, triaged: Triaged, run: Run) -> Graded:
        """Score what a submission did: first all marks, then the page that shows them."""
        verdicts = self._verdicts(triaged, run)
        marks = [self._mark(cell, run, index, verdicts) for index, cell in enumerate(triaged.cells)]
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
            answers={
                cell.planned.id: hashlib.sha256(cell.source.encode("utf-8", "replace")).hexdigest()[
                    :16
                ]
                for cell in triaged.cells
                if cell.planned is not None and cell.planned.manual
            },
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

    def _mark(self, cell: Cell, run: Run, index: int, verdicts: "Verdicts") -> Mark:
        """Mark one cell of a submission."""
        did = run.cells.get(index, CellRun())
        outputs = harmless_outputs(did.outputs)
        planned = cell.planned
        if planned is None or not planned.graded:
            where = planned.id if planned is not None else f"cell {index}"
            stopped = did.status in ("crashed", "timeout")
            problem = Problem(did.status, where, did.error) if stopped else None
            return Mark(outputs, problem=problem)
        if planned.manual:
            return _own_mark(cell, planned, outputs)
        shown, hidden = verdicts[index, False], verdicts[index, True]
        mark = _shown_mark(planned, shown, _without_tracebacks(outputs), did)
        found = tuple(_outcome(planned.id, verdict) for verdict in [*shown, *hidden] if verdict)
        mark = replace(mark, outcomes=found)
        if mark.problem is not None or not planned.hidden:
            return mark
        problem = _hidden_problem(planned, hidden, run.hidden.get(index, CellRun()))
        if problem is not None:
            return replace(mark, points=0.0, problem=problem, hidden=False)
        return replace(mark, points=planned.points, hidden=True)

    def _verdicts(self, triaged: Triaged, run: Run) -> "Verdicts":
        """Return the verdict on each call of every test cell, in its shown and its hidden run."""
        found: Verdicts = {}
        for index, cell in enumerate(triaged.cells):
            planned = cell.planned
            if planned is None or not planned.graded:
                continue
            for hidden, calls in ((False, planned.shown_calls), (True, planned.hidden_calls)):
                found[index, hidden] = [
                    self._verdict(
                        call, run.recorded((index, hidden, number), len(self.inputs[call.key]))
                    )
                    for number, call in enumerate(calls)
                ]
        return _resolved(found)

    def _verdict(self, call: Call, records: Sequence[bytes] | None) -> Verdict | None:
        """Return the verdict on what was recorded of a call; None if that is not what it says."""
        if records is None:
            return None
        try:
            observations = [unpack_observation(record) for record in records]
        except ValueError:
            return None
        return self.referees[call.key].verdict(observations)


#: The verdicts on the calls of a cell, by its number and whether the run was hidden; None where a
#: call was not made to its end.
Verdicts: TypeAlias = dict[tuple[int, bool], list[Verdict | None]]


def _resolved(found: Verdicts) -> Verdicts:
    """Name mistakes by all parts of a check: what one part leaves open, another may tell."""
    together: dict[str, list[Verdict]] = {}
    for verdicts in found.values():
        for verdict in filter(None, verdicts):
            together.setdefault(verdict.check.name, []).append(verdict)
    named = {
        id(before): after
        for verdicts in together.values()
        for before, after in zip(verdicts, resolve(verdicts), strict=True)
    }
    return {
        key: [None if verdict is None else named[id(verdict)] for verdict in verdicts]
        for key, verdicts in found.items()
    }


def _shown_mark(
    planned: PlannedCell, verdicts: Sequence[Verdict | None], outputs: list[Any], did: CellRun
) -> Mark:
    """Mark a test cell by what is shown of it.

    Students see the first verdict that went wrong. How the cell ended is known from the process,
    not from its outputs, of which there may be too many.
    """
    for number, verdict in enumerate(verdicts, 1):
        if verdict is None:
            return _not_recorded(planned, outputs, did)
        if not verdict.passed:
            shown = tuple(filter(None, verdicts[:number]))
            return Mark(outputs, 0.0, _mistake(planned, verdict), shown)
    if did.status != "ok":
        # Recorded checks never raise: something else in the cell did.
        return _not_recorded(planned, outputs, did)
    if verdicts:
        return Mark(outputs, planned.points, None, tuple(filter(None, verdicts)))
    # As nbgrader has it, a test's last value may be a part of the points.
    partial = planned.points if did.value is None else min(did.value, planned.points)
    return Mark(outputs, partial)


def _hidden_problem(
    planned: PlannedCell, verdicts: Sequence[Verdict | None], did: CellRun
) -> Problem | None:
    """Return what went wrong in a cell's hidden run, for the course's eyes; None if nothing did."""
    for verdict in verdicts:
        if verdict is None:
            return _why(planned, did, HIDDEN)
        if not verdict.passed:
            return _mistake(planned, verdict)
    return None if did.status == "ok" else _why(planned, did, HIDDEN)


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
        digest=(sign := digest(verdict)),
        example=printable(example(verdict)) if sign else "",
    )


def _own_mark(cell: Cell, planned: PlannedCell, outputs: list[Any]) -> Mark:
    """Return nbgrader's own score of a cell that a person marks: none, or nothing for no answer."""
    score, _ = determine_grade(page_cell(cell, outputs))
    return Mark(outputs, None if score is None else 0.0)


def _not_recorded(planned: PlannedCell, outputs: list[Any], did: CellRun) -> Mark:
    """Say why a test did not come to its end, and make sure that the cell shows it as failed."""
    problem = _why(planned, did)
    if not any(output.output_type == "error" for output in outputs):
        text = problem.detail
        error = new_output("error", ename="CheckMissing", evalue=text, traceback=[text])
        outputs = [*outputs, error]
    return Mark(outputs, 0.0, problem)


def _why(planned: PlannedCell, did: CellRun, prefix: str = "") -> Problem:
    """Return the problem of a test that did not come to its end."""
    if did.status in ("timeout", "crashed"):
        return Problem(did.status, planned.id, prefix + did.error)
    if did.status != "error":
        return Problem("missing", planned.id, prefix + "the check did not run")
    name, _, said = did.error.partition(": ")
    if name == "AssertionError":
        return Problem("wrong", planned.id, prefix + (said or "an assert failed"))
    return Problem("error", planned.id, prefix + did.error)


def _without_tracebacks(outputs: list[Any]) -> list[Any]:
    """Leave of a test's errors what they say: their tracebacks quote hidden tests."""
    return [
        NotebookNode(o, traceback=[f"{o.ename}: {o.evalue}".rstrip(": ")])
        if o.output_type == "error"
        else o
        for o in outputs
    ]


def _unanswered(triaged: Triaged) -> frozenset[str]:
    """Return the ids of solution cells that were left as they were released."""
    return frozenset(
        cell.planned.id
        for cell in triaged.cells
        if cell.planned is not None
        and cell.planned.solution
        and cell.planned.nbgrader.get("checksum") == compute_checksum(page_cell(cell))
    )
