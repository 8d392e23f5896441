"""Runs a submission's cells, and sends out what they did.

A submission shares its process with this file, so it holds nothing worth taking: inputs come in,
outputs and plain arrays go out. It knows no expected value, no score, no path of the course.

Through the submission's own socket comes one frame: its cells. Back go frames: `start` and `done`
for each cell, `record` for each part of a check, `end`.
"""

import contextlib
import importlib
import io
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import IO, Any

from autograder.inside.frames import PAYLOAD_LIMIT, Key, read_frame, write_frame
from autograder.inside.limits import (
    CellTimeout,
    address_space,
    limit_resources,
    refuse_imports,
    refuse_questions,
    time_limit,
)
from autograder.inside.outputs import Outputs, Stream, make_shell
from cnnlib.check.engine import backend, wire


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


def record_checks(inputs: Mapping[Key, bytes], send: Callable[[Key, bytes], None]) -> None:
    """Let every check call the student's function and send what it returned."""

    def sink(key: tuple[str, str, str], seen: list[Any]) -> None:
        data = wire.pack_observations(seen)
        if len(data) > PAYLOAD_LIMIT:
            raise ValueError(
                f"your function returned {len(data) >> 20} MiB in all; "
                f"at most {PAYLOAD_LIMIT >> 20} are taken"
            )
        send(Key(*key), data)

    backend.use(
        backend.Record(
            inputs={key: wire.unpack_cases(data) for key, data in inputs.items()}, sink=sink
        )
    )


def run_cell(ipython: Any, outputs: Outputs, source: str, seconds: float) -> dict[str, Any]:
    """Run one cell and return what it did."""
    outputs.clear()
    start = time.monotonic()
    timed_out = False
    try:
        with time_limit(seconds):
            result = ipython.run_cell(source, store_history=True)
        timed_out = isinstance(result.error_in_exec, CellTimeout)
    except CellTimeout as late:  # it struck between the cell and us
        timed_out = True
        outputs.add(
            {
                "output_type": "error",
                "ename": "CellTimeout",
                "evalue": str(late),
                "traceback": [f"CellTimeout: {late}"],
            },
            100,
        )
    return {
        "outputs": outputs.items,
        "timed_out": timed_out,
        "seconds": time.monotonic() - start,
    }


class Shell:
    """Everything imported and in place for running a submission's cells, in any fork of it.

    Parameters
    ----------
    setting
        What all submissions share: `limits`, `imports`, `sandbox` (whether there is one), and
        `inputs`, which says where each check's cases are in `blob`.
    blob
        The packed cases.
    """

    def __init__(self, setting: dict[str, Any], blob: bytes) -> None:
        self.limits = setting["limits"]
        self.outputs = Outputs(self.limits["output_bytes"])
        self.ipython = make_shell(self.outputs)
        self.current = 0
        self.channel: IO[bytes] | None = None
        # A first cell and a first error load much of IPython: here, not in each submission.
        self.ipython.run_cell("1 / 0")
        self.outputs.clear()
        import_early(setting["imports"], self.limits["hide"])
        view = memoryview(blob)
        inputs = {Key(*key): bytes(view[start:stop]) for key, start, stop in setting["inputs"]}
        record_checks(inputs, self._record)
        refuse_imports(self.limits["hide"])
        refuse_questions()
        self.sandbox = bool(setting["sandbox"])
        self.taken = address_space()

    def _record(self, key: Key, data: bytes) -> None:
        self._send({"kind": "record", "index": self.current, "key": key}, data)

    def _send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        assert self.channel is not None, "a submission runs"
        write_frame(self.channel, header, payload)

    def run(self, channel: int) -> None:
        """Run the submission that comes in through a socket, then end this process."""
        with socket.socket(fileno=os.dup(channel)) as incoming:
            task, _ = read_frame(incoming.makefile("rb"))
        self.channel = os.fdopen(channel, "wb")
        go_home(task["folder"])
        limit_resources(self.limits, self.taken, self.sandbox)
        sys.argv[:] = ["notebook"]
        sys.stdout, sys.stderr = Stream(self.outputs, "stdout"), Stream(self.outputs, "stderr")
        for cell in task["cells"]:
            self.current = cell["index"]
            self._send({"kind": "start", "index": self.current})
            done = run_cell(self.ipython, self.outputs, cell["source"], self.limits["cell_seconds"])
            self._send({"kind": "done", "index": self.current, **done})
        self._send({"kind": "end"})
        # Leave at once: whatever the cells left behind (threads, exit handlers) has no say.
        os._exit(0)
