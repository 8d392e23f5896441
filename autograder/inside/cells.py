"""Runs a submission's cells, and sends out what they did.

A submission shares its process with this file, so it holds nothing worth taking: inputs come in
one by one, outputs and plain arrays go out. It knows no expected value and no score.

Through the submission's own socket comes one frame: its cells as they were released. Back go
frames: `start` and `done` for each cell, between them `ask` and `record` for each case of a check,
then `end`.

Right before a cell that has hidden tests the process is forked. The fork keeps still until all that
is shown has been sent; then it is told the cell's full source, runs it, and says how it ended.
"""

import contextlib
import importlib
import io
import math
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from typing import Any

from autograder.inside import recording
from autograder.inside.frames import Key, read_frame, write_frame
from autograder.inside.limits import (
    CellTimeout,
    address_space,
    ignore_fork_hooks,
    limit_resources,
    refuse_imports,
    refuse_questions,
    time_limit,
)
from autograder.inside.outputs import Outputs, Stream, describe, make_shell

#: So many numbers in a row that no process has: then no higher one has a process.
MOST_ABSENT = 256


def import_first() -> None:
    """Import what every submission needs, whatever the assignment is."""
    # NumPy itself imports its random numbers only when somebody wants some.
    for name in ("numpy.random", "IPython.core.interactiveshell"):
        importlib.import_module(name)


def import_early(names: list[str], hidden: list[str]) -> None:
    """Import what the assignment's own cells import: once, not in each submission."""
    for name in names:
        if name.partition(".")[0] not in hidden:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    if "matplotlib.pyplot" in sys.modules:
        # Drawing loads more than importing; what is drawn goes nowhere.
        from matplotlib.figure import Figure

        figure = Figure()
        figure.subplots().set_title("0")
        figure.savefig(io.BytesIO())


def go_home(folder: str) -> None:
    """Make a folder the place where a submission is and where it may write."""
    os.chdir(folder)
    tempfile.tempdir = None
    os.environ.update(HOME=folder, TMPDIR=folder, IPYTHONDIR=f"{folder}/.ipython")
    # As in Jupyter a module that a cell wrote can be imported; no library is replaced by one.
    sys.path.append("")


def see_new_files() -> None:
    """Let what an earlier cell wrote be imported, however short ago that was.

    As `importlib.invalidate_caches`, which also looks after installed packages: there are no new
    ones.
    """
    for folder, finder in list(sys.path_importer_cache.items()):
        if finder is None:
            del sys.path_importer_cache[folder]
        elif hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()


def run_cell(ipython: Any, outputs: Outputs, source: str, seconds: float) -> dict[str, Any]:
    """Run one cell; return what it put out, how it ended, and a number that it left as its value.

    How it ended is known from what it raised, not from what it put out.
    """
    outputs.clear()
    see_new_files()
    start = time.monotonic()
    error, value, timed_out = "", None, False
    try:
        with time_limit(seconds):
            result = ipython.run_cell(source, store_history=True)
            raised = result.error_before_exec or result.error_in_exec
            timed_out = isinstance(raised, CellTimeout)
            error = "" if raised is None else describe(raised)
            value = _number(result.result)
    except CellTimeout as late:  # it struck between the cell and us
        timed_out, error = True, str(late)
        outputs.add_error("CellTimeout", error)
    except BaseException as broken:  # of IPython itself, which a submission can bend
        error = describe(broken)
        outputs.add_error(type(broken).__name__, error)
    return {
        "outputs": outputs.items,
        "timed_out": timed_out,
        "error": error,
        "value": value,
        "seconds": time.monotonic() - start,
    }


def _number(value: Any) -> float | None:
    """Return a cell's last value, if it is a number: partial credit."""
    if type(value) not in (int, float):
        return None
    return float(min(max(value, 0), 2**53)) if math.isfinite(value) else 0.0


class Shell:
    """Everything imported and in place for running a submission's cells, in any fork of it.

    Parameters
    ----------
    setting
        What all submissions share: `limits`, `imports`, `sandbox` (whether there is one), `forms`
        of the assignment's checks, and `names` of others.
    """

    def __init__(self, setting: dict[str, Any]) -> None:
        self.limits = setting["limits"]
        self.outputs = Outputs(self.limits["output_bytes"])
        self.ipython = make_shell(self.outputs)
        self.current = 0
        #: The process group of those who wait for hidden runs.
        self._group = 0
        self.channel: Channel | None = None
        recording.install(setting["forms"], setting["names"], self)
        import_early(setting["imports"], self.limits["hide"])
        # A first cell loads much of IPython, and a first error looks at all modules: here, not in
        # each submission.
        self.ipython.run_cell("1 / 0")
        self.outputs.clear()
        refuse_imports(self.limits["hide"])
        refuse_questions()
        ignore_fork_hooks()
        self.sandbox = bool(setting["sandbox"])
        self.taken = address_space()

    def ask(self, key: Key, case: int) -> bytes | None:
        """Ask the grader for a case."""
        assert self.channel is not None, "a submission runs"
        asked = {"kind": "ask", "index": self.current, "key": key, "case": case}
        header, data = self.channel.ask(asked)
        return None if header.get("none") else data

    def record(self, key: Key, case: int, data: bytes) -> None:
        """Send what a function did with a case."""
        header = {"kind": "record", "index": self.current, "key": key, "case": case}
        self._send(header, data, more=True)  # the next question comes at once

    def _send(self, header: dict[str, Any], payload: bytes = b"", *, more: bool = False) -> None:
        assert self.channel is not None, "a submission runs"
        self.channel.send(header, payload, more=more)

    def run(self, descriptors: Sequence[int]) -> None:
        """Run the submission that comes in through the first socket, then end this process."""
        first, *hidden = descriptors
        self.channel = Channel(first)
        task = self.channel.receive()
        go_home(task["folder"])
        # Those who wait take nothing from the submission.
        processes = self.limits["processes"] + len(hidden)
        limit_resources({**self.limits, "processes": processes}, self.taken, self.sandbox)
        sys.argv[:] = ["notebook"]
        sys.stdout, sys.stderr = Stream(self.outputs, "stdout"), Stream(self.outputs, "stderr")
        for cell in task["cells"]:
            self.current = cell["index"]
            if cell["hidden"]:
                self._keep(hidden)
            if cell["source"] is not None:
                self._send({"kind": "start", "index": self.current})
                self._run_cell(cell["source"])
        self._send({"kind": "end"})
        # Leave at once: whatever the cells left behind (threads, exit handlers) has no say.
        os._exit(0)

    def _run_cell(self, source: str, shown: bool = True) -> None:
        done = run_cell(self.ipython, self.outputs, source, self.limits["cell_seconds"])
        if not shown:
            done["outputs"] = []
        self._send({"kind": "done", "index": self.current, **done})

    def _keep(self, hidden: list[int]) -> None:
        """Fork what is so far; the fork waits for the full source of the cell that comes now."""
        mine = hidden.pop(0)
        try:
            pid = os.fork()
        except OSError:  # too many processes: then there is none
            self._send_through(mine, {"kind": "refused", "index": self.current})
            return
        if pid == 0:
            try:
                self._wait(mine, hidden)
            finally:
                os._exit(1)
        self._group = self._group or pid
        _enter_group(pid, self._group)
        os.close(mine)

    @staticmethod
    def _send_through(descriptor: int, header: dict[str, Any]) -> None:
        """Send a frame through a socket of its own, and close that."""
        channel = Channel(descriptor)
        with contextlib.suppress(OSError):
            channel.send(header)
        channel.close()

    def _wait(self, mine: int, others: list[int]) -> None:
        """Be such a fork."""
        # What ends or stops the group of the shown run does not reach those who wait.
        self._group = self._group or os.getpid()
        _enter_group(os.getpid(), self._group)
        assert self.channel is not None, "a submission runs"
        self.channel.close()
        for other in others:
            os.close(other)
        self.channel = Channel(mine)
        task = self.channel.receive()
        if self.sandbox:
            _end_others(self._group)
        self._send({"kind": "start", "index": self.current})
        self.ipython.showtraceback = _show_nothing
        self._run_cell(task["source"], shown=False)
        os._exit(0)


def _show_nothing(*_: object, **__: object) -> None:
    """Write no traceback: nobody sees what a hidden run puts out, and it takes its time."""


def _enter_group(pid: int, group: int) -> None:
    """Put a process into a group; both its parent and itself do so, whoever comes first."""
    with contextlib.suppress(OSError):
        os.setpgid(pid, group)


def _end_others(group: int) -> None:
    """End the processes of this submission that are not in a group.

    They may have been started for nothing else than to compute what a hidden test refuses. Numbers
    of processes are given in order, and nothing here lists them.
    """
    pid, absent, own = 2, 0, os.getpid()
    while absent < MOST_ABSENT or pid < own:
        try:
            if pid != own and os.getpgid(pid) != group:
                os.kill(pid, signal.SIGKILL)
            absent = 0
        except OSError:
            absent += 1
        pid += 1


class Channel:
    """Our end of a socket to the grader."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._incoming = self._socket.makefile("rb")
        self._outgoing = self._socket.makefile("wb")

    def receive(self) -> dict[str, Any]:
        """Wait for a frame; end this process if none will come."""
        try:
            return read_frame(self._incoming)[0]
        except (OSError, ValueError):
            os._exit(0)

    def send(self, header: dict[str, Any], payload: bytes = b"", *, more: bool = False) -> None:
        """Send a frame; if `more` comes at once, with that."""
        with _undisturbed():
            write_frame(self._outgoing, header, payload, more=more)

    def ask(self, header: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Send a frame, and wait for the answer."""
        with _undisturbed():
            write_frame(self._outgoing, header)
            return read_frame(self._incoming)

    def close(self) -> None:
        """Leave the socket to others."""
        for file in (self._incoming, self._outgoing, self._socket):
            file.close()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold the cell's alarm back: a frame that is cut in two would end the submission."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
