"""Whatever is handed in: no traceback, everybody else is graded, and the odd one is named.

Hypothesis draws small classes: notebooks with pieces replaced by JSON of any shape and text of any
kind, an honest one among them; each class goes through every command that reads it.
"""

import copy
import io
import json
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import mini
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from autograder import cli
from autograder.course.course import open_course

CLASSES = 4
STUDENTS = 10
FULL = sum(points for _, points in mini.TESTS.values())
COMMANDS = ("triage", "grade", "grade", "feedback", "report", "export")

#: Half of an emoji: JSON holds it, no encoding does.
HALF = "\ud83d"
# Any text: half characters, controls, marks that turn lines around, and words that mean something.
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=30),
    st.sampled_from(
        [HALF, "\udc00\ud800", "\x00", "\r\n", "\u202e", "\u2028", "%%", "!", "?", "\\", "$$",
         "![a](attachment:a)", "<script>", "=1+1", "\uff1d1", "nbgrader", "4", "a" * 300, "{{ x }}"]
    ),
)  # fmt: skip
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), TEXT, st.floats(), st.integers(-(10**20), 10**20),
        st.sampled_from([0, -1, 10**400, [], {}, [[]], {"": ""}]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)  # fmt: skip
PLACES = (
    "source", "metadata", "id", "cell_type", "outputs", "execution_count", "attachments",
    "nbgrader", "grade_id", "points", "schema_version", "language_info", "kernelspec", "nbformat",
    "nbformat_minor", "extra", "text", "cell", "swap", "drop", "double", "cells",
)  # fmt: skip
MUTATION = st.tuples(st.sampled_from(PLACES), st.integers(0, 40), JSON, TEXT)
MUTATIONS = st.lists(MUTATION, min_size=1, max_size=4)


def mutate(notebook, place, number, value, text):
    """Put one piece of anything somewhere."""
    cells = notebook.get("cells")
    if place in ("nbformat", "nbformat_minor", "cells"):
        notebook[place] = value
    elif place in ("language_info", "kernelspec") and isinstance(notebook.get("metadata"), dict):
        notebook["metadata"][place] = value
    elif not isinstance(cells, list) or not cells:
        notebook[text] = value
    elif place == "cell":
        cells.insert(number % len(cells), value)
    elif place in ("swap", "drop", "double"):
        found = cells.pop(number % len(cells))
        cells.extend([] if place == "drop" else [found] * (1 + (place == "double")))
    elif isinstance(cell := cells[number % len(cells)], dict):
        nbgrader = cell.get("metadata", {})
        nbgrader = nbgrader.get("nbgrader") if isinstance(nbgrader, dict) else None
        if place in ("grade_id", "points", "schema_version") and isinstance(nbgrader, dict):
            nbgrader[place] = value
        elif place == "nbgrader" and isinstance(cell.get("metadata"), dict):
            cell["metadata"]["nbgrader"] = value
        elif place == "text" and isinstance(cell.get("source"), str):
            where = number % (len(cell["source"]) + 1)
            cell["source"] = cell["source"][:where] + text + cell["source"][where:]
        else:
            cell[text if place == "extra" else place] = value


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A course that is copied for each class."""
    return mini.make_course(tmp_path_factory.mktemp("property") / "course")


def command(course, name):
    """Run a command; return its status and what it printed as JSON."""
    out, err = io.StringIO(), io.StringIO()
    options = ["--workers", "2"] if name == "grade" else []
    with redirect_stdout(out), redirect_stderr(err):
        status = cli.main([name, mini.NAME, "--course", str(course.root), "--json", *options])
    assert status in (cli.DONE, cli.INCOMPLETE), err.getvalue()
    assert "Traceback" not in err.getvalue()
    return json.loads(out.getvalue())


@settings(
    max_examples=CLASSES, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@example(class_=[[(place, 3, HALF, HALF)] for place in PLACES])  # in code
@example(class_=[[(place, 11, HALF, HALF)] for place in PLACES])  # in the written answer
@given(class_=st.lists(MUTATIONS, min_size=STUDENTS, max_size=STUDENTS))
def _graded_whole(released, class_):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(released.root, Path(folder) / "course")
        course = open_course(Path(folder) / "course")
        base = mini.notebook(course)
        students = {}
        for number, mutations in enumerate(class_):
            notebook = copy.deepcopy(base)
            for mutation in mutations:
                mutate(notebook, *mutation)
            students[f"odd-{number}"] = json.dumps(notebook, ensure_ascii=number % 5 < 4)
        for student, text in {**students, "zz-honest": json.dumps(base)}.items():
            mini.hand_in(course, student, text)
        said = [command(course, name) for name in COMMANDS]
        triaged, first, second, feedback = said[:4]
        assert set(triaged["problems"]) == {*students, "zz-honest"}
        assert first["submissions"] == second["submissions"]
        entries = {entry["student"]: entry for entry in first["submissions"]}
        assert set(entries) == {*students, "zz-honest"}
        assert entries["zz-honest"]["score"] == FULL
        assert entries["zz-honest"]["problems"] == []
        for student, text in students.items():
            entry = entries[student]
            assert entry["score"] == FULL or entry["problems"], (student, text)
            assert not [
                problem
                for problem in entry["problems"]
                if "Error" in problem["detail"] and problem["kind"] in ("unreadable", "malformed")
            ], (entry["problems"], text)
        assert set(feedback["students"]) == {*students, "zz-honest"}


def test_any_class_is_graded_whole(released, require_program):
    require_program("bwrap")
    _graded_whole(released)
