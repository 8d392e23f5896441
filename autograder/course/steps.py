"""Runs nbgrader's own steps, each on one assignment."""

import copy
import re
from collections.abc import Callable
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log

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
    converter = step(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    adapt(converter)
    outcome = capture_log(converter)
    if not outcome["success"]:
        name = type(converter).__name__
        raise UsageError(f"nbgrader's {name} refused {assignment}: {_cause(outcome)}")


def _cause(outcome: dict[str, Any]) -> str:
    """Return, of a failed step, the line that says why."""
    text = f"{outcome.get('log', '')}\n{outcome.get('error', '')}"
    # The exception's own line; the last ones only say that there was one.
    lines = re.findall(r"^\s*([\w.]*(?:Error|Exception)\b.*)$", text, re.MULTILINE)
    return str(lines[0] if lines else text.strip().splitlines()[-1])
