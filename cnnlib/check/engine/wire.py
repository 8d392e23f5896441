"""Cases and observations as bytes: JSON and plain arrays, never pickles."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Array, Case
from cnnlib.check.engine.observe import NUMBERS, Observation

#: What reading forged bytes can raise.
UNREADABLE = (ValueError, KeyError, TypeError, EOFError, OSError, MemoryError,
              RecursionError, zipfile.BadZipFile)  # fmt: skip


def pack_cases(cases: Sequence[Case]) -> bytes:
    """Return cases as bytes."""
    arrays: list[Array] = []
    entries = [
        {
            "name": case.name,
            "layout": case.layout,
            "positional": _encode(dict(case.positional), arrays),
            "keyword": _encode(dict(case.keyword), arrays),
        }
        for case in cases
    ]
    return _pack(entries, {str(number): array for number, array in enumerate(arrays)})


def unpack_cases(data: bytes) -> list[Case]:
    """Return the cases that `pack_cases` packed."""
    entries, arrays = _unpack(data)
    return [
        Case(
            name=entry["name"],
            positional=_decode(entry["positional"], arrays),
            keyword=_decode(entry["keyword"], arrays),
            layout=entry["layout"],
        )
        for entry in entries
    ]


def _encode(value: Any, arrays: list[Array]) -> Any:
    """Return a value as JSON has it; arrays are put aside, containers tagged with their kind."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, tuple | list):
        return {type(value).__name__: [_encode(item, arrays) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[name, _encode(item, arrays)] for name, item in value.items()]}
    return value


def _decode(value: Any, arrays: Mapping[str, Array]) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "array":
        return arrays[str(content)]
    if kind == "dict":
        return {name: _decode(item, arrays) for name, item in content}
    items = [_decode(item, arrays) for item in content]
    return tuple(items) if kind == "tuple" else items


def pack_observations(observations: Sequence[Observation]) -> bytes:
    """Return observations as bytes."""
    return _pack(
        [_entry(seen) for seen in observations],
        {
            f"{number}.{i}": value
            for number, seen in enumerate(observations)
            for i, value in enumerate(seen.values)
            if value is not None
        },
    )


def _entry(seen: Observation) -> dict[str, Any]:
    """Return everything but the arrays."""
    return {f.name: getattr(seen, f.name) for f in fields(seen) if f.name != "values"}


def unpack_observations(data: bytes) -> list[Observation]:
    """Return the observations in bytes that may have been forged.

    Raises
    ------
    ValueError
        The bytes are not what `pack_observations` writes.
    """
    try:
        entries, arrays = _unpack(data)
        return [_observation(number, entry, arrays) for number, entry in enumerate(entries)]
    except UNREADABLE as error:
        raise ValueError(f"not a record: {error}") from None


def _observation(number: int, entry: Mapping[str, Any], arrays: Mapping[str, Array]) -> Observation:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(_text(item) or "" for item in entry[name][:100])

    types = texts("types")
    return Observation(
        values=tuple(arrays.get(f"{number}.{i}") for i in range(len(types))),
        types=types,
        returned=_text(entry["returned"]),
        error=_text(entry["error"]),
        changed=texts("changed"),
        shared=texts("shared"),
        used=texts("used"),
        operators=int(entry["operators"]),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:10_000]


def _pack(entries: list[dict[str, Any]], arrays: dict[str, Array]) -> bytes:
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(entries).encode(), dtype=np.uint8)
    np.savez(buffer, allow_pickle=False, entries=text, **arrays)
    return buffer.getvalue()


def _unpack(data: bytes) -> tuple[list[dict[str, Any]], dict[str, Array]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        # Stored, not compressed: what arrives is as large as what it unpacks to.
        if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
            raise ValueError("compressed members")
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    # A member that is no .npy comes out as bytes, and an array may hold text or records.
    if not all(isinstance(a, np.ndarray) and a.dtype.kind in NUMBERS for a in arrays.values()):
        raise ValueError("not arrays of numbers")
    entries = json.loads(arrays.pop("entries").tobytes())
    return entries, arrays
