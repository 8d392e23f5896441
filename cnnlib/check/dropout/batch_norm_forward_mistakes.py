"""Typical mistakes in batch normalisation forward: what each computes, and a hint."""

from collections.abc import Callable
from functools import partial
from typing import Any

from cnnlib.check.dropout.batch_norm_reference import (
    mixed,
    normalise,
    statistics,
)
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, Raises, Values, mistakes
from cnnlib.check.engine.mistakes import Compute


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


SHAPES = ((1, -1, 1, 1), (-1, 1, 1), (1, -1))


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


SHAPE = (
    "There is one number per channel, so the shape is (C,). Which axes did you sum over, and are "
    "they still there?"
)
TWO_VARIANCES = (
    "PyTorch uses two variances of the batch: divided by n to normalise, divided by n - 1 to "
    "update running_var. Which of them does your code use in each place?"
)
_MODE = (
    "During training, the batch is normalised by its own mean and variance. At test time there may "
    "be a single image: then the running statistics are used instead."
)
_MOMENTUM = (
    "In PyTorch, momentum is the weight of the new batch: with 0.1, one tenth of the running value "
    "comes from this batch. Try momentum = 1: what should be left of the old value?"
)
EPS = (
    "eps keeps the square root away from zero, so it is added to the variance, under the root. "
    "Where is it in your code?"
)
AXES = (
    "There is one mean and one variance per channel. Over which three axes of (N, C, H, W) do "
    "you average, so that only the channels remain?"
)
_UPDATE = "Running statistics change during training, and only then."
_GAMMA_BETA = "Last of all, every channel is scaled by its gamma and shifted by its beta."

FORWARD: tuple[Misconception, ...] = (
    *mistakes("the unbiased variance is used to normalise", TWO_VARIANCES, _training(correction=1)),
    *mistakes(
        "the biased variance goes into running_var",
        TWO_VARIANCES,
        _running(lambda a, m: _mixed(a, m, 0)),
    ),
    *mistakes("running statistics are used in training", _MODE, _training(own=False)),
    *mistakes(
        "the batch's own statistics are used at test time",
        _MODE,
        lambda a: None if a["training"] else _y(a),
    ),
    *mistakes(
        "momentum is used the wrong way round",
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
        "eps is added outside the square root",
        EPS,
        lambda a: _y(a, own=a["training"], spread=lambda var, eps: var.sqrt() + eps),
    ),
    *mistakes(
        "eps is forgotten",
        EPS,
        lambda a: _y(a, own=a["training"], spread=lambda var, eps: var.sqrt()),
    ),
    *mistakes(
        "x is divided by the variance",
        "After dividing, the batch should have variance 1. What do you have to divide by for that?",
        lambda a: _y(a, own=a["training"], spread=lambda var, eps: var + eps),
    ),
    *mistakes("every pixel has its own mean", AXES, _training(axes=(0,))),
    *mistakes("every image has its own mean", AXES, _training(axes=(2, 3))),
    *mistakes(
        "all channels share one mean",
        AXES,
        _training(axes=(0, 1, 2, 3)),
        _training(axes=(1, 2, 3)),
    ),
    *mistakes(
        "momentum is always the same number",
        "momentum is an argument. Does your code use it or a fixed number?",
        *(
            _running(partial(_mixed_by, fixed=fixed, correction=c))
            for fixed in (0.1, 0.9)
            for c in (1, 0)
        ),
    ),
    *mistakes(
        "running_mean and running_var keep axes of length one",
        SHAPE,
        *(
            _running(partial(_mixed_as, shape=shape, correction=c))
            for shape in SHAPES
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
        "the variance is corrected with the number of images",
        "n is the number of values that the variance is computed from. How many are there per "
        "channel?",
        *(
            partial(mistake, by_hand=by_hand)
            for mistake in (_by_images, _running_by_images)
            for by_hand in (True, False)
        ),
    ),
    *mistakes("gamma is forgotten", _GAMMA_BETA, lambda a: _y(a, own=a["training"], scaled=False)),
    *mistakes("beta is forgotten", _GAMMA_BETA, lambda a: _y(a, own=a["training"], shifted=False)),
)
