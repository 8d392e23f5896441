"""What this machine can do for grading."""

import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder.course.course import open_course
from autograder.course.limits import limits_for
from autograder.problems import UsageError
from autograder.run import forkservers, pool, sandbox

#: What makes a sandbox that root starts its own user.
SHARED = "let every user read this Python and this package (chmod -R o+rX)"
#: For each wall its title, what holds with it, what does not without it, and what to do.
WALLS = {
    "counted": (
        "limit on processes",
        "the kernel refuses to start more than a submission may have",
        "the kernel does not count: a fork bomb is ended once it is noticed, within 0.2 seconds",
        f"grade as an ordinary user; or as root, and {SHARED}",
    ),
    "grouped": (
        "limit on memory",
        "a control group limits what a submission uses in total",
        "each process is limited, and their total is checked five times a second; what pipes and "
        "sockets hold is not limited",
        "start it as: systemd-run --user --scope autograder grade …; or grade as root",
    ),
    "nested": (
        "nested sandboxes",
        "one server serves many submissions",
        "not here: each submission starts a server of its own, which makes grading slow",
        "allow user namespaces in bwrap (sysctl kernel.apparmor_restrict_unprivileged_userns=0; "
        "for a container --security-opt seccomp=unconfined)",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name
        What.
    value
        What was found.
    ok
        Whether grading works with it.
    advice
        What to do if not.
    """

    name: str
    value: str
    ok: bool = True
    advice: str = ""


def examine(folder: Path) -> list[Finding]:
    """Look at Python, the libraries, the sandbox, the devices and the course."""
    return [
        Finding("Python", f"{platform.python_version()} ({sys.executable})"),
        _command(),
        *(_library(name) for name in ("numpy", "torch", "nbgrader", "jupyterlab")),
        Finding("cores", str(os.cpu_count())),
        _memory(),
        _device(),
        *_sandbox(),
        _course(folder),
    ]


def to_dict(findings: list[Finding]) -> dict[str, Any]:
    """Return the findings as `doctor --json` shows them."""
    return {
        "ok": all(item.ok for item in findings),
        "findings": [asdict(item) for item in findings],
    }


def _command() -> Finding:
    """Say how to call the autograder of this Python."""
    mine = Path(sys.executable).parent
    found = shutil.which("autograder")
    if found and Path(found).parent == mine:
        return Finding("command", "autograder")
    programs = os.path.relpath(mine) if mine.is_relative_to(Path.cwd()) else str(mine)
    other = f"autograder is {found}, which belongs to another Python"
    what = other if found else "autograder is not on the PATH"
    advice = f"source {programs}/activate, or type {programs}/autograder"
    return Finding("command", what, advice=advice)


def _library(name: str) -> Finding:
    try:
        return Finding(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "not installed", False, "pip install 'cnn-course[grader]'")


def _memory() -> Finding:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return Finding("memory", f"{gigabytes:.0f} GiB")


def _device() -> Finding:
    # Here, because it takes seconds, and every command knows this module.
    import torch

    from cnnlib.check.engine.devices import pick_device

    device = pick_device("auto")
    name = f" ({torch.cuda.get_device_name()})" if device == "cuda" else ""
    return Finding("references", f"computed on {device}{name}")


def _sandbox() -> list[Finding]:
    """Say what bounds a submission here: the kernel's refusals, and what is missing from them."""
    fault = sandbox.bubblewrap_fault()
    if fault is not None:
        return [Finding("sandbox", fault, False, without_sandbox())]
    try:
        holds = pool.what_holds(limits_for(Config(), ""))
    except forkservers.ServerFault as error:
        fault = f"bubblewrap works, but the sandbox did not start: {error}"
        return [Finding("sandbox", fault, False)]
    return [Finding("sandbox", "bubblewrap"), *(_wall(name, holds[name]) for name in WALLS)]


def without_sandbox(system: str = platform.system()) -> str:
    """Return what to do where bubblewrap does not work."""
    if system == "Linux":
        return "apt install bubblewrap (in a container: docs/ta.md), or grade with --no-sandbox"
    return (
        "bubblewrap needs Linux: grade in WSL 2, in the Dockerfile's container, or on a Linux "
        "machine (docs/ta.md); --no-sandbox only for code that you trust as your own"
    )


def _wall(name: str, holds: bool) -> Finding:
    title, yes, no, advice = WALLS[name]
    return Finding(title, yes) if holds else Finding(title, no, advice=advice)


def _course(folder: Path) -> Finding:
    try:
        course = open_course(folder)
        course.prepare_state()
    except UsageError as error:
        return Finding("course", str(error), False, "say where it is with --course DIR")
    names = ", ".join(course.assignments()) or "no assignments yet"
    return Finding("course", f"{course.root}: {names}")
