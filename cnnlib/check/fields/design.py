"""The checks of `ps6_fields` for nets that students design: judged by what they do.

A net leaves the student's process as a table of whole numbers, one row a layer. What it costs and
sees is computed from the table, where the verdict is made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlib._arguments import pair, sides
from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import (
    Check,
    Misconception,
    Part,
    Result,
    Values,
    Which,
    exact,
    mistakes,
)
from cnnlib.check.fields.nets import Layer, changed, conv, flatten, linear, norm, pool

if TYPE_CHECKING:
    from cnnlib.spec import Row, Sequential, Summary

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


def summarise(table: Array, shape: Sequence[int]) -> "Summary | None":
    """Return what `cnnlib.spec` knows about a net; None where its layers do not fit together."""
    try:
        layers = from_table(table)
        summary = _sequential(layers).summary(tuple(shape))
    except (ValueError, TypeError):
        return None
    if len(summary.rows) != len(layers):
        return None
    for layer, row in zip(layers, summary.rows, strict=True):
        stated = layer.get("in_channels", layer.get("in_features", layer.get("channels")))
        if stated not in (None, row.input_shape[0]):
            return None
    return summary


def _sequential(layers: Sequence[Layer]) -> "Sequential":
    from cnnlib.spec import Sequential

    return Sequential(*map(_spec_layer, layers))


def _spec_layer(layer: Layer) -> Any:
    from cnnlib import spec

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


# -- a net under a budget ---------------------------------------------------------------------


_LIMITS = ("least_field", "most_parameters", "most_macs", "output")


def _field_size(summary: "Summary") -> int:
    """Return the receptive field of the last map."""
    maps = [row for row in summary.rows if len(row.output_shape) == 3]
    return min(getattr(maps[-1].field, "size", (BROKEN,))) if maps else 1


def _call_design(function: Callable[..., Any], *budget: Any) -> Any:
    """Call a function without arguments: the budget is what the exercise's text says."""
    table = to_table(function())
    return (table,) * 4


def _within(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return what a net has where it misses the budget, and the budget where it does not."""
    kept = tuple(np.asarray(arguments[name]) for name in _LIMITS)
    if np.isnan(values[0]).all():
        return kept
    summary = summarise(values[0], arguments["image"])
    if summary is None or len(summary.output_shape) != 3:
        return tuple(np.asarray(BROKEN) for _ in values)
    return (
        np.minimum(_field_size(summary), kept[0]),
        np.maximum(min(summary.parameters, HUGE), kept[1]),
        np.maximum(min(summary.macs, HUGE), kept[2]),
        np.asarray(summary.output_shape),
    )


_BUDGETS: Mapping[str, Mapping[str, Any]] = {
    "roomy": {"image": (3, 64, 64), "least_field": 31, "most_parameters": 30_000,
              "most_macs": 10_000_000, "output": (32, 16, 16)},
    "tight": {"image": (3, 64, 64), "least_field": 43, "most_parameters": 4_500,
              "most_macs": 1_600_000, "output": (32, 16, 16)},
}  # fmt: skip


def _budget(name: str) -> Callable[[np.random.Generator, Which], list[Case]]:
    case = Case("the budget in the text", dict(_BUDGETS[name]))
    return lambda rng, which: [case]


#: Stands for a net that keeps the budget: none is shown here. Results have to be whole numbers, so
#: that nobody can return it.
_KEPT = np.full((ROWS, COLUMNS), np.nan)


def _keeping(arguments: Arguments, device: str) -> Values:
    return (_KEPT,) * 4


design = Check(
    name="design",
    against="the budget",
    parts={name: Part(f"the {name} budget", _budget(name)) for name in _BUDGETS},
    reference=_keeping,
    tolerance=exact,
    results=tuple(
        Result(name, dtype="integer")
        for name in ("receptive field", "parameters", "multiply-adds", "output shape")
    ),
    misconceptions=mistakes(
        "the layers do not fit together",
        "Each layer must take what the layer before it gives. Build the net with PyTorch and send "
        "an image through: the error names the layer.",
        lambda a: (to_table([conv(a["image"][0] + 1, 1, 1)]),) * 4,
    ),
    forbids=frozenset({".spec", ".zoo"}),
    call=_call_design,
    settle=_within,
)


# -- AlexNet ----------------------------------------------------------------------------------


def paper_layers(groups: int) -> list[Layer]:
    """Return AlexNet as `cnnlib.zoo` has it: in one tower, or in two groups as in its paper.

    Normalisation and dropout are left out: they have no weights.
    """
    from cnnlib import spec, zoo

    layers = []
    for row in zoo.alexnet("single" if groups == 1 else "paper").summary().rows:
        match row.layer:
            case spec.Conv() as a:
                window = pair(a.kernel_size)[0], pair(a.stride)[0], int(sides(a.padding)[0][0])
                layers.append(conv(row.input_shape[0], a.out_channels, *window, groups=a.groups))
            case spec.MaxPool() as a:
                layers.append(pool(pair(a.kernel_size)[0], pair(a.stride)[0]))
            case spec.Flatten():
                layers.append(flatten())
            case spec.Linear() as a:
                layers.append(linear(row.input_shape[0], a.out_features))
    return layers


def _call_alexnet(function: Callable[..., Any], groups: int) -> Any:
    return (to_table(function(groups)),) * 3


def _accounts(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return parameters and multiply-adds of the layers with weights; what the last map sees.

    Each layer is counted as it describes itself, whether or not it fits the layer before it.
    """
    counts = np.zeros((8, 2), dtype=np.int64)
    summary = summarise(values[0], (3, 227, 227))
    fits = summary is not None and summary.output_shape == (1000,)
    try:
        rows = [row for row in _one_by_one(from_table(values[0])) if row.weights]
    except (ValueError, TypeError):
        rows = []
    for i, row in enumerate(rows[:8]):
        counts[i] = min(row.parameters, HUGE), min(row.macs, HUGE)
    seen = _field_size(summary) if summary is not None and fits and len(rows) == 8 else BROKEN
    return counts[:, 0], counts[:, 1], np.asarray(seen)


def _one_by_one(layers: Sequence[Layer]) -> "Iterator[Row]":
    size: tuple[int, ...] = (227, 227)
    for layer in layers:
        depth = next((layer[n] for n in ("in_channels", "channels") if n in layer), 1)
        shape = (layer["in_features"],) if layer["kind"] == "linear" else (depth, *size)
        (row,) = _sequential([layer]).summary(shape).rows
        size = row.output_shape[1:] or size
        yield row


def _alexnet(arguments: Arguments, device: str) -> Values:
    return (to_table(paper_layers(arguments["groups"])),) * 3


def _altered(change: Callable[[list[Layer]], list[Layer]]) -> Callable[[Arguments], Values]:
    return lambda a: (to_table(change(paper_layers(a["groups"]))),) * 3


def _grouped(layers: list[Layer], numbers: Sequence[int], groups: int) -> list[Layer]:
    """Return the layers with groups in some convolutions, counted from 1, and in no others."""
    found, number = [], 0
    for layer in layers:
        number += layer["kind"] == "conv"
        is_conv = layer["kind"] == "conv"
        new = {"groups": groups if number in numbers else 1} if is_conv else {}
        found.append({**layer, **new})
    return found


def _wrongly_grouped(*numbers: int) -> Callable[[Arguments], Values]:
    return lambda a: (to_table(_grouped(paper_layers(1), numbers, a["groups"])),) * 3


def _seen_at_224(layer: Layer) -> int:
    """Return what the first linear layer would get from 224 pixels: 5 rows and 5 columns."""
    return 256 * 5 * 5 if layer["in_features"] == 256 * 6 * 6 else layer["in_features"]


_WHERE = (
    "The paper's net ran on two graphics cards. Which layers read only the maps on their own card, "
    "and which one reads both? The text says it layer by layer."
)

ALEXNET: tuple[Misconception, ...] = (
    *mistakes(
        "the images are 224 pixels wide, as the paper says",
        "How many windows of 11 pixels with stride 4 fit on 224 pixels? Is that a whole number? "
        "Which size nearby gives 55?",
        _altered(lambda a: changed(a, ["linear"], in_features=_seen_at_224)),
    ),
    *mistakes(
        "the layers do not fit together",
        "Each layer must take what the layer before it gives. Build the net with PyTorch and send "
        "an image through: the error names the layer.",
        _altered(lambda a: [layer for layer in a if layer["kind"] != "flatten"]),
    ),
    *mistakes("the groups are ignored", _WHERE, _wrongly_grouped()),
    *mistakes(
        "groups in the wrong layers",
        _WHERE,
        _wrongly_grouped(2, 3, 4, 5),
        _wrongly_grouped(2),
        _wrongly_grouped(2, 3),
        _wrongly_grouped(3, 4, 5),
        _wrongly_grouped(4, 5),
        _wrongly_grouped(2, 5),
        _wrongly_grouped(2, 4),
        _wrongly_grouped(3, 5),
        _wrongly_grouped(3),
    ),
    *mistakes(
        "the biases are missing",
        "Every filter and every unit of the paper's net has a bias.",
        _altered(lambda a: changed(a, ["conv", "linear"], bias=False)),
        _altered(lambda a: changed(a, ["conv"], bias=False)),
        _altered(lambda a: changed(a, ["linear"], bias=False)),
    ),
)

alexnet = Check(
    name="alexnet",
    against="the paper's layers",
    parts={
        "single": Part("one tower", lambda rng, which: [Case("no groups", {"groups": 1})]),
        "grouped": Part(
            "two groups", lambda rng, which: [Case("two groups", {"groups": 2})]
        ),
    },
    reference=_alexnet,
    tolerance=exact,
    results=tuple(
        Result(name, dtype="integer") for name in ("parameters", "multiply-adds", "receptive field")
    ),
    misconceptions=ALEXNET,
    forbids=frozenset({".spec", ".zoo"}),
    call=_call_alexnet,
    settle=_accounts,
)  # fmt: skip
