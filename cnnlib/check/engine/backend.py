"""What a call of a check does at the student's desk: it compares here, and reports at once."""

import sys
from collections.abc import Callable
from typing import Any

from cnnlib.check.engine.check import Check, Which
from cnnlib.check.engine.guard import guarding
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import CheckFailed, Report


class Compare:
    """Compare with PyTorch in this process; print the report or raise it."""

    def run(
        self, check: Check, function: Callable[..., Any], part: str, which: Which, device: str
    ) -> None:
        """Judge and report at once."""
        referee = Referee(check, part, which, device=device)
        place = referee.computed_on if check.tensors else "cpu"
        cases, form = referee.cases, check.form
        with guarding(form):
            seen = [observe(form, function, case, place) for case in cases]
        _show(Report(referee.verdict(seen)))


def _show(report: Report) -> None:
    """Print the report or raise it; in a notebook it is drawn as well.

    Raises
    ------
    CheckFailed
        The verdict is that something is wrong.
    """
    drawn = "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None
    if drawn:
        sys.modules["IPython"].display.display(report)
    elif report.verdict.passed:
        print(report)
    if not report.verdict.passed:
        raise CheckFailed(str(report), report.brief if drawn else None)
