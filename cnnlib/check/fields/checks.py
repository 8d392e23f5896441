"""The checks of `ps6_fields` about what a unit sees: computed, and measured by a gradient."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import (
    LIBRARIES,
    Check,
    Part,
    Result,
    Tolerance,
    Which,
    exact,
)
from cnnlib.check.engine.drawing import drawing, whole_numbers
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.fields import reference
from cnnlib.check.fields.alexnet import paper_layers
from cnnlib.check.fields.calls import call_effective_field
from cnnlib.check.fields.mistakes import EFFECTIVE_FIELD, RECEPTIVE_FIELD
from cnnlib.check.fields.nets import COUNTERS, Layer, conv, flatten, pool, relu


def _nets(fixed: Sequence[tuple[str, list[Layer]]], *free: str) -> Any:
    """Return a function that draws nets: the fixed ones, and hidden ones with free settings."""

    def make(plan: tuple[str, list[Layer]], rng: np.random.Generator) -> Case:
        name, layers = plan
        return Case(name, {"layers": layers})

    return drawing(make, fixed, lambda rng: ("a random network", _random_net(rng, free)), extra=6)


def _random_net(rng: np.random.Generator, free: Sequence[str]) -> list[Layer]:
    choose = whole_numbers(rng)

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
_PAPER = paper_layers(1)
#: Up to its last pooling: the layers behind it see everything.
ALEXNET = _PAPER[: _PAPER.index(flatten())]
STACKS: tuple[tuple[str, list[Layer]], ...] = (
    ("one 5×5 layer", [conv(3, 8, 5)]),
    ("two 3×3 layers", [conv(3, 8, 3), conv(8, 8, 3)]),
    ("three 3×3 layers and ReLUs", [conv(3, 8, 3), relu(), conv(8, 8, 3), relu(), conv(8, 8, 3)]),
    ("a 1×1 layer between two others", [conv(3, 8, 5), conv(8, 8, 1), conv(8, 8, 4)]),
    ("dilation 2, then 4", [conv(3, 8, 3, dilation=2), conv(8, 8, 3, dilation=4)]),
    ("an even kernel with dilation 3", [conv(3, 8, 2), conv(8, 8, 4, dilation=3)]),
    ("padding everywhere", [conv(3, 8, 3, padding=1), conv(8, 8, 5, padding=2)]),
    ("pooling with stride 1", [conv(3, 8, 3), pool(3, stride=1), conv(8, 8, 3)]),
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
        "size": Part("size at stride 1", _nets(STACKS, "dilation"), counts=("size",)),
        "jump": Part(
            "size and jump", _nets(STRIDED, "dilation", "stride"), counts=("size", "jump")
        ),
        "start": Part(
            "size, jump and start", _nets(PADDED, "dilation", "stride", "padding")
        ),
    },
    reference=reference.receptive_field,
    tolerance=exact,
    results=tuple(Result(name, dtype="integer") for name in ("size", "jump", "start")),
    misconceptions=RECEPTIVE_FIELD,
    forbids=LIBRARIES | COUNTERS,
)  # fmt: skip


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of any order of summation.

    A gradient is a sum over paths, one product a path: its error is at most a few roundings a layer
    times the sum of the paths' absolute values, which is the field of the net with absolute
    weights. Each layer sums at most n terms.
    """
    layers = [layer for layer in arguments["layers"] if layer["kind"] != "relu"]
    paths = {**arguments, "layers": layers, "weights": [np.abs(w) for w in arguments["weights"]]}
    size = float(reference.measured(paths).max())
    terms = sum(w.size // w.shape[1] for w in arguments["weights"] if w.ndim > 1)
    terms += len(arguments["weights"]) + int(arguments["shape"][0] * arguments["shape"][1])
    return rounding(dtype, size, "size of the paths", terms=terms)


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
        "linear": Part("networks without ReLU", _weighted(PLAIN)),
        "relu": Part("networks with ReLU", _weighted(BENT)),
    },
    reference=reference.measured,
    tolerance=_tolerance,
    results=(Result("field", dtype="float"),),
    misconceptions=EFFECTIVE_FIELD,
    forbids=COUNTERS,
    call=call_effective_field,
)
