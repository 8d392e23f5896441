"""Who takes all of the machine costs only itself.

Nothing here takes more than a second limit of the test's own allows: a control group around the
whole grading, or a hard limit on this user's processes, and an end after minutes. It takes minutes
of a whole machine, so it runs where `COURSE_BOMBS=1` says so; what the kernel refuses is counted by
`test_walls.py`, everywhere.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading

import light
import nbformat
import pytest

from autograder.run.cgroups import ControlGroup

PROCESSES, MEMORY = 400, 3072
SECONDS = 240
LIMITS = (
    "c.Limits.cell_seconds = {seconds}\nc.Limits.submission_seconds = 60\n"
    "c.Limits.memory_mb = 256\nc.Limits.disk_mb = 32"
)
BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
#: At most so many forks, whatever else fails: each takes a byte out of a pipe.
BOUNDED = """
import os
read, write = os.pipe()
os.write(write, bytes(2000))
os.set_blocking(read, False)
while True:
    os.read(read, 1)
    try:
        os.fork()
    except OSError:
        pass
"""
SMALL = """
import os, time
for _ in range(40):
    if os.fork() == 0:
        held = []
        while len(held) < 2 * 10**6:  # 200 MB at most
            held.append(bytearray(50))
        time.sleep(543214)
time.sleep(543214)
"""
PIPES = """
import os, time
for _ in range(40):
    if os.fork() == 0:
        for _ in range(400):
            os.set_blocking(os.pipe()[1], False)
        for number in range(3, 900):
            try:
                while os.write(number, bytes(2**16)): pass
            except OSError:
                pass
        time.sleep(543215)
time.sleep(543215)
"""
FILES = """
import itertools
try:
    for folder in ("/tmp", "/dev/shm"):
        for number in itertools.count():
            with open(f"{folder}/{number}", "wb") as file:
                file.write(bytes(2**20))
except OSError:
    pass
"""
UNMAPPED = """
import ctypes, os
kernel = ctypes.CDLL(None)
for number in range(4):
    assert kernel.shmget(0, 2**30, 0o1600) == -1
    try:
        file = os.memfd_create("held")
    except OSError:
        continue
    raise AssertionError("memory that nobody counts")
"""
READING = """
import os
read = 0
for name in (f"{folder}/{file}" for folder, _, files in os.walk("/usr/lib") for file in files):
    if read > 500 * 2**20:
        break
    try:
        with open(name, "rb") as file:
            while data := file.read(2**20): read += len(data)
    except OSError:
        pass
"""
HELPED = "\ndef double(x):\n    return 2 * x"

pytestmark = pytest.mark.skipif(
    not os.environ.get("COURSE_BOMBS"), reason="COURSE_BOMBS=1 lets bombs go off"
)


@pytest.fixture
def second_limit():
    """Give the beginning of a command that holds the rest to few processes and little memory."""
    if os.geteuid() != 0:
        # All of this user's processes count.
        ours = subprocess.run(
            ["ps", "-U", str(os.geteuid()), "-L", "--no-headers"], capture_output=True, check=True
        ).stdout.count(b"\n")
        yield ["prlimit", f"--nproc={ours + PROCESSES}", "--"], None
        return
    group = ControlGroup({"processes": PROCESSES, "memory_mb": MEMORY, "disk_mb": 0})
    try:
        # In version 2 the grader's own groups would be beside this one, not in it.
        if len(group.folders) != 2:
            pytest.skip("there is no second limit here, and this is no test to run without one")
        join = "".join(f"echo 0 > {folder}/cgroup.procs && " for folder in group.folders)
        yield ["sh", "-c", f'{join} exec "$@"', "sh"], group
    finally:
        group.close()


def grade(root, students, begin, group, seconds):
    """Grade a class of such code; return the entries and the most processes at a time."""
    course = light.make_course(root, LIMITS.format(seconds=seconds))
    honest = nbformat.reads(light.notebook(course, "right"), as_version=4)
    for name, code in students.items():
        book = nbformat.from_dict(honest)
        folder = course.path("submitted", name, light.NAME)
        folder.mkdir(parents=True)
        cells = [{**cell, "source": code} if cell.id == "double" else cell for cell in book.cells]
        text = nbformat.writes(nbformat.from_dict({**book, "cells": cells}))
        (folder / f"{light.NAME}.ipynb").write_text(text)
    process = subprocess.Popen(
        [*begin, sys.executable, "-m", "autograder.cli", "grade", light.NAME, "--json",
         "--workers", "2", "--course", str(course.root)],
        stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    most, over = [0], threading.Event()

    def look():
        while not over.wait(0.1):
            # The machine can start processes, and soon.
            subprocess.run(["true"], check=True, timeout=20)
            if group is not None:
                most[0] = max(most[0], _processes(group))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        report = json.loads(process.communicate(timeout=SECONDS)[0])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        over.set()
        looking.join()
    return {entry["student"]: entry for entry in report["submissions"]}, most[0]


def _processes(group):
    counts = [folder / "pids.current" for folder in group.folders]
    return sum(int(path.read_text()) for path in counts if path.exists())


@pytest.mark.parametrize("bomb", [BOUNDED, BOMB], ids=["bounded", "endless"])
def test_a_fork_bomb_is_refused_by_the_kernel(bubblewrap, second_limit, tmp_path, bomb):
    honest = {f"honest-{n}": HELPED for n in range(4)}
    class_ = {"a-bomber": bomb, **honest, "i-bomber": bomb, "z-honest": HELPED}
    entries, most = grade(tmp_path / "course", class_, *second_limit, seconds=2)
    assert {entries[name]["score"] for name in (*honest, "z-honest")} == {7}
    # On a slow machine the bomb's time is all of the submission's.
    assert {entries[name]["score"] for name in ("a-bomber", "i-bomber")} <= {0, 4}
    # Two submissions at a time, 64 processes each, and a few of ours.
    assert most < 2 * 64 + 40


def test_memory_of_every_kind_is_limited(bubblewrap, second_limit, tmp_path):
    takers = {
        "b-small": SMALL, "c-pipes": PIPES, "d-files": FILES + HELPED,
        "e-unmapped": UNMAPPED + HELPED, "f-reading": READING + HELPED,
    }  # fmt: skip
    class_ = {"a-honest": HELPED, **takers, "z-honest": HELPED}
    entries, _ = grade(tmp_path / "course", class_, *second_limit, seconds=20)
    scores = {name: entry["score"] for name, entry in entries.items()}
    expected = dict.fromkeys(class_, 7) | {"b-small": 4, "c-pipes": 4}
    assert scores == expected
    _, group = second_limit
    if group is not None:
        refused = int((group.folders[1] / "memory.failcnt").read_text())
        assert refused == 0, "the grading as a whole met the second limit"
