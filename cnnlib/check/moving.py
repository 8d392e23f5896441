"""Mistakes in moving a window over an image, whatever is then done with each window.

Convolution, im2col and pooling share them, and the hints.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Raises, mistakes
from cnnlib.check.engine.mistakes import raising
from cnnlib.check.geometry import Pair
from cnnlib.check.windows import OFF, OWN, Compute, Place, Windows


def size(n: int, kernel: int, stride: int) -> float:
    """Return the number of windows before it is rounded."""
    return (n - kernel) / stride + 1


def _sizes(windows: Windows, count: Callable[[Place], tuple[float, float]]) -> Compute:
    """Return a mistake in how many windows there are; None where it makes no difference."""

    def compute(a: Arguments) -> Any:
        place = windows.place(a)
        rows, columns = (math.floor(n) for n in count(place))
        return None if (rows, columns) == place.grid else windows.sized(a, rows, columns)

    return compute


def _reach(place: Place) -> Pair:
    rows, columns = (d * (k - 1) + 1 for k, d in zip(place.kernel, place.dilation, strict=True))
    return rows, columns


def _exactly(place: Place) -> tuple[float, float]:
    rows, columns = map(size, place.whole, _reach(place), place.stride)
    return rows, columns


def _rounded(how: Callable[[float], int]) -> Callable[[Place], tuple[float, float]]:
    def count(place: Place) -> tuple[float, float]:
        rows, columns = map(how, _exactly(place))
        return rows, columns

    return count


def _width_from_height(place: Place) -> tuple[float, float]:
    return _exactly(place)[0], size(place.whole[0], _reach(place)[0], place.stride[1])


def _width_from_image_height(place: Place) -> tuple[float, float]:
    return _exactly(place)[0], size(place.whole[0], _reach(place)[1], place.stride[1])


def _width_from_kernel_height(place: Place) -> tuple[float, float]:
    return _exactly(place)[0], size(place.whole[1], _reach(place)[0], place.stride[1])


def _in_steps(windows: Windows, scaled: bool) -> Compute:
    """Fill only every output that a loop in steps of the stride reaches; the others stay 0."""

    def compute(a: Arguments) -> Any:
        place = windows.place(a)
        if place.stride == (1, 1):
            return None
        kept = [[*range(0, n, s)] for n, s in zip(place.grid, place.stride, strict=True)]
        rows, columns = (
            [i * (s if scaled else 1) for i in each]
            for each, s in zip(kept, place.stride, strict=True)
        )
        found = windows.at(a, rows, columns)
        if found is None or isinstance(found, Raises):
            return found
        y = np.zeros((*found.shape[:2], *place.grid))
        y[:, :, kept[0][0] :: place.stride[0], kept[1][0] :: place.stride[1]] = found
        return y

    return compute


def _column_from_row(windows: Windows) -> Compute:
    """Let the window of output (i, j) begin at column i in place of column j."""

    def compute(a: Arguments) -> Any:
        place = windows.place(a)
        found = windows.at(a, place.starts[0], [i * place.stride[1] for i in range(place.grid[0])])
        if found is None or isinstance(found, Raises):
            return found
        diagonal = np.diagonal(found, axis1=2, axis2=3)[..., None]
        return np.repeat(diagonal, place.grid[1], axis=3)

    return compute


def _rows_by_columns(windows: Windows, stride: bool) -> Compute:
    """Loop over as many rows as there are columns; the others stay 0."""

    def compute(a: Arguments) -> Any:
        place = windows.place(a)
        rows, columns = place.grid
        if rows == columns and (stride or place.stride == (1, 1)):
            return None
        if columns > rows:
            return Raises(OFF)
        steps = place.stride if stride else (1, 1)
        starts = [[s * i for i in range(columns)] for s in steps]
        found = windows.at(a, *starts)
        if found is None or isinstance(found, Raises):
            return found
        return np.pad(found, ((0, 0), (0, 0), (0, rows - columns), (0, 0)))

    return compute


def _oblong(windows: Windows, change: Callable[[Pair], Pair]) -> Callable[[Arguments], bool | None]:
    """Return whether a slice of a wrong height or width does not fit the kernel."""

    def raises(a: Arguments) -> bool | None:
        place = windows.place(a)
        if 1 in place.kernel and place.kernel != (1, 1):
            return None  # NumPy broadcasts a single row or column
        cut = [
            {min(k, n - start) for start in starts}
            for k, n, starts in zip(change(place.kernel), place.whole, place.starts, strict=True)
        ]
        return cut != [{k} for k in place.kernel]

    return raises


def _not_padded(windows: Windows) -> Compute:
    """Count the padding in the size, but read the image as it came in."""

    def compute(a: Arguments) -> Any:
        place = windows.place(a)
        if place.padding == (0, 0):
            return None
        return windows.sized({**a, "padding": 0, "stride": place.stride}, *place.grid)

    return compute


#: Hints that several functions share.
STRIDE = (
    "The windows of neighbouring outputs begin `stride` input pixels apart. Where does your code "
    "compute the input row at which the window of output row i begins?"
)
DILATION = (
    "With dilation d, neighbouring kernel elements read input pixels that are d apart. Where does "
    "your code step through the window?"
)
SWAP = (
    "A pair is always (down, across): height first, then width. Which one comes first in your code?"
)
ROUND_DOWN = (
    "If the last window does not fit, it is left out, so the size is rounded down. Which Python "
    "operator divides and rounds down?"
)
SIZE = (
    "Height and width each have their own formula: one uses the heights of image and kernel, the "
    "other their widths. Which of them does your code use where?"
)
EMPTY_SLICE = (
    "What is a[p:-p] for p = 0? Try it on a short list. How else can you say where the slice "
    "should end?"
)
TRANSPOSED = (
    "y[…, i, j] belongs to the window that begins in row i · stride and column j · stride. Which "
    "index of y counts the rows?"
)


def raises_when_padding_is_zero(like: str, place: Callable[[Arguments], Place], right: Any) -> Any:
    """Return a mistake that raises where there is no padding, along an axis or at all."""
    return raising(lambda a: 0 in place(a).padding, like, right, alone=True)


def refusing(place: Callable[[Arguments], Place], right: Any) -> Any:
    """Return the mistake of refusing windows that do not fit evenly."""
    return raising(lambda a: any(place(a).left_over), OWN, right)


def _loops_over_input(windows: Windows) -> Callable[[Arguments], bool | None]:
    def raises(a: Arguments) -> bool | None:
        place = windows.place(a)
        if any(out > n for out, n in zip(place.grid, place.image, strict=True)):
            return None
        return place.grid != place.image

    return raises


def moving(windows: Windows) -> tuple[Misconception, ...]:
    """Return the mistakes that people make wherever a window moves."""
    right, place = windows.compute, windows.place
    # A slice over the edge may be cut off, a single index there raises an exception.
    both = [windows, replace(windows, edge="raises")] if windows.edge != "raises" else [windows]
    return (
        *mistakes(
            "rows and columns of the output are swapped", TRANSPOSED,
            lambda a: np.swapaxes(np.asarray(right(a)), 2, 3),
        ),
        *mistakes(
            "the stride is ignored", STRIDE,
            *(lambda a, each=each: each.on_grid(a, stride=1) for each in both),
        ),
        *mistakes(
            "the strides for height and width are mixed up", SWAP,
            *(lambda a, each=each: each.on_grid(a, stride=place(a).stride[::-1]) for each in both),
            *(lambda a, each=each: each.on_grid(a, stride=place(a).stride[0]) for each in both),
            *(lambda a, each=each: each.on_grid(a, stride=place(a).stride[1]) for each in both),
        ),
        *mistakes(
            "the stride is used along one axis only",
            STRIDE + " Ask the same question for the columns.",
            *(lambda a, each=each: each.on_grid(a, stride=(place(a).stride[0], 1))
              for each in both),
            *(lambda a, each=each: each.on_grid(a, stride=(1, place(a).stride[1]))
              for each in both),
        ),
        *mistakes(
            "the output's width is computed from the height", SIZE,
            *(_sizes(each, _width_from_image_height) for each in both),
            *(_sizes(each, _width_from_height) for each in both),
            *(_sizes(each, _width_from_kernel_height) for each in both),
        ),
        *mistakes(
            "windows that do not fit evenly are refused",
            "Any stride is allowed here. " + ROUND_DOWN, refusing(place, right),
        ),
        *mistakes(
            "the output size is a float",
            "`/` always returns a float, even when the result is a whole number. " + ROUND_DOWN,
            raising(lambda a: True, "'float' object cannot be interpreted as an integer", right,
                    alone=True),
        ),
        *mistakes(
            "the output size is rounded up", ROUND_DOWN,
            *(_sizes(each, _rounded(math.ceil)) for each in both),
        ),
        *mistakes(
            "the output size is rounded to the nearest number", ROUND_DOWN,
            *(_sizes(each, _rounded(round)) for each in both),
        ),
        *mistakes(
            "the loop over outputs moves in steps of the stride",
            "Output number i is always followed by output number i + 1. Which index jumps by the "
            "stride: the one into y, or the one into x?",
            _in_steps(windows, scaled=False), _in_steps(windows, scaled=True),
        ),
        *mistakes(
            "the window's column is computed from the row index",
            "The window of output (i, j) begins in a row that depends on i and in a column that "
            "depends on j. Does j appear in your slice?",
            *map(_column_from_row, both),
        ),
        *mistakes(
            "the loop over rows runs over the number of columns",
            "How many rows does y have, and how many columns? Which of the two ends your outer "
            "loop?",
            *(_rows_by_columns(each, stride) for each in both for stride in (True, False)),
        ),
        *mistakes(
            "the padding is counted in the size, but the image is not padded",
            "The output size counts padded rows and columns. Is the image that your loops read "
            "also padded?",
            *map(_not_padded, both),
        ),
        *mistakes(
            "the padded image exists only if padding > 0",
            "Your code needs the padded image in every case. Which variable holds it if the "
            "padding is 0?",
            raising(lambda a: place(a).padding == (0, 0), "UnboundLocalError|NameError", right),
        ),
        *mistakes(
            "the padded image is filled by [p:-p], which is empty for padding 0", EMPTY_SLICE,
            raises_when_padding_is_zero(r"into shape \(\S*\b0\b", place, right),
        ),
        *mistakes(
            "the loops run over the input's size",
            "How many windows are there? Each of them gives one output: what do your loops count?",
            raising(_loops_over_input(windows), OFF, right),
        ),
    )  # fmt: skip


def oblong(windows: Windows) -> tuple[Misconception, ...]:
    """Return the mistakes in the shape of a window that is multiplied by a kernel."""
    right = windows.compute
    return (
        *mistakes(
            "the window's height and width are mixed up",
            "A window has as many rows and columns as the kernel. Print the shapes of the window "
            "and of the kernel for a kernel of 3 by 2.",
            raising(_oblong(windows, lambda kernel: (kernel[1], kernel[0])), OFF, right),
            raising(_oblong(windows, lambda kernel: (kernel[0], kernel[0])), OFF, right),
            raising(_oblong(windows, lambda kernel: (kernel[1], kernel[1])), OFF, right),
        ),
        *mistakes(
            "the kernel is always taken to be 3 × 3",
            "The kernel may have any size. Where does your code contain a 3?",
            raising(_oblong(windows, lambda kernel: (3, 3)), OFF, right),
        ),
    )
