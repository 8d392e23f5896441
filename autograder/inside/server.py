"""The fork server: it imports once, then forks a process for each submission.

It runs in the sandbox as `python -m autograder.inside.server`, has one thread, and holds nothing of
any submission: each process gets its cells through a socket of its own. On standard input it has a
socket to the grader. First comes the setting; it answers `ready`. Then, for each submission:

- the grader sends a byte and the submission's socket;
- the grader sends another byte when it has heard enough; the server ends what still runs,
  and answers `ended`.

A closed socket ends the server, and with it everything in the sandbox.
"""

import gc
import os
import select
import signal
import socket
import sys
from typing import Any

from autograder.inside import namespaces
from autograder.inside.cells import Shell
from autograder.inside.frames import read_frame, write_frame
from autograder.inside.walls import Walls
from autograder.inside.watch import children, kill, overuse

#: Seconds between two looks at what the submission's processes use.
WATCH_SECONDS = 0.2


def main() -> None:
    """Serve until the grader closes the socket."""
    walls = Walls(sys.argv[1:])
    control = socket.socket(fileno=os.dup(0))
    setting, blob = read_frame(control.makefile("rb"))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    server = Server(control, Shell(setting, blob), setting["limits"], walls)
    holds = walls.try_out(setting["sandbox"], setting["limits"])
    # What was imported stays as it is: neither collected nor, for that, copied by each fork.
    gc.collect()
    gc.freeze()
    server.answer({"kind": "ready", **holds})
    os.dup2(null, 2)
    os.close(null)
    while server.serve():
        pass
    os._exit(0)  # nothing is left that tidying up would save


class Server:
    """Forks for one submission after the other, and ends what they leave behind."""

    def __init__(
        self, control: socket.socket, shell: Shell, limits: dict[str, Any], walls: Walls
    ) -> None:
        self.control, self.shell, self.limits, self.walls = control, shell, limits, walls

    def answer(self, header: dict[str, Any]) -> None:
        """Tell the grader."""
        write_frame(self.control.makefile("wb"), header)

    def serve(self) -> bool:
        """Run one submission; return False when the grader is gone."""
        message, descriptors, _, _ = socket.recv_fds(self.control, 1, 1)
        if not message:
            return False
        (channel,) = descriptors
        os.set_inheritable(channel, False)
        first = self._fork(channel)
        os.close(channel)
        reason = ""
        while not select.select([self.control], [], [], WATCH_SECONDS)[0]:
            if not reason and (reason := overuse(self.limits)):
                self._end(first)
        stop = self.control.recv(1)
        status = self._end(first)
        if stop:
            self.answer({"kind": "ended", "reason": reason or _describe(status)})
        return bool(stop)

    def _fork(self, channel: int) -> int:
        """Start the submission's process; return it, or the one that waits for it."""
        pid = os.fork()
        if pid:
            return pid
        try:
            namespaces.prctl(namespaces.PARENT_DEATH_SIGNAL, signal.SIGKILL)
            self.control.close()
            self.walls.join()
            if self.walls.nested:
                self.walls.seal(self.limits["disk_mb"])
                pid = os.fork()
                if pid:
                    os.close(channel)
                    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                    os._exit(code if code >= 0 else 128 - code)
            self.walls.close_behind()
            self.shell.run(channel)
        finally:
            os._exit(1)

    def _end(self, first: int) -> int:
        """Kill whatever the submission left, and wait until all of it is gone."""
        status = 0
        # The submission itself before the one that waits for it and tells how it ended.
        doomed = children(first) if self.walls.nested else []
        while True:
            for pid in doomed or children(os.getpid()):
                kill(pid)
            doomed = []
            try:
                pid, code = os.waitpid(-1, 0)
            except ChildProcessError:
                return status
            if pid == first:
                status = os.waitstatus_to_exitcode(code)


def _describe(status: int) -> str:
    """Say in words how a process ended, where there is more to say than that it did."""
    number = -status if status < 0 else status - 128
    try:
        return "" if number == signal.SIGKILL else signal.strsignal(number) or ""
    except ValueError:
        return ""


if __name__ == "__main__":
    main()
