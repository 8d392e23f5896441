"""Typical mistakes in max pooling, its backward pass and un-pooling, with hints."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import only_first, raising
from cnnlib.check.geometry import settings
from cnnlib.check.moving import ROUND_DOWN, moving
from cnnlib.check.pooling.mistakes import (
    CHANNELS,
    Compute,
    across_channels,
    anywhere,
    by_hand,
    sliced,
    without_first,
)
from cnnlib.check.pooling.reference import (
    avg_pool2d,
    max_pool2d,
    route,
    route_mean,
    route_once,
    unpool,
    unpool_sum,
)
from cnnlib.check.windows import Windows, pooling


def _value(arguments: Arguments, **changes: Any) -> Array:
    return max_pool2d(arguments, **changes)[0]


_WINDOWS = Windows(_value, pooling, border=-np.inf, edge="cuts")


def _of_values(mistake: Misconception) -> Misconception:
    """Return a mistake in the maxima, of which the indices are not spoken."""

    def compute(a: Arguments) -> Any:
        found = mistake.compute(a)
        return (found, None) if isinstance(found, np.ndarray) else found

    return replace(mistake, compute=compute)


#: What people write for minus infinity.
_CONSTANTS = (-1e3, -1e4, -1e5, -1e6, -1e9, -1e10, -99999.0, -999999.0, -9999.0, -999.0)


def _from_constant(a: Arguments, constant: float) -> tuple[Array, None]:
    return np.maximum(max_pool2d(a)[0], constant), None


def _padded_by_constant(a: Arguments, constant: float) -> tuple[Array, None]:
    return max_pool2d(by_hand(a, "ab", constant))[0], None


def _indices(change: Compute) -> Compute:
    """Return a mistake in the indices alone, from output place and input place."""

    def compute(a: Arguments) -> tuple[Array, Array]:
        y, indices = max_pool2d(a)
        row, column = np.divmod(indices, a["x"].shape[3])
        i, j = (np.broadcast_to(line, y.shape) for line in np.ogrid[: y.shape[2], : y.shape[3]])
        return y, change(a, i, j, row, column)

    return compute


def _in_window(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> tuple[Array, Array]:
    """Return the row and column inside the window."""
    _, (sh, sw), (ph, pw) = settings(a)
    return row - i * sh + ph, column - j * sw + pw


def _local(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> Any:
    p, q = _in_window(a, i, j, row, column)
    return p * settings(a)[0][1] + q


def _in_padded(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> Any:
    _, _, (ph, pw) = settings(a)
    return (row + ph) * (a["x"].shape[3] + 2 * pw) + column + pw


def _not_shifted_back(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> Any:
    _, _, (ph, pw) = settings(a)
    return (row + ph) * a["x"].shape[3] + column + pw


def _wide_rows(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> Any:
    return row * (a["x"].shape[3] + 2 * settings(a)[2][1]) + column


def _no_stride(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> Any:
    p, q = _in_window(a, i, j, row, column)
    return (i + p) * a["x"].shape[3] + j + q


def _over(what: str) -> Compute:
    """Return indices that count on over channels, or over the whole batch."""

    def change(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> Any:
        n, c, h, w = a["x"].shape
        planes = np.arange(n * c).reshape(n, c, 1, 1) % (c if what == "image" else n * c)
        return (planes * h + row) * w + column

    return change


def _window_corner(a: Arguments, i: Array, j: Array, row: Array, column: Array) -> Any:
    _, (sh, sw), (ph, pw) = settings(a)
    return (i * sh - ph) * a["x"].shape[3] + j * sw - pw


_INDEX = (
    "An index counts the pixels of one plane of x in reading order: row 0 first, then row 1, "
    "and so on. In an image of 3 by 4, which index does the pixel in row 1, column 2 have?"
)

MAX_POOL: tuple[Misconception, ...] = (
    *mistakes(
        "the padding is zero",
        "A zero would win against negative pixels. Padding must never be chosen: which number is "
        "smaller than every other one?",
        lambda a: (max_pool2d(by_hand(a, "ab", 0.0))[0], None),
    ),
    *mistakes(
        "the padding repeats or mirrors the image",
        "Padding must never be chosen, whatever the image holds at its edge.",
        lambda a: (max_pool2d(by_hand(a, "ab", 0.0, "reflect"))[0], None),
        lambda a: (max_pool2d(by_hand(a, "ab", 0.0, "wrap"))[0], None),
    ),
    *mistakes(
        "the smallest value, not the largest",
        "Max pooling keeps the largest value of every window.",
        lambda a: (-max_pool2d({**a, "x": -a["x"]})[0], max_pool2d({**a, "x": -a["x"]})[1]),
    ),
    *mistakes(
        "the largest absolute value is taken",
        "-5 is smaller than 3. Is there an abs in your code, or a search that starts at 0?",
        lambda a: (max_pool2d({**a, "x": np.abs(a["x"])})[0], None),
    ),
    *mistakes(
        "negative values come out as zero",
        "If your search starts with 0 as the best value, no negative pixel can beat it.",
        lambda a: (np.maximum(max_pool2d(a)[0], 0), None),
    ),
    *mistakes(
        "the search for the largest value starts at a constant",
        "Every number can be the largest of its window, however small it is. Which value can a "
        "search start with so that any pixel beats it?",
        *(partial(_from_constant, constant=c) for c in _CONSTANTS),
    ),
    *mistakes(
        "the padding is a constant that is not small enough",
        "Padding must never be chosen. Which number is smaller than any number that an image may "
        "hold?",
        *(partial(_padded_by_constant, constant=c) for c in _CONSTANTS),
    ),
    *mistakes(
        "the average instead of the maximum",
        "Max pooling keeps one value of every window and forgets the others.",
        lambda a: (avg_pool2d(a), None),
    ),
    *mistakes(
        "the maximum runs over the channels, too",
        CHANNELS,
        *(lambda a, i=i: (across_channels(a, lambda b: max_pool2d(b)[0], np.max)[i], None)
          for i in range(3)),
    ),
    *anywhere(max_pool2d, -np.inf),
    *map(_of_values, sliced(_WINDOWS)),
    *map(_of_values, moving(_WINDOWS)),
    *map(
        _of_values,
        mistakes(
            "rows and columns are added at the top and left until the windows fit",
            ROUND_DOWN,
            without_first(_WINDOWS),
        ),
    ),
    *mistakes(
        "indices are counted inside the window, not in the image",
        _INDEX + " Where does the pixel's window begin?",
        _indices(_local),
    ),
    *mistakes(
        "indices are counted in the padded image",
        "The index is counted in the original image, without padding. Which row of x is row 1 "
        "of the padded image?",
        _indices(_in_padded), _indices(_not_shifted_back), _indices(_wide_rows),
    ),
    *mistakes(
        "rows and columns of the indices are swapped",
        _INDEX,
        _indices(lambda a, i, j, row, column: column * a["x"].shape[2] + row),
        _indices(lambda a, i, j, row, column: column * a["x"].shape[3] + row),
        _indices(lambda a, i, j, row, column: row * a["x"].shape[2] + column),
    ),
    *mistakes(
        "indices continue from plane to plane",
        "Every plane counts its own pixels from 0: image 1 starts from 0 again, and so does "
        "channel 1.",
        _indices(_over("image")), _indices(_over("batch")),
    ),
    *mistakes(
        "the indices ignore the stride",
        "Where in x does the window of output row i begin? It is not row i if the stride is 2.",
        _indices(_no_stride),
    ),
    *mistakes(
        "indices point at the window's first pixel",
        "The index must point at the pixel that won, not at the corner of its window.",
        _indices(_window_corner),
    ),
    *mistakes(
        "indices start at 1",
        _INDEX,
        _indices(lambda a, i, j, row, column: row * a["x"].shape[3] + column + 1),
    ),
)  # fmt: skip


def _row_column_swapped(compute: Compute) -> list[Compute]:
    """Return code that takes an index apart the wrong way round."""

    def by_height(a: Arguments) -> Array:
        # Index k is read as row k % H, column k // H.
        n, c, h, w = a["shape"]
        found: Array = compute({**a, "shape": (n, c, w, h)})
        return found.transpose(0, 1, 3, 2)

    def transposed(a: Arguments) -> Array:
        if a["shape"][2] != a["shape"][3]:
            raise RuntimeError("this would be another shape")
        found: Array = compute(a)
        return found.transpose(0, 1, 3, 2)

    return [by_height, transposed]


def _swapped_outside(a: Arguments) -> bool:
    """Whether an index is outside its plane if its row and column are swapped."""
    *_, h, w = a["shape"]
    row, column = np.divmod(a["indices"], w)
    return bool((row >= w).any() or (column >= h).any())


def _first_plane(right: Compute) -> Callable[[Arguments], Array]:
    """Take indices as if they counted through the whole batch."""

    def compute(a: Arguments) -> Array:
        n, c, h, w = a["shape"]
        flat = {name: a[name].reshape(1, 1, 1, -1) for name in a if name != "shape"}
        found = np.zeros((n * c, h * w))
        found[0] = right({**flat, "shape": (1, 1, h, w)}).ravel()
        return found.reshape(a["shape"])

    return compute


_INTO_PLANE = (
    "An index counts inside its own plane. Image 1, channel 0 has an index 0, too. Where does your "
    "code say which image and channel a value belongs to?"
)

MAX_POOL_BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "= instead of += where windows overlap",
        "A pixel can win in several windows, and gets a gradient from each. What happens in your "
        "code when it wins a second time? (With arrays of indices, += counts a repeated index only "
        "once; see np.add.at.)",
        route_once,
    ),
    *mistakes(
        "an average where windows share a maximum",
        "Gradients that reach the same pixel are added, not averaged.",
        route_mean,
    ),
    *mistakes("all gradients go to the first plane", _INTO_PLANE, _first_plane(route),
              _first_plane(route_once)),
    *mistakes("rows and columns of the indices are swapped", _INDEX,
              *_row_column_swapped(route), *_row_column_swapped(route_once),
              raising(_swapped_outside, "IndexError")),
    *mistakes(
        "ones instead of dy",
        "The winner gets what its window sends back: the value of dy there, not a 1.",
        lambda a: route({**a, "dy": np.ones_like(a["dy"])}),
        lambda a: route_once({**a, "dy": np.ones_like(a["dy"])}),
    ),
    *mistakes(
        "only the first image is processed",
        "The first axis of dy is the batch: every image in it has its own gradient.",
        *only_first(route, 0),
    ),
    *mistakes(
        "only the first channel is processed",
        "Every channel has its own winners, and its own gradient.",
        *only_first(route, 1),
    ),
    *mistakes(
        "indices are assumed to start at 1",
        _INDEX,
        lambda a: np.roll(route(a).reshape(*a["shape"][:2], -1), -1, axis=2)
        .reshape(a["shape"]),
    ),
)  # fmt: skip

UNPOOL: tuple[Misconception, ...] = (
    *mistakes(
        "values that share a pixel are added up",
        "Un-pooling puts a value back where it came from. If two windows have the same winner, "
        "both bring back the same value, and it must stay what it is. Only gradients are added up.",
        unpool_sum,
    ),
    *mistakes("all values go to the first plane", _INTO_PLANE, _first_plane(unpool)),
    *mistakes("rows and columns of the indices are swapped", _INDEX,
              *_row_column_swapped(unpool), raising(_swapped_outside, "IndexError")),
    *mistakes(
        "ones instead of the values",
        "Put the value of y at the remembered position, not a 1.",
        lambda a: unpool({**a, "y": np.ones_like(a["y"])}),
    ),
    *mistakes(
        "negative values are lost",
        "A remembered value may be negative. Does your code take the larger of it and the zero "
        "that is already there?",
        lambda a: np.maximum(unpool(a), 0),
    ),
    *mistakes(
        "only the first image is processed",
        "The first axis of y is the batch: every image in it must be restored.",
        *only_first(unpool, 0),
    ),
    *mistakes(
        "only the first channel is processed",
        "Every channel has its own remembered positions.",
        *only_first(unpool, 1),
    ),
)  # fmt: skip
