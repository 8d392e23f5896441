"""Right solutions in the styles in which people write them."""

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


RIGHT = (loops, as_strided, per_offset, fft)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """Fancy indexing: rows and columns of every window at once."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    kh, kw = pair(kernel_size)
    out_h, out_w = sizes(x, np.empty((1, 1, kh, kw)), stride, padding, dilation)
    rows = dh * np.arange(kh)[:, None, None, None] + sh * np.arange(out_h)[:, None]
    columns = dw * np.arange(kw)[:, None, None] + sw * np.arange(out_w)
    return padded(x, padding)[:, :, rows, columns].reshape(len(x), -1, out_h * out_w)
