"""The student bundle: one zip that gets a student from nothing to a running JupyterLab.

It is unpacked over the last one. What it brings lies in `released/`, where nobody works: `start.py`
lays it out beside what students have, and never over it.
"""

import json
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

import cnnlib
from autograder.course.course import Course
from autograder.course.plan import Call, calls_in, imports_in, only_notebook
from autograder.problems import UsageError
from autograder.release.handed_out import HandedOut, handed_out
from autograder.release.lectures import copy_lectures
from autograder.release.models import due_dates, write_model
from autograder.release.release import refuse_leaks
from autograder.release.wheels import build_other_wheel, build_wheel
from cnnlib.check import CHECKS
from cnnlib.check.registry import Package
from cnnlib.desk.assignment import read_assignment
from cnnlib.desk.course import MANIFEST, RELEASED

FILES = Path(__file__).parent / "bundle_files"
#: A row of the table in an assignment's first cell: the minutes of an exercise.
_MINUTES = re.compile(r"^\| \d+ .*\| (\d+) \| \d+ \|$", re.MULTILINE)


def make_bundle(course: Course) -> Path:
    """Zip what was handed out so far, the lectures, the packages as wheels, and the way in.

    Raises
    ------
    UsageError
        Something in it would leak, or the wheel could not be built.
    """
    repository = Path(cnnlib.__file__).parents[1]
    given = handed_out(course)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "cnn-course"
        released = root / RELEASED
        released.mkdir(parents=True)
        _copy_assignments(course, given, released)
        lectures = copy_lectures(
            course.root / "lectures", course.root / "build" / "decks", released / "lectures"
        )
        linked = _linked([released / "lectures", released / "assignments"])
        for name in ("environment.yml", "constraints.txt", "LICENSE", *linked):
            if not (repository / name).is_file():
                raise UsageError(f"{repository / name} is missing: run from the repository")
            (released / name).parent.mkdir(exist_ok=True)
            shutil.copy2(repository / name, released / name)
        for name in ("start.py", "START.html"):
            shutil.copy2(FILES / name, root)
        shutil.copy2(FILES / "course.svg", released)
        packed = _build_wheels(course, given, Path(scratch), released)
        told = _manifest(course, given, lectures, sorted(p.name for p in released.glob("*.whl")))
        (released / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")
        refuse_leaks(course, [root, *packed], Path(scratch), public=given.solutions)
        target = course.root / "build" / "student" / "cnn-course.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        _zip(root, target, newest([Path(cnnlib.__file__).parent, course.root / "assignments"]))
    return target


def _copy_assignments(course: Course, given: HandedOut, released: Path) -> None:
    for name in given.assignments:
        ignore = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(course.release(name), released / "assignments" / name, ignore=ignore)
    for name in given.solutions:
        write_model(course, name, released / "model" / name)


def _linked(folders: Iterable[Path]) -> list[str]:
    """Return the pages of `docs/` to which notebooks link."""
    texts = [path.read_text("utf-8") for folder in folders for path in folder.rglob("*.ipynb")]
    found = {page for text in texts for page in re.findall(r"\.\./(docs/[\w-]+\.md)", text)}
    return sorted(found)


def _build_wheels(course: Course, given: HandedOut, scratch: Path, into: Path) -> list[Path]:
    """Build the wheels; return the folders of what was packed into them."""
    calls = [call for name in given.assignments for call in _calls(course, name)]
    recorded = [
        call
        for name in given.assignments
        if not needs_torch(course, name)
        for call in _calls(course, name)
    ]
    packed = [build_wheel(scratch, into, sorted({call.check for call in recorded}))]
    return packed + [build_other_wheel(other, scratch, into) for other in _packages(calls)]


def _packages(calls: Sequence[Call]) -> tuple[Package, ...]:
    """Return the packages that bring checks which students' notebooks call."""
    return CHECKS.packages(call.check for call in calls)


def _cells(course: Course, name: str) -> list[Any]:
    folder = course.release(name)
    path = folder / f"{only_notebook(folder)}.ipynb"
    return list(nbformat.read(path, as_version=4).cells)


def _calls(course: Course, name: str) -> list[Call]:
    """Return the checks that an assignment's graded cells call."""
    graded = [
        cell.source
        for cell in _cells(course, name)
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
    ]
    return [call for source in graded for call in calls_in(source)]


def needs_torch(course: Course, name: str) -> bool:
    """Whether an assignment's own cells import PyTorch."""
    code = [cell.source for cell in _cells(course, name) if cell.cell_type == "code"]
    imported = {module for source in code for module in imports_in(source)}
    return any(module.partition(".")[0] == "torch" for module in imported)


def _manifest(
    course: Course, given: HandedOut, lectures: Mapping[str, str], wheels: Sequence[str]
) -> dict[str, Any]:
    """Return what the student's side must know of the bundle, as JSON has it."""
    due = due_dates(course)
    return {
        "wheels": wheels,
        "assignments": [_told(course, name, due.get(name)) for name in given.assignments],
        "models": list(given.solutions),
        "lectures": dict(lectures),
    }


def _told(course: Course, name: str, due: datetime | None) -> dict[str, Any]:
    folder = course.release(name)
    notebook = only_notebook(folder)
    here = read_assignment(folder / f"{notebook}.ipynb")
    first = _cells(course, name)[0].source
    return {
        "name": name,
        "title": first.partition("\n")[0].lstrip("# ").strip() or name,
        "minutes": sum(map(int, _MINUTES.findall(first))),
        "points": here.points if here is not None else 0.0,
        "due": due.isoformat() if due is not None else None,
        "torch": needs_torch(course, name),
    }


def newest(folders: Iterable[Path]) -> float:
    """Return when the newest file in some folders was changed."""
    files = (
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    return max((path.stat().st_mtime for path in files), default=time.time())


def _zip(root: Path, target: Path, latest: float) -> None:
    """Zip a folder. What was copied keeps its date, what was made now has the latest of these.

    So the same course makes the same zip.
    """
    draft = target.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                when = time.localtime(min(path.stat().st_mtime, latest))[:6]
                entry = zipfile.ZipInfo(path.relative_to(root.parent).as_posix(), when)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
    draft.replace(target)
