"""Opens what a learning platform gives, a zip or a folder, as hostile bytes."""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from autograder.problems import Problem, UnreadableError, UsageError
from autograder.triage.files import SIZE_LIMIT, read_bytes

#: Files that are looked at.
MOST_FILES = 100_000
#: What operating systems and Jupyter leave behind.
LITTER = re.compile(r"__MACOSX|\.ipynb_checkpoints|\._.*|\.DS_Store")


@dataclass(frozen=True)
class File:
    """A file of the zip or folder, not read yet.

    Attributes
    ----------
    time
        When it was changed; only to be compared with others from the same place.
    read
        Returns what is in it, or raises `UnreadableError`.
    """

    path: PurePosixPath
    time: float
    read: Callable[[], bytes]


@contextmanager
def open_uploads(source: Path, problems: list[Problem]) -> Iterator[list[File]]:
    """Yield the files of a zip or folder; what is no plain file in its place is a problem.

    Raises
    ------
    UsageError
        It is neither, or holds too much.
    """
    if source.is_dir():
        yield _plain(source, _in_folder(source, problems))
        return
    if not zipfile.is_zipfile(source):
        what = "neither a zip nor a folder" if source.exists() else "not there"
        raise UsageError(f"{source} is {what}")
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(f"{source} cannot be read: {error}") from None
    with archive:
        yield _plain(source, _in_zip(archive, problems))


def _plain(source: Path, found: Iterator[File]) -> list[File]:
    files = list(islice(found, MOST_FILES + 1))
    if len(files) > MOST_FILES:
        raise UsageError(f"{source} holds more than {MOST_FILES} files; take it apart")
    return [f for f in files if not any(LITTER.fullmatch(part) for part in f.path.parts)]


def _in_folder(source: Path, problems: list[Problem]) -> Iterator[File]:
    for folder, folders, names in os.walk(source):
        folders.sort()
        for name in sorted([*names, *folders]):
            path = Path(folder, name)
            inside = PurePosixPath(path.relative_to(source).as_posix())
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                problems.append(Problem("unsafe", str(inside), "a link; left out"))
            elif stat.S_ISREG(status.st_mode):
                yield File(inside, status.st_mtime, partial(read_bytes, path))


def _in_zip(archive: zipfile.ZipFile, problems: list[Problem]) -> Iterator[File]:
    for entry in archive.infolist():
        path = PurePosixPath(_name(entry))
        if entry.is_dir():
            continue
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", str(path)):
            problems.append(Problem("unsafe", str(path), "a path out of the zip; left out"))
        elif stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            problems.append(Problem("unsafe", str(path), "not a plain file; left out"))
        else:
            yield File(path, _time(entry), partial(_read, archive, entry))


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; many programs write UTF-8 and forget to say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name if "/" in name else name.replace("\\", "/")


def _time(entry: zipfile.ZipInfo) -> float:
    try:
        return datetime(*entry.date_time).timestamp()
    except ValueError:
        return 0.0


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read an entry, at most so much of it: its header may lie about the size."""
    try:
        with archive.open(entry) as file:
            data = file.read(SIZE_LIMIT + 1)
    except Exception as error:  # zlib, lzma and bz2 have errors of their own; encrypted, cut, …
        raise UnreadableError(f"it cannot be unpacked: {error}") from None
    if len(data) > SIZE_LIMIT:
        raise UnreadableError(f"it has more than {SIZE_LIMIT >> 20} MiB")
    return data
