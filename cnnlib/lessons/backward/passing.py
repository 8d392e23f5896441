"""One small layer, backward: each output gradient goes to its window and to the kernel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing

Grid = NDArray[np.float64]
Place = tuple[int, int]

#: How far apart the grids of a row are.
GAP = 84
#: How many products stand in a line of a sum.
IN_LINE = 3


@dataclass(frozen=True)
class Passing:
    """An image, a kernel, and the gradients of their outputs, drawn on the way back.

    Parameters
    ----------
    x, w, dy
        Matrices; `dy` has an element for each output.
    stride, dilation
        As in a convolution, of both axes alike.

    Examples
    --------
    >>> layer = Passing(np.ones((3, 3)), np.ones((2, 2)), np.ones((2, 2)))
    >>> layer.dx.tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """

    x: Grid
    w: Grid
    dy: Grid
    stride: int = 1
    dilation: int = 1

    @property
    def places(self) -> list[Place]:
        """The outputs in reading order."""
        return [(i, j) for i, j in np.ndindex(*self.dy.shape)]

    def window(self, place: Place) -> tuple[slice, slice]:
        """Return the rows and columns that one output reads."""
        rows, columns = (
            slice(
                self.stride * at, self.stride * at + self.dilation * (size - 1) + 1, self.dilation
            )
            for at, size in zip(place, self.w.shape, strict=True)
        )
        return rows, columns

    @property
    def y(self) -> Grid:
        """The outputs."""
        return np.array([(self.x[self.window(p)] * self.w).sum() for p in self.places]).reshape(
            self.dy.shape
        )

    def dx_after(self, count: int) -> Grid:
        """Return what has arrived at the image after so many outputs."""
        dx = np.zeros_like(self.x)
        for place in self.places[:count]:
            dx[self.window(place)] += self.dy[place] * self.w
        return dx

    def dw_after(self, count: int) -> Grid:
        """Return what has arrived at the kernel after so many outputs."""
        dw = np.zeros_like(self.w)
        for place in self.places[:count]:
            dw += self.dy[place] * self.x[self.window(place)]
        return dw

    @property
    def dx(self) -> Grid:
        """The gradient of the image."""
        return self.dx_after(self.dy.size)

    @property
    def dw(self) -> Grid:
        """The gradient of the kernel."""
        return self.dw_after(self.dy.size)

    def stamps(self, side: float = 68, places: Sequence[Place] = ()) -> list[Drawing]:
        """Draw, for each output, the kernel it stamps into `dx`, and the sum so far."""
        return [self._stamp(self.places.index(place), side) for place in places or self.places]

    def _stamp(self, number: int, side: float) -> Drawing:
        place = self.places[number]
        amount = self.dy[place]
        drawing = Drawing(
            f"Output gradient {amount:g} times the kernel is added to dx at the window of output "
            f"{place[0]}, {place[1]}."
        )
        high = side * len(self.x)
        dy = self._gradients(drawing, 0, high / 2, side, number)
        w = self._kernel(drawing, dy.right + GAP, high / 2, side)
        stamp = drawing.grid(
            amount * self.w, w.right + GAP, w.y, side=side, kind="gradient", title="dy · w",
            strong=np.ones(self.w.shape, bool), key="stamp",
        )  # fmt: skip
        dx = self._sum(drawing, "dx", self.dx_after(number + 1), stamp.right + GAP + 16, 0, side)
        write_sign(drawing, "·", (dy.right + w.x) / 2, high / 2)
        write_sign(drawing, "=", (w.right + stamp.x) / 2, high / 2)
        write_sign(drawing, "→", (stamp.right + dx.x) / 2, high / 2)
        rows, columns = self.window(place)
        for i in range(rows.start, rows.stop, self.dilation):
            for j in range(columns.start, columns.stop, self.dilation):
                name = f"tap-{i - rows.start}-{j - columns.start}"
                drawing.frame(dx.cell(i, j), "gradient", width=1.5, fill=0.2, key=name)
        at = dx.cell(
            rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start
        )
        drawing.frame(at, "gradient", width=6, fill=0, key="window")
        return drawing

    def windows(self, side: float = 68) -> list[Drawing]:
        """Draw, for each output, its window times `dy`, and what has arrived in `dw`."""
        return [self._window(number, side) for number in range(self.dy.size)]

    def _window(self, number: int, side: float) -> Drawing:
        place = self.places[number]
        amount, window = self.dy[place], self.window(place)
        drawing = Drawing(
            f"Output gradient {amount:g} times the window of output {place[0]}, {place[1]} is "
            "added to dw."
        )
        high = side * len(self.x)
        dy = self._gradients(drawing, 0, high / 2, side, number)
        x = drawing.grid(self.x, dy.right + GAP, 0, side=side, kind="input", title="x", key="x")
        rows, columns = window
        drawing.frame(x.cell(rows.start, columns.start, *self.w.shape), "input", width=6,
                      key="window")  # fmt: skip
        made = drawing.grid(
            amount * self.x[window], x.right + GAP, high / 2 - side * len(self.w) / 2, side=side,
            kind="gradient", title="dy · window", strong=np.ones(self.w.shape, bool), key="made",
        )  # fmt: skip
        dw = self._sum(
            drawing, "dw", self.dw_after(number + 1), made.right + GAP + 16, made.y, side
        )
        write_sign(drawing, "·", (dy.right + x.x) / 2, high / 2)
        write_sign(drawing, "=", (x.right + made.x) / 2, high / 2)
        write_sign(drawing, "→", (made.right + dw.x) / 2, high / 2)
        return drawing

    def correlating(self, side: float = 76) -> list[Drawing]:
        """Draw `dy` sliding over the image; each place gives the gradient of one weight."""
        return [self._correlate(place, side) for place in np.ndindex(*self.w.shape)]

    def _correlate(self, place: tuple[int, ...], side: float) -> Drawing:
        row, column = place
        drawing = Drawing(
            f"dy covers the image from row {row}, column {column}; the products add up to "
            f"{self.dw[row, column]:g}, the gradient of weight {row}, {column}."
        )
        x = drawing.grid(self.x, side=side, kind="input", title="x", key="x")
        drawing.frame(x.cell(row, column, *self.dy.shape), "gradient", width=6, key="window")
        dy = drawing.grid(
            self.dy, x.right + GAP, 0, side=side, kind="gradient", title="dy",
            strong=np.ones(self.dy.shape, bool),
        )  # fmt: skip
        done = np.arange(self.w.size).reshape(self.w.shape) <= row * self.w.shape[1] + column
        dw = drawing.grid(
            self.dw, dy.right + 3.4 * GAP, 0, side=side, kind="gradient", title="dw", shown=done,
        )  # fmt: skip
        drawing.frame(dw.cell(row, column), "gradient", width=6, fill=0.25, key="target")
        seen = self.x[row : row + len(self.dy), column : column + self.dy.shape[1]]
        write_sum(
            drawing, [(v, "input", d) for v, d in zip(seen.ravel(), self.dy.ravel(), strict=True)],
            self.dw[row, column], dy.x, dy.bottom + 70,
        )  # fmt: skip
        return drawing

    @property
    def spread(self) -> Grid:
        """`dy` with zeros between its rows and columns, and a frame of zeros around it."""
        rows, columns = ((n - 1) * self.stride + 1 for n in self.dy.shape)
        apart = np.zeros((rows, columns))
        apart[:: self.stride, :: self.stride] = self.dy
        return np.pad(apart, [((k - 1) * self.dilation,) * 2 for k in self.w.shape])

    def _kernel(self, drawing: Drawing, x: float, middle: float, side: float) -> Box:
        return drawing.grid(
            self.w, x, middle - side * len(self.w) / 2, side=side, kind="kernel", title="w",
            strong=np.ones(self.w.shape, bool),
        )  # fmt: skip

    def _gradients(
        self, drawing: Drawing, x: float, middle: float, side: float, number: int
    ) -> Box:
        """Draw `dy`; frame the element that is passed back."""
        used = np.arange(self.dy.size).reshape(self.dy.shape) <= number
        box = drawing.grid(
            self.dy, x, middle - side * len(self.dy) / 2, side=side, kind="gradient", title="dy",
            strong=used,
        )  # fmt: skip
        drawing.frame(box.cell(*self.places[number]), "gradient", width=6, fill=0.3, key="source")
        return box

    def _sum(
        self, drawing: Drawing, name: str, values: Grid, x: float, y: float, side: float
    ) -> Box:
        return drawing.grid(values, x, y, side=side, kind="gradient", title=f"{name}, so far")


def size_words(array: Grid) -> str:
    """Return a matrix's rows and columns in words."""
    return f"{array.shape[0]} × {array.shape[1]}"


def in_words(value: float, *, factor: bool = False) -> str:
    """Return a number in words; a negative factor stands in brackets."""
    text = f"{value:g}".replace("-", "−")
    return f"({text})" if factor and value < 0 else text


def write_sign(drawing: Drawing, sign: str, x: float, y: float) -> None:
    """Write what happens between two grids."""
    drawing.text(x, y + 14, sign, size=44, kind="muted", bold=True)


def write_sum(
    drawing: Drawing,
    products: Sequence[tuple[float, str, float]],
    total: float,
    x: float,
    y: float,
    second: str = "gradient",
) -> None:
    """Write products and their sum; each first factor says its colour."""
    for start in range(0, max(1, len(products)), IN_LINE):
        line: list[str | tuple[str, str]] = []
        for place, (value, kind, factor) in enumerate(products[start : start + IN_LINE], start):
            line += ["+ " if place else "", (in_words(value, factor=place > 0), kind), "·",
                     (in_words(factor, factor=True), second), " "]  # fmt: skip
        if start + IN_LINE >= len(products):
            line += ["= ", (in_words(total), "gradient")]
        drawing.text(x, y + 46 * (start // IN_LINE), line, size=30, anchor="start")
