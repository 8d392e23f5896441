"""A small assignment: real checks, plain tests, a written answer; a cell takes milliseconds."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course.course import Course, open_course
from autograder.release.release import make_release

NAME = "mini"
SETUP = "import numpy as np\n\nfrom cnnlib import check"
PAIR = '''def pair(value):
    """Return (value, value) for a number; a pair stays as it is."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)'''
SIZE = """def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    return max(0, (n + 2 * padding - span) // stride + 1)"""
PAD = """def pad2d(x, padding, value=0.0):
    down, across = pair(padding)
    *before, H, W = x.shape
    y = np.full((*before, H + 2 * down, W + 2 * across), value, dtype=x.dtype)
    y[..., down : down + H, across : across + W] = x
    return y"""
DOUBLE = """def double(x):
    return 2 * x"""
#: The student's cells, and what a right answer is.
ANSWERS = {"size": SIZE, "pad": PAD, "double": DOUBLE}
#: Graded cells: what students see of them, and their points.
TESTS = {
    "size-basic": ('check.conv_output_size(conv_output_size, part="basic")', 2),
    "size-stride": ('check.conv_output_size(conv_output_size, part="stride_padding")', 2),
    "pad-basic": ('check.pad2d(pad2d, part="basic")', 3),
    "pad-pairs": ('check.pad2d(pad2d, part="pairs")', 3),
    "double-test": ("assert double(2) == 4\nassert double(-1) == -2", 4),
}
HIDDEN = "\n### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


def make_course(root: Path) -> Course:
    """Make a course with this assignment, released."""
    repository = Path(__file__).parents[2]
    (root / "solutions" / NAME).mkdir(parents=True)
    shutil.copy(repository / "nbgrader_config.py", root)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=_source(), metadata={"kernelspec": kernel})
    nbformat.write(notebook, root / "solutions" / NAME / f"{NAME}.ipynb")
    course = open_course(root)
    make_release(course, NAME)
    return course


def _source() -> list[Any]:
    title = new_markdown_cell("# Mini", id="title")
    cells = [title, _cell("setup", SETUP), _cell("pair", PAIR)]
    for name, answer in ANSWERS.items():
        head, _, body = answer.partition("\n")
        solved = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        cells.append(_cell(name, solved, solution=True))
        for test, (source, points) in TESTS.items():
            if test.startswith(f"{name}-"):
                hidden = (
                    "assert double(0.5) == 1"
                    if name == "double"
                    else source[:-1] + (', cases="hidden")')
                )
                cells.append(_cell(test, source + HIDDEN.format(hidden), points=points))
    return [*cells, _cell("why", "Because.", points=5, solution=True, kind=new_markdown_cell)]


def _cell(name, source, *, points=0, solution=False, kind=new_code_cell):
    metadata = {
        "grade_id": name, "grade": bool(points), "solution": solution, "locked": not solution,
        "task": False, "schema_version": 3, **({"points": points} if points else {}),
    }  # fmt: skip
    return kind(source, id=name, metadata={"nbgrader": metadata})


def notebook(course: Course) -> dict[str, Any]:
    """Return the release, filled in rightly."""
    text = (course.release(NAME) / f"{NAME}.ipynb").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    for cell in found["cells"]:
        cell["source"] = "".join(cell["source"])
        cell["source"] = ANSWERS.get(cell["id"], cell["source"])
        if cell["id"] == "why":
            cell["source"] = "Because it is so."
    return copy.deepcopy(found)


def hand_in(course: Course, student: str, text: str | bytes) -> None:
    """Hand in a notebook's text."""
    path = course.path("submitted", student, NAME) / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    path.write_bytes(data)


def scores(course: Course) -> dict[str, dict[str, float]]:
    """Return everybody's points by cell, as they were recorded last."""
    lines = (course.state / "journal" / f"{NAME}.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return {entry["student"]: entry["scores"] for entry in entries if "scores" in entry}
