"""The checks of batch normalisation, forward and backward."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.check.dropout.batch_norm_backward_mistakes import BACKWARD
from cnnlib.check.dropout.batch_norm_forward_mistakes import FORWARD
from cnnlib.check.dropout.batch_norm_reference import backward, forward
from cnnlib.check.engine.case import Arguments, Array, Case, Layout
from cnnlib.check.engine.check import Check, Part, Result, Tolerance
from cnnlib.check.engine.drawing import drawing
from cnnlib.check.engine.rounding import rounding


@dataclass(frozen=True)
class Batch:
    """What the arrays of one case look like; settings at None are left at their default."""

    name: str
    shape: tuple[int, int, int, int]
    momentum: float | None = None
    eps: float | None = None
    dtype: str = "float64"
    layout: Layout = "plain"
    flat: bool = False

    def x(self, rng: np.random.Generator) -> Array:
        """Draw images whose channels have different means and variances; one may be flat."""
        channels = self.shape[1]
        mean, spread = rng.uniform(-1, 1, channels), rng.uniform(0.5, 1.5, channels)
        x = rng.standard_normal(self.shape) * spread[:, None, None] + mean[:, None, None]
        if self.flat:
            x[:, -1] = 0.5
        return x.astype(self.dtype)

    def channels(self, rng: np.random.Generator, low: float, high: float) -> Array:
        """Draw one number per channel."""
        return rng.uniform(low, high, self.shape[1]).astype(self.dtype)

    def settings(self, *names: str) -> dict[str, Any]:
        """Return the settings that are passed."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


BATCHES = (
    Batch("three images of two channels", (3, 2, 4, 5)),
    Batch("one image, large eps", (1, 3, 4, 3), eps=0.1),
    Batch("one channel, momentum 0.4", (4, 1, 3, 5), momentum=0.4),
    Batch("one pixel per image, eps 0.01", (6, 2, 1, 1), momentum=0.25, eps=0.01),
    Batch("as many rows and columns as channels, read-only", (2, 3, 3, 3), layout="read-only"),
    Batch("a channel whose pixels are all equal", (2, 2, 3, 2), flat=True),
    Batch("float32, sliced arrays", (2, 2, 3, 4), momentum=0.7, eps=0.01,
          dtype="float32", layout="sliced"),
)  # fmt: skip


def _spread(rng: np.random.Generator) -> Batch:
    n, c, h, w = (int(size) for size in rng.integers([2, 1, 1, 2], [5, 5, 5, 6]))
    momentum, eps = float(rng.uniform(0.05, 0.4)), float(10 ** rng.uniform(-4, -1))
    return Batch("a random batch", (n, c, h, w), momentum, eps)


def _forward_case(training: bool) -> Callable[[Batch, np.random.Generator], Case]:
    def make(batch: Batch, rng: np.random.Generator) -> Case:
        positional = {
            "x": batch.x(rng),
            "gamma": batch.channels(rng, 0.5, 1.5),
            "beta": batch.channels(rng, -1, 1),
            "running_mean": batch.channels(rng, -1, 1),
            "running_var": batch.channels(rng, 0.5, 2),
            "training": training,
        }
        return Case(batch.name, positional, batch.settings("momentum", "eps"), batch.layout)

    return make


def _backward_case(batch: Batch, rng: np.random.Generator) -> Case:
    dy = rng.standard_normal(batch.shape).astype(batch.dtype)
    positional = {"dy": dy, "x": batch.x(rng), "gamma": batch.channels(rng, 0.5, 1.5)}
    return Case(batch.name, positional, batch.settings("eps"), batch.layout)


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of any order of summation, to first order, and double it.

    In units of n terms times the dtype's rounding: a mean of numbers up to X is off by X; a
    variance, also where it is made as the mean of squares less the square of the mean, by 4 X².
    Dividing by s = √(var + eps) makes that r = X / s and 2 z r² in the normalised x, which is z at
    most; from there it goes into the other results.
    """
    x, n = arguments["x"].astype(np.float64), arguments["x"].size // arguments["x"].shape[1]
    size = float(np.max(_sizes({**arguments, "x": x}, n)[result]))
    what = "size of the numbers, after dividing by the deviation"
    return rounding(dtype, size, what, terms=n)


def _sizes(a: Arguments, n: int) -> dict[str, Any]:
    """Return what the rounding error of each result grows with, channel by channel."""
    x, per_channel = a["x"], (0, 2, 3)
    mean, var = x.mean(per_channel), x.var(per_channel)
    if not a.get("training", True):
        mean, var = a["running_mean"], a["running_var"]
    largest = np.abs(x).max(per_channel)
    s = np.sqrt(var + a.get("eps", 1e-5))
    r = largest / s
    z = np.abs(x - mean[:, None, None]).max(per_channel) / s
    normal = r + 2 * z * r**2
    if "dy" not in a:
        return {
            "y": a["gamma"] * (normal + z) + np.abs(a["beta"]),
            "running_mean": largest + np.abs(a["running_mean"]),
            "running_var": 4 * largest**2 + a["running_var"],
        }
    dy = np.abs(a["dy"]).max(per_channel)
    return {
        "dx": a["gamma"] / s * dy * (1 + z) * (2 * normal + 1 + z + 2 * r**2),
        "dgamma": n * dy * (normal + z),
        "dbeta": n * dy,
    }


_TRAINING = drawing(_forward_case(training=True), BATCHES, _spread)
_GRADIENTS = drawing(_backward_case, BATCHES, _spread)

batch_norm2d_forward = Check(
    name="batch_norm2d_forward",
    against="torch.nn.functional.batch_norm",
    parts={
        "training": Part("normalised by the batch", _TRAINING, counts=("y",)),
        "running": Part("running statistics", _TRAINING, counts=("running_mean", "running_var")),
        "test": Part("at test time", drawing(_forward_case(training=False), BATCHES, _spread)),
    },
    reference=forward,
    tolerance=_tolerance,
    misconceptions=FORWARD,
    results=(Result("y"), Result("running_mean"), Result("running_var")),
    # At test time the running statistics come back as they are.
    may_share=True,
)

batch_norm2d_backward = Check(
    name="batch_norm2d_backward",
    against="the gradient of torch.nn.functional.batch_norm",
    parts={
        "gamma_beta": Part("dgamma and dbeta", _GRADIENTS, counts=("dgamma", "dbeta")),
        "x": Part("dx", _GRADIENTS, counts=("dx",)),
    },
    reference=backward,
    tolerance=_tolerance,
    misconceptions=BACKWARD,
    results=(Result("dx"), Result("dgamma"), Result("dbeta")),
)
