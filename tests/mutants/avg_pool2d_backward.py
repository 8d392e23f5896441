"""Solutions of `avg_pool2d_backward`."""

import numpy as np
from mutants import spoil
from styles import pair


def loops(dy, shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Every window gives each of its pixels a share; what is padding gets none."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    N, C, H, W = shape
    dx = np.zeros(shape, dtype=dy.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    pixels = [
                        (row, column)
                        for row in range(i * sh - ph, i * sh - ph + kh)
                        for column in range(j * sw - pw, j * sw - pw + kw)
                        if 0 <= row < H and 0 <= column < W
                    ]
                    count = kh * kw if count_include_pad else len(pixels)
                    for row, column in pixels:
                        dx[n, c, row, column] += dy[n, c, i, j] / count
    return dx


def slices(dy, shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Adds to slices of x, cut at the edge."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    dx = np.zeros(shape, dtype=dy.dtype)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            top, left = i * sh - ph, j * sw - pw
            window = dx[:, :, max(top, 0) : top + kh, max(left, 0) : left + kw]
            count = kh * kw if count_include_pad else window.shape[2] * window.shape[3]
            window += dy[:, :, i : i + 1, j : j + 1] / count
    return dx


def cropped(dy, shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    """Adds to a padded dx, then crops it."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    N, C, H, W = shape
    dxp = np.zeros((N, C, H + 2 * ph, W + 2 * pw), dtype=dy.dtype)
    ones = np.pad(np.ones((H, W)), ((ph, ph), (pw, pw)), constant_values=count_include_pad)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            share = dy[:, :, i, j] / ones[rows, columns].sum()
            dxp[:, :, rows, columns] += share[:, :, None, None]
    return dxp[:, :, ph : ph + H, pw : pw + W].copy()


def per_offset(dy, shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    """For each place in the window, one strided slice takes all shares at once."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    N, C, H, W = shape
    out_h, out_w = dy.shape[2:]
    top, left = np.arange(out_h) * sh - ph, np.arange(out_w) * sw - pw
    rows = np.minimum(top + kh, H) - np.maximum(top, 0)
    columns = np.minimum(left + kw, W) - np.maximum(left, 0)
    share = dy / (kh * kw if count_include_pad else np.outer(rows, columns))
    dxp = np.zeros((N, C, H + 2 * ph + sh, W + 2 * pw + sw), dtype=dy.dtype)
    for p in range(kh):
        for q in range(kw):
            dxp[:, :, p : p + sh * out_h : sh, q : q + sw * out_w : sw] += share
    return np.ascontiguousarray(dxp[:, :, ph : ph + H, pw : pw + W])


def matrices(dy, shape, kernel_size, stride=None, padding=0, count_include_pad=True):
    """A matrix for rows and one for columns: which window holds which pixel."""
    ones = []
    for axis in range(2):
        k, p = pair(kernel_size)[axis], pair(padding)[axis]
        s = pair(kernel_size if stride is None else stride)[axis]
        first = np.arange(dy.shape[2 + axis])[:, None] * s - p
        pixel = np.arange(shape[2 + axis])
        ones.append(((first <= pixel) & (pixel < first + k)).astype(dy.dtype))
    inside = np.outer(ones[0].sum(axis=1), ones[1].sum(axis=1))
    share = dy / (np.prod(pair(kernel_size)) if count_include_pad else inside)
    return np.einsum("ncij,ih,jw->nchw", share, *ones).astype(dy.dtype)


RIGHT = (loops, slices, cropped, per_offset, matrices)
COUNT = "count = kh * kw if count_include_pad else len(pixels)"
STRIDE = "pair(kernel_size if stride is None else stride)"
OVERLAP = "= instead of += where windows overlap"
INCLUDED = "padding is counted where it should not be"
EXCLUDED = "padding is not counted where it should be"
CROP = "dxp[:, :, ph : ph + H, pw : pw + W]"
SHORT = "window.shape[2] * window.shape[3]"
WRONG = (
    spoil(loops, "= for +=", "column] += dy", "column] = dy", OVERLAP),
    spoil(slices, "= for += on slices", "window += dy[:, :, i : i + 1, j : j + 1] / count",
          "window[...] = dy[:, :, i : i + 1, j : j + 1] / count", OVERLAP),
    spoil(per_offset, "= for += by offsets", "] += share", "] = share", OVERLAP),
    spoil(loops, "always counts", COUNT, "count = kh * kw", INCLUDED),
    spoil(loops, "never counts", COUNT, "count = len(pixels)", EXCLUDED),
    spoil(loops, "the wrong way round", COUNT, COUNT.replace("if", "if not"),
          "count_include_pad is used the wrong way round", also=[INCLUDED, EXCLUDED]),
    spoil(loops, "not divided", "dy[n, c, i, j] / count", "dy[n, c, i, j]",
          "the gradient is not divided"),
    spoil(loops, "square window", COUNT, "count = kh * kh",
          "divided by a number that is not the window's size"),
    spoil(loops, "by the batch", "dy[n, c, i, j] / count", "dy[n, c, i, j] / count / N",
          "divided by a number that is not the window's size"),
    spoil(cropped, "crop [p:-p]", CROP, "dxp[:, :, ph:-ph, pw:-pw]",
          "dx is cropped by [padding:-padding], which is empty for padding 0"),
    spoil(cropped, "padding ignored", CROP, "dxp[:, :, :H, :W]", "the padding is ignored"),
    spoil(cropped, "not cropped", CROP, "dxp", "has shape"),
    spoil(cropped, "paddings swapped", CROP, "np.pad(dxp, ((0, 0),) * 2 + ((0, 2),) * 2)"
          "[:, :, pw : pw + H, ph : ph + W]", "the paddings for height and width are mixed up"),
    spoil(slices, "negative slice", "max(top, 0)", "top"),
    spoil(per_offset, "default stride 1", STRIDE, STRIDE.replace("kernel_size", "1"),
          "a stride that is not given is assumed to be 1"),
    spoil(loops, "stride of the window", STRIDE, "pair(kernel_size)", "the stride is ignored"),
    spoil(loops, "stride 1", STRIDE, "pair(kernel_size if stride is None else 1)",
          "the stride is ignored"),
    spoil(loops, "strides swapped", f"sh, sw = {STRIDE}", f"sw, sh = {STRIDE}",
          "the strides for height and width are mixed up"),
    spoil(slices, "window swapped", "(kh, kw), (ph", "(kw, kh), (ph",
          "the window's height and width are mixed up"),
    spoil(loops, "first image", "for n in range(N)", "for n in range(1)",
          "only the first image is processed"),
    spoil(loops, "first channel", "for c in range(C)", "for c in range(1)",
          "only the first channel is processed"),
    spoil(loops, "off a little", "return dx", "return (dx * (1 + 1e-4)).astype(dy.dtype)"),
    spoil(loops, "dtype", "dtype=dy.dtype", "dtype=np.float64",
          "your result has dtype float64; expected float32"),
    # What students write.
    spoil(loops, "kh + kw", COUNT, "count = kh + kw",
          "divided by a number that is not the window's size"),
    spoil(loops, "multiplied", "dy[n, c, i, j] / count", "dy[n, c, i, j] * count",
          "the gradient is multiplied by the window's size, not divided"),
    spoil(cropped, "crop assigned", f"return {CROP}.copy()",
          "dx = np.zeros(shape, dtype=dy.dtype)\n    for n in range(N):\n"
          "        dx[n] = dxp[n, :, ph:-ph, pw:-pw]\n    return dx",
          "dx is cropped by [padding:-padding], which is empty for padding 0"),
)  # fmt: skip
