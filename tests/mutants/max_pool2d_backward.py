"""Solutions of `max_pool2d_backward`."""

import numpy as np
from mutants import spoil


def loops(dy, indices, shape):
    """Four loops."""
    N, C, H, W = shape  # noqa: RUF059 (a mistake below needs the height)
    dx = np.zeros(shape, dtype=dy.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    row, column = divmod(indices[n, c, i, j], W)
                    dx[n, c, row, column] += dy[n, c, i, j]
    return dx


def add_at(dy, indices, shape):
    """np.add.at, plane by plane in one call."""
    N, C, H, W = shape
    dx = np.zeros((N, C, H * W), dtype=dy.dtype)
    n, c = np.ogrid[:N, :C]
    place = indices.reshape(N, C, -1)
    np.add.at(dx, (n[..., None], c[..., None], place), dy.reshape(N, C, -1))
    return dx.reshape(shape)


def bincount(dy, indices, shape):
    """Weighted counts; they come as float64."""
    N, C, H, W = shape
    planes = [
        np.bincount(place.ravel(), weights=values.ravel(), minlength=H * W).reshape(H, W)
        for place, values in zip(indices.reshape(N * C, -1), dy.reshape(N * C, -1), strict=True)
    ]
    return np.array(planes).reshape(shape).astype(dy.dtype)


def per_window(dy, indices, shape):
    """One output place after the other, for all planes: here no index comes twice."""
    N, C, H, W = shape
    dx = np.zeros((N * C, H * W), dtype=dy.dtype)
    planes = np.arange(N * C)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            dx[planes, indices[:, :, i, j].ravel()] += dy[:, :, i, j].ravel()
    return dx.reshape(shape)


def one_hot(dy, indices, shape):
    """A matrix with a one where window and pixel belong together."""
    N, C, H, W = shape
    hot = indices.reshape(N, C, -1, 1) == np.arange(H * W)
    return np.einsum("ncw,ncwp->ncp", dy.reshape(N, C, -1), hot.astype(dy.dtype)).reshape(shape)


RIGHT = (loops, add_at, bincount, per_window, one_hot)
OVERLAP = "= instead of += where windows overlap"
ADD = "np.add.at(dx, (n[..., None], c[..., None], place), dy.reshape(N, C, -1))"
PLACE = "dx[n[..., None], c[..., None], place]"
WRONG = (
    spoil(loops, "= for +=", "column] += dy", "column] = dy", OVERLAP),
    spoil(add_at, "fancy +=", ADD, f"{PLACE} += dy.reshape(N, C, -1)", OVERLAP),
    spoil(add_at, "fancy =", ADD, f"{PLACE} = dy.reshape(N, C, -1)", OVERLAP),
    spoil(add_at, "put_along_axis", ADD, "np.put_along_axis(dx, place, dy.reshape(N, C, -1), 2)",
          OVERLAP),
    spoil(add_at, "through the batch", ADD, "np.add.at(dx.reshape(-1), indices, dy)",
          "all gradients go to the first plane"),
    spoil(loops, "divmod by height", "divmod(indices[n, c, i, j], W)",
          "divmod(indices[n, c, i, j], H)[::-1]", "rows and columns of the indices are swapped"),
    spoil(loops, "divmod the wrong way", "row, column = divmod", "column, row = divmod",
          named="rows and columns of the indices are swapped"),
    spoil(loops, "ones", "+= dy[n, c, i, j]", "+= 1", "ones instead of dy"),
    spoil(loops, "a mask", "+= dy[n, c, i, j]", "= 1", "ones instead of dy"),
    spoil(loops, "first image", "for n in range(N)", "for n in range(1)",
          "only the first image is processed"),
    spoil(loops, "first channel", "for c in range(C)", "for c in range(1)",
          "only the first channel is processed"),
    spoil(loops, "first row of dy", "range(dy.shape[2])", "range(1)"),
    spoil(loops, "dtype", "dtype=dy.dtype", "dtype=np.float64",
          "your result has dtype float64; expected float32"),
    spoil(loops, "indices from 1", "divmod(indices[n, c, i, j], W)",
          "divmod((indices[n, c, i, j] - 1) % (H * W), W)", "indices are assumed to start at 1"),
    spoil(add_at, "mean of shares", "return dx.reshape(shape)",
          "count = np.zeros(dx.shape)\n"
          "    np.add.at(count, (n[..., None], c[..., None], place), 1)\n"
          "    return (dx / np.maximum(count, 1)).astype(dy.dtype).reshape(shape)",
          "an average where windows share a maximum"),
    spoil(loops, "off a little", "return dx", "return (dx * (1 + 1e-4)).astype(dy.dtype)"),
    spoil(loops, "not like x", "return dx", "return dx[:, :, :-1]", "has shape"),
    spoil(loops, "changes dy", "return dx", "dy[...] = 0; return dx"),
)  # fmt: skip
