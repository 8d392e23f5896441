"""Typical mistakes in batch normalisation backward: what each computes, and a hint."""

from collections.abc import Callable
from functools import partial
from typing import Any

from cnnlib.check.dropout.batch_norm_forward_mistakes import AXES, EPS, SHAPE, SHAPES, TWO_VARIANCES
from cnnlib.check.dropout.batch_norm_reference import (
    backward,
    gradient,
    normal_form,
    short_form,
)
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.engine.mistakes import Compute, formulas, results

_gradient = results("dx", "dgamma", "dbeta")


def _sums(**wrong: Callable[..., Any]) -> Compute:
    """Return changed dgamma or dbeta, from dy, x, and the normalised x."""
    made = formulas("dx", "dgamma", "dbeta")(**wrong)
    return lambda arguments: made({**arguments, "normal": normal_form(arguments)})


def _summed(over: Callable[[Any], Any]) -> Compute:
    """Return dgamma and dbeta, summed up otherwise."""

    def dbeta(dy: Any) -> Any:
        return over(dy)

    return _sums(dgamma=lambda dy, normal: over(dy * normal), dbeta=dbeta)


def _kept_axes(shape: tuple[int, ...]) -> Compute:
    """Return dgamma and dbeta in another shape."""

    def compute(arguments: Arguments) -> Values:
        _, dgamma, dbeta = backward(arguments)
        return None, dgamma.reshape(shape), dbeta.reshape(shape)

    return compute


def _unbiased_dgamma(dy: Any, x: Any, eps: float = 1e-5) -> Any:
    axes = (0, 2, 3)
    centred = x - x.mean(axes, keepdim=True)
    return (dy * centred / (x.var(axes, correction=1, keepdim=True) + eps).sqrt()).sum(axes)


def _normal_by(deviation: Callable[..., Any]) -> Compute:
    """Return dgamma by an x that is normalised otherwise."""
    made = formulas("dx", "dgamma", "dbeta")(dgamma=lambda dy, other: (dy * other).sum((0, 2, 3)))
    return lambda arguments: made({**arguments, "other": normal_form(arguments, deviation)})


def _dx(**changes: Any) -> Compute:
    """Return dx by a changed formula."""
    return _gradient(dx=lambda a: short_form(a, **changes))


#: What people write for eps in place of the argument.
_EPSILONS = (1e-5, 1e-8, 1e-6, 1e-7, 1e-12)
#: The factor in front of the bracket does not reach its last term.
_BRACKETS: tuple[Callable[..., Any], ...] = (
    lambda g, s, dy, first, normal, second, n: g / s * (dy - first) - normal * second * n,
    lambda g, s, dy, first, normal, second, n: g * ((dy - first) / s - normal * second * n),
    lambda g, s, dy, first, normal, second, n: g / s * (dy - first) - normal * second,
    lambda g, s, dy, first, normal, second, n: g * ((dy - first) / s - normal * second),
    lambda g, s, dy, first, normal, second, n: g / s * (dy - first - normal * second * n),
)


def _swapped(arguments: Arguments) -> Values:
    _, dgamma, dbeta = backward(arguments)
    return None, dbeta, dgamma


_WAYS = (
    "One pixel changes the output in three ways: directly, through its channel's mean, and through "
    "its channel's variance. Each way has its own term in dx."
)
_FACTORS = (
    "The variance is a mean of squares, and the deviation its root. Which factor does the "
    "derivative of each of them have?"
)
_SUMS = (
    "gamma[c] and beta[c] affect every pixel of channel c in every image, so their gradients "
    "add up over all of these: images, rows and columns."
)

BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "mean and variance are treated as constants",
        _WAYS,
        _gradient(dx=lambda a: gradient(a, through_mean=False, through_var=False)),
    ),
    *mistakes(
        "the term through the mean is missing",
        _WAYS,
        _gradient(dx=lambda a: gradient(a, through_mean=False)),
    ),
    *mistakes(
        "the term through the variance is missing",
        _WAYS,
        _gradient(dx=lambda a: gradient(a, through_var=False)),
    ),
    *mistakes(
        "gamma is forgotten",
        "y is gamma times the normalised x. Where does gamma appear in dx?",
        _gradient(dx=lambda a: gradient(a, scaled=False)),
    ),
    *mistakes(
        "the unbiased variance is used to normalise",
        TWO_VARIANCES,
        _gradient(dx=lambda a: gradient(a, correction=1)),
        _dx(unbiased=True),
        _sums(dgamma=_unbiased_dgamma),
    ),
    *mistakes(
        "eps is forgotten",
        EPS,
        _gradient(dx=lambda a: gradient(a, eps=0.0)),
        _dx(deviation=lambda var, eps: var.sqrt()),
        _dx(deviation=lambda var, eps: var.clamp(min=1e-300).sqrt()),
    ),
    *mistakes("every pixel has its own mean", AXES, _gradient(dx=lambda a: gradient(a, axes=(0,)))),
    *mistakes(
        "every image has its own mean", AXES, _gradient(dx=lambda a: gradient(a, axes=(2, 3)))
    ),
    *mistakes(
        "dgamma uses x before it is normalised",
        "gamma multiplies the normalised x. What does its gradient multiply dy by?",
        _sums(dgamma=lambda dy, x: (dy * x).sum((0, 2, 3))),
        _sums(dgamma=lambda dy, x: (dy * (x - x.mean((0, 2, 3), keepdim=True))).sum((0, 2, 3))),
    ),
    *mistakes(
        "dgamma and dbeta are averaged",
        _SUMS,
        _summed(lambda each: each.mean((0, 2, 3))),
        _summed(lambda each: each.sum((0, 2, 3)) / len(each)),
    ),
    *mistakes(
        "dgamma and dbeta are summed over the wrong axes",
        _SUMS,
        _summed(lambda each: each.sum(0)),
        _summed(lambda each: each.sum((2, 3))),
        _summed(lambda each: each.sum((0, 1))),
        _summed(lambda each: each.sum((0, 1, 2, 3))),
    ),
    *mistakes(
        "dgamma and dbeta are swapped",
        "The three results come in this order: dx, dgamma, dbeta.",
        _swapped,
    ),
    *mistakes(
        "dgamma and dbeta keep axes of length one",
        SHAPE,
        *map(_kept_axes, SHAPES),
    ),
    *mistakes(
        "eps is forgotten",
        EPS,
        _normal_by(lambda var, eps: var.sqrt()),
        _normal_by(lambda var, eps: var.clamp(min=1e-300).sqrt()),
    ),
    *mistakes(
        "eps is always the same number",
        "eps is an argument. Does your code use it or a fixed number?",
        *(_gradient(dx=partial(gradient, eps=eps)) for eps in _EPSILONS),
        *(_normal_by(lambda var, eps, fixed=fixed: (var + fixed).sqrt()) for fixed in _EPSILONS),
    ),
    *mistakes(
        "eps is added outside the square root",
        EPS,
        _dx(deviation=lambda var, eps: var.sqrt() + eps),
        _normal_by(lambda var, eps: var.sqrt() + eps),
    ),
    *mistakes(
        "eps is subtracted",
        EPS,
        _dx(deviation=lambda var, eps: (var - eps).sqrt()),
        _normal_by(lambda var, eps: (var - eps).sqrt()),
    ),
    *mistakes(
        "sums are divided by the number of images",
        "A channel's mean is taken over images, rows and columns. How many numbers does each "
        "channel have?",
        _gradient(dx=lambda a: short_form(a, count=len(a["x"]))),
    ),
    *mistakes(
        "x is multiplied by the deviation, not divided",
        "The normalised x is x divided by the deviation. What does its derivative do: multiply by "
        "the deviation, or divide?",
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g * s * (dy - first - normal * second)
            )
        ),
        _normal_by(lambda var, eps: 1 / (var + eps).sqrt()),
    ),
    *mistakes(
        "mean and variance are treated as constants, and gamma is forgotten",
        _WAYS,
        _dx(combine=lambda g, s, dy, first, normal, second, n: dy / s),
    ),
    *mistakes(
        "the last term is not divided",
        "Which terms does the factor in front of the bracket multiply? Count the parentheses.",
        *(_dx(combine=combine) for combine in _BRACKETS),
    ),
    *mistakes(
        "dy is not multiplied by the number of elements",
        "In this form all terms are divided by n. Which of them are sums, and which is a single "
        "number?",
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * (dy / n - first - normal * second)
            )
        ),
    ),
    *mistakes(
        "the root's factor 1/2 is missing in the variance's derivative",
        _FACTORS,
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * (dy - first - 2 * normal * second)
            )
        ),
    ),
    *mistakes(
        "the square's factor 2 is missing in the variance's derivative",
        _FACTORS,
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * (dy - first - normal * second / 2)
            )
        ),
    ),
    *mistakes(
        "the variance's part of dx has the wrong sign",
        "If a value moves away from the mean, the deviation grows, and everything is divided by "
        "more. Does that make dx larger or smaller?",
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * (dy - first + normal * second)
            )
        ),
    ),
    *mistakes(
        "the Jacobian is multiplied element by element",
        "Every pixel of a channel changes every output of that channel. How many contributions add "
        "up to one number of dx?",
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * dy * (1 - 1 / n - normal**2 / n)
            )
        ),
    ),
    *mistakes(
        "dgamma is an outer product",
        _SUMS,
        _sums(dgamma=lambda dy, normal: (dy[:, :, None] * normal[:, None]).sum((0, 3, 4))),
    ),
    *mistakes(
        "dbeta has the formula of dgamma",
        "beta is added and gamma multiplies. What is dy multiplied by in dbeta?",
        _sums(dbeta=lambda dy, normal: (dy * normal).sum((0, 2, 3))),
    ),
    *mistakes("dbeta is averaged", _SUMS, _sums(dbeta=lambda dy: dy.mean((0, 2, 3)))),
)
