"""Which inputs an output reads, along one axis: all that receptive fields need of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import gcd

from cnnlib.arithmetic import span


@dataclass(frozen=True, slots=True)
class Taps:
    """Which positions of a layer's input one output reads, along one axis.

    Attributes
    ----------
    phases
        For the outputs 0, 1, … of one period: the input positions, ascending.
    step
        By how many input positions the next period reads further.
    """

    phases: tuple[Sequence[int], ...]
    step: int


@cache
def conv_taps(kernel_size: int, stride: int, before: int, dilation: int) -> Taps:
    """Give what a convolution or a pooling reads.

    Examples
    --------
    >>> conv_taps(3, 2, 1, 1)
    Taps(phases=(range(-1, 2),), step=2)
    """
    return Taps((range(-before, span(kernel_size, dilation) - before, dilation),), stride)


def conv_transpose_taps(kernel_size: int, stride: int, padding: int, dilation: int) -> Taps:
    """Give what a transposed convolution reads.

    Output o reads every input i for which a tap t has i·stride − padding + t·dilation = o.

    Examples
    --------
    >>> conv_transpose_taps(3, 2, 1, 1)
    Taps(phases=((0,), (0, 1)), step=1)
    """
    reads: list[list[int]] = [[] for _ in range(stride)]
    for phase, read in enumerate(reads):
        for tap in reversed(range(kernel_size)):
            place, rest = divmod(phase + padding - tap * dilation, stride)
            if rest == 0:
                read.append(place)
    return Taps(tuple(map(tuple, reads)), 1)


def upsample_taps(factor: int, linear: bool) -> Taps:
    """Give what an upsampling by a whole factor reads: the nearest place, or the two around it."""
    if not linear:
        return Taps(((0,),) * factor, 1)
    phases = []
    for phase in range(factor):
        # Pixel centres lie at (o + ½)/factor − ½, as with `align_corners=False`.
        place, rest = divmod(2 * phase + 1 - factor, 2 * factor)
        phases.append((place, place + 1) if rest else (place,))
    return Taps(tuple(phases), 1)


def adaptive_taps(n: int, out: int) -> Taps:
    """Give what an adaptive pooling from `n` to `out` places reads.

    Output o reads ⌊o·n/out⌋ to ⌈(o + 1)·n/out⌉ − 1 (`start_index` and `end_index` in PyTorch's
    `aten/src/ATen/native/AdaptivePooling.h`).

    Examples
    --------
    >>> adaptive_taps(7, 1), adaptive_taps(8, 4)
    (Taps(phases=(range(0, 7),), step=7), Taps(phases=(range(0, 2),), step=2))
    """
    common = gcd(n, out)
    n, out = n // common, out // common
    return Taps(tuple(range(o * n // out, -(-(o + 1) * n // out)) for o in range(out)), n)
