"""Begins an assignment: a notebook, a package with its check, and tests, all green at once."""

import keyword
import re
from importlib.util import find_spec
from pathlib import Path

from autograder.course.course import Course
from autograder.problems import UsageError
from cnnlib.check import CHECKS

FILES = Path(__file__).parent / "skeleton_files"
#: What the skeleton is called, and its function, in the files above.
NAME, FUNCTION = "ps0_skeleton", "channel_means"
#: Where each file goes in the assignment's folder, and in its package's.
NOTEBOOK = {"notebook.ipynb": f"{NAME}.ipynb", "picture.svg": "img/channels.svg"}
PACKAGE = {
    "pyproject.toml": "pyproject.toml",
    "init.py": f"{NAME}/__init__.py",
    "checks.py": f"{NAME}/checks.py",
    "mutants.py": f"tests/{FUNCTION}_mutants.py",
    "test.py": f"tests/test_{FUNCTION}.py",
}


def make_skeleton(course: Course, name: str) -> tuple[Path, Path]:
    """Write a working assignment of one exercise; return the notebook's folder and the package's.

    The function that students write is called as the assignment is, without `ps10_` in front.

    Raises
    ------
    UsageError
        The name is no good, or something stands there already.
    """
    function = re.sub(r"^ps\d+_", "", name)
    for word in (name, function):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", word) or keyword.iskeyword(word):
            raise UsageError(f"{name!r} is not a valid name; use one such as ps10_brightness")
    notebook, package = course.source(name), course.root / "checks" / name
    for folder in (notebook, package):
        if folder.exists():
            raise UsageError(f"{folder} already exists: choose another name, or delete it")
    if find_spec(name):
        raise UsageError(f"there is already a Python package {name!r}: choose another name")
    if function in CHECKS or function in CHECKS.reserved:
        raise UsageError(f"cnnlib.check already has a {function!r}: choose another name")
    for folder, files in ((notebook, NOTEBOOK), (package, PACKAGE)):
        for file, place in files.items():
            target = folder / _renamed(place, name, function)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = (FILES / f"{file}.txt").read_text(encoding="utf-8")
            target.write_text(_renamed(text, name, function), encoding="utf-8")
    return notebook, package


def _renamed(text: str, name: str, function: str) -> str:
    return text.replace(NAME, name).replace(FUNCTION, function)
