"""What a call of a check does at the student's desk: it compares here, and reports at once."""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from cnnlib.check.engine.calling import judge, referee_at_desk
from cnnlib.check.engine.check import Check, Which
from cnnlib.check.engine.naming import resolve
from cnnlib.check.engine.report import CheckFailed, Report
from cnnlib.check.engine.verdict import Verdict
from cnnlib.desk.assignment import assignment_here
from cnnlib.desk.attend import attend
from cnnlib.desk.course import read_course
from cnnlib.desk.summary import Results, State, Summary, sum_up

#: In a notebook a part of a check may take so many seconds. Where work is graded there are limits.
SECONDS = 60.0
#: So nbgrader says to a notebook that it counts.
GRADED = "NBGRADER_EXECUTION"


class Compare:
    """Compare with PyTorch in this process; show the report.

    In a notebook a mistake raises nothing, so that "run all cells" goes on to the end. Where
    nbgrader runs the notebook, and outside of notebooks, it raises `CheckFailed`.

    Parameters
    ----------
    checks
        Every check by its name.
    """

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self.results = Results()
        if (shell := _shell()) is not None:
            attend(shell, self.results)

    def run(
        self, check: Check, function: Callable[..., Any], part: str, which: Which, device: str
    ) -> None:
        """Judge and report at once."""
        verdict, printed = self._judge(check, function, part, which, device)
        if verdict.open:
            # Several mistakes look like this here: what the other parts show tells them apart.
            others = (name for name in check.parts if name != part)
            told = [self._judge(check, function, name, which, device)[0] for name in others]
            verdict = resolve([verdict, *told])[0]
        report = Report(verdict, printed=printed)
        if which == "visible":
            self.results.checks[check.name, part] = _state(report)
            report = Report(verdict, self._points(check.name, part), printed)
        _show(report)

    @staticmethod
    def _judge(
        check: Check, function: Callable[..., Any], part: str, which: Which, device: str
    ) -> tuple[Verdict, str]:
        referee = referee_at_desk(check, part, which, device)
        return judge(referee, function, SECONDS if _shell() is not None else None)

    def summary(self) -> Summary | None:
        """Return how far the assignment of this notebook is; None if this is no assignment."""
        here = assignment_here()
        return None if here is None else sum_up(here, self.results, self._parts, read_course())

    def _points(self, check: str, part: str) -> float:
        """Return the points of the cells of which all checks pass, and this is one."""
        here = assignment_here()
        return sum(
            cell.points
            for cell in (here.graded if here is not None else ())
            if any(call.check == check and call.part in (None, part) for call in cell.calls)
            and self.results.of(cell, self._parts) == "passed"
        )

    def _parts(self, check: str) -> tuple[str, ...]:
        return tuple(self._checks[check].parts) if check in self._checks else ()


def _state(report: Report) -> State:
    if report.verdict.passed:
        return "passed"
    return "not written" if report.unwritten else "failed"


def _shell() -> Any:
    """Return IPython's shell where a notebook, or IPython, runs."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def _show(report: Report) -> None:
    """Draw the report in a notebook, print it elsewhere; raise it where that counts.

    Raises
    ------
    CheckFailed
        The verdict is that something is wrong.
    """
    drawn = _shell() is not None
    if drawn:
        sys.modules["IPython"].display.display(report)
    elif report.verdict.passed:
        print(report)
    if not report.verdict.passed and (not drawn or GRADED in os.environ):
        raise CheckFailed(str(report), report.brief if drawn else None)
