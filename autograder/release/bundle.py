"""The student bundle: one zip that gets a student from nothing to a running JupyterLab."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import metadata, requires
from pathlib import Path

import cnnlib
from autograder import __version__
from autograder.course.course import Course
from autograder.problems import UsageError
from autograder.release.release import refuse_leaks

FILES = Path(__file__).parent / "bundle_files"
#: Every entry's time: the same course makes the same zip.
EPOCH = (1980, 1, 1, 0, 0, 0)


def make_bundle(course: Course) -> Path:
    """Zip the released assignments, the lectures, cnnlib as a wheel, and the way in.

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
        # Lectures link to the errata.
        for name in ("environment.yml", "constraints.txt", "LICENSE", "docs/errata.md"):
            if not (repository / name).is_file():
                raise UsageError(f"{repository / name} is missing: run from the repository")
            shutil.copy(repository / name, root / name)
        shutil.copy(FILES / "start.py", root)
        page = (FILES / "START.html").read_text(encoding="utf-8")
        (root / "START.html").write_text(page.replace("{{version}}", __version__), encoding="utf-8")
        package = build_wheel(Path(scratch), root)
        refuse_leaks(course, [root, package], Path(scratch))
        target = course.root / "build" / "student" / "cnn-course.zip"
        target.parent.mkdir(parents=True, exist_ok=True)
        _zip(root, target)
    return target


def build_wheel(scratch: Path, into: Path) -> Path:
    """Build a wheel of cnnlib alone, which asks for what students need.

    Return the folder of what was packed.
    """
    project = scratch / "wheel"
    package = project / "cnnlib"
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(Path(cnnlib.__file__).parent, package, ignore=ignore)
    needed = [line for line in requires("cnn-course") or [] if "extra ==" not in line]
    about = metadata("cnn-course")
    (project / "pyproject.toml").write_text(
        "\n".join(
            [
                "[build-system]",
                'requires = ["setuptools"]',
                'build-backend = "setuptools.build_meta"',
                "[project]",
                'name = "cnnlib"',
                f'version = "{__version__}"',
                f'description = "{about["Summary"]}"',
                f'requires-python = "{about["Requires-Python"]}"',
                f'license = "{about["License-Expression"]}"',
                f"dependencies = {needed!r}",
                "[tool.setuptools]",
                'packages.find.include = ["cnnlib*"]',
                'package-data.cnnlib = ["py.typed", "**/*.js", "**/*.css", "**/*.npz"]',
            ]
        ),
        encoding="utf-8",
    )
    # setuptools is here already: no isolated build, which would need the network.
    built = subprocess.run(
        [sys.executable, "-c", "from setuptools.build_meta import build_wheel as b; b(r'.')"],
        cwd=project,
        env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = list(project.glob("cnnlib-*.whl"))
    if not wheels:
        raise UsageError(f"cnnlib's wheel could not be built: {built.stderr.strip()[-200:]}")
    shutil.move(wheels[0], into)
    return package


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
