"""Convolution in the styles in which people write it: each is right."""

import numpy as np


def pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def sizes(x, w, stride, padding, dilation):
    span = [d * (k - 1) + 1 for d, k in zip(pair(dilation), w.shape[2:], strict=True)]
    return [
        (n + 2 * p - q) // s + 1
        for n, p, q, s in zip(x.shape[2:], pair(padding), span, pair(stride), strict=True)
    ]


def padded(x, padding):
    ph, pw = pair(padding)
    return np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))


def loops(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Seven nested loops, nothing else."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    out_h, out_w = sizes(x, w, stride, padding, dilation)
    xp = padded(x, padding)
    y = np.zeros((len(x), len(w), out_h, out_w), dtype=x.dtype)
    for n in range(len(x)):
        for f in range(len(w)):
            first = f // (len(w) // groups) * w.shape[1]
            for i in range(out_h):
                for j in range(out_w):
                    total = 0 if b is None else b[f]
                    for c in range(w.shape[1]):
                        for p in range(w.shape[2]):
                            for q in range(w.shape[3]):
                                pixel = xp[n, first + c, i * sh + p * dh, j * sw + q * dw]
                                total += pixel * w[f, c, p, q]
                    y[n, f, i, j] = total
    return y


def as_strided(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """A view of all windows, then tensordot."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    out_h, out_w = sizes(x, w, stride, padding, dilation)
    xp = padded(x, padding)
    n, c, h, v = xp.strides
    shape = (*xp.shape[:2], out_h, out_w, *w.shape[2:])
    strides = (n, c, h * sh, v * sw, h * dh, v * dw)
    windows = np.lib.stride_tricks.as_strided(xp, shape, strides, writeable=False)
    parts = zip(np.split(windows, groups, axis=1), np.split(w, groups), strict=True)
    y = np.concatenate(
        [np.tensordot(part, v, ([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2) for part, v in parts],
        axis=1,
    )
    return y if b is None else y + b[:, None, None]


def per_offset(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Add up one shifted image for each kernel element."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    out_h, out_w = sizes(x, w, stride, padding, dilation)
    xp = padded(x, padding).reshape(
        len(x), groups, w.shape[1], -1, x.shape[3] + 2 * pair(padding)[1]
    )
    filters = w.reshape(groups, -1, *w.shape[1:])
    y = np.zeros((len(x), groups, filters.shape[1], out_h, out_w), dtype=x.dtype)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            rows = slice(p * dh, p * dh + sh * (out_h - 1) + 1, sh)
            columns = slice(q * dw, q * dw + sw * (out_w - 1) + 1, sw)
            y += np.einsum("ngchw,gfc->ngfhw", xp[..., rows, columns], filters[..., p, q])
    y = y.reshape(len(x), len(w), out_h, out_w)
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def fft(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Multiply spectra; keep what a stride keeps. Rounds more than a sum does."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    out_h, out_w = sizes(x, w, stride, padding, dilation)
    xp = padded(x, padding)
    kernel = np.zeros((*w.shape[:2], dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1))
    kernel[:, :, ::dh, ::dw] = w
    size = [a + k - 1 for a, k in zip(xp.shape[2:], kernel.shape[2:], strict=True)]
    spectrum = np.fft.rfft2(xp, size).reshape(len(x), groups, w.shape[1], size[0], -1)
    filters = np.fft.rfft2(kernel[:, :, ::-1, ::-1], size)
    filters = filters.reshape(groups, -1, *filters.shape[1:])
    product = np.einsum("ngchw,gfchw->ngfhw", spectrum, filters)
    full = np.fft.irfft2(product, size).reshape(len(x), len(w), *size)
    top, left = kernel.shape[2] - 1, kernel.shape[3] - 1
    y = full[:, :, top::sh, left::sw][:, :, :out_h, :out_w].astype(x.dtype)
    return y if b is None else y + b[:, None, None]


def window_view(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """NumPy's own view of windows, thinned out by slices, then one einsum."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    span = dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded(x, padding), span, axis=(2, 3))
    windows = windows[:, :, ::sh, ::sw, ::dh, ::dw]
    windows = windows.reshape(len(x), groups, -1, *windows.shape[2:])
    filters = w.reshape(groups, -1, *w.shape[1:])
    y = np.einsum("ngchwij,gfcij->ngfhw", windows, filters)
    y = y.reshape(len(x), len(w), *y.shape[3:])
    return y if b is None else y + b[None, :, None, None]


def fancy(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """im2col by fancy indexing, and a product for each group."""
    out_h, out_w = sizes(x, w, stride, padding, dilation)
    columns = im2col(x, w.shape[2:], stride, padding, dilation)
    parts = zip(np.split(columns, groups, axis=1), np.split(w, groups), strict=True)
    y = np.concatenate([v.reshape(len(v), -1) @ part for part, v in parts], axis=1)
    y = y.reshape(len(x), len(w), out_h, out_w)
    return y if b is None else y + b.reshape(-1, 1, 1)


CONVOLUTIONS = (loops, as_strided, per_offset, fft, window_view, fancy)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """Fancy indexing: rows and columns of every window at once."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    kh, kw = pair(kernel_size)
    out_h, out_w = sizes(x, np.empty((1, 1, kh, kw)), stride, padding, dilation)
    rows = dh * np.arange(kh)[:, None, None, None] + sh * np.arange(out_h)[:, None]
    columns = dw * np.arange(kw)[:, None, None] + sw * np.arange(out_w)
    return padded(x, padding)[:, :, rows, columns].reshape(len(x), -1, out_h * out_w)


def im2col_loops(x, kernel_size, stride=1, padding=0, dilation=1):
    """One window after the other."""
    (sh, sw), (dh, dw), (kh, kw) = pair(stride), pair(dilation), pair(kernel_size)
    out_h, out_w = sizes(x, np.empty((1, 1, kh, kw)), stride, padding, dilation)
    xp = padded(x, padding)
    y = np.empty((len(x), x.shape[1] * kh * kw, out_h * out_w), dtype=x.dtype)
    for i in range(out_h):
        for j in range(out_w):
            rows = slice(i * sh, i * sh + dh * (kh - 1) + 1, dh)
            columns = slice(j * sw, j * sw + dw * (kw - 1) + 1, dw)
            y[:, :, i * out_w + j] = xp[:, :, rows, columns].reshape(len(x), -1)
    return y


def im2col_view(x, kernel_size, stride=1, padding=0, dilation=1):
    """A view of all windows; a reshape copies them."""
    (sh, sw), (dh, dw), (kh, kw) = pair(stride), pair(dilation), pair(kernel_size)
    span = dh * (kh - 1) + 1, dw * (kw - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded(x, padding), span, axis=(2, 3))
    windows = windows[:, :, ::sh, ::sw, ::dh, ::dw].transpose(0, 1, 4, 5, 2, 3)
    return windows.reshape(len(x), x.shape[1] * kh * kw, -1)


def im2col_offsets(x, kernel_size, stride=1, padding=0, dilation=1):
    """One slice of the image for each kernel element."""
    (sh, sw), (dh, dw), (kh, kw) = pair(stride), pair(dilation), pair(kernel_size)
    out_h, out_w = sizes(x, np.empty((1, 1, kh, kw)), stride, padding, dilation)
    xp = padded(x, padding)
    pieces = [
        xp[:, :, p * dh : p * dh + sh * out_h : sh, q * dw : q * dw + sw * out_w : sw]
        for p in range(kh)
        for q in range(kw)
    ]
    return np.stack(pieces, axis=2).reshape(len(x), -1, out_h * out_w)


def im2col_strides(x, kernel_size, stride=1, padding=0, dilation=1):
    """Strides written by hand."""
    (sh, sw), (dh, dw), (kh, kw) = pair(stride), pair(dilation), pair(kernel_size)
    out_h, out_w = sizes(x, np.empty((1, 1, kh, kw)), stride, padding, dilation)
    xp = padded(x, padding)
    n, c, h, v = xp.strides
    windows = np.lib.stride_tricks.as_strided(
        xp,
        (*xp.shape[:2], kh, kw, out_h, out_w),
        (n, c, h * dh, v * dw, h * sh, v * sw),
        writeable=False,
    )
    return windows.reshape(len(x), -1, out_h * out_w)


WINDOWS = (im2col, im2col_loops, im2col_view, im2col_offsets, im2col_strides)
