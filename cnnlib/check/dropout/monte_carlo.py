"""The check of Monte Carlo dropout: many predictions of a random model, and their spread."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import (
    Check,
    Misconception,
    Part,
    Result,
    Tolerance,
    Values,
    Which,
    mistakes,
)


class Noisy:
    """A small network that is random while training; it keeps what it was asked and said.

    Its noise multiplies every hidden unit by a normal number around 1, as dropout multiplies by 0
    or a factor: so it tells nobody how to write dropout.
    """

    def __init__(self, w1: Array, w2: Array, noise: float, seed: int) -> None:
        self.w1, self.w2, self.noise = w1, w2, noise
        self.rng = np.random.default_rng(seed)
        self.rows = [np.zeros((0, len(w1) + w2.shape[1]), dtype=w1.dtype)]

    def __call__(self, x: Array, training: bool = False) -> Array:
        """Return the predictions (N, K) for x (N, D)."""
        hidden = np.maximum(x @ self.w1, 0)
        if training:
            hidden = hidden * self.rng.normal(1, self.noise, hidden.shape).astype(x.dtype)
        y: Array = hidden @ self.w2
        if training:
            self.rows.append(np.concatenate([x, y], axis=-1).reshape(-1, self.rows[0].shape[1]))
        return y

    @property
    def asked(self) -> Array:
        """Every row of x that came in while training, followed by what was predicted for it."""
        return np.concatenate(self.rows)


def _call(
    function: Callable[..., Any], x: Any, samples: int, w1: Any, w2: Any, noise: float, seed: int
) -> Any:
    """Give the function a model, and return what it asked the model as well."""
    model = Noisy(w1, w2, noise, seed)
    result = function(model, x, samples)
    if type(result) is not tuple or len(result) != 2:
        return result
    return (*result, model.asked)


def ask(arguments: Arguments) -> tuple[Array, Array]:
    """Return what a right solution asks, and the answers, of shape (samples, N, K)."""
    model = Noisy(*(arguments[name] for name in ("w1", "w2", "noise", "seed")))
    answers = [model(arguments["x"], training=True) for _ in range(arguments["samples"])]
    return model.asked, np.stack(answers)


def _reference(arguments: Arguments, device: str) -> Values:
    from cnnlib.check.engine.devices import array, tensor

    asked, answers = ask(arguments)
    y = tensor(answers, device)
    return array(y.mean(0)), array(y.std(0, correction=0)), asked


def _view(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return mean and deviation as they would be for the reference's draws, and counts.

    Rows may be asked in any order, and each order draws other noise. So every row is matched with
    the image that it is, and what is wrong is what differs from the row's own answers.
    """
    mean, std, asked = values
    x, (_, right) = arguments["x"].astype(np.float64), ask(arguments)
    depth = x.shape[1]
    which = ((asked[:, None, :depth] - x) ** 2).sum(2).argmin(1)
    counts = np.bincount(which, minlength=len(x))
    if (counts == arguments["samples"]).all():
        own = asked[np.argsort(which, kind="stable"), depth:].reshape(len(x), -1, mean.shape[1])
        mean = mean - own.mean(1) + right.mean(0)
        std = std - own.std(1) + right.std(0)
    return mean, std, counts


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding of sums over the samples, also of squares, and of the root at the end."""
    samples, epsilon = arguments["samples"], float(np.finfo(dtype).eps)
    answers = ask(arguments)[1].astype(np.float64)
    size = float(np.abs(answers).max())
    value = 4 * samples * epsilon * size
    if result == "std":
        squares = 4 * value * size
        least = float(answers.std(0).min())
        value = min(np.sqrt(squares), squares / least if least else np.inf)
    return Tolerance(
        value if result != "rows asked" else 0.0,
        f"{samples} samples · {epsilon:.1e} ({dtype} rounding) · the largest prediction, "
        f"{size:.3g}, and squares and roots",
    )


def _samples(
    formula: Callable[[Any], tuple[Any, Any]], take: Callable[[int], int] = lambda samples: samples
) -> Callable[[Arguments], Values]:
    """Return a mistake made with the right answers, given as (samples, N, K).

    `take` says for how many samples the model is asked.
    """

    def compute(arguments: Arguments) -> Values:
        from cnnlib.check.engine.devices import array, tensor

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

_MISTAKES: tuple[Misconception, ...] = (
    *mistakes(
        "dropout is off",
        "Without dropout every prediction is the same, and nothing can be said about doubt. What "
        "turns it on when the model is called?",
        _certain,
    ),
    *mistakes(
        "the model is asked only once",
        "One draw says nothing about how much draws differ. Call the model again for every sample.",
        _samples(lambda y: (y[0], 0 * y[0]), take=lambda samples: 1),
    ),
    *mistakes("one sample too few", _COUNT,
              _samples(lambda y: (y.mean(0), y.std(0, correction=0)), lambda n: n - 1)),
    *mistakes("one sample too many", _COUNT,
              _samples(lambda y: (y.mean(0), y.std(0, correction=0)), lambda n: n + 1)),
    *mistakes("this is the variance", _ROOT,
              _samples(lambda y: (y.mean(0), y.var(0, correction=0)))),
    *mistakes(
        "the deviation is divided by samples - 1",
        "Here the spread of exactly these samples is wanted. Divide by their number, as NumPy "
        "does.",
        _samples(lambda y: (y.mean(0), y.std(0, correction=1))),
    ),
    *mistakes(
        "this is the error of the mean",
        "Divided by the root of the number of samples it tells how well the mean is known. Wanted "
        "is how much single predictions differ; that does not shrink with more samples.",
        _samples(lambda y: (y.mean(0), y.std(0, correction=0) / len(y) ** 0.5)),
    ),
    *mistakes("the mean is not taken off", _ROOT,
              _samples(lambda y: (y.mean(0), (y * y).mean(0).sqrt()))),
    *mistakes("the sum is returned for the mean", "A mean is a sum divided by something.",
              _samples(lambda y: (y.sum(0), y.std(0, correction=0)))),
    *mistakes("mean and deviation have each other's place",
              "Two results are returned, and the mean is the first.",
              _samples(lambda y: (y.std(0, correction=0), y.mean(0)))),
)  # fmt: skip


def _case(rng: np.random.Generator, name: str, images: int, samples: int, dtype: str) -> Case:
    features, hidden, classes = (int(size) for size in rng.integers(2, 7, size=3))
    positional = {
        # Positive, so that no hidden unit is switched off and every prediction varies.
        "x": rng.uniform(0.5, 2, (images, features)).astype(dtype),
        "samples": samples,
        "w1": rng.uniform(0.2, 1, (features, hidden)).astype(dtype),
        "w2": rng.standard_normal((hidden, classes)).astype(dtype),
        "noise": float(rng.uniform(0.4, 1)),
        "seed": int(rng.integers(2**31)),
    }
    return Case(name, positional)


def _draw(rng: np.random.Generator, which: Which) -> list[Case]:
    cases = [
        _case(rng, "one image, ten samples", 1, 10, "float64"),
        _case(rng, "four images, twenty samples", 4, 20, "float64"),
        _case(rng, "as many samples as images", 5, 5, "float64"),
        _case(rng, "float32", 3, 8, "float32"),
    ]
    if which == "hidden":
        images, samples = (int(n) for n in rng.integers(2, 9, size=2))
        cases.append(_case(rng, "random sizes", images, samples, "float64"))
    return cases


mc_dropout_predict = Check(
    name="mc_dropout_predict",
    against="torch.mean and torch.std",
    parts={"basic": Part("mean and deviation", _draw)},
    reference=_reference,
    tolerance=_tolerance,
    misconceptions=_MISTAKES,
    results=(Result("mean"), Result("std"), Result("rows asked", added=True)),
    call=_call,
    settle=_view,
)
