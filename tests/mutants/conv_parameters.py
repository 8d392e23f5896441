"""Solutions of `conv_parameters`."""

import numpy as np
from mutants import spoil
from styles import pair


def formula(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = pair(kernel_size)
    weights = out_channels * (in_channels // groups) * kh * kw
    return weights + (out_channels if bias else 0)


def shapes(in_channels, out_channels, kernel_size, groups=1, bias=True):
    """The sizes of the arrays themselves."""
    w = np.empty((out_channels, in_channels // groups, *pair(kernel_size)))
    b = np.empty(out_channels if bias else 0)
    return w.size + b.size


def per_group(in_channels, out_channels, kernel_size, groups=1, bias=True):
    """Group by group, filter by filter."""
    kh, kw = pair(kernel_size)
    total = 0
    for _ in range(groups):
        for _ in range(out_channels // groups):
            total += (in_channels // groups) * kh * kw + int(bias)
    return total


RIGHT = (formula, shapes, per_group)
BIAS = "(out_channels if bias else 0)"
WEIGHTS = "out_channels * (in_channels // groups) * kh * kw"
SQUARE = "a kernel with two sizes is treated as square"
TWICE = "divided by the number of groups more than once"
WRONG = (
    spoil(formula, "no bias", f" + {BIAS}", "", "the bias is forgotten"),
    spoil(formula, "always bias", BIAS, "out_channels",
          "the bias is counted although there is none"),
    spoil(formula, "one bias", BIAS, "(1 if bias else 0)",
          "one bias is counted for the whole layer"),
    spoil(formula, "bias a channel", BIAS, "(in_channels if bias else 0)",
          "one bias is counted for each input channel"),
    spoil(formula, "bias a plane of weights", BIAS,
          "(out_channels * in_channels if bias else 0)",
          "one bias is counted for each channel of each filter"),
    spoil(formula, "bias a group", BIAS, "(out_channels // groups if bias else 0)",
          "only the biases of one group are counted"),
    spoil(formula, "no depth", WEIGHTS, "out_channels * kh * kw",
          "the input's channels are forgotten"),
    spoil(formula, "no filters", WEIGHTS, "(in_channels // groups) * kh * kw",
          "the filters are forgotten"),
    spoil(formula, "no area", WEIGHTS, "out_channels * (in_channels // groups) * kw",
          "one side of the kernel is counted, not its area"),
    spoil(formula, "added sides", "kh * kw", "(kh + kw)",
          "one side of the kernel is counted, not its area"),
    spoil(formula, "square by height", "kh * kw", "kh * kh", SQUARE),
    spoil(formula, "square by width", "kh * kw", "kw * kw", SQUARE),
    spoil(formula, "no groups", "(in_channels // groups)", "in_channels",
          "the groups are ignored"),
    spoil(formula, "groups twice", "out_channels * (in", "(out_channels // groups) * (in", TWICE),
    spoil(formula, "times groups", "(in_channels // groups)", "in_channels * groups",
          "multiplied by the number of groups, not divided"),
    spoil(formula, "a float", "in_channels // groups", "in_channels / groups",
          "expected integer"),
    spoil(formula, "no return", "return weights", "weights", "is the return statement missing?"),
)  # fmt: skip
