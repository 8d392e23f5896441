"""Solutions of `cross_correlate2d`."""

import numpy as np
from mutants import spoil, wrong


def slices(x, k):
    """A slice for each window."""
    kh, kw = k.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1), dtype=x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            window = x[i : i + kh, j : j + kw]
            y[i, j] = np.sum(window * k)
    return y


def loops(x, k):
    """Four loops."""
    (H, W), (kh, kw) = x.shape, k.shape
    y = np.zeros((H - kh + 1, W - kw + 1), dtype=x.dtype)
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            for p in range(kh):
                for q in range(kw):
                    y[i, j] += x[i + p, j + q] * k[p, q]
    return y


def offsets(x, k):
    """One shifted image for each weight."""
    kh, kw = k.shape
    out_h, out_w = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    return sum(x[p : p + out_h, q : q + out_w] * k[p, q] for p in range(kh) for q in range(kw))


def view(x, k):
    """All windows at once."""
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


def strided(x, k):
    """Strides by hand, one product."""
    shape = (x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1, *k.shape)
    windows = np.lib.stride_tricks.as_strided(x, shape, x.strides * 2, writeable=False)
    return windows.reshape(shape[0] * shape[1], -1).dot(k.ravel()).reshape(shape[:2])


def spectrum(x, k):
    """Multiply spectra. Rounds more than a sum does."""
    product = np.fft.rfft2(x) * np.conj(np.fft.rfft2(k, x.shape))
    full = np.fft.irfft2(product, x.shape)
    return full[: x.shape[0] - k.shape[0] + 1, : x.shape[1] - k.shape[1] + 1].astype(x.dtype)


RIGHT = (slices, loops, offsets, view, strided, spectrum)


def same(x, k):
    """Pads first, as many libraries do by default."""
    return slices(np.pad(x, [(size // 2, size // 2) for size in k.shape]), k)


def full(x, k):
    """Every place where image and kernel touch."""
    return slices(np.pad(x, [(size - 1, size - 1) for size in k.shape]), k)


SUM = "np.sum(window * k)"
WRONG = (
    spoil(loops, "flipped", "k[p, q]", "k[-1 - p, -1 - q]", "the kernel is flipped"),
    spoil(loops, "flipped down", "k[p, q]", "k[-1 - p, q]", "the kernel is flipped along one axis"),
    spoil(loops, "flipped across", "k[p, q]", "k[p, -1 - q]",
          "the kernel is flipped along one axis"),
    spoil(loops, "minus", "x[i + p, j + q]", "x[i - p + kh - 1, j - q + kw - 1]",
          "the kernel is flipped"),
    spoil(loops, "transposed kernel", "x[i + p, j + q] * k[p, q]",
          "x[i + p, j + q] * (k.T[p, q] if kh == kw else k[p, q])",
          "the kernel's rows and columns are swapped"),
    spoil(loops, "transposed output", "return y", "return y.T",
          "rows and columns of the output are swapped"),
    spoil(loops, "only the last", "+= x", "= x", "earlier products are overwritten"),
    spoil(slices, "mean", "np.sum(", "np.mean(", "an average instead of a sum"),
    spoil(slices, "no weights", SUM, "np.sum(window)", "the kernel's weights are left out"),
    spoil(slices, "matrix product", SUM, "np.sum(window @ k)",
          "a matrix product instead of pixel times weight"),
    spoil(slices, "dot", SUM, "np.sum(np.dot(window, k.T))"),
    spoil(slices, "largest", SUM, "np.max(window * k)"),
    wrong("same", same, "a border is added to the image"),
    wrong("full", full, "a border is added to the image"),
    spoil(slices, "no + 1", "kh + 1, x.shape[1] - kw + 1", "kh, x.shape[1] - kw",
          "the last row or column is missing"),
    spoil(slices, "square only", "kh, kw = k.shape", "kh = kw = k.shape[0]",
          named="only square images and kernels work"),
    spoil(slices, "dtype", ", dtype=x.dtype", "", "dtype float64; expected float32"),
    spoil(slices, "off a little", "return y", "return (y * (1 + 1e-4)).astype(x.dtype)"),
    spoil(slices, "changes x", "window * k", "np.multiply(window, k, out=window)"),
)  # fmt: skip
