"""A photo as it lies on the cortex."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.history.retinotopy import Complex, cortex_image, to_cortex
from cnnlib.look import Drawing

#: Each circle has a colour and dashes of its own.
CIRCLES = (("wrong", False), ("kernel", True), ("output", False))


def retinotopy(
    picture: NDArray[Any],
    fovea: tuple[float, float],
    grid: Complex,
    radii: Sequence[float],
    a: float,
    shares: tuple[float, float],
) -> Drawing:
    """Draw a picture and its map on both halves of the cortex, circles around the fovea on each.

    Parameters
    ----------
    picture
        (H, W).
    fovea
        Row and column that are looked at.
    grid
        As `cnnlib.lessons.history.retinotopy.cortex_grid` returns it.
    radii
        Of the circles, in pixels.
    a
        Of the logarithm.
    shares
        Of the field, and of the cortex, that lie inside the inner circle.
    """
    drawing = Drawing(
        "A photo with circles around the point that the eye looks at, and the same photo as it "
        "is mapped to both halves of the cortex: the inner circle takes the largest part."
    )
    left = drawing.image(picture, 0, 40, width=380, smooth=True)
    mapped = cortex_image(picture, fovea, grid)
    rows, columns = mapped.shape
    mapped = np.where(np.isnan(mapped), 1.0, mapped)
    right = drawing.image(mapped, 450, 40, width=720, smooth=True)
    height = rows * right.side
    begin, end = np.log(a), np.log(a + np.nanmax(np.abs(grid)))
    for radius, (kind, dashed) in zip(radii, CIRCLES, strict=True):
        angles = np.linspace(0, 2 * np.pi, 90)
        row, column = fovea
        round_ = [
            (
                left.x + left.side * (column + radius * np.cos(t)),
                left.y + left.side * (row + radius * np.sin(t)),
            )
            for t in angles
        ]
        drawing.path(
            _inside(round_, left.x, left.right, left.y, left.bottom), kind, dashed=dashed, width=5
        )
        for side in (-1, 1):
            half = np.linspace(-np.pi / 2, np.pi / 2, 60)
            w = to_cortex(radius * np.exp(1j * half), a)
            across = columns / 2 * right.side * (w.real - begin) / (end - begin)
            down = height * (0.5 - w.imag / np.pi)
            drawing.path(
                [
                    (right.x + right.width / 2 + side * x, right.y + y)
                    for x, y in zip(across, down, strict=True)
                ],
                kind,
                dashed=dashed,
                width=5,
            )
    x, y = left.x + left.side * fovea[1], left.y + left.side * fovea[0]
    drawing.line((x - 14, y), (x + 14, y), "paper", width=5)
    drawing.line((x, y - 14), (x, y + 14), "paper", width=5)
    drawing.line(
        (right.x + right.width / 2, right.y),
        (right.x + right.width / 2, right.bottom),
        "paper",
        width=8,
    )
    drawing.text(left.x, 22, "what is seen; the eye looks at +", size=24, anchor="start", bold=True)
    drawing.text(
        right.x, 22, "its left half, on the right hemisphere", size=22, anchor="start", bold=True
    )
    drawing.text(
        right.right,
        right.bottom + 30,
        "its right half, on the left hemisphere",
        size=22,
        anchor="end",
        bold=True,
    )
    field, cortex = (f"{share:.0%}".replace("%", " %") for share in shares)
    drawing.text(
        right.x,
        right.bottom + 78,
        [("inner circle", CIRCLES[0][0]), f": {field} of the view, {cortex} of the cortex"],
        size=28,
        anchor="start",
        bold=True,
    )
    return drawing


def _inside(
    points: Sequence[tuple[float, float]], left: float, right: float, top: float, bottom: float
) -> list[tuple[float, float]]:
    return [(float(np.clip(x, left, right)), float(np.clip(y, top, bottom))) for x, y in points]
