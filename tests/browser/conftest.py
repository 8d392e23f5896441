"""A browser, and a course to look at with it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from lab import Visit, chromium, serve, visit
from playwright.sync_api import Browser

from autograder.course.course import Course, open_course
from decks.jupyter import Server


@pytest.fixture(scope="session")
def browser(require_program: Callable[[str], str]) -> Iterator[Browser]:
    with chromium(require_program("chromium")) as browser:
        yield browser


@pytest.fixture
def visited(browser: Browser) -> Iterator[Visit]:
    with visit(browser) as found:
        yield found


@pytest.fixture(scope="module")
def course(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, copy_course: Callable[[Path], Path]
) -> Course:
    """A course without a class; made only where there is a browser to look at it."""
    return open_course(copy_course(tmp_path_factory.mktemp("browser") / "course"))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers that stop when the module is done."""
    with ExitStack() as stack:

        def start(*command: str, folder: Path) -> Server:
            scratch = tmp_path_factory.mktemp("jupyter")
            return stack.enter_context(serve(command, folder, scratch))

        yield start


@pytest.fixture(scope="module")
def start_lab(start: Callable[..., Server]) -> Callable[[Path], Server]:
    """Start JupyterLab in a folder, as the student's start.py does."""
    return lambda folder: start(sys.executable, "-m", "jupyter", "lab", folder=folder)
