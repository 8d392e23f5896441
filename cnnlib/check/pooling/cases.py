"""Shapes and settings for pooling cases, and arrays to fill them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from cnnlib._arguments import Size
from cnnlib.check.engine.case import Array, Case, Layout
from cnnlib.check.engine.drawing import whole_numbers
from cnnlib.check.geometry import grid, settings
from cnnlib.check.pooling.reference import max_pool2d

#: What an image holds. A maximum over negative values shows what the padding is, and over values
#: far below zero (`deep`) with which number a search begins; ties show which of several maxima is
#: taken; positive values have a power for every exponent. Where the winners
#: are found again from x, no two numbers may be equal unless they should be, in float32 neither:
#: they are `distinct`, of both signs; distinct and `below zero`; or `few` different ones.
Fill: TypeAlias = Literal[
    "normal", "negative", "deep", "positive", "ties", "flat", "distinct", "below zero", "few"
]


@dataclass(frozen=True)
class Pooling:
    """One pooling: an image (N, C, H, W), a window and settings.

    Settings left at None are not passed, so that the function's defaults are used.
    """

    name: str
    image: tuple[int, int, int, int]
    kernel_size: Size
    stride: Size | None = None
    padding: Size | None = None
    count_include_pad: bool | None = None
    norm_type: float = 2
    fill: Fill = "normal"
    dtype: str = "float64"
    layout: Layout = "plain"

    def case(self, rng: np.random.Generator) -> Case:
        """Make a case for max or average pooling forward."""
        positional = {"x": self._image(rng), "kernel_size": self.kernel_size}
        return Case(self.name, positional, self._settings, self.layout)

    def norm_case(self, rng: np.random.Generator) -> Case:
        """Make a case for `lp_pool2d`, which knows no padding."""
        x = self._image(rng)
        positional = {"x": x, "norm_type": self.norm_type, "kernel_size": self.kernel_size}
        return Case(self.name, positional, self._settings, self.layout)

    def spread_case(self, rng: np.random.Generator) -> Case:
        """Make a case for average pooling backward."""
        dy = rng.standard_normal(self._output).astype(self.dtype)
        positional = {"dy": dy, "shape": self.image, "kernel_size": self.kernel_size}
        return Case(self.name, positional, self._settings, self.layout)

    def route_case(self, rng: np.random.Generator) -> Case:
        """Make a case for max pooling backward: indices as they come out of a forward pass."""
        _, indices = self._pooled(rng)
        dy = rng.standard_normal(indices.shape).astype(self.dtype)
        positional = {"dy": dy, "indices": indices, "shape": self.image}
        return Case(self.name, positional, layout=self.layout)

    def unpool_case(self, rng: np.random.Generator) -> Case:
        """Make a case for un-pooling: where windows share a maximum, they agree on its value."""
        y, indices = self._pooled(rng)
        positional = {"y": y, "indices": indices, "shape": self.image}
        return Case(self.name, positional, layout=self.layout)

    @property
    def _settings(self) -> dict[str, Any]:
        names = ("stride", "padding", "count_include_pad")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @property
    def _output(self) -> tuple[int, int, int, int]:
        kernel, stride, padding = settings({"kernel_size": self.kernel_size, **self._settings})
        n, c, *image = self.image
        return n, c, *grid(image, kernel, stride, padding)

    def gradient_case(self, rng: np.random.Generator) -> Case:
        """Make a case for max pooling backward where the winners are to be found again."""
        forward = self.case(rng)
        dy = rng.standard_normal(self._output).astype(self.dtype)
        return replace(forward, positional={"dy": dy, **forward.positional})

    def _image(self, rng: np.random.Generator) -> Array:
        if self.fill in ("distinct", "below zero", "few"):
            return self._numbers(rng).reshape(self.image).astype(self.dtype)
        normal = rng.standard_normal(self.image)
        filled = {
            "normal": normal,
            "negative": -1 - np.abs(normal),
            "deep": -(1e30 if self.dtype == "float32" else 1e200) * (1 + np.abs(normal)),
            "positive": np.abs(normal),
            "ties": np.floor(2 * normal),
            "flat": np.full(self.image, normal.flat[0]),
        }
        return filled[self.fill].astype(self.dtype)

    def _numbers(self, rng: np.random.Generator) -> Array:
        size = math.prod(self.image)
        if self.fill == "few":
            return rng.integers(0, 3, size) / 2
        # The last term keeps the sizes without their signs apart, too.
        low = size // (2 if self.fill == "distinct" else 1)
        return (rng.permutation(size) - low) / 8 + 1 / 32

    def _pooled(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """Return the maxima and where they are; among equal ones, any."""
        x = self._image(rng)
        # Values with ties are whole numbers apart: a small shake settles each tie at random.
        shake = 1e-3 if self.fill in ("ties", "flat") else 0.0
        arguments = {
            "x": x + shake * rng.random(x.shape),
            "kernel_size": self.kernel_size,
            **self._settings,
        }
        indices = max_pool2d(arguments)[1].astype(np.int64)
        flat = indices.reshape(*x.shape[:2], -1)
        y = np.take_along_axis(x.reshape(*x.shape[:2], -1), flat, axis=2).reshape(indices.shape)
        return y, indices


BASIC = (
    Pooling("one plane, a 2×2 window", (1, 1, 4, 6), 2),
    Pooling("a batch with channels", (2, 3, 6, 4), (2, 2)),
    Pooling("a window of 2 by 3", (1, 2, 4, 9), (2, 3)),
    Pooling("a window of 3 by 2 that does not fit", (2, 1, 8, 5), (3, 2)),
    Pooling("a 1×1 window, a read-only array", (1, 2, 3, 4), 1, layout="read-only"),
    Pooling("a window as large as the image", (2, 2, 4, 3), (4, 3)),
    Pooling("all values negative", (1, 2, 5, 4), 2, fill="negative"),
    Pooling("float32, a sliced array", (2, 2, 5, 6), 2, dtype="float32",
            layout="sliced"),
)  # fmt: skip
STRIDE = (
    Pooling("windows overlap: 3×3, stride 2", (1, 2, 7, 9), 3, 2),
    Pooling("windows overlap: 2×3, stride 1", (2, 1, 5, 4), (2, 3), 1),
    Pooling("stride 2 down, 1 across", (1, 2, 7, 6), 3, (2, 1)),
    Pooling("stride 3, larger than the window", (2, 2, 8, 7), 2, 3),
    Pooling("stride 2 that does not fit", (1, 2, 8, 6), (3, 5), 2),
    Pooling("float32, overlap, a slice", (2, 2, 6, 5), 3, 1, dtype="float32", layout="sliced"),
    Pooling("stride 1 down, 3 across", (1, 2, 5, 9), (2, 3), (1, 3)),
)
PADDING = (
    Pooling("padding 1, all values negative", (1, 2, 5, 4), 3, 2, 1, fill="negative"),
    Pooling("padding 2 down, 1 across", (2, 1, 6, 5), (4, 3), (2, 1), (2, 1)),
    Pooling("padding of half the window", (1, 2, 5, 4), 2, None, 1, fill="negative"),
    Pooling("no padding down, 1 across", (1, 1, 4, 5), (2, 3), 1, (0, 1)),
)
#: For a maximum only.
DEEP = (
    Pooling("values far below zero", (1, 1, 4, 6), 2, fill="deep"),
    Pooling("values far below zero, float32", (1, 2, 4, 4), 2, fill="deep", dtype="float32"),
)
DEEP_PADDING = (
    Pooling("padding 1, values far below zero", (1, 1, 4, 5), 3, 2, 1, fill="deep"),
    Pooling("padding 1, values far below zero, float32", (1, 2, 5, 4), 3, 1, 1, fill="deep",
            dtype="float32"),
)  # fmt: skip
TIES = (
    Pooling("ties: whole numbers", (2, 2, 6, 5), 2, fill="ties"),
    Pooling("ties where windows overlap", (1, 2, 6, 5), 3, 1, 1, fill="ties"),
    Pooling("all pixels are equal", (1, 1, 4, 4), 3, 1, fill="flat"),
)
COUNTS = (
    Pooling("padding counts, set explicitly", (1, 2, 5, 4), 3, 2, 1, True),
    Pooling("padding does not count", (1, 2, 5, 4), 3, 2, 1, False),
    Pooling("padding 2 down, 1 across does not count", (2, 1, 6, 5), (4, 3), 1, (2, 1), False),
    Pooling("padding of half the window does not count", (1, 2, 5, 4), 2, None, 1, False),
    Pooling("no padding, so nothing to leave out", (1, 1, 4, 6), (2, 3), 1, None, False),
)
NORMS = (
    Pooling("the square root of a sum of squares", (1, 2, 4, 6), 2),
    Pooling("power 4, windows overlap", (2, 1, 5, 7), (3, 2), 2, norm_type=4),
    Pooling("power 1 is a sum", (1, 2, 6, 5), 2, norm_type=1, fill="positive"),
    Pooling("power 3, all values positive", (1, 1, 4, 9), (2, 3), norm_type=3, fill="positive"),
    Pooling("power 2.5, stride 2 down, 1 across", (1, 2, 7, 6), 3, (2, 1), norm_type=2.5,
            fill="positive"),
    Pooling("stride 3, larger than the window", (2, 2, 8, 7), 2, 3),
    Pooling("a 1×1 window, a read-only array", (1, 2, 3, 4), 1, layout="read-only"),
    Pooling("float32, a sliced array", (2, 2, 5, 6), 2, 1, norm_type=4,
            dtype="float32", layout="sliced"),
)  # fmt: skip


def spread(*free: str) -> Callable[[np.random.Generator], Pooling]:
    """Return a function that draws a random pooling in which only the named settings are free."""

    def draw_random(rng: np.random.Generator) -> Pooling:
        choose = whole_numbers(rng)
        kernel = choose(1, 4), choose(1, 4)
        fills: tuple[Fill, ...] = ("normal", "negative", "ties")
        return Pooling(
            name="a random window",
            image=(choose(1, 3), choose(1, 3), kernel[0] + choose(0, 5), kernel[1] + choose(0, 5)),
            kernel_size=kernel,
            stride=(choose(1, 3), choose(1, 3)) if "stride" in free else None,
            # PyTorch allows no more than half the window.
            padding=(choose(0, kernel[0] // 2), choose(0, kernel[1] // 2))
            if "padding" in free
            else None,
            count_include_pad=bool(choose(0, 1)) if "count_include_pad" in free else None,
            norm_type=2 * choose(1, 3),
            fill=fills[choose(0, 2)] if "fill" in free else "normal",
        )

    return draw_random
