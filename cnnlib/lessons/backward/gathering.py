"""A small layer seen from the pixel: who reads it, and both gradients as correlations."""

from collections.abc import Sequence

import numpy as np

from cnnlib.lessons.backward.passing import (
    GAP,
    Passing,
    Place,
    in_words,
    size_words,
    write_sign,
    write_sum,
)
from cnnlib.look import Box, Drawing
from cnnlib.look.parts import Words


def draw_both(layer: Passing, *, known: bool = True, side: float = 68, gap: float = 104) -> Drawing:
    """Draw the layer, its window framed, and below each array its gradient.

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


def draw_readers(layer: Passing, pixel: Place, side: float = 50) -> Drawing:
    """Draw every window that reads a pixel, with the weight that lies on it."""
    drawing = Drawing(
        f"Pixel {pixel[0]}, {pixel[1]} is read by several windows, each time with another "
        f"weight; what they send back adds up to {layer.dx[pixel]:g}."
    )
    left, terms = 0.0, []
    for place in layer.places:
        row, column = pixel[0] - place[0], pixel[1] - place[1]
        if not (0 <= row < len(layer.w) and 0 <= column < layer.w.shape[1]):
            continue
        x = drawing.grid(np.full(layer.x.shape, np.nan), left, 0, side=side, kind="input")
        taps = x.cell(*place, *layer.w.shape)
        inner = Box(taps.x, taps.y, taps.width, taps.height, side)
        drawing.grid(layer.w, inner.x, inner.y, side=side, kind="kernel", size=21)
        drawing.frame(taps, "kernel", width=5, fill=0.1)
        drawing.frame(x.cell(*pixel), "gradient", width=6, fill=0.25)
        words: Words = [(in_words(layer.dy[place]), "gradient"), " · ",
                        (in_words(layer.w[row, column], factor=True), "kernel")]  # fmt: skip
        drawing.text(x.middle[0], x.bottom + 46, words, size=32, bold=True)
        drawing.text(x.middle[0], -18, f"window {place[0]}, {place[1]}", size=21, kind="kernel")
        terms.append(layer.dy[place] * layer.w[row, column])
        left = x.right + 76
    for number in range(len(terms) - 1):
        write_sign(drawing, "+", (number + 1) * (x.width + 76) - 38, x.bottom + 36)
    drawing.text((left - 76) / 2, x.bottom + 120, [(f"dx = {in_words(sum(terms))}", "gradient")],
                 size=38, bold=True)  # fmt: skip
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
        flipped, box.right + GAP, 0, side=side, kind="kernel", title="w, turned by 180°",
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
        "Above: dy with zeros and the turned kernel give dx. Below: x and dy give dw. Each has "
        "its formula beside it."
    )
    spread = draw_spread(layer, drawing, 0, 0, side)
    low = spread.bottom + 84
    x = drawing.grid(layer.x, spread.right - side * len(layer.x), low, side=side, kind="input",
                     title="x", size=20)  # fmt: skip
    lines = (
        ("dx", layer.w[::-1, ::-1], "w, turned", "kernel", layer.dx, spread,
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
