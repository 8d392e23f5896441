"""What a submission may use, set in `nbgrader_config.py`."""

from typing import Any

from traitlets import Dict, Float, Int, List, Unicode
from traitlets.config import Config, LoggingConfigurable

from cnnlib.check.engine.check import LIBRARIES


class Limits(LoggingConfigurable):
    """Limits for one submission.

    In `nbgrader_config.py`::

        c.Limits.cell_seconds = 30
        c.Limits.per_assignment = {"ps5_device": {"allow": ["torch"], "memory_mb": 4096}}
    """

    cell_seconds = Float(30.0, help="Wall-clock seconds a cell may take.").tag(config=True)
    submission_seconds = Float(
        300.0, help="Wall-clock seconds a submission may take, restarts included."
    ).tag(config=True)
    memory_mb = Int(
        2048,
        help="Memory in MiB: each process's address space, and what all use together.",
    ).tag(config=True)
    processes = Int(64, help="Processes and threads of a submission at a time.").tag(config=True)
    output_bytes = Int(2**20, help="Characters of output a cell may produce.").tag(config=True)
    disk_mb = Int(64, help="Size of each file, of the private /tmp, and of /dev/shm, in MiB.").tag(
        config=True
    )
    hide = List(
        Unicode(),
        sorted(LIBRARIES),
        help="Packages that are not there while a submission runs.",
    ).tag(config=True)
    allow = List(Unicode(), help="Packages listed in `hide` that are available nevertheless.").tag(
        config=True
    )
    per_assignment = Dict(
        help="Other values for single assignments: {assignment: {limit: value}}."
    ).tag(config=True)

    def for_assignment(self, name: str) -> dict[str, Any]:
        """Return the limits of one assignment."""
        limits = {key: getattr(self, key) for key in LIMITS}
        limits |= self.per_assignment.get(name, {})
        allowed = limits.pop("allow")
        return {**limits, "hide": [name for name in limits["hide"] if name not in allowed]}


LIMITS = (
    "cell_seconds",
    "submission_seconds",
    "memory_mb",
    "processes",
    "output_bytes",
    "disk_mb",
    "hide",
    "allow",
)


def limits_for(config: Config, assignment: str) -> dict[str, Any]:
    """Return the limits that a course sets for an assignment."""
    return Limits(config=config).for_assignment(assignment)
