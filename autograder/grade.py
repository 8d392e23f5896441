"""Grades a class: triage ▶ run (sandboxed) ▶ score (trusted) ▶ record (one writer)."""

import contextlib
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder import __version__, release
from autograder.course import Course
from autograder.crew import Crew
from autograder.execute import Run
from autograder.gradebook import Recorder, known_points, open_gradebook
from autograder.limits import limits_for
from autograder.plan import Plan
from autograder.problems import Problem, UnreadableError, UsageError
from autograder.sandbox import Kind
from autograder.score import Graded, Marker
from autograder.triage import Triaged, blank, find_notebook, read_bytes, read_timestamp, triage


@dataclass(frozen=True)
class Submission:
    """What a student handed in, read and triaged; `fault` where that was not possible."""

    student: str
    triaged: Triaged
    fingerprint: str
    handed_in: datetime | None = None
    fault: Problem | None = None


@dataclass(frozen=True)
class ClassReport:
    """What came of grading a class: one entry a submission, in the order of students."""

    assignment: str
    submissions: Sequence[Mapping[str, Any]]
    workers: int
    sandbox: Kind
    wall_seconds: float
    manual_points: float

    @property
    def complete(self) -> bool:
        """Whether every submission could be graded."""
        return all(entry["state"] != "unreadable" for entry in self.submissions)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as `grade --json` shows it."""
        return {
            "assignment": self.assignment,
            "workers": self.workers,
            "sandbox": self.sandbox,
            "wall_seconds": round(self.wall_seconds, 3),
            "manual_points": self.manual_points,
            "submissions": list(self.submissions),
        }


def read_submission(student: str, folder: Path, plan: Plan) -> Submission:
    """Read and triage one submission; never raise for what a student handed in."""
    data, fault = b"", None
    handed_in, unclear = read_timestamp(folder)
    try:
        path, renamed = find_notebook(folder, plan)
        data = read_bytes(path)
        found = triage(data, plan)
        triaged = Triaged(found.cells, renamed + unclear + found.problems)
    except UnreadableError as error:
        triaged, fault = blank(plan), Problem("unreadable", f"{plan.notebook}.ipynb", str(error))
    except Exception as error:  # anybody's bytes: what we did not foresee costs this one only
        text = f"it could not be read: {type(error).__name__}"
        triaged, fault = blank(plan), Problem("unreadable", f"{plan.notebook}.ipynb", text)
    stamp = f"{plan.digest} {__version__} {handed_in}".encode()
    fingerprint = hashlib.sha256(stamp + data).hexdigest()
    return Submission(student, triaged, fingerprint, handed_in, fault)


def grade(
    course: Course,
    assignment: str,
    *,
    kind: Kind,
    crew: Crew,
    students: Sequence[str] = (),
    regrade: bool = False,
    device: str = "auto",
    limits: Mapping[str, Any] | None = None,
    watch: Callable[[int, int, str], None] = lambda done, total, student: None,
) -> ClassReport:
    """Grade a class, or some of its students.

    What was graded before, and has not changed since, is not graded again.

    Parameters
    ----------
    kind
        The sandbox, from `sandbox.find`.
    crew
        Who runs the submissions.
    students
        Only these; all by default.
    regrade
        Grade again what has not changed.
    device
        Where PyTorch computes references.
    limits
        In place of the course's limits, the ones named.
    watch
        Called after every submission with how many are done, of how many, and whose it was.

    Raises
    ------
    UsageError
        The course, the assignment or a student is not as it must be; nothing was damaged.
    """
    start = time.monotonic()
    plan = course.plan(assignment)
    folders = _chosen(course.submissions(assignment), students)
    all_limits = {**limits_for(course.config, assignment), **(limits or {})}
    with course.lock(), open_gradebook(course) as gradebook:
        _ensure_assignment(course, plan, gradebook)
        recorder = Recorder(course, plan, gradebook)
        marker = Marker(plan, course.secret(), device)
        before = {} if regrade else recorder.recorded()
        entries: dict[str, dict[str, Any]] = {}
        todo: list[Submission] = []
        for student, folder in folders.items():
            submission = read_submission(student, folder, plan)
            entry = before.get(student, {})
            if entry.pop("fingerprint", None) == submission.fingerprint:
                entries[student] = entry
            else:
                todo.append(submission)

        def finish(submission: Submission, run: Run) -> None:
            graded, lasting = _mark(marker, submission, run)
            if lasting:
                recorder.record(graded, submission.fingerprint, submission.handed_in)
            entries[submission.student] = graded.to_dict()
            watch(len(entries), len(folders), submission.student)

        if todo:
            marker.prepare()
        readable = {s.student: s for s in todo if s.fault is None}
        for submission in todo:
            if submission.fault is not None:
                finish(submission, Run(submission.student, {}))
        tasks = (marker.task(s.student, s.triaged) for s in readable.values())
        # Each is finished here, in the one thread that writes. Closed: an error ends the runs.
        with contextlib.closing(crew.run(tasks, marker.setting(all_limits, kind))) as runs:
            for run in runs:
                finish(readable[run.student], run)
    return ClassReport(
        assignment=assignment,
        submissions=[entries[student] for student in folders],
        workers=crew.size,
        sandbox=kind,
        wall_seconds=time.monotonic() - start,
        manual_points=sum(cell.points for cell in plan.cells if cell.manual),
    )


def _mark(marker: Marker, submission: Submission, run: Run) -> tuple[Graded, bool]:
    """Return the marks, and whether they last: what failed on our side is tried again."""
    student, triaged = submission.student, submission.triaged
    if submission.fault is not None:
        return marker.unreadable(student, submission.fault, triaged), True
    text = run.fault
    if text is None:
        try:
            return marker.mark(student, triaged, run), True
        except Exception as error:  # its outputs are anybody's, too
            text = f"it could not be scored: {type(error).__name__}: {error}"
    fault = Problem("unreadable", f"{marker.plan.notebook}.ipynb", text)
    return marker.unreadable(student, fault, triaged), False


def _chosen(folders: dict[str, Path], students: Sequence[str]) -> dict[str, Path]:
    missing = [student for student in students if student not in folders]
    if missing:
        raise UsageError(f"no submission of {', '.join(missing)}; there are {len(folders)} others")
    return {name: folders[name] for name in folders if not students or name in students}


def _ensure_assignment(course: Course, plan: Plan, gradebook: Any) -> None:
    """Make the assignment known to the gradebook, as nbgrader's own generator does."""
    points = known_points(gradebook, plan.assignment)
    if points is None:
        release.enter_into_gradebook(course, plan.assignment)
        gradebook.db.expire_all()
    elif points != plan.max_score:
        raise UsageError(
            f"{plan.assignment} has {plan.max_score:g} points, the gradebook says {points:g}: "
            f"run `autograder release {plan.assignment}`"
        )
