"""Typical mistakes in max-pooling backward where the winners must be found again, with hints."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib._late import F
from cnnlib.check.backward.fold_mistakes import CUT, OVERLAP
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.devices import tensor
from cnnlib.check.engine.mistakes import only_first
from cnnlib.check.geometry import padded, setting, settings, swapped
from cnnlib.check.moving import STRIDE, SWAP
from cnnlib.check.pooling.mistakes import default_stride
from cnnlib.check.references import max_pool2d, max_pool2d_backward


def _places(a: Arguments) -> Array:
    """Return where in its plane each window's maximum is: (N, C, windows)."""
    _, places = F.max_pool2d(tensor(a["x"]), *settings(a), return_indices=True)
    return np.asarray(places.numpy()).reshape(*a["dy"].shape[:2], -1)


def _written(a: Arguments, first: bool) -> Array:
    """Write every window's gradient at its maximum; of several, the first or last one stays."""
    n, c = a["x"].shape[:2]
    dx, places, dy = np.zeros((n, c, a["x"][0, 0].size)), _places(a), a["dy"].reshape(n, c, -1)
    order = slice(None, None, -1 if first else 1)
    for image, channel in np.ndindex(n, c):
        for place, value in zip(
            places[image, channel, order], dy[image, channel, order], strict=True
        ):
            dx[image, channel, place] = value
    return dx.reshape(a["x"].shape)


def _windows(
    a: Arguments, backwards: bool = False
) -> Iterator[tuple[tuple[int, int], tuple[Any, ...]]]:
    """Yield every output position and its window's part of x."""
    kernel, stride, padding = settings(a)
    positions = list(np.ndindex(*a["dy"].shape[2:]))
    for position in reversed(positions) if backwards else positions:
        starts = [i * s - p for i, s, p in zip(position, stride, padding, strict=True)]
        down, across = (slice(max(t, 0), t + k) for t, k in zip(starts, kernel, strict=True))
        yield (position[0], position[1]), (slice(None), slice(None), down, across)


def _shared(a: Arguments, share: Callable[[Array], Array]) -> Array:
    """Give each window's gradient to its pixels by a share of each."""
    x, dx = a["x"].astype(np.float64), np.zeros(a["x"].shape)
    for (i, j), window in _windows(a):
        dx[window] += share(x[window]) * a["dy"][:, :, i, j][:, :, None, None]
    return dx


def _replaced(a: Arguments, first: bool) -> Array:
    """Write every window's gradients, zeros too, over those of the windows before."""
    x, dx = a["x"].astype(np.float64), np.zeros(a["x"].shape)
    for (i, j), window in _windows(a, backwards=first):
        dx[window] = _maxima(x[window]) * a["dy"][:, :, i, j][:, :, None, None]
    return dx


def _maxima(x: Array) -> Array:
    return np.asarray(x == x.max(axis=(2, 3), keepdims=True), dtype=np.float64)


def _corner(row: int, column: int) -> Callable[[Array], Array]:
    def share(x: Array) -> Array:
        only = np.zeros(x.shape)
        only[:, :, row, column] = 1
        return only

    return share


def _zero_padded(a: Arguments) -> Array:
    ph, pw = setting(a, "padding")
    height, width = a["x"].shape[2:]
    x = padded(a["x"], (ph, pw))
    return max_pool2d_backward(a, x=x, padding=0)[:, :, ph : ph + height, pw : pw + width]


def _uncropped(crop: Callable[[Array, int, int], Array]) -> Callable[[Arguments], Array]:
    def compute(a: Arguments) -> Array:
        ph, pw = setting(a, "padding")
        x = padded(a["x"].astype(np.float64), (ph, pw), value=-np.inf)
        return crop(max_pool2d_backward(a, x=x, padding=0), ph, pw)

    return compute


def _pool_fitted(a: Arguments, **changes: Any) -> Array:
    """Change settings, with low numbers below and right of x so that every window finds room."""
    height, width = a["x"].shape[2:]
    room = 2 * height + 9, 2 * width + 9
    x = padded(a["x"].astype(np.float64), room, before=0, value=-np.inf)
    dy = np.zeros(max_pool2d(a, x=x, **changes).shape)
    rows, columns = a["dy"].shape[2:]
    dy[:, :, :rows, :columns] = a["dy"]
    return max_pool2d_backward(a, x=x, dy=dy, **changes)[:, :, :height, :width]


_DEFAULT = (
    "If no stride is given, it equals the kernel's size, so that the windows are side by side. "
    "What is it in your code?"
)
_EDGE = (
    "Padding must never win. A zero is larger than a negative number: what is smaller than every "
    "number?"
)
_ONE = (
    "Here the whole gradient of a window goes to exactly one of its maxima; you may choose which. "
    "Try it on an image of zeros: what does your window of four zeros get?"
)
_ROUTE = (
    "Only the pixel that won passed its value on. What would a small change in any other pixel do "
    "to the output?"
)

POOL_BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "several tied maxima get the gradient",
        _ONE,
        lambda a: _shared(a, _maxima),
        lambda a: _shared(a, lambda x: _maxima(x) / _maxima(x).sum((2, 3), keepdims=True)),
    ),
    *mistakes(
        "= instead of += where windows overlap",
        OVERLAP,
        lambda a: _written(a, first=False),
        lambda a: _written(a, first=True),
        lambda a: _replaced(a, first=False),
        lambda a: _replaced(a, first=True),
    ),
    *mistakes(
        "the gradient goes to every pixel of the window",
        _ROUTE,
        lambda a: _shared(a, np.ones_like),
        lambda a: _shared(a, lambda x: np.ones_like(x) / np.prod(pair(a["kernel_size"]))),
    ),
    *mistakes(
        "the gradient goes to the same place in every window",
        _ROUTE,
        lambda a: _shared(a, _corner(0, 0)),
        lambda a: _shared(a, _corner(-1, -1)),
    ),
    *mistakes(
        "the gradient goes to the minimum", _ROUTE, lambda a: max_pool2d_backward(a, x=-a["x"])
    ),
    *mistakes("the padding is zero", _EDGE, _zero_padded),
    *mistakes(
        "dx is cropped in the wrong place",
        CUT,
        _uncropped(lambda full, ph, pw: full),
        _uncropped(lambda full, ph, pw: full[:, :, ph:-ph, pw:-pw]),
        _uncropped(lambda full, ph, pw: full[:, :, 2 * ph :, 2 * pw :]),
        _uncropped(
            lambda full, ph, pw: full[:, :, : full.shape[2] - 2 * ph, : full.shape[3] - 2 * pw]
        ),
    ),
    *mistakes(
        "a stride that is not given is assumed to be 1",
        _DEFAULT,
        lambda a: _pool_fitted(a, **default_stride(a)),
    ),
    *mistakes(
        "the stride is ignored",
        _DEFAULT,
        lambda a: _pool_fitted(a, stride=None),
    ),
    *mistakes("the stride is ignored", STRIDE, lambda a: _pool_fitted(a, stride=1)),
    *mistakes(
        "the window's height and width are mixed up",
        SWAP,
        lambda a: _pool_fitted(a, kernel_size=swapped(a, "kernel_size")),
        lambda a: _pool_fitted(a, kernel_size=swapped(a, "kernel_size"), stride=settings(a)[1]),
    ),
    *mistakes(
        "the strides for height and width are mixed up",
        SWAP,
        lambda a: _pool_fitted(a, stride=settings(a)[1][::-1]),
    ),
    *mistakes(
        "only the first image is processed",
        "The first axis of x is the batch: every image in it has its own gradient.",
        only_first(max_pool2d_backward, 0)[0],
    ),
    *mistakes(
        "ones instead of dy",
        "A window that matters a lot to the loss has a large dy. Where does your code use dy?",
        lambda a: max_pool2d_backward(a, dy=np.ones(a["dy"].shape)),
    ),
)  # fmt: skip
