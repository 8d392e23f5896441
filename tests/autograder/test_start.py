"""Grading starts with few imports, and makes a gradebook as nbgrader does."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import light
import pytest
from books import gradebook_of

from autograder.record.gradebook import open_gradebook

#: Runs the command in a process of its own, and names what is there in the end.
RUN = """
import sys
from autograder import cli
sys.argv = ["autograder", *sys.argv[1:]]
assert cli.main() == cli.DONE
print("\\nThese were imported:", *sys.modules)
"""
#: What grading needs nothing of: PyTorch where no check is called; what nbgrader's servers need;
#: what other commands need.
NEEDLESS = {
    "torch", "matplotlib", "IPython", "nbconvert", "bs4", "jinja2", "jupyter_server",
    "requests.api", "alembic", "nbgrader.exchange", "nbgrader.server_extensions",
    "autograder.doctor", "autograder.report.report",
}  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A small class that has handed in."""
    made = light.make_course(tmp_path_factory.mktemp("start") / "course")
    light.hand_in(made, 2)
    return made


def test_grading_imports_what_it_uses(course):
    done = subprocess.run(
        [sys.executable, "-c", RUN, "grade", light.NAME, "--no-sandbox", "--course", course.root],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    loaded = set(done.stdout.rpartition("\nThese were imported:")[2].split())
    assert {"autograder.cli", "nbgrader.api"} <= loaded
    assert loaded & NEEDLESS == set()


def schema(course):
    """Return the tables of a gradebook, and the version that it says it has."""
    with sqlite3.connect(course.root / "gradebook.db") as connection:
        tables = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name")
        version = connection.execute("SELECT version_num FROM alembic_version")
        return tables.fetchall(), version.fetchall()


def test_a_new_gradebook_is_the_one_that_nbgrader_makes(course, monkeypatch):
    (course.root / "gradebook.db").unlink()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")  # no program is run
        with open_gradebook(course):
            ours = schema(course)
    (course.root / "gradebook.db").unlink()
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    with gradebook_of(course):
        assert schema(course) == ours


def test_nbgrader_finds_nothing_to_upgrade_in_a_new_gradebook(course, monkeypatch):
    (course.root / "gradebook.db").unlink()
    with open_gradebook(course):
        before = schema(course)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    assert shutil.which("alembic")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "db", "upgrade"],
        cwd=course.root, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "Running upgrade" not in done.stdout + done.stderr
    assert schema(course) == before


def test_what_waits_until_it_is_used_is_then_the_real_one():
    code = "import sys; from autograder import spare; spare.leave_out(); import requests"
    code += "; assert 'requests.api' not in sys.modules; print(requests.get.__module__)"
    code += "; import requests.exceptions as e; print(e.__name__, requests.__name__)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["requests.api", "requests.exceptions", "requests"]


def test_what_waits_until_it_is_called_can_still_be_used_otherwise():
    code = "import sys; from autograder import spare; spare.leave_out()"
    code += "; from tornado.log import LogFormatter; assert 'tornado.util' not in sys.modules"
    code += "; print(type(LogFormatter()).__module__)"
    code += "; from tornado.log import gen_log; print(gen_log.name)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["tornado.log", "tornado.general"]
