"""Where a place in the picture lies on the cortex: neighbours stay neighbours, the fovea is large.

The map from half of the visual field to the primary visual cortex is close to a complex logarithm,
w = log(z + a): E. Schwartz, Biological Cybernetics 25 (1977) and Vision Research 20 (1980). z is a
place in the right half, its real part to the right and its imaginary part up; a keeps the map from
tearing at the fovea. The left half is the same in the mirror, on the other side of the brain.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Complex = NDArray[np.complex128]


def to_cortex(z: Complex, a: float) -> Complex:
    """Return the places on the cortex of places in the right half of the visual field.

    Examples
    --------
    Without `a`, a picture twice as large is the same picture elsewhere:

    >>> z = np.array([1 + 0j, 3 + 4j])
    >>> (to_cortex(2 * z, a=0) - to_cortex(z, a=0)).round(3)
    array([0.693+0.j, 0.693+0.j])
    """
    return np.log(z + a).astype(np.complex128)


def to_field(w: Complex, a: float) -> Complex:
    """Return the places in the visual field of places on the cortex."""
    return np.exp(w).astype(np.complex128) - a


def cortex_grid(a: float, outer: float, inner: float = 0.0, rows: int = 200) -> Complex:
    """Return, for each pixel of a map of the cortex, its place in the right half of the field.

    Parameters
    ----------
    a
        Of the logarithm, in pixels of the picture; more than 0 unless `inner` is.
    outer, inner
        How far from the fovea the map reaches, and where it begins.
    rows
        Of the map; it gets as many columns as keep all angles as they are.

    Returns
    -------
    array
        (rows, columns), complex, the fovea on the left; NaN where nothing of this half of the
        field arrives.

    Raises
    ------
    ValueError
        The map would begin at log(0).
    """
    if inner + a <= 0:
        raise ValueError(f"a is {a} and inner {inner}; the sum must be more than 0")
    begin, end = np.log(inner + a), np.log(outer + a)
    right = np.linspace(begin, end, round(rows * (end - begin) / np.pi))
    up = np.linspace(np.pi / 2, -np.pi / 2, rows)
    z = to_field(right[None, :] + 1j * up[:, None], a)
    rounding = 1e-9 * outer
    outside = (z.real < -rounding) | (np.abs(z) > outer + rounding) | (np.abs(z) < inner - rounding)
    inside: Complex = np.where(outside, np.nan, z)
    return inside


def cortex_image(
    picture: NDArray[Any], fovea: tuple[float, float], grid: Complex
) -> NDArray[np.float64]:
    """Return a picture as it lies on the cortex, both halves, their foveas in the middle.

    Parameters
    ----------
    picture
        (H, W).
    fovea
        Row and column of the place that is looked at.
    grid
        As `cortex_grid` returns it, (rows, columns).

    Returns
    -------
    array
        (rows, 2 · columns); NaN where there is no picture.
    """
    row, column = fovea
    right = _sample(picture, row - grid.imag, column + grid.real)
    left = _sample(picture, row - grid.imag, column - grid.real)
    return np.concatenate([left[:, ::-1], right], axis=1)


def cortex_share(grid: Complex, radius: float) -> float:
    """Return the share of the map that the places within a radius of the fovea take."""
    distance = np.abs(grid[~np.isnan(grid)])
    return float((distance <= radius).mean())


def _sample(
    picture: NDArray[Any], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the picture between its pixels, bilinearly; NaN beside it."""
    H, W = picture.shape
    with np.errstate(invalid="ignore"):  # NaN is beside it
        inside = (rows >= 0) & (rows <= H - 1) & (columns >= 0) & (columns <= W - 1)
    y, x = np.where(inside, rows, 0), np.where(inside, columns, 0)
    top, left = np.minimum(y.astype(int), H - 2), np.minimum(x.astype(int), W - 2)
    down, right = y - top, x - left
    above = (1 - right) * picture[top, left] + right * picture[top, left + 1]
    below = (1 - right) * picture[top + 1, left] + right * picture[top + 1, left + 1]
    return np.where(inside, (1 - down) * above + down * below, np.nan)
