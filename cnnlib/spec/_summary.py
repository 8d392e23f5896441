"""Everything a lecture says about a network, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from cnnlib._arguments import whole
from cnnlib.spec._combine import Branches
from cnnlib.spec._fields import ReceptiveField, Undefined, by_axis
from cnnlib.spec._layer import Layer, Shape, by_shape
from cnnlib.spec._trace import Step, known_shape, trace


@dataclass(frozen=True, slots=True)
class Row:
    """What is known about one layer at its place.

    Attributes
    ----------
    path
        Its place in the network: that of the submodule of `to_torch()`.
    layer
        The layer itself.
    input_shape, output_shape
        (channels, height, width) or (features,), without the batch. For a sum or a concatenation,
        the input is that of its branches.
    weights, biases
        Learnt numbers that multiply, and that are added.
    macs
        Operations, in the summary's convention.
    field
        The receptive field, or why there is none.
    """

    path: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    weights: int
    biases: int
    macs: int
    field: ReceptiveField | Undefined

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    def to_dict(self) -> dict[str, Any]:
        """Give the row as plain data."""
        return {
            "path": self.path,
            "layer": repr(self.layer),
            "label": self.layer.label,
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "weights": self.weights,
            "biases": self.biases,
            "parameters": self.parameters,
            "macs": self.macs,
            "receptive_field": _field_to_dict(self.field),
        }


@dataclass(frozen=True)
class Summary:
    """A row a layer, and totals. It prints as a table, and shows as one in a notebook.

    Attributes
    ----------
    rows
        The layers, in the order of computation.
    input_shape
        What goes in, without the batch.
    batch, bias, count
        How `macs` are counted; see `cnnlib.arithmetic.macs`.
    """

    rows: tuple[Row, ...]
    input_shape: Shape
    batch: int = 1
    bias: bool = False
    count: int = 1

    @property
    def output_shape(self) -> Shape:
        """What comes out, without the batch."""
        return self.rows[-1].output_shape if self.rows else self.input_shape

    @property
    def weights(self) -> int:
        """Learnt numbers that multiply."""
        return sum(row.weights for row in self.rows)

    @property
    def biases(self) -> int:
        """Learnt numbers that are added."""
        return sum(row.biases for row in self.rows)

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    @property
    def macs(self) -> int:
        """Operations, in the convention of `batch`, `bias` and `count`."""
        return sum(row.macs for row in self.rows)

    @property
    def convention(self) -> str:
        """What the operations count, in words."""
        unit = "multiply-adds" if self.count == 1 else "multiplications and additions"
        biases = "with" if self.bias else "without"
        images = "one image" if self.batch == 1 else f"{self.batch} images"
        return f"{unit} {biases} biases, for {images}"

    def __getitem__(self, path: str) -> Row:
        """Give the row of the layer at `path`; a `KeyError` names those that there are."""
        for row in self.rows:
            if row.path == path:
                return row
        raise KeyError(f"no layer at {path!r}; there are {', '.join(r.path for r in self.rows)}")

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data, ready for JSON."""
        return {
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "convention": {"batch": self.batch, "bias": self.bias, "count": self.count},
            "rows": [row.to_dict() for row in self.rows],
            "weights": self.weights,
            "biases": self.biases,
            "parameters": self.parameters,
            "macs": self.macs,
        }

    def __str__(self) -> str:
        lines = [self._header(), *map(_cells, self.rows), self._footer()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        texts = [_line(cells, widths) for cells in lines]
        rule = "─" * max(map(len, texts))
        table = [texts[0], rule, *texts[1:-1], rule, texts[-1]]
        return "\n".join([f"input {by_shape(self.input_shape)}", *table, *self._notes()])

    def _repr_html_(self) -> str:
        def line(cells: tuple[str, ...], tag: str) -> str:
            aligned = (("left" if i < _LEFT else "right", escape(c)) for i, c in enumerate(cells))
            return "".join(f'<{tag} style="text-align:{a}">{c}</{tag}>' for a, c in aligned)

        body = "".join(f"<tr>{line(_cells(row), 'td')}</tr>" for row in self.rows)
        notes = "".join(f"<br>{escape(note)}" for note in self._notes())
        return (
            f"<table><caption>input {by_shape(self.input_shape)}{notes}</caption>"
            f"<thead><tr>{line(self._header(), 'th')}</tr></thead><tbody>{body}</tbody>"
            f"<tfoot><tr>{line(self._footer(), 'th')}</tr></tfoot></table>"
        )

    def _header(self) -> tuple[str, ...]:
        cost = "MACs" if self.count == 1 else "FLOPs"
        costs = ("weights", "biases", "parameters", cost)
        return "path", "layer", "output", *costs, "field", "stride", "offset"

    def _footer(self) -> tuple[str, ...]:
        numbers = (self.weights, self.biases, self.parameters, self.macs)
        return "total", "", "", *(f"{number:,}" for number in numbers), "", "", ""

    def _notes(self) -> list[str]:
        """Say what the operations count, and where receptive fields end and why."""
        notes = [f"{self._header()[6]}: {self.convention}"]
        reasons: dict[str, str] = {}
        for row in self.rows:
            if isinstance(row.field, Undefined):
                reasons.setdefault(row.field.reason, row.path)
        notes += [f"no field at {path or 'the input'}: {why}" for why, path in reasons.items()]
        return notes


def summarise(
    net: Layer, input_shape: Shape | None, *, batch: int, bias: bool, count: int
) -> Summary:
    """Follow an input through a network and count."""
    whole(batch, "batch", least=1)
    if count not in (1, 2):
        raise ValueError(f"count must be 1 or 2 operations per multiply-add, got {count}")

    def row(step: Step) -> Row:
        layer, shape, after = step.layer, step.input_shape, step.output_shape
        if isinstance(layer, Branches):  # putting them together; the layers have rows of their own
            return Row(step.path, layer, shape, after, 0, 0, 0, step.field)
        operations = count * layer.multiply_adds(shape, after)
        if bias:
            operations += layer.bias_adds(shape, after)
        learnt = layer.weights(shape), layer.biases(shape)
        return Row(step.path, layer, shape, after, *learnt, batch * operations, step.field)

    rows = tuple(map(row, trace(net, input_shape)))
    return Summary(rows, known_shape(net, input_shape), batch, bias, count)


#: So many columns hold text, and start at the left.
_LEFT = 3


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    aligned = (
        cell.ljust(width) if i < _LEFT else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(aligned).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (row.weights, row.biases, row.parameters, row.macs)
    counts = (f"{number:,}" if number else "·" for number in numbers)
    return row.path, row.layer.label, by_shape(row.output_shape), *counts, *_field_cells(row.field)


@lru_cache
def _field_cells(field: ReceptiveField | Undefined) -> tuple[str, str, str]:
    """Write size, stride and offset; cached, for elementwise layers share the field before them."""
    if isinstance(field, Undefined):
        return "—", "—", "—"
    return by_axis(field.size), by_axis(field.stride), by_axis(field.offset)


def _field_to_dict(field: ReceptiveField | Undefined) -> dict[str, Any]:
    if isinstance(field, Undefined):
        return {"undefined": field.reason}
    return {
        "size": list(field.size),
        "stride": [float(stride) for stride in field.stride],
        "offset": list(field.offset),
    }
