"""Disk full, gradebook locked or damaged, journal cut: one clear line; the same command again."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys

import light
import pytest

from autograder import cli
from autograder.course.course import open_course
from autograder.grade import grade
from autograder.run.crew import Here


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    course = light.make_course(tmp_path_factory.mktemp("trouble") / "course")
    light.hand_in(course, 5)
    return course


@pytest.fixture
def course(handed_in, tmp_path):
    shutil.copytree(handed_in.root, tmp_path / "course")
    return open_course(tmp_path / "course")


@pytest.fixture(scope="module")
def whole(handed_in, tmp_path_factory):
    """What the gradebook holds when nothing happens."""
    shutil.copytree(handed_in.root, tmp_path_factory.mktemp("whole") / "course")
    course = open_course(tmp_path_factory.getbasetemp() / "whole0" / "course")
    grade(course, light.NAME, kind="none", crew=Here(2))
    return light.grades(course)


def command(course, *options):
    return cli.main(
        ["grade", light.NAME, "--course", str(course.root), "--no-sandbox", "--workers", "1",
         *options]
    )  # fmt: skip


def complaint(course, capsys):
    assert command(course) == cli.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("autograder: ")
    assert err.count("\n") == 1
    return err


SCRIPT = """
set -u
cp -r "$COURSE" /mnt/course
cd /mnt/course
cat /dev/zero > ballast 2>/dev/null  # until the disk is full
truncate --size=-"$FREE" ballast
$GRADE > first.out 2> /tmp/first.err
echo $? > /tmp/status
rm ballast
$GRADE >> /tmp/second.out 2>> /tmp/first.err
cp /tmp/status /tmp/first.err "$BACK"
rm -rf "$BACK/course"; cp -r /mnt/course "$BACK/course"
"""


@pytest.mark.parametrize("free_kib", [4, 32])
def test_a_full_disk(handed_in, tmp_path, whole, require_program, free_kib):
    """The course lies on a disk of its own, which is full but for a little; then it is cleared."""
    require_program("bwrap")
    back = tmp_path / "back"
    back.mkdir()
    done = subprocess.run(
        [
            *("bwrap", "--dev-bind", "/", "/", "--size", str(12 * 2**20), "--tmpfs", "/mnt"),
            *("bash", "-c", SCRIPT),
        ],
        env={
            **os.environ,
            "COURSE": str(handed_in.root),
            "BACK": str(back),
            "FREE": str(free_kib * 1024),
            "GRADE": f"{sys.executable} -m autograder.cli grade {light.NAME} --no-sandbox --json"
            " --workers 1",
        },
        check=False,
        capture_output=True,
        text=True,
        cwd=handed_in.root,
    )
    assert done.returncode == 0, done.stderr
    said = (back / "first.err").read_text()
    assert (back / "status").read_text().strip() == "2", said
    assert said.startswith("autograder: ")
    assert said.count("\n") == 1
    assert "full" in said or "No space" in said
    course = open_course(back / "course")
    assert light.grades(course) == whole


def test_a_gradebook_that_somebody_holds(course, capsys, whole):
    holder = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert "database is locked" in complaint(course, capsys)
    holder.execute("ROLLBACK")
    holder.close()
    assert command(course) == cli.DONE
    assert light.grades(course) == whole


def test_a_gradebook_that_is_damaged(course, capsys, whole):
    path = course.root / "gradebook.db"
    sound = path.read_bytes()
    path.write_bytes(sound[:4096] + b"\xff" * (len(sound) - 4096))
    spoiled = path.read_bytes()
    assert "cannot be used" in complaint(course, capsys)
    assert path.read_bytes() == spoiled
    path.write_bytes(sound)
    assert command(course) == cli.DONE
    assert light.grades(course) == whole


def test_a_journal_whose_last_line_is_cut(course, capsys, whole):
    assert command(course) == cli.DONE
    journal = course.state / "journal" / f"{light.NAME}.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:100])
    seen = []
    grade(course, light.NAME, kind="none", crew=Here(1), watch=lambda *at: seen.append(at[2]))
    assert seen == [json.loads(lines[-1])["student"]]
    grade(course, light.NAME, kind="none", crew=Here(1), watch=lambda *at: seen.append(at[2]))
    assert len(seen) == 1, "the new line is whole, although it follows a cut one"
    assert light.grades(course) == whole


def test_a_journal_full_of_nonsense(course, whole):
    journal = course.state / "journal" / f"{light.NAME}.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(
        b"\xff\xfe\n[]\n{}\nnull\n" + b'{"student": 3}\n{"student": "student-000"}\n'
    )
    assert command(course) == cli.DONE
    assert light.grades(course) == whole
