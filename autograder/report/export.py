"""Writes a class's scores as a table that spreadsheets, Canvas or Moodle read."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from autograder.collect.collect import collected
from autograder.course.course import Course
from autograder.problems import UsageError
from autograder.record.gradebook import open_gradebook

#: A spreadsheet takes text that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Table: TypeAlias = Iterable[Sequence[str | float | None]]


@dataclass(frozen=True)
class Row:
    """A student's scores in an assignment.

    Attributes
    ----------
    cells
        Points by graded cell; None where a person has still to give them.
    number
        The number that the learning platform gave the student or the submission, if known.
    ungraded
        Whether a person has still to give points.
    """

    student: str
    first_name: str
    last_name: str
    email: str
    cells: Mapping[str, float | None]
    late_penalty: float
    score: float
    max_score: float
    number: str
    ungraded: bool

    @property
    def name(self) -> str:
        """The full name, or the id where nobody entered a name."""
        return f"{self.first_name} {self.last_name}".strip() or self.student


@dataclass(frozen=True)
class Export:
    """What was written, and where."""

    file: Path
    students: int
    ungraded: int


def export(course: Course, assignment: str, to: str, output: Path | None = None) -> Export:
    """Write the scores of everybody who was graded, late penalties subtracted.

    Parameters
    ----------
    to
        A key of `FORMATS`.
    output
        The file; by default `reports/NAME-FORMAT.csv` in the course.

    Raises
    ------
    UsageError
        Nobody was graded.
    """
    rows = read_rows(course, assignment)
    if not rows:
        raise UsageError(f"nobody is graded yet: run `autograder grade {assignment}`")
    target = output or course.reports() / f"{assignment}-{to}.csv"
    draft = target.with_name(f"{target.name}.part")
    # A byte order mark, so that Excel reads names as they are; Canvas and Moodle expect none.
    encoding = "utf-8-sig" if to == "csv" else "utf-8"
    draft.write_text(as_csv(FORMATS[to](assignment, rows)), encoding=encoding, newline="")
    draft.replace(target)
    return Export(target, len(rows), sum(row.ungraded for row in rows))


def as_csv(table: Table) -> str:
    r"""Return a table as CSV in which no text is a formula.

    >>> as_csv([["=1+1", "Lee, Ann", -1.5]])
    '\'=1+1,"Lee, Ann",-1.5\r\n'
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in table:
        writer.writerow([_harmless(value) for value in row])
    return text.getvalue()


def _harmless(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return f"{value:.10g}"


def read_rows(course: Course, assignment: str) -> list[Row]:
    """Return everybody's scores from the gradebook, in the order of students."""
    course.require_assignment(assignment)
    numbers = {student: entry["number"] for student, entry in collected(course, assignment).items()}
    with open_gradebook(course) as gradebook:
        rows = [
            _row(submission, numbers.get(submission.student.id, ""))
            for submission in gradebook.assignment_submissions(assignment)
        ]
    return sorted(rows, key=lambda row: row.student)


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
    )


def _plain(assignment: str, rows: Sequence[Row]) -> Table:
    """One column a question."""
    cells = list(rows[0].cells)
    head = ["student", "last_name", "first_name", "email", *cells]
    yield [*head, "late_penalty", "score", "max_score", "needs_manual_grade"]
    for row in rows:
        yield [
            *(row.student, row.last_name, row.first_name, row.email),
            *(row.cells.get(cell) for cell in cells),
            *(row.late_penalty, row.score, row.max_score, "yes" if row.ungraded else "no"),
        ]


def _canvas(assignment: str, rows: Sequence[Row]) -> Table:
    """Canvas finds a student by its own ID, or else by the login, and makes the assignment."""
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment]
    yield ["    Points Possible", "", "", "", "", rows[0].max_score]
    for row in rows:
        yield [_last_first(row), row.number, "", row.student, "", row.score]


def _last_first(row: Row) -> str:
    return f"{row.last_name}, {row.first_name}" if row.last_name and row.first_name else row.name


def _moodle(assignment: str, rows: Sequence[Row]) -> Table:
    """Moodle's grading worksheet calls a submission `Participant` and its number."""
    yield ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade"]
    for row in rows:
        identifier = f"Participant {row.number}" if row.number else row.student
        yield [identifier, row.name, row.email, row.score, row.max_score]


FORMATS: Mapping[str, Callable[[str, Sequence[Row]], Table]] = {
    "csv": _plain,
    "canvas": _canvas,
    "moodle": _moodle,
}
