"""Solutions of `tanh_backward`."""

import numpy as np
from mutants import spoil


def square(dy, y):
    return dy * (1 - y**2)


def ufuncs(dy, y):
    return np.subtract(1, np.square(y)) * dy


def product(dy, y):
    return dy * (1 - y) * (1 + y)


RIGHT = (square, ufuncs, product)
WRONG = (
    spoil(square, "no square", "y**2", "y", "the square is missing"),
    spoil(square, "root", "y**2", "np.abs(y)**0.5", "the square root instead of the square"),
    spoil(square, "y for x", "y**2", "np.tanh(y)**2", "y is used as if it were x"),
    spoil(
        square,
        "sigmoid",
        "(1 - y**2)",
        "y * (1 - y)",
        "the sigmoid's derivative instead of tanh's",
    ),
    spoil(square, "no dy", "dy *", "1 *", "dy is left out"),
    spoil(square, "plus", "1 - y**2", "1 + y**2", "the square is added to 1, not subtracted"),
    spoil(square, "sign", "1 - y**2", "y**2 - 1", "dx has the wrong sign"),
    spoil(
        square, "outer square", "(1 - y**2)", "(1 - y)**2", "the whole difference is squared, not y"
    ),
    spoil(square, "cube", "y**2", "y**3"),
)
