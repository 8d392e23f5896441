"""The classes that benchmarks grade: real assignments, honest and buggy work, any number of it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder import demo
from autograder.course.course import Course, open_course
from autograder.release.release import make_release

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Kind:
    """A kind of class: its assignment, and what its students change in the model solution."""

    assignment: str
    changes: dict[str, demo.Change]
    write_source: Callable[[Path], None]


def make_class(kind: Kind, folder: Path, students: range) -> Course:
    """Make a course with a released assignment that some students have handed in."""
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    kind.write_source(folder / "solutions")
    course = open_course(folder)
    make_release(course, kind.assignment)
    variants = [
        nbformat.writes(fill_in(course, kind.assignment, change))
        for change in kind.changes.values()
    ]
    for number in students:
        target = course.path("submitted", f"student{number:04}", kind.assignment)
        target.mkdir(parents=True)
        (target / f"{kind.assignment}.ipynb").write_text(variants[number % len(variants)])
    return course


def fill_in(course: Course, assignment: str, change: demo.Change) -> Any:
    """Return the released notebook with the model solution, changed as a student would."""
    name = f"{assignment}.ipynb"
    notebook = nbformat.read(course.release(assignment) / name, as_version=4)
    model = nbformat.read(course.source(assignment) / name, as_version=4)
    cells = {}
    for cell, solved in zip(notebook.cells, model.cells, strict=True):
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("solution"):
            cell.source = demo.ANSWER if settings["grade"] else solved.source
        cells[settings.get("grade_id", cell.id)] = cell
    change(cells)
    return notebook


# The light class: checks on vectorised functions, and small tests as everybody writes them.

LIGHT_SETUP = (
    "import numpy as np\n\nfrom cnnlib import check\n\n\n"
    + '''\
def pair(value):
    """Return (value, value) for a number; a pair stays as it is."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)'''
)

LIGHT_SOLUTION = """\
def output_size(n, kernel_size, stride, padding, dilation):
    ### BEGIN SOLUTION
    return (n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1
    ### END SOLUTION


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    ### BEGIN SOLUTION
    kh, kw = pair(kernel_size)
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    N, C, H, W = x.shape
    out_h, out_w = output_size(H, kh, sh, ph, dh), output_size(W, kw, sw, pw, dw)
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    rows = dh * np.arange(kh)[:, None, None, None] + sh * np.arange(out_h)[:, None]
    columns = dw * np.arange(kw)[:, None, None] + sw * np.arange(out_w)
    return x[:, :, rows, columns].reshape(N, C * kh * kw, out_h * out_w)
    ### END SOLUTION


def softmax(scores):
    ### BEGIN SOLUTION
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
    ### END SOLUTION


def relu(x):
    ### BEGIN SOLUTION
    return np.maximum(x, 0)
    ### END SOLUTION"""

LIGHT_TESTS = {
    "im2col-basic": 'check.im2col(im2col, part="basic")\n### BEGIN HIDDEN TESTS\n'
    'check.im2col(im2col, part="basic", cases="hidden")\n### END HIDDEN TESTS',
    "im2col-all": 'check.im2col(im2col, part="stride_padding_dilation")\n### BEGIN HIDDEN TESTS\n'
    'check.im2col(im2col, part="stride_padding_dilation", cases="hidden")\n### END HIDDEN TESTS',
    "size": "assert output_size(7, 3, 2, 1, 1) == 4\n### BEGIN HIDDEN TESTS\n"
    "assert [output_size(n, 3, 3, 0, 2) for n in range(5, 12)] == [1, 1, 1, 2, 2, 2, 3]\n"
    "### END HIDDEN TESTS",
    "softmax-sum": "assert np.allclose(softmax(np.eye(3)).sum(axis=1), 1)",
    "softmax-large": "assert np.isfinite(softmax(np.array([[0.0, 1e4]]))).all()",
    "softmax-order": "p = softmax(np.random.default_rng(0).standard_normal((50, 9)))\n"
    "assert p.shape == (50, 9) and (p > 0).all()",
    "relu-sign": "assert relu(np.array([-1.0, 0.0, 2.0])).tolist() == [0, 0, 2]",
    "relu-copy": "x = np.array([-1.0])\nrelu(x)\nassert x[0] == -1",
}

LIGHT_CHANGES: dict[str, demo.Change] = {
    "right": demo.keep,
    "stride-ignored": demo.edit("solution", "sh * np.arange", "np.arange"),
    "also-right": demo.edit("solution", "np.maximum(x, 0)", "np.where(x > 0, x, 0)"),
    "unstable": demo.edit("solution", " - scores.max(axis=1, keepdims=True)", ""),
    "in-place": demo.edit("solution", "np.maximum(x, 0)", "np.maximum(x, 0, out=x)"),
    "exception": demo.edit("solution", "dilation * (kernel_size - 1)", "dilation * kernel_sise"),
}


def write_light(solutions: Path) -> None:
    """Write the light assignment's source."""
    cells = [_cell("setup", LIGHT_SETUP), _cell("solution", LIGHT_SOLUTION, solution=True)]
    cells += [_cell(name, source, points=2) for name, source in LIGHT_TESTS.items()]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    (solutions / "light").mkdir(parents=True)
    nbformat.write(notebook, solutions / "light" / "light.ipynb")


KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def _cell(name: str, source: str, *, solution: bool = False, points: int = 0) -> Any:
    settings = {
        "schema_version": 3,
        "grade_id": name,
        "grade": bool(points),
        "solution": solution,
        "locked": not solution,
        "task": False,
    }
    if points:
        settings["points"] = points
    cell = new_code_cell(source, id=name, metadata={"nbgrader": settings})
    return cell


def write_ps2(solutions: Path) -> None:
    """Copy the real assignment."""
    shutil.copytree(ROOT / "solutions" / demo.ASSIGNMENT, solutions / demo.ASSIGNMENT)


KINDS = {
    "light": Kind("light", LIGHT_CHANGES, write_light),
    "ps2": Kind(
        demo.ASSIGNMENT,
        {
            name: demo.CLASS[name]
            for name in (
                "loops", "kernel-flipped", "im2col", "stride-ignored", "einsum", "exception",
                "padding-one-side", "groups-ignored",
            )
        },
        write_ps2,
    ),
}  # fmt: skip
