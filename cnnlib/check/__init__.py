"""One line under an exercise: it says whether a function does what PyTorch does, or what is wrong.

    from cnnlib import check
    check.conv2d_forward(conv2d_forward)

A check is data: cases, a reference, a tolerance and the typical misconceptions. Each folder here
but `engine` is an assignment's, and names its checks in `CHECKS`; this is their sum, and what other
packages bring (see `registry`). PyTorch is imported only when a check runs.
"""

from importlib import import_module
from pkgutil import iter_modules

from cnnlib.check.engine.backend import Compare
from cnnlib.check.engine.check import Check, use
from cnnlib.check.engine.report import CheckFailed
from cnnlib.check.registry import Checks

__all__ = ["CHECKS", "Check", "CheckFailed", "summary"]

_MODULES = list(iter_modules(__path__))
#: Folders with the checks of an assignment each.
TOPICS = [module.name for module in _MODULES if module.ispkg and module.name != "engine"]
#: Every check by its name.
CHECKS = Checks(
    (check for topic in TOPICS for check in import_module(f"{__name__}.{topic}").CHECKS),
    reserved=(*(module.name for module in _MODULES), "summary"),
)

_desk = Compare(CHECKS)
use(_desk)


def summary() -> None:
    """Show the points so far in this notebook's assignment, what is missing, and what comes next.

    It knows what ran since the kernel started.
    """
    found = _desk.summary()
    if found is None:
        print("check.summary() sums up an assignment, and this notebook is not one.")
    else:
        found.show()


def __getattr__(name: str) -> Check:
    """Return a check by its name."""
    # Python itself asks for names with an underscore: no reason to look for packages.
    if name.startswith("_"):
        raise AttributeError(name)
    if name in CHECKS:
        return CHECKS[name]
    there = f"there is no check {name!r}; the checks are {', '.join(sorted(CHECKS))}"
    raise AttributeError("; ".join([there, *CHECKS.faults]))


def __dir__() -> list[str]:
    """Name the checks, for completion."""
    return sorted([*__all__, *CHECKS])
