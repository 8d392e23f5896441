"""A class's scores as the gradebook has them."""

from typing import Any

from autograder.collect.collect import collected
from autograder.course.course import Course
from autograder.record.gradebook import open_gradebook
from autograder.report.formats import Row


def read_rows(course: Course, assignment: str, to: str = "") -> list[Row]:
    """Return everybody's scores from the gradebook, in the order of students.

    Parameters
    ----------
    to
        The platform that reads them: a number that another one gave means somebody else there.
    """
    course.require_assignment(assignment)
    numbers = {
        student: entry["number"]
        for student, entry in collected(course, assignment).items()
        if entry.get("system") in (None, "", to)
    }
    with open_gradebook(course) as gradebook:
        rows = [
            _row(submission, numbers.get(submission.student.id, ""))
            for submission in gradebook.assignment_submissions(assignment)
        ]
    return sorted(rows, key=lambda row: row.student)


def read_comments(course: Course, assignment: str) -> dict[str, dict[str, str]]:
    """Return what is said about each student's cells, by student and cell."""
    with open_gradebook(course) as gradebook:
        return {
            submission.student.id: {
                comment.name: comment.comment
                for book in submission.notebooks
                for comment in book.comments
                if comment.comment
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


def _row(submission: Any, number: str) -> Row:
    student = submission.student
    penalty = float(submission.late_submission_penalty or 0)
    return Row(
        student=student.id,
        first_name=student.first_name or "",
        last_name=student.last_name or "",
        email=student.email or "",
        cells={
            grade.name: None
            if grade.auto_score is None and grade.manual_score is None
            else float(grade.score)
            for book in submission.notebooks
            for grade in book.grades
        },
        late_penalty=penalty,
        score=max(0.0, float(submission.score) - penalty),
        max_score=float(submission.max_score),
        number=str(student.lms_user_id or number),
        ungraded=bool(submission.needs_manual_grade),
        by_hand=frozenset(
            grade.name
            for book in submission.notebooks
            for grade in book.grades
            if grade.manual_score is not None
        ),
    )
