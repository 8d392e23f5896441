"""What an assignment asks for: its cells, its points, and the checks that each cell calls."""

import ast
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum

from autograder.inside.frames import Key
from autograder.problems import UsageError
from cnnlib.check import CHECKS, Check
from cnnlib.check.registry import ClashError, Package
from cnnlib.desk.assignment import calls_in as plain_calls


@dataclass(frozen=True)
class Call:
    """One part of a check that a cell calls, and the name of the function it checks."""

    check: str
    part: str
    which: str
    function: str

    @property
    def key(self) -> Key:
        """What the call's cases and results are called."""
        return Key(self.check, self.part, self.which)


@dataclass(frozen=True)
class PlannedCell:
    """One cell of the release.

    Attributes
    ----------
    id
        nbgrader's `grade_id`, or the cell's own id where it has none.
    type
        `code`, `markdown` or `raw`.
    source
        For locked cells the instructor's source, hidden tests included; otherwise the release's.
    released
        The source as students got it.
    metadata
        The cell's metadata as nbgrader's autograded notebooks have it.
    calls
        The checks that the cell calls.
    shown_calls
        Those of them that the released source calls, on visible cases.
    """

    id: str
    type: str
    source: str
    released: str
    metadata: dict[str, Any]
    calls: tuple[Call, ...] = ()
    shown_calls: tuple[Call, ...] = ()

    @cached_property
    def hidden_calls(self) -> tuple[Call, ...]:
        """Those of the calls that only the hidden run makes."""
        left = list(self.shown_calls)
        hidden = []
        for call in self.calls:
            if call in left:
                left.remove(call)
            else:
                hidden.append(call)
        return tuple(hidden)

    @property
    def hidden(self) -> bool:
        """Whether the cell has tests that students do not see: they get a run of their own."""
        shown = self.source == self.released and not self.hidden_calls
        return self.graded and self.locked and self.type == "code" and not shown

    @property
    def nbgrader(self) -> dict[str, Any]:
        """The cell's nbgrader metadata; empty for prose."""
        return dict(self.metadata.get("nbgrader", {}))

    @property
    def graded(self) -> bool:
        """Whether the cell gives points."""
        return bool(self.nbgrader.get("grade"))

    @property
    def solution(self) -> bool:
        """Whether students write in the cell."""
        return bool(self.nbgrader.get("solution"))

    @property
    def manual(self) -> bool:
        """Whether a person gives the points."""
        return self.graded and self.solution

    @property
    def locked(self) -> bool:
        """Whether students may not change the cell."""
        return bool(self.nbgrader) and not self.solution

    @property
    def points(self) -> float:
        """The points that the cell gives at most."""
        return float(self.nbgrader.get("points", 0)) if self.graded else 0.0


@dataclass(frozen=True)
class Plan:
    """An assignment, ready to grade with."""

    assignment: str
    notebook: str
    cells: tuple[PlannedCell, ...]
    metadata: dict[str, Any]

    @cached_property
    def by_id(self) -> dict[str, PlannedCell]:
        """Cells by id."""
        return {cell.id: cell for cell in self.cells}

    @property
    def max_score(self) -> float:
        """The points of all cells."""
        return sum(cell.points for cell in self.cells)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every part of a check that any cell calls, once each."""
        return tuple({call.key: call for cell in self.cells for call in cell.calls}.values())

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """Packages other than cnnlib that bring some of these checks."""
        return CHECKS.packages(call.check for call in self.calls)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Modules that the assignment's own cells import."""
        code = [cell.source for cell in self.cells if cell.type == "code"]
        found = {name for source in code for name in imports_in(source)}
        return tuple(sorted(found | {package.module for package in self.packages}))

    @cached_property
    def digest(self) -> str:
        """A fingerprint: results made with another plan are out of date."""
        content: list[tuple[Any, ...]] = [
            (cell.id, cell.type, cell.source, cell.metadata) for cell in self.cells
        ]
        content += [(package.name, package.version) for package in self.packages]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def read_plan(assignment: str, source: Path, release: Path) -> Plan:
    """Read an assignment's plan from the instructor's notebook and the released one.

    Raises
    ------
    UsageError
        A notebook is missing, the two do not belong together, or a check is called that nobody
        brings.
    """
    name = only_notebook(source)
    if not (release / f"{name}.ipynb").is_file():
        raise UsageError(
            f"{assignment} has not been released: run `autograder release {assignment}`"
        )
    instructor = {cell_id(cell): cell for cell in _read(source / f"{name}.ipynb").cells}
    released = _read(release / f"{name}.ipynb")
    if set(instructor) != {cell_id(cell) for cell in released.cells}:
        raise UsageError(
            f"{assignment} has changed since its release: "
            f"run `autograder release {assignment}` again"
        )
    cells = tuple(_planned(cell, instructor[cell_id(cell)]) for cell in released.cells)
    return Plan(assignment, name, cells, dict(released.metadata))


def only_notebook(folder: Path) -> str:
    """Return the name, without ending, of the one notebook in a folder."""
    names = sorted(path.stem for path in folder.glob("*.ipynb"))
    if len(names) != 1:
        found = ", ".join(names) or "none"
        raise UsageError(f"{folder} must hold exactly one notebook; found {found}")
    return names[0]


def cell_id(cell: Any) -> str:
    """Return a trusted cell's nbgrader id, or its own."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id"))


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _planned(released: Any, instructor: Any) -> PlannedCell:
    """Join a released cell with its source: locked cells run as the instructor wrote them."""
    metadata = json.loads(json.dumps(released.metadata))
    source = released.source
    nbgrader = metadata.get("nbgrader", {})
    if nbgrader and not nbgrader.get("solution"):
        source = instructor.source
        nbgrader["checksum"] = compute_checksum(instructor)
    shown = calls_in(released.source) if nbgrader.get("grade") else []
    return PlannedCell(
        id=cell_id(released),
        type=released.cell_type,
        source=source,
        released=released.source,
        metadata=metadata,
        calls=tuple(calls_in(source)) if nbgrader.get("grade") else (),
        shown_calls=tuple(call for call in shown if call.which != "hidden"),
    )


def imports_in(source: str) -> set[str]:
    """Return the modules that a cell imports.

    >>> sorted(imports_in("import numpy as np, os.path; from cnnlib import check"))
    ['cnnlib', 'numpy', 'os.path']
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    found = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    froms = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return found | {name for name in froms if name}


def calls_in(source: str) -> list[Call]:
    """Return the parts of checks that a cell calls, in order.

    Only plain calls count: `check.name(function, part="…", cases="…")`.

    Raises
    ------
    UsageError
        There is no such check.

    >>> calls_in("check.im2col(im2col, part='basic', cases='hidden')")
    [Call(check='im2col', part='basic', which='hidden', function='im2col')]
    """
    found = []
    for call in plain_calls(source):
        known = _check(call.check)
        parts = known.parts if call.part is None else [call.part]
        found += [Call(call.check, part, call.which, call.function) for part in parts]
    return found


def _check(name: str) -> Check:
    try:
        if name in CHECKS:
            return CHECKS[name]
    except ClashError as error:
        raise UsageError(str(error)) from None
    problem = f"a graded cell calls check.{name}, and no package brings that check"
    raise UsageError("; ".join([problem, *CHECKS.faults]))
