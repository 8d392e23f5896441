"""How tests are dealt to processes: by file, or finer; what took longest comes first.

The tests of a file stay together, since they share fixtures that took their time. In files that
are `SPREAD`, those do whose first parameter is the same: one assignment's, one lecture's. Groups
start in the order of what they took the last time, those that are not known before all others, so
that no process is left alone with a long one in the end.

pytest-xdist's own groups are marks, which it writes into a test's name in a way that pytest 9.2 no
longer reads; here a group is read from the name.
"""

import re
from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

SPREAD = {
    "tests/autograder/test_assignments.py",
    "tests/browser/test_decks.py",
    "tests/lectures/test_lectures.py",
    "tests/mutants/test_mutants.py",
}
#: Where pytest's cache keeps the seconds of each group.
SECONDS = "course/seconds"


def group_of(name: str) -> str:
    """Return the group of a test by its name.

    >>> group_of("tests/mutants/test_mutants.py::test_right_solutions_pass[pad2d-loops]")
    'tests/mutants/test_mutants.py[pad2d]'
    """
    file = name.partition("::")[0]
    first = re.search(r"\[([^]-]+)", name)
    return f"{file}[{first.group(1)}]" if file in SPREAD and first else file


class Scheduler(LoadScopeScheduling):
    """Gives each process a group after the other, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


class Groups:
    """A plugin: it deals the tests, and says in the end which files took longest."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.took: Counter[str] = Counter()

    def known(self) -> dict[str, float]:
        """Return what groups took the last time."""
        return dict(self.config.cache.get(SECONDS, {})) if self.config.cache is not None else {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a process what groups took the last time: all must come to the same order."""
        node.workerinput["seconds"] = self.known()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Scheduler | None:
        """Deal by groups, unless somebody asks for another way."""
        if config.option.dist != "load":
            return None
        config.option.loadscopereorder = False  # else the groups with the most tests come first
        return Scheduler(config, log)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a test took."""
        self.took[group_of(report.nodeid)] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the files that took longest, and remember what each group took."""
        if self.config.cache is not None:
            self.config.cache.set(SECONDS, {**self.known(), **self.took})
        files: Counter[str] = Counter()
        for group, seconds in self.took.items():
            files[group.partition("[")[0]] += seconds
        if len(files) > 1:
            terminalreporter.section("slowest files")
            for file, seconds in files.most_common(10):
                terminalreporter.line(f"{seconds:7.1f} s  {file}")


def put_longest_first(items: list[pytest.Item], seconds: dict[str, float]) -> None:
    """Sort tests by what their groups took the last time."""
    items.sort(key=lambda item: -seconds.get(group_of(item.nodeid), float("inf")))
