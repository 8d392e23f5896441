"""Gradients through pooling: routed to the largest, or shared out; added where windows overlap."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.backward.passing import GAP
from cnnlib.look import Drawing

Grid = NDArray[np.float64]


@dataclass(frozen=True)
class Pooling:
    """A small image, pooled, and the gradients on their way back.

    Parameters
    ----------
    x, dy
        Matrices; `dy` has an element for each window.
    k, stride
        Of the window.
    kind
        "max" or "average".

    Examples
    --------
    >>> pooled = Pooling(np.array([[1.0, 3.0, 2.0]] * 2), np.ones((1, 2)), 2, 1)
    >>> pooled.dx.tolist()
    [[0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    """

    x: Grid
    dy: Grid
    k: int
    stride: int
    kind: Literal["max", "average"] = "max"

    def share(self, row: int, column: int) -> Grid:
        """Return how much of a window's gradient each pixel gets."""
        top, left = row * self.stride, column * self.stride
        window = self.x[top : top + self.k, left : left + self.k]
        found = np.zeros_like(self.x)
        inside = found[top : top + self.k, left : left + self.k]
        if self.kind == "average":
            inside[:] = 1 / self.k**2
        else:
            inside[np.unravel_index(window.argmax(), window.shape)] = 1
        return found

    @property
    def y(self) -> Grid:
        """The pooled image."""
        return np.array([[(self.share(i, j) * self.x).sum() for j in range(self.dy.shape[1])]
                         for i in range(len(self.dy))])  # fmt: skip

    def dx_after(self, count: int) -> Grid:
        """Return what has arrived after so many windows."""
        dx = np.zeros_like(self.x)
        for number, (i, j) in enumerate(np.ndindex(*self.dy.shape)):
            if number < count:
                dx += self.dy[i, j] * self.share(i, j)
        return dx

    @property
    def dx(self) -> Grid:
        """The gradient of the image."""
        return self.dx_after(self.dy.size)

    def steps(self, side: float = 76) -> list[Drawing]:
        """Draw the windows one after the other, with what each sends back."""
        return [self.draw(number, side) for number in range(self.dy.size)]

    def draw(self, number: int, side: float = 76) -> Drawing:
        """Draw one window: what it read, its output gradient, and where that goes."""
        row, column = divmod(number, self.dy.shape[1])
        got = self.share(row, column) > 0
        count = int(got.sum())
        drawing = Drawing(
            f"Window {row}, {column}: its output gradient {self.dy[row, column]:g} goes to "
            f"{count} pixel{'s' * (count > 1)} of dx."
        )
        x = drawing.grid(self.x, 0, 0, side=side, kind="input", title="x", strong=got)
        at = (row * self.stride, column * self.stride, self.k, self.k)
        drawing.frame(x.cell(*at), "input", width=6, fill=0.06, key="window")
        middle = x.middle[1]
        top = middle - side * len(self.dy) - 22
        y = drawing.grid(self.y, x.right + GAP, top, side=side, kind="output", title="y")
        drawing.frame(y.cell(row, column), "output", width=6, key="pooled")
        dy = drawing.grid(self.dy, y.x, middle + 54, side=side, kind="gradient", title="dy",
                          strong=np.ones(self.dy.shape, bool))  # fmt: skip
        drawing.frame(dy.cell(row, column), "gradient", width=6, key="source")
        dx = drawing.grid(self.dx_after(number + 1), y.right + 2 * GAP, 0, side=side,
                          kind="gradient", title="dx, so far")  # fmt: skip
        drawing.frame(dx.cell(*at), "gradient", width=4, fill=0, key="back")
        start, back = dy.cell(row, column), dx.cell(*at)
        drawing.line((dy.right + 10, start.middle[1]), (dx.x - 12, back.middle[1]), "gradient",
                     arrow=True, width=4, key="arrow")  # fmt: skip
        for place, (i, j) in enumerate(np.argwhere(got)):
            target = dx.cell(int(i), int(j))
            drawing.frame(target, "gradient", width=2, fill=0.3, key=f"target-{place}")
        return drawing
