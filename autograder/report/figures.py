"""What a class's results say, counted: for the class report."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

from autograder.course.plan import Plan, PlannedCell
from autograder.problems import HIDDEN
from autograder.report.formats import Row
from autograder.report.titles import cell_title, hint_of, part_title
from autograder.result import alike

BINS = 10
#: Problems that show that locked cells were touched. They were put back; nobody loses points.
TOUCHED = ("restored", "duplicate")


@dataclass(frozen=True)
class Bin:
    """A column of the histogram."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Question:
    """How a graded cell went.

    Attributes
    ----------
    full, part, none
        How many students have all, some, or none of the points.
    waiting
        How many a person has still to grade.
    """

    cell: str
    title: str
    points: float
    full: int
    part: int
    none: int
    waiting: int
    mean: float

    @property
    def rate(self) -> float:
        """The share of those graded who have all points."""
        return self.full / max(1, self.full + self.part + self.none)


@dataclass(frozen=True)
class Catch:
    """A case, and of those who have a mistake in what it checks, how many it caught.

    Cases of one name in one part count as one.
    """

    case: str
    place: str
    which: str
    caught: int
    ran: int


@dataclass(frozen=True)
class Mistake:
    """A misconception, who has it, and which cases catch it, the best first.

    Attributes
    ----------
    hint
        What can be said about it in class.
    hidden_only
        How many of them only hidden cases caught: their own checks told them nothing.
    """

    name: str
    hint: str
    students: tuple[str, ...]
    cells: tuple[str, ...]
    catches: tuple[Catch, ...]
    hidden_only: int

    @property
    def telling(self) -> bool:
        """Whether some case catches it that another does not."""
        return any(catch.caught < catch.ran for catch in self.catches)


@dataclass(frozen=True)
class Unnamed:
    """A wrong answer that no misconception explains, and who gave it.

    Attributes
    ----------
    place
        What was checked.
    example
        The first wrong value.
    """

    place: str
    example: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Trouble:
    """A kind of problem, how many students have it, and what is said most often."""

    kind: str
    students: int
    example: str


@dataclass(frozen=True)
class Sign:
    """A student's locked cells that were not as they were released."""

    student: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Everything that the report shows."""

    assignment: str
    max_score: float
    rows: Sequence[Row]
    bins: Sequence[Bin]
    questions: Sequence[Question]
    mistakes: Sequence[Mistake]
    unexplained: int
    unnamed: Sequence[Unnamed]
    troubles: Sequence[Trouble]
    slowest: Sequence[tuple[str, float]]
    unreadable: Sequence[tuple[str, str]]
    signs: Sequence[Sign]
    identical: Sequence[Sequence[str]]

    @property
    def median(self) -> float:
        """The median score."""
        return median(row.score for row in self.rows)

    @property
    def mean(self) -> float:
        """The mean score."""
        return mean(row.score for row in self.rows)

    @property
    def waiting(self) -> int:
        """How many students have answers that nobody has graded yet."""
        return sum(row.ungraded for row in self.rows)

    @property
    def open(self) -> float:
        """The points of questions that a person has still to grade for somebody."""
        return sum(question.points for question in self.questions if question.waiting)

    @property
    def ranking(self) -> Sequence[Row]:
        """All students, the best first."""
        return sorted(self.rows, key=lambda row: (-row.score, row.student))


def count(plan: Plan, rows: Sequence[Row], entries: Mapping[str, Mapping[str, Any]]) -> Figures:
    """Count what scores and journal entries say.

    Parameters
    ----------
    rows
        From the gradebook; at least one.
    entries
        From the journal, by student.
    """
    found = {row.student: entries[row.student] for row in rows if row.student in entries}
    problems = [
        (student, problem) for student, entry in found.items() for problem in entry["problems"]
    ]
    mistakes, unexplained = _mistakes(found)
    slow = sorted(((entry["seconds"], student) for student, entry in found.items()), reverse=True)
    return Figures(
        assignment=plan.assignment,
        max_score=plan.max_score,
        rows=rows,
        bins=histogram([row.score for row in rows], plan.max_score),
        questions=sorted(
            (_question(cell, rows) for cell in plan.cells if cell.graded),
            key=lambda question: (question.waiting > 0, question.rate),
        ),
        mistakes=mistakes,
        unexplained=unexplained,
        unnamed=_unnamed(found),
        troubles=_troubles(problems),
        slowest=[(student, seconds) for seconds, student in slow[:10]],
        unreadable=[(who, p["detail"]) for who, p in problems if p["kind"] == "unreadable"],
        signs=_signs(problems),
        identical=alike(found.values()),
    )


def histogram(scores: Iterable[float], highest: float) -> list[Bin]:
    """Count scores in bins of one width; the last holds the highest score, too.

    >>> [found.count for found in histogram([0, 5, 10, 99, 100], 100)]
    [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    """
    width = (highest or 1.0) / BINS
    counts = Counter(min(int(score / width), BINS - 1) for score in scores)
    return [Bin(n * width, (n + 1) * width, counts[n]) for n in range(BINS)]


def _question(cell: PlannedCell, rows: Sequence[Row]) -> Question:
    scores = [row.cells.get(cell.id) for row in rows]
    given = [score for score in scores if score is not None]
    full = sum(score >= cell.points for score in given)
    none = sum(score <= 0 < cell.points for score in given)
    return Question(
        cell=cell.id,
        title=cell_title(cell),
        points=cell.points,
        full=full,
        part=len(given) - full - none,
        none=none,
        waiting=len(scores) - len(given),
        mean=mean(given) if given else 0.0,
    )


@dataclass
class _Tally:
    """What is counted for one misconception."""

    students: dict[str, None] = field(default_factory=dict)
    cells: dict[str, None] = field(default_factory=dict)
    checks: dict[str, None] = field(default_factory=dict)
    caught: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    ran: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    hidden_only: int = 0

    def add(self, student: str, name: str, outcomes: Sequence[Mapping[str, Any]]) -> None:
        """Count a student who has the misconception."""
        here = [outcome for outcome in outcomes if outcome["misconception"] == name]
        checks = list(dict.fromkeys(outcome["check"] for outcome in here))
        self.students[student] = None
        self.checks.update(dict.fromkeys(checks))
        self.cells.update(dict.fromkeys(outcome["where"] for outcome in here))
        self.hidden_only += all(outcome["which"] == "hidden" for outcome in here)
        for outcome in outcomes:
            key = outcome["check"], outcome["part"], outcome["which"]
            if outcome["check"] in checks:
                self.ran[key] += 1
                self.caught.update((*key, case) for case in set(outcome["failed"]))

    def mistake(self, name: str) -> Mistake:
        """Return the sum."""
        catches = [
            Catch(case, part_title(check, part), which, caught, self.ran[check, part, which])
            for (check, part, which, case), caught in self.caught.items()
        ]
        catches.sort(key=lambda c: (-c.caught, c.which == "hidden", c.place, c.case))
        return Mistake(
            name,
            next(filter(None, (hint_of(check, name) for check in self.checks)), ""),
            tuple(self.students),
            tuple(self.cells),
            tuple(catches),
            self.hidden_only,
        )


def _mistakes(entries: Mapping[str, Mapping[str, Any]]) -> tuple[list[Mistake], int]:
    """Return the misconceptions, the commonest first, and how many have only unknown mistakes."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    unexplained = 0
    for student, entry in entries.items():
        outcomes = entry.get("outcomes", [])
        names = dict.fromkeys(o["misconception"] for o in outcomes if o["misconception"])
        unexplained += not names and any(outcome["failed"] for outcome in outcomes)
        for name in names:
            tallies[name].add(student, name, outcomes)
    found = [tally.mistake(name) for name, tally in tallies.items()]
    return sorted(found, key=lambda mistake: (-len(mistake.students), mistake.name)), unexplained


def _unnamed(entries: Mapping[str, Mapping[str, Any]]) -> list[Unnamed]:
    """Return wrong answers without a name, those first that most students gave.

    Of each check the first part counts where a student's answer has no name: what stands on it is
    wrong in many ways. Visible cases are the same for everybody; hidden ones count where no visible
    one failed.
    """
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    said: dict[tuple[str, ...], tuple[str, str]] = {}
    for student, entry in entries.items():
        outcomes = sorted(entry.get("outcomes", []), key=lambda o: o["which"] == "hidden")
        named = {outcome["check"] for outcome in outcomes if outcome["misconception"]}
        done: set[str] = set()
        for outcome in outcomes:
            check, part = outcome["check"], outcome["part"]
            if not outcome.get("digest") or check in done | named:
                continue
            done.add(check)
            key = check, part, outcome["which"], outcome["digest"]
            groups[key].append(student)
            said.setdefault(key, (part_title(check, part), outcome["example"]))
    found = [Unnamed(*said[key], tuple(students)) for key, students in groups.items()]
    return sorted(found, key=lambda unnamed: (-len(unnamed.students), unnamed.place))


def _troubles(problems: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Trouble]:
    students: dict[str, set[str]] = defaultdict(set)
    details: dict[str, Counter[str]] = defaultdict(Counter)

    for student, problem in problems:
        students[problem["kind"]].add(student)
        # The page may be shown to the class: of hidden tests it says only that they failed.
        hidden = problem["detail"].startswith(HIDDEN)
        said = "hidden tests did not pass" if hidden else problem["detail"]
        details[problem["kind"]][said] += 1
    found = [
        Trouble(kind, len(who), details[kind].most_common(1)[0][0])
        for kind, who in students.items()
    ]
    return sorted(found, key=lambda trouble: (-trouble.students, trouble.kind))


def _signs(problems: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Sign]:
    """Return who touched locked cells; most first."""
    details: dict[str, list[str]] = defaultdict(list)
    for student, problem in problems:
        if problem["kind"] in TOUCHED:
            details[student].append(f"{problem['where']}: {problem['detail']}")
    found = [Sign(student, tuple(said)) for student, said in details.items()]
    return sorted(found, key=lambda sign: (-len(sign.details), sign.student))
