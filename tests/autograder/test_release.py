"""What students get holds everything they need and nothing they must not see."""

import json
import os
import subprocess
import sys
import zipfile
from datetime import datetime
from importlib.metadata import metadata

import nbformat
import pytest

from autograder.cli import main
from autograder.course.course import open_course
from autograder.course.steps import generate
from autograder.problems import DONE, USAGE, UsageError
from autograder.release import site, wheels
from autograder.release.bundle import make_bundle
from autograder.release.handed_out import hand_out
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


def test_the_bundle_holds_the_way_in_and_is_the_same_each_time(course, tmp_path):
    hand_out(course, "ps2_forward")
    first = make_bundle(course).read_bytes()
    bundle = make_bundle(course)
    assert bundle.read_bytes() == first
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        page = archive.read("cnn-course/START.html").decode()
        told = json.loads(archive.read("cnn-course/released/course.json"))
        dates = {entry.date_time[0] for entry in archive.infolist()}
        lecture = archive.read("cnn-course/released/lectures/04_convolution.ipynb").decode()
    assert names[0] == "cnn-course/START.html"
    for name in ("environment.yml", "constraints.txt", "LICENSE", "docs/errata.md",
                 "docs/notation.md", "assignments/ps2_forward/ps2_forward.ipynb"):  # fmt: skip
        assert f"cnn-course/released/{name}" in names
    # Nothing lies where students work.
    assert {name.split("/")[1] for name in names} == {"START.html", "released", "start.py"}
    assert [f"cnn-course/released/{wheel}" in names for wheel in told["wheels"]] == [True]
    (entry,) = told["assignments"]
    assert entry.pop("title") == "Assignment 2 · Convolution, forward"
    assert entry == {"name": "ps2_forward", "minutes": 105, "points": 100, "due": None,
                     "torch": False}  # fmt: skip
    assert "04_convolution.ipynb" in told["lectures"]
    assert min(dates) > 2020
    assert '"notes"' not in lecture
    assert '"source_hidden": true' in lecture
    assert "python3 start.py" in page
    assert "py start.py" in page
    assert not [name for name in names if "autograder" in name or "solutions" in name]
    # A site in the browser shows the same, and first of all installs what it needs.
    wheel, shown = site.lay_out(bundle, tmp_path)
    assert wheel.name in told["wheels"]
    assert shown == ["ps2_forward"]
    page = nbformat.read(tmp_path / "files/assignments/ps2_forward/ps2_forward.ipynb", as_version=4)
    assert page.cells[0].source == site.INSTALL
    assert page.cells[1].source.startswith("# Assignment 2")
    pictures = [path.read_text("ascii") for path in (tmp_path / "files").rglob("*.svg")]
    assert any("&#215;" in picture for picture in pictures)


def test_a_site_without_an_assignment_that_runs_there_is_refused_in_a_line(
    course, capsys, monkeypatch
):
    monkeypatch.setattr("sys.argv", ["lite", "--course", str(course.root)])
    assert site.main() == USAGE
    assert capsys.readouterr().err == (
        "lite: no assignment that needs only NumPy was handed out; begin with: "
        "autograder release ps1_sizes\n"
    )


def test_a_bundle_holds_what_was_handed_out_so_far_and_no_more(course, capsys):
    for week, name in enumerate(("ps4_pooling", "ps1_sizes"), 1):
        due = ["--due", "2036-10-05 23:59"] if week == 2 else []
        assert main(["release", name, *due, "--json", "--course", str(course.root)]) == DONE
        assert len(json.loads(capsys.readouterr().out)["handed_out"]) == week
    assert main(["release", "ps1_sizes", "--course", str(course.root)]) == DONE
    assert "in the zip   ps1_sizes, ps4_pooling\n" in capsys.readouterr().out
    with zipfile.ZipFile(course.root / "build/student/cnn-course.zip") as archive:
        told = json.loads(archive.read("cnn-course/released/course.json"))
        held = {name.split("/")[3] for name in archive.namelist() if "/assignments/" in name}
    assert held == {"ps1_sizes", "ps4_pooling"}
    # A due date stays until another is set, as formgrader would set it.
    moments = {each["name"]: each["due"] for each in told["assignments"]}
    assert moments["ps4_pooling"] is None
    local = datetime.fromisoformat("2036-10-05 23:59").astimezone()
    assert datetime.fromisoformat(moments["ps1_sizes"]) == local


def test_model_solutions_are_handed_out_clean_and_not_before_the_deadline(course, capsys):
    release = ["release", "ps1_sizes", "--solutions", "--course", str(course.root)]
    assert main([*release, "--due", "2036-10-05 23:59"]) == USAGE
    assert "ps1_sizes is due on Sunday 5 October 2036" in capsys.readouterr().err
    assert not (course.root / "build").exists()
    assert main([*release, "--due", "2026-01-05 23:59"]) == DONE
    assert "solutions of ps1_sizes\n" in capsys.readouterr().out
    with zipfile.ZipFile(course.root / "build/student/cnn-course.zip") as archive:
        model = archive.read("cnn-course/released/model/ps1_sizes/ps1_sizes-solution.ipynb")
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(model)["cells"]}
    assert "max(0," in cells["ex1-solution"]
    assert cells["ex5-basic"] == 'check.conv_parameters(conv_parameters, part="basic")'
    assert "It computes cross-correlations" in cells["ex6-answer"]
    text = "\n".join(cells.values())
    assert not any(
        word in text for word in ("###", "hidden", "Mark scheme", "learned weights come")
    )


@pytest.mark.slow
def test_a_student_gets_from_the_zip_to_a_checked_function(course, tmp_path, monkeypatch):
    """Follow the page: unzip, one command; then check with what was installed, nothing else."""
    home = tmp_path / "cnn-course"
    empty = tmp_path / "home"
    empty.mkdir()
    environ = {**os.environ, "HOME": str(empty)}

    def start():
        with zipfile.ZipFile(make_bundle(course)) as archive:
            archive.extractall(tmp_path)
        started = subprocess.run(
            [sys.executable, "start.py", "--no-lab"],
            cwd=home, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env=environ,
        )  # fmt: skip
        assert started.stdout.endswith("Ready.\n")
        return started.stdout

    hand_out(course, "ps2_forward")
    assert "Setting up" in start()
    assert start() == "Ready.\n"  # the second start finds everything there
    # Jupyter's, pip's and our things all stay in the folder; rustup's is not ours.
    assert [path.name for path in empty.iterdir() if path.name != ".rustup"] == []
    python = home / ".venv" / "bin" / "python"
    has_torch = [python, "-c", "import importlib.util as i; print(i.find_spec('torch'))"]
    assert subprocess.check_output(has_torch, text=True) == "None\n"
    # A new zip with another cnnlib of the same version, another assignment, and a changed one.
    mine = home / "assignments" / "ps2_forward" / "ps2_forward.ipynb"
    mine.write_text(mine.read_text("utf-8").replace("raise NotImplementedError()", "..."), "utf-8")
    before = mine.read_bytes()
    released = course.release("ps2_forward") / "ps2_forward.ipynb"
    released.write_text(released.read_text("utf-8").replace("# Assignment 2", "# Week 2"), "utf-8")
    hand_out(course, "ps1_sizes")
    told = {**metadata("cnn-course").json, "Summary": "another one"}
    told |= {"Requires-Python": ">=3.11", "License-Expression": "BSD-3-Clause"}
    monkeypatch.setattr(wheels, "metadata", lambda name: told)
    said = start()
    assert "new: ps1_sizes" in said
    assert (
        "changed: assignments/ps2_forward/ps2_forward.ipynb. You have worked on your copy" in said
    )
    assert mine.read_bytes() == before
    about = [python, "-c", "import importlib.metadata as m; print(m.metadata('cnnlib')['Summary'])"]
    assert subprocess.check_output(about, text=True) == "another one\n"
    mine.write_bytes(released.read_bytes())
    notebook = home / "assignments" / "ps2_forward" / "ps2_forward.ipynb"
    executed = subprocess.run(
        [python, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--allow-errors",
         "--stdout", notebook],
        cwd=home, check=True, capture_output=True, text=True,
    )  # fmt: skip
    cells = {cell["id"]: cell for cell in json.loads(executed.stdout)["cells"]}
    (shown,) = cells["ex1-basic"]["outputs"]
    assert "not written yet" in "".join(shown["data"]["text/plain"])
    missing = subprocess.run(
        [python, "-c", "import autograder"], cwd=home, check=False, capture_output=True, text=True
    )
    assert "No module named 'autograder'" in missing.stderr
    lab = subprocess.run(
        [python, "-m", "jupyter", "lab", "--version"], check=True, capture_output=True, text=True
    )
    assert lab.stdout.startswith("4.")
