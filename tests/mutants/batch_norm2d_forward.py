"""Solutions of `batch_norm2d_forward`."""

import numpy as np
from mutants import spoil


def batch(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Statistics with keepdims, one formula for both modes."""
    n = x.size // x.shape[1]
    if training:
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        unbiased = var * n / (n - 1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * unbiased
    else:
        mean, var = running_mean, running_var
    y = (x - mean[:, None, None]) / np.sqrt(var + eps)[:, None, None]
    return gamma[:, None, None] * y + beta[:, None, None], running_mean, running_var


def rows(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Channels last, one row a pixel."""
    N, C, H, W = x.shape
    flat = x.transpose(0, 2, 3, 1).reshape(-1, C)
    new_mean, new_var = running_mean.copy(), running_var.copy()
    mean, var = running_mean, running_var
    if training:
        mean, var = flat.mean(axis=0), flat.var(axis=0)
        new_mean += momentum * (mean - running_mean)
        new_var += momentum * (flat.var(axis=0, ddof=1) - running_var)
    y = (flat - mean) / (var + eps) ** 0.5 * gamma + beta
    return y.reshape(N, H, W, C).transpose(0, 3, 1, 2), new_mean, new_var


def channels(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """One channel after the other."""
    y, new_mean, new_var = np.empty_like(x), running_mean.copy(), running_var.copy()
    for c in range(x.shape[1]):
        plane = x[:, c]
        mean, var = running_mean[c], running_var[c]
        if training:
            mean, var = plane.mean(), plane.var()
            new_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean
            new_var[c] = (1 - momentum) * running_var[c] + momentum * plane.var(ddof=1)
        y[:, c] = gamma[c] * (plane - mean) / np.sqrt(var + eps) + beta[c]
    return y, new_mean, new_var


def squares(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """The variance as the mean of squares less the square of the mean; scale and shift first."""
    if training:
        n = x.size // x.shape[1]
        mean = np.einsum("nchw->c", x) / n
        var = np.einsum("nchw,nchw->c", x, x) / n - mean**2
        running_mean = momentum * mean + (1 - momentum) * running_mean
        running_var = momentum * var * n / (n - 1) + (1 - momentum) * running_var
    else:
        mean, var = running_mean, running_var
    scale = gamma / np.sqrt(var + eps)
    shift = beta - mean * scale
    return x * scale.reshape(1, -1, 1, 1) + shift.reshape(1, -1, 1, 1), running_mean, running_var


def sums(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """Sums in place of means."""
    shape = (1, -1, 1, 1)
    if not training:
        centred = x - running_mean.reshape(shape)
        y = centred / np.sqrt(running_var.reshape(shape) + eps)
        return gamma.reshape(shape) * y + beta.reshape(shape), running_mean, running_var
    n = len(x) * x.shape[2] * x.shape[3]
    mean = x.sum(axis=(0, 2, 3), keepdims=True) / n
    squared = ((x - mean) ** 2).sum(axis=(0, 2, 3), keepdims=True)
    y = (x - mean) / np.sqrt(squared / n + eps)
    keep = 1 - momentum
    return (
        gamma.reshape(shape) * y + beta.reshape(shape),
        keep * running_mean + momentum * mean.ravel(),
        keep * running_var + momentum * squared.ravel() / (n - 1),
    )


RIGHT = (batch, rows, channels, squares, sums)
UNBIASED = "the biased variance goes into running_var"
WRONG = (
    spoil(batch, "biased", "momentum * unbiased", "momentum * var", UNBIASED),
    spoil(rows, "biased, rows", ", ddof=1", "", UNBIASED),
    spoil(channels, "unbiased y", "plane.mean(), plane.var()", "plane.mean(), plane.var(ddof=1)",
          "the unbiased variance is used to normalise"),
    spoil(batch, "always unbiased", "x.var((0, 2, 3))\n        unbiased = var * n / (n - 1)",
          "x.var((0, 2, 3), ddof=1)\n        unbiased = var",
          "the unbiased variance is used to normalise"),
    spoil(batch, "swapped", "x.var((0, 2, 3))\n        unbiased = var * n / (n - 1)",
          "x.var((0, 2, 3), ddof=1)\n        unbiased = var * (n - 1) / n",
          "the unbiased variance is used to normalise", also=[UNBIASED]),
    spoil(rows, "old running in training", "y = (flat",
          "mean, var = running_mean, running_var\n    y = (flat",
          "running statistics are used in training"),
    spoil(channels, "batch at test time", "mean, var = running_mean[c], running_var[c]",
          "mean, var = plane.mean(), plane.var()",
          "the batch's own statistics are used at test time"),
    spoil(channels, "always training", "if training", "if True",
          "the batch's own statistics are used at test time",
          also=["the running statistics change at test time"]),
    spoil(batch, "momentum", "    n = x", "    momentum = 1 - momentum\n    n = x",
          "momentum is used the wrong way round"),
    spoil(rows, "no update", "if training:", "if training:\n        momentum = 0",
          "the running statistics are not updated"),
    spoil(rows, "replaced", "if training:", "if training:\n        momentum = 1",
          "the running statistics are replaced, not mixed"),
    spoil(rows, "updated at test time", "    y = (",
          "    if not training:\n"
          "        new_mean += momentum * (flat.mean(axis=0) - running_mean)\n"
          "        new_var += momentum * (flat.var(axis=0, ddof=1) - running_var)\n    y = (",
          "the running statistics change at test time"),
    spoil(batch, "deviation", "momentum * unbiased", "momentum * unbiased**0.5",
          "running_var holds a standard deviation"),
    spoil(batch, "eps outside", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)",
          "eps is added outside the square root"),
    spoil(channels, "no eps", "var + eps", "np.maximum(var, 1e-300)", "eps is forgotten"),
    spoil(channels, "variance", "np.sqrt(var + eps)", "(var + eps)",
          "x is divided by the variance"),
    spoil(sums, "per pixel", "    y = (x - mean) / np.sqrt(squared / n + eps)",
          "    y = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)", "every pixel has its own mean"),
    spoil(sums, "per image", "    y = (x - mean) / np.sqrt(squared / n + eps)",
          "    k = dict(axis=(2, 3), keepdims=True)\n"
          "    y = (x - x.mean(**k)) / np.sqrt(x.var(**k) + eps)", "every image has its own mean"),
    spoil(sums, "one mean", "    y = (x - mean) / np.sqrt(squared / n + eps)",
          "    y = (x - x.mean()) / np.sqrt(x.var() + eps)", "all channels share one mean"),
    spoil(channels, "no gamma", "gamma[c] *", "1 *", "gamma is forgotten"),
    spoil(channels, "no beta", " + beta[c]", "", "beta is forgotten"),
    spoil(rows, "changes running", "running_mean.copy(), running_var.copy()",
          "running_mean, running_var", "changed running_mean and running_var in place"),
    spoil(rows, "fixed momentum", "if training:", "if training:\n        momentum = 0.1",
          named="momentum is always the same number"),
    spoil(batch, "gamma a column", "gamma[:, None, None]", "gamma[:, None]", "ValueError"),
    spoil(rows, "only y", "transpose(0, 3, 1, 2), new_mean, new_var", "transpose(0, 3, 1, 2)",
          "expected 3 results: y, running_mean, running_var"),
    # What students write.
    spoil(sums, "running keeps axes", "keep * running_mean + momentum * mean.ravel(),\n"
          "        keep * running_var + momentum * squared.ravel()",
          "keep * running_mean.reshape(shape) + momentum * mean,\n"
          "        keep * running_var.reshape(shape) + momentum * squared",
          "running_mean and running_var keep axes of length one"),
    spoil(channels, "eps in running_var", "* plane.var(ddof=1)", "* (plane.var(ddof=1) + eps)",
          "eps goes into running_var"),
    spoil(batch, "corrected by images", "unbiased = var * n / (n - 1)",
          "n = len(x)\n        var = unbiased = var * n / np.float64(n - 1)",
          "the variance is corrected with the number of images"),
)  # fmt: skip
