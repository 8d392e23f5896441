"""The single writer: nbgrader's gradebook, the autograded notebooks, and the journal."""

import contextlib
import logging
import shutil
import tempfile
import warnings
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from nbformat.v4 import new_notebook
from nbgrader import api
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import make_url, text
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from autograder.course.course import Course
from autograder.course.journal import Journal
from autograder.course.plan import Plan
from autograder.course.steps import generate
from autograder.problems import UsageError
from autograder.result import Graded

#: What `postgresql://` may need.
DRIVERS = ("psycopg2", "psycopg")


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
            with _version_read_here():
                _make(url, course.directory.course_id)
                gradebook = Gradebook(url, course.directory.course_id)
            with gradebook:
                yield gradebook
    except (SQLAlchemyError, InvalidEntry) as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise UsageError(f"the gradebook {_shown(url)} cannot be used: {cause}") from None
    except ModuleNotFoundError as error:
        if error.name not in DRIVERS:
            raise
        raise UsageError(
            f"the gradebook {_shown(url)} needs {error.name}: pip install 'cnn-course[postgresql]'"
        ) from None


@contextlib.contextmanager
def sole_writer(course: Course, gradebook: Any) -> Iterator[None]:
    """Hold PostgreSQL's own lock: machines that share a gradebook share no lock file.

    Raises
    ------
    UsageError
        Another grader holds it.
    """
    if gradebook.engine.dialect.name != "postgresql":
        yield
        return
    number = zlib.crc32(f"autograder {course.directory.course_id}".encode())
    with gradebook.engine.connect() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):
            raise UsageError(
                f"another grader is at work on {_shown(course.directory.db_url)}; wait for it"
            )
        connection.commit()
        try:
            yield
        finally:
            connection.invalidate()  # the lock ends with the connection, whatever happened


def _make(url: str, course_id: str) -> None:
    """Make a new SQLite gradebook aside and put it in its place whole, or not at all."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database or Path(parts.database).exists():
        return
    draft = Path(f"{parts.database}.part")
    draft.unlink(missing_ok=True)
    with Gradebook(parts.set(database=str(draft)).render_as_string(), course_id):
        pass
    draft.replace(parts.database)


def _shown(url: str) -> str:
    """Return a database's URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


@contextlib.contextmanager
def _version_read_here() -> Iterator[None]:
    """Let nbgrader read in this process which version of its tables it makes.

    It runs the program `alembic` for that, which takes as long as everything else in a new
    gradebook, and which it must find.
    """
    before = api.get_alembic_version
    api.get_alembic_version = _newest_version
    try:
        yield
    finally:
        api.get_alembic_version = before


def _newest_version() -> str | None:
    # Late: only a new gradebook asks.
    from alembic.script import ScriptDirectory

    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence SQLAlchemy's warnings about nbgrader's own models, and nbgrader's tracebacks.

    No user can act on the first; we say in one line what the second are about.
    """
    log = logging.getLogger("tornado.application")
    before = log.disabled
    log.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            yield
    finally:
        log.disabled = before


def knows(gradebook: Any, plan: Plan) -> bool:
    """Whether the gradebook has all cells of an assignment, with their points."""
    try:
        notebook = gradebook.find_notebook(plan.notebook, plan.assignment)
    except MissingEntry:
        return False
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    # The source cells are what nbgrader enters last: without them it was stopped half-way.
    return points == {cell.id: cell.points for cell in plan.cells if cell.graded} and {
        cell.name for cell in notebook.source_cells
    } == {cell.id for cell in plan.cells if cell.nbgrader}


def has_submissions(gradebook: Any, assignment: str) -> bool:
    """Whether anybody's scores of an assignment stand in the gradebook."""
    try:
        return bool(gradebook.find_assignment(assignment).submissions)
    except MissingEntry:
        return False


def enter_into_gradebook(course: Course, plan: Plan, gradebook: Any) -> None:
    """Make an assignment known to an open gradebook, as nbgrader's own generator does.

    What was released stays as it is.

    Raises
    ------
    UsageError
        The gradebook knows it with other cells or other points, and has scores for them.
    """
    if knows(gradebook, plan):
        return
    if has_submissions(gradebook, plan.assignment):
        raise UsageError(
            f"the gradebook has other cells, or other points, for {plan.assignment}: "
            f"run `autograder release {plan.assignment}`"
        )
    with tempfile.TemporaryDirectory() as folder:
        generate(course, plan.assignment, Path(folder), database=True)
    gradebook.db.expire_all()


def journal(course: Course, assignment: str) -> Journal:
    """Return the journal of what was recorded for an assignment."""
    return Journal(course.state / "journal" / f"{assignment}.jsonl")


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

    def record(self, graded: Graded, entry: Mapping[str, Any], handed_in: datetime | None) -> None:
        """Write a result: the notebook, then the scores in one transaction, then the journal.

        Killed at any point, the same command does the submission again, with the same result.
        """
        self._write_notebook(graded)
        self._write_scores(graded, entry, handed_in)
        self._journal.append(entry)
        self._latest[graded.student] = entry

    def recorded(self) -> dict[str, Mapping[str, Any]]:
        """Return the last entry of each student who stands in the gradebook, too."""
        return {name: entry for name, entry in self._latest.items() if self._in_gradebook(name)}

    def scores(self, student: str) -> dict[str, tuple[float | None, float | None]]:
        """Return what the gradebook has: points by cell, ours and a person's."""
        try:
            notebook = self.gradebook.find_submission_notebook(
                self.plan.notebook, self.plan.assignment, student
            )
        except MissingEntry:
            return {}
        return {
            self._names[grade.cell_id]: (grade.auto_score, grade.manual_score)
            for grade in notebook.grades
        }

    @property
    def _journal(self) -> Journal:
        return journal(self.course, self.plan.assignment)

    @cached_property
    def _latest(self) -> dict[str, Mapping[str, Any]]:
        return dict(self._journal.latest())

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
        # A cell may print half a character, which has no bytes.
        draft.write_text(f"{graded.notebook}\n", encoding="utf-8", errors="replace")
        draft.replace(target)

    def _write_scores(
        self, graded: Graded, entry: Mapping[str, Any], handed_in: datetime | None
    ) -> None:
        """Set the automatic scores; what a person gave stays.

        nbgrader asks a person to look again at everything that a person graded. Here they are
        asked only where something was handed in since that they have not seen.
        """
        before = self._latest.get(graded.student, {})
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
                name = self._names[grade.cell_id]
                grade.auto_score = score = graded.scores[name]
                if grade.manual_score is None:
                    grade.needs_manual_grade = score is None
                elif not _the_same_work(name, before, entry):
                    grade.needs_manual_grade = True
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
        # Late: it imports all of nbconvert, and most classes have nobody who is late.
        from nbgrader.preprocessors import AssignLatePenalties

        step = AssignLatePenalties(
            config=self.course.config, log=logging.getLogger("autograder.late")
        )
        names = {
            "notebook": self.plan.notebook,
            "assignment": self.plan.assignment,
            "student": graded.student,
            "db_url": self.course.directory.db_url,
        }
        step.preprocess(new_notebook(), {"nbgrader": names})  # it does not look at the notebook


def _the_same_work(cell: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether what a person graded in a cell is what was handed in now.

    An answer is compared by itself; a test's points by the code in solutions, and by what the test
    gave. Entries of earlier versions know of no answers: then the whole submission is compared.
    """
    if before.get("fingerprint") == now["fingerprint"]:
        return True
    if cell in now["answers"]:
        return bool(now["answers"][cell] == before.get("answers", {}).get(cell))
    return bool(
        before.get("work", "") == now["work"] != ""
        and before["scores"].get(cell) == now["scores"].get(cell)
    )
