"""Runs one submission in its sandbox and reads what comes out: hostile bytes, capped and timed."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

from autograder import inside, sandbox

Status: TypeAlias = Literal["ok", "timeout", "crashed", "not run"]

#: Processes that run now, so that Ctrl-C ends them.
_running: set["subprocess.Popen[bytes]"] = set()

#: Bytes that one process may send in all, and bytes of records that are kept of one submission.
SENT_LIMIT, KEPT_LIMIT = 256 * 2**20, 64 * 2**20
#: Seconds for the inside to start, and beyond a cell's own limit before the process is killed.
START_SECONDS, GRACE_SECONDS = 60.0, 2.0
#: A submission whose cells kill the process is taken up again behind the deadly cell, so often.
RESTARTS = 8


@dataclass(frozen=True)
class Task:
    """Everything that running one submission needs; plain data, so that it can travel.

    Attributes
    ----------
    student
        Whose submission.
    cells
        Sources of the code cells by their position in the notebook.
    tests
        Positions of cells that only test: they define nothing that later cells need.
    inputs
        Packed cases by key.
    limits
        From `limits_for`.
    sandbox
        The kind of sandbox.
    """

    student: str
    cells: Mapping[int, str]
    tests: frozenset[int]
    inputs: Mapping[str, bytes]
    limits: Mapping[str, Any]
    sandbox: sandbox.Kind


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
    records: dict[tuple[int, str], bytes] = field(default_factory=dict)
    seconds: float = 0.0
    fault: str | None = None


def execute(task: Task) -> Run:
    """Run a submission; never raise for what it does.

    Where a process ended, or none started, the submission is run once more, and the better run
    counts: what happens twice is the student's doing, what happens once may be the machine's.
    """
    run = _run(task)
    return min(run, _run(task), key=_ended) if _ended(run) else run


def _ended(run: Run) -> int:
    crashed = sum(cell.status == "crashed" for cell in run.cells.values())
    return len(run.cells) + 1 if run.fault else crashed


def _run(task: Task) -> Run:
    start = time.monotonic()
    deadline = start + task.limits["submission_seconds"]
    run = Run(task.student, {index: CellRun() for index in task.cells})
    todo = sorted(task.cells)
    for _ in range(RESTARTS):
        deadly = _attempt(task, todo, run, deadline)
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


def _attempt(task: Task, todo: list[int], run: Run, deadline: float) -> int | None:
    """Run cells in one process; return the cell that ended it early, or None."""
    with (
        tempfile.TemporaryDirectory(prefix="autograder-") as folder,
        tempfile.TemporaryFile() as task_file,
        tempfile.TemporaryFile() as log,
    ):
        # A file, not a pipe: a pipe could fill up and block us.
        _write_task(task, todo, task_file)
        launch = sandbox.launch(task.sandbox, dict(task.limits), Path(folder))
        try:
            process = subprocess.Popen(
                launch.command,
                env=launch.environment,
                cwd=folder,
                stdin=task_file,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        except OSError as error:
            run.fault = f"the sandbox did not start: {error}"
            return None
        _running.add(process)
        try:
            ended = _listen(process, task, run, deadline)
        finally:
            # The whole session: nothing that a cell started outlives it.
            _kill(process)
            _running.discard(process)
        if ended == "never started":
            log.seek(0)
            message = log.read(4000).decode("utf-8", "replace").strip().splitlines()
            run.fault = f"the sandbox did not start: {message[-1] if message else 'no message'}"
        return ended if isinstance(ended, int) else None


def _write_task(task: Task, todo: list[int], file: IO[bytes]) -> None:
    """Write the cells, the limits and all inputs as one frame."""
    blob, spans = bytearray(), {}
    for key, data in task.inputs.items():
        spans[key] = (len(blob), len(blob) + len(data))
        blob += data
    limits = dict(task.limits)
    if task.sandbox == "none":
        limits["processes"] = None  # without a namespace the user's other programs would count
    header = {
        "cells": [{"index": index, "source": task.cells[index]} for index in todo],
        "limits": limits,
        "inputs": spans,
    }
    inside.write_frame(file, header, bytes(blob))
    file.seek(0)


def _listen(
    process: "subprocess.Popen[bytes]", task: Task, run: Run, deadline: float
) -> int | Literal["end", "never started"]:
    """Read frames until the end; return the cell that was running if it came too early."""
    current: int | None = None
    patience = START_SECONDS
    frames = Frames(process, SENT_LIMIT)
    while True:
        try:
            header, payload = frames.next(min(time.monotonic() + patience, deadline))
            index, kind = header.get("index"), header.get("kind")
            if kind == "end":
                return "end"
            if index not in run.cells:
                raise ValueError("no such cell")
            if kind == "start":
                current = index
                patience = task.limits["cell_seconds"] + GRACE_SECONDS
            elif kind == "record":
                _keep(run, (index, "/".join(header["key"])), payload)
            elif kind == "done":
                _finish(run.cells[index], header)
        except TimeoutError:
            return _give_up(run, current, "timeout", f"stopped after {patience:g} seconds")
        except (
            EOFError,
            ValueError,
            LookupError,
            TypeError,
            ArithmeticError,
            RecursionError,
        ) as error:
            what = "the process ended" if isinstance(error, EOFError) else "its messages broke off"
            return _give_up(run, current, "crashed", f"{what} while this cell ran")


def _keep(run: Run, key: tuple[int, str], payload: bytes) -> None:
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


def _give_up(
    run: Run, current: int | None, status: Status, detail: str
) -> int | Literal["never started"]:
    if current is None:
        return "never started"
    if run.cells[current].status == "not run":
        name = "CellTimeout" if status == "timeout" else "Crashed"
        run.cells[current].status = status
        run.cells[current].outputs = [
            {"output_type": "error", "ename": name, "evalue": detail, "traceback": [detail]}
        ]
    return current


def kill_all() -> None:
    """End everything that runs: the submissions are done again next time."""
    for process in list(_running):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its whole session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


@dataclass
class Frames:
    """Frames from a process that may lie: every size is capped, every wait has an end."""

    process: "subprocess.Popen[bytes]"
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
            if len(self._buffer) > inside.HEADER_LIMIT:
                raise ValueError("header too long")
            self._more(deadline)
        line, _, rest = self._buffer.partition(b"\n")
        header = json.loads(line)
        size = header["size"] if isinstance(header, dict) else None
        if not isinstance(size, int) or not 0 <= size <= inside.PAYLOAD_LIMIT:
            raise ValueError("not a frame")
        self._buffer = rest
        while len(self._buffer) < size:
            self._more(deadline)
        payload = bytes(self._buffer[:size])
        del self._buffer[:size]
        return header, payload

    def _more(self, deadline: float) -> None:
        stream = self.process.stdout
        assert stream is not None, "the process is started with a pipe"
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
        chunk = os.read(stream.fileno(), 2**16)
        if not chunk:
            raise EOFError
        self.limit -= len(chunk)
        if self.limit < 0:
            raise ValueError("too much was sent")
        self._buffer += chunk
