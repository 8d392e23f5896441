"""Reads a submission as hostile bytes: names what is wrong, and repairs what can be repaired."""

import json
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import parse_utc

from autograder.plan import Plan, PlannedCell
from autograder.problems import Problem, UnreadableError

#: A notebook without outputs is some 50 kB; stored outputs may make it larger, but not this large.
SIZE_LIMIT = 20 * 2**20


@dataclass(frozen=True)
class Cell:
    """A cell to run: one of the plan's, or one that the student added."""

    type: str
    source: str
    planned: PlannedCell | None = None


@dataclass(frozen=True)
class Triaged:
    """A submission in the release's order, and what was wrong with it."""

    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]


def find_notebook(folder: Path, plan: Plan) -> tuple[Path, tuple[Problem, ...]]:
    """Return the submitted notebook: the one with the right name, or the only one there is.

    Raises
    ------
    UnreadableError
        No notebook can be meant.
    """
    expected = folder / f"{plan.notebook}.ipynb"
    if expected.exists() or expected.is_symlink():
        return expected, ()
    others = sorted(folder.glob("*.ipynb"))
    if len(others) == 1:
        detail = f"handed in as {others[0].name}; read as {expected.name}"
        return others[0], (Problem("renamed", others[0].name, detail),)
    found = ", ".join(path.name for path in others) or "no notebook"
    raise UnreadableError(f"{expected.name} is missing; found {found}")


def read_bytes(path: Path) -> bytes:
    """Read a regular file of sensible size, without following a link.

    Raises
    ------
    UnreadableError
        It is something else.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise UnreadableError(f"{path.name} cannot be opened: {error.strerror}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise UnreadableError(f"{path.name} is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > SIZE_LIMIT:
            size = status.st_size / 2**20
            raise UnreadableError(
                f"{path.name} has {size:.0f} MiB; at most {SIZE_LIMIT >> 20} are read"
            )
        return file.read(SIZE_LIMIT)


def read_timestamp(folder: Path) -> tuple[datetime | None, tuple[Problem, ...]]:
    """Return when a submission was handed in, from nbgrader's `timestamp.txt`, if it has one."""
    path = folder / "timestamp.txt"
    if not path.exists() and not path.is_symlink():
        return None, ()
    try:
        return read_timestamp_text(read_bytes(path)), ()
    except (UnreadableError, ValueError, OverflowError):
        return None, (Problem("malformed", path.name, "no time that can be read; taken as none"),)


def read_timestamp_text(data: bytes) -> datetime:
    """Return the time, in UTC, that a `timestamp.txt` holds.

    Raises
    ------
    ValueError, OverflowError
        It holds none.
    """
    time: datetime = parse_utc(data[:100].decode().strip())
    return time


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
    # What the student wrote into each cell of the plan, and which cells they added after it.
    written: dict[str, tuple[str, str]] = {}
    added: dict[str, list[Cell]] = {}
    order: list[str] = []
    last = ""
    for identity, kind, source in _clean_cells(_parse(data), problems):
        if identity not in plan.by_id:
            added.setdefault(last, []).append(Cell(kind, source))
            continue
        if identity in written:
            # The last copy counts, as nbgrader has it; the earlier one still runs before it.
            problems.append(Problem("duplicate", identity, "cell is there twice; the last counts"))
            added.setdefault(last, []).insert(0, Cell(*written[identity]))
        written[identity] = kind, source
        order.append(identity)
        last = identity
    positions = {cell.id: number for number, cell in enumerate(plan.cells)}
    locked = [positions[i] for i in dict.fromkeys(order) if plan.by_id[i].nbgrader]
    if locked != sorted(locked):
        problems.append(Problem("restored", "notebook", "cells were reordered"))

    cells = list(added.get("", []))
    for planned in plan.cells:
        cell, problem = _restore(planned, written.get(planned.id))
        cells += [cell] if cell else []
        problems += [problem] if problem else []
        cells += added.get(planned.id, [])
    return Triaged(tuple(cells), tuple(problems))


def blank(plan: Plan) -> Triaged:
    """Return the release itself, for a submission that cannot be read."""
    return Triaged(tuple(Cell(cell.type, cell.source, cell) for cell in plan.cells), ())


def _restore(
    planned: PlannedCell, written: tuple[str, str] | None
) -> tuple[Cell | None, Problem | None]:
    """Return the cell to run for one of the plan's, and what had to be repaired."""
    restored = Cell(planned.type, planned.source, planned)
    if not planned.nbgrader:  # prose: the student may do with it as they like
        return (Cell(written[0], written[1], planned) if written else None), None
    if written is None:
        if planned.solution and not planned.manual:
            return None, Problem("missing", planned.id, "the cell for the solution was deleted")
        return restored, Problem("restored", planned.id, "cell was deleted")
    kind, source = written
    wrong_type = kind != planned.type
    if planned.solution:
        problem = Problem("restored", planned.id, f"cell was turned into {kind}")
        return Cell(planned.type, source, planned), problem if wrong_type else None
    # An instructor who tries the solution hands in the locked cells as they are in the source.
    changed = wrong_type or source.strip() not in (planned.released.strip(), planned.source.strip())
    return restored, Problem("restored", planned.id, "locked cell was changed") if changed else None


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
        raise UnreadableError(f"the file is not JSON: line {error.lineno}, {error.msg}") from None
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


def _clean_cells(notebook: dict[str, Any], problems: list[Problem]) -> list[tuple[str, str, str]]:
    """Return (id, type, source) of every cell that is one."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("the notebook has no list of cells")
    cleaned = []
    for number, cell in enumerate(cells):
        kind, source = None, None
        if isinstance(cell, dict):
            kind, source = cell.get("cell_type"), cell.get("source")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if kind not in ("code", "markdown", "raw") or not isinstance(source, str):
            problems.append(Problem("malformed", f"cell {number}", "not a cell; left out"))
            continue
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
