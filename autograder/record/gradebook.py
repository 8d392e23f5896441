"""nbgrader's gradebook: opened by one writer at a time, told of an assignment."""

import contextlib
import logging
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import (
    Gradebook,
    InvalidEntry,
    MissingEntry,
)
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import make_url, text
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from autograder.course.course import Course
from autograder.course.plan import Plan
from autograder.course.steps import generate
from autograder.problems import UsageError

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
