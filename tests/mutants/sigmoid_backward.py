"""Solutions of `sigmoid_backward`."""

from mutants import spoil


def product(dy, y):
    return dy * y * (1 - y)


def difference(dy, y):
    return dy * (y - y**2)


def quarter(dy, y):
    return dy * (0.25 - (y - 0.5) ** 2)


RIGHT = (product, difference, quarter)
WRONG = (
    spoil(
        product,
        "y for x",
        "dy * y * (1 - y)",
        "dy * (s := 1 / (1 + 2.718281828459045**-y)) * (1 - s)",
        "y is used as if it were x",
    ),
    spoil(product, "one factor", "dy * y *", "dy *", "one factor is missing"),
    spoil(product, "other factor", " * (1 - y)", "", "one factor is missing"),
    spoil(
        product, "tanh", "y * (1 - y)", "(1 - y**2)", "tanh's derivative instead of the sigmoid's"
    ),
    spoil(product, "no dy", "dy * y", "y", "dy is left out"),
    spoil(product, "sign", "1 - y", "y - 1", "dx has the wrong sign"),
    spoil(product, "plus", "1 - y", "1 + y", "y is added to 1, not subtracted"),
    spoil(product, "no derivative", "dy * y * (1 - y)", "dy + 0", "the derivative is left out"),
)
