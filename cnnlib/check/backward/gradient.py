"""The check of `numeric_gradient`: a gradient from differences, on functions whose own is known."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnnlib.check.backward.calls import FUNCTIONS, call_gradient
from cnnlib.check.engine.case import Arguments, Array, Case, Layout
from cnnlib.check.engine.check import (
    LIBRARIES,
    Check,
    Misconception,
    Part,
    Result,
    Tolerance,
    Which,
    mistakes,
)
from cnnlib.check.references import curvature, jvp, vjp


def _reference(arguments: Arguments, device: str = "cpu") -> Array:
    return vjp(FUNCTIONS[arguments["f"]].value, arguments["x"], arguments["dy"], device)


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Add up what the step and what rounding can do.

    A central difference leaves out eps² / 6 times the third derivative. Rounding, of at most half
    the machine epsilon, happens in f (up to 4 operations), in x ± eps (f has degree 3 at most, so
    that counts three times), in the product with dy and in the sum over n outputs: n + 8 in all,
    each relative to |f||dy|. Two such values are subtracted and divided by 2 eps; twice that is
    allowed.
    """
    f, eps = FUNCTIONS[arguments["f"]], arguments.get("eps", 1e-6)
    y, weight = f.value(arguments["x"]), float(np.abs(arguments["dy"]).sum())
    epsilon, operations = float(np.finfo(dtype).eps), np.size(y) + 8
    rounding = operations * epsilon * float(np.abs(y).max()) * weight / eps
    step = f.third * weight * eps**2 / 6
    why = f"{rounding:.1e} ({dtype} rounding divided by eps)"
    return Tolerance(rounding + step, f"{why} + {step:.1e} (eps squared)" if step else why)


def _case(
    name: str,
    f: str,
    shape: tuple[int, ...],
    eps: float | None = None,
    *,
    dtype: str = "float64",
    layout: Layout = "plain",
) -> Callable[[np.random.Generator], Case]:
    def draw(rng: np.random.Generator) -> Case:
        x = rng.standard_normal(shape).astype(dtype)
        size = np.shape(FUNCTIONS[f].value(x))
        dy = rng.standard_normal(size).astype(dtype) if size else float(rng.uniform(1, 2))
        keyword = {} if eps is None else {"eps": eps}
        return Case(name, {"f": f, "x": x, "dy": dy}, keyword, layout)

    return draw


BASIC = (
    _case("a row of numbers", "x * x", (9,), 1e-4),
    _case("a matrix", "x * x", (3, 2), 1e-4),
    _case("the default eps", "x ** 3", (2, 3)),
    _case("four axes, like images", "1 / (1 + x * x)", (2, 1, 2, 3), 1e-4),
    _case("a larger eps", "x ** 3", (2, 4), 1e-3),
)
ANY_FUNCTION = (
    _case("f returns one number", "(x * x).sum()", (3, 2), 1e-4),
    _case("f mixes the elements of x", "x.T @ x", (2, 3), 1e-4),
    _case("f returns another shape", "x[1:] * x[:-1]", (4, 2), 1e-4),
    _case("f returns a view of x", "x.T", (3, 2), 1e-4),
    _case("x is a slice", "x * x", (3, 4), 1e-4, layout="sliced"),
    _case("float32 and an eps to match", "x.T @ x", (3, 2), 1e-2, dtype="float32"),
)


def _drawing(fixed: Sequence[Callable[[np.random.Generator], Case]], *functions: str) -> Any:
    """Return a function that draws the fixed cases, and hidden ones with other shapes."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        cases = [make(rng) for make in fixed]
        for f in functions if which == "hidden" else ():
            shape = tuple(int(n) for n in rng.integers(2, 5, size=2))
            cases.append(_case("a random shape", f, shape, 1e-4)(rng))
        return cases

    return draw


def _scaled(factor: Callable[[Any], Any]) -> Callable[[Arguments], Array]:
    """Return the right gradient, times something that depends on eps or dy."""
    return lambda a: _reference(a) * factor(a)


def _eps(arguments: Arguments) -> float:
    return float(arguments.get("eps", 1e-6))


def _one_sided(sign: int) -> Callable[[Arguments], Array]:
    def compute(arguments: Arguments) -> Array:
        f, x, dy = (arguments[name] for name in ("f", "x", "dy"))
        bend = curvature(FUNCTIONS[f].value, x, dy)
        return _reference(arguments) + sign * _eps(arguments) / 2 * bend

    return compute


def _with_ones(arguments: Arguments) -> Array:
    return _reference({**arguments, "dy": np.ones_like(arguments["dy"])})


def _all_at_once(arguments: Arguments) -> Array:
    """Every element of x moves in the same call; what comes out has the shape of y."""
    f, x, dy = (arguments[name] for name in ("f", "x", "dy"))
    return np.asarray(dy * jvp(FUNCTIONS[f].value, x, np.ones_like(x)))


def _rows_at_once(arguments: Arguments) -> Array | None:
    gradient = _reference(arguments)
    if gradient.ndim < 2:
        return None
    axes = tuple(range(1, gradient.ndim))
    return np.broadcast_to(gradient.sum(axis=axes, keepdims=True), gradient.shape)


_DIVIDE = (
    "The slope is the difference of the two values of f, divided by the distance between the two "
    "points. How far is it from x - eps to x + eps? And what does Python compute for a / 2 * b?"
)
_DY = (
    "dy says how much each output matters to the loss. Multiply the change of each output by its "
    "own element of dy, then add up."
)
_ONE = (
    "The gradient has one number for each element of x. Change only one element, see how f "
    "changes, restore the element, and go on to the next one."
)

MISTAKES: tuple[Misconception, ...] = (
    *mistakes(
        "the difference is one-sided",
        "Look at both sides of x: how does f change from x - eps to x + eps? That is far more "
        "accurate for the same eps.",
        _one_sided(1),
        _one_sided(-1),
        lambda a: _one_sided(1)(a) / 2,
        lambda a: _one_sided(-1)(a) / 2,
    ),
    *mistakes(
        "the difference is divided by the wrong step",
        _DIVIDE,
        _scaled(lambda a: 2),
        _scaled(lambda a: 0.5),
        _scaled(lambda a: 2 * _eps(a)),
        _scaled(lambda a: _eps(a) ** 2),
    ),
    *mistakes("dy is forgotten", _DY, _with_ones),
    *mistakes(
        "changes and dy are summed before they are multiplied",
        _DY,
        lambda a: _with_ones(a) * np.sum(a["dy"]),
    ),
    *mistakes(
        "an average instead of a sum",
        "Every output contributes to the gradient, and the contributions are added up. Where does "
        "your code divide?",
        _scaled(lambda a: 1 / np.size(a["dy"])),
    ),
    *mistakes(
        "the sign is wrong",
        "If f grows when x grows, the gradient is positive. Which value is subtracted from which?",
        _scaled(lambda a: -1),
    ),
    *mistakes(
        "f gets the same x twice, so every difference is zero",
        "Print what f returns for x + eps and for x - eps, just before you subtract. Does f get "
        "the array that you change, or a copy of it? And does the first result change when you "
        "change x again?",
        _scaled(lambda a: 0),
    ),
    *mistakes(
        "all elements of x are changed at once",
        _ONE,
        _all_at_once,
        lambda a: np.full(a["x"].shape, _all_at_once(a).sum()),
    ),
    *mistakes("whole rows of x are changed at once", _ONE, _rows_at_once),
)

numeric_gradient = Check(
    name="numeric_gradient",
    against="torch.autograd.functional.vjp",
    parts={
        "basic": Part("functions of single elements", _drawing(BASIC, "x * x", "x ** 3")),
        "any_function": Part(
            "functions that mix elements",
            _drawing(ANY_FUNCTION, "(x * x).sum()", "x.T @ x", "x[1:] * x[:-1]"),
        ),
    },
    reference=_reference,
    tolerance=_tolerance,
    results=(Result("dx"),),
    misconceptions=MISTAKES,
    forbids=LIBRARIES,
    call=call_gradient,
)
