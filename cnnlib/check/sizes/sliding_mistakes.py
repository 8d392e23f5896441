"""Typical mistakes in sliding a kernel over an image: what each computes, and a hint.

They are written with the reference, on changed arguments, so that they give no answer away.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import raising, without_last
from cnnlib.check.sizes.reference import convolve, correlate
from cnnlib.check.windows import OFF


def _square(a: Arguments) -> Arguments:
    if a["k"].shape[0] != a["k"].shape[1]:
        raise RuntimeError("only a square kernel can be turned unnoticed")
    return a


def _oblong_kernel(a: Arguments) -> bool | None:
    """Whether a square slice does not fit the kernel; not told where NumPy cuts or broadcasts."""
    if 1 in a["k"].shape or a["k"].shape == a["x"].shape:
        return None
    return bool(a["k"].shape[0] != a["k"].shape[1])


def _matrix_product(a: Arguments) -> Array:
    """Add up window @ kernel: every row of the window meets the sums of the kernel's rows."""
    rows = _square(a)["k"].sum(axis=1)
    return correlate(a, k=np.tile(rows, (len(rows), 1)))


def _only(kernel: Array, part: Any) -> Array:
    """Return the kernel with zeros everywhere but in a part."""
    left = np.zeros_like(kernel)
    left[part] = kernel[part]
    return left


#: What a loop over the kernel comes to last: it may run backwards, or add up whole rows.
_LAST = ((-1, -1), (0, 0), np.s_[-1:], np.s_[:1], np.s_[:, -1:], np.s_[:, :1])
_ORDER = (
    "Kernel element [p, q] is multiplied by the pixel p rows below and q columns to the right "
    "of the window's corner."
)


def _sliding(slide: Callable[..., Array]) -> tuple[Misconception, ...]:
    """Return the mistakes that people make whether the kernel is flipped or not."""
    return (
        *mistakes(
            "the kernel's rows and columns are swapped", _ORDER,
            lambda a: slide({**a, "k": _square(a)["k"].T}),
        ),
        *mistakes(
            "rows and columns of the output are swapped",
            "y[i, j] belongs to the window that begins in row i and column j of x.",
            lambda a: slide(a).T,
        ),
        *mistakes(
            "an average instead of a sum",
            "The products are only added up. Where does your code divide?",
            lambda a: slide(a) / a["k"].size,
        ),
        *mistakes(
            "earlier products are overwritten",
            "Each output is a sum over all elements of the kernel. What does every pass of your "
            "loop do with the sum so far?",
            *(lambda a, part=part: slide({**a, "k": _only(a["k"], part)}) for part in _LAST),
        ),
        *mistakes(
            "the kernel's weights are left out",
            "Every pixel of the window is multiplied by the weight above it. Where does your "
            "code use k?",
            lambda a: slide({**a, "k": np.ones_like(a["k"])}),
        ),
        *mistakes(
            "a border is added to the image",
            "Only windows that are completely inside the image count, so the output is smaller "
            "than the image.",
            lambda a: slide(a, padding=tuple(size // 2 for size in a["k"].shape)),
            lambda a: slide(a, padding=tuple(size - 1 for size in a["k"].shape)),
        ),
        *mistakes(
            "the last row or column is missing",
            "How many windows fit? Try your formula on an image and a kernel of the same size.",
            *without_last(slide),
        ),
        *mistakes(
            "only square images and kernels work",
            "Height and width may differ. Which of your loops and slices use one of them for both?",
            raising(_oblong_kernel, OFF, slide),
            raising(lambda a: a["x"].shape[0] != a["x"].shape[1], OFF, slide),
        ),
        *mistakes(
            "a matrix product instead of pixel times weight",
            "@ multiplies rows by columns. Here every pixel is multiplied by a single weight, the "
            "one above it. Which operator does that?",
            _matrix_product,
        ),
    )  # fmt: skip


_FLIPPED_ONCE = (
    lambda a: correlate(a, k=a["k"][::-1]),
    lambda a: correlate(a, k=a["k"][:, ::-1]),
)

CORRELATE: tuple[Misconception, ...] = (
    *mistakes(
        "the kernel is flipped",
        "Here the kernel is placed on the image as it is. Flipping comes in the next exercise. "
        "Look for a [::-1], or an index that runs backwards.",
        convolve,
    ),
    *mistakes(
        "the kernel is flipped along one axis",
        "Here the kernel is placed on the image as it is. Look for an index that runs backwards.",
        *_FLIPPED_ONCE,
    ),
    *_sliding(correlate),
)

CONVOLVE: tuple[Misconception, ...] = (
    *mistakes(
        "the kernel is not flipped",
        "This is the cross-correlation of the previous exercise. What does the definition here "
        "do with the kernel first?",
        correlate,
    ),
    *mistakes(
        "the kernel is flipped along one axis",
        "The kernel is flipped both ways: top to bottom and left to right.",
        *_FLIPPED_ONCE,
    ),
    *mistakes(
        "the kernel is turned by 90°, not by 180°",
        "Flipping both ways turns the kernel by 180°. Which corner does the first weight go to?",
        lambda a: correlate(a, k=np.rot90(_square(a)["k"])),
        lambda a: correlate(a, k=np.rot90(_square(a)["k"], 3)),
    ),
    *mistakes(
        "the image is flipped, not the kernel",
        "If the image is flipped, the output comes out flipped as well. Only the kernel must be "
        "flipped.",
        lambda a: correlate(a, x=a["x"][::-1, ::-1]),
        lambda a: convolve(a, x=a["x"][::-1, ::-1]),
    ),
    *_sliding(convolve),
)
