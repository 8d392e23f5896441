"""Solutions of `leaky_relu_forward`."""

import numpy as np
from mutants import spoil


def where(x, slope=0.01):
    return np.where(x > 0, x, slope * x)


def maximum(x, slope=0.01):
    return np.maximum(x, slope * x)


def two_parts(x, slope=0.01):
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def masked(x, slope=0.01):
    y = x.copy()
    y[x < 0] *= slope
    return y


RIGHT = (where, maximum, two_parts, masked)
WRONG = (
    spoil(where, "other side", "x > 0", "x < 0", "the slope is on the wrong side"),
    spoil(maximum, "minimum", "np.maximum", "np.minimum", "the slope is on the wrong side"),
    spoil(where, "cut off", "slope * x", "0 * x", "the negative side is cut off"),
    spoil(two_parts, "minus", "+ slope", "- slope", "the negative side comes out positive"),
    spoil(where, "fixed slope", "slope * x", "0.01 * x", "the slope is not used"),
    spoil(where, "constant", "slope * x", "slope + 0 * x", "the slope itself is returned"),
    spoil(two_parts, "all of it", "np.minimum(x, 0)", "x", "the two sides are added"),
    spoil(masked, "changes x", "x.copy()", "x", "changed x in place"),
    spoil(where, "another default", "slope=0.01", "slope=0.1"),
)
