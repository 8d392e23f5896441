"""What came of a submission and of its cells; a result as one line of a journal, and back again."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.problems import Outcome, Problem
from cnnlib.check.engine.verdict import Verdict

#: In a test cell's metadata: its outputs are our verdict, and nothing of the student's.
JUDGED = "judged"

#: What `grade --json` shows of an entry; the rest is for the grader itself and for the report.
SHOWN = ("student", "state", "score", "max_score", "problems", "seconds")


@dataclass(frozen=True)
class Mark:
    """What came of one cell.

    Attributes
    ----------
    outputs
        What it put out, made harmless; of a test's errors only what they say.
    points
        None where a person has to give them.
    verdicts
        What is shown in place of the outputs, the first that went wrong at the end; None where the
        outputs stay.
    outcomes
        What came of each part of a check that it called.
    hidden
        Whether its hidden tests passed; None where it has none, or where they do not matter.
    """

    outputs: Sequence[Any] = ()
    points: float | None = 0.0
    problem: Problem | None = None
    verdicts: tuple[Verdict, ...] | None = None
    outcomes: tuple[Outcome, ...] = ()
    hidden: bool | None = None


@dataclass(frozen=True)
class Graded:
    """A submission's marks and the notebook that shows them.

    Attributes
    ----------
    notebook
        As nbformat has it; as text where it is about to be kept.
    scores
        Points by cell id; None where a person has to give them.
    unanswered
        Ids of solution cells that were left as they were released.
    outcomes
        What came of each part of a check that ran: what the class report counts.
    answers
        Digests of the answers that a person grades, by cell id.
    """

    student: str
    scores: Mapping[str, float | None]
    max_score: float
    problems: tuple[Problem, ...]
    notebook: Any
    unanswered: frozenset[str]
    seconds: float
    readable: bool = True
    outcomes: tuple[Outcome, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The points so far."""
        return math.fsum(score for score in self.scores.values() if score is not None)

    @property
    def state(self) -> str:
        """`graded`, `graded with problems` or `unreadable`."""
        if not self.readable:
            return "unreadable"
        return "graded with problems" if self.problems else "graded"

    def to_dict(self) -> dict[str, Any]:
        """Return the result as `grade --json` shows it."""
        return {
            "student": self.student,
            "state": self.state,
            "score": self.score,
            "max_score": self.max_score,
            "problems": [asdict(problem) for problem in self.problems],
            "seconds": round(self.seconds, 3),
        }


def to_entry(graded: Graded, fingerprint: str, rules: str, work: str = "") -> dict[str, Any]:
    """Return a result as plain data.

    Parameters
    ----------
    graded
        The result.
    fingerprint
        Of what was handed in.
    rules
        Of what it was graded by.
    work
        Of the code in solutions.
    """
    return {
        **graded.to_dict(),
        "fingerprint": fingerprint,
        "rules": rules,
        "work": work,
        "scores": dict(graded.scores),
        "unanswered": sorted(graded.unanswered),
        "answers": dict(graded.answers),
        "outcomes": [
            {
                name: list(value) if name == "failed" else value
                for name, value in asdict(outcome).items()
                if value or name not in ("digest", "example")
            }
            for outcome in graded.outcomes
        ],
    }


def shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as `grade --json` shows it."""
    return {name: entry[name] for name in SHOWN}


def alike(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return groups of students whose solutions are the same code, comments and blanks aside."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        if work := entry.get("work"):
            groups.setdefault(work, []).append(entry["student"])
    return [tuple(group) for group in groups.values() if len(group) > 1]


def from_entry(entry: Mapping[str, Any], notebook: str) -> Graded:
    """Return the result of an entry, with the notebook's text that was kept beside it."""
    return Graded(
        student=entry["student"],
        scores=entry["scores"],
        max_score=entry["max_score"],
        problems=tuple(Problem(**problem) for problem in entry["problems"]),
        notebook=notebook,
        unanswered=frozenset(entry["unanswered"]),
        seconds=entry["seconds"],
        readable=entry["state"] != "unreadable",
        outcomes=tuple(
            Outcome(**{**outcome, "failed": tuple(outcome["failed"])})
            for outcome in entry["outcomes"]
        ),
        answers=entry.get("answers", {}),
    )
