"""The tables in which scores leave the course: for each reader one entry in `FORMATS`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
    by_hand
        The cells whose points a person gave.
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
    by_hand: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The full name, or the id where nobody entered a name."""
        return f"{self.first_name} {self.last_name}".strip() or self.student


@dataclass(frozen=True)
class Format:
    """A table that some program reads.

    Attributes
    ----------
    reader
        Which program.
    table
        Makes the table from the assignment's name and everybody's scores.
    numbers
        What the program does with students whose number is not known, and what to do; nothing where
        it needs none.
    """

    reader: str
    table: Callable[[str, Sequence[Row]], Table]
    encoding: str = "utf-8"
    numbers: str = ""


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


#: What `export --to` takes; the first is the default.
FORMATS: Mapping[str, Format] = {
    # With a byte order mark, so that Excel reads names as they are; the others expect none.
    "csv": Format("a spreadsheet", _plain, encoding="utf-8-sig"),
    "canvas": Format(
        "Canvas",
        _canvas,
        numbers="Canvas looks for their logins instead, and leaves out those it does not find: "
        "collect from Canvas's own download, or with --roster and its gradebook",
    ),
    "moodle": Format(
        "Moodle",
        _moodle,
        numbers="Moodle does not find people by name: collect from its own download, or write "
        "their numbers into the column Identifier",
    ),
}
