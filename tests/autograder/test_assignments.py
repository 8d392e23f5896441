"""Every assignment: solved it earns everything, in nbgrader and here; untouched, nothing."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from books import gradebook_of

from autograder.course.course import open_course
from autograder.course.plan import cell_id
from autograder.grade import grade
from autograder.release.release import make_release
from autograder.run import sandbox
from autograder.run.crew import Here

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.name for path in (ROOT / "solutions").iterdir() if path.is_dir())
#: Checks of what has no other cases: one network's numbers, one budget.
FIXED = ("alexnet", "design")
MARKERS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def notebook(folder, name):
    return nbformat.read(folder / name / f"{name}.ipynb", as_version=4)


def solved(name):
    """Return the released notebook with the model solution written in, as a student would."""
    solutions = {cell_id(cell): cell for cell in notebook(ROOT / "solutions", name).cells}
    handed_in = notebook(ROOT / "assignments", name)
    for cell in handed_in.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = MARKERS.sub("", solutions[cell_id(cell)].source)
    return handed_in


def nbgrader(course, home, *command):
    programs = str(Path(sys.executable).parent)
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=course,
        env={"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(home), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def course(name, tmp_path_factory, copy_course):
    """A course with this assignment, handed in solved and untouched."""
    root = copy_course(tmp_path_factory.mktemp(name) / "course")
    for student, handed_in in (
        ("solved", solved(name)),
        ("untouched", notebook(ROOT / "assignments", name)),
    ):
        folder = root / "submitted" / student / name
        shutil.copytree(ROOT / "assignments" / name, folder)
        nbformat.write(handed_in, folder / f"{name}.ipynb")
    return root


def points(name):
    """Points by cell id: those that a check gives, and those that a person gives."""
    graded = [c for c in notebook(ROOT / "solutions", name).cells
              if c.metadata.get("nbgrader", {}).get("grade")]  # fmt: skip
    automatic = {cell_id(c): c.metadata.nbgrader.points for c in graded if c.cell_type == "code"}
    manual = {cell_id(c): c.metadata.nbgrader.points for c in graded if c.cell_type != "code"}
    return automatic, manual


def test_points_sum_to_a_hundred_and_one_question_is_for_a_person(name):
    automatic, manual = points(name)
    assert sum(automatic.values()) + sum(manual.values()) == 100
    assert manual


def test_every_graded_cell_calls_its_check_visibly_and_hidden(name):
    for cell in notebook(ROOT / "solutions", name).cells:
        if not cell.metadata.get("nbgrader", {}).get("grade") or cell.cell_type != "code":
            continue
        visible, _, rest = cell.source.partition("### BEGIN HIDDEN TESTS")
        hidden, _, after = rest.partition("### END HIDDEN TESTS")
        assert "check." in visible, cell.source
        assert "hidden" not in visible
        if not any(f"check.{check}(" in visible for check in FIXED):
            assert 'cases="hidden"' in hidden, cell.source
        assert not after.strip()


def test_it_says_what_a_student_must_know(name):
    cells = notebook(ROOT / "solutions", name).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert "| exercise | what you write | difficulty | importance | minutes | points |" in prose
    assert prose.count("<details><summary>Hint: ") >= 3
    assert re.search(r"!\[[^\]]{40,}\]\(img/[\w-]+\.svg\)", prose), "no figure with a long alt text"
    assert "Mark scheme" in prose


def test_nbgrader_validates_the_solution_and_not_the_release(name, course, tmp_path):
    files = [f"submitted/{student}/{name}/{name}.ipynb" for student in ("solved", "untouched")]
    said = nbgrader(course, tmp_path, "validate", *files).stdout
    of_solved, _, of_untouched = said.partition("VALIDATION FAILED")
    assert "Success! Your notebook passes all the tests." in of_solved
    assert of_untouched
    assert "Success!" not in of_untouched


def test_both_graders_give_the_solution_everything(name, course, tmp_path):
    automatic, _ = points(name)
    for verb in (("generate_assignment", "--force"), ("autograde",)):
        done = nbgrader(course, tmp_path, *verb, name)
        assert done.returncode == 0, done.stderr
    plain = scores(course, name)
    assert plain["solved"] == sum(automatic.values())
    assert plain["untouched"] == 0
    kind = "none" if sandbox.bubblewrap_fault() else "bubblewrap"
    opened = open_course(course)
    make_release(opened, name)
    report = grade(opened, name, kind=kind, crew=Here(1), regrade=True)
    found = {entry["student"]: entry for entry in report.submissions}
    assert found["solved"]["problems"] == []
    assert {student: entry["score"] for student, entry in found.items()} == plain


def scores(course, name):
    with gradebook_of(open_course(course)) as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions(name)}
