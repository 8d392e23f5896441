"""What a report says went wrong with one case, in words."""

import re
from collections.abc import Sequence

import numpy as np

from cnnlib.check.engine.case import Array, Case
from cnnlib.check.engine.check import Check, Remark, Result
from cnnlib.check.engine.observe import Observation

#: An array without elements, as NumPy's messages write its shape.
_EMPTY = re.compile(r"[(, ]0[,)]|zero-size")


def exception(check: Check, cases: Sequence[Case], seen: Sequence[Observation], index: int) -> str:
    """Say which exception was raised in one case, and what may explain it."""
    error = seen[index].error or ""
    first, *where = error.splitlines() or [""]
    if first.startswith("NotImplementedError"):
        return "\n".join(
            ["your function is not written yet: it raised NotImplementedError", *where]
        )
    notes = []
    remark = _remark(check, cases, seen, index)
    if first.startswith("AssertionError"):
        notes.append("this is an assert in your own code")
    if remark is not None:
        notes.append(f"in this case {remark.what}")
        if remark.rule and re.search(r"^AssertionError|: (assert|raise)\b", error, re.MULTILINE):
            notes.append(f"the assignment's rule: {remark.rule}")
    if first.startswith("FloatingPointError"):
        notes.append(
            "outside the check NumPy only warns about this; the check turns the warning into an "
            "error"
        )
    return "\n".join(["; ".join([f"your function raised {first}", *notes]), *where])


def _remark(
    check: Check, cases: Sequence[Case], seen: Sequence[Observation], index: int
) -> Remark | None:
    """Return what is special about the cases that raise, and only about these.

    If every case raises nothing tells them apart; then an empty array still speaks for itself.
    """
    remarks = check.remarks(cases[index].arguments)
    raising = [i for i, each in enumerate(seen) if each.error is not None]
    if len(raising) == len(seen):
        empty = _EMPTY.search(seen[index].error or "")
        return next((each for each in remarks if "padding is 0" in each.what and empty), None)
    special = [{each.what for each in check.remarks(case.arguments)} for case in cases]
    return next(
        (each for each in remarks
         if all((each.what in found) == (i in raising) for i, found in enumerate(special))),
        None,
    )  # fmt: skip


def missing(kind: str | None, of_several: bool) -> str:
    """Say what may be the matter where there is None in place of a result."""
    if kind not in ("None", "NoneType"):
        return ""
    return " (is it not written yet?)" if of_several else " (is the return statement missing?)"


def wanted(kind: str, tensors: bool) -> str:
    """Say what was expected in place of a result of the wrong kind."""
    if not tensors:
        return "a NumPy array of numbers"
    if kind.endswith("requires grad"):
        return "one that does not: call .detach() on it"
    if ", but the input is on " in kind:
        return f"one on {kind.rpartition(' ')[2]}"
    return "a PyTorch tensor of real numbers"


def values(
    check: Check, case: Case, i: int, got: Array, expected: Array, wrong: Array, subject: str
) -> tuple[str, bool]:
    """Say which values are wrong, and whether that says it all: then no single one is shown."""
    if check.says is not None:
        said = check.says(case.arguments, check.results[i].name, got, expected)
        if said:
            return said, True
    if not wrong.ndim:
        one, other = apart(got, expected)
        return f"{subject} is {one}; expected {other}", False
    bad = int((~np.isfinite(got)).sum())
    note = f", of which {bad} are NaN or infinite" if bad else ""
    of = "" if len(check.results) == 1 else f" of {check.results[i].name}"
    return f"{wrong.sum()} of {wrong.size} values{of} are wrong{note}", False


def empty(subject: str) -> str:
    """Say that a result holds nothing but zeros in any case."""
    return f"{subject} is still all zeros: is it not written yet, or never filled in?"


def dtype(value: Array, result: Result, case: Case, subject: str, tensors: bool) -> str:
    """Say which dtype was expected, and where the other one may come from."""
    wanted = f"{case.dtype}, the dtype of the input" if result.dtype == "input" else result.dtype
    hint = ""
    if result.dtype == "input" and value.dtype.kind == "f":
        library, default = ("torch", "float32") if tensors else ("np", "float64")
        hint = (
            f" ({library}.zeros and {library}.ones make {default} unless you give them dtype=…)"
            if value.dtype == default
            else ""
        )
    return f"{subject} has dtype {value.dtype}; expected {wanted}{hint}"


def apart(got: "float | Array", expected: "float | Array") -> tuple[str, str]:
    """Return two numbers with as many digits as it takes to tell them apart.

    >>> apart(1.5157512, 1.5157498)
    ('1.515751', '1.515750')
    >>> apart(3.0, 5.0)
    ('3', '5')
    """
    a, b = float(got), float(expected)
    for digits in range(6, 18):
        one, other = f"{a:.{digits}g}", f"{b:.{digits}g}"
        if one != other or digits == 17:
            break
    if digits > 6:  # as many decimals on both sides, so that they can be compared
        one, other = f"{a:#.{digits}g}", f"{b:#.{digits}g}"
    return one, other


def is_gross(got: Array, expected: Array, wrong: Array) -> Array:
    """Return where an array is wrong by more than one part in a thousand."""
    finite = np.isfinite(got)
    size = np.maximum(np.abs(np.where(finite, got, 0)), np.abs(expected))
    off = np.abs(np.where(finite, got, 0).astype(np.float64) - expected) > 1e-3 * size
    return np.asarray(wrong & (~finite | off))
