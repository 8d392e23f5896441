"""Typical mistakes in activation functions: what each computes, and a hint."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import formula, raising

_SIDES = "Try one negative and one positive number by hand. Which of them should come out changed?"
_SIDES_BACK = (
    "Try one negative and one positive x by hand. What should dy be multiplied by on each side?"
)
_AT_ZERO = (
    "At exactly 0 the function has a corner, and no derivative. PyTorch treats 0 like the negative "
    "side; so does this exercise. What does your comparison return for 0?"
)
_CHAIN = (
    "Backward multiplies the incoming gradient dy by the function's own derivative. Which of "
    "the two is missing?"
)
_WHICH_SIGN = "What decides whether a gradient passes: the sign of the input, or of the gradient?"
_FROM_Y = (
    "This function gets y, the result of the forward pass, not x. The derivative can be written in "
    "terms of y alone."
)
_SQUARE = "Derive it once on paper: d tanh(x) / dx, in terms of y = tanh(x). Test it at y = 0.5."
_SIGMOID = "Test it at y = 0.5, in the middle, where the sigmoid is steepest: its slope there is ¼."


def _overflowing(sign: int) -> Callable[[Arguments], Any]:
    """Return a mistake: exp(x), or exp(-x), of numbers for which it overflows."""

    def raises(a: Arguments) -> bool:
        return bool((sign * a["x"] > np.log(np.finfo(a["x"].dtype).max)).any())

    return raising(
        raises, "overflow encountered in exp", formula(lambda x: x.sigmoid()), alone=True
    )


RELU_FORWARD: tuple[Misconception, ...] = (
    *mistakes("the sign is dropped", _SIDES, formula(lambda x: x.abs())),
    *mistakes(
        "the wrong side is kept",
        _SIDES,
        formula(lambda x: x.clamp(max=0)),
        formula(lambda x: (-x).relu()),
    ),
    *mistakes("the negative side leaks", _SIDES, formula(lambda x: x.where(x > 0, 0.01 * x))),
    *mistakes(
        "only the sign is returned",
        "Positive numbers pass unchanged: 2.5 stays 2.5.",
        formula(lambda x: (x > 0).to(x.dtype)),
    ),
    *mistakes(
        "the output is limited to 1",
        "ReLU has no upper limit.",
        formula(lambda x: x.clamp(min=0, max=1)),
    ),
)
RELU_BACKWARD: tuple[Misconception, ...] = (
    *mistakes("the gradient at zero is one", _AT_ZERO, formula(lambda dy, x: dy * (x >= 0))),
    *mistakes(
        "the gradient at zero is a half", _AT_ZERO, formula(lambda dy, x: dy * (x.sign() + 1) / 2)
    ),
    *mistakes("dy is left out", _CHAIN, formula(lambda dy, x: (x > 0).to(x.dtype))),
    *mistakes("the derivative is left out", _CHAIN, formula(lambda dy, x: dy)),
    *mistakes("the sign of dy decides what passes", _WHICH_SIGN, formula(lambda dy, x: dy.relu())),
    *mistakes(
        "the signs of dy and x together decide what passes",
        _WHICH_SIGN,
        formula(lambda dy, x: dy.relu() * (x > 0)),
    ),
    *mistakes(
        "the wrong side passes",
        _SIDES_BACK,
        formula(lambda dy, x: dy * (x <= 0)),
        formula(lambda dy, x: dy * (x < 0)),
    ),
    *mistakes(
        "dy is multiplied by the output",
        "ReLU's derivative is 0 or 1, whatever the size of x.",
        formula(lambda dy, x: dy * x.relu()),
    ),
)
LEAKY_RELU_FORWARD: tuple[Misconception, ...] = (
    *mistakes(
        "the slope is on the wrong side",
        _SIDES,
        formula(lambda x, slope=0.01: x.where(x < 0, slope * x)),
    ),
    *mistakes("the negative side is cut off", _SIDES, formula(lambda x, slope=0.01: x.relu())),
    *mistakes(
        "the negative side comes out positive",
        _SIDES,
        formula(lambda x, slope=0.01: x.where(x > 0, -slope * x)),
    ),
    *mistakes(
        "the slope is not used",
        "slope is an argument, and 0.01 is only its default. Where does your code use it?",
        formula(lambda x, slope=0.01: x.where(x > 0, 0.01 * x)),
    ),
    *mistakes(
        "the slope itself is returned",
        "On the negative side the result depends on x. What do you multiply the slope by?",
        formula(lambda x, slope=0.01: x.where(x > 0, 0 * x + slope)),
        formula(lambda x, slope=0.01: x.where(x > 0, 0 * x - slope)),
    ),
    *mistakes(
        "the two sides are added",
        "Every number belongs to one side only.",
        formula(lambda x, slope=0.01: x.relu() + slope * x),
    ),
)
LEAKY_RELU_BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "the gradient at zero is one",
        _AT_ZERO,
        formula(lambda dy, x, slope=0.01: dy.where(x >= 0, slope * dy)),
    ),
    *mistakes(
        "the slope is on the wrong side",
        _SIDES_BACK,
        formula(lambda dy, x, slope=0.01: dy.where(x < 0, slope * dy)),
        formula(lambda dy, x, slope=0.01: dy.where(x <= 0, slope * dy)),
    ),
    *mistakes(
        "the negative side is cut off",
        _SIDES_BACK,
        formula(lambda dy, x, slope=0.01: dy * (x > 0)),
    ),
    *mistakes(
        "dy is left out",
        _CHAIN,
        formula(lambda dy, x, slope=0.01: (0 * x + 1).where(x > 0, slope)),
    ),
    *mistakes(
        "the slope is not used",
        "slope is an argument, and 0.01 is only its default. Where does your code use it?",
        formula(lambda dy, x, slope=0.01: dy.where(x > 0, 0.01 * dy)),
    ),
    *mistakes(
        "the sign of dy decides what passes",
        _WHICH_SIGN,
        formula(lambda dy, x, slope=0.01: dy.where(dy > 0, slope * dy)),
    ),
    *mistakes(
        "the slope is multiplied by x",
        "The derivative of slope · x has no x in it.",
        formula(lambda dy, x, slope=0.01: dy.where(x > 0, slope * x * dy)),
    ),
)
SIGMOID_FORWARD: tuple[Misconception, ...] = (
    *mistakes(
        "the exponent has the wrong sign",
        "For a large positive x the sigmoid is close to 1.",
        formula(lambda x: (-x).sigmoid()),
    ),
    *mistakes(
        "tanh instead of the sigmoid",
        "The sigmoid goes from 0 to 1 and is ½ at 0.",
        formula(lambda x: x.tanh()),
        formula(lambda x: (x / 2).tanh()),
    ),
    *mistakes(
        "the derivative instead of the value",
        "The forward pass returns the value; the derivative belongs to backward.",
        formula(lambda x: x.sigmoid() * (1 - x.sigmoid())),
    ),
    *mistakes(
        "the exponent is doubled",
        "The exponent is -x, once.",
        formula(lambda x: (2 * x).sigmoid()),
    ),
    *mistakes(
        "negative numbers come out as zero",
        "The sigmoid is never 0: at x = -1 it is about 0.27. What does your code do on that side?",
        formula(lambda x: x.sigmoid() * (x >= 0)),
    ),
    *mistakes(
        "exp overflows for large numbers",
        "For x = -1000, exp(-x) is larger than any float. Multiply numerator and denominator by "
        "exp(x): for which x does that form work?",
        _overflowing(-1),
        _overflowing(1),
    ),
)
SIGMOID_BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "y is used as if it were x",
        _FROM_Y,
        formula(lambda dy, y: dy * y.sigmoid() * (1 - y.sigmoid())),
    ),
    *mistakes(
        "one factor is missing",
        _SIGMOID,
        formula(lambda dy, y: dy * (1 - y)),
        formula(lambda dy, y: dy * y),
    ),
    *mistakes(
        "tanh's derivative instead of the sigmoid's",
        _SIGMOID,
        formula(lambda dy, y: dy * (1 - y * y)),
    ),
    *mistakes("dy is left out", _CHAIN, formula(lambda dy, y: y * (1 - y))),
    *mistakes("dx has the wrong sign", _SIGMOID, formula(lambda dy, y: dy * y * (y - 1))),
    *mistakes("y is added to 1, not subtracted", _SIGMOID, formula(lambda dy, y: dy * y * (1 + y))),
    *mistakes("the derivative is left out", _CHAIN, formula(lambda dy, y: dy)),
)
TANH_BACKWARD: tuple[Misconception, ...] = (
    *mistakes("the square is missing", _SQUARE, formula(lambda dy, y: dy * (1 - y))),
    *mistakes(
        "the square root instead of the square",
        _SQUARE,
        formula(lambda dy, y: dy * (1 - y.abs().sqrt())),
    ),
    *mistakes(
        "y is used as if it were x", _FROM_Y, formula(lambda dy, y: dy * (1 - y.tanh() ** 2))
    ),
    *mistakes(
        "the sigmoid's derivative instead of tanh's",
        _SQUARE,
        formula(lambda dy, y: dy * y * (1 - y)),
    ),
    *mistakes("dy is left out", _CHAIN, formula(lambda dy, y: 1 - y * y)),
    *mistakes("dx has the wrong sign", _SQUARE, formula(lambda dy, y: dy * (y * y - 1))),
    *mistakes(
        "the square is added to 1, not subtracted", _SQUARE, formula(lambda dy, y: dy * (1 + y * y))
    ),
    *mistakes(
        "ReLU's derivative instead of tanh's",
        _SQUARE,
        formula(lambda dy, y: dy * (y > 0)),
    ),
    *mistakes(
        "the whole difference is squared, not y", _SQUARE, formula(lambda dy, y: dy * (1 - y) ** 2)
    ),
)
