"""The trusted side: compares what a submission's functions returned with PyTorch."""

import copy
import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.corpus.words import generate_corpus_id
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum, determine_grade

from autograder.course.plan import Call, Plan, PlannedCell
from autograder.problems import Outcome, Problem, UsageError
from autograder.report.hide import JUDGED
from autograder.run.execute import CellRun, Run, Task
from autograder.run.forkservers import Setting
from autograder.run.sandbox import Kind
from autograder.triage.harmless import harmless_markdown, harmless_outputs, new_output
from autograder.triage.triage import Cell, Triaged
from cnnlib.check import CHECKS
from cnnlib.check.engine.judge import Referee, Verdict
from cnnlib.check.engine.report import Report, summary
from cnnlib.check.engine.source import forbidden_in_cells
from cnnlib.check.engine.wire import pack_cases, unpack_observations


@dataclass(frozen=True)
class Graded:
    """A submission's marks and the notebook that shows them.

    Attributes
    ----------
    scores
        Points by cell id; None where a person has to give them.
    unanswered
        Ids of solution cells that were left as they were released.
    outcomes
        What came of each part of a check that ran: what the class report counts.
    """

    student: str
    scores: Mapping[str, float | None]
    max_score: float
    problems: tuple[Problem, ...]
    notebook: Any
    unanswered: frozenset[str]
    seconds: float
    readable: bool = True
    outcomes: tuple[Outcome, ...] = ()

    @property
    def score(self) -> float:
        """The points so far."""
        return math.fsum(score for score in self.scores.values() if score is not None)

    @property
    def state(self) -> str:
        """`graded`, `graded with problems` or `unreadable`."""
        if not self.readable:
            return "unreadable"
        return "graded with problems" if self.problems else "graded"

    def to_dict(self) -> dict[str, Any]:
        """Return the result as `grade --json` shows it."""
        return {
            "student": self.student,
            "state": self.state,
            "score": self.score,
            "max_score": self.max_score,
            "problems": [asdict(problem) for problem in self.problems],
            "seconds": round(self.seconds, 3),
        }


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
    def referees(self) -> dict[str, Referee]:
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
    def inputs(self) -> dict[str, bytes]:
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
        """Score what a submission did."""
        problems = list(triaged.problems)
        scores: dict[str, float | None] = {}
        outcomes: list[Outcome] = []
        cells = []
        for index, cell in enumerate(triaged.cells):
            cell_run = run.cells.get(index, CellRun())
            done = _notebook_cell(cell, cell_run.outputs)
            if cell.planned is not None and cell.planned.graded:
                planned = cell.planned
                _cut_tracebacks(done)
                if planned.calls:
                    problem = self._judge(done, planned, triaged.cells, run, index, outcomes)
                    scores[planned.id] = 0.0 if problem else planned.points
                    problems += [problem] if problem else []
                elif planned.manual or cell_run.status == "ok":
                    scores[planned.id] = _own_score(done, planned)
                else:
                    scores[planned.id] = 0.0
                    problems.append(_not_recorded(planned, done, cell_run))
            elif cell_run.status in ("crashed", "timeout"):
                where = cell.planned.id if cell.planned is not None else f"cell {index}"
                problems.append(Problem(cell_run.status, where, _last_error(done)))
            cells.append(done)
        return Graded(
            student=student,
            scores={cell.id: scores.get(cell.id, 0.0) for cell in self.plan.cells if cell.graded},
            max_score=self.plan.max_score,
            problems=tuple(dict.fromkeys(problems)),
            notebook=new_notebook(cells=cells, metadata=copy.deepcopy(self.plan.metadata)),
            unanswered=frozenset(_unanswered(triaged)),
            seconds=run.seconds,
            outcomes=tuple(outcomes),
        )

    def unreadable(self, student: str, problem: Problem, triaged: Triaged) -> Graded:
        """Return the marks of a submission that cannot be read: none, and a page that says why."""
        # Escaped: the detail may quote the file, and this page is shown to others.
        note = new_markdown_cell(
            f"**This submission could not be read:** {html.escape(problem.detail)}. "
            "Nothing in it was graded."
        )
        cells = [_notebook_cell(cell, []) for cell in triaged.cells]
        return Graded(
            student=student,
            scores={cell.id: 0.0 for cell in self.plan.cells if cell.graded},
            max_score=self.plan.max_score,
            problems=(problem,),
            notebook=new_notebook(cells=[note, *cells], metadata=dict(self.plan.metadata)),
            unanswered=frozenset(_unanswered(triaged)),
            seconds=0.0,
            readable=False,
        )

    def _judge(
        self,
        done: Any,
        planned: PlannedCell,
        cells: Sequence[Cell],
        run: Run,
        index: int,
        outcomes: list[Outcome],
    ) -> Problem | None:
        """Judge a test cell's records, write the verdicts into it, and name the first mistake.

        All calls are judged and go into `outcomes`: students see the first that went wrong, the
        class report counts every case.
        """
        shown: list[Any] = []
        records = [run.records.get((index, call.key)) for call in planned.calls]
        pairs = zip(planned.calls, records, strict=True)
        verdicts = [self._verdict(call, cells, record) for call, record in pairs]
        outcomes += [_outcome(planned.id, verdict) for verdict in verdicts if verdict]
        for verdict in verdicts:
            if verdict is None:
                return _not_recorded(planned, done, run.cells[index])
            report = Report(verdict)
            shown.append(_drawn(report))
            if not verdict.passed:
                brief = report.brief
                error = new_output("error", ename="CheckFailed", evalue=brief, traceback=[brief])
                _show(done, [*shown, error])
                kind = "forbidden" if verdict.forbidden else _kind_of(verdict)
                return Problem(kind, planned.id, summary(verdict))
        if raised := _last_error(done):
            # Recorded checks never raise: something else in the cell did.
            return Problem("error", planned.id, raised)
        _show(done, shown)
        return None

    def _verdict(self, call: Call, cells: Sequence[Cell], record: bytes | None) -> Verdict | None:
        if record is None:
            return None
        referee = self.referees[call.key]
        try:
            observations = unpack_observations(record)
        except ValueError:
            return None
        if len(observations) != len(referee.cases):
            return None
        own = (cell.source for cell in cells if cell.type == "code" and not _locked(cell))
        return referee.judge(
            observations,
            forbidden=_forbidden(tuple(own), call.function, frozenset(referee.check.forbids)),
        )


def _locked(cell: Cell) -> bool:
    return cell.planned is not None and cell.planned.locked


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


def _kind_of(verdict: Verdict) -> str:
    return "error" if verdict.failures[0].kind == "error" else "wrong"


def _not_recorded(planned: PlannedCell, done: Any, run: CellRun) -> Problem:
    """Say why a check left no record, and make sure that the cell shows it as failed."""
    kind = {"timeout": "timeout", "crashed": "crashed"}.get(run.status, "error")
    detail = _last_error(done)
    if not detail:
        kind, detail = "missing", "the check did not run"
        done.outputs.append(
            new_output("error", ename="CheckMissing", evalue=detail, traceback=[detail])
        )
    return Problem(kind, planned.id, detail)


def _cut_tracebacks(cell: Any) -> None:
    """Leave of a test's errors what they say: their tracebacks quote hidden tests."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]


def _last_error(cell: Any) -> str:
    for output in reversed(cell.outputs):
        if output.output_type == "error":
            if output.ename in ("CellTimeout", "Crashed"):
                return str(output.evalue)
            return f"{output.ename}: {output.evalue}".strip().partition("\n")[0].rstrip(": ")
    return ""


def _own_score(cell: Any, planned: PlannedCell) -> float | None:
    """Return nbgrader's own score of a cell without checks, within what the cell can give."""
    if cell.cell_type == "code":
        # nbgrader takes warnings for failures, and any last value for partial credit.
        for output in cell.outputs:
            if output.output_type == "stream":
                output.name = "stdout"
    score, _ = determine_grade(cell)
    if score is None:
        return None
    return min(max(float(score), 0.0), planned.points) if math.isfinite(score) else 0.0


def _unanswered(triaged: Triaged) -> list[str]:
    return [
        cell.planned.id
        for cell in triaged.cells
        if cell.planned is not None
        and cell.planned.solution
        and cell.planned.nbgrader.get("checksum") == compute_checksum(_notebook_cell(cell, []))
    ]


def _show(cell: Any, outputs: list[Any]) -> None:
    """Replace a test cell's outputs by our verdict, and say so: it holds nothing hidden."""
    cell.outputs = outputs
    cell.metadata["autograder"] = {JUDGED: True}


def _drawn(report: Report) -> Any:
    """Return a report as the student's own notebook shows it."""
    data = {"text/plain": str(report), "text/html": report._repr_html_()}
    return new_output("display_data", data=data, metadata={})


def _node(kind: str, source: str, metadata: Any) -> NotebookNode:
    # Not by nbformat's constructors, which validate: that would be most of the grader's work.
    node = NotebookNode(
        id=generate_corpus_id(),
        cell_type=kind,
        metadata=from_dict(metadata),
        source=source,
    )
    if kind == "code":
        node.update(execution_count=None, outputs=[])
    return node


@lru_cache(maxsize=64)
def _forbidden(sources: tuple[str, ...], function: str, names: frozenset[str]) -> Sequence[str]:
    """Return where a function uses what is forbidden; each of its checks asks again."""
    return forbidden_in_cells(sources, function, names)


def _notebook_cell(cell: Cell, outputs: Sequence[Mapping[str, Any]]) -> Any:
    """Return a cell for the autograded notebook, which others open: nothing in it runs."""
    metadata = copy.deepcopy(cell.planned.metadata) if cell.planned is not None else {}
    source = cell.source
    ours = cell.planned is not None and source == cell.planned.released
    if cell.type != "code" and not ours:
        source = harmless_markdown(source)
    node = _node(cell.type, source, metadata)
    if cell.type == "code":
        node.outputs = harmless_outputs(outputs)
    if cell.planned is not None and cell.planned.nbgrader:
        node.id = cell.planned.id
    return node
