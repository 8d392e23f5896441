"""Typical mistakes in counting parameters and multiply-adds: what each computes, and a hint."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.fields.nets import Layer, changed, costs, linear, parameters


def _parameters(change: Callable[[list[Layer]], list[Layer]]) -> Callable[[Arguments], Values]:
    """Return a count that is right for changed layers."""
    return lambda arguments: np.asarray(parameters(change(list(arguments["spec"]))))


def _more(extra: Callable[[Layer], int], change: Any = list) -> Callable[[Arguments], Values]:
    """Return a count with something added for each layer."""

    def compute(arguments: Arguments) -> Values:
        layers = list(arguments["spec"])
        return np.asarray(parameters(change(layers)) + sum(map(extra, layers)))

    return compute


def _of(kind: str, value: Callable[[Layer], int]) -> Callable[[Layer], int]:
    return lambda layer: value(layer) if layer["kind"] == kind else 0


def _without(*kinds: str) -> Callable[[list[Layer]], list[Layer]]:
    return lambda layers: [layer for layer in layers if layer["kind"] not in kinds]


def _without_bias(layers: list[Layer]) -> list[Layer]:
    return changed(layers, ["conv", "linear"], bias=False)


def _tall(layers: list[Layer]) -> list[Layer]:
    """Count k weights where a square kernel has k · k."""
    return [
        linear(a["in_channels"] // a["groups"] * a["kernel_size"], a["out_channels"], a["bias"])
        if a["kind"] == "conv"
        else a
        for a in layers
    ]


_BIAS = "How many output channels does a layer have? Each has one bias, if the layer has biases."
_DEPTH = "A filter spans the full depth of what it reads. How many numbers are in one filter?"
_GROUPS = (
    "With groups, a filter reads only the channels of its own group. Take 4 channels and 2 groups: "
    "how deep is a filter?"
)

PARAMETERS: tuple[Misconception, ...] = (
    *mistakes("the bias is missing", _BIAS, _parameters(_without_bias)),
    *mistakes(
        "a bias is counted where there is none",
        "Each layer says whether it has a bias.",
        _parameters(lambda a: changed(a, ["conv", "linear"], bias=True)),
        _parameters(lambda a: changed(a, ["conv"], bias=True)),
        _parameters(lambda a: changed(a, ["linear"], bias=True)),
    ),
    *mistakes(
        "one bias per layer, not one per filter",
        _BIAS,
        _more(lambda a: int(a.get("bias", False)), _without_bias),
    ),
    *mistakes(
        "one bias per input channel",
        _BIAS,
        _more(_of("conv", lambda a: a["bias"] * (a["in_channels"] - a["out_channels"]))),
        _more(_of("conv", lambda a: a["bias"] * a["out_channels"] * (a["in_channels"] - 1))),
    ),
    *mistakes(
        "one bias per weight",
        _BIAS,
        _more(
            _of("conv", lambda a: a["bias"] * (parameters(_without_bias([a])) - a["out_channels"]))
        ),
        _more(lambda a: a.get("bias", False) * parameters(_without_bias([a])), _without_bias),
    ),
    *mistakes(
        "the input channels are forgotten",
        _DEPTH,
        _parameters(lambda a: changed(a, in_channels=lambda b: b["groups"])),
    ),
    *mistakes(
        "the kernel is counted along one axis only",
        "A kernel of size 3 has three rows and three columns.",
        _parameters(_tall),
    ),
    *mistakes("the groups are ignored", _GROUPS, _parameters(lambda a: changed(a, groups=1))),
    *mistakes(
        "divided by the number of groups twice",
        _GROUPS,
        _more(
            _of(
                "conv",
                lambda a: parameters(_without_bias([a])) // a["groups"]
                - parameters(_without_bias([a])),
            )
        ),
    ),
    *mistakes(
        "multiplied by the number of groups, not divided",
        _GROUPS,
        _more(
            _of("conv", lambda a: (a["groups"] ** 2 - 1) * parameters(_without_bias([a])))
        ),
    ),
    *mistakes(
        "batch normalisation is left out",
        "Batch normalisation learns a scale and a shift for each channel.",
        _parameters(_without("norm")),
        _more(_of("norm", lambda a: -a["channels"])),
    ),
    *mistakes(
        "running statistics are counted as parameters",
        "The mean and the variance that batch normalisation keeps are measured, not learned.",
        _more(_of("norm", lambda a: 2 * a["channels"])),
        _more(_of("norm", lambda a: 2 * a["channels"] + 1)),
    ),
    *mistakes(
        "linear layers are left out",
        "A linear layer has a weight for every pair of an input and an output.",
        _parameters(_without("linear")),
    ),
    *mistakes(
        "only convolutions are counted",
        "Which other kinds of layers learn something?",
        _parameters(_without("linear", "norm")),
    ),
    *mistakes(
        "pooling is counted as if it had weights",
        "Max pooling takes the largest number. Is there anything that it could learn?",
        _more(_of("pool", lambda a: a["kernel_size"] ** 2)),
    ),
    *mistakes(
        "only the first layer is counted", "Add up over all layers.", _parameters(lambda a: a[:1])
    ),
    *mistakes(
        "only the last layer is counted",
        "Add up over all layers: does every pass of your loop start from zero?",
        _parameters(lambda a: a[-1:]),
    ),
)  # fmt: skip


def _steps(a: Arguments) -> list[tuple[Layer, int, tuple[int, int], tuple[int, int]]]:
    """Return for each layer its products, and the sizes of its input and output."""
    found, before = [], (a["shape"][1], a["shape"][2])
    for layer, (products, *after) in zip(a["spec"], costs(a["spec"], a["shape"]), strict=True):
        found.append((layer, products, before, (after[0], after[1])))
        before = after[0], after[1]
    return found


def _macs(change: Callable[[list[Layer]], list[Layer]]) -> Callable[[Arguments], Values]:
    """Return a count that is right for changed layers."""

    def compute(a: Arguments) -> Values:
        return np.asarray(sum(p for p, *_ in costs(change(list(a["spec"])), a["shape"])))

    return compute


def _adding(extra: Callable[[Layer, int, Any, Any], int]) -> Callable[[Arguments], Values]:
    """Return a count with something added for each layer."""
    return lambda a: np.asarray(sum(step[1] + extra(*step) for step in _steps(a)))


def _at_input(layer: Layer, products: int, before: Any, after: Any) -> int:
    if layer["kind"] != "conv":
        return 0
    return int(products // (after[0] * after[1]) * before[0] * before[1] - products)


def _square(a: Arguments, side: int) -> Values:
    c, h, w = a["shape"]
    n = (h, w)[side]
    return np.asarray(sum(p for p, *_ in costs(a["spec"], (c, n, n))))


def _outputs(layer: Layer, after: Any) -> int:
    if "groups" in layer:
        return int(layer["out_channels"] * after[0] * after[1])
    return int(layer["out_features"]) if layer["kind"] == "linear" else 0


def _bias_counted(layer: Layer, products: int, before: Any, after: Any) -> int:
    return _outputs(layer, after) * bool(layer.get("bias"))


def _pooled(layer: Layer, products: int, before: Any, after: Any) -> int:
    return int(layer["kernel_size"] ** 2 * after[0] * after[1]) if layer["kind"] == "pool" else 0


def _once(layer: Layer, products: int, before: Any, after: Any) -> int:
    """Count a kernel once, not once for each position."""
    return products // (after[0] * after[1]) - products if layer["kind"] == "conv" else 0


_SIZE = (
    "The kernel is applied once for each number of the output. How large is the output of this "
    "layer, and where does the next layer's input size come from?"
)

MACS: tuple[Misconception, ...] = (
    *mistakes(
        "positions are counted on the input, not on the output", _SIZE, _adding(_at_input)
    ),
    *mistakes(
        "two operations per multiply-add",
        "Here a multiplication and its addition count as one.",
        lambda a: np.asarray(2 * sum(step[1] for step in _steps(a))),
    ),
    *mistakes(
        "the bias is counted",
        "In the convention used here, adding the bias does not count.",
        _adding(_bias_counted),
        _adding(lambda layer, p, b, after: _outputs(layer, after)),
    ),
    *mistakes(
        "parameters are counted, not multiply-adds",
        "Every weight of a kernel is used once for each position of the output.",
        _adding(_once),
        lambda a: np.asarray(parameters(a["spec"])),
    ),
    *mistakes("the groups are ignored", _GROUPS, _macs(lambda a: changed(a, groups=1))),
    *mistakes(
        "the input channels are forgotten",
        _DEPTH,
        _macs(lambda a: changed(a, in_channels=lambda b: b["groups"])),
    ),
    *mistakes(
        "the output channels are forgotten",
        "Each filter produces its own output channel, with its own multiply-adds.",
        _adding(
            lambda layer, p, b, a: p // layer["out_channels"] - p if layer["kind"] == "conv" else 0
        ),
    ),
    *mistakes(
        "height and width are taken to be equal",
        "Images need not be square: follow height and width separately.",
        lambda a: _square(a, 0),
        lambda a: _square(a, 1),
    ),
    *mistakes(
        "pooling does not make the maps smaller",
        _SIZE,
        _macs(_without("pool")),
        _macs(lambda a: changed(a, ["pool"], kernel_size=1, stride=1, padding=0)),
    ),
    *mistakes(
        "pooling is counted",
        "Pooling compares or adds, but multiplies by no weight: here it does not count.",
        _adding(_pooled),
    ),
    *mistakes(
        "the stride is ignored", "With stride s, windows begin s pixels apart. " + _SIZE,
        _macs(lambda a: changed(a, stride=1)),
        _macs(lambda a: changed(a, ["conv"], stride=1)),
    ),
    *mistakes(
        "the padding is ignored", "Padding makes room for more windows. " + _SIZE,
        _macs(lambda a: changed(a, padding=0)),
        _macs(lambda a: changed(a, ["conv"], padding=0)),
    ),
    *mistakes(
        "the dilation is ignored",
        "A dilated kernel spans more pixels, so it fits less often. " + _SIZE,
        _macs(lambda a: changed(a, dilation=1))
    ),
    *mistakes(
        "linear layers are left out",
        "For each output, a linear layer multiplies every input by a weight.",
        _macs(_without("linear")),
    ),
    *mistakes(
        "only the first layer is counted", "Add up over all layers.", _macs(lambda a: a[:1])
    ),
    *mistakes(
        "only the last layer is counted",
        "Add up over all layers: does every pass of your loop start from zero?",
        lambda a: np.asarray(_steps(a)[-1][1] if a["spec"] else 0),
    ),
)  # fmt: skip
