"""Calls a student's function at their desk: with an end, and with what it prints kept."""

import io
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from typing import Any

from cnnlib.check.engine.check import Check, Which
from cnnlib.check.engine.guard import guarding
from cnnlib.check.engine.lines import describe_error
from cnnlib.check.engine.observe import Observation, observe
from cnnlib.check.engine.recorded import NoPyTorch, Recorded, pytorch_is_here
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.verdict import Verdict
from cnnlib.desk.limit import TooLong, call_within

#: So much of what a function prints in a case is kept.
PRINTED = 10_000


def referee_at_desk(check: Check, part: str, which: Which, device: str) -> Referee:
    """Return who judges: PyTorch, or what was recorded of it where it is not installed.

    Raises
    ------
    NoPyTorch
        It is not installed, and nothing was recorded.
    """
    if pytorch_is_here():
        return Referee(check, part, which, device=device)
    if check.tensors or which == "hidden":
        raise NoPyTorch
    return Recorded(check, part, which)


def judge(
    referee: Referee, function: Callable[..., Any], seconds: float | None
) -> tuple[Verdict, str]:
    """Call a function on all cases and compare; return the verdict and what it printed.

    What was printed is that of the first failing case, or of the first where all agree.

    Parameters
    ----------
    seconds
        For all cases together; None for no limit.
    """
    check, cases, form = referee.check, referee.cases, referee.check.form
    place = referee.computed_on if check.tensors else "cpu"
    seen: list[Observation] = []
    printed: list[str] = []
    end = None if seconds is None else time.monotonic() + seconds
    with guarding(form):
        for case in cases:
            kept = _Kept()
            try:
                with redirect_stdout(kept):
                    seen.append(_within(end, partial(observe, form, function, case, place)))
            except TooLong as late:
                where = "".join(describe_error(late).partition("\n")[1:])
                stopped = f"it was stopped after {seconds:g} seconds; does it ever end?"
                late_at = f"TooLong: {stopped}{where}"
                seen += [Observation(error=late_at)] * (len(cases) - len(seen))
            printed.append(kept.getvalue())
            if len(seen) == len(cases):
                break
    verdict = referee.verdict(seen)
    shown = verdict.failures[0].case if verdict.failures else cases[0]
    number = next(i for i, case in enumerate(cases) if case is shown)
    return verdict, printed[number] if number < len(printed) else ""


def _within(end: float | None, call: Callable[[], Observation]) -> Observation:
    return call() if end is None else call_within(max(0.0, end - time.monotonic()), call)


class _Kept(io.StringIO):
    """Keeps the beginning of what is written."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, PRINTED - self.tell())])
        return len(text)
