"""Feedback pages, by nbgrader's own generator, with the hidden tests taken out."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback

from autograder.aside import Aside, LostError
from autograder.course.course import Course
from autograder.course.steps import run_step
from autograder.problems import UsageError, printable
from autograder.report.hide import HideTests
from autograder.report.plain import PlainText

#: Seconds that a page may compute; an honest one takes less than one.
SECONDS = 5


@dataclass(frozen=True)
class Pages:
    """Who has a feedback page, and who has none, with the reason."""

    students: list[str]
    missing: Mapping[str, str]


def make_feedback(course: Course, assignment: str) -> Pages:
    """Write `feedback/STUDENT/NAME/*.html` for everybody who was graded.

    A page that cannot be made as it is shows its text as it was typed; if that fails, too, this
    student has none.

    Raises
    ------
    UsageError
        Nobody was graded, or nbgrader could not make any page.
    """
    course.require_assignment(assignment)
    graded = sorted(
        path.parent.name
        for path in course.path("autograded", "_", assignment).parents[1].glob(f"*/{assignment}")
    )
    if not graded:
        raise UsageError(f"nobody is graded yet: run `autograder grade {assignment}`")
    refused = ""
    with course.lock(), contextlib.ExitStack() as stack:
        generator = _Generator(stack)
        try:
            run_step(GenerateFeedback, course, assignment, generator.adapt)
        except UsageError as error:  # it goes through all students, and then says that some failed
            refused = str(error)
    made = [name for name in graded if _has_page(course, name, assignment)]
    if not made:
        raise UsageError(refused or f"nbgrader made no page for {assignment}")
    reason = refused or "nbgrader made no page"
    missing = {name: generator.failed.get(name, reason) for name in graded if name not in made}
    return Pages(made, missing)


class _Generator:
    """Lets nbgrader's generator make each page in a process aside."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self.failed: dict[str, str] = {}

    def adapt(self, converter: Any) -> None:
        """Take hidden tests out, also in a course whose configuration does not say so.

        After GetGrades, which reads the cells, and before the page is styled.
        """
        first, *others = converter.preprocessors
        if not any(str(name).endswith(f".{HideTests.__name__}") for name in others):
            others.insert(0, f"{HideTests.__module__}.{HideTests.__name__}")
        converter.preprocessors = [first, *others]
        convert = converter.convert_single_notebook
        text: Any = PlainText(enabled=False)  # type: ignore[no-untyped-call]
        aside: Aside | None = None

        def work(job: tuple[str, bool]) -> None:
            path, text.enabled = job
            convert(path)

        def convert_aside(path: str) -> None:
            nonlocal aside
            if aside is None:  # now the converter is ready
                converter.exporter.register_preprocessor(text)
                aside = self._stack.enter_context(Aside(work, SECONDS))
            try:
                aside((path, False))
            except LostError:
                try:
                    aside((path, True))
                except LostError as error:
                    self.failed[Path(path).parts[-3]] = printable(str(error))
                    raise

        converter.convert_single_notebook = convert_aside


def _has_page(course: Course, student: str, assignment: str) -> bool:
    return any(course.path("feedback", student, assignment).glob("*.html"))
