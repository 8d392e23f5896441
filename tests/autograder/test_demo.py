"""The main job, end to end: a class is released to, hands in, is graded, and stands in nbgrader."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from books import gradebook_of

from autograder import cli, demo
from autograder.course.course import open_course
from autograder.grade import grade
from autograder.run import sandbox
from autograder.run.crew import Here

#: Points without the written answer, which a person grades.
SCORES = {
    "demo-loops": 85,
    "demo-im2col": 85,
    "demo-einsum": 85,
    "demo-tests-deleted": 85,
    "demo-groups-ignored": 70,
    "demo-stride-ignored": 55,
    "demo-padding-one-side": 55,
    "demo-infinite-loop": 55,
    "demo-kernel-flipped": 40,
    "demo-exception": 40,
    "demo-gradebook": 40,
    "demo-truncated": 0,
}
NAMED = {
    "demo-groups-ignored": "the groups are ignored",
    "demo-stride-ignored": "the stride is ignored",
    "demo-padding-one-side": "padding on one side only",
    "demo-infinite-loop": "stopped after 4 seconds",
    "demo-kernel-flipped": "the kernel is flipped",
    "demo-exception": "raised IndexError: index 5 is out of bounds for axis 2 with size 5",
    "demo-tests-deleted": "cell was deleted",
    "demo-truncated": "the file is truncated",
}
#: Graded once more by plain nbgrader: right, and wrong in ways that need no sandbox.
HONEST = ("demo-loops", "demo-einsum", "demo-kernel-flipped", "demo-groups-ignored")


@pytest.fixture(scope="module")
def course(tmp_path_factory, copy_course):
    return open_course(copy_course(tmp_path_factory.mktemp("demo") / "course"))


@pytest.fixture(scope="module")
def report(course):
    return demo.run(course)


@pytest.fixture(scope="module")
def kind():
    return "none" if sandbox.bubblewrap_fault() else "bubblewrap"


def scores(course):
    """Every student's score, by nbgrader's own API."""
    with gradebook_of(course) as gradebook:
        return {
            submission.student.id: submission.score
            for submission in gradebook.assignment_submissions(demo.ASSIGNMENT)
        }


def test_the_gradebook_holds_every_students_exact_score(course, report):
    assert scores(course) == SCORES
    assert {e["student"]: e["score"] for e in report.submissions} == SCORES


def test_what_went_wrong_is_named(report):
    by_student = {entry["student"]: entry for entry in report.submissions}
    for student, expected in NAMED.items():
        assert any(expected in p["detail"] for p in by_student[student]["problems"]), student
    states = {student: entry["state"] for student, entry in by_student.items()}
    assert states["demo-truncated"] == "unreadable"
    assert states["demo-kernel-flipped"] == "graded with problems"
    assert states["demo-loops"] == "graded"


def test_the_report_has_the_promised_fields(report, kind):
    described = report.to_dict()
    assert described["sandbox"] == kind
    assert described["workers"] >= 1
    assert described["wall_seconds"] > 0
    for entry in described["submissions"]:
        assert set(entry) == {"student", "state", "score", "max_score", "problems", "seconds"}
        assert entry["max_score"] == 100
        for problem in entry["problems"]:
            assert set(problem) == {"kind", "where", "detail"}


def test_everybody_has_feedback_without_hidden_tests(course, report):
    for student in SCORES:
        page = course.path("feedback", student, demo.ASSIGNMENT) / f"{demo.ASSIGNMENT}.html"
        text = page.read_text()
        assert "HIDDEN TESTS" not in text
        assert "conv2d_forward" in text
        assert 'src="http' not in text
    flipped = course.path("feedback", "demo-kernel-flipped", demo.ASSIGNMENT)
    assert "the kernel is flipped" in (flipped / f"{demo.ASSIGNMENT}.html").read_text()


def test_the_class_report_is_written(course, report):
    page = (course.root / "reports" / f"{demo.ASSIGNMENT}.html").read_text()
    for words in ("padding on one side only", "demo-truncated", "demo-tests-deleted"):
        assert words in page


def test_what_has_not_changed_is_not_graded_again(course, report, kind):
    again = grade(course, demo.ASSIGNMENT, kind=kind, crew=Here(2), watch=_never)
    assert list(again.submissions) == list(report.submissions)


def _never(done, total, student):
    raise AssertionError(f"{student} was graded again")


def test_a_persons_points_survive_a_regrade(course, report, kind):
    with gradebook_of(course) as gradebook:
        where = "ex4-answer", demo.ASSIGNMENT, demo.ASSIGNMENT, "demo-loops"
        gradebook.find_grade(*where).manual_score = 12
        gradebook.find_comment(*where).manual_comment = "Well argued."
        gradebook.db.commit()
    grade(course, demo.ASSIGNMENT, kind=kind, crew=Here(2), students=["demo-loops"], regrade=True)
    with gradebook_of(course) as gradebook:
        assert gradebook.find_grade(*where).manual_score == 12
        assert gradebook.find_comment(*where).manual_comment == "Well argued."
        assert gradebook.find_submission(demo.ASSIGNMENT, "demo-loops").score == 97
        gradebook.find_grade(*where).manual_score = None
        gradebook.db.commit()


def test_plain_nbgrader_gives_honest_work_the_same_scores(course, report, tmp_path, copy_course):
    plain = copy_course(tmp_path / "plain")
    for student in HONEST:
        shutil.copytree(course.root / "submitted" / student, plain / "submitted" / student)
    programs = str(Path(sys.executable).parent)
    for verb in (("generate_assignment", "--force"), ("autograde",)):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *verb, demo.ASSIGNMENT],
            cwd=plain,
            env={"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path)},
            check=True,
            capture_output=True,
        )
    assert scores(open_course(plain)) == {student: SCORES[student] for student in HONEST}


def test_a_second_grader_is_turned_away(course, report, capsys):
    before = (course.root / "gradebook.db").read_bytes()
    with course.lock():
        status = cli.main(["grade", demo.ASSIGNMENT, "--course", str(course.root), "--no-sandbox"])
    assert status == cli.USAGE
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "another grader" in message
    assert (course.root / "gradebook.db").read_bytes() == before


def test_the_demo_leaves_a_real_class_alone(course, report):
    folder = course.root / "submitted" / "real-student" / demo.ASSIGNMENT
    folder.mkdir(parents=True)
    try:
        with pytest.raises(demo.UsageError, match="1 real submission"):
            demo.hand_in(course)
    finally:
        shutil.rmtree(folder.parent)
