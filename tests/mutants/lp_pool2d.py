"""Solutions of `lp_pool2d`."""

import numpy as np
from mutants import spoil
from styles import pair


def loops(x, norm_type, kernel_size, stride=None):
    """A slice for each window."""
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    out_h, out_w = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    y = np.empty((*x.shape[:2], out_h, out_w), dtype=x.dtype)
    for i in range(out_h):
        for j in range(out_w):
            window = np.abs(x[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw])
            y[:, :, i, j] = (window**norm_type).sum(axis=(2, 3)) ** (1 / norm_type)
    return y


def window_view(x, norm_type, kernel_size, stride=None):
    """NumPy's own view of windows, and its norm."""
    sh, sw = pair(kernel_size if stride is None else stride)
    view = np.lib.stride_tricks.sliding_window_view(x, pair(kernel_size), axis=(2, 3))
    view = view[:, :, ::sh, ::sw]
    return np.linalg.norm(view.reshape(*view.shape[:4], -1), norm_type, axis=-1)


def per_offset(x, norm_type, kernel_size, stride=None):
    """One shifted image of powers for each place in the window."""
    kh, kw = pair(kernel_size)
    sh, sw = pair(kernel_size if stride is None else stride)
    out_h, out_w = (x.shape[2] - kh) // sh + 1, (x.shape[3] - kw) // sw + 1
    powers = np.power(np.abs(x), norm_type)
    total = sum(
        powers[:, :, p : p + sh * (out_h - 1) + 1 : sh, q : q + sw * (out_w - 1) + 1 : sw]
        for p in range(kh)
        for q in range(kw)
    )
    return np.power(total, 1 / norm_type)


RIGHT = (loops, window_view, per_offset)
STRIDE = "pair(kernel_size if stride is None else stride)"
NORM = "(window**norm_type).sum(axis=(2, 3)) ** (1 / norm_type)"
WRONG = (
    spoil(loops, "mean", "sum(axis", "mean(axis", "a mean instead of a sum"),
    spoil(loops, "no root", " ** (1 / norm_type)", "", "the root is forgotten"),
    spoil(loops, "always 2", NORM, "np.sqrt((window**2).sum(axis=(2, 3)))",
          "norm_type is ignored"),
    spoil(loops, "always a square root", NORM, "np.sqrt((window**norm_type).sum(axis=(2, 3)))",
          "the root does not match the power"),
    spoil(loops, "no power", "(window**norm_type)", "window", "the power is forgotten"),
    spoil(loops, "sum before power", NORM,
          "(window.sum(axis=(2, 3)) ** norm_type) ** (1 / norm_type)",
          "the sum is taken before the power"),
    spoil(loops, "maximum", NORM, "window.max(axis=(2, 3))", "the maximum instead of the norm"),
    spoil(loops, "default stride 1", STRIDE, STRIDE.replace("kernel_size", "1"),
          "a stride that is not given is assumed to be 1"),
    spoil(loops, "stride of the window", STRIDE, "pair(kernel_size)", "the stride is ignored"),
    spoil(loops, "window swapped", "kh, kw = pair", "kw, kh = pair",
          "the window's height and width are mixed up"),
    spoil(loops, "strides swapped", f"sh, sw = {STRIDE}", f"sw, sh = {STRIDE}",
          "the strides for height and width are mixed up", also=["the stride is ignored"]),
    spoil(loops, "short", "return y", "return y[:, :, :-1, :-1]",
          "the last row or column is missing"),
    spoil(loops, "dtype", "dtype=x.dtype", "dtype=np.float64",
          "your result has dtype float64; expected float32"),
)  # fmt: skip
