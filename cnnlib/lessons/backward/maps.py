"""Settings in two dimensions on the way back: strides, padding, dilation."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.backward.gathering import draw_spread
from cnnlib.lessons.backward.passing import GAP, Passing
from cnnlib.look import Drawing

Grid = NDArray[np.float64]


def draw_between(layer: Passing, side: float = 52) -> Drawing:
    """Draw how `dy` is spread before the flipped kernel slides over it."""
    drawing = Drawing(
        f"dy of {len(layer.dy)} by {len(layer.dy)} gets zeros between its rows and columns and a "
        f"frame of zeros; the flipped kernel makes dx of {len(layer.x)} by {len(layer.x)} of it."
    )
    high = side * len(layer.spread)
    dy = drawing.grid(
        layer.dy, 0, (high - side * len(layer.dy)) / 2, side=side, kind="gradient", title="dy",
        strong=np.ones(layer.dy.shape, bool), size=24,
    )  # fmt: skip
    spread = draw_spread(layer, drawing, dy.right + GAP + 20, 0, side)
    drawing.line((dy.right + 14, high / 2), (spread.x - 14, high / 2), "gradient", arrow=True,
                 width=4)  # fmt: skip
    flipped = layer.w[::-1, ::-1]
    drawing.grid(flipped, spread.x, 0, side=side, kind="kernel", numbers=False)
    drawing.frame(spread.cell(0, 0, *flipped.shape), "kernel", width=6, fill=0.15)
    dx = drawing.grid(
        layer.dx, spread.right + GAP + 20, (high - side * len(layer.x)) / 2, side=side,
        kind="gradient", title=f"dx, {len(layer.x)} × {len(layer.x)}",
        strong=np.ones(layer.x.shape, bool), size=24,
    )  # fmt: skip
    drawing.line((spread.right + 14, high / 2), (dx.x - 14, high / 2), "gradient", arrow=True,
                 width=4)  # fmt: skip
    drawing.text((spread.right + dx.x) / 2, high / 2 - 22, [("w", "kernel")], size=28, bold=True)
    return drawing


def draw_cut(layer: Passing, padding: int, side: float = 62) -> Drawing:
    """Draw the gradient of a padded image, and what of it belongs to the image."""
    drawing = Drawing(
        "The gradient of the padded image; what arrived at the padding is hatched and cut off."
    )
    inside = np.zeros(layer.x.shape, bool)
    inside[padding:-padding, padding:-padding] = True
    whole = drawing.grid(layer.dx, 0, 0, side=side, kind="gradient", strong=inside,
                         hatched=~inside, title="gradient of the padded x", size=26)  # fmt: skip
    inner = whole.cell(padding, padding, len(layer.x) - 2 * padding, len(layer.x) - 2 * padding)
    drawing.frame(inner, "gradient", width=6, fill=0)
    dx = drawing.grid(
        layer.dx[padding:-padding, padding:-padding], whole.right + 250, inner.y, side=side,
        kind="gradient", title="dx", strong=inside[padding:-padding, padding:-padding], size=26,
    )  # fmt: skip
    drawing.line((inner.right + 84, inner.middle[1]), (dx.x - 20, inner.middle[1]), "gradient",
                 arrow=True, width=5)  # fmt: skip
    drawing.text((inner.right + dx.x + 60) / 2, inner.middle[1] - 24, f"cut {padding}", size=28,
                 bold=True)  # fmt: skip
    drawing.room(0, 0, dx.right + 20, 0)
    return drawing


def draw_ways(rows: Sequence[Mapping[str, str]]) -> Drawing:
    """Draw what each setting of the forward pass becomes on the way back."""
    drawing = Drawing(
        "A table: " + "; ".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in rows) + "."
    )
    names = [*rows[0]]
    kinds = ("ink", "gradient", "gradient")
    widths = (250.0, 470.0, 380.0)
    left = 0.0
    for name, kind, width in zip(names, kinds, widths, strict=True):
        drawing.text(left + 18, 0, name, size=30, kind=kind, anchor="start", bold=True)
        for number, row in enumerate(rows):
            y = 30.0 + 92 * number
            box = drawing.bar(left, y, width - 8, 84, "paper")
            drawing.frame(box, kind if kind != "ink" else "line", width=2, fill=0.1)
            drawing.text(left + 18, y + 53, row[name], size=27, anchor="start", bold=kind == "ink")
        left += width
    return drawing
