"""Servers that are kept warm for the next submission."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.run.forkservers import ForkServer, Sandbox, ServerFault, Setting


class Pool:
    """The sandboxes of one crew, and those of their servers that wait for the next submission."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sandboxes: list[Sandbox] = []
        self._idle: list[ForkServer] = []
        #: Whether a sandbox here can have several servers; None while that is not known.
        self._shared: bool | None = None
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
        if server.home.reusable:
            with self._lock:
                self._idle.append(server)
        else:
            self._end(server)

    def begin(self, setting: Setting) -> None:
        """Start a sandbox whose servers will be borrowed: it imports while others do."""
        with contextlib.suppress(ServerFault):  # whoever borrows hears of it
            self._leave(self._sandbox(setting), end=False)

    def close(self) -> None:
        """End the servers that wait, and sandboxes without a server."""
        with self._lock:
            waiting, self._idle = self._idle, []
            unused = [sandbox for sandbox in self._sandboxes if not sandbox.wanted]
            self._sandboxes = [sandbox for sandbox in self._sandboxes if sandbox.wanted]
        for server in waiting:
            self._end(server)
        for sandbox in unused:
            sandbox.close()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def kill(self) -> None:
        """End everything that runs, for good: the submissions are done again next time."""
        with self._lock:
            self._killed = True
            for sandbox in self._sandboxes:
                sandbox.kill()

    def _start(self, setting: Setting) -> ForkServer:
        while True:
            sandbox = self._sandbox(setting)
            try:
                server = sandbox.fork()
            except BaseException:
                self._leave(sandbox)
                raise
            self._shared = sandbox.holds["nested"]
            if server is not None:
                return server
            self._leave(sandbox)

    def _sandbox(self, setting: Setting) -> Sandbox:
        """Return one that may have a server to give; it is not ended until somebody leaves it."""
        alone = setting.sandbox == "none" or self._shared is False
        with self._lock:
            for sandbox in self._sandboxes:
                fits = sandbox.digest == setting.digest and sandbox.sound
                if fits and not sandbox.full and not (alone and sandbox.wanted):
                    break
            else:
                sandbox = Sandbox(setting)
                self._sandboxes.append(sandbox)
                if self._killed:
                    sandbox.kill()
            sandbox.wanted += 1
        return sandbox

    def _leave(self, sandbox: Sandbox, *, end: bool = True) -> None:
        """Want nothing more of a sandbox; whoever leaves it last ends it."""
        with self._lock:
            sandbox.wanted -= 1
            end = end and not sandbox.wanted
            if end:
                self._sandboxes.remove(sandbox)
        if end:
            sandbox.close()

    def _waiting(self, digest: str) -> ForkServer | None:
        """Return a waiting server of this setting; end those of another, and the unsound."""

        def serves(server: ForkServer) -> bool:
            return server.home.sound and server.home.digest == digest

        with self._lock:
            others = [server for server in self._idle if not serves(server)]
            self._idle = [server for server in self._idle if serves(server)]
            found = self._idle.pop() if self._idle else None
        for server in others:
            self._end(server)
        return found

    def _end(self, server: ForkServer) -> None:
        server.close()
        self._leave(server.home)


def what_holds(limits: Mapping[str, Any]) -> dict[str, bool]:
    """Start a server in bubblewrap and return which walls hold: `nested`, `counted`, `grouped`.

    Raises
    ------
    ServerFault
        It does not start.
    """
    with Pool() as servers, servers.borrow(Setting({}, limits, "bubblewrap")) as server:
        return {**server.home.holds, "grouped": server.grouped}
