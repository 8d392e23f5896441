"""What students have been given so far, one line each; a person may take a line back."""

from dataclasses import dataclass

from autograder.course.course import Course

#: Behind the name of an assignment whose model solutions were handed out.
SOLUTIONS = "solutions"


@dataclass(frozen=True)
class HandedOut:
    """The assignments that students have, and those whose model solutions they have."""

    assignments: tuple[str, ...]
    solutions: tuple[str, ...]


def handed_out(course: Course) -> HandedOut:
    """Return what has been handed out and is still there."""
    path = course.state / "handed-out"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    told = [line.split() for line in lines if line.strip()]
    there = set(course.assignments())
    assignments = sorted({words[0] for words in told if words[0] in there and not words[1:]})
    solved = sorted({words[0] for words in told if words[0] in there and words[1:] == [SOLUTIONS]})
    return HandedOut(tuple(assignments), tuple(solved))


def hand_out(course: Course, name: str, *, solutions: bool = False) -> None:
    """Note that an assignment, or its model solutions, belong into every bundle from now on."""
    before = handed_out(course)
    if name not in (before.solutions if solutions else before.assignments):
        with (course.prepare_state() / "handed-out").open("a", encoding="utf-8") as file:
            file.write(f"{name} {SOLUTIONS}\n" if solutions else f"{name}\n")
