"""Cases and observations as bytes: a line of JSON and plain arrays behind it, never pickles."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Array, Case, Layout
from cnnlib.check.engine.observe import Observation
from cnnlib.check.engine.rehearse import Rehearsal

#: Nothing that is packed is larger.
LARGEST = 64 * 2**20
#: Dtypes that travel, as NumPy writes them: numbers, and no objects.
_DTYPE = re.compile(r"[<>|=][fiub]\d{1,2}")
_LAYOUTS: tuple[Layout, ...] = ("plain", "sliced", "read-only")
_LONGEST, _MOST = 10_000, 100
#: What reading forged bytes can raise.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
               RecursionError, MemoryError)  # fmt: skip


def pack_case(case: Case) -> bytes:
    """Return a case as bytes."""
    arrays: list[Array] = []
    entry = {
        "name": case.name,
        "layout": case.layout,
        "positional": _encode(dict(case.positional), arrays),
        "keyword": _encode(dict(case.keyword), arrays),
    }
    return _pack(entry, arrays)


def unpack_case(data: bytes) -> Case:
    """Return the case that `pack_case` packed.

    Raises
    ------
    ValueError
        The bytes are not what it writes.
    """
    try:
        entry, arrays = _unpack(data)
        positional, keyword = (_decode(entry[name], arrays) for name in ("positional", "keyword"))
        if not (isinstance(positional, dict) and isinstance(keyword, dict)):
            raise TypeError("no arguments")
        layout = _LAYOUTS[_LAYOUTS.index(entry["layout"])]
        return Case(_text(entry["name"]), positional, keyword, layout)
    except _UNREADABLE as error:
        raise ValueError(f"not a case: {type(error).__name__}") from None


def pack_observation(seen: Observation) -> bytes:
    """Return an observation as bytes."""
    arrays: list[Array] = []
    entry = {
        "values": [_encode(value, arrays) for value in seen.values],
        "types": seen.types,
        "returned": seen.returned,
        "error": seen.error,
        "after": [_encode(value, arrays) for value in seen.after],
        "shared": seen.shared,
        "used": seen.used,
        "operators": seen.operators,
        "elsewhere": [seen.elsewhere.fails, seen.elsewhere.waits],
    }
    return _pack(entry, arrays)


def unpack_observation(data: bytes) -> Observation:
    """Return the observation in bytes that may have been forged.

    Raises
    ------
    ValueError
        The bytes are not what `pack_observation` writes.
    """
    try:
        return _observation(*_unpack(data))
    except _UNREADABLE as error:
        raise ValueError(f"not a record: {type(error).__name__}") from None


def pack_values(value: Any) -> bytes:
    """Return numbers, texts, arrays, and containers of them, as bytes."""
    arrays: list[Array] = []
    return _pack(_encode(value, arrays), arrays)


def unpack_values(data: bytes) -> Any:
    """Return what `pack_values` packed.

    Raises
    ------
    ValueError
        The bytes are not what it writes.
    """
    try:
        return _decode(*_unpack(data))
    except _UNREADABLE as error:
        raise ValueError(f"not packed values: {type(error).__name__}") from None


def _observation(entry: Mapping[str, Any], arrays: Sequence[Array]) -> Observation:
    values = tuple(_decode(value, arrays) for value in entry["values"][:_MOST])
    if not all(value is None or isinstance(value, np.ndarray) for value in values):
        raise TypeError("no arrays")
    operators = entry["operators"]
    if type(operators) is not int or not 0 <= operators < 2**63:
        raise ValueError("no number of operators")
    types = _texts(entry["types"])
    if len(types) != len(values):
        raise ValueError("not a type for each value")
    return Observation(
        values=values,
        types=types,
        returned=None if entry["returned"] is None else _text(entry["returned"]),
        error=None if entry["error"] is None else _text(entry["error"]),
        after=tuple(_decode(value, arrays) for value in entry["after"][:_MOST]),
        shared=_texts(entry["shared"]),
        used=_texts(entry["used"]),
        operators=operators,
        elsewhere=Rehearsal(*_texts(entry["elsewhere"])),
    )


def pack(value: Any) -> bytes:
    """Return plain data as bytes."""
    arrays: list[Array] = []
    return _pack({"value": _encode(value, arrays)}, arrays)


def unpack(data: bytes) -> Any:
    """Return the plain data that `pack` packed."""
    entry, arrays = _unpack(data)
    return _decode(entry["value"], arrays)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("no list of texts")
    return tuple(map(_text, value[:_MOST]))


def _text(value: Any) -> str:
    """Return a text that can be written wherever texts are: without half characters."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value[:_LONGEST].encode("utf-8", "replace").decode()


def _encode(value: Any, arrays: list[Array]) -> Any:
    """Return a value for JSON; arrays are put aside, containers tagged with their kind."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, tuple | list):
        return {type(value).__name__: [_encode(item, arrays) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[name, _encode(item, arrays)] for name, item in value.items()]}
    return value


def _decode(value: Any, arrays: Sequence[Array]) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    ((kind, content),) = value.items()
    if kind == "array":
        return arrays[content]
    if kind == "dict":
        return {name: _decode(item, arrays) for name, item in content}
    items = [_decode(item, arrays) for item in content]
    return {"tuple": tuple, "list": list}[kind](items)


def _pack(entry: Any, arrays: Sequence[Array]) -> bytes:
    told = {"entry": entry, "arrays": [[array.dtype.str, array.shape] for array in arrays]}
    line = json.dumps(told).encode() + b"\n"
    return b"".join([line, *(array.tobytes() for array in arrays)])


def _unpack(data: bytes) -> tuple[Any, list[Array]]:
    """Return what `_pack` packed; nothing here takes more memory than the bytes do."""
    if len(data) > LARGEST:
        raise ValueError("too much")
    line, _, rest = data.partition(b"\n")
    told = json.loads(line)
    arrays, start = [], 0
    for kind, shape in told["arrays"]:
        if not _DTYPE.fullmatch(kind) or not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError("not an array of numbers")
        dtype = np.dtype(kind)
        count = math.prod(shape)
        if count * dtype.itemsize > len(rest) - start:
            raise ValueError("an array that is not there")
        found = np.frombuffer(rest, dtype, count, start) if count else np.empty(0, dtype)
        arrays.append(found.reshape(shape).copy())
        start += count * dtype.itemsize
    return told["entry"], arrays
