"""A file from the web: only when asked, whole, and the one that was meant."""

import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO

_BLOCK = 1 << 16
_PATIENCE = 30  # seconds without a byte


@dataclass(frozen=True)
class Remote:
    """A file that somebody published.

    Attributes
    ----------
    url
        Where it is; its last part is the file's name here, too.
    size
        In bytes.
    md5
        Its checksum, as published: it tells a damaged file, and is no protection against a forger.
    """

    url: str
    size: int
    md5: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rsplit("/", 1)[-1]


def local(remote: Remote, folder: Path, *, download: bool) -> Path:
    """Return where the file lies in the folder, whole; fetch it first if asked to.

    Raises
    ------
    FileNotFoundError
        It is not there, and nobody asked for a download.
    ConnectionError
        It could not be fetched.
    ValueError
        It is not the file that was published.
    """
    path = folder / remote.name
    if path.is_file():
        with path.open("rb") as file:
            advice = f"delete it and fetch {remote.url} again"
            _check(remote, str(path), _md5(_blocks(file)), advice)
    elif download:
        _download(remote, path)
    else:
        raise FileNotFoundError(
            f"{path} is missing: fetch {remote.url} and put it there, or pass download=True"
        )
    return path


def _check(remote: Remote, what: str, md5: str, advice: str) -> None:
    if md5 != remote.md5:
        raise ValueError(f"{what} has the MD5 checksum {md5}, expected {remote.md5}: {advice}")


def _md5(blocks: Iterator[bytes]) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _download(remote: Remote, path: Path) -> None:
    """Fetch to a temporary name beside it: a file of the right name is whole, always."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")  # two may fetch at once
    try:
        with draft.open("wb") as file:
            md5 = _md5(_received(remote, path, file))
        advice = f"nothing was kept; fetch it elsewhere and put it at {path}"
        _check(remote, f"what came from {remote.url}", md5, advice)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _received(remote: Remote, path: Path, file: BinaryIO) -> Iterator[bytes]:
    """Give what the server sends, written to the file, with a bar that shows how far it is."""
    done = 0
    try:
        # The addresses are this package's own, and each begins with http.
        with urllib.request.urlopen(remote.url, timeout=_PATIENCE) as answer:  # noqa: S310
            for block in _blocks(answer):
                file.write(block)
                _show(remote, done, done + len(block))
                done += len(block)
                yield block
                if done > remote.size:
                    break  # a server that never ends must not fill the disk
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is an answer, too
        raise ConnectionError(
            f"could not fetch {remote.url} ({getattr(error, 'reason', error)}): "
            f"fetch it elsewhere and put it at {path}"
        ) from error
    finally:
        if done:
            print()
    if done != remote.size:
        raise ConnectionError(
            f"{remote.url} gave {done:,} bytes, expected {remote.size:,}: "
            f"try again, or fetch it elsewhere and put it at {path}"
        )


def _show(remote: Remote, before: int, done: int) -> None:
    """Draw the bar, whenever another per cent is there."""
    percent = min(100, 100 * done // remote.size)
    if before == 0 or percent != 100 * before // remote.size:
        bar = "#" * (percent // 4)
        print(f"\r{remote.name} [{bar:.<25}] {percent:>3} %", end="", flush=True)
