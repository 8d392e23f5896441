"""The class report counts what the gradebook and the journal say, and obeys no student."""

import re
from dataclasses import replace

import pytest

from autograder import cli, demo
from autograder.course.course import open_course
from autograder.grade import grade
from autograder.record.gradebook import journal
from autograder.report.figures import count
from autograder.report.report import render
from autograder.report.rows import read_rows
from autograder.run.crew import Here

STUDENTS = ("loops", "einsum", "kernel-flipped", "groups-ignored", "truncated", "tests-deleted")


@pytest.fixture(scope="module")
def course(tmp_path_factory, copy_course):
    course = open_course(copy_course(tmp_path_factory.mktemp("report") / "course"))
    demo.hand_in(course)
    students = [demo.PREFIX + name for name in STUDENTS]
    grade(course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=students)
    return course


@pytest.fixture(scope="module")
def figures(course):
    rows = read_rows(course, demo.ASSIGNMENT)
    return count(course.plan(demo.ASSIGNMENT), rows, journal(course, demo.ASSIGNMENT).latest())


def test_scores(figures):
    assert [row.score for row in figures.ranking] == [85, 85, 85, 70, 40, 0]
    assert (figures.median, figures.max_score, figures.waiting) == (77.5, 100, 5)
    assert [found.count for found in figures.bins] == [1, 0, 0, 0, 1, 0, 0, 1, 3, 0]


def test_questions_hardest_first_and_written_ones_last(figures):
    rates = {question.cell: (question.full, question.none) for question in figures.questions}
    assert rates["ex1-dilation-groups"] == (3, 3)
    assert rates["ex1-basic"] == (4, 2)
    assert rates["ex3-basic"] == (5, 1)
    assert figures.questions[0].cell == "ex1-dilation-groups"
    assert figures.questions[-1].cell == "ex4-answer"
    assert figures.questions[-1].waiting == 5


def test_misconceptions_and_the_cases_that_catch_them(figures):
    found = {mistake.name: mistake for mistake in figures.mistakes}
    assert set(found) == {"the kernel is flipped", "the groups are ignored"}
    groups = found["the groups are ignored"]
    assert groups.students == ("demo-groups-ignored",)
    assert groups.cells == ("ex1-dilation-groups",)
    assert {catch.which for catch in groups.catches} == {"visible", "hidden"}
    assert all(catch.caught == catch.ran == 1 for catch in groups.catches)
    assert "two groups" in {catch.case for catch in groups.catches}
    assert groups.hidden_only == 0
    assert figures.unexplained == 0


def test_unreadable_and_touched(figures):
    assert [student for student, _ in figures.unreadable] == ["demo-truncated"]
    assert [(sign.student, len(sign.details)) for sign in figures.signs] == [
        ("demo-tests-deleted", 8)
    ]
    assert figures.slowest[0][1] >= figures.slowest[-1][1]


def test_students_text_is_shown_and_never_obeyed(figures, course):
    evil = "<script>alert(1)</script>"
    rows = [replace(row, student=evil, first_name="<img src=x onerror=alert(1)>") for row in
            figures.rows[:1]]  # fmt: skip
    entry = {
        **journal(course, demo.ASSIGNMENT).latest()["demo-kernel-flipped"],
        "problems": [{"kind": "restored", "where": "</style>", "detail": f"{evil}\ud800"},
                     {"kind": "unreadable", "where": "x", "detail": evil}],
    }  # fmt: skip
    page = render(count(course.plan(demo.ASSIGNMENT), rows, {evil: entry}))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("</style>") == 1
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_is_asked_of_anybody_else(figures):
    page = render(figures)
    assert not re.search(r"https?:|src=|@import|url\(", page)


def test_the_command(course, capsys):
    assert cli.main(["report", demo.ASSIGNMENT, "--course", str(course.root)]) == cli.DONE
    path = course.root / "reports" / f"{demo.ASSIGNMENT}.html"
    assert capsys.readouterr().out.strip() == str(path)
    assert "the kernel is flipped" in path.read_text("utf-8")


def test_a_journal_from_before_outcomes_were_kept(figures, course):
    entries = journal(course, demo.ASSIGNMENT).latest()
    for entry in entries.values():
        del entry["outcomes"]
    older = count(course.plan(demo.ASSIGNMENT), figures.rows, entries)
    assert older.mistakes == []
    assert "Unreadable" in render(older)
