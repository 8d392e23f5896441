"""The activation functions of the table: value, derivative and range of each, in NumPy.

At a corner there is no derivative. There `slope` is what PyTorch takes where it has the function:
that of the left side.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Function = Callable[[Any], Array]

INF = float("inf")
_erf = np.vectorize(math.erf, otypes=[np.float64])
#: So that outputs of mean 0 and variance 1 keep both (Klambauer et al., 2017).
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
#: RReLU draws its slope between these in training, and takes their mean afterwards.
RRELU = (1 / 8, 1 / 3)
#: SReLU bends at two places; outside of them it has slopes of its own.
BEND_LEFT, SLOPE_LEFT, BEND_RIGHT, SLOPE_RIGHT = -1.0, 0.2, 1.0, 0.4
#: The hinges of APL: how much each adds, and where it begins.
HINGES = ((0.4, 1.0), (-0.6, -1.0))
#: The lines of maxout: weight and bias of each.
LINES = ((-0.5, -1.0), (1.0, 0.0))


@dataclass(frozen=True)
class Activation:
    """A function of the table.

    Attributes
    ----------
    name, formula
        In words.
    value, slope
        The function and its derivative, number by number.
    low, high
        The ends of its range, which may be infinite.
    ends
        Which of the two it reaches, as brackets: `"[)"` the first only; `"{}"` nothing between.
    corners
        Where it has no derivative.
    learned
        What training changes in it; empty where nothing.
    """

    name: str
    formula: str
    value: Function
    slope: Function
    low: float
    high: float
    ends: str = "()"
    corners: tuple[float, ...] = ()
    learned: str = ""

    @property
    def range(self) -> str:
        """The range in words, such as `[0, ∞)`."""
        return f"{self.ends[0]}{_end(self.low)}, {_end(self.high)}{self.ends[1]}"

    @property
    def bounded(self) -> bool:
        """Whether its values stay between two finite numbers."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))


def _end(value: float) -> str:
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    half_pi = {np.pi / 2: "π/2", -np.pi / 2: "−π/2"}
    return half_pi.get(value, f"{value:.3g}".replace("-", "−"))


def sigmoid(x: Any) -> Array:
    """Return 1 / (1 + e⁻ˣ), without ever raising e to a large positive number."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(np.asarray(x) >= 0, 1 / (1 + small), small / (1 + small)))


def normal(x: Any) -> Array:
    """Return the share of a normal distribution that is below x."""
    return 0.5 * (1 + np.asarray(_erf(np.divide(x, np.sqrt(2))), dtype=np.float64))


def hinged(below: Function, slope_below: Function) -> tuple[Function, Function]:
    """Return a function, and its derivative, that is the identity above 0."""

    def value(x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        return np.where(x > 0, x, below(np.minimum(x, 0)) + 0.0)  # + 0.0: no negative zero

    def slope(x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        return np.where(x > 0, 1.0, slope_below(np.minimum(x, 0)))

    return value, slope


def leaky(slope: float) -> tuple[Function, Function]:
    """Return the hinge with this slope below 0, and its derivative."""
    return hinged(lambda x: slope * x, lambda x: slope + 0 * x)


def exponential(alpha: float = 1.0, scale: float = 1.0) -> tuple[Function, Function]:
    """Return ELU, or SELU with its own constants, and its derivative."""
    value, slope = hinged(lambda x: alpha * np.expm1(x), lambda x: alpha * np.exp(x))
    return lambda x: scale * value(x), lambda x: scale * slope(x)


def square_root(alpha: float = 1.0) -> tuple[Function, Function]:
    """Return ISRU and its derivative."""
    return (
        lambda x: x / np.sqrt(1 + alpha * np.square(x)),
        lambda x: (1 + alpha * np.square(x)) ** -1.5,
    )


def maxout(lines: tuple[tuple[float, float], ...] = LINES) -> tuple[Function, Function]:
    """Return the largest of several lines (weight, bias), and its derivative."""
    weights, biases = (np.array(each) for each in zip(*lines, strict=True))

    def heights(x: Any) -> Array:
        return np.asarray(np.multiply.outer(np.asarray(x, dtype=np.float64), weights) + biases)

    return lambda x: heights(x).max(-1), lambda x: np.asarray(weights[heights(x).argmax(-1)])


def piecewise(hinges: tuple[tuple[float, float], ...] = HINGES) -> tuple[Function, Function]:
    """Return APL, ReLU plus hinges (a, b) that add a · max(0, b − x), and its derivative."""

    def value(x: Any) -> Array:
        return np.asarray(np.maximum(0, x) + sum(a * np.maximum(0, b - x) for a, b in hinges))

    def slope(x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        return np.asarray((x > 0) - sum(a * (x <= b) for a, b in hinges))

    return value, slope


def s_shaped(x: Any) -> Array:
    """Return SReLU: three lines, joined at two bends."""
    x = np.asarray(x, dtype=np.float64)
    left, right = np.minimum(x - BEND_LEFT, 0), np.maximum(x - BEND_RIGHT, 0)
    return np.asarray(np.clip(x, BEND_LEFT, BEND_RIGHT) + SLOPE_LEFT * left + SLOPE_RIGHT * right)


def s_slope(x: Any) -> Array:
    """Return the derivative of SReLU."""
    x = np.asarray(x, dtype=np.float64)
    return np.where(x <= BEND_LEFT, SLOPE_LEFT, np.where(x > BEND_RIGHT, SLOPE_RIGHT, 1.0))


def square(x: Any) -> Array:
    """Return SQNL: two parabolas between −2 and 2, and ±1 beyond."""
    x = np.clip(x, -2, 2)
    return np.asarray(x - np.sign(x) * x**2 / 4)


def gelu_slope(x: Any) -> Array:
    """Return the derivative of GELU."""
    bell = np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(normal(x) + x * bell)


def _sigmoid_slope(x: Any) -> Array:
    return sigmoid(x) * (1 - sigmoid(x))


def _silu_slope(x: Any) -> Array:
    return np.asarray(sigmoid(x) + x * _sigmoid_slope(x))


_ISRU = square_root()
_LOW_GELU, _LOW_SILU = -0.16997120747990369, -0.27846454276107379
#: The largest value of both of maxout's lines where they cross.
_CROSSING = -2 / 3

#: The twenty functions of the classic slides, in the order of their ideas, and two of today.
TABLE = (
    Activation("identity", "x", lambda x: np.asarray(x, dtype=np.float64),
               lambda x: np.ones(np.shape(x)), -INF, INF),
    Activation("binary step", "0 or 1", lambda x: np.where(np.asarray(x) >= 0, 1.0, 0.0),
               lambda x: np.zeros(np.shape(x)), 0, 1, "{}", (0.0,)),
    Activation("sigmoid", "1 / (1 + e⁻ˣ)", sigmoid, _sigmoid_slope, 0, 1),
    Activation("tanh", "tanh x", np.tanh, lambda x: 1 - np.tanh(x) ** 2, -1, 1),
    Activation("softsign", "x / (1 + |x|)", lambda x: x / (1 + np.abs(x)),
               lambda x: (1 + np.abs(x)) ** -2.0, -1, 1),
    Activation("SQNL", "x ∓ x² / 4, then ±1", square,
               lambda x: np.maximum(0, 1 - np.abs(x) / 2), -1, 1, "[]"),
    Activation("ISRU", "x / √(1 + αx²)", *_ISRU, -1, 1),
    Activation("arctan", "tan⁻¹ x", np.arctan, lambda x: 1 / (1 + np.square(x)),
               -np.pi / 2, np.pi / 2),
    Activation("arsinh", "ln(x + √(x² + 1))", np.arcsinh,
               lambda x: 1 / np.sqrt(1 + np.square(x)), -INF, INF),
    Activation("ReLU", "max(0, x)", *leaky(0.0), 0, INF, "[)", (0.0,)),
    Activation("leaky ReLU", "max(0.01x, x)", *leaky(0.01), -INF, INF, "()", (0.0,)),
    Activation("PReLU", "max(αx, x)", *leaky(0.25), -INF, INF, "()", (0.0,), learned="α"),
    Activation("RReLU", "max(αx, x), α drawn", *leaky(sum(RRELU) / 2), -INF, INF, "()", (0.0,)),
    Activation("BReLU", "min(0, x) if odd", lambda x: np.minimum(0.0, x),
               lambda x: np.where(np.asarray(x) < 0, 1.0, 0.0), -INF, 0, "(]", (0.0,)),
    Activation("SReLU", "three lines", s_shaped, s_slope, -INF, INF, "()",
               (BEND_LEFT, BEND_RIGHT), learned="two bends, two slopes"),
    Activation("APL", "max(0, x) + hinges", *piecewise(), -INF, INF, "()", (-1.0, 0.0, 1.0),
               learned="the hinges"),
    Activation("maxout", "max(w₁x + b₁, w₂x + b₂)", *maxout(), _CROSSING, INF, "[)",
               (_CROSSING,), learned="the lines"),
    Activation("ELU", "α(eˣ − 1) if x < 0", *exponential(), -1, INF, "()"),
    Activation("SELU", "λ · ELU, α = 1.67", *exponential(ALPHA, SCALE), -SCALE * ALPHA, INF, "()",
               (0.0,)),
    Activation("ISRLU", "ISRU if x < 0", *hinged(*_ISRU), -1, INF),
    Activation("GELU", "x · Φ(x)", lambda x: x * normal(x), gelu_slope, _LOW_GELU, INF, "[)"),
    Activation("SiLU", "x · σ(x)", lambda x: x * sigmoid(x), _silu_slope, _LOW_SILU, INF, "[)"),
)  # fmt: skip
#: Those that the classic slides have.
CLASSIC = TABLE[:20]
BY_NAME = {each.name: each for each in TABLE}
