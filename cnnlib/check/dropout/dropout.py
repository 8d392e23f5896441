"""The checks of dropout: forward, backward, and the average over many masks.

What is drawn is random, and may be drawn in any way. So the checks look at properties: which values
are possible, how often, and whether the draws of neighbours and of calls differ.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.check.dropout.calls import call_dropout_backward, call_dropout_forward
from cnnlib.check.dropout.dropout_mistakes import BACKWARD, FORWARD
from cnnlib.check.dropout.dropout_reference import backward, forward
from cnnlib.check.engine.case import Arguments, Array, Case, Layout
from cnnlib.check.engine.check import Check, Part, Result, Tolerance
from cnnlib.check.engine.drawing import drawing
from cnnlib.check.engine.rounding import rounding

#: A right solution is further from the expected share than allowed at most this often.
CHANCE = 1e-12
#: Elements that are alike with a smaller probability share one draw.
RARE = 1e-6


@dataclass(frozen=True)
class Draw:
    """What the arrays of one case look like, and how much is dropped."""

    name: str
    shape: tuple[int, ...]
    p: float
    dtype: str = "float64"
    layout: Layout = "plain"

    def array(self, rng: np.random.Generator) -> Array:
        """Draw numbers; none of them is zero."""
        return rng.standard_normal(self.shape).astype(self.dtype)


DRAWS = (
    Draw("nine numbers", (9,), 0.5),
    Draw("a fifth is dropped", (4, 2, 14, 16), 0.2),
    Draw("half is dropped", (3, 4, 10, 12), 0.5),
    Draw("features, most of them dropped", (40, 30), 0.8),
    Draw("nothing is dropped", (2, 3, 4, 5), 0.0),
    Draw("almost everything is dropped, read-only", (2, 3, 12, 10), 0.95, layout="read-only"),
    Draw("float32, sliced arrays", (4, 2, 10, 12), 0.3, dtype="float32", layout="sliced"),
)


def _spread(rng: np.random.Generator) -> Draw:
    shape = tuple(int(size) for size in rng.integers([2, 2, 6, 6], [5, 5, 13, 13]))
    return Draw("a random shape", shape, round(float(rng.uniform(0.05, 0.9)), 2))


def _forward_case(training: bool) -> Callable[[Draw, np.random.Generator], Case]:
    def make(draw: Draw, rng: np.random.Generator) -> Case:
        seed = int(rng.integers(2**31))
        positional = {"x": draw.array(rng), "p": draw.p, "training": training, "seed": seed}
        return Case(draw.name, positional, layout=draw.layout)

    return make


def _backward_case(draw: Draw, rng: np.random.Generator) -> Case:
    # Another factor than 1 / (1 - p): whoever guesses it from the share of zeros is wrong.
    factor = float(rng.uniform(1.2, 3.0))
    mask = factor * (rng.permutation(math.prod(draw.shape)) % 3 > 0)
    positional = {"dy": draw.array(rng), "mask": mask.reshape(draw.shape).astype(draw.dtype)}
    return Case(draw.name, positional, layout=draw.layout)


def _forward_view(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return y and mask as if nothing had been dropped, and shares of what was dropped.

    Where both are zero an element was dropped, and is filled in as the others were kept.
    """
    y, mask, again, repeat = values
    p = _share(arguments)
    dropped = (y == 0) & (mask == 0)
    shares = _shares(mask == 0, again == 0, p)
    if p == 0:  # how much was dropped is chance; that anything was is not
        shares = np.full_like(shares, (mask == 0).any())
    changed = np.asarray(((mask == 0) != (repeat == 0)).mean())
    x = arguments["x"]
    return (
        np.where(dropped, x * _factor(y / x, dropped, p), y),
        np.where(dropped, _factor(mask, dropped, p), mask),
        shares,
        changed,
    )


def _factor(factors: Array, dropped: Array, p: float) -> float:
    """Return by what the kept elements were multiplied."""
    return float(np.median(factors[~dropped])) if not dropped.all() else 1 / (1 - p)


def _share(arguments: Arguments) -> float:
    return float(arguments["p"]) if arguments["training"] else 0.0


def _shares(dropped: Array, again: Array, p: float) -> Array:
    """Return shares of elements: dropped; other than in the next call; other than their neighbour.

    The last has one share an axis. Where a mask is the same all along an axis there are fewer draws
    than elements; then the other shares are left to chance, and are given as they should be.
    """
    should = [p] + [2 * p * (1 - p)] * (dropped.ndim + 1)
    same = _same_along(dropped, p)
    if any(same):
        return np.where([False, False, *same], 0.0, should)
    pairs = (_neighbours(dropped, axis) for axis in range(dropped.ndim))
    return np.array([_mean(a != b) for a, b in [(dropped, False), (dropped, again), *pairs]])


def _same_along(dropped: Array, p: float) -> list[bool]:
    """Return along which axes all elements are alike, more often than chance could explain."""
    same = [False] * dropped.ndim
    for axis in reversed(range(dropped.ndim)):
        one, two = _neighbours(dropped, axis)
        if bool((one == two).all()) and (1 - 2 * p * (1 - p)) ** one.size < RARE:
            same[axis] = True
            dropped = dropped.take([0], axis)
    return same


def _neighbours(array: Array, axis: int) -> tuple[Array, Array]:
    """Return the first and the second of all pairs along an axis; no element is in two pairs."""
    last = array.shape[axis] - 1
    return array.take(range(0, last, 2), axis), array.take(range(1, last + 1, 2), axis)


def _mean(array: Array) -> float:
    return float(array.mean()) if array.size else 0.0


def _chance(share: float, n: int) -> float:
    """Return how far the share of n draws is from its expectation, but for once in 1 / CHANCE.

    Bernstein's inequality, solved for the distance.
    """
    variance = share * (1 - share)
    if variance == 0:
        return 0.0
    log = math.log(2 / CHANCE) / n
    return log / 3 + math.sqrt((log / 3) ** 2 + 2 * variance * log)


def _forward_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    p = _share(arguments)
    if result in ("y", "mask"):
        size = (float(np.abs(arguments["x"]).max()) if result == "y" else 1.0) / (1 - p)
        return rounding(dtype, size, factor=4)
    n = arguments["x"].size
    pairs = min(n // size * (size // 2) for size in arguments["x"].shape if size > 1)
    allowed = min(0.5, max(_chance(p, n), _chance(2 * p * (1 - p), pairs)))
    return Tolerance(
        2 * allowed,
        f"what chance can explain in {n} elements; the shares are: [0] dropped, [1] different in "
        "the next call, [2:] different from the next element along each axis",
    )


def _says(arguments: Arguments, result: str, got: Array, expected: Array) -> str:
    """Say in words what shares and masks are off."""
    p = _share(arguments)
    if result == "mask":
        factors = np.unique(got.round(6))
        few = ", ".join(f"{factor:.3g}" for factor in factors[:4])
        several = f"the mask holds {few}{', …' if len(factors) > 4 else ''} besides 0"
        return f"{several}; expected the same factor everywhere else" if len(factors) > 1 else ""
    if result == "changed by the same seed":
        return (
            "a new generator with the same seed drops different elements: every random number must "
            "come from `rng`"
        )
    if result != "shares":
        return ""
    if p == 0:
        where = "if p = 0" if arguments["training"] else "at test time"
        return f"some elements are dropped; expected none {where}"
    off = np.abs(got - expected)
    if off[0] == off.max():
        said = f"{got[0]:.0%} of the elements are dropped; with p = {p:g} it should be {p:.0%}"
        return said.replace("%", " %")
    if off[1] == off.max():
        return (
            f"{got[1]:.0%} of the elements change from one call to the next; with p = {p:g} it "
            f"should be {expected[1]:.0%}"
        ).replace("%", " %")
    axis = int(off[2:].argmax())
    return (
        f"{got[2 + axis]:.0%} of the elements differ from their neighbour along axis {axis}; with "
        f"p = {p:g} it should be {expected[2 + axis]:.0%}"
    ).replace("%", " %")


_FORWARD_RESULTS = (
    Result("y"),
    Result("mask", dtype="float"),
    Result("shares", dtype="float", added=True),
    Result("changed by the same seed", dtype="float", added=True),
)

dropout_forward = Check(
    name="dropout_forward",
    against="torch.nn.functional.dropout",
    parts={
        "training": Part(
            "while training", drawing(_forward_case(training=True), DRAWS, _spread, 3)
        ),
        "test": Part("at test time", drawing(_forward_case(training=False), DRAWS, _spread, 3)),
    },
    reference=forward,
    tolerance=_forward_tolerance,
    misconceptions=FORWARD,
    results=_FORWARD_RESULTS,
    call=call_dropout_forward,
    settle=_forward_view,
    says=_says,
    # At test time x itself is a good answer.
    may_share=True,
)


def _backward_view(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return dx, and whether another call gave another one."""
    dx, again = values
    return dx, np.asarray(float(np.any(dx != again)))


def _backward_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    size = float(np.abs(arguments["dy"]).max() * arguments["mask"].max()) if result == "dx" else 0
    return rounding(dtype, size)


dropout_backward = Check(
    name="dropout_backward",
    against="the gradient of torch.nn.functional.dropout",
    parts={"basic": Part("gradient", drawing(_backward_case, DRAWS[:5] + DRAWS[6:], _spread, 3))},
    reference=backward,
    tolerance=_backward_tolerance,
    misconceptions=BACKWARD,
    results=(Result("dx"), Result("changed by a second call", added=True)),
    call=call_dropout_backward,
    settle=_backward_view,
    says=lambda arguments, result, got, expected: (
        "a second call with the same mask returned a different dx: nothing may be random here"
        if result != "dx"
        else ""
    ),
)
