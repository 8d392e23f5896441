"""A case: the arguments for one call of the student's function."""

from collections.abc import Mapping, ValuesView
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Arguments: TypeAlias = Mapping[str, Any]
#: The memory layout of what is passed: fresh, with gaps as slicing leaves them, or read-only.
Layout: TypeAlias = Literal["plain", "sliced", "read-only"]


@dataclass(frozen=True)
class Case:
    """Arguments for one call.

    Attributes
    ----------
    name
        What is special about this case, in a few words.
    positional
        What is passed by position, by name: arrays, numbers, text, None, or lists, tuples and
        dictionaries of these.
    keyword
        Settings passed by keyword; those left out keep their default.
    layout
        The memory layout of the arrays.
    """

    name: str
    positional: Arguments
    keyword: Arguments = field(default_factory=dict)
    layout: Layout = "plain"

    @property
    def arguments(self) -> dict[str, Any]:
        """All arguments by name."""
        return {**self.positional, **self.keyword}

    @property
    def dtype(self) -> "np.dtype[Any]":
        """The dtype of the first array of floats: results are expected in it."""
        dtypes = (value.dtype for value in self.arguments.values() if isinstance(value, np.ndarray))
        return next((dtype for dtype in dtypes if dtype.kind == "f"), np.dtype(np.float64))

    def single(self) -> "Case":
        """Return the same case with float32 in place of float64."""
        return replace(
            self,
            positional={name: _single(value) for name, value in self.positional.items()},
            keyword={name: _single(value) for name, value in self.keyword.items()},
        )

    def describe(self) -> str:
        """Say what is passed, in one line unless it is a list of dictionaries.

        >>> Case("one pixel", {"x": np.zeros((1, 1, 1, 1)), "b": None}, {"stride": 2}).describe()
        'x (1, 1, 1, 1), b=None, stride=2'
        """
        return ", ".join(_described(name, value) for name, value in self.arguments.items())


def _single(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.astype(np.float32) if value.dtype == np.float64 else value
    if isinstance(value, Mapping):
        return {name: _single(item) for name, item in value.items()}
    return type(value)(map(_single, value)) if isinstance(value, list | tuple) else value


def _described(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        # A short list of numbers says more than its length.
        short = value.ndim < 2 and value.size <= 8
        return f"{name}={value.tolist()}" if short else f"{name} {value.shape}"
    items = value.values() if isinstance(value, Mapping) else value
    if isinstance(items, list | tuple | ValuesView) and any(
        isinstance(item, np.ndarray) for item in items
    ):
        return f"{name} of {len(value)} arrays"
    if isinstance(value, list) and any(isinstance(v, Mapping) for v in value):
        # One entry a line, so that it can be read, and copied into a cell.
        return "\n".join([f"{name}=[", *(f"  {entry}," for entry in value), "]"])
    return f"{name}={value!r}" if isinstance(value, str) else f"{name}={value}"
