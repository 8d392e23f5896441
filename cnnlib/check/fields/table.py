"""A net as a table of whole numbers, one row a layer: how it leaves the student's process.

What it costs and sees is computed from the table, where the verdict is made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlib import spec
from cnnlib.check.engine.case import Array
from cnnlib.check.fields.nets import Layer, conv, linear, norm, pool

#: What each kind of layer says about itself, in the order of the table's columns.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "conv": tuple(conv(1, 1, 1))[1:],
    "pool": tuple(pool(1))[1:],
    "norm": tuple(norm(1))[1:],
    "relu": (),
    "flatten": (),
    "linear": tuple(linear(1, 1))[1:],
}
KINDS = tuple(SETTINGS)
ROWS, COLUMNS = 40, 9
#: No layer of a net that makes sense has a larger setting.
LARGEST = 100_000
#: What does not fit an array counts as this many.
HUGE = 2**62
#: A student's table may have been forged; what is no net counts as this.
BROKEN = -1


def to_table(layers: Any) -> Array:
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
        raise ValueError(f"the net has {len(layers)} layers; at most {ROWS} are allowed")
    table = np.zeros((ROWS, COLUMNS), dtype=np.int64)
    for number, layer in enumerate(layers):
        if not isinstance(layer, Mapping) or layer.get("kind") not in SETTINGS:
            raise TypeError(f"layer {number} is {layer!r}; make layers with conv, pool, relu, …")
        row = [KINDS.index(layer["kind"]) + 1]
        row += [int(layer[name]) for name in SETTINGS[layer["kind"]]]
        table[number, : len(row)] = row
    return table


def from_table(table: Array) -> list[Layer]:
    """Return the layers that a table holds.

    Raises
    ------
    ValueError
        The table was not made by `to_table`.
    """
    if ((table < 0) | (table > LARGEST)).any() or (table[:, 0] > len(KINDS)).any():
        raise ValueError("not a table of layers")
    layers = []
    for kind, *values in table[table[:, 0] > 0].tolist():
        name = KINDS[kind - 1]
        layer = dict(zip(SETTINGS[name], values, strict=False))
        layers.append({"kind": name, **layer})
    return layers


def summarise(table: Array, shape: Sequence[int]) -> spec.Summary | None:
    """Return what `cnnlib.spec` knows about a net; None where its layers do not fit together."""
    try:
        layers = from_table(table)
        summary = sequential(layers).summary(tuple(shape))
    except (ValueError, TypeError):
        return None
    if len(summary.rows) != len(layers):
        return None
    for layer, row in zip(layers, summary.rows, strict=True):
        stated = layer.get("in_channels", layer.get("in_features", layer.get("channels")))
        if stated not in (None, row.input_shape[0]):
            return None
    return summary


def sequential(layers: Sequence[Layer]) -> spec.Sequential:
    """Return a list of layers as `cnnlib.spec` has it."""
    return spec.Sequential(*map(_spec_layer, layers))


def _spec_layer(layer: Layer) -> Any:
    a = {name: value for name, value in layer.items() if name not in ("kind", "in_channels")}
    match layer["kind"]:
        case "conv":
            return spec.Conv(a.pop("out_channels"), **{**a, "bias": bool(a["bias"])})
        case "pool":
            return spec.MaxPool(**a)
        case "norm":
            return spec.BatchNorm()
        case "relu":
            return spec.ReLU()
        case "flatten":
            return spec.Flatten()
    return spec.Linear(layer["out_features"], bias=bool(layer["bias"]))


def field_size(summary: spec.Summary) -> int:
    """Return the receptive field of the last map."""
    maps = [row for row in summary.rows if len(row.output_shape) == 3]
    return min(getattr(maps[-1].field, "size", (BROKEN,))) if maps else 1
