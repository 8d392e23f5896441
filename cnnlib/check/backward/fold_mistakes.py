"""Typical mistakes in col2im: what each computes, and a hint."""

from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import raising
from cnnlib.check.geometry import effective, grid, setting, span, swapped
from cnnlib.check.moving import (
    DILATION,
    EMPTY_SLICE,
    STRIDE,
    SWAP,
    raises_when_padding_is_zero,
    refusing,
)
from cnnlib.check.references import fold, unfold
from cnnlib.check.windows import convolving


def overwritten(arguments: Arguments, windows_first: bool) -> Array:
    """Write each column into the image where it belongs; what comes last stays.

    Either window after window, or kernel element after kernel element.
    """
    n, c, h, w = arguments["shape"]
    numbers = np.arange(1, h * w + 1).reshape(1, 1, h, w)
    place = unfold(arguments, x=numbers)
    places = place[0].astype(int)  # 0 is padding
    cols = arguments["cols"].reshape(n, c, *places.shape)
    if windows_first:
        places, cols = places.T, cols.swapaxes(2, 3)
    image = np.zeros((n, c, h * w + 1))
    for k, pixels in enumerate(places):
        image[:, :, pixels] = cols[:, :, k]
    return image[:, :, 1:].reshape(n, c, h, w)


def _uncut(arguments: Arguments) -> Array:
    """Return the image with its padding still around it."""
    n, c, h, w = arguments["shape"]
    ph, pw = setting(arguments, "padding")
    return fold(arguments, shape=(n, c, h + 2 * ph, w + 2 * pw), padding=0)


def cut(image: Array, arguments: Arguments, how: str) -> Array:
    """Cut the padding off as beginners do: on the wrong side, or by [p:-p]."""
    ph, pw = setting(arguments, "padding")
    rows, columns = image.shape[2] - 2 * ph, image.shape[3] - 2 * pw
    return {
        "not": image,
        "bottom": image[:, :, :rows, :columns],
        "top": image[:, :, 2 * ph :, 2 * pw :],
        "negative": image[:, :, ph:-ph, pw:-pw],
        "swapped": image[:, :, pw : pw + rows, ph : ph + columns],
    }[how]


def read_part(image: Array, arguments: Arguments) -> Array:
    """Leave out the last rows and columns, those that no window reads."""
    kernel, stride, padding, dilation = effective(arguments)
    windows = grid(image.shape[2:], kernel, stride, padding, dilation)
    reach = map(span, windows, kernel, stride, dilation)
    rows, columns = (max(pixels - p, 0) for pixels, p in zip(reach, padding, strict=True))
    return image[:, :, :rows, :columns]


def _with_grid(arguments: Arguments, **changes: Any) -> Array:
    """Change where windows are, but keep how many there are."""
    n, c, h, w = arguments["shape"]
    settings = {**arguments, **changes}
    kernel, stride, padding, dilation = effective(settings)
    windows = grid(arguments["shape"][2:], *effective(arguments))
    reach = [*map(span, windows, kernel, stride, dilation)]
    room = [max(m, n + 2 * p) for m, n, p in zip(reach, (h, w), padding, strict=True)]
    # An image on which exactly these windows fit, in the corner of one with room for all.
    image = np.zeros((n, c, *room))
    image[:, :, : reach[0], : reach[1]] = fold(settings, shape=(n, c, *reach), padding=0)
    (top, left) = padding
    return image[:, :, top : top + h, left : left + w]


def _averaged(arguments: Arguments) -> Array:
    counts = fold({**arguments, "cols": np.ones_like(arguments["cols"])})
    return fold(arguments) / np.maximum(counts, 1)


def _reordered(arguments: Arguments, order: str) -> Array:
    """Take the columns for something else than (channel, row, column) by (down, across)."""
    n, c = arguments["shape"][:2]
    kernel, *_ = effective(arguments)
    windows = grid(arguments["shape"][2:], *effective(arguments))
    sizes = dict(zip("nckqij", (n, c, *kernel, *windows), strict=True))
    cols = arguments["cols"].reshape([sizes[axis] for axis in order])
    cols = cols.transpose([order.index(axis) for axis in "nckqij"])
    return fold(arguments, cols=cols.reshape(arguments["cols"].shape))


OVERLAP = (
    "Where windows overlap, a pixel belongs to several of them and gets a contribution from "
    "each. What happens to the first contribution when the second one is written?"
)
CUT = (
    "Padding was added on all four sides, and the same rows and columns must be removed again. "
    "Print the shape before and after. Does your code also work for padding 0?"
)
UNREAD = (
    "If the windows do not fit evenly, the last rows or columns belong to no window. They are "
    "still pixels of the image: what is their gradient?"
)
_ORDER = (
    "Each column holds one window: channel by channel, and each channel row by row. The columns"
    " follow the windows in reading order: left to right, then down. Reshape into these axes, "
    "in this order."
)

FOLD: tuple[Misconception, ...] = (
    *mistakes(
        "overlapping windows overwrite each other",
        OVERLAP,
        lambda a: overwritten(a, windows_first=False),
        lambda a: overwritten(a, windows_first=True),
    ),
    *mistakes(
        "overlapping windows are averaged",
        "The contributions of the windows are added up. Where does your code divide?",
        _averaged,
    ),
    *mistakes("the padding is not cut off", CUT, lambda a: cut(_uncut(a), a, "not")),
    *mistakes(
        "the padding is cut off on one side only",
        CUT,
        lambda a: cut(_uncut(a), a, "bottom"),
        lambda a: cut(_uncut(a), a, "top"),
    ),
    *mistakes(
        "the padding is cut off by [p:-p], which is empty for padding 0",
        EMPTY_SLICE,
        lambda a: cut(_uncut(a), a, "negative"),
        raises_when_padding_is_zero(r"from shape \(\S*\b0\b", convolving, fold),
    ),
    *mistakes(
        "rows and columns that no window reads are missing",
        UNREAD,
        lambda a: read_part(fold(a), a),
        raising(lambda a: any(convolving(a).left_over), "broadcast|mismatch", fold),
    ),
    *mistakes(
        "windows that do not fit evenly are refused",
        UNREAD,
        refusing(convolving, fold),
    ),
    *mistakes(
        "neither the stride nor the padding is used",
        "This code is right for stride 1 without padding. Where does it use stride and padding?",
        lambda a: _with_grid(a, stride=1, padding=0),
    ),
    *mistakes(
        "the stride is used along one axis only",
        STRIDE + " Ask the same question for the columns.",
        lambda a: _with_grid(a, stride=(setting(a, "stride")[0], 1)),
        lambda a: _with_grid(a, stride=(1, setting(a, "stride")[1])),
    ),
    *mistakes("the stride is ignored", STRIDE, lambda a: _with_grid(a, stride=1)),
    *mistakes(
        "the strides for height and width are mixed up",
        SWAP,
        lambda a: _with_grid(a, stride=swapped(a, "stride")),
        lambda a: _with_grid(a, stride=setting(a, "stride")[0]),
        lambda a: _with_grid(a, stride=setting(a, "stride")[1]),
    ),
    *mistakes(
        "the paddings for height and width are mixed up",
        SWAP,
        lambda a: cut(_uncut(a), a, "swapped"),
    ),
    *mistakes("the dilation is ignored", DILATION, lambda a: _with_grid(a, dilation=1)),
    *mistakes(
        "the dilations for height and width are mixed up",
        SWAP,
        lambda a: _with_grid(a, dilation=swapped(a, "dilation")),
    ),
    *mistakes("the channels come last in a column", _ORDER, lambda a: _reordered(a, "nkqcij")),
    *mistakes(
        "the pixels of each window run down first, then across",
        _ORDER,
        lambda a: _reordered(a, "ncqkij"),
    ),
    *mistakes("the windows run down first, then across", _ORDER, lambda a: _reordered(a, "nckqji")),
)
