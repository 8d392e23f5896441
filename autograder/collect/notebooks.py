"""Chooses which of the files that one person handed in is the assignment's notebook."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from autograder.collect.names import Named, is_notebook
from autograder.collect.records import is_receipt
from autograder.collect.uploads import File
from autograder.course.course import Course
from autograder.problems import Problem, UnreadableError

#: Notebooks of one person that are looked into.
MOST_BOOKS = 30
#: Files of one person that are named because they are no notebooks.
MOST_NOTES = 5
#: Parts of `_age` that are no chance.
TELLING = 4

Upload: TypeAlias = tuple[File, Named]


@dataclass(frozen=True)
class Wanted:
    """What the assignment's notebook is known by.

    Attributes
    ----------
    name
        Without ending.
    ids
        nbgrader's ids of its cells.
    stubs
        What stands in the cells for solutions when students get them, by id.
    """

    name: str
    ids: frozenset[str]
    stubs: Mapping[str, str]


@dataclass
class Choice:
    """The chosen notebook, if there is one, and what there is to say about the others."""

    upload: Upload | None = None
    data: bytes = b""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def wanted(course: Course, assignment: str, name: str) -> Wanted:
    """Return what an assignment's notebook is known by."""
    source = _cells_of(course.source(assignment) / f"{name}.ipynb")
    released = _cells_of(course.release(assignment) / f"{name}.ipynb")
    stubs = {key: text for key, (text, solution) in released.items() if solution}
    return Wanted(name, frozenset(source), stubs)


def _cells_of(path: Path) -> dict[str, tuple[str, bool]]:
    return _cells(path.read_bytes()) if path.is_file() else {}


def choose(student: str, uploads: Sequence[Upload], want: Wanted,
           read: Callable[[File], bytes]) -> Choice:  # fmt: skip
    """Return the notebook of the newest attempt that is the assignment's.

    Its cells tell best; then its name; then which is newest. Work goes before a notebook in which
    nothing was written.
    """
    choice = Choice()
    books = [each for each in uploads if is_notebook(each[0].path)]
    beside = [file for file, _ in uploads if _is_other(file)]
    if not books:
        choice.problems.append(_without(student, uploads, beside))
        return choice
    choice.notes += _left_out(student, beside)
    newest = max(_sent(each) for each in books)
    if newest < max(map(_sent, uploads)):
        later = max(uploads, key=_sent)[0].path
        detail = f"{student}'s newest attempt has no notebook, so an older one was taken: ask"
        choice.problems.append(Problem("unclear", str(later), detail))
    ranked = _rank([each for each in books if _sent(each) == newest], want, read, choice.problems)
    if not ranked:
        return choice
    *_, choice.data, choice.upload = ranked[-1]
    chosen = str(choice.upload[0].path)
    choice.problems += _doubts(student, ranked, chosen)
    said = {chosen, *(problem.where for problem in choice.problems)}
    older = sorted({str(file.path) for file, _ in books} - said)
    instead = f"{chosen} is graded for {student} instead"
    choice.notes += [Problem("older", path, instead) for path in older]
    return choice


def _is_other(file: File) -> bool:
    """Whether the student handed it in, and it is no notebook."""
    ours = file.is_nothing or is_receipt(file.path) or file.path.name == "timestamp.txt"
    return not (ours or is_notebook(file.path))


def _left_out(student: str, beside: Sequence[File]) -> list[Problem]:
    paths = [str(file.path) for file in beside]
    notes = [Problem("left out", path, "not a notebook") for path in paths[:MOST_NOTES]]
    if len(paths) > MOST_NOTES:
        detail = f"not a notebook; nor are {len(paths) - MOST_NOTES - 1} more files of {student}"
        notes.append(Problem("left out", paths[MOST_NOTES], detail))
    return notes


def _rank(
    books: Sequence[Upload],
    want: Wanted,
    read: Callable[[File], bytes],
    problems: list[Problem],
) -> list[tuple[Any, ...]]:
    """Return notebooks with what tells for them, the best last; each that can be read."""
    ranked = []
    # The names decide whose cells are looked into, where somebody handed in a whole library.
    likely = sorted(books, key=lambda each: _age(each, want), reverse=True)[:MOST_BOOKS]
    for each in likely:
        try:
            data = read(each[0])
        except UnreadableError as error:
            problems.append(Problem("unreadable", str(each[0].path), str(error)))
        else:
            ranked.append((_fitness(data, each[1], want), _age(each, want), data, each))
    return sorted(ranked, key=lambda rank: rank[:2])


def _sent(upload: Upload) -> float:
    """Return when the platform says that it was handed in; 0 where it does not."""
    return upload[1].time.timestamp() if upload[1].time else 0.0


def _age(upload: Upload, want: Wanted) -> tuple[Any, ...]:
    """Sort what is meant last; the first `TELLING` parts tell, the others only choose."""
    file, named = upload
    folders = [part.lower() for part in file.path.parts[:-1]]
    packed = sum(part.endswith(".zip") for part in folders)
    order = named.stem == want.name, -packed, named.attempt, named.again
    return *order, -len(folders), file.time, str(file.path)


def _fitness(data: bytes, named: Named, want: Wanted) -> tuple[bool, bool]:
    """Whether it is the assignment's, by its cells or else its name; and whether work is in it."""
    cells = _cells(data)
    ours = bool(want.ids & set(cells)) or (named.stem == want.name and not cells)
    written = [
        cells[key][0].strip() != text.strip() for key, text in want.stubs.items() if key in cells
    ]
    return ours, any(written) or not written


def _doubts(student: str, ranked: Sequence[tuple[Any, ...]], chosen: str) -> list[Problem]:
    """Say where the choice was a guess."""
    fitness, age, data, _ = ranked[-1]
    problems = []
    if not fitness[0] and _cells(data):
        detail = f"its cells belong to another assignment, and {student} sent no other: ask"
        problems.append(Problem("unclear", chosen, detail))
    problems += [
        Problem(
            "unclear",
            str(file.path),
            f"may be meant just as well as {chosen}, which was taken for {student}: look at both",
        )
        for other, older, text, (file, _) in ranked[:-1]
        if text != data and (not fitness[0] or (other, older[:TELLING]) == (fitness, age[:TELLING]))
    ]
    return problems


def _without(student: str, uploads: Sequence[Upload], beside: Sequence[File]) -> Problem:
    found = sorted({file.path.name for file in beside})
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    there = f"only {', '.join(found[:3])}{more}" if found else "nothing"
    where = str((beside or [uploads[0][0]])[0].path)
    return Problem("no notebook", where, f"{student} handed in {there}: ask for the .ipynb")


def _cells(data: bytes) -> dict[str, tuple[str, bool]]:
    """Return the text of nbgrader's cells and whether each is a solution; of junk, nothing."""
    try:
        cells = json.loads(data)["cells"]
        found = {}
        for cell in cells:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("grade_id"):
                source = cell.get("source", "")
                text = source if isinstance(source, str) else "".join(source)
                found[str(marks["grade_id"])] = text, bool(marks.get("solution"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    return found
