"""Mistakes in `conv2d_forward`, by other code than that of the mutants."""

import numpy as np
from mutants import wrong
from numpy.lib.stride_tricks import sliding_window_view
from styles import pair


def frame(x, down, across, value=0.0):
    """Put a border around images by joining arrays."""
    N, C, H, W = x.shape
    side = np.full((N, C, H, across), value, dtype=x.dtype)
    x = np.concatenate([side, x, side], axis=3)
    above = np.full((N, C, down, W + 2 * across), value, dtype=x.dtype)
    return np.concatenate([above, x, above], axis=2)


def flat_product(x, w, b, padding, stride):
    """Multiply flattened windows by flattened filters."""
    x = frame(x, *padding)
    windows = sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, :: stride[0], :: stride[1]]
    rows, columns = windows.shape[2:4]
    flat = windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, w[0].size)
    y = (flat @ w.reshape(len(w), -1).T).reshape(len(x), rows, columns, len(w))
    y = y.transpose(0, 3, 1, 2)
    return y if b is None else y + b[:, None, None]


def always_one(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    return flat_product(x, w, b, (1, 1), pair(stride))


def nothing_but_step_a(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    return flat_product(x, w, b, (0, 0), (1, 1))


def turned_kernel(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    return flat_product(x, np.rot90(w, 2, axes=(2, 3)), b, pair(padding), pair(stride))


def turned_output(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    y = flat_product(x, w, b, pair(padding), pair(stride))
    return np.array([[plane.T for plane in image] for image in y])


def one_step_for_rows(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    return flat_product(x, w, b, pair(padding), (pair(stride)[0], 1))


def raises_for_a_rest(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    for n, k, p, s in zip(x.shape[2:], w.shape[2:], pair(padding), pair(stride), strict=True):
        if (n + 2 * p - k) % s != 0:
            raise ValueError(f"stride {s} leaves a rest")
    return flat_product(x, w, b, pair(padding), pair(stride))


def windows_one_by_one(x, w, b, sizes, starts, padding):
    """Compute output by output from a dictionary of windows."""
    x = frame(x, *padding)
    kh, kw = w.shape[2:]
    b = np.zeros(len(w)) if b is None else b
    y = np.zeros((len(x), len(w), *sizes), dtype=x.dtype)
    for (i, j), (top, left) in starts.items():
        piece = x[:, None, :, top : top + kh, left : left + kw]
        y[:, :, i, j] = (piece * w).sum(axis=(2, 3, 4)) + b
    return y


def height_for_width(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    rows = 1 + (x.shape[2] + 2 * ph - w.shape[2]) // sh
    columns = 1 + (x.shape[2] + 2 * pw - w.shape[3]) // sw
    starts = {(i, j): (i * sh, j * sw) for i in range(rows) for j in range(columns)}
    return windows_one_by_one(x, w, b, (rows, columns), starts, (ph, pw))


def up(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    rows = int(np.ceil((x.shape[2] + 2 * ph - w.shape[2]) / sh)) + 1
    columns = int(np.ceil((x.shape[3] + 2 * pw - w.shape[3]) / sw)) + 1
    starts = {(i, j): (i * sh, j * sw) for i in range(rows) for j in range(columns)}
    return windows_one_by_one(x, w, b, (rows, columns), starts, (ph, pw))


def jumps_in_the_output(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    rows = 1 + (x.shape[2] + 2 * ph - w.shape[2]) // sh
    columns = 1 + (x.shape[3] + 2 * pw - w.shape[3]) // sw
    starts = {(i, j): (i, j) for i in range(0, rows, sh) for j in range(0, columns, sw)}
    return windows_one_by_one(x, w, b, (rows, columns), starts, (ph, pw))


def diagonal(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    rows = 1 + (x.shape[2] + 2 * ph - w.shape[2]) // sh
    columns = 1 + (x.shape[3] + 2 * pw - w.shape[3]) // sw
    starts = {(i, j): (i * sh, i * sw) for i in range(rows) for j in range(columns)}
    return windows_one_by_one(x, w, b, (rows, columns), starts, (ph, pw))


def forgot_to_pad(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (ph, pw) = pair(stride), pair(padding)
    rows = 1 + (x.shape[2] + 2 * ph - w.shape[2]) // sh
    columns = 1 + (x.shape[3] + 2 * pw - w.shape[3]) // sw
    starts = {(i, j): (i * sh, j * sw) for i in range(rows) for j in range(columns)}
    return windows_one_by_one(x, w, b, (rows, columns), starts, (0, 0))


def empty_middle(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    ph, pw = pair(padding)
    wide = np.zeros((*x.shape[:2], x.shape[2] + 2 * ph, x.shape[3] + 2 * pw), dtype=x.dtype)
    wide[..., ph:-ph, pw:-pw] = x
    return flat_product(wide, w, b, (0, 0), pair(stride))


def sizes_with_a_point(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    sh, sw = pair(stride)
    rows, columns = (x.shape[2] - w.shape[2]) / sh + 1, (x.shape[3] - w.shape[3]) / sw + 1
    starts = {(i, j): (i * sh, j * sw) for i in range(rows) for j in range(columns)}
    return windows_one_by_one(x, w, b, (rows, columns), starts, pair(padding))


def mean_of_products(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    y = flat_product(x, w, None, pair(padding), pair(stride)) / w[0].size
    return y if b is None else y + b[:, None, None]


#: This code knows neither dilation nor groups, and reports may say so.
LEFT_OUT = (
    "the dilation is ignored",
    "the groups are ignored",
    "neither the dilation nor the groups are used",
)


def _wrong(title, function, named):
    return wrong(title, function, named, also=LEFT_OUT)


WRONG = (
    _wrong("always one", always_one, "the padding is always 1"),
    _wrong("step A", nothing_but_step_a, "neither the stride nor the padding is used"),
    _wrong("turned kernel", turned_kernel, "the kernel is flipped"),
    _wrong("turned output", turned_output, "rows and columns of the output are swapped"),
    _wrong("one step for rows", one_step_for_rows, "the stride is used along one axis only"),
    _wrong("a rest", raises_for_a_rest, "windows that do not fit evenly are refused"),
    _wrong("height for width", height_for_width, "the output's width is computed from the height"),
    _wrong("up", up, "the output size is rounded up"),
    _wrong("jumps", jumps_in_the_output, "the loop over outputs moves in steps of the stride"),
    _wrong("diagonal", diagonal, "the window's column is computed from the row index"),
    _wrong(
        "forgot to pad",
        forgot_to_pad,
        "the padding is counted in the size, but the image is not padded",
    ),
    _wrong(
        "empty middle",
        empty_middle,
        "the padded image is filled by [p:-p], which is empty for padding 0",
    ),
    _wrong("a point", sizes_with_a_point, "the output size is a float"),
    _wrong("mean", mean_of_products, "an average instead of a sum"),
)  # fmt: skip
