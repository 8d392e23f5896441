"""Mistakes in `dropout_forward`, by other code than that of the mutants."""

import numpy as np
from mutants import wrong


def kept_with_p(x, p, training, rng):
    if not training:
        return x.copy(), np.ones_like(x)
    mask = rng.binomial(1, p, x.shape).astype(x.dtype)
    if p > 0:
        mask = mask / x.dtype.type(p)
    return x * mask, mask


def bell(x, p, training, rng):
    mask = np.ones_like(x)
    if training:
        drawn = rng.normal(0, 1, x.size).reshape(x.shape)
        mask[drawn < p] = 0
        mask /= 1 - p
    return x * mask, mask


def same_every_time(x, p, training, rng):
    rng = np.random.default_rng(len(x.shape))
    mask = np.where(rng.uniform(size=x.shape) < p, 0, 1 / (1 - p)) if training else np.ones(x.shape)
    return (x * mask).astype(x.dtype), mask


WRONG = (
    wrong("kept with p", kept_with_p, "p is used as the fraction that is kept"),
    wrong("bell", bell, "the random numbers are not uniform"),
    wrong("same every time", same_every_time, "every call drops the same elements"),
)
