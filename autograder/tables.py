"""What commands print: tables and a progress bar, for people."""

import contextlib
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder import summary
from autograder.problems import Problem, printable

if TYPE_CHECKING:  # each command brings what it prints, and not what the others print
    from autograder.collect.collect import Collection
    from autograder.doctor import Finding
    from autograder.grade import ClassReport
    from autograder.record.regrade import Move

#: A row names at most so many cells for one thing.
MOST_PLACES = 3
#: So many students are named in one line.
MOST_NAMES = 10
#: A longer name is folded, so that it leaves room for what is said about it; and on a terminal that
#: is less wide than `WIDE`.
WIDEST_NAME, NARROWEST_NAME = 40, 22
WIDE = 100
COLLECTED = {
    "new": "collected",
    "replaced": "replaced",
    "unchanged": "already collected, unchanged",
    "kept": "NOT collected: a different one is already there",
}
SANDBOXES = {"bubblewrap": "in bubblewrap", "none": "WITHOUT a sandbox"}


@contextlib.contextmanager
def progress_bar(title: str, show: bool = True) -> Iterator[Callable[[int, int, str], None]]:
    """Yield a function to call after every submission; it draws on standard error if it may."""
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("·"),
        TimeRemainingColumn(),
        TextColumn("to go · last: {task.fields[student]}", markup=False),
    )
    progress = Progress(*columns, console=console, disable=not show)
    task = progress.add_task(title, total=None, student="")

    def watch(done: int, total: int, student: str) -> None:
        progress.start()
        progress.update(task, completed=done, total=total, student=printable(student))
        if done == total:
            progress.stop()  # a question may follow, which the bar must not overwrite

    try:
        yield watch
    finally:
        progress.stop()


def print_class(report: "ClassReport", console: Console | None = None) -> None:
    """Print one row a submission, and below it what the whole comes to."""
    console = console or _console()
    table = Table(title=f"{report.assignment}: {summary.progress(report)}", box=box.SIMPLE_HEAD)
    wide = console.width >= WIDE
    # On a narrow terminal the room belongs to what went wrong.
    name = WIDEST_NAME if wide else NARROWEST_NAME
    table.add_column("student", overflow="fold", max_width=name)
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("what went wrong", ratio=1, overflow="fold")
    if wide:
        table.add_column("seconds", justify="right")
    for entry in report.submissions:
        unreadable = entry["state"] == "unreadable"
        lines = problem_lines(entry["problems"])
        row = [
            printable(entry["student"]),
            "–" if unreadable else f"{entry['score']:g} / {entry['max_score']:g}",
            "\n".join([f"unreadable: {line}" if unreadable else line for line in lines]),
        ]
        table.add_row(*row, *([f"{entry['seconds']:.1f}"] if wide else []))
    console.print(table)
    _print_summary(report, console)


def _print_summary(report: "ClassReport", console: Console) -> None:
    """Print what stays in sight when the table has scrolled away."""

    def say(text: str) -> None:
        console.print(text, soft_wrap=not sys.stdout.isatty())

    say(
        f"{counted(len(report.submissions), 'submission')}: {summary.progress(report)}; "
        f"{report.wall_seconds:.1f} s, {counted(report.workers, 'worker')}, "
        f"{SANDBOXES[report.sandbox]}."
    )
    say(summary.counts(report))
    if not report.written:
        say("These results have not been written: the gradebook is unchanged.")
    if report.outdated:
        say(
            f"{counted(len(report.outdated), 'result')} from before the assignment or the "
            f"autograder changed: `autograder grade {report.assignment} --regrade` shows which "
            "scores would change."
        )
    for need in summary.needs(report):
        say(f"Look at ({need.what}): {named(need.students)}\n  → {need.then}")
    if report.absent:
        say(
            f"On the roster, but nothing handed in: {counted(len(report.absent), 'student')} "
            f"({named(report.absent)})"
        )
    print_strays(report.strays, console)
    for group in report.identical:
        say(f"The same code (a reason to look, not a proof): {named(group)}")
    if report.manual_points:
        say(
            f"Not in these scores: {report.manual_points:g} points that a person must give.\n"
            f"  → make formgrader; mark scheme: {report.mark_scheme}"
        )
    if why := summary.status(report):
        say(why)


def print_strays(strays: Sequence[Problem], console: Console | None = None) -> None:
    """Print what lies among submissions and is none."""
    for stray in strays:
        text = f"Not read: {stray.where}: {stray.detail}"
        (console or _console()).print(text, soft_wrap=True)


def named(students: Sequence[str]) -> str:
    """Return names in one line; of many only the first."""
    more = f" and {len(students) - MOST_NAMES} more" if len(students) > MOST_NAMES else ""
    return ", ".join(printable(student) for student in students[:MOST_NAMES]) + more


def print_moves(moves: "Sequence[Move]") -> None:
    """Print which scores a regrade changes."""
    table = Table(title=f"{counted(len(moves), 'score')} would change")
    for name in ("student", "cell", "old", "new", ""):
        table.add_column(name, justify="right" if name in ("old", "new") else "left")
    totals: dict[str, list[float]] = {}
    for move in moves:
        note = "" if move.kept is None else f"a person gave {move.kept:g}, which stays"
        table.add_row(
            printable(move.student),
            printable(move.cell),
            _points(move.old),
            _points(move.new),
            note,
        )
        if move.kept is None:
            change = (move.new or 0.0) - (move.old or 0.0)
            totals.setdefault(move.student, []).append(change)
    console = _console()
    console.print(table)
    sums = Counter(f"{sum(changes):+g}" for changes in totals.values())
    said = ", ".join(f"{counted(n, 'student')} {change}" for change, n in sums.most_common())
    console.print(f"Totals change for {counted(len(totals), 'student')}: {said}.", soft_wrap=True)
    for student, changes in totals.items():
        if len(changes) > 1:
            console.print(f"  {printable(student)} {sum(changes):+g} in all", soft_wrap=True)


def _points(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def problem_lines(problems: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line for each different thing that went wrong, with the cells where it did.

    Errors that differ only in their numbers count as one; the first is shown.

    >>> problem_lines([{"kind": "wrong", "where": "ex1", "detail": "the kernel is flipped"},
    ...                {"kind": "wrong", "where": "ex2", "detail": "the kernel is flipped"}])
    ['the kernel is flipped (ex1, ex2)']
    >>> problem_lines([{"kind": "wrong", "where": "ex1-basic", "detail": "the kernel is flipped"},
    ...                {"kind": "wrong", "where": "ex1-stride", "detail": "the kernel is flipped"}])
    ['the kernel is flipped (ex1: basic, stride)']
    """
    alike: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for problem in problems:
        shape = re.sub(r"\d+", "0", problem["detail"])
        alike.setdefault((problem["kind"], shape), []).append(problem)
    return [_line(found) for found in alike.values()]


def _line(problems: Sequence[Mapping[str, Any]]) -> str:
    detail, where = problems[0]["detail"], _places(problems)
    return detail if where in detail else f"{detail} ({where})"


def counted(number: int, noun: str) -> str:
    """Return a number of things, in words.

    >>> counted(1, "page"), counted(2, "page")
    ('1 page', '2 pages')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _places(problems: Sequence[Mapping[str, Any]]) -> str:
    places = [problem["where"] for problem in problems]
    if len(places) > MOST_PLACES:
        return f"{places[0]} and {len(places) - 1} more"
    exercises, _, steps = zip(*(place.partition("-") for place in places), strict=True)
    if len(places) > 1 and len(set(exercises)) == 1 and all(steps):
        return f"{exercises[0]}: {', '.join(steps)}"
    return ", ".join(places)


def print_findings(findings: "Sequence[Finding]") -> None:
    """Print what the doctor found."""
    table = Table(show_header=False, box=None)
    for finding in findings:
        mark = _mark(finding.ok)
        advice = f"\n→ {finding.advice}" if finding.advice else ""
        table.add_row(mark, finding.name, finding.value + advice)
    _console().print(table)


def _mark(ok: bool) -> str:
    """Return a sign that the terminal can show."""
    mark = "✓" if ok else "✗"
    try:
        mark.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "yes" if ok else "NO"
    return mark


def print_triage(problems: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Print what is wrong with submissions before they are graded: one row for each such one."""
    table = Table()
    table.add_column("student", no_wrap=True, max_width=WIDEST_NAME)
    table.add_column("what is wrong", ratio=1)
    wrong = {student: found for student, found in problems.items() if found}
    for student, found in wrong.items():
        table.add_row(printable(student), "\n".join(problem_lines(found)))
    console = _console()
    if wrong:
        console.print(table)
    console.print(f"{counted(len(problems), 'submission')}, {len(wrong)} with problems.")


def print_collection(collection: "Collection") -> None:
    """Print what was collected, and what was not."""
    console = _console()
    counts = Counter[str](taken.state for taken in collection.taken)
    for state, text in COLLECTED.items():
        if counts[state]:
            console.print(f"{counted(counts[state], 'submission')} {text}")
    if late := sum(taken.late for taken in collection.taken):
        console.print(f"{late} of them late, according to the platform")
    for problem in (*collection.problems, *collection.notes):
        console.print(f"{problem.kind:<11} {problem.where}: {problem.detail}", soft_wrap=True)


def _console() -> Console:
    # A file or a pipe has no width of its own; a table should not be squeezed into 80 columns.
    width = None if sys.stdout.isatty() else 120
    # Students' text is shown as it is: brackets are no markup, colons no emoji.
    return Console(width=width, markup=False, emoji=False, highlight=False)
