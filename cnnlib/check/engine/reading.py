"""What the first wrong number should have been computed from, and what the mistake reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.findings import Mismatch
from cnnlib.check.engine.probe import REFUSALS, Reading, locate, probe
from cnnlib.check.engine.verdict import Place, Probed, Verdict


@dataclass(frozen=True)
class Readings:
    """How the first wrong number comes about.

    Attributes
    ----------
    name, lead
        The argument that is read, and the index of the plane of it that is shown.
    given
        That plane.
    backward
        Whether a gradient is computed.
    right
        What the number should have been computed from; None where that is not known.
    mistaken
        What the named mistake computes it from; None where none is named, where it cannot be
        found, or where it is the same.
    """

    name: str
    lead: tuple[int, ...]
    given: Array
    backward: bool
    right: Reading | None
    mistaken: Reading | None

    @property
    def elsewhere(self) -> bool:
        """Whether the mistake reads other elements of the plane that is shown."""
        if self.mistaken is None or self.right is None:
            return self.mistaken is not None
        return not np.array_equal(self.mistaken.read, self.right.read)

    @property
    def differently(self) -> bool:
        """Whether it reads the same elements of that plane, and weights them differently."""
        right, mistaken = self.right, self.mistaken
        if right is None or mistaken is None or self.elsewhere:
            return False
        if right.weights is None or mistaken.weights is None:
            return False
        return not np.allclose(mistaken.weights, right.weights, 1e-6, 1e-9)


def readings(verdict: Verdict, mismatch: Mismatch) -> Readings | None:
    """Find out what a number is computed from; None where no plane of an argument is read."""
    arguments = verdict.failures[0].case.arguments
    found = locate(arguments, mismatch.window.plane) if mismatch.window is not None else None
    if found is None:
        return None
    name, lead = found
    check, failure = verdict.check, verdict.failures[0]
    assert failure.got is not None and failure.expected is not None
    i = next(n for n, result in enumerate(check.results) if result.name == failure.result)

    def tried(compute: Callable[[Arguments], Any], like: Array, who: str) -> Reading | None:
        """Try what computes an array that has the same number here as another."""
        place = verdict.shown, i, mismatch.index, who
        if place not in verdict.probed:
            verdict.probed[place] = _probed(compute, arguments, place, like.shape, (name, lead))
        known = verdict.probed[place]
        here = float(like[mismatch.index])
        return known[1] if known and np.isclose(known[0], here, 1e-4, 1e-9) else None

    mistake = verdict.misconception
    return Readings(
        name,
        lead,
        arguments[name][lead],
        "dy" in arguments,
        tried(lambda changed: check.reference(changed, "cpu"), failure.expected, ""),
        tried(mistake.compute, failure.got, mistake.name) if mistake is not None else None,
    )


def _probed(
    compute: Callable[[Arguments], Any],
    arguments: Arguments,
    place: Place,
    shape: tuple[int, ...],
    plane: tuple[str, tuple[int, ...]],
) -> Probed:
    """Find what a number is computed from, of a plane of an argument; None if it is not computed.

    Parameters
    ----------
    shape
        Of the result that holds the number.
    plane
        The argument, and the plane's index in it.
    """
    _, i, index, _ = place

    def value(changed: Arguments) -> float:
        results = compute(changed)
        array = np.asarray(results[i] if isinstance(results, tuple) else results)
        if array.shape != shape or array.dtype.kind not in "fiu":
            raise ValueError("the mistake says nothing here")
        return float(array[index])

    try:
        return value(arguments), probe(value, arguments, *plane)
    except REFUSALS:
        return None
