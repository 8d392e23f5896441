"""The checks of `ps5_device`, part two: max-pooling on tensors, forward and backward."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnlib.check import references
from cnnlib.check.device.conv import ON_TENSORS
from cnnlib.check.device.pool_mistakes import POOL_BACKWARD
from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Misconception, Part, Result, Tolerance, mistakes
from cnnlib.check.engine.drawing import drawing, whole_numbers
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.geometry import settings
from cnnlib.check.pooling.cases import Fill, Pooling
from cnnlib.check.pooling.checks import max_pool2d_forward
from cnnlib.check.pooling.max_mistakes import MAX_POOL

#: No two numbers are equal, unless another fill is named.
_distinct = partial(Pooling, fill="distinct")

POOL_BASIC = (
    _distinct("2 × 2, stride left out", (2, 3, 6, 4), 2),
    _distinct("one image, one channel, 3 × 2", (1, 1, 6, 8), (3, 2)),
    _distinct("negative numbers only", (2, 2, 4, 6), (2, 3), fill="below zero"),
    _distinct("a kernel as large as the image", (3, 2, 4, 3), (4, 3)),
    _distinct("a kernel that does not fit", (1, 2, 7, 5), 2),
    _distinct("float32, sliced tensors", (2, 2, 4, 6), 2, dtype="float32", layout="sliced"),
    _distinct("values far below zero", (1, 1, 4, 6), 2, fill="deep"),
    _distinct("values far below zero, float32", (1, 2, 4, 4), 2, fill="deep", dtype="float32"),
)
POOL_OVERLAP = (
    _distinct("3 × 3, stride 2", (2, 2, 7, 9), 3, stride=2),
    _distinct("stride 1", (1, 2, 4, 5), (3, 2), stride=1),
    _distinct("stride 2 down, 1 across", (2, 1, 7, 6), (3, 3), stride=(2, 1)),
    _distinct("stride 3, larger than the kernel", (1, 2, 8, 7), 2, stride=3),
    _distinct("stride 1 down, 3 across", (1, 2, 5, 9), (2, 3), stride=(1, 3)),
    _distinct("padding 1, stride left out", (2, 2, 5, 7), 3, padding=1),
    _distinct("padding 1, negative numbers only", (1, 2, 5, 4), 3, 2, 1, fill="below zero"),
    _distinct("padding 2 down, 1 across", (1, 2, 6, 5), (5, 2), (2, 1), (2, 1)),
    _distinct("float32, stride 2, padding 1", (2, 1, 6, 7), 3, 2, 1, dtype="float32"),
    _distinct("padding 1, values far below zero", (1, 1, 4, 5), 3, 2, 1, fill="deep"),
)
POOL_TIES = (
    _distinct("many ties", (2, 3, 6, 4), 2, fill="few"),
    _distinct("many ties, 3 × 2", (1, 2, 6, 6), (3, 2), fill="few"),
    _distinct("many ties, stride 3, larger than the kernel", (2, 1, 8, 5), 2, 3, fill="few"),
    _distinct("many ties, padding 1", (1, 2, 5, 5), 3, padding=1, fill="few"),
)
# As for convolution: here a loop over pixels runs too many operators.
POOL_LARGE = _distinct("an image of 64 × 60 pixels", (1, 1, 64, 60), 2)


def _spread(fill: Fill, free: bool) -> Callable[[np.random.Generator], Pooling]:
    """Return a function that draws random poolings; windows tile unless settings are free."""

    def draw_random(rng: np.random.Generator) -> Pooling:
        choose = whole_numbers(rng)
        kh, kw = choose(1, 4), choose(2, 4)
        stride = (choose(1, 3), choose(1, 3)) if free else None
        padding = (choose(0, kh // 2), choose(0, kw // 2)) if free else None
        image = choose(1, 3), choose(1, 3), kh + choose(0, 5), kw + choose(0, 5)
        return Pooling("a random geometry", image, (kh, kw), stride, padding, fill=fill)

    return draw_random


def _parts(make: Callable[[Pooling, np.random.Generator], Case]) -> dict[str, Part]:
    def draw(fixed: Sequence[Pooling], fill: Fill, free: bool) -> Any:
        return drawing(make, (*fixed, POOL_LARGE), _spread(fill, free))

    return {
        "basic": Part("windows side by side", draw(POOL_BASIC, "distinct", False)),
        "stride_padding": Part("stride, overlap and padding", draw(POOL_OVERLAP, "distinct", True)),
        "ties": Part("ties", draw(POOL_TIES, "few", False)),
    }


def _pool_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of adding up the windows that meet in one pixel."""
    kernel, stride, _ = settings(arguments)
    windows = int(np.prod([-(-k // s) for k, s in zip(kernel, stride, strict=True)]))
    size = windows * float(np.abs(arguments["dy"]).max())
    return rounding(dtype, size, "size of a sum", terms=windows)


def _one_winner(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Move a window's gradient to its first maximum, if exactly one maximum received it.

    Only where windows do not overlap, so that a pixel's gradient is that of its own window. What
    several maxima share stays as it is, and differs from the reference.
    """
    kernel, stride, padding = settings(arguments)
    overlap = any(s < k for s, k in zip(stride, kernel, strict=True))
    if overlap or np.unique(arguments["x"]).size == arguments["x"].size:
        return values
    x, dy, dx = arguments["x"], arguments["dy"], values[0].copy()
    for n, c, *position in np.ndindex(*dy.shape):
        starts = [i * s - p for i, s, p in zip(position, stride, padding, strict=True)]
        rows, columns = (slice(max(a, 0), a + k) for a, k in zip(starts, kernel, strict=True))
        pixels, gradient = x[n, c, rows, columns], dx[n, c, rows, columns]
        tied = np.argwhere(pixels == pixels.max())
        winners = [tuple(place) for place in tied if gradient[tuple(place)]]
        if len(winners) == 1:
            found, gradient[winners[0]] = gradient[winners[0]], 0
            gradient[tuple(tied[0])] = found
    return (dx,)


def _values(mistake: Misconception) -> Callable[[Arguments], Array | None]:
    """Return what a mistake makes of the maxima; indices are not asked for here."""

    def compute(arguments: Arguments) -> Array | None:
        found = mistake.compute(arguments)
        return np.asarray(found[0]) if isinstance(found, tuple) else None

    return compute


def _largest_in_size(a: Arguments) -> Array:
    """Keep the sign, which code that also returns indices seldom does."""
    most, least = references.max_pool2d(a), -references.max_pool2d(a, x=-a["x"])
    return np.where(np.abs(most) >= np.abs(least), most, least)


_FORWARD = _parts(Pooling.case)

device_max_pool2d = replace(
    max_pool2d_forward,
    name="device_max_pool2d",
    parts={name: _FORWARD[name] for name in ("basic", "stride_padding")},
    results=(Result("y"),),
    reference=references.max_pool2d,
    misconceptions=[
        *(replace(mistake, compute=_values(mistake)) for mistake in MAX_POOL),
        *mistakes(
            "the largest absolute value is taken",
            "3 is larger than -5. Is there an abs in your code?",
            _largest_in_size,
        ),
    ],
    settle=None,
    **ON_TENSORS,
)

device_max_pool2d_backward = Check(
    name="device_max_pool2d_backward",
    against="torch.autograd.grad of max_pool2d",
    parts=_parts(Pooling.gradient_case),
    reference=references.max_pool2d_backward,
    tolerance=_pool_tolerance,
    results=(Result("dx"),),
    misconceptions=POOL_BACKWARD,
    settle=_one_winner,
    window=max_pool2d_forward.window,
    **ON_TENSORS,
)
