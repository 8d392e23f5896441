"""Solutions of the class `Linear`, checked by `linear_layer`."""

import numpy as np
from mutants import spoil


class Product:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        return x @ self.w.T + self.b

    def backward(self, dy):
        self.dw = dy.T @ self.x
        self.db = dy.sum(axis=0)
        return dy @ self.w


class Einsum:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x.copy()
        return np.einsum("nd,kd->nk", x, self.w) + self.b

    def backward(self, dy):
        self.dw = np.einsum("nk,nd->kd", dy, self.x)
        self.db = np.einsum("nk->k", dy)
        return np.einsum("nk,kd->nd", dy, self.w)


class OneByOne:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        return np.stack([self.w.dot(row) + self.b for row in x])

    def backward(self, dy):
        self.dw, self.db = np.zeros_like(self.w), np.zeros_like(self.b)
        for row, gradient in zip(self.x, dy, strict=True):
            self.dw += np.outer(gradient, row)
            self.db += gradient
        return np.stack([self.w.T.dot(gradient) for gradient in dy])


RIGHT = (Product, Einsum, OneByOne)
SQUARE = "(self.w.T if self.w.shape[0] == self.w.shape[1] else self.w)"
WRONG = (
    spoil(Product, "transposed", "x @ self.w.T", f"x @ {SQUARE}.T", "the weights are transposed"),
    spoil(Product, "no bias", " + self.b", "", "the bias is missing"),
    spoil(Product, "dx transposed", "dy @ self.w", f"dy @ {SQUARE}",
          "the weights are transposed in dx"),
    spoil(Product, "dw transposed", "dy.T @ self.x", "self.x.T @ dy", "dw is transposed"),
    spoil(Product, "averaged", "dy.T @ self.x\n        self.db = dy.sum(axis=0)",
          "dy.T @ self.x / len(dy)\n        self.db = dy.mean(axis=0)",
          "dw and db are averaged over the batch"),
    spoil(Product, "db axis", "sum(axis=0)", "sum(axis=1)", "db is summed over the wrong axis"),
    spoil(Product, "db everything", "sum(axis=0)", "sum()", "db is summed over the wrong axis"),
    spoil(OneByOne, "piles up", "self.dw, self.db = np.zeros_like(self.w), np.zeros_like(self.b)",
          "self.dw = getattr(self, 'dw', 0 * self.w)\n"
          "        self.db = getattr(self, 'db', 0 * self.b)", "gradients accumulate over batches"),
    spoil(Product, "stale", "self.x = x", "self.x = getattr(self, 'x', x)",
          "backward uses an earlier batch"),
    spoil(Product, "no return", "return dy @ self.w", "dy @ self.w", "dx is None"),
)  # fmt: skip
