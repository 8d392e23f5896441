"""Test cells that call no check, names of every kind, and what a TA must be told about a class."""
# ruff: noqa: E501  (a line of a student's is as long as it is)

import json

import light
import pytest

from autograder import cli
from autograder.grade import grade
from autograder.run.crew import Here

WRONG = "def square(x):\n    {}\n    return x"
#: Wrong functions that make many outputs before the plain test fails: 3 points are for `double`.
NOISY = {
    "201-displays": "from IPython.display import display; [display(i) for i in range(201)]",
    "101-changes-of-stream": "import sys; [print(i, file=(sys.stdout, sys.stderr)[i % 2]) for i in range(202)]",
    "2000-displays": "from IPython.display import display; [display(i) for i in range(2000)]",
    "displays-that-are-cleared": "from IPython.display import display, clear_output; [(display(i), clear_output()) for i in range(300)]",
    "displays-that-are-replaced": "from IPython.display import display; h = display(0, display_id=True); [h.update(i) for i in range(400)]",
    "two-million-letters": "print('x' * 2_000_000)",
    "warnings-without-end": "import warnings; [warnings.warn(str(i)) for i in range(500)]",
    "a-closed-stdout": "import sys; sys.stdout.close()",
    "a-lying-exception": "raise type('AssertionError', (Exception,), {'__str__': lambda self: 1 / 0})",
    "an-exit": "raise SystemExit(0)",
    "an-interrupt": "raise KeyboardInterrupt",
    "another-showtraceback": "get_ipython().showtraceback = lambda *a, **k: None",
    "another-exception-handler": "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)",
    "another-result": "from IPython.core import interactiveshell as s; s.ExecutionResult.success = True",
    "nothing": "pass",
}  # fmt: skip
RIGHT = {
    f"right-{name}": NOISY[name]
    for name in ("201-displays", "101-changes-of-stream", "two-million-letters")
}
#: Students whose names do something: turn a table around, begin a formula, are too long.
NAMES = (
    "turned \u202e around", "turned \u2067back", "\uff1dHYPERLINK(1)", "\uff0b1", "\uff0d1", "\uff20x",
    "long-" + "x" * 130, "long-" + "é" * 120, "zero\u200bwidth", "tag\U000e0041",
)  # fmt: skip


@pytest.fixture(scope="module")
def class_(tmp_path_factory, require_program):
    """The course, and everybody's entry."""
    require_program("bwrap")
    course = light.make_course(tmp_path_factory.mktemp("plain") / "course")
    right = json.loads(light.notebook(course, "right"))
    for student in ("honest", *NAMES):
        write(course, student, right)
    for student, line in NOISY.items():
        write(course, student, right, square=WRONG.format(line))
    for student, line in RIGHT.items():
        write(course, student, right, square=WRONG.format(line).replace("return x", "return x * x"))
    for student in ("twin-a", "twin-b"):
        write(course, student, right, square="def square(x):\n    total = x\n    return total * x")
    limits = {"cell_seconds": 10.0}
    report = grade(course, light.NAME, kind="bubblewrap", crew=Here(2), limits=limits)
    return course, {entry["student"]: entry for entry in report.submissions}


def write(course, student, right, **sources):
    notebook = json.loads(json.dumps(right))
    for cell in notebook["cells"]:
        cell["source"] = sources.get(cell["id"], cell["source"])
        if cell["id"] == "why":
            cell["source"] = f"Because {student}."
    path = course.path("submitted", student, light.NAME) / f"{light.NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize("name", NOISY)
def test_a_wrong_function_gets_nothing_whatever_it_prints(class_, name):
    entry = class_[1][name]
    assert entry["score"] == 3
    assert [problem for problem in entry["problems"] if problem["where"] == "square-test"] != []


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_function_gets_its_points_whatever_it_prints(class_, name):
    assert class_[1][name]["score"] == 7


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_graded_or_refused_by_name(class_, name):
    entry = class_[1][name]
    assert entry["score"] == 7 or entry["state"] == "unreadable"
    assert entry["score"] == 7 or "rename it" in entry["problems"][0]["detail"]


def test_no_name_is_longer_than_other_gradebooks_take(class_):
    # nbgrader's columns hold 128 characters; PostgreSQL means it.
    from nbgrader.api import Gradebook

    directory = class_[0].directory
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        names = [student.id for student in gradebook.students]
    assert [name for name in names if len(name) > 128] == []


@pytest.mark.parametrize("to", ["csv", "canvas", "moodle"])
def test_no_spreadsheet_reads_a_formula(class_, tmp_path, to):
    course, _ = class_
    file = tmp_path / "table.csv"
    arguments = ["export", light.NAME, "--course", str(course.root), "--to", to]
    assert cli.main([*arguments, "--output", str(file)]) in (cli.DONE, cli.INCOMPLETE)
    text = file.read_text(encoding="utf-8-sig")
    fields = [field.strip('"') for line in text.splitlines() for field in line.split(",")]
    assert [field for field in fields if field[:1] in tuple("=+@\uff1d\uff0b\uff0d\uff20")] == []


def test_a_terminal_is_not_turned_around(class_, capsys):
    course, _ = class_
    for command in (["grade", "--regrade", "--yes"], ["triage"]):
        cli.main([command[0], light.NAME, "--course", str(course.root), *command[1:]])
    shown = "".join(capsys.readouterr())
    # Marks that turn around, and letters that nobody sees.
    assert set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f\u061c") == set()


def test_equal_submissions_are_told(class_, tmp_path, capsys):
    course, _ = class_
    file = tmp_path / "report.html"
    cli.main(["report", light.NAME, "--course", str(course.root), "--output", str(file)])
    section = file.read_text().partition('id="identical"')[2].partition("</section>")[0]
    assert all(student in section for student in ("twin-a", "twin-b"))


def test_folders_in_the_wrong_place_are_told(class_, capsys):
    course, _ = class_
    submitted = course.path("submitted", "x", "y").parents[1]
    (submitted / light.NAME / "misplaced").mkdir(parents=True)
    (submitted / "dangling").symlink_to(submitted / "nowhere")
    (submitted / "loose.ipynb").write_text("{}")
    (submitted / "other-assignment" / "lihgt").mkdir(parents=True)
    try:
        cli.main(["triage", light.NAME, "--course", str(course.root)])
        shown = "".join(capsys.readouterr())
        missing = [
            name for name in ("misplaced", "dangling", "loose.ipynb", "lihgt") if name not in shown
        ]
        assert missing == []
    finally:
        (submitted / "dangling").unlink()
