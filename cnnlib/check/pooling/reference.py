"""References for pooling: the PyTorch calls that judge, on a case's arguments."""

from typing import Any

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.geometry import settings


def max_pool2d(
    arguments: Arguments, device: str = "cpu", ceil_mode: bool = False, **changes: Any
) -> tuple[Array, Array]:
    """Return the maxima and their indices, with some arguments changed."""
    a = {**arguments, **changes}
    kernel, stride, padding = settings(a)
    y, indices = F.max_pool2d(
        tensor(a["x"], device), kernel, stride, padding, ceil_mode=ceil_mode, return_indices=True
    )
    return array(y), array(indices)


def route(arguments: Arguments, device: str = "cpu") -> Array:
    """Return what every pixel gets: the sum of dy over the windows whose index it is.

    This is the gradient of `torch.nn.functional.max_pool2d`; a test compares the two.
    """
    return _scatter(arguments, "dy", device, "sum")


def route_once(arguments: Arguments) -> Array:
    """Return what remains where a later window overwrites an earlier one."""
    planes, indices, dy = _planes(arguments, "dy", "cpu")
    return array(planes.scatter(2, indices, dy).reshape(tuple(arguments["shape"])))


def route_mean(arguments: Arguments) -> Array:
    """Return the mean of dy over the windows that share a maximum."""
    return _scatter(arguments, "dy", "cpu", "mean")


def unpool(arguments: Arguments, device: str = "cpu") -> Array:
    """Return `max_unpool2d` of a case: the size is given, so no window is asked for."""
    y = tensor(arguments["y"], device)
    indices = torch.as_tensor(arguments["indices"].copy()).to(device)
    return array(torch.ops.aten.max_unpool2d(y, indices, list(arguments["shape"][2:])))


def unpool_sum(arguments: Arguments) -> Array:
    """Return the maxima, added up where windows share one."""
    return _scatter(arguments, "y", "cpu", "sum")


def _scatter(arguments: Arguments, name: str, device: str, reduce: str) -> Array:
    planes, indices, values = _planes(arguments, name, device)
    dx = planes.scatter_reduce(2, indices, values, reduce, include_self=False)
    return array(dx.reshape(tuple(arguments["shape"])))


def _planes(arguments: Arguments, name: str, device: str) -> tuple[Any, Any, Any]:
    """Return empty planes of shape (N, C, H · W), indices and values as lists for each plane."""
    n, c, h, w = arguments["shape"]
    values = tensor(arguments[name], device).flatten(2)
    indices = torch.as_tensor(arguments["indices"].copy()).to(device).flatten(2)
    return values.new_zeros(n, c, h * w), indices, values


def avg_pool2d(
    arguments: Arguments, device: str = "cpu", ceil_mode: bool = False, **changes: Any
) -> Array:
    """Return the averages, with some arguments changed."""
    a = {"count_include_pad": True, **arguments, **changes}
    return array(_average(tensor(a["x"], device), a, ceil_mode))


def _average(x: Any, a: Arguments, ceil_mode: bool = False) -> Any:
    kernel, stride, padding = settings(a)
    count, divisor = a.get("count_include_pad", True), a.get("divisor_override")
    return F.avg_pool2d(x, kernel, stride, padding, ceil_mode, count, divisor)


def avg_pool2d_backward(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return the gradient of `avg_pool2d`, with some arguments changed."""
    a = {**arguments, **changes}
    x = torch.zeros(tuple(a["shape"]), dtype=tensor(a["dy"], device).dtype, device=device)
    x.requires_grad_()
    _average(x, a).backward(tensor(a["dy"], device))
    return array(x.grad)


def spread_evenly(arguments: Arguments, **changes: Any) -> Array:
    """Return dy laid over windows at a changed place, cut to the shape of x.

    A transposed convolution with ones; unlike autograd it takes settings that do not fit dy.
    """
    a = {**arguments, **changes}
    (kh, kw), stride, (ph, pw) = settings(a)
    _, c, h, w = a["shape"]
    ones = torch.ones(c, 1, kh, kw, dtype=torch.float64)
    full = F.conv_transpose2d(tensor(a["dy"]) / (kh * kw), ones, stride=stride, groups=c)
    right, bottom = max(0, pw + w - full.shape[3]), max(0, ph + h - full.shape[2])
    return array(F.pad(full, (0, right, 0, bottom))[:, :, ph : ph + h, pw : pw + w])


def lp_pool2d(
    arguments: Arguments, device: str = "cpu", ceil_mode: bool = False, **changes: Any
) -> Array:
    """Return `torch.nn.functional.lp_pool2d` of a case, with some arguments changed."""
    a = {**arguments, **changes}
    kernel, stride, _ = settings(a)
    return array(F.lp_pool2d(tensor(a["x"], device), a["norm_type"], kernel, stride, ceil_mode))
