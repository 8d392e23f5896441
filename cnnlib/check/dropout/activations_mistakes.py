"""Typical mistakes in activation functions: what each computes, and a hint."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes

#: A formula in tensors, by the names of a function's arguments.
Formula: TypeAlias = Callable[..., Any]


def _like(formula: Formula) -> Callable[[Arguments], Array]:
    """Return what computes a formula in PyTorch from a case's arguments."""

    def compute(arguments: Arguments) -> Array:
        from cnnlib.check.engine.devices import array, tensor

        given = {
            name: value if name == "slope" else tensor(value) for name, value in arguments.items()
        }
        return array(formula(**given))

    return compute


def _mistake(name: str, hint: str, *formulas: Formula) -> list[Misconception]:
    return mistakes(name, hint, *map(_like, formulas))


_SIDES = (
    "Put one negative and one positive number in by hand. Which of them should come out changed?"
)
_AT_ZERO = (
    "At exactly 0 the function has a corner, and no derivative. PyTorch treats 0 like the negative "
    "side; so does this exercise. What does your comparison say for 0?"
)
_CHAIN = (
    "Backward multiplies the gradient that comes in, `dy`, by the function's own derivative. Which "
    "of the two is missing?"
)
_WHICH_SIGN = "What decides whether a gradient passes: the sign of the input, or of the gradient?"
_FROM_Y = (
    "This function gets y, what the forward pass returned, and not x. The derivative can be "
    "written with y alone."
)
_SQUARE = "Derive it on paper once: d tanh(x) / dx, written with y = tanh(x). Test it at y = 0.5."
_SIGMOID = "Test it at y = 0.5, in the middle, where the sigmoid is steepest: its slope there is ¼."

MISTAKES: Mapping[str, tuple[Misconception, ...]] = {
    "relu_forward": (
        *_mistake("the sign is dropped", _SIDES, lambda x: x.abs()),
        *_mistake(
            "the wrong side is kept",
            _SIDES,
            lambda x: x.clamp(max=0),
            lambda x: (-x).relu(),
        ),
        *_mistake("the negative side leaks", _SIDES, lambda x: x.where(x > 0, 0.01 * x)),
        *_mistake(
            "only the sign is returned",
            "Positive numbers pass as they are: 2.5 stays 2.5.",
            lambda x: (x > 0).to(x.dtype),
        ),
        *_mistake(
            "it is limited to one", "ReLU has no upper limit.", lambda x: x.clamp(min=0, max=1)
        ),
    ),
    "relu_backward": (
        *_mistake("the gradient at zero is one", _AT_ZERO, lambda dy, x: dy * (x >= 0)),
        *_mistake(
            "the gradient at zero is a half", _AT_ZERO, lambda dy, x: dy * (x.sign() + 1) / 2
        ),
        *_mistake("dy is left out", _CHAIN, lambda dy, x: (x > 0).to(x.dtype)),
        *_mistake("the derivative is left out", _CHAIN, lambda dy, x: dy),
        *_mistake("the sign of dy decides", _WHICH_SIGN, lambda dy, x: dy.relu()),
        *_mistake(
            "the signs of dy and x decide", _WHICH_SIGN, lambda dy, x: dy.relu() * (x > 0)
        ),
        *_mistake("the wrong side passes", _SIDES, lambda dy, x: dy * (x <= 0),
                  lambda dy, x: dy * (x < 0)),
        *_mistake(
            "dy is multiplied by the output",
            "ReLU's derivative is 0 or 1, whatever the size of x.",
            lambda dy, x: dy * x.relu(),
        ),
    ),
    "leaky_relu_forward": (
        *_mistake(
            "the slope is on the wrong side",
            _SIDES,
            lambda x, slope=0.01: x.where(x < 0, slope * x),
        ),
        *_mistake("the negative side is cut off", _SIDES, lambda x, slope=0.01: x.relu()),
        *_mistake(
            "the negative side comes out positive",
            _SIDES,
            lambda x, slope=0.01: x.where(x > 0, -slope * x),
        ),
        *_mistake(
            "the slope is not used",
            "`slope` is an argument; 0.01 is only its default.",
            lambda x, slope=0.01: x.where(x > 0, 0.01 * x),
        ),
        *_mistake(
            "the slope is the value",
            "On the negative side the slope is multiplied by something.",
            lambda x, slope=0.01: x.where(x > 0, 0 * x + slope),
            lambda x, slope=0.01: x.where(x > 0, 0 * x - slope),
        ),
        *_mistake(
            "both sides are added",
            "Every number belongs to one side only.",
            lambda x, slope=0.01: x.relu() + slope * x,
        ),
    ),
    "leaky_relu_backward": (
        *_mistake(
            "the gradient at zero is one",
            _AT_ZERO,
            lambda dy, x, slope=0.01: dy.where(x >= 0, slope * dy),
        ),
        *_mistake(
            "the slope is on the wrong side",
            _SIDES,
            lambda dy, x, slope=0.01: dy.where(x < 0, slope * dy),
            lambda dy, x, slope=0.01: dy.where(x <= 0, slope * dy),
        ),
        *_mistake(
            "the negative side is cut off", _SIDES, lambda dy, x, slope=0.01: dy * (x > 0)
        ),
        *_mistake(
            "dy is left out",
            _CHAIN,
            lambda dy, x, slope=0.01: (0 * x + 1).where(x > 0, slope),
        ),
        *_mistake(
            "the slope is not used",
            "`slope` is an argument; 0.01 is only its default.",
            lambda dy, x, slope=0.01: dy.where(x > 0, 0.01 * dy),
        ),
        *_mistake(
            "the sign of dy decides",
            _WHICH_SIGN,
            lambda dy, x, slope=0.01: dy.where(dy > 0, slope * dy),
        ),
        *_mistake(
            "the slope is multiplied by x",
            "The derivative of slope · x has no x in it.",
            lambda dy, x, slope=0.01: dy.where(x > 0, slope * x * dy),
        ),
    ),
    "sigmoid_forward": (
        *_mistake(
            "the exponent's sign is wrong",
            "For a large positive x the sigmoid is close to 1.",
            lambda x: (-x).sigmoid(),
        ),
        *_mistake(
            "this is tanh", "The sigmoid goes from 0 to 1 and is ½ at 0.", lambda x: x.tanh(),
            lambda x: (x / 2).tanh(),
        ),
        *_mistake(
            "this is the derivative",
            "The forward pass returns the value; the derivative belongs to backward.",
            lambda x: x.sigmoid() * (1 - x.sigmoid()),
        ),
        *_mistake(
            "the exponent is doubled",
            "The exponent is -x, once.",
            lambda x: (2 * x).sigmoid(),
        ),
    ),
    "sigmoid_backward": (
        *_mistake(
            "y is taken for x",
            _FROM_Y,
            lambda dy, y: dy * y.sigmoid() * (1 - y.sigmoid()),
        ),
        *_mistake("one factor is missing", _SIGMOID, lambda dy, y: dy * (1 - y),
                  lambda dy, y: dy * y),
        *_mistake("this is tanh's derivative", _SIGMOID, lambda dy, y: dy * (1 - y * y)),
        *_mistake("dy is left out", _CHAIN, lambda dy, y: y * (1 - y)),
        *_mistake("a sign is wrong", _SIGMOID, lambda dy, y: dy * y * (y - 1),
                  lambda dy, y: dy * y * (1 + y)),
        *_mistake("the derivative is left out", _CHAIN, lambda dy, y: dy),
    ),
    "tanh_backward": (
        *_mistake("the square is missing", _SQUARE, lambda dy, y: dy * (1 - y)),
        *_mistake("the root in place of the square", _SQUARE,
                  lambda dy, y: dy * (1 - y.abs().sqrt())),
        *_mistake("y is taken for x", _FROM_Y, lambda dy, y: dy * (1 - y.tanh() ** 2)),
        *_mistake("this is the sigmoid's derivative", _SQUARE, lambda dy, y: dy * y * (1 - y)),
        *_mistake("dy is left out", _CHAIN, lambda dy, y: 1 - y * y),
        *_mistake("a sign is wrong", _SQUARE, lambda dy, y: dy * (1 + y * y),
                  lambda dy, y: dy * (y * y - 1)),
        *_mistake("the square includes the one", _SQUARE, lambda dy, y: dy * (1 - y) ** 2),
    ),
}  # fmt: skip
