"""A small course of its own, whose submissions take milliseconds: for tests with whole classes."""

import shutil
from pathlib import Path

import nbformat
from books import gradebook_of
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course.course import Course, open_course
from autograder.release.release import make_release

NAME = "light"
DOUBLE = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
SQUARE = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"
SECRET = "assert double(73.25) == 146.5, 'seventy-three'"
DOUBLE_TEST = f"assert double(2) == 4\n### BEGIN HIDDEN TESTS\n{SECRET}\n### END HIDDEN TESTS"
SQUARE_TEST = "assert square(3) == 9"
#: What students write, and the automatic points they get for it: 3 for double, 4 for square.
ANSWERS = {
    "right": ("def double(x):\n    return x + x", "def square(x):\n    return x**2", 7),
    "double-wrong": ("def double(x):\n    return 4", "def square(x):\n    return x * x", 4),
    "square-wrong": ("def double(x):\n    return 2 * x", "def square(x):\n    return x", 3),
    "raises": ("def double(x):\n    raise ValueError(x)", "def square(x):\n    return x * x", 4),
    "broken": ("def double(x) return", "def square(x):\n    return x * x", 4),
}


def make_course(root: Path, config: str = "") -> Course:
    """Make a course with one assignment, released; `config` is added to its configuration."""
    repository = Path(__file__).parents[2]
    root.mkdir(parents=True)
    shutil.copy(repository / "nbgrader_config.py", root)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"\n{config}\n")
    write_source(root)
    course = open_course(root)
    make_release(course, NAME)
    return course


def write_source(root: Path, square_test: str = SQUARE_TEST) -> None:
    """Write the instructor's version."""
    cells = [
        new_markdown_cell("# Light", id="title"),
        _cell("double", DOUBLE, solution=True),
        _cell("double-test", DOUBLE_TEST, points=3),
        _cell("square", SQUARE, solution=True),
        _cell("square-test", square_test, points=4),
        _cell("why", "Because.", points=5, solution=True, kind=new_markdown_cell),
    ]
    folder = root / "solutions" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}),
                   folder / f"{NAME}.ipynb")  # fmt: skip


def _cell(name, source, *, points=0, solution=False, kind=new_code_cell):
    metadata = {
        "grade_id": name,
        "grade": bool(points),
        "solution": solution,
        "locked": not solution,
        "task": False,
        "schema_version": 3,
        **({"points": points} if points else {}),
    }
    return kind(source, id=name, metadata={"nbgrader": metadata})


def notebook(course: Course, answer: str) -> str:
    """Return the text of a submission with one of the `ANSWERS`."""
    found = nbformat.read(course.release(NAME) / f"{NAME}.ipynb", as_version=4)
    double, square, _ = ANSWERS[answer]
    for cell in found.cells:
        cell.source = {"double": double, "square": square}.get(cell.id, cell.source)
    return nbformat.writes(found)


def hand_in(course: Course, students: int) -> dict[str, int]:
    """Let a class hand in, the answers in turn; return everybody's points."""
    kinds = list(ANSWERS)
    texts = {kind: notebook(course, kind) for kind in kinds}
    points = {}
    for number in range(students):
        kind = kinds[number % len(kinds)]
        student = f"student-{number:03}"
        folder = course.path("submitted", student, NAME)
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(texts[kind], encoding="utf-8")
        points[student] = ANSWERS[kind][2]
    return points


def grades(course: Course) -> list[tuple[str, str, float | None, float | None]]:
    """Return every grade in the gradebook: student, cell, automatic points, a person's points."""
    with gradebook_of(course) as gradebook:
        return sorted(
            (submission.student.id, grade.name, grade.auto_score, grade.manual_score)
            for submission in gradebook.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for grade in notebook.grades
        )


def totals(course: Course) -> dict[str, float]:
    """Return every student's score."""
    with gradebook_of(course) as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions(NAME)}
