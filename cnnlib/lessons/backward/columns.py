"""im2col and col2im: windows as columns, gradients back, and both as matrices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Drawing

Grid = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """A small image whose windows become columns of a matrix.

    Parameters
    ----------
    x
        `(H, W)`.
    filters
        `(C_out, K, K)`.
    dy
        `(C_out, windows)`.

    Examples
    --------
    >>> small = Columns(np.arange(9.0).reshape(3, 3), np.ones((1, 2, 2)), np.ones((1, 4)))
    >>> small.columns[:, 0].tolist()
    [0.0, 1.0, 3.0, 4.0]
    >>> small.copies.tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """

    x: Grid
    filters: Grid
    dy: Grid

    @property
    def k(self) -> int:
        """The size of the kernel."""
        return int(self.filters.shape[-1])

    @property
    def selection(self) -> Grid:
        """im2col as a matrix: a row for each number of the columns, a single 1 in each."""
        rows, columns = self.x.shape
        down, across = rows - self.k + 1, columns - self.k + 1
        places = [
            ((i + p) * columns + j + q)
            for p, q in np.ndindex(self.k, self.k)
            for i, j in np.ndindex(down, across)
        ]
        return np.array(np.eye(self.x.size)[places])

    @property
    def columns(self) -> Grid:
        """The windows as columns."""
        return np.array((self.selection @ self.x.ravel()).reshape(self.k**2, -1))

    @property
    def dcolumns(self) -> Grid:
        """The gradient of the columns."""
        return np.array(self.filters.reshape(len(self.filters), -1).T @ self.dy)

    def folded(self, columns: Grid, count: int | None = None) -> Grid:
        """Return the image that the first columns, added at their windows, make."""
        kept = columns.copy()
        if count is not None:
            kept[:, count:] = 0
        return np.array((self.selection.T @ kept.ravel()).reshape(self.x.shape))

    @property
    def copies(self) -> Grid:
        """How often each pixel was copied."""
        return self.folded(np.ones_like(self.columns))

    def unfolding(self, side: float = 78) -> list[Drawing]:
        """Draw, window by window, the matrix that im2col makes."""
        return [self._window(number, side) for number in range(self.columns.shape[1])]

    def _window(self, number: int, side: float) -> Drawing:
        row, column = divmod(number, self.x.shape[1] - self.k + 1)
        drawing = Drawing(f"Window {number} of the image becomes column {number} of a matrix.")
        high = side * len(self.columns)
        x = drawing.grid(self.x, 0, (high - side * len(self.x)) / 2, side=side, kind="input",
                         title="x", size=30)  # fmt: skip
        drawing.frame(x.cell(row, column, self.k, self.k), "input", width=6, key="window")
        done = np.tile(np.arange(self.columns.shape[1]) <= number, (len(self.columns), 1))
        cols = drawing.grid(self.columns, x.right + 250, 0, side=side, kind="input", shown=done,
                            strong=done, title="X, a column for each window", size=30)  # fmt: skip
        at = cols.cell(0, number, len(self.columns), 1)
        drawing.frame(at, "input", width=6, key="column")
        drawing.line((x.right + 12, x.cell(row, column, self.k, self.k).middle[1]),
                     (cols.x - 12, cols.middle[1]), "input", arrow=True, width=4,
                     key="arrow")  # fmt: skip
        drawing.room(0, 0, cols.right + 160, high)
        return drawing

    def draw_products(self) -> Drawing:
        """Draw the three products of a layer as blocks, their sides to scale."""
        unit = 40.0
        c, k, m = len(self.filters), len(self.columns), self.columns.shape[1]
        drawing = Drawing(
            "Three matrix products: Y is W times X, dW is dY times X transposed, dX is W "
            "transposed times dY."
        )
        low = unit * k + 118
        products = (
            ("forward", 0.0, 0.0, ("W", "kernel", c, k), ("X", "input", k, m),
             ("Y", "output", c, m)),
            ("to the kernel", 0.0, low, ("dY", "gradient", c, m), ("Xᵀ", "input", m, k),
             ("dW", "gradient", c, k)),
            ("to the columns", unit * (k + 2 * m) + 160, low, ("Wᵀ", "kernel", k, c),
             ("dY", "gradient", c, m), ("dX", "gradient", k, m)),
        )  # fmt: skip
        for name, start, top, *factors in products:
            left = start
            for place, (letter, kind, high, wide) in enumerate(factors):
                y = top + unit * (k - high) / 2
                at = drawing.grid(np.full((high, wide), np.nan), left, y, side=unit, kind=kind,
                                  strong=np.ones((high, wide), bool))  # fmt: skip
                drawing.text(*(at.middle[0], at.middle[1] + 14), letter, size=40, kind=kind,
                             bold=True)  # fmt: skip
                left = at.right + 44
                if place < 2:
                    drawing.text(at.right + 22, top + unit * k / 2 + 12, "·="[place], size=36,
                                 kind="muted", bold=True)  # fmt: skip
            kind = "output" if name == "forward" else "gradient"
            drawing.text(at.right, top - 18, name, size=28, bold=True, kind=kind, anchor="end")
        about = (f"{c} filters, {k} weights each", f"{m} windows: {m} columns")
        for line, words in enumerate(about):
            drawing.text(unit * (k + 2 * m) + 160, unit * k / 2 - 6 + 40 * line, words, size=28,
                         anchor="start", kind="muted")  # fmt: skip
        return drawing

    def folding(self, side: float = 78) -> list[Drawing]:
        """Draw, column by column, the image that col2im adds up."""
        return [self._fold(number, side) for number in range(self.columns.shape[1])]

    def _fold(self, number: int, side: float) -> Drawing:
        row, column = divmod(number, self.x.shape[1] - self.k + 1)
        drawing = Drawing(
            f"Column {number} of the gradient of the columns is added to dx at window {number}."
        )
        high = side * len(self.columns)
        used = np.tile(np.arange(self.columns.shape[1]) <= number, (len(self.columns), 1))
        cols = drawing.grid(self.dcolumns, 0, 0, side=side, kind="gradient", strong=used,
                            title="dX, a column for each window", size=28)  # fmt: skip
        at = cols.cell(0, number, len(self.columns), 1)
        drawing.frame(at, "gradient", width=6, key="column")
        dx = drawing.grid(
            self.folded(self.dcolumns, number + 1), cols.right + 250,
            (high - side * len(self.x)) / 2, side=side, kind="gradient", title="dx, so far",
            size=28,
        )  # fmt: skip
        window = dx.cell(row, column, self.k, self.k)
        drawing.frame(window, "gradient", width=6, fill=0.25, key="window")
        drawing.line((cols.right + 12, cols.middle[1]), (dx.x - 12, window.middle[1]), "gradient",
                     arrow=True, width=4, key="arrow")  # fmt: skip
        drawing.room(0, 0, dx.right + 150, high)
        return drawing

    def draw_selection(self) -> Drawing:
        """Draw im2col as a matrix, its transpose, and how often each pixel was copied."""
        selection = self.selection
        drawing = Drawing(
            f"im2col as a matrix of {selection.shape[0]} rows with a single 1 in each; col2im as "
            "its transpose. One after the other multiplies each pixel by its number of copies."
        )
        unit = 26.0
        high = unit * len(selection)
        one = drawing.grid(selection, 0, 0, side=unit, kind="input", numbers=False,
                           strong=selection > 0, title="S, im2col: 16 × 9", size=24)  # fmt: skip
        other = drawing.grid(
            selection.T, one.right + 80, (high - unit * selection.shape[1]) / 2, side=unit,
            kind="gradient", numbers=False, strong=selection.T > 0, title="Sᵀ, col2im: 9 × 16",
            size=24,
        )  # fmt: skip
        counts = drawing.grid(
            self.copies, other.right + 110, (high - 3 * 78) / 2, side=78, kind="gradient",
            title="SᵀS: copies", strong=np.ones(self.x.shape, bool), size=34,
        )  # fmt: skip
        drawing.text(other.right + 55, high / 2 + 14, "→", size=44, kind="muted", bold=True)
        drawing.room(0, 0, counts.right, high)
        return drawing
