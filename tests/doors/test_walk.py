"""The instructor's walk to an assignment of one's own, command by command, and what goes wrong."""

import re
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
from handing_in import hand_in

from autograder.cli import main

NAME = "ps10_brightness"
#: Makes Python heed what pip has put into a folder of ours, and not into the environment.
HEED = "import site; site.addsitedir({!r})"


def commands(repository):
    """Return the commands that the walk asks a teacher to type."""
    page = (repository / "docs" / "instructor.md").read_text("utf-8")
    walk = page.partition("## Your own assignment in ten minutes")[2].partition("\n## ")[0]
    blocks = re.findall(r"^ +```\n(.*?)^ +```$", walk, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in textwrap.dedent(block).splitlines()]


@pytest.mark.slow
def test_every_command_of_the_walk_works(repository, tmp_path):
    typed = commands(repository)
    assert len(typed) == 10
    graded = typed.index(f"autograder grade {NAME}")
    installed = tmp_path / "installed"
    (tmp_path / "heed").mkdir()
    (tmp_path / "heed" / "sitecustomize.py").write_text(HEED.format(str(installed)))

    def type_in(lines, folder):
        script = "set -e\n" + "\n".join(lines)
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONPATH": str(tmp_path / "heed"),
            "PIP_TARGET": str(installed),
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "6 passed" in type_in(typed[:graded], tmp_path)
    course = tmp_path / "my-course"
    hand_in(course / "source", course, NAME)
    assert "the sum is not divided (ex1-basic)" in type_in(typed[graded:], course)
    assert "the sum is not divided" in (course / "reports" / f"{NAME}.html").read_text("utf-8")
    rows = (course / "reports" / f"{NAME}-scores.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[4] for row in rows] == ["80", "0"]
    assert "brightness" in type_in(
        ['python -c "from cnnlib import check; print(check.brightness.name)"'], tmp_path
    )
    with zipfile.ZipFile(course / "build" / "student" / "cnn-course.zip") as bundle:
        (wheel,) = [n for n in bundle.namelist() if NAME in n and n.endswith(".whl")]
        assert Path(wheel).name in bundle.read("cnn-course/released/course.json").decode()
        bundle.extract(wheel, tmp_path)
    with zipfile.ZipFile(tmp_path / wheel) as packed:
        names = packed.namelist()
        (points,) = [packed.read(n).decode() for n in names if n.endswith("entry_points.txt")]
        (about,) = [packed.read(n).decode() for n in names if n.endswith("/METADATA")]
    assert f"= {NAME}" in points
    assert re.findall(r"^Requires-Dist: (.*)$", about, re.MULTILINE) == ["cnnlib"]
    assert not [name for name in names if "mutants" in name or "test" in name]


@pytest.fixture
def course(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    return tmp_path


def refusal(capsys, course, name):
    before = sorted(course.rglob("*"))
    assert main(["new", name, "--course", str(course)]) == 2
    assert sorted(course.rglob("*")) == before
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("name", ["ps10-mine", "Ps10", "../x", "ps10_", "ps10_class", "10", ""])
def test_a_bad_name_is_refused_in_one_line(capsys, course, name):
    assert refusal(capsys, course, name) == (
        f"autograder: {name!r} is not a valid name; use one such as ps10_brightness"
    )


def test_what_is_there_already_is_refused_in_one_line(capsys, course):
    assert "already a Python package 'numpy'" in refusal(capsys, course, "numpy")
    for taken in ("im2col", "geometry"):  # a check, and a module that would hide one
        assert f"already has a {taken!r}" in refusal(capsys, course, f"ps10_{taken}")
    assert main(["new", NAME, "--course", str(course)]) == 0
    capsys.readouterr()
    assert f"{NAME} already exists: choose another name" in refusal(capsys, course, NAME)


def test_without_a_course_it_says_so_in_one_line(capsys, tmp_path):
    assert "is not a course: it has no nbgrader_config.py" in refusal(capsys, tmp_path, NAME)


def test_a_check_that_nobody_brings_is_refused_when_it_is_released(capsys, course):
    assert main(["new", NAME, "--course", str(course)]) == 0
    checks = course / "checks" / NAME / NAME / "checks.py"
    checks.write_text(checks.read_text("utf-8") + "\nimport no_such_module\n", "utf-8")
    capsys.readouterr()
    assert main(["release", NAME, "--course", str(course)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "autograder: a graded cell calls check.brightness, and no package brings that "
        f"check; the checks of {NAME} cannot be loaded: ModuleNotFoundError: No module named "
        "'no_such_module'"
    )
    assert not (course / "release").exists()
