"""Warm kernels: fork servers in their sandboxes, kept for the next submission."""

import atexit
import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from autograder.inside import cells as inside
from autograder.run import sandbox
from cnnlib.check.registry import Package

#: Seconds for a server to import everything, and to end what a submission left.
START_SECONDS, STOP_SECONDS = 60.0, 20.0
#: Seconds for a server without a submission to go.
GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class Setting:
    """What all submissions of a class share; plain data, so that it can travel.

    Attributes
    ----------
    inputs
        Packed cases by key.
    limits
        From `limits_for`.
    sandbox
        The kind of sandbox.
    imports
        Modules that the assignment's own cells import.
    packages
        What brings checks besides cnnlib.
    """

    inputs: Mapping[str, bytes]
    limits: Mapping[str, Any]
    sandbox: sandbox.Kind
    imports: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()

    @cached_property
    def frame(self) -> tuple[dict[str, Any], bytes]:
        """The setting as a server gets it."""
        blob, spans = bytearray(), {}
        for key, data in self.inputs.items():
            spans[key] = (len(blob), len(blob) + len(data))
            blob += data
        header = {
            "limits": dict(self.limits),
            "imports": self.imports,
            "inputs": spans,
            "sandbox": self.sandbox != "none",
        }
        return header, bytes(blob)

    @cached_property
    def digest(self) -> str:
        """A fingerprint: a kernel serves submissions of one setting."""
        header, blob = self.frame
        return hashlib.sha256(json.dumps(header).encode() + blob).hexdigest()


class KernelFault(Exception):
    """The sandbox did not start; the message says why."""


class KernelLost(Exception):
    """The fork server ended while it was needed."""


class Kernel:
    """A fork server and our end of the socket to it.

    Raises
    ------
    KernelFault
        It did not start.
    """

    def __init__(self, setting: Setting) -> None:
        self.digest, self.limits = setting.digest, setting.limits
        self.sandboxed = setting.sandbox != "none"
        self._stack = stack = contextlib.ExitStack()
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))
        log: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        limits = dict(setting.limits)
        self._control, theirs = socket.socketpair()
        try:
            launch = sandbox.launch(setting.sandbox, limits, Path(folder), setting.packages)
            with theirs:
                self._process = subprocess.Popen(
                    launch.command,
                    env=launch.environment,
                    cwd=folder,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            self._stack.close()
            raise KernelFault(str(error)) from None
        with _lock:
            _started.add(self)
        try:
            self._control.settimeout(START_SECONDS)
            with self._control.makefile("wb") as stream:
                inside.write_frame(stream, *setting.frame)
            #: Whether it can serve another submission: each has namespaces of its own.
            self.reusable = bool(self._answer()["nested"]) or not self.sandboxed
        except (OSError, KernelLost):
            self.close()
            raise KernelFault(_last_line(log)) from None
        except BaseException:
            self.close()
            raise

    def start(self) -> socket.socket:
        """Fork for a submission; return the socket to it.

        Raises
        ------
        KernelLost
            The server is gone.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            except OSError:
                ours.close()
                self.reusable = False
                raise KernelLost from None
        return ours

    def stop(self) -> str:
        """End the submission and all that it left; return what the server has to say about it.

        Raises
        ------
        KernelLost
            The server is gone, and with it everything in its sandbox.
        """
        self._control.settimeout(STOP_SECONDS)
        try:
            self._control.sendall(b"-")
            return str(self._answer()["reason"])
        except (OSError, KernelLost):
            self.reusable = False
            raise KernelLost from None

    def close(self) -> None:
        """End the server and everything in its sandbox."""
        with _lock:
            _started.discard(self)
        self._control.close()
        # It goes by itself, so that its time is counted; what hangs is killed.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self.kill()
        self._process.wait()
        self._stack.close()

    def kill(self) -> None:
        """End the server's whole session at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _answer(self) -> dict[str, Any]:
        with self._control.makefile("rb") as stream:
            line = stream.readline(inside.HEADER_LIMIT)
        if not line:
            raise KernelLost
        answer: dict[str, Any] = json.loads(line)
        return answer


_lock = threading.Lock()
#: Kernels that exist, and those of them that wait for a submission.
_started: set[Kernel] = set()
_idle: list[Kernel] = []


@contextlib.contextmanager
def borrow(setting: Setting) -> Iterator[Kernel]:
    """Give a kernel that waits, or a new one; whoever comes out of a fault is not used again."""
    kernel = _waiting(setting.digest) or Kernel(setting)
    try:
        yield kernel
    except BaseException:
        kernel.close()
        raise
    if kernel.reusable:
        with _lock:
            _idle.append(kernel)
    else:
        kernel.close()


def _waiting(digest: str) -> Kernel | None:
    """Return a waiting kernel of this setting; close those of another."""
    with _lock:
        others = [kernel for kernel in _idle if kernel.digest != digest]
        same = [kernel for kernel in _idle if kernel.digest == digest]
        found = same.pop() if same else None
        _idle[:] = same
    for kernel in others:
        kernel.close()
    return found


def close_idle() -> None:
    """End the kernels that wait."""
    with _lock:
        idle, _idle[:] = list(_idle), []
    for kernel in idle:
        kernel.close()


def kill_all() -> None:
    """End everything that runs: the submissions are done again next time."""
    with _lock:
        kernels = list(_started)
    for kernel in kernels:
        kernel.kill()


atexit.register(close_idle)


def _last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read(4000).decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no message"
