"""References: the PyTorch calls that judge, on a case's arguments."""

from typing import Any

import torch.nn.functional as F

from cnnlib._arguments import pair
from cnnlib.check._case import Arguments, Array
from cnnlib.check._torch import array, tensor


def conv2d(arguments: Arguments, *, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.conv2d` of a case, with some arguments changed."""
    a = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, **arguments, **changes}
    x, w, b = (tensor(a[name], device) for name in "xwb")
    y = F.conv2d(x, w, b, pair(a["stride"]), pair(a["padding"]), pair(a["dilation"]), a["groups"])
    return array(y)


def unfold(arguments: Arguments, *, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.unfold` of a case, with some arguments changed."""
    a = {**arguments, **changes}
    x = tensor(a["x"], device)
    return array(
        F.unfold(x, a["kernel_size"], pair(a["dilation"]), pair(a["padding"]), pair(a["stride"]))
    )
