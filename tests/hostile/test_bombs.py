"""Bombs: processes and memory without end. The whole grader runs inside a second limit of ours.

They run only where COURSE_BOMBS is set, as an ordinary user of their own with few processes; that
this second limit holds is tried first, by processes that do nothing. Nobody's machine stops.
"""
# ruff: noqa: E501  (a line of a student's is as long as it is)

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import light
import pytest
from beside import load_beside

own_cell = load_beside(__file__, "attack.py").own_cell

#: Nobody's number; its processes are counted by the kernel, in whatever namespace they are.
USER = 61_723
PROCESSES = 400
MEMORY = 6 * 2**30
BOUND = 120
FULL = 7

BASH = "import subprocess\nsubprocess.Popen(['bash', '-c', {!r}])\nwhile True: pass"
BOMBS = {
    "bash": BASH.format('trap "" TERM INT HUP; b() { b | b & }; b'),
    "bash-in-sessions": BASH.format("b() { setsid bash -c 'sleep 1000' & b & }; b"),
    "forks": "import os\nwhile True:\n    os.fork()",
    "forks-that-ignore": "import os, signal\nfor n in (1, 2, 15):\n    signal.signal(n, signal.SIG_IGN)\nwhile True:\n    if os.fork() == 0:\n        os.setsid()",
    "threads": "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(1000,)).start()",
    "vforks": "import subprocess\nkept = []\nwhile True:\n    kept.append(subprocess.Popen(['sleep', '1000']))",
    "own-namespaces": "import ctypes, os\nlibc = ctypes.CDLL(None)\nwhile True:\n    libc.unshare(0x10000000)\n    os.fork()",
    "memory-of-many": "import os, time\nfor _ in range(30):\n    if os.fork() == 0:\n        block = bytearray(500 * 2**20)\n        time.sleep(1000)\ntime.sleep(1000)",
    "memory-without-names": "import os\nkept = []\nwhile True:\n    fd = os.memfd_create('x')\n    os.ftruncate(fd, 2**28)\n    kept.append(os.write(fd, bytes(2**24)) and fd)",
    "pipes": "import os\nkept = []\nwhile True:\n    kept.append(os.pipe())\n    os.set_blocking(kept[-1][1], False)\n    os.write(kept[-1][1], bytes(65536))",
}  # fmt: skip


def limited(command, **settings):
    """Start a command as the other user, with few processes; in a session of its own."""
    walls = [
        "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs",
        "prlimit", f"--nproc={PROCESSES}", f"--as={MEMORY}", "--core=0",
    ]  # fmt: skip
    return subprocess.Popen([*walls, *command], start_new_session=True, text=True, **settings)


PROBE = f"""
import os, signal, time
children, refused = [], 0
for _ in range({PROCESSES} + 50):
    try:
        child = os.fork()
    except OSError:
        refused = 1
        break
    if child == 0:
        time.sleep(20)
        os._exit(0)
    children.append(child)
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
print(len(children), refused)
"""


@pytest.fixture(scope="module")
def fence(require_program):
    """The second limit, which holds: in plain sight, and in a user namespace as the grader makes."""
    if not os.environ.get("COURSE_BOMBS"):
        pytest.skip("bombs run only where COURSE_BOMBS is set")
    for program in ("bwrap", "setpriv", "prlimit"):
        require_program(program)
    if os.getuid() != 0:
        pytest.skip("only root can become a user of its own, whose processes are counted apart")
    bwrap = ["bwrap", "--unshare-all", "--dev-bind", "/", "/"]
    for walls in ([], bwrap, [*bwrap, "--uid", "0"]):
        process = limited([*walls, sys.executable, "-c", PROBE], stdout=subprocess.PIPE)
        said, _ = process.communicate(timeout=60)
        count, refused = map(int, said.split())
        assert refused, f"{count} processes and no end, inside {walls}: no bomb is let go here"
        assert count < PROCESSES


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return light.make_course(tmp_path_factory.mktemp("bombs") / "course")


def processes_of(user):
    """Return the processes of a user."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid == user:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def peak_of(process):
    """Return the most memory that a process has held so far, in KiB; 0 if it is gone.

    Of its own: what `getrusage` says begins with the peak of whoever started it.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) if found else 0


def end_all(user):
    """End the processes of our own user, until none is left."""
    end = time.monotonic() + 30
    while (left := processes_of(user)) and time.monotonic() < end:
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                continue
    return left


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_goes_off_alone(fence, released, tmp_path_factory, name):
    root = tmp_path_factory.mktemp(name) / "course"
    shutil.copytree(released.root, root)
    for folder in (root, *root.parents[:2]):
        folder.chmod(0o755)
    course = light.open_course(root)
    for student in ("aa-honest", "bomb", "zz-honest"):
        notebook = json.loads(light.notebook(course, "right"))
        if student == "bomb":
            notebook["cells"].insert(1, own_cell(BOMBS[name]))
        path = course.path("submitted", student, light.NAME) / f"{light.NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("\nc.Limits.cell_seconds = 5\nc.Limits.submission_seconds = 20\n")
    for path in (root, *root.rglob("*")):
        os.chown(path, USER, USER)
    grader = limited(
        [sys.executable, "-m", "autograder.cli", "grade", light.NAME, "--json", "--workers", "2"],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "HOME": str(root), "TMPDIR": "/tmp"},
    )  # fmt: skip
    most = largest = 0
    try:
        end = time.monotonic() + BOUND
        while grader.poll() is None:
            assert time.monotonic() < end, "the grader does not end"
            processes = processes_of(USER)
            most = max(most, len(processes))
            largest = max([largest, *map(peak_of, processes)])
            time.sleep(0.2)
        out, err = grader.communicate(timeout=10)
        left = processes_of(USER)
    finally:
        assert end_all(USER) == []
    assert left == [], "processes were left behind"
    entries = {entry["student"]: entry for entry in json.loads(out)["submissions"]}
    assert entries["aa-honest"]["score"] == entries["zz-honest"]["score"] == FULL, err
    assert entries["bomb"]["score"] == FULL or entries["bomb"]["problems"]
    # The grader's own limit held, and not only this test's: 64 processes a submission, two at a time.
    assert most < PROCESSES // 2
    assert largest < 4 * 2**20
