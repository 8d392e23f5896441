"""Writes a class's scores as a table that spreadsheets, Canvas or Moodle read."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from autograder.course.course import Course
from autograder.problems import UsageError
from autograder.report.formats import FORMATS, Table
from autograder.report.rows import read_rows

#: A spreadsheet takes text that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Export:
    """What was written, and where.

    Attributes
    ----------
    ungraded
        Students with answers that nobody has graded yet.
    nameless
        Students whose number on the platform is not known: it may not find them.
    """

    file: Path
    students: int
    ungraded: int
    nameless: Sequence[str] = ()


def export(course: Course, assignment: str, to: str, output: Path | None = None) -> Export:
    """Write the scores of everybody who was graded, late penalties subtracted.

    Parameters
    ----------
    to
        A key of `FORMATS`.
    output
        The file; by default `reports/NAME-FORMAT.csv` in the course, or `NAME-scores.csv`.

    Raises
    ------
    UsageError
        Nobody was graded.
    """
    rows = read_rows(course, assignment, to)
    if not rows:
        raise UsageError(f"nobody is graded yet: run `autograder grade {assignment}`")
    name = "scores" if to == "csv" else to
    target = output or course.reports() / f"{assignment}-{name}.csv"
    draft = target.with_name(f"{target.name}.part")
    form = FORMATS[to]
    draft.write_text(as_csv(form.table(assignment, rows)), encoding=form.encoding, newline="")
    draft.replace(target)
    nameless = [row.student for row in rows if form.numbers and not row.number]
    return Export(target, len(rows), sum(row.ungraded for row in rows), nameless)


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


def _is_formula(text: str) -> bool:
    r"""Whether some spreadsheet may take a text for a formula: wide forms count, blanks do not.

    >>> _is_formula("=1"), _is_formula("\uff1d1"), _is_formula("\u200b +1"), _is_formula("a=1")
    (True, True, True, False)
    """
    first = next((letter for letter in text if letter.isprintable() and letter != " "), "")
    return normalize("NFKC", first).startswith(FORMULA) or text.startswith(("\t", "\r"))


def _harmless(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _is_formula(value) else value
    return f"{value:.10g}"
