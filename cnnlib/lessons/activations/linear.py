"""Layers without an activation function: one matrix in the end, and one straight line."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.activations.crowd import Crowd
from cnnlib.lessons.activations.functions import BY_NAME, Array
from cnnlib.look import Box, Drawing

Labels = NDArray[np.int64]
#: The outermost points of the rings are a little nearer than this.
REACH = 2.3


def rings(count: int = 400, seed: int = 1) -> tuple[Array, Labels]:
    """Return points on two rings, one inside the other, and on which they are."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    radius = np.where(labels, 1.6, 0.6) + 0.18 * rng.standard_normal(count)
    angle = rng.uniform(0, 2 * np.pi, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def separate(name: str, layers: int, seeds: Sequence[int] = (0, 1, 2)) -> Crowd:
    """Return networks that were trained to tell the rings apart, one for each seed."""
    gain = 1 if name == "identity" else 2**0.5
    sizes = (2, *[12] * (layers - 1), 2)
    crowd = Crowd(sizes, BY_NAME[name], seeds, gain)
    return crowd.fit(*rings(), rates=[0.05] * len(seeds), epochs=60, batch=20)


def draw_regions(rows: Sequence[tuple[str, Crowd]]) -> Drawing:
    """Draw, for each kind of network and each seed, which points it takes for the inner ring."""
    points, labels = rings()
    drawing = Drawing(
        "Two rings of points, and how networks divide the plane: "
        + "; ".join(
            f"{name}, {', '.join(f'{share:.0%}' for share in crowd.accuracy(points, labels))} right"
            for name, crowd in rows
        )
    )
    side, gap = 236.0, 24.0
    for row, (name, crowd) in enumerate(rows):
        top = row * (side + 40)
        drawing.text(330, top + 106, name, size=30, anchor="end", bold=True)
        accuracies = crowd.accuracy(points, labels)
        kind = "output" if accuracies.min() > 0.9 else "wrong"
        drawing.text(330, top + 146, f"{crowd.depth} layers", size=24, anchor="end", kind="muted")
        for seed, region in enumerate(_regions(crowd)):
            left = 365 + seed * (side + gap)
            _region(drawing, region, left, top, side)
            drawing.text(left + side, top - 9, f"{100 * accuracies[seed]:.0f} %", size=26,
                         kind=kind, anchor="end", bold=True)  # fmt: skip
    return drawing


def _regions(crowd: Crowd, count: int = 96) -> Array:
    """Return for each network which of a grid of points it takes for the outer ring."""
    line = (np.arange(count) + 0.5) / count * 2 * REACH - REACH
    across, down = np.meshgrid(line, -line)
    grid = np.stack([across.ravel(), down.ravel()], axis=1)
    return crowd.predict(grid).reshape(-1, count, count).astype(float)


def _region(drawing: Drawing, region: Array, left: float, top: float, side: float) -> None:
    points, labels = rings()
    tints = np.array([[0.80, 0.89, 0.95], [0.98, 0.92, 0.82]])
    drawing.image(tints[region.astype(int)], left, top, width=side, smooth=True)
    unit = side / (2 * REACH)
    for (x, y), label in zip(points, labels, strict=True):
        at = left + side / 2 + unit * x, top + side / 2 - unit * y
        drawing.circle(*at, 3.6, "kernel" if label else "input", fill=1, width=0)


def draw_collapse(matrices: Sequence[Array]) -> list[Drawing]:
    """Draw a row of matrices and below, step by step, the product of the last ones."""
    drawings = []
    for count in range(1, len(matrices) + 1):
        product = matrices[0]
        for matrix in matrices[1:count]:
            product = matrix @ product
        drawings.append(_product(matrices, product, count))
    return drawings


def _product(matrices: Sequence[Array], product: Array, count: int) -> Drawing:
    """Draw the matrices, the last of them on the left, and the product of the first `count`."""
    drawing = Drawing(
        f"{len(matrices)} matrices times an input x. The first {count} of them, multiplied, are "
        f"one matrix: {product.tolist()}."
    )
    side, step = 88.0, 250.0
    for number, matrix in enumerate(matrices):
        x = step * (len(matrices) - 1 - number)
        merged = np.full(matrix.shape, number < count)
        drawing.grid(matrix, x, 0, side=side, kind="kernel", size=34, strong=merged)
        drawing.text(x + side, -16, f"W{_low(number + 1)}", size=30, kind="kernel", bold=True)
        drawing.text(x + 2 * side + 37, side + 14, "·", size=50, kind="muted")
    end = step * len(matrices)
    _input(drawing, end, 0, side)
    x = step * (len(matrices) - 1)
    names = "".join(f"W{_low(number)}" for number in range(count, 0, -1))
    drawing.text(x - 22, 330 + side, f"{names}  =", size=34, kind="kernel", bold=True, anchor="end")
    drawing.grid(product, x, 318, side=side, kind="kernel", size=34, key="product",
                 strong=np.full(product.shape, count > 1))  # fmt: skip
    drawing.text(x + 2 * side + 37, 332 + side, "·", size=50, kind="muted")
    _input(drawing, end, 318, side)
    drawing.line((x + side, 2 * side + 20), (x + side, 300), "kernel", width=4, arrow=True)
    first = x + side - step * (count - 1), 2 * side + 20
    drawing.line(first, (x + side, 2 * side + 20), "kernel", width=4, key="bracket")
    return drawing


def _input(drawing: Drawing, x: float, y: float, side: float) -> None:
    drawing.frame(Box(x, y, side * 0.8, 2 * side), "input", width=2)
    drawing.text(x + 0.4 * side, y + side + 12, "x", size=36, kind="input", bold=True)


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
