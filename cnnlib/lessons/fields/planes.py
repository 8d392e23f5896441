"""Layers drawn as grids or rows of units, with what one unit reads in each of them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from cnnlib.look import Box, Drawing
from cnnlib.receptive_field import receptive_field
from cnnlib.spec import Layer, Sequential


def draw_chain(
    kernels: Sequence[int], n: int, reached: int = 0, *, side: float = 46, words: bool = True
) -> Drawing:
    """Draw an image and its maps side by side, and what the last map's middle unit reads.

    Parameters
    ----------
    kernels
        Of the layers, stride 1.
    n
        Pixels of the image, along each axis.
    reached
        The map down to which the field is followed; 0 is the image.
    """
    sizes = [n, *(n - sum(k - 1 for k in kernels[: i + 1]) for i in range(len(kernels)))]
    drawing = Drawing(
        f"An image of {n} by {n} pixels and the maps of {len(kernels)} layers. A frame in each "
        "shows what one unit of the last map reads."
    )
    left, boxes = 0.0, []
    for number, size in enumerate(sizes):
        kind = "input" if number == 0 else "output"
        title = ("input" if number == 0 else f"layer {number}") if words else ""
        top = side * (n - size) / 2
        boxes.append(
            drawing.grid(
                np.zeros((size, size)),
                left,
                top,
                side=side,
                kind=kind,
                numbers=False,
                title=title,
                size=24,
            )
        )
        left = max(boxes[-1].right, left + 90) + 92
    fields = []
    for number, (box, size) in enumerate(zip(boxes, sizes, strict=True)):
        if number >= reached:
            field = 1 + sum(k - 1 for k in kernels[number:])
            fields.append(box.cell((size - field) / 2, (size - field) / 2, field, field))
            kind = "input" if number == 0 else "output"
            drawing.frame(fields[-1], kind, width=5, fill=0.35, key=f"field-{number}")
            drawing.text(box.middle[0], max(b.bottom for b in boxes) + 44, f"{field} × {field}",
                         size=32, kind=kind, bold=True, key=f"size-{number}")  # fmt: skip
    for wide, narrow in pairwise(fields):
        drawing.line((wide.right, wide.y), (narrow.x, narrow.y), "muted", dashed=True, width=1.5)
        drawing.line((wide.right, wide.bottom), (narrow.x, narrow.bottom), "muted", dashed=True,
                     width=1.5)  # fmt: skip
    return drawing


def draw_chains(chains: Sequence[Sequence[int]], n: int) -> Drawing:
    """Draw several stacks below each other."""
    drawing = Drawing(
        f"{len(chains)} stacks of layers on {n} by {n} pixels; each ends in a unit that reads all."
    )
    top = 0.0
    for kernels in chains:
        chain = draw_chain(kernels, n, side=28, words=False)
        names = " + ".join(f"{k}×{k}" for k in kernels)
        drawing.text(0, top + 100, names, size=26, kind="kernel", anchor="start", bold=True)
        box = drawing.put(chain, 260, top)
        top = box.bottom + 40
    return drawing


def draw_cells(channels: int, positions: int) -> Drawing:
    """Draw the weights of one 7 by 7 kernel and of three 3 by 3 ones, cell for cell."""
    drawing = Drawing("A kernel of 49 cells beside three of 9 cells each, which are 27 together.")
    side = 46.0

    def kernel(size: int, x: float, y: float) -> Box:
        return drawing.grid(np.zeros((size, size)), x, y, side=side, kind="kernel",
                            numbers=False, strong=np.ones((size, size), bool))  # fmt: skip

    large = kernel(7, 0, 0)
    small = [kernel(3, 560 + 196 * number, 92) for number in range(3)]
    work = channels**2 * positions
    for x, cells in ((large.middle[0], 49), (small[1].middle[0], 27)):
        drawing.text(x, 384, f"{cells} C²", size=50, kind="kernel", bold=True)
        drawing.text(x, 424, f"{cells * channels**2:,} weights", size=25)
        drawing.text(x, 458, f"{cells * work / 1e6:,.0f} million multiply-adds", size=25)
    drawing.text(466, 384, "against", size=26)
    return drawing


def draw_jumps(layers: Sequence[Layer], names: Sequence[str], reached: int, n: int = 20) -> Drawing:
    """Draw a row of pixels and a row of units for each layer, and what one unit reads.

    Parameters
    ----------
    layers, names
        From first to last.
    reached
        How many layers are drawn; the unit is the middle one of the last.
    n
        Pixels.
    """
    drawing = Drawing(
        f"A row of {n} pixels, and above it the units of {reached} layers. One unit is marked with "
        "all that it reads below; the higher a layer, the further apart its units."
    )
    side, step = 42.0, 84.0
    floor = step * len(layers) + 40
    fields = [receptive_field(Sequential(*layers[:k], input_shape=(1, n, n)))
              for k in range(1, reached + 1)]  # fmt: skip
    counts = [n, *(_units(field, n) for field in fields)]
    middle = counts[-1] // 2

    def place(level: int, unit: int) -> tuple[float, float]:
        at = unit if level == 0 else fields[level - 1].centre((0, unit))[1]
        return side * (at + 0.5), floor - step * level

    seen = {reached: {middle}}
    for level in range(reached, 0, -1):
        below = receptive_field(Sequential(layers[level - 1], input_shape=(1, 64, 64)))
        seen[level - 1] = {u for unit in seen[level] for u in below.window((0, unit))[1]}
        for unit in seen[level]:
            for read in below.window((0, unit))[1]:
                drawing.line(place(level, unit), place(level - 1, read), "kernel", width=2)
    pixels = np.array([[unit in seen[0] for unit in range(n)]])
    drawing.grid(np.zeros((1, n)), 0, floor - side / 2, side=side, kind="input", numbers=False,
                 strong=pixels)  # fmt: skip
    drawing.text(side * n + 28, floor + 8, f"{len(seen[0])} pixels", size=26, kind="input",
                 anchor="start", bold=True)  # fmt: skip
    for level, field in enumerate(fields, 1):
        for unit in range(counts[level]):
            fill = 0.85 if unit in seen[level] else 0.08
            drawing.circle(*place(level, unit), 13, "output", fill=fill)
        y = floor - step * level
        drawing.text(side * n + 28, y - 4, names[level - 1], size=24, anchor="start", bold=True)
        drawing.text(side * n + 28, y + 24, f"field {field.size[1]}, jump {field.stride[1]}",
                     size=22, anchor="start")  # fmt: skip
    drawing.room(0, 0, side * n + 250, floor + side / 2)
    return drawing


def _units(field: Any, n: int) -> int:
    """Return how many units stand over `n` pixels."""
    return int((n - field.size[1]) / field.stride[1]) + 1
