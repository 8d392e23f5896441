"""The end of an assignment: points so far, what is missing, and what to do next."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from typing import Literal, TypeAlias

from cnnlib.desk.assignment import Assignment, Cell
from cnnlib.desk.course import Course
from cnnlib.desk.welcome import write_page

#: How a graded cell stands.
State: TypeAlias = Literal["passed", "failed", "not written", "not run", "answered", "not answered"]
#: What is said of cells in each state, and what to do about the first of them.
SAID: Mapping[State, tuple[str, str]] = {
    "failed": ("does not pass yet", "read what its check says, and fix it"),
    "not written": ("not written yet", "write it"),
    "not run": ("its check has not run", "run its cells, from the top"),
    "not answered": ("not answered yet", "write your answer"),
    "answered": ("answered; a person will grade it", ""),
    "passed": ("✓", ""),
}
#: So an answer begins that nobody has written.
UNTOUCHED = "YOUR ANSWER HERE"


@dataclass
class Results:
    """What came of checks and of whole cells since the kernel started.

    Attributes
    ----------
    checks
        By check and part: `passed`, `failed` or `not written`.
    cells
        By the source of a cell: whether it ran without an error.
    """

    checks: dict[tuple[str, str], State] = field(default_factory=dict)
    cells: dict[str, bool] = field(default_factory=dict)

    def of(self, cell: Cell, parts: Callable[[str], Sequence[str]]) -> State:
        """Return how a graded cell stands.

        Parameters
        ----------
        parts
            Gives the parts of a check by its name.
        """
        if cell.by_hand:
            untouched = cell.source.strip() in ("", UNTOUCHED)
            return "not answered" if untouched else "answered"
        if not cell.calls:
            ran = self.cells.get(cell.source.strip())
            return "not run" if ran is None else "passed" if ran else "failed"
        found: set[State] = {
            self.checks.get((call.check, part), "not run")
            for call in cell.calls
            for part in ([call.part] if call.part is not None else parts(call.check))
        }
        states: tuple[State, ...] = ("failed", "not written", "not run")
        return next((state for state in states if state in found), "passed")


@dataclass(frozen=True)
class Summary:
    """Where a student is in an assignment, as text and, in a notebook, as a table."""

    assignment: Assignment
    states: Mapping[str, State]
    due: str = ""

    def earned(self, cells: Sequence[Cell]) -> float:
        """Return the points of those cells that pass."""
        return sum(cell.points for cell in cells if self.states[cell.id] == "passed")

    @property
    def open(self) -> float:
        """The points that a person gives."""
        return sum(cell.points for cell in self.assignment.graded if cell.by_hand)

    @property
    def headline(self) -> str:
        """Points so far, and out of how many."""
        cells, all_of_it = self.assignment.graded, self.assignment.points
        by_person = f"; a person will grade the other {self.open:g}" if self.open else ""
        return f"{self.earned(cells):g} of {all_of_it - self.open:g} points so far{by_person}."

    @property
    def rows(self) -> list[tuple[str, float, float, str]]:
        """For each exercise: its heading, points, out of how many, and how it stands."""
        found = []
        for heading, cells in self.assignment.exercises.items():
            there = [self.states[cell.id] for cell in cells]
            words = [said for state, (said, _) in SAID.items() if state in there]
            shown = words[:-1] if len(words) > 1 and words[-1] == "✓" else words
            found.append(
                (heading, self.earned(cells), sum(c.points for c in cells), "; ".join(shown))
            )
        return found

    @property
    def next(self) -> str:
        """What to do now."""
        for heading, cells in self.assignment.exercises.items():
            for cell in cells:
                if todo := SAID[self.states[cell.id]][1]:
                    stop = "" if heading.endswith(("?", "!", ".")) else "."
                    return f"Next: {heading}{stop} Please {todo}."
        due = f" by {self.due}" if self.due else ""
        return f"All done. Save, and hand in {self.assignment.name}.ipynb{due}."

    @property
    def notes(self) -> list[str]:
        """What else should be known."""
        notes = [self.next]
        if self.due and not self.next.startswith("All done"):
            notes.append(f"Hand it in by {self.due}.")
        return [*notes, "When it is graded, the checks run again with more cases of the same kind."]

    def show(self) -> None:
        """Draw it in a notebook, print it elsewhere."""
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        if shell is not None:
            sys.modules["IPython"].display.display(self)
        else:
            print(self)

    def __str__(self) -> str:
        """Return it as text."""
        width = max(len(row[0]) for row in self.rows)
        lines = [
            f"  {heading:<{width}}  {got:>3g} of {of:>2g}  {said}"
            for heading, got, of, said in self.rows
        ]
        return "\n".join([self.headline, "", *lines, "", *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        cell = 'style="text-align: {}; padding: 2px 12px 2px 0; white-space: normal"'
        left, right = cell.format("left"), cell.format("right")
        rows = "".join(
            f"<tr><td {left}>{escape(heading)}</td><td {right}>{_bar(got / of)}</td>"
            f"<td {right}>{got:g} of {of:g}</td><td {left}>{escape(said)}</td></tr>"
            for heading, got, of, said in self.rows
        )
        first, *notes = self.notes
        return (
            f'<section aria-label="Points so far"><p><strong>{escape(self.headline)}</strong></p>'
            f'<table style="border-collapse: collapse; margin: 0 0 1em">{rows}</table>'
            f"<p><strong>{escape(first)}</strong></p><p>{'<br>'.join(map(escape, notes))}</p>"
            "</section>"
        )


def sum_up(
    assignment: Assignment,
    results: Results,
    parts: Callable[[str], Sequence[str]],
    course: Course | None,
) -> Summary:
    """Sum an assignment up; where it was handed out, the points are noted for the welcome page."""
    states = {cell.id: results.of(cell, parts) for cell in assignment.graded}
    handed_out = course.handed_out(assignment.name) if course is not None else None
    summary = Summary(assignment, states, handed_out.due_text if handed_out is not None else "")
    if course is not None and handed_out is not None:
        with suppress(OSError):  # the page is a convenience
            course.note_points(assignment.name, summary.earned(assignment.graded))
            write_page(course)
    return summary


def _bar(share: float) -> str:
    """Draw a share of points."""
    return (
        '<svg aria-hidden="true" width="72" height="10">'
        '<rect x="0.5" y="0.5" width="71" height="9" rx="3" fill="none" stroke="currentColor" '
        f'stroke-opacity="0.4"/><rect x="0.5" y="0.5" width="{71 * share:.1f}" height="9" rx="3" '
        'fill="#009E73"/></svg>'
    )
