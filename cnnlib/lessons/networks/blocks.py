"""The three building blocks CONV, POOL and FC, and what is left without the first two."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlib.data import digits
from cnnlib.look import Box, Drawing
from cnnlib.spec import Layer

#: Upright strokes: what the convolution in the drawing looks for.
_UPRIGHT = np.array([[-1, 2, -1]] * 3) / 3


def _ramp(name: str) -> str:
    """Return the map of Matplotlib that comes closest to a meaning's colour, white for nothing."""
    return {"input": "Blues", "output": "Greens"}[name]


def draw_blocks() -> Drawing:
    """Draw a digit that goes through a convolution, a pooling and a linear layer."""
    drawing = Drawing(
        "A digit; a convolution makes a map of its upright strokes; pooling makes the map "
        "smaller; a fully connected layer weighs each of its numbers for each of ten scores."
    )
    image = digits("test")[0][5, 0]
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    found = np.maximum(np.einsum("ijab,ab->ij", windows, _UPRIGHT), 0)
    pooled = found.reshape(3, 2, 3, 2).max((1, 3))
    left = drawing.image(image, 0, 120, width=256, kind="input", cmap=_ramp("input"), low=0)
    map_ = drawing.image(found, 380, 144, width=208, kind="output", cmap=_ramp("output"), low=0)
    small = drawing.image(pooled, 710, 184, width=128, kind="output", cmap=_ramp("output"), low=0)
    _window(drawing, left.cell(2, 3, 3, 3), map_.cell(2, 3), "kernel")
    _window(drawing, map_.cell(2, 2, 2, 2), small.cell(1, 1), "muted")
    for i in range(9):
        for j in range(10):
            row, column = divmod(i, 3)
            x, y = small.cell(row, column).middle
            drawing.line((x, y), (1010, 72 + 38 * j), "ink", width=0.7)
    for j in range(10):
        drawing.circle(1010, 72 + 38 * j, 13, "paper", fill=1)
        drawing.circle(1010, 72 + 38 * j, 13, "output", fill=0.3)
        drawing.text(1038, 79 + 38 * j, f"{j}", size=20, anchor="start")
    names = (
        (130, "CONV", "kernel", ("looks for one pattern,", "everywhere")),
        (490, "POOL", "muted", ("keeps the strongest,", "forgets exactly where")),
        (900, "FC", "ink", ("weighs all numbers", "at once")),
    )
    for x, name, kind, lines in names:
        drawing.text(x, 30, name, size=40, kind=kind, bold=True)
        for number, line in enumerate(lines):
            drawing.text(x, 470 + 30 * number, line, size=24)
    return drawing


def _window(drawing: Drawing, read: Box, made: Box, kind: str) -> None:
    drawing.frame(read, kind, width=4, fill=0.15)
    drawing.frame(made, kind, width=4, fill=0)
    for start, end in (((read.right, read.y), (made.x, made.y)),
                       ((read.right, read.bottom), (made.x, made.bottom))):  # fmt: skip
        drawing.line(start, end, kind, width=1.6, dashed=True)


def draw_without(
    layers: Sequence[Layer], taken: Sequence[Layer], words: tuple[str, str]
) -> Drawing:
    """Draw a network's layers, then what is left when some are taken away.

    Parameters
    ----------
    layers
        All of them, in order.
    taken
        Those that are taken away.
    words
        What the two rows are.
    """
    names = [layer.label.split(",")[0].replace("linear", "FC") for layer in layers]
    drawing = Drawing(
        f"{words[0]}: {', '.join(names)}. {words[1]}: "
        + ", ".join(n for n, each in zip(names, layers, strict=True) if each not in taken)
    )
    wide, high = 1150 / len(layers) - 8, 104.0
    for row, line in enumerate(words):
        y = 54 + 252.0 * row
        drawing.text(0, y - 20, line, size=26, anchor="start", bold=True)
        for place, (name, layer) in enumerate(zip(names, layers, strict=True)):
            box = Box((wide + 8) * place, y, wide, high)
            gone = layer in taken
            if row and gone:
                drawing.frame(box, "line", width=1.5, fill=0)
                continue
            kind = "kernel" if gone else "ink"
            drawing.frame(box, kind, width=2.5, fill=0.25 if gone else 0.12)
            for number, word in enumerate(name.split(" ")):
                drawing.text(box.middle[0], y + 34 + 28 * number, word, size=22, bold=not number)
            if gone:
                drawing.line((box.x, box.bottom + 16), (box.right, box.bottom + 16), "wrong",
                             width=3)  # fmt: skip
                drawing.text(box.middle[0], box.bottom + 46, "✗ taken away", size=20, kind="wrong")
    return drawing


def draw_copies(image: Any, plain: Any, residual: Any) -> Drawing:
    """Draw what goes in, and what comes out of a plain and of a residual block."""
    drawing = Drawing(
        "A digit goes into two blocks whose weights are zero. The output of the plain one is zero, "
        "that of the residual one is the digit."
    )
    pictures = (
        (0.0, 150.0, image, "x", "input"),
        (380.0, 0.0, plain, "plain: nothing", "wrong"),
        (380.0, 300.0, residual, "residual: x", "output"),
    )
    for x, y, values, name, kind in pictures:
        cmap = _ramp("output" if kind == "output" else "input")
        box = drawing.image(
            np.asarray(values), x, y, width=220, kind=kind, cmap=cmap, low=0, high=1
        )
        drawing.text(box.middle[0], box.bottom + 34, name, size=26, kind=kind, bold=True)
    drawing.line((232, 230), (366, 120), "ink", arrow=True, width=3)
    drawing.line((232, 290), (366, 400), "ink", arrow=True, width=3)
    return drawing
