"""Reads a submission as hostile bytes: names what is wrong, and repairs what can be repaired."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import nbformat

from autograder.course.plan import Plan, PlannedCell
from autograder.problems import Problem, UnreadableError
from autograder.triage.files import is_plain, read_notebook, read_timestamp
from autograder.triage.harmless import with_pictures

#: The release has some 40 cells with 10 kB of code. Scoring reads code as Python, which takes
#: a thousand times its size in memory.
MOST_CELLS, MOST_CODE = 1000, 2**18

#: A cell as it was handed in: its id, type and source.
Written: TypeAlias = tuple[str, str, str]


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


@dataclass(frozen=True)
class Triaged:
    """A submission in the release's order, and what was wrong with it."""

    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Submission:
    """What a student handed in, read and triaged; `fault` where that was not possible."""

    student: str
    triaged: Triaged
    fingerprint: str
    handed_in: datetime | None = None
    fault: Problem | None = None


def read_submission(student: str, folder: Path, plan: Plan) -> Submission:
    """Read and triage one submission; never raise for what a student handed in."""
    name = f"{plan.notebook}.ipynb"
    data, handed_in, fault = b"", None, None
    try:
        if not is_plain(student):
            raise UnreadableError(
                "the name of the student's folder begins with a dot, or has control characters or "
                "one of * ? [: rename it"
            )
        data, renamed = read_notebook(folder, name)
        handed_in, unclear = read_timestamp(folder)
        found = triage(data, plan)
        triaged = Triaged(found.cells, renamed + unclear + found.problems)
    except UnreadableError as error:
        triaged, fault = blank(plan), Problem("unreadable", name, str(error))
    except Exception as error:  # anybody's bytes: what we did not foresee costs this one only
        text = f"it could not be read: {type(error).__name__}"
        triaged, fault = blank(plan), Problem("unreadable", name, text)
    fingerprint = hashlib.sha256(f"{handed_in} {fault} ".encode() + data).hexdigest()
    return Submission(student, triaged, fingerprint, handed_in, fault)


def triage(data: bytes, plan: Plan) -> Triaged:
    """Turn a submission's bytes into cells to run.

    Locked cells come from the plan, solutions from the student, both in the plan's order; cells
    that the student added stay behind the cell that they followed.

    Raises
    ------
    UnreadableError
        No notebook can be made of the bytes.
    """
    problems: list[Problem] = []
    found = _recognise(_clean_cells(_parse(data), problems), plan, problems)
    # All copies of each cell of the plan, and the cells that the student added after it.
    copies: dict[str, list[Written]] = {}
    added: dict[str, list[Cell]] = {}
    last = ""
    for identity, kind, source in found:
        if identity in plan.by_id:
            copies.setdefault(identity, []).append((identity, kind, source))
            last = identity
        else:
            added.setdefault(last, []).append(Cell(kind, source))
    positions = {cell.id: number for number, cell in enumerate(plan.cells)}
    order = [positions[identity] for identity in copies if plan.by_id[identity].nbgrader]
    if order != sorted(order):
        problems.append(Problem("restored", "notebook", "cells were reordered"))

    cells = list(added.get("", []))
    for planned in plan.cells:
        restored, said = _restore(planned, copies.get(planned.id, []))
        cells += [*restored, *added.get(planned.id, [])]
        problems += said
    return Triaged(tuple(cells), tuple(problems))


def blank(plan: Plan) -> Triaged:
    """Return the release itself, for a submission that cannot be read."""
    return Triaged(tuple(Cell(cell.type, cell.source, cell) for cell in plan.cells), ())


def _restore(planned: PlannedCell, copies: list[Written]) -> tuple[list[Cell], list[Problem]]:
    """Return the cells to run for one of the plan's, and what had to be repaired."""
    if not planned.nbgrader:  # prose: the student may do with it as they like
        return [Cell(kind, source, planned) for _, kind, source in copies], []
    if planned.locked:
        return [Cell(planned.type, planned.source, planned)], _changes(planned, copies)
    if not copies and not planned.manual:
        return [], [Problem("missing", planned.id, "the cell for the solution was deleted")]
    if not copies:
        deleted = Problem("restored", planned.id, "cell was deleted")
        return [Cell(planned.type, planned.source, planned)], [deleted]
    problems = []
    # The last copy counts, as nbgrader has it. Earlier ones may define something: they still run.
    *earlier, (_, kind, source) = copies
    if earlier:
        problems.append(Problem("duplicate", planned.id, "cell is there twice; the last counts"))
    if kind != planned.type:
        problems.append(Problem("restored", planned.id, f"cell was turned into {kind}"))
    own = [Cell(*copy[1:]) for copy in earlier]
    return [*own, Cell(planned.type, source, planned)], problems


def _changes(planned: PlannedCell, copies: list[Written]) -> list[Problem]:
    """Say what was done to a locked cell."""
    if not copies:
        return [Problem("restored", planned.id, "cell was deleted")]
    problems = []
    if len(copies) > 1:
        detail = "locked cell is there twice; taken from the release"
        problems.append(Problem("duplicate", planned.id, detail))
    # An instructor who tries the solution hands in the locked cells as they are in the source.
    allowed = (planned.released.strip(), planned.source.strip())
    if any(kind != planned.type or source.strip() not in allowed for _, kind, source in copies):
        problems.append(Problem("restored", planned.id, "locked cell was changed"))
    return problems


def _recognise(found: list[Written], plan: Plan, problems: list[Problem]) -> list[Written]:
    """Give cells their ids back where some program stripped them all.

    Locked cells and prose are known by their text; a solution stands behind the cell that it
    follows in the release.

    Raises
    ------
    UnreadableError
        No cell is known: it is another notebook.
    """
    if any(identity in plan.by_id for identity, _, _ in found):
        return found
    texts = {cell.released.strip(): cell.id for cell in plan.cells if not cell.solution}
    follows = {before.id: cell for before, cell in pairwise(plan.cells) if cell.solution}
    recognised = []
    identity = ""
    for _, kind, source in found:
        expected = follows.get(identity)
        identity = texts.get(source.strip(), "")
        if not identity and expected is not None and expected.type == kind:
            identity = expected.id
        recognised.append((identity, kind, source))
    if not any(identity for identity, _, _ in recognised):
        raise UnreadableError(f"it has none of the cells of {plan.assignment}: another notebook?")
    detail = "ids were lost; cells are known by their text"
    problems.append(Problem("recognised", "notebook", detail))
    return recognised


def _parse(data: bytes) -> dict[str, Any]:
    """Return the notebook as a dictionary in nbformat 4."""
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableError("the file is empty")
    try:
        encoding = json.detect_encoding(data)
        notebook = json.loads(data.decode(encoding))
    except UnicodeDecodeError:
        raise UnreadableError("the file is not text") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
            raise UnreadableError(
                f"the file is truncated: it ends in line {error.lineno}"
            ) from None
        raise UnreadableError(
            f"the file is not JSON: line {error.lineno}, {error.msg.removesuffix(' at')}"
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableError(
            "the file is nested too deeply, or holds impossible numbers"
        ) from None
    if not isinstance(notebook, dict):
        raise UnreadableError(f"the file holds a JSON {type(notebook).__name__}, not a notebook")
    version = notebook.get("nbformat")
    if version == nbformat.current_nbformat:
        return notebook
    if version in (1, 2, 3):
        try:
            return dict(nbformat.convert(nbformat.from_dict(notebook), 4))
        except Exception as error:  # the converter trusts its input; this one is anybody's
            raise UnreadableError(f"nbformat {version} could not be upgraded: {error}") from None
    raise UnreadableError(
        f"nbformat is {str(version)[:20]!r}; expected {nbformat.current_nbformat}"
    )


def _clean_cells(notebook: dict[str, Any], problems: list[Problem]) -> list[Written]:
    """Return every cell that is one, as long as there is not too much code."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("the notebook has no list of cells")
    if len(cells) > MOST_CELLS:
        raise UnreadableError(f"it has {len(cells)} cells; at most {MOST_CELLS} are read")
    cleaned = []
    room = MOST_CODE
    for number, cell in enumerate(cells):
        kind, source = None, None
        if isinstance(cell, dict):
            kind, source = cell.get("cell_type"), cell.get("source")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if kind not in ("code", "markdown", "raw") or not isinstance(source, str):
            problems.append(Problem("malformed", f"cell {number}", "not a cell; left out"))
            continue
        if kind == "code" and len(source) > room:
            detail = f"more than {MOST_CODE >> 10} KiB of code in all; left out"
            problems.append(Problem("malformed", f"cell {number}", detail))
            continue
        room -= len(source) if kind == "code" else 0
        if kind == "markdown":
            source = with_pictures(source, cell.get("attachments"))
        cleaned.append((_identity(cell), kind, source))
    return cleaned


def _identity(cell: dict[str, Any]) -> str:
    """Return nbgrader's id, or the cell's own where the metadata was stripped."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    identity = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    if not isinstance(identity, str):
        identity = cell.get("id")
    return identity if isinstance(identity, str) else ""
