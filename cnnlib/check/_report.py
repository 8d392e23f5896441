"""A verdict in words: what is wrong, where it was seen first, and which mistake looks like that."""

import textwrap

import numpy as np

from cnnlib.check._case import Array
from cnnlib.check._check import Tolerance
from cnnlib.check._judge import Failure, Verdict

#: A map of mismatches wider or higher than this is cut.
MAP_ROWS, MAP_COLUMNS = 12, 40


class CheckFailed(AssertionError):
    """A check found a mistake. The message is the report."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback through our own files, which helps nobody.
        return str(self).splitlines()


def report(verdict: Verdict) -> str:
    """Return the report: for hidden cases the mistake and its hint, never a value."""
    if verdict.passed:
        return _passed(verdict)
    blocks = [_headline(verdict)]
    if verdict.misconception is not None:
        blocks.append(
            f"It looks like this: {verdict.misconception.name}.\n"
            + _indent(textwrap.fill(verdict.misconception.hint, 88))
        )
    if verdict.forbidden:
        blocks.append("Not allowed in this exercise:\n" + _indent("\n".join(verdict.forbidden)))
    if verdict.failures:
        first = verdict.failures[0]
        blocks.append(_hidden(first) if verdict.which == "hidden" else _visible(verdict, first))
    return "\n\n".join(blocks)


def summary(verdict: Verdict) -> str:
    """Return the verdict in a few words, for a table.

    The misconception where one fits, otherwise the first thing that went wrong.
    """
    if verdict.passed:
        return "right"
    if verdict.forbidden:
        return f"not allowed: {verdict.forbidden[0]}"
    if verdict.misconception is not None:
        return verdict.misconception.name
    first = verdict.failures[0]
    headline = first.headline.splitlines()[0]
    if verdict.which == "hidden":
        headline = _hidden(first)
    return headline.removeprefix("your function ")


def _label(verdict: Verdict) -> str:
    title = verdict.check.parts[verdict.part].title
    hidden = ", hidden cases" if verdict.which == "hidden" else ""
    return f"{verdict.check.name} ({title}{hidden})"


def _passed(verdict: Verdict) -> str:
    text = (
        f"✓ {_label(verdict)}: all {verdict.total} cases agree with {verdict.check.judge} "
        f"on {verdict.device}."
    )
    return f"{text}\n  Largest difference allowed: {_tolerance(verdict.tolerance)}."


def _tolerance(tolerance: Tolerance) -> str:
    return f"{tolerance.value:.1e} = {tolerance.why}" if tolerance.value else tolerance.why


def _headline(verdict: Verdict) -> str:
    agreed = verdict.total - len(verdict.failures)
    return (
        f"✗ {_label(verdict)}: {agreed} of {verdict.total} cases agree with {verdict.check.judge}."
    )


def _hidden(failure: Failure) -> str:
    """Say what kind of thing went wrong in a hidden case, and none of its values."""
    return {
        "error": failure.headline.split(":")[0] + " in a hidden case",
        "values": "wrong values in a hidden case",
        "shape": "wrong shape in a hidden case",
    }.get(failure.kind, failure.headline)


def _visible(verdict: Verdict, failure: Failure) -> str:
    lines = [f'First mismatch, case "{failure.case.name}":', f"  {failure.case.describe()}"]
    lines += [f"  {failure.headline}"]
    if failure.wrong is None or failure.got is None or failure.tolerance is None:
        return "\n".join(lines)
    index = tuple(int(i) for i in np.argwhere(failure.wrong)[0])
    position = ", ".join(map(str, index))
    lines += [
        f"  y[{position}] is {failure.got[index]:.6g}; expected {failure.expected[index]:.6g}",
        f"  allowed difference: {_tolerance(failure.tolerance)}",
        "",
        f"What y[{position}] should have read:",
        _indent(verdict.check.window(failure.case.arguments, index)),
        "",
        f"Where it is wrong (x) and right (.){_plane_name(index)}:",
        _indent(_map(failure.wrong[index[:-2]])),
    ]
    return "\n".join(lines)


def _plane_name(index: tuple[int, ...]) -> str:
    leading = index[:-2]
    return f", in y[{', '.join(map(str, leading))}]" if leading else ""


def _map(wrong: Array) -> str:
    """Draw which elements of a plane are wrong.

    >>> print(_map(np.array([[False, True], [True, True]])))
    . x
    x x
    """
    shown = wrong[:MAP_ROWS, :MAP_COLUMNS]
    tail = " …" if wrong.shape[1] > MAP_COLUMNS else ""
    rows = [" ".join("x" if bad else "." for bad in row) + tail for row in shown]
    return "\n".join(rows + (["…"] if wrong.shape[0] > MAP_ROWS else []))


def _indent(text: str) -> str:
    return textwrap.indent(text, "  ")
