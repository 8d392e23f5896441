"""The fork server: it imports once, then forks a process for each submission.

It runs in the sandbox as `python -m autograder.inside.server`, has one thread, and holds nothing of
any submission: each process gets its cells through a socket of its own. On standard input it has a
socket to the grader. First comes the setting; it answers `ready`.

Then the grader sends a byte, a socket, and the descriptors through which a process joins a control
group: a server for one worker begins, and answers `ready` through that socket. Where each
submission has namespaces of its own, no submission reaches a server, so all workers' servers are
forks of the one process that has imported everything. Else that process itself serves, as the first
one of its sandbox, which no signal from inside ends.

For each submission:

- the grader sends a byte and the submission's sockets;
- the grader sends another byte when it has heard enough; the server ends what still runs,
  and answers `ended`.

A server ends when its socket is closed. The first process, when its own is closed, waits for the
servers and ends, and with it everything in the sandbox.

Where each submission has namespaces of its own, the process for the next one is made while one
runs: the kernel takes its time to let a process into a control group, longer than to run a cell.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder.inside import namespaces
from autograder.inside.cells import Shell, import_first
from autograder.inside.frames import read_frame, write_frame
from autograder.inside.walls import Walls
from autograder.inside.watch import children, descendants, kill, overuse

#: Seconds between two looks at what the submission's processes use, at least and at most; if it can
#: be, no more than this part of the time is spent on looking.
WATCH_SECONDS, MOST_WATCH_SECONDS, WATCH_PART = 0.2, 2.0, 0.1
#: Seconds for what waits for a submission's processes to tell how they ended.
TELL_SECONDS = 0.2
#: Processes that wait for the submission: its first one, and the first one of its own world.
WAITING = 2
#: A message on the control socket brings at most so many others (the kernel's own limit is 253).
MOST_SOCKETS = 250
#: What a process says that waits for a submission.
READY = b"."


def main() -> None:
    """Begin servers until the grader closes the socket."""
    gc.disable()  # what is imported stays
    walls = Walls(sys.argv[1:])
    control = socket.socket(fileno=os.dup(0))
    import_first()  # while the grader makes up the setting
    setting, _ = read_frame(control.makefile("rb"))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    shell = Shell(setting)
    holds = walls.try_out(setting["sandbox"], setting["limits"])
    # What was imported stays as it is: neither collected nor, for that, copied by each fork.
    gc.collect()
    gc.freeze()
    gc.enable()
    answer(control, {"kind": "ready", **holds})
    os.dup2(null, 2)
    os.close(null)
    number = 0
    while given := _receive(control):
        number += 1
        if walls.nested and not _in_a_child():
            for descriptor in given:
                os.close(descriptor)
            continue
        control.close()
        own, *joins = given
        grouped = walls.begin(number, joins)
        serve(Server(socket.socket(fileno=own), shell, setting["limits"], walls), grouped)
    # The servers are told, too, that it is over: their time is counted with ours.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)  # nothing is left that tidying up would save


def serve(server: "Server", grouped: bool) -> NoReturn:
    """Serve one worker, then end this process."""
    try:
        answer(server.control, {"kind": "ready", "grouped": grouped})
        while server.serve():
            pass
    finally:
        os._exit(0)


def _in_a_child() -> bool:
    """Fork, and return whether this is the child; where that fails, the grader sees it."""
    with contextlib.suppress(OSError):
        return os.fork() == 0
    return False


def answer(control: socket.socket, header: dict[str, Any]) -> None:
    """Tell the grader."""
    write_frame(control.makefile("wb"), header)


def _receive(control: socket.socket) -> list[int]:
    """Wait for a message, and return the descriptors that come with it; none when it is over."""
    return socket.recv_fds(control, 1, MOST_SOCKETS)[1]


class Server:
    """Forks for one submission after the other, and ends what they leave behind."""

    def __init__(
        self, control: socket.socket, shell: Shell, limits: dict[str, Any], walls: Walls
    ) -> None:
        self.control, self.shell, self.limits, self.walls = control, shell, limits, walls
        #: The process for the next submission, and what it is told by.
        self.spare = self._fork() if walls.nested else None

    def serve(self) -> bool:
        """Run one submission; return False when the grader is gone."""
        sockets = _receive(self.control)
        if not sockets:
            return False
        first = self._begin(sockets)
        for descriptor in sockets:
            os.close(descriptor)
        if self.walls.nested:
            self.spare = self._fork()
        # Those who wait, for their turn or for the submission, take nothing from it.
        waiting = len(sockets) + WAITING
        limits = {**self.limits, "processes": self.limits["processes"] + waiting}
        reason, pause = "", WATCH_SECONDS
        while not select.select([self.control], [], [], pause)[0]:
            start = time.process_time()
            if not reason and (reason := overuse(limits, self._spare_pid())):
                self._end(first)
            looked = time.process_time() - start
            pause = min(max(WATCH_SECONDS, looked / WATCH_PART), MOST_WATCH_SECONDS)
        stop = self.control.recv(1)
        status = self._end(first)
        if stop:
            answer(self.control, {"kind": "ended", "reason": reason or _describe(status)})
        return bool(stop)

    def _begin(self, sockets: Sequence[int]) -> int:
        """Give a submission's sockets to a process of its own; return that, or who waits for it."""
        forked, self.spare = self.spare or self._fork(sockets), None
        if not forked.takes(sockets):
            # An earlier submission met a limit, and the kernel ended this one with it.
            forked.forget()
            forked = self._fork(sockets)
            forked.takes(sockets)  # if not, the grader hears that from its sockets
        forked.door.close()
        return forked.pid

    def _fork(self, sockets: Sequence[int] = ()) -> "Forked":
        """Make a submission's process, which waits for its sockets; these here are not for it."""
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid:
            theirs.close()
            return Forked(pid, ours)
        try:
            namespaces.prctl(namespaces.PARENT_DEATH_SIGNAL, signal.SIGKILL)
            self.control.close()
            ours.close()
            for descriptor in sockets:
                os.close(descriptor)
            self.walls.join()
            if self.walls.nested:
                self.walls.seal(self.limits["disk_mb"])
                self._leave_to_a_child(theirs)
                # The first process of a world ends it by ending, and keeps its privileges: it runs
                # no cell, and whoever does can neither trace nor signal it.
                self._leave_to_a_child(theirs)
            # What a submission does to its group reaches nothing but itself.
            os.setsid()
            theirs.send(READY)
            if given := _receive(theirs):
                theirs.close()
                for descriptor in given:
                    os.set_inheritable(descriptor, False)
                self.walls.close_behind()
                self.shell.run(given)
        finally:
            os._exit(1)

    def _spare_pid(self) -> int | None:
        return self.spare.pid if self.spare is not None else None

    def _leave_to_a_child(self, door: socket.socket) -> None:
        """Return in a child; wait until it and all that it left are gone, and end as it did."""
        pid = os.fork()
        if pid == 0:
            # Whatever ends the server ends its submission: each process ends with its parent.
            namespaces.prctl(namespaces.PARENT_DEATH_SIGNAL, signal.SIGKILL)
            return
        door.close()
        code = 0
        with contextlib.suppress(ChildProcessError):
            while True:
                ended, status = os.waitpid(-1, 0)
                if ended == pid:
                    code = os.waitstatus_to_exitcode(status)
        os._exit(code if code >= 0 else 128 - code)

    def _end(self, first: int) -> int:
        """Kill whatever the submission left, and wait until all of it is gone."""
        if self.walls.nested and (status := self._end_softly(first)) is not None:
            return status
        status = 0
        if self.spare is not None:
            self.spare.forget()
            self.spare = None
        while True:
            for pid in children(os.getpid()):
                kill(pid)
            try:
                pid, code = os.waitpid(-1, 0)
            except ChildProcessError:
                return status
            if pid == first:
                status = os.waitstatus_to_exitcode(code)

    def _end_softly(self, first: int) -> int | None:
        """Kill a submission but not those who wait for it, and tell how it ended if they do.

        They are `first` and the first process of the submission's own world, which ends with that.
        """
        for world in children(first):
            for pid in descendants(world):
                kill(pid)
        end = time.monotonic() + TELL_SECONDS
        while time.monotonic() < end:
            try:
                pid, code = os.waitpid(first, os.WNOHANG)
            except ChildProcessError:
                return None
            if pid:
                return os.waitstatus_to_exitcode(code)
            time.sleep(1e-3)
        return None


@dataclass(frozen=True)
class Forked:
    """A process that waits for a submission's sockets.

    Attributes
    ----------
    pid
        It, or the one that waits for it.
    door
        Through which it is told.
    """

    pid: int
    door: socket.socket

    def takes(self, sockets: Sequence[int]) -> bool:
        """Hand it the sockets when it is ready; return False if it has ended."""
        try:
            if self.door.recv(1) != READY:
                return False
            socket.send_fds(self.door, [b"+"], sockets)
        except OSError:
            return False
        return True

    def forget(self) -> None:
        """Take its end."""
        self.door.close()
        kill(self.pid)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _describe(status: int) -> str:
    """Say in words how a process ended, where there is more to say than that it did."""
    number = -status if status < 0 else status - 128
    try:
        return "" if number == signal.SIGKILL else signal.strsignal(number) or ""
    except ValueError:
        return ""


if __name__ == "__main__":
    main()
