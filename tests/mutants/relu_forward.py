"""Solutions of `relu_forward`."""

import numpy as np
from mutants import spoil


def maximum(x):
    return np.maximum(x, 0)


def where(x):
    return np.where(x > 0, x, 0).astype(x.dtype)


def product(x):
    return x * (x > 0)


def loop(x):
    y = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            y[index] = x[index]
    return y


RIGHT = (maximum, where, product, loop)
WRONG = (
    spoil(maximum, "absolute", "np.maximum(x, 0)", "np.abs(x)", "the sign is dropped"),
    spoil(maximum, "minimum", "np.maximum", "np.minimum", "the wrong side is kept"),
    spoil(where, "negative", "x > 0, x", "x < 0, -x", "the wrong side is kept"),
    spoil(where, "leaky", "x, 0)", "x, 0.01 * x)", "the negative side leaks"),
    spoil(product, "step", "x * (x > 0)", "(x > 0).astype(x.dtype)", "only the sign is returned"),
    spoil(maximum, "six", "np.maximum(x, 0)", "np.clip(x, 0, 1)", "the output is limited to 1"),
    spoil(maximum, "in place", "np.maximum(x, 0)", "np.maximum(x, 0, out=x)", "changed x in place"),
    spoil(maximum, "one more", "np.maximum(x, 0)", "np.maximum(x, 1)"),
)
