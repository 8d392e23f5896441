"""One line under an exercise: it says whether a function does what PyTorch does, or what is wrong.

    from cnnlib import check
    check.conv2d_forward(conv2d_forward)

A check is data: cases, a reference, a tolerance and the typical misconceptions. Each folder here
but `engine` is an assignment's, and names its checks in `CHECKS`; this is their sum. PyTorch is
imported only when a check runs.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from cnnlib.check.engine.backend import Compare
from cnnlib.check.engine.check import Check, use
from cnnlib.check.engine.report import CheckFailed

__all__ = ["CHECKS", "Check", "CheckFailed"]

#: Folders with the checks of an assignment each.
TOPICS = [m.name for m in iter_modules(__path__) if m.ispkg and m.name != "engine"]
#: Every check by its name.
CHECKS: Mapping[str, Check] = {
    check.name: check for topic in TOPICS for check in import_module(f"{__name__}.{topic}").CHECKS
}

use(Compare())


def __getattr__(name: str) -> Check:
    """Return a check by its name."""
    if name in CHECKS:
        return CHECKS[name]
    raise AttributeError(f"there is no check {name!r}; there is {', '.join(sorted(CHECKS))}")


def __dir__() -> list[str]:
    """Name the checks, for completion."""
    return sorted([*__all__, *CHECKS])
