"""How many parameters a layer has, and how many multiply-adds it takes."""

from collections.abc import Sequence
from math import prod

from cnnlib._arguments import whole


def parameters(
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    groups: int = 1,
    bias: bool = True,
) -> int:
    """Count the parameters of a convolution, transposed or not.

    A linear layer is a 1×1 convolution of a 1×1 map.

    Parameters
    ----------
    kernel_size
        One number stands for a square; a sequence has one number an axis (1-D, 2-D, 3-D).

    Raises
    ------
    ValueError
        If `groups` does not divide both channel counts.

    Examples
    --------
    >>> parameters(3, 10, 5)  # ten 5×5 filters on a colour image
    760
    >>> parameters(9216, 4096, 1)  # AlexNet's first linear layer
    37752832
    """
    weights = filter_size(in_channels, kernel_size, groups) * per_group(
        out_channels, groups, "out_channels"
    )
    return weights * groups + (out_channels if bias else 0)


def macs(
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    positions: int | Sequence[int],
    groups: int = 1,
    *,
    batch: int = 1,
    bias: bool = False,
    count: int = 1,
) -> int:
    """Count the multiply-adds of a convolution, padding included.

    Parameters
    ----------
    positions
        The size of the map on which the kernel is put down: the *output* of a convolution, the
        *input* of a transposed one. One number stands for a square.
    batch
        How many images.
    bias
        Whether adding the bias counts: one operation an output.
    count
        Operations a multiply-add: 1 counts MACs, 2 counts multiplications and additions apart
        (what many papers call FLOPs).

    Examples
    --------
    >>> macs(3, 10, 5, 32)
    768000
    >>> macs(3, 10, 5, 32, bias=True, count=2)
    1546240
    """
    if count not in (1, 2):
        raise ValueError(f"count must be 1 or 2 operations per multiply-add, got {count}")
    places = prod(axes(positions, "positions")) * whole(batch, "batch", least=1)
    outputs = places * whole(out_channels, "out_channels", least=1)
    per_group(out_channels, groups, "out_channels")
    return outputs * (filter_size(in_channels, kernel_size, groups) * count + bool(bias))


def filter_size(in_channels: int, kernel_size: int | Sequence[int], groups: int) -> int:
    """Give the number of weights in one filter: it spans the full depth of its group."""
    return per_group(in_channels, groups, "in_channels") * prod(axes(kernel_size, "kernel_size"))


def axes(size: int | Sequence[int], name: str) -> tuple[int, ...]:
    """Give one number an axis; a single number stands for a square."""
    numbers = size if isinstance(size, Sequence) else (size, size)
    return tuple(whole(number, name, least=1) for number in numbers)


def per_group(channels: int, groups: int, name: str) -> int:
    """Give the channels of one group."""
    whole(channels, name, least=1)
    if channels % whole(groups, "groups", least=1):
        raise ValueError(f"groups must divide {name}: {channels} is not a multiple of {groups}")
    return channels // groups
