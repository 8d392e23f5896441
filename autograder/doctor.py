"""What this machine can do for grading."""

import importlib.metadata
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.course.course import open_course
from autograder.problems import UsageError
from autograder.run import sandbox


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
        *(_library(name) for name in ("numpy", "torch", "nbgrader", "jupyterlab")),
        Finding("cores", str(os.cpu_count())),
        _memory(),
        _device(),
        _sandbox(),
        _course(folder),
    ]


def to_dict(findings: list[Finding]) -> dict[str, Any]:
    """Return the findings as `doctor --json` shows them."""
    return {
        "ok": all(item.ok for item in findings),
        "findings": [asdict(item) for item in findings],
    }


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
    return Finding("references on", device + name)


def _sandbox() -> Finding:
    fault = sandbox.bubblewrap_fault()
    if fault is None:
        return Finding("sandbox", "bubblewrap")
    return Finding("sandbox", fault, False, "apt install bubblewrap, or grade with --no-sandbox")


def _course(folder: Path) -> Finding:
    try:
        course = open_course(folder)
        course.prepare_state()
    except UsageError as error:
        return Finding("course", str(error), False, "name it with --course DIR")
    names = ", ".join(course.assignments()) or "no assignments yet"
    return Finding("course", f"{course.root}: {names}")
