"""Solutions of `avg_pool2d_forward`."""

import numpy as np
from mutants import spoil
from styles import pair


def loops(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Six nested loops and no padded image."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    N, C, H, W = x.shape
    out_h, out_w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    y = np.zeros((N, C, out_h, out_w), dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(out_h):
                for j in range(out_w):
                    total, inside = 0, 0
                    for p in range(kh):
                        for q in range(kw):
                            row, column = i * sh + p - ph, j * sw + q - pw
                            if 0 <= row < H and 0 <= column < W:
                                total += x[n, c, row, column]
                                inside += 1
                    y[n, c, i, j] = total / (kh * kw if count_include_pad else inside)
    return y


def slices(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """A slice of the padded image for each window; a padded plane of ones counts."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    around = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    xp = np.pad(x, around)
    ones = np.pad(np.ones((1, 1, *x.shape[2:])), around, constant_values=count_include_pad)
    out_h, out_w = (xp.shape[2] - kh) // sh + 1, (xp.shape[3] - kw) // sw + 1
    y = np.empty((*x.shape[:2], out_h, out_w), dtype=x.dtype)
    for i in range(out_h):
        for j in range(out_w):
            here = np.s_[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            y[:, :, i, j] = xp[here].sum(axis=(2, 3)) / ones[here].sum()
    return y


def window_view(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """NumPy's own view of windows, of the image and of ones."""
    sh, sw = pair(kernel_size if stride is None else stride)
    ph, pw = pair(padding)

    def sums(a, border=0):
        padded = np.pad(a, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=border)
        view = np.lib.stride_tricks.sliding_window_view(padded, pair(kernel_size), axis=(2, 3))
        return view[:, :, ::sh, ::sw].sum(axis=(4, 5))

    return sums(x) / sums(np.ones_like(x), count_include_pad)


def running_sums(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """An integral image: four corners give the sum of any window. Rounds more than a sum does."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)

    def sums(a, border=0):
        padded = np.pad(a, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=border)
        total = np.pad(padded.cumsum(axis=2).cumsum(axis=3), ((0, 0), (0, 0), (1, 0), (1, 0)))
        boxes = total[:, :, kh:, kw:] - total[:, :, :-kh, kw:]
        boxes = boxes - total[:, :, kh:, :-kw] + total[:, :, :-kh, :-kw]
        return boxes[:, :, ::sh, ::sw]

    return sums(x) / sums(np.ones_like(x), count_include_pad)


def per_offset(x, kernel_size, stride=None, padding=0, count_include_pad=True):
    """One shifted image for each place in the window; the count from the edges alone."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    H, W = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out_h, out_w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    total = np.zeros((*x.shape[:2], out_h, out_w), dtype=x.dtype)
    for p in range(kh):
        for q in range(kw):
            total += xp[:, :, p : p + sh * out_h : sh, q : q + sw * out_w : sw][
                :, :, :out_h, :out_w
            ]
    if count_include_pad:
        return total / (kh * kw)
    top, left = np.arange(out_h) * sh - ph, np.arange(out_w) * sw - pw
    rows = np.minimum(top + kh, H) - np.maximum(top, 0)
    columns = np.minimum(left + kw, W) - np.maximum(left, 0)
    return total / np.outer(rows, columns).astype(x.dtype)


RIGHT = (loops, slices, window_view, running_sums, per_offset)
DIVIDE = "total / (kh * kw if count_include_pad else inside)"
STRIDE = "pair(kernel_size if stride is None else stride)"
AROUND = "((0, 0), (0, 0), (ph, ph), (pw, pw))"
INCLUDED = "padding is counted where it should not be"
EXCLUDED = "padding is not counted where it should be"
SIZE = "divided by a number that is not the window's size"
WRONG = (
    spoil(loops, "always counts", DIVIDE, "total / (kh * kw)", INCLUDED),
    spoil(loops, "never counts", DIVIDE, "total / inside", EXCLUDED),
    spoil(loops, "the wrong way round", DIVIDE, DIVIDE.replace("if", "if not"),
          "count_include_pad is used the wrong way round", also=[INCLUDED, EXCLUDED]),
    spoil(loops, "sum", DIVIDE, "total", "a sum instead of an average"),
    spoil(loops, "square window", DIVIDE, "total / (kh * kh)", SIZE, also=[INCLUDED]),
    spoil(loops, "one side of the window", DIVIDE, "total / kw", SIZE),
    spoil(loops, "also by channels", DIVIDE, f"{DIVIDE} / C", SIZE),
    spoil(loops, "default stride 1", STRIDE, STRIDE.replace("kernel_size", "1"),
          "a stride that is not given is assumed to be 1"),
    spoil(loops, "stride of the window", STRIDE, "pair(kernel_size)", "the stride is ignored"),
    spoil(loops, "strides swapped", f"sh, sw = {STRIDE}", f"sw, sh = {STRIDE}",
          "the strides for height and width are mixed up", also=["the stride is ignored"]),
    spoil(slices, "window swapped", "(kh, kw), (ph, pw)", "(kw, kh), (ph, pw)",
          "the window's height and width are mixed up"),
    spoil(slices, "no padding", "pair(padding)", "(0, 0)", "the padding is ignored"),
    spoil(slices, "paddings swapped", "(ph, pw) = pair(kernel_size), pair(padding)",
          "(pw, ph) = pair(kernel_size), pair(padding)",
          "the paddings for height and width are mixed up"),
    spoil(slices, "one side", "np.pad(x, around)",
          "np.pad(x, ((0, 0), (0, 0), (2 * ph, 0), (2 * pw, 0)))", "padding on one side only"),
    spoil(slices, "edge", "np.pad(x, around)", "np.pad(x, around, mode='edge')",
          "the padding is not zero"),
    spoil(slices, "maximum", "xp[here].sum(axis=(2, 3)) / ones[here].sum()",
          "xp[here].max(axis=(2, 3))", named="the maximum instead of the average"),
    spoil(slices, "over the channels", "xp[here].sum(axis=(2, 3))",
          "xp[here].mean(axis=1, keepdims=True).sum(axis=(2, 3))",
          "the average runs over the channels, too"),
    spoil(loops, "first image", "for n in range(N)", "for n in range(1)",
          "only the first image is processed"),
    spoil(loops, "first channel", "for c in range(C)", "for c in range(1)",
          "only the first channel is processed"),
    spoil(loops, "one column short", "return y", "return y[..., :-1]",
          "the last row or column is missing"),
    spoil(loops, "whole division", DIVIDE, DIVIDE.replace("/", "//", 1)),
    spoil(loops, "off a little", "return y", "return (y * (1 + 1e-4)).astype(x.dtype)"),
    spoil(loops, "dtype", "dtype=x.dtype", "dtype=np.float64",
          "your result has dtype float64; expected float32"),
    # What students write.
    spoil(slices, "whole image", "xp[here].sum(axis=(2, 3)) / ones[here].sum()",
          "xp.mean(axis=(2, 3))", "the whole image is read instead of the window"),
    spoil(slices, "column from i", "j * sw : j * sw + kw]", "i * sw : i * sw + kw]",
          also=["the window's column is computed from the row index"]),
    spoil(loops, "rows by columns", "for i in range(out_h)", "for i in range(out_w)",
          "the loop over rows runs over the number of columns"),
    spoil(slices, "refuses", "    y = np.empty",
          "    assert (xp.shape[2] - kh) % sh == 0 == (xp.shape[3] - kw) % sw\n    y = np.empty",
          "windows that do not fit evenly are refused"),
)  # fmt: skip
