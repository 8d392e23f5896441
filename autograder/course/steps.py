"""Runs nbgrader's own steps, each on one assignment."""

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets import TraitError

from autograder.course.course import Course
from autograder.problems import UsageError


def run_step(
    step: Callable[..., Any],
    course: Course,
    assignment: str,
    adapt: Callable[[Any], None] = lambda converter: None,
    **directories: str,
) -> None:
    """Run one of nbgrader's converters, replacing what it made before.

    Parameters
    ----------
    step
        The converter's class.
    adapt
        Called with the converter before it starts.
    directories
        In place of the course's, such as `release_directory`.

    Raises
    ------
    UsageError
        nbgrader refused; the message has the line that says why.
    """
    config = copy.deepcopy(course.config)
    config.CourseDirectory.update({**directories, "assignment_id": assignment})
    try:
        directory = CourseDirectory(config=config)
    except TraitError as error:  # the name has what nbgrader keeps for itself
        raise UsageError(f"an assignment cannot be called {assignment!r}: {error}") from None
    converter = step(coursedir=directory, config=config)
    converter.force = True
    adapt(converter)
    outcome = capture_log(converter)
    if not outcome["success"]:
        name = type(converter).__name__
        raise UsageError(f"nbgrader's {name} refused {assignment}: {_cause(outcome)}")


def generate(course: Course, assignment: str, into: Path, *, database: bool) -> Path:
    """Make the students' version of an assignment; return its folder.

    Parameters
    ----------
    into
        The folder for it, in place of the course's.
    database
        Whether the gradebook, which must be there, gets to know the assignment.
    """
    # Late: they import all of nbconvert, and grading needs it only for a new gradebook.
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    def adapt(converter: Any) -> None:
        converter.no_database = not database
        if not database:
            # nbgrader's SaveCells writes to the gradebook whatever no_database says.
            kept = [step for step in converter.preprocessors if step is not SaveCells]
            converter.preprocessors = kept

    run_step(GenerateAssignment, course, assignment, adapt, release_directory=str(into))
    made = into / assignment
    for path in made.glob("*.ipynb"):
        _canonical(path)
    return made


def _canonical(path: Path) -> None:
    """Write a notebook in the one form in which it is committed."""
    text = nbformat.writes(nbformat.read(path, as_version=4), version=4)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def _cause(outcome: dict[str, Any]) -> str:
    """Return, of a failed step, the line that says why."""
    text = f"{outcome.get('log', '')}\n{outcome.get('error', '')}"
    # The exception's own line; the last ones only say that there was one.
    lines = re.findall(r"^\s*([\w.]*(?:Error|Exception)\b.*)$", text, re.MULTILINE)
    return str(lines[0] if lines else text.strip().splitlines()[-1])
