"""Typical mistakes as formulas: what most of them are, written with PyTorch's tensors."""

from collections.abc import Callable
from inspect import signature
from typing import Any, TypeAlias

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Values
from cnnlib.check.engine.devices import array, tensor

#: What a misconception computes from a case's arguments.
Compute: TypeAlias = Callable[[Arguments], Values | None]


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


def formulas(*results: str) -> Callable[..., Compute]:
    """Return a function that makes a mistake: a formula for each result that it makes wrong."""

    def mistake(**wrong: Callable[..., Any]) -> Compute:
        made = {name: formula(each) for name, each in wrong.items()}
        assert made.keys() <= set(results), f"{made.keys()} are not all in {results}"

        def compute(arguments: Arguments) -> Values | None:
            found = tuple(made[r](arguments) if r in made else None for r in results)
            return found if any(value is not None for value in found) else None

        return compute

    return mistake
