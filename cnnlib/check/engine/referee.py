"""The referee: compares what a function returned with PyTorch and names the mistake."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from cnnlib.check.engine import wording
from cnnlib.check.engine.case import Array, Case
from cnnlib.check.engine.check import (
    Check,
    Raises,
    Result,
    Tolerance,
    Values,
    Which,
)
from cnnlib.check.engine.devices import pick_device
from cnnlib.check.engine.naming import choose, close, suspects
from cnnlib.check.engine.observe import REFUSED, Observation
from cnnlib.check.engine.plain import plain, same
from cnnlib.check.engine.probe import Reading
from cnnlib.check.engine.verdict import Failure, Place, Probed, Verdict


@dataclass(frozen=True)
class Referee:
    """Cases of one part with everything that judging them needs, computed once.

    The autograder keeps a referee per part and judges a whole class with it.

    Attributes
    ----------
    given
        Cases to judge on in place of those that the seed draws.
    """

    check: Check
    part: str
    which: Which
    seed: int | None = None
    device: str = "auto"
    given: Sequence[Case] | None = None
    _imagined: dict[tuple[int, int], tuple[Array | None, ...] | Raises] = field(
        default_factory=dict, repr=False
    )
    #: Where a misconception makes a difference, once it is known: by its number and the case's.
    differences: dict[tuple[int, int], bool | None] = field(default_factory=dict, repr=False)
    #: What numbers are computed from, where somebody has asked.
    probed: dict[Place, Probed] = field(default_factory=dict, repr=False)

    @cached_property
    def cases(self) -> list[Case]:
        """The cases, drawn from the seed if they are not given.

        Tensors on MPS, which has no float64, are float32.
        """
        if self.given is not None:
            return list(self.given)
        cases = self.check.draw(self.part, self.which, self.seed)
        # In this order: cases are drawn without importing PyTorch wherever they can.
        if sys.platform == "darwin" and self.check.tensors and self.computed_on == "mps":
            return [case.single() for case in cases]
        return cases

    @cached_property
    def computed_on(self) -> str:
        """The device on which PyTorch works: on it are a PyTorch exercise's tensors."""
        device = pick_device(self.device)
        # A NumPy exercise keeps its float64, and so do its references.
        return "cpu" if device == "mps" and not self.check.tensors else device

    @cached_property
    def references(self) -> list[tuple[Array, ...]]:
        """The right results of every case, float64."""
        found = [_tuple(self.check.reference(c.arguments, self.computed_on)) for c in self.cases]
        return [tuple(array for array in arrays if array is not None) for arrays in found]

    def computed(self) -> dict[str, Any]:
        """Compute all that PyTorch may be asked for in judging; return it as plain values."""
        numbers, indices = range(len(self.check.misconceptions)), range(len(self.cases))
        imagined = [
            [_plain(self.imagined(number, index)) for index in indices] for number in numbers
        ]
        probed = [
            (*place, None if found is None else (found[0], found[1] and vars(found[1])))
            for place, found in self.probed.items()
        ]
        return {
            "device": self.computed_on,
            "references": self.references,
            "imagined": imagined,
            "probed": probed,
        }

    def take(self, computed: Mapping[str, Any]) -> None:
        """Take what `computed` returned, for a referee of the same cases, as one's own."""
        # Where a cached property keeps what it has.
        vars(self).update(computed_on=computed["device"], references=computed["references"])
        for number, row in enumerate(computed["imagined"]):
            self._imagined.update({(number, i): _imagined(values) for i, values in enumerate(row)})
        for *place, found in computed["probed"]:
            known = found and (found[0], found[1] and Reading(**found[1]))
            self.probed[tuple(place)] = known

    @cached_property
    def expected(self) -> list[tuple[Array | None, ...]]:
        """The right results in the form in which they compare."""
        return [self.settled(index, values) for index, values in enumerate(self.references)]

    @cached_property
    def tolerances(self) -> list[tuple[Tolerance, ...]]:
        """The allowed difference of every case's results."""
        return [
            tuple(self.check.tolerance(c.arguments, c.dtype, r.name) for r in self.check.results)
            for c in self.cases
        ]

    @cached_property
    def fixed(self) -> int:
        """How many cases the visible part has, too; those after them are random."""
        if self.which == "visible" or self.given is not None:
            return len(self.cases)
        return len(self.check.draw(self.part, "visible"))

    @cached_property
    def counting(self) -> list[int]:
        """Positions of the results that count in this part."""
        names = self.check.parts[self.part].counts
        results = enumerate(self.check.results)
        return [i for i, result in results if names is None or result.name in names]

    def verdict(self, observations: Sequence[Observation]) -> Verdict:
        """Compare what a function did on the cases with the references."""
        found = {
            index: failure
            for index in range(len(observations))
            if (failure := self._examine(index, observations)) is not None
        }
        found = self._say_what_is_empty(found, observations)
        # What is shown is what fails grossly: a case that is off in the seventh digit says little.
        order = sorted(found, key=lambda index: not found[index].gross)
        fitting = suspects(self, observations, order) if order else ()
        allowed = [row[i] for row in self.tolerances for i in self.counting]
        return Verdict(
            check=self.check,
            part=self.part,
            which=self.which,
            total=len(self.cases),
            failures=tuple(found[index] for index in order),
            tolerance=max(allowed, key=lambda tolerance: tolerance.value),
            misconception=choose(fitting),
            forbidden=tuple(dict.fromkeys(name for seen in observations for name in seen.used)),
            device=self.computed_on,
            suspects=fitting,
            waits=next((seen.elsewhere.waits for seen in observations if seen.elsewhere.waits), ""),
            shown=order[0] if order else 0,
            probed=self.probed,
        )

    def _say_what_is_empty(
        self, found: Mapping[int, Failure], observations: Sequence[Observation]
    ) -> dict[int, Failure]:
        """Say so where a result of floats is nothing but zeros in every case."""
        empty = {
            self.check.results[i].name: wording.empty(self._subject(i))
            for i in self.counting
            if self.check.results[i].dtype in ("input", "float")
            and all(
                len(seen.values) > i and (value := seen.values[i]) is not None and not value.any()
                for seen in observations
            )
        }
        return {
            index: replace(failure, headline=empty[failure.result])
            if failure.kind == "values"
            and failure.result in empty
            and failure.got is not None
            and failure.got.ndim
            else failure
            for index, failure in found.items()
        }

    def _examine(self, index: int, observations: Sequence[Observation]) -> Failure | None:
        """Return what is wrong with one case, or None; the plainest mistake first."""
        case, seen, results = self.cases[index], observations[index], self.check.results
        if seen.error is not None and seen.error.startswith(REFUSED):
            return Failure(case, "forbidden", seen.error.removeprefix(REFUSED))
        if seen.error is not None:
            said = wording.exception(self.check, self.cases, observations, index)
            return Failure(case, "error", said)
        if seen.returned is not None or len(seen.values) != len(results):
            wanted = [result.name for result in results if not result.added]
            return Failure(
                case,
                "type",
                f"your function returned {seen.returned}{wording.missing(seen.returned, False)}; "
                f"expected {len(wanted)} results: {', '.join(wanted)}",
            )
        for examine in (self._examine_form, self._examine_values):
            for i in self.counting:
                if (failure := examine(index, i, seen)) is not None:
                    return failure
        if changed := _changed(case, seen):
            names = " and ".join(changed)
            return Failure(
                case, "changed", f"your function changed {names} in place; work on a copy instead"
            )
        if seen.elsewhere.fails:
            said = f"on a GPU this would fail: {seen.elsewhere.fails}"
            return Failure(case, "device", said)
        most = self.check.operators(case.arguments) if self.check.operators is not None else None
        if most is not None and seen.operators > most:
            return Failure(
                case,
                "operators",
                f"your function ran {seen.operators:,} PyTorch operators; {most:,} are plenty "
                "here. Is there a loop over pixels? Let one operator work on all of them at once",
            )
        return next((f for i in self.counting if (f := self._examine_care(index, i, seen))), None)

    def _examine_form(self, index: int, i: int, seen: Observation) -> Failure | None:
        """Examine type and shape of one result."""
        case, result, expected = self.cases[index], self.check.results[i], self.references[index][i]
        value, subject = seen.values[i], self._subject(i)
        # A number is no array: `expected` has a shape.
        if value is None or (expected.ndim and seen.types[i] not in ("ndarray", "Tensor")):
            kind = seen.types[i]
            wanted = wording.wanted(kind, self.check.tensors) if expected.ndim else "one number"
            note = wording.missing(kind, len(self.check.results) > 1)
            headline = f"{subject} is {kind}{note}; expected {wanted}"
            return Failure(case, "type", headline, result.name)
        if value.shape != expected.shape:
            headline = f"{subject} has shape {value.shape}; expected {expected.shape}"
            return Failure(case, "shape", headline, result.name, expected, value)
        return None

    def _examine_values(self, index: int, i: int, seen: Observation) -> Failure | None:
        tolerance = self.tolerances[index][i]
        got, expected = self.settled(index, seen.values)[i], self.expected[index][i]
        if got is None or expected is None:
            return None
        wrong = ~close(got, expected, tolerance.value)
        if not wrong.any():
            return None
        case, name, subject = self.cases[index], self.check.results[i].name, self._subject(i)
        headline, whole = wording.values(self.check, case, i, got, expected, wrong, subject)
        if whole:
            return Failure(case, "values", headline, name)
        return Failure(case, "values", headline, name, expected, got, tolerance, wrong)

    def _examine_care(self, index: int, i: int, seen: Observation) -> Failure | None:
        """Examine what only shows later: shared memory and dtype."""
        case, result, value = self.cases[index], self.check.results[i], seen.values[i]
        if result.name in seen.shared and not self.check.may_share:
            headline = (
                f"{self._subject(i)} shares its memory with an argument: changing one "
                "changes the other; return a copy instead"
            )
            return Failure(case, "shared", headline, result.name)
        if value is not None and not _fits(value, result, case):
            headline = wording.dtype(value, result, case, self._subject(i), self.check.tensors)
            return Failure(case, "dtype", headline, result.name)
        return None

    def _subject(self, i: int) -> str:
        return "your result" if len(self.check.results) == 1 else self.check.results[i].name

    def imagined(self, number: int, index: int) -> tuple[Array | None, ...] | Raises:
        """Return what a misconception computes for a case; a class makes the same ones often."""
        key = number, index
        if key not in self._imagined:
            arguments = self.cases[index].arguments
            try:
                computed = self.check.misconceptions[number].compute(arguments)
            except RuntimeError:
                # PyTorch refuses: the mistake cannot be made with these shapes.
                computed = None
            if isinstance(computed, Raises):
                self._imagined[key] = computed
            else:
                nothing: tuple[Array | None, ...] = (None,) * len(self.check.results)
                found = nothing if computed is None else self.settled(index, _tuple(computed))
                self._imagined[key] = found
        return self._imagined[key]

    def settled(self, index: int, values: tuple[Array | None, ...]) -> tuple[Array | None, ...]:
        """Return results in the form in which they compare."""
        expected = self.references[index]
        if self.check.settle is None or any(
            value is None or value.shape != right.shape
            for value, right in zip(values, expected, strict=True)
        ):
            return values
        given = tuple(value for value in values if value is not None)
        return self.check.settle({**self.cases[index].arguments, "right": expected}, given)


def _plain(imagined: tuple[Array | None, ...] | Raises) -> Any:
    """Return what a misconception computes as values that can be kept."""
    return asdict(imagined) if isinstance(imagined, Raises) else imagined


def _imagined(plain: Any) -> tuple[Array | None, ...] | Raises:
    """Return what `_plain` was given."""
    return Raises(**plain) if isinstance(plain, dict) else tuple(plain)


def _fits(value: Array, result: Result, case: Case) -> bool:
    if result.dtype == "input":
        return value.dtype == case.dtype
    return value.dtype.kind in {"integer": "iu", "float": "f", "boolean": "b"}[result.dtype]


def _tuple(values: Values | float) -> tuple[Array | None, ...]:
    each = values if isinstance(values, tuple) else (values,)
    return tuple(value if value is None else np.asarray(value) for value in each)


def _changed(case: Case, seen: Observation) -> list[str]:
    """Return the names of the arguments that the call changed in place."""
    pairs = zip(case.positional.items(), seen.after, strict=False)
    return [name for (name, value), after in pairs if not same(plain(value), after)]
