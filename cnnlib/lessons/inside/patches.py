"""Which patches of real photos excite a unit most, and what in them does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import torch
from cnnlib.lessons.inside.layers import maps
from cnnlib.lessons.inside.photos import shown, tensor
from cnnlib.receptive_field import receptive_field
from cnnlib.zoo import efficientnet_lite0

if TYPE_CHECKING:
    from torch import Tensor, nn

#: Where patches are looked for.
GALLERY = (
    "cat", "photographer", "coffee", "motorcycle", "admiral", "temple", "flower", "astronaut",
    "rocket", "brick", "grass", "gravel", "coins", "page",
)  # fmt: skip
#: Of a larger field only the middle is shown, which counts most (lecture 6).
SHOWN = 72


@dataclass(frozen=True)
class Patch:
    """What a unit saw when it was excited, and the part of it that excited it.

    Attributes
    ----------
    photo, value
        Where it was found, and the unit's activation.
    pixels
        Its receptive field in the photo, or the middle of it: (h, w, 3) from 0 to 1.
    projection
        The activation, sent back to the pixels: (h, w, 3), without sign 0.
    """

    photo: str
    value: float
    pixels: NDArray[np.float64]
    projection: NDArray[np.float64]


@cache
def windows(level: str) -> Any:
    """Return the receptive field of a layer's units."""
    net = efficientnet_lite0()
    paths = [row.path for row in net.summary().rows]
    last = [path for path in paths if path == level or path.startswith(f"{level}.")][-1]
    return receptive_field(net, at=last)


def strongest(
    net: "nn.Module", level: str, channels: Sequence[int], count: int, size: int = 224
) -> list[list[Patch]]:
    """Return, for each channel, the patches that excite it most, one per photo."""
    found: dict[int, list[tuple[float, str, int, int]]] = {channel: [] for channel in channels}
    for name in GALLERY:
        with torch.no_grad():
            seen = maps(net, tensor(name, size), [level])[level][0]
        for channel in channels:
            place = int(seen[channel].argmax())
            row, column = divmod(place, seen.shape[2])
            found[channel].append((float(seen[channel].max()), name, row, column))
    return [
        [
            _patch(net, level, channel, *best, size)
            for best in sorted(found[channel], reverse=True)[:count]
        ]
        for channel in channels
    ]


def _patch(
    net: "nn.Module", level: str, channel: int, value: float, name: str, row: int, column: int,
    size: int,
) -> Patch:  # fmt: skip
    x = tensor(name, size)
    cut = tuple(_inside(window, size) for window in windows(level).window((row, column)))
    sent = projected(net, x, level, channel, row, column)
    return Patch(name, value, shown(x)[cut], sent[cut])


def _positive(module: "nn.Module", found: Any, given: Any) -> Any:
    """Let only what is positive go back."""
    return (found[0].clamp(min=0),)


def _inside(window: range, size: int) -> slice:
    """Return the middle of a window along one axis, moved into the image where it sticks out."""
    side = min(len(window), SHOWN)
    start = (window.start + window.stop - side) // 2
    start = min(max(start, 0), size - side)
    return slice(start, start + side)


def projected(
    net: "nn.Module", x: "Tensor", level: str, channel: int, row: int, column: int
) -> NDArray[np.float64]:
    """Send one activation back to the pixels, positive parts only; return (H, W, 3).

    As M. Zeiler and R. Fergus do it in "Visualizing and understanding convolutional networks",
    ECCV 2014, with the gradient's own gates kept, as J. Springenberg et al. suggest in "Striving
    for simplicity", ICLR 2015 (workshop).
    """
    gates = [part for part in net.modules() if isinstance(part, torch.nn.ReLU6)]
    hooks = [gate.register_full_backward_hook(_positive) for gate in gates]
    try:
        pixels = x.detach().clone().requires_grad_()
        unit = maps(net, pixels, [level])[level][0, channel, row, column]
        (gradient,) = torch.autograd.grad(unit, pixels)
    finally:
        for hook in hooks:
            hook.remove()
    return np.asarray(gradient[0].permute(1, 2, 0).double().numpy())


def selective(net: "nn.Module", level: str, count: int, size: int = 224) -> list[int]:
    """Return the channels whose strongest answer stands out most from their usual ones."""
    peaks, values = [], []
    for name in GALLERY:
        with torch.no_grad():
            seen = maps(net, tensor(name, size), [level])[level][0].flatten(1)
        peaks.append(seen.amax(1))
        values.append(seen)
    usual = torch.cat(values, dim=1)
    standing = (torch.stack(peaks).amax(0) - usual.mean(1)) / usual.std(1)
    return [int(channel) for channel in standing.argsort(descending=True)[:count]]
