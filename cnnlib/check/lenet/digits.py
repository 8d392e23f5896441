"""The checks of a trained network: on digits that it learned, and on digits it never saw."""

import math
from collections.abc import Callable

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Part, Result, Values, Which, exact
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.lenet.calls import call_predict
from cnnlib.data import SPLITS, Split, digits

#: The shares of digits that must be right. LeNet-5 reaches about 0.96 on held-out ones.
OVERFITS, GENERALISES = 1.0, 0.92


def _numbers(split: Split) -> Array:
    """Return the numbers of a split's digits in the file."""
    period = sum(map(len, SPLITS.values()))
    return np.flatnonzero(np.isin(np.arange(len(digits()[1])) % period, SPLITS[split]))


def _labels(arguments: Arguments) -> Array:
    return digits()[1][arguments["numbers"]]


def _case(rng: np.random.Generator, name: str, numbers: Array, noise: float) -> Case:
    """Return digits of the file by their numbers; noise makes them differ from any copy."""
    images = digits()[0][numbers]
    noisy = np.clip(images + noise * rng.standard_normal(images.shape), 0, 1)
    return Case(name, {"images": noisy if noise else images, "numbers": numbers})


def _draw_learned(rng: np.random.Generator, which: Which) -> list[Case]:
    numbers = _numbers("train")[:50]
    shuffled = rng.permutation(numbers)
    return [_case(rng, "the fifty digits", numbers if which == "visible" else shuffled, 0.0)]


def _draw_unseen(rng: np.random.Generator, which: Which) -> list[Case]:
    numbers = _numbers("test")
    if which == "visible":
        return [_case(rng, "the test digits", numbers, 0.0)]
    return [_case(rng, "the test digits, a little noise", rng.permutation(numbers), 0.02)]


def _right(arguments: Arguments, device: str) -> Values:
    """Return logits that are certain of the true digits."""
    return array(tensor(np.eye(10), device)[_labels(arguments)])


def _share(enough: float) -> Callable[[Arguments, tuple[Array, ...]], tuple[Array, ...]]:
    """Return a view: the share of digits whose largest logit is the right one, up to enough."""

    def view(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
        (logits,) = values
        sure = np.isfinite(logits).all(axis=1)
        right = sure & (logits.argmax(axis=1) == _labels(arguments))
        return (np.asarray(min(enough, float(right.mean()))),)

    return view


def _says(arguments: Arguments, result: str, got: Array, expected: Array) -> str:
    """Say how many digits are right: a share of them, rounded, could look like enough."""
    total = len(arguments["numbers"])
    enough = math.ceil(float(expected) * total - 1e-9)
    return f"{round(float(got) * total)} of {total} digits are right; expected at least {enough}"


def _predictions(name: str, title: str, draw: Callable[..., list[Case]], enough: float) -> Check:
    return Check(
        name=name,
        against="the true labels",
        parts={"basic": Part(title, draw)},
        reference=_right,
        tolerance=exact,
        misconceptions=(),
        results=(Result("logits", dtype="float"),),
        call=call_predict,
        settle=_share(enough),
        says=_says,
    )


overfits = _predictions("overfits", "fifty digits, all of them", _draw_learned, OVERFITS)
generalises = _predictions("generalises", "held-out digits, 92 %", _draw_unseen, GENERALISES)
