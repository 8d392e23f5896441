"""How far rounding alone can take a result from the right one."""

from typing import Any

import numpy as np

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

    Parameters
    ----------
    size, what
        How large the numbers are that are rounded, and which numbers these are.
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
