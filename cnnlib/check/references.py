"""References that judge more than one topic: PyTorch's calls, on a case's arguments."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor


def conv2d(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.conv2d` of a case, with some arguments changed."""
    a = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, **arguments, **changes}
    x, w, b = (tensor(a[name], device) for name in "xwb")
    y = F.conv2d(x, w, b, pair(a["stride"]), pair(a["padding"]), pair(a["dilation"]), a["groups"])
    return array(y)


def unfold(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.unfold` of a case, with some arguments changed."""
    a = {**arguments, **changes}
    x = tensor(a["x"], device)
    return array(
        F.unfold(x, a["kernel_size"], pair(a["dilation"]), pair(a["padding"]), pair(a["stride"]))
    )


def fold(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.fold` of a case of col2im, with some arguments changed."""
    a = {"stride": 1, "padding": 0, "dilation": 1, **arguments, **changes}
    columns = tensor(a["cols"], device)
    stride, padding, dilation = (pair(a[name]) for name in ("stride", "padding", "dilation"))
    image = F.fold(columns, a["shape"][2:], pair(a["kernel_size"]), dilation, padding, stride)
    return array(image)


def conv2d_backward(
    arguments: Arguments,
    device: str = "cpu",
    read: Callable[[Any], Any] = lambda x: x,
    **changes: Any,
) -> tuple[Array, Array, Array]:
    """Return dx, dw and db of a case by `torch.autograd`, with some arguments changed.

    With `read` the layer reads read(x) in place of x. Outputs that dy does not have do not count.
    """
    a = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, **arguments, **changes}
    x, w, dy = (tensor(a[name], device) for name in ("x", "w", "dy"))
    stride, padding, dilation = (pair(a[name]) for name in ("stride", "padding", "dilation"))

    def forward(x: Any, w: Any, b: Any) -> Any:
        y = F.conv2d(read(x), w, b, stride, padding, dilation, a["groups"])
        return y[:, :, : dy.shape[2], : dy.shape[3]]

    dx, dw, db = _pulled_back(forward, dy, x, w, dy.new_zeros(w.shape[0]))
    return array(dx), array(dw), array(db)


def vjp(f: Callable[[Any], Any], x: Array, dy: Any, device: str = "cpu") -> Array:
    """Return `torch.autograd.functional.vjp` of a function: its gradient, weighted by dy."""
    weight = tensor(np.asarray(dy), device)
    _, gradient = torch.autograd.functional.vjp(f, tensor(x, device), weight)  # type: ignore[no-untyped-call]
    return array(gradient)


def jvp(f: Callable[[Any], Any], x: Array, dx: Array) -> Array:
    """Return `torch.autograd.functional.jvp` of a function: how it changes along dx."""
    _, change = torch.autograd.functional.jvp(f, tensor(x), tensor(dx))  # type: ignore[no-untyped-call]
    return array(change)


def curvature(f: Callable[[Any], Any], x: Array, dy: Any) -> Array:
    """Return the second derivative of sum(f(x) * dy) in each element of x."""

    def weighted(x: Any) -> Any:
        return (f(x) * tensor(np.asarray(dy))).sum()

    hessian = torch.autograd.functional.hessian(weighted, tensor(x))  # type: ignore[no-untyped-call]
    return array(hessian.reshape(x.size, x.size).diagonal().reshape(x.shape))


def max_pool2d(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.max_pool2d` of a case, with some arguments changed."""
    a = {**arguments, **changes}
    return array(F.max_pool2d(tensor(a["x"], device), *_pooling(a)))


def max_pool2d_backward(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return dx of a case as PyTorch's autograd has it."""
    a = {**arguments, **changes}
    x, dy = tensor(a["x"], device), tensor(a["dy"], device)
    (dx,) = _pulled_back(lambda leaf: F.max_pool2d(leaf, *_pooling(a)), dy, x)
    return array(dx)


def _pooling(a: Arguments) -> tuple[Any, Any, Any]:
    stride = a.get("stride")
    return a["kernel_size"], a["kernel_size"] if stride is None else stride, a.get("padding", 0)


def _pulled_back(function: Any, dy: Any, *inputs: Any) -> tuple[Any, ...]:
    """Return the gradients of sum(dy * function(*inputs)), wherever gradients are switched off."""
    with torch.enable_grad():
        leaves = [value.requires_grad_() for value in inputs]
        return torch.autograd.grad(function(*leaves), leaves, dy)
