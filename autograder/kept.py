"""What PyTorch computes for judging, kept on disk: a class is graded more than once.

One file for each part of a check, in the course's state folder, which no sandbox sees. A file
counts only if the course's own secret has signed it, for these sources, versions and cases.
"""

import contextlib
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cnnlib.check.engine.ahead import read_ahead
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.wire import LARGEST, pack_case, pack_values, unpack_values

#: What computes; where one of them has another version, all is computed again.
LIBRARIES = ("numpy", "torch")
#: Where it was computed: what a graphics card is asked for, it computes.
DEVICES = ("auto", "cpu")
SIGNATURE = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Kept:
    """What was computed for a course.

    Attributes
    ----------
    folder
        Where it is kept; it is made if it is not there.
    secret
        The course's own.
    """

    folder: Path
    secret: int

    def restore(self, referee: Referee) -> bool:
        """Give a referee what was computed for it; return whether there was anything."""
        if referee.device not in DEVICES:
            return False
        try:
            data = self._path(referee).read_bytes()
            signature, body = data[:SIGNATURE], data[SIGNATURE:]
            if not hmac.compare_digest(signature, self._sign(referee, body)):
                return False
            referee.take(unpack_values(body))
        except (OSError, ValueError, LookupError, TypeError):
            return False
        return True

    def keep(self, referee: Referee) -> None:
        """Compute all that there is to compute for a referee, and keep it."""
        read_ahead(referee)
        body = pack_values(referee.computed())
        if len(body) > LARGEST:
            return
        path = self._path(referee)
        draft = path.with_suffix(".part")
        with contextlib.suppress(OSError):  # a full disk: then it is computed again
            self.folder.mkdir(mode=0o700, exist_ok=True)
            draft.write_bytes(self._sign(referee, body) + body)
            draft.replace(path)

    def _path(self, referee: Referee) -> Path:
        asked = "-".join((referee.check.name, referee.part, referee.which, referee.device))
        return self.folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:32]}.values"

    def _sign(self, referee: Referee, body: bytes) -> bytes:
        """Return the signature of values for what they were computed from."""
        mac = hmac.new(str(self.secret).encode(), digestmod=hashlib.sha256)
        told = (referee.check.name, referee.part, referee.which, referee.device, *_versions())
        functions: list[Callable[..., Any]] = [referee.check.reference]
        functions += [m.compute for m in referee.check.misconceptions]
        for part in ("\0".join(told).encode(), _sources(functions), _cases(referee), body):
            mac.update(len(part).to_bytes(8) + part)
        return mac.digest()


def _cases(referee: Referee) -> bytes:
    return hashlib.sha256(b"".join(map(pack_case, referee.cases))).digest()


@cache
def _versions() -> tuple[str, ...]:
    found = []
    for name in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    return tuple(found)


def _sources(functions: Iterable[Callable[..., Any]]) -> bytes:
    """Return a fingerprint of the packages that functions come from."""
    packages = sorted({"cnnlib", *(f.__module__.partition(".")[0] for f in functions)})
    return hashlib.sha256(b"".join(map(_package, packages))).digest()


@cache
def _package(name: str) -> bytes:
    spec = find_spec(name)
    found = hashlib.sha256(name.encode())
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    if spec and not spec.submodule_search_locations and spec.origin:
        found.update(Path(spec.origin).read_bytes())
    return found.digest()
