"""Typical mistakes in dropout: what each computes, and a hint.

Masks are random: what a mistake draws is not what a student's same mistake draws. Only what the
check's view makes of both is compared.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.dropout.dropout_reference import forward, kept
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Raises, Values, mistakes
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.engine.mistakes import Compute, formulas


def _dropout(change: Callable[..., tuple[Any, ...] | None]) -> Callable[[Arguments], Values | None]:
    """Return what gets `x, p, training` and three 0-1 masks as PyTorch draws them, as tensors."""

    def compute(arguments: Arguments) -> Values | None:
        x, p, training = (arguments[name] for name in ("x", "p", "training"))
        first, again, other = (kept(x.shape, p, seed) for seed in (1, 2, 3))
        found = change(tensor(x), p, training, first, again, other)
        return None if found is None else tuple(map(array, found))

    return compute


def _masks(y: Any, first: Any, again: Any, repeat: Any | None = None) -> tuple[Any, ...]:
    return y, first, again, first if repeat is None else repeat


def _training_only(change: Callable[..., Any]) -> Callable[..., Any]:
    """Leave test time as it should be: x itself, and a mask of ones."""

    def changed(x: Any, p: float, training: bool, *masks: Any) -> Any:
        if training:
            return change(x, p, *masks)
        return _masks(x, 0 * x + 1, 0 * x + 1)

    return changed


def _shrunk(axes: tuple[int, ...]) -> Callable[..., Any]:
    """Draw one number for all along some axes, counted from the first."""

    def change(x: Any, p: float, first: Any, again: Any, other: Any) -> Any:
        if x.dim() < 4:
            return None
        # A cut mask, repeated; its share of zeros is left to chance, as the student's is.
        cut = tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(x.dim()))
        one, two = ((mask[cut] + 0 * x) / (1 - p) for mask in (first, again))
        return _masks(x * one, one, two)

    return change


def _kept_by_p(x: Any, p: float, first: Any, again: Any, other: Any) -> Any:
    """Keep with probability p: the other elements, scaled by 1 / p."""
    if p in (0.0, 1.0):
        return None
    one, two = ((1 - mask) / p for mask in (first, again))
    return _masks(x * one, one, two)


def _kept_by_p_mask_unscaled(x: Any, p: float, first: Any, again: Any, other: Any) -> Any:
    """Keep with probability p and scale y, but not the mask."""
    if p in (0.0, 1.0):
        return None
    one, two = 1 - first, 1 - again
    return _masks(x * one / p, one, two)


#: What is kept is multiplied by one of these.
_SCALES: tuple[Callable[[float], float], ...] = (
    lambda p: 1 / (1 - p),
    lambda p: 1.0,
    lambda p: 1 / p if p else 1.0,
)


def _drawn(
    dropped: Callable[[float], float], scale: Callable[[float], float]
) -> Callable[..., Any]:
    """Drop another share than p; what is kept is multiplied by a scale."""

    def compute(arguments: Arguments) -> Values | None:
        x, p = arguments["x"], arguments["p"]
        if not arguments["training"]:
            return None
        one, two = (kept(x.shape, dropped(p), seed) * scale(p) for seed in (1, 2))
        return tuple(map(array, _masks(tensor(x) * one, one, two)))

    return compute


def _normal(p: float) -> float:
    """Return how often a number from a normal distribution is below p."""
    return 0.5 * (1 + math.erf(p / math.sqrt(2)))


def _fixed_axes(arguments: Arguments) -> Values | Raises | None:
    """Draw a mask whose shape is right for (N, F) only."""
    if arguments["x"].ndim == 1:
        return Raises("IndexError|not enough values|broadcast")
    # What NumPy makes of such a mask with other axes has many forms.
    return None if arguments["training"] else forward(arguments)


_SCALE = (
    "On average y should equal x. If a fraction p is dropped, what must the rest be multiplied by "
    "so that the expected sum stays the same? The mask holds that factor, too."
)
_TEST = (
    "The original dropout scaled at test time. Here it is inverted: all scaling happens during "
    "training. What is left to do at test time?"
)
_KEEP = "p is the fraction that is dropped. Try p = 0.1: do most numbers survive?"
_EACH = (
    "Every element is dropped or kept independently of the others. What shape do your random "
    "numbers have?"
)
_RNG = (
    "Draw the mask with rng, the generator that is passed in, so that the same seed gives the same "
    "mask."
)

FORWARD: tuple[Misconception, ...] = (
    *mistakes(
        "the kept elements are not scaled",
        _SCALE,
        _dropout(_training_only(lambda x, p, one, two, other: _masks(x * one, one, two))),
    ),
    *mistakes(
        "the kept elements are scaled by the wrong factor",
        _SCALE,
        _dropout(
            _training_only(
                lambda x, p, one, two, other: _masks(
                    x * one * (1 - p), one * (1 - p), two * (1 - p)
                )
            )
        ),
        _dropout(
            _training_only(
                lambda x, p, one, two, other: _masks(x * one / p, one / p, two / p) if p else None
            )
        ),
    ),
    *mistakes(
        "the mask does not hold the scale",
        "y is right, but backward gets only dy and the mask. It needs the factor as well.",
        _dropout(_training_only(lambda x, p, one, two, other: _masks(x * one / (1 - p), one, two))),
    ),
    *mistakes(
        "y is scaled at test time",
        _TEST,
        _dropout(
            lambda x, p, training, first, again, other: (
                None if training else _masks(x * (1 - p), 0 * x + 1, 0 * x + 1)
            )
        ),
        _dropout(
            lambda x, p, training, first, again, other: (
                None if training else _masks(x / (1 - p), 0 * x + 1, 0 * x + 1)
            )
        ),
    ),
    *mistakes(
        "elements are dropped at test time, too",
        _TEST,
        _dropout(
            lambda x, p, training, first, again, other: (
                None if training else _masks(x * first / (1 - p), first / (1 - p), again / (1 - p))
            )
        ),
    ),
    *mistakes(
        "nothing is dropped during training",
        "Print your mask for p = 0.5: which elements does your comparison drop? And for which "
        "value of training?",
        _dropout(_training_only(lambda x, p, one, two, other: _masks(x, 0 * x + 1, 0 * x + 1))),
    ),
    *mistakes(
        "p is used as the fraction that is kept",
        _KEEP,
        _dropout(_training_only(_kept_by_p)),
        _drawn(lambda p: 1 - p, lambda p: 1.0),
        _drawn(lambda p: 1 - p, lambda p: 1 / (1 - p)),
        _dropout(_training_only(_kept_by_p_mask_unscaled)),
    ),
    *mistakes(
        "the random numbers are not uniform",
        "To drop a fraction p, compare with numbers that are spread evenly between 0 and 1. "
        "Which numbers does your generator draw?",
        *(_drawn(_normal, scale) for scale in _SCALES),
        *(_drawn(lambda p: 1 - _normal(p), scale) for scale in _SCALES),
    ),
    *mistakes(
        "the fraction that is dropped does not depend on p",
        "p is an argument. Does your comparison use it?",
        _drawn(lambda p: 0.5, lambda p: 1 / (1 - p)),
        _drawn(lambda p: 0.5, lambda p: 1.0),
        _drawn(lambda p: 0.5, lambda p: 2.0),
    ),
    *mistakes(
        "the mask is drawn for a fixed number of axes",
        "x may be one row of numbers, a batch of features or a batch of images. What is the "
        "shape of your random numbers?",
        _fixed_axes,
    ),
    *mistakes("all images share one mask", _EACH, _dropout(_training_only(_shrunk((0,))))),
    *mistakes(
        "several pixels or channels share one draw",
        _EACH,
        *(
            _dropout(_training_only(_shrunk(axes)))
            for axes in ((1,), (2,), (3,), (2, 3), (0, 2, 3), (1, 2, 3))
        ),
    ),
    *mistakes(
        "every call drops the same elements",
        "Every training step must drop different elements. Does your code make a new generator in "
        "every call?",
        _dropout(
            _training_only(
                lambda x, p, one, two, other: _masks(
                    x * one / (1 - p), one / (1 - p), one / (1 - p)
                )
            )
        ),
    ),
    *mistakes(
        "the generator is not used",
        _RNG,
        _dropout(
            _training_only(
                lambda x, p, one, two, other: _masks(
                    x * one / (1 - p), one / (1 - p), two / (1 - p), other / (1 - p)
                )
            )
        ),
    ),
)


def _dx(wrong: Callable[..., Any]) -> Compute:
    """Return a wrong dx, from dy and the mask, that is the same in another call."""
    return formulas("dx", "again")(dx=wrong, again=wrong)


BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "backward draws a new mask",
        "What was dropped on the way forward had no influence, so its gradient is zero. Only the "
        "mask from that forward pass says which elements these were.",
        # The numbers are chance; that two calls differ is not.
        lambda a: (None, np.array(1.0)) if (a["mask"] == 0).any() else None,
    ),
    *mistakes(
        "the mask is not used",
        "What was dropped gets no gradient. Where does your code use the mask?",
        _dx(lambda dy: dy),
    ),
    *mistakes(
        "the scale is lost",
        "The mask holds 0 or a factor. The forward pass multiplied by that factor: what must the "
        "backward pass do?",
        _dx(lambda dy, mask: dy * (mask > 0)),
    ),
    *mistakes(
        "the scale is guessed from the fraction of zeros",
        "The mask holds the factor. The fraction of zeros is only close to p.",
        _dx(lambda dy, mask: dy * (mask > 0) / (mask > 0).double().mean()),
    ),
    *mistakes(
        "the gradient is scaled twice",
        "The mask already holds the scale.",
        _dx(lambda dy, mask: dy * mask * mask),
    ),
    *mistakes(
        "the gradient goes to the dropped elements",
        "Where the mask is 0, x had no influence on y.",
        _dx(lambda dy, mask: dy * (mask == 0)),
        _dx(lambda dy, mask: dy * (mask == 0) * mask.max()),
        _dx(lambda dy, mask: dy * (1 - mask)),
    ),
    *mistakes(
        "dy is left out",
        "Backward multiplies the incoming gradient by the mask. Where is dy in your code?",
        _dx(lambda mask: mask),
    ),
)
