"""The referee: compares what a function returned with PyTorch and names the mistake."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from cnnlib.check._case import Array, Case, Observation
from cnnlib.check._check import Check, Misconception, Tolerance, Which


@dataclass(frozen=True)
class Failure:
    """One case that went wrong: a headline, and for wrong values where and by how much."""

    case: Case
    kind: str
    headline: str
    expected: Array
    got: Array | None = None
    tolerance: Tolerance | None = None
    wrong: Array | None = None


@dataclass(frozen=True)
class Verdict:
    """What came of one part of a check."""

    check: Check
    part: str
    which: Which
    total: int
    failures: tuple[Failure, ...]
    tolerance: Tolerance
    misconception: Misconception | None = None
    forbidden: tuple[str, ...] = ()
    device: str = "cpu"

    @property
    def passed(self) -> bool:
        """Whether every case agrees and nothing forbidden was used."""
        return not self.failures and not self.forbidden


@dataclass(frozen=True)
class Referee:
    """Cases of one part with everything that judging them needs, computed once.

    The autograder keeps a referee per part and judges a whole class with it.
    """

    check: Check
    part: str
    which: Which
    seed: int | None = None
    device: str = "auto"
    _imagined: dict[tuple[int, int], Array | None] = field(default_factory=dict, repr=False)

    @cached_property
    def cases(self) -> list[Case]:
        """The cases, drawn from the seed."""
        return self.check.draw(self.part, self.which, self.seed)

    @cached_property
    def computed_on(self) -> str:
        """The device on which PyTorch computes the references."""
        from cnnlib.check._torch import pick_device

        return pick_device(self.device)

    @cached_property
    def references(self) -> list[Array]:
        """The right result of every case, float64."""
        return [self.check.reference(case.arguments, self.computed_on) for case in self.cases]

    @cached_property
    def tolerances(self) -> list[Tolerance]:
        """The allowed difference of every case."""
        return [self.check.tolerance(case.arguments, _dtype_of(case)) for case in self.cases]

    def judge(self, observations: Sequence[Observation], forbidden: Sequence[str] = ()) -> Verdict:
        """Compare what a function did on the cases with the references."""
        failures = []
        for index, seen in enumerate(observations):
            failure = self._examine(index, seen)
            if failure is not None:
                failures.append((index, failure))
        return Verdict(
            check=self.check,
            part=self.part,
            which=self.which,
            total=len(self.cases),
            failures=tuple(failure for _, failure in failures),
            tolerance=max(self.tolerances, key=lambda tolerance: tolerance.value),
            misconception=self._explain(failures),
            forbidden=tuple(forbidden),
            device=self.computed_on,
        )

    def _examine(self, index: int, seen: Observation) -> Failure | None:
        """Return what is wrong with one case, or None; the plainest mistake first."""
        case, expected = self.cases[index], self.references[index]

        def failure(kind: str, headline: str, **more: Any) -> Failure:
            return Failure(case=case, kind=kind, headline=headline, expected=expected, **more)

        if seen.error is not None:
            return failure("error", f"your function raised {seen.error}")
        if seen.returned == "NoneType":
            return failure("type", "your function returned None: is the return statement missing?")
        if seen.value is None:
            return failure(
                "type", f"your function returned {seen.returned}; expected a NumPy array of numbers"
            )
        if seen.value.shape != expected.shape:
            return failure(
                "shape", f"shape is {seen.value.shape}; expected {expected.shape}", got=seen.value
            )
        tolerance = self.tolerances[index]
        wrong = ~close(seen.value, expected, tolerance.value)
        if wrong.any():
            bad = int((~np.isfinite(seen.value)).sum())
            note = f", of which {bad} are NaN or infinite" if bad else ""
            return failure(
                "values",
                f"{wrong.sum()} of {wrong.size} values are wrong{note}",
                got=seen.value,
                tolerance=tolerance,
                wrong=wrong,
            )
        if seen.changed:
            names = " and ".join(seen.changed)
            return failure(
                "changed", f"your function changed {names} in place; work on a copy instead"
            )
        if seen.value.dtype != _dtype_of(case):
            return failure(
                "dtype",
                f"dtype is {seen.value.dtype}; expected {_dtype_of(case)}, the dtype of the input",
            )
        return None

    def _explain(self, failures: Sequence[tuple[int, Failure]]) -> Misconception | None:
        """Return the misconception whose output equals the student's on most failing cases.

        It must explain every failing case in which it makes a difference, so that a lucky
        coincidence on a small case accuses nobody of the wrong mistake.
        """
        shown = [(index, failure.got) for index, failure in failures if failure.got is not None]
        best: tuple[int, Misconception] | None = None
        for number, misconception in enumerate(self.check.misconceptions):
            explained = contradicted = 0
            for index, got in shown:
                imagined = self._imagine(number, misconception.compute, index)
                if imagined is None:
                    continue
                if imagined.shape == got.shape and np.all(
                    close(got, imagined, self.tolerances[index].value)
                ):
                    explained += 1
                elif not self._same_as_reference(imagined, index):
                    contradicted += 1
            if explained and not contradicted and (best is None or explained > best[0]):
                best = explained, misconception
        return best[1] if best else None

    def _imagine(
        self, number: int, compute: Callable[[dict[str, Any]], Array | None], index: int
    ) -> Array | None:
        """Return what a misconception computes for a case; a class makes the same ones often."""
        key = number, index
        if key not in self._imagined:
            try:
                self._imagined[key] = compute(self.cases[index].arguments)
            except RuntimeError:
                # PyTorch refuses: the mistake cannot be made with these shapes.
                self._imagined[key] = None
        return self._imagined[key]

    def _same_as_reference(self, imagined: Array, index: int) -> bool:
        reference = self.references[index]
        return imagined.shape == reference.shape and bool(
            np.all(close(imagined, reference, self.tolerances[index].value))
        )


def close(got: Array, expected: Array, tolerance: float) -> Array:
    """Return where two arrays of one shape agree; NaN and infinity never do.

    >>> close(np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, np.inf]), 0.0)
    array([ True, False, False])
    """
    finite = np.isfinite(got)
    difference = np.abs(np.where(finite, got, 0).astype(np.float64) - np.where(finite, expected, 0))
    agree: Array = finite & (difference <= tolerance)
    return agree


def _dtype_of(case: Case) -> "np.dtype[Any]":
    """Return the dtype of the first array: results are expected in it."""
    dtype: np.dtype[Any] = next(
        value.dtype for value in case.positional.values() if isinstance(value, np.ndarray)
    )
    return dtype
