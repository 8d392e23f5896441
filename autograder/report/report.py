"""One self-contained page about a class: nothing in it asks for anything elsewhere."""

from pathlib import Path

from autograder.course.course import Course
from autograder.course.journal import recorded
from autograder.problems import UsageError
from autograder.report.figures import Figures, count
from autograder.report.rows import read_rows
from autograder.report.template import template


def make_report(course: Course, assignment: str, output: Path | None = None) -> Path:
    """Write the report; return its file, by default `reports/NAME.html` in the course.

    Raises
    ------
    UsageError
        Nobody was graded.
    """
    plan = course.plan(assignment)
    rows = read_rows(course, assignment)
    if not rows:
        raise UsageError(f"nobody is graded yet: run `autograder grade {assignment}`")
    page = render(count(plan, rows, recorded(course.state, assignment).latest()))
    target = output or course.reports() / f"{assignment}.html"
    draft = target.with_name(f"{target.name}.part")
    # A student's text may hold half a character, which has no bytes.
    draft.write_text(page, encoding="utf-8", errors="replace")
    draft.replace(target)
    return target


def render(figures: Figures) -> str:
    """Return the page; everything that comes from students is escaped."""
    return template("report").render(figures=figures)
