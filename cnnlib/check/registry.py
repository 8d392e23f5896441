"""Where checks come from: the topics of this package, and other packages that bring some.

A package brings checks by an entry point in the group `cnnlib.checks`: a module, or an object, with
`CHECKS`, or one check. None is looked for, and none imported, before somebody asks for a check that
is not the course's own.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cnnlib.check.engine.check import Check

#: The entry-point group.
GROUP = "cnnlib.checks"


class ClashError(ImportError):
    """Two checks have one name; the message names both packages."""


@dataclass(frozen=True)
class Package:
    """A package that brings checks; plain data, so that it can travel.

    Attributes
    ----------
    name, version
        As pip knows them.
    points
        The entry points: `module`, or `module:object`.
    requires
        What it needs.
    """

    name: str
    version: str
    points: tuple[str, ...]
    requires: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module to import."""
        return re.split(r"[.:]", self.points[0])[0]

    @property
    def source(self) -> Path:
        """The folder of its code, or its file where it has only one.

        Raises
        ------
        ModuleNotFoundError
            It is not on this machine.
        """
        spec = find_spec(self.module)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"{self.name} is not on this machine: install it")
        path = Path(spec.origin)
        return path.parent if spec.submodule_search_locations else path

    def load(self) -> Iterator[Check]:
        """Import it; yield its checks."""
        for point in self.points:
            module, _, path = point.partition(":")
            item: Any = reduce(getattr, filter(None, path.split(".")), import_module(module))
            item = getattr(item, "CHECKS", item)
            for check in [item] if isinstance(item, Check) else item:
                if not isinstance(check, Check):
                    raise TypeError(f"{point} has {check!r} among its checks")
                yield check


@dataclass
class _Outside:
    """What other packages bring: checks and packages by the name of the check; what failed."""

    checks: dict[str, Check] = field(default_factory=dict)
    packages: dict[str, Package] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Checks(Mapping[str, Check]):
    """Every check by its name.

    Parameters
    ----------
    own
        The course's own.
    reserved
        Names that no check may have: those of modules, which `check.NAME` would give instead.

    Raises
    ------
    ClashError
        Two checks have one name, or one has a reserved name. Where another package brings it, not
        before such a package is needed.
    """

    def __init__(self, own: Iterable[Check], reserved: Iterable[str] = ()) -> None:
        self.reserved = frozenset(reserved)
        self._own: dict[str, Check] = {}
        for check in own:
            self._refuse_clash(check, "cnnlib", self._own, {})
            self._own[check.name] = check
        self._projects: tuple[Path, ...] = ()
        self._found: _Outside | None = None

    def __getitem__(self, name: str) -> Check:
        return self._own[name] if name in self._own else self._outside.checks[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._own, *self._outside.checks])

    def __len__(self) -> int:
        return len(self._own) + len(self._outside.checks)

    @property
    def faults(self) -> list[str]:
        """A line for each package whose checks cannot be loaded."""
        return self._outside.faults

    def packages(self, names: Iterable[str]) -> tuple[Package, ...]:
        """Return the other packages that bring these checks, once each."""
        brought = self._outside.packages
        found = {brought[name].name: brought[name] for name in names if name in brought}
        return tuple(found[name] for name in sorted(found))

    def search(self, folder: Path) -> None:
        """Look for packages in a folder's projects, too: these need not be installed.

        They stand in place of those of an earlier folder.
        """
        projects = tuple(sorted(path.parent for path in folder.glob("*/pyproject.toml")))
        former = {str(project) for project in self._projects}
        sys.path[:] = [path for path in sys.path if path not in former]
        sys.path += map(str, projects)
        self._projects, self._found = projects, None

    @property
    def _outside(self) -> _Outside:
        if self._found is None:
            self._found = self._look()
        return self._found

    def _look(self) -> _Outside:
        found = _Outside()
        for package in _packages(self._projects, found.faults):
            try:
                checks = list(package.load())
            except Exception as error:  # whatever another's module raises costs its checks only
                found.faults.append(_fault(f"the checks of {package.name}", error))
                continue
            for check in checks:
                known = {**self._own, **found.checks}
                self._refuse_clash(check, package.name, known, found.packages)
                found.checks[check.name], found.packages[check.name] = check, package
        return found

    def _refuse_clash(
        self, check: Check, name: str, known: Mapping[str, Check], packages: Mapping[str, Package]
    ) -> None:
        if check.name in self.reserved:
            raise ClashError(
                f"a check of {name} is named {check.name!r}, like a module of cnnlib.check: "
                "rename it"
            )
        if check.name in known:
            first = packages[check.name].name if check.name in packages else "cnnlib"
            raise ClashError(
                f"two checks are named {check.name!r}: in {first} and in {name}; rename one of them"
            )


def _packages(projects: Iterable[Path], faults: list[str]) -> list[Package]:
    """Return the packages that there are: a project's own before an installed one of its name."""
    # Late: together they would take as long as all of our own checks.
    import tomllib
    from importlib.metadata import entry_points

    found: dict[str, Package] = {}
    for point in entry_points(group=GROUP):
        if point.dist is not None:
            before = found.get(_key(point.dist.name))
            points = (*(before.points if before else ()), point.value)
            requires = tuple(point.dist.requires or ())
            package = Package(point.dist.name, point.dist.version, points, requires)
            found[_key(package.name)] = package
    for project in projects:
        file = project / "pyproject.toml"
        try:
            told = tomllib.loads(file.read_text("utf-8"))["project"]
            brings = told.get("entry-points", {}).get(GROUP, {})
            if brings:
                found[_key(told["name"])] = _package(
                    told["name"], told["version"], brings.values(), told.get("dependencies", ())
                )
        except (OSError, ValueError, LookupError, AttributeError) as error:
            faults.append(_fault(str(file), error))
    return [found[key] for key in sorted(found)]


def _package(name: str, version: str, points: Iterable[Any], requires: Iterable[Any]) -> Package:
    return Package(name, version, tuple(points), tuple(requires))


def _key(name: str) -> str:
    """Return a name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _fault(what: str, error: Exception) -> str:
    text = str(error).partition("\n")[0]
    return f"{what} cannot be loaded: {type(error).__name__}: {text}".rstrip(": ")
