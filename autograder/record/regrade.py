"""A regrade in two steps: grade everybody aside, show which scores would move, then write."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from autograder.course.course import Course
from autograder.course.journal import Journal
from autograder.result import Graded, from_entry

if TYPE_CHECKING:
    from autograder.record.recorder import Recorder


@dataclass(frozen=True)
class Move:
    """A cell's automatic score that a regrade changes.

    Attributes
    ----------
    kept
        The points that a person gave for the cell, which stay and count instead.
    """

    student: str
    cell: str
    old: float | None
    new: float | None
    kept: float | None = None


@dataclass(frozen=True)
class Drafts:
    """Results that wait for a yes, in a journal of their own.

    Killed while it grades, the same command goes on; killed while it writes, the same command
    writes the rest. Only results made in the same circumstances (`key`) are taken up again.
    """

    journal: Journal
    key: str

    @classmethod
    def open(cls, course: Course, assignment: str, *circumstances: Any) -> "Drafts":
        """Return the drafts of a course's assignment."""
        path = course.prepare_state() / "regrade" / f"{assignment}.jsonl"
        text = json.dumps(circumstances, sort_keys=True, default=str)
        return cls(Journal(path), hashlib.sha256(text.encode()).hexdigest())

    def entries(self) -> dict[str, dict[str, Any]]:
        """Return the waiting results by student."""
        return {line["student"]: line["entry"] for line in self.journal if line["key"] == self.key}

    def add(self, graded: Graded, entry: Mapping[str, Any], handed_in: datetime | None) -> None:
        """Keep a result until somebody says yes."""
        self.journal.append(
            {
                "student": graded.student,
                "key": self.key,
                "entry": entry,
                "notebook": graded.notebook,
                "handed_in": handed_in and handed_in.isoformat(),
            }
        )

    def write(self, recorder: "Recorder", entries: Mapping[str, Mapping[str, Any]]) -> None:
        """Record the drafts that hold these entries, but those recorded already; forget all."""
        recorded = recorder.recorded()
        for line in self.journal:
            entry = line["entry"]
            if entry == entries.get(line["student"]) != recorded.get(line["student"]):
                handed_in = line["handed_in"]
                recorder.record(
                    from_entry(entry, line["notebook"]),
                    entry,
                    handed_in and datetime.fromisoformat(handed_in),
                )
        self.journal.discard()


def moves(recorder: "Recorder", entries: Iterable[Mapping[str, Any]]) -> list[Move]:
    """Return which scores in the gradebook results would change; new submissions change none."""
    found, scores = [], recorder.scores()
    for entry in entries:
        before = scores.get(entry["student"], {})
        for cell, new in entry["scores"].items():
            old, kept = before.get(cell, (new, None))
            if old != new:
                found.append(Move(entry["student"], cell, old, new, kept))
    return found


def move_lines(found: Iterable[Move]) -> list[dict[str, Any]]:
    """Return moves as `grade --json` shows them."""
    return [asdict(move) for move in found]
