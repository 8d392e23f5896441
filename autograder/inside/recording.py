"""What `from cnnlib import check` gives inside: it calls and records, and judges nothing.

It stands in the place of the real one, of which nothing but the engine's calling part is there.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import cnnlib

NAME = "cnnlib.check"


class Recording(ModuleType):
    """`cnnlib.check` as submissions see it."""

    CheckFailed = type("CheckFailed", (AssertionError,), {"__module__": NAME})

    def __init__(self) -> None:
        super().__init__(NAME, "Calls the functions of a submission, and records what they return.")
        self.__path__ = [str(Path(str(cnnlib.__file__)).parent / "check")]
        self.CHECKS: dict[str, Any] = {}

    def summary(self) -> None:
        """Say nothing: whoever runs this knows the points."""

    def __getattr__(self, name: str) -> Any:
        """Return a check by its name."""
        checks = self.__dict__.get("CHECKS", {})
        if name in checks:
            return checks[name]
        if name.startswith("_"):
            raise AttributeError(name)
        there = ", ".join(sorted(checks))
        raise AttributeError(f"there is no check {name!r}; the checks are {there}")

    def __dir__(self) -> list[str]:
        """Name the checks."""
        return sorted(["CHECKS", "CheckFailed", "summary", *self.CHECKS])


def install(told: Iterable[Mapping[str, Any]], names: Iterable[str], grader: Any) -> None:
    """Put the module in its place.

    Parameters
    ----------
    told
        The forms of the assignment's checks, as JSON has them.
    names
        Other checks: calling them does nothing.
    grader
        Gives inputs and takes records: see `calling.Grader`.
    """
    module = Recording()
    sys.modules[NAME] = vars(cnnlib)["check"] = module
    # Only now: the engine's modules look for the package that they are in, and find ours.
    calling = import_module("autograder.inside.calling")
    forms = [calling.Form.from_json(each) for each in told]
    for form in forms:
        if form.call:
            _stand_in_for_packages(form.call.partition(":")[0])
            form.caller()
    for form in forms:
        module.CHECKS[form.name] = calling.Recorder(form.name, form, grader)
    for name in names:
        module.CHECKS.setdefault(name, calling.Recorder(name, None, grader))


def _stand_in_for_packages(module: str) -> None:
    """Make the packages around a module known without running them: they hold what judges."""
    parts = module.split(".")
    search = None
    for length in range(1, len(parts)):
        name = ".".join(parts[:length])
        if name not in sys.modules:
            spec = PathFinder.find_spec(name, search)
            if spec is None or spec.submodule_search_locations is None:
                return
            package = ModuleType(name)
            package.__path__ = list(spec.submodule_search_locations)
            sys.modules[name] = package
        search = list(sys.modules[name].__path__)
