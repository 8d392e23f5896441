"""The checks of `ps4_pooling`: maximum, average and norm, backward, and un-pooling."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Check, Part, Result, Tolerance, exact
from cnnlib.check.engine.drawing import drawing
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.engine.window import Window
from cnnlib.check.geometry import settings, window
from cnnlib.check.pooling import reference
from cnnlib.check.pooling.avg_mistakes import AVG_POOL, AVG_POOL_BACKWARD, LP_POOL
from cnnlib.check.pooling.cases import (
    BASIC,
    COUNTS,
    DEEP,
    DEEP_PADDING,
    NORMS,
    PADDING,
    STRIDE,
    TIES,
    Pooling,
    spread,
)
from cnnlib.check.pooling.max_mistakes import MAX_POOL, MAX_POOL_BACKWARD, UNPOOL
from cnnlib.check.windows import pooling, remarks


def _any_maximum(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Replace indices that point at a true maximum of their window by PyTorch's choice.

    Among equal pixels any may win. An index elsewhere stays as it is, so that a report shows it.
    """
    y, indices = values
    best, chosen = arguments["right"]
    x = arguments["x"]
    height, width = x.shape[2:]
    (kh, kw), (sh, sw), (ph, pw) = settings(arguments)
    inside = np.isfinite(indices) & (indices >= 0) & (indices < height * width)
    flat = np.where(inside, indices, 0).astype(np.int64)
    row, column = np.divmod(flat, width)
    i, j = np.ogrid[: y.shape[2], : y.shape[3]]
    top, left = i * sh - ph, j * sw - pw
    here = (top <= row) & (row < top + kh) & (left <= column) & (column < left + kw)
    planes = x.reshape(*x.shape[:2], -1)
    found = np.take_along_axis(planes, flat.reshape(*x.shape[:2], -1), 2).reshape(best.shape)
    right = inside & (flat == indices) & here & (found == best)
    return y, np.where(right, chosen, indices)


def _sum_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of a sum of n terms, divided by something, in any order.

    It is at most γₙ Σ|x| (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section
    4.2). The sum is taken over a whole plane, so that running sums over the plane pass, too.
    """
    array = arguments["x"] if "x" in arguments else arguments["dy"]
    terms = int(np.prod(pair(arguments["kernel_size"]))) + 1
    size = float(np.abs(array).sum(axis=(2, 3)).max())
    return rounding(dtype, size, "sum of a plane", terms=terms)


def _route_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error where windows share a maximum; one term alone is copied."""
    indices = arguments["indices"].reshape(-1, np.prod(arguments["indices"].shape[2:]))
    terms = max(int(np.bincount(plane).max()) for plane in indices)
    if terms == 1:
        return exact(arguments, dtype, result)
    size = terms * float(np.abs(arguments["dy"]).max())
    return rounding(dtype, size, "size of a sum", terms=terms)


def _norm_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of a root of a sum of n powers.

    All terms are positive, so the sum is off by at most γₙ of itself; powers and the root add a few
    roundings more, as many as the power if it is done by multiplying.
    """
    power, x = arguments["norm_type"], arguments["x"].astype(np.float64)
    terms = int(np.prod(pair(arguments["kernel_size"])) + np.ceil(power)) + 2
    size = float((np.abs(x) ** power).sum(axis=(2, 3)).max() ** (1 / power))
    return rounding(dtype, size, "norm of a plane", terms=terms)


def _read(padding: str) -> Any:
    """Return a function that finds the window that an output reads."""

    def find(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
        image, channel, row, column = index
        kernel, stride, around = settings(arguments)
        plain = {"x": arguments["x"], "kernel_size": kernel, "stride": stride, "padding": around}
        return replace(window(plain, (row, column), [channel], image), padding=padding)

    return find


def _givers(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    """Find the outputs whose windows hold a pixel: what their dy sends back adds up there."""
    image, channel, *pixel = index
    dy = arguments["dy"][image, channel]
    rows, columns = (
        [i for i in range(windows) if i * s - p <= place < i * s - p + k]
        for place, windows, k, s, p in zip(
            pixel, dy.shape, *settings(arguments), strict=True
        )
    )  # fmt: skip
    where = "no element" if not (rows and columns) else "a share of each of these elements"
    return Window(f"{where} of dy, channel {channel} of image {image}:", dy, rows, columns)


def _remembered(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    """Show the indices of a plane, and which of them mean this pixel."""
    image, channel, row, column = index
    plane = arguments["indices"][image, channel]
    flat = row * arguments["shape"][3] + column
    times = int((plane == flat).sum())
    caption = (
        f"row {row}, column {column} of a {' × '.join(map(str, arguments['shape'][2:]))} plane has "
        f"the index {flat};\n"
        f"{times or 'none'} of the indices of image {image}, channel {channel} "
        f"{'is' if times == 1 else 'are'} {flat}:"
    )
    return Window(caption, plane, range(plane.shape[0]), range(plane.shape[1]))


max_pool2d_forward = Check(
    name="max_pool2d_forward",
    against="torch.nn.functional.max_pool2d",
    parts={
        "basic": Part("values", drawing(Pooling.case, BASIC + DEEP, spread("fill")), counts=("y",)),
        "stride_padding": Part(
            "values with stride and padding",
            drawing(
                Pooling.case, STRIDE + PADDING + DEEP_PADDING, spread("stride", "padding", "fill")
            ),
            counts=("y",),
        ),
        "indices": Part(
            "indices",
            drawing(
                Pooling.case, BASIC + STRIDE + PADDING + TIES, spread("stride", "padding", "fill")
            ),
        ),
    },
    results=(Result("y"), Result("indices", dtype="integer")),
    reference=reference.max_pool2d,
    tolerance=exact,
    settle=_any_maximum,
    window=_read("-inf"),
    misconceptions=MAX_POOL,
    remarks=remarks(pooling),
)

max_pool2d_backward = Check(
    name="max_pool2d_backward",
    against="the gradient of torch.nn.functional.max_pool2d",
    parts={
        "basic": Part("windows side by side", drawing(Pooling.route_case, BASIC, spread())),
        "overlap": Part(
            "windows that overlap, and ties",
            drawing(
                Pooling.route_case, STRIDE + PADDING + TIES, spread("stride", "padding", "fill")
            ),
        ),
    },
    results=(Result("dx"),),
    reference=reference.route,
    tolerance=_route_tolerance,
    window=_remembered,
    misconceptions=MAX_POOL_BACKWARD,
)

avg_pool2d_forward = Check(
    name="avg_pool2d_forward",
    against="torch.nn.functional.avg_pool2d",
    parts={
        "basic": Part("averages", drawing(Pooling.case, BASIC, spread())),
        "stride_padding": Part(
            "stride and padding",
            drawing(Pooling.case, STRIDE + PADDING, spread("stride", "padding")),
        ),
        "count_include_pad": Part(
            "whether padding counts",
            drawing(Pooling.case, COUNTS, spread("stride", "padding", "count_include_pad")),
        ),
    },
    reference=reference.avg_pool2d,
    tolerance=_sum_tolerance,
    window=_read("0"),
    misconceptions=AVG_POOL,
    remarks=remarks(pooling),
)

avg_pool2d_backward = Check(
    name="avg_pool2d_backward",
    against="the gradient of torch.nn.functional.avg_pool2d",
    parts={
        "basic": Part("windows side by side", drawing(Pooling.spread_case, BASIC, spread())),
        "overlap": Part(
            "stride, padding and overlap",
            drawing(Pooling.spread_case, STRIDE + PADDING, spread("stride", "padding")),
        ),
        "count_include_pad": Part(
            "whether padding counts",
            drawing(Pooling.spread_case, COUNTS, spread("stride", "padding", "count_include_pad")),
        ),
    },
    results=(Result("dx"),),
    reference=reference.avg_pool2d_backward,
    tolerance=_sum_tolerance,
    window=_givers,
    misconceptions=AVG_POOL_BACKWARD,
    remarks=remarks(pooling),
)

lp_pool2d = Check(
    name="lp_pool2d",
    against="torch.nn.functional.lp_pool2d",
    parts={"all": Part("norms", drawing(Pooling.norm_case, NORMS, spread("stride")))},
    reference=reference.lp_pool2d,
    tolerance=_norm_tolerance,
    window=_read("0"),
    misconceptions=LP_POOL,
    remarks=remarks(pooling),
)

max_unpool2d = Check(
    name="max_unpool2d",
    against="torch.nn.functional.max_unpool2d",
    parts={
        "all": Part(
            "values put back",
            drawing(
                Pooling.unpool_case,
                BASIC + STRIDE + PADDING + TIES,
                spread("stride", "padding", "fill"),
            ),
        )
    },
    results=(Result("x"),),
    reference=reference.unpool,
    tolerance=exact,
    window=_remembered,
    misconceptions=UNPOOL,
)
