"""How a part draws its cases: some that are fixed, and for hidden ones some more at random."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from cnnlib.check.engine.case import Case
from cnnlib.check.engine.check import Which

#: Whatever describes a case before it has numbers: a `Geometry`, say.
Plan = TypeVar("Plan")


def drawing(
    make: Callable[[Plan, np.random.Generator], Case],
    fixed: Sequence[Plan],
    draw_random: Callable[[np.random.Generator], Plan],
    extra: int = 4,
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws cases: the fixed ones are visible, random ones hidden.

    Hidden cases hold the fixed plans too, with other values, so that what passes here and
    fails there fails because of numbers or sizes that nobody could have copied.
    """

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        plans = list(fixed)
        if which == "hidden":
            plans += [draw_random(rng) for _ in range(extra)]
        return [make(plan, rng) for plan in plans]

    return draw


def whole_numbers(rng: np.random.Generator) -> Callable[[int, int], int]:
    """Return a function that draws a whole number between two, both included."""

    def choose(low: int, high: int) -> int:
        return int(rng.integers(low, high, endpoint=True))

    return choose
