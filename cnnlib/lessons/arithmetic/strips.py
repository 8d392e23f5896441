"""One axis at a time: how often a window jumps, what padding adds, what is left over."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from cnnlib.arithmetic import conv_output_size, same_padding
from cnnlib.lessons.arithmetic.sliding import cross_out
from cnnlib.look import Box, Drawing
from cnnlib.look.parts import Words


def draw_jumps(n: int, kernel_size: int, strides: Sequence[int]) -> Drawing:
    """Draw a row of pixels for each stride, with the jumps of a window along it."""
    drawing = Drawing(
        f"Rows of {n} pixels. Arcs show how a window of {kernel_size} jumps along each, "
        f"with stride {', '.join(map(str, strides))}."
    )
    side = 60
    for number, stride in enumerate(strides):
        size = conv_output_size(n, kernel_size, stride)
        strip = _strip(drawing, n, (0, 0), 0, 190 * number, side, kernel_size, stride)
        starts = range(0, size * stride, stride)
        drawing.frame(strip.cell(0, 0, 1, kernel_size), "kernel", width=6, fill=0)
        drawing.room(strip.x, strip.y - 56, strip.right, strip.bottom)  # the arcs
        middles = [(strip.x + (start + kernel_size / 2) * side, strip.y - 8) for start in starts]
        for here, there in pairwise(middles):
            drawing.line(here, there, "kernel", arrow=True, bend=-15 - 5 * stride, width=3)
        jumps = size - 1
        quotient = f"({n} − {kernel_size}) / {stride} = {(n - kernel_size) / stride:.3g}"
        drawing.text(strip.right + 60, strip.y + 22, f"stride {stride}:  {quotient}", size=26,
                     anchor="start")  # fmt: skip
        words: Words = [
            f"{jumps} jump{'s' * (jumps > 1)} + 1 window = ",
            (f"{size} outputs", "output"),
        ]
        drawing.text(strip.right + 60, strip.y + 60, words, size=26, anchor="start", bold=True)
    return drawing


def draw_paddings(
    n: int, kernel_size: int, stride: int, paddings: Sequence[tuple[int, int]]
) -> Drawing:
    """Draw a row of pixels for each padding, and what is left over behind the last window."""
    drawing = Drawing(
        f"Rows of {n} pixels with different paddings; a window of {kernel_size} takes steps of "
        f"{stride}. What no window reads is crossed out."
    )
    side, most = 26, max(before for before, _ in paddings)
    for number, (before, after) in enumerate(paddings):
        left, top = 170 + side * (most - before), 122 * number
        strip = _strip(drawing, n, (before, after), left, top, side, kernel_size, stride)
        size = conv_output_size(n, kernel_size, stride, (before, after))
        for start in range(size):
            x = strip.x + (start * stride + kernel_size / 2) * side
            drawing.circle(x, strip.bottom + 14, 4.5, "kernel", fill=1)
        last = strip.cell(0, (size - 1) * stride, 1, kernel_size)
        drawing.frame(last, "kernel", width=5, fill=0)
        left_over = n + before + after - (size - 1) * stride - kernel_size
        lost = "a pixel" if before + after == 0 else "a zero"
        kind, verdict = ("wrong", f"{lost} is left over") if left_over else ("output", "fits")
        name = f"P = {before}" if before == after else f"{before} before, {after} after"
        if before == after:
            drawing.text(0, top + 18, name, size=24, anchor="start", bold=True)
        else:
            for line, words in enumerate(name.split(", ")):
                drawing.text(0, top + 8 + 26 * line, words, size=24, anchor="start", bold=True)
        drawing.text(170 + side * (n + 2 * most), strip.bottom + 50,
                     [f"{size} outputs, ", (verdict, kind)], size=24, anchor="end")  # fmt: skip
    return drawing


def draw_centred(kernels: Sequence[int], n: int = 7) -> Drawing:
    """Draw, for each kernel, its first window on an image whose size it keeps."""
    drawing = Drawing(
        f"Images of {n} by {n} pixels with hatched padding. The first window of kernels of size "
        f"{', '.join(map(str, kernels))} has the first pixel in its middle."
    )
    side, left = 28.0, 0.0
    bottom = side * (n + 2 * same_padding(max(kernels))[0])
    for kernel in kernels:
        padding = same_padding(kernel)[0]
        total = n + 2 * padding
        border = np.pad(np.zeros((n, n), bool), padding, constant_values=True)
        x = drawing.grid(
            np.zeros((total, total)), left, bottom - side * total, side=side, kind="input",
            hatched=border, numbers=False,
        )  # fmt: skip
        drawing.frame(x.cell(0, 0, kernel, kernel), "kernel", width=5, fill=0.25)
        drawing.frame(x.cell(padding, padding), "output", width=4, fill=0.7)
        words: Words = [(f"K = {kernel}", "kernel"), f":  P = ({kernel} − 1) / 2 = {padding}"]
        drawing.text(x.middle[0], bottom + 44, words, size=26, bold=True)
        drawing.text(
            x.middle[0], bottom + 82, [(f"{n}", "input"), " → ", (f"{n}", "output")], size=26
        )
        left = x.right + 90
    return drawing


def _strip(
    drawing: Drawing, n: int, padding: tuple[int, int], x: float, y: float, side: float,
    kernel_size: int, stride: int,
) -> Box:  # fmt: skip
    """Draw one row of pixels with its padding; cross out what no window reads."""
    hatched = np.pad(np.zeros(n, bool), padding, constant_values=True)
    strip = drawing.grid(
        np.zeros((1, len(hatched))), x, y, side=side, kind="input", hatched=hatched[None],
        numbers=False, strong=~hatched[None],
    )  # fmt: skip
    size = conv_output_size(n, kernel_size, stride, padding)
    for unread in range((size - 1) * stride + kernel_size, len(hatched)):
        cross_out(drawing, strip.cell(0, unread))
    return strip


def draw_even(values: Sequence[float], sums: Sequence[float], padding: tuple[int, int]) -> Drawing:
    """Draw the windows of an even kernel of ones along one row, and their sums."""
    before, after = padding
    kernel_size = before + after + 1
    drawing = Drawing(
        f"Five pixels with {before} zero before and {after} after. Each of five windows of "
        f"{kernel_size} has a row of its own, its sum beside it."
    )
    side = 56
    hatched = np.pad(np.zeros(len(values), bool), padding, constant_values=True)
    strip = drawing.grid(
        np.pad(values, padding)[None], side=side, kind="input", hatched=hatched[None],
        strong=~hatched[None], title=f"P = {before} before, {after} after", size=24,
    )  # fmt: skip
    for start, total in enumerate(sums):
        y = strip.bottom + 26 + 68 * start
        drawing.frame(Box(strip.x + side * start, y, side * kernel_size, 44), "kernel", width=3)
        drawing.text(strip.x + side * (start + kernel_size / 2), y + 31, "sum of four", size=21,
                     kind="kernel")  # fmt: skip
        drawing.grid([[total]], strip.right + 50, y - 3, side=50, kind="output",
                     strong=[[True]], size=24)  # fmt: skip
    return drawing
