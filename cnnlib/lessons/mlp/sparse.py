"""A convolution is a matrix: mostly zeros, and the same few numbers again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


@dataclass(frozen=True)
class Sparse:
    """A matrix of which only some entries are stored: (rows[i], columns[i]) is values[i]."""

    rows: Array
    columns: Array
    values: Array
    shape: tuple[int, int]

    def __matmul__(self, x: Array) -> Array:
        products = self.values * x[self.columns]
        return np.bincount(self.rows, weights=products, minlength=self.shape[0])

    @property
    def dense(self) -> Array:
        """All entries, with their zeros."""
        whole = np.zeros(self.shape)
        whole[self.rows, self.columns] = self.values
        return whole


def convolution_matrix(kernel: Array, shape: tuple[int, int]) -> Sparse:
    """Return the matrix that slides a kernel over images: M @ image.ravel() is the output.

    Parameters
    ----------
    kernel
        (kh, kw); stride 1, no padding.
    shape
        Of the images.

    Examples
    --------
    >>> convolution_matrix(np.array([[1.0, -1]]), (1, 3)).dense.tolist()
    [[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]]
    """
    (kh, kw), (height, width) = kernel.shape, shape
    m, n = height - kh + 1, width - kw + 1
    i, j, p, q = (axis.ravel() for axis in np.indices((m, n, kh, kw)))
    return Sparse(i * n + j, (i + p) * width + j + q, kernel[p, q], (m * n, height * width))


#: One-dimensional: 7 inputs, windows of 3, 5 outputs.
_N, _K = 7, 3
_M = _N - _K + 1
_STAGES = (
    ("fully connected", "every output reads every input", _N * _M),
    ("sparse: local connections", "every output reads its neighbourhood", _K * _M),
    ("shared: the same weights everywhere", "every window has the same three weights", _K),
)


def counts() -> tuple[int, ...]:
    """Return the weights of the three layers of `draw_sharing`."""
    return tuple(count for _, _, count in _STAGES)


def draw_sharing() -> Steps:
    """Show a layer as lines and as a matrix: all connections, local ones, local and shared ones."""
    return Steps(
        [_sharing(stage) for stage in range(3)],
        [f"{name[0].upper()}{name[1:]}: {what}." for name, what, _ in _STAGES],
    )


def _sharing(stage: int) -> Drawing:
    name, what, count = _STAGES[stage]
    drawing = Drawing(f"{_N} inputs and {_M} outputs, {name}: {what}; {count} different weights.")
    _connections(drawing, stage)
    side, left, top = 66.0, 560.0, 72.0
    for j in range(_M):
        for i in range(_N):
            tap = i - j
            alive = stage == 0 or 0 <= tap < _K
            box = Box(left + side * i, top + side * j, side, side)
            strength = 0.16 + 0.28 * tap if stage == 2 and alive else 0.3 if alive else 0
            drawing.frame(box, "kernel" if alive else "line", width=1.5, fill=strength,
                          key=f"m-{j}-{i}")  # fmt: skip
            words = "abc"[tap] if stage == 2 and alive else "0" if not alive else ""
            if words:
                drawing.text(box.middle[0], box.middle[1] + 10, words, size=28,
                             bold=alive, kind="ink" if alive else "muted")  # fmt: skip
    drawing.text(left, 50, f"W, {_M} × {_N}", size=26, kind="kernel", anchor="start", bold=True)
    drawing.text(left, 478, [(f"{count}", "kernel")], size=76, anchor="start", bold=True)
    drawing.text(left + 120, 478, "different weights", size=32, anchor="start")
    drawing.room(0, 0, 1080, 500)
    return drawing


def draw_goals() -> Drawing:
    """Draw where the lecture leads: from a layer that connects everything to a convolution."""
    drawing = Drawing(
        f"Above, every output reads every input: {counts()[0]} weights. Below, every output reads "
        f"three neighbours, with the same {counts()[2]} weights everywhere."
    )
    for row, (stage, kind) in enumerate(((0, "MLP"), (2, "CNN"))):
        layer = Drawing(_STAGES[stage][1])
        _connections(layer, stage)
        box = drawing.put(layer, 0, 290.0 * row, 0.52)
        x, (_, y) = box.right + 24, box.middle
        drawing.text(x, y - 8, kind, size=30, anchor="start", bold=True)
        drawing.text(x, y + 32, f"{counts()[stage]} weights", size=30, kind="kernel",
                     anchor="start", bold=True)  # fmt: skip
    return drawing


def _connections(drawing: Drawing, stage: int) -> None:
    """Draw a layer: its inputs, its outputs, and a line for each weight."""
    ins = [(40.0, 30 + 72.0 * i) for i in range(_N)]
    outs = [(400.0, 102 + 72.0 * j) for j in range(_M)]
    for j, end in enumerate(outs):
        for i, start in enumerate(ins):
            tap = i - j
            if stage == 0 or 0 <= tap < _K:
                drawing.line(start, end, "kernel", width=_thick(stage, tap), key=f"w-{j}-{i}")
    for kind, places in (("input", ins), ("output", outs)):
        for number, (x, y) in enumerate(places):
            drawing.circle(x, y, 26, "paper", fill=1, width=0, key=f"{kind}-{number}-paper")
            drawing.circle(x, y, 26, kind, fill=0.3, width=3, key=f"{kind}-{number}")


def _thick(stage: int, tap: int) -> float:
    """Return how thick a line is: shared weights are told apart by that."""
    return (2.0, 5.0, 9.0)[tap] if stage == 2 else 3.0


def draw_rows(image: Array, kernel: Array) -> Steps:
    """Show the matrix of a convolution grow row by row, and each row multiply the image."""
    matrix = convolution_matrix(kernel, image.shape).dense
    captions = [
        "Row 1: the window's nine weights, at the places of the window's pixels.",
        *(f"Row {row}: the same nine weights, moved." for row in range(2, len(matrix) + 1)),
    ]
    return Steps([_row(image, kernel, matrix, row) for row in range(len(matrix))], captions)


def _row(image: Array, kernel: Array, matrix: Array, row: int) -> Drawing:
    size = tuple(a - b + 1 for a, b in zip(image.shape, kernel.shape, strict=True))
    y = (matrix @ image.ravel()).reshape(size)
    drawing = Drawing(
        f"An image of {image.shape[0]} by {image.shape[1]}, its window number {row + 1}, and the "
        f"first {row + 1} rows of the matrix; the output there is {y.ravel()[row]:g}."
    )
    side = 48.0
    x = drawing.grid(image, 60, 30, side=side, kind="input", title="image x", size=22)
    i, j = divmod(row, size[1])
    drawing.frame(x.cell(i, j, *kernel.shape), "kernel", width=5, key="window")
    w = drawing.grid(kernel, 400, 54, side=side, kind="kernel", title="kernel w", size=22)
    done = (np.arange(y.size) <= row).reshape(size)
    out = drawing.grid(y, 700, 78, side=side, kind="output", title="output y", shown=done,
                       strong=done, size=22)  # fmt: skip
    drawing.frame(out.cell(i, j), "output", width=5, fill=0, key="made")
    drawing.text((x.right + w.x) / 2, 140, "∗", size=44, bold=True)
    drawing.text((w.right + out.x) / 2, 140, "=", size=40, bold=True)
    _product(drawing, image.ravel(), matrix, row)
    drawing.room(0, 0, 1110, 560)
    return drawing


def _product(drawing: Drawing, x: Array, matrix: Array, row: int) -> None:
    side, left, top = 54.0, 60.0, 280.0
    column = x[None]
    read = matrix[row][None] != 0
    drawing.text(left - 12, top + 35, "x", size=26, kind="input", bold=True, anchor="end")
    drawing.grid(column, left, top, side=side, kind="input", strong=read, size=22)
    drawing.text(left - 12, top + 104, "M", size=26, kind="kernel", bold=True, anchor="end")
    shown = np.arange(len(matrix))[:, None] <= np.full(matrix.shape, row)
    box = drawing.grid(matrix, left, top + 70, side=side, kind="kernel", shown=shown, size=22,
                       strong=shown & (matrix != 0))  # fmt: skip
    drawing.frame(box.cell(row, 0, 1, matrix.shape[1]), "kernel", width=4, fill=0, key="row")
    for number, value in enumerate((matrix @ x).tolist()):
        if number <= row:
            drawing.text(box.right + 16, box.y + side * number + 36,
                         ["= ", (f"{value:g}".replace("-", "−"), "output")], size=28, bold=True,
                         anchor="start")  # fmt: skip


def draw_photo_matrix(image: Array, matrix: Sparse, edges: Array) -> Drawing:
    """Draw a photo, the matrix to scale, its first corner enlarged, and the output."""
    filled = 100 * len(matrix.values) / (matrix.shape[0] * matrix.shape[1])
    drawing = Drawing(
        f"A photo times a matrix of {matrix.shape[0]:,} by {matrix.shape[1]:,}, {filled:.2f} % of "
        "it not 0, gives a picture of its edges."
    )
    high = 330.0
    width = high * image.shape[1] / image.shape[0]
    box = Box(0, 60, high * matrix.shape[1] / matrix.shape[0], high)
    scale = high / matrix.shape[0]
    drawing.frame(box, "kernel", width=2, fill=0)
    reach = scale * int(matrix.columns[matrix.rows == 0].max())
    drawing.path(
        [
            (box.x, box.y),
            (box.x + reach, box.y),
            (box.right, box.bottom),
            (box.right - reach, box.bottom),
        ],
        "kernel",
        fill=1,
        width=0.5,
        closed=True,
    )
    drawing.text(box.x, 40, f"M, {matrix.shape[0]:,} × {matrix.shape[1]:,}", size=26, kind="kernel",
                 anchor="start", bold=True)  # fmt: skip
    drawing.text(box.right + 32, box.y + high / 2 + 14, "·", size=54, bold=True)
    x = drawing.image(image, box.right + 64, 60, width=width, kind="input", low=0, high=1,
                      smooth=True)  # fmt: skip
    drawing.text(x.x, 40, "x, in one column", size=26, kind="input", anchor="start", bold=True)
    drawing.text(x.right + 36, box.y + high / 2 + 14, "=", size=44, bold=True)
    most = float(np.quantile(np.abs(edges), 0.99))
    drawing.image(
        1 - np.abs(edges) / most,
        x.right + 72,
        60,
        width=width,
        kind="output",
        low=0,
        high=1,
        smooth=True,
    )
    drawing.text(x.right + 72, 40, "y: edges", size=26, kind="output", anchor="start", bold=True)
    numbers: Mapping[str, str] = {
        f"{matrix.shape[0] * matrix.shape[1]:,}": "entries",
        f"{filled:.3f} %": "not 0: the thin diagonal",
        f"{len(matrix.values) // matrix.shape[0]}": f"weights, each {matrix.shape[0]:,} times",
    }
    for number, (value, words) in enumerate(numbers.items()):
        at = 385.0 * number
        drawing.text(at, 462, value, size=42, kind="kernel", bold=True, anchor="start")
        drawing.text(at, 498, words, size=24, kind="muted", anchor="start")
    drawing.room(0, 0, 1130, 510)
    return drawing


def draw_matrix(matrix: Array) -> Drawing:
    """Draw a matrix on its side, its entries that are not 0 tinted."""
    upright = matrix.T
    drawing = Drawing(
        f"A matrix of {matrix.shape[0]} by {matrix.shape[1]}, drawn on its side: in each column "
        "the same nine weights, further down from column to column."
    )
    drawing.grid(np.where(upright == 0, np.nan, upright), side=35, kind="kernel", size=19,
                 strong=upright != 0)  # fmt: skip
    drawing.text(0, -14, ["M", " on its side: its rows are columns"], size=22, kind="kernel",
                 anchor="start", bold=True)  # fmt: skip
    return drawing
