"""Windows that slide over numbers, and the one number that each leaves."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cnnlib.arithmetic import pool_output_size
from cnnlib.lessons.arithmetic.channels import Volume
from cnnlib.lessons.arithmetic.sliding import cross_out
from cnnlib.lessons.pooling.kinds import PRACTICE, Grid, near_weights, pool, winners
from cnnlib.look import Box, Drawing
from cnnlib.look.parts import number_words


@dataclass(frozen=True)
class Windows:
    """Max pooling of a matrix, drawn window by window.

    Parameters
    ----------
    x
        (H, W).
    size, stride
        Of the windows; by default they are side by side.

    Examples
    --------
    >>> Windows(np.arange(25.0).reshape(5, 5), 3, 2).y.tolist()
    [[12.0, 14.0], [22.0, 24.0]]
    """

    x: Grid
    size: int
    stride: int | None = None
    y: Grid = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "y", pool(self.x, "max", self.size, self.stride))

    def steps(self) -> list[Drawing]:
        """Draw every window, one after the other."""
        return [self.draw(*output) for output in np.ndindex(*self.y.shape)]

    def draw(self, row: int, column: int) -> Drawing:
        """Draw the window of one output, its largest number, and the outputs up to this one."""
        n, m = self.x.shape[0], self.y.shape[0]
        side = 430 / n
        jump = self.stride or self.size
        drawing = Drawing(
            f"Max pooling of {n} by {n} numbers with windows of {self.size} by {self.size} and "
            f"stride {jump}: the window of output {row}, {column} gives {self.y[row, column]:g}."
        )
        top, left = jump * row, jump * column
        inside = np.zeros(self.x.shape, bool)
        inside[top : top + self.size, left : left + self.size] = True
        box = drawing.grid(self.x, side=side, kind="input", title=f"input x, {n} × {n}",
                           strong=inside, size=34)  # fmt: skip
        window = box.cell(top, left, self.size, self.size)
        drawing.frame(window, "input", width=6, fill=0, key="window")
        out = Box(box.right + 190, (box.bottom - side * m) / 2, side * m, side * m, side)
        index = int(winners(self.x, self.size, jump)[1][row, column])
        won, target = box.cell(*divmod(index, n)), out.cell(row, column)
        done = np.arange(m * m).reshape(m, m) <= row * m + column
        drawing.grid(self.y, out.x, out.y, side=side, kind="output", title=f"output y, {m} × {m}",
                     shown=done, strong=done, size=34)  # fmt: skip
        drawing.frame(won, "output", width=5, fill=0.25, key="won")
        drawing.frame(target, "output", width=6, fill=0.2, key="target")
        drawing.line((box.right + 10, won.middle[1]), (out.x - 10, target.middle[1]), "output",
                     width=4, arrow=True, key="flow")  # fmt: skip
        numbers = self.x[inside]
        drawing.text(0, box.bottom + 62, [f"max({', '.join(f'{v:g}' for v in numbers)}) = ",
                     (f"{self.y[row, column]:g}", "output")], size=30, anchor="start",
                     bold=True)  # fmt: skip
        drawing.room(0, 0, out.x + side * max(m, 2), box.bottom + 70)
        return drawing


def draw_practice(kinds: Sequence[str], shown: int, x: Grid = PRACTICE) -> Drawing:
    """Draw a matrix, pooled in several ways of which the first few are filled in."""
    n = len(x)
    drawing = Drawing(
        f"A {n} by {n} matrix with four windows of 2 by 2, and its outputs by "
        + ", ".join(f"{kind}: {pool(x, kind, 2).tolist()}" for kind in kinds[:shown])
        + "."
    )
    side = 104.0
    box = drawing.grid(x, 0, 60, side=side, kind="input", title="input x", size=40)
    for row, column in np.ndindex(n // 2, n // 2):
        drawing.frame(box.cell(2 * row, 2 * column, 2, 2), "input", width=5, fill=0)
    for number, kind in enumerate(kinds):
        done = number < shown
        left = box.right + 90 + 226.0 * number
        made = pool(x, kind, 2)
        at = drawing.grid(made, left, 60 + side, side=94, kind="output", title=kind,
                          shown=np.full(made.shape, done), strong=np.full(made.shape, done),
                          size=32, key=kind)  # fmt: skip
        if not done:
            drawing.text(*_below(at), "?", size=70, kind="muted", bold=True)
    return drawing


def _below(box: Box) -> tuple[float, float]:
    x, y = box.middle
    return x, y + 25


def draw_near(x: Grid, row: int = 1, column: int = 1) -> Drawing:
    """Draw a window whose pixels count less the farther they are from its middle."""
    weights = near_weights(3)
    window = x[row : row + 3, column : column + 3]
    near, plain = float((weights * window).sum()), float(window.mean())
    drawing = Drawing(
        f"A window of nine numbers, weights of 4, 2 and 1 sixteenths by their distance from the "
        f"middle, and the weighted average {near:.4g}; the plain average is {plain:.4g}."
    )
    a = drawing.grid(window, side=118, kind="input", title="window", size=42)
    b = drawing.grid(16 * weights, a.right + 90, side=118, kind="kernel", title="weights, in 1/16",
                     strong=np.full((3, 3), True), size=42)  # fmt: skip
    drawing.text(a.right + 45, a.middle[1] + 16, "×", size=46, bold=True)
    drawing.text(b.right + 50, a.middle[1] + 16, "=", size=46, bold=True)
    drawing.text(b.right + 230, a.middle[1] + 20, number_words(near), size=76, kind="output",
                 bold=True)  # fmt: skip
    drawing.text(b.right + 230, a.middle[1] + 76, f"plain average: {number_words(plain)}", size=24,
                 kind="muted")  # fmt: skip
    return drawing


def draw_volumes(shape: tuple[int, int, int], pooled: tuple[int, int, int]) -> Drawing:
    """Draw a stack of maps and what pooling leaves of it, to scale."""
    channels, n, _ = shape
    m = pooled[1]
    drawing = Drawing(
        f"A stack of {channels} maps of {n} by {n}, and a stack of {pooled[0]} maps of {m} by {m}."
    )
    unit, shift = 300 / n, 12.0
    before = Volume(drawing, 0, 110, unit * n, unit * n, 8, "input", shift=shift)
    before.label(f"{n} × {n} × {channels}", 32)
    after = Volume(drawing, before.right + 250, 110 + unit * (n - m), unit * m, unit * m, 8,
                   "output", shift=shift)  # fmt: skip
    after.label(f"{m} × {m} × {pooled[0]}", 32)
    y = before.front.middle[1]
    drawing.line((before.right + 20, y), (before.right + 220, y), "ink", width=4, arrow=True)
    drawing.text(before.right + 120, y - 20, "2 × 2, stride 2", size=24)
    for stack, size, kind in ((before, shape, "input"), (after, pooled, "output")):
        words = f"{int(np.prod(size)):,} numbers"
        x, _ = stack.front.middle
        drawing.text(x, stack.front.bottom + 82, words, size=28, kind=kind, bold=True)
    drawing.room(-70, 0, after.right + 40, before.front.bottom + 90)
    return drawing


def draw_layouts(n: int, settings: Sequence[tuple[int, int]]) -> Drawing:
    """Draw where the windows of each setting are on `n` pixels per axis, and what none reads."""
    sizes = [pool_output_size(n, size, stride) for size, stride in settings]
    drawing = Drawing(
        f"Windows on {n} by {n} pixels: "
        + "; ".join(
            f"{size} by {size} with stride {stride} fit {m} times along each axis"
            for (size, stride), m in zip(settings, sizes, strict=True)
        )
    )
    side = 50.0
    for number, ((size, stride), m) in enumerate(zip(settings, sizes, strict=True)):
        box = drawing.grid(np.zeros((n, n)), 0, (n * side + 50) * number, side=side, kind="input",
                           numbers=False)  # fmt: skip
        end = (m - 1) * stride + size
        for i, j in np.ndindex(n, n):
            if max(i, j) >= end:
                cross_out(drawing, box.cell(i, j))
        for row, column in np.ndindex(m, m):
            window = box.cell(row * stride, column * stride, size, size)
            drawing.frame(window, "output", width=5, fill=0.16)
        x, y = box.right + 30, box.middle[1]
        drawing.text(x, y - 10, f"K = {size}, S = {stride}", size=30, anchor="start", bold=True)
        drawing.text(x, y + 32, f"{m} × {m} windows", size=28, kind="output", anchor="start",
                     bold=True)  # fmt: skip
    return drawing
