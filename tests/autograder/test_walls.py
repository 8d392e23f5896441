"""Each wall that this machine lets us build stands, and the doctor says which do not."""

import os
import sys
from pathlib import Path

import pytest

from autograder import doctor
from autograder.course.limits import Limits
from autograder.run import cgroups, pool, sandbox
from autograder.run.execute import Task, execute
from autograder.run.forkservers import Setting
from autograder.run.pool import Pool

#: A harmless counter: it never starts more than 200 that sleep for a second.
COUNT = """
import os, time
started = 0
try:
    while started < 200:
        if os.fork() == 0:
            time.sleep(1)
            os._exit(0)
        started += 1
except BlockingIOError:
    pass
print(started)
"""
SYSTEMD = (
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-7.scope\n",
    "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
)
OLD = (
    "8:pids:/\n4:memory:/jobs/7\n0::/\n",
    "40 39 0:31 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
    "41 39 0:32 /jobs /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
)


def run(*sources, **limits):
    """Run one submission; return what its cells wrote."""
    limits = {**Limits().for_assignment("any"), "cell_seconds": 20.0, **limits}
    servers = Pool()
    try:
        task = Task("ann", dict(enumerate(sources)), frozenset())
        done = execute(task, Setting({}, limits, "bubblewrap"), servers)
    finally:
        servers.close()
    assert done.fault is None
    return ["".join(o.get("text", "") for o in cell.outputs) for cell in done.cells.values()]


def no_user(monkeypatch):
    monkeypatch.setattr(sandbox, "_own_user", lambda sources: None)


def no_group(monkeypatch):
    monkeypatch.setattr(cgroups, "_places", lambda: iter(()))


@pytest.mark.parametrize("without", [None, no_user, no_group])
def test_the_kernel_refuses_processes(bubblewrap, monkeypatch, without):
    if without is not None:
        without(monkeypatch)
    holds = pool.what_holds(Limits().for_assignment("any"))
    if not (holds["counted"] or holds["grouped"]):
        pytest.skip("neither does a user of its own count here, nor is there a control group")
    started, after = run(COUNT, "print('on')", processes=20)
    assert 15 <= int(started) <= 20
    assert after == "on\n"


def test_memory_that_nobody_counts_is_not_to_be_had(bubblewrap):
    (said,) = run(
        "import ctypes, os\n"
        "kernel = ctypes.CDLL(None)\n"
        "print(kernel.shmget(0, 4096, 0o1600), kernel.msgget(0, 0o1600))\n"
        "try:\n    os.memfd_create('held')\nexcept OSError as error:\n    print(error.strerror)"
    )
    assert said == "-1 -1\nFunction not implemented\n"


def test_a_submission_is_nobody(bubblewrap):
    (said,) = run(
        "import os\n"
        "print(os.getresuid(), os.getgroups())\n"
        "for become in (os.setuid, os.setgid):\n"
        "    try:\n        become(0)\n"
        "    except OSError as error:\n        print(error.strerror)"
    )
    ids, *refused = said.splitlines()
    assert ids.startswith("(1000, 1000, 1000)")
    assert len(refused) == 2


def test_python_below_a_private_folder_stays_visible(bubblewrap, tmp_path, monkeypatch):
    environment = tmp_path / "env"
    (environment / "bin").mkdir(parents=True)
    python = environment / "bin" / "python"
    python.symlink_to(os.path.realpath(sys.executable))
    (environment / "pyvenv.cfg").write_text((Path(sys.prefix) / "pyvenv.cfg").read_text())
    packages = Path(sandbox.sysconfig.get_paths()["purelib"])
    place = environment / packages.relative_to(sys.prefix)
    place.parent.mkdir(parents=True)
    place.symlink_to(packages)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(sys, "prefix", str(environment))
    assert tmp_path.is_relative_to("/tmp")
    assert pool.what_holds(Limits().for_assignment("any"))["nested"]
    prefix, numbers, others = run(
        "import sys; print(sys.prefix)",
        "import numpy; import fractions, numpy.linalg; print(numpy.ones(2).sum())",
        "import os; print(os.listdir('/tmp'), os.listdir(os.path.dirname(sys.prefix)))\n"
        "try:\n    open(f'{sys.prefix}/x', 'w')\n"
        "except OSError as error:\n    print(error.strerror)",
    )
    assert prefix == f"{environment}\n"
    assert numbers == "2.0\n"
    first = environment.relative_to("/tmp").parts[0]
    assert others == f"[{first!r}] ['env']\nRead-only file system\n"


def test_a_group_is_gone_with_its_server(bubblewrap):
    group = cgroups.ControlGroup(Limits().for_assignment("any"))
    folders = group.folders
    assert all(folder.is_dir() for folder in folders)
    assert group.refusal() == ""
    group.close()
    assert not any(folder.exists() for folder in folders)
    group.close()


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (SYSTEMD, {"": (Path("/sys/fs/cgroup"), SYSTEMD[0][4:-1])}),
        (
            OLD,
            {
                "pids": (Path("/sys/fs/cgroup/pids"), ""),
                "memory": (Path("/sys/fs/cgroup/memory"), "7"),
            },
        ),
    ],
    ids=["systemd", "version-1"],
)
def test_where_we_are_is_read_from_the_kernel(machine, expected):
    assert cgroups._own_groups(*machine) == expected


def test_the_doctor_says_what_does_not_hold(bubblewrap, monkeypatch):
    monkeypatch.setattr(pool, "what_holds", lambda limits: dict.fromkeys(doctor.WALLS, False))
    first, *walls = doctor._sandbox()
    assert first.value == "bubblewrap"
    assert len(walls) == len(doctor.WALLS)
    assert all(wall.ok and wall.advice for wall in walls)
