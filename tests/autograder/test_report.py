"""The class report counts what the gradebook and the journal say, and obeys no student."""

import re
from dataclasses import replace

import pytest

from autograder import cli, demo
from autograder.course.course import open_course
from autograder.course.journal import recorded
from autograder.grade import grade
from autograder.report.figures import count
from autograder.report.report import render
from autograder.report.rows import read_rows
from autograder.run.crew import Here
from autograder.unnamed import digest, example
from cnnlib.check import CHECKS
from cnnlib.check.engine.observe import Observation
from cnnlib.check.engine.referee import Referee

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
    return count(
        course.plan(demo.ASSIGNMENT), rows, recorded(course.state, demo.ASSIGNMENT).latest()
    )


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
    assert figures.unnamed == []
    assert "Draw it for 4 channels" in groups.hint
    assert not groups.telling
    page = render(figures)
    assert "Draw it for 4 channels" in page
    assert "<details open>" not in page, "each case caught everybody: that is folded"


def test_no_mean_is_final_while_answers_wait(figures):
    assert figures.open == 15
    page = " ".join(render(figures).split())
    assert "<dt>Mean so far</dt>" in page
    assert "Not final: 15 of 100 points" in page
    given = [replace(q, waiting=0) for q in figures.questions]
    page = render(replace(figures, questions=given))
    assert "<dt>Mean</dt>" in page
    assert "so far</dt>" not in page


def unexplained(check, part, wrong, which="visible"):
    """Return what the journal says of a function that computes something without a name."""
    referee = Referee(CHECKS[check], part, which, seed=5)
    seen = [
        Observation(values=(wrong(found),), types=("ndarray",)) for (found,) in referee.references
    ]
    verdict = referee.verdict(seen)
    assert verdict.misconception is None
    return {
        "where": "ex1", "check": check, "part": part, "which": which, "total": verdict.total,
        "failed": [failure.case.name for failure in verdict.failures], "misconception": "",
        "digest": digest(verdict), "example": example(verdict),
    }  # fmt: skip


def test_wrong_answers_without_a_name_are_grouped_by_what_they_compute(figures, course):
    def entry(*outcomes):
        return {"outcomes": outcomes, "problems": [], "seconds": 1.0, "work": ""}

    one = unexplained("conv2d_forward", "basic", lambda y: y * 3 + 0.25)
    same = unexplained("conv2d_forward", "basic", lambda y: (y + y + y + 0.25) * (1 + 1e-12))
    other = unexplained("conv2d_forward", "basic", lambda y: y * 3 + 0.5)
    later = unexplained("conv2d_forward", "stride_padding", lambda y: y * 3 + 0.25)
    students = [row.student for row in figures.rows]
    entries = [entry(other), entry(one, later), entry(same), entry(), entry(one), entry()]
    plan = course.plan(demo.ASSIGNMENT)
    found = count(plan, figures.rows, dict(zip(students, entries, strict=True)))
    first, second = found.unnamed
    assert first.students == (students[1], students[2], students[4])
    assert second.students == (students[0],)
    assert first.place == "conv2d_forward: batch, channels and bias"
    assert first.example.startswith("one image, one channel, no bias: y[0, 0, 0, 0] is ")
    page = render(found)
    assert page.index(first.example) < page.index(second.example)


def test_of_hidden_cases_no_value_is_said():
    told = unexplained("conv2d_forward", "basic", lambda y: y * 3 + 0.25, "hidden")
    assert told["example"] == "wrong values of y in a hidden case"


def test_what_a_hidden_assert_asked_is_not_on_the_page(figures, course):
    entry = {
        **recorded(course.state, demo.ASSIGNMENT).latest()["demo-kernel-flipped"],
        "problems": [{"kind": "wrong", "where": "x", "detail": "hidden tests: assert f(7) == 8"}],
    }
    page = render(count(course.plan(demo.ASSIGNMENT), figures.rows, {"demo-loops": entry}))
    assert "f(7)" not in page
    assert "hidden tests did not pass" in page


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
        **recorded(course.state, demo.ASSIGNMENT).latest()["demo-kernel-flipped"],
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
    entries = recorded(course.state, demo.ASSIGNMENT).latest()
    for entry in entries.values():
        del entry["outcomes"]
    older = count(course.plan(demo.ASSIGNMENT), figures.rows, entries)
    assert older.mistakes == []
    assert "Unreadable" in render(older)
