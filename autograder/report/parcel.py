"""Feedback pages in one zip, named so that a learning platform gives each to its student."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collect.collect import collected
from autograder.course.course import Course
from autograder.course.plan import only_notebook
from autograder.problems import UsageError
from autograder.report.platforms import PLATFORMS


@dataclass(frozen=True)
class Parcel:
    """A zip that was made.

    Attributes
    ----------
    left_out
        Students with a page whom the platform could not tell from it.
    """

    file: Path
    students: int
    left_out: Sequence[str]


def make_parcel(course: Course, assignment: str, to: str, students: Sequence[str]) -> Parcel:
    """Write `reports/NAME-feedback-PLATFORM.zip` with the pages of students.

    Raises
    ------
    UsageError
        `collect` has seen none of them on this platform.
    """
    platform = PLATFORMS[to]
    page = f"{only_notebook(course.source(assignment))}.html"
    known = collected(course, assignment)
    paths = {student: platform.path(page, known.get(student, {})) for student in students}
    left_out = [student for student, path in paths.items() if not path]
    if len(left_out) == len(paths):
        raise UsageError(
            f"no page can be packed for {platform.name}: the names and numbers come from its own "
            f"download, which `autograder collect` has not read for {assignment}"
        )
    target = course.reports() / f"{assignment}-feedback-{to}.zip"
    draft = target.with_name(f"{target.name}.part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, path in paths.items():
            if path:
                archive.write(course.path("feedback", student, assignment) / page, path)
    draft.replace(target)
    return Parcel(target, len(paths) - len(left_out), left_out)
