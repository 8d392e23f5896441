"""How far rounding can take a right solution from the reference."""

from typing import Any

import numpy as np

from cnnlib.check.engine.case import Array
from cnnlib.check.engine.check import Tolerance


def bound(terms: int, dtype: "np.dtype[Any]", size: float, what: str) -> Tolerance:
    """Bound the rounding error of a sum of n terms, or products, in any order.

    It is at most γₙ Σ|x||w| with γₙ = n u / (1 - n u) and u half the machine epsilon (Higham,
    Accuracy and Stability of Numerical Algorithms, 2nd ed., sections 3.1 and 4.2); twice that is
    allowed.

    Parameters
    ----------
    size
        A bound for the sum of the terms' sizes.
    what
        What that bound is, in a few words.
    """
    epsilon = float(np.finfo(dtype).eps)
    return Tolerance(
        2 * terms * epsilon * size,
        f"2 · {terms} terms · {epsilon:.1e} ({dtype} rounding) · {size:.3g} ({what})",
    )


def norm(array: Array, axes: tuple[int, ...]) -> float:
    """Return the largest Euclidean norm over some axes.

    By Cauchy and Schwarz the sizes of a sum of products add up to at most the product of two.
    """
    return float(np.sqrt((array.astype(np.float64) ** 2).sum(axis=axes).max()))
