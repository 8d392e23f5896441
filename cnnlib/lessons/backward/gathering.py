"""A small layer and its gradients, both as correlations."""

from collections.abc import Sequence

import numpy as np

from cnnlib.lessons.backward.passing import (
    GAP,
    Passing,
    Place,
    size_words,
    write_sign,
    write_sum,
)
from cnnlib.look import Box, Drawing


def draw_both(layer: Passing, *, known: bool = True, side: float = 68, gap: float = 104) -> Drawing:
    """Draw the layer with one window framed, and below each array its gradient.

    Parameters
    ----------
    known
        Whether the numbers of `dx` and `dw` are there.
    side, gap
        Of a cell, and between two grids.
    """
    drawing = Drawing(
        f"An image of {size_words(layer.x)}, a kernel of {size_words(layer.w)} and their output of "
        f"{size_words(layer.dy)}; below each its gradient, of the same shape."
    )
    high = side * len(layer.x)
    left, low = 0.0, 1.5 * high + 66
    for number, (forward, gradient, name, kind) in enumerate(
        ((layer.x, layer.dx, "x", "input"), (layer.w, layer.dw, "w", "kernel"),
         (layer.y, layer.dy, "y", "output"))
    ):  # fmt: skip
        inset = (high - side * len(forward)) / 2
        at = drawing.grid(forward, left, inset, side=side, kind=kind, title=name,
                          strong=np.ones(forward.shape, bool))  # fmt: skip
        shown = np.full(gradient.shape, known or name == "y")
        drawing.grid(gradient, left, high + 66 + inset, side=side, kind="gradient",
                     title=f"d{name}", shown=shown, strong=shown)  # fmt: skip
        if name == "x":
            drawing.frame(at.cell(0, 0, *layer.w.shape), "input", width=6)
        left = at.right + gap
        if name != "y":
            write_sign(drawing, "∗="[number], at.right + gap / 2, high / 2)
        if name == "w":
            drawing.line((left - 14, low), (at.right + 14, low), "gradient", arrow=True, width=5)
    bottom = low + side * len(layer.dy) / 2 + 10
    end = high - side * (len(layer.x) - len(layer.w)) / 2
    drawing.line((at.x + side, bottom), (side * len(layer.x) + 14, low + end / 2 - 20),
                 "gradient", arrow=True, width=5, bend=-44)  # fmt: skip
    return drawing


def gathering(layer: Passing, places: Sequence[Place], side: float = 60) -> list[Drawing]:
    """Draw the flipped kernel sliding over `dy` in its frame of zeros."""
    return [_gather(layer, place, side) for place in places]


def _gather(layer: Passing, place: Place, side: float) -> Drawing:
    row, column = place
    flipped = layer.w[::-1, ::-1]
    spread = layer.spread
    seen = spread[row : row + len(flipped), column : column + flipped.shape[1]]
    drawing = Drawing(
        f"The flipped kernel on dy in its frame of zeros, at row {row}, column {column}, gives "
        f"dx = {layer.dx[place]:g}."
    )
    box = draw_spread(layer, drawing, 0, 0, side)
    window = box.cell(row, column, *flipped.shape)
    drawing.frame(window, "kernel", width=6, fill=0.12, key="window")
    kernel = drawing.grid(
        flipped, box.right + GAP, 0, side=side, kind="kernel", title="w, flipped",
        strong=np.ones(flipped.shape, bool),
    )  # fmt: skip
    reached = np.arange(layer.x.size).reshape(layer.x.shape) <= row * layer.x.shape[1] + column
    dx = drawing.grid(
        layer.dx, kernel.right + GAP, 0, side=side, kind="gradient",
        title=f"dx, {size_words(layer.x)}", shown=reached, strong=reached,
    )  # fmt: skip
    drawing.frame(dx.cell(row, column), "gradient", width=6, fill=0.25, key="target")
    products = [
        (d, "gradient", v) for d, v in zip(seen.ravel(), flipped.ravel(), strict=True) if d and v
    ]
    write_sum(drawing, products, layer.dx[place], kernel.x, dx.bottom + 62, second="kernel")
    drawing.room(0, 0, dx.right + 20, dx.bottom + 90)
    return drawing


def draw_sums(layer: Passing, side: float = 42) -> Drawing:
    """Draw both gradients as correlations, each with its formula."""
    drawing = Drawing(
        "Above, dy with zeros and the flipped kernel give dx; below, x and dy give dw. Each has "
        "its formula beside it."
    )
    spread = draw_spread(layer, drawing, 0, 0, side)
    low = spread.bottom + 84
    x = drawing.grid(layer.x, spread.right - side * len(layer.x), low, side=side, kind="input",
                     title="x", size=20)  # fmt: skip
    lines = (
        ("dx", layer.w[::-1, ::-1], "w, flipped", "kernel", layer.dx, spread,
         ("dx[r, s] =", "Σ dy[r − p, s − q] · w[p, q]", "over p, q")),
        ("dw", layer.dy, "dy", "gradient", layer.dw, x,
         ("dw[p, q] =", "Σ dy[i, j] · x[i + p, j + q]", "over i, j")),
    )  # fmt: skip
    for name, kernel, title, kind, made, first, (place, formula, over) in lines:
        middle = first.middle[1]
        second = drawing.grid(
            kernel, first.right + 70, middle - side * len(kernel) / 2, side=side, kind=kind,
            title=title, strong=np.ones(kernel.shape, bool), size=20,
        )  # fmt: skip
        write_sign(drawing, "∗", first.right + 35, middle)
        third = drawing.grid(
            made, spread.right + 70 + 3 * side + 70, middle - side * len(made) / 2, side=side,
            kind="gradient", title=name, strong=np.ones(made.shape, bool), size=20,
        )  # fmt: skip
        write_sign(drawing, "=", (second.right + third.x) / 2, middle)
        left = spread.right + 70 + 7 * side + 140
        drawing.text(left, middle - 22, [(place, "gradient")], size=32, anchor="start",
                     bold=True)  # fmt: skip
        drawing.text(left, middle + 22, formula, size=29, anchor="start")
        drawing.text(left, middle + 60, over, size=25, anchor="start", kind="muted")
    return drawing


def draw_spread(layer: Passing, drawing: Drawing, x: float, y: float, side: float) -> Box:
    """Draw `dy` among the zeros that belong to the way back; return where."""
    border = layer.dilation * (len(layer.w) - 1)
    inside = np.zeros(layer.spread.shape, bool)
    real = slice(border, -border or None, layer.stride)
    inside[real, real] = True
    title = "dy, with zeros around it" if layer.stride == 1 else "dy, with zeros between and around"
    return drawing.grid(
        layer.spread, x, y, side=side, kind="gradient", title=title, hatched=~inside,
        strong=inside, size=21,
    )  # fmt: skip
