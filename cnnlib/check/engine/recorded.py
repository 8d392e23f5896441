"""What PyTorch says of the visible cases, written down: so a check can judge where it is not there.

Visible cases are the same everywhere. They are recorded with their right results and with what
every misconception computes of them: names come out as with PyTorch.
"""

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from cnnlib._late import torch
from cnnlib.check.engine.case import Array, Case
from cnnlib.check.engine.check import Check, Raises
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.wire import pack, pack_case, unpack, unpack_case

#: Where the course's release puts it.
FILE = Path(__file__).parents[1] / "recorded.zip"
#: The entry with PyTorch's version.
ABOUT = "about.json"
#: What a misconception computes of a result with more numbers than this is left out, if smaller
#: results tell the mistake.
LARGE = 1000
#: Stands for what a misconception computes just as it should be.
RIGHT = "right"


class NoPyTorch(LookupError):
    """PyTorch is needed and is not there; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "This check needs PyTorch, which is not installed. Stop JupyterLab and start it with "
            "`python3 start.py --torch` (Windows: `py start.py --torch`)."
        )

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback through our own files, which helps nobody.
        return [str(self)]


def pytorch_is_here() -> bool:
    """Whether PyTorch is installed."""
    try:
        return find_spec("torch") is not None
    except (ImportError, ValueError):
        return False


class Recorded(Referee):
    """A referee that looks up what PyTorch computed."""

    @cached_property
    def computed_on(self) -> str:
        """Where, and by which PyTorch, it was computed."""
        return f"cpu, recorded with PyTorch {_about()['torch']}"

    @cached_property
    def cases(self) -> list[Case]:
        """The cases for which it was recorded: some are drawn with PyTorch's help."""
        return [unpack_case(data.tobytes()) for data in self._told["cases"]]

    @cached_property
    def references(self) -> list[tuple[Array, ...]]:
        """The right results of every case, float64."""
        return [tuple(arrays) for arrays in self._told["references"]]

    @cached_property
    def _told(self) -> dict[str, Any]:
        return _read(self.check.name, self.part)

    def imagined(self, number: int, index: int) -> tuple[Array | None, ...] | Raises:
        """Return what a misconception computes for a case."""
        entries, right = self._told["imagined"][number][index], self.expected[index]
        if isinstance(entries, dict):
            return Raises(**entries)
        return tuple(
            right[i] if isinstance(entry, str) else entry for i, entry in enumerate(entries)
        )


class Recorder(Referee):
    """A referee that tells all that it knows."""

    def told(self) -> dict[str, Any]:
        """Return the right results, and what every misconception computes, as plain data."""
        packed = [np.frombuffer(pack_case(case), np.uint8) for case in self.cases]
        return {
            "cases": packed,
            "references": [self._counting(arrays) for arrays in self.references],
            "imagined": [
                [self._entries(number, index) for index in range(len(self.cases))]
                for number in range(len(self.check.misconceptions))
            ],
        }

    def _counting(self, arrays: Sequence[Array]) -> list[Array]:
        """Return right results; of one that does not count in this part only the shape is true."""
        whole = self.check.settle is not None
        return [
            array if whole or i in self.counting else np.zeros_like(array)
            for i, array in enumerate(arrays)
        ]

    def _entries(self, number: int, index: int) -> list[Array | str | None] | dict[str, Any]:
        """Return what a misconception computes for a case: of what counts, what is wrong."""
        imagined, right = self.imagined(number, index), self.expected[index]
        if isinstance(imagined, Raises):
            return asdict(imagined)
        entries: list[Array | str | None] = [None] * len(right)
        for i in self.counting:
            entries[i] = RIGHT if _equal(imagined[i], right[i]) else imagined[i]
        small = [isinstance(entry, np.ndarray) and entry.size <= LARGE for entry in entries]
        if not any(small):
            return entries
        return [
            None if isinstance(entry, np.ndarray) and not keep else entry
            for entry, keep in zip(entries, small, strict=True)
        ]


def record(checks: Iterable[Check], file: Path) -> None:
    """Write down what PyTorch says of the visible cases of some checks, but of none of tensors."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        _write(archive, ABOUT, json.dumps({"torch": torch.__version__.partition("+")[0]}).encode())
        for check in (check for check in checks if not check.tensors):
            for part in check.parts:
                recorder = Recorder(check, part, "visible", device="cpu")
                _write(archive, f"{check.name}/{part}", pack(recorder.told()))


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    # With a fixed date: the same course makes the same file.
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)


def _equal(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None:
        return False
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


@cache
def _about() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_entry(ABOUT))
    return found


@cache
def _read(check: str, part: str) -> dict[str, Any]:
    return dict(unpack(_entry(f"{check}/{part}")))


def _entry(name: str) -> bytes:
    try:
        with zipfile.ZipFile(FILE) as archive:
            return archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile):
        raise NoPyTorch from None
