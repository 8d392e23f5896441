"""Finds out which of the plan's cells each cell of a notebook is, whatever was lost on its way."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from autograder.course.plan import Plan, PlannedCell
from autograder.problems import Problem, UnreadableError


@dataclass(frozen=True)
class Written:
    """A cell as it was handed in.

    Attributes
    ----------
    id
        Which of the plan's it says it is; a student's own cell says anything, or nothing.
    own
        The cell's own id: a copy has a new one, but says the same of itself.
    """

    id: str
    own: str
    type: str
    source: str


def recognise(found: Sequence[Written], plan: Plan, problems: list[Problem]) -> Sequence[Written]:
    """Give cells their ids back where some program dropped them, and say so once.

    Locked cells and prose are known by their text; a solution stands behind the cell that it
    follows in the release.

    Raises
    ------
    UnreadableError
        No cell is known: it is another notebook.
    """
    lost = {cell.id: cell for cell in plan.cells}
    for each in found:
        lost.pop(each.id, None)
    texts: dict[str, list[PlannedCell]] = {}
    for cell in reversed(lost.values()):
        if not cell.solution:
            texts.setdefault(plain(cell.released), []).append(cell)
    known = []
    for each in found:
        same = texts.get(plain(each.source)) if each.id not in plan.by_id else None
        known.append(replace(each, id=same.pop().id) if same else each)
    follows = {
        before.id: cell
        for before, cell in pairwise(plan.cells)
        if cell.solution and cell.id in lost
    }
    for position, solution in _by_place(known, plan, follows):
        known[position] = replace(known[position], id=solution.id)
    if not any(each.id in plan.by_id for each in known):
        raise UnreadableError(
            f"it has none of the cells of {plan.assignment}: is it another notebook?"
        )
    if any(
        after.id != before.id and plan.by_id[after.id].nbgrader
        for before, after in zip(found, known, strict=True)
    ):
        detail = "cell ids were lost; cells were recognised by their text"
        problems.append(Problem("recognised", "notebook", detail))
    return known


def _by_place(
    known: Sequence[Written], plan: Plan, follows: dict[str, PlannedCell]
) -> Iterator[tuple[int, PlannedCell]]:
    """Yield which unknown cell is which solution: one behind the cell that it follows."""
    position, identity = 0, ""
    while position < len(known):
        if known[position].id in plan.by_id:
            identity = known[position].id
            position += 1
            continue
        end = position
        while end < len(known) and known[end].id not in plan.by_id:
            end += 1
        wanted = follows.get(identity)
        chosen = _most_like(wanted, known, range(position, end)) if wanted else None
        if wanted is None or chosen is None:
            position = end
            continue
        yield chosen, wanted
        identity, position = wanted.id, chosen + 1


def _most_like(wanted: PlannedCell, known: Sequence[Written], where: range) -> int | None:
    """Return the first cell of the right type, one that defines what is asked for if there is."""
    names = _defined(wanted.released)
    fitting = [i for i in where if known[i].type == wanted.type]
    alike = (i for i in fitting if names & _defined(known[i].source))
    return next(alike, fitting[0] if fitting else None)


def _defined(source: str) -> set[str]:
    return set(re.findall(r"^(?:def|class) +(\w+)", source, re.MULTILINE))


def plain(source: str) -> str:
    r"""Return a text without the blanks that editors add and cut at the ends of lines.

    >>> plain("a  \nb\n\n")
    'a\nb'
    """
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))
