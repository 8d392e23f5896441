"""The checks of `ps6_fields` that count: parameters and multiply-adds of a list of layers."""

from collections.abc import Callable, Sequence

import numpy as np

from cnnlib.check.engine.case import Case
from cnnlib.check.engine.check import LIBRARIES, Check, Part, Result, Which, exact
from cnnlib.check.engine.drawing import whole_numbers
from cnnlib.check.fields import reference
from cnnlib.check.fields.count_mistakes import MACS, PARAMETERS
from cnnlib.check.fields.nets import (
    COUNTERS,
    Layer,
    conv,
    costs,
    flatten,
    linear,
    norm,
    pool,
    relu,
)


def _specs(
    fixed: Sequence[tuple[str, list[Layer]]], rest: str, size: bool
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws nets, and for multiply-adds an image's shape."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        nets = list(fixed)
        if which == "hidden":
            nets += [("a random net", _random(rng, rest)) for _ in range(5)]
        shapes = [(3, 20, 27), (3, 25, 16)]
        if which == "hidden":
            shapes = [(3, int(rng.integers(24, 30)), int(rng.integers(31, 40)))]
        cases = []
        for i, (name, layers) in enumerate(nets):
            shape = shapes[i % len(shapes)]
            spec = _fitted(layers, shape)
            cases.append(Case(name, {"spec": spec, "shape": shape} if size else {"spec": spec}))
        return cases

    return draw


def _fitted(layers: list[Layer], shape: tuple[int, int, int]) -> list[Layer]:
    """Return the layers with a first linear layer that takes what the others make of an image."""
    kinds = [layer["kind"] for layer in layers]
    if "flatten" not in kinds:
        return layers
    at = kinds.index("flatten")
    depths = [
        shape[0],
        *(layer["out_channels"] for layer in layers[:at] if layer["kind"] == "conv"),
    ]
    _, height, width = costs(layers[: at + 1], shape)[-1]
    first = {**layers[at + 1], "in_features": depths[-1] * height * width}
    return [*layers[: at + 1], first, *layers[at + 2 :]]


def _random(rng: np.random.Generator, rest: str) -> list[Layer]:
    choose = whole_numbers(rng)
    layers: list[Layer] = []
    channels = 3
    for _ in range(choose(1, 2)):
        groups = channels if rest != "conv" and choose(0, 1) else 1
        wider = groups * choose(2, 4) if groups < 4 else groups
        p, d, bias = choose(0, 2), choose(1, 2), bool(choose(0, 1))
        layers.append(conv(channels, wider, choose(1, 3), choose(1, 2), p, d, groups, bias))
        channels = wider
        if rest == "net":
            layers += [norm(channels), relu()]
    if rest == "net":
        layers += [pool(2, stride=2), flatten(), linear(0, choose(2, 9), bool(choose(0, 1)))]
    return layers


CONVS = (
    ("one layer", [conv(3, 10, 5)]),
    ("one layer without bias", [conv(3, 8, 3, bias=False)]),
    ("a 1×1 layer", [conv(3, 5, 1)]),
    ("stride 2 and padding 1", [conv(3, 8, 3, stride=2, padding=1)]),
    ("two layers", [conv(3, 8, 4), conv(8, 6, 3, padding=1)]),
    ("padding, then stride 3, one without bias", [conv(3, 4, 3, padding=2),
                                                  conv(4, 7, 5, stride=3, bias=False)]),
    ("dilation 2", [conv(3, 4, 3, dilation=2), conv(4, 4, 2, padding=1, dilation=3)]),
)  # fmt: skip
GROUPED = (
    ("two groups", [conv(3, 4, 3), conv(4, 6, 3, padding=1, groups=2)]),
    ("depthwise", [conv(3, 3, 3, groups=3), conv(3, 8, 1)]),
    ("depthwise, two filters per channel, no bias", [conv(3, 6, 3, groups=3, bias=False)]),
    ("stride 2 and three groups", [conv(3, 6, 5), conv(6, 9, 3, 2, 1, groups=3)]),
)
#: What the first linear layer takes is filled in for each image.
NETS: tuple[tuple[str, list[Layer]], ...] = (
    ("a convolution and a linear layer", [conv(3, 4, 3), relu(), flatten(), linear(0, 10)]),
    ("pooling", [conv(3, 4, 3, padding=1), relu(), pool(2, stride=2), conv(4, 6, 3)]),
    ("overlapping pooling, no bias",
     [conv(3, 4, 3, bias=False), pool(3, stride=2, padding=1), conv(4, 4, 2, bias=False)]),
    ("batch normalisation",
     [conv(3, 6, 3, 2, 1, bias=False), norm(6), relu(), conv(6, 6, 3, 1, 1, 1, 6), norm(6)]),
    ("two linear layers, one without bias",
     [conv(3, 4, 3, stride=2), pool(2, stride=2), flatten(), linear(0, 12, bias=False), relu(),
      linear(12, 5)]),
    ("no convolution", [flatten(), linear(0, 7)]),
    ("no layer at all", []),
)  # fmt: skip


def _parts(size: bool) -> dict[str, Part]:
    return {
        "conv": Part("convolutions", _specs(CONVS, "conv", size)),
        "groups": Part("groups", _specs(GROUPED, "groups", size)),
        "net": Part("whole nets", _specs(NETS, "net", size)),
    }


count_parameters = Check(
    name="count_parameters",
    against="the parameters of the same net in PyTorch",
    parts=_parts(size=False),
    reference=reference.count_parameters,
    tolerance=exact,
    results=(Result("parameters", dtype="integer"),),
    misconceptions=PARAMETERS,
    forbids=LIBRARIES | COUNTERS,
)

count_macs = Check(
    name="count_macs",
    against="torch.nn.functional.conv2d, product by product",
    parts=_parts(size=True),
    reference=reference.count_macs,
    tolerance=exact,
    results=(Result("multiply-adds", dtype="integer"),),
    misconceptions=MACS,
    forbids=LIBRARIES | COUNTERS,
)
