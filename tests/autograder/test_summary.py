"""Below the table stands what the class comes to, who needs a person, and what to do next."""

import io

import light
import pytest
from rich.console import Console

from autograder import cli, summary
from autograder.commands import grade as grading
from autograder.grade import grade
from autograder.record.regrade import Move
from autograder.run.crew import Here
from autograder.tables import print_class, print_moves


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of five, and one whose file is none; graded twice."""
    course = light.make_course(tmp_path_factory.mktemp("summary") / "course")
    light.hand_in(course, 5)
    path = course.path("submitted", "a-student-with-a-long-name", light.NAME) / "light.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    reports = [grade(course, light.NAME, kind="none", crew=Here(2)) for _ in range(2)]
    return course, *reports


def shown(report, width):
    console = Console(width=width, file=io.StringIO(), markup=False, emoji=False, highlight=False)
    print_class(report, console)
    return console.file.getvalue()


def test_what_is_new_and_what_was_graded_before(graded):
    _, first, second = graded
    assert summary.progress(first) == "6 new, 0 unchanged"
    assert summary.progress(second) == "0 new, 6 unchanged"
    assert second.to_dict()["new"] == 0


def test_counts_and_the_median(graded):
    said = summary.counts(graded[1])
    assert said == "1 with all automatic points, 4 with some, 1 unreadable. Median 4 of 7."


def test_who_needs_a_person_and_what_to_do(graded):
    (need,) = summary.needs(graded[1])
    assert need.students == ["a-student-with-a-long-name"]
    assert need.what == "unreadable"
    assert "--replace" in need.then


def test_the_exit_status_is_explained(graded):
    assert summary.status(graded[1]) == (
        "Exit status 1: 1 submission is unreadable. Everybody else is graded."
    )


@pytest.mark.parametrize("width", [80, 120])
def test_everything_can_be_read_on_a_terminal(graded, width):
    text = shown(graded[1], width)
    table = text.split("submissions:")[0]
    assert max(map(len, table.splitlines())) <= width
    assert "…" not in table
    assert "assert square(3) == 9, but square(3) is 3" in " ".join(table.split())
    assert ("seconds" in table) == (width > 100)
    assert "mark scheme: solutions/light/light.ipynb" in text


def test_a_failed_assert_says_what_it_asked_and_what_came(graded):
    problems = {entry["student"]: entry["problems"] for entry in graded[1].submissions}
    (problem,) = problems["student-002"]
    assert problem == {
        "kind": "wrong",
        "where": "square-test",
        "detail": "assert square(3) == 9, but square(3) is 3",
    }


def test_stopped_it_says_how_many_are_kept(graded, capsys, monkeypatch):
    def stopped(*arguments, watch, **options):
        watch(37, 104, "ann")
        raise KeyboardInterrupt

    monkeypatch.setattr(grading, "grade", stopped)
    options = ("--course", str(graded[0].root), "--no-sandbox")
    assert cli.main(["grade", light.NAME, *options]) == cli.USAGE
    said = capsys.readouterr().err
    assert said == (
        "autograder: stopped. 37 of 104 have been graded and are kept; "
        "run the same command to continue.\n"
    )


def test_a_typing_error_gets_the_nearest_name(graded, capsys):
    options = ("--course", str(graded[0].root), "--no-sandbox", "--student", "studnet-003")
    assert cli.main(["grade", light.NAME, *options]) == cli.USAGE
    assert "did you mean student-003?" in capsys.readouterr().err


def test_without_a_command_all_are_listed(capsys):
    assert cli.main([]) == cli.USAGE
    text = capsys.readouterr().out
    assert "feedback" in text
    assert "write the feedback pages" in text


def test_a_regrade_says_what_becomes_of_each_sum(capsys):
    print_moves([
        Move("ann", "ex1", 2, 0), Move("ann", "ex2", 3, 0), Move("bob", "ex1", 0, 4),
        Move("eve", "ex1", 2, 0, kept=1.0),
    ])  # fmt: skip
    said = capsys.readouterr().out
    assert "Totals change for 2 students: 1 student -5, 1 student +4." in said
    assert "ann -5 in all" in said


def test_who_is_on_the_roster_and_handed_in_nothing_is_named(tmp_path, capsys):
    listed = 'c.CourseDirectory.db_students = [{"id": "student-000"}, {"id": "zoe"}]'
    course = light.make_course(tmp_path / "course", listed)
    light.hand_in(course, 1)
    options = ("--course", str(course.root), "--no-sandbox")
    assert cli.main(["grade", light.NAME, *options]) == cli.DONE
    said = capsys.readouterr().out
    assert "On the roster, but nothing handed in: 1 student (zoe)" in said
