"""Hears what a submission's processes say, and answers what they may ask: hostile bytes, capped."""

import contextlib
import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.inside.frames import HEADER_LIMIT, PAYLOAD_LIMIT, Key
from autograder.run.task import CellRun, Run

#: Bytes that one process may send in all, and questions that it may ask while one cell runs.
SENT_LIMIT, MOST_QUESTIONS = 256 * 2**20, 20_000
#: Seconds for a process to begin, and beyond a cell's own limit before the process is killed.
START_SECONDS, GRACE_SECONDS = 60.0, 2.0
#: What reading a message that was made to hurt can raise; a broken socket is an `OSError`.
FORGED = (EOFError, OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError,
          AttributeError, MemoryError)  # fmt: skip


class Ended(Exception):
    """A process did not come to its end: the cell that ran, and what is said of it."""

    def __init__(self, cell: int | None, did: CellRun) -> None:
        super().__init__()
        self.cell, self.did = cell, did


@dataclass
class Hearing:
    """What the processes of one submission say, as long as it has time.

    Attributes
    ----------
    inputs
        Packed cases by the part of a check that they are for.
    calls
        From the task.
    deadline
        When the submission's time is over.
    """

    run: Run
    inputs: Mapping[Key, Sequence[bytes]]
    calls: Mapping[tuple[int, bool], Sequence[Key]]
    limits: Mapping[str, Any]
    deadline: float

    def shown(self, channel: socket.socket, todo: Sequence[int]) -> None:
        """Hear the cells of the shown run, in order.

        Raises
        ------
        Ended
            The process did not come to its end.
        """
        frames = Frames(channel, SENT_LIMIT)
        current, patience = None, START_SECONDS
        try:
            for index in todo:
                frames.until = self._until(patience)
                _expect(frames.next()[0], "start", index)
                current, patience = index, self.limits["cell_seconds"] + GRACE_SECONDS
                # For all of the cell, whatever it sends.
                frames.until = self._until(patience)
                did = self._cell(frames, index, False)
                if self.run.cells[index].status == "not run":
                    self.run.cells[index] = did
            frames.until = self._until(patience)
            _expect(frames.next()[0], "end", None)
        except FORGED as error:
            raise Ended(current, self._broken(error, patience)) from None

    def hidden(self, channel: socket.socket, index: int, source: str) -> CellRun | None:
        """Resume the process that waits for the hidden run of a cell, and hear what it does.

        Return None if it is gone.
        """
        patience = self.limits["cell_seconds"] + GRACE_SECONDS
        frames = Frames(channel, SENT_LIMIT)
        frames.until = self._until(patience)
        begun = False
        try:
            with contextlib.suppress(BrokenPipeError):  # then it may have said why
                frames.send({"source": source})
            header = frames.next()[0]
            if header.get("kind") == "refused":
                return CellRun("crashed", error="there were too many processes to start another")
            _expect(header, "start", index)
            begun = True
            did = self._cell(frames, index, True)
            did.outputs = []
            return did
        except FORGED as error:
            gone = isinstance(error, EOFError | OSError) and not isinstance(error, TimeoutError)
            return None if gone and not begun else self._broken(error, patience)

    def _until(self, patience: float) -> float:
        return min(time.monotonic() + patience, self.deadline)

    def _cell(self, frames: "Frames", index: int, hidden: bool) -> CellRun:
        """Hear one cell, from behind its start to its end."""
        asked = _Asked(self.calls.get((index, hidden), ()))
        for _ in range(MOST_QUESTIONS):
            header, payload = frames.next()
            kind = header.get("kind")
            if kind == "done":
                _expect(header, "done", index)
                return CellRun.read(header)
            key, case = Key(*header["key"]), header["case"]
            if kind == "ask":
                data = self._case(key, case) if asked.may_ask(key, case) else None
                frames.send({"none": True} if data is None else {}, data or b"")
            else:
                _expect(header, "record", index)
                if asked.may_record(key, case):
                    self.run.keep((index, hidden, asked.number), case, payload)
        raise ValueError("too many questions")

    def _case(self, key: Key, case: int) -> bytes | None:
        cases = self.inputs.get(key, ())
        return cases[case] if case < len(cases) else None

    def _broken(self, error: BaseException, patience: float) -> CellRun:
        """Return what is said of a cell behind which nothing more that makes sense came."""
        if isinstance(error, TimeoutError):
            if time.monotonic() < self.deadline:
                return CellRun("timeout", error=f"stopped after {patience:g} seconds")
            return CellRun("timeout", error=self.over())
        gone = isinstance(error, EOFError | OSError)
        what = "the process ended" if gone else "its messages broke off"
        return CellRun("crashed", error=f"{what} while this cell ran")

    def over(self) -> str:
        """Say that the submission's time is over."""
        seconds = self.limits["submission_seconds"]
        return f"stopped: all cells together may take {seconds:g} seconds"


def _expect(header: Mapping[str, Any], kind: str, index: int | None) -> None:
    if header.get("kind") != kind or header.get("index") != index:
        raise ValueError("out of order")


@dataclass
class _Asked:
    """How far a cell has come with the calls that the plan has for it: in order, each case once."""

    calls: Sequence[Key]
    number: int = -1
    case: int = -1
    recorded: bool = True

    def may_ask(self, key: Key, case: int) -> bool:
        """Take a question; return whether the plan asks it now."""
        if type(case) is not int or case < 0:
            raise ValueError("not a case")
        if case == 0:
            later = (n for n in range(self.number + 1, len(self.calls)) if self.calls[n] == key)
            number = next(later, None)
            if number is None:
                return False
            self.number = number
        elif self.number < 0 or self.calls[self.number] != key or case != self.case + 1:
            return False
        self.case, self.recorded = case, False
        return True

    def may_record(self, key: Key, case: int) -> bool:
        """Take a record; return whether it is of the case that was asked for last."""
        fits = self.number >= 0 and self.calls[self.number] == key and self.case == case
        fits, self.recorded = fits and not self.recorded, True
        return fits


@dataclass
class Frames:
    """Frames from a process that may lie: every size is capped, every wait has an end.

    Attributes
    ----------
    until
        When waiting ends, whatever comes before.
    """

    channel: socket.socket
    limit: int
    until: float = 0.0
    _buffer: bytearray = field(default_factory=bytearray)

    def next(self) -> tuple[dict[str, Any], bytes]:
        """Return the next header and payload.

        Raises
        ------
        TimeoutError
            It is too late.
        EOFError
            The process closed its output.
        ValueError
            What came is not a frame, or too much.
        """
        self._in_time()
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > HEADER_LIMIT:
                raise ValueError("header too long")
            self._more()
        header = json.loads(bytes(self._buffer[:end]))
        del self._buffer[: end + 1]
        size = header["size"] if isinstance(header, dict) else None
        if type(size) is not int or not 0 <= size <= PAYLOAD_LIMIT:
            raise ValueError("not a frame")
        while len(self._buffer) < size:
            self._more()
        payload = bytes(self._buffer[:size])
        del self._buffer[:size]
        return header, payload

    def send(self, header: Mapping[str, Any], payload: bytes = b"") -> None:
        """Send a frame, to somebody who may not read it."""
        self.channel.settimeout(self._in_time())
        line = json.dumps({**header, "size": len(payload)}).encode()
        self.channel.sendall(line + b"\n" + payload)

    def _more(self) -> None:
        self.channel.settimeout(self._in_time())
        chunk = self.channel.recv(2**16)
        if not chunk:
            raise EOFError
        self.limit -= len(chunk)
        if self.limit < 0:
            raise ValueError("too much was sent")
        self._buffer += chunk

    def _in_time(self) -> float:
        """Return how long may be waited: bytes that drip in do not make it longer."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
