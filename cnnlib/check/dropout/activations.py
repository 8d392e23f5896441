"""The checks of activation functions: values forward, gradients backward."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from cnnlib.check.dropout import activations_mistakes as mistakes
from cnnlib.check.dropout.activations_reference import LEAKY_RELU, RELU, SIGMOID, TANH, Activation
from cnnlib.check.dropout.calls import call_strictly
from cnnlib.check.engine.case import Arguments, Array, Case, Layout
from cnnlib.check.engine.check import Check, Part, Result, Tolerance
from cnnlib.check.engine.drawing import drawing
from cnnlib.check.engine.rounding import rounding


@dataclass(frozen=True)
class Field:
    """What the arrays of one case look like.

    Attributes
    ----------
    zeros
        Every third element of x is exactly zero.
    scale
        What normal numbers are multiplied by to make x.
    slope
        Given to leaky ReLU; None leaves its default.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = "float64"
    layout: Layout = "plain"
    zeros: bool = False
    scale: float = 2.0
    slope: float | None = None

    def x(self, rng: np.random.Generator) -> Array:
        """Draw the input of the activation."""
        x = self.scale * rng.standard_normal(self.shape)
        if self.zeros:
            x.ravel()[::3] = 0.0
        return x.astype(self.dtype)

    def dy(self, rng: np.random.Generator) -> Array:
        """Draw the gradient of its output."""
        return rng.standard_normal(self.shape).astype(self.dtype)


FIELDS = (
    Field("nine numbers", (9,)),
    Field("one image of two channels", (1, 2, 4, 3), slope=0.1),
    Field("a batch of three images", (3, 2, 3, 4), slope=0.25),
    Field("zeros among the numbers", (2, 1, 3, 5), zeros=True, slope=0.2),
    Field("features, not images, read-only", (4, 5), layout="read-only", slope=0.5),
    Field("float32, sliced arrays", (2, 3, 4, 2), dtype="float32", layout="sliced"),
)
LARGE = (
    Field("numbers in the hundreds", (3, 4), scale=400.0),
    Field("numbers in the hundreds, float32", (2, 5), dtype="float32", scale=200.0),
    Field("numbers in the hundred thousands", (2, 3, 2, 2), scale=1e5),
)

Fill: TypeAlias = Callable[[Field, np.random.Generator], Arguments]


def _x(field: Field, rng: np.random.Generator) -> Arguments:
    return {"x": field.x(rng)}


def _dy_x(field: Field, rng: np.random.Generator) -> Arguments:
    return {"dy": field.dy(rng), "x": field.x(rng)}


def _dy_y(field: Field, rng: np.random.Generator) -> Arguments:
    """Draw dy, and y between -1 and 1, as tanh returns it."""
    return {"dy": field.dy(rng), "y": np.tanh(field.x(rng))}


def _dy_probability(field: Field, rng: np.random.Generator) -> Arguments:
    """Draw dy, and y between 0 and 1, as the sigmoid returns it."""
    return {"dy": field.dy(rng), "y": 0.5 + 0.5 * np.tanh(0.5 * field.x(rng))}


def _part(title: str, fill: Fill, fields: Sequence[Field] = FIELDS, slopes: bool = False) -> Part:
    """Return a part that fills the fields; four random ones are hidden."""

    def make(field: Field, rng: np.random.Generator) -> Case:
        settings = {"slope": field.slope} if slopes and field.slope is not None else {}
        return Case(field.name, fill(field, rng), settings, field.layout)

    return Part(title, drawing(make, fields, lambda rng: _spread(rng, fields[-1].scale)))


def _spread(rng: np.random.Generator, scale: float) -> Field:
    shape = tuple(int(size) for size in rng.integers(2, 5, size=int(rng.integers(1, 5))))
    slope = round(float(rng.uniform(0.02, 0.6)), 2)
    return Field("a random shape", shape, zeros=bool(rng.integers(2)), scale=scale, slope=slope)


def _rounding(of: str | None) -> Callable[[Arguments, "np.dtype[Any]", str], Tolerance]:
    """Return a tolerance for a handful of steps, each of which rounds a number of one size.

    The largest of the argument `of` bounds that size; where it is None, the functions' values do,
    which are at most one.
    """

    def tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
        size = 1.0 if of is None else float(np.abs(arguments[of]).max())
        what = "the largest value" if of is None else f"the largest of {of}"
        return rounding(dtype, size, what, factor=1, terms=8, unit="steps")

    return tolerance


def _forward(activation: Activation, **more: Any) -> Check:
    return Check(against=activation.name, reference=activation.forward, **more)


def _backward(activation: Activation, **more: Any) -> Check:
    return Check(
        against=f"the gradient of {activation.name}",
        reference=activation.backward,
        results=(Result("dx"),),
        **more,
    )


relu_forward = _forward(
    RELU,
    name="relu_forward",
    parts={"basic": _part("values", _x)},
    tolerance=_rounding("x"),
    misconceptions=mistakes.RELU_FORWARD,
)
relu_backward = _backward(
    RELU,
    name="relu_backward",
    parts={"basic": _part("gradient", _dy_x)},
    tolerance=_rounding("dy"),
    misconceptions=mistakes.RELU_BACKWARD,
)
leaky_relu_forward = _forward(
    LEAKY_RELU,
    name="leaky_relu_forward",
    parts={"basic": _part("values", _x, slopes=True)},
    tolerance=_rounding("x"),
    misconceptions=mistakes.LEAKY_RELU_FORWARD,
)
leaky_relu_backward = _backward(
    LEAKY_RELU,
    name="leaky_relu_backward",
    parts={"basic": _part("gradient", _dy_x, slopes=True)},
    tolerance=_rounding("dy"),
    misconceptions=mistakes.LEAKY_RELU_BACKWARD,
)
sigmoid_forward = _forward(
    SIGMOID,
    name="sigmoid_forward",
    parts={"basic": _part("values", _x), "large": _part("large numbers", _x, LARGE)},
    tolerance=_rounding(None),
    misconceptions=mistakes.SIGMOID_FORWARD,
    call=call_strictly,
)
sigmoid_backward = _backward(
    SIGMOID,
    name="sigmoid_backward",
    parts={"basic": _part("gradient", _dy_probability)},
    tolerance=_rounding("dy"),
    misconceptions=mistakes.SIGMOID_BACKWARD,
)
tanh_backward = _backward(
    TANH,
    name="tanh_backward",
    parts={"basic": _part("gradient", _dy_y)},
    tolerance=_rounding("dy"),
    misconceptions=mistakes.TANH_BACKWARD,
)
