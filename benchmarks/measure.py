"""What a command takes: seconds, CPU seconds and memory of all its processes."""

import ctypes
import os
import re
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

CHILD_SUBREAPER = 36
#: Seconds between two looks at the memory.
LOOK_SECONDS = 0.5
#: Seconds between two looks whether the first result is there.
GLANCE_SECONDS = 0.01
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    # Everybody gets one thread a process: more only wait for each other on a full machine.
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
}
# Installed packages have their bytecode; ours, from a working tree, gets it with the first run.
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)


@dataclass(frozen=True)
class Usage:
    """What was used.

    Attributes
    ----------
    peak_mb
        Memory of all processes at the most, what they share counted once.
    parent_mb
        Memory of the first command's own process at the most.
    start_seconds
        Until the first result is there; all seconds if nobody said what to look for.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    parent_mb: float
    start_seconds: float


def run(
    commands: Sequence[Sequence[str]],
    folders: Sequence[Path],
    accept: int = 0,
    first: Path | None = None,
) -> Usage:
    """Run commands side by side, each in its folder, and measure all of them together.

    Parameters
    ----------
    first
        A file that appears with the first result.

    Raises
    ------
    RuntimeError
        One failed.
    """
    # Processes whose parents are killed become ours, so that their CPU time is counted, too.
    ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)
    before, start = _children_cpu(), time.perf_counter()
    processes = [
        subprocess.Popen(
            list(command),
            cwd=folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command, folder in zip(commands, folders, strict=True)
    ]
    with Watch(processes[0].pid) as watch, Glance(first) as glance:
        outputs = [process.communicate()[0] for process in processes]
    seconds = time.perf_counter() - start
    started = seconds if glance.seen is None else glance.seen - start
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    for process, output in zip(processes, outputs, strict=True):
        if process.returncode > accept:
            raise RuntimeError(f"{process.args} failed:\n{output[-2000:]}")
    return Usage(seconds, _children_cpu() - before, watch.peak_mb, watch.parent_mb, started)


class _Beside(threading.Thread):
    """A thread that looks at something as long as a block runs."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._done = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()


class Glance(_Beside):
    """Sees when a file appears; None if it has not, or there is none to look for."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.path = path
        self.seen: float | None = None

    def run(self) -> None:
        """Look until it is there, or until told to stop."""
        while self.path is not None and not self._done.wait(GLANCE_SECONDS):
            if self.path.exists():
                self.seen = time.perf_counter()
                return


class Watch(_Beside):
    """Looks at the memory of all our processes, shared parts counted once, now and then."""

    def __init__(self, parent: int) -> None:
        super().__init__()
        self.parent = parent
        self.peak_mb = self.parent_mb = 0.0

    def run(self) -> None:
        """Look until told to stop."""
        while not self._done.wait(LOOK_SECONDS):
            all_mb = [look(pid, "smaps_rollup", "Pss") for pid in descendants(os.getpid())]
            self.peak_mb = max(self.peak_mb, sum(all_mb))
            self.parent_mb = max(self.parent_mb, look(self.parent, "status", "VmHWM"))


def descendants(pid: int) -> list[int]:
    """Return the processes below a process."""
    found: list[int] = []
    try:
        threads = list(Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:  # it has just ended
        return found
    for thread in threads:
        try:
            below = [int(word) for word in thread.read_text().split()]
        except OSError:
            continue
        for child in below:
            found += [child, *descendants(child)]
    return found


def look(pid: int, file: str, key: str) -> float:
    """Return a figure in MiB that the kernel has about a process; 0 if it has ended."""
    try:
        text = Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"^{key}:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def spread(values: Sequence[float], digits: int = 3) -> dict[str, float]:
    """Return the median and the range."""
    return {
        "median": round(statistics.median(values), digits),
        "min": round(min(values), digits),
        "max": round(max(values), digits),
    }


def machine() -> str:
    """Return what the numbers were measured on."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    name = model[1] if model else "unknown processor"
    return f"{os.cpu_count()} cores, {name}, Python {sys.version.split()[0]}"


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
