"""A case: the arguments for one call of the student's function, and what that call did."""

import copy
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Arguments: TypeAlias = Mapping[str, Any]


#: Kinds of dtype that are numbers: floats, integers, booleans.
NUMBERS = "fiub"


@dataclass(frozen=True)
class Case:
    """Arguments for one call.

    Attributes
    ----------
    name
        What is special about this case, in a few words.
    positional
        Arrays, numbers or None, by name, passed by position.
    keyword
        Settings passed by keyword; those left out keep their default.
    strided
        Pass the arrays as views with gaps between their elements, as slicing makes them.
    """

    name: str
    positional: Arguments
    keyword: Arguments = field(default_factory=dict)
    strided: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """All arguments by name."""
        return {**self.positional, **self.keyword}

    def describe(self) -> str:
        """Say what is passed, in one line.

        >>> Case("one pixel", {"x": np.zeros((1, 1, 1, 1)), "b": None}, {"stride": 2}).describe()
        'x (1, 1, 1, 1), b=None, stride=2'
        """
        return ", ".join(
            f"{name} {value.shape}" if isinstance(value, np.ndarray) else f"{name}={value}"
            for name, value in self.arguments.items()
        )


@dataclass(frozen=True)
class Observation:
    """What one call of the student's function did: a value or the reason why there is none.

    Attributes
    ----------
    value
        The returned array, copied, or None.
    error
        For an exception: its class, message and the line of the student's code.
    returned
        The type of a returned value that is no array of numbers.
    changed
        Names of the arguments that the call changed in place.
    """

    value: Array | None = None
    error: str | None = None
    returned: str | None = None
    changed: tuple[str, ...] = ()


def observe(function: Callable[..., Any], case: Case) -> Observation:
    """Call the student's function on fresh copies of a case's arguments and note what it did."""
    positional = [_fresh(value, case.strided) for value in case.positional.values()]
    keyword = copy.deepcopy(dict(case.keyword))
    try:
        value = function(*positional, **keyword)
    except Exception as error:  # whatever a student's function raises is an answer, not our crash
        return Observation(error=_describe_error(error))
    changed = tuple(
        name
        for name, before, after in zip(
            case.positional, case.positional.values(), positional, strict=True
        )
        if isinstance(before, np.ndarray) and not np.array_equal(before, after)
    )
    # Exactly an ndarray: a subclass could lie about its shape or its equality.
    if type(value) is not np.ndarray or value.dtype.kind not in NUMBERS:
        described = type(value).__name__
        if isinstance(value, np.ndarray):
            described += f" of dtype {value.dtype}"
        return Observation(returned=described, changed=changed)
    return Observation(value=value.copy(), changed=changed)


def _fresh(value: Any, strided: bool) -> Any:
    if not isinstance(value, np.ndarray):
        return copy.deepcopy(value)
    if not strided:
        return value.copy()
    roomy = np.full([2 * size for size in value.shape], np.nan, dtype=value.dtype)
    view = roomy[(slice(None, None, 2),) * value.ndim]
    view[...] = value
    return view


def _describe_error(error: Exception) -> str:
    """Class, message and, where it can be told, the student's own line."""
    text = f"{type(error).__name__}: {error}".strip().rstrip(":")
    # The first frame is `observe`; the student's code starts at the second.
    frames = traceback.extract_tb(error.__traceback__)[1:]
    own = [frame for frame in frames if "site-packages" not in frame.filename]
    if own and own[-1].line:
        text += f"\n  in {own[-1].name}, line {own[-1].lineno}: {own[-1].line}"
    return text
