"""Arguments as plain data: arrays, numbers, text, None, and lists, tuples, dictionaries of them."""

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy import array_equal  # by its name: a notebook may have replaced NumPy's

#: Kinds of dtype that are numbers: floats, integers, booleans.
NUMBERS = "fiub"
#: Containers hold no more than this, all together: a list may hold itself.
MOST = 100_000
#: Stands for what is no plain data, or is too much of it.
OTHER = "something else"


def loaded_torch() -> Any:
    """Return PyTorch if it is loaded, and is no other module of that name; None otherwise."""
    module = sys.modules.get("torch")
    return module if hasattr(module, "overrides") and hasattr(module, "Tensor") else None


def is_tensor(item: Any) -> bool:
    """Whether something is a tensor or a parameter of PyTorch's, and of no class of their own."""
    loaded = loaded_torch()
    return loaded is not None and type(item) in (loaded.Tensor, loaded.nn.Parameter)


def plain(value: Any) -> Any:
    """Return an argument as plain data; a tensor is an array, its device is not told.

    >>> plain([np.int64(3), {"stride": (1, 2)}, print])
    [3, {'stride': (1, 2)}, 'something else']
    """
    return _plain(value, [MOST], 20)


def _plain(value: Any, room: list[int], depth: int) -> Any:
    room[0] -= 1
    if room[0] < 0 or not depth:
        return OTHER
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.generic) and value.dtype.kind in NUMBERS:
        return value.item()
    if isinstance(value, np.ndarray):
        return np.array(value) if value.dtype.kind in NUMBERS else OTHER
    if isinstance(value, Mapping) and all(type(name) in (int, str) for name in value):
        return {name: _plain(item, room, depth - 1) for name, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_plain(item, room, depth - 1) for item in value)
    return _array_of(value) if is_tensor(value) else OTHER


def _array_of(tensor: Any) -> Any:
    """Return a tensor as an array; one that now requires a gradient is no longer what it was."""
    if tensor.requires_grad:
        return OTHER
    try:
        array = tensor.cpu().numpy().copy()
    except (TypeError, RuntimeError):  # NumPy has no such dtype, or no such layout
        return OTHER
    return array if array.dtype.kind in NUMBERS else OTHER


def same(before: Any, after: Any) -> bool:
    """Whether plain data is what it was; NaN is itself."""
    if isinstance(before, Mapping):
        return (
            isinstance(after, Mapping)
            and before.keys() == after.keys()
            and all(same(before[name], after[name]) for name in before)
        )
    if isinstance(before, list | tuple):
        return (
            type(before) is type(after)
            and len(before) == len(after)
            and all(map(same, before, after))
        )
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.dtype == after.dtype
            and array_equal(before, after, equal_nan=before.dtype.kind == "f")
        )
    return type(before) is type(after) and repr(before) == repr(after)
