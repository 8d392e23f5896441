"""The gradients of a convolution, and col2im, in the styles in which people write them."""

import numpy as np
from styles import im2col, padded, pair


def loops(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """One output after the other sends its share back, window by window."""
    (sh, sw), (ph, pw), (dh, dw_) = pair(stride), pair(padding), pair(dilation)
    H, W = x.shape[2:]
    F, depth, kh, kw = w.shape
    out_h, out_w = dy.shape[2:]
    xp = padded(x, padding)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros(F, dtype=w.dtype)
    for n in range(len(x)):
        for f in range(F):
            first = f // (F // groups) * depth
            channels = slice(first, first + depth)
            for i in range(out_h):
                rows = slice(i * sh, i * sh + dh * (kh - 1) + 1, dh)
                for j in range(out_w):
                    columns = slice(j * sw, j * sw + dw_ * (kw - 1) + 1, dw_)
                    share = dy[n, f, i, j]
                    dw[f] += share * xp[n, channels, rows, columns]
                    dxp[n, channels, rows, columns] += share * w[f]
                    db[f] += share
    dx = dxp[:, :, ph : ph + H, pw : pw + W]
    return dx, dw, db


def scalar_loops(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Seven nested loops over single numbers; the padding is never made."""
    (sh, sw), (ph, pw), (dh, dw_) = pair(stride), pair(padding), pair(dilation)
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(len(w), dtype=w.dtype)
    for n, f, i, j in np.ndindex(dy.shape):
        db[f] += dy[n, f, i, j]
        for c, p, q in np.ndindex(w.shape[1:]):
            channel = f // (len(w) // groups) * w.shape[1] + c
            row, column = i * sh - ph + p * dh, j * sw - pw + q * dw_
            if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                dw[f, c, p, q] += dy[n, f, i, j] * x[n, channel, row, column]
                dx[n, channel, row, column] += dy[n, f, i, j] * w[f, c, p, q]
    return dx, dw, db


def per_offset(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """One shifted image for each kernel element."""
    (sh, sw), (ph, pw), (dh, dw_) = pair(stride), pair(padding), pair(dilation)
    (H, W), (out_h, out_w) = x.shape[2:], dy.shape[2:]
    xp = padded(x, padding)
    images = xp.reshape(len(x), groups, w.shape[1], *xp.shape[2:])
    filters = w.reshape(groups, -1, *w.shape[1:])
    grads = dy.reshape(len(x), groups, -1, out_h, out_w)
    dx, dw = np.zeros_like(images), np.zeros_like(filters)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            rows = slice(p * dh, p * dh + sh * (out_h - 1) + 1, sh)
            columns = slice(q * dw_, q * dw_ + sw * (out_w - 1) + 1, sw)
            dw[..., p, q] = np.einsum("ngfhw,ngchw->gfc", grads, images[..., rows, columns])
            dx[..., rows, columns] += np.einsum("ngfhw,gfc->ngchw", grads, filters[..., p, q])
    dx = dx.reshape(xp.shape)[:, :, ph : ph + H, pw : pw + W]
    return dx, dw.reshape(w.shape), dy.sum(axis=(0, 2, 3))


def columns(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Two matrix products on im2col's columns; col2im by slices."""
    settings = w.shape[2:], stride, padding, dilation
    cols = im2col(x, *settings).reshape(len(x), groups, -1, dy[0, 0].size)
    grads = dy.reshape(len(x), groups, -1, dy[0, 0].size)
    filters = w.reshape(groups, len(w) // groups, -1)
    dw = (grads @ cols.swapaxes(2, 3)).sum(axis=0).reshape(w.shape)
    dcols = filters.swapaxes(1, 2) @ grads
    dx = col2im(dcols.reshape(len(x), -1, dy[0, 0].size), x.shape, *settings)
    return dx, dw, dy.sum(axis=(0, 2, 3))


def transposed(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """dx as a full correlation of a spread dy with the flipped kernel; dw over strided views."""
    (sh, sw), (ph, pw), (dh, dw_) = pair(stride), pair(padding), pair(dilation)
    (H, W), (kh, kw), (out_h, out_w) = x.shape[2:], w.shape[2:], dy.shape[2:]
    top, left = dh * (kh - 1), dw_ * (kw - 1)
    spread = np.zeros((*dy.shape[:2], H + 2 * ph + top, W + 2 * pw + left), dtype=dy.dtype)
    spread[:, :, top : top + sh * out_h : sh, left : left + sw * out_w : sw] = dy
    flipped = w[:, :, ::-1, ::-1]
    dx, dw = [], []
    xp = padded(x, padding)
    for part, image, filters, grads in zip(
        np.split(spread, groups, axis=1), np.split(xp, groups, axis=1), np.split(flipped, groups),
        np.split(dy, groups, axis=1), strict=True,
    ):  # fmt: skip
        windows = strided(part, (kh, kw), (H + 2 * ph, W + 2 * pw), (dh, dw_), (1, 1))
        dx.append(np.tensordot(windows, filters, ([1, 2, 3], [0, 2, 3])).transpose(0, 3, 1, 2))
        windows = strided(image, (kh, kw), (out_h, out_w), (dh, dw_), (sh, sw))
        dw.append(np.tensordot(grads, windows, ([0, 2, 3], [0, 4, 5])))
    dx = np.concatenate(dx, axis=1)[:, :, ph : ph + H, pw : pw + W]
    return dx, np.concatenate(dw), np.einsum("nfij->f", dy)


def strided(x, kernel_size, grid, dilation, stride):
    """A view (N, C, kh, kw, rows, columns) of all windows."""
    n, c, h, v = x.strides
    (dh, dw), (sh, sw) = dilation, stride
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:2], *kernel_size, *grid),
        (n, c, h * dh, v * dw, h * sh, v * sw),
        writeable=False,
    )


def window_view(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """NumPy's own view of windows for dw; for dx the shares are laid over each other."""
    (sh, sw), (ph, pw), (dh, dw_) = pair(stride), pair(padding), pair(dilation)
    (H, W), (out_h, out_w) = x.shape[2:], dy.shape[2:]
    span = dh * (w.shape[2] - 1) + 1, dw_ * (w.shape[3] - 1) + 1
    xp = padded(x, padding)
    windows = np.lib.stride_tricks.sliding_window_view(xp, span, axis=(2, 3))
    windows = windows[:, :, ::sh, ::sw, ::dh, ::dw_]
    windows = windows.reshape(len(x), groups, -1, *windows.shape[2:])
    grads = dy.reshape(len(x), groups, -1, out_h, out_w)
    dw = np.einsum("ngfhw,ngchwij->gfcij", grads, windows).reshape(w.shape)
    filters = w.reshape(groups, -1, *w.shape[1:])
    shares = np.einsum("ngfhw,gfcij->hwngcij", grads, filters)
    shares = shares.reshape(out_h, out_w, *x.shape[:2], *w.shape[2:])
    dxp = np.zeros_like(xp)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * sh, j * sw
            dxp[:, :, top : top + span[0] : dh, left : left + span[1] : dw_] += shares[i, j]
    return dxp[:, :, ph : ph + H, pw : pw + W], dw, dy.sum((0, 2, 3))


def fft(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Products of spectra; rounds more than sums do."""
    (sh, sw), (ph, pw), (dh, dw_) = pair(stride), pair(padding), pair(dilation)
    (H, W), (kh, kw), (out_h, out_w) = x.shape[2:], w.shape[2:], dy.shape[2:]
    size = H + 2 * ph + dh * kh, W + 2 * pw + dw_ * kw  # room enough for nothing to wrap around
    spread = np.zeros((*dy.shape[:2], *size))
    spread[:, :, : sh * out_h : sh, : sw * out_w : sw] = dy
    kernel = np.zeros((*w.shape[:2], *size))
    kernel[:, :, : dh * kh : dh, : dw_ * kw : dw_] = w

    def spectrum(array, first):
        found = np.fft.rfft2(array, size)
        return found.reshape(first, groups, -1, *found.shape[2:])

    def kernels(found):
        return found.reshape(groups, -1, *found.shape[1:])

    grads, images = spectrum(spread, len(x)), spectrum(padded(x, padding), len(x))
    filters = kernels(np.fft.rfft2(kernel))
    dx = np.fft.irfft2(np.einsum("ngfhw,gfchw->ngchw", grads, filters), size)
    dx = dx.reshape(*x.shape[:2], *size)[:, :, ph : ph + H, pw : pw + W]
    dw = np.fft.irfft2(np.einsum("ngfhw,ngchw->gfchw", grads.conj(), images), size)
    dw = dw.reshape(*w.shape[:2], *size)[:, :, : dh * kh : dh, : dw_ * kw : dw_]
    return dx.astype(x.dtype), dw.astype(w.dtype), dy.sum(axis=(0, 2, 3))


BACKWARD = (loops, scalar_loops, per_offset, columns, transposed, window_view, fft)


def col2im(cols, shape, kernel_size, stride=1, padding=0, dilation=1):
    """One slice of the image for each kernel element."""
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    (N, C, H, W), (kh, kw) = shape, pair(kernel_size)
    out_h = (H + 2 * ph - dh * (kh - 1) - 1) // sh + 1
    out_w = (W + 2 * pw - dw * (kw - 1) - 1) // sw + 1
    cols = cols.reshape(N, C, kh, kw, out_h, out_w)
    image = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=cols.dtype)
    for p in range(kh):
        for q in range(kw):
            rows = slice(p * dh, p * dh + sh * out_h, sh)
            columns = slice(q * dw, q * dw + sw * out_w, sw)
            image[:, :, rows, columns] += cols[:, :, p, q]
    return image[:, :, ph : ph + H, pw : pw + W]


def col2im_windows(cols, shape, kernel_size, stride=1, padding=0, dilation=1):
    """One window after the other."""
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    (N, C, H, W), (kh, kw) = shape, pair(kernel_size)
    image = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=cols.dtype)
    across = (W + 2 * pw - dw * (kw - 1) - 1) // sw + 1
    for number in range(cols.shape[2]):
        i, j = divmod(number, across)
        rows = slice(i * sh, i * sh + dh * (kh - 1) + 1, dh)
        columns = slice(j * sw, j * sw + dw * (kw - 1) + 1, dw)
        image[:, :, rows, columns] += cols[:, :, number].reshape(N, C, kh, kw)
    return image[:, :, ph : ph + H, pw : pw + W]


def col2im_places(cols, shape, kernel_size, stride=1, padding=0, dilation=1):
    """Ask im2col where each number came from, and add it there."""
    (N, C, H, W), (ph, pw) = shape, pair(padding)
    pixels = np.arange((H + 2 * ph) * (W + 2 * pw)).reshape(1, 1, H + 2 * ph, W + 2 * pw)
    places = im2col(pixels, kernel_size, stride, 0, dilation)[0]
    image = np.zeros((N, C, pixels.size), dtype=cols.dtype)
    np.add.at(image, (slice(None), slice(None), places), cols.reshape(N, C, *places.shape))
    image = image.reshape(N, C, H + 2 * ph, W + 2 * pw)
    return image[:, :, ph : ph + H, pw : pw + W]


def col2im_counts(cols, shape, kernel_size, stride=1, padding=0, dilation=1):
    """The same, by np.bincount for each plane."""
    (N, C, H, W), (ph, pw) = shape, pair(padding)
    pixels = np.arange((H + 2 * ph) * (W + 2 * pw)).reshape(1, 1, H + 2 * ph, W + 2 * pw)
    places = im2col(pixels, kernel_size, stride, 0, dilation).ravel()
    planes = [
        np.bincount(places, weights=plane.ravel(), minlength=pixels.size)
        for plane in cols.reshape(N * C, -1)
    ]
    image = np.array(planes, dtype=cols.dtype).reshape(N, C, H + 2 * ph, W + 2 * pw)
    return image[:, :, ph : ph + H, pw : pw + W]


def col2im_matrix(cols, shape, kernel_size, stride=1, padding=0, dilation=1):
    """im2col is linear, so it is a matrix; col2im is its transpose."""
    N, C, H, W = shape
    units = np.eye(H * W).reshape(H * W, 1, H, W)
    matrix = im2col(units, kernel_size, stride, padding, dilation).reshape(H * W, -1)
    return (cols.reshape(N, C, -1) @ matrix.T).reshape(shape).astype(cols.dtype)


FOLDS = (col2im, col2im_windows, col2im_places, col2im_counts, col2im_matrix)
