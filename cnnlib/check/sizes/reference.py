"""References for `ps1_sizes`: the PyTorch calls that judge, on a case's arguments."""

from typing import Any

from cnnlib._arguments import pair
from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.geometry import DEFAULTS, windows


def pad(arguments: Arguments, device: str = "cpu", mode: str = "constant", **changes: Any) -> Array:
    """Return `torch.nn.functional.pad` of a case, with some arguments changed.

    `padding` may also name all four sides: top, bottom, left, right.
    """
    a = {"value": 0.0, **arguments, **changes}
    if isinstance(a["padding"], tuple) and len(a["padding"]) == 4:
        top, bottom, left, right = a["padding"]
    else:
        top, left = bottom, right = pair(a["padding"])
    sides, x = (left, right, top, bottom), tensor(a["x"], device)
    if mode == "constant":
        return array(F.pad(x, sides, value=a["value"]))
    return array(F.pad(x[None, None], sides, mode=mode)[0, 0])


def correlate(arguments: Arguments, device: str = "cpu", padding: Any = 0, **changes: Any) -> Array:
    """Return `torch.nn.functional.conv2d` of one plane, which is a cross-correlation."""
    a = {**arguments, **changes}
    x, k = tensor(a["x"], device), tensor(a["k"], device)
    return array(F.conv2d(x[None, None], k[None, None], padding=padding)[0, 0])


def convolve(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return the convolution: the cross-correlation with the kernel flipped both ways."""
    return correlate({**arguments, "k": arguments["k"][::-1, ::-1]}, device=device, **changes)


def size(arguments: Arguments, device: str = "cpu") -> int:
    """Return how long `torch.nn.functional.conv1d` makes a row; 0 where PyTorch refuses."""
    a = {**DEFAULTS, **arguments}
    moves = a["stride"], a["padding"], a["dilation"]
    if windows(a["n"], a["kernel_size"], *moves) < 1:
        return 0
    row, kernel = torch.zeros(1, 1, a["n"]), torch.zeros(1, 1, a["kernel_size"])
    return int(F.conv1d(row, kernel, None, *moves).shape[2])


def parameters(arguments: Arguments, device: str = "cpu", **changes: Any) -> int:
    """Return how many numbers a `torch.nn.Conv2d` learns."""
    layer = torch.nn.Conv2d(**{**arguments, **changes}, device="meta")
    return sum(parameter.numel() for parameter in layer.parameters())
