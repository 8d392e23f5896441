"""Solutions of `leaky_relu_backward`."""

import numpy as np
from mutants import spoil


def where(dy, x, slope=0.01):
    return np.where(x > 0, dy, slope * dy)


def product(dy, x, slope=0.01):
    return dy * ((x > 0) + np.asarray(slope, dtype=dy.dtype) * (x <= 0))


def masked(dy, x, slope=0.01):
    dx = dy.copy()
    dx[x <= 0] *= slope
    return dx


RIGHT = (where, product, masked)
WRONG = (
    spoil(where, "one at zero", "x > 0", "x >= 0", "the gradient at zero is one"),
    spoil(masked, "one at zero, masked", "x <= 0", "x < 0", "the gradient at zero is one"),
    spoil(where, "other side", "x > 0", "x < 0", "the slope is on the wrong side"),
    spoil(where, "cut off", "slope * dy", "0 * dy", "the negative side is cut off"),
    spoil(product, "no dy", "dy * (", "1 * (", "dy is left out"),
    spoil(where, "fixed slope", "slope * dy", "0.01 * dy", "the slope is not used"),
    spoil(where, "dy's sign", "x > 0", "dy > 0", "the sign of dy decides what passes"),
    spoil(where, "times x", "slope * dy", "slope * x * dy", "the slope is multiplied by x"),
)
