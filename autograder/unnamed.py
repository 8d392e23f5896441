"""What a wrong answer that no misconception explains computes: equal ones are one mistake."""

import hashlib
import re

import numpy as np

from cnnlib.check.engine.findings import Findings, without_values
from cnnlib.check.engine.verdict import Failure, Verdict

#: Steps into which values are rounded: rounding in float32 moves hardly any across a border.
STEPS = 1000


def digest(verdict: Verdict) -> str:
    """Return a sign by which equal wrong answers are known; nothing where one has a name.

    Values are compared roughly, so that the order of summation makes no other mistake.
    """
    if verdict.misconception is not None or not verdict.failures:
        return ""
    found = hashlib.sha256()
    for failure in verdict.failures:
        found.update(f"{failure.case.name} {failure.kind} {failure.result} ".encode())
        found.update(_values(failure))
    return found.hexdigest()[:16]


def _values(failure: Failure) -> bytes:
    if failure.got is None or failure.kind != "values":
        return re.sub(r"\d+", "0", failure.headline).encode("utf-8", "replace")
    got = np.asarray(failure.got, np.float64)
    size = np.abs(got[np.isfinite(got)]).max(initial=0.0) or 1.0
    steps = np.rint(np.nan_to_num(got / size, nan=2.0, posinf=3.0, neginf=-3.0) * STEPS)
    whole: bytes = steps.astype(np.int64).tobytes()
    return f"{got.shape} {size:.2e} ".encode() + whole


def example(verdict: Verdict) -> str:
    """Return the first wrong value in words; of hidden cases none."""
    if not verdict.failures:
        return ""
    first = verdict.failures[0]
    if verdict.which == "hidden":
        return without_values(first)
    seen = Findings(verdict).mismatch
    said = first.headline.splitlines()[0]
    if seen is not None:
        said = f"{seen.element} is {seen.got}; expected {seen.expected}"
    return f"{first.case.name}: {said}"
