"""An assignment's notebook as its student has it: exercises, points, and what each cell calls.

It is read from the file, which need not be saved: what is asked for never changes.
"""

import ast
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

#: How often a file that cannot be read is looked at, and the seconds between two looks.
LOOKS, LOOK_SECONDS = 5, 0.05


@dataclass(frozen=True)
class Call:
    """A call of a check: `check.NAME(function, part="…", cases="…")`; without a part, all of them.

    Other settings, such as the device, are not told.
    """

    check: str
    part: str | None
    which: str
    function: str


def calls_in(source: str) -> list[Call]:
    """Return the calls of checks in a cell, in order; only plain ones count.

    >>> calls_in("check.im2col(im2col, part='basic')")
    [Call(check='im2col', part='basic', which='visible', function='im2col')]
    """
    found = []
    for node in ast.walk(_parsed(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="check"), attr=name),
                args=[ast.Name(id=function), *rest],
                keywords=keywords,
            ):
                settings = {
                    keyword.arg: keyword.value.value
                    for keyword in keywords
                    if isinstance(keyword.value, ast.Constant)
                }
                if rest and isinstance(rest[0], ast.Constant):
                    settings["part"] = rest[0].value
                part = settings.get("part")
                which = str(settings.get("cases", "visible"))
                found.append(Call(name, None if part is None else str(part), which, function))
    return found


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # a line of IPython's, or a cell that is half written
        return ast.Module(body=[], type_ignores=[])


@dataclass(frozen=True)
class Cell:
    """One cell of the notebook.

    Attributes
    ----------
    id
        nbgrader's name of it, or its own.
    exercise
        The heading of the exercise that it stands in.
    points
        What it gives at most; 0 where it gives none.
    by_hand
        A person gives the points.
    """

    id: str
    type: str
    source: str
    exercise: str
    points: float
    by_hand: bool

    @cached_property
    def calls(self) -> list[Call]:
        """The checks that it calls."""
        return calls_in(self.source) if self.type == "code" else []

    @cached_property
    def defines(self) -> set[str]:
        """The names that it gives a value: functions, classes, variables, imports."""
        names: set[str] = set()
        for node in _parsed(self.source).body if self.type == "code" else []:
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    names.add(name)
                case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                    names |= {(a.asname or a.name).partition(".")[0] for a in aliases}
                case ast.Assign() | ast.AnnAssign() | ast.For() | ast.With():
                    stored = (n for n in ast.walk(node) if isinstance(n, ast.Name))
                    names |= {n.id for n in stored if isinstance(n.ctx, ast.Store)}
        return names


@dataclass(frozen=True)
class Assignment:
    """A notebook with exercises."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def graded(self) -> list[Cell]:
        """The cells that give points."""
        return [cell for cell in self.cells if cell.points]

    @property
    def exercises(self) -> dict[str, list[Cell]]:
        """The graded cells by the heading of their exercise, in order."""
        found: dict[str, list[Cell]] = {}
        for cell in self.graded:
            found.setdefault(cell.exercise, []).append(cell)
        return found

    @property
    def points(self) -> float:
        """What all of it gives."""
        return sum(cell.points for cell in self.graded)


def read_assignment(path: Path) -> Assignment | None:
    """Return the assignment in a notebook's file; None if there is none in it.

    Jupyter empties a file and writes it anew: who looks meanwhile sees half of it, and looks again.
    """
    for left in reversed(range(LOOKS)):
        try:
            return _read(path, path.stat().st_mtime_ns)
        except ValueError:
            time.sleep(LOOK_SECONDS if left else 0)
        except (OSError, LookupError, TypeError, AttributeError):
            break
    return None


@cache
def _read(path: Path, changed: int) -> Assignment | None:
    """Read a notebook; `changed` says which state of it this is."""
    exercise, cells = "", []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            headings = [line[3:] for line in source.splitlines() if line.startswith("## ")]
            exercise = headings[-1].strip() if headings else exercise
        cells.append(_cell(cell, source, exercise))
    found = Assignment(path.stem, tuple(cells))
    return found if found.graded else None


def _cell(cell: Mapping[str, Any], source: str, exercise: str) -> Cell:
    told = cell["metadata"].get("nbgrader", {})
    return Cell(
        id=str(told.get("grade_id") or cell.get("id", "")),
        type=cell["cell_type"],
        source=source,
        exercise=exercise,
        points=float(told.get("points") or 0) if told.get("grade") else 0.0,
        by_hand=bool(told.get("grade") and told.get("solution")),
    )


def notebook_here() -> Path | None:
    """Return the notebook that this kernel belongs to, if it is an assignment and can be told.

    Jupyter names it in the environment. Elsewhere it is the only assignment in this folder, or the
    one that was saved last.
    """
    named = Path(os.environ.get("JPY_SESSION_NAME", "")).name
    if named.endswith(".ipynb") and read_assignment(Path(named)):
        return Path(named)
    found = [path for path in Path().glob("*.ipynb") if read_assignment(path)]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def assignment_here() -> Assignment | None:
    """Return the assignment that this kernel belongs to, as its file has it now."""
    path = notebook_here()
    return None if path is None else read_assignment(path)
