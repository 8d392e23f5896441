"""What grading a class comes to, in a few lines: counts, who needs a person, what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grade import ClassReport

#: Kinds of problems that a person should look at, and what to do.
LOOK = {
    "unreadable": "ask for the notebook again, collect it with --replace, and grade again",
    "crashed": "read the code: it ended its process",
    "timeout": "read the code; if it is only slow, raise c.Limits.cell_seconds and --regrade",
    "forbidden": "read the code: it used something that the exercise forbids",
}


@dataclass(frozen=True)
class Need:
    """Students who need a person.

    Attributes
    ----------
    what
        What is with them, in a few words.
    then
        What to do.
    """

    students: Sequence[str]
    what: str
    then: str


def counts(report: "ClassReport") -> str:
    """Return how many came out how, and the median."""
    entries = report.submissions
    automatic = [entry["max_score"] - report.manual_points for entry in entries]
    readable = [entry for entry in entries if entry["state"] != "unreadable"]
    full = sum(
        entry["score"] >= most and entry["state"] != "unreadable"
        for entry, most in zip(entries, automatic, strict=True)
    )
    nothing = sum(entry["score"] == 0 for entry in readable)
    parts = [
        (full, "with all automatic points" if report.manual_points else "with all points"),
        (len(readable) - full - nothing, "with some"),
        (nothing, "with none"),
        (len(entries) - len(readable), "unreadable"),
    ]
    said = ", ".join(f"{number} {text}" for number, text in parts if number)
    middle = median(entry["score"] for entry in entries)
    return f"{said}. Median {middle:g} of {automatic[0]:g}."


def progress(report: "ClassReport") -> str:
    """Return how many were graded now, and how many had been before."""
    return f"{report.new} new, {len(report.submissions) - report.new} unchanged"


def needs(report: "ClassReport") -> Iterator[Need]:
    """Yield who needs a person, and why."""
    for kind, then in LOOK.items():
        students = [entry["student"] for entry in report.submissions if _has(entry, kind)]
        if students:
            yield Need(students, kind, then)


def _has(entry: Mapping[str, Any], kind: str) -> bool:
    return any(problem["kind"] == kind for problem in entry["problems"])


def status(report: "ClassReport") -> str:
    """Explain the exit status; nothing where it is 0."""
    left = sum(entry["state"] == "unreadable" for entry in report.submissions)
    if not left:
        return ""
    were = "1 submission is" if left == 1 else f"{left} submissions are"
    return f"Exit status 1: {were} unreadable. Everybody else is graded."
