"""The checks of a trained network: on digits that it learned, and on digits it never saw."""

from collections.abc import Callable

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Part, Result, Values, Which, exact

#: The shares of digits that must be right. LeNet-5 reaches about 0.96 on held-out ones.
OVERFITS, GENERALISES = 1.0, 0.92


def _labels(arguments: Arguments) -> Array:
    from cnnlib.data import digits

    return digits()[1][arguments["numbers"]]


def _case(rng: np.random.Generator, name: str, numbers: Array, noise: float) -> Case:
    """Return digits of the file by their numbers; noise makes them others than anybody's copy."""
    from cnnlib.data import digits

    images = digits()[0][numbers]
    noisy = np.clip(images + noise * rng.standard_normal(images.shape), 0, 1)
    return Case(name, {"images": noisy if noise else images, "numbers": numbers})


def _draw_learned(rng: np.random.Generator, which: Which) -> list[Case]:
    # Training takes numbers 0 to 3 of every six.
    numbers = np.flatnonzero(np.arange(1797) % 6 < 4)[:50]
    shuffled = rng.permutation(numbers)
    return [_case(rng, "the fifty digits", numbers if which == "visible" else shuffled, 0.0)]


def _draw_unseen(rng: np.random.Generator, which: Which) -> list[Case]:
    numbers = np.arange(5, 1797, 6)
    if which == "visible":
        return [_case(rng, "the test digits", numbers, 0.0)]
    return [_case(rng, "the test digits, a little noise", rng.permutation(numbers), 0.02)]


def _call(predict: Callable[..., Array], images: Array, numbers: Array) -> Array:
    """Give the images only."""
    return predict(images)


def _right(arguments: Arguments, device: str) -> Values:
    """Return logits that are certain of the true digits."""
    from cnnlib.check.engine.devices import array, tensor

    return array(tensor(np.eye(10), device)[_labels(arguments)])


def _share(enough: float) -> Callable[[Arguments, tuple[Array, ...]], tuple[Array, ...]]:
    """Return a view: the share of digits whose largest logit is the right one, up to enough."""

    def view(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
        (logits,) = values
        sure = np.isfinite(logits).all(axis=1)
        right = sure & (logits.argmax(axis=1) == _labels(arguments))
        return (np.asarray(min(enough, float(right.mean()))),)

    return view


def _predictions(
    name: str, title: str, judge: str, draw: Callable[..., list[Case]], enough: float
) -> Check:
    return Check(
        name=name,
        against=judge,
        parts={"basic": Part(title, draw)},
        reference=_right,
        tolerance=exact,
        misconceptions=(),
        results=(Result("logits", dtype="float"),),
        call=_call,
        settle=_share(enough),
    )


overfits = _predictions(
    "overfits", "fifty digits, all of them", "their true labels", _draw_learned, OVERFITS
)
generalises = _predictions(
    "generalises", "held-out digits, 92 %", "their true labels", _draw_unseen, GENERALISES
)
