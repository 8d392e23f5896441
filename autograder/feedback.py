"""Feedback pages, by nbgrader's own generator, with the hidden tests taken out."""

import copy

from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import capture_log

from autograder.course import Course
from autograder.problems import UsageError
from autograder.release import cause_of


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
        config = copy.deepcopy(course.config)
        config.CourseDirectory.assignment_id = assignment
        converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
        converter.force = True
        if ClearHiddenTests not in converter.preprocessors:
            # After GetGrades, before the page is styled.
            converter.preprocessors = [
                converter.preprocessors[0],
                ClearHiddenTests,
                *converter.preprocessors[1:],
            ]
        outcome = capture_log(converter)
    if not outcome["success"]:
        raise UsageError(f"nbgrader could not write feedback: {cause_of(outcome)}")
    return graded
