"""What a referee decides: which cases failed, and which mistake looks like it."""

from dataclasses import dataclass, field

from cnnlib.check.engine import wording
from cnnlib.check.engine.case import Array, Case
from cnnlib.check.engine.check import Check, Misconception, Tolerance, Which
from cnnlib.check.engine.probe import Reading


@dataclass(frozen=True)
class Suspect:
    """A misconception that fits all that a function did in one part.

    Attributes
    ----------
    explained
        How many cases it explains.
    sure
        Whether the part shows enough. An exception in every case may have any cause, so that
        another part must confirm it.
    """

    misconception: Misconception
    explained: int
    sure: bool = True

    @property
    def name(self) -> str:
        """The misconception's name."""
        return self.misconception.name


@dataclass(frozen=True)
class Failure:
    """One result of one case that went wrong: a headline, and for wrong values where.

    Attributes
    ----------
    kind
        `forbidden`, `error`, `type`, `shape`, `values`, `changed`, `device`, `operators`,
        `shared`, `dtype`.
    result
        The name of the result.
    expected, got, wrong
        The two arrays and where they disagree; empty where there are no values to compare.
    """

    case: Case
    kind: str
    headline: str
    result: str = ""
    expected: Array | None = None
    got: Array | None = None
    tolerance: Tolerance | None = None
    wrong: Array | None = None

    @property
    def gross(self) -> bool:
        """Whether it is more than values that differ by less than one part in a thousand."""
        if self.got is None or self.expected is None or self.wrong is None:
            return True
        return bool(wording.is_gross(self.got, self.expected, self.wrong).any())


#: A number in a case: those of the case and of the result, its index, and the mistake by which it
#: was computed; no name for the right one.
Place = tuple[int, int, tuple[int, ...], str]
#: The number, and what it is computed from; None where that cannot be found.
Probed = tuple[float, Reading | None] | None


@dataclass(frozen=True)
class Verdict:
    """What came of one part of a check.

    Attributes
    ----------
    failures
        What went wrong with each case; that which is shown comes first.
    misconception
        The mistake that is named.
    suspects
        All mistakes that fit this part.
    waits
        The line for which a GPU would have to finish first, where one was seen.
    shown
        The number of the case that is shown.
    probed
        What the referee knows already of which numbers are read: see `reading`.
    """

    check: Check
    part: str
    which: Which
    total: int
    failures: tuple[Failure, ...]
    tolerance: Tolerance
    misconception: Misconception | None = None
    forbidden: tuple[str, ...] = ()
    device: str = "cpu"
    suspects: tuple[Suspect, ...] = ()
    waits: str = ""
    shown: int = 0
    probed: dict[Place, Probed] = field(default_factory=dict, repr=False, compare=False)

    @property
    def passed(self) -> bool:
        """Whether every case agrees and nothing forbidden was used."""
        return not self.failures and not self.forbidden

    @property
    def open(self) -> bool:
        """Whether other parts can tell more about which mistake it is."""
        best = [each for each in self.suspects if each.explained == self.suspects[0].explained]
        return len({each.name for each in best}) > 1 or not all(each.sure for each in best)
