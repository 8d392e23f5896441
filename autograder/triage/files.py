"""Finds the notebook among the files that a student handed in, and reads its bytes."""

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from unicodedata import category
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nbgrader.utils import parse_utc

from autograder.problems import Problem, UnreadableError

#: A notebook without outputs is some 50 kB; stored outputs may make it larger, but not this large:
#: JSON can unfold to 25 times its size in memory.
SIZE_LIMIT = 20 * 2**20
#: What a browser makes of `.ipynb` where it knows better: `ps2.ipynb.json`, `ps2.json`.
BROWSERS_ENDING = re.compile(r"\.ipynb\b|\.json$", re.IGNORECASE)
#: What nbgrader's gradebook holds of a name; PostgreSQL means it.
LONGEST_NAME = 128
#: What reading anybody's archive can raise.
UNPACKING = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)


class UnknownZoneError(ValueError):
    """A time names a time zone that nobody here knows; the message says which."""


def is_plain(name: str) -> bool:
    r"""Return whether nbgrader can keep a student's work under the name of a folder.

    A folder's name may be any bytes; nbgrader's patterns end at a line's end, see nothing that
    begins with a dot, and take `*`, `?` and `[` to mean several students.

    >>> is_plain("José 学生, the 2nd"), is_plain("two\nlines"), is_plain("[a-z]*")
    (True, False, False)
    """
    return (
        not name.startswith(".")
        and len(name) <= LONGEST_NAME
        and not any(c in "*?[" or category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name)
    )


def read_notebook(folder: Path, name: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return the bytes of the submitted notebook: the one with the right name, or the only one.

    A single archive is looked into where no notebook lies beside it.

    Raises
    ------
    UnreadableError
        No notebook can be meant, or it cannot be read.
    """
    if folder.is_symlink() or folder.parent.is_symlink():
        raise UnreadableError("the folder is a link; links are not followed")
    # Systems leave hidden files behind: `.DS_Store`, `._ps2.ipynb`, `.ipynb_checkpoints`.
    found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    notebooks = [path.name for path in found if path.suffix.lower() == ".ipynb"]
    archives = [path for path in found if path.suffix.lower() == ".zip"]
    if not notebooks:  # browsers add an ending of their own
        notebooks = [path.name for path in found if BROWSERS_ENDING.search(path.name)]
    if not notebooks and len(archives) == 1:
        return _read_archive(archives[0], name)
    chosen, problems = _choose(notebooks, name)
    if chosen is None:
        there = _listed([path.name for path in found])
        raise UnreadableError(f"{name} is missing; found {there}. Expected one notebook")
    return read_bytes(folder / chosen), problems


def _choose(names: Sequence[str], name: str) -> tuple[str | None, tuple[Problem, ...]]:
    """Return which notebook is meant, if one is, and what there is to say about it."""
    if name in names:
        others = _listed([other for other in names if other != name])
        detail = f"{others} also handed in; only {name} was read"
        return name, () if len(names) == 1 else (Problem("extra", others, detail),)
    if len(names) == 1:
        only = names[0]
        return only, (Problem("renamed", only, f"handed in as {only}; read as {name}"),)
    return None, ()


def read_bytes(path: Path) -> bytes:
    """Read a regular file of sensible size, without following a link.

    Raises
    ------
    UnreadableError
        It is something else.
    """
    if path.is_symlink():
        raise UnreadableError(f"{path.name} is a link; links are not followed")
    try:
        # Asked for again: what was a file a moment ago may be a link by now.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise UnreadableError(f"{path.name} cannot be opened: {error.strerror}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise UnreadableError(f"{path.name} is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        return _at_most(file.read(SIZE_LIMIT + 1), path.name, status.st_size)


def _at_most(data: bytes, name: str, size: int) -> bytes:
    """Return the data, or say that it is too much and what to do."""
    if len(data) > SIZE_LIMIT:
        raise UnreadableError(
            f"{name} has {size / 2**20:.0f} MiB; at most {SIZE_LIMIT >> 20} are read: "
            "clear its outputs, save, and hand it in again"
        )
    return data


def _read_archive(path: Path, name: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Read the notebook in an archive. Nothing is unpacked to disk: a path in it is only a name."""
    try:
        with zipfile.ZipFile(io.BytesIO(read_bytes(path))) as archive:
            members = {
                member.filename: member
                for member in archive.infolist()
                if _is_notebook(member.filename)
            }
            right = [member for member in members if PurePosixPath(member).name == name]
            chosen = right if len(right) == 1 else list(members)
            if len(chosen) != 1:
                there = f"{len(chosen)} notebooks" if chosen else "no notebook"
                raise UnreadableError(f"{path.name} holds {there}; expected one, {name}")
            member = members[chosen[0]]
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError("its kind of compression is not supported")
            if member.flag_bits & 1:
                raise ValueError("it needs a password")
            with archive.open(member) as file:
                # The size that it states may be a lie: no more than this is unpacked.
                data = _at_most(file.read(SIZE_LIMIT + 1), chosen[0], member.file_size)
    except UNPACKING as error:
        raise UnreadableError(f"{path.name} cannot be unpacked: {error}") from None
    return data, (Problem("renamed", path.name, f"handed in inside {path.name}; read as {name}"),)


def _is_notebook(member: str) -> bool:
    path = PurePosixPath(member)
    hidden = any((part[0] == "." and part != "..") or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() == ".ipynb" and not hidden


def _listed(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "nothing") + more


def read_timestamp(folder: Path) -> tuple[datetime | None, tuple[Problem, ...]]:
    """Return when a submission was handed in, from nbgrader's `timestamp.txt`, if it has one."""
    path = folder / "timestamp.txt"
    if not os.path.lexists(path):
        return None, ()
    try:
        return read_timestamp_text(read_bytes(path)), ()
    except UnknownZoneError as error:
        return None, (Problem("malformed", path.name, f"{error}; treated as no time"),)
    except (UnreadableError, ValueError, OverflowError):
        detail = "it holds no readable time; treated as none"
        return None, (Problem("malformed", path.name, detail),)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return False
    return True


def read_timestamp_text(data: bytes) -> datetime:
    """Return the time, in UTC, that a `timestamp.txt` holds.

    Raises
    ------
    UnknownZoneError
        It names a time zone that nobody here knows; the message says which.
    ValueError, OverflowError
        It holds none.
    """
    text = data[:100].decode().strip()
    # nbgrader takes such times for UTC.
    zone = re.search(r"(?<=\d)\s*([A-Za-z][A-Za-z_/]+)$", text)
    if zone and zone[1].upper() not in ("AM", "PM", "UTC", "GMT") and not _is_zone(zone[1]):
        known = "write -0800 or America/Los_Angeles"
        raise UnknownZoneError(f"the time zone {zone[1]} is not known: {known}")
    time: datetime = parse_utc(text)
    return time
