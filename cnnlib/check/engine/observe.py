"""Calls the student's function and notes what it did; the only thing a grader's sandbox does."""

import copy
import dis
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import FunctionType
from typing import Any

import numpy as np
from numpy import may_share_memory  # by its name: a submission may have replaced NumPy's

from cnnlib._late import torch
from cnnlib.check.engine.case import Array, Case, Layout
from cnnlib.check.engine.examine import forbidden
from cnnlib.check.engine.form import Form
from cnnlib.check.engine.guard import GONE, Guard, NotAllowed, guarding
from cnnlib.check.engine.lines import describe_error
from cnnlib.check.engine.plain import NUMBERS, is_tensor, plain
from cnnlib.check.engine.rehearse import NOTHING_SEEN, Rehearsal, rehearse
from cnnlib.check.engine.watch import Watched, watching

#: What `...`, `pass` and `return None` come down to.
_NOTHING = {
    dis.opmap[name]
    for name in ("RESUME", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "NOP", "CACHE")
    if name in dis.opmap
}
#: So begins the error where what is not allowed refused.
REFUSED = f"{NotAllowed.__name__}: "


@dataclass(frozen=True)
class Observation:
    """What one call of the student's function did.

    Attributes
    ----------
    values
        The returned arrays, copied, in the order of the check's results; None for what is no array
        of numbers.
    types
        What each of them was.
    returned
        What came in place of the right number of results.
    error
        For an exception: its class, message and the line of the student's code.
    after
        The arguments passed by position, as plain data, after the call. Whether it changed one of
        them in place is judged elsewhere.
    shared
        Names of the results that share memory with an argument.
    used
        What it reaches that is not allowed, what refused, and what ran nevertheless.
    operators
        How many PyTorch operators ran, where that is watched.
    elsewhere
        What came of calling it as on another device, where that is rehearsed.
    """

    values: tuple[Array | None, ...] = ()
    types: tuple[str, ...] = ()
    returned: str | None = None
    error: str | None = None
    after: tuple[Any, ...] = ()
    shared: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    operators: int = 0
    elsewhere: Rehearsal = NOTHING_SEEN


def observe(
    form: Form, function: Callable[..., Any], case: Case, device: str = "cpu"
) -> Observation:
    """Call the student's function on fresh copies of a case's arguments and note what it did.

    In a block of `guarding` several cases share what refuses, which is quicker.
    """
    positional = [_given(v, form, case.layout, device) for v in case.positional.values()]
    keyword = copy.deepcopy(dict(case.keyword))
    call = form.caller()
    returned: Any = None
    error: str | None = None
    with guarding(form) as guard:
        if guard.examined is None or guard.examined[0] is not function:
            guard.examined = function, forbidden(function, form)
        found = guard.examined[1]
        with watching(form) as watched:
            try:
                returned = call(function, *positional, **keyword)
            except Exception as raised:  # whatever a student's function raises is an answer
                error = describe_error(raised)
        if returned is None and error is None and _is_empty(function):
            error = NotImplementedError.__name__
        used = (*found, *_used(guard, watched))
        elsewhere = NOTHING_SEEN
        if form.anywhere and error is None:
            given = [_given(v, form, case.layout, "meta") for v in case.positional.values()]
            elsewhere = rehearse(partial(call, function), given, copy.deepcopy(dict(case.keyword)))
    if error is not None:
        return Observation(error=error, used=used)
    seen = Observation(
        after=tuple(map(plain, positional)),
        used=used,
        operators=watched.operators,
        elsewhere=elsewhere,
    )
    names = [result.name for result in form.results]
    items = (returned,) if len(names) == 1 else returned
    if len(names) > 1 and (type(items) not in (tuple, list) or len(items) != len(names)):
        what = f"{len(items)} values" if type(items) in (tuple, list) else type(items).__name__
        return replace(seen, returned=what)
    read = [_read(item, form.tensors, device) for item in items]
    return replace(
        seen,
        values=tuple(value for value, _ in read),
        types=tuple(kind for _, kind in read),
        shared=tuple(n for n, item in zip(names, items, strict=True) if _shares(item, positional)),
    )


def _is_empty(function: Any) -> bool:
    """Whether a function has no body yet: `...`, `pass`, or only a docstring."""
    if type(function) is not FunctionType or function.__name__ == "<lambda>":
        return False
    code = function.__code__
    return not code.co_names and set(code.co_code[::2]) <= _NOTHING


def _used(guard: Guard, watched: Watched) -> tuple[str, ...]:
    """Return what was refused or seen, and whether forbidden things still refuse."""
    gone = [] if guard.in_force() else [GONE]
    ran = dict.fromkeys([*guard.refused, *watched.used, *gone])
    return tuple(f"{name}, while your function ran" for name in ran)


def _given(value: Any, form: Form, layout: Layout, device: str) -> Any:
    """Return a fresh copy of an argument, in the form in which the function gets it."""
    if isinstance(value, Mapping):
        return {name: _given(item, form, layout, device) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_given(item, form, layout, device) for item in value)
    if not isinstance(value, np.ndarray):
        return copy.deepcopy(value)
    whole = value.copy()
    shown: tuple[Any, ...] = (...,)
    if layout == "sliced" and value.ndim:
        shown = (slice(None, None, 2),) * value.ndim
        whole = np.zeros([2 * size for size in value.shape], dtype=value.dtype)
        whole[shown] = value
    if form.tensors:
        # Sliced there: on its way to another device a tensor loses its gaps.
        return torch.from_numpy(whole).to(device)[shown]
    fresh = whole[shown]
    fresh.flags.writeable = layout != "read-only"
    return fresh


def _read(item: Any, tensors: bool, device: str) -> tuple[Array | None, str]:
    """Return a result as an array, if it is what it must be, and what it was."""
    kind = type(item).__name__
    if tensors and is_tensor(item):
        if item.requires_grad:
            return None, "a tensor that still requires grad"
        if item.device.type != device:
            return None, f"a tensor on {item.device.type}, but the input is on {device}"
        try:
            value = item.cpu().numpy().copy()
        except (TypeError, RuntimeError):  # NumPy has no such dtype, or no such layout
            return None, f"a tensor of {item.dtype}"
        return (value, kind) if value.dtype.kind in NUMBERS else (None, f"a tensor of {item.dtype}")
    # Exactly an ndarray: a subclass could lie about its shape or its equality.
    if type(item) is np.ndarray and not tensors:
        good = item.dtype.kind in NUMBERS
        return (item.copy(), kind) if good else (None, f"ndarray of dtype {item.dtype}")
    if type(item) in (bool, int, float) or isinstance(item, np.number | np.bool_):
        value = np.asarray(item)
        return (value if value.dtype.kind in NUMBERS else None), kind
    return None, "None" if item is None else kind


def _shares(item: Any, arguments: Any) -> bool:
    """Return whether a result shares memory with an argument."""
    if isinstance(arguments, Mapping):
        return _shares(item, list(arguments.values()))
    if isinstance(arguments, list | tuple):
        return any(_shares(item, argument) for argument in arguments)
    if is_tensor(item) and is_tensor(arguments):
        same = item.untyped_storage().data_ptr() == arguments.untyped_storage().data_ptr()
        return bool(same and item.numel())
    both = isinstance(item, np.ndarray) and isinstance(arguments, np.ndarray)
    return both and bool(may_share_memory(item, arguments))
