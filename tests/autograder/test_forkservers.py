"""A warm server serves many submissions, and none of them meets another."""

import contextlib
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from waiting import wait_until

from autograder.course.limits import Limits
from autograder.inside import watch
from autograder.inside.frames import write_frame
from autograder.inside.server import READY, Forked
from autograder.run import sandbox
from autograder.run.execute import Task, execute
from autograder.run.forkservers import ServerFault, ServerLost, Setting
from autograder.run.pool import Pool
from autograder.run.sandbox import bubblewrap_fault

SERVERS = Pool()
#: Processes in a sandbox: the one that imports, the server, and three that wait for a submission.
WAITING, OURS = 3, 5
#: Runs until it is ended, with a process beside it.
BUSY = "import os, time\nos.fork()\ntime.sleep(543216)"
LEAVE = """
import os, time
for folder in ("/tmp", "/dev/shm"):
    open(f"{folder}/word", "w").write("to the next")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(543211)
    os._exit(0)
"""
LOOK = """
import os
print(os.getpid(), sorted(os.listdir("/tmp")), os.listdir("/dev/shm"), os.listdir("/proc"))
"""


@pytest.fixture(autouse=True)
def _no_server_left():
    yield
    SERVERS.close()


def run(kind, *sources, servers=SERVERS, **limits):
    """Run one submission; return its cells."""
    limits = {**Limits().for_assignment("any"), "cell_seconds": 20.0, **limits}
    task = Task("ann", dict(enumerate(sources)), frozenset())
    done = execute(task, Setting({}, limits, kind), servers)
    assert done.fault is None
    return list(done.cells.values())


def text(cell):
    return "".join(o.get("text", "") + o.get("evalue", "") for o in cell.outputs)


def server(servers=SERVERS):
    """Return the sandbox's process of the one server that waits."""
    (waiting,) = servers._idle
    return waiting.home.process


def below(pid):
    """Return all processes below one, by the kernel's word."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, thread.read_text().split()):
            found += [child, *below(child)]
    return found


def command_line(pid):
    """Return the words by which a process was started; nothing if it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def alive(pid):
    """Return those of them that have not ended."""
    return [each for each in below(pid) if command_line(each)]


def test_one_submission_leaves_nothing_to_the_next(bubblewrap):
    run(bubblewrap, LEAVE)
    first = server()
    (cell,) = run(bubblewrap, LOOK)
    assert server() is first
    assert text(cell) == "2 [] [] []\n"
    wait_until(lambda: len(alive(first.pid)) == OURS, "the next process waits")


def test_a_submission_runs_where_the_process_made_for_it_was_ended(bubblewrap):
    run(bubblewrap, "1")
    before = server()
    wait_until(lambda: len(alive(before.pid)) == OURS, "the next process waits")
    ours = alive(before.pid)
    for pid in ours[2:]:
        os.kill(pid, signal.SIGKILL)
    assert text(run(bubblewrap, "print(1)")[0]) == "1\n"
    assert server() is before
    assert alive(before.pid)[:2] == ours[:2]


@pytest.mark.parametrize("said", [b"", READY])
def test_a_process_that_has_ended_takes_no_submission(said):
    ours, theirs = socket.socketpair()
    theirs.send(said)
    theirs.close()
    assert not Forked(0, ours).takes([0])
    ours.close()


def test_no_submission_reaches_the_server_or_another(bubblewrap):
    run(bubblewrap, "1")
    first = server()
    cells = run(
        bubblewrap,
        "import os, signal\n"
        "try:\n    os.kill(-1, signal.SIGKILL)\nexcept OSError as error:\n    print(error)",
        "import ctypes\n"
        "libc = ctypes.CDLL(None)\n"
        "print(libc.umount2(b'/proc', 2), libc.umount2(b'/tmp', 2), libc.ptrace(16, 2, 0, 0))",
        "import stat\n"
        "def kind(n):\n"
        "    try:\n        return stat.filemode(os.fstat(n).st_mode)[0]\n"
        "    except OSError:\n        return ''\n"
        "print([kind(n) for n in range(64) if kind(n)])",
    )
    assert text(cells[1]) == "-1 -1 -1\n"
    # Nowhere three times, and its own socket: the server's is not among them.
    assert text(cells[2]) == "['c', 'c', 'c', 's']\n"
    assert server() is first


def test_only_private_folders_can_be_written_to(bubblewrap):
    (cell,) = run(
        bubblewrap,
        "import os\n"
        "def can(folder):\n"
        "    try:\n        open(f'{folder}/x', 'w').close()\n        return True\n"
        "    except OSError:\n        return False\n"
        "print([f for f in ['/', '/tmp', '/dev', '/dev/shm', '/proc', '/usr'] if can(f)])",
    )
    assert text(cell) == "['/tmp', '/dev/shm']\n"


@pytest.mark.parametrize("kind", ["bubblewrap", "none"])
def test_all_processes_together_have_the_memory(kind, request):
    if kind == "bubblewrap":
        request.getfixturevalue("bubblewrap")
    cell, after = run(
        kind,
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        held = bytearray(os.urandom(1) * (100 * 2**20))\n"
        "        time.sleep(543212)\n"
        "time.sleep(543212)",
        "print('on')",
        memory_mb=512,
    )
    assert (cell.status, text(after)) == ("crashed", "on\n")
    assert "more than 512 MiB of memory" in text(cell)


@pytest.mark.parametrize("kind", ["bubblewrap", "none"])
def test_a_server_that_is_killed_is_replaced(kind, request):
    if kind == "bubblewrap":
        request.getfixturevalue("bubblewrap")
    run(kind, "1")
    first = server()
    done = []
    worker = threading.Thread(
        target=lambda: done.extend(run(kind, "import time; time.sleep(1.5); print('on')"))
    )
    worker.start()
    wait_until(lambda: not SERVERS._idle, "the server's beginning")
    time.sleep(0.3)
    for pid in [first.pid, *below(first.pid)]:
        with contextlib.suppress(ProcessLookupError):  # it has gone with another
            os.kill(pid, signal.SIGKILL)
    worker.join()
    assert text(done[0]) == "on\n"
    assert server() is not first


def test_who_kills_two_servers_is_charged_with_it():
    dead, after = run("none", "import os\nos.kill(os.getppid(), 9)\nos._exit(0)", "print('on')")
    assert (dead.status, text(after)) == ("crashed", "on\n")


def test_without_a_sandbox_orphans_end_too():
    run("none", LEAVE.replace('("/tmp", "/dev/shm")', "()"), "1")
    assert below(server().pid) == []


@pytest.fixture
def no_nesting(bubblewrap, monkeypatch):
    """As in many containers: the inside may have no namespaces of its own."""
    command = sandbox._bubblewrap
    monkeypatch.setattr(sandbox, "_own_user", lambda sources: None)
    monkeypatch.setattr(
        sandbox, "_bubblewrap", lambda *given: ("bwrap", "--disable-userns", *command(*given)[1:])
    )
    return bubblewrap


def test_where_sandboxes_do_not_nest_each_submission_has_one_of_its_own(no_nesting):
    run(no_nesting, LEAVE)
    assert SERVERS._idle == []
    assert [
        pid for pid in below(os.getpid()) if b"autograder.inside.server" in command_line(pid)
    ] == []
    looks = "import os; print([os.path.exists(f'{f}/word') for f in ('/tmp', '/dev/shm')])"
    (cell,) = run(no_nesting, looks)
    assert text(cell) == "[False, False]\n"


def test_where_sandboxes_do_not_nest_the_server_cannot_be_taken_or_stopped(no_nesting):
    taken, stopped, after = run(
        no_nesting,
        "import ctypes, os\n"
        "libc, server = ctypes.CDLL(None, use_errno=True), os.getppid()\n"
        "handle = os.pidfd_open(server)\n"
        "print(server, {libc.syscall(438, handle, n, 0) for n in range(32)})\n"  # pidfd_getfd
        "print(libc.ptrace(16, server, 0, 0))\n"
        "for what in ('mem', 'fd/0', 'environ'):\n"
        "    try:\n        open(f'/proc/{server}/{what}', 'rb').close(); print(what)\n"
        "    except OSError as error:\n        print(error.strerror)",
        "import signal\n"
        "for number in signal.valid_signals():\n"
        "    try:\n        os.kill(server, number)\n"
        "    except OSError as error:\n        print(error)\n"
        "state = open(f'/proc/{server}/status').read().partition('State:')[2].split()[0]\n"
        "print(state)",
        "print('on')",
    )
    assert text(taken) == "1 {-1}\n-1\n" + "Permission denied\n" * 3
    assert text(stopped) == "S\n"
    assert text(after) == "on\n"


def test_a_trial_of_bubblewrap_that_is_killed_leaves_no_child_to_wait_for(tmp_path, monkeypatch):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\nsleep 543213 &\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert bubblewrap_fault() == "bwrap does not work here (-9)"
    pids = [path.name for path in Path("/proc").glob("[0-9]*")]
    # It was killed, and ends as soon as it is its turn.
    wait_until(lambda: not any(b"543213" in command_line(pid) for pid in pids), "its child's end")


def setting(kind):
    return Setting({}, Limits().for_assignment("any"), kind)


def test_workers_share_what_was_imported(bubblewrap):
    with Pool() as servers, servers.borrow(setting(bubblewrap)) as one:
        if not one.home.holds["nested"]:
            pytest.skip("here each submission has a sandbox of its own")
        with servers.borrow(setting(bubblewrap)) as other:
            assert other is not one
            assert other.home is one.home
            process = one.home.process
            wait_until(lambda: len(alive(process.pid)) == 2 * OURS - 1, "both wait")
            (imports,) = watch.children(process.pid)
            users = {Path(f"/proc/{pid}").stat().st_uid for pid in watch.children(imports)}
            assert len(users) == (2 if os.geteuid() == 0 else 1)
        assert process.poll() is None
    assert process.poll() == 0


def test_without_a_sandbox_no_two_share():
    with (
        Pool() as servers,
        servers.borrow(setting("none")) as one,
        servers.borrow(setting("none")) as other,
    ):
        assert other.home is not one.home


def test_who_loses_its_server_ends_nobody_elses(bubblewrap):
    """Its neighbour finishes; then all of the sandbox is ended, and a new one begun."""
    with Pool() as servers:
        with servers.borrow(setting(bubblewrap)) as one:
            home = one.home
            if not home.holds["nested"]:
                pytest.skip("here each submission has a sandbox of its own")
            with servers.borrow(setting(bubblewrap)) as other:
                assert other.home is home
                (imports,) = watch.children(home.process.pid)
                first, _ = watch.children(imports)
                (runs,) = one.start()
                cells = [{"index": 0, "source": BUSY, "hidden": False}]
                write_frame(runs.makefile("wb"), {"cells": cells, "folder": "/tmp"})
                wait_until(lambda: len(alive(first)) == 2 * WAITING + 1, "both of its processes")
                os.kill(first, signal.SIGKILL)
                with pytest.raises(ServerLost):
                    one.stop()
                # And with it all that the submission started.
                wait_until(lambda: len(alive(imports)) == 1 + WAITING, "their end")
                runs.close()
                (channel,) = other.start()
                channel.close()
                assert other.stop() == ""
            assert home.process.poll() is None
        assert home.process.poll() is not None
        with servers.borrow(setting(bubblewrap)) as new:
            assert new.home is not home


def test_a_process_may_be_called_what_it_likes(bubblewrap):
    run(bubblewrap, "1")
    first = server()
    called = "import ctypes, time\nctypes.CDLL(None).prctl(15, b'\\xff', 0, 0, 0)\ntime.sleep(0.5)"
    assert text(run(bubblewrap, called, "print('on')")[1]) == "on\n"
    assert server() is first


def test_what_is_full_is_waited_for_by_nobody(no_nesting):
    """Where each submission has a sandbox of its own, they start side by side."""
    with Pool() as servers:
        with servers.borrow(setting(no_nesting)):
            pass
        with servers.borrow(setting(no_nesting)) as one:
            begun = []
            real = servers._sandbox

            def begin(of):
                begun.append(real(of))
                return begun[-1]

            servers._sandbox = begin
            with servers.borrow(setting(no_nesting)) as other:
                assert begun == [other.home]
                assert other.home is not one.home


def test_another_setting_gets_another_server():
    run("none", "1")
    first = server()
    run("none", "1", output_bytes=1000)
    assert server() is not first
    assert first.poll() is not None


def test_ending_one_pool_ends_no_other():
    other = Pool()
    run("none", "1")
    first = server()
    try:
        run("none", "1", servers=other)
        other.kill()
        assert server(other).wait() == -signal.SIGKILL
        (cell,) = run("none", "print('on')")
    finally:
        other.close()
    assert text(cell) == "on\n"
    assert server() is first


def test_a_pool_that_was_ended_starts_nothing():
    ended = Pool()
    ended.kill()
    with (
        pytest.raises(ServerFault),
        ended.borrow(Setting({}, Limits().for_assignment("any"), "none")),
    ):
        pass


def test_without_a_sandbox_our_rooms_are_no_packages():
    (cell,) = run("none", "from importlib.util import find_spec\nprint(find_spec('tables'))")
    assert text(cell) == "None\n"


def test_input_says_what_to_do():
    (cell,) = run("none", "input('name? ')")
    assert cell.outputs[-1]["ename"] == "EOFError"
    assert "nobody answers" in text(cell)


def test_figures_commands_and_the_place_are_as_in_jupyter(bubblewrap):
    figure, command, place = run(
        bubblewrap,
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "!echo from the shell",
        "import os, sys\nprint(__name__, os.getcwd(), len(sys.argv))",
    )
    assert [o["output_type"] for o in figure.outputs] == ["display_data"]
    assert "image/png" in figure.outputs[0]["data"]
    assert "from the shell" in text(command)
    assert text(place) == "__main__ /tmp 1\n"
