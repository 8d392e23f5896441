"""Solutions of `max_pool2d_forward`."""

import numpy as np
from mutants import spoil, wrong
from styles import pair


def prepared(x, kernel_size, stride, padding):
    """Return pairs, output size and the padded image, as most solutions begin."""
    kernel, (ph, pw) = pair(kernel_size), pair(padding)
    steps = pair(kernel_size if stride is None else stride)
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
    size = [(n - k) // s + 1 for n, k, s in zip(xp.shape[2:], kernel, steps, strict=True)]
    return kernel, steps, (ph, pw), size, xp


def loops(x, kernel_size, stride=None, padding=0):
    """Six nested loops and no padded image."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    N, C, H, W = x.shape
    out_h, out_w = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
    y = np.zeros((N, C, out_h, out_w), dtype=x.dtype)
    indices = np.zeros((N, C, out_h, out_w), dtype=np.int64)
    for n in range(N):
        for c in range(C):
            for i in range(out_h):
                for j in range(out_w):
                    best, where = -np.inf, 0
                    for p in range(kh):
                        for q in range(kw):
                            row, column = i * sh + p - ph, j * sw + q - pw
                            if 0 <= row < H and 0 <= column < W and x[n, c, row, column] > best:
                                best, where = x[n, c, row, column], row * W + column
                    y[n, c, i, j], indices[n, c, i, j] = best, where
    return y, indices


def last_of_ties(x, kernel_size, stride=None, padding=0):
    """Among equal pixels the last one wins, and the indices are a list of int32."""
    (kh, kw), (sh, sw), (ph, pw), (out_h, out_w), xp = prepared(x, kernel_size, stride, padding)
    y = np.empty((*x.shape[:2], out_h, out_w), dtype=x.dtype)
    indices = np.empty(y.shape, dtype=np.int32)
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            flat = window.reshape(*x.shape[:2], -1)[:, :, ::-1]
            row, column = np.divmod(kh * kw - 1 - flat.argmax(axis=2), kw)
            y[:, :, i, j] = flat.max(axis=2)
            indices[:, :, i, j] = (row + i * sh - ph) * x.shape[3] + column + j * sw - pw
    return y, indices


def window_view(x, kernel_size, stride=None, padding=0):
    """NumPy's own view of windows; the index by broadcasting."""
    (kh, kw), (sh, sw), (ph, pw), (out_h, out_w), xp = prepared(x, kernel_size, stride, padding)
    windows = np.lib.stride_tricks.sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    flat = windows.reshape(*windows.shape[:4], kh * kw)
    best = flat.argmax(axis=-1)
    y = np.take_along_axis(flat, best[..., None], axis=-1)[..., 0]
    rows = np.arange(out_h)[:, None] * sh - ph + best // kw
    columns = np.arange(out_w) * sw - pw + best % kw
    return y, rows * x.shape[3] + columns


def as_strided(x, kernel_size, stride=None, padding=0):
    """Strides by hand; the indices are pooled like the image."""
    (kh, kw), (sh, sw), (ph, pw), (out_h, out_w), xp = prepared(x, kernel_size, stride, padding)
    numbers = np.arange(x.shape[2] * x.shape[3]).reshape(1, 1, *x.shape[2:])
    numbers = np.pad(numbers, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=-1)

    def windows(a):
        n, c, h, w = a.strides
        shape = (*a.shape[:2], out_h, out_w, kh, kw)
        view = np.lib.stride_tricks.as_strided(a, shape, (n, c, h * sh, w * sw, h, w))
        return view.reshape(*shape[:4], -1)

    values = windows(xp)
    best = values.argmax(axis=-1)[..., None]
    found = np.broadcast_to(windows(numbers), values.shape)
    return values.max(axis=-1), np.take_along_axis(found, best, axis=-1)[..., 0]


def per_offset(x, kernel_size, stride=None, padding=0):
    """One shifted image for each place in the window; the larger one stays."""
    (kh, kw), (sh, sw), (ph, pw), (out_h, out_w), xp = prepared(x, kernel_size, stride, padding)
    y = np.full((*x.shape[:2], out_h, out_w), -np.inf, dtype=x.dtype)
    indices = np.zeros(y.shape, dtype=int)
    i, j = np.ogrid[:out_h, :out_w]
    for p in range(kh):
        for q in range(kw):
            rows, columns = slice(p, p + sh * out_h, sh), slice(q, q + sw * out_w, sw)
            shifted = xp[:, :, rows, columns][:, :, :out_h, :out_w]
            here = (i * sh + p - ph) * x.shape[3] + j * sw + q - pw
            indices = np.where(shifted > y, here, indices)
            y = np.maximum(shifted, y)
    return y, indices


def fancy(x, kernel_size, stride=None, padding=0):
    """Rows and columns of every window at once, as in im2col."""
    (kh, kw), (sh, sw), (ph, pw), (out_h, out_w), xp = prepared(x, kernel_size, stride, padding)
    p, q = (grid.ravel() for grid in np.indices((kh, kw)))
    i, j = (grid.ravel() for grid in np.indices((out_h, out_w)))
    rows, columns = i[:, None] * sh + p, j[:, None] * sw + q
    values = xp[:, :, rows, columns]
    best = values.argmax(axis=-1)
    places = (rows - ph) * x.shape[3] + columns - pw
    shape = (*x.shape[:2], out_h, out_w)
    return values.max(axis=-1).reshape(shape), places[np.arange(len(i)), best].reshape(shape)


RIGHT = (loops, last_of_ties, window_view, as_strided, per_offset, fancy)


def transposed_image(x, kernel_size, stride=None, padding=0):
    """Reads width where height is meant, all the way through."""
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel_size), (0, 0), pair(padding)
    (sh, sw) = pair(kernel_size if stride is None else stride)
    return window_view(x, (kw, kh), (sw, sh), (pw, ph))


def all_channels(x, kernel_size, stride=None, padding=0):
    y, indices = window_view(x, kernel_size, stride, padding)
    return np.broadcast_to(y.max(axis=1, keepdims=True), y.shape).copy(), indices


def rounds_up(x, kernel_size, stride=None, padding=0):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    H, W = x.shape[2:]
    out_h, out_w = -((kh - H - 2 * ph) // sh) + 1, -((kw - W - 2 * pw) // sw) + 1
    # A window that begins behind the image is left out, as PyTorch's ceil_mode does.
    out_h -= (out_h - 1) * sh >= H + ph
    out_w -= (out_w - 1) * sw >= W + pw
    wide = ((0, 0), (0, 0), (ph, ph + sh), (pw, pw + sw))
    xp = np.pad(x, wide, constant_values=-np.inf)
    xp = xp[:, :, : (out_h - 1) * sh + kh, : (out_w - 1) * sw + kw]
    return window_view(xp, (kh, kw), (sh, sw))


WIDTH = "the output's width is computed from the height"
SWAP = "the window's height and width are mixed up"
STRIDES = "the strides for height and width are mixed up"
STRIDE = "pair(kernel_size if stride is None else stride)"
INDEX = "return y, rows * x.shape[3] + columns"
SWAPPED = "rows and columns of the indices are swapped"
PADDED = "indices are counted in the padded image"


def body(old, new, title, named=None, **more):
    """Spoil the view's version, with the first lines that it shares written into it."""
    return spoil(window_view, title, old, new, named, **more)


def begin(old, new, title, named=None, **more):
    """Spoil how a solution begins, then finish it right."""
    spoiled = spoil(prepared, title, old, new).function
    namespace = {**window_view.__globals__, "prepared": spoiled}
    function = type(window_view)(window_view.__code__, namespace, "window_view",
                                 window_view.__defaults__)  # fmt: skip
    return wrong(title, function, named, **more)


def sliced(x, kernel_size, stride=None, padding=0):
    """Slices of a padded image; indices by the view. To be spoiled."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = pair(kernel_size if stride is None else stride)
    N, C, H, W = x.shape
    rows = (H + 2 * ph - kh) // sh + 1
    columns = (W + 2 * pw - kw) // sw + 1
    xp = np.full((N, C, H + 2 * ph, W + 2 * pw), -np.inf, dtype=x.dtype)
    xp[:, :, ph : ph + H, pw : pw + W] = x
    y = np.zeros((N, C, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = xp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw].max(axis=(2, 3))
    return y, window_view(x, kernel_size, stride, padding)[1]


WRONG = (
    begin("constant_values=-np.inf", "constant_values=0", "zeros around", "the padding is zero"),
    begin(", constant_values=-np.inf", "", "np.pad alone", "the padding is zero"),
    begin(", constant_values=-np.inf", ", mode='wrap'", "wraps around",
          named="the padding repeats or mirrors the image"),
    begin(STRIDE, STRIDE.replace("kernel_size", "1"),
          "default stride 1", "a stride that is not given is assumed to be 1"),
    begin(STRIDE, "pair(kernel_size)",
          "stride of the window", "the stride is ignored"),
    begin(STRIDE,
          f"{STRIDE}[::-1]", "strides swapped", STRIDES,
          also=["the stride is ignored"]),
    begin(STRIDE,
          f"({STRIDE}[0],) * 2", "one stride", STRIDES,
          also=["the stride is ignored"]),
    begin("pair(padding)", "pair(0)", "no padding", "the padding is ignored"),
    begin("pair(padding)", "pair(padding)[::-1]", "paddings swapped",
          "the paddings for height and width are mixed up"),
    begin("(ph, ph), (pw, pw)", "(2 * ph, 0), (2 * pw, 0)", "padding above only",
          named="padding on one side only"),
    begin("kernel, (ph, pw) = pair(kernel_size)", "kernel, (ph, pw) = pair(kernel_size)[::-1]",
          "window swapped", SWAP),
    wrong("all swapped", transposed_image, SWAP,
          also=[STRIDES, "the paddings for height and width are mixed up"]),
    wrong("rounds up", rounds_up, "windows that hang over the edge are counted"),
    wrong("over the channels", all_channels, "the maximum runs over the channels, too"),
    spoil(loops, "best begins at 0", "best, where = -np.inf, 0", "best, where = 0, 0",
          "negative values come out as zero", also=["the padding is zero"]),
    spoil(loops, "first image", "for n in range(N)", "for n in range(1)",
          "only the first image is processed"),
    spoil(loops, "first channel", "for c in range(C)", "for c in range(1)",
          "only the first channel is processed"),
    spoil(loops, "one row short", "return y, indices", "return y[:, :, :-1], indices[:, :, :-1]",
          "the last row or column is missing"),
    spoil(loops, "smallest", "x[n, c, row, column] > best:\n                                best,",
          "-x[n, c, row, column] > best:\n                                best,"),
    body("best = flat.argmax(axis=-1)", "best = flat.argmin(axis=-1)", "argmin",
         "the smallest value, not the largest", also=["the padding is ignored"]),
    body("best = flat.argmax(axis=-1)", "best = np.abs(flat).argmax(axis=-1)", "argmax of abs"),
    body("y = np.take_along_axis(flat, best[..., None], axis=-1)[..., 0]", "y = flat.mean(axis=-1)",
         "average", "the average instead of the maximum"),
    body(INDEX, "return y, best", "index in the window",
         "indices are counted inside the window, not in the image"),
    body(INDEX, "return y, (rows + ph) * xp.shape[3] + columns + pw", "index in the padded image",
         PADDED),
    body(INDEX, "return y, (rows + ph) * x.shape[3] + columns + pw", "not shifted back", PADDED),
    body(INDEX, "return y, rows * xp.shape[3] + columns", "width of the padded image", PADDED),
    body(INDEX, "return y, columns * x.shape[2] + rows", "down first", SWAPPED),
    body(INDEX, "return y, rows * x.shape[2] + columns", "rows as long as columns", SWAPPED),
    body(INDEX, "n, c = np.ogrid[: len(x), : x.shape[1]]\n"
         "    planes = (n * x.shape[1] + c)[:, :, None, None]\n"
         "    return y, (planes * x.shape[2] + rows) * x.shape[3] + columns",
         "over the batch", "indices continue from plane to plane"),
    body("* sh - ph", "- ph", "index without stride down"),
    body("np.arange(out_h)[:, None] * sh - ph + best // kw",
         "np.arange(out_h)[:, None] * sh - ph + 0 * best", "row of the corner"),
    body(INDEX, "return y, (rows - best // kw) * x.shape[3] + columns - best % kw", "corner",
         "indices point at the window's first pixel"),
    body(INDEX, "return y, rows * x.shape[3] + columns + 1", "from 1", "indices start at 1"),
    body("best // kw", "best // kh", "window's height in the index"),
    body(INDEX, "return y, (rows * x.shape[3] + columns).astype(float)", "indices as floats",
         "indices has dtype float64; expected integer"),
    body(INDEX, "return y", "y alone", "expected 2 results: y, indices"),
    body(INDEX, "return y.astype(float), rows * x.shape[3] + columns", "always float64",
         "y has dtype float64; expected float32"),
    # What students write.
    spoil(sliced, "window of the stride", "i * sh + kh, j * sw : j * sw + kw",
          "i * sh + sh, j * sw : j * sw + sw", "the window is as large as the stride"),
    spoil(sliced, "n // kernel", "(H + 2 * ph - kh) // sh + 1\n"
          "    columns = (W + 2 * pw - kw) // sw + 1",
          "H // kh\n    columns = W // kw",
          "the number of windows is the image's size divided by the kernel's size"),
    spoil(sliced, "n // stride", "(H + 2 * ph - kh) // sh + 1\n"
          "    columns = (W + 2 * pw - kw) // sw + 1",
          "H // sh\n    columns = W // sw",
          "the number of windows is the image's size divided by the stride"),
    spoil(sliced, "window of the output", "i * sh + kh, j * sw : j * sw + kw",
          "i * sh + rows, j * sw : j * sw + columns", "the window is as large as the output"),
    spoil(sliced, "width from the height", "(W + 2 * pw - kw)", "(H + 2 * pw - kw)", WIDTH),
    spoil(sliced, "width from the window's height", "(W + 2 * pw - kw)", "(W + 2 * pw - kh)",
          WIDTH),
    spoil(sliced, "column from i", "j * sw : j * sw + kw", "i * sw : i * sw + kw",
          "the window's column is computed from the row index"),
    spoil(sliced, "whole image", "xp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]", "xp",
          "the whole image is read instead of the window"),
    spoil(sliced, "as wide as high", "j * sw + kw]", "j * sw + kh]", SWAP),
    spoil(sliced, "steps", "range(rows):\n        for j in range(columns)",
          "range(0, rows, sh):\n        for j in range(0, columns, sw)",
          "the loop over outputs moves in steps of the stride"),
    spoil(sliced, "over the input", "range(rows):\n        for j in range(columns)",
          "range(H):\n        for j in range(W)", "the loops run over the input's size"),
    spoil(sliced, "refuses", "    xp = np.full",
          "    assert (H + 2 * ph - kh) % sh == 0, 'does not fit'\n"
          "    assert (W + 2 * pw - kw) % sw == 0, 'does not fit'\n    xp = np.full",
          "windows that do not fit evenly are refused"),
    spoil(loops, "begins at -100000", "best, where = -np.inf, 0", "best, where = -100000, 0",
          "the search for the largest value starts at a constant"),
    spoil(loops, "begins at -1e9", "best, where = -np.inf, 0", "best, where = -1e9, 0",
          "the search for the largest value starts at a constant"),
    spoil(sliced, "padded by -1e10", "-np.inf, dtype", "-1e10, dtype",
          "the padding is a constant that is not small enough"),
    spoil(sliced, "output turned", "return y,", "return y.transpose(0, 1, 3, 2),",
          "rows and columns of the output are swapped"),
    spoil(sliced, "step A",
          "pair(padding)\n    sh, sw = pair(kernel_size if stride is None else stride)",
          "(0, 0)\n    sh, sw = kh, kw", "neither the stride nor the padding is used"),
)  # fmt: skip
