"""Shapes and settings for convolution cases, and random arrays to fill them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from cnnlib._arguments import Size, pair
from cnnlib.check.engine.case import Arguments, Array, Case, Layout
from cnnlib.check.engine.window import Window, listed

Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Geometry:
    """One convolution: an image (N, C, H, W), filters of a size, and settings.

    Settings left at None are not passed, so that the function's defaults are used.
    """

    name: str
    image: tuple[int, int, int, int]
    filters: int
    kernel_size: Pair
    stride: Size | None = None
    padding: Size | None = None
    dilation: Size | None = None
    groups: int | None = None
    bias: bool = True
    dtype: str = "float64"
    layout: Layout = "plain"

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that are passed."""
        names = ("stride", "padding", "dilation", "groups")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @property
    def weights(self) -> tuple[int, int, int, int]:
        """The shape of w."""
        return (self.filters, self.image[1] // (self.groups or 1), *self.kernel_size)

    @property
    def output(self) -> Pair:
        """Rows and columns of windows."""
        return grid(self.image[2:], *effective(self.window))

    @property
    def window(self) -> dict[str, Any]:
        """What im2col and col2im take by position, which know neither filters nor groups."""
        return {
            "kernel_size": self.kernel_size,
            "stride": self.stride or 1,
            "padding": self.padding or 0,
            "dilation": self.dilation or 1,
        }

    def normal(self, rng: np.random.Generator, *shape: int) -> Array:
        """Return an array from a normal distribution, in this geometry's dtype."""
        return rng.standard_normal(shape).astype(self.dtype)

    def conv_case(self, rng: np.random.Generator) -> Case:
        """Fill in x, w and b."""
        positional = {
            "x": self.normal(rng, *self.image),
            "w": self.normal(rng, *self.weights),
            "b": self.normal(rng, self.filters) if self.bias else None,
        }
        return Case(self.name, positional, self.settings, self.layout)

    def backward_case(self, rng: np.random.Generator) -> Case:
        """Fill in dy, x and w."""
        positional = {
            "dy": self.normal(rng, self.image[0], self.filters, *self.output),
            "x": self.normal(rng, *self.image),
            "w": self.normal(rng, *self.weights),
        }
        return Case(self.name, positional, self.settings, self.layout)

    def window_case(self, rng: np.random.Generator) -> Case:
        """Fill in x only: a case for im2col."""
        positional = {"x": self.normal(rng, *self.image), **self.window}
        return Case(self.name, positional, layout=self.layout)

    def fold_case(self, rng: np.random.Generator) -> Case:
        """Fill in the columns only: a case for col2im."""
        images, channels = self.image[:2]
        (rows, columns), (kh, kw) = self.output, self.kernel_size
        cols = self.normal(rng, images, channels * kh * kw, rows * columns)
        return Case(self.name, {"cols": cols, "shape": self.image, **self.window},
                    layout=self.layout)  # fmt: skip


#: What a convolution does where a setting is not passed.
DEFAULTS = {"stride": 1, "padding": 0, "dilation": 1}


def setting(arguments: Arguments, name: str) -> Pair:
    """Return one setting as a pair."""
    return pair(arguments[name] if name in arguments else DEFAULTS[name])


def swapped(arguments: Arguments, name: str) -> Pair:
    """Return a setting with its two axes swapped."""
    return setting(arguments, name)[::-1]


def effective(arguments: Arguments) -> tuple[Pair, Pair, Pair, Pair]:
    """Return kernel size, stride, padding and dilation of a case as pairs."""
    shape = arguments["w"].shape[2:] if "w" in arguments else None
    kernel = pair(arguments.get("kernel_size", shape))
    stride, padding, dilation = (setting(arguments, name) for name in DEFAULTS)
    return kernel, stride, padding, dilation


def windows(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return how many windows fit side by side on a row of n pixels.

    >>> windows(7, 3, stride=2)
    3
    """
    return (n + 2 * padding - span(1, kernel, 1, dilation)) // stride + 1


def span(windows: int, kernel: int, stride: int, dilation: int) -> int:
    """Return how many pixels some windows cover, from the first to the last.

    >>> span(3, 3, stride=2, dilation=1)
    7
    """
    return (windows - 1) * stride + dilation * (kernel - 1) + 1


def grid(
    image: Sequence[int], kernel: Pair, stride: Pair, padding: Pair, dilation: Pair = (1, 1)
) -> Pair:
    """Return how many rows and columns of windows there are.

    >>> grid((7, 6), (3, 2), (2, 1), (1, 0))
    (4, 5)
    """
    rows, columns = map(windows, image, kernel, stride, padding, dilation)
    return rows, columns


def padded(
    x: Array,
    padding: Pair,
    before: int = 1,
    after: int = 1,
    mode: Any = "constant",
    value: float = 0.0,
) -> Array:
    """Pad images by hand, so many times before (above and left) and after (below and right).

    Raises
    ------
    RuntimeError
        There is more padding than a reflection has.
    """
    widths = ((0, 0), (0, 0), *((before * p, after * p) for p in padding))
    settings = {"constant_values": value} if mode == "constant" else {}
    try:
        return np.asarray(np.pad(x, widths, mode, **settings))
    except ValueError as error:
        raise RuntimeError(str(error)) from None


def settings(arguments: Arguments) -> tuple[Pair, Pair, Pair]:
    """Return window, stride and padding of pooling as pairs; the stride is the window's by default.

    >>> settings({"kernel_size": (2, 3), "padding": 1})
    ((2, 3), (2, 3), (1, 1))
    """
    kernel, stride = setting(arguments, "kernel_size"), arguments.get("stride")
    return kernel, kernel if stride is None else pair(stride), setting(arguments, "padding")


def window(arguments: Arguments, position: Pair, channels: Sequence[int], image: int = 0) -> Window:
    """Return the part of x that an output position reads, its first channel shown."""
    row, column = position
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = effective(arguments)
    rows = [row * sh - ph + i * dh for i in range(kh)]
    columns = [column * sw - pw + j * dw for j in range(kw)]
    where = f"rows {listed(rows)}, columns {listed(columns)}"
    if len(channels) == 1:
        caption = f"{where}, channel {channels[0]} of image {image}:"
    else:
        caption = (
            f"{where}, channels {listed(channels)} of image {image}; shown for channel "
            f"{channels[0]}:"
        )
    return Window(caption, arguments["x"][image, channels[0]], rows, columns)
