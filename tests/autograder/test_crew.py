"""One worker, two, and a Dask cluster give the same."""

import json
import subprocess
import sys

import pytest
from waiting import wait_until

from autograder import cli, demo
from autograder.course.course import open_course
from autograder.course.limits import Limits
from autograder.grade import grade
from autograder.problems import UsageError
from autograder.run.crew import Here, connect
from autograder.run.execute import Task
from autograder.run.forkservers import Setting


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and two workers as anybody would; give their address and the workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    meeting = folder / "scheduler.json"
    module = [sys.executable, "-m", "distributed.cli"]
    commands = [
        ["dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard"],
        *[["dask_worker", "--nthreads", "1", "--no-dashboard", "--no-nanny"]] * 2,
    ]
    with (folder / "log").open("wb") as log:
        started = [
            subprocess.Popen(
                [*module[:2], f"{module[2]}.{name}", *options, "--scheduler-file", str(meeting)],
                cwd=folder, stdout=log, stderr=log,
            )
            for name, *options in commands
        ]  # fmt: skip
        try:
            yield _address(meeting, started, folder / "log"), started[1:]
        finally:
            for process in started:
                process.kill()
                process.wait()


def _address(meeting, started, log):
    def ready():
        assert all(process.poll() is None for process in started), log.read_text()
        if not (meeting.exists() and (content := meeting.read_text())):
            return None
        address = json.loads(content)["address"]
        try:
            crew = connect(address)
        except UsageError:
            return None  # no workers yet
        size = crew.size
        crew.client.close()
        return address if size == 2 else None

    return wait_until(ready, "a scheduler and two workers", every=0.1)


def test_a_cluster_gives_the_same_scores_as_this_machine(cluster, tmp_path, copy_course, capsys):
    address, _ = cluster
    course = open_course(copy_course(tmp_path / "course"))
    demo.hand_in(course)
    students = [f"demo-{name}" for name in ("loops", "kernel-flipped", "truncated", "einsum")]
    here = grade(course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=students)
    alone = grade(
        course, demo.ASSIGNMENT, kind="none", crew=Here(1), students=students, regrade=True
    )
    options = ["--course", str(course.root), "--no-sandbox", "--regrade", "--json"]
    options += [word for student in students for word in ("--student", student)]
    status = cli.main(["grade", demo.ASSIGNMENT, *options, "--cluster", address])
    assert status == cli.INCOMPLETE
    there = json.loads(capsys.readouterr().out)
    assert there["workers"] == 2
    by_two, by_one = here.to_dict()["submissions"], alone.to_dict()["submissions"]
    for one, two, far in zip(by_one, by_two, there["submissions"], strict=True):
        assert {**one, "seconds": 0} == {**two, "seconds": 0} == {**far, "seconds": 0}


def test_a_worker_that_dies_has_its_submissions_run_elsewhere(cluster, bubblewrap):
    address, workers = cluster
    setting = Setting({}, Limits().for_assignment("any"), bubblewrap)
    source = "import os, time\ntime.sleep(0.2)\nprint(os.listdir('/tmp'))\nopen('x', 'w').close()"
    tasks = [Task(f"student-{n}", {0: source}, frozenset()) for n in range(12)]
    runs = connect(address).run(tasks, setting)
    done = [next(runs)]
    workers[0].kill()
    done += runs
    assert sorted(run.student for run in done) == sorted(task.student for task in tasks)
    assert [run.fault for run in done] == [None] * 12
    # Each alone behind its own walls, there too.
    assert [run.cells[0].outputs[0]["text"] for run in done] == ["[]\n"] * 12


def test_nobody_at_the_address_is_one_line(tmp_path, copy_course, capsys):
    course = copy_course(tmp_path / "course")
    options = ["--course", str(course), "--no-sandbox", "--cluster", "tcp://127.0.0.1:1"]
    assert cli.main(["grade", demo.ASSIGNMENT, *options]) == cli.USAGE
    assert capsys.readouterr().err.startswith("autograder: no Dask scheduler at tcp://127.0.0.1:1")
