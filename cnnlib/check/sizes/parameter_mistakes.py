"""Typical mistakes in counting a layer's parameters, with hints."""

from typing import Any

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.sizes.reference import parameters


def _weights(arguments: Arguments, **changes: Any) -> int:
    return parameters(arguments, **{**changes, "bias": False})


def _bias(arguments: Arguments) -> int:
    """Return how many of the parameters are bias."""
    return parameters(arguments) - _weights(arguments)


_ONE_BIAS = "Every filter has one bias, however large the filter is. A layer without bias has none."
_DEPTH = "A filter spans all channels that it reads, with height × width weights for each of them."
_BLOCKS = (
    "With groups, a filter reads only the channels of its own group. How many channels are there "
    "in a group? The number of filters stays the same."
)

PARAMETERS: tuple[Misconception, ...] = (
    *mistakes("the bias is forgotten", _ONE_BIAS, _weights),
    *mistakes("the bias is counted although there is none", _ONE_BIAS,
              lambda a: parameters(a, bias=True)),
    *mistakes(
        "one bias is counted for the whole layer", _ONE_BIAS,
        lambda a: _weights(a) + (1 if _bias(a) else 0),
    ),
    *mistakes(
        "one bias is counted for each input channel", _ONE_BIAS,
        lambda a: _weights(a) + (a["in_channels"] if _bias(a) else 0),
    ),
    *mistakes(
        "one bias is counted for each channel of each filter", _ONE_BIAS,
        lambda a: _weights(a) + _bias(a) * a["in_channels"],
        lambda a: _weights(a) + _bias(a) * a["in_channels"] // a.get("groups", 1),
    ),
    *mistakes(
        "only the biases of one group are counted", _ONE_BIAS,
        lambda a: _weights(a) + _bias(a) // a.get("groups", 1),
    ),
    *mistakes(
        "the input's channels are forgotten", _DEPTH,
        lambda a: _weights(a, in_channels=1, groups=1) + _bias(a),
    ),
    *mistakes(
        "the filters are forgotten",
        "There are out_channels filters, and each has weights of its own.",
        lambda a: _weights(a, out_channels=1, groups=1) + _bias(a),
        lambda a: _weights(a, out_channels=1, groups=1) + (1 if _bias(a) else 0),
    ),
    *mistakes(
        "one side of the kernel is counted, not its area",
        "How many weights does a kernel of 5 by 5 have for one channel? Draw it.",
        lambda a: _weights(a, kernel_size=(pair(a["kernel_size"])[0], 1)) + _bias(a),
        lambda a: _weights(a, kernel_size=(1, pair(a["kernel_size"])[1])) + _bias(a),
        lambda a: _weights(a, kernel_size=(1, sum(pair(a["kernel_size"])))) + _bias(a),
    ),
    *mistakes(
        "a kernel with two sizes is treated as square",
        "kernel_size may be a pair (height, width). How many weights does a kernel of 3 by 5 "
        "have?",
        lambda a: _weights(a, kernel_size=pair(a["kernel_size"])[0]) + _bias(a),
        lambda a: _weights(a, kernel_size=pair(a["kernel_size"])[1]) + _bias(a),
    ),
    *mistakes("the groups are ignored", _BLOCKS, lambda a: parameters(a, groups=1)),
    *mistakes(
        "divided by the number of groups more than once", _BLOCKS,
        lambda a: _weights(a) / a.get("groups", 1) + _bias(a),
        lambda a: _weights(a) // a.get("groups", 1) + _bias(a) // a.get("groups", 1),
        lambda a: _weights(a) // a.get("groups", 1) + _bias(a),
    ),
    *mistakes(
        "multiplied by the number of groups, not divided", _BLOCKS,
        lambda a: _weights(a) * a.get("groups", 1) ** 2 + _bias(a),
    ),
)  # fmt: skip
