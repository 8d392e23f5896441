"""Solutions of the class `Tanh`, checked by `tanh_layer`."""

import numpy as np
from mutants import spoil


class FromY:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        return dy * (1 - self.y**2)


class FromX:
    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, dy):
        return dy / np.cosh(self.x) ** 2


RIGHT = (FromY, FromX)
WRONG = (
    spoil(FromX, "sigmoid", "return np.tanh(x)", "return 1 / (1 + np.exp(-x))",
          "the sigmoid instead of tanh"),
    spoil(FromY, "no square", "self.y**2", "self.y", "the square is missing"),
    spoil(FromX, "x for y", "dy / np.cosh(self.x) ** 2", "dy * (1 - self.x**2)",
          "x is used as if it were y"),
    spoil(FromY, "twice", "self.y**2", "np.tanh(self.y) ** 2", "tanh is applied twice"),
    spoil(FromY, "no dy", "dy * (", "1 * (", "dy is left out"),
    spoil(FromX, "stale", "self.x = x", "self.x = getattr(self, 'x', x)",
          "backward uses an earlier batch"),
)  # fmt: skip
