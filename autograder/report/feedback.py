"""Feedback pages: one short file a student, which asks nothing of anybody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.aside import Aside, LostError
from autograder.course.course import Course
from autograder.course.journal import recorded
from autograder.course.plan import Plan
from autograder.problems import UsageError, printable
from autograder.report.formats import Row
from autograder.report.hide import HideTests
from autograder.report.rows import read_comments, read_rows
from autograder.report.sheet import Sheet, read_sheet
from autograder.report.template import template

#: Seconds that a page may compute; an honest one takes some hundredths.
SECONDS = 5


@dataclass(frozen=True)
class Pages:
    """Who has a feedback page, and who has none, with the reason.

    Attributes
    ----------
    ungraded
        Students with answers that nobody has graded yet: their pages say so.
    """

    students: list[str]
    missing: Mapping[str, str]
    ungraded: list[str]


@dataclass(frozen=True)
class _Job:
    """A page to make."""

    notebook: Path
    row: Row
    comments: Mapping[str, str]
    unreadable: str
    plain: bool = False


def make_feedback(
    course: Course,
    assignment: str,
    watch: Callable[[int, int, str], None] = lambda done, total, student: None,
) -> Pages:
    """Write `feedback/STUDENT/NAME/*.html` for everybody who was graded.

    A page that cannot be made as it is shows its text as it was typed; if that fails, too, this
    student has none.

    Parameters
    ----------
    watch
        Called after every page with how many are done, of how many, and whose it was.

    Raises
    ------
    UsageError
        Nobody was graded.
    """
    plan = course.plan(assignment)
    rows = read_rows(course, assignment)
    graded = {row.student: row for row in rows if _notebook(course, plan, row.student).exists()}
    if not graded:
        raise UsageError(f"nobody is graded yet: run `autograder grade {assignment}`")
    comments = read_comments(course, assignment)
    entries = recorded(course.state, assignment).latest()
    missing = {}
    with course.lock(), Aside(lambda job: _page(plan, job), SECONDS) as make:
        for number, (student, row) in enumerate(graded.items(), 1):
            job = _Job(
                _notebook(course, plan, student),
                row,
                comments.get(student, {}),
                _why_unreadable(entries.get(student, {})),
            )
            target = course.path("feedback", student, assignment) / f"{plan.notebook}.html"
            try:
                _write(target, _made(make, job))
            except LostError as error:
                target.unlink(missing_ok=True)  # it would show what was before
                missing[student] = printable(str(error))
            watch(number, len(graded), student)
    made = [student for student in graded if student not in missing]
    return Pages(made, missing, [student for student in made if graded[student].ungraded])


def _notebook(course: Course, plan: Plan, student: str) -> Path:
    return course.path("autograded", student, plan.assignment) / f"{plan.notebook}.ipynb"


def _why_unreadable(entry: Mapping[str, Any]) -> str:
    if entry.get("state") != "unreadable":
        return ""
    return "; ".join(problem["detail"] for problem in entry["problems"])


def _made(make: Aside, job: _Job) -> str:
    """Return a page, or else one that shows text as it was typed."""
    try:
        return str(make(job))
    except LostError:
        return str(make(_Job(**{**vars(job), "plain": True})))


def _page(plan: Plan, job: _Job) -> str:
    """Make a page; this runs aside."""
    notebook = nbformat.read(job.notebook, as_version=4)
    # Whoever graded it: hidden tests are not read from here, and outputs may not quote them.
    notebook, _ = HideTests().preprocess(notebook, {})
    sheet = read_sheet(
        plan, notebook, job.row, job.comments, unreadable=job.unreadable, plain=job.plain
    )
    return render(sheet)


def render(sheet: Sheet) -> str:
    """Return the page; everything that comes from students is escaped, or made anew."""
    return template("feedback").render(sheet=sheet)


def _write(target: Path, page: str) -> None:
    """Write a page where nbgrader has it, in one step; nothing beside it is needed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    # A student's text may hold half a character, which has no bytes.
    draft.write_text(page, encoding="utf-8", errors="replace")
    draft.replace(target)
