"""References of the activation functions: PyTorch's own, on a case's arguments."""

from typing import Any

import torch
import torch.nn.functional as F

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor


def _activate(name: str, arguments: Arguments, x: Any) -> Any:
    if name == "leaky_relu":
        return F.leaky_relu(x, arguments.get("slope", 0.01))
    return {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}[name](x)


def forward(name: str, arguments: Arguments, device: str = "cpu") -> Array:
    """Return the activation of x."""
    return array(_activate(name, arguments, tensor(arguments["x"], device)))


def backward(name: str, arguments: Arguments, device: str = "cpu") -> Array:
    """Return dx, by autograd from x, or from y where the function gets that."""
    dy = tensor(arguments["dy"], device)
    if "y" in arguments:
        from_y = getattr(torch.ops.aten, f"{name}_backward")
        return array(from_y(dy, tensor(arguments["y"], device)))
    x = tensor(arguments["x"], device).requires_grad_()
    _activate(name, arguments, x).backward(dy)
    return array(x.grad)
