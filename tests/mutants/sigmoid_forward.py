"""Solutions of `sigmoid_forward`: each is right for numbers of any size."""

import numpy as np
from mutants import spoil


def two_sides(x):
    y = np.empty_like(x)
    positive = x >= 0
    y[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    y[~positive] = e / (1 + e)
    return y


def absolute(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def by_tanh(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def logaddexp(x):
    return np.exp(-np.logaddexp(np.zeros_like(x), -x))


def clipped(x):
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))


def plain(x):
    """Right until the exponential overflows."""
    return 1 / (1 + np.exp(-x))


RIGHT = (two_sides, absolute, by_tanh, logaddexp, clipped)
WRONG = (
    spoil(plain, "overflows", "np.exp(-x)", "np.exp(-x)", named="exp overflows for large numbers"),
    spoil(plain, "other overflow", "1 / (1 + np.exp(-x))", "np.exp(x) / (1 + np.exp(x))",
          named="exp overflows for large numbers"),
    spoil(by_tanh, "sign", "0.5 * x", "-0.5 * x", "the exponent has the wrong sign"),
    spoil(by_tanh, "tanh", "0.5 * (1 + np.tanh(0.5 * x))", "np.tanh(x)",
          "tanh instead of the sigmoid"),
    spoil(by_tanh, "half a tanh", "0.5 * (1 + np.tanh(0.5 * x))", "np.tanh(x / 2)",
          "tanh instead of the sigmoid"),
    spoil(by_tanh, "doubled", "np.tanh(0.5 * x)", "np.tanh(x)", "the exponent is doubled"),
    spoil(clipped, "no one", "1 / (1 + np.exp(-np.clip(x, -60, 60)))",
          "1 / np.exp(-np.clip(x, -60, 60))"),
    spoil(by_tanh, "derivative", "0.5 * (1 + np.tanh(0.5 * x))",
          "0.25 * (1 - np.tanh(0.5 * x) ** 2)", "the derivative instead of the value"),
    spoil(clipped, "clipped too early", "-60, 60", "-3, 3"),
    spoil(two_sides, "half of it", "y[~positive] = e / (1 + e)", "y[~positive] = 0",
          named="negative numbers come out as zero"),
)  # fmt: skip
