"""How many weights one unit has, and a whole layer, drawn to scale."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.cbook import get_sample_data
from matplotlib.image import imread
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def portrait(size: int) -> Array:
    """Return a square photo of Grace Hopper, (size, size, 3), from 0 to 1.

    Pixels are picked from a square of 500 by 500, averaged where whole blocks of them fit.
    """
    whole = np.asarray(imread(str(get_sample_data("grace_hopper.jpg", asfileobj=False))), float)
    square = whole[10:510, 6:506] / 255
    block = 500 // size
    places = (np.arange(size) * 500 / size).astype(int)
    parts = [square[np.minimum(places + i, 499)][:, np.minimum(places + j, 499)]
             for i in range(block) for j in range(block)]  # fmt: skip
    mean: Array = np.mean(parts, axis=0)
    return mean


def draw_weights(counts: Mapping[int, int]) -> Drawing:
    """Draw photos to scale, and below each how many weights a unit has that reads it.

    Parameters
    ----------
    counts
        Weights by the side of the photo.
    """
    drawing = Drawing(
        "The same photo in several sizes, to scale. One unit that reads it has "
        + ", ".join(f"{count:,} weights at {side} by {side}" for side, count in counts.items())
    )
    scale, bottom, left = 0.84, 420.0, 0.0
    for side, count in counts.items():
        width = scale * side
        column = max(width, 260)
        x = left + (column - width) / 2
        drawing.image(portrait(side), x, bottom - width, width=width, kind="input",
                      smooth=side > 100)  # fmt: skip
        middle = left + column / 2
        drawing.text(middle, bottom + 40, f"{side} × {side} × 3", size=26, kind="input", bold=True)
        drawing.text(middle, bottom + 94, f"{count:,}", size=50, kind="kernel", bold=True)
        left += column + 70
    drawing.text((left - 70) / 2, bottom + 138, "weights per unit, plus one bias", size=26,
                 kind="muted")  # fmt: skip
    return drawing


def draw_first_layers(linear: int, conv: int) -> Drawing:
    """Draw the weights of two first layers as squares to scale."""
    ratio = linear / conv
    drawing = Drawing(
        f"Two squares to scale: {linear:,} weights of a fully connected layer, {conv:,} of a "
        f"convolutional one, {ratio:,.0f} times fewer."
    )
    large = 470.0
    small = large / np.sqrt(ratio)
    drawing.frame(Box(0, 0, large, large), "kernel", width=3, fill=0.35)
    drawing.text(large / 2, 190, "100 units", size=34, bold=True)
    drawing.text(large / 2, 262, f"{linear:,}", size=62, kind="kernel", bold=True)
    drawing.text(large / 2, 312, "weights", size=30)
    drawing.frame(Box(700, large - small, small, small), "kernel", width=2, fill=0.9)
    drawing.text(700, 190, "100 filters, 5 × 5 × 3", size=34, bold=True, anchor="start")
    drawing.text(700, 262, f"{conv:,}", size=62, kind="kernel", bold=True, anchor="start")
    drawing.text(700, 312, f"weights: {ratio:,.0f} times fewer", size=30, anchor="start")
    drawing.line((700 + small / 2, 340), (700 + small / 2, large - small - 10), "muted",
                 arrow=True)  # fmt: skip
    drawing.room(0, 0, 1160, large)
    return drawing


def draw_title(order: Sequence[int]) -> Drawing:
    """Draw a photo beside itself with its pixels in another order."""
    photo = portrait(125)
    mixed = photo.reshape(-1, 3)[np.asarray(order)].reshape(photo.shape)
    drawing = Drawing(
        "A photo of Grace Hopper, and the same pixels shuffled: to an MLP they are the same."
    )
    drawing.image(photo, 0, 0, width=320, kind="input")
    drawing.image(mixed, 400, 0, width=320, kind="input")
    drawing.text(360, 178, "=", size=64, kind="kernel", bold=True)
    drawing.text(360, 372, "to an MLP", size=30, kind="kernel", bold=True)
    return drawing
