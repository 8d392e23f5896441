"""The gradebook in PostgreSQL: the same scores as in SQLite, and one grader at a time."""

from pathlib import Path

import light
import pytest
from postgres import postgresql

from autograder import cli
from autograder.grade import grade
from autograder.record.gradebook import open_gradebook, sole_writer
from autograder.run.crew import Here


@pytest.fixture(scope="module")
def url(require_program):
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest = max(versions, key=lambda path: float(path.parent.name), default=Path())
    program = require_program(str(newest / "initdb"))
    with postgresql(Path(program).parent) as url:
        yield url


@pytest.fixture(scope="module")
def course(url, tmp_path_factory):
    """A course whose gradebook is there, graded."""
    root = tmp_path_factory.mktemp("postgresql") / "course"
    course = light.make_course(root, f'c.CourseDirectory.db_url = "{url}"')
    light.hand_in(course, 5)
    grade(course, light.NAME, kind="none", crew=Here(2))
    return course


def test_the_scores_are_those_of_sqlite(course, tmp_path):
    other = light.make_course(tmp_path / "course")
    points = light.hand_in(other, 5)
    grade(other, light.NAME, kind="none", crew=Here(2))
    assert light.grades(course) == light.grades(other)
    assert light.totals(course) == points
    assert not (course.root / "gradebook.db").exists()


def test_nothing_is_graded_twice(course):
    seen = []
    grade(course, light.NAME, kind="none", crew=Here(2), watch=lambda *at: seen.append(at))
    assert seen == []


def test_feedback_reads_it(course):
    assert cli.main(["feedback", light.NAME, "--course", str(course.root)]) == cli.DONE
    page = course.path("feedback", "student-000", light.NAME) / f"{light.NAME}.html"
    assert "<strong>7</strong> of 12 points" in page.read_text()


def test_a_grader_on_another_machine_is_turned_away(course, capsys):
    """It has another folder, so that the lock file does not keep it off."""
    with open_gradebook(course) as gradebook, sole_writer(course, gradebook):
        arguments = ("grade", light.NAME, "--course", str(course.root), "--no-sandbox")
        assert cli.main(arguments) == cli.USAGE
    assert "another grader is at work on postgresql://course@" in capsys.readouterr().err
    assert cli.main(arguments) == cli.DONE


def test_a_server_that_is_not_there(tmp_path, course, capsys):
    config = course.root / "nbgrader_config.py"
    before = config.read_text()
    wrong = f"postgresql://ta:password@/postgres?host={tmp_path}"
    config.write_text(f'{before}\nc.CourseDirectory.db_url = "{wrong}"\n')
    try:
        arguments = ("grade", light.NAME, "--course", str(course.root), "--no-sandbox")
        assert cli.main(arguments) == cli.USAGE
    finally:
        config.write_text(before)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "cannot be used" in said
    assert "password" not in said
