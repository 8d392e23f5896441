"""The neuron of McCulloch and Pitts: add up, compare, fire or not. Nothing in it learns.

Source: W. McCulloch and W. Pitts, "A logical calculus of the ideas immanent in nervous activity",
Bulletin of Mathematical Biophysics 5, 1943. There all excitatory inputs count equally, and an
inhibitory input forbids firing altogether; here every input has a weight, negative if it inhibits,
as became usual later.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Unit: TypeAlias = Callable[[ArrayLike], NDArray[np.int64]]


def threshold_unit(weights: Sequence[float], threshold: float) -> Unit:
    """Return a unit that fires if the weighted sum of its inputs reaches a threshold.

    Parameters
    ----------
    weights
        One for each input.
    threshold
        The least sum at which the unit fires.

    Returns
    -------
    function
        From inputs of shape (…, n), each 0 or 1, to outputs of shape (…), each 0 or 1.

    Examples
    --------
    >>> both = threshold_unit((1, 1), threshold=2)
    >>> both([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 0, 0, 1])
    """
    w = np.asarray(weights, dtype=np.float64)

    def unit(inputs: ArrayLike) -> NDArray[np.int64]:
        x = np.asarray(inputs, dtype=np.float64)
        if x.shape[-1:] != w.shape:
            raise ValueError(
                f"inputs have shape {x.shape}; expected (…, {len(w)}), one for each weight"
            )
        return np.asarray(x @ w >= threshold, dtype=np.int64)

    return unit


AND = threshold_unit((1, 1), threshold=2)
OR = threshold_unit((1, 1), threshold=1)
NOT = threshold_unit((-1,), threshold=0)


def xor(inputs: ArrayLike) -> NDArray[np.int64]:
    """Return "one of two, not both", which takes several units: OR, and not AND.

    Parameters
    ----------
    inputs
        (…, 2), each 0 or 1.

    Examples
    --------
    >>> xor([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 1, 1, 0])
    """
    not_both = NOT(AND(inputs)[..., None])
    return AND(np.stack([OR(inputs), not_both], axis=-1))


def all_inputs(count: int) -> NDArray[np.int64]:
    """Return every pattern of zeros and ones, (2^count, count), counted up in binary.

    Examples
    --------
    >>> all_inputs(2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    return np.array(list(itertools.product((0, 1), repeat=count)))


def computable() -> set[tuple[int, ...]]:
    """Return the truth tables of two inputs that a single unit computes.

    Every unit of two inputs has the table of one whose weights are -1, 0 or 1 and whose threshold
    is -1, 0, 1 or 2: a line can separate the four corners of a square in no other way.

    Examples
    --------
    >>> len(computable()), (0, 1, 1, 0) in computable()
    (14, False)
    """
    corners = all_inputs(2)
    return {
        tuple(threshold_unit(weights, threshold)(corners).tolist())
        for weights in itertools.product((-1, 0, 1), repeat=2)
        for threshold in (-1, 0, 1, 2)
    }
