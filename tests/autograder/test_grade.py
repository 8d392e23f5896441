"""Grading a class: the same scores however it is run, stopped or late."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime

import pytest
from books import gradebook_of
from waiting import wait_until

from autograder import cli, demo
from autograder.course.course import open_course
from autograder.grade import grade
from autograder.run.crew import Here

QUICK = ("loops", "einsum", "kernel-flipped", "groups-ignored", "exception", "truncated")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, copy_course):
    """A course whose class has handed in, ungraded."""
    course = open_course(copy_course(tmp_path_factory.mktemp("grade") / "course"))
    demo.hand_in(course)
    for name in set(demo.CLASS) - set(QUICK):
        folder = course.path("submitted", demo.PREFIX + name, demo.ASSIGNMENT)
        (folder / f"{demo.ASSIGNMENT}.ipynb").unlink()
        folder.rmdir()
        folder.parent.rmdir()
    return course


def copy(course, folder):
    shutil.copytree(course.root, folder)
    return open_course(folder)


@pytest.fixture
def course(handed_in, tmp_path):
    """A copy of it for one test."""
    return copy(handed_in, tmp_path / "course")


def command_line(course, *options):
    return [
        *(sys.executable, "-m", "autograder.cli", "grade", demo.ASSIGNMENT),
        *("--course", str(course.root), "--no-sandbox", "--workers", "1", *options),
    ]


def outcome(report):
    """Return what must not depend on how a class is graded."""
    return [{k: v for k, v in e.items() if k != "seconds"} for e in report["submissions"]]


def test_one_worker_and_three_give_the_same(course):
    first = grade(course, demo.ASSIGNMENT, kind="none", crew=Here(1)).to_dict()
    second = grade(course, demo.ASSIGNMENT, kind="none", crew=Here(3), regrade=True).to_dict()
    assert outcome(first) == outcome(second)
    assert [e["score"] for e in first["submissions"]] == [85, 40, 70, 40, 85, 0]
    assert (first["workers"], second["workers"]) == (1, 3)


def test_only_some_students(course):
    report = grade(course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=["demo-loops"])
    assert [e["student"] for e in report.submissions] == ["demo-loops"]
    assert not course.path("autograded", "demo-einsum", demo.ASSIGNMENT).exists()


def wait_for_lines(journal, lines, grader):
    """Wait until so many results are recorded, or the grader has ended."""
    wait_until(
        lambda: (
            (journal.exists() and journal.read_text().count("\n") >= lines)
            or grader.poll() is not None
        ),
        f"{lines} results in the journal",
        every=0.01,
    )


def test_a_killed_grader_loses_nothing_and_doubles_nothing(course, handed_in, tmp_path):
    command = command_line(course, "--json")
    journal = course.state / "journal" / f"{demo.ASSIGNMENT}.jsonl"
    for lines in (1, 3):
        grader = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_lines(journal, lines, grader)
        grader.send_signal(signal.SIGKILL)
        grader.wait()
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == cli.INCOMPLETE, done.stderr  # one file is truncated
    other = copy(handed_in, tmp_path / "undisturbed")
    undisturbed = grade(other, demo.ASSIGNMENT, kind="none", crew=Here(2)).to_dict()
    assert outcome(json.loads(done.stdout)) == outcome(undisturbed)
    students = [json.loads(line)["student"] for line in journal.read_text().splitlines()]
    assert sorted(students) == sorted(set(students))


@pytest.fixture
def endless(course):
    """A course whose last submission does not end while anybody waits for it."""
    first = course.path("submitted", "demo-loops", demo.ASSIGNMENT) / f"{demo.ASSIGNMENT}.ipynb"
    notebook = json.loads(first.read_text())
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    cells["ex1-solution"]["source"] = "import time\ntime.sleep(543216)"
    last = course.path("submitted", "zz-endless", demo.ASSIGNMENT) / first.name
    last.parent.mkdir(parents=True)
    last.write_text(json.dumps(notebook))
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Limits.cell_seconds = c.Limits.submission_seconds = 543216\n")
    return open_course(course.root)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_keeps_what_was_graded_and_says_so(endless, number):
    journal = endless.state / "journal" / f"{demo.ASSIGNMENT}.jsonl"
    grader = subprocess.Popen(
        command_line(endless), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for_lines(journal, 1, grader)
    os.kill(grader.pid, number)
    out, err = grader.communicate()
    assert grader.returncode == cli.USAGE
    assert err.count("\n") == 1
    assert "run the same command to continue" in err
    assert out == ""


#: Where an interruption can strike that Python does not hand on, or answers by itself in the end.
MOMENTS = {
    "in an exec": """exec("signal.raise_signal(number)")""",
    "in a finalizer": """
class Last:
    def __del__(self): signal.raise_signal(number)
Last()
time.sleep(543216)""",
    "in a callback": """
class Watched: pass
watched = Watched()
reference = weakref.ref(watched, lambda _: signal.raise_signal(number))
del watched
time.sleep(543216)""",
}
STRUCK = """
import signal, sys, time, weakref
from autograder import cli
number = int(sys.argv[1])
cli.hear_stops()
try:
    exec(sys.argv[2])
except cli.Stopped:
    print("stopped")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_interruption_is_lost(number, moment):
    command = [sys.executable, "-c", STRUCK, str(int(number)), MOMENTS[moment]]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped\n", "")


def test_a_changed_submission_is_graded_again(course):
    grade(course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=["demo-kernel-flipped"])
    path = course.path("submitted", "demo-kernel-flipped", demo.ASSIGNMENT)
    notebook = path / f"{demo.ASSIGNMENT}.ipynb"
    notebook.write_text(notebook.read_text().replace("w[f, :, ::-1, ::-1]", "w[f]"))
    report = grade(
        course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=["demo-kernel-flipped"]
    )
    assert [entry["score"] for entry in report.submissions] == [85]


def test_what_being_late_costs_is_nbgraders_to_say(course):
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    course = open_course(course.root)
    students = ["demo-loops", "demo-einsum"]
    grade(course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=students)
    with gradebook_of(course) as gradebook:
        gradebook.find_assignment(demo.ASSIGNMENT).duedate = datetime(2026, 3, 1)
        gradebook.db.commit()
    for student, day in zip(students, ("2026-02-28", "2026-03-02"), strict=True):
        folder = course.path("submitted", student, demo.ASSIGNMENT)
        (folder / "timestamp.txt").write_text(f"{day} 12:00:00 UTC")
    grade(course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=students)
    with gradebook_of(course) as gradebook:
        late = {
            student: gradebook.find_submission(demo.ASSIGNMENT, student).late_submission_penalty
            for student in students
        }
    assert late == {"demo-loops": 0, "demo-einsum": 85}


def test_the_secret_is_made_once_and_is_the_owners(course):
    (course.state / "secret").unlink()
    secret = course.secret()
    assert course.secret() == secret
    assert (course.state / "secret").stat().st_mode & 0o777 == 0o600
