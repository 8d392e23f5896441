"""Solutions of `convolve2d`."""

import numpy as np
from mutants import spoil, wrong


def slices(x, k):
    """Flip, then slide."""
    flipped = k[::-1, ::-1]
    kh, kw = k.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1), dtype=x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(x[i : i + kh, j : j + kw] * flipped)
    return y


def loops(x, k):
    """Indices that run against each other, as in the definition."""
    (H, W), (kh, kw) = x.shape, k.shape
    y = np.zeros((H - kh + 1, W - kw + 1), dtype=x.dtype)
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            for p in range(kh):
                for q in range(kw):
                    y[i, j] += x[i + kh - 1 - p, j + kw - 1 - q] * k[p, q]
    return y


def view(x, k):
    """All windows at once, the kernel turned by half a turn."""
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.tensordot(windows, np.rot90(k, 2), 2)


def by_rows(x, k):
    """NumPy's convolution of rows, added up."""
    kh = k.shape[0]
    return np.array([
        sum(np.convolve(x[i + kh - 1 - p], k[p], mode="valid") for p in range(kh))
        for i in range(x.shape[0] - kh + 1)
    ])  # fmt: skip


def spectrum(x, k):
    """The convolution theorem."""
    full = np.fft.irfft2(np.fft.rfft2(x) * np.fft.rfft2(k, x.shape), x.shape)
    return full[k.shape[0] - 1 :, k.shape[1] - 1 :].astype(x.dtype)


RIGHT = (slices, loops, view, by_rows, spectrum)


def full(x, k):
    """What np.convolve does by default, in both directions."""
    return slices(np.pad(x, [(size - 1, size - 1) for size in k.shape]), k)


ONE = "the kernel is flipped along one axis"
QUARTER = "the kernel is turned by 90°, not by 180°"
WRONG = (
    spoil(loops, "only the last", "+= x", "= x", "earlier products are overwritten"),
    spoil(slices, "not flipped", "k[::-1, ::-1]", "k", "the kernel is not flipped"),
    spoil(slices, "flipped down", "k[::-1, ::-1]", "k[::-1]", ONE),
    spoil(slices, "flipped across", "k[::-1, ::-1]", "k[:, ::-1]", ONE),
    spoil(slices, "quarter turn", "k[::-1, ::-1]",
          "np.rot90(k) if len(k) == len(k.T) else k[::-1, ::-1]", QUARTER),
    spoil(view, "turned once", "np.rot90(k, 2)", "np.rot90(k, 4)", "the kernel is not flipped"),
    spoil(slices, "the image", "x[i : i + kh, j : j + kw] * flipped",
          "x[::-1, ::-1][i : i + kh, j : j + kw] * k",
          "the image is flipped, not the kernel"),
    spoil(slices, "flips and transposes", "k[::-1, ::-1]",
          "k[::-1, ::-1].T if len(k) == len(k.T) else k[::-1, ::-1]",
          "the kernel's rows and columns are swapped"),
    wrong("full", full, "a border is added to the image"),
    spoil(slices, "mean", "np.sum(", "np.mean(", "an average instead of a sum"),
    spoil(slices, "no + 1", "kh + 1, x.shape[1] - kw + 1", "kh, x.shape[1] - kw",
          "the last row or column is missing"),
    spoil(slices, "flips in place", "k[::-1, ::-1]", "k; k[...] = k[::-1, ::-1].copy()"),
)  # fmt: skip
