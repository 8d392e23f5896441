"""What tests share."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from executed import executed
from groups import Groups, put_longest_first

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Deal the tests to processes as `groups` says, from the process that has none to run."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Groups(config), "groups")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here; sort what the processes of pytest-xdist share out."""
    leave_out_what_needs_a_gpu(config, items)
    if hasattr(config, "workerinput"):
        put_longest_first(items, config.workerinput["seconds"])


def leave_out_what_needs_a_gpu(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests marked `gpu` out where there is no CUDA device: nobody could install one."""
    if torch.cuda.is_available():
        return
    absent = [item for item in items if item.get_closest_marker("gpu")]
    if absent:
        config.hook.pytest_deselected(items=absent)
        items[:] = [item for item in items if item not in absent]


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> None:
    """Let processes that tests start end by Ctrl-C, also where pytest runs in the background.

    A shell lets what it puts there ignore the signal, and so would all that pytest starts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Let each test process use one core: small tensors gain nothing, and processes run abreast."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def require_program() -> Callable[[str], str]:
    """Give the path of a program; without it skip, or fail where everything must be there."""

    def require(name: str) -> str:
        path = shutil.which(name)
        if path is None and os.environ.get("COURSE_REQUIRE_ALL"):
            pytest.fail(f"{name} is not installed, and COURSE_REQUIRE_ALL says that it must be")
        if path is None:
            pytest.skip(f"{name} is not installed")
        return path

    return require


@pytest.fixture(scope="session")
def executed_lecture(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Any]:
    """Give a lecture as it was run, once in the whole run of the tests."""
    base = tmp_path_factory.getbasetemp()
    store = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "lectures"
    store.mkdir(exist_ok=True)
    return lambda lecture: executed(lecture, store)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root, which is the course as it is committed."""
    return ROOT


@pytest.fixture(scope="session")
def copy_course() -> Callable[[Path], Path]:
    """Copy the course, without anybody's submissions, into an empty folder."""

    def copy(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        for name in ("solutions", "assignments", "lectures"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints")
            )
        # The same hidden cases in every run: which name fits random ones can depend on them.
        state = folder / ".autograder"
        state.mkdir(mode=0o700)
        (state / "secret").write_text("20261126\n")
        (state / "secret").chmod(0o600)
        return folder

    return copy
