"""Sandboxes, and the fork servers in them: one for each worker."""

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
from collections.abc import Mapping, Sequence
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


class Sandbox:
    """A sandbox: its first process imports everything, and forks servers, one for each worker.

    Raises
    ------
    ServerFault
        Its program did not start.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting, self.digest = setting, setting.digest
        self._stack = stack = contextlib.ExitStack()
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))
        self._log: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        self._control, theirs = socket.socketpair()
        try:
            launch = sandbox.launch(
                setting.sandbox, dict(setting.limits), Path(folder), setting.callers
            )
            with theirs:
                self.process = subprocess.Popen(
                    launch.command,
                    env=launch.environment,
                    cwd=folder,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=self._log,
                    start_new_session=True,
                )
        except OSError as error:
            self._control.close()
            self._stack.close()
            raise ServerFault(str(error)) from None
        # If it has ended already, that shows when it should be ready.
        self._control.settimeout(START_SECONDS)
        with contextlib.suppress(OSError), self._control.makefile("wb") as stream:
            write_frame(stream, setting.frame)
        self._lock = threading.Lock()
        self._given = False
        #: How many workers have a server of it, or wait for one.
        self.wanted = 0
        #: Which of its walls hold: `nested`, `counted`. Empty until it is ready.
        self.holds: dict[str, bool] = {}
        #: Why it did not start.
        self.fault = ""
        #: Whether it can go on: it has started, and nothing in it was lost.
        self.sound = True

    @property
    def reusable(self) -> bool:
        """Whether its servers can serve another submission: each has namespaces of its own."""
        return self.sound and (self.holds["nested"] or self.setting.sandbox == "none")

    @property
    def full(self) -> bool:
        """Whether it has given the only server that it can give."""
        return self._given and not self.holds["nested"]

    def fork(self) -> "ForkServer | None":
        """Return a server when it is ready; None where it gives no more.

        Raises
        ------
        ServerFault
            It did not start, or we cannot ask it; the message says why.
        """
        with self._lock:
            try:
                if not self.fault:
                    self._prepare()
                    if self.full or not self.sound:
                        return None
                    server = self._fork()
                    self._given = True
                    return server
            except (ConnectionError, LookupError, ServerLost):
                lost = "no server began in it" if self.holds else _last_line(self._log)
                self.fault, self.sound = lost, False
            except OSError as error:  # on our side
                raise ServerFault(str(error)) from None
            raise ServerFault(self.fault)

    def _prepare(self) -> None:
        """Wait until it has imported everything."""
        if not self.holds:
            said = _answer(self._control, START_SECONDS)
            self.holds = {name: bool(said[name]) for name in ("nested", "counted")}

    def _fork(self) -> "ForkServer":
        limits = self.setting.limits
        waiting = limits["processes"] + self.setting.waiting
        group = ControlGroup({**limits, "processes": waiting})
        # A group can be removed once its processes are gone; when the sandbox has ended, they are.
        self._stack.callback(group.close)
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"+"], [theirs.fileno(), *group.joins])
            grouped = bool(_answer(ours, START_SECONDS)["grouped"])
        except BaseException:
            ours.close()
            raise
        return ForkServer(self, ours, group, grouped)

    def close(self) -> None:
        """End it, and everything in it."""
        self._control.close()
        if self.holds:
            # It goes by itself, so that its time is counted; what hangs is killed.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE_SECONDS)
        self.kill()
        self.process.wait()
        self._stack.close()

    def kill(self) -> None:
        """End everything in it at once."""
        # The sandbox's first process by name: it may be another user's, whom the end of bwrap,
        # which has no privileges left, does not end.
        # Where there is none, a submission has a session of its own.
        for pid in list(watch.descendants(self.process.pid)):
            watch.kill(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class ForkServer:
    """One worker's server in a sandbox, and our end of the socket to it."""

    def __init__(
        self, home: Sandbox, control: socket.socket, group: ControlGroup, grouped: bool
    ) -> None:
        self.home, self._control, self._group = home, control, group
        self.sandboxed = home.setting.sandbox != "none"
        #: Whether its submissions are in the control group.
        self.grouped = grouped

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
            raise self._lost() from None
        finally:
            for _, theirs in pairs:
                theirs.close()
        return [ours for ours, _ in pairs]

    def stop(self) -> str:
        """End the submission and all that it left; return what the server has to say about it.

        Raises
        ------
        ServerLost
            The server is gone.
        """
        self._control.settimeout(STOP_SECONDS)
        try:
            self._control.sendall(b"-")
            said = str(_answer(self._control, STOP_SECONDS)["reason"])
            return self._group.refusal() or said
        except (OSError, LookupError, ServerLost):
            raise self._lost() from None

    def close(self) -> None:
        """End the server."""
        self._control.close()

    def _lost(self) -> ServerLost:
        """Report it gone: other workers finish their submissions, then the sandbox is ended."""
        self.home.sound = False
        return ServerLost()


def _answer(control: socket.socket, seconds: float) -> dict[str, Any]:
    # A server that a submission has got hold of may lie, and take its time.
    frames = Frames(control, HEADER_LIMIT, time.monotonic() + seconds)
    try:
        return frames.next()[0]
    except FORGED as error:
        raise ServerLost from error


def _last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read(4000).decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "no message"
