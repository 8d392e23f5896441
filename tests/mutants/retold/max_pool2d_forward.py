"""Mistakes in `max_pool2d_forward`, by other code than that of the mutants."""

import numpy as np
from mutants import wrong
from styles import pair


def pooled(x, starts, size, kernel, border, index=None):
    """Take the maximum of every window by a generator; where it is, in one pass."""
    (kh, kw), (ph, pw) = kernel, border
    N, C, H, W = x.shape
    y = np.zeros((N, C, *size), dtype=x.dtype)
    places = np.zeros(y.shape, dtype=int)
    for n, c in np.ndindex(N, C):
        for (i, j), (top, left) in starts.items():
            inside = [
                (x[n, c, r, s], -r * W - s)
                for r in range(top - ph, top - ph + kh)
                for s in range(left - pw, left - pw + kw)
                if 0 <= r < H and 0 <= s < W
            ]
            value, place = max(inside)
            y[n, c, i, j], places[n, c, i, j] = value, -place
    return y, places if index is None else index(places, W)


def layout(x, kernel_size, stride, padding):
    kernel, border = pair(kernel_size), pair(padding)
    steps = pair(kernel_size if stride is None else stride)
    size = tuple(
        (n + 2 * p - k) // s + 1
        for n, p, k, s in zip(x.shape[2:], border, kernel, steps, strict=True)
    )
    return kernel, steps, border, size


def places(size, steps):
    return {(i, j): (i * steps[0], j * steps[1]) for i, j in np.ndindex(*size)}


def as_far_as_the_step(x, kernel_size, stride=None, padding=0):
    _, steps, border, size = layout(x, kernel_size, stride, padding)
    return pooled(x, places(size, steps), size, steps, border)


def counted_from_one(x, kernel_size, stride=None, padding=0):
    kernel, steps, border, size = layout(x, kernel_size, stride, padding)
    return pooled(x, places(size, steps), size, kernel, border, lambda k, width: k + 1)


def column_first(x, kernel_size, stride=None, padding=0):
    kernel, steps, border, size = layout(x, kernel_size, stride, padding)
    turned = lambda k, width: k % width * x.shape[2] + k // width  # noqa: E731
    return pooled(x, places(size, steps), size, kernel, border, turned)


def with_the_border(x, kernel_size, stride=None, padding=0):
    kernel, steps, border, size = layout(x, kernel_size, stride, padding)
    wide = x.shape[3] + 2 * border[1]
    shifted = lambda k, width: (k // width + border[0]) * wide + k % width + border[1]  # noqa: E731
    return pooled(x, places(size, steps), size, kernel, border, shifted)


def never_overlapping(x, kernel_size, stride=None, padding=0):
    kernel, _, border, _ = layout(x, kernel_size, stride, padding)
    _, steps, _, size = layout(x, kernel_size, None, padding)
    return pooled(x, places(size, steps), size, kernel, border)


def turned_over(x, kernel_size, stride=None, padding=0):
    kernel, steps, border, size = layout(x, kernel_size, stride, padding)
    y, indices = pooled(x, places(size, steps), size, kernel, border)
    return y.swapaxes(2, 3), indices


def one_less(x, kernel_size, stride=None, padding=0):
    kernel, steps, border, size = layout(x, kernel_size, stride, padding)
    y, indices = pooled(x, places(size, steps), size, kernel, border)
    return y[:, :, : size[0] - 1, : size[1] - 1], indices[:, :, : size[0] - 1, : size[1] - 1]


def not_below_minus_a_million(x, kernel_size, stride=None, padding=0):
    kernel, steps, border, size = layout(x, kernel_size, stride, padding)
    y, indices = pooled(x, places(size, steps), size, kernel, border)
    return np.where(y > -1000000, y, -1000000).astype(x.dtype), indices


WRONG = (
    wrong("as far as the step", as_far_as_the_step, "the window is as large as the stride"),
    wrong("from one", counted_from_one, "indices start at 1"),
    wrong("column first", column_first, "rows and columns of the indices are swapped"),
    wrong("with the border", with_the_border, "indices are counted in the padded image"),
    wrong("never overlapping", never_overlapping, "the stride is ignored"),
    wrong("turned over", turned_over, "rows and columns of the output are swapped"),
    wrong("one less", one_less, "the last row or column is missing"),
    wrong("not below", not_below_minus_a_million,
          "the search for the largest value starts at a constant"),
)  # fmt: skip
