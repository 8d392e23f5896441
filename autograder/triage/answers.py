"""Finds written answers that were typed beside the cell for them, so that a person sees them."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.course.plan import PlannedCell
from autograder.problems import Problem
from autograder.triage.recognise import plain


@dataclass(frozen=True)
class Cell:
    """A cell to run: one of the plan's, or one that the student added."""

    type: str
    source: str
    planned: PlannedCell | None = None

    @property
    def locked(self) -> bool:
        """Whether students may not change it."""
        return self.planned is not None and self.planned.locked


def take_answers_in(
    cells: Sequence[Cell], problems: Sequence[Problem]
) -> tuple[tuple[Cell, ...], tuple[Problem, ...]]:
    """Return cells and problems; an empty answer shows what stands in cells beside it.

    The text stays where it stands, too: it is the student's notebook.
    """
    answered, said = list(cells), list(problems)
    taken: set[int] = set()
    for index, cell in enumerate(cells):
        planned = cell.planned
        if planned is None or not planned.manual or cell.type != "markdown":
            continue
        if plain(cell.source) not in ("", plain(planned.released)):
            continue
        below = [i for i in _prose(cells, range(index + 1, len(cells))) if i not in taken]
        above = [i for i in _prose(cells, range(index - 1, -1, -1)) if i not in taken]
        where, found = ("below", below) if below else ("above", above[::-1])
        if not found:
            continue
        taken.update(found)
        text = "\n\n".join(_shown(cells[i]) for i in found)
        note = f"*(Nothing was written here. This was {where}, in a separate cell:)*"
        answered[index] = Cell(cell.type, f"{note}\n\n{text}", planned)
        detail = f"nothing was written here; taken from {_count(len(found))} {where}"
        said.append(Problem("recognised", planned.id, detail))
    return tuple(answered), tuple(said)


def _prose(cells: Sequence[Cell], where: range) -> Iterator[int]:
    """Yield which cells hold the student's own prose, up to the next one to solve or to grade.

    A cell that is only locked, such as the summary at the end, is no border.
    """
    for index in where:
        cell, planned = cells[index], cells[index].planned
        if planned is not None and (planned.graded or planned.solution):
            return
        if planned is not None and (
            planned.locked or plain(cell.source) == plain(planned.released)
        ):
            continue
        if cell.source.strip() and (cell.type != "code" or _is_text(cell.source)):
            yield index


def _is_text(code: str) -> bool:
    """Whether a code cell holds words: a string, comments, or what is no Python at all.

    >>> [_is_text(code) for code in ("x = 1", "# So.", "Because it is so.", "%time x")]
    [False, True, True, False]
    """
    if code.lstrip().startswith(("%", "!")):
        return False
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return " " in code.strip()
    return all(
        isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Constant)
        and isinstance(each.value.value, str)
        for each in body
    )


def _shown(cell: Cell) -> str:
    """Return a cell's text as Markdown."""
    return f"````python\n{cell.source}\n````" if cell.type == "code" else cell.source


def _count(number: int) -> str:
    return "a cell" if number == 1 else f"{number} cells"
