"""The student bundle: one zip that gets a student from nothing to a running JupyterLab."""

import shutil
import tempfile
import zipfile
from pathlib import Path

import nbformat

import cnnlib
from autograder.course.course import Course
from autograder.course.plan import Call, calls_in
from autograder.problems import UsageError
from autograder.release.release import refuse_leaks
from autograder.release.wheels import build_other_wheel, build_wheel
from cnnlib.check import CHECKS
from cnnlib.check.registry import Package

FILES = Path(__file__).parent / "bundle_files"
#: Every entry's time: the same course makes the same zip.
EPOCH = (1980, 1, 1, 0, 0, 0)


def make_bundle(course: Course) -> Path:
    """Zip the released assignments, the lectures, the packages as wheels, and the way in.

    Raises
    ------
    UsageError
        Something in it would leak, or the wheel could not be built.
    """
    repository = Path(cnnlib.__file__).parents[1]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "cnn-course"
        root.mkdir()
        _copy_notebooks(course.release("_").parent, root / "assignments")
        _copy_notebooks(course.root / "lectures", root / "lectures")
        (root / "docs").mkdir()
        # Lectures link to the errata, assignments to the notation.
        linked = ("docs/errata.md", "docs/notation.md")
        for name in ("environment.yml", "constraints.txt", "LICENSE", *linked):
            if not (repository / name).is_file():
                raise UsageError(f"{repository / name} is missing: run from the repository")
            shutil.copy(repository / name, root / name)
        shutil.copy(FILES / "start.py", root)
        packed = [build_wheel(Path(scratch), root)]
        packed += [build_other_wheel(other, Path(scratch), root) for other in _packages(course)]
        page = (FILES / "START.html").read_text(encoding="utf-8")
        wheels = " ".join(sorted(path.name for path in root.glob("*.whl")))
        (root / "START.html").write_text(page.replace("{{wheels}}", wheels), encoding="utf-8")
        refuse_leaks(course, [root, *packed], Path(scratch))
        target = course.root / "build" / "student" / "cnn-course.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        _zip(root, target)
    return target


def _packages(course: Course) -> tuple[Package, ...]:
    """Return the packages that bring checks which students' notebooks call."""
    calls: list[Call] = []
    for path in course.release("_").parent.glob("*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
                calls += calls_in(cell.source)
    return CHECKS.packages(call.check for call in calls)


def _copy_notebooks(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))


def _zip(root: Path, target: Path) -> None:
    draft = target.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(root.parent).as_posix(), EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
    draft.replace(target)
