"""Feedback shows the verdict and never what is hidden, whoever makes the pages."""

import os
import subprocess
import sys
from pathlib import Path

import light
import nbformat
import pytest

from autograder import cli
from autograder.grade import grade
from autograder.run.crew import Here

#: Students who try to carry hidden tests home: by a traceback, by history, by the call stack.
NOSY = {
    "traceback": "def double(x):\n    return 4",
    "history": "def double(x):\n    print(In[-1])\n    return 4",
    "stack": "import inspect\ndef double(x):\n"
    "    print(inspect.getsource(inspect.currentframe().f_back), x)\n    return 2 * x",
    "arguments": "seen = []\ndef double(x):\n    seen.append(x); print('called with', x)\n"
    "    return 2 * x",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = light.make_course(tmp_path_factory.mktemp("feedback") / "course")
    for student, source in NOSY.items():
        notebook = nbformat.reads(light.notebook(course, "right"), as_version=4)
        cells = {cell.id: cell for cell in notebook.cells}
        cells["double"].source = source
        if student == "history":
            cells["square"].source += "\nprint('In:', In)\nIn"
        folder = course.path("submitted", student, light.NAME)
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{light.NAME}.ipynb")
    grade(course, light.NAME, kind="none", crew=Here(2))
    return course


def ours(course):
    assert cli.main(["feedback", light.NAME, "--course", str(course.root)]) == cli.DONE


def nbgraders(course):
    programs = str(Path(sys.executable).parent)
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "--force", light.NAME],
        cwd=course.root,
        env={**os.environ, "PATH": f"{programs}:/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("make", [ours, nbgraders])
def test_nothing_hidden_stands_in_any_page(course, make):
    make(course)
    for student in NOSY:
        path = course.path("feedback", student, light.NAME) / f"{light.NAME}.html"
        page = path.read_text()
        path.unlink()
        for secret in ("HIDDEN TESTS", "73.25", "146.5", "seventy-three"):
            assert secret not in page, (student, secret)
        failed = make is nbgraders or student == "traceback"
        assert not failed or '<span class="k">assert</span>' in page, (
            "the visible test stands there"
        )


def test_it_is_said_that_hidden_tests_did_not_pass(course):
    ours(course)
    page = course.path("feedback", "traceback", light.NAME) / f"{light.NAME}.html"
    assert "the hidden tests did not pass" in page.read_text()


def test_formgrader_still_shows_the_hidden_tests_to_tas(course):
    path = course.path("autograded", "traceback", light.NAME) / f"{light.NAME}.ipynb"
    assert light.SECRET in path.read_text()
