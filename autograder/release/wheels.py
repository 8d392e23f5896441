"""Wheels for students: of cnnlib, and of other packages that bring checks, from what runs here."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import metadata, requires
from pathlib import Path
from typing import Any

import cnnlib
from autograder import __version__
from autograder.problems import UsageError
from cnnlib.check import CHECKS
from cnnlib.check.engine.recorded import FILE, record
from cnnlib.check.registry import GROUP, Package

#: What most assignments do without, and `cnnlib[torch]` asks for.
LATER = ("networkx", "scikit-image", "scikit-learn", "torch")


def build_wheel(scratch: Path, into: Path, recorded: Iterable[str] = ()) -> Path:
    """Build a wheel of cnnlib alone, which asks for what students need.

    Return the folder of what was packed.

    Parameters
    ----------
    recorded
        Names of checks: what PyTorch says of their visible cases comes along.
    """
    about = metadata("cnn-course")
    needed = [line for line in requires("cnn-course") or [] if "extra ==" not in line]
    later = [line for line in needed if re.match(r"[\w-]+", line)[0] in LATER]  # type: ignore[index]
    project = {
        "name": "cnnlib",
        "version": __version__,
        "description": about["Summary"],
        "requires-python": about["Requires-Python"],
        "license": about["License-Expression"],
        "dependencies": [line for line in needed if line not in later],
        "optional-dependencies": {"torch": later},
    }
    source = scratch / "cnnlib"
    shutil.copytree(Path(cnnlib.__file__).parent, source)
    record((CHECKS[name] for name in recorded), source / "check" / FILE.name)
    return _build(scratch, into, source, project, ["py.typed", *DATA])


def build_other_wheel(package: Package, scratch: Path, into: Path) -> Path:
    """Build a wheel of another package that brings checks; return the folder of what was packed.

    It has the package's code and entry points, and not what stands beside it, such as its tests.
    """
    needed = [line for line in package.requires if "extra ==" not in line]
    # Students have this one under its other name.
    needed = [line for line in needed if not re.match(r"cnn[-_.]course\b", line, re.IGNORECASE)]
    project = {
        "name": package.name,
        "version": package.version,
        "dependencies": ["cnnlib", *needed],
        "entry-points": {GROUP: {f"checks{i}": at for i, at in enumerate(package.points)}},
    }
    return _build(scratch, into, package.source, project, ["**/*"])


#: The endings of what is no code in cnnlib.
DATA = [f"**/*.{ending}" for ending in ("js", "css", "npz", "ttf", "txt", "zip")]


def _build(
    scratch: Path, into: Path, source: Path, project: Mapping[str, Any], data: Sequence[str]
) -> Path:
    """Build a wheel from a package's folder, or from a module's file; return what was packed."""
    name, module = project["name"], source.stem
    home = scratch / f"wheel of {name}"
    packed = home / source.name
    if source.is_dir():
        ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(source, packed, ignore=ignore)
        tool: dict[str, Any] = {
            "packages": {"find": {"include": [f"{module}*"]}},
            "package-data": {module: data},
        }
    else:
        home.mkdir()
        shutil.copy(source, packed)
        tool = {"py-modules": [module]}
    build = {"requires": ["setuptools"], "build-backend": "setuptools.build_meta"}
    told = {"build-system": build, "project": project, "tool": {"setuptools": tool}}
    lines = [f"{key} = {_toml(value)}\n" for key, value in told.items()]
    (home / "pyproject.toml").write_text("".join(lines), encoding="utf-8")
    # setuptools is here already: no isolated build, which would need the network.
    built = subprocess.run(
        [sys.executable, "-c", "from setuptools.build_meta import build_wheel as b; b(r'.')"],
        cwd=home,
        env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = list(home.glob("*.whl"))
    if not wheels:
        raise UsageError(f"{name}'s wheel could not be built: {built.stderr.strip()[-200:]}")
    shutil.move(wheels[0], into)
    return packed if source.is_dir() else home


def _toml(value: Any) -> str:
    """Return plain data as a value of TOML, which has JSON's texts and lists, but other tables."""
    if isinstance(value, Mapping):
        items = (f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    return json.dumps(value)
