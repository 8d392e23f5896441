"""How much each pixel counts for one unit: the gradient, drawn."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import MAPS, Box, Drawing

Array = NDArray[np.float64]
#: A pixel whose gradient is below this share of the largest does not count.
LEAST = 0.05


def influential(influence: Array) -> int:
    """Return how many rows have a pixel whose gradient is at least `LEAST` of the largest.

    Examples
    --------
    >>> influential(np.array([[0.0, 0.01], [0.5, 1.0]]))
    1
    """
    return int((influence >= LEAST * influence.max()).any(axis=1).sum())


def draw_measured(influence: Array, rows: range, columns: range, margin: int = 4) -> Drawing:
    """Draw the pixels whose gradient is not zero, framed by the field that was computed."""
    drawing = Drawing(
        f"Pixels; those with a gradient are tinted. The computed frame holds exactly these "
        f"pixels: {len(rows)} by {len(columns)}."
    )
    top, left = rows.start - margin, columns.start - margin
    part = influence[top : rows.stop + margin, left : columns.stop + margin]
    side = 460 / len(part)
    box = drawing.grid(np.zeros(part.shape), side=side, kind="line", numbers=False)
    for i, j in np.argwhere(part > 0):
        share = 0.2 + 0.8 * float(part[i, j] / part.max())
        drawing.frame(box.cell(i, j), "gradient", width=0.5, fill=share)
    drawing.frame(box.cell(margin, margin, len(rows), len(columns)), "input", width=6, fill=0)
    drawing.text(0, box.bottom + 36, [("frame: computed", "input"), ",  ",
                 ("tint: gradient", "gradient")], size=24, anchor="start", bold=True)  # fmt: skip
    return drawing


def draw_effective(influences: Mapping[int, Array], fields: Mapping[int, int]) -> Drawing:
    """Draw, by the number of layers, how much each pixel counts, and two frames.

    Parameters
    ----------
    influences
        By the number of layers, the gradient of one unit, with the unit in the middle.
    fields
        By the number of layers, the side of the computed field.
    """
    drawing = Drawing(
        "Spots that grow with the number of layers, each in a frame that grows faster: "
        + ", ".join(
            f"{n} layers, {fields[n]} pixels, {influential(influences[n])} of them count"
            for n in influences
        )
    )
    width = 268.0
    for column, (layers, influence) in enumerate(influences.items()):
        box = drawing.image(influence, 294.0 * column, width=width, cmap=MAPS["gradient"])
        n, field, inner = len(influence), fields[layers], influential(influence)
        for size, kind, thick in ((field, "input", 3), (inner, "ink", 3)):
            side = width * size / n
            at = Box(box.middle[0] - side / 2, box.middle[1] - side / 2, side, side)
            drawing.frame(at, kind, width=thick, fill=0)
        drawing.text(box.x, -16, f"{layers} layers", size=26, anchor="start", bold=True)
        drawing.text(box.x, box.bottom + 38, f"field {field}", size=26,
                     kind="input", anchor="start", bold=True)  # fmt: skip
        drawing.text(box.x, box.bottom + 74, f"inner frame {inner}", size=26,
                     anchor="start", bold=True)  # fmt: skip
    return drawing
