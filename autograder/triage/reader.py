"""Reads submissions in a process aside: whatever is in one, it is named, and the next is read."""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.aside import Aside, LostError
from autograder.course.plan import Plan
from autograder.problems import Problem, UnreadableError
from autograder.triage.files import read_bytes
from autograder.triage.triage import Submission, blank, read_submission

#: Seconds that reading a submission may compute; an honest one takes some hundredths.
SECONDS = 5
#: So many files of a folder are looked at.
MOST_FILES = 100
#: How the fingerprint of a submission begins that could not be read within its limits.
BY_FILES = "files "


class Reader:
    """Reads the submissions of an assignment."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._aside = Aside(self._read, SECONDS, shared=plan.cells)

    def read(
        self, student: str, folder: Path, before: Mapping[str, Any] | None = None
    ) -> Submission:
        """Return what a student handed in; never raise for what that is.

        Parameters
        ----------
        before
            The student's recorded entry: what held up its reader then is not tried again.
        """
        recorded = str((before or {}).get("fingerprint", ""))
        if before and recorded.startswith(BY_FILES) and recorded == _fingerprint(folder):
            return self._lost(student, recorded, before["problems"][0]["detail"])
        try:
            found: Submission = self._aside((student, folder))
        except LostError as error:
            return self._lost(student, _fingerprint(folder), f"it could not be read: {error}")
        return found

    def close(self) -> None:
        """End the process."""
        self._aside.close()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _read(self, job: tuple[str, Path]) -> Submission:
        return read_submission(*job, self._plan)

    def _lost(self, student: str, fingerprint: str, reason: str) -> Submission:
        fault = Problem("unreadable", f"{self._plan.notebook}.ipynb", reason)
        return Submission(student, blank(self._plan), fingerprint, fault=fault)


def _fingerprint(folder: Path) -> str:
    """Return a fingerprint of the bytes alone."""
    found = hashlib.sha256()
    for path in sorted(folder.iterdir())[:MOST_FILES]:
        found.update(os.fsencode(path.name) + b"\0")
        with suppress(UnreadableError, OSError):
            found.update(read_bytes(path))
    return BY_FILES + found.hexdigest()
