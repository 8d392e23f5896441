"""Typical mistakes in batch normalisation: what each computes, and a hint."""

from collections.abc import Callable
from functools import partial
from typing import Any

from cnnlib.check.dropout.batch_norm_reference import (
    backward,
    gradient,
    mixed,
    normal_form,
    normalise,
    short_form,
    statistics,
)
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, Raises, Values, mistakes
from cnnlib.check.engine.mistakes import Compute, formulas, results


def _y(arguments: Arguments, **changes: Any) -> Values:
    """Return a changed y; the running statistics are not spoken of."""
    return normalise(arguments, **changes), None, None


def _training(**changes: Any) -> Compute:
    """Return a change that is only made while training."""
    return lambda a: _y(a, **changes) if a["training"] else None


def _running(
    change: Callable[[Arguments, float], tuple[Array, Array]], when: bool = True
) -> Compute:
    """Return a change of the running statistics only."""

    def compute(arguments: Arguments) -> Values | None:
        if arguments["training"] is not when:
            return None
        return None, *change(arguments, arguments.get("momentum", 0.1))

    return compute


def _mixed(arguments: Arguments, share: float, correction: int = 1, root: bool = False) -> Any:
    mean, var = statistics(arguments, correction)
    return mixed(arguments, share, mean, var.sqrt() if root else var)


def _kept(arguments: Arguments, share: float) -> tuple[Array, Array]:
    return arguments["running_mean"], arguments["running_var"]


_SHAPES = ((1, -1, 1, 1), (-1, 1, 1), (1, -1))


def _mixed_as(a: Arguments, share: float, shape: tuple[int, ...], correction: int) -> Any:
    """Return the right statistics in another shape."""
    return tuple(each.reshape(shape) for each in _mixed(a, share, correction))


def _mixed_by(a: Arguments, share: float, fixed: float, correction: int) -> Any:
    """Mix by a share that is written down."""
    return _mixed(a, fixed, correction)


def _mixed_with_eps(a: Arguments, share: float, correction: int) -> Any:
    mean, var = statistics(a, correction)
    return mixed(a, share, mean, var + a.get("eps", 1e-5))


def _images(arguments: Arguments) -> float:
    n = len(arguments["x"])
    return n / (n - 1) if n > 1 else float("inf")


def _by_images(arguments: Arguments, by_hand: bool) -> Values | Raises | None:
    """Normalise by a variance that is corrected by the number of images; Python divides by 0."""
    if not arguments["training"]:
        return None
    if by_hand and len(arguments["x"]) == 1:
        return Raises("ZeroDivisionError")
    factor = _images(arguments)
    y = normalise(arguments, spread=lambda var, eps: (var * factor + eps).sqrt())
    return y, None, None


def _running_by_images(arguments: Arguments, by_hand: bool) -> Values | Raises | None:
    if not arguments["training"]:
        return None
    if by_hand and len(arguments["x"]) == 1:
        return Raises("ZeroDivisionError")
    mean, var = statistics(arguments, 0)
    share = arguments.get("momentum", 0.1)
    return None, *mixed(arguments, share, mean, var * _images(arguments))


_SHAPE = (
    "There is one number per channel, so the shape is (C,). Which axes did you sum over, and are "
    "they still there?"
)
_TWO_VARIANCES = (
    "PyTorch uses two variances of the batch: divided by n to normalise, divided by n - 1 to "
    "update running_var. Which of them does your code use where?"
)
_MODE = (
    "While training, the batch is normalised by its own mean and variance. At test time there may "
    "be a single image: then the running ones stand in."
)
_MOMENTUM = (
    "In PyTorch momentum is the share of the new batch: with 0.1, one tenth of the running value "
    "comes from this batch. Try momentum = 1: what should be left of the old value?"
)
_EPS = "eps keeps the root away from zero, so it belongs under the root, added to the variance."
_AXES = (
    "There is one mean and one variance a channel. Over which three axes of (N, C, H, W) do you "
    "average, so that exactly the channels are left?"
)
_UPDATE = "Running statistics change while training, and only then."
_GAMMA_BETA = "Last of all, every channel is scaled by its gamma and shifted by its beta."

FORWARD: tuple[Misconception, ...] = (
    *mistakes("the unbiased variance normalises", _TWO_VARIANCES, _training(correction=1)),
    *mistakes(
        "the biased variance goes into running_var",
        _TWO_VARIANCES,
        _running(lambda a, m: _mixed(a, m, 0)),
    ),
    *mistakes("running statistics are used in training", _MODE, _training(own=False)),
    *mistakes(
        "the batch's own statistics are used at test time",
        _MODE,
        lambda a: None if a["training"] else _y(a),
    ),
    *mistakes(
        "momentum is the wrong way round",
        _MOMENTUM,
        _running(lambda a, m: _mixed(a, 1 - m)),
        _running(lambda a, m: _mixed(a, 1 - m, 0)),
    ),
    *mistakes("the running statistics are not updated", _UPDATE, _running(_kept)),
    *mistakes(
        "the running statistics change at test time",
        _UPDATE,
        _running(_mixed, when=False),
        _running(lambda a, m: _mixed(a, m, 0), when=False),
    ),
    *mistakes(
        "the running statistics are replaced, not mixed",
        _MOMENTUM,
        _running(lambda a, m: _mixed(a, 1.0)),
        _running(lambda a, m: _mixed(a, 1.0, 0)),
    ),
    *mistakes(
        "running_var holds a standard deviation",
        "running_var is a mean of variances; the root is taken when it is used.",
        _running(lambda a, m: _mixed(a, m, 1, root=True)),
        _running(lambda a, m: _mixed(a, m, 0, root=True)),
    ),
    *mistakes(
        "eps stands outside the root",
        _EPS,
        lambda a: _y(a, own=a["training"], spread=lambda var, eps: var.sqrt() + eps),
    ),
    *mistakes(
        "eps is forgotten",
        _EPS,
        lambda a: _y(a, own=a["training"], spread=lambda var, eps: var.sqrt()),
    ),
    *mistakes(
        "x is divided by the variance",
        "After dividing, the batch should have variance 1. Dividing by what does that?",
        lambda a: _y(a, own=a["training"], spread=lambda var, eps: var + eps),
    ),
    *mistakes("every pixel has its own mean", _AXES, _training(axes=(0,))),
    *mistakes("every image has its own mean", _AXES, _training(axes=(2, 3))),
    *mistakes(
        "all channels share one mean",
        _AXES,
        _training(axes=(0, 1, 2, 3)),
        _training(axes=(1, 2, 3)),
    ),
    *mistakes(
        "momentum is always the same number",
        "momentum is an argument. Does your code use it, or a number that you wrote down?",
        *(
            _running(partial(_mixed_by, fixed=fixed, correction=c))
            for fixed in (0.1, 0.9)
            for c in (1, 0)
        ),
    ),
    *mistakes(
        "running_mean and running_var keep axes of length one",
        _SHAPE,
        *(
            _running(partial(_mixed_as, shape=shape, correction=c))
            for shape in _SHAPES
            for c in (1, 0)
        ),
    ),
    *mistakes(
        "eps goes into running_var",
        "eps only keeps the root away from zero. Which variance do you mix into running_var: with "
        "or without eps?",
        _running(partial(_mixed_with_eps, correction=1)),
        _running(partial(_mixed_with_eps, correction=0)),
    ),
    *mistakes(
        "the variance is corrected by the number of images",
        "n counts all numbers that the variance is taken over. How many are these per channel?",
        *(
            partial(mistake, by_hand=by_hand)
            for mistake in (_by_images, _running_by_images)
            for by_hand in (True, False)
        ),
    ),
    *mistakes("gamma is forgotten", _GAMMA_BETA, lambda a: _y(a, own=a["training"], scaled=False)),
    *mistakes("beta is forgotten", _GAMMA_BETA, lambda a: _y(a, own=a["training"], shifted=False)),
)


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
_SUMS = (
    "gamma[c] and beta[c] touch every pixel of channel c in every image, so their gradients add up "
    "over all of these: images, rows and columns."
)

BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "mean and variance are taken for constants",
        _WAYS,
        _gradient(dx=lambda a: gradient(a, through_mean=False, through_var=False)),
    ),
    *mistakes(
        "the way through the mean is missing",
        _WAYS,
        _gradient(dx=lambda a: gradient(a, through_mean=False)),
    ),
    *mistakes(
        "the way through the variance is missing",
        _WAYS,
        _gradient(dx=lambda a: gradient(a, through_var=False)),
    ),
    *mistakes(
        "gamma is forgotten",
        "y is gamma times the normalised x. So what is dx times?",
        _gradient(dx=lambda a: gradient(a, scaled=False)),
    ),
    *mistakes(
        "the unbiased variance normalises",
        _TWO_VARIANCES,
        _gradient(dx=lambda a: gradient(a, correction=1)),
        _dx(unbiased=True),
        _sums(dgamma=_unbiased_dgamma),
    ),
    *mistakes(
        "eps is forgotten",
        _EPS,
        _gradient(dx=lambda a: gradient(a, eps=0.0)),
        _dx(deviation=lambda var, eps: var.sqrt()),
        _dx(deviation=lambda var, eps: var.clamp(min=1e-300).sqrt()),
    ),
    *mistakes(
        "every pixel has its own mean", _AXES, _gradient(dx=lambda a: gradient(a, axes=(0,)))
    ),
    *mistakes(
        "every image has its own mean", _AXES, _gradient(dx=lambda a: gradient(a, axes=(2, 3)))
    ),
    *mistakes(
        "dgamma uses x as it came in",
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
        "dgamma and dbeta have each other's place",
        "The three results come in this order: dx, dgamma, dbeta.",
        _swapped,
    ),
    *mistakes(
        "dgamma and dbeta keep axes of length one",
        _SHAPE,
        *map(_kept_axes, _SHAPES),
    ),
    *mistakes(
        "eps is forgotten",
        _EPS,
        _normal_by(lambda var, eps: var.sqrt()),
        _normal_by(lambda var, eps: var.clamp(min=1e-300).sqrt()),
    ),
    *mistakes(
        "eps is always the same number",
        "eps is an argument. Does your code use it, or a number that you wrote down?",
        *(_gradient(dx=partial(gradient, eps=eps)) for eps in _EPSILONS),
        *(_normal_by(lambda var, eps, fixed=fixed: (var + fixed).sqrt()) for fixed in _EPSILONS),
    ),
    *mistakes(
        "eps stands outside the root",
        _EPS,
        _dx(deviation=lambda var, eps: var.sqrt() + eps),
        _normal_by(lambda var, eps: var.sqrt() + eps),
    ),
    *mistakes(
        "eps is subtracted",
        _EPS,
        _dx(deviation=lambda var, eps: (var - eps).sqrt()),
        _normal_by(lambda var, eps: (var - eps).sqrt()),
    ),
    *mistakes(
        "sums are divided by the number of images",
        "A mean over a channel goes over images, rows and columns. How many numbers are that?",
        _gradient(dx=lambda a: short_form(a, count=len(a["x"]))),
    ),
    *mistakes(
        "multiplied by the deviation, not divided",
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
        "mean and variance are taken for constants, and gamma is forgotten",
        _WAYS,
        _dx(combine=lambda g, s, dy, first, normal, second, n: dy / s),
    ),
    *mistakes(
        "the last term is not divided",
        "Which terms does the factor in front of the bracket reach? Count the parentheses.",
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
        "a factor of the variance's derivative is wrong",
        "The variance is a mean of squares, and the deviation its root. Which factors do the "
        "derivatives of the two have?",
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * (dy - first - 2 * normal * second)
            )
        ),
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * (dy - first - normal * second / 2)
            )
        ),
        _dx(
            combine=lambda g, s, dy, first, normal, second, n: (
                g / s * (dy - first + normal * second)
            )
        ),
    ),
    *mistakes(
        "the Jacobian is multiplied element by element",
        "Every pixel of a channel changes every output of that channel. How many gradients add up "
        "in one number of dx?",
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
        "beta is added and gamma multiplies. By what is dy multiplied in dbeta?",
        _sums(dbeta=lambda dy, normal: (dy * normal).sum((0, 2, 3))),
    ),
    *mistakes("dbeta is averaged", _SUMS, _sums(dbeta=lambda dy: dy.mean((0, 2, 3)))),
)
