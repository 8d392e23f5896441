"""Between a submission's process and everything else: which walls this machine lets us build."""

import argparse
import contextlib
import os
import resource
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.inside import namespaces, syscalls


class Walls:
    """The walls around the server, at once, and around each submission, when it enters.

    Parameters
    ----------
    arguments
        The server's command line: the first of the users to become, if there are any.

    Attributes
    ----------
    joins
        Descriptors by which a process joins the submission's control groups.
    nested
        Whether each submission has namespaces of its own.
    counted
        Whether the kernel itself counts a submission's processes.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("--user", type=int)
        self._user: int | None = parser.parse_args(arguments).user
        self.visible = _python()
        self.joins: list[int] = []
        self.sandbox = self.nested = self.counted = False
        # Nothing that a submission starts can open, trace or take what the server holds. As the
        # first process of its sandbox it cannot be stopped from inside either, if it has no
        # handlers: Python has one.
        namespaces.prctl(namespaces.DUMPABLE, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def try_out(self, sandbox: bool, limits: dict[str, Any]) -> dict[str, bool]:
        """Find out, with a process of its own, what holds here; return it for the grader."""
        self.sandbox = sandbox
        self.nested = sandbox and _succeeds(lambda: self._try_to_seal(limits["disk_mb"]))
        self.counted = sandbox and _succeeds(lambda: self._be_refused(limits["disk_mb"]))
        return {"nested": self.nested, "counted": self.counted}

    def begin(self, number: int, joins: list[int]) -> bool:
        """Be the walls of one worker's submissions; return whether they have control groups.

        What the kernel counts by users, such as sockets on their way, it counts for each worker:
        each server becomes a user of its own, if it can become another at all.
        """
        if self._user is not None and not self.nested:
            # What was imported made folders where the submission makes its own: as another user.
            for folder in ("IPYTHONDIR", "MPLCONFIGDIR"):
                shutil.rmtree(os.environ.get(folder, ""), ignore_errors=True)
        self._become(number)
        # Orphans of a submission become the server's children, so that none is overlooked.
        namespaces.prctl(namespaces.CHILD_SUBREAPER, 1)
        self.joins = joins
        grouped = bool(joins) and _succeeds(self.join)
        if not grouped:
            self.leave_out_groups()
        return grouped

    def leave_out_groups(self) -> None:
        """Do without control groups: an old kernel may refuse to join them."""
        for descriptor in self.joins:
            os.close(descriptor)
        self.joins = []

    def join(self) -> None:
        """Enter the submission's control groups, and let nobody who comes after do so."""
        for descriptor in self.joins:
            os.write(descriptor, b"0")
            os.close(descriptor)

    def seal(self, disk_mb: int) -> None:
        """Enter namespaces of one's own."""
        namespaces.prctl(namespaces.DUMPABLE, 1)  # else our own files in /proc belong to root
        namespaces.seal(disk_mb, self.visible)

    def close_behind(self) -> None:
        """Take from this process what no submission gets."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.nested:
            namespaces.drop_privileges()
        namespaces.prctl(namespaces.DUMPABLE, 1)  # so that the server may see what it uses
        if self.sandbox:
            with contextlib.suppress(OSError):  # a kernel without filters
                syscalls.refuse()

    def _become(self, number: int = 0) -> None:
        if self._user is not None:
            namespaces.become(self._user + number)
            # Becoming another user has undone both.
            namespaces.prctl(namespaces.PARENT_DEATH_SIGNAL, signal.SIGKILL)
            namespaces.prctl(namespaces.DUMPABLE, 0)

    def _try_to_seal(self, disk_mb: int) -> None:
        self._become()
        self.seal(disk_mb)

    def _be_refused(self, disk_mb: int) -> None:
        """Try to fork with a limit of one process; being able to is the error."""
        self._become()
        if self.nested:
            self.seal(disk_mb)
        hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        resource.setrlimit(resource.RLIMIT_NPROC, (1, hard))
        try:
            pid = os.fork()
        except BlockingIOError:
            return
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        raise OSError("it was not counted")


def _succeeds(action: Any) -> bool:
    """Try something in a process of its own."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            action()
            status = 0
        except OSError:
            pass
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _python() -> list[str]:
    """Return the folders that Python lives in, as this process sees them."""
    folders = {sys.prefix, sys.base_prefix, str(Path(os.path.realpath(sys.executable)).parents[1])}
    outer = sorted(folders)
    return [
        folder
        for folder in outer
        if not any(folder != other and Path(folder).is_relative_to(other) for other in outer)
    ]
