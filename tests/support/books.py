"""The gradebook as nbgrader itself opens it: what we wrote is read by another."""

from nbgrader.api import Gradebook

from autograder.course.course import Course


def gradebook_of(course: Course) -> Gradebook:
    """Open a course's gradebook, to be closed by `with`."""
    return Gradebook(course.directory.db_url, course.directory.course_id)
