"""What one output is computed from, found by changing one input after another.

It needs no word of a misconception about itself: whatever moves the output when it is changed has
been read, and by how much the output moves is its weight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array

#: A plane with more numbers than this is not tried.
MOST = 400
#: What a computation raises on arguments with which it cannot be made, or without PyTorch.
REFUSALS = (RuntimeError, RuntimeWarning, ImportError, IndexError, ValueError, FloatingPointError)


@dataclass(frozen=True)
class Reading:
    """What an output is computed from, of one plane of an argument.

    Attributes
    ----------
    read
        Which elements of the plane; boolean, in its shape.
    weights
        By what each is multiplied, if the output is a weighted sum of them; otherwise None.
    value
        The output.
    """

    read: Array
    weights: Array | None
    value: float


def locate(arguments: Arguments, plane: Array) -> tuple[str, tuple[int, ...]] | None:
    """Return which argument a plane is cut from, and its index there; None if it is a new array.

    >>> x = np.zeros((2, 3, 4, 4))
    >>> locate({"x": x}, x[1, 2])
    ('x', (1, 2))
    """
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.ndim >= 2 and value.dtype.kind == "f":
            for lead in np.ndindex(value.shape[:-2]):
                if np.shares_memory(value[lead], plane):
                    return name, lead
    return None


def probe(
    value: Callable[[Arguments], float], arguments: Arguments, name: str, lead: tuple[int, ...]
) -> Reading | None:
    """Find what a number is computed from, among the elements of one plane of an argument.

    Rows and columns are tried before elements, so that a window takes few calls.

    Parameters
    ----------
    value
        Computes the number from the arguments.
    name, lead
        The argument, an array of floats, and the plane's index in it.
    """
    given: Array = arguments[name]
    height, width = given[lead].shape
    if height * width > MOST:
        return None

    def shifted(place: Any, by: Any) -> float:
        changed = given.copy()
        changed[lead][place] += by
        return value({**arguments, name: changed})

    def moves(place: Any) -> bool:
        # Whatever reads it is no number any more, be it a sum, a maximum or a minimum.
        return bool(np.isnan(shifted(place, np.nan)))

    try:
        start = value(arguments)
        rows = [i for i in range(height) if moves(i)]
        columns = [j for j in range(width) if moves((slice(None), j))]
        # A power of two is added without rounding to most numbers.
        step = 2.0 ** np.ceil(np.log2(16 + 4 * float(np.abs(given).max(initial=0))))
        weights = np.zeros((height, width))
        for place in ((i, j) for i in rows for j in columns):
            weights[place] = (shifted(place, step) - start) / step
        weights[np.abs(weights) < 1e-9] = 0
        uneven = step * (1 + np.sin(np.arange(height * width)).reshape(height, width))
        if np.isclose(shifted((), uneven) - start, (weights * uneven).sum(), 1e-6, 1e-6 * step):
            return Reading(weights != 0, weights, start)
        read = np.zeros((height, width), bool)
        for place in ((i, j) for i in rows for j in columns):
            read[place] = moves(place)
    except REFUSALS:
        return None
    return Reading(read, None, start)
