"""Control groups: the kernel's limits on what all processes of a submission use together.

Version 2, or version 1 where only that has the controllers. Where we may not make a group, there
is none; `autograder doctor` says so.
"""

import contextlib
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: What is limited; the names of the limits in version 2 and 1, in the order of being set.
CONTROLLERS = ("pids", "memory")
PIDS = ("pids.max",)
MEMORY = (
    ("memory.max", "memory.limit_in_bytes"),
    ("memory.swap.max", "memory.memsw.limit_in_bytes"),
)
#: Version 2 can end all of a group in which one process is ended.
ALL_OF_IT = ("memory.oom.group",)
#: Where a group tells how often it refused.
EVENTS = {"pids.events": b"max", "memory.events": b"oom_kill", "memory.oom_control": b"oom_kill"}
#: Processes of ours that are in the group: two that wait for the submission, and three that wait
#: for the next one.
OURS = 5
#: Seconds for processes that were killed to be gone.
PATIENCE = 2.0

_numbers = itertools.count()


class ControlGroup:
    """A submission's control group, one folder (version 2) or two (1); none where none can be.

    Attributes
    ----------
    joins
        Descriptors: whoever writes "0" to each of them is in the group.
    """

    def __init__(self, limits: dict[str, Any]) -> None:
        self.limits = limits
        self.folders: list[Path] = []
        self.joins: tuple[int, ...] = ()
        self._events: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        for parents in _places():
            try:
                self._make(parents)
                self._seen = self._refusals()
            except OSError:
                self.close()
                continue
            return

    def refusal(self) -> str:
        """Say which limit was met since this was asked last; empty if none."""
        before, self._seen = self._seen, self._refusals()
        met = {name for name, count in self._seen.items() if count > before.get(name, 0)}
        if met - {"pids.events"}:
            return f"more than {self.limits['memory_mb']} MiB of memory"
        return f"more than {self.limits['processes']} processes and threads" if met else ""

    def close(self) -> None:
        """Take the group away; its processes were killed."""
        for descriptor in (*self.joins, *self._events.values()):
            os.close(descriptor)
        for folder in self.folders:
            _remove(folder)
        self.folders, self.joins, self._events = [], (), {}

    def _make(self, parents: tuple[Path, ...]) -> None:
        name = f"autograder-{os.getpid()}-{next(_numbers)}"
        for parent in parents:
            _remove_left(parent)
            folder = parent / name
            folder.mkdir()
            self.folders.append(folder)
        # What lies in the private folders counts, too, and has a limit of its own.
        memory = (self.limits["memory_mb"] + 2 * self.limits["disk_mb"]) * 2**20
        for folder in self.folders:
            _set(folder, PIDS, self.limits["processes"] + OURS)
            _set(folder, MEMORY[0], memory)
            # In version 2 swap alone, in version 1 both together.
            _set(folder, MEMORY[1][:1], 0)
            _set(folder, MEMORY[1][1:], memory)
            _set(folder, ALL_OF_IT, 1)
        for folder in self.folders:
            self.joins += (os.open(folder / "cgroup.procs", os.O_WRONLY),)
            for file in EVENTS:
                with contextlib.suppress(FileNotFoundError):
                    self._events[file] = os.open(folder / file, os.O_RDONLY)

    def _refusals(self) -> dict[str, int]:
        found = {}
        for file, descriptor in self._events.items():
            words = os.pread(descriptor, 4096, 0).split()
            found[file] = int(words[words.index(EVENTS[file]) + 1])
        return found


def _set(folder: Path, names: tuple[str, ...], value: int) -> None:
    """Write a limit to the files of these names that there are."""
    for name in names:
        if (folder / name).exists():
            (folder / name).write_text(str(value))


def _places() -> Iterator[tuple[Path, ...]]:
    """Yield the folders in which a group may be made, the likeliest first."""
    try:
        groups, mounts = (Path("/proc/self", name).read_text() for name in ("cgroup", "mountinfo"))
    except OSError:
        return
    own = _own_groups(groups, mounts)
    if "" in own:
        mount, path = own[""]
        nearest = mount / path
        # Controllers are there where the folder above hands them down; a group with processes
        # of its own, as ours is, can do so only if it is the first one.
        for folder in [nearest, *nearest.parents]:
            if folder.is_relative_to(mount) and _hands_down(folder):
                yield (folder,)
        if not path:
            with contextlib.suppress(OSError):
                (mount / "cgroup.subtree_control").write_text("+pids +memory")
                yield (mount,)
    if all(name in own for name in CONTROLLERS):
        yield tuple(mount / path for mount, path in (own[name] for name in CONTROLLERS))


def _hands_down(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return set(CONTROLLERS) <= set((folder / "cgroup.subtree_control").read_text().split())
    return False


def _own_groups(groups: str, mounts: str) -> dict[str, tuple[Path, str]]:
    """Return where each controller is mounted, and which of its groups we are in; "" is version 2.

    Parameters
    ----------
    groups, mounts
        `cgroup` and `mountinfo` of /proc. Paths are as this process sees them: a container may see
        only a part.
    """
    paths = {}
    for line in groups.splitlines():
        _, controllers, path = line.split(":", 2)
        paths.update(dict.fromkeys(controllers.split(","), path))
    found = {}
    for line in mounts.splitlines():
        fields, _, system = line.partition(" - ")
        root, mount = fields.split()[3:5]
        kind, _, options = system.split(" ", 2)
        names = {"cgroup2": [""], "cgroup": options.split(",")}.get(kind, [])
        for name in names:
            if name in paths and Path(paths[name]).is_relative_to(root):
                inside = str(Path(paths[name]).relative_to(root))
                found[name] = (Path(mount), "" if inside == "." else inside)
    return found


def _remove_left(parent: Path) -> None:
    """Remove groups of graders that were killed."""
    for folder in parent.glob("autograder-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _remove(folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:  # somebody is in it, dying
            time.sleep(0.01)
        else:
            return
