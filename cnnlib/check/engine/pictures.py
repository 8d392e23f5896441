"""The pictures of a report: what should be read, what the mistake reads, where the result is wrong.

Every picture has a text that says the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnlib.check.engine.case import Array
from cnnlib.check.engine.findings import Mismatch
from cnnlib.check.engine.reading import Readings
from cnnlib.check.engine.window import Window, listed
from cnnlib.look.draw import Drawing
from cnnlib.look.parts import Box

#: Sides of the cells of an image and of a map; what has more rows or columns is cut.
SIDE, MAP_SIDE = 48, 24
MOST = 10
MAP_ROWS, MAP_COLUMNS = 12, 16
#: The colour of an argument; others are in the colour of text.
KINDS = {"x": "input", "dy": "gradient", "w": "kernel", "cols": "input"}


@dataclass(frozen=True)
class Picture:
    """A drawing with the sentence that stands above it, and a note below."""

    title: str
    drawing: Drawing
    note: str = ""


def pictures(mismatch: Mismatch, found: Readings | None) -> list[Picture]:
    """Return the pictures of a mismatch, in the order in which they are looked at."""
    window, made = mismatch.window, []
    if window is not None and window.rows and window.columns and found is not None:
        made.append(_should_read(mismatch, window, found))
        if found.elsewhere:
            made.append(_reads(mismatch, window, found))
        elif found.differently:
            made += _weights(window, found)
    return [*made, _map(mismatch)]


def shapes(expected: tuple[int, ...], got: tuple[int, ...]) -> list[Picture]:
    """Draw two planes of different sizes, unless they are large or differ elsewhere."""
    if min(len(expected), len(got)) < 2 or expected[-2:] == got[-2:] or 0 in got:
        return []
    if max(expected[-2], got[-2]) > MAP_ROWS or max(expected[-1], got[-1]) > MAP_COLUMNS:
        return []
    shown = []
    for title, shape, kind in (("expected ✓", expected, "output"), ("yours ✗", got, "wrong")):
        size = f"{shape[-2]} rows, {shape[-1]} columns"
        drawing = Drawing(size)
        grid = drawing.grid(np.zeros(shape[-2:]), side=MAP_SIDE, kind=kind, numbers=False)
        drawing.frame(grid, kind, width=3, fill=0.1)
        shown.append(Picture(title, drawing, size))
    return shown


def _should_read(mismatch: Mismatch, window: Window, found: Readings) -> Picture:
    frame = _Frame.around(window)
    mask = frame.mask(window.rows, window.columns)
    name = _named(found.name, found.lead)
    alt = f"{name} with a frame around {_said(frame, mask)}"
    drawing = frame.draw(
        window.plane, mask, KINDS.get(found.name, "ink"), name, alt, window.padding
    )
    return Picture(f"{mismatch.element} should read this", drawing, _legend(frame, window))


def _reads(mismatch: Mismatch, window: Window, found: Readings) -> Picture:
    assert found.mistaken is not None
    read, title = found.mistaken.read, "Your code acts as if it read this"
    if not read.any():
        title = "Your code acts as if it read none of this"
    frame = _Frame.around(window)
    rows, columns = np.nonzero(read)
    mask = frame.mask([], [])
    for i, j in zip(rows, columns, strict=True):
        mask[i + frame.top, j + frame.left] = True
    name = _named(found.name, found.lead)
    alt = f"{name} with a frame around {_said(frame, mask)}"
    note = "only pixels are framed, not padding" if window.padded else ""
    return Picture(title, frame.draw(found.given, mask, "wrong", name, alt), note)


def _weights(window: Window, found: Readings) -> list[Picture]:
    """Draw the weights as they lie on the window, the right ones and those of the mistake."""
    assert found.right is not None and found.mistaken is not None
    # The pixels of x meet dy where a gradient is computed, and w elsewhere.
    kind_of_weights = "gradient" if found.name == "x" and found.backward else "kernel"
    shown = []
    for reading, kind, title in (
        (found.right, kind_of_weights, "times these weights"),
        (found.mistaken, "wrong", "Your code acts as if these were the weights"),
    ):
        assert reading.weights is not None
        frame = _Frame.around(window)
        whole = np.full((frame.height, frame.width), np.nan)
        inner = np.where(reading.read, reading.weights, 0.0)
        whole[frame.inside] = inner
        lies = whole[np.ix_(frame.rows(window.rows), frame.columns(window.columns))]
        alt = "weights, row by row: " + "; ".join(", ".join(map(_short, row)) for row in lies)
        drawing = Drawing(alt)
        grid = drawing.grid(_rounded(lies), side=SIDE, kind=kind, strong=np.isfinite(lies),
                            hatched=np.isnan(lies), size=13)  # fmt: skip
        drawing.frame(grid, kind, width=3, fill=0)
        shown.append(Picture(title, drawing))
    return shown


def _map(mismatch: Mismatch) -> Picture:
    wrong = mismatch.wrong[:MAP_ROWS, :MAP_COLUMNS]
    cut = wrong.shape != mismatch.wrong.shape
    plane = f" in {mismatch.plane}" if mismatch.plane else ""
    drawing = Drawing(f"Map of the mismatches: {mismatch.share} are wrong")
    grid = drawing.grid(np.zeros(wrong.shape), side=MAP_SIDE, kind="line", numbers=False)
    for i, j in np.ndindex(*wrong.shape):
        bad, cell = bool(wrong[i, j]), grid.cell(i, j)
        x, y = cell.middle
        if bad:
            drawing.frame(cell, "wrong", width=1.2, fill=0.22, key=f"wrong-{i}-{j}")
        drawing.text(x, y + 5, "✗" if bad else "✓", size=14, bold=bad,
                     kind="wrong" if bad else "output")  # fmt: skip
    place = (0, *mismatch.index)[-2:]
    if place[0] < wrong.shape[0] and place[1] < wrong.shape[1]:
        drawing.frame(grid.cell(*place), "ink", width=2.5, fill=0, key="shown")
    note = "only the top left corner is shown" if cut else ""
    return Picture(f"{mismatch.share} values{plane} are wrong", drawing, note)


@dataclass(frozen=True)
class _Frame:
    """A plane with as much padding around it as a window needs."""

    top: int
    left: int
    bottom: int
    right: int
    shape: tuple[int, int]

    @classmethod
    def around(cls, window: Window) -> "_Frame":
        (height, width), rows, columns = window.plane.shape, window.rows, window.columns
        return cls(
            max(0, -min(rows)), max(0, -min(columns)),
            max(0, max(rows) + 1 - height), max(0, max(columns) + 1 - width),
            (height, width),
        )  # fmt: skip

    @property
    def height(self) -> int:
        return self.top + self.shape[0] + self.bottom

    @property
    def width(self) -> int:
        return self.left + self.shape[1] + self.right

    @property
    def inside(self) -> tuple[slice, slice]:
        return (
            slice(self.top, self.top + self.shape[0]),
            slice(self.left, self.left + self.shape[1]),
        )

    def rows(self, rows: Sequence[int]) -> list[int]:
        return [i + self.top for i in rows]

    def columns(self, columns: Sequence[int]) -> list[int]:
        return [j + self.left for j in columns]

    def mask(self, rows: Sequence[int], columns: Sequence[int]) -> Array:
        mask = np.zeros((self.height, self.width), bool)
        if rows and columns:
            mask[np.ix_(self.rows(rows), self.columns(columns))] = True
        return mask

    def draw(
        self, plane: Array, mask: Array, kind: str, title: str, alt: str, padding_holds: str = ""
    ) -> Drawing:
        """Draw a plane, cells of it framed and with their numbers, padding hatched."""
        values = np.full(mask.shape, np.nan)
        values[self.inside] = _rounded(plane)
        padding = np.isnan(values) & np.pad(
            np.zeros(self.shape, bool),
            ((self.top, self.bottom), (self.left, self.right)),
            constant_values=True,
        )
        rows, columns = (_cut(np.flatnonzero(mask.any(axis)), mask.shape[1 - axis])
                         for axis in (1, 0))  # fmt: skip
        kept = np.ix_(rows, columns)
        values, mask, padding = values[kept], mask[kept], padding[kept]
        drawing = Drawing(alt)
        grid = drawing.grid(values, side=SIDE, kind=kind, title=title, strong=mask, shown=mask,
                            hatched=padding, size=13)  # fmt: skip
        for i, j in np.argwhere(mask):
            if padding[i, j]:
                drawing.text(
                    *_base(grid.cell(i, j)), _written(padding_holds), size=13, kind="muted"
                )
        _outline(drawing, grid, mask, kind)
        return drawing


def _outline(drawing: Drawing, grid: Box, mask: Array, kind: str) -> None:
    """Frame cells: a full rectangle of them as one, others one by one."""
    cells = np.argwhere(mask)
    if not len(cells):
        return
    (top, left), (bottom, right) = cells.min(axis=0), cells.max(axis=0) + 1
    if mask[top:bottom, left:right].all():
        box = grid.cell(top, left, bottom - top, right - left)
        drawing.frame(box, kind, width=3.5, fill=0, key="read")
    else:
        for i, j in cells:
            drawing.frame(grid.cell(i, j), kind, width=3, fill=0, key=f"read-{i}-{j}")


def _cut(wanted: Array, size: int) -> Array:
    """Return which rows or columns are drawn: all, or those around what is wanted."""
    if size <= MOST or not len(wanted):
        return np.arange(min(size, MOST))
    start = int(np.clip((wanted[0] + wanted[-1] + 1 - MOST) // 2, 0, size - MOST))
    return np.arange(start, start + MOST)


def _said(frame: _Frame, mask: Array) -> str:
    """Say which cells are framed; negative rows and columns are padding."""
    cells = np.argwhere(mask) - [frame.top, frame.left]
    if not len(cells):
        return "nothing"
    rows, columns = (sorted(set(map(int, each))) for each in cells.T)
    if len(cells) == len(rows) * len(columns):
        return f"rows {listed(rows)}, columns {listed(columns)}"
    return "; ".join(f"row {i}, column {j}" for i, j in cells)


def _legend(frame: _Frame, window: Window) -> str:
    return "hatched: padding" if window.padded else ""


def _base(cell: Box) -> tuple[float, float]:
    x, y = cell.middle
    return x, y + 5


def _named(name: str, lead: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, lead))}]" if lead else name


def _rounded(values: Array) -> Array:
    """Return numbers with two decimals, and zero without a sign."""
    return np.round(np.asarray(values, float), 2) + 0.0


def _written(number: str) -> str:
    """Return a number's text with a true minus and a true infinity."""
    return number.replace("-", "−").replace("inf", "∞")


def _short(value: float) -> str:
    return "padding" if np.isnan(value) else f"{value + 0.0:.2f}"
