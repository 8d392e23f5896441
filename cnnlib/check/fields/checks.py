"""The checks of `ps6_fields` about what a unit sees: computed, and measured by a gradient."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import (
    LIBRARIES,
    Check,
    Part,
    Result,
    Tolerance,
    Values,
    Which,
    exact,
)
from cnnlib.check.fields.mistakes import EFFECTIVE_FIELD, RECEPTIVE_FIELD
from cnnlib.check.fields.nets import Layer, Net, conv, field, number, pool, relu

if TYPE_CHECKING:
    from torch import Tensor, nn

#: What would count in a student's place.
COUNTERS = frozenset({"cnnlib", "torchinfo", "torchvision", "fvcore", "thop", "ptflops"})


def _fields(arguments: Arguments, device: str) -> Values:
    return tuple(number(value) for value in field(arguments["layers"]))


def _drawing(
    fixed: Sequence[tuple[str, list[Layer]]], *free: str
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws nets: the fixed ones, and hidden ones with free settings."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        nets = list(fixed)
        if which == "hidden":
            nets += [("a random net", _random_net(rng, free)) for _ in range(6)]
        return [Case(name, {"layers": layers}) for name, layers in nets]

    return draw


def _random_net(rng: np.random.Generator, free: Sequence[str]) -> list[Layer]:
    def choose(low: int, high: int) -> int:
        return int(rng.integers(low, high, endpoint=True))

    def setting(name: str, low: int, high: int) -> int:
        return choose(low, high) if name in free else low

    layers: list[Layer] = []
    for _ in range(choose(2, 5)):
        k, s, p = choose(1, 5), setting("stride", 1, 3), setting("padding", 0, 2)
        layers.append(conv(4, 4, k, s, p, setting("dilation", 1, 3)))
        if choose(0, 1):
            layers.append(relu())
        if choose(0, 2) == 0:
            layers.append(pool(choose(3, 4), setting("stride", 1, 3), p // 2))
    return layers


STEM = [conv(3, 8, 7, stride=2), relu(), pool(3, stride=2)]
ALEXNET = [
    conv(3, 96, 11, stride=4), relu(), pool(3, stride=2),
    conv(96, 256, 5, padding=2), relu(), pool(3, stride=2),
    conv(256, 384, 3, padding=1), relu(),
    conv(384, 384, 3, padding=1), relu(),
    conv(384, 256, 3, padding=1), relu(), pool(3, stride=2),
]  # fmt: skip
STACKS: tuple[tuple[str, list[Layer]], ...] = (
    ("one 5×5 layer", [conv(3, 8, 5)]),
    ("two 3×3 layers", [conv(3, 8, 3), conv(8, 8, 3)]),
    ("three 3×3 layers and ReLUs", [conv(3, 8, 3), relu(), conv(8, 8, 3), relu(), conv(8, 8, 3)]),
    ("a 1×1 layer between two others", [conv(3, 8, 5), conv(8, 8, 1), conv(8, 8, 4)]),
    ("dilation 2, then 4", [conv(3, 8, 3, dilation=2), conv(8, 8, 3, dilation=4)]),
    ("an even kernel with dilation 3", [conv(3, 8, 2), conv(8, 8, 4, dilation=3)]),
    ("padding everywhere", [conv(3, 8, 3, padding=1), conv(8, 8, 5, padding=2)]),
    ("pooling with stride 1", [conv(3, 8, 3), pool(3), conv(8, 8, 3)]),
    ("no layer at all", []),
)
STRIDED = (
    ("one layer with stride 2", [conv(3, 8, 3, stride=2)]),
    ("stride 2, then stride 1", [conv(3, 8, 3, stride=2), conv(8, 8, 3)]),
    ("stride 1, then stride 2", [conv(3, 8, 3), conv(8, 8, 3, stride=2)]),
    ("stride 2 and 3", [conv(3, 8, 3, stride=2), conv(8, 8, 5, stride=3), conv(8, 8, 3)]),
    ("a stride larger than the kernel", [conv(3, 8, 2, stride=3), conv(8, 8, 3)]),
    ("a 1×1 layer with stride 2", [conv(3, 8, 1, stride=2), conv(8, 8, 3)]),
    ("a stem and two layers", [*STEM, conv(8, 8, 3), conv(8, 8, 3, dilation=2)]),
    ("pooling at the end", [conv(3, 8, 3, padding=1), relu(), pool(2, stride=2)]),
    ("AlexNet up to its last pooling", ALEXNET),
)
PADDED = (
    ("padding 1", [conv(3, 8, 3, padding=1)]),
    ("padding 2, then padding 1", [conv(3, 8, 5, padding=2), conv(8, 8, 3, padding=1)]),
    ("padding after a stride", [conv(3, 8, 3, stride=2), conv(8, 8, 3, padding=1)]),
    ("padding with a stride", [conv(3, 8, 3, stride=2, padding=1), conv(8, 8, 3, 3, 1)]),
    ("padding in a pooling layer", [*STEM, pool(3, stride=2, padding=1), conv(8, 8, 3)]),
    ("more padding than the kernel needs", [conv(3, 8, 3, padding=4), conv(8, 8, 2, stride=2)]),
    ("dilation and padding", [conv(3, 8, 3, 2, 2, dilation=2), conv(8, 8, 3, 1, 4, dilation=4)]),
    ("AlexNet up to its last pooling", ALEXNET),
)

receptive_field = Check(
    name="receptive_field",
    against="the field that PyTorch's gradient shows",
    parts={
        "size": Part("size at stride 1", _drawing(STACKS, "dilation"), counts=("size",)),
        "jump": Part(
            "size and jump", _drawing(STRIDED, "dilation", "stride"), counts=("size", "jump")
        ),
        "start": Part(
            "size, jump and start", _drawing(PADDED, "dilation", "stride", "padding")
        ),
    },
    reference=_fields,
    tolerance=exact,
    results=tuple(Result(name, dtype="integer") for name in ("size", "jump", "start")),
    misconceptions=RECEPTIVE_FIELD,
    forbids=LIBRARIES | COUNTERS,
)  # fmt: skip


def model(layers: Net, weights: Sequence[Any]) -> "nn.Sequential":
    """Return a small net in float64 with the given weights: w and b of one convolution each."""
    import torch
    from torch import nn

    built, given = nn.Sequential(), iter(weights)
    for layer in layers:
        settings = {name: value for name, value in layer.items() if name != "kind"}
        match layer["kind"]:
            case "conv":
                one = nn.Conv2d(**settings, dtype=torch.float64)
                with torch.no_grad():
                    for parameter in one.parameters():
                        parameter.copy_(torch.as_tensor(next(given)))
                built.append(one)
            case "pool":
                built.append(nn.AvgPool2d(layer["kernel_size"], layer["stride"], layer["padding"]))
            case _:
                built.append(nn.ReLU())
    return built


def _call(function: Callable[..., Any], layers: Net, weights: Sequence[Any], shape: Any) -> Any:
    """Call the student's function with a module; every run draws the same images, in float64."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        built = model(layers, weights)
        torch.manual_seed(0)  # after the model: making one draws random numbers, too
        return function(built, tuple(shape))
    finally:
        torch.set_default_dtype(before)


def measured(
    arguments: Arguments,
    unit: Callable[[int, int], tuple[Any, Any]] = lambda h, w: (h // 2, w // 2),
    outputs: slice = slice(None),
    absolute: str = "first",
    images: str = "mean",
    channels: str = "sum",
    scale: str = "",
) -> Array:
    """Return the effective field by autograd, or with something done differently."""
    import torch

    generator = torch.Generator().manual_seed(0)
    x = torch.randn(*arguments["shape"], dtype=torch.float64, generator=generator)
    x.requires_grad_()
    y = model(arguments["layers"], arguments["weights"])(x)
    row, column = unit(*y.shape[2:])
    if isinstance(row, int) and not (row < y.shape[2] and column < y.shape[3]):
        raise RuntimeError("there is no such unit")
    (g,) = torch.autograd.grad(y[:, outputs, row, column].sum(), x)
    found = _merged(g, absolute, images, channels)
    whole = {"": 1.0, "max": float(found.max()), "sum": float(found.sum())}[scale]
    return np.asarray((found / whole).numpy())


def _merged(g: "Tensor", absolute: str, images: str, channels: str) -> "Tensor":
    """Return a gradient (N, C, H, W) as one plane."""

    def merge(t: "Tensor") -> "Tensor":
        return {"mean": t.mean(0), "sum": t.sum(0), "first": t[0]}[images]

    def join(t: "Tensor") -> "Tensor":
        planes = {"sum": t.sum(-3), "mean": t.mean(-3), "max": t.amax(-3), "first": t.select(-3, 0)}
        return planes[channels]

    match absolute:
        case "never":
            return merge(join(g))
        case "last":
            return merge(join(g)).abs()
        case "after channels":
            return merge(join(g).abs())
        case "after images":
            return join(merge(g).abs())
        case "square":
            return merge(join(g**2))
        case "norm":
            return merge(join(g**2).sqrt())
    return merge(join(g.abs()))


def _effective(arguments: Arguments, device: str) -> Array:
    return measured(arguments)


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of any order of summation.

    A gradient is a sum over paths, one product a path: its error is at most a few roundings a layer
    times the sum of the paths' absolute values, which is the field of the net with absolute
    weights. Each layer sums at most n terms.
    """
    layers = [layer for layer in arguments["layers"] if layer["kind"] != "relu"]
    paths = {**arguments, "layers": layers, "weights": [np.abs(w) for w in arguments["weights"]]}
    size = float(measured(paths).max())
    terms = sum(w.size // w.shape[1] for w in arguments["weights"] if w.ndim > 1)
    terms += len(arguments["weights"]) + int(arguments["shape"][0] * arguments["shape"][1])
    epsilon = float(np.finfo(dtype).eps)
    return Tolerance(
        2 * terms * epsilon * size,
        f"2 · {terms} terms · {epsilon:.1e} ({dtype} rounding) · {size:.3g} (size of the paths)",
    )


PLAIN = (
    ("one layer", [conv(1, 2, 3)], (1, 1, 7, 6)),
    ("two layers, three channels", [conv(3, 4, 3), conv(4, 2, 3)], (2, 3, 9, 8)),
    ("padding, a wide image", [conv(2, 4, 3, padding=1), conv(4, 3, 3, padding=1)], (2, 2, 7, 12)),
    ("stride 2", [conv(2, 4, 3, 2, 1), conv(4, 3, 3, padding=1)], (1, 2, 13, 10)),
    ("average pooling and dilation", [conv(2, 4, 2), pool(2, 2), conv(4, 3, 2, dilation=2)],
     (3, 2, 11, 14)),
)  # fmt: skip
BENT = (
    ("a ReLU", [conv(1, 6, 3), relu(), conv(6, 2, 3)], (4, 1, 8, 7)),
    ("two ReLUs, stride 2, colour images",
     [conv(3, 6, 3, 2, 1), relu(), conv(6, 6, 3, padding=1), relu(), conv(6, 2, 3)],
     (5, 3, 13, 17)),
    ("one image", [conv(2, 6, 3, padding=1), relu(), conv(6, 3, 2)], (1, 2, 6, 9)),
    ("groups, no bias", [conv(4, 8, 3, groups=4, bias=False), relu(), conv(8, 2, 1)], (3, 4, 7, 8)),
)  # fmt: skip


def _weighted(
    fixed: Sequence[tuple[str, list[Layer], tuple[int, ...]]],
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws weights for nets; hidden images have other sizes as well."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        cases = []
        for name, layers, shape in fixed:
            weights: list[Array] = []
            for a in layers:
                if a["kind"] == "conv":
                    k, depth = a["kernel_size"], a["in_channels"] // a["groups"]
                    w = rng.standard_normal((a["out_channels"], depth, k, k))
                    weights.append(np.asarray(w / np.sqrt(depth * k * k)))
                    if a["bias"]:
                        weights.append(np.asarray(0.1 * rng.standard_normal(len(w))))
            n, c, height, width = shape
            if which == "hidden":
                height += int(rng.integers(0, 4))
                width += int(rng.integers(4, 8))
            positional = {"layers": layers, "weights": weights, "shape": (n, c, height, width)}
            cases.append(Case(name, positional))
        return cases

    return draw


effective_field = Check(
    name="effective_field",
    against="torch.autograd",
    parts={
        "linear": Part("nets without ReLU", _weighted(PLAIN)),
        "relu": Part("nets with ReLU", _weighted(BENT)),
    },
    reference=_effective,
    tolerance=_tolerance,
    results=(Result("field", dtype="float"),),
    misconceptions=EFFECTIVE_FIELD,
    forbids=COUNTERS,
    call=_call,
)
