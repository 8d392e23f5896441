"""Cases and observations as bytes: JSON and plain arrays, never pickles."""

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlib.check._case import NUMBERS, Array, Case, Observation

#: What reading forged bytes can raise.
UNREADABLE = (ValueError, KeyError, TypeError, EOFError, OSError, MemoryError,
              RecursionError, zipfile.BadZipFile)  # fmt: skip


def pack_cases(cases: Sequence[Case]) -> bytes:
    """Return cases as bytes."""
    arrays: dict[str, Array] = {}
    entries = []
    for number, case in enumerate(cases):
        entry = {"name": case.name, "strided": case.strided}
        for group, arguments in (("positional", case.positional), ("keyword", case.keyword)):
            values: list[list[Any]] = []
            for name, value in arguments.items():
                if isinstance(value, np.ndarray):
                    arrays[f"{number}.{name}"] = value
                    values.append([name, "array", None])
                elif isinstance(value, tuple):
                    values.append([name, "tuple", list(value)])
                else:
                    values.append([name, "value", value])
            entry[group] = values
        entries.append(entry)
    return _pack(entries, arrays)


def unpack_cases(data: bytes) -> list[Case]:
    """Return the cases that `pack_cases` packed."""
    entries, arrays = _unpack(data)

    def value_of(number: int, name: str, kind: str, value: Any) -> Any:
        if kind == "array":
            return arrays[f"{number}.{name}"]
        return tuple(value) if kind == "tuple" else value

    return [
        Case(
            name=entry["name"],
            positional={item[0]: value_of(number, *item) for item in entry["positional"]},
            keyword={item[0]: value_of(number, *item) for item in entry["keyword"]},
            strided=entry["strided"],
        )
        for number, entry in enumerate(entries)
    ]


def pack_observations(observations: Sequence[Observation]) -> bytes:
    """Return observations as bytes."""
    return _pack(
        [
            {"error": seen.error, "returned": seen.returned, "changed": list(seen.changed)}
            for seen in observations
        ],
        {str(i): seen.value for i, seen in enumerate(observations) if seen.value is not None},
    )


def unpack_observations(data: bytes) -> list[Observation]:
    """Return the observations in bytes that may have been forged.

    Raises
    ------
    ValueError
        The bytes are not what `pack_observations` writes.
    """
    try:
        entries, arrays = _unpack(data)
        return [
            Observation(
                value=arrays.get(str(number)),
                error=_text(entry["error"]),
                returned=_text(entry["returned"]),
                changed=tuple(str(name) for name in entry["changed"]),
            )
            for number, entry in enumerate(entries)
        ]
    except UNREADABLE as error:
        raise ValueError(f"not a record: {error}") from None


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
