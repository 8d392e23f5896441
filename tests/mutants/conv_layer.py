"""Solutions of the class `Conv`, checked by `conv_layer`."""

import numpy as np
from mutants import spoil


class Offsets:
    """One product for each kernel element."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        kh, kw = self.w.shape[2:]
        H, W = x.shape[2] - kh + 1, x.shape[3] - kw + 1
        y = np.zeros((len(x), len(self.w), H, W), dtype=x.dtype) + self.b[:, None, None]
        for p in range(kh):
            for q in range(kw):
                y += np.einsum("nchw,fc->nfhw", x[:, :, p : p + H, q : q + W], self.w[:, :, p, q])
        return y

    def backward(self, dy):
        H, W = dy.shape[2:]
        self.db = dy.sum(axis=(0, 2, 3))
        self.dw, dx = np.zeros_like(self.w), np.zeros_like(self.x)
        for p in range(self.w.shape[2]):
            for q in range(self.w.shape[3]):
                window = self.x[:, :, p : p + H, q : q + W]
                self.dw[:, :, p, q] = np.einsum("nfhw,nchw->fc", dy, window)
                dx[:, :, p : p + H, q : q + W] += np.einsum("nfhw,fc->nchw", dy, self.w[:, :, p, q])
        return dx


class Windows:
    """All windows as a view, sums by tensordot."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        view = np.lib.stride_tricks.sliding_window_view
        self.windows = view(x, self.w.shape[2:], axis=(2, 3))
        y = np.tensordot(self.windows, self.w, axes=((1, 4, 5), (1, 2, 3)))
        return y.transpose(0, 3, 1, 2) + self.b.reshape(1, -1, 1, 1)

    def backward(self, dy):
        kh, kw = self.w.shape[2:]
        self.dw = np.tensordot(dy, self.windows, axes=((0, 2, 3), (0, 2, 3)))
        self.db = np.einsum("nfhw->f", dy)
        wide = np.pad(dy, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
        windows = np.lib.stride_tricks.sliding_window_view(wide, (kh, kw), axis=(2, 3))
        flipped = self.w[:, :, ::-1, ::-1]
        return np.tensordot(windows, flipped, axes=((1, 4, 5), (0, 2, 3))).transpose(0, 3, 1, 2)


class Rows:
    """Every window as a row, one product."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        windows = np.lib.stride_tricks.sliding_window_view(x, self.w.shape[2:], axis=(2, 3))
        N, _, H, W = windows.shape[:4]
        self.shape = x.shape
        self.rows = windows.transpose(0, 2, 3, 1, 4, 5).reshape(N * H * W, -1)
        y = self.rows @ self.w.reshape(len(self.w), -1).T + self.b
        return y.reshape(N, H, W, -1).transpose(0, 3, 1, 2)

    def backward(self, dy):
        N, F, H, W = dy.shape
        flat = dy.transpose(0, 2, 3, 1).reshape(-1, F)
        self.dw = (flat.T @ self.rows).reshape(self.w.shape)
        self.db = flat.sum(axis=0)
        drows = (flat @ self.w.reshape(F, -1)).reshape(N, H, W, *self.w.shape[1:])
        dx = np.zeros(self.shape, dtype=dy.dtype)
        for p in range(self.w.shape[2]):
            for q in range(self.w.shape[3]):
                dx[:, :, p : p + H, q : q + W] += drows[..., p, q].transpose(0, 3, 1, 2)
        return dx


class Loops:
    """Loops over every output number."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        kh, kw = self.w.shape[2:]
        y = np.empty((len(x), len(self.w), x.shape[2] - kh + 1, x.shape[3] - kw + 1), x.dtype)
        for n, f, i, j in np.ndindex(y.shape):
            y[n, f, i, j] = np.sum(x[n, :, i : i + kh, j : j + kw] * self.w[f]) + self.b[f]
        return y

    def backward(self, dy):
        kh, kw = self.w.shape[2:]
        dx, self.dw = np.zeros_like(self.x), np.zeros_like(self.w)
        self.db = np.zeros_like(self.b)
        for n, f, i, j in np.ndindex(dy.shape):
            window = np.s_[n, :, i : i + kh, j : j + kw]
            dx[window] += dy[n, f, i, j] * self.w[f]
            self.dw[f] += dy[n, f, i, j] * self.x[window]
            self.db[f] += dy[n, f, i, j]
        return dx


RIGHT = (Offsets, Windows, Rows, Loops)
WRONG = (
    spoil(Offsets, "flipped", "self.w[:, :, p, q])\n        return y",
          "self.w[:, :, -1 - p, -1 - q])\n        return y", "the kernel is flipped"),
    spoil(Offsets, "no bias", " + self.b[:, None, None]", "", "the bias is missing"),
    spoil(Rows, "bias twice", "+ self.b", "+ 2 * self.b"),
    spoil(Offsets, "dx flipped", 'dy, self.w[:, :, p, q])', 'dy, self.w[:, :, -1 - p, -1 - q])',
          "the kernel is flipped in dx"),
    spoil(Windows, "dx not flipped", "self.w[:, :, ::-1, ::-1]", "self.w",
          "the kernel is flipped in dx"),
    spoil(Offsets, "dw flipped", "self.dw[:, :, p, q]", "self.dw[:, :, -1 - p, -1 - q]",
          "dw is flipped"),
    spoil(Rows, "averaged", "return dx", "self.dw /= N\n        self.db /= N\n        return dx",
          "dw and db are averaged over the batch"),
    spoil(Offsets, "db mean", "dy.sum(axis=(0, 2, 3))", "dy.mean(axis=(0, 2, 3))",
          "db is averaged over the positions"),
    spoil(Offsets, "db over the batch only", "dy.sum(axis=(0, 2, 3))", "dy.sum(axis=0)",
          "db is summed over the wrong axes"),
    spoil(Rows, "piles up", "self.dw = (flat.T @ self.rows).reshape(self.w.shape)\n"
          "        self.db = flat.sum(axis=0)",
          "self.dw = getattr(self, 'dw', 0) + (flat.T @ self.rows).reshape(self.w.shape)\n"
          "        self.db = getattr(self, 'db', 0) + flat.sum(axis=0)",
          "gradients accumulate over batches"),
    spoil(Offsets, "stale", "        self.x = x\n",
          "        self.x = getattr(self, 'x', x)\n", "backward uses an earlier batch"),
    spoil(Offsets, "one image", '->fc", dy, window', '->fc", dy[:1], window[:1]',
          "dw comes from one image only"),
    spoil(Rows, "last window only", "q : q + W] +=", "q : q + W] ="),
    spoil(Loops, "assigned", "dx[window] +=", "dx[window] ="),
    spoil(Rows, "channels last", ".transpose(0, 3, 1, 2)\n\n", "\n\n", "y has shape"),
    spoil(Rows, "no dw", "self.dw =", "self.dx =", "has no attribute 'dw'"),
    spoil(Windows, "weights transposed", "((1, 4, 5), (0, 2, 3))", "((1, 4, 5), (1, 2, 3))"),
)  # fmt: skip
