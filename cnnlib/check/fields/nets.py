"""Networks as lists of plain dictionaries, one a layer: the form in which students count them.

Every dictionary has a `kind` and all settings of that kind. Where PyTorch has to judge, it is asked
here: nothing below states a formula that students are to find.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from cnnlib._late import F, torch

Layer: TypeAlias = dict[str, Any]
Net: TypeAlias = Sequence[Mapping[str, Any]]
#: What would count in a student's place.
COUNTERS = frozenset({"cnnlib", "torchinfo", "torchvision", "fvcore", "thop", "ptflops"})


def conv(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
    bias: bool = True,
) -> Layer:
    """Describe a convolution with a square kernel."""
    return {"kind": "conv", **locals()}


def pool(kernel_size: int, stride: int | None = None, padding: int = 0, dilation: int = 1) -> Layer:
    """Describe a pooling layer; its windows are side by side unless `stride` says otherwise."""
    stride = kernel_size if stride is None else stride
    return {"kind": "pool", **locals()}


def norm(channels: int) -> Layer:
    """Describe batch normalisation."""
    return {"kind": "norm", "channels": channels}


def relu() -> Layer:
    """Describe a ReLU."""
    return {"kind": "relu"}


def flatten() -> Layer:
    """Describe the step from a map to a list of numbers."""
    return {"kind": "flatten"}


def linear(in_features: int, out_features: int, bias: bool = True) -> Layer:
    """Describe a fully connected layer."""
    return {"kind": "linear", **locals()}


def changed(layers: Net, kinds: Sequence[str] = ("conv", "pool"), **changes: Any) -> list[Layer]:
    """Return the layers with settings of some kinds replaced, where they have these settings.

    A value may be a function of the layer.

    >>> changed([conv(3, 8, 5), relu()], kernel_size=1)[0]["kernel_size"]
    1
    """
    return [
        {
            name: (changes[name](layer) if callable(changes[name]) else changes[name])
            if name in changes and layer["kind"] in kinds
            else value
            for name, value in layer.items()
        }
        for layer in layers
    ]


def module(layer: Mapping[str, Any]) -> "torch.nn.Module":
    """Return one layer as a module of PyTorch."""
    settings = {name: value for name, value in layer.items() if name != "kind"}
    match layer["kind"]:
        case "conv":
            return torch.nn.Conv2d(**settings)
        case "pool":
            return torch.nn.MaxPool2d(**settings)
        case "norm":
            return torch.nn.BatchNorm2d(settings["channels"])
        case "relu":
            return torch.nn.ReLU()
        case "flatten":
            return torch.nn.Flatten()
        case "linear":
            return torch.nn.Linear(**settings)
    raise ValueError(f"kind is {layer['kind']!r}")


def parameters(layers: Net) -> int:
    """Ask PyTorch how many parameters the layers have; no memory is taken for them."""
    with torch.device("meta"):
        return sum(p.numel() for layer in layers for p in module(layer).parameters())


def costs(layers: Net, shape: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return for each layer its products, and the height and width of its output.

    Every weight and every pixel is 1, in the padding too. So is every product, and their sum is
    their number.
    """
    found = []
    height, width = shape[1], shape[2]
    for layer in layers:
        products = 0
        if "kernel_size" in layer:
            depths = (layer.get(n, 1) for n in ("in_channels", "out_channels", "groups"))
            windows = (layer[n] for n in ("kernel_size", "stride", "padding", "dilation"))
            products, height, width = _products(*depths, *windows, height, width)
        if layer["kind"] == "linear":
            products = layer["out_features"] * layer["in_features"]
        found.append((products * (layer["kind"] != "pool"), height, width))
    return found


@cache
def _products(
    c: int, f: int, g: int, k: int, s: int, p: int, d: int, height: int, width: int
) -> tuple[int, int, int]:
    x = torch.ones(1, c, height + 2 * p, width + 2 * p, dtype=torch.float64)
    y = F.conv2d(x, torch.ones(f, c // g, k, k, dtype=x.dtype), None, s, 0, d, g)
    return int(y.sum()), y.shape[2], y.shape[3]


def field(layers: Net) -> tuple[int, int, int]:
    """Measure size, jump and start of the receptive field by the gradient of two neighbours.

    On one axis, with weights of one, so that nothing cancels out. The image grows until no edge is
    near.
    """
    names = ("kernel_size", "stride", "padding", "dilation")
    return _field(tuple(tuple(a[n] for n in names) for a in layers if "kernel_size" in a))


@cache
def _field(windows: tuple[tuple[int, ...], ...]) -> tuple[int, int, int]:
    pixels = 64
    while (found := _two_fields(windows, pixels)) is None:
        pixels *= 2
    unit, (first, last), (second, _) = found
    jump = second - first
    return last - first + 1, jump, first - unit * jump


def _two_fields(
    windows: tuple[tuple[int, ...], ...], pixels: int
) -> tuple[int, tuple[int, int], tuple[int, int]] | None:
    """Return a unit in the middle, its first and last pixel, and its neighbour's.

    None where the image is too small: fields must lie in its middle half, because edges of inner
    maps can hide pixels, too.
    """
    x = torch.ones(1, 1, pixels, dtype=torch.float64, requires_grad=True)
    y = x
    for k, s, p, d in windows:
        if y.shape[2] + 2 * p <= d * (k - 1):
            return None
        y = F.conv1d(y, torch.ones(1, 1, k, dtype=x.dtype), None, s, p, d)
    if y.shape[2] < 16:
        return None
    unit = y.shape[2] // 2
    spans = []
    for position in (unit, unit + 1):
        (gradient,) = torch.autograd.grad(y[0, 0, position], x, retain_graph=True)
        seen = gradient[0, 0].nonzero()
        if not len(seen) or seen[0] < pixels // 4 or seen[-1] > 3 * pixels // 4:
            return None
        spans.append((int(seen[0]), int(seen[-1])))
    return unit, spans[0], spans[1]
