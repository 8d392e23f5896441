"""Finds out ahead what reports on known mistakes show, as if somebody had made each of them."""

import numpy as np

from cnnlib.check.engine.check import Raises
from cnnlib.check.engine.findings import Findings
from cnnlib.check.engine.observe import Observation
from cnnlib.check.engine.plain import plain
from cnnlib.check.engine.reading import readings
from cnnlib.check.engine.referee import Referee


def read_ahead(referee: Referee) -> None:
    """Let a referee know what the numbers in reports on its check's misconceptions are read from.

    Only reports on visible cases show that.
    """
    if referee.which == "hidden":
        return
    for number in range(len(referee.check.misconceptions)):
        seen = [as_if(referee, number, index) for index in range(len(referee.cases))]
        verdict = referee.verdict(seen)
        mismatch = Findings(verdict).mismatch
        if mismatch is not None:
            with np.errstate(all="ignore"):  # some mistakes divide by nothing
                readings(verdict, mismatch)


def as_if(referee: Referee, number: int, index: int) -> Observation:
    """Return what a function with a misconception would do with a case."""
    computed = referee.imagined(number, index)
    if isinstance(computed, Raises):
        return Observation(error="ValueError: it raises")
    values = tuple(
        right if value is None else value
        for value, right in zip(computed, referee.references[index], strict=True)
    )
    kind = "Tensor" if referee.check.tensors else "ndarray"
    after = tuple(plain(value) for value in referee.cases[index].positional.values())
    return Observation(values=values, types=(kind,) * len(values), after=after)
