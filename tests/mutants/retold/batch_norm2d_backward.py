"""Mistakes in `batch_norm2d_backward`, by other code than that of the mutants."""

import numpy as np
from mutants import wrong


def graph(dy, x, gamma, eps, root=np.sqrt, kept=True, sums="nchw,nchw->c", third=True):
    """Go through the graph step by step, by einsum."""
    n = x[:, 0].size
    mean = np.einsum("nchw->c", x) / n
    centred = x - mean.reshape(1, -1, 1, 1)
    var = np.einsum("nchw,nchw->c", centred, centred) / n
    s = root(var + eps).reshape(1, -1, 1, 1)
    z = centred / s
    dz = dy * gamma.reshape(1, -1, 1, 1)
    dvar = np.einsum("nchw,nchw->c", dz, centred) / n
    dx = dz / s - centred * (dvar.reshape(1, -1, 1, 1) / s**3 if third else 0)
    if kept:
        dx -= (dz / s).mean(axis=(0, 2, 3), keepdims=True)
    return dx, np.einsum(sums, dy, z), dy.sum(axis=(0, 2, 3))


def without_mean(dy, x, gamma, eps=1e-5):
    return graph(dy, x, gamma, eps, kept=False)


def without_variance(dy, x, gamma, eps=1e-5):
    return graph(dy, x, gamma, eps, third=False)


def columns(dy, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = graph(dy, x, gamma, eps)
    return dx, dgamma[None, :, None, None], dbeta[None, :, None, None]


def same_sum(dy, x, gamma, eps=1e-5):
    dx, dgamma, _ = graph(dy, x, gamma, eps)
    return dx, dgamma, dgamma.copy()


def averages(dy, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = graph(dy, x, gamma, eps)
    return dx, dgamma / x[:, 0].size, dbeta / x[:, 0].size


WRONG = (
    wrong("without mean", without_mean, "the term through the mean is missing"),
    wrong("without variance", without_variance, "the term through the variance is missing"),
    wrong("columns", columns, "dgamma and dbeta keep axes of length one"),
    wrong("same sum", same_sum, "dbeta has the formula of dgamma"),
    wrong("averages", averages, "dgamma and dbeta are averaged"),
)
