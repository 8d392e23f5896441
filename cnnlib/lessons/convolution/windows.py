"""A kernel that slides over small images, drawn window by window, every product written out."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing

Array = NDArray[np.float64]
#: How many products stand in a line of a sum.
IN_LINE = 3


def correlate(image: Array, kernel: Array, stride: int = 1) -> Array:
    """Return the cross-correlation of two matrices where the kernel fits, `(H', W')`.

    Examples
    --------
    >>> correlate(np.ones((3, 3)), np.ones((2, 2))).tolist()
    [[4.0, 4.0], [4.0, 4.0]]
    """
    every = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.array(np.einsum("ijkl,kl->ij", every[::stride, ::stride], kernel))


def sliding(image: Array, kernel: Array, side: float = 76) -> list[Drawing]:
    """Draw one step for each output: its window, its sum of products, the output so far."""
    output = correlate(image, kernel)
    drawings = []
    for number, (row, column) in enumerate(np.ndindex(*output.shape)):
        value = output[row, column]
        drawing = Drawing(
            f"The window at row {row}, column {column} times the kernel gives {value:g}."
        )
        x, w, y = _three(drawing, image, kernel, output, side, number + 1)
        rows, columns = kernel.shape
        drawing.frame(x.cell(row, column, rows, columns), "input", width=6, key="window")
        drawing.frame(y.cell(row, column), "output", width=6, fill=0.35, key="result")
        window = image[row : row + rows, column : column + columns]
        _write_sum(drawing, window, kernel, w.x, w.bottom + 0.75 * side)
        drawings.append(drawing)
    return drawings


def goals(side: float = 62) -> Drawing:
    """Draw what the lecture is about: one window of an image, a kernel, one number of a map."""
    drawing = Drawing("A window of an image and a kernel give one number of the output.")
    image, kernel = np.eye(5) + np.eye(5, k=1), np.eye(3)
    x = drawing.grid(image, side=side, kind="input", title="image", numbers=False, shades=True)
    drawing.frame(x.cell(1, 1, 3, 3), "input", width=6, fill=0)
    w = drawing.grid(kernel, x.right + 1.4 * side, 0, side=side, kind="kernel", title="kernel",
                     numbers=False, strong=kernel > 0)  # fmt: skip
    drawing.text((x.right + w.x) / 2, w.middle[1] + 20, "∗", size=60, kind="muted", bold=True)
    y = drawing.grid(correlate(image, kernel), w.x, w.bottom + 1.2 * side, side=side,
                     kind="output", title="output", numbers=False, shades=True)  # fmt: skip
    drawing.frame(y.cell(1, 1), "output", width=6, fill=0)
    return drawing


def _three(
    drawing: Drawing, image: Array, kernel: Array, output: Array, side: float, shown: int
) -> tuple[Box, Box, Box]:
    """Draw image, kernel and output side by side, so many outputs written."""
    x = drawing.grid(image, side=side, kind="input", title=f"image x, {_size(image)}", key="x")
    w = drawing.grid(kernel, x.right + 1.3 * side, side=side, kind="kernel",
                     title=f"kernel w, {_size(kernel)}", strong=np.ones(kernel.shape, bool),
                     key="w")  # fmt: skip
    known = np.arange(output.size).reshape(output.shape) < shown
    y = drawing.grid(output, w.right + 1.3 * side, side=side, kind="output",
                     title=f"output y, {_size(output)}", shown=known, key="y")  # fmt: skip
    return x, w, y


def _size(array: Array) -> str:
    return f"{array.shape[0]} × {array.shape[1]}"


def _write_sum(drawing: Drawing, window: Array, kernel: Array, x: float, y: float) -> None:
    """Write the products of a window and the kernel, each factor in its colour."""
    products = list(zip(window.ravel(), kernel.ravel(), strict=True))
    for start in range(0, len(products), IN_LINE):
        line: list[str | tuple[str, str]] = []
        for number, (pixel, weight) in enumerate(products[start : start + IN_LINE], start):
            line += ["+ " if number else "", (f"{pixel:g}", "input"), "·",
                     (f"{weight:g}", "kernel"), " "]  # fmt: skip
        if start + IN_LINE >= len(products):
            total = float((window * kernel).sum())
            line += ["= ", (f"{total:g}", "output")]
        drawing.text(x, y + 46 * (start // IN_LINE), line, size=32, anchor="start")


def letters(side: float = 88) -> list[Drawing]:
    """Draw the same with letters: each output is a sum of four products."""
    image = [["a", "b", "c", "d"], ["e", "f", "g", "h"], ["i", "j", "k", "l"]]
    kernel = [["w", "x"], ["y", "z"]]
    wide, high, low = 4.4 * side, 0.9 * side, 3.5 * side
    drawings = []
    for number, (row, column) in enumerate(np.ndindex(2, 3)):
        window = [image[row + i][column + j] for i in range(2) for j in range(2)]
        drawing = Drawing(f"The window {', '.join(window)} times w, x, y, z.")
        x = word_grid(drawing, image, 2.6 * side, 0, side, "input")
        word_grid(drawing, kernel, x.right + 2 * side, side / 2, side, "kernel")
        drawing.frame(x.cell(row, column, 2, 2), "input", width=6, key="window")
        drawing.room(0, 0, 3 * wide, low + 2 * high)
        for place, (i, j) in enumerate(np.ndindex(2, 3)):
            at = Box(j * wide, low + i * high, wide, high)
            drawing.frame(at, "output", width=1.5, fill=0.05)
            if place == number:
                drawing.frame(at, "output", width=6, key="result")
            read = [image[i + p][j + q] for p in range(2) for q in range(2)]
            words: list[str | tuple[str, str]] = []
            for letter, weight in zip(read, "wxyz", strict=True):
                words += [" + " if words else "", (letter, "input"), (weight, "kernel")]
            if place <= number:
                drawing.text(*(at.middle[0], at.middle[1] + 12), words, size=34)
        drawings.append(drawing)
    return drawings


def word_grid(
    drawing: Drawing, words: Sequence[Sequence[str]], x: float, y: float, side: float, kind: str
) -> Box:
    """Draw a matrix of words."""
    blank = np.full((len(words), len(words[0])), np.nan)
    box = drawing.grid(blank, x, y, side=side, kind=kind, key=kind)
    for i, row in enumerate(words):
        for j, word in enumerate(row):
            cx, cy = box.cell(i, j).middle
            drawing.text(cx, cy + 0.13 * side, word, size=0.38 * side, kind=kind, bold=True)
    return box


def turned(image: Array, kernel: Array, side: float = 88) -> list[Drawing]:
    """Draw correlation, then the kernel turned by 180 degrees, then convolution."""
    other = kernel[::-1, ::-1]
    results = correlate(image, kernel), correlate(image, other)
    drawings = []
    for step in range(3):
        words = ("the kernel as it is", "the kernel, turned around", "both results")[step]
        drawing = Drawing(f"Image, kernel, and what comes out: {words}.")
        x = drawing.grid(image, side=side, kind="input", title="image x")
        top = drawing.grid(kernel, x.right + 1.5 * side, 0, side=side, kind="kernel",
                           title="kernel k", strong=np.ones(kernel.shape, bool))  # fmt: skip
        drawing.line((top.right + 20, top.middle[1]), (top.right + 1.7 * side, top.middle[1]),
                     arrow=True)  # fmt: skip
        drawing.grid(results[0], top.right + 2 * side, 0, side=side, kind="output",
                     title="cross-correlation")  # fmt: skip
        low = 2.9 * side
        drawing.room(0, 0, top.right + 5 * side, low + 2 * side)
        if step >= 1:
            below = drawing.grid(
                other, top.x, low, side=side, kind="kernel", title="k, turned by 180°",
                strong=np.ones(kernel.shape, bool),
            )  # fmt: skip
            drawing.line((top.x - 16, top.middle[1]), (below.x - 16, below.middle[1]), "kernel",
                         arrow=True, bend=-34)  # fmt: skip
        if step >= 2:
            drawing.line(
                (top.right + 20, low + side), (top.right + 1.7 * side, low + side), arrow=True
            )
            drawing.grid(results[1], top.right + 2 * side, low, side=side, kind="output",
                         title="convolution")  # fmt: skip
        drawings.append(drawing)
    return drawings


def endless(kernel: Array, side: float = 52) -> Drawing:
    """Draw a kernel as a function on the whole plane that is zero but for a few places."""
    drawing = Drawing("A kernel in an endless plane of zeros; only its own window counts.")
    plane = np.zeros((9, 11))
    top, left = 3, 4
    plane[top : top + kernel.shape[0], left : left + kernel.shape[1]] = kernel
    inside = np.zeros(plane.shape, bool)
    inside[top : top + kernel.shape[0], left : left + kernel.shape[1]] = True
    box = drawing.grid(plane, side=side, kind="kernel", strong=inside)
    drawing.frame(box.cell(top, left, *kernel.shape), "kernel", fill=0, width=5)
    for x, y in ((-26, box.middle[1]), (box.right + 26, box.middle[1])):
        drawing.text(x, y + 8, "…", size=34, kind="muted")
    for y in (-14, box.bottom + 30):
        drawing.text(box.middle[0], y, "⋮", size=30, kind="muted")
    return drawing


def channels_step(
    volume: Array,
    weights: Array,
    biases: Array,
    places: Iterable[tuple[int, int]],
    side: float = 36,
    small: float = 38,
) -> list[Drawing]:
    """Draw a layer with several channels and filters, stride 2 and padding 1, window by window.

    Parameters
    ----------
    volume
        The input, `(C, H, W)`.
    weights, biases
        `(F, C, 3, 3)` and `(F,)`.
    places
        The outputs to stop at, row and column.
    """
    padded = np.pad(volume, ((0, 0), (1, 1), (1, 1)))
    count, high = len(volume), padded.shape[1]
    outputs = np.stack([
        sum(correlate(padded[c], weights[f, c], stride=2) for c in range(count)) + biases[f]
        for f in range(len(weights))
    ])  # fmt: skip
    border = np.ones(padded.shape[1:], bool)
    border[1:-1, 1:-1] = False
    drawings = []
    for row, column in places:
        drawing = Drawing(f"Both filters read the window at row {row}, column {column}.")
        seen = np.arange(outputs[0].size).reshape(outputs[0].shape) <= (
            row * outputs.shape[2] + column
        )
        for c in range(count):
            left = c * (high * side + 46)
            x = drawing.grid(padded[c], left, 0, side=side, kind="input", hatched=border,
                             title=f"x, channel {c + 1}", size=19, key=f"x{c}")  # fmt: skip
            drawing.frame(x.cell(2 * row, 2 * column, 3, 3), "input", width=5, key=f"window{c}")
            for f in range(len(weights)):
                top = x.bottom + 26 + f * (3 * small + 18)
                w = drawing.grid(weights[f, c], x.middle[0] - 1.5 * small, top, side=small,
                                 kind="kernel", size=19, strong=np.ones((3, 3), bool))  # fmt: skip
                if c == 0:
                    drawing.text(w.x - 14, w.middle[1] + 8, f"filter {f + 1}", size=21,
                                 anchor="end", kind="kernel", bold=True)  # fmt: skip
        right = count * (high * side + 46) + 30
        for f in range(len(weights)):
            title = f"map {f + 1}, bias {biases[f]:g}"
            y = drawing.grid(outputs[f], right, f * 300, side=76, kind="output", title=title,
                             shown=seen, size=32)  # fmt: skip
            drawing.frame(y.cell(row, column), "output", width=6, key=f"result{f}")
        drawings.append(drawing)
    return drawings
