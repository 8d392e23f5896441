"""The kinds of pooling: what one number stands for a window, as PyTorch computes it."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib._late import F, torch

Grid = NDArray[np.float64]

#: The examples that many slides use.
FIRST: Grid = np.array([[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]], dtype=float)
FIVE: Grid = np.array(
    [[0, 1, 0, 4, 5], [2, 3, 2, 1, 3], [4, 4, 0, 4, 3], [2, 5, 2, 6, 4], [1, 0, 0, 5, 7]],
    dtype=float,
)
PRACTICE: Grid = np.array([[6, 6, 6, 6], [4, 5, 5, 4], [2, 4, 4, 2], [2, 4, 4, 2]], dtype=float)


def near_weights(size: int) -> Grid:
    """Return weights that halve from the middle of a window to the middle of a side; sum 1.

    Examples
    --------
    >>> (16 * near_weights(3)).tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """
    half = max((size - 1) / 2, 0.5)
    far = (np.arange(size) - (size - 1) / 2) / half
    weights: Grid = 2.0 ** -(far[:, None] ** 2 + far**2)
    weights /= weights.sum()
    return weights


def pool(x: ArrayLike, kind: str, size: int, stride: int | None = None, **more: Any) -> Grid:
    """Return a matrix, pooled.

    Parameters
    ----------
    x
        (H, W).
    kind
        "max", "average", "sum" or "norm".
    size, stride
        Of the windows; by default they are side by side.
    more
        `padding`, and the power `p` of the norm, which cannot have padding.

    Examples
    --------
    >>> pool(FIRST, "max", 2).tolist()
    [[6.0, 8.0], [3.0, 4.0]]
    """
    made: Grid = _pooled(tensor(x), kind, size, stride or size, **more)[0, 0].numpy()
    return made


def tensor(x: ArrayLike) -> "torch.Tensor":
    """Return a matrix as a batch of one image with one channel."""
    return torch.from_numpy(np.array(x, dtype=np.float64))[None, None]


def _pooled(
    x: "torch.Tensor", kind: str, size: int, stride: int, padding: int = 0, p: float = 2
) -> "torch.Tensor":
    if kind == "max":
        return F.max_pool2d(x, size, stride, padding)
    if kind == "average":
        return F.avg_pool2d(x, size, stride, padding)
    if kind == "sum":
        return F.avg_pool2d(x, size, stride, padding, divisor_override=1)
    if kind == "norm":
        return F.lp_pool2d(x.abs(), p, size, stride)
    raise ValueError(f"kind is {kind!r}; expected 'max', 'average', 'sum' or 'norm'")


def gradient(
    x: ArrayLike,
    kind: str,
    size: int,
    stride: int | None = None,
    dy: ArrayLike | None = None,
    **more: Any,
) -> Grid:
    """Return what each pixel gets when gradients arrive at the pooled map; by default ones."""
    leaf = tensor(x).requires_grad_()
    y = _pooled(leaf, kind, size, stride or size, **more)
    y.backward(torch.ones_like(y) if dy is None else tensor(dy))  # type: ignore[no-untyped-call]
    found: Any = leaf.grad
    made: Grid = found[0, 0].numpy()
    return made


def winners(
    x: ArrayLike, size: int, stride: int | None = None, padding: int = 0
) -> tuple[Grid, NDArray[np.int64]]:
    """Return the maxima and, for each, the index of its pixel in reading order.

    Examples
    --------
    >>> winners(FIRST, 2)[1].tolist()
    [[5, 7], [8, 15]]
    """
    y, where = F.max_pool2d(tensor(x), size, stride or size, padding, return_indices=True)
    maxima: Grid = y[0, 0].numpy()
    indices: NDArray[np.int64] = where[0, 0].numpy()
    return maxima, indices


def unpool(y: ArrayLike, indices: NDArray[np.int64], shape: tuple[int, int]) -> Grid:
    """Return a larger map: each number in the place where it came from, zeros elsewhere."""
    made: Grid = np.zeros(shape)
    made.flat[indices.ravel()] = np.asarray(y, dtype=float).ravel()
    return made
