"""Typical mistakes in cross-entropy and its gradient: what each computes, and a hint."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Raises, mistakes
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.engine.mistakes import formulas, raising
from cnnlib.check.lenet import layers_reference as reference


def _entropy(**wrong: Callable[..., Any]) -> Callable[[Arguments], Any]:
    """Return a mistake in the loss or its gradient: formulas of logits z and one-hot labels t."""
    made = formulas("loss", "dlogits")(**wrong)

    def compute(arguments: Arguments) -> Any:
        logits, labels = arguments["logits"], arguments["labels"]
        return made({"z": logits, "t": np.eye(logits.shape[1])[labels]})

    return compute


#: exp(-x) is 0, and exp(x) infinite, from about this x on; in float32 much earlier.
_FAR = 700


def _raises(when: Callable[[Any], Any], like: str) -> Callable[[Arguments], Any]:
    """Return a mistake that NumPy warns of, and the check raises, for some logits."""
    return raising(lambda a: bool(when(a["logits"]).any()), like, reference.cross_entropy)


def _below_own(z: Any) -> Any:
    """Return where a logit is far below the largest of its example."""
    return z.max(axis=1, keepdims=True) - z > _FAR


def _below_all(z: Any) -> Any:
    """Return which examples are far below the largest logit of the batch."""
    return z.max() - z.max(axis=1) > _FAR


#: What people add to a probability, or take at least, so that its logarithm exists.
_FLOORS = (1e-12, 1e-10, 1e-8, 1e-7, 1e-9, 1e-15, 1e-16, 1e-6, 1e-5, 1e-20, 1e-300)


def _floored(z: Any, t: Any, how: str, floor: float) -> Any:
    p = z.softmax(1)
    limited = {"add": p + floor, "clip": p.clamp(min=floor), "clip both": p.clamp(floor, 1 - floor)}
    return -(t * limited[how].log()).sum(1).mean()


def _shifted(z: Any, axis: int) -> Any:
    """Return logarithms of softmax with the maximum of each row and a sum along another axis."""
    low = z - z.amax(1, True)
    return low - low.exp().sum(axis, keepdim=True).log()


def _labels_by_class(arguments: Arguments) -> Any:
    logits, labels = arguments["logits"], arguments["labels"]
    n, classes = logits.shape
    if classes > n:
        return Raises("IndexError")
    right = np.asarray(labels[:classes] == np.arange(classes), dtype=float)
    return None, array((tensor(logits).softmax(1) - tensor(right)) / n)


_MEAN = "The loss is the average over the batch. What does that do to each example's gradient?"
CROSS_ENTROPY: tuple[Misconception, ...] = (
    *mistakes(
        "loss and gradient are sums over the batch",
        _MEAN,
        _entropy(
            loss=lambda z, t: -(t * z.log_softmax(1)).sum(), dlogits=lambda z, t: z.softmax(1) - t
        ),
    ),
    *mistakes(
        "the gradient is not divided by the batch size",
        _MEAN,
        _entropy(dlogits=lambda z, t: z.softmax(1) - t),
    ),
    *mistakes(
        "the loss is a sum over the batch",
        "The loss is the average over the batch. How many numbers is it the average of?",
        _entropy(loss=lambda z, t: -(t * z.log_softmax(1)).sum()),
    ),
    *mistakes(
        "the averages also run over the classes",
        "Each example has one loss. Divide by the number of examples only.",
        _entropy(loss=lambda z, t: -(t * z.log_softmax(1)).mean()),
        _entropy(dlogits=lambda z, t: (z.softmax(1) - t) / t.numel()),
    ),
    *mistakes(
        "1 is not subtracted at the right class",
        "At the right class the gradient is negative: a larger logit there makes the loss smaller.",
        _entropy(dlogits=lambda z, t: z.softmax(1) / len(z)),
        _entropy(dlogits=lambda z, t: z.softmax(1)),
    ),
    *mistakes(
        "the gradient's sign is wrong",
        "Gradients point uphill: a larger logit at the right class makes the loss smaller.",
        _entropy(dlogits=lambda z, t: (t - z.softmax(1)) / len(z)),
        _entropy(dlogits=lambda z, t: t - z.softmax(1)),
    ),
    *mistakes(
        "the loss's sign is wrong",
        "The logarithm of a probability is negative.",
        _entropy(loss=lambda z, t: (t * z.log_softmax(1)).sum(1).mean()),
    ),
    *mistakes(
        "softmax runs over the batch, not over the classes",
        "The probabilities of one example add up to 1, over its classes. Which axis is that?",
        _entropy(loss=lambda z, t: -(t * z.log_softmax(0)).sum(1).mean()),
        _entropy(dlogits=lambda z, t: (z.softmax(0) - t) / len(z)),
    ),
    *mistakes(
        "the logarithm is taken of a probability that is 0",
        "A probability can be so small that it is rounded to 0, and log 0 is minus infinity. Can "
        "the logarithm of softmax be written without dividing first?",
        _raises(_below_own, "divide by zero encountered in log"),
    ),
    *mistakes(
        "the maximum is not subtracted",
        "exp(1000) is larger than any float. What changes in softmax if the same number is "
        "subtracted from all logits of an example?",
        _raises(lambda z: np.abs(z) > _FAR, "overflow|invalid value|divide by zero"),
    ),
    *mistakes(
        "the maximum of the whole batch is subtracted",
        "Each example has its own largest logit. What is left of an example whose logits are all "
        "far below the batch's maximum?",
        _raises(_below_all, "invalid value|divide by zero"),
    ),
    *mistakes(
        "a small constant is added to the probability",
        "With 1e-12 inside the logarithm, the loss can never exceed 28. How large is it for logits "
        "in the thousands? Can the logarithm of softmax be written without dividing first?",
        *(_entropy(loss=partial(_floored, how=how, floor=floor))
          for how in ("add", "clip", "clip both") for floor in _FLOORS),
    ),
    *mistakes(
        "log10 instead of the natural logarithm",
        "np.log is the natural logarithm. Which one do you use?",
        _entropy(loss=lambda z, t: -(t * z.log_softmax(1)).sum(1).mean() / math.log(10)),
        _entropy(loss=lambda z, t: (
            (z.logsumexp(1) - z.amax(1)) / math.log(10) - (t * (z - z.amax(1, True))).sum(1)
        ).mean()),
    ),
    *mistakes(
        "the exponential of the right logit is subtracted, not the logit",
        "log(exp(z) / sum) is z minus the logarithm of the sum. What do you subtract?",
        _entropy(loss=lambda z, t: (
            z.logsumexp(1) - z.amax(1) - (t * (z - z.amax(1, True)).exp()).sum(1)
        ).mean()),
        _entropy(loss=lambda z, t: (
            z.logsumexp(1) - z.amax(1) - (t * (z - z.amax(1, True)).exp()).sum(1)
        ).sum()),
    ),
    *mistakes(
        "labels are indexed by class, not by example",
        "labels[n] belongs to example n. Which index does your code use?",
        _labels_by_class,
    ),
    *mistakes(
        "the gradient at the right class counts twice",
        "At the right class the gradient is p - 1, once. Is something added there before or "
        "afterwards?",
        _entropy(dlogits=lambda z, t: (z.softmax(1) * (1 + t) - t) / len(z)),
        _entropy(dlogits=lambda z, t: z.softmax(1) * (1 + t) - t),
        _entropy(dlogits=lambda z, t: (z.softmax(1) - 2 * t) / len(z)),
    ),
    *mistakes(
        "softmax divides by a sum over the batch",
        "The probabilities of one example add up to 1, over its classes. Which axis is that?",
        _entropy(
            loss=lambda z, t: -(t * _shifted(z, 0)).sum(1).mean(),
            dlogits=lambda z, t: (_shifted(z, 0).exp() - t) / len(z),
        ),
    ),
)  # fmt: skip
