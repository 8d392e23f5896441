"""A regrade shows which scores would move, writes after a yes, and may be killed in between."""

import json
import shutil

import light
import nbformat
import pytest
from books import gradebook_of

from autograder import cli
from autograder.commands import grade as grading
from autograder.course.course import open_course
from autograder.grade import grade
from autograder.record.recorder import Recorder
from autograder.release.release import make_release
from autograder.run.crew import Here

#: What the changed test asks: now `square-wrong` is right, and everybody else is not.
CHANGED = "assert square(3) == 3"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of five, graded, whose test then changed."""
    course = light.make_course(tmp_path_factory.mktemp("regrade") / "course")
    assert light.hand_in(course, 5) == scores(grade(course, light.NAME, kind="none", crew=Here(2)))
    light.write_source(course.root, CHANGED)
    make_release(course, light.NAME)
    return course


@pytest.fixture
def course(graded, tmp_path):
    shutil.copytree(graded.root, tmp_path / "course")
    return open_course(tmp_path / "course")


def scores(report):
    return {entry["student"]: entry["score"] for entry in report.submissions}


def command(course, *options):
    return cli.main(
        ["grade", light.NAME, "--course", str(course.root), "--no-sandbox", *options]
    )  # fmt: skip


MOVES = [
    ("student-000", "square-test", 4, 0),
    ("student-001", "square-test", 4, 0),
    ("student-002", "square-test", 0, 4),
    ("student-003", "square-test", 4, 0),
    ("student-004", "square-test", 4, 0),
]


def as_tuples(moves):
    return [(move["student"], move["cell"], move["old"], move["new"]) for move in moves]


def test_a_changed_test_moves_no_score_by_itself(course, capsys):
    before = light.grades(course)
    assert command(course) == cli.DONE
    assert light.grades(course) == before
    assert "5 results from before the assignment" in capsys.readouterr().out


def test_unasked_nothing_is_written_and_the_moves_are_shown(course, capsys):
    before = (course.root / "gradebook.db").read_bytes()
    assert command(course, "--regrade", "--json") == cli.USAGE
    shown, said = capsys.readouterr()
    report = json.loads(shown)
    assert as_tuples(report["moves"]) == MOVES
    assert report["written"] is False
    assert said.count("\n") == 1
    assert "add --yes" in said
    assert command(course, "--regrade") == cli.USAGE
    assert "5 scores would change" in capsys.readouterr().out
    assert (course.root / "gradebook.db").read_bytes() == before


def test_yes_writes_without_grading_once_more(course, capsys):
    command(course, "--regrade")
    capsys.readouterr()
    report = grade(
        course, light.NAME, kind="none", crew=Here(2), regrade=True, watch=_never
    )  # fmt: skip
    assert report.written
    assert {g[:2]: g[2] for g in light.grades(course) if g[1] == "square-test"} == {
        move[:2]: move[3] for move in MOVES
    }
    again = grade(course, light.NAME, kind="none", crew=Here(2), watch=_never)
    assert again.outdated == []
    assert list(again.submissions) == list(report.submissions)


def _never(done, total, student):
    raise AssertionError(f"{student} was graded again")


def test_no_forgets_the_results(course):
    before = light.grades(course)
    report = grade(course, light.NAME, kind="none", crew=Here(2), regrade=True,
                   confirm=lambda moves: False)  # fmt: skip
    assert not report.written
    assert light.grades(course) == before
    assert not list((course.state / "regrade").glob("*"))


def test_without_a_move_nobody_is_asked(graded, tmp_path):
    course = light.make_course(tmp_path / "course")
    light.hand_in(course, 2)

    def confirm(moves):
        raise AssertionError(moves)

    for regrade in (False, True):
        grade(course, light.NAME, kind="none", crew=Here(2), regrade=regrade, confirm=confirm)


@pytest.mark.parametrize("written", [0, 2])
def test_stopped_while_it_writes_it_goes_on(course, monkeypatch, written):
    """Stopped before and in the midst of writing: nothing is doubled, nothing is missing."""
    record = Recorder.record
    calls = []

    def stop_after(self, *arguments):
        if len(calls) == written:
            raise KeyboardInterrupt
        calls.append(arguments)
        record(self, *arguments)

    journal = course.state / "journal" / f"{light.NAME}.jsonl"
    lines = journal.read_text().count("\n")
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "record", stop_after)
        with pytest.raises(KeyboardInterrupt):
            grade(course, light.NAME, kind="none", crew=Here(2), regrade=True)
    grade(course, light.NAME, kind="none", crew=Here(2), regrade=True, watch=_never)
    assert journal.read_text().count("\n") == lines + 5
    assert light.totals(course) == {f"student-00{n}": p for n, p in enumerate((3, 0, 7, 0, 0))}


def test_what_a_person_gave_stays(course):
    where = "square-test", light.NAME, light.NAME, "student-000"
    with gradebook_of(course) as gradebook:
        gradebook.find_grade(*where).manual_score = 2.5
        gradebook.find_comment("why", *where[1:]).manual_comment = "Why indeed."
        gradebook.db.commit()
    report = grade(course, light.NAME, kind="none", crew=Here(2), regrade=True)
    kept = {move.student: move.kept for move in report.moves}
    assert kept["student-000"] == 2.5
    assert kept["student-001"] is None
    with gradebook_of(course) as gradebook:
        assert gradebook.find_grade(*where).manual_score == 2.5
        assert gradebook.find_grade(*where).auto_score == 0
        assert gradebook.find_comment("why", *where[1:]).manual_comment == "Why indeed."
        assert gradebook.find_submission(light.NAME, "student-000").score == 5.5


def test_it_asks_on_a_terminal(course, capsys, monkeypatch):
    monkeypatch.setattr(grading, "_can_ask", lambda options: True)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    before = light.grades(course)
    assert command(course, "--regrade") == cli.DONE
    assert "not been written" in capsys.readouterr().out
    assert light.grades(course) == before
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert command(course, "--regrade") == cli.DONE
    assert light.grades(course) != before


def hand_in_again(course, change):
    """Let student-000 hand in once more, with cells changed."""
    path = course.path("submitted", "student-000", light.NAME) / f"{light.NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change({cell.id: cell for cell in notebook.cells})
    nbformat.write(notebook, path)
    grade(course, light.NAME, kind="none", crew=Here(2))


def test_a_graded_answer_comes_back_to_a_person_only_when_it_changed(course):
    where = light.NAME, light.NAME, "student-000"
    hand_in_again(course, lambda cells: cells["why"].update(source="Because it is so."))
    with gradebook_of(course) as gradebook:
        for cell in ("why", "square-test"):  # as formgrader does
            gradebook.find_grade(cell, *where).manual_score = 2
            gradebook.find_grade(cell, *where).needs_manual_grade = False
        gradebook.db.commit()

    def asked():
        with gradebook_of(course) as gradebook:
            return {
                cell
                for cell in ("why", "square-test")
                if gradebook.find_grade(cell, *where).needs_manual_grade
            }

    grade(course, light.NAME, kind="none", crew=Here(2), regrade=True)
    assert asked() == set(), "nothing was handed in since"
    hand_in_again(course, lambda cells: cells["title"].update(source="# Mine"))
    assert asked() == set(), "neither the answer nor the code changed"
    hand_in_again(
        course, lambda cells: cells["square"].update(source="def square(x):\n    return 9")
    )
    assert asked() == {"square-test"}
    hand_in_again(course, lambda cells: cells["why"].update(source="Because."))
    assert asked() == {"why", "square-test"}
