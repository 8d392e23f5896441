"""Marks submissions in a process aside: what one did there costs the others nothing."""

import os
from collections.abc import Sequence
from dataclasses import replace

import nbformat

from autograder.aside import Aside, LostError, fork
from autograder.kept import Kept
from autograder.problems import Problem
from autograder.result import Graded
from autograder.run.execute import Run
from autograder.score import Marker
from autograder.triage.triage import Submission, Triaged, blank
from cnnlib.check.engine.referee import Referee

#: Seconds that marking a submission may compute; an honest one takes some tenths.
SECONDS = 10
#: How far what is computed for another day stands back behind all that is computed for this one.
PATIENT = 19


class Judge:
    """Marks the submissions of an assignment; pages come as text.

    Raises
    ------
    UsageError
        With the first mark: PyTorch cannot compute the references.
    """

    def __init__(self, marker: Marker) -> None:
        self._marker = marker
        self._aside = Aside(self._mark, SECONDS, prepare=self._prepare, shared=marker.plan.cells)

    def mark(self, submission: Submission, run: Run) -> Graded:
        """Return the marks; never raise for what the submission did."""
        try:
            marked: Graded = self._aside((submission.student, submission.triaged, run))
        except LostError as error:
            name = f"{self._marker.plan.notebook}.ipynb"
            fault = Problem("unreadable", name, f"could not be judged: {error}")
            return unreadable(self._marker, submission.student, fault)
        return marked

    def close(self) -> None:
        """End the process."""
        self._aside.close()

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _prepare(self) -> None:
        missing, kept = self._marker.prepare(), self._marker.kept
        missing = [referee for referee in missing if referee.computed_on == "cpu"]
        if missing and kept is not None:
            # Beside the marking, by a process that never sees a submission: others trust it later.
            fork(lambda _: _keep(missing, kept))

    def _mark(self, job: tuple[str, Triaged, Run]) -> Graded:
        return _written(self._marker.mark(*job))


def _keep(missing: Sequence[Referee], kept: Kept) -> None:
    os.nice(PATIENT)
    for referee in missing:
        kept.keep(referee)


def unreadable(marker: Marker, student: str, fault: Problem) -> Graded:
    """Return the marks of a submission of which nothing can be shown."""
    return _written(marker.unreadable(student, fault, blank(marker.plan)))


def _written(graded: Graded) -> Graded:
    return replace(graded, notebook=nbformat.writes(graded.notebook, version=4))
