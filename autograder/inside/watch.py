"""What a submission's processes use together, read from /proc, and ending them."""

import contextlib
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def children(pid: int) -> list[int]:
    """Return the processes that a process's threads started and that still exist."""
    found: list[int] = []
    for thread in _threads(pid):
        try:
            found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes below a process."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def kill(pid: int) -> None:
    """End a process, if it is still there, and ours."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def overuse(limits: dict[str, Any], spare: int | None = None) -> str:
    """Say which limit all processes of the submission together exceed; empty if none.

    The kernel's own limits on memory hold for each process, unless there is a control group.

    Parameters
    ----------
    spare
        A process of ours that waits for the next submission.
    """
    first = [pid for pid in children(os.getpid()) if pid != spare]
    pids = [*first, *(below for pid in first for below in descendants(pid))]
    if sum(len(_threads(pid)) for pid in pids) > limits["processes"]:
        return f"more than {limits['processes']} processes and threads"
    # Quick, but counts what processes share in each of them; only if that is too much, exactly.
    for measure in (_resident_mb, _proportional_mb):
        if sum(map(measure, pids)) <= limits["memory_mb"]:
            return ""
    return f"more than {limits['memory_mb']} MiB of memory"


def _threads(pid: int) -> list[str]:
    try:
        return [path.name for path in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return []


def _resident_mb(pid: int) -> float:
    """Return the memory that a process holds, mapped files left out."""
    return _measure(pid, "status", r"^Rss(?:Anon|Shmem):\s+(\d+)") or 0.0


def _proportional_mb(pid: int) -> float:
    """Return the same, what it shares divided by how many share it."""
    exact = _measure(pid, "smaps_rollup", r"^Pss_(?:Anon|Shmem):\s+(\d+)")
    return _resident_mb(pid) if exact is None else exact


def _measure(pid: int, file: str, pattern: str) -> float | None:
    try:
        found = re.findall(
            pattern, Path(f"/proc/{pid}/{file}").read_text(errors="replace"), re.MULTILINE
        )
    except OSError:
        return None
    return sum(map(int, found)) / 1024 if found else None
