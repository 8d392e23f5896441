"""A file that only grows: one line a result, kept whatever ends the process."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def recorded(state: Path, assignment: str) -> "Journal":
    """Return the journal of what was recorded for an assignment, in a course's state folder."""
    return Journal(state / "journal" / f"{assignment}.jsonl")


@dataclass(frozen=True)
class Journal:
    """Entries about students, one JSON object a line; the last about a student counts."""

    path: Path

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write an entry; it is on the disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(entry).encode() + b"\n"
        with self.path.open("ab") as file:
            if self._is_cut():
                line = b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the entries; a line that was cut off, or spoiled, counts for none."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue
                if isinstance(entry, dict) and isinstance(entry.get("student"), str):
                    yield entry

    def latest(self) -> dict[str, dict[str, Any]]:
        """Return each student's last entry."""
        return {entry["student"]: entry for entry in self}

    def discard(self) -> None:
        """Forget everything."""
        self.path.unlink(missing_ok=True)

    def _is_cut(self) -> bool:
        """Whether the last line has no end: its writer was killed, or the disk was full."""
        with self.path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
