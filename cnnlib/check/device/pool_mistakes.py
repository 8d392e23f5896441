"""Typical mistakes in max-pooling, forward and backward: what each computes, and a hint."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.device.conv_mistakes import ADD, CROP, STRIDE, SWAP
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes


def _pool(a: Arguments, **changes: Any) -> Array:
    from cnnlib.check.references import max_pool2d

    return max_pool2d(a, **changes)


def _padded(a: Arguments, value: float) -> Array:
    """Pad x by hand with a number, then pool without padding."""
    ph, pw = pair(a.get("padding", 0))
    x = np.pad(a["x"], ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=value)
    return _pool(a, x=x, padding=0)


def _turned(value: Any) -> tuple[int, int]:
    down, across = pair(value)
    return across, down


def _stride(a: Arguments) -> tuple[int, int]:
    stride = a.get("stride")
    return pair(a["kernel_size"] if stride is None else stride)


def _default_one(a: Arguments) -> dict[str, Any]:
    """Return a stride of 1 where it is left out."""
    return {"stride": 1 if a.get("stride") is None else a["stride"]}


def _average(a: Arguments) -> Array:
    import torch.nn.functional as F

    from cnnlib.check.engine.devices import array, tensor

    kernel = pair(a["kernel_size"])
    return array(F.avg_pool2d(tensor(a["x"]), kernel, _stride(a), pair(a.get("padding", 0))))


def _largest_size(a: Arguments) -> Array:
    most, least = _pool(a), -_pool(a, x=-a["x"])
    return np.where(np.abs(most) >= np.abs(least), most, least)


def _only_first_image(y: Array) -> Array:
    kept = np.zeros_like(y)
    kept[0] = y[0]
    return kept


_DEFAULT = "Where the stride is left out it is the kernel's size, so that windows lie side by side."
_EDGE = (
    "Padding must never win. A zero is larger than a negative number: what is smaller than every "
    "number?"
)
_FLOOR = "Only whole windows count, as for convolution. How many fit on 5 pixels with 2 × 2?"

POOL: tuple[Misconception, ...] = (
    *mistakes("the padding counts as zero", _EDGE, lambda a: _padded(a, 0.0)),
    *mistakes("the maximum begins at zero", _EDGE, lambda a: np.maximum(_pool(a), 0)),
    *mistakes(
        "the stride is 1 where it is left out", _DEFAULT, lambda a: _pool(a, **_default_one(a))
    ),
    *mistakes("the stride is always the kernel's size", _DEFAULT, lambda a: _pool(a, stride=None)),
    *mistakes("the stride is ignored", _DEFAULT, lambda a: _pool(a, stride=1)),
    *mistakes(
        "height's and width's stride are mixed up",
        SWAP,
        lambda a: _pool(a, stride=_turned(_stride(a))),
    ),
    *mistakes(
        "the kernel's height and width are mixed up",
        SWAP,
        lambda a: _pool(a, kernel_size=_turned(a["kernel_size"])),
        lambda a: _pool(a, kernel_size=_turned(a["kernel_size"]), stride=_stride(a)),
    ),
    *mistakes(
        "height's and width's padding are mixed up",
        SWAP,
        lambda a: _pool(a, padding=_turned(a.get("padding", 0))),
    ),
    *mistakes(
        "the padding is ignored",
        "Padding makes room on all four sides before the windows are laid.",
        lambda a: _pool(a, padding=0),
    ),
    *mistakes("the average in place of the maximum", "What does the name say?", _average),
    *mistakes(
        "the minimum in place of the maximum",
        "Try it on four numbers: which one comes out?",
        lambda a: -_pool(a, x=-a["x"]),
    ),
    *mistakes(
        "the largest absolute value wins", "3 is larger than -5. Is an abs too many?", _largest_size
    ),
    *mistakes(
        "the maximum is taken over the channels, too",
        "Every channel is pooled on its own; the result has as many channels as x.",
        lambda a: _pool(a).max(axis=1, keepdims=True),
        lambda a: np.broadcast_to(_pool(a).max(axis=1, keepdims=True), _pool(a).shape),
    ),
    *mistakes(
        "only the first image is pooled",
        "The first axis of x is the batch: every image of it has its own output.",
        lambda a: _only_first_image(_pool(a)),
        lambda a: _pool(a)[:1],
    ),
    *mistakes(
        "the last row or column is missing",
        _FLOOR,
        lambda a: _pool(a)[:, :, :-1, :-1],
        lambda a: _pool(a)[:, :, :-1],
        lambda a: _pool(a)[:, :, :, :-1],
    ),
)


def _pool_backward(a: Arguments, **changes: Any) -> Array:
    from cnnlib.check.references import max_pool2d_backward

    return max_pool2d_backward(a, **changes)


def _places(a: Arguments) -> Array:
    """Return where in its plane each window's maximum lies: (N, C, windows)."""
    import torch.nn.functional as F

    from cnnlib.check.engine.devices import tensor

    settings = a["kernel_size"], _stride(a), a.get("padding", 0)
    _, places = F.max_pool2d(tensor(a["x"]), *settings, return_indices=True)
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
    kernel, padding = pair(a["kernel_size"]), pair(a.get("padding", 0))
    positions = list(np.ndindex(*a["dy"].shape[2:]))
    for position in reversed(positions) if backwards else positions:
        starts = [i * s - p for i, s, p in zip(position, _stride(a), padding, strict=True)]
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
    ph, pw = pair(a.get("padding", 0))
    height, width = a["x"].shape[2:]
    x = np.pad(a["x"], ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    return _pool_backward(a, x=x, padding=0)[:, :, ph : ph + height, pw : pw + width]


def _uncropped(crop: Callable[[Array, int, int], Array]) -> Callable[[Arguments], Array]:
    def compute(a: Arguments) -> Array:
        ph, pw = pair(a.get("padding", 0))
        widths = ((0, 0), (0, 0), (ph, ph), (pw, pw))
        x = np.pad(a["x"].astype(np.float64), widths, constant_values=-np.inf)
        return crop(_pool_backward(a, x=x, padding=0), ph, pw)

    return compute


def _pool_fitted(a: Arguments, **changes: Any) -> Array:
    """Change settings, with low numbers below and right of x so that every window finds room."""
    height, width = a["x"].shape[2:]
    widths = ((0, 0), (0, 0), (0, 2 * height + 9), (0, 2 * width + 9))
    x = np.pad(a["x"].astype(np.float64), widths, constant_values=-np.inf)
    dy = np.zeros(_pool(a, x=x, **changes).shape)
    rows, columns = a["dy"].shape[2:]
    dy[:, :, :rows, :columns] = a["dy"]
    return _pool_backward(a, x=x, dy=dy, **changes)[:, :, :height, :width]


_ONE = (
    "Here the whole gradient of a window goes to exactly one of its maxima, whichever you like. "
    "Try it on an image of zeros: what does your window of four zeros get?"
)
_ROUTE = "Only the pixel that won passed its value on. What would a small change of another one do?"

POOL_BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "the gradient goes to several of tied maxima",
        _ONE,
        lambda a: _shared(a, _maxima),
        lambda a: _shared(a, lambda x: _maxima(x) / _maxima(x).sum((2, 3), keepdims=True)),
    ),
    *mistakes(
        "a window's gradient overwrites its neighbour's",
        ADD,
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
        "the gradient goes to a fixed place of the window",
        _ROUTE,
        lambda a: _shared(a, _corner(0, 0)),
        lambda a: _shared(a, _corner(-1, -1)),
    ),
    *mistakes(
        "the gradient goes to the minimum", _ROUTE, lambda a: _pool_backward(a, x=-a["x"])
    ),
    *mistakes("the padding counts as zero", _EDGE, _zero_padded),
    *mistakes(
        "dx is cropped in the wrong place",
        CROP,
        _uncropped(lambda full, ph, pw: full),
        _uncropped(lambda full, ph, pw: full[:, :, ph:-ph, pw:-pw]),
        _uncropped(lambda full, ph, pw: full[:, :, 2 * ph :, 2 * pw :]),
        _uncropped(
            lambda full, ph, pw: full[:, :, : full.shape[2] - 2 * ph, : full.shape[3] - 2 * pw]
        ),
    ),
    *mistakes(
        "the stride is 1 where it is left out",
        _DEFAULT,
        lambda a: _pool_fitted(a, **_default_one(a)),
    ),
    *mistakes(
        "the stride is always the kernel's size",
        _DEFAULT,
        lambda a: _pool_fitted(a, stride=None),
    ),
    *mistakes("the stride is ignored", STRIDE, lambda a: _pool_fitted(a, stride=1)),
    *mistakes(
        "the kernel's height and width are mixed up",
        SWAP,
        lambda a: _pool_fitted(a, kernel_size=_turned(a["kernel_size"])),
        lambda a: _pool_fitted(a, kernel_size=_turned(a["kernel_size"]), stride=_stride(a)),
    ),
    *mistakes(
        "height's and width's stride are mixed up",
        SWAP,
        lambda a: _pool_fitted(a, stride=_turned(_stride(a))),
    ),
    *mistakes(
        "the gradient of only one image",
        "The first axis of x is the batch: every image of it has its own gradient.",
        lambda a: _only_first_image(_pool_backward(a)),
    ),
    *mistakes(
        "all windows count the same",
        "A window that mattered much for the loss has a large dy. Where does your code use dy?",
        lambda a: _pool_backward(a, dy=np.ones(a["dy"].shape)),
    ),
)  # fmt: skip
