"""The command that starts a sandbox's first process: in bubblewrap, or as a plain process."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeAlias

import numpy as np

import autograder
import cnnlib
from autograder.problems import UsageError
from cnnlib import data

Kind: TypeAlias = Literal["bubblewrap", "none"]

#: One thread a submission: many run side by side, and results do not depend on the machine.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: What starts the inside, and all of our own code that is there.
MODULE = ("-P", "-m", "autograder.inside.server")
#: The modules of the engine that `autograder.inside.calling` needs.
RECORDING = (
    "case", "examine", "form", "guard", "instructions", "lines", "observe", "plain", "rehearse",
    "watch", "wire",
)  # fmt: skip
PARTS: Mapping[ModuleType, tuple[str, ...]] = {
    autograder: ("__init__.py", "inside"),
    cnnlib: (
        *("__init__.py", "_late.py"),
        # Of the checks what calls a function, and nothing that judges.
        *(f"check/engine/{name}.py" for name in ("__init__", *RECORDING)),
        # A submission that asks for CIFAR-10 reads that it is not there.
        "data",
    ),
}
#: Where the digits lie in the sandbox.
LABELS = "/grader/cnnlib/data/digits.npz"
#: Users that no system gives to anybody: some of them, next to each other and not more than so many
#: for one sandbox, run what root grades.
FIRST_USER, USERS, MOST_USERS = 2_000_000_000, 100_000_000, 10_000


@dataclass(frozen=True)
class Launch:
    """How to start a sandbox's first process."""

    command: tuple[str, ...]
    environment: dict[str, str]


def find(allow_none: bool) -> Kind:
    """Return the sandbox to use.

    Raises
    ------
    UsageError
        There is none, and nobody allowed to go without.
    """
    if allow_none:
        return "none"
    fault = bubblewrap_fault()
    if fault is None:
        return "bubblewrap"
    raise UsageError(
        f"no sandbox: {fault}. Install bubblewrap (apt install bubblewrap; on macOS and "
        "Windows see docs/ta.md), or say --no-sandbox if you trust every submission as you trust "
        "your own code"
    )


def bubblewrap_fault() -> str | None:
    """Return why bubblewrap cannot be used here, or None."""
    program = shutil.which("bwrap")
    if program is None:
        return "the program bwrap was not found"
    for _ in range(3):
        status, message = _try([program, "--unshare-all", "--ro-bind", "/", "/", "true"])
        if status == 0:
            return None
        if 0 < status < 128:
            break
        # A signal ended it or what it started, which says nothing of bwrap: look again.
    return f"bwrap does not work here ({message or status})"


def _try(command: list[str]) -> tuple[int, str]:
    """Run a command; return its exit status and what it wrote to standard error.

    Not through a pipe: a bwrap that is killed half-way leaves a child that waits for it, for ever,
    and would keep the pipe open.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True
        )
        status = process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        log.seek(0)
        return status, log.read(4000).decode("utf-8", "replace").strip()


def launch(
    kind: Kind,
    limits: dict[str, Any],
    folder: Path,
    callers: Sequence[str] = (),
) -> Launch:
    """Return how to start a sandbox's first process.

    Parameters
    ----------
    kind
        The sandbox.
    limits
        From `limits_for`.
    folder
        An empty private folder: the working directory where there is no sandbox.
    callers
        Modules that hold what calls functions for a check.

    Raises
    ------
    OSError
        A package is not on this machine.
    """
    sources = {module: _source(module) for module in callers}
    if kind == "none":
        library = [str(Path(autograder.__file__).parents[1]), *map(_root, sources.items())]
        environment = _environment(str(folder), os.pathsep.join(dict.fromkeys(library)))
        return Launch((sys.executable, *MODULE), environment)
    labels = _without_test_labels(folder)
    user = _own_user([*sources.values(), labels])
    command = _bubblewrap(limits, {**_our_code(sources), LABELS: str(labels)}, user)
    who = () if user is None else ("--user", str(user))
    return Launch((*command, *who), {})


def _source(module: str) -> Path:
    """Return a module's file.

    Raises
    ------
    OSError
        It is not on this machine.
    """
    try:
        spec = find_spec(module)
    except ImportError:
        spec = None
    if spec is None or spec.origin is None:
        raise OSError(f"{module.partition('.')[0]} is not on this machine: install it")
    return Path(spec.origin)


def _place(module: str, source: Path) -> str:
    """Return where a module's file lies in the folder that its import begins from."""
    parts = module.split(".")
    inner = (*parts, "__init__.py") if source.name == "__init__.py" else (*parts[:-1], source.name)
    return "/".join(inner)


def _root(item: tuple[str, Path]) -> str:
    """Return the folder from which a module's import begins."""
    module, source = item
    return str(source.parents[_place(module, source).count("/")])


def _without_test_labels(folder: Path) -> Path:
    """Write the digits, without the labels of those on which solutions are tested."""
    with np.load(Path(data.__file__ or "").parent / "digits.npz", allow_pickle=False) as file:
        arrays = dict(file)
    labels = arrays["labels"].astype(np.int64)
    labels[np.isin(np.arange(len(labels)) % 6, data.SPLITS["test"])] = -1
    path = folder / "digits.npz"
    np.savez(path, **{**arrays, "labels": labels})
    folder.chmod(0o755)
    path.chmod(0o444)
    return path


def _own_user(sources: Iterable[Path]) -> int | None:
    """Return the first of a row of users that nobody else is; None if there can be none.

    The kernel never counts the processes of root, whatever it is called in a user namespace.
    """
    if os.geteuid() != 0 or not _holds_all_users():
        return None
    prefixes = map(Path, _python_folders())
    site = _site()
    probes = [*prefixes, site, site / "numpy", Path(os.path.realpath(sys.executable))]
    for package, parts in PARTS.items():
        probes += [Path(package.__file__ or "").parent / part for part in parts]
    if not all(_everybody_reads(path) for path in [*probes, *sources] if path.exists()):
        return None
    return FIRST_USER + secrets.randbelow(USERS - MOST_USERS) if _root_can() else None


@cache
def _root_can() -> bool:
    """Return whether bwrap works here as root starts it."""
    return _try([*_as_root(), "--ro-bind", "/", "/", "true"])[0] == 0


def _holds_all_users() -> bool:
    """Return whether this user namespace knows the users that we take: the machine's own does."""
    lines = (line.split() for line in Path("/proc/self/uid_map").read_text().splitlines())
    spans = ((int(first), int(size)) for first, _, size in lines)
    return any(first <= FIRST_USER and first + size >= FIRST_USER + USERS for first, size in spans)


def _everybody_reads(path: Path) -> bool:
    needed = 0o555 if path.is_dir() else 0o444
    return path.stat().st_mode & needed == needed


def _environment(home: str, library: str) -> dict[str, str]:
    return {
        "HOME": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TMPDIR": home,
        "PYTHONPATH": library,
        **dict.fromkeys(THREADS, "1"),
    }


def _as_root() -> list[str]:
    """Return how bwrap begins where root starts it: what runs in it becomes another user."""
    apart = ("ipc", "pid", "net", "uts", "cgroup-try")
    return [
        "bwrap",
        *(f"--unshare-{what}" for what in apart),
        *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"),
    ]


def _as_anybody() -> list[str]:
    """Return how bwrap begins otherwise: nobody in particular, without privileges."""
    return [
        *("bwrap", "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000"),
        *("--cap-drop", "ALL"),
    ]


def _bubblewrap(
    limits: dict[str, Any], ours: Mapping[str, str], user: int | None
) -> tuple[str, ...]:
    """Return the bwrap command: an empty world with Python, NumPy and the checks in it."""
    arguments = _as_anybody() if user is None else _as_root()
    # Who may meet submissions is the first process: nothing that it forks can stop or end it by a
    # signal.
    arguments += ["--as-pid-1", "--die-with-parent", "--new-session", "--clearenv"]
    size = ["--perms", "1777", "--size", str(limits["disk_mb"] * 2**20)]
    for name, value in _environment("/tmp", "/grader").items():
        arguments += ["--setenv", name, value]
    for folder in (
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
        "/etc/alternatives",
    ):
        arguments += ["--ro-bind-try", folder, folder]
    # Before the binds: a Python that lives below /tmp must stay visible.
    arguments += [*size, "--tmpfs", "/tmp"]
    binds = {prefix: prefix for prefix in _python_folders()}
    # bwrap lets only the owner into folders that it makes on the way to another.
    above = {str(path) for place in (*binds, *ours) for path in Path(place).parents}
    for folder in sorted(above - {"/", "/tmp"}):
        arguments += ["--perms", "0755", "--dir", folder]
    for place, source in binds.items():
        arguments += ["--ro-bind", source, place]
    for package in [*limits["hide"], "autograder", "cnnlib"]:
        # An empty folder in its place: it is not there, whatever tricks the import plays.
        place = str(_site() / package)
        if Path(place).is_dir():
            arguments += ["--perms", "0755", "--tmpfs", place, "--remount-ro", place]
    arguments += ["--proc", "/proc", "--dev", "/dev", *size, "--tmpfs", "/dev/shm"]
    for place, source in ours.items():
        arguments += ["--ro-bind", source, place]
    # Nothing but the private folders can be written to: no submission leaves word to the next. A
    # file system in memory has no limit of its own, so the others are read-only.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
    return (*arguments, sys.executable, *MODULE)


def _our_code(sources: Mapping[str, Path]) -> dict[str, str]:
    """Return what of our own code is in the sandbox: its place there, and here.

    With its bytecode, where there is some: it need not be made for each server.
    """
    parts = {
        f"/grader/{package.__name__}/{part}": Path(package.__file__ or "").parent / part
        for package, parts in PARTS.items()
        for part in parts
    }
    parts |= {f"/grader/{_place(module, path)}": path for module, path in sources.items()}
    bytecode = {
        cache_from_source(place): Path(cache_from_source(str(path)))
        for place, path in parts.items()
        if path.suffix == ".py"
    }
    parts |= {place: path for place, path in bytecode.items() if path.is_file()}
    return {place: str(path) for place, path in parts.items()}


def _python_folders() -> list[str]:
    """Return the folders that this Python lives in, outermost first and none twice."""
    executable = Path(os.path.realpath(sys.executable)).parent.parent
    folders = sorted({sys.prefix, sys.base_prefix, str(executable)})
    if not any(_site().is_relative_to(folder) for folder in folders):
        folders.append(str(_site()))
    return [
        folder
        for folder in folders
        if folder not in ("/", "/usr") and not Path(folder).is_relative_to("/usr")
    ]


def _site() -> Path:
    """Return where packages are installed: a virtual environment may have a link there."""
    return Path(os.path.realpath(sysconfig.get_paths()["purelib"]))
