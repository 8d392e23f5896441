"""One axis at a time: who reads a pixel, matrices, and what a stride does on the way back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing
from cnnlib.look.parts import Words

Grid = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """A convolution along one axis, as a matrix, and its way back.

    Examples
    --------
    >>> row = Row((3, 1, 2), (1, 2, -1), n=7, stride=2)
    >>> row.dx.tolist()
    [3.0, 1.0, 8.0, 2.0, 1.0, -1.0, -2.0]
    """

    w: tuple[float, ...]
    dy: tuple[float, ...]
    n: int
    stride: int = 1

    @property
    def matrix(self) -> Grid:
        """The convolution as a matrix: a row for each output."""
        found = np.zeros((len(self.dy), self.n))
        for output in range(len(self.dy)):
            start = output * self.stride
            found[output, start : start + len(self.w)] = self.w
        return found

    @property
    def dx(self) -> Grid:
        """The gradient of the pixels: the transposed matrix times `dy`."""
        return np.array(self.matrix.T @ np.array(self.dy))

    @property
    def spread(self) -> Grid:
        """`dy` with zeros between, and with as many around as the last pixel needs."""
        apart = np.zeros((len(self.dy) - 1) * self.stride + 1)
        apart[:: self.stride] = self.dy
        rim = len(self.w) - 1
        return np.pad(apart, (rim, rim + self.unread))

    @property
    def unread(self) -> int:
        """How many pixels at the end no window reads."""
        return self.n - (len(self.dy) - 1) * self.stride - len(self.w)

    def draw_readers(self, pixel: int, side: float = 78) -> Drawing:
        """Draw the windows one below the other; those that read a pixel show a flipped kernel."""
        drawing = Drawing(
            f"Windows one below the other. The column of pixel {pixel} has the weights from the "
            "last to the first: the kernel, flipped."
        )
        x = drawing.grid(np.full((1, self.n), np.nan), 0, 0, side=side, kind="input",
                         title="pixels", size=24)  # fmt: skip
        taken = []
        for output in range(len(self.dy)):
            y = 1.35 * side * (output + 1)
            start = output * self.stride
            box = drawing.grid(np.array([self.w]), x.x + side * start, y, side=side, kind="kernel",
                               size=30)  # fmt: skip
            if start <= pixel < start + len(self.w):
                weight = self.w[pixel - start]
                drawing.frame(box.cell(0, pixel - start), "kernel", width=6, fill=0.5)
                drawing.grid([[self.dy[output]]], x.right + 70, y, side=side, kind="gradient",
                             strong=[[True]], size=30)  # fmt: skip
                taken.append((self.dy[output], weight, y))
            else:
                drawing.grid([[self.dy[output]]], x.right + 70, y, side=side, kind="gradient",
                             size=30)  # fmt: skip
        column = x.cell(0, pixel)
        drawing.frame(Box(column.x - 5, -8, side + 10, 1.35 * side * len(self.dy) + side + 18),
                      "gradient", width=5, fill=0.06)  # fmt: skip
        drawing.text(x.right + 70 + side / 2, 1.35 * side - 14, "dy", size=26, kind="gradient",
                     bold=True)  # fmt: skip
        for amount, weight, y in taken:
            words: Words = [(_number(amount), "gradient"), " · ", (_number(weight), "kernel")]
            drawing.text(x.right + 100 + side, y + side / 2 + 12, words, size=34, anchor="start")
        total = sum(amount * weight for amount, weight, _ in taken)
        drawing.text(x.right + 100 + side, taken[-1][2] + 1.9 * side,
                     [(f"dx = {_number(total)}", "gradient")], size=38, anchor="start",
                     bold=True)  # fmt: skip
        drawing.room(0, 0, x.right + 330, 0)
        return drawing

    def draw_matrices(self, x: Sequence[float], side: float = 56) -> Drawing:
        """Draw forward as a matrix times `x`, and backward as its transpose times `dy`."""
        drawing = Drawing(
            "Above a matrix with the kernel in every row, times x, gives y. Below the transposed "
            "matrix, with the kernel in every column, times dy, gives dx."
        )
        forward = self.matrix
        column = np.array(x, dtype=float)[:, None]
        y = forward @ column
        left = self._product(drawing, forward, column, y, 0, "A", "x", "y", side)
        dy = np.array(self.dy, dtype=float)[:, None]
        self._product(drawing, forward.T, dy, self.dx[:, None], left + 120, "Aᵀ", "dy", "dx", side)
        return drawing

    def _product(
        self, drawing: Drawing, matrix: Grid, column: Grid, result: Grid, x: float, name: str,
        factor: str, made: str, side: float,
    ) -> float:  # fmt: skip
        high = side * max(len(matrix), len(column))
        back = made.startswith("d")
        left = x
        for number, (array, title, kind) in enumerate(
            ((matrix, name, "kernel"), (column, factor, "gradient" if back else "input"),
             (result, made, "gradient" if back else "output"))
        ):  # fmt: skip
            at = drawing.grid(
                array, left, (high - side * len(array)) / 2, side=side, kind=kind, title=title,
                strong=array != 0 if number == 0 else np.ones(array.shape, bool), size=24,
            )  # fmt: skip
            left = at.right + 56
            if number < 2:
                drawing.text(at.right + 28, high / 2 + 12, "·="[number], size=40, kind="muted",
                             bold=True)  # fmt: skip
        return left - 56

    def draw_dropped(self, side: float = 54) -> Drawing:
        """Draw the transposed matrix of stride 1 with the columns that a stride leaves out."""
        whole = Row(self.w, tuple(self.spread[len(self.w) - 1 : -(len(self.w) - 1)]), self.n)
        drawing = Drawing(
            f"The transposed matrix of stride 1; the columns that stride {self.stride} leaves out "
            "are hatched, and so are the zeros of dy that belong to them."
        )
        matrix = whole.matrix.T
        dropped = np.arange(matrix.shape[1]) % self.stride != 0
        many = np.tile(dropped, (len(matrix), 1))
        at = drawing.grid(matrix, side=side, kind="kernel", title="Aᵀ", hatched=many,
                          strong=(matrix != 0) & ~many, size=24)  # fmt: skip
        middle = at.middle[1]
        dy = drawing.grid(
            np.array(whole.dy)[:, None], at.right + 90, middle - side * len(whole.dy) / 2,
            side=side, kind="gradient", title="dy", hatched=dropped[:, None],
            strong=~dropped[:, None], size=24,
        )  # fmt: skip
        dx = drawing.grid(self.dx[:, None], dy.right + 90, 0, side=side, kind="gradient",
                          title="dx", strong=np.ones((self.n, 1), bool), size=24)  # fmt: skip
        drawing.text(at.right + 45, middle + 12, "·", size=40, kind="muted", bold=True)
        drawing.text(dy.right + 45, middle + 12, "=", size=40, kind="muted", bold=True)
        for line, words in enumerate(
            ("hatched: outputs", f"that stride {self.stride} never", "computes")
        ):
            drawing.text(dx.right + 50, middle - 24 + 36 * line, words, size=26, anchor="start",
                         kind="muted")  # fmt: skip
        return drawing

    def gathering(self, side: float = 74) -> list[Drawing]:
        """Draw the flipped kernel sliding along `dy` with its zeros, one pixel after another."""
        return [self._gather(pixel, side) for pixel in range(self.n)]

    def _gather(self, pixel: int, side: float) -> Drawing:
        spread, rim = self.spread, len(self.w) - 1
        flipped = self.w[::-1]
        drawing = Drawing(
            f"The flipped kernel at position {pixel} on dy with its zeros gives dx = "
            f"{self.dx[pixel]:g}."
        )
        real = np.zeros(len(spread), bool)
        real[rim : len(spread) - rim - self.unread : self.stride] = True
        row = drawing.grid(
            spread[None], 0, 0, side=side, kind="gradient", hatched=~real[None], strong=real[None],
            title="dy, with zeros between and around", size=26,
        )  # fmt: skip
        window = row.cell(0, pixel, 1, len(self.w))
        drawing.frame(window, "kernel", width=6, fill=0.12, key="window")
        for number, weight in enumerate(flipped):
            tap = Box(window.x + side * number, side + 26, side, side, side)
            drawing.frame(tap, "kernel", width=2, fill=0.3, key=f"weight-{number}")
            cx, cy = tap.middle
            drawing.text(cx, cy + 10, _number(weight), size=28, bold=True, key=f"number-{number}")
        drawing.text(row.right + 20, side + 26 + side / 2 + 8, "w, flipped", size=26, kind="kernel",
                     anchor="start", bold=True)  # fmt: skip
        done = np.arange(self.n) <= pixel
        dx = drawing.grid(
            self.dx[None], side * rim / 2, 3.7 * side, side=side, kind="gradient", title="dx",
            shown=done[None], strong=done[None], size=26,
        )  # fmt: skip
        target = dx.cell(0, pixel)
        drawing.frame(target, "gradient", width=6, fill=0.3, key="target")
        drawing.line((window.middle[0], 2 * side + 30), (target.middle[0], target.y - 6),
                     "gradient", arrow=True, width=3, key="arrow")  # fmt: skip
        if pixel >= self.n - self.unread:
            drawing.text(dx.right + 20, dx.middle[1] + 9, "never read", size=24, kind="wrong",
                         anchor="start", bold=True)  # fmt: skip
        drawing.room(0, 0, dx.right + 190, dx.bottom)
        return drawing

    def spreading(self, x: Sequence[float], side: float = 74) -> list[Drawing]:
        """Draw `dy`, its elements a stride apart, sliding over the pixels to make `dw`."""
        return [self._weigh(np.array(x, dtype=float), tap, side) for tap in range(len(self.w))]

    def weight_gradient(self, x: Sequence[float]) -> Grid:
        """Return `dw` for some pixels."""
        pixels, dy = np.array(x, dtype=float), np.array(self.dy)
        reach = (len(dy) - 1) * self.stride + 1
        return np.array([
            pixels[tap : tap + reach : self.stride] @ dy for tap in range(len(self.w))
        ])  # fmt: skip

    def _weigh(self, x: Grid, tap: int, side: float) -> Drawing:
        dw = self.weight_gradient([*x])
        drawing = Drawing(
            f"dy with gaps covers pixels from pixel {tap} on; the products add up to "
            f"{dw[tap]:g}, the gradient of weight {tap}."
        )
        row = drawing.grid(x[None], 0, 0, side=side, kind="input", title="x", size=28)
        words: list[str | tuple[str, str]] = []
        for number, amount in enumerate(self.dy):
            at = row.cell(0, tap + self.stride * number)
            drawing.frame(at, "gradient", width=4, fill=0.2, key=f"pixel-{number}")
            below = Box(at.x, side + 26, side, side, side)
            drawing.frame(below, "gradient", width=2, fill=0.3, key=f"amount-{number}")
            drawing.text(below.middle[0], below.middle[1] + 10, _number(amount), size=28, bold=True,
                         key=f"number-{number}")  # fmt: skip
            value = f"({_number(amount)})" if amount < 0 else _number(amount)
            words += [" + " if words else "", (_number(x[tap + self.stride * number]), "input"),
                      "·", (value, "gradient")]  # fmt: skip
        drawing.text(row.right + 20, side + 26 + side / 2 + 8, "dy", size=28, kind="gradient",
                     anchor="start", bold=True)  # fmt: skip
        done = np.arange(len(dw)) <= tap
        out = drawing.grid(dw[None], 0, 3.7 * side, side=side, kind="gradient", title="dw",
                           shown=done[None], strong=done[None], size=28)  # fmt: skip
        drawing.frame(out.cell(0, tap), "gradient", width=6, fill=0.3, key="target")
        drawing.text(out.right + 40, out.middle[1] + 12,
                     [*words, " = ", (_number(dw[tap]), "gradient")], size=34,
                     anchor="start")  # fmt: skip
        drawing.room(0, 0, row.right + 180, out.bottom)
        return drawing


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
