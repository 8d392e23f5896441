"""What students get holds everything they need and nothing they must not see."""

import json
import subprocess
import sys
import zipfile

import pytest

from autograder.course.course import open_course
from autograder.course.steps import generate
from autograder.problems import UsageError
from autograder.release.bundle import make_bundle
from autograder.release.release import leaks, make_release, refuse_leaks, secret_lines


@pytest.fixture
def course(tmp_path, copy_course):
    return open_course(copy_course(tmp_path / "course"))


def test_assignments_are_what_release_makes_now(repository, tmp_path):
    committed = open_course(repository)
    for name in committed.assignments():
        made = generate(committed, name, tmp_path, database=False)
        files = {p.relative_to(made): p.read_bytes() for p in made.rglob("*") if p.is_file()}
        released = committed.release(name)
        assert files == {
            path.relative_to(released): path.read_bytes()
            for path in released.rglob("*")
            if path.is_file() and ".ipynb_checkpoints" not in path.parts
        }, f"{name} is stale: run `autograder release {name}`"
    assert sorted(p.name for p in (repository / "assignments").iterdir()) == committed.assignments()


def test_secret_lines_are_those_of_solutions_hidden_tests_and_answers(course):
    secret = secret_lines(course.source("ps2_forward"))
    assert "y[n, f, i, j] = np.sum(window * w[f])" in secret
    assert 'check.im2col(im2col, part="basic", cases="hidden")' in secret
    assert any("Mark scheme" in line for line in secret)
    assert 'check.im2col(im2col, part="basic")' not in secret


LEAKS = {
    "a solution in a script": ("help.py", "    y[n, f, i, j] = np.sum(window * w[f])\n"),
    "a hidden test": ("t.txt", 'check.im2col(im2col, part="basic", cases="hidden")'),
    "a marker": ("notes.md", "### BEGIN SOLUTION"),
    "bytecode": ("__pycache__/help.cpython-311.pyc", "x"),
    "the gradebook": ("gradebook.db", "x"),
    "somebody's work": ("submitted/ann/x.py", "x"),
    "the grader": ("autograder/score.py", "x"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_every_kind_of_leak_is_found(course, tmp_path, name):
    file, content = LEAKS[name]
    path = tmp_path / "out" / file
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(UsageError, match="would leak"):
        refuse_leaks(course, [tmp_path / "out"], tmp_path / "out")


def test_stored_outputs_are_a_leak(course):
    path = course.release("ps2_forward") / "ps2_forward.ipynb"
    notebook = json.loads(path.read_text())
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "42"}]
    path.write_text(json.dumps(notebook))
    assert ["stored outputs" in leak for leak in leaks(path, path.name, set())] == [True]


def test_a_source_that_would_leak_is_not_released(course):
    path = course.source("ps2_forward") / "ps2_forward.ipynb"
    before = {p: p.read_bytes() for p in course.release("ps2_forward").rglob("*") if p.is_file()}
    notebook = json.loads(path.read_text())
    solution = next(cell for cell in notebook["cells"] if cell["id"] == "ex2-solution")
    end = next(line for line in solution["source"] if "END SOLUTION" in line)
    solution["source"] = [line for line in solution["source"] if line != end]
    path.write_text(json.dumps(notebook))
    with pytest.raises(UsageError, match="no end solution statement"):
        make_release(course, "ps2_forward")
    assert before == {p: p.read_bytes() for p in before}


def test_the_bundle_holds_the_way_in_and_is_the_same_each_time(course):
    first = make_bundle(course).read_bytes()
    bundle = make_bundle(course)
    assert bundle.read_bytes() == first
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        page = archive.read("cnn-course/START.html").decode()
    for name in ("start.py", "environment.yml", "constraints.txt", "LICENSE", "docs/errata.md",
                 "docs/notation.md", "assignments/ps2_forward/ps2_forward.ipynb"):  # fmt: skip
        assert f"cnn-course/{name}" in names
    lectures = [name for name in names if name.startswith("cnn-course/lectures/")]
    assert lectures  # whose links to ../docs/errata.md lead there
    wheel = next(name for name in names if name.endswith(".whl"))
    assert wheel.removeprefix("cnn-course/") in page
    assert "python3 start.py" in page
    assert "py start.py" in page
    assert not [name for name in names if "autograder" in name or "solutions" in name]


@pytest.mark.slow
def test_a_student_gets_from_the_zip_to_a_checked_function(course, tmp_path):
    """Follow the page: unzip, one command; then check with what was installed, nothing else."""
    with zipfile.ZipFile(make_bundle(course)) as archive:
        archive.extractall(tmp_path)
    home = tmp_path / "cnn-course"
    for _ in range(2):  # the second start finds everything there
        started = subprocess.run(
            [sys.executable, "start.py", "--no-lab"],
            cwd=home,
            check=True,
            capture_output=True,
            text=True,
        )
        assert "Ready." in started.stdout
    assert "Setting up" not in started.stdout
    python = home / ".venv" / "bin" / "python"
    notebook = home / "assignments" / "ps2_forward" / "ps2_forward.ipynb"
    executed = subprocess.run(
        [python, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--allow-errors",
         "--stdout", notebook],
        cwd=home, check=True, capture_output=True, text=True,
    )  # fmt: skip
    cells = {cell["id"]: cell for cell in json.loads(executed.stdout)["cells"]}
    assert "raised NotImplementedError" in cells["ex1-basic"]["outputs"][-1]["evalue"]
    missing = subprocess.run(
        [python, "-c", "import autograder"], cwd=home, check=False, capture_output=True, text=True
    )
    assert "No module named 'autograder'" in missing.stderr
    lab = subprocess.run(
        [python, "-m", "jupyter", "lab", "--version"], check=True, capture_output=True, text=True
    )
    assert lab.stdout.startswith("4.")
