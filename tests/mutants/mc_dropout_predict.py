"""Solutions of `mc_dropout_predict`."""

import numpy as np
from mutants import spoil


def stacked(model, x, samples):
    y = np.stack([model(x, training=True) for _ in range(samples)])
    return y.mean(axis=0), y.std(axis=0)


def running(model, x, samples):
    """Sums of values and of squares, no list."""
    total = squares = 0
    for _ in range(samples):
        y = model(x, training=True)
        total, squares = total + y, squares + y.astype(np.float64) ** 2
    mean = total / samples
    variance = squares / samples - (total.astype(np.float64) / samples) ** 2
    return mean, np.sqrt(np.maximum(variance, 0)).astype(mean.dtype)


def tiled(model, x, samples):
    """One call for everything: all images, then all of them again."""
    y = model(np.tile(x, (samples, 1)), training=True).reshape(samples, len(x), -1)
    return y.mean(0), np.sqrt(((y - y.mean(0)) ** 2).mean(0))


def repeated(model, x, samples):
    """One call for everything: the first image many times, then the second."""
    y = model(np.repeat(x, samples, axis=0), True).reshape(len(x), samples, -1)
    return y.mean(1), y.std(1)


def image_by_image(model, x, samples):
    answers = [[model(row[None], training=True)[0] for _ in range(samples)] for row in x]
    return np.mean(answers, axis=1), np.std(answers, axis=1)


RIGHT = (stacked, running, tiled, repeated, image_by_image)
WRONG = (
    spoil(stacked, "off", "training=True", "training=False", "dropout is off"),
    spoil(stacked, "default", ", training=True", "", "dropout is off"),
    spoil(stacked, "once", "[model(x, training=True) for _ in range(samples)]",
          "[model(x, training=True)] * samples", "the model is called only once"),
    spoil(stacked, "one less", "range(samples)", "range(samples - 1)", "one sample too few"),
    spoil(stacked, "one more", "range(samples)", "range(samples + 1)", "one sample too many"),
    spoil(stacked, "variance", "y.std", "y.var", "the variance instead of the standard deviation"),
    spoil(stacked, "ddof", "y.std(axis=0)", "y.std(axis=0, ddof=1)",
          "the deviation is divided by samples - 1"),
    spoil(stacked, "error of the mean", "y.std(axis=0)", "y.std(axis=0) / samples**0.5",
          "the standard error of the mean instead of the standard deviation"),
    spoil(stacked, "mean not taken off", "y.std(axis=0)", "np.sqrt((y * y).mean(axis=0))",
          "the mean is not subtracted"),
    spoil(stacked, "sum", "y.mean(axis=0)", "y.sum(axis=0)",
          "the sum instead of the mean"),
    spoil(stacked, "swapped", "y.mean(axis=0), y.std(axis=0)", "y.std(axis=0), y.mean(axis=0)",
          "mean and deviation are swapped"),
    spoil(stacked, "over images", "y.std(axis=0)", "y.std(axis=1)", "std has shape"),
    spoil(stacked, "over everything", "y.std(axis=0)", "y.std()", "; expected a NumPy array"),
    spoil(stacked, "median", "y.mean(axis=0)", "np.median(y, axis=0)"),
)  # fmt: skip
