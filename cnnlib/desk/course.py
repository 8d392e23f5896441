"""The folder that a student unpacked: what was handed out so far, and how far they are.

The zip brings `released/`, and nothing in it is ever edited. Beside it, in folders of the same
names, lies the student's own copy.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

#: What the zip brings, and the file in it that says what that is.
RELEASED = "released"
MANIFEST = "course.json"
#: Where points are noted, for the welcome page.
POINTS = ".points.json"


@dataclass(frozen=True)
class HandedOut:
    """An assignment that was handed out.

    Attributes
    ----------
    name, title, minutes, points
        As its notebook has them.
    due
        When it is to be handed in, where the course sets that.
    torch
        It needs PyTorch.
    """

    name: str
    title: str
    minutes: int
    points: float
    due: datetime | None = None
    torch: bool = False

    @property
    def due_text(self) -> str:
        """When it is due, in words; empty where nobody says."""
        return "" if self.due is None else due_text(self.due)


def due_text(due: datetime) -> str:
    """Return a moment as this machine's clock shows it.

    >>> due_text(datetime(2026, 10, 5, 23, 59))
    'Monday 5 October 2026, 23:59'
    """
    local = due.astimezone() if due.tzinfo else due
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


@dataclass(frozen=True)
class Course:
    """A student's folder.

    Attributes
    ----------
    lectures
        Titles of the lectures by their files' names.
    """

    root: Path
    assignments: tuple[HandedOut, ...] = ()
    lectures: Mapping[str, str] = field(default_factory=dict)

    @property
    def points(self) -> dict[str, float]:
        """The points of each assignment when it was last summed up."""
        try:
            told = json.loads((self.root / POINTS).read_text(encoding="utf-8"))
            return {str(name): float(got) for name, got in told.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def handed_out(self, name: str) -> HandedOut | None:
        """Return an assignment by its name."""
        return next((each for each in self.assignments if each.name == name), None)

    def note_points(self, name: str, points: float) -> None:
        """Remember an assignment's points."""
        points_now = {**self.points, name: points}
        (self.root / POINTS).write_text(json.dumps(points_now), encoding="utf-8")


def read_course(folder: Path = Path()) -> Course | None:
    """Return the course in this folder or above it; None if there is none, or a damaged one."""
    for root in [folder.resolve(), *folder.resolve().parents]:
        manifest = root / RELEASED / MANIFEST
        if manifest.is_file():
            try:
                return _course(root, json.loads(manifest.read_text(encoding="utf-8")))
            except (OSError, ValueError, LookupError, TypeError, AttributeError):
                return None
    return None


def _course(root: Path, told: Mapping[str, Any]) -> Course:
    assignments = (
        HandedOut(**{**each, "due": each["due"] and datetime.fromisoformat(each["due"])})
        for each in told["assignments"]
    )
    return Course(root, tuple(assignments), told["lectures"])
