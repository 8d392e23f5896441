"""Solutions of `relu_backward`."""

import numpy as np
from mutants import spoil


def product(dy, x):
    return dy * (x > 0)


def where(dy, x):
    return np.where(x > 0, dy, 0).astype(dy.dtype)


def masked(dy, x):
    dx = dy.copy()
    dx[x <= 0] = 0
    return dx


def heaviside(dy, x):
    return dy * np.heaviside(x, 0)


RIGHT = (product, where, masked, heaviside)
WRONG = (
    spoil(product, "one at zero", "x > 0", "x >= 0", "the gradient at zero is one"),
    spoil(heaviside, "half at zero", "(x, 0)", "(x, 0.5)", "the gradient at zero is a half"),
    spoil(product, "no dy", "dy * (x > 0)", "(x > 0).astype(x.dtype)", "dy is left out"),
    spoil(product, "no mask", "dy * (x > 0)", "1 * dy", "the derivative is left out"),
    spoil(product, "dy's sign", "x > 0", "dy > 0", "the sign of dy decides what passes"),
    spoil(
        product,
        "both signs",
        "x > 0",
        "np.minimum(x, dy) > 0",
        "the signs of dy and x together decide what passes",
    ),
    spoil(product, "other side", "x > 0", "x < 0", "the wrong side passes"),
    spoil(product, "output", "(x > 0)", "np.maximum(x, 0)", "dy is multiplied by the output"),
    spoil(masked, "changes dy", "dy.copy()", "dy", "changed dy in place"),
)
