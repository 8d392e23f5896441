"""Which misconception explains what a function did.

Each predicts results, or an exception, for every case, and is held against every case in which it
makes a difference. Where several fit one part of a check, the other parts decide.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cnnlib.check.engine.case import Array
from cnnlib.check.engine.check import Misconception, Raises
from cnnlib.check.engine.observe import Observation
from cnnlib.check.engine.verdict import Suspect, Verdict

if TYPE_CHECKING:
    from cnnlib.check.engine.referee import Referee


def suspects(
    referee: "Referee", observations: Sequence[Observation], failed: Sequence[int]
) -> tuple[Suspect, ...]:
    """Return the misconceptions that fit, those that explain most cases first.

    Parameters
    ----------
    failed
        The cases that went wrong, that which is shown first.
    """
    found = []
    for number, misconception in enumerate(referee.check.misconceptions):
        explained = _explained(referee, number, observations)
        if explained and _may_be_said(referee, explained, observations, failed):
            sure = _is_sure(referee, number, explained, observations)
            found.append(Suspect(misconception, len(explained), sure))
    return tuple(sorted(found, key=lambda suspect: -suspect.explained))


def choose(suspects: Sequence[Suspect], others: Collection[str] = ()) -> Misconception | None:
    """Return the suspect to name: of those that explain most, one that another part has, too.

    Parameters
    ----------
    others
        Names that fit other parts, once for each part.
    """
    best = [
        suspect
        for suspect in suspects
        if suspect.explained == suspects[0].explained and (suspect.sure or suspect.name in others)
    ]
    times = list(others)
    return max(best, key=lambda each: times.count(each.name)).misconception if best else None


def resolve(verdicts: Sequence["Verdict"]) -> list["Verdict"]:
    """Name mistakes again, now that all parts of one function's check are known.

    Hidden cases get no name that the visible ones of their part do not have.
    """
    fits = [{each.name for each in verdict.suspects if each.sure} for verdict in verdicts]
    resolved: dict[int, Verdict] = {}
    shown: dict[str, str | None] = {}
    for number, verdict in sorted(enumerate(verdicts), key=lambda item: item[1].which == "hidden"):
        others = [name for i, names in enumerate(fits) if i != number for name in names]
        suspects = verdict.suspects
        if verdict.which == "hidden" and verdict.part in shown:
            suspects = tuple(each for each in suspects if each.name == shown[verdict.part])
        named = choose(suspects, others)
        resolved[number] = replace(verdict, misconception=named)
        if verdict.which == "visible" and verdict.failures:
            shown[verdict.part] = named.name if named else None
    return [resolved[number] for number in range(len(verdicts))]


def _explained(
    referee: "Referee", number: int, observations: Sequence[Observation]
) -> list[int] | None:
    """Return the cases that a misconception explains; None if one of them speaks against it."""
    explained: list[int] = []
    harmless: list[int] = []
    raises = unexpected = False
    for index, seen in enumerate(observations):
        imagined = referee.imagined(number, index)
        if isinstance(imagined, Raises):
            if seen.error is None or not re.search(imagined.like, seen.error, re.DOTALL):
                return None
            raises = True
            explained.append(index)
        elif (differs := _differs(referee, number, index, imagined)) is None:
            continue
        elif seen.error is not None:
            unexpected = True
        elif not _is_answer(referee, seen):
            continue
        elif not differs:
            harmless.append(index)
        else:
            got = referee.settled(index, seen.values)
            if not _agree(referee, index, imagined, got) or _passes(referee, index, imagined, got):
                # What passes is no mistake, however loosely it agrees with one.
                return None
            explained.append(index)
    # Who predicts an exception must predict them all, and be right about the other cases.
    if raises and (unexpected or not all(_right(referee, i, observations[i]) for i in harmless)):
        return None
    return explained


def _differs(
    referee: "Referee", number: int, index: int, imagined: tuple[Array | None, ...]
) -> bool | None:
    """Whether a mistake makes a difference in one case; None where nothing is said of it."""
    key = number, index
    if key not in referee.differences:
        spoken_of = any(imagined[i] is not None for i in referee.counting)
        referee.differences[key] = (
            not _agree(referee, index, imagined, referee.expected[index]) if spoken_of else None
        )
    return referee.differences[key]


def _right(referee: "Referee", index: int, seen: Observation) -> bool:
    """Whether one case is right, in everything that counts."""
    got = referee.settled(index, seen.values)
    return _passes(referee, index, referee.expected[index], got)


def _may_be_said(
    referee: "Referee",
    explained: Sequence[int],
    observations: Sequence[Observation],
    failed: Sequence[int],
) -> bool:
    """Whether a misconception is about what the student is shown.

    It is not told above an exception that has another cause. Random hidden cases may speak against
    a name but not for it, while fixed ones went wrong, too.
    """
    if observations[failed[0]].error is not None and failed[0] not in explained:
        return False
    fixed = [index for index in failed if index < referee.fixed]
    return not fixed or any(index < referee.fixed for index in explained)


def _is_sure(
    referee: "Referee", number: int, explained: Sequence[int], observations: Sequence[Observation]
) -> bool:
    imagined = [referee.imagined(number, index) for index in explained]
    raised = [each for each in imagined if isinstance(each, Raises)]
    some_return = any(seen.error is None for seen in observations)
    return some_return or any(each.alone for each in raised)


def _is_answer(referee: "Referee", seen: Observation) -> bool:
    whole = len(seen.values) == len(referee.check.results)
    return whole and any(value is not None for value in seen.values)


def _pairs(
    referee: "Referee",
    index: int,
    imagined: tuple[Array | None, ...],
    found: tuple[Array | None, ...],
) -> Iterator[tuple[int, Array, Array | None]]:
    """Yield the results that count and that a misconception speaks of, as imagined and found."""
    for i in referee.counting:
        if (a := imagined[i]) is not None:
            yield i, a, found[i]


def _agree(
    referee: "Referee",
    index: int,
    imagined: tuple[Array | None, ...],
    found: tuple[Array | None, ...],
) -> bool:
    """Whether results are as imagined, in everything that counts and that is imagined."""
    rounding = 64 * float(np.finfo(referee.cases[index].dtype).eps)
    return all(
        b is not None
        and a.shape == b.shape
        and alike(b, a, referee.tolerances[index][i].value + rounding * _size(a))
        for i, a, b in _pairs(referee, index, imagined, found)
    )


def _passes(
    referee: "Referee",
    index: int,
    imagined: tuple[Array | None, ...],
    found: tuple[Array | None, ...],
) -> bool:
    """Whether the results that a misconception speaks of are right."""
    return all(
        b is not None
        and (expected := referee.expected[index][i]) is not None
        and b.shape == expected.shape
        and bool(close(b, expected, referee.tolerances[index][i].value).all())
        for i, _, b in _pairs(referee, index, imagined, found)
    )


def _size(array: Array) -> float:
    """Return the largest value's size: a mistake may round where the right result is exact."""
    return float(np.abs(array[np.isfinite(array)]).max(initial=0.0))


def alike(got: Array, imagined: Array, tolerance: float) -> bool:
    """Whether two arrays of one shape are the same mistake's: NaN is NaN, infinity is infinity.

    >>> alike(np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, np.inf]), 0.0)
    True
    """
    odd = ~np.isfinite(imagined)
    same = np.array_equal(got[odd], imagined[odd], equal_nan=got.dtype.kind == "f")
    return same and bool(close(got, imagined, tolerance)[~odd].all())


def close(got: Array, expected: Array, tolerance: float) -> Array:
    """Return where two arrays of one shape agree; NaN and infinity never do.

    >>> close(np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, np.inf]), 0.0)
    array([ True, False, False])
    """
    finite = np.isfinite(got)
    difference = np.abs(np.where(finite, got, 0).astype(np.float64) - np.where(finite, expected, 0))
    return np.asarray(finite & (difference <= tolerance))
