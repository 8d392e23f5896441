"""Solutions of `pad2d`; `np.pad` would do it in one call."""

import numpy as np
from mutants import spoil, wrong
from styles import pair


def middle(x, padding, value=0.0):
    """An array of the border's value, the image laid into its middle."""
    down, across = pair(padding)
    *before, H, W = x.shape
    y = np.full((*before, H + 2 * down, W + 2 * across), value, dtype=x.dtype)
    y[..., down : down + H, across : across + W] = x
    return y


def joined(x, padding, value=0.0):
    """Strips of border, joined on."""
    down, across = pair(padding)
    side = np.full((*x.shape[:-1], across), value, dtype=x.dtype)
    x = np.concatenate([side, x, side], axis=-1)
    edge = np.full((*x.shape[:-2], down, x.shape[-1]), value, dtype=x.dtype)
    return np.concatenate([edge, x, edge], axis=-2)


def loops(x, padding, value=0.0):
    """Pixel by pixel."""
    down, across = pair(padding)
    H, W = x.shape[-2:]
    y = np.empty((*x.shape[:-2], H + 2 * down, W + 2 * across), dtype=x.dtype)
    for i in range(H + 2 * down):
        for j in range(W + 2 * across):
            inside = down <= i < H + down and across <= j < W + across
            y[..., i, j] = x[..., i - down, j - across] if inside else value
    return y


def by_sides(x, padding, value=0.0):
    """As `np.pad` is asked: with the two sides of every axis."""
    down, across = pair(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(down, down), (across, across)]
    y = np.full([a + n + b for n, (a, b) in zip(x.shape, sides, strict=True)], value, dtype=x.dtype)
    y[tuple(slice(a, a + n) for n, (a, b) in zip(x.shape, sides, strict=True))] = x
    return y


def numpy_pad(x, padding, value=0.0):
    """Right numbers, but not one's own."""
    down, across = pair(padding)
    sides = [(0, 0)] * (x.ndim - 2) + [(down, down), (across, across)]
    return np.pad(x, sides, constant_values=value)


RIGHT = (middle, joined, loops, by_sides)
#: Rows and columns of x that the border repeats.
EDGE = (
    "return x[np.ix_(*(np.clip(np.arange(-a, n + b), 0, n - 1) "
    "for n, (a, b) in zip(x.shape, sides)))]"
)
FULL = "np.full((*before, H + 2 * down, W + 2 * across), value, dtype=x.dtype)"
LAY = "y[..., down : down + H, across : across + W] = x"
SIDE = "padding on one side only"
WRONG = (
    wrong("np.pad", numpy_pad, "pad, line 5 of numpy_pad"),
    spoil(middle, "value ignored", "value, dtype", "0, dtype", "the border is always zero"),
    spoil(middle, "no image", LAY, "pass", "the image is missing: there is only a border"),
    spoil(middle, "adds the image", LAY, LAY.replace(" = ", " += "),
          "the border's value is added to the image"),
    spoil(middle, "swapped", "down, across = pair", "across, down = pair",
          "down and across are mixed up"),
    spoil(middle, "once, above", FULL, FULL.replace("2 * ", ""), SIDE),
    spoil(middle, "once, below", "return y", "return y[..., down:, across:].copy()", SIDE),
    spoil(middle, "all above", "down : down + H, across : across + W",
          "2 * down : 2 * down + H, 2 * across : 2 * across + W", SIDE),
    spoil(middle, "all below", "down : down + H, across : across + W", ":H, :W", SIDE),
    spoil(middle, "twice", "down, across = pair(padding)",
          "down, across = (2 * p for p in pair(padding))", "the padding is added twice",
          also=["padding on one side only"]),
    spoil(middle, "rows only", "down, across = pair(padding)", "down, across = pair(padding)[0], 0",
          "only rows, or only columns, are added"),
    spoil(middle, "not at all", "pair(padding)", "(0, 0)", "the padding is ignored"),
    spoil(by_sides, "first axes", "[(0, 0)] * (x.ndim - 2) + [(down, down), (across, across)]",
          "[(down, down), (across, across)] + [(0, 0)] * (x.ndim - 2)",
          "the first two axes are padded, not the last two"),
    spoil(middle, "crop [p:-p]", "down : down + H, across : across + W",
          "down:-down, across:-across",
          named="the image is copied into [p:-p], which is empty for padding 0"),
    spoil(by_sides, "all axes", "[(0, 0)] * (x.ndim - 2)", "[(down, down)] * (x.ndim - 2)",
          "the batch and channel axes are padded, too"),
    spoil(by_sides, "edge", "return y", EDGE,
          "the border repeats or mirrors the image"),
    spoil(middle, "dtype", ", dtype=x.dtype", "", "dtype float64; expected float32"),
    spoil(middle, "x itself", "down, across = pair(padding)",
          "down, across = pair(padding)\n    if not down and not across:\n        return x",
          "shares its memory with an argument"),
    spoil(middle, "list", "return y", "return y.tolist()", "is list"),
)  # fmt: skip
