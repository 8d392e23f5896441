"""What lies among submissions and is read by nobody: named, so that nobody is forgotten."""

from pathlib import Path

from autograder.course.course import Course
from autograder.problems import Problem


def strays(course: Course, assignment: str) -> list[Problem]:
    """Return what stands where no submission of an assignment, or of another one, can stand."""
    submitted = course.path("submitted", "_", assignment).parents[1]
    known = set(course.assignments())
    found: list[Problem] = []
    for path in sorted(submitted.iterdir()) if submitted.is_dir() else ():
        if not path.name.startswith("."):
            found += _in_place_of_a_student(path, assignment, known)
    return found


def _in_place_of_a_student(path: Path, assignment: str, known: set[str]) -> list[Problem]:
    if not path.is_dir():
        what = "a link that leads nowhere" if path.is_symlink() else "a file"
        return [_stray(path, f"{what} among the students' folders")]
    if path.name in known and not (path / path.name).is_dir():
        inside = ", ".join(sorted(each.name for each in path.iterdir())[:3]) or "nothing"
        turned = f"it holds {inside}; the assignment's folder goes into the student's"
        return [_stray(path, turned)]
    return [
        problem
        for each in sorted(path.iterdir())
        if not each.name.startswith(".")
        for problem in _in_place_of_an_assignment(each, assignment, known)
    ]


def _in_place_of_an_assignment(path: Path, assignment: str, known: set[str]) -> list[Problem]:
    if path.name in known and path.is_dir():
        return []
    where = f"{path.parent.name}/{path.name}"
    if path.is_dir():
        return [Problem("stray", where, f"there is no assignment {path.name!r}")]
    if path.is_symlink():
        return [Problem("stray", where, "a link that leads nowhere")]
    if ".ipynb" in path.name.lower() or path.name in known:
        return [Problem("stray", where, f"a file; it belongs in the folder {assignment}")]
    return []


def _stray(path: Path, detail: str) -> Problem:
    return Problem("stray", path.name, detail)
