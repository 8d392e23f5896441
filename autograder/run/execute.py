"""Runs one submission in its sandbox and reads what comes out: hostile bytes, capped and timed."""

import contextlib
import json
import socket
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from autograder.inside.frames import HEADER_LIMIT, PAYLOAD_LIMIT, Key, write_frame
from autograder.run.forkservers import ForkServer, Pool, ServerFault, ServerLost, Setting

Status: TypeAlias = Literal["ok", "timeout", "crashed", "not run"]

#: Bytes that one process may send in all, and bytes of records that are kept of one submission.
SENT_LIMIT, KEPT_LIMIT = 256 * 2**20, 64 * 2**20
#: Seconds for a process to begin, and beyond a cell's own limit before the process is killed.
START_SECONDS, GRACE_SECONDS = 60.0, 2.0
#: What reading a message that was made to hurt can raise; a broken socket is an `OSError`.
FORGED = (EOFError, OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError)
#: A submission whose cells kill the process is taken up again behind the deadly cell, so often.
RESTARTS = 8


@dataclass(frozen=True)
class Task:
    """One submission, to run in a setting; plain data, so that it can travel.

    Attributes
    ----------
    student
        Whose submission.
    cells
        Sources of the code cells by their position in the notebook.
    tests
        Positions of cells that only test: they define nothing that later cells need.
    """

    student: str
    cells: Mapping[int, str]
    tests: frozenset[int]


@dataclass
class CellRun:
    """What one cell did."""

    status: Status = "not run"
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Run:
    """What one submission did: its cells and records by position; `fault` if it never started."""

    student: str
    cells: dict[int, CellRun]
    records: dict[tuple[int, Key], bytes] = field(default_factory=dict)
    seconds: float = 0.0
    fault: str | None = None


@dataclass(frozen=True)
class End:
    """How a process ended: the cell that ran, and whether the server was lost with it."""

    cell: int | None = None
    status: Status = "ok"
    detail: str = ""
    lost: bool = False


def execute(task: Task, setting: Setting, servers: Pool) -> Run:
    """Run a submission in a process of one of the servers; never raise for what it does.

    Where a process ended, or none started, the submission is run once more, and the better run
    counts: what happens twice is the student's doing, what happens once may be the machine's.
    """
    run = _run(task, setting, servers)
    return min(run, _run(task, setting, servers), key=_ended) if _ended(run) else run


def _ended(run: Run) -> int:
    crashed = sum(cell.status == "crashed" for cell in run.cells.values())
    return len(run.cells) + 1 if run.fault else crashed


def _run(task: Task, setting: Setting, servers: Pool) -> Run:
    start = time.monotonic()
    deadline = start + setting.limits["submission_seconds"]
    run = Run(task.student, {index: CellRun() for index in task.cells})
    todo = sorted(task.cells)
    for _ in range(RESTARTS):
        deadly = _attempt(task, setting, servers, todo, run, deadline)
        if deadly is None or run.fault or time.monotonic() > deadline:
            break
        # Begin again behind the cell that ended the process. Cells before it run once more,
        # because later ones need what they define; tests among them have done their work.
        after = [index for index in todo if index > deadly]
        if not after:
            break
        todo = [i for i in sorted(task.cells) if i < deadly and i not in task.tests] + after
        todo = [i for i in todo if run.cells[i].status not in ("crashed", "timeout")]
    run.seconds = time.monotonic() - start
    return run


def _attempt(
    task: Task, setting: Setting, servers: Pool, todo: list[int], run: Run, deadline: float
) -> int | None:
    """Run cells in one process; return the cell that ended it early, or None."""
    end = End()
    # A server that ends under a submission may be nobody's fault. The second time it is charged.
    for _ in range(2):
        try:
            with servers.borrow(setting) as server:
                end = _converse(server, task, todo, run, deadline)
        except ServerFault as error:
            run.fault = f"the sandbox did not start: {error}"
            return None
        if not end.lost:
            break
    if end.cell is None:
        run.fault = "its process ended before anything ran" if end.lost else None
        return None
    cell = run.cells[end.cell]
    if cell.status == "not run":
        cell.status = end.status
        name = "CellTimeout" if end.status == "timeout" else "Crashed"
        cell.outputs = [
            {"output_type": "error", "ename": name, "evalue": end.detail, "traceback": [end.detail]}
        ]
    return end.cell


def _converse(server: ForkServer, task: Task, todo: list[int], run: Run, deadline: float) -> End:
    """Send cells to a process of the server and take in what they do."""
    try:
        channel = server.start()
    except ServerLost:
        return End(lost=True)
    # Where there is no sandbox this is the working directory; inside, /tmp is private.
    with channel, tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        cells = [{"index": index, "source": task.cells[index]} for index in todo]
        home = "/tmp" if server.sandboxed else folder  # noqa: S108
        channel.settimeout(START_SECONDS)
        # A process that is gone already shows when we listen.
        with contextlib.suppress(OSError), channel.makefile("wb") as stream:
            write_frame(stream, {"cells": cells, "folder": home})
        end = _listen(channel, run, deadline, server.limits)
        try:
            reason = server.stop()
        except ServerLost:
            return replace(end, lost=end.status != "ok")
    if end.cell is None and end.status != "ok":
        return End(lost=True)
    return replace(end, detail=f"{end.detail}: {reason}") if reason else end


def _listen(channel: socket.socket, run: Run, deadline: float, limits: Mapping[str, Any]) -> End:
    """Read frames until the end, or until what comes makes no sense, or does not come in time."""
    current: int | None = None
    patience = START_SECONDS
    frames = Frames(channel, SENT_LIMIT)
    while True:
        try:
            header, payload = frames.next(min(time.monotonic() + patience, deadline))
            index, kind = header.get("index"), header.get("kind")
            if kind == "end":
                return End()
            if index not in run.cells:
                raise ValueError("no such cell")
            if kind == "start":
                current = index
                patience = limits["cell_seconds"] + GRACE_SECONDS
            elif kind == "record":
                _keep(run, (index, Key(*header["key"])), payload)
            elif kind == "done":
                _finish(run.cells[index], header)
        except TimeoutError:
            return End(current, "timeout", f"stopped after {patience:g} seconds")
        except FORGED as error:
            gone = isinstance(error, EOFError | OSError)
            what = "the process ended" if gone else "its messages broke off"
            return End(current, "crashed", f"{what} while this cell ran")


def _keep(run: Run, key: tuple[int, Key], payload: bytes) -> None:
    kept = sum(len(data) for data in run.records.values())
    if kept + len(payload) > KEPT_LIMIT:
        raise ValueError("too many records")
    run.records[key] = payload


def _finish(cell: CellRun, header: dict[str, Any]) -> None:
    outputs = header["outputs"]
    if not isinstance(outputs, list):
        raise TypeError("outputs are no list")
    cell.outputs = [output for output in outputs if isinstance(output, dict)]
    cell.seconds = float(header["seconds"])
    cell.status = "timeout" if header["timed_out"] else "ok"


@dataclass
class Frames:
    """Frames from a process that may lie: every size is capped, every wait has an end."""

    channel: socket.socket
    limit: int
    _buffer: bytearray = field(default_factory=bytearray)

    def next(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        """Return the next header and payload.

        Raises
        ------
        TimeoutError
            None came before the deadline.
        EOFError
            The process closed its output.
        ValueError
            What came is not a frame, or too much.
        """
        while b"\n" not in self._buffer:
            if len(self._buffer) > HEADER_LIMIT:
                raise ValueError("header too long")
            self._more(deadline)
        line, _, rest = self._buffer.partition(b"\n")
        header = json.loads(line)
        size = header["size"] if isinstance(header, dict) else None
        if not isinstance(size, int) or not 0 <= size <= PAYLOAD_LIMIT:
            raise ValueError("not a frame")
        self._buffer = rest
        while len(self._buffer) < size:
            self._more(deadline)
        payload = bytes(self._buffer[:size])
        del self._buffer[:size]
        return header, payload

    def _more(self, deadline: float) -> None:
        self.channel.settimeout(max(1e-3, deadline - time.monotonic()))
        chunk = self.channel.recv(2**18)
        if not chunk:
            raise EOFError
        self.limit -= len(chunk)
        if self.limit < 0:
            raise ValueError("too much was sent")
        self._buffer += chunk
