"""How far rounding alone can take a right solution from the reference."""

from typing import Any

import numpy as np

from cnnlib.check.engine.case import Array
from cnnlib.check.engine.check import Tolerance


def rounding(
    dtype: "np.dtype[Any]",
    size: float,
    what: str = "",
    *,
    factor: int = 2,
    terms: int | None = None,
    unit: str = "terms",
) -> Tolerance:
    """Allow some steps of a dtype's rounding, each of numbers of a size.

    A sum of n terms, or products, in any order is off by at most γₙ Σ|x||w| with γₙ = n u / (1 -
    n u) and u half the machine epsilon (Higham, Accuracy and Stability of Numerical Algorithms, 2nd
    ed., sections 3.1 and 4.2). A factor of 2 allows twice that.

    Parameters
    ----------
    size, what
        How large the numbers are that are rounded, and which numbers these are. For a sum: a bound
        for the sum of the terms' sizes.
    factor, terms, unit
        How many steps: a factor, times the number of what is added up, if it is said.

    Examples
    --------
    >>> rounding(np.dtype("float32"), 0.5, "size of the sums", terms=9).why
    '2 · 9 terms · 1.2e-07 (float32 rounding) · 0.5 (size of the sums)'
    """
    epsilon = float(np.finfo(dtype).eps)
    counted = [str(factor)] * (factor > 1) + [f"{terms} {unit}"] * (terms is not None)
    why = [*counted, f"{epsilon:.1e} ({dtype} rounding)", f"{size:.3g}" + f" ({what})" * bool(what)]
    steps = factor * (1 if terms is None else terms)
    return Tolerance(steps * epsilon * size, " · ".join(why))


def norm(array: Array, axes: tuple[int, ...]) -> float:
    """Return the largest Euclidean norm over some axes.

    By Cauchy and Schwarz the sizes of a sum of products add up to at most the product of two.
    """
    return float(np.sqrt((array.astype(np.float64) ** 2).sum(axis=axes).max()))
