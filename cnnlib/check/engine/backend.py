"""What a call of a check does at the student's desk: it compares here, and reports at once."""

import sys
from collections.abc import Callable
from typing import Any

from cnnlib.check.engine.check import Check, Which
from cnnlib.check.engine.guard import guarding
from cnnlib.check.engine.naming import resolve
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee, Verdict
from cnnlib.check.engine.report import CheckFailed, Report


class Compare:
    """Compare with PyTorch in this process; print the report or raise it."""

    def run(
        self, check: Check, function: Callable[..., Any], part: str, which: Which, device: str
    ) -> None:
        """Judge and report at once."""
        verdict = _judge(Referee(check, part, which, device=device), function)
        if verdict.open:
            # Several mistakes look like this here: what the other parts show tells them apart.
            others = [
                _judge(Referee(check, name, which, device=device), function)
                for name in check.parts
                if name != part
            ]
            verdict = resolve([verdict, *others])[0]
        _show(Report(verdict))


def _judge(referee: Referee, function: Callable[..., Any]) -> Verdict:
    """Call a function on all cases of one part, and compare."""
    check, cases, form = referee.check, referee.cases, referee.check.form
    place = referee.computed_on if check.tensors else "cpu"
    with guarding(form):
        seen = [observe(form, function, case, place) for case in cases]
    return referee.verdict(seen)


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
