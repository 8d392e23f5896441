"""An attack, or an honest notebook that looks like one: edits of the model solution, in one file.

A file in `attacks/` begins with why it is there; what it deserves and where its code goes follow:

    # The watch is emptied by an own cell.
    # kind: 03
    # in: ps5_device
    # expect: score=0, problems=any
    # alone: yes
    # goes: before ex1-solution
    ...code...
    # goes: instead ex1-solution
    ...code...

`goes` begins a piece of code: an own cell `before` or `after` the cell that is named, or in the
same cell `above`, `below` or `instead` of what stands there. `alone` takes other solutions away.
`races` says between whom: what comes of it is chance, so it is not compared with a second time.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.course.course import Course
from autograder.course.plan import cell_id

ATTACKS = Path(__file__).with_name("attacks")
GOES = re.compile(r"^# goes: ([a-z]+) (\S+)\n", re.MULTILINE)
OWN = "own"
ANSWER = "The product runs in compiled code; the columns hold each pixel about kh · kw times."


@dataclass(frozen=True)
class Deserved:
    """What must come of a submission.

    Attributes
    ----------
    least, most
        The points, automatic ones.
    problems
        The kinds that its problems may have; None for any. Points are only lost if one is named.
    """

    least: float
    most: float
    problems: frozenset[str] | None

    @classmethod
    def parse(cls, text: str) -> "Deserved":
        """Read `score=0..84, problems=wrong+error`; `any` and `none` are kinds, too."""
        fields = dict(pair.split("=") for pair in text.split(", "))
        least, _, most = fields["score"].partition("..")
        kinds = fields["problems"]
        allowed = None if kinds == "any" else frozenset(kinds.split("+")) - {"none"}
        return cls(float(least), float(most or least), allowed)

    def faults(self, entry: Mapping[str, Any], full: float) -> Sequence[str]:
        """Return in what a report's entry differs."""
        score, problems = entry["score"], entry["problems"]
        kinds = {problem["kind"] for problem in problems}
        faults = []
        if not self.least <= score <= self.most:
            faults.append(f"score is {score:g}; deserved {self.least:g} to {self.most:g}")
        if self.problems is not None and kinds - self.problems:
            faults.append(f"problems are {sorted(kinds)}; allowed {sorted(self.problems)}")
        if score < full and not problems:
            faults.append(f"{full - score:g} points are lost, and nothing says why")
        broken = ("it could not run:", "it could not be scored:", "it could not be read:")
        faults += [
            f"not foreseen: {p['detail']}" for p in problems if p["detail"].startswith(broken)
        ]
        return [f"{fault}: {problems}" for fault in faults]


@dataclass(frozen=True)
class Attack:
    """What one student hands in.

    Attributes
    ----------
    pieces
        Where each piece of code goes, the cell that is meant, and the code.
    leaks
        The check whose hidden inputs it wants to carry out, if any.
    races
        Who in the submission races whom, if that decides what comes of it.
    """

    name: str
    assignment: str
    kind: str
    expected: Deserved
    pieces: Sequence[tuple[str, str, str]]
    alone: bool = False
    leaks: str = ""
    races: str = ""

    @classmethod
    def read(cls, path: Path) -> "Attack":
        """Read a file of `attacks/`."""
        head, *rest = GOES.split(path.read_text(encoding="utf-8"))
        said = dict(line[2:].split(": ", 1) for line in head.splitlines()[1:])
        return cls(
            name=path.stem,
            assignment=said["in"],
            kind=said["kind"],
            expected=Deserved.parse(said["expect"]),
            pieces=[
                (rest[i], rest[i + 1], rest[i + 2].rstrip("\n")) for i in range(0, len(rest), 3)
            ],
            alone="alone" in said,
            leaks=said.get("leaks", ""),
            races=said.get("races", ""),
        )

    def put_into(self, notebook: dict[str, Any]) -> None:
        """Edit a right solution."""
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        if self.alone:
            for cell in solutions(notebook):
                cell["source"] = ""
        for number, (place, target, code) in enumerate(self.pieces):
            cell = cells[target]
            where = notebook["cells"].index(cell)
            if place in ("before", "after"):
                notebook["cells"].insert(where + (place == "after"), own_cell(code, f"own{number}"))
            else:
                parts = {"above": [code, cell["source"]], "below": [cell["source"], code]}
                cell["source"] = "\n\n\n".join(parts.get(place, [code]))


def own_cell(source: str, identity: str = OWN, kind: str = "code") -> dict[str, Any]:
    """Return a cell that a student added."""
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": identity, "metadata": {}, "source": source, **code}


def solutions(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the code cells that are the student's to write."""
    return [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    ]


def read_attacks() -> list[Attack]:
    """Return every attack in `attacks/`."""
    return [Attack.read(path) for path in sorted(ATTACKS.glob("*.cell"))]


def honest(course: Course, assignment: str) -> dict[str, Any]:
    """Return the released notebook, filled in with the model solution."""
    source = course.source(assignment) / f"{assignment}.ipynb"
    model = {cell_id(cell): cell for cell in nbformat.read(source, as_version=4).cells}
    notebook = nbformat.read(course.release(assignment) / source.name, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = model[cell_id(cell)].source if cell.cell_type == "code" else ANSWER
    return copy.deepcopy(dict(notebook))
