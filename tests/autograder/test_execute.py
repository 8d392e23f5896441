"""What runs inside: it is sealed, timed, and every cell that can run does."""

import ast
import contextlib
import os
from pathlib import Path

import pytest
from waiting import wait_until

from autograder.course.limits import Limits
from autograder.run.execute import Task, execute
from autograder.run.forkservers import Setting
from autograder.run.pool import Pool

SERVERS = Pool()
SHORT = {"cell_seconds": 4.0, "submission_seconds": 60.0}


def runner(kind):
    """Return a function that runs cells in a sandbox; `tests` are positions of test cells."""

    def run(*sources, tests=(), **limits):
        limits = {**Limits().for_assignment("any"), **SHORT, **limits}
        cells = dict(enumerate(sources))
        task = Task("ann", cells, frozenset(tests))
        done = execute(task, Setting({}, limits, kind), SERVERS)
        assert done.fault is None
        return [done.cells[i] for i in cells]

    return run


@pytest.fixture(scope="module", autouse=True)
def _no_server_left():
    yield
    SERVERS.close()


@pytest.fixture
def sealed(bubblewrap):
    """The real sandbox."""
    return runner(bubblewrap)


@pytest.fixture(params=["bubblewrap", "none"])
def run(request):
    """Each kind of sandbox."""
    if request.param == "bubblewrap":
        return request.getfixturevalue("sealed")
    return runner("none")


def text(cell):
    """All text of a cell's outputs."""
    found = ""
    for output in cell.outputs:
        found += output.get("text", "") + output.get("evalue", "")
        found += str(output.get("data", {}).get("text/plain", ""))
    return found


def test_cells_share_a_namespace_and_show_their_last_value(run):
    cells = run("import asyncio\nx = 3", "print('hello')\nx * 2", "await asyncio.sleep(0)")
    assert text(cells[1]) == "hello\n6"
    assert [cell.status for cell in cells] == ["ok"] * 3


def test_magics_work(run):
    first, second = run("%%capture out\nprint(5)", "%timeit -n1 -r1 pass")
    assert first.outputs == []
    assert "loop" in text(second)


def test_an_exception_costs_its_cell_only(run):
    first, second = run("raise ValueError('no')", "print('on')")
    assert (first.status, first.error) == ("error", "ValueError: no")
    assert first.outputs[-1]["ename"] == "ValueError"
    assert text(second) == "on\n"


def test_an_endless_loop_costs_its_cell_only(run):
    _, loop, after = run("x = 1", "while True: pass", "print(x)")
    assert loop.status == "timeout"
    assert text(after) == "1\n"


@pytest.mark.parametrize(
    "deadly",
    [
        "import os; os._exit(3)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import ctypes; ctypes.string_at(0)",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "import os; os.write(3, b'garbage'); [os.write(n, b'x\\n') for n in range(3, 9)]",
    ],
    ids=["exit", "kill", "segfault", "swallows everything", "writes into the channel"],
)
def test_a_deadly_cell_costs_that_cell_and_what_it_defined(run, deadly):
    first, test, dead, after = run("x = 1", "print('test', x)", deadly, "print(x)", tests={1})
    assert first.status == "ok"
    assert text(test) == "test 1\n"
    assert dead.status in ("crashed", "timeout", "error", "ok")
    assert text(after) == "1\n"


def test_sys_exit_is_an_answer(run):
    first, second = run("import sys; sys.exit(1)", "print('on')")
    assert text(second) == "on\n"
    assert (first.status, first.error) == ("error", "SystemExit: 1")


def test_memory_is_limited(run):
    cell, after = run("b = bytearray(8 * 2**30)", "print('on')")
    assert cell.outputs[-1]["ename"] == "MemoryError"
    assert text(after) == "on\n"


def test_output_is_limited(run):
    cell, after = run("for _ in range(10**5): print('x' * 100)", "print('on')", output_bytes=5000)
    assert len(text(cell)) < 6000
    assert "cut" in text(cell)
    assert text(after) == "on\n"


def test_input_and_hidden_packages_are_not_there(run):
    asked, torch = run("input()", "import torch")
    assert asked.outputs[-1]["ename"] in ("EOFError", "StdinNotImplementedError", "OSError")
    assert "not available while this assignment is graded" in text(torch)


def test_the_environment_is_empty(run, monkeypatch):
    monkeypatch.setenv("COURSE_PASSWORD", "secret")
    (cell,) = run("import os; print(sorted(os.environ))")
    assert "COURSE_PASSWORD" not in text(cell)
    assert "NBGRADER_EXECUTION" not in text(cell)


def test_nothing_outlives_a_submission(run, tmp_path):
    marker = f"sleep 54{os.getpid()}"
    run(f"import subprocess; subprocess.Popen({marker!r}.split(), start_new_session=False)")
    wait_until(lambda: marker not in _processes(), f"the end of {marker!r}", seconds=10)


def _processes():
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip())
    return "\n".join(found)


def test_no_network(sealed):
    (cell,) = sealed(
        "import socket\n"
        "try:\n"
        "    socket.create_connection(('192.0.2.1', 80), timeout=1)\n"
        "except OSError as error:\n"
        "    print('refused', error)\n"
        "print([name for _, name in socket.if_nameindex()])"
    )
    assert "refused" in text(cell)
    assert "['lo']" in text(cell)


def test_no_sight_of_anybody_else(sealed, tmp_path):
    hidden = tmp_path / "gradebook.db"
    hidden.write_text("marks")
    (cell,) = sealed(
        "import os, pathlib\n"
        f"print(pathlib.Path({str(hidden)!r}).exists())\n"
        "print([p for p in os.listdir('/proc') if p.isdigit()])\n"
        "print(os.listdir('/tmp'), os.listdir('/'))\n"
        "try:\n"
        "    open('/usr/x', 'w')\n"
        "except OSError as error:\n"
        "    print(error.strerror)"
    )
    assert text(cell).startswith("False\n")
    assert "Read-only file system" in text(cell)
    assert "home" not in text(cell)
    # Its own process namespace: itself and the few that started it.
    assert len(ast.literal_eval(text(cell).splitlines()[1])) <= 3


def test_a_fork_bomb_costs_its_cell_only(sealed):
    # The kernel stops it, or the server's count; and it is no endless one, if neither does.
    bomb, after = sealed(
        "import os, time\n"
        "for _ in range(1000):\n"
        "    if os.fork() == 0:\n"
        "        time.sleep(543210); os._exit(0)",
        "print('on')",
    )
    assert bomb.outputs[-1]["ename"] in ("BlockingIOError", "Crashed")
    assert bomb.status == "error" or "more than 64 processes" in text(bomb)
    assert text(after) == "on\n"


def test_the_disk_is_limited(sealed):
    cell, after = sealed(
        "try:\n"
        "    for i in range(100):\n"
        "        open(f'/tmp/{i}', 'wb').write(bytes(8 * 2**20))\n"
        "except OSError as error:\n"
        "    print(error.strerror)",
        "print('on')",
    )
    assert "No space left" in text(cell)
    assert text(after) == "on\n"
