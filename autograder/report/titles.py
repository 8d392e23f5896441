"""What graded cells are called, where people read of them."""

from autograder.course.plan import PlannedCell
from cnnlib.check import CHECKS


def part_title(check: str, part: str) -> str:
    """Return what a part of a check is called; it may have gone since it was recorded."""
    known = CHECKS[check].parts.get(part) if check in CHECKS else None
    return f"{check}: {known.title if known else part}"


def hint_of(check: str, misconception: str) -> str:
    """Return the hint of a misconception; nothing if it has gone since it was recorded."""
    known = CHECKS[check].misconceptions if check in CHECKS else ()
    return next((each.hint for each in known if each.name == misconception), "")


def cell_title(cell: PlannedCell) -> str:
    """Return what a graded cell asks for, in a few words; nothing where only its id says it."""
    titles = dict.fromkeys(part_title(call.check, call.part) for call in cell.calls)
    return ", ".join(titles) or ("written answer" if cell.manual else "")
