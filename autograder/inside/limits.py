"""What a submission may take and may do: time, memory, packages; nobody answers its questions."""

import builtins
import contextlib
import getpass
import os
import posix
import resource
import signal
import sys
import types
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any


class CellTimeout(KeyboardInterrupt):
    """The cell used up its time. Derived so that `except Exception` does not swallow it."""

    def _render_traceback_(self) -> list[str]:
        return [f"CellTimeout: {self}"]


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `CellTimeout` after some seconds, and again each second for code that carries on."""

    def expire(signum: int, frame: types.FrameType | None) -> None:
        raise CellTimeout(f"stopped after {seconds:g} seconds")

    signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def address_space() -> int:
    """Return the bytes of address space that this process takes."""
    pages = Path("/proc/self/statm").read_text().split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def limit_resources(limits: dict[str, Any], taken: int, own_users: bool) -> None:
    """Lower what this process and its children may use; only a privileged one could raise it.

    Parameters
    ----------
    limits
        From `limits_for`.
    taken
        Address space of the libraries: it takes nothing from the submission.
    own_users
        Whether the user's other programs do not count.
    """
    megabyte = 2**20
    value: int | None
    for what, value in (
        (resource.RLIMIT_AS, taken + limits["memory_mb"] * megabyte),
        (resource.RLIMIT_FSIZE, limits["disk_mb"] * megabyte),
        (resource.RLIMIT_NPROC, limits["processes"] if own_users else None),
        (resource.RLIMIT_CORE, 0),
    ):
        if value is None:
            continue
        hard = resource.getrlimit(what)[1]
        lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (lower, lower))


def refuse_imports(names: list[str]) -> None:
    """Make forbidden packages fail to import with a message that says why.

    Only a real import fails: libraries ask whether others are there, and must get an answer.
    """

    class Refuse(MetaPathFinder, Loader):
        def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
            return ModuleSpec(name, self) if name.partition(".")[0] in names else None

        def create_module(self, spec: ModuleSpec) -> None:
            raise ImportError(f"{spec.name} is not available while this assignment is graded")

        def exec_module(self, module: types.ModuleType) -> None:
            """Never come here."""

    sys.meta_path.insert(0, Refuse())


def ignore_fork_hooks() -> None:
    """Let nobody have a say in our forks: what a submission wants done then is not done."""

    def ignore(**_: object) -> None:
        """Take a hook, and forget it."""

    os.register_at_fork = posix.register_at_fork = ignore


def refuse_questions() -> None:
    """Make `input()` and its like say why nobody answers."""

    def refuse(prompt: object = "", *_: object, **__: object) -> None:
        raise EOFError("nobody answers input() while a notebook is graded: write the value instead")

    builtins.input = getpass.getpass = refuse  # type: ignore[assignment]
