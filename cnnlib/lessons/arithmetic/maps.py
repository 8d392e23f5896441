"""Photos and their feature maps, drawn to scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.data import photo
from cnnlib.lessons.arithmetic.sliding import Grid
from cnnlib.lessons.convolution import FILTERS
from cnnlib.look import Box, Drawing

#: A square of the photo with the face in it.
FACE = slice(10, 106), slice(16, 112)


def filtered(image: Grid, kernel: Grid, **settings: Any) -> Grid:
    """Return the output of PyTorch's convolution with one kernel."""
    x, w = (torch.tensor(array.tolist(), dtype=torch.float64) for array in (image, kernel))
    result: Grid = F.conv2d(x[None, None], w[None, None], **settings)[0, 0].numpy()
    return result


def draw_strides(strides: Sequence[int]) -> Drawing:
    """Draw a photo and what one kernel makes of it with several strides, all to scale."""
    image = photo(300)[20:244, 16:240]
    drawing = Drawing(
        f"A photo of 224 by 224 pixels, and its edges with strides {', '.join(map(str, strides))}: "
        "each map is smaller, to scale."
    )
    scale = 420 / len(image)
    at = drawing.image(image, width=420, title="input, 224 × 224", kind="input")
    left = at.right + 50
    for stride in strides:
        y = np.abs(filtered(image, FILTERS["Sobel"], stride=stride, padding=1))
        width = scale * y.shape[1]
        title = f"S = {stride}:  {y.shape[0]} × {y.shape[1]}"
        made = drawing.image(-y, left, at.bottom - width, width=width, title=title, kind="output")
        left = max(made.right, left + 190) + 40
    return drawing


def draw_title() -> Drawing:
    """Draw the lecture in one picture: windows side by side on a photo, and what they make."""
    drawing = Drawing(
        "A photo of 24 by 24 pixels with windows of 3 by 3 side by side; an output of 8 by 8."
    )
    pixels = photo(150)[FACE].reshape(24, 4, 24, 4).mean(axis=(1, 3))
    x = drawing.image(pixels, width=400, kind="input")
    for row, column in np.ndindex(8, 8):
        drawing.frame(x.cell(3 * row, 3 * column, 3, 3), "kernel", width=1.5, fill=0)
    y = Box(470, 267, 400 / 3, 400 / 3, 50 / 3)
    window, made = x.cell(21, 21, 3, 3), y.cell(7, 7)
    drawing.line((window.right, window.y), (made.x, made.y), "muted", dashed=True)
    drawing.line((window.right, window.bottom), (made.x, made.bottom), "muted", dashed=True)
    means = pixels.reshape(8, 3, 8, 3).mean(axis=(1, 3))
    drawing.image(means, y.x, y.y, width=y.width, kind="output")
    drawing.frame(made, "output", width=4)
    drawing.frame(window, "kernel", width=5, fill=0)
    drawing.text(x.middle[0], 446, "24 × 24", size=34, kind="input", bold=True)
    drawing.text(y.middle[0], 446, "8 × 8", size=34, kind="output", bold=True)
    return drawing


def draw_collapse(sizes: Sequence[int]) -> Drawing:
    """Draw the maps of a photo that shrinks from layer to layer, to scale."""
    drawing = Drawing(
        f"Maps of {', '.join(map(str, sizes))} pixels a side, to scale: a photo that 5 by 5 "
        "kernels blur and shrink until nothing more fits."
    )
    row = np.array([1, 4, 6, 4, 1]) / 16
    image = photo(150)[FACE].reshape(32, 3, 32, 3).mean(axis=(1, 3))
    unit, left, top = 8.4, 0.0, 0.0
    for number, size in enumerate(sizes):
        if number:
            image = filtered(image, np.outer(row, row))
        if number == 4:
            left, top = 0, 32 * unit + 90
        kind = "input" if number == 0 else "output"
        at = drawing.image(image, left, top, width=unit * size, kind=kind)
        drawing.text(at.x, at.bottom + 30, f"{size} × {size}", size=24, kind=kind, anchor="start",
                     bold=True)  # fmt: skip
        left = max(at.right, at.x + 110) + 42
    return drawing


def draw_border(size: int) -> Drawing:
    """Draw what padding with zeros does to a photo that is blurred: its rim turns dark."""
    image = 0.35 + 0.65 * photo(150)[FACE]
    kernel = np.full((size, size), 1 / size**2)
    padded = filtered(image, kernel, padding=size // 2)
    valid = filtered(image, kernel)
    drawing = Drawing(
        "A photo, blurred without padding: smaller, but right up to its edge. Blurred with zeros "
        "around it: the size stays, and the rim turns dark."
    )
    titles = "input", "no padding", "padded with zeros"
    for number, (title, seen) in enumerate(zip(titles, (image, valid, padded), strict=True)):
        kind = "output" if number else "input"
        left, width = 400.0 * number, 350 * len(seen) / len(image)
        drawing.image(seen, left + (350 - width) / 2, (350 - width) / 2, width=width, kind=kind,
                      low=0, high=1, smooth=True)  # fmt: skip
        words = f"{title}: {len(seen)} × {len(seen)}"
        drawing.text(left + 175, 392, words, size=24, kind=kind, bold=True)
    drawing.text(975, 424, "with a dark rim", size=24, kind="wrong", bold=True)
    return drawing


def draw_sides(sides: tuple[int, int, int, int], n: int = 5) -> Drawing:
    """Draw an image with its own padding at each side: left, right, top, bottom."""
    left, right, top, bottom = sides
    drawing = Drawing(
        f"An image of {n} by {n} pixels with {left} columns of padding left, {right} right, "
        f"{top} rows on top and {bottom} below."
    )
    border = np.pad(np.zeros((n, n), bool), ((top, bottom), (left, right)), constant_values=True)
    x = drawing.grid(
        np.zeros(border.shape), side=56, kind="input", hatched=border, numbers=False, size=24,
        title=f"{n} × {n} → {border.shape[0]} × {border.shape[1]}",
    )  # fmt: skip
    inner = x.cell(top, left, n, n)
    drawing.frame(inner, "input", width=5)
    for words, at in {
        f"left {left}": (x.x + 28 * left, x.bottom + 30),
        f"right {right}": (x.right - 28 * right, x.bottom + 30),
    }.items():
        drawing.text(*at, words, size=22, bold=True)
    drawing.text(x.right + 20, x.y + 28, f"top {top}", size=22, anchor="start", bold=True)
    drawing.text(x.right + 20, x.bottom - 28 * bottom + 8, f"bottom {bottom}", size=22,
                 anchor="start", bold=True)  # fmt: skip
    return drawing


def draw_wide(shape: tuple[int, int], made: tuple[int, int], window: tuple[int, int]) -> Drawing:
    """Draw an image, a window that is not square, and the output, to scale."""
    drawing = Drawing(
        f"An image of {shape[0]} by {shape[1]}, a window of {window[0]} by {window[1]}, and the "
        f"output of {made[0]} by {made[1]}, to scale."
    )
    unit = 9.0
    pixels: NDArray[np.float64] = photo(150)[20 : 20 + 2 * shape[0], 10 : 10 + 2 * shape[1]]
    x = drawing.image(pixels, width=unit * shape[1], kind="input")
    drawing.text(x.right + 16, x.middle[1], f"{shape[0]} down", size=22, kind="input",
                 anchor="start", bold=True)  # fmt: skip
    drawing.text(x.middle[0], x.y - 12, f"{shape[1]} across", size=22, kind="input", bold=True)
    at = Box(24 * unit, 9 * unit, unit * window[1], unit * window[0])
    drawing.frame(at, "kernel", width=5, fill=0.35)
    top = x.bottom + 60
    y = drawing.image(
        np.zeros(made), 0, top, width=unit * made[1], kind="output", cmap="Greens", low=-0.6, high=2
    )
    drawing.text(y.right + 16, y.middle[1], f"{made[0]} down", size=22, kind="output",
                 anchor="start", bold=True)  # fmt: skip
    drawing.text(y.middle[0], y.y - 12, f"{made[1]} across", size=22, kind="output", bold=True)
    return drawing
