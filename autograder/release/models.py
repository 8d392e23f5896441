"""Model solutions as students may see them: no hidden tests, no mark schemes, no markers."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from autograder.course.course import Course
from autograder.course.plan import only_notebook
from autograder.problems import UsageError
from autograder.record.gradebook import open_gradebook
from cnnlib.desk.course import due_text

_HIDDEN = re.compile(r"\n?### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
_MARKERS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
#: Mark schemes stand at the end of an answer, under a line in bold, or between nbgrader's markers.
_SCHEME = re.compile(
    r"\n*(### BEGIN MARK SCHEME.*?### END MARK SCHEME|\*\*Mark scheme\b.*\Z)", re.DOTALL
)


def write_model(course: Course, name: str, into: Path) -> Path:
    """Write an assignment's model solution and its pictures into a folder; return the notebook."""
    source = course.source(name)
    notebook = nbformat.read(source / f"{only_notebook(source)}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = clean(cell.source)
        cell.metadata.pop("nbgrader", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    into.mkdir(parents=True)
    for path in course.release(name).rglob("*"):
        if path.is_file() and path.suffix != ".ipynb" and ".ipynb_checkpoints" not in path.parts:
            target = into / path.relative_to(course.release(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    made = into / f"{name}-solution.ipynb"
    nbformat.write(notebook, made)
    return made


def clean(source: str) -> str:
    r"""Return a cell's source as it may be shown when everybody has handed in.

    >>> clean("check.f(f)\n### BEGIN HIDDEN TESTS\ncheck.f(f)\n### END HIDDEN TESTS")
    'check.f(f)'
    """
    return _SCHEME.sub("", _MARKERS.sub("", _HIDDEN.sub("", source))).rstrip("\n")


def due_dates(course: Course) -> dict[str, datetime]:
    """Return when assignments are due, where the gradebook says it, as formgrader sets it."""
    with open_gradebook(course) as gradebook:
        return {
            assignment.name: assignment.duedate.replace(tzinfo=UTC)
            for assignment in gradebook.assignments
            if assignment.duedate is not None
        }


def set_due_date(course: Course, name: str, due: datetime) -> None:
    """Write into the gradebook when it is due; a time without a zone is this machine's."""
    with open_gradebook(course) as gradebook:
        # As nbgrader keeps it: in UTC, without saying so.
        utc: Any = due.astimezone(UTC).replace(tzinfo=None)
        gradebook.update_or_create_assignment(name, duedate=utc)


def refuse_before_deadline(course: Course, name: str) -> None:
    """Raise `UsageError` if an assignment can still be handed in."""
    due = due_dates(course).get(name)
    if due is not None and due > datetime.now(UTC):
        raise UsageError(f"{name} is due on {due_text(due)}: hand its solutions out after that")
