"""Reads a submission as hostile bytes: names what is wrong, and repairs what can be repaired."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from autograder.course.plan import Plan, PlannedCell
from autograder.problems import Problem, UnreadableError
from autograder.triage.answers import Cell, take_answers_in
from autograder.triage.files import is_plain, read_notebook, read_timestamp
from autograder.triage.harmless import MOST_PICTURES, with_pictures
from autograder.triage.recognise import Written, plain, recognise

__all__ = ["Cell", "Submission", "Triaged", "blank", "read_submission", "triage"]

#: The release has some 40 cells with 10 kB of code. Scoring reads code as Python, which takes
#: a thousand times its size in memory.
MOST_CELLS, MOST_CODE = 1000, 2**18
#: Characters of Markdown in a cell, and in all, without pictures: making a page of some takes
#: time that grows with their square.
LONGEST_TEXT, MOST_TEXT = 2**16, 2**18


@dataclass(frozen=True)
class Triaged:
    """A submission in the release's order, and what was wrong with it."""

    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Submission:
    """What a student handed in, read and triaged; `fault` where that was not possible.

    Attributes
    ----------
    fingerprint
        Of all that was handed in.
    work
        A fingerprint of the code in solutions; empty where nothing was written.
    """

    student: str
    triaged: Triaged
    fingerprint: str
    handed_in: datetime | None = None
    fault: Problem | None = None
    work: str = ""


def read_submission(student: str, folder: Path, plan: Plan) -> Submission:
    """Read and triage one submission; never raise for what a student handed in."""
    name = f"{plan.notebook}.ipynb"
    data, handed_in, fault = b"", None, None
    try:
        if not is_plain(student):
            raise UnreadableError(
                "the name of the student's folder begins with a dot, or has control characters or "
                "one of * ? [, or is longer than 128 characters: rename it"
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
    return Submission(student, triaged, fingerprint, handed_in, fault, _work(triaged))


def _work(triaged: Triaged) -> str:
    """Return a fingerprint of the code in solutions, comments and blanks aside."""
    written = [
        (cell.planned.id, _bare(cell.source))
        for cell in triaged.cells
        if cell.planned is not None and cell.planned.solution and cell.type == "code"
        if _bare(cell.source) != _bare(cell.planned.released)
    ]
    return hashlib.sha256(repr(written).encode()).hexdigest()[:16] if written else ""


def _bare(source: str) -> list[str]:
    lines = (line.strip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


def triage(data: bytes, plan: Plan) -> Triaged:
    """Turn a submission's bytes into cells to run.

    Locked cells come from the plan, solutions from the student, both in the plan's order; cells
    that the student added, copies among them, stay behind the cell that they followed.

    Raises
    ------
    UnreadableError
        No notebook can be made of the bytes.
    """
    problems: list[Problem] = []
    found = recognise(_clean_cells(_parse(data), problems), plan, problems)
    copies: dict[str, list[int]] = {}
    for position, each in enumerate(found):
        if each.id in plan.by_id:
            copies.setdefault(each.id, []).append(position)
    chosen = {
        identity: _counting(plan.by_id[identity], [(i, found[i]) for i in positions])
        for identity, positions in copies.items()
        if plan.by_id[identity].solution
    }
    # The cells that the student added after each of the plan's.
    added: dict[str, list[Cell]] = {}
    last = ""
    for position, each in enumerate(found):
        if each.id not in plan.by_id:
            added.setdefault(last, []).append(Cell(each.type, each.source))
        elif chosen.get(each.id, position) == position:
            last = each.id
        else:
            added.setdefault(last, []).append(Cell(each.type, each.source))
    numbers = {cell.id: number for number, cell in enumerate(plan.cells)}
    # Copies further down are no new order.
    order = [numbers[identity] for identity in copies if plan.by_id[identity].nbgrader]
    if order != sorted(order):
        problems.append(Problem("restored", "notebook", "cells were reordered"))

    cells = list(added.get("", []))
    for planned in plan.cells:
        mine = [found[i] for i in copies.get(planned.id, [])]
        if planned.id in chosen:
            restored, said = _solution(planned, found[chosen[planned.id]], len(mine))
        else:
            restored, said = _restore(planned, mine)
        cells += [*restored, *added.get(planned.id, [])]
        problems += said
    return Triaged(*take_answers_in(cells, problems))


def _counting(planned: PlannedCell, copies: list[tuple[int, Written]]) -> int:
    """Return which copy of a solution counts as it; the others run where they stand.

    A copy that Jupyter made says that it is the solution, but has an id of its own. Of written
    answers the last counts in which something was written.
    """
    if planned.manual:
        written = [(i, each) for i, each in copies if plain(each.source) != plain(planned.released)]
        return (written or copies)[-1][0]
    originals = [i for i, each in copies if each.own == planned.id]
    return originals[-1] if originals else copies[0][0]


def blank(plan: Plan) -> Triaged:
    """Return the release itself, for a submission that cannot be read."""
    return Triaged(tuple(Cell(cell.type, cell.source, cell) for cell in plan.cells), ())


def _solution(planned: PlannedCell, copy: Written, copies: int) -> tuple[list[Cell], list[Problem]]:
    """Return the student's cell, and what is odd about it."""
    problems = []
    if copies > 1:
        count = "twice" if copies == 2 else f"{copies} times"
        detail = f"cell is there {count}; the copies run where they are"
        problems.append(Problem("duplicate", planned.id, detail))
    if copy.type != planned.type:
        problems.append(Problem("restored", planned.id, f"cell was turned into {copy.type}"))
    return [Cell(planned.type, copy.source, planned)], problems


def _restore(planned: PlannedCell, copies: list[Written]) -> tuple[list[Cell], list[Problem]]:
    """Return the cells to run for one of the plan's, and what had to be repaired."""
    if not planned.nbgrader:  # prose: the student may do with it as they like
        return [_prose(planned, copy) for copy in copies], []
    release = Cell(planned.type, planned.source, planned)
    if planned.locked:
        changed = [copy for copy in copies if not _as_released(planned, copy)]
        # What the student added to it may be needed below; what the release says comes after it.
        own = [
            Cell("code", copy.source)
            for copy in changed
            if copy.type == planned.type == "code" and not planned.graded
        ]
        return [*own, release], _changes(planned, copies, changed)
    if planned.manual:
        return [release], [Problem("restored", planned.id, "cell was deleted")]
    return [], [Problem("missing", planned.id, "the cell for the solution was deleted")]


def _prose(planned: PlannedCell, copy: Written) -> Cell:
    """Return prose, as it was released if nothing but blanks was changed."""
    same = copy.type == planned.type and plain(copy.source) == plain(planned.released)
    return Cell(copy.type, planned.released if same else copy.source, planned)


def _as_released(planned: PlannedCell, copy: Written) -> bool:
    # An instructor who tries the solution hands in the locked cells as they are in the source.
    allowed = (plain(planned.released), plain(planned.source))
    return copy.type == planned.type and plain(copy.source) in allowed


def _changes(planned: PlannedCell, copies: list[Written], changed: list[Written]) -> list[Problem]:
    """Say what was done to a locked cell."""
    if not copies:
        return [Problem("restored", planned.id, "cell was deleted")]
    problems = []
    if len(copies) > 1:
        detail = "locked cell is there twice; the released one was used"
        problems.append(Problem("duplicate", planned.id, detail))
    if changed:
        problems.append(Problem("restored", planned.id, "locked cell was changed"))
    return problems


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
    """Return every cell that is one, as long as there is not too much in them."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise UnreadableError("the notebook has no list of cells")
    if len(cells) > MOST_CELLS:
        raise UnreadableError(f"it has {len(cells)} cells; at most {MOST_CELLS} are read")
    cleaned = []
    code, text, pictures = MOST_CODE, MOST_TEXT, MOST_PICTURES
    for number, cell in enumerate(cells):
        where = f"cell {number}"
        kind, source = None, None
        if isinstance(cell, dict):
            kind, source = cell.get("cell_type"), cell.get("source")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if kind not in ("code", "markdown", "raw") or not isinstance(source, str):
            problems.append(Problem("malformed", where, "not a cell; left out"))
            continue
        source = clean(source)
        if kind == "code" and len(source) > code:
            detail = f"more than {MOST_CODE >> 10} KiB of code in all; left out"
            problems.append(Problem("malformed", where, detail))
            continue
        if kind != "code" and len(source) > min(LONGEST_TEXT, text):
            detail = f"more than {LONGEST_TEXT >> 10} KiB of text, or too much in all; cut"
            problems.append(Problem("malformed", where, detail))
            source = source[: min(LONGEST_TEXT, text)]
        code -= len(source) if kind == "code" else 0
        text -= len(source) if kind != "code" else 0
        if kind == "markdown":
            before = len(source)
            source, left_out = with_pictures(source, cell.get("attachments"), pictures)
            pictures -= max(0, len(source) - before)
            if left_out:
                more = f", and {len(left_out) - 1} more" if len(left_out) > 1 else ""
                detail = f"a picture is left out: {left_out[0]}{more}"
                problems.append(Problem("malformed", _identity(cell) or where, detail))
        cleaned.append(Written(_identity(cell), str(cell.get("id")), kind, source))
    return cleaned


def clean(text: str) -> str:
    r"""Return a text with one kind of line ends, and without halves of characters.

    >>> clean("a\r\nb\rc") == "a\nb\nc", clean("\ud83d!").isascii()
    (True, False)
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # JSON can hold half of an emoji, which no encoding can: joined, or taken for a question mark.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _identity(cell: dict[str, Any]) -> str:
    """Return nbgrader's id, or the cell's own where the metadata was stripped."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    identity = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    if not isinstance(identity, str):
        identity = cell.get("id")
    return identity if isinstance(identity, str) else ""
