"""Receptive fields as exact integers, one axis at a time.

The unit at place o of a map sees the input positions `first(o)` to `last(o)`. After convolutions
and pooling these grow by one stride from unit to unit. After a transposed convolution or an
upsampling they repeat with a period instead: two neighbours may see the same positions, and sizes
may alternate. Both are held in one form, a few phases and an advance, so that nothing is rounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from math import gcd, lcm, nan
from typing import TypeAlias

from cnnlib._arguments import Size, pair
from cnnlib.spec._taps import Taps

#: The first and last position that a unit sees; None where it sees nothing.
Interval: TypeAlias = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class AxisField:
    """What the units of a map see of the network's input, along one axis.

    Attributes
    ----------
    phases
        The intervals of units 0, 1, … of one period.
    advance
        By how many input positions the next period sees further.
    limits
        First and last input position that any unit sees, where the input's size is known: the
        edges of the image, or less where a stride does not fit.
    """

    phases: tuple[Interval, ...] = ((0, 0),)
    advance: int = 1
    limits: Interval = None

    @property
    def size(self) -> int:
        """Number of positions from the first to the last: the largest over the phases."""
        return max((last - first + 1 for first, last in self._seen()), default=0)

    @property
    def stride(self) -> Fraction:
        """Input positions from one unit to the next (the jump); the mean over a period."""
        return _ratio(self.advance, len(self.phases))

    @property
    def offset(self) -> int | None:
        """First position that unit 0 sees: negative where it reaches into padding."""
        return self.phases[0][0] if self.phases[0] else None

    def interval(self, unit: int) -> Interval:
        """Give the first and the last position that a unit sees."""
        period, phase = divmod(unit, len(self.phases))
        seen = self.phases[phase]
        return seen and (seen[0] + period * self.advance, seen[1] + period * self.advance)

    def visible(self, unit: int) -> Interval:
        """Give the part of the interval that lies within the limits."""
        seen = self.interval(unit)
        if seen is None or self.limits is None:
            return seen
        first, last = max(seen[0], self.limits[0]), min(seen[1], self.limits[1])
        return (first, last) if first <= last else None

    def of_units(self, n: int) -> "AxisField":
        """Give the same field for a map of `n` units: what none of them sees is out of sight."""
        period = len(self.phases)
        ends = [
            phase + period * turn
            for phase in range(min(period, n))
            for turn in self._outermost(phase, (n - 1 - phase) // period)
        ]
        return AxisField(self.phases, self.advance, hull(map(self.visible, ends)))

    def _outermost(self, phase: int, most: int) -> tuple[int, ...]:
        """Give the first and the last turn of a phase that see anything: beyond may be a border."""
        seen = self.phases[phase]
        if seen is None or self.limits is None or not self.advance:
            return (0, most)
        first = max(0, -((seen[1] - self.limits[0]) // self.advance))
        last = min(most, (self.limits[1] - seen[0]) // self.advance)
        return (first, last) if first <= last else ()

    def through(self, taps: Taps) -> "AxisField":
        """Give the field of the outputs of a layer that reads this map."""
        period = len(self.phases)
        if period == len(taps.phases) == 1 and self.phases[0] and taps.phases[0]:
            # The common case: both ends move alike, no loop is needed.
            (first, last), reads = self.phases[0], taps.phases[0]
            seen = (first + reads[0] * self.advance, last + reads[-1] * self.advance)
            return AxisField((seen,), self.advance * taps.step, self.limits)
        repeats = period // gcd(period, taps.step)
        phases = tuple(
            hull(self.interval(tap + shift * taps.step) for tap in reads)
            for shift in range(repeats)
            for reads in taps.phases
        )
        return AxisField(phases, self.advance * (repeats * taps.step // period), self.limits)

    def whole(self, n: int) -> "AxisField":
        """Give the field of one unit that reads all `n` places of this map."""
        return self.through(Taps((range(n),), n))

    def joined(self, other: "AxisField") -> "AxisField":
        """Give the field of units that read the same place of two aligned maps."""
        period = lcm(len(self.phases), len(other.phases))
        phases = tuple(hull((self.interval(o), other.interval(o))) for o in range(period))
        # Strides differ only where there is but one unit, and then the next one is imaginary.
        advance = max(
            self.advance * (period // len(self.phases)),
            other.advance * (period // len(other.phases)),
        )
        return AxisField(phases, advance, hull((self.limits, other.limits)))

    def _seen(self) -> list[tuple[int, int]]:
        return [interval for interval in self.phases if interval]


def hull(intervals: Iterable[Interval]) -> Interval:
    """Give the smallest interval that holds all of them.

    Examples
    --------
    >>> hull([(0, 2), None, (5, 6)])
    (0, 6)
    """
    seen = [interval for interval in intervals if interval]
    if not seen:
        return None
    return min(first for first, _ in seen), max(last for _, last in seen)


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """What the units of a map see of the network's input.

    The field is the theoretical one: it goes on into padding, beyond the edge of the image, where
    offsets are negative.
    """

    height: AxisField = AxisField()
    width: AxisField = AxisField()

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in input pixels; the largest where units differ."""
        return self.height.size, self.width.size

    @property
    def stride(self) -> tuple[Fraction, Fraction]:
        """Input pixels from one unit to the next: the jump, a fraction after upsampling."""
        return self.height.stride, self.width.stride

    @property
    def offset(self) -> tuple[int | None, int | None]:
        """Top row and left column that unit (0, 0) sees; None where it sees nothing."""
        return self.height.offset, self.width.offset

    def __str__(self) -> str:
        size, stride, offset = map(by_axis, (self.size, self.stride, self.offset))
        return f"{size} pixels, stride {stride}, offset {offset}"

    def window(self, unit: Size) -> tuple[range, range]:
        """Give the rows and the columns of a unit's field, those in the padding included.

        Parameters
        ----------
        unit
            (row, column) of the unit in its map.

        Examples
        --------
        >>> from cnnlib.spec._taps import conv_taps
        >>> field = ReceptiveField.of_image(11, 11).through(*[conv_taps(3, 2, 1, 1)] * 2)
        >>> field.window((0, 5)), field.visible((0, 5))
        ((range(-1, 2), range(9, 12)), (range(0, 2), range(9, 11)))
        """
        row, column = pair(unit, "unit")
        return _range(self.height.interval(row)), _range(self.width.interval(column))

    def visible(self, unit: Size) -> tuple[range, range]:
        """Give the rows and the columns of the image that a unit sees, without padding."""
        row, column = pair(unit, "unit")
        return _range(self.height.visible(row)), _range(self.width.visible(column))

    def centre(self, unit: Size) -> tuple[float, float]:
        """Give the middle of what a unit sees, in input coordinates.

        Pixel (0, 0) has its centre at (0.0, 0.0). A unit that sees nothing has no centre: nan.
        """
        y, x = ((r.start + r.stop - 1) / 2 if r else nan for r in self.window(unit))
        return y, x

    def through(self, rows: Taps, columns: Taps) -> "ReceptiveField":
        """Give the field of the outputs of a layer that reads this map."""
        height = self.height.through(rows)
        if self.width is self.height and columns is rows:  # square so far: half the work
            return ReceptiveField(height, height)
        return ReceptiveField(height, self.width.through(columns))

    def joined(self, other: "ReceptiveField") -> "ReceptiveField":
        """Give the field of units that read the same place of two aligned maps."""
        rows = self.height.joined(other.height)
        if self.width is self.height and other.width is other.height:
            return ReceptiveField(rows, rows)
        return ReceptiveField(rows, self.width.joined(other.width))

    def of_units(self, height: int, width: int) -> "ReceptiveField":
        """Give the same field for a map of that size."""
        rows = self.height.of_units(height)
        if self.width is self.height and width == height:
            return ReceptiveField(rows, rows)
        return ReceptiveField(rows, self.width.of_units(width))

    @classmethod
    def of_image(cls, height: int, width: int) -> "ReceptiveField":
        """Give the field of the image's own pixels: each sees itself."""
        rows = AxisField(limits=(0, height - 1))
        return cls(rows, rows if width == height else AxisField(limits=(0, width - 1)))


def by_axis(values: tuple[object, object]) -> str:
    """Write what height and width have: once, where it is the same.

    Examples
    --------
    >>> by_axis((7, 7)), by_axis((3, 5)), by_axis((None, 0))
    ('7', '3×5', '—×0')
    """
    first, second = ("—" if value is None else str(value) for value in values)
    return first if first == second else f"{first}×{second}"


@cache
def _ratio(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)  # slow to make, and always the same few


def _range(interval: Interval) -> range:
    return range(interval[0], interval[1] + 1) if interval else range(0)


@dataclass(frozen=True, slots=True)
class Undefined:
    """There is no one receptive field, and why.

    Attributes
    ----------
    reason
        A sentence, without the place in the network.
    whole
        What all units together see, where that is known: a linear layer reads them all.
    """

    reason: str
    whole: ReceptiveField | None = None


def merge(
    fields: Sequence[tuple[str, ReceptiveField | Undefined]], size: tuple[int, ...]
) -> ReceptiveField | Undefined:
    """Give the field of units that read the same place of several branches.

    Parameters
    ----------
    fields
        Each branch's name and field.
    size
        (height, width) of the maps; empty for vectors. An axis with a single unit cannot be
        misaligned.

    Returns
    -------
    ReceptiveField or Undefined
        Undefined, naming the two branches, where their strides or their centres differ.
    """
    first_name, merged = fields[0]
    if isinstance(merged, Undefined):
        return _merged_wholes(merged.reason, fields)
    for name, field in fields[1:]:
        if isinstance(field, Undefined):
            return _merged_wholes(field.reason, fields)
        axes = zip(("height", "width"), _axes(merged), _axes(field), size or (1, 1), strict=True)
        for axis, one, other, units in axes:
            if units > 1 and (fault := _misaligned(one, other)):
                what, of_one, of_other = fault
                return Undefined(
                    f"branches {first_name!r} and {name!r} are misaligned: in {axis}, the {what} "
                    f"is {of_one} in {first_name!r} and {of_other} in {name!r}"
                )
        merged = merged.joined(field)
    return merged


def _merged_wholes(
    reason: str, fields: Sequence[tuple[str, ReceptiveField | Undefined]]
) -> Undefined:
    """Give what all units of vectors put together see, where each of them is known."""
    wholes = [field.whole if isinstance(field, Undefined) else field for _, field in fields]
    known = [whole for whole in wholes if whole is not None]
    if len(known) < len(wholes):
        return Undefined(reason)
    return Undefined(reason, reduce(ReceptiveField.joined, known))


def _axes(field: ReceptiveField) -> tuple[AxisField, AxisField]:
    return field.height, field.width


def _misaligned(one: AxisField, other: AxisField) -> tuple[str, Fraction, Fraction] | None:
    """Say in what two fields differ, and the values; None where they are aligned.

    After an upsampling single units lie to the left and to the right of a straight branch's; it is
    over a whole period that their centres must agree.
    """
    if one.stride != other.stride:
        return "stride", one.stride, other.stride
    period = lcm(len(one.phases), len(other.phases))
    pairs = ((one.interval(o), other.interval(o)) for o in range(period))
    ends = [(sum(a), sum(b)) for a, b in pairs if a and b]
    centres = sum(a for a, _ in ends), sum(b for _, b in ends)
    if centres[0] == centres[1]:
        return None
    units = "first unit" if period == 1 else f"first {period} units"
    first, second = (Fraction(centre, 2 * len(ends)) for centre in centres)
    return f"centre of the {units}", first, second
