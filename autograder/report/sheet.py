"""What a student's feedback page says, put together from the notebook that was graded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from markupsafe import Markup
from nbconvert.filters import strip_ansi

from autograder.course.plan import Plan, PlannedCell
from autograder.page import FAILED, FINDINGS
from autograder.report import shown
from autograder.report.formats import Row
from autograder.report.titles import cell_title

State: TypeAlias = Literal["right", "part", "wrong", "open"]
NOTHING = Markup("")
#: Errors whose text says everything: their class is not named.
OWN_ERRORS = ("CheckFailed", "CheckMissing", "CellTimeout", "HiddenTests", "AssertionError")


@dataclass(frozen=True)
class Fault:
    """One thing that went wrong in a test.

    Attributes
    ----------
    name
        The mistake where it is a known one, otherwise what was seen.
    hint
        What to think about; nothing where the mistake is not known.
    seen
        How many cases agree, in a few words.
    """

    name: str
    hint: str = ""
    seen: str = ""


@dataclass(frozen=True)
class Item:
    """A graded cell.

    Attributes
    ----------
    points
        None where a person has still to give them.
    by_hand
        Whether a person gave them.
    details
        The check's own report, or the test that failed.
    answer
        What was written, where a person gives the points; `question` stands before it.
    comment
        What a person said about it.
    """

    id: str
    title: str
    points: float | None
    most: float
    by_hand: bool = False
    faults: Sequence[Fault] = ()
    details: Sequence[Markup] = ()
    question: Markup = NOTHING
    answer: Markup = NOTHING
    comment: str = ""

    @property
    def short(self) -> str:
        """The title without the function's name."""
        return self.title.rpartition(": ")[2]

    @property
    def state(self) -> State:
        """How it went."""
        if self.points is None:
            return "open"
        if self.points >= self.most:
            return "right"
        return "part" if self.points > 0 else "wrong"


@dataclass(frozen=True)
class Code:
    """A cell of the student's own code, and what it put out."""

    source: Markup
    outputs: Sequence[Markup] = ()


@dataclass
class Exercise:
    """What stands below one heading."""

    title: str
    items: list[Item] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def points(self) -> float:
        """The points so far."""
        return sum(item.points or 0.0 for item in self.items)

    @property
    def most(self) -> float:
        """The points that there are."""
        return sum(item.most for item in self.items)

    @property
    def open(self) -> float:
        """Points that a person has still to give."""
        return sum(item.most for item in self.items if item.points is None)


@dataclass(frozen=True)
class Mistake:
    """A fault, and everywhere where it shows: what the page says first."""

    fault: Fault
    places: Sequence[tuple[str, Item]]

    @property
    def lost(self) -> float:
        """The points that it cost."""
        return sum(item.most - (item.points or 0.0) for _, item in self.places)


@dataclass(frozen=True)
class Sheet:
    """A student's page.

    Attributes
    ----------
    unreadable
        Why nothing could be graded; otherwise nothing.
    """

    title: str
    row: Row
    exercises: Sequence[Exercise]
    unreadable: str = ""

    @property
    def open(self) -> float:
        """Points that a person has still to give."""
        return sum(exercise.open for exercise in self.exercises)

    @property
    def mistakes(self) -> Sequence[Mistake]:
        """What went wrong, in the order of the assignment; the same thing is said once."""
        found: dict[str, Mistake] = {}
        for exercise in self.exercises:
            for item in exercise.items:
                for fault in item.faults:
                    shape = re.sub(r"\d+", "0", fault.name)  # numbers make no other mistake
                    before = found.get(shape, Mistake(fault, ()))
                    places = (*before.places, (exercise.title, item))
                    found[shape] = Mistake(before.fault, places)
        # That hidden tests failed says less than anything else.
        return sorted(found.values(), key=lambda mistake: mistake.fault.name == FAILED)


def read_sheet(
    plan: Plan,
    notebook: Any,
    row: Row,
    comments: Mapping[str, str],
    *,
    unreadable: str = "",
    plain: bool = False,
) -> Sheet:
    """Return what a page says.

    Parameters
    ----------
    notebook
        As it was graded, hidden tests taken out of it.
    row
        The scores, by the gradebook.
    comments
        A person's, by cell.
    unreadable
        Why nothing could be graded.
    plain
        Show all text as it was typed: nothing in it can take long.
    """
    title, outline = _outline(plan)
    if unreadable:
        return Sheet(title, row, (), unreadable)
    exercises: dict[str, Exercise] = {}
    for cell, planned, place in _walk(plan, notebook.cells, outline):
        exercise = exercises.setdefault(place, Exercise(place))
        if planned is not None and planned.graded:
            said = comments.get(planned.id, "")
            points, by_hand = row.cells.get(planned.id), planned.id in row.by_hand
            item = Item(planned.id, "", points, planned.points, by_hand, comment=said)
            fill = _answer if planned.manual else _test
            exercise.items.append(fill(item, cell, planned, plan, plain))
        elif cell.cell_type == "code":
            if planned is not None and planned.id in comments:
                exercise.comments.append(comments[planned.id])
            exercise.codes += _code(cell, plan, plain)
    return Sheet(title, row, [each for each in exercises.values() if each.items])


def _outline(plan: Plan) -> tuple[str, dict[str, str]]:
    """Return the assignment's title, and of every cell the heading below which it stands.

    Prose is known by its text: in a notebook that was graded it has other ids.
    """
    title, place = "", ""
    outline = {}
    for cell in plan.cells:
        first = cell.released.lstrip().partition("\n")[0]
        if cell.type == "markdown" and not cell.graded and first.startswith(("# ", "## ")):
            place = first.lstrip("# ").strip()
            title = title or place
        outline[cell.id if cell.nbgrader else cell.released] = place
    return title or plan.assignment, outline


def _walk(
    plan: Plan, cells: Sequence[Any], outline: Mapping[str, str]
) -> Iterator[tuple[Any, PlannedCell | None, str]]:
    """Yield cells with what is planned of them, and their heading; added ones stay with others."""
    place = ""
    for cell in cells:
        name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        place = outline.get(name or cell.source, place)
        yield cell, plan.by_id.get(name), place


def _test(item: Item, cell: Any, planned: PlannedCell, plan: Plan, plain: bool) -> Item:
    """Return a test: what it found, and its own words for it."""
    found = cell.get("outputs", [])
    details = [shown.drawing(each) for each in found if each.output_type == "display_data"]
    if not planned.calls:
        tested = Markup('<pre class="code">{}</pre>').format(shown.code(planned.released, plain))
        details = [tested, *shown.outputs([o for o in found if o.output_type != "error"])]
    title = cell_title(planned) or planned.id
    lost = item.points is not None and item.points < item.most
    return replace(
        item,
        title=title,
        faults=tuple(_faults(cell)) if lost else (),
        details=[each for each in details if each] if lost else (),
    )


def _faults(cell: Any) -> Iterator[Fault]:
    """Yield what went wrong in a test, the mistake before what only says that there is one."""
    ours = cell.metadata.get("autograder", {})
    known = [each for each in ours.get(FINDINGS, []) if isinstance(each, dict)]
    for each in known:
        yield Fault(*(str(each.get(key, "")) for key in ("name", "hint", "seen")))
    for output in cell.get("outputs", []):
        if output.output_type != "error" or (known and output.ename == "CheckFailed"):
            continue
        said = strip_ansi(output.evalue).strip() or "an assert failed"
        if output.ename == "CheckFailed":  # graded by an earlier version
            said = said.splitlines()[-1].removeprefix("It looks like this: ").removesuffix(".")
        yield Fault(said if output.ename in OWN_ERRORS else f"{output.ename}: {said}")


def _answer(item: Item, cell: Any, planned: PlannedCell, plan: Plan, plain: bool) -> Item:
    """Return what was written, behind the question."""
    before = plan.cells[: plan.cells.index(planned)]
    asked = next((each.released for each in reversed(before) if each.type == "markdown"), "")
    if cell.cell_type == "markdown":
        answer = shown.markdown(cell.source, plain)
    else:
        parts = [Markup('<pre class="code">{}</pre>').format(shown.code(cell.source, plain))]
        answer = Markup("").join([*parts, *shown.outputs(cell.get("outputs", []))])
    question = shown.markdown(re.sub(r"(?m)^#+ .*", "", asked))
    return replace(item, title="Your answer", question=question, answer=answer)


def _code(cell: Any, plan: Plan, plain: bool) -> list[Code]:
    """Return a cell of code, if the student wrote it, or it put something out."""
    put_out = shown.outputs(cell.get("outputs", []))
    if not put_out and any(cell.source == each.released for each in plan.cells):
        return []
    return [Code(shown.code(cell.source, plain), put_out)]
