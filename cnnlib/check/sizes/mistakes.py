"""Typical mistakes in padding and counting windows: what each computes, and a hint.

They are written with the reference, on changed arguments, so that they give no answer away.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import raising
from cnnlib.check.moving import EMPTY_SLICE
from cnnlib.check.sizes.reference import pad, size

#: So many strides more make any window fit.
MANY = 1000


def _pad(arguments: Arguments, *sides: int, **changes: Any) -> Array:
    """Pad with changed arguments; the sides may be named: top, bottom, left, right."""
    return pad({**arguments, "padding": sides} if sides else arguments, **changes)


def _size(arguments: Arguments, more: int = 0, **changes: int) -> int:
    """Return the size for a row that is `more` pixels longer."""
    return size({**arguments, **changes, "n": arguments["n"] + more})


def _endless(arguments: Arguments, more: int = 0, **changes: int) -> int:
    """Return what a formula gives that does not ask whether a window fits at all."""
    a = {**arguments, **changes}
    stride = a.get("stride", 1)
    return _size(a, more + MANY * stride) - MANY


def _sizes(
    name: str, hint: str, *computes: Callable[[Arguments], float | None]
) -> list[Misconception]:
    """Return a mistake in a size, once as a formula gives it and once never below 0."""
    return [
        *mistakes(name, hint, *computes),
        *mistakes(name, hint, *map(_not_below_zero, computes)),
    ]


def _not_below_zero(compute: Callable[[Arguments], float | None]) -> Any:
    def computed(arguments: Arguments) -> float | None:
        value = compute(arguments)
        return None if value is None else max(0, value)

    return computed


def _span(a: Arguments, pixels: int) -> int:
    """Return the size for a window that spans so many pixels."""
    if pixels < 1:
        raise RuntimeError("no such window")
    return _endless(a, kernel_size=pixels, dilation=1)


def _toward_zero(a: Arguments) -> int:
    """Cut the fraction off, which rounds negative numbers up."""
    found = _endless(a)
    if found < 1 and _endless(a, -1) == found:
        found += 1
    return found


_FLOOR = (
    "A window that does not fit completely is left out. Draw 7 pixels and a window of 3 that moves "
    "3 pixels at a time: how many windows are there?"
)
_STEP = (
    "Count the steps first: how many times can the window move? How many windows are there then?"
)
_BOTH_ENDS = "Padding is added at both ends of the row."
_SPREAD = (
    "With dilation d, neighbouring elements are d pixels apart. Draw a window of 3 with "
    "dilation 2: how many pixels are there from its first to its last, both included?"
)

SIZE: tuple[Misconception, ...] = (
    *mistakes(
        "the size is below zero",
        "If not even one window fits, how many do? A number of windows is never negative.",
        _endless,
    ),
    *mistakes(
        "a window that does not fit is counted",
        "int() cuts off everything after the decimal point: int(-0.5) is 0, but -0.5 rounded "
        "down is -1. Python's // rounds down.",
        _toward_zero, _not_below_zero(_toward_zero),
    ),
    *_sizes(
        "one window too few",
        "Take a row of 3 and a window of 3. It fits once, without moving at all. What does your "
        "formula say?",
        lambda a: _endless(a) - 1,
    ),
    *_sizes(
        "one window too many", "Take a row of 3 and a window of 3. It fits once. " + _STEP,
        lambda a: _endless(a) + 1,
    ),
    *_sizes(
        "the stride is ignored", "Each step moves the window by `stride` pixels. " + _STEP,
        lambda a: _endless(a, stride=1),
    ),
    *_sizes(
        "the padding is ignored", _BOTH_ENDS + " It makes the row longer.",
        lambda a: _endless(a, padding=0),
    ),
    *_sizes(
        "neither the stride nor the padding is used",
        "This formula is right for stride 1 without padding. Where does it use stride and padding?",
        lambda a: _endless(a, stride=1, padding=0),
        lambda a: _endless(a, stride=1, padding=0, dilation=1),
    ),
    *_sizes(
        "the padding counts only once",
        _BOTH_ENDS + " By how many pixels does the row grow?",
        lambda a: _endless(a, a.get("padding", 0), padding=0),
    ),
    *_sizes(
        "the size is rounded up, not down", _FLOOR,
        lambda a: _endless(a, a.get("stride", 1) - 1),
    ),
    *_sizes(
        "the size is rounded to the nearest number", _FLOOR,
        lambda a: _endless(a, a.get("stride", 1) // 2),
        lambda a: _endless(a, (a.get("stride", 1) - 1) // 2),
        lambda a: round((_endless(a, stride=1) - 1) / a.get("stride", 1)) + 1,
        lambda a: round((_endless(a, stride=1) - 1) / a.get("stride", 1) + 1),
    ),
    *_sizes(
        "the size is not rounded at all", _FLOOR + " Python's // rounds down.",
        lambda a: (_endless(a, stride=1) - 1) / a.get("stride", 1) + 1,
    ),
    *_sizes(
        "the 1 is added before the division",
        _STEP + " The first window needs no step, whatever the stride.",
        lambda a: _endless(a, 1) - 1,
    ),
    *_sizes(
        "the window's size is forgotten",
        "The window must fit completely: it cannot begin at the last pixel.",
        lambda a: _span(a, 1),
        lambda a: _span(a, 1) - 1,
    ),
    *_sizes("the dilation is ignored", _SPREAD, lambda a: _endless(a, dilation=1)),
    *_sizes(
        "the window is too wide for its dilation", _SPREAD,
        lambda a: _span(a, a.get("dilation", 1) * a["kernel_size"]),
    ),
    *_sizes(
        "the window is too narrow for its dilation", _SPREAD,
        lambda a: _span(a, a.get("dilation", 1) * (a["kernel_size"] - 1)),
    ),
    *_sizes(
        "the dilation counts the pixels that are left out",
        "Dilation 1 is the plain window: it reads neighbouring pixels and leaves none out. "
        + _SPREAD,
        lambda a: _span(a, (a.get("dilation", 1) + 1) * (a["kernel_size"] - 1) + 1),
    ),
)  # fmt: skip


def _inside(a: Arguments) -> Array:
    """Return True where the padded array holds x."""
    zero = {**a, "x": np.zeros(a["x"].shape), "value": 1.0}
    return np.asarray(_pad(zero) == 0)


def _all_axes(a: Arguments) -> Array | None:
    if a["x"].ndim == 2:
        return None
    down, _ = pair(a["padding"])
    y = _pad(a)
    widths = [(down, down)] * (y.ndim - 2) + [(0, 0), (0, 0)]
    return np.pad(y, widths, constant_values=a.get("value", 0.0))


def _first_axes(a: Arguments) -> Array | None:
    if a["x"].ndim == 2:
        return None
    moved = _pad({**a, "x": np.moveaxis(a["x"], (0, 1), (-2, -1))})
    return np.moveaxis(moved, (-2, -1), (0, 1))


_SIDES = (
    "Padding p adds p rows above and p below, p columns left and p right. Print the shape of your "
    "result: by how much did it grow?"
)
_DOWN_ACROSS = (
    "A pair is always (down, across): rows first, then columns. Which one comes first in your code?"
)

PAD: tuple[Misconception, ...] = (
    *mistakes("the padding is ignored", _SIDES, lambda a: _pad(a, 0, 0, 0, 0)),
    *mistakes(
        "padding on one side only", _SIDES,
        lambda a: _pad(a, pair(a["padding"])[0], 0, pair(a["padding"])[1], 0),
        lambda a: _pad(a, 0, pair(a["padding"])[0], 0, pair(a["padding"])[1]),
        lambda a: _pad(a, 2 * pair(a["padding"])[0], 0, 2 * pair(a["padding"])[1], 0),
        lambda a: _pad(a, 0, 2 * pair(a["padding"])[0], 0, 2 * pair(a["padding"])[1]),
    ),
    *mistakes(
        "only rows, or only columns, are added", _SIDES,
        lambda a: _pad(a, padding=(pair(a["padding"])[0], 0)),
        lambda a: _pad(a, padding=(0, pair(a["padding"])[1])),
    ),
    *mistakes(
        "the padding is added twice", _SIDES,
        lambda a: _pad(a, padding=tuple(2 * p for p in pair(a["padding"]))),
    ),
    *mistakes(
        "down and across are mixed up", _DOWN_ACROSS,
        lambda a: _pad(a, padding=pair(a["padding"])[::-1]),
        lambda a: _pad(a, padding=pair(a["padding"])[0]),
        lambda a: _pad(a, padding=pair(a["padding"])[1]),
    ),
    *mistakes(
        "the image is copied into [p:-p], which is empty for padding 0",
        EMPTY_SLICE,
        raising(
            lambda a: 0 in pair(a["padding"]), r"into shape \(\S*\b0\b", pad, alone=True
        ),
    ),
    *mistakes(
        "a padding that is a pair is not handled",
        "padding is either a number or a pair (down, across). What does your code do with a pair?",
        raising(lambda a: isinstance(a["padding"], tuple) or None, "TypeError.*tuple", alone=True),
    ),
    *mistakes(
        "x with more than two axes is not handled",
        "Height and width are the last two axes, however many there are before them. What is "
        "x.shape for a batch of images?",
        raising(lambda a: a["x"].ndim > 2 or None, "too many values to unpack", alone=True),
    ),
    *mistakes(
        "the border is always zero",
        "The third argument gives the value of the border; zero is only its default.",
        lambda a: _pad(a, value=0.0),
    ),
    *mistakes(
        "the image is missing: there is only a border",
        "Once the border is made, the image must be copied into its middle.",
        lambda a: np.full(_inside(a).shape, float(a.get("value", 0.0))),
        lambda a: np.zeros(_inside(a).shape),
    ),
    *mistakes(
        "the border's value is added to the image",
        "Only the border holds this value. What is in the middle before you copy the image there?",
        lambda a: _pad(a) + a.get("value", 0.0) * _inside(a),
    ),
    *mistakes(
        "the border repeats or mirrors the image",
        "The border holds one number all around, whatever the image holds at its edge.",
        lambda a: _pad(a, mode="replicate") if a["x"].ndim == 2 else None,
        lambda a: _pad(a, mode="reflect") if a["x"].ndim == 2 else None,
    ),
    *mistakes(
        "the batch and channel axes are padded, too",
        "Height and width are the last two axes. The others stay as they are.",
        _all_axes,
    ),
    *mistakes(
        "the first two axes are padded, not the last two",
        "Height and width are the last two axes, however many come before them. In an index, "
        "... means all the axes before.",
        _first_axes,
    ),
)  # fmt: skip
