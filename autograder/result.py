"""A result as one line of a journal, and back again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import nbformat

from autograder.problems import Outcome, Problem
from autograder.score import Graded

#: What `grade --json` shows of an entry; the rest is for the grader itself and for the report.
SHOWN = ("student", "state", "score", "max_score", "problems", "seconds")


def to_entry(graded: Graded, fingerprint: str, rules: str) -> dict[str, Any]:
    """Return a result as plain data.

    Parameters
    ----------
    graded
        The result.
    fingerprint
        Of what was handed in.
    rules
        Of what it was graded by.
    """
    return {
        **graded.to_dict(),
        "fingerprint": fingerprint,
        "rules": rules,
        "scores": dict(graded.scores),
        "unanswered": sorted(graded.unanswered),
        "outcomes": [
            {**asdict(outcome), "failed": list(outcome.failed)} for outcome in graded.outcomes
        ],
    }


def shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as `grade --json` shows it."""
    return {name: entry[name] for name in SHOWN}


def from_entry(entry: Mapping[str, Any], notebook: str) -> Graded:
    """Return the result of an entry, with the notebook's text that was kept beside it."""
    return Graded(
        student=entry["student"],
        scores=entry["scores"],
        max_score=entry["max_score"],
        problems=tuple(Problem(**problem) for problem in entry["problems"]),
        notebook=nbformat.reads(notebook, as_version=4),
        unanswered=frozenset(entry["unanswered"]),
        seconds=entry["seconds"],
        readable=entry["state"] != "unreadable",
        outcomes=tuple(
            Outcome(**{**outcome, "failed": tuple(outcome["failed"])})
            for outcome in entry["outcomes"]
        ),
    )
