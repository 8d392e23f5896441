"""How typical mistakes are written: what each computes, from a case's arguments.

Most are `lambda a: reference(a, setting=another)`: the reference, on changed arguments. Others are
formulas of PyTorch's tensors. What is said here of a result is said in all topics alike.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeAlias

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Raises, Values
from cnnlib.check.engine.devices import array, tensor

#: What a misconception computes from a case's arguments.
Compute: TypeAlias = Callable[[Arguments], Values | Raises | None]


def results(*names: str) -> Callable[..., Compute]:
    """Return a function that makes a mistake from what computes each result that is wrong.

    Of the other results it says nothing, so that it is also recognised where these are right.

    >>> results("dx", "dw")(dw=lambda a: a["w"])({"w": 2})
    (None, 2)
    """

    def mistake(**wrong: Callable[[Arguments], Any]) -> Compute:
        assert wrong.keys() <= set(names), f"{wrong.keys()} are not all in {names}"

        def compute(arguments: Arguments) -> Values | Raises | None:
            found = tuple(wrong[name](arguments) if name in wrong else None for name in names)
            # An exception leaves no result at all.
            raised = (value for value in found if isinstance(value, Raises))
            return next(raised, found if any(value is not None for value in found) else None)

        return compute

    return mistake


def formula(wrong: Callable[..., Any]) -> Callable[[Arguments], Array | None]:
    """Return what computes a formula: it names those of the case's arguments that it wants.

    Arrays come to it as tensors. Where one of them is None it computes nothing.
    """
    names = tuple(signature(wrong).parameters)

    def compute(arguments: Arguments) -> Array | None:
        given = {name: arguments[name] for name in names if name in arguments}
        if any(value is None for value in given.values()):
            return None
        tensors = {n: tensor(v) if isinstance(v, np.ndarray) else v for n, v in given.items()}
        return array(wrong(**tensors))

    return compute


def formulas(*names: str) -> Callable[..., Compute]:
    """Return a function that makes a mistake: a formula for each result that it makes wrong."""
    mistake = results(*names)
    return lambda **wrong: mistake(**{name: formula(each) for name, each in wrong.items()})


def raising(
    when: Callable[[Arguments], bool | None],
    like: str,
    right: Callable[..., Any] = lambda arguments: None,
    *,
    alone: bool = False,
) -> Callable[[Arguments], Any]:
    """Return a mistake that raises an exception in some cases, and is right in the others.

    Parameters
    ----------
    when
        Whether a case raises; None where that cannot be told.
    like, alone
        As in `Raises`.
    right
        The reference: what all other cases return. Left out, nothing is said of them.
    """

    def compute(arguments: Arguments) -> Any:
        found = when(arguments)
        if found is None:
            return None
        return Raises(like, alone) if found else right(arguments)

    return compute


def altered(compute: Callable[..., Any], change: Callable[[Array], Array]) -> Callable[..., Any]:
    """Return a mistake that changes every result of what is computed."""

    def altering(arguments: Arguments) -> Any:
        found = compute(arguments)
        return tuple(map(change, found)) if isinstance(found, tuple) else change(found)

    return altering


def only_first(compute: Callable[..., Any], axis: int) -> list[Callable[..., Any]]:
    """Return what may come out if only the first image (axis 0) or channel (axis 1) is computed.

    The others are zero, are missing, or are like the first.
    """

    def rest_is_zero(y: Array) -> Array:
        first = np.arange(y.shape[axis]) == 0
        mask: Array = first.reshape([-1 if i == axis else 1 for i in range(y.ndim)])
        return y * mask

    return [
        altered(compute, rest_is_zero),
        altered(compute, lambda y: np.take(y, [0], axis)),
        altered(compute, lambda y: np.repeat(np.take(y, [0], axis), y.shape[axis], axis)),
    ]


def without_last(compute: Callable[..., Any]) -> list[Callable[..., Any]]:
    """Return what comes out if the last row, the last column, or both are missing."""
    return [
        altered(compute, lambda y: y[..., :-1, :-1]),
        altered(compute, lambda y: y[..., :-1, :]),
        altered(compute, lambda y: y[..., :-1]),
    ]
