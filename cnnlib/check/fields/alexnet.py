"""The check of `ps6_fields` for AlexNet, as its paper describes it."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from cnnlib import spec, zoo
from cnnlib._arguments import pair, sides
from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Misconception, Part, Result, Values, exact, mistakes
from cnnlib.check.fields.calls import call_alexnet, to_table
from cnnlib.check.fields.nets import Layer, changed, conv, flatten, linear, pool, relu
from cnnlib.check.fields.table import (
    BROKEN,
    HUGE,
    field_size,
    from_table,
    sequential,
    summarise,
)

#: Layers of AlexNet that have weights.
WEIGHTED = 8


def _zoo(groups: int) -> spec.Sequential:
    return zoo.alexnet("single" if groups == 1 else "paper")


def paper_layers(groups: int) -> list[Layer]:
    """Return the AlexNet of `cnnlib.zoo`: in one tower, or in two groups as in its paper.

    Normalisation and dropout are left out: they have no weights, and change no size.
    """
    layers = []
    for row in _zoo(groups).summary().rows:
        match row.layer:
            case spec.Conv() as a:
                window = pair(a.kernel_size)[0], pair(a.stride)[0], int(sides(a.padding)[0][0])
                layers.append(conv(row.input_shape[0], a.out_channels, *window, groups=a.groups))
            case spec.MaxPool() as a:
                layers.append(pool(pair(a.kernel_size)[0], pair(a.stride)[0]))
            case spec.ReLU():
                layers.append(relu())
            case spec.Flatten():
                layers.append(flatten())
            case spec.Linear() as a:
                layers.append(linear(row.input_shape[0], a.out_features))
    return layers


def _accounts(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return parameters and multiply-adds of the layers with weights; what the last map sees.

    Each layer is counted as it describes itself, whether or not it fits the layer before it.
    """
    right = _zoo(1).summary()
    counts = np.zeros((WEIGHTED, 2), dtype=np.int64)
    summary = summarise(values[0], right.input_shape)
    fits = summary is not None and summary.output_shape == right.output_shape
    try:
        rows = [row for row in _one_by_one(from_table(values[0])) if row.weights]
    except (ValueError, TypeError):
        rows = []
    for i, row in enumerate(rows[:WEIGHTED]):
        counts[i] = min(row.parameters, HUGE), min(row.macs, HUGE)
    complete = summary is not None and fits and len(rows) == WEIGHTED
    seen = field_size(summary) if summary is not None and complete else BROKEN
    return counts[:, 0], counts[:, 1], np.asarray(seen)


def _one_by_one(layers: Sequence[Layer]) -> Iterator[spec.Row]:
    size = _zoo(1).summary().input_shape[1:]
    for layer in layers:
        depth = next((layer[n] for n in ("in_channels", "channels") if n in layer), 1)
        shape = (layer["in_features"],) if layer["kind"] == "linear" else (depth, *size)
        (row,) = sequential([layer]).summary(shape).rows
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


def _at_224(layers: list[Layer]) -> list[Layer]:
    """Let the first linear layer take what 224 pixels give: 5 rows and 5 columns."""
    at = [layer["kind"] for layer in layers].index("flatten")
    summary = summarise(to_table(layers[: at + 1]), (3, 224, 224))
    assert summary is not None
    (features,) = summary.output_shape
    return [*layers[: at + 1], {**layers[at + 1], "in_features": features}, *layers[at + 2 :]]


_WHERE = (
    "The network of the paper ran on two graphics cards. Which layers read only the maps on their "
    "own card, and which one reads the maps on both? The text answers this layer by layer."
)

ALEXNET: tuple[Misconception, ...] = (
    *mistakes(
        "the images are 224 pixels wide, as in the paper",
        "How many windows of 11 pixels with stride 4 fit on 224 pixels? Is that a whole number? "
        "Which size nearby gives 55?",
        _altered(_at_224),
    ),
    *mistakes(
        "the layers do not fit together",
        "The input of each layer must fit the output of the layer before it. Build the network "
        "with PyTorch and send an image through: the error names the layer.",
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
        "Every filter and every unit of the paper's network has a bias.",
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
    call=call_alexnet,
    settle=_accounts,
)  # fmt: skip
