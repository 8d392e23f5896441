"""What runs at an honest student's desk keeps its points, whatever was done to the notebook."""

import inspect
import json
from pathlib import Path

import pytest
from beside import load_beside
from nbgrader.api import Gradebook

from autograder.course.course import open_course
from autograder.grade import grade
from autograder.report.feedback import make_feedback
from autograder.run import sandbox
from autograder.run.crew import Here

attack = load_beside(__file__, "attack.py")
mishaps = load_beside(__file__, "mishaps.py")

PS1 = "ps1_sizes"
FULL = {PS1: 86, "ps2_forward": 85}
CASES = {
    path.stem: attack.Attack.read(path)
    for path in sorted(Path(__file__).with_name("cases").glob("*.cell"))
}
MISHAPS = mishaps.TABLE
ASSIGNMENTS = {name: case.assignment for name, case in CASES.items()} | dict.fromkeys(MISHAPS, PS1)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, copy_course, require_program):
    """Everybody's entry in the report, and the course."""
    require_program("bwrap")
    assert sandbox.bubblewrap_fault() is None
    course = open_course(copy_course(tmp_path_factory.mktemp("cases") / "course"))
    texts = {name: json.dumps(attack.honest(course, name)) for name in FULL}
    for name, assignment in {"zz-honest": PS1, **ASSIGNMENTS}.items():
        notebook = json.loads(texts[assignment])
        folder = course.path("submitted", name, assignment)
        folder.mkdir(parents=True)
        if name in CASES:
            CASES[name].put_into(notebook)
        if name in MISHAPS:
            change = MISHAPS[name][0]
            if len(inspect.signature(change).parameters) == 2:
                change(notebook, folder)
                continue
            change(notebook)
        (folder / f"{assignment}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    entries, errors = {}, []
    for assignment in FULL:
        mine = [name for name, where in ASSIGNMENTS.items() if where == assignment]
        # Those that once ended the whole run come last, so that the others are told about.
        ended = [name for name in mine if name.startswith("half-emoji")]
        calm = [name for name in mine if name not in ended]
        for students in filter(None, (["zz-honest"] * (assignment == PS1) + calm, ended)):
            try:
                settings = {"kind": "bubblewrap", "crew": Here(2), "students": students}
                report = grade(course, assignment, **settings)
                entries |= {entry["student"]: entry for entry in report.submissions}
                make_feedback(course, assignment)
            except Exception as error:
                errors.append(f"{assignment}, {students[0]}: {error!r}")
    return course, entries, errors


@pytest.mark.parametrize("name", [*CASES, *MISHAPS])
def test_honest_work_keeps_its_points(graded, name):
    expected = CASES[name].expected if name in CASES else MISHAPS[name][1]
    assert expected.faults(graded[1][name], FULL[ASSIGNMENTS[name]]) == []


@pytest.mark.parametrize("name", [*CASES, *MISHAPS])
def test_one_accident_is_told_once_or_twice(graded, name):
    # Fourteen lines about fourteen cells say nothing that one line does not.
    assert len(graded[1][name]["problems"]) <= 3


@pytest.mark.parametrize("name", [*CASES, *MISHAPS])
def test_everybody_has_a_page(graded, name):
    folder = graded[0].path("feedback", name, ASSIGNMENTS[name])
    assert (folder / f"{ASSIGNMENTS[name]}.html").exists()


@pytest.mark.parametrize("name", [name for name, case in MISHAPS.items() if case[2]])
def test_a_person_sees_an_answer_wherever_it_stands(graded, name):
    course, entries, _ = graded
    directory = course.directory
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        assert gradebook.find_grade("ex6-answer", PS1, PS1, name).needs_manual_grade
    assert [p for p in entries[name]["problems"] if p["where"] == "ex6-answer"] != []
    page = course.path("feedback", name, PS1) / f"{PS1}.html"
    assert mishaps.ANSWER in page.read_text()


def test_no_submission_ends_the_run(graded):
    assert graded[2] == []


def test_the_honest_student_has_no_problem(graded):
    assert graded[1]["zz-honest"]["problems"] == []
    assert graded[1]["zz-honest"]["score"] == FULL[PS1]
