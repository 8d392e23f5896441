"""The check of Monte Carlo dropout: many predictions of a random model, and their spread."""

from typing import Any

import numpy as np

from cnnlib.check.dropout.calls import call_predict
from cnnlib.check.dropout.monte_carlo_mistakes import MONTE_CARLO
from cnnlib.check.dropout.monte_carlo_reference import ask, predict
from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Part, Result, Tolerance, Which

#: What is added to what the function returns.
ASKED = "number of predictions for each image"


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
        value if result != ASKED else 0.0,
        f"{samples} samples · {epsilon:.1e} ({dtype} rounding) · the largest prediction, "
        f"{size:.3g}, and squares and roots",
    )


def _says(arguments: Arguments, result: str, got: Array, expected: Array) -> str:
    """Say in words how often the model was asked."""
    if result != ASKED:
        return ""
    few, many = int(got.min()), int(got.max())
    times = f"{few}" if few == many else f"{few} to {many}"
    return (
        f"the model is asked {times} times for each image; expected {arguments['samples']}, once "
        "for each sample"
    )


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
    reference=predict,
    tolerance=_tolerance,
    misconceptions=MONTE_CARLO,
    results=(Result("mean"), Result("std"), Result(ASKED, added=True)),
    says=_says,
    call=call_predict,
    settle=_view,
)
