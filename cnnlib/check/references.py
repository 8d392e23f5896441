"""References that judge more than one topic: PyTorch's calls, on a case's arguments."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.geometry import DEFAULTS, Pair, setting, settings


def conv2d(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.conv2d` of a case, with some arguments changed."""
    a = {**arguments, **changes}
    x, w, b = (tensor(a[name], device) for name in "xwb")
    return array(F.conv2d(x, w, b, *_moves(a), a.get("groups", 1)))


def unfold(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.unfold` of a case, with some arguments changed."""
    a = {**arguments, **changes}
    x = tensor(a["x"], device)
    stride, padding, dilation = _moves(a)
    return array(F.unfold(x, a["kernel_size"], dilation, padding, stride))


def fold(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return `torch.nn.functional.fold` of a case of col2im, with some arguments changed."""
    a = {**arguments, **changes}
    columns, kernel = tensor(a["cols"], device), setting(a, "kernel_size")
    stride, padding, dilation = _moves(a)
    return array(F.fold(columns, a["shape"][2:], kernel, dilation, padding, stride))


def conv2d_backward(
    arguments: Arguments,
    device: str = "cpu",
    read: Callable[[Any], Any] = lambda x: x,
    **changes: Any,
) -> tuple[Array, Array, Array]:
    """Return dx, dw and db of a case by `torch.autograd`, with some arguments changed.

    With `read` the layer reads read(x) in place of x. Outputs that dy does not have do not count.
    """
    a = {**arguments, **changes}
    x, w, dy = (tensor(a[name], device) for name in ("x", "w", "dy"))

    def forward(x: Any, w: Any, b: Any) -> Any:
        y = F.conv2d(read(x), w, b, *_moves(a), a.get("groups", 1))
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
    return array(F.max_pool2d(tensor(a["x"], device), *settings(a)))


def max_pool2d_backward(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return dx of a case, computed by PyTorch's autograd."""
    a = {**arguments, **changes}
    x, dy = tensor(a["x"], device), tensor(a["dy"], device)
    (dx,) = _pulled_back(lambda leaf: F.max_pool2d(leaf, *settings(a)), dy, x)
    return array(dx)


def _moves(arguments: Arguments) -> tuple[Pair, Pair, Pair]:
    """Return stride, padding and dilation as pairs, as a convolution takes them."""
    stride, padding, dilation = (setting(arguments, name) for name in DEFAULTS)
    return stride, padding, dilation


def _pulled_back(function: Any, dy: Any, *inputs: Any) -> tuple[Any, ...]:
    """Return the gradients of sum(dy * function(*inputs)), wherever gradients are switched off."""
    with torch.enable_grad():
        leaves = [value.requires_grad_() for value in inputs]
        return torch.autograd.grad(function(*leaves), leaves, dy)
