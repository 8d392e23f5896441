"""What a report contains: what is wrong, where it was seen first, which mistake looks like that."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnnlib.check.engine.case import Array
from cnnlib.check.engine.check import Tolerance
from cnnlib.check.engine.verdict import Failure, Verdict
from cnnlib.check.engine.window import Window
from cnnlib.check.engine.wording import apart, is_gross

#: A map of mismatches wider or higher than this is cut.
MAP_ROWS, MAP_COLUMNS = 12, 40


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
    index
        Its index.
    near
        Whether it is so close that rounding might come to mind.
    """

    element: str
    got: str
    expected: str
    allowed: str
    plane: str
    wrong: Array
    window: Window | None
    index: tuple[int, ...] = ()
    near: bool = False

    @property
    def share(self) -> str:
        """How much of the plane is wrong."""
        return f"{self.wrong.sum()} of {self.wrong.size}"


@dataclass(frozen=True)
class Findings:
    """What a verdict tells a student.

    For hidden cases it holds the mistake and its hint, never a value.

    Attributes
    ----------
    points
        What has been earned by it.
    printed
        What the function printed in the case that is shown.
    """

    verdict: Verdict
    points: float = 0.0
    printed: str = ""

    @property
    def unwritten(self) -> bool:
        """Whether there is nothing yet that could be wrong."""
        failures = self.verdict.failures
        return len(failures) == self.verdict.total and all(
            failure.kind == "error" and "NotImplementedError" in failure.headline.partition("\n")[0]
            for failure in failures
        )

    @property
    def todo(self) -> str:
        """What is to be written, where nothing is yet."""
        _, _, where = self.verdict.failures[0].headline.partition("\n")
        found = re.match(r"\s*in (\w+), line", where)
        if found and self.verdict.which == "visible" and found[1] != self.verdict.check.name:
            return f"It calls {found[1]}, which is not written yet."
        return "Write your code where it says YOUR CODE HERE, and delete the line with raise."

    @property
    def headline(self) -> str:
        """Which function, which part, and how it went."""
        v = self.verdict
        hidden = ", hidden cases" if v.which == "hidden" else ""
        label = f"{v.check.name} ({v.check.parts[v.part].title}{hidden})"
        if v.passed:
            points = f" {count(self.points)}." if self.points else ""
            agree = f"all {v.total} cases agree with {v.check.against} on {v.device}"
            return f"✓ {label}: {agree}.{points}"
        if self.unwritten:
            return f"○ {label}: not written yet."
        agreed = v.total - len(v.failures)
        return f"✗ {label}: {agreed} of {v.total} cases agree with {v.check.against} on {v.device}."

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
            return "", "", without_values(failure)
        title = f'First mismatch, case "{failure.case.name}":'
        said = failure.headline.replace("your function raised TooLong: it", "your function")
        return title, failure.case.describe(), said

    @cached_property
    def mismatch(self) -> Mismatch | None:
        """The first wrong value of a visible case."""
        if not self.verdict.failures or self.verdict.which == "hidden":
            return None
        f = self.verdict.failures[0]
        if f.wrong is None or not f.wrong.ndim or f.got is None or f.expected is None:
            return None
        gross = is_gross(f.got, f.expected, f.wrong)
        index = tuple(int(i) for i in np.argwhere(gross if gross.any() else f.wrong)[0])
        got, expected = apart(f.got[index], f.expected[index])
        window = self.verdict.check.window
        return Mismatch(
            element=_element(f.result, index),
            got=got,
            expected=expected,
            allowed=_tolerance(f.tolerance),
            plane=_element(f.result, index[:-2]) if f.wrong.ndim > 2 else "",
            wrong=np.atleast_2d(f.wrong[index[:-2]]),
            window=window(f.case.arguments, f.result, index) if window is not None else None,
            index=index,
            near=_is_near(f.got[index], f.expected[index], f.tolerance),
        )

    @property
    def forbidden(self) -> tuple[str, ...]:
        """What was used that is not allowed; for hidden cases only that there was something."""
        hidden = self.verdict.which == "hidden" and bool(self.verdict.forbidden)
        return (HIDDEN_USE,) if hidden else self.verdict.forbidden

    @property
    def waits(self) -> str:
        """What a GPU would have to wait for; empty where nothing was seen."""
        if not self.verdict.waits or self.verdict.which == "hidden":
            return ""
        where = self.verdict.waits.strip()
        return f"On a GPU, this line would wait until everything before it is finished: {where}"

    @property
    def allowed(self) -> str:
        """The largest difference that any case allows."""
        return _tolerance(self.verdict.tolerance)


def _is_near(got: float, expected: float, tolerance: Tolerance | None) -> bool:
    """Whether a difference is at most a thousand times what rounding explains."""
    return tolerance is not None and abs(float(got) - float(expected)) < 1e3 * tolerance.value


def _tolerance(tolerance: Tolerance | None) -> str:
    if tolerance is None:
        return ""
    return f"{tolerance.value:.1e} = {tolerance.why}" if tolerance.value else tolerance.why


#: What is said of anything that is not allowed and was used in hidden cases.
HIDDEN_USE = "something that your function uses in a hidden case"
#: What is said of each kind of failure in hidden cases: nothing that the function chose, be it the
#: name of an exception, could carry out what was passed in.
_HIDDEN = {
    "forbidden": "your function used something that is not allowed in a hidden case",
    "error": "your function raised an exception in a hidden case",
    "type": "wrong type{of} in a hidden case",
    "values": "wrong values{of} in a hidden case",
    "shape": "wrong shape{of} in a hidden case",
    "dtype": "wrong dtype{of} in a hidden case",
    "changed": "your function changed an argument in place in a hidden case",
    "shared": "memory{of} shared with an argument in a hidden case",
    "device": "your function would fail on a GPU in a hidden case",
    "operators": "your function ran too many PyTorch operators in a hidden case, perhaps in a loop",
}


def without_values(failure: Failure) -> str:
    """Say what kind of thing went wrong in a hidden case, and none of its values."""
    of = f" of {failure.result}" if failure.result else ""
    known = _HIDDEN.get(failure.kind, "something went wrong{of} in a hidden case")
    return known.format(of=of)


def count(points: float) -> str:
    """Return a number of points in words.

    >>> count(8.0), count(1)
    ('8 points', '1 point')
    """
    return f"{points:g} point{'s' * (points != 1)}"


def _element(name: str, index: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, index))}]"
