"""Writes results, one submission at a time: the notebook, the scores, the journal."""

import contextlib
import logging
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from nbformat.v4 import new_notebook
from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, select, update

from autograder.course.course import Course
from autograder.course.journal import Journal, recorded
from autograder.course.plan import Plan
from autograder.record.gradebook import enter_into_gradebook, open_gradebook, sole_writer
from autograder.result import Graded


@contextlib.contextmanager
def recording(course: Course, plan: Plan) -> Iterator["Recorder"]:
    """Open the gradebook as its only writer, and tell it of the assignment.

    Raises
    ------
    UsageError
        The gradebook cannot be used, another grader writes to it, or it has other cells.
    """
    with open_gradebook(course) as gradebook, sole_writer(course, gradebook):
        enter_into_gradebook(course, plan, gradebook)
        yield Recorder(course, plan, gradebook)


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
class _Entered:
    """What the gradebook has of an assignment's notebook: its own objects forget with each commit.

    Attributes
    ----------
    names
        Names of cells by the gradebook's own ids.
    """

    id: str
    assignment_id: str
    duedate: datetime | None
    names: Mapping[str, str]


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
        known = self._notebooks()
        return {name: entry for name, entry in self._latest.items() if name in known}

    def scores(self) -> dict[str, dict[str, tuple[float | None, float | None]]]:
        """Return what the gradebook has: points by student and cell, ours and a person's."""
        rows = self._select(Grade.cell_id, Grade.auto_score, Grade.manual_score, joined=Grade)
        found: dict[str, dict[str, tuple[float | None, float | None]]] = {}
        for student, cell, automatic, manual in rows:
            found.setdefault(student, {})[self._notebook.names[cell]] = automatic, manual
        return found

    @property
    def _journal(self) -> Journal:
        return recorded(self.course.state, self.plan.assignment)

    @cached_property
    def _latest(self) -> dict[str, Mapping[str, Any]]:
        return dict(self._journal.latest())

    def _notebooks(self, *students: str) -> dict[str, str]:
        """Return the gradebook's ids of submitted notebooks by student, of everybody by default."""
        rows = self._select(SubmittedNotebook.id)
        if students:
            rows = rows.filter(SubmittedAssignment.student_id.in_(students))
        return dict(rows)

    def _select(self, *columns: Any, joined: Any = None) -> Any:
        """Ask for columns behind the student, without nbgrader's objects, which load far more."""
        rows = self.gradebook.db.query(SubmittedAssignment.student_id, *columns)
        rows = rows.select_from(SubmittedNotebook).join(SubmittedNotebook.assignment)
        rows = rows.filter(SubmittedNotebook.notebook_id == self._notebook.id)
        return rows if joined is None else rows.join(joined)

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
        """Set the automatic scores and comments, and when it was handed in."""
        before = self._latest.get(graded.student, {})
        with _one_transaction(self.gradebook.db):
            notebook = self._submitted(graded.student, handed_in)
            self._write_grades(notebook, graded, before, entry)
            self._write_comments(notebook, graded)
        if self._is_late(graded.student):
            self._subtract_late_penalty(graded)

    def _submitted(self, student: str, handed_in: datetime | None) -> str:
        """Return the id of a student's notebook, of now; nbgrader makes it where there is none."""
        gradebook, assignment = self.gradebook, self.plan.assignment
        if student not in self._known:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(assignment, student, timestamp=handed_in)
            self._known.update(self._notebooks(student))
            return self._known[student]
        time = parse_utc(handed_in)
        mine = (SubmittedAssignment.student_id == student) & (
            SubmittedAssignment.assignment_id == self._notebook.assignment_id
        )
        gradebook.db.execute(update(SubmittedAssignment).where(mine).values(timestamp=time))
        return self._known[student]

    def _write_grades(
        self, notebook: str, graded: Graded, before: Mapping[str, Any], entry: Mapping[str, Any]
    ) -> None:
        """Set the automatic scores; what a person gave stays.

        nbgrader asks a person to look again at everything that a person graded. Here they are
        asked only where something was handed in since that they have not seen.
        """
        table = Grade.__table__
        rows = self.gradebook.db.execute(
            select(table.c.id, table.c.cell_id, table.c.manual_score, table.c.needs_manual_grade)
            .where(table.c.notebook_id == notebook)
        )  # fmt: skip
        values = []
        for number, cell, manual, was_asked in rows:
            name = self._notebook.names[cell]
            score = graded.scores[name]
            if manual is None:
                asked = score is None
            else:
                asked = was_asked or not _the_same_work(name, before, entry)
            values.append({"number": number, "score": score, "asked": asked})
        self._update(table, values, auto_score="score", needs_manual_grade="asked")

    def _write_comments(self, notebook: str, graded: Graded) -> None:
        """Say of each written answer whether it is there."""
        table = Comment.__table__
        rows = self.gradebook.db.execute(
            select(table.c.id, table.c.cell_id).where(table.c.notebook_id == notebook)
        )
        values = [
            {
                "number": number,
                "comment": "No response."
                if self._notebook.names[cell] in graded.unanswered
                else None,
            }
            for number, cell in rows
        ]
        self._update(table, values, auto_comment="comment")

    def _update(self, table: Any, values: list[dict[str, Any]], **columns: str) -> None:
        """Set columns of rows to the values of that name, in one statement."""
        if values:
            change = update(table).where(table.c.id == bindparam("number"))
            names: dict[str, Any] = {column: bindparam(name) for column, name in columns.items()}
            self.gradebook.db.connection().execute(change.values(names), values)

    def _is_late(self, student: str) -> bool:
        if self._notebook.duedate is None:
            return False
        submission = self.gradebook.find_submission(self.plan.assignment, student)
        return bool(submission.total_seconds_late > 0)

    @cached_property
    def _notebook(self) -> "_Entered":
        """What the gradebook has of the assignment's notebook."""
        notebook = self.gradebook.find_notebook(self.plan.notebook, self.plan.assignment)
        cells = [*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells]
        return _Entered(
            id=notebook.id,
            assignment_id=notebook.assignment_id,
            duedate=notebook.assignment.duedate,
            names={cell.id: cell.name for cell in cells},
        )

    @cached_property
    def _known(self) -> dict[str, str]:
        """Ids of submitted notebooks, by student: once made, they stay."""
        return self._notebooks()

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
