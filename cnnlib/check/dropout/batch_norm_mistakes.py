"""Typical mistakes in batch normalisation: what each computes, and a hint."""

from collections.abc import Callable
from typing import Any

from cnnlib.check.dropout.batch_norm_reference import (
    backward,
    gradient,
    mixed,
    normal_form,
    normalise,
    statistics,
)
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.engine.mistakes import Compute, formulas, results


def _y(arguments: Arguments, **changes: Any) -> Values:
    """Return a changed y; the running statistics are not spoken of."""
    return normalise(arguments, **changes), None, None


def _training(**changes: Any) -> Callable[[Arguments], Values | None]:
    """Return a change that is only made while training."""
    return lambda a: _y(a, **changes) if a["training"] else None


def _running(
    change: Callable[[Arguments, float], tuple[Array, Array]], when: bool = True
) -> Callable[[Arguments], Values | None]:
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
    ),
    *mistakes("eps is forgotten", _EPS, _gradient(dx=lambda a: gradient(a, eps=0.0))),
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
    *mistakes("dbeta is averaged", _SUMS, _sums(dbeta=lambda dy: dy.mean((0, 2, 3)))),
)
