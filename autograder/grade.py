"""Grades a class: triage ▶ run (sandboxed) ▶ score (trusted) ▶ record (one writer)."""

import contextlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import __version__, spare
from autograder.course.course import Course
from autograder.course.journal import recorded
from autograder.course.limits import limits_for
from autograder.course.strays import strays
from autograder.judge import Judge, unreadable
from autograder.kept import Kept
from autograder.problems import Problem, UsageError
from autograder.record.regrade import Drafts, Move, move_lines, moves
from autograder.result import Graded, alike, shown, to_entry
from autograder.run.crew import Crew
from autograder.run.execute import Run, Task
from autograder.run.forkservers import Setting
from autograder.run.sandbox import Kind
from autograder.score import Marker
from autograder.triage.files import is_plain
from autograder.triage.reader import Reader
from autograder.triage.triage import Submission

if TYPE_CHECKING:
    from autograder.record.recorder import Recorder

#: So many submissions may wait for their marks.
MOST_MARKS = 16


@dataclass(frozen=True)
class ClassReport:
    """What came of grading a class: one entry a submission, in the order of students.

    Attributes
    ----------
    moves
        The scores that a regrade changes.
    written
        Whether the results stand in the gradebook: a regrade that moves scores waits for a yes.
    outdated
        Students whose result is older than the assignment, or the autograder, as it is now.
    identical
        Students whose solutions are the same code.
    strays
        What lies among the submissions and is none.
    new
        How many were graded now; the others had been, and have not changed.
    mark_scheme
        The notebook that says how to mark written answers.
    absent
        Who is on the course's roster and has handed in nothing.
    """

    assignment: str
    submissions: Sequence[Mapping[str, Any]]
    workers: int
    sandbox: Kind
    wall_seconds: float
    manual_points: float
    moves: Sequence[Move] = ()
    written: bool = True
    outdated: Sequence[str] = ()
    identical: Sequence[Sequence[str]] = ()
    strays: Sequence[Problem] = ()
    new: int = 0
    mark_scheme: str = ""
    absent: Sequence[str] = ()

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
            "moves": move_lines(self.moves),
            "written": self.written,
            "new": self.new,
            "absent": list(self.absent),
            "outdated": list(self.outdated),
            "identical": [list(group) for group in self.identical],
            "strays": [asdict(problem) for problem in self.strays],
        }


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
    confirm: Callable[[Sequence[Move]], bool | None] = lambda moves: True,
) -> ClassReport:
    """Grade a class, or some of its students.

    What was graded before is graded again only if the student has handed in something else: a
    recorded score moves in no other way, except by a regrade, which shows first what would move.

    Parameters
    ----------
    kind
        The sandbox, from `sandbox.find`.
    crew
        Who runs the submissions.
    students
        Only these; all by default.
    regrade
        Grade everybody again, and write when all is known.
    device
        Where PyTorch computes references.
    limits
        In place of the course's limits, the ones named.
    watch
        Called after every submission with how many are done, of how many, and whose it was.
    confirm
        Called with the scores that a regrade would move. True writes them; False forgets the
        results; None keeps them until the same call is made again.

    Raises
    ------
    UsageError
        The course, the assignment or a student is not as it must be; nothing was damaged.
    """
    start = time.monotonic()
    plan = course.plan(assignment)
    folders = _chosen(course.submissions(assignment), students)
    all_limits = {**limits_for(course.config, assignment), **(limits or {})}
    rules = f"{plan.digest} {__version__}"
    secret = course.secret()
    marker = Marker(plan, secret, device, Kept(course.state / "kept", secret))
    with contextlib.ExitStack() as stack:
        # First: they take over nothing that is opened below.
        reader = stack.enter_context(Reader(plan))
        hands = stack.enter_context(_Hands(marker, crew, all_limits, kind))
        if regrade or folders.keys() - recorded(course.state, assignment).latest().keys():
            hands.begin()
        # Late: it takes as long to import as they do.
        with spare.importing():
            from autograder.record.recorder import recording

        stack.enter_context(course.lock())
        recorder = stack.enter_context(recording(course, plan))
        drafts = None
        if regrade:
            drafts = Drafts.open(course, assignment, rules, all_limits, marker.secret, device, kind)
        results = _Results(rules, len(folders), drafts.add if drafts else recorder.record, watch)
        todo = results.take_over(
            reader, folders, drafts.entries() if drafts else recorder.recorded()
        )
        new = _grade_all(todo, hands, results)
        moved: Sequence[Move] = ()
        written = True
        if drafts:
            moved, written = _settle(drafts, recorder, results.lasting(folders), confirm)
    entries = {**results.kept, **results.failed}
    return ClassReport(
        assignment=assignment,
        submissions=[shown(entries[student]) for student in folders],
        workers=crew.size,
        sandbox=kind,
        wall_seconds=time.monotonic() - start,
        manual_points=sum(cell.points for cell in plan.cells if cell.manual),
        moves=moved,
        written=written,
        outdated=[student for student in folders if entries[student]["rules"] != rules],
        identical=alike(entries[student] for student in folders),
        strays=strays(course, assignment),
        new=new,
        mark_scheme=str(course.solution(assignment)),
    )


@dataclass
class _Results:
    """The results so far, by student: those that last are kept at once, wherever they belong."""

    rules: str
    total: int
    keep: Callable[[Graded, Mapping[str, Any], datetime | None], None]
    watch: Callable[[int, int, str], None]
    kept: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    failed: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def take_over(
        self, reader: Reader, folders: Mapping[str, Path], before: Mapping[str, Mapping[str, Any]]
    ) -> Iterator[Submission]:
        """Keep the results that there are; yield the submissions that have none.

        They are read as they are asked for: the first ones run while the others are read.
        """
        for student, folder in folders.items():
            entry = before.get(student, {})
            submission = reader.read(student, folder, entry)
            if entry.get("fingerprint") == submission.fingerprint:
                self.kept[student] = entry
            else:
                yield submission

    def add(self, submission: Submission, graded: Graded, lasting: bool) -> None:
        """Add a result; what failed on our side is not kept, so that it is tried again."""
        entry = to_entry(graded, submission.fingerprint, self.rules, submission.work)
        if lasting:
            self.keep(graded, entry, submission.handed_in)
        (self.kept if lasting else self.failed)[submission.student] = entry
        self.watch(len(self.kept) + len(self.failed), self.total, submission.student)

    def lasting(self, order: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Return what was kept, in the order of students."""
        return {student: self.kept[student] for student in order if student in self.kept}


class _Hands:
    """Who runs submissions and who marks them; what takes its time to start is begun early."""

    def __init__(self, marker: Marker, crew: Crew, limits: Mapping[str, Any], kind: Kind) -> None:
        self.marker, self._crew, self._limits, self._kind = marker, crew, limits, kind
        self._stack = contextlib.ExitStack()
        self._begun: Any = None
        self.judge: Judge | None = None

    def begin(self) -> Judge:
        """Start them; return who marks."""
        if self.judge is None:
            # It is copied from this process, before that has threads.
            self.judge = self._stack.enter_context(Judge(self.marker))
            self._begun = self._stack.enter_context(self._crew.begin(self._setting))
        return self.judge

    def run(self, tasks: Iterable[Task], idle: Callable[[], None]) -> Generator[Run]:
        """Yield what each submission did, as they finish."""
        return self._crew.run(tasks, self._setting, idle, self._begun)

    @cached_property
    def _setting(self) -> Setting:
        return self.marker.setting(self._limits, self._kind)

    def __enter__(self) -> "_Hands":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()


def _grade_all(todo: Iterator[Submission], hands: _Hands, results: _Results) -> int:
    """Run and mark submissions, and add each result as soon as it is there; return their number."""
    number, running, marker = 0, dict[str, Submission](), hands.marker

    def read() -> Iterator[Task]:
        nonlocal number
        for submission in todo:
            number += 1
            student, fault = submission.student, submission.fault
            if fault is None:
                running[student] = submission
                yield marker.task(student, submission.triaged)
            else:
                results.add(submission, unreadable(marker, student, fault), is_plain(student))

    tasks = read()
    first = next(tasks, None)
    if first is None:
        return number
    marks: deque[tuple[Submission, Future[tuple[Graded, bool]]]] = deque()

    def take_in(most: int = MOST_MARKS) -> None:
        """Add what is marked, in the one thread that writes; wait where too much is not."""
        while marks and (marks[0][1].done() or len(marks) > most):
            submission, mark = marks.popleft()
            results.add(submission, *mark.result())

    # Closed: an error ends the runs and the marking.
    with (
        ThreadPoolExecutor(1) as beside,
        hands.begin() as judge,
        contextlib.closing(hands.run(chain([first], tasks), take_in)) as runs,
    ):
        for run in runs:
            submission = running.pop(run.student)
            marks.append((submission, beside.submit(_mark, marker, judge, submission, run)))
            take_in()
        take_in(0)
    return number


def _settle(
    drafts: Drafts,
    recorder: "Recorder",
    entries: Mapping[str, Mapping[str, Any]],
    confirm: Callable[[Sequence[Move]], bool | None],
) -> tuple[list[Move], bool]:
    """Ask, if scores would move; write, forget or leave the drafts. Return the moves."""
    moved = moves(recorder, entries.values())
    answer = confirm(moved) if moved else True
    if answer:
        drafts.write(recorder, entries)
    elif answer is False:
        drafts.journal.discard()
    return moved, bool(answer)


def _mark(marker: Marker, judge: Judge, submission: Submission, run: Run) -> tuple[Graded, bool]:
    """Return the marks, and whether they last: what failed on our side is tried again."""
    if run.fault is None:
        return judge.mark(submission, run), True
    fault = Problem("unreadable", f"{marker.plan.notebook}.ipynb", run.fault)
    return unreadable(marker, submission.student, fault), False


def _chosen(folders: dict[str, Path], students: Sequence[str]) -> dict[str, Path]:
    missing = [student for student in students if student not in folders]
    if missing:
        near = get_close_matches(missing[0], folders, n=1, cutoff=0.5)
        meant = f"did you mean {near[0]}?" if near else f"there are {len(folders)} others"
        raise UsageError(f"no submission of {', '.join(missing)}; {meant}")
    return {name: folders[name] for name in folders if not students or name in students}
