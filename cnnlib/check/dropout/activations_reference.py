"""References of the activation functions: PyTorch's own, on a case's arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor


@dataclass(frozen=True)
class Activation:
    """One of PyTorch's activation functions.

    Attributes
    ----------
    name
        Its name in PyTorch's documentation.
    value
        What it makes of x; settings by name.
    from_y
        Its gradient, from dy and y, where students get y in place of x.
    """

    name: str
    value: Callable[..., Any]
    from_y: Callable[[Any, Any], Any] | None = None

    def forward(self, arguments: Arguments, device: str = "cpu") -> Array:
        """Return the activation of x."""
        return array(self._apply(tensor(arguments["x"], device), arguments))

    def backward(self, arguments: Arguments, device: str = "cpu") -> Array:
        """Return dx, by autograd from x, or from y where the function gets that."""
        dy = tensor(arguments["dy"], device)
        if self.from_y is not None:
            return array(self.from_y(dy, tensor(arguments["y"], device)))
        x = tensor(arguments["x"], device).requires_grad_()
        self._apply(x, arguments).backward(dy)
        return array(x.grad)

    def _apply(self, x: Any, arguments: Arguments) -> Any:
        return self.value(x, *([arguments["slope"]] if "slope" in arguments else []))


RELU = Activation("torch.relu", lambda x: x.relu())
LEAKY_RELU = Activation(
    "torch.nn.functional.leaky_relu", lambda x, slope=0.01: F.leaky_relu(x, slope)
)
SIGMOID = Activation(
    "torch.sigmoid",
    lambda x: x.sigmoid(),
    lambda dy, y: torch.ops.aten.sigmoid_backward(dy, output=y),
)
TANH = Activation(
    "torch.tanh", lambda x: x.tanh(), lambda dy, y: torch.ops.aten.tanh_backward(dy, output=y)
)
