"""What runs in the sandbox: it executes a notebook's cells and sends out what they did.

A submission shares its process with this file, so it holds nothing worth taking: inputs come in,
outputs and plain arrays go out. It knows no expected value, no score, no path of the course.

Through the submission's own socket comes one frame: its cells. Back go frames: `start` and `done`
for each cell, `record` for each part of a check, `end`.
"""

import builtins
import contextlib
import getpass
import importlib
import io
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import IO, Any

#: A frame's header is one line of JSON, at most this long: a cell's output, at most six bytes a
#: character.
HEADER_LIMIT = 8 * 2**20
#: A frame's payload is at most this long: all that a function returned in one part of a check.
PAYLOAD_LIMIT = 16 * 2**20


def write_frame(stream: IO[bytes], header: dict[str, Any], payload: bytes = b"") -> None:
    """Write a header and its payload."""
    # Not ASCII, which takes twelve bytes for some letters; half characters become a question mark.
    line = json.dumps({**header, "size": len(payload)}, ensure_ascii=False)
    stream.write(line.encode("utf-8", "replace") + b"\n" + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read a header and its payload from a stream that we trust."""
    header = json.loads(stream.readline(HEADER_LIMIT))
    return header, stream.read(header["size"])


class CellTimeout(KeyboardInterrupt):
    """The cell used up its time. Derived so that `except Exception` does not swallow it."""

    def _render_traceback_(self) -> list[str]:
        return [f"CellTimeout: {self}"]


class Outputs:
    """Collects a cell's outputs in nbformat's form, up to a limit of characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.items: list[dict[str, Any]] = []
        self.used = 0

    def clear(self) -> None:
        """Begin a new cell."""
        self.items, self.used = [], 0

    def add(self, item: dict[str, Any], size: int) -> None:
        """Add a display or a result while there is room, and an error always."""
        self.used += size
        if self.used <= self.limit or item["output_type"] == "error":
            self.items.append(item)

    def stream(self, name: str, text: str) -> None:
        """Add printed text to the stream's last output."""
        room = self.limit - self.used
        if room <= 0:
            return
        self.used += len(text)
        if len(text) > room:
            text = text[:room] + "\n… (cut: too much output)\n"
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})


class Stream(io.TextIOBase):
    """Standard output or error as the cells see it."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self.outputs, self.name = outputs, name

    def write(self, text: str) -> int:
        """Take text."""
        self.outputs.stream(self.name, str(text))
        return len(text)

    def writable(self) -> bool:
        """Say yes."""
        return True


def make_shell(outputs: Outputs) -> Any:
    """Return an IPython shell whose displays, results and errors go to `outputs`."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
            item = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
            outputs.add(item, len(str(data)))

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            item = {
                "output_type": "execute_result",
                "data": format_dict,
                "metadata": md_dict or {},
                "execution_count": self.prompt_count,
            }
            outputs.add(item, len(str(format_dict)))

        def finish_displayhook(self) -> None:
            self._is_active = False

    class Shell(InteractiveShell):
        def enable_gui(self, gui: Any = None) -> None:
            """Do nothing: figures are drawn inline, and nobody looks at windows."""

        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            item = {
                "output_type": "error",
                "ename": getattr(etype, "__name__", str(etype))[:200],
                "evalue": str(evalue)[:2000],
                # The end says most.
                "traceback": [line[:10_000] for line in stb[-20:]],
            }
            outputs.add(item, 0)

    Shell.display_pub_class.default_value = Publisher
    Shell.displayhook_class.default_value = Hook
    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.colors = "nocolor"
    shell.xmode = "Context"
    return shell


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `CellTimeout` after some seconds, and again each second for code that carries on."""

    def expire(signum: int, frame: types.FrameType | None) -> None:
        raise CellTimeout(f"stopped after {seconds:g} seconds")

    signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def address_space() -> int:
    """Return the bytes of address space that this process takes."""
    pages = Path("/proc/self/statm").read_text().split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def limit_resources(limits: dict[str, Any], taken: int, own_users: bool) -> None:
    """Lower what this process and its children may use; only a privileged one could raise it.

    Parameters
    ----------
    limits
        From `limits_for`.
    taken
        Address space of the libraries: it takes nothing from the submission.
    own_users
        Whether the user's other programs do not count.
    """
    megabyte = 2**20
    value: int | None
    for what, value in (
        (resource.RLIMIT_AS, taken + limits["memory_mb"] * megabyte),
        (resource.RLIMIT_FSIZE, limits["disk_mb"] * megabyte),
        (resource.RLIMIT_NPROC, limits["processes"] if own_users else None),
        (resource.RLIMIT_CORE, 0),
    ):
        if value is None:
            continue
        hard = resource.getrlimit(what)[1]
        lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (lower, lower))


def refuse_imports(names: list[str]) -> None:
    """Make forbidden packages fail to import with a message that says why.

    Only a real import fails: libraries ask whether others are there, and must get an answer.
    """

    class Refuse(MetaPathFinder, Loader):
        def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
            return ModuleSpec(name, self) if name.partition(".")[0] in names else None

        def create_module(self, spec: ModuleSpec) -> None:
            raise ImportError(f"{spec.name} is not available while this assignment is graded")

        def exec_module(self, module: types.ModuleType) -> None:
            """Never come here."""

    sys.meta_path.insert(0, Refuse())


def refuse_questions() -> None:
    """Make `input()` and its like say why nobody answers."""

    def refuse(prompt: object = "", *_: object, **__: object) -> None:
        raise EOFError("nobody answers input() while a notebook is graded: write the value instead")

    builtins.input = getpass.getpass = refuse  # type: ignore[assignment]


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


def record_checks(inputs: dict[str, bytes], send: Callable[[list[str], bytes], None]) -> None:
    """Let every check call the student's function and send what it returned."""
    from cnnlib.check.engine import backend, wire

    def sink(key: tuple[str, str, str], seen: list[Any]) -> None:
        data = wire.pack_observations(seen)
        if len(data) > PAYLOAD_LIMIT:
            raise ValueError(
                f"your function returned {len(data) >> 20} MiB in all; "
                f"at most {PAYLOAD_LIMIT >> 20} are taken"
            )
        send(list(key), data)

    backend.use(
        backend.Record(
            inputs={
                (check, part, which): wire.unpack_cases(data)
                for key, data in inputs.items()
                for check, part, which in [key.split("/")]
            },
            sink=sink,
        )
    )


def run_cell(shell: Any, outputs: Outputs, source: str, seconds: float) -> dict[str, Any]:
    """Run one cell and return what it did."""
    outputs.clear()
    start = time.monotonic()
    timed_out = False
    try:
        with time_limit(seconds):
            result = shell.run_cell(source, store_history=True)
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


class Kernel:
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
        self.shell = make_shell(self.outputs)
        self.current = 0
        self.channel: IO[bytes] | None = None
        # A first cell and a first error load much of IPython: here, not in each submission.
        self.shell.run_cell("1 / 0")
        self.outputs.clear()
        import_early(setting["imports"], self.limits["hide"])
        view = memoryview(blob)
        inputs = {key: bytes(view[start:stop]) for key, (start, stop) in setting["inputs"].items()}
        record_checks(inputs, self._record)
        refuse_imports(self.limits["hide"])
        refuse_questions()
        self.sandbox = bool(setting["sandbox"])
        self.taken = address_space()

    def _record(self, key: list[str], data: bytes) -> None:
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
            done = run_cell(self.shell, self.outputs, cell["source"], self.limits["cell_seconds"])
            self._send({"kind": "done", "index": self.current, **done})
        self._send({"kind": "end"})
        # Leave at once: whatever the cells left behind (threads, exit handlers) has no say.
        os._exit(0)
