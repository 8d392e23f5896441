"""What a net that is a table (see `calls`) costs and sees, where the verdict is made."""

from collections.abc import Sequence
from typing import Any

from cnnlib import spec
from cnnlib.check.engine.case import Array
from cnnlib.check.fields.calls import KINDS, SETTINGS
from cnnlib.check.fields.nets import Layer

#: No layer of a net that makes sense has a larger setting.
LARGEST = 100_000
#: What does not fit an array counts as this many.
HUGE = 2**62
#: A student's table may have been forged; what is no net counts as this.
BROKEN = -1


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
    """Return a list of layers as a network of `cnnlib.spec`."""
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
