"""Solutions of `max_unpool2d`."""

import numpy as np
from mutants import spoil


def loops(y, indices, shape):
    """Four loops."""
    N, C, H, W = shape  # noqa: RUF059 (a mistake below needs the height)
    x = np.zeros(shape, dtype=y.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(y.shape[2]):
                for j in range(y.shape[3]):
                    row, column = divmod(indices[n, c, i, j], W)
                    x[n, c, row, column] = y[n, c, i, j]
    return x


def along_axis(y, indices, shape):
    """put_along_axis on flat planes."""
    planes = np.zeros((*shape[:2], shape[2] * shape[3]), dtype=y.dtype)
    flat = (*shape[:2], -1)
    np.put_along_axis(planes, indices.reshape(flat), y.reshape(flat), axis=2)
    return planes.reshape(shape)


def plane_by_plane(y, indices, shape):
    """A view of each plane as a list."""
    x = np.zeros(shape, dtype=y.dtype)
    for n, c in np.ndindex(*shape[:2]):
        x[n, c].flat[indices[n, c].ravel()] = y[n, c].ravel()
    return x


RIGHT = (loops, along_axis, plane_by_plane)
PUT = "x[n, c, row, column] = y[n, c, i, j]"
WRONG = (
    spoil(loops, "adds", PUT, "x[n, c, row, column] += y[n, c, i, j]",
          "values that share a pixel are added up"),
    spoil(loops, "keeps the larger", PUT,
          "x[n, c, row, column] = max(x[n, c, row, column], y[n, c, i, j])",
          "negative values are lost"),
    spoil(loops, "ones", PUT, "x[n, c, row, column] = 1", "ones instead of the values"),
    spoil(loops, "through the batch", PUT, "x.flat[indices[n, c, i, j]] = y[n, c, i, j]",
          "all values go to the first plane"),
    spoil(loops, "first image", "for n in range(N)", "for n in range(1)",
          "only the first image is processed"),
    spoil(loops, "first channel", "for c in range(C)", "for c in range(1)",
          "only the first channel is processed"),
    spoil(loops, "divmod by height", "divmod(indices[n, c, i, j], W)",
          "divmod(indices[n, c, i, j], H)[::-1]", "rows and columns of the indices are swapped"),
    spoil(loops, "dtype", "dtype=y.dtype", "dtype=np.float64",
          "your result has dtype float64; expected float32"),
)  # fmt: skip
