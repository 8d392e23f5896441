"""Whatever is killed, and whenever: the same command again, and the gradebook is whole."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import light
import pytest
from sqlalchemy import create_engine, text
from waiting import wait_until

from autograder import cli
from autograder.grade import grade
from autograder.run import sandbox
from autograder.run.crew import Here

STUDENTS, KILLS, SEED = 100, 20, 1998
PATIENCE = 300


@pytest.fixture(scope="module")
def kind():
    return "none" if sandbox.bubblewrap_fault() else "bubblewrap"


class Grader:
    """The command as a TA gives it, in a process to be killed."""

    def __init__(self, course, kind, *options):
        self.journal = course.state / "journal" / f"{light.NAME}.jsonl"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "autograder.cli", "grade", light.NAME, "--workers", "2"),
                *("--course", str(course.root), "--json", *options),
                *(["--no-sandbox"] if kind == "none" else []),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @property
    def done(self):
        return self.journal.read_bytes().count(b"\n") if self.journal.exists() else 0

    def wait_for(self, lines):
        """Wait until so many results are recorded; say whether the grader still runs."""
        wait_until(
            lambda: self.done >= lines or self.process.poll() is not None,
            f"{lines} results",
            seconds=PATIENCE,
            every=0.002,
        )
        return self.process.poll() is None

    def workers(self):
        """Return the processes that the grader started, and theirs."""
        parents = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return sorted(found - {self.process.pid})

    def kill_a_worker(self, chance):
        def victim():
            assert self.process.poll() is None, self.process.communicate()
            with contextlib.suppress(ProcessLookupError, IndexError):
                chosen = chance.choice(self.workers())
                os.kill(chosen, signal.SIGKILL)
                return chosen
            return None

        return wait_until(victim, "a worker to kill", seconds=PATIENCE, every=0.002)

    def kill(self):
        self.process.kill()
        self.process.communicate()


def dump(course):
    return json.dumps(light.grades(course)).encode()


def test_killed_twenty_times_the_gradebook_is_as_if_nothing_had_happened(tmp_path, kind):
    """Workers and graders are killed in turn; moments are drawn from a seed, by progress."""
    course = light.make_course(tmp_path / "course")
    points = light.hand_in(course, STUDENTS)
    chance = random.Random(SEED)
    moments = sorted(chance.sample(range(STUDENTS - 10), KILLS))
    killed = []
    grader = Grader(course, kind)
    for number, moment in enumerate(moments):
        assert grader.wait_for(moment), grader.process.communicate()
        time.sleep(chance.random() / 10)
        if number % 2:
            grader.kill()
            killed.append(grader.process.pid)
            grader = Grader(course, kind)
            continue
        killed.append(grader.kill_a_worker(chance))
    out, err = grader.process.communicate(timeout=PATIENCE)
    assert grader.process.returncode == cli.DONE, err
    assert len(killed) == KILLS
    report = json.loads(out)
    assert {e["student"]: e["score"] for e in report["submissions"]} == points
    assert light.totals(course) == points
    students = [json.loads(line)["student"] for line in grader.journal.read_text().splitlines()]
    assert sorted(students) == sorted(points), "each is recorded once"

    other = light.make_course(tmp_path / "undisturbed")
    light.hand_in(other, STUDENTS)
    grade(other, light.NAME, kind=kind, crew=Here(2))
    assert dump(course) == dump(other)
    with create_engine(course.directory.db_url).connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


#: What appears, one after the other, while a first run begins.
SIGNS = (".autograder", "gradebook.db.part", "gradebook.db", ".autograder/journal")


def test_killed_while_it_begins_it_begins_again(tmp_path):
    course = light.make_course(tmp_path / "course")
    points = light.hand_in(course, 3)
    chance = random.Random(SEED)
    (course.root / "gradebook.db").unlink()
    for sign in (*SIGNS, "gradebook.db", "gradebook.db"):
        shutil.rmtree(course.state, ignore_errors=True)
        grader = Grader(course, "none")
        path = course.root / sign
        # What appears for a moment only may be missed.
        wait_until(
            lambda path=path, grader=grader: path.exists() or grader.process.poll() is not None,
            sign,
            seconds=PATIENCE,
            every=0.0005,
        )
        time.sleep(chance.random() / 5)
        grader.kill()
    grader = Grader(course, "none")
    _, err = grader.process.communicate(timeout=PATIENCE)
    assert grader.process.returncode == cli.DONE, err
    assert light.totals(course) == points
    with create_engine(course.directory.db_url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
