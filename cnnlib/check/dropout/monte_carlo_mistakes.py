"""Typical mistakes in Monte Carlo dropout: what each computes, and a hint."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.dropout.monte_carlo_reference import ask
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.engine.devices import array, tensor


def _samples(
    formula: Callable[[Any], tuple[Any, Any]], take: Callable[[int], int] = lambda samples: samples
) -> Callable[[Arguments], Values]:
    """Return a mistake made with the right answers, given as (samples, N, K).

    `take` says for how many samples the model is asked.
    """

    def compute(arguments: Arguments) -> Values:
        asked, answers = ask({**arguments, "samples": take(arguments["samples"])})
        mean, std = formula(tensor(answers))
        return array(mean), array(std), asked

    return compute


def _certain(arguments: Arguments) -> Values:
    """Ask with dropout off: nothing is recorded, and nothing varies."""
    certain = {**arguments, "samples": 1, "noise": 0.0}
    asked, answers = ask(certain)
    return answers[0], np.zeros_like(answers[0]), asked[:0]


_ROOT = "The standard deviation is the root of the variance, and has the unit of the prediction."
_COUNT = "How often does your loop run, and how many predictions does it keep?"

MONTE_CARLO: tuple[Misconception, ...] = (
    *mistakes(
        "dropout is off",
        "Without dropout all predictions are the same and say nothing about uncertainty. What "
        "switches dropout on when the model is called?",
        _certain,
    ),
    *mistakes(
        "the model is called only once",
        "One prediction says nothing about how much predictions differ. Call the model again "
        "for every sample.",
        _samples(lambda y: (y[0], 0 * y[0]), take=lambda samples: 1),
    ),
    *mistakes(
        "one sample too few",
        _COUNT,
        _samples(lambda y: (y.mean(0), y.std(0, correction=0)), lambda n: n - 1),
    ),
    *mistakes(
        "one sample too many",
        _COUNT,
        _samples(lambda y: (y.mean(0), y.std(0, correction=0)), lambda n: n + 1),
    ),
    *mistakes(
        "the variance instead of the standard deviation",
        _ROOT,
        _samples(lambda y: (y.mean(0), y.var(0, correction=0))),
    ),
    *mistakes(
        "the deviation is divided by samples - 1",
        "The exercise asks for the spread of exactly these samples. What does np.std divide by?",
        _samples(lambda y: (y.mean(0), y.std(0, correction=1))),
    ),
    *mistakes(
        "the standard error of the mean instead of the standard deviation",
        "Divided by the root of the number of samples, it says how precisely the mean is known. "
        "The exercise asks how much single predictions differ, and that does not shrink with more "
        "samples.",
        _samples(lambda y: (y.mean(0), y.std(0, correction=0) / len(y) ** 0.5)),
    ),
    *mistakes(
        "the mean is not subtracted", _ROOT, _samples(lambda y: (y.mean(0), (y * y).mean(0).sqrt()))
    ),
    *mistakes(
        "the sum instead of the mean",
        "A mean is a sum divided by something.",
        _samples(lambda y: (y.sum(0), y.std(0, correction=0))),
    ),
    *mistakes(
        "mean and deviation are swapped",
        "Two results are returned, and the mean is the first.",
        _samples(lambda y: (y.std(0, correction=0), y.mean(0))),
    ),
)
