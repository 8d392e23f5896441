"""Lays what was handed out beside the student's own work, and never over it."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from cnnlib.desk.course import RELEASED

#: What was laid out, by its path: a fingerprint of each file.
LAID = ".laid.json"


def lay(root: Path) -> Iterator[str]:
    """Copy what is missing from `released/`; yield a line for all that a student should know.

    A file that its student has changed stays as it is: a new version is laid beside it. One that
    they have only looked at, or only run, is replaced.
    """
    laid = _laid(root)
    released = root / RELEASED
    new: dict[str, None] = {}
    for source in sorted(path for path in released.glob("*/**/*") if path.is_file()):
        place = source.relative_to(released)
        before, now = laid.get(place.as_posix()), fingerprint(source)
        target = root / place
        if not target.exists():
            _copy(source, target)
            new[" ".join(place.parts[:2])] = None
        elif now != before and fingerprint(target) not in (now, before):
            beside = _copy_beside(source, target, before)
            yield (
                f"changed: {place.as_posix()}. You have worked on your copy, so it stays as it is; "
                f"the new version is beside it, as {beside.name}"
            )
        elif now not in (before, fingerprint(target)):
            _copy(source, target)
            yield f"changed: {place.as_posix()}. Your copy was untouched, so it was replaced"
        laid[place.as_posix()] = now
    _write(root / LAID, json.dumps(laid, indent=0).encode())
    for name in new:
        folder, _, what = name.partition(" ")
        if folder == "assignments":
            yield f"new: {what}"
        elif folder == "model":
            yield f"new: the solution of {what}"


def fingerprint(path: Path) -> str:
    """Return what differs where content does; of a notebook only its cells count, not outputs."""
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        try:
            cells = json.loads(data)["cells"]
            told = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
            data = json.dumps(told).encode()
        except (ValueError, LookupError, TypeError):
            pass  # no notebook (any more): then as any other file
    return hashlib.sha256(data).hexdigest()


def _laid(root: Path) -> dict[str, str]:
    """Return what was laid out before. Where that is not known, everything counts as worked on."""
    try:
        told = json.loads((root / LAID).read_text(encoding="utf-8"))
        return {str(place): str(mark) for place, mark in told.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _copy_beside(source: Path, target: Path, before: str | None) -> Path:
    """Copy under a name that is free, or that holds the same, or what was laid there before."""
    number = 1
    while True:
        mark = "-new" if number == 1 else f"-new-{number}"
        beside = target.with_name(f"{target.stem}{mark}{target.suffix}")
        if not beside.exists() or fingerprint(beside) == before:
            _copy(source, beside)
        if fingerprint(beside) == fingerprint(source):
            return beside
        number += 1


def _copy(source: Path, target: Path) -> None:
    """Copy a file with its date, in one step: half a file is never seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    shutil.copy2(source, draft)
    draft.replace(target)


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(data)
    draft.replace(path)
