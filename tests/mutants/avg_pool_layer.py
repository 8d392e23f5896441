"""Solutions of the class `AvgPool`, checked by `avg_pool_layer`."""

import numpy as np
from mutants import spoil


class Blocks:
    def forward(self, x):
        N, C, H, W = x.shape
        return x.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5))

    def backward(self, dy):
        return dy.repeat(2, axis=2).repeat(2, axis=3) / 4


class Slices:
    def forward(self, x):
        return (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]) / 4

    def backward(self, dy):
        return np.kron(dy, np.full((1, 1, 2, 2), 0.25, dtype=dy.dtype))


class Loops:
    def forward(self, x):
        self.x = x
        y = np.zeros((*x.shape[:2], x.shape[2] // 2, x.shape[3] // 2), dtype=x.dtype)
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                y[:, :, i, j] = x[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean(axis=(2, 3))
        return y

    def backward(self, dy):
        dx = np.zeros_like(self.x)
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                dx[:, :, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += dy[:, :, i, j, None, None] / 4
        return dx


RIGHT = (Blocks, Slices, Loops)
WRONG = (
    spoil(Blocks, "sum", ".mean(", ".sum(", "the sum is taken, not the average"),
    spoil(Blocks, "largest", ".mean(", ".max(", "the largest is taken, not the average"),
    spoil(Slices, "one pixel", "return (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] "
          "+ x[..., 1::2, 1::2]) / 4", "return x[..., ::2, ::2].copy()",
          "one pixel of each window is taken"),
    spoil(Blocks, "not divided", " / 4", "", "dx is not divided by four"),
    spoil(Blocks, "halved", " / 4", " / 2", "dx is divided by two"),
    spoil(Loops, "one corner", "2 * i : 2 * i + 2, 2 * j : 2 * j + 2] +=", "2 * i, 2 * j] +=",
          "raised ValueError"),
    spoil(Blocks, "rows and columns", "repeat(2, axis=2).repeat(2, axis=3)",
          "repeat(4, axis=3).reshape(*dy.shape[:2], 2 * dy.shape[2], -1)"),
)  # fmt: skip
