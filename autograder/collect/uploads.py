"""Opens what a learning platform gives, a zip or a folder, as hostile bytes."""

import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
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
#: Zips in zips in zips are opened, and no further.
DEEPEST = 3
#: Files in a zip that a student made: more are no homework.
MOST_IN_ONE = 2_000
#: What operating systems and Jupyter leave behind.
LITTER = re.compile(r"__MACOSX|\.ipynb_checkpoints|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini", re.I)
#: What stands for a folder in which nothing is.
NOTHING = "(an empty folder)"


@dataclass(frozen=True)
class File:
    """A file of the zip or folder, not read yet; one in an inner zip lies below that zip's name.

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

    @property
    def is_nothing(self) -> bool:
        """Whether it only stands for an empty folder."""
        return self.path.name == NOTHING


@contextmanager
def open_uploads(source: Path, problems: list[Problem]) -> Iterator[list[File]]:
    """Yield the files of a zip or folder; what is no plain file in its place is a problem.

    Raises
    ------
    UsageError
        It is neither, or holds too much.
    """
    if source.is_dir():
        yield _plain(source, _opened(_in_folder(source, problems), problems))
        return
    if not zipfile.is_zipfile(source):
        what = "is neither a zip nor a folder" if source.exists() else "does not exist"
        raise UsageError(f"{source} {what}")
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(f"{source} cannot be read: {error}") from None
    with archive:
        read = partial(_read, archive)
        yield _plain(source, _opened(_in_zip(archive, read, problems, PurePosixPath()), problems))


def _plain(source: Path, found: Iterator[File]) -> list[File]:
    """Return all files but litter, and something for each folder that holds no other."""
    files = list(islice(found, MOST_FILES + 1))
    if len(files) > MOST_FILES:
        raise UsageError(f"{source} holds more than {MOST_FILES} files; split it up")
    kept = [file for file in files if not (_is_litter(file.path) or file.is_nothing)]
    full = {folder for file in kept for folder in file.path.parents}
    # The outermost of each: `ann/` and not `ann/work/` within it.
    empty = {
        folder
        for file in files
        for folder in file.path.parents
        if folder not in full and folder.parent in full and not _is_litter(folder)
    }
    none = [File(folder / NOTHING, 0.0, lambda: b"") for folder in sorted(empty)]
    return kept + none


def _is_litter(path: PurePosixPath) -> bool:
    return any(LITTER.fullmatch(part) for part in path.parts)


def _opened(files: Iterable[File], problems: list[Problem], depth: int = 1) -> Iterator[File]:
    """Yield files, and for zips among them what they hold; nothing is unpacked to disk."""
    for file in files:
        if file.path.suffix.lower() != ".zip" or _is_litter(file.path):
            yield file
            continue
        try:
            if depth > DEEPEST:
                raise UnreadableError(f"a zip inside {DEEPEST} other zips is not opened")
            inside = _in_inner(file, problems)
        except UnreadableError as error:
            problems.append(
                Problem("unreadable", str(file.path), f"{error}; unpack it, or ask for the .ipynb")
            )
            yield file  # whose it is should still be known
        else:
            yield from _opened(inside, problems, depth + 1)


def _in_inner(outer: File, problems: list[Problem]) -> list[File]:
    """Return what a zip among the files holds; it is read again for each of them."""

    def read(entry: zipfile.ZipInfo) -> bytes:
        with zipfile.ZipFile(io.BytesIO(outer.read())) as archive:
            return _read(archive, entry)

    try:
        with zipfile.ZipFile(io.BytesIO(outer.read())) as archive:
            if len(archive.infolist()) > MOST_IN_ONE:
                raise UnreadableError(f"it holds more than {MOST_IN_ONE} files")
            found = list(_in_zip(archive, read, problems, outer.path))
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
        raise UnreadableError(f"it cannot be opened: {error}") from None
    return found or [File(outer.path / NOTHING, 0.0, lambda: b"")]


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
            elif stat.S_ISDIR(status.st_mode):
                yield File(inside / NOTHING, 0.0, lambda: b"")


def _in_zip(
    archive: zipfile.ZipFile,
    read: Callable[[zipfile.ZipInfo], bytes],
    problems: list[Problem],
    outer: PurePosixPath,
) -> Iterator[File]:
    for entry in archive.infolist():
        path = PurePosixPath(_name(entry))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", str(path)):
            detail = "its path leads out of the zip; left out"
            problems.append(Problem("unsafe", str(outer / path.as_posix().lstrip("/")), detail))
        elif entry.is_dir() or _name(entry).endswith("/"):
            yield File(outer / path / NOTHING, 0.0, lambda: b"")
        elif stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            problems.append(Problem("unsafe", str(outer / path), "not a plain file; left out"))
        else:
            yield File(outer / path, _time(entry), partial(read, entry))


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; many programs write UTF-8 and forget to say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = _unicode_name(entry) or name.encode("cp437").decode("utf-8")
    made_by_windows = entry.create_system == 0
    return name if "/" in name and not made_by_windows else name.replace("\\", "/")


def _unicode_name(entry: zipfile.ZipInfo) -> str:
    """Return the name in Info-ZIP's Unicode path field (0x7075), which WinZip writes, or nothing.

    APPNOTE.TXT 4.6.9: version, checksum of the plain name, and the name.
    """
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == 0x7075 and size > 5:
            return extra[9 : 4 + size].decode("utf-8")
        extra = extra[4 + size :]
    return ""


def _time(entry: zipfile.ZipInfo) -> float:
    try:
        return datetime(*entry.date_time).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read an entry, at most so much of it: its header may lie about the size."""
    try:
        with archive.open(entry) as file:
            data = file.read(SIZE_LIMIT + 1)
    except Exception as error:  # zlib, lzma and bz2 have errors of their own; encrypted, cut, …
        raise UnreadableError(f"it cannot be unpacked: {error}") from None
    if len(data) > SIZE_LIMIT:
        raise UnreadableError(f"it is larger than {SIZE_LIMIT >> 20} MiB")
    return data
