"""What an earlier version wrote into journals is read, and stands: `earlier/` holds its lines."""

import json
import shutil
from pathlib import Path

import light
import nbformat
import pytest
from nbformat.v4 import new_notebook

from autograder.course.course import open_course
from autograder.course.journal import recorded
from autograder.grade import grade
from autograder.report.figures import count
from autograder.report.formats import Row
from autograder.result import from_entry, shown, to_entry
from autograder.run.crew import Here

EARLIER = Path(__file__).parent / "earlier"


def entries(name):
    lines = (EARLIER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["student"]: entry for entry in map(json.loads, lines)}


class Nobody:
    """A crew that has nothing to do."""

    size = 1

    def run(self, tasks, setting):
        raise AssertionError("what stands in the journal is not graded again")


def test_what_was_recorded_is_not_graded_again(tmp_path):
    course = light.make_course(tmp_path / "course")
    before = entries(light.NAME)
    for student in before:
        folder = course.path("submitted", student, light.NAME)
        folder.mkdir(parents=True)
        shutil.copy(EARLIER / f"{student}.submission", folder / f"{light.NAME}.ipynb")
    grade(course, light.NAME, kind="none", crew=Here(1))
    graded = light.grades(course)
    shutil.copy(EARLIER / f"{light.NAME}.jsonl", recorded(course.state, light.NAME).path)
    report = grade(course, light.NAME, kind="none", crew=Nobody())
    assert list(report.submissions) == [shown(entry) for entry in before.values()]
    assert light.grades(course) == graded


@pytest.mark.parametrize("name", ["light", "ps2_forward"])
def test_an_entry_comes_back_as_it_was_written(name):
    notebook = nbformat.writes(new_notebook())
    for entry in entries(name).values():
        graded = from_entry(entry, notebook)
        # Earlier versions compared neither the work of students nor their answers.
        assert to_entry(graded, entry["fingerprint"], entry["rules"]) == {
            **entry, "work": "", "answers": {},
        }  # fmt: skip


def test_the_class_report_counts_it(copy_course, tmp_path):
    plan = open_course(copy_course(tmp_path / "course")).plan("ps2_forward")
    found = entries(plan.assignment)
    rows = [
        Row(student, "", "", "", entry["scores"], 0.0, entry["score"], plan.max_score, "", False)
        for student, entry in found.items()
    ]
    figures = count(plan, rows, found)
    assert [mistake.name for mistake in figures.mistakes] == ["the kernel is flipped"]
    assert [who for who, _ in figures.unreadable] == ["demo-truncated"]
