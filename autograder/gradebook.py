"""The single writer: nbgrader's gradebook, the autograded notebooks, and the journal."""

import contextlib
import json
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from autograder.course import Course
from autograder.plan import Plan
from autograder.problems import UsageError
from autograder.score import Graded


@contextlib.contextmanager
def open_gradebook(course: Course) -> Iterator[Any]:
    """Open nbgrader's gradebook.

    Raises
    ------
    UsageError
        It cannot be opened or written: one line instead of SQLAlchemy's page.
    """
    url = course.directory.db_url
    try:
        with _quiet():
            with _our_programs_first():
                gradebook = Gradebook(url, course.directory.course_id)
            with gradebook:
                yield gradebook
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise UsageError(f"the gradebook {url} cannot be used: {cause}") from None


@contextlib.contextmanager
def _our_programs_first() -> Iterator[None]:
    """Let nbgrader find `alembic`, by which it makes a new gradebook, beside our Python."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence SQLAlchemy's warnings about nbgrader's own models: no user can act on them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield


def known_points(gradebook: Any, assignment: str) -> float | None:
    """Return the points that the gradebook has for an assignment, or None if it has none."""
    try:
        return float(gradebook.find_assignment(assignment).max_score)
    except MissingEntry:
        return None


@contextlib.contextmanager
def _one_transaction(session: Any) -> Iterator[None]:
    """Let nbgrader's steps, each of which commits, come into one transaction."""
    session.commit = session.flush
    try:
        yield
    except BaseException:
        del session.commit
        session.rollback()
        raise
    del session.commit
    session.commit()


@dataclass(frozen=True)
class Recorder:
    """Writes results, one submission at a time."""

    course: Course
    plan: Plan
    gradebook: Any

    def record(self, graded: Graded, fingerprint: str, handed_in: datetime | None) -> None:
        """Write a result: the notebook, then the scores in one transaction, then the journal.

        Killed at any point, the same command does the submission again, with the same result.
        """
        self._write_notebook(graded)
        self._write_scores(graded, handed_in)
        entry = {"fingerprint": fingerprint, **graded.to_dict()}
        with self._journal.open("a") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def recorded(self) -> dict[str, dict[str, Any]]:
        """Return the journal's last entry for each student; a half-written line counts for none."""
        entries: dict[str, dict[str, Any]] = {}
        if self._journal.exists():
            for line in self._journal.read_text().splitlines():
                with contextlib.suppress(ValueError, KeyError):
                    entry = json.loads(line)
                    entries[entry["student"]] = entry
        return {name: entry for name, entry in entries.items() if self._in_gradebook(name)}

    @property
    def _journal(self) -> Path:
        folder = self.course.state / "journal"
        folder.mkdir(exist_ok=True)
        return folder / f"{self.plan.assignment}.jsonl"

    def _in_gradebook(self, student: str) -> bool:
        try:
            self.gradebook.find_submission(self.plan.assignment, student)
        except MissingEntry:
            return False
        return True

    def _write_notebook(self, graded: Graded) -> None:
        """Write the autograded notebook beside the release's figures, in one step."""
        folder = self.course.path("autograded", graded.student, self.plan.assignment)
        shutil.copytree(
            self.course.release(self.plan.assignment),
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints"),
        )
        target = folder / f"{self.plan.notebook}.ipynb"
        draft = target.with_suffix(".part")
        text = nbformat.writes(graded.notebook, version=4) + "\n"
        # A cell may print half a character, which has no bytes.
        draft.write_text(text, encoding="utf-8", errors="replace")
        draft.replace(target)

    def _write_scores(self, graded: Graded, handed_in: datetime | None) -> None:
        """Set the automatic scores as nbgrader does; what a person gave stays."""
        gradebook, assignment = self.gradebook, self.plan.assignment
        with _one_transaction(gradebook.db):
            gradebook.update_or_create_student(graded.student)
            submission = gradebook.update_or_create_submission(
                assignment, graded.student, timestamp=handed_in
            )
            notebook = gradebook.find_submission_notebook(
                self.plan.notebook, assignment, graded.student
            )
            for grade in notebook.grades:
                score = graded.scores[self._names[grade.cell_id]]
                grade.auto_score = score
                grade.needs_manual_grade = score is None or grade.manual_score is not None
            for comment in notebook.comments:
                empty = self._names[comment.cell_id] in graded.unanswered
                comment.auto_comment = "No response." if empty else None
        if submission.total_seconds_late > 0:
            self._subtract_late_penalty(graded)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of cells by the gradebook's own id: asking each grade for its cell is a query."""
        notebook = self.gradebook.find_notebook(self.plan.notebook, self.plan.assignment)
        cells = [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]
        return {cell.id: cell.name for cell in cells}

    def _subtract_late_penalty(self, graded: Graded) -> None:
        """Let nbgrader's plugin, which the course configures, say what being late costs."""
        step = AssignLatePenalties(
            config=self.course.config, log=logging.getLogger("autograder.late")
        )
        names = {
            "notebook": self.plan.notebook,
            "assignment": self.plan.assignment,
            "student": graded.student,
            "db_url": self.course.directory.db_url,
        }
        step.preprocess(graded.notebook, {"nbgrader": names})
