"""Typical mistakes in average pooling, its backward pass and norms, with hints."""

from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import only_first
from cnnlib.check.geometry import settings, swapped
from cnnlib.check.moving import EMPTY_SLICE, SWAP, moving, raises_when_padding_is_zero
from cnnlib.check.pooling.mistakes import (
    CHANNELS,
    across_channels,
    anywhere,
    by_hand,
    default_stride,
    given_stride,
    sliced,
)
from cnnlib.check.pooling.reference import (
    avg_pool2d,
    avg_pool2d_backward,
    lp_pool2d,
    max_pool2d,
    spread_evenly,
)
from cnnlib.check.windows import Windows, pooling


def _elements(arguments: Arguments) -> int:
    return int(np.prod(pair(arguments["kernel_size"])))


def _counting_all(arguments: Arguments, **changes: Any) -> Array:
    """Return averages in which every pixel counts, padding too."""
    if not arguments.get("count_include_pad", True) and any(settings(arguments)[2]):
        raise RuntimeError("which pixels are padding is not known any more")
    return avg_pool2d(arguments, **{"count_include_pad": True, **changes})


_WINDOWS = Windows(_counting_all, pooling, edge="cuts")

_DIVISOR = (
    "With count_include_pad=True every window is divided by its full size. With False, only "
    "pixels of the image count, so a corner window is divided by a smaller number."
)

AVG_POOL: tuple[Misconception, ...] = (
    *mistakes(
        "padding is counted where it should not be",
        _DIVISOR,
        lambda a: avg_pool2d(a, count_include_pad=True),
    ),
    *mistakes(
        "padding is not counted where it should be",
        _DIVISOR,
        lambda a: avg_pool2d(a, count_include_pad=False),
    ),
    *mistakes(
        "count_include_pad is used the wrong way round",
        _DIVISOR,
        lambda a: avg_pool2d(a, count_include_pad=not a.get("count_include_pad", True)),
    ),
    *mistakes(
        "a sum instead of an average",
        "An average is the sum divided by the number of values.",
        lambda a: avg_pool2d(a, divisor_override=1),
    ),
    *mistakes(
        "divided by a number that is not the window's size",
        "How many pixels does a window of 2 by 3 have?",
        lambda a: avg_pool2d(a, divisor_override=pair(a["kernel_size"])[0] ** 2),
        lambda a: avg_pool2d(a, divisor_override=pair(a["kernel_size"])[1] ** 2),
        lambda a: avg_pool2d(a, divisor_override=pair(a["kernel_size"])[0]),
        lambda a: avg_pool2d(a, divisor_override=pair(a["kernel_size"])[1]),
        lambda a: avg_pool2d(a) / a["x"].shape[1],
    ),
    *mistakes(
        "the padding is not zero",
        "For an average the padding adds nothing to the sum: it is zero, whatever the image holds.",
        lambda a: avg_pool2d(by_hand(a, "ab", 0.0, "edge")),
        lambda a: avg_pool2d(by_hand(a, "ab", 0.0, "reflect")),
    ),
    *mistakes(
        "the maximum instead of the average",
        "Average pooling takes every pixel of the window into account.",
        lambda a: max_pool2d(a)[0],
    ),
    *mistakes(
        "the average runs over the channels, too",
        CHANNELS,
        *(lambda a, i=i: across_channels(a, avg_pool2d, np.mean)[i] for i in range(3)),
        *(lambda a, i=i: across_channels(a, avg_pool2d, np.sum)[i] for i in range(3)),
    ),
    *anywhere(avg_pool2d, 0.0),
    *sliced(_WINDOWS),
    *moving(_WINDOWS),
)  # fmt: skip


def _overwritten(arguments: Arguments, last: bool) -> Array:
    """Return dx if every window overwrites its pixels; the last window stays, or the first.

    The window that stays is found for rows and columns apart, because windows are rectangles.
    """
    *_, h, w = arguments["shape"]
    shares = _shares(arguments)
    rows, keep_rows = _stays(arguments, 0, h, shares.shape[2], last)
    columns, keep_columns = _stays(arguments, 1, w, shares.shape[3], last)
    return shares[:, :, rows][:, :, :, columns] * keep_rows[:, None] * keep_columns


def _shares(arguments: Arguments) -> Array:
    """Return what each window gives to each of its pixels: the gradient of its first real pixel."""
    ones = np.ones((1, 1, *arguments["shape"][2:]))
    plain = {**arguments, "x": ones, "count_include_pad": True}
    counted = avg_pool2d(plain) * _elements(arguments)
    if arguments.get("count_include_pad", True):
        counted = np.full_like(counted, _elements(arguments))
    return np.asarray(arguments["dy"] / counted)


def _stays(
    arguments: Arguments, axis: int, size: int, windows: int, last: bool
) -> tuple[Array, Array]:
    """Return for each pixel of an axis which window stays, and whether there is one."""
    kernel, stride, padding = (setting[axis] for setting in settings(arguments))
    place = np.arange(size) + padding
    first = np.maximum(0, -((kernel - 1 - place) // stride))
    chosen = np.minimum(windows - 1, place // stride) if last else first
    chosen = np.minimum(chosen, windows - 1)
    return chosen, (place >= chosen * stride) & (place < chosen * stride + kernel)


def _cropped_to_nothing(arguments: Arguments) -> Array:
    n, c, h, w = arguments["shape"]
    _, _, (ph, pw) = settings(arguments)
    return np.zeros((n, c, h if ph else 0, w if pw else 0))


AVG_POOL_BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "= instead of += where windows overlap",
        "A pixel that belongs to several windows gets a contribution from each. What happens in"
        " your code when the second one is written?",
        lambda a: _overwritten(a, last=True),
        lambda a: _overwritten(a, last=False),
    ),
    *mistakes(
        "padding is counted where it should not be",
        _DIVISOR,
        lambda a: avg_pool2d_backward(a, count_include_pad=True),
    ),
    *mistakes(
        "padding is not counted where it should be",
        _DIVISOR,
        lambda a: avg_pool2d_backward(a, count_include_pad=False),
    ),
    *mistakes(
        "count_include_pad is used the wrong way round",
        _DIVISOR,
        lambda a: avg_pool2d_backward(a, count_include_pad=not a.get("count_include_pad", True)),
    ),
    *mistakes(
        "the gradient is not divided",
        "In the forward pass every pixel contributes a fraction to the average. On the way back it "
        "gets the same fraction of dy.",
        lambda a: avg_pool2d_backward(a, divisor_override=1),
    ),
    *mistakes(
        "divided by a number that is not the window's size",
        "How many pixels does a window of 2 by 3 have?",
        lambda a: avg_pool2d_backward(a, divisor_override=pair(a["kernel_size"])[0] ** 2),
        lambda a: avg_pool2d_backward(a, divisor_override=pair(a["kernel_size"])[1] ** 2),
        lambda a: avg_pool2d_backward(a, divisor_override=sum(pair(a["kernel_size"]))),
        lambda a: avg_pool2d_backward(a) / len(a["dy"]),
    ),
    *mistakes(
        "the gradient is multiplied by the window's size, not divided",
        "In the forward pass every pixel contributes a fraction to the average. On the way back it "
        "gets the same fraction of dy.",
        lambda a: avg_pool2d_backward(a, divisor_override=1) * _elements(a),
    ),
    *mistakes(
        "neither the stride nor the padding is used",
        "This code is right without padding and without a stride of its own. Where does it use "
        "stride and padding?",
        lambda a: spread_evenly(a, padding=0, **given_stride(a, None)),
        lambda a: spread_evenly(a, padding=0, **given_stride(a, 1)),
    ),
    *mistakes(
        "the stride is ignored",
        "Which rows of dx belong to row i of dy? They begin stride times i pixels down.",
        lambda a: spread_evenly(a, stride=1),
    ),
    *mistakes(
        "a stride that is not given is assumed to be 1",
        "With stride=None the windows are side by side. How far apart are they then?",
        lambda a: spread_evenly(a, **default_stride(a)),
    ),
    *mistakes(
        "the stride is ignored",
        "Which rows of dx belong to row i of dy? They begin stride times i pixels down.",
        lambda a: spread_evenly(a, **given_stride(a, 1)),
        lambda a: spread_evenly(a, **given_stride(a, None)),
    ),
    *mistakes(
        "the strides for height and width are mixed up",
        SWAP,
        lambda a: spread_evenly(a, stride=settings(a)[1][::-1]),
    ),
    *mistakes(
        "the window's height and width are mixed up",
        SWAP,
        lambda a: spread_evenly(a, kernel_size=swapped(a, "kernel_size"), stride=settings(a)[1]),
        lambda a: spread_evenly(a, kernel_size=swapped(a, "kernel_size")),
    ),
    *mistakes(
        "the padding is ignored",
        "Window 0 begins above the image, in the padding. What it sends to the padding is "
        "discarded; the rest must stay where it is.",
        lambda a: spread_evenly(a, padding=0),
    ),
    *mistakes(
        "the paddings for height and width are mixed up",
        SWAP,
        lambda a: spread_evenly(a, padding=swapped(a, "padding")),
    ),
    *mistakes(
        "dx is cropped by [padding:-padding], which is empty for padding 0",
        EMPTY_SLICE,
        _cropped_to_nothing,
        raises_when_padding_is_zero(
            r"from shape \(\S*\b0\b|\(\S*,0[,)]", pooling, avg_pool2d_backward
        ),
    ),
    *mistakes(
        "only the first image is processed",
        "The first axis of dy is the batch: every image in it has its own gradient.",
        *only_first(avg_pool2d_backward, 0),
    ),
    *mistakes(
        "only the first channel is processed",
        "Every channel has its own gradient.",
        *only_first(avg_pool2d_backward, 1),
    ),
)


def _summed(arguments: Arguments, x: Array) -> Array:
    """Return the sums of x over the windows."""
    return avg_pool2d({**arguments, "x": x}, divisor_override=1)


LP_POOL: tuple[Misconception, ...] = (
    *mistakes(
        "a mean instead of a sum",
        "The norm adds up the powers; it does not divide by the number of pixels.",
        lambda a: lp_pool2d(a) / _elements(a) ** (1 / a["norm_type"]),
        lambda a: lp_pool2d(a) / _elements(a),
    ),
    *mistakes(
        "the root is forgotten",
        "A norm grows in proportion to its numbers: if you double every pixel, the result doubles. "
        "Does yours?",
        lambda a: lp_pool2d(a) ** a["norm_type"],
    ),
    *mistakes(
        "norm_type is ignored",
        "norm_type is both the power and the root at the end; it is not always 2.",
        lambda a: lp_pool2d(a, norm_type=2),
    ),
    *mistakes(
        "the root does not match the power",
        "The last step undoes the power: for power 4 it takes the fourth root.",
        lambda a: lp_pool2d(a) ** (a["norm_type"] / 2),
    ),
    *mistakes(
        "the power is forgotten",
        "First every pixel is raised to the power, then they are added up.",
        lambda a: np.abs(_summed(a, a["x"])) ** (1 / a["norm_type"]),
        lambda a: np.abs(_summed(a, np.abs(a["x"]))) ** (1 / a["norm_type"]),
    ),
    *mistakes(
        "the sum is taken before the power",
        "First every pixel is raised to the power, then they are added up.",
        lambda a: np.abs(_summed(a, a["x"])),
        lambda a: _summed(a, np.abs(a["x"])),
    ),
    *mistakes(
        "the maximum instead of the norm",
        "Every pixel of the window contributes.",
        lambda a: max_pool2d(a)[0],
        lambda a: max_pool2d({**a, "x": np.abs(a["x"])})[0],
    ),
    *mistakes(
        "the norm runs over the channels, too",
        CHANNELS,
        *(lambda a, i=i: across_channels(a, lp_pool2d, np.sum)[i] for i in range(3)),
    ),
    *(m for m in anywhere(lp_pool2d, 0.0) if "padding" not in m.name),
)
