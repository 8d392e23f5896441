"""Fork servers in their sandboxes, kept warm for the next submission."""

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from autograder.inside import watch
from autograder.inside.frames import HEADER_LIMIT, Key, write_frame
from autograder.run import sandbox
from autograder.run.cgroups import ControlGroup
from autograder.run.listen import FORGED, Frames
from cnnlib.check.engine.form import Form
from cnnlib.check.registry import Package

#: Seconds for a server to import everything, and to end what a submission left.
START_SECONDS, STOP_SECONDS = 60.0, 10.0
#: Seconds for a server without a submission to go.
GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class Setting:
    """What all submissions of a class share; plain data, so that it can travel.

    Attributes
    ----------
    inputs
        Packed cases by the part of a check that they are for: no server gets them.
    limits
        From `limits_for`.
    sandbox
        The kind of sandbox.
    imports
        Modules that the assignment's own cells import.
    packages
        What brings checks besides cnnlib.
    forms
        Of the assignment's checks.
    names
        Of other checks.
    waiting
        How many processes of a submission wait for hidden runs, at most.
    """

    inputs: Mapping[Key, Sequence[bytes]]
    limits: Mapping[str, Any]
    sandbox: sandbox.Kind
    imports: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()
    forms: tuple[Form, ...] = ()
    names: tuple[str, ...] = ()
    waiting: int = 0

    @cached_property
    def frame(self) -> dict[str, Any]:
        """The setting as a server gets it."""
        return {
            "limits": dict(self.limits),
            "imports": self.imports,
            "forms": [form.to_json() for form in self.forms],
            "names": self.names,
            "sandbox": self.sandbox != "none",
        }

    @property
    def callers(self) -> tuple[str, ...]:
        """Modules that hold what calls functions for a check."""
        return tuple(sorted({form.call.partition(":")[0] for form in self.forms if form.call}))

    @cached_property
    def digest(self) -> str:
        """A fingerprint: a server serves submissions of one setting."""
        return hashlib.sha256(json.dumps([self.frame, self.waiting]).encode()).hexdigest()


class ServerFault(Exception):
    """The sandbox did not start; the message says why."""


class ServerLost(Exception):
    """The fork server ended while it was needed."""


class ForkServer:
    """A fork server and our end of the socket to it.

    Raises
    ------
    ServerFault
        Its program did not start.
    """

    def __init__(self, setting: Setting) -> None:
        self.digest, self.limits = setting.digest, setting.limits
        self.sandboxed = setting.sandbox != "none"
        self._stack = stack = contextlib.ExitStack()
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))
        self._log: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        limits = dict(setting.limits)
        self._group = ControlGroup({**limits, "processes": limits["processes"] + setting.waiting})
        stack.callback(self._group.close)
        self._control, theirs = socket.socketpair()
        try:
            launch = sandbox.launch(
                setting.sandbox, limits, Path(folder), setting.callers, self._group.joins
            )
            with theirs:
                self._process = subprocess.Popen(
                    launch.command,
                    env=launch.environment,
                    cwd=folder,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=self._log,
                    start_new_session=True,
                    pass_fds=self._group.joins,
                )
        except OSError as error:
            self._control.close()
            self._stack.close()
            raise ServerFault(str(error)) from None
        self._control.settimeout(START_SECONDS)
        # If it has ended already, that shows when it should be ready.
        with contextlib.suppress(OSError), self._control.makefile("wb") as stream:
            write_frame(stream, setting.frame)
        #: Whether it can serve another submission: each has namespaces of its own.
        self.reusable = False
        #: What holds in it: `nested`, `counted`, `grouped`.
        self.holds: dict[str, bool] = {}

    def prepare(self) -> None:
        """Wait until it has imported everything, and is ready to fork.

        Raises
        ------
        ServerFault
            It cannot; the message says why.
        """
        try:
            answer = self._answer(START_SECONDS)
            self.holds = {name: bool(answer[name]) for name in ("nested", "counted", "grouped")}
            self.reusable = self.holds["nested"] or not self.sandboxed
        except (OSError, ServerLost):
            raise ServerFault(_last_line(self._log)) from None

    def start(self, number: int = 1) -> list[socket.socket]:
        """Fork for a submission; return so many sockets to it.

        Raises
        ------
        ServerLost
            The server is gone.
        """
        pairs = [socket.socketpair() for _ in range(number)]
        try:
            socket.send_fds(self._control, [b"+"], [theirs.fileno() for _, theirs in pairs])
        except OSError:
            for ours, _ in pairs:
                ours.close()
            self.reusable = False
            raise ServerLost from None
        finally:
            for _, theirs in pairs:
                theirs.close()
        return [ours for ours, _ in pairs]

    def stop(self) -> str:
        """End the submission and all that it left; return what the server has to say about it.

        Raises
        ------
        ServerLost
            The server is gone, and with it everything in its sandbox.
        """
        self._control.settimeout(STOP_SECONDS)
        try:
            self._control.sendall(b"-")
            said = str(self._answer(STOP_SECONDS)["reason"])
            return self._group.refusal() or said
        except (OSError, LookupError, ServerLost):
            self.reusable = False
            raise ServerLost from None

    def close(self) -> None:
        """End the server and everything in its sandbox."""
        self._control.close()
        if self.holds:
            # It goes by itself, so that its time is counted; what hangs is killed.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_SECONDS)
        self.kill()
        self._process.wait()
        self._stack.close()

    def kill(self) -> None:
        """End the server, and with it everything in its sandbox, at once."""
        # The sandbox's first process by name: it may be another user's, whom the end of bwrap,
        # which has no privileges left, does not end.
        # Where there is none, a submission has a session of its own.
        for pid in list(watch.descendants(self._process.pid)):
            watch.kill(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _answer(self, seconds: float) -> dict[str, Any]:
        # A server that a submission has got hold of may lie, and take its time.
        frames = Frames(self._control, HEADER_LIMIT, time.monotonic() + seconds)
        try:
            return frames.next()[0]
        except FORGED as error:
            raise ServerLost from error


def what_holds(limits: Mapping[str, Any]) -> dict[str, bool]:
    """Start a server in bubblewrap and return which of its walls hold.

    Raises
    ------
    ServerFault
        It does not start.
    """
    setting = Setting({}, limits, "bubblewrap")
    server = ForkServer(setting)
    try:
        server.prepare()
    finally:
        server.close()
    return server.holds


class Pool:
    """The fork servers of one crew: those at work, and those kept for the next submission."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: list[ForkServer] = []
        self._started: set[ForkServer] = set()
        self._idle: list[ForkServer] = []
        self._killed = False

    @contextlib.contextmanager
    def borrow(self, setting: Setting) -> Iterator[ForkServer]:
        """Give a server that waits, or a new one; whoever comes out of a fault is not used again.

        Raises
        ------
        ServerFault
            A new one did not start.
        """
        server = self._waiting(setting.digest) or self._start(setting)
        try:
            yield server
        except BaseException:
            self._end(server)
            raise
        if server.reusable:
            with self._lock:
                self._idle.append(server)
        else:
            self._end(server)

    def begin(self, setting: Setting, number: int) -> None:
        """Start servers that will be borrowed: they import while others do."""
        for _ in range(number):
            try:
                server = ForkServer(setting)
            except ServerFault:  # whoever borrows hears of it
                return
            with self._lock:
                self._begun.append(server)
                self._started.add(server)

    def close(self) -> None:
        """End the servers that wait."""
        with self._lock:
            waiting, self._idle, self._begun = [*self._idle, *self._begun], [], []
        for server in waiting:
            self._end(server)

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def kill(self) -> None:
        """End everything that runs, for good: the submissions are done again next time."""
        with self._lock:
            self._killed = True
            for server in self._started:
                server.kill()

    def _start(self, setting: Setting) -> ForkServer:
        server = self._take_begun(setting.digest) or ForkServer(setting)
        with self._lock:
            self._started.add(server)
            if self._killed:
                server.kill()
        try:
            server.prepare()
        except BaseException:
            self._end(server)
            raise
        return server

    def _take_begun(self, digest: str) -> ForkServer | None:
        with self._lock:
            found = next((server for server in self._begun if server.digest == digest), None)
            if found is not None:
                self._begun.remove(found)
        return found

    def _waiting(self, digest: str) -> ForkServer | None:
        """Return a waiting server of this setting; close those of another."""
        with self._lock:
            others = [server for server in self._idle if server.digest != digest]
            self._idle = [server for server in self._idle if server.digest == digest]
            found = self._idle.pop() if self._idle else None
        for server in others:
            self._end(server)
        return found

    def _end(self, server: ForkServer) -> None:
        with self._lock:
            self._started.discard(server)
        server.close()


def _last_line(log: IO[bytes]) -> str:
    if log.closed:  # somebody ended the server meanwhile
        return "it was ended"
    log.seek(0)
    lines = log.read(4000).decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no message"
