"""A course on disk: its configuration, its folders, its secret, and its lock."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course.plan import Plan, only_notebook, read_plan
from autograder.problems import UsageError
from cnnlib.check import CHECKS

CONFIG_FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class Course:
    """A folder with an `nbgrader_config.py`."""

    root: Path
    config: Config
    directory: CourseDirectory

    @property
    def state(self) -> Path:
        """Where the autograder keeps its secret, its journal and its lock."""
        return self.root / ".autograder"

    def path(self, step: str, student: str, assignment: str) -> Path:
        """Return nbgrader's folder of a step (`submitted`, …) for a student's assignment."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(name, student, assignment))

    def source(self, assignment: str) -> Path:
        """Return the folder of the instructor's version."""
        return self.path("source", ".", assignment).resolve()

    def solution(self, assignment: str) -> Path:
        """Return the instructor's notebook, seen from the course: model answers, mark scheme."""
        folder = self.source(assignment)
        path = folder / f"{only_notebook(folder)}.ipynb"
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path

    def release(self, assignment: str) -> Path:
        """Return the folder of the students' version."""
        return self.path("release", ".", assignment).resolve()

    def assignments(self) -> list[str]:
        """Return the names of all assignments that have a source."""
        folder = self.source("_").parent
        return sorted(path.name for path in folder.glob("*/") if list(path.glob("*.ipynb")))

    def require_assignment(self, name: str) -> None:
        """Raise `UsageError` if there is no such assignment."""
        known = self.assignments()
        if name not in known:
            raise UsageError(
                f"no assignment {name!r} in {self.source('_').parent}; "
                f"found: {', '.join(known) or 'none'}"
            )

    def plan(self, assignment: str) -> Plan:
        """Return what an assignment asks for."""
        self.require_assignment(assignment)
        return read_plan(assignment, self.source(assignment), self.release(assignment))

    def submissions(self, assignment: str) -> dict[str, Path]:
        """Return the folders that students handed in, by student, in order."""
        self.require_assignment(assignment)
        submitted = self.path("submitted", "_", assignment).parents[1]
        if not submitted.is_dir():
            raise UsageError(
                f"{submitted} is missing: put submissions into "
                f"{submitted.name}/STUDENT/{assignment}/{only_notebook(self.source(assignment))}.ipynb"
            )
        found = {
            folder.name: folder / assignment
            for folder in sorted(submitted.iterdir())
            if (folder / assignment).is_dir()
        }
        if not found:
            raise UsageError(f"nobody has handed in {assignment}: {submitted} holds no such folder")
        return found

    def prepare_state(self) -> Path:
        """Make the state folder.

        Raises
        ------
        UsageError
            The course cannot be written to.
        """
        try:
            self.state.mkdir(mode=0o700, exist_ok=True)
            probe = self.state / "probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise UsageError(
                f"{self.root} cannot be written to: {error.strerror or error}"
            ) from None
        return self.state

    def reports(self) -> Path:
        """Return the folder for what is written about a class; it is made if it is not there."""
        folder = self.root / "reports"
        folder.mkdir(exist_ok=True)
        return folder

    def secret(self) -> int:
        """Return the seed of the hidden cases, made at first use and readable by its owner only."""
        path = self.prepare_state() / "secret"
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{secrets.randbits(64)}\n")
        try:
            return int(path.read_text())
        except ValueError:
            raise UsageError(f"{path} is damaged: delete it, and grade with --regrade") from None

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the course's lock: one grader at a time.

        Raises
        ------
        UsageError
            Another process holds it.
        """
        path = self.prepare_state() / "lock"
        with path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise UsageError(
                    f"another grader (process {holder}) is at work on {self.root}; wait for it"
                ) from None
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield


def open_course(folder: Path) -> Course:
    """Open the course in a folder; its folder `checks` may bring checks of its own.

    Raises
    ------
    UsageError
        There is no course.
    """
    root = folder.resolve()
    if not (root / CONFIG_FILE).is_file():
        raise UsageError(f"{root} is not a course: it has no {CONFIG_FILE}")
    config: Any = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    CHECKS.search(root / "checks")
    return Course(root, config, CourseDirectory(config=config))
