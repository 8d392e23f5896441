"""How the checks of `ps6_fields` call what students write, and how a network leaves their process.

It is a table of integers, one row per layer. What it costs and sees is computed from the table,
where the verdict is made.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cnnlib._late import torch

#: What each kind of layer says about itself, in the order of the table's columns.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "conv": ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation",
             "groups", "bias"),
    "pool": ("kernel_size", "stride", "padding", "dilation"),
    "norm": ("channels",),
    "relu": (),
    "flatten": (),
    "linear": ("in_features", "out_features", "bias"),
}  # fmt: skip
KINDS = tuple(SETTINGS)
ROWS, COLUMNS = 40, 9


def call_effective_field(
    function: Callable[..., Any], layers: Any, weights: Sequence[Any], shape: Any
) -> Any:
    """Call the student's function with a module; every run draws the same images, in float64."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        built = model(layers, weights)
        torch.manual_seed(0)  # after the model: making one draws random numbers, too
        return function(built, tuple(shape))
    finally:
        torch.set_default_dtype(before)


def call_design(function: Callable[..., Any], *budget: Any) -> Any:
    """Call a function without arguments: the budget is what the exercise's text says."""
    table = to_table(function())
    return (table,) * 4


def call_alexnet(function: Callable[..., Any], groups: int) -> Any:
    """Ask for AlexNet in one tower or two groups; return it as a table."""
    return (to_table(function(groups)),) * 3


def model(layers: Any, weights: Sequence[Any]) -> "torch.nn.Sequential":
    """Return a small net in float64 with the given weights: w and b of one convolution each."""
    built, given = torch.nn.Sequential(), iter(weights)
    for layer in layers:
        settings = {name: value for name, value in layer.items() if name != "kind"}
        match layer["kind"]:
            case "conv":
                one = torch.nn.Conv2d(**settings, dtype=torch.float64)
                with torch.no_grad():
                    for parameter in one.parameters():
                        parameter.copy_(torch.as_tensor(next(given)))
                built.append(one)
            case "pool":
                built.append(
                    torch.nn.AvgPool2d(layer["kernel_size"], layer["stride"], layer["padding"])
                )
            case _:
                built.append(torch.nn.ReLU())
    return built


def to_table(layers: Any) -> Any:
    """Return a list of layers as whole numbers: the kind, then its settings; unused places are 0.

    Raises
    ------
    TypeError, ValueError
        It is no list of layers. The message is for the student who returned it.
    """
    if not isinstance(layers, list | tuple):
        kind = type(layers).__name__
        raise TypeError(f"expected a list of layers such as [conv(3, 8, 3), relu()]; got {kind}")
    if len(layers) > ROWS:
        raise ValueError(f"the network has {len(layers)} layers; at most {ROWS} are allowed")
    table = np.zeros((ROWS, COLUMNS), dtype=np.int64)
    for number, layer in enumerate(layers):
        if not isinstance(layer, Mapping) or layer.get("kind") not in SETTINGS:
            raise TypeError(f"layer {number} is {layer!r}; make layers with conv, pool, relu, …")
        row = [KINDS.index(layer["kind"]) + 1]
        row += [int(layer[name]) for name in SETTINGS[layer["kind"]]]
        table[number, : len(row)] = row
    return table
