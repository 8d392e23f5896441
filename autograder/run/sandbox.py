"""The command that starts the fork server: in bubblewrap, or as a plain process."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeAlias

import autograder
import cnnlib
from autograder.problems import UsageError
from cnnlib.check import registry

Kind: TypeAlias = Literal["bubblewrap", "none"]

#: One thread a submission: many run side by side, and results do not depend on the machine.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
#: What starts the inside, and all of our own code that is there.
MODULE = ("-P", "-m", "autograder.inside.server")
#: The modules of the engine that `autograder.inside.calling` needs.
RECORDING = ("case", "form", "observe", "plain", "watch", "wire")
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
#: What a check's own callers are in: `cnnlib/check/TOPIC/calls.py`.
TOPICS_CALLS = "check/*/calls.py"


@dataclass(frozen=True)
class Launch:
    """How to start the fork server."""

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
        f"no sandbox: {fault}. Install bubblewrap (apt install bubblewrap), or say --no-sandbox "
        "if you trust every submission as you trust your own code"
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
    kind: Kind, limits: dict[str, Any], folder: Path, packages: Sequence[registry.Package] = ()
) -> Launch:
    """Return how to start the fork server.

    Parameters
    ----------
    kind
        The sandbox.
    limits
        From `limits_for`.
    folder
        An empty private folder: the working directory where there is no sandbox.
    packages
        What brings checks besides cnnlib.

    Raises
    ------
    OSError
        A package is not on this machine.
    """
    try:
        sources = {package: package.source for package in packages}
    except ImportError as error:
        raise OSError(str(error)) from None
    if kind == "none":
        library = [
            str(Path(autograder.__file__).parents[1]),
            *(str(path.parent) for path in sources.values()),
        ]
        environment = _environment(str(folder), os.pathsep.join(library))
        return Launch((sys.executable, *MODULE), environment | registry.environment(packages))
    return Launch(_bubblewrap(limits, sources), {})


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


def _bubblewrap(
    limits: dict[str, Any], sources: Mapping[registry.Package, Path]
) -> tuple[str, ...]:
    """Return the bwrap command: an empty world with Python, NumPy and the checks in it."""
    arguments = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    # Nobody in particular, whoever grades: root would keep its privileges.
    arguments += ["--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"]
    size = ["--size", str(limits["disk_mb"] * 2**20)]
    for name, value in (_environment("/tmp", "/grader") | registry.environment(sources)).items():
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
    for prefix in _python_folders():
        arguments += ["--ro-bind", prefix, prefix]
    site = Path(sysconfig.get_paths()["purelib"])
    for package in [*limits["hide"], "autograder", "cnnlib"]:
        # An empty folder in its place: it is not there, whatever tricks the import plays.
        if (site / package).is_dir():
            arguments += ["--tmpfs", str(site / package), "--remount-ro", str(site / package)]
    arguments += ["--proc", "/proc", "--dev", "/dev", *size, "--tmpfs", "/dev/shm"]
    for package, parts in PARTS.items():
        for part in parts:
            source = Path(package.__file__ or "").parent / part
            arguments += ["--ro-bind", str(source), f"/grader/{package.__name__}/{part}"]
    for path in sources.values():
        arguments += ["--ro-bind", str(path), f"/grader/{path.name}"]
    # Nothing but the private folders can be written to: no submission leaves word to the next. A
    # file system in memory has no limit of its own, so the others are read-only.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
    return (*arguments, sys.executable, *MODULE)


def _python_folders() -> list[str]:
    """Return the folders that this Python lives in, outermost first and none twice."""
    executable = Path(os.path.realpath(sys.executable)).parent.parent
    folders = sorted({sys.prefix, sys.base_prefix, str(executable)})
    return [
        folder
        for folder in folders
        if folder not in ("/", "/usr") and not Path(folder).is_relative_to("/usr")
    ]
