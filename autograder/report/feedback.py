"""Feedback pages, by nbgrader's own generator, with the hidden tests taken out."""

from typing import Any

from nbgrader.converters import GenerateFeedback

from autograder.course.course import Course
from autograder.course.steps import run_step
from autograder.problems import UsageError
from autograder.report.hide import HideTests


def make_feedback(course: Course, assignment: str) -> list[str]:
    """Write `feedback/STUDENT/NAME/*.html` for everybody who was graded; return who that is.

    Raises
    ------
    UsageError
        Nobody was graded, or nbgrader could not make a page.
    """
    course.require_assignment(assignment)
    graded = sorted(
        path.parent.name
        for path in course.path("autograded", "_", assignment).parents[1].glob(f"*/{assignment}")
    )
    if not graded:
        raise UsageError(f"nobody is graded yet: run `autograder grade {assignment}`")
    with course.lock():
        run_step(GenerateFeedback, course, assignment, _hide_tests)
    return graded


def _hide_tests(converter: Any) -> None:
    """Take hidden tests out, also in a course whose configuration does not say so.

    After GetGrades, which reads the cells, and before the page is styled.
    """
    first, *others = converter.preprocessors
    if not any(str(name).endswith(f".{HideTests.__name__}") for name in others):
        name = f"{HideTests.__module__}.{HideTests.__name__}"
        converter.preprocessors = [first, name, *others]
