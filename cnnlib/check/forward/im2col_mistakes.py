"""Typical mistakes in im2col: what each computes, and a hint."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, Raises, mistakes
from cnnlib.check.forward.mistakes import PADDING, padded_image
from cnnlib.check.geometry import effective, grid, setting, swapped
from cnnlib.check.moving import DILATION, STRIDE, SWAP, moving
from cnnlib.check.references import unfold
from cnnlib.check.windows import OFF, Windows, convolving


def _blocks(a: Arguments) -> tuple[Array, tuple[int, int, int, int]]:
    """Return the right columns and (images, channels, elements a window, windows)."""
    columns = unfold(a)
    elements = int(np.prod(a["kernel_size"]))
    return columns, (columns.shape[0], a["x"].shape[1], elements, columns.shape[2])


def _channels_last(a: Arguments) -> Array:
    columns, (n, c, k, windows) = _blocks(a)
    return columns.reshape(n, c, k, windows).transpose(0, 2, 1, 3).reshape(columns.shape)


def _window_down_first(a: Arguments) -> Array:
    columns, (n, c, _, windows) = _blocks(a)
    kh, kw = a["kernel_size"]
    cells = columns.reshape(n, c, kh, kw, windows)
    return cells.transpose(0, 1, 3, 2, 4).reshape(columns.shape)


def _positions_down_first(a: Arguments) -> Array:
    columns, (n, c, k, windows) = _blocks(a)
    rows, _ = grid(a["x"].shape[2:], *effective(a))
    cells = columns.reshape(n, c * k, rows, windows // rows)
    return cells.transpose(0, 1, 3, 2).reshape(columns.shape)


def _flipped_windows(a: Arguments) -> Array:
    columns, (n, c, k, windows) = _blocks(a)
    return columns.reshape(n, c, k, windows)[:, :, ::-1].reshape(columns.shape)


def _unfold_padded(a: Arguments, where: str, **how: Any) -> Array:
    return unfold(a, x=padded_image(a, where, **how), padding=0)


def _in_rows(a: Arguments, **changes: Any) -> Array:
    """Return the columns, one row of windows for each row of the output."""
    columns = unfold(a, **changes)
    return columns.reshape(*columns.shape[:2], *convolving({**a, **changes}).grid)


def _flat(mistake: Misconception) -> Misconception:
    """Return what a mistake in moving the window makes of the columns."""

    def compute(a: Arguments) -> Any:
        found = mistake.compute(a)
        return found.reshape(*found.shape[:2], -1) if isinstance(found, np.ndarray) else found

    return replace(mistake, compute=compute)


def _by_rows(a: Arguments) -> Any:
    """Find a window's place by the number of rows of the output, not of columns."""
    rows, columns = convolving(a).grid
    return unfold(a) if rows == columns else Raises(OFF)


_WINDOWS = Windows(_in_rows, convolving)

_ORDER = (
    "Each column holds one window: channel by channel, and each channel row by row. The columns "
    "follow the windows in reading order: left to right, then down. Try it on one image filled "
    "with np.arange."
)

IM2COL: tuple[Misconception, ...] = (
    *mistakes("the stride is ignored", STRIDE, lambda a: unfold(a, stride=1)),
    *mistakes(
        "the strides for height and width are mixed up",
        SWAP,
        lambda a: unfold(a, stride=swapped(a, "stride")),
    ),
    *mistakes("the padding is ignored", PADDING, lambda a: unfold(a, padding=0)),
    *mistakes(
        "padding on one side only",
        PADDING,
        lambda a: _unfold_padded(a, "t"),
        lambda a: _unfold_padded(a, "b"),
        lambda a: _unfold_padded(a, "t", times=2),
        lambda a: _unfold_padded(a, "b", times=2),
    ),
    *mistakes(
        "the padding is not zero",
        "Padding adds zeros, whatever the image holds at its edge.",
        lambda a: _unfold_padded(a, "tb", mode="edge"),
        lambda a: _unfold_padded(a, "tb", mode="reflect"),
        lambda a: _unfold_padded(a, "tb", mode="wrap"),
        lambda a: _unfold_padded(a, "tb", value=1),
    ),
    *mistakes(
        "the paddings for height and width are mixed up",
        SWAP,
        lambda a: unfold(a, padding=swapped(a, "padding")),
    ),
    *mistakes("the dilation is ignored", DILATION, lambda a: unfold(a, dilation=1)),
    *mistakes(
        "the dilations for height and width are mixed up",
        SWAP,
        lambda a: unfold(a, dilation=swapped(a, "dilation")),
    ),
    *mistakes(
        "only one channel is read",
        "A column holds the windows of all channels, one after the other.",
        lambda a: unfold(a, x=np.repeat(a["x"][:, :1], a["x"].shape[1], axis=1)),
    ),
    *mistakes("the channels come last in a column", _ORDER, _channels_last),
    *mistakes("the pixels of each window run down first, then across", _ORDER, _window_down_first),
    *mistakes("the windows run down first, then across", _ORDER, _positions_down_first),
    *mistakes(
        "the windows are flipped",
        "A column holds the pixels of its window in reading order, the top left one first. Look "
        "for an index that runs backwards.",
        _flipped_windows,
    ),
    *mistakes(
        "rows and columns of the result are swapped",
        "Each window is one column: the shape is (N, C · kh · kw, number of windows).",
        lambda a: unfold(a).transpose(0, 2, 1),
    ),
    *mistakes(
        "the batch is folded into the columns",
        "Keep the batch as the first axis: every image has its own matrix of columns.",
        lambda a: np.concatenate(list(unfold(a)), axis=1),
        lambda a: unfold(a).transpose(1, 2, 0).reshape(unfold(a).shape[1], -1),
    ),
    *mistakes(
        "neither the stride nor the padding is used",
        "This code is right for stride 1 without padding. Where does it use stride and padding?",
        lambda a: unfold(a, stride=1, padding=0),
        lambda a: unfold(a, stride=1, padding=0, dilation=1),
    ),
    *mistakes(
        "the number of rows is used as the length of a row",
        "Window number k is in row k // n and column k % n of the output. Is n the number of rows "
        "or of columns?",
        _by_rows,
    ),
    *map(
        _flat,
        (
            *moving(_WINDOWS),
            *mistakes(
                "the dilation is ignored", DILATION, lambda a: _WINDOWS.on_grid(a, dilation=1)
            ),
            *mistakes(
                "the dilation is used along one axis only",
                DILATION + " Ask the same question for the columns.",
                lambda a: _WINDOWS.on_grid(a, dilation=(setting(a, "dilation")[0], 1)),
                lambda a: _WINDOWS.on_grid(a, dilation=(1, setting(a, "dilation")[1])),
            ),
            *mistakes(
                "the dilations for height and width are mixed up",
                SWAP,
                lambda a: _WINDOWS.on_grid(a, dilation=swapped(a, "dilation")),
            ),
        ),
    ),
)
