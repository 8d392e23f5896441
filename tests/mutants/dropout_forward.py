"""Solutions of `dropout_forward`, drawn in the ways in which people draw."""

import numpy as np
from mutants import spoil


def uniform(x, p, training, rng):
    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= p).astype(x.dtype) / (1 - p)
    return x * mask, mask


def binomial(x, p, training, rng):
    keep = 1 - p if training else 1
    mask = (rng.binomial(1, keep, size=x.shape) / keep).astype(x.dtype)
    return x * mask, mask


def choice(x, p, training, rng):
    scale = 1 / (1 - p)
    if training:
        mask = rng.choice([0, scale], size=x.shape, p=[p, 1 - p])
        return (x * mask).astype(x.dtype), mask
    return x.copy(), np.ones(x.shape)


def loop(x, p, training, rng):
    mask = np.ones_like(x)
    if training:
        for index in np.ndindex(x.shape):
            mask[index] = 0 if rng.random() < p else 1 / (1 - p)
    return x * mask, mask


def where(x, p, training, rng):
    if not training:
        return x, np.ones(x.shape, dtype=x.dtype)
    kept = rng.uniform(0, 1, x.shape) > p
    return np.where(kept, x / x.dtype.type(1 - p), 0).astype(x.dtype), kept / (1 - p)


def integers(x, p, training, rng):
    """From whole numbers, in columns first."""
    if not training:
        return x + 0, x * 0 + 1
    drawn = rng.integers(0, 2**53, size=x.shape[::-1]).T / 2**53
    mask = np.asarray(drawn >= p, dtype=x.dtype)
    mask /= 1 - p
    return x * mask, mask


RIGHT = (uniform, binomial, choice, loop, where, integers)
SHARED = "several pixels or channels share one draw"
WRONG = (
    spoil(uniform, "not scaled", " / (1 - p)", "", "the kept elements are not scaled"),
    spoil(uniform, "scaled down", "/ (1 - p)", "* (1 - p)",
          "the kept elements are scaled by the wrong factor"),
    spoil(uniform, "scaled by p", "/ (1 - p)", "/ max(p, 1e-300)",
          "the kept elements are scaled by the wrong factor"),
    spoil(where, "mask without scale", "kept / (1 - p)", "kept.astype(x.dtype)",
          "the mask does not hold the scale"),
    spoil(loop, "classic", "1 / (1 - p)\n    return x * mask",
          "1\n    return x * mask if training else x * (1 - p)", "y is scaled at test time",
          also=["the kept elements are not scaled"]),
    spoil(uniform, "y is scaled at test time", "return x, np", "return x * (1 - p), np",
          "y is scaled at test time"),
    spoil(uniform, "scaled up at test time", "return x, np", "return x / (1 - p), np",
          "y is scaled at test time"),
    spoil(uniform, "dropped at test time", "if not training", "if False",
          "elements are dropped at test time, too"),
    spoil(uniform, "modes swapped", "if not training", "if training",
          "nothing is dropped during training", also=["elements are dropped at test time, too"]),
    spoil(uniform, "p is kept", "rng.random(x.shape) >= p).astype(x.dtype) / (1 - p)",
          "rng.random(x.shape) < p).astype(x.dtype) / max(p, 1e-300)",
          "p is used as the fraction that is kept"),
    spoil(uniform, "kept below p", ">= p", "< p", named="p is used as the fraction that is kept"),
    spoil(uniform, "one mask", "rng.random(x.shape)",
          "np.broadcast_to(rng.random(x.shape[1:]), x.shape)", "all images share one mask"),
    spoil(uniform, "one draw a channel", "rng.random(x.shape)",
          "np.broadcast_to(rng.random(x.shape[:2] + (1,) * (x.ndim - 2)), x.shape)", SHARED),
    spoil(uniform, "one draw for all channels", "rng.random(x.shape)",
          "(np.broadcast_to(rng.random((len(x), *[1] * (x.ndim > 2), *x.shape[2:])), x.shape)"
          " if x.ndim != 2 else rng.random(x.shape))", SHARED),
    spoil(uniform, "one draw an image", "rng.random(x.shape)",
          "(np.broadcast_to(rng.random((len(x), *[1] * (x.ndim - 1))), x.shape)"
          " if x.ndim != 2 else rng.random(x.shape))", SHARED),
    spoil(uniform, "one draw", "rng.random(x.shape)", "np.full(x.shape, rng.random())",
          named="several pixels or channels share one draw"),
    spoil(uniform, "new generator", "rng.random", "np.random.default_rng(0).random",
          "every call drops the same elements"),
    spoil(uniform, "generator not used", "rng.random", "np.random.default_rng().random",
          "the generator is not used"),
    spoil(where, "two draws", "kept / (1 - p)", "(rng.random(x.shape) > p) / (1 - p)"),
    spoil(uniform, "half is dropped", ">= p", ">= 0.5",
          named="the fraction that is dropped does not depend on p"),
    spoil(uniform, "wrong dtype", ".astype(x.dtype)", ".astype(float)",
          "y has dtype float64; expected float32"),
    spoil(uniform, "changes x", "return x * mask", "x *= mask; return x",
          "changed x in place"),
    spoil(uniform, "only y", "return x * mask, mask", "return x * mask",
          "expected 2 results: y, mask"),
    spoil(uniform, "no mask at test time", "x, np.ones_like(x)", "x, None",
          "mask is None (is it not written yet?)"),
    spoil(uniform, "every other element", "(rng.random(x.shape) >= p)",
          "(np.arange(x.size).reshape(x.shape) % 2 == 0)"),
    # What students write.
    spoil(uniform, "normal numbers", "rng.random(x.shape)", "rng.standard_normal(x.shape)",
          "the random numbers are not uniform"),
    spoil(uniform, "normal numbers, below p", "rng.random(x.shape) >= p",
          "rng.standard_normal(x.shape) < p", "the random numbers are not uniform"),
    spoil(uniform, "p kept, not scaled", ">= p).astype(x.dtype) / (1 - p)",
          "< p).astype(x.dtype)", "p is used as the fraction that is kept"),
    spoil(uniform, "p kept, mask not scaled",
          ">= p).astype(x.dtype) / (1 - p)\n    return x * mask",
          "< p).astype(x.dtype)\n    return x * mask / max(p, 1e-300)",
          "p is used as the fraction that is kept"),
    spoil(uniform, "counts", "(rng.random(x.shape) >= p)", "rng.binomial(2, 1 - p, x.shape)",
          None),
    spoil(uniform, "one draw a feature", "rng.random(x.shape)", "rng.random(x.shape[1])",
          "the mask is drawn for a fixed number of axes"),
    spoil(uniform, "everything kept", ">= p).astype(x.dtype) / (1 - p)",
          "< (1 - p) / (1 - p)).astype(x.dtype)", "nothing is dropped during training"),
)  # fmt: skip
