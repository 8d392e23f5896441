"""A verdict in words: what is wrong, where it was seen first, and which mistake looks like that."""

import textwrap
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnnlib.check.engine.case import Array
from cnnlib.check.engine.check import Tolerance
from cnnlib.check.engine.judge import Failure, Verdict
from cnnlib.check.engine.window import Window

#: A map of mismatches wider or higher than this is cut.
MAP_ROWS, MAP_COLUMNS = 12, 40


class CheckFailed(AssertionError):
    """A check found a mistake. The message is the report.

    Attributes
    ----------
    brief
        What a notebook shows as the error where it shows the whole report above it.
    """

    def __init__(self, text: str, brief: str | None = None) -> None:
        super().__init__(text)
        self.brief = brief

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback through our own files, which helps nobody.
        return (self.brief or str(self)).splitlines()


@dataclass(frozen=True)
class Mismatch:
    """The first wrong element: which it is, what it is and should be, and where the others are.

    Attributes
    ----------
    element
        Its name with its index, such as `y[0, 1, 2, 0]`.
    plane
        The name of the plane in which it lies; empty where there is only one.
    wrong
        Where that plane is wrong; of shape (H, W).
    """

    element: str
    got: str
    expected: str
    allowed: str
    plane: str
    wrong: Array
    window: Window | None

    @property
    def share(self) -> str:
        """How much of the plane is wrong."""
        return f"{self.wrong.sum()} of {self.wrong.size}"


@dataclass(frozen=True)
class Report:
    """What a student reads: as text, and as HTML in a notebook.

    For hidden cases it holds the mistake and its hint, never a value.
    """

    verdict: Verdict

    @property
    def headline(self) -> str:
        """Which function, which part, and how it went."""
        v = self.verdict
        hidden = ", hidden cases" if v.which == "hidden" else ""
        label = f"{v.check.name} ({v.check.parts[v.part].title}{hidden})"
        if v.passed:
            return f"✓ {label}: all {v.total} cases agree with {v.check.judge} on {v.device}."
        agreed = v.total - len(v.failures)
        return f"✗ {label}: {agreed} of {v.total} cases agree with {v.check.judge} on {v.device}."

    @property
    def likeness(self) -> str:
        """The mistake that looks like this; empty where none does."""
        mistake = self.verdict.misconception
        return f"It looks like this: {mistake.name}." if mistake is not None else ""

    @property
    def brief(self) -> str:
        """The headline and the mistake."""
        return "\n".join(filter(None, [self.headline, self.likeness]))

    @property
    def case(self) -> tuple[str, str, str]:
        """The first failing case: which it is, what was passed, and what went wrong.

        For hidden cases only what kind of thing went wrong.
        """
        failure = self.verdict.failures[0]
        if self.verdict.which == "hidden":
            return "", "", _hidden(failure)
        title = f'First mismatch, case "{failure.case.name}":'
        return title, failure.case.describe(), failure.headline

    @cached_property
    def mismatch(self) -> Mismatch | None:
        """The first wrong value of a visible case."""
        if not self.verdict.failures or self.verdict.which == "hidden":
            return None
        f = self.verdict.failures[0]
        if f.wrong is None or not f.wrong.ndim or f.got is None or f.expected is None:
            return None
        index = tuple(int(i) for i in np.argwhere(f.wrong)[0])
        window = self.verdict.check.window
        return Mismatch(
            element=_element(f.result, index),
            got=f"{f.got[index]:.6g}",
            expected=f"{f.expected[index]:.6g}",
            allowed=_tolerance(f.tolerance),
            plane=_element(f.result, index[:-2]) if f.wrong.ndim > 2 else "",
            wrong=np.atleast_2d(f.wrong[index[:-2]]),
            window=window(f.case.arguments, f.result, index) if window is not None else None,
        )

    @property
    def allowed(self) -> str:
        """The largest difference that any case allows."""
        return _tolerance(self.verdict.tolerance)

    def __str__(self) -> str:
        """Return the report as text."""
        v = self.verdict
        if v.passed:
            return f"{self.headline}\n  Largest difference allowed: {self.allowed}."
        blocks = [self.headline]
        if v.misconception is not None:
            blocks.append(f"{self.likeness}\n{_indent(textwrap.fill(v.misconception.hint, 88))}")
        if v.forbidden:
            blocks.append("Not allowed in this exercise:\n" + _indent("\n".join(v.forbidden)))
        if v.failures:
            title, *lines = filter(None, self.case)
            block = "\n".join([title, *map(_indent, lines)])
            blocks.append(block + ("\n" + _text(self.mismatch) if self.mismatch else ""))
        return "\n\n".join(blocks)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from cnnlib.check.engine.html import html

        return html(self)


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
    return headline.removeprefix("your function ").removeprefix("your result ")


def _tolerance(tolerance: Tolerance | None) -> str:
    if tolerance is None:
        return ""
    return f"{tolerance.value:.1e} = {tolerance.why}" if tolerance.value else tolerance.why


def _hidden(failure: Failure) -> str:
    """Say what kind of thing went wrong in a hidden case, and none of its values."""
    of = f" of {failure.result}" if failure.result else ""
    return {
        "error": failure.headline.split(":")[0] + " in a hidden case",
        "values": f"wrong values{of} in a hidden case",
        "shape": f"wrong shape{of} in a hidden case",
    }.get(failure.kind, failure.headline)


def _element(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]"


def _text(mismatch: Mismatch) -> str:
    blocks = [
        f"  {mismatch.element} is {mismatch.got}; expected {mismatch.expected}\n"
        f"  allowed difference: {mismatch.allowed}"
    ]
    if mismatch.window is not None:
        blocks.append(f"What {mismatch.element} should have read:\n{_indent(str(mismatch.window))}")
    plane = f", in {mismatch.plane}" if mismatch.plane else ""
    blocks.append(f"Where it is wrong (x) and right (.){plane}:\n{_indent(_map(mismatch.wrong))}")
    return "\n\n".join(blocks)


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
