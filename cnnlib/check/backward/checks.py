"""The checks of `ps3_backward` but one: col2im, and the gradients of a convolution."""

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from cnnlib.check import references
from cnnlib.check.backward.fold_mistakes import FOLD
from cnnlib.check.backward.mistakes import BACKWARD
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import LIBRARIES, Check, Part, Result, Tolerance
from cnnlib.check.engine.drawing import drawing
from cnnlib.check.engine.rounding import norm, rounding
from cnnlib.check.engine.window import Window, listed
from cnnlib.check.forward.checks import BASIC, DILATION, GROUPS, STRIDE_PADDING, spread
from cnnlib.check.geometry import Geometry, effective
from cnnlib.check.windows import convolving, remarks

#: Windows that read a pixel, by axis: {place in the grid of windows: kernel element}.
Readers: TypeAlias = tuple[dict[int, int], dict[int, int]]


def _fold_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of adding up what overlaps: one number per kernel element."""
    (kh, kw), *_ = effective(arguments)
    size = kh * kw * float(np.abs(arguments["cols"]).max())
    return rounding(dtype, size, "size of the terms", terms=kh * kw)


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of each gradient as in the forward pass.

    Every gradient is a sum of products with dy. The terms are as many as outputs read the element,
    and by Cauchy and Schwarz the sum of their sizes is at most the product of two norms.
    """
    dy, x, w = (arguments[name].astype(np.float64) for name in ("dy", "x", "w"))
    each = (0, 2, 3)
    size, terms = {
        "db": (float(np.abs(dy).sum(axis=each).max()), dy[:, 0].size),
        "dw": (norm(dy, each) * norm(x, each), dy[:, 0].size),
        "dx": (norm(dy, (1, 2, 3)) * norm(w, each), w[:, 0].size),
    }[result]
    return rounding(dtype, size, "size of the terms", terms=terms)


def _readers(arguments: Arguments, pixel: tuple[int, int], grid: tuple[int, int]) -> Readers:
    """Return which windows of a grid read a pixel."""
    found = [
        {i: k for i in range(n) for k in range(size) if i * s - p + k * d == place}
        for place, n, size, s, p, d in zip(pixel, grid, *effective(arguments), strict=True)
    ]
    return found[0], found[1]


def _window(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    """Return what one element of a gradient reads: of x for dw, of dy for the others."""
    dy, w = arguments["dy"], arguments["w"]
    rows, columns = (range(n) for n in dy.shape[2:])
    if result == "db":
        caption = f"all of dy[:, {index[0]}], in all images; shown for image 0:"
        return Window(caption, dy[0, index[0]], rows, columns)
    filters, depth = w.shape[0] // arguments.get("groups", 1), w.shape[1]
    if result == "dw":
        number, channel, p, q = index
        channel += number // filters * depth
        _, (sh, sw), (ph, pw), (dh, dw) = effective(arguments)
        return Window(
            f"the pixels of channel {channel} of x that w[…, {p}, {q}] is multiplied by, one per "
            f"output, in all images; shown for image 0:",
            arguments["x"][0, channel],
            [i * sh - ph + p * dh for i in rows],
            [j * sw - pw + q * dw for j in columns],
        )
    image, channel, *pixel = index
    down, across = _readers(arguments, (pixel[0], pixel[1]), (len(rows), len(columns)))
    first = channel // depth * filters
    if not down or not across:
        return Window("nothing: no window reads this pixel", dy[image, first], [], [])
    return Window(
        f"the elements of dy whose windows read this pixel: rows {listed([*down])}, columns "
        f"{listed([*across])}, filters {listed(range(first, first + filters))}; shown for filter "
        f"{first}:",
        dy[image, first],
        [*down],
        [*across],
    )


def _fold_window(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    """Return the numbers that add up to one pixel, laid out as their windows are."""
    image, channel, row, column = index
    geometry = Geometry("", arguments["shape"], 1, *effective(arguments))
    down, across = _readers(arguments, (row, column), geometry.output)
    cols = arguments["cols"][image].reshape(-1, *geometry.kernel_size, *geometry.output)
    if not down or not across:
        return Window("nothing: no window reads this pixel", cols[0, 0, 0], [], [])
    plane = np.zeros(geometry.output)
    for i, p in down.items():
        for j, q in across.items():
            plane[i, j] = cols[channel, p, q, i, j]
    caption = (
        f"one number from each of the windows in rows {listed([*down])}, columns "
        f"{listed([*across])}:"
    )
    return Window(caption, plane, [*down], [*across])


def _part(title: str, fixed: tuple[Geometry, ...], *free: str, counts: str = "") -> Part:
    """Return a part whose random geometries are free in some settings."""
    draw = drawing(Geometry.backward_case, fixed, spread(*free))
    return Part(title, draw, tuple(counts.split()) or None)


_SHIFTED = STRIDE_PADDING, "stride", "padding"
_GROUPED = DILATION + GROUPS, "stride", "padding", "dilation", "groups"

conv2d_backward = Check(
    name="conv2d_backward",
    against="torch.autograd.grad of conv2d",
    parts={
        "db": _part("db", BASIC, counts="db"),
        "dw": _part("dw", BASIC, counts="dw"),
        "dx": _part("dx", BASIC, counts="dx"),
        "dw_stride_padding": _part("dw and db, stride and padding", *_SHIFTED, counts="dw db"),
        "dx_stride_padding": _part("dx, stride and padding", *_SHIFTED, counts="dx"),
        "dw_dilation_groups": _part("dw and db, dilation and groups", *_GROUPED, counts="dw db"),
        "dx_dilation_groups": _part("dx, dilation and groups", *_GROUPED, counts="dx"),
    },
    reference=references.conv2d_backward,
    tolerance=_tolerance,
    results=(Result("dx"), Result("dw"), Result("db")),
    window=_window,
    misconceptions=BACKWARD,
    forbids=LIBRARIES,
    remarks=remarks(convolving),
)

# The same function, written anew: the slow version must not do the fast one's work.
conv2d_backward_im2col = replace(
    conv2d_backward,
    name="conv2d_backward_im2col",
    parts={
        "basic": _part("batch, channels and filters", BASIC),
        "stride_padding": _part("stride and padding", *_SHIFTED),
        "dilation_groups": _part("dilation and groups", *_GROUPED),
    },
    forbids=LIBRARIES | {"conv2d_backward"},
)

col2im = Check(
    name="col2im",
    against="torch.nn.functional.fold",
    parts={
        "basic": Part("windows that overlap", drawing(Geometry.fold_case, BASIC, spread())),
        "stride_padding_dilation": Part(
            "stride, padding and dilation",
            drawing(
                Geometry.fold_case,
                STRIDE_PADDING + DILATION,
                spread("stride", "padding", "dilation"),
            ),
        ),
    },
    reference=references.fold,
    tolerance=_fold_tolerance,
    results=(Result("image"),),
    window=_fold_window,
    misconceptions=FOLD,
    forbids=LIBRARIES,
    remarks=remarks(convolving),
)
