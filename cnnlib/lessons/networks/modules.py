"""A part of a network as boxes and lines, drawn from its description."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from cnnlib.look import Box, Drawing
from cnnlib.spec import (
    Add,
    BatchNorm,
    Concat,
    Conv,
    Dropout,
    Identity,
    Layer,
    Linear,
    Sequential,
    Shape,
)

_GAP, _HIGH, _WIDE, _APART = 34.0, 84.0, 142.0, 26.0


class _Piece(ABC):
    """Something on a line: how wide it is, and how far it reaches above and below the line."""

    width = above = below = 0.0

    @abstractmethod
    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        """Draw it with its left end here, on a line at this height."""


@dataclass
class _Block(_Piece):
    """A layer, with the elementwise ones that follow it."""

    name: str
    below_name: str
    kind: str

    def __post_init__(self) -> None:
        self.width, self.above, self.below = _WIDE, _HIGH / 2, _HIGH / 2

    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        box = Box(x, y - _HIGH / 2, _WIDE, _HIGH)
        drawing.frame(box, "paper", width=0, fill=1)
        drawing.frame(box, self.kind, width=2.5, fill=0.2)
        lines = self.name.split("\n")
        for number, line in enumerate(lines):
            at = y + 7 + 25 * (number - len(lines) / 2) + (0 if self.below_name else 14)
            drawing.text(x + _WIDE / 2, at, line, size=21, bold=True)
        if self.below_name:
            drawing.text(x + _WIDE / 2, y + 33, self.below_name, size=18)


class _Line(_Piece):
    """Pieces one after the other."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self.pieces = pieces
        self.width = sum(p.width for p in pieces) + _GAP * max(0, len(pieces) - 1)
        self.above = max((p.above for p in pieces), default=26.0)
        self.below = max((p.below for p in pieces), default=14.0)

    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        for number, piece in enumerate(self.pieces):
            if number:
                drawing.line((x - _GAP, y), (x - 3, y), "ink", width=2.5, arrow=True)
            piece.draw(drawing, x, y)
            x += piece.width + _GAP


class _Fork(_Piece):
    """Branches below each other, and the sign that joins them."""

    def __init__(self, branches: list[_Line], sign: str) -> None:
        self.branches, self.sign = branches, sign
        self.inner = max(branch.width for branch in branches)
        self.width = self.inner + 2 * _GAP + 74
        total = sum(b.above + b.below for b in branches) + _APART * (len(branches) - 1)
        self.above = self.below = total / 2

    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        top, join = y - self.above, x + _GAP + self.inner + _GAP + 22
        for branch in self.branches:
            at = top + branch.above
            start = x + _GAP + (self.inner - branch.width) / 2
            bypass = not branch.pieces
            end = join if bypass else start + branch.width
            kind, wide = ("output", 4) if bypass else ("ink", 2.5)
            drawing.path([(x, y), (x, at), (end if bypass else start, at)], kind, width=wide)
            branch.draw(drawing, start, at)
            drawing.path([(end, at), (join, at), (join, y)], kind, width=wide)
            if bypass:
                middle = x + _GAP + self.inner / 2
                drawing.text(middle, at - 10, "x, unchanged", size=22, kind="output", bold=True)
            top += branch.above + branch.below + _APART
        half = 22 if len(self.sign) == 1 else 44
        box = Box(join - half, y - 22, 2 * half, 44)
        drawing.frame(box, "paper", width=0, fill=1)
        drawing.frame(box, "ink", width=2.5, fill=0.05)
        drawing.text(join, y + (11 if half == 22 else 7), self.sign,
                     size=32 if half == 22 else 20, bold=True)  # fmt: skip
        drawing.line((join + half, y), (x + self.width, y), "ink", width=2.5)


def draw_module(net: Layer, input_shape: Shape, alt: str) -> Drawing:
    """Draw a part of a network: each layer a box, branches below each other.

    Parameters
    ----------
    net
        What is drawn; batch normalisation is not shown.
    input_shape
        (channels, height, width): filters are written with the channels that they give.
    alt
        What the drawing shows.
    """
    drawing = Drawing(alt)
    _draw(drawing, net, input_shape, 0)
    return drawing


def draw_column(net: Sequential, input_shape: Shape, alt: str) -> Drawing:
    """Draw a chain from top to bottom, in two columns, with the shape behind each layer."""
    drawing = Drawing(alt)
    rows = net.summary(input_shape).rows
    half = -(-len(rows) // 2)
    for number, row in enumerate(rows):
        column, place = divmod(number, half)
        box = Box(330.0 * column, 86.0 * place, 170, 62)
        learns = isinstance(row.layer, Conv | Linear)
        kind = "kernel" if learns else "muted" if row.input_shape != row.output_shape else "line"
        drawing.frame(box, kind, width=2.5, fill=0.22)
        drawing.text(box.middle[0], box.y + 38, row.layer.label.split(", ")[0], size=21,
                     bold=learns)  # fmt: skip
        shape = "×".join(map(str, row.output_shape))
        drawing.text(box.right + 14, box.y + 38, shape, size=20, kind="output", anchor="start")
        if place < half - 1 and number < len(rows) - 1:
            drawing.line((box.middle[0], box.bottom), (box.middle[0], box.bottom + 22), "ink",
                         arrow=True)  # fmt: skip
    return drawing


def draw_modules(parts: Sequence[tuple[str, Layer, Shape]], alt: str) -> Drawing:
    """Draw parts of networks below each other, each with its title and its shapes."""
    drawing = Drawing(alt)
    y = 0.0
    for title, net, shape in parts:
        line = _line(net, shape)
        drawing.text(-160, y, title, size=28, anchor="start", bold=True)
        y += 30 + line.above
        _draw(drawing, net, shape, y)
        y += line.below + 72
    return drawing


def _draw(drawing: Drawing, net: Layer, input_shape: Shape, y: float) -> None:
    line = _line(net, input_shape)
    drawing.line((-60, y), (-3, y), "ink", width=2.5, arrow=True)
    line.draw(drawing, 0, y)
    drawing.line((line.width, y), (line.width + 56, y), "ink", width=2.5, arrow=True)
    after = net.output_shape(input_shape)
    for x, shape, kind, anchor in ((-66.0, input_shape, "input", "end"),
                                   (line.width + 62, after, "output", "start")):  # fmt: skip
        for number, word in enumerate((f"{shape[0]}", f"{shape[1]}×{shape[2]}")):
            drawing.text(x, y - 4 + 28 * number, word, size=22, kind=kind, bold=True, anchor=anchor)


def _line(net: Layer, shape: Shape) -> _Line:
    pieces: list[_Piece] = []
    for layer in net.layers if isinstance(net, Sequential) else (net,):
        after = layer.output_shape(shape)
        if isinstance(layer, Sequential):
            pieces += _line(layer, shape).pieces
        elif isinstance(layer, Add | Concat):
            sign = "+" if isinstance(layer, Add) else "concat"
            pieces.append(_Fork([_line(child, shape) for _, child in layer.children()], sign))
        elif isinstance(layer, Conv | Linear):
            pieces.append(_Block(_words(layer, shape), f"→ {after[0]}", "kernel"))
        elif isinstance(layer, BatchNorm | Identity | Dropout):
            pass
        elif after == shape and " " not in layer.label:
            if pieces and isinstance(pieces[-1], _Block):
                pieces[-1].below_name += f", {layer.label}"
            else:
                pieces.append(_Block(layer.label, "", "line"))
        else:
            pieces.append(_Block("\n".join(layer.label.split(", ")[0].rsplit(" ", 1)), "", "muted"))
        shape = after
    return _Line(pieces)


def _words(layer: Conv | Linear, shape: Shape) -> str:
    if isinstance(layer, Linear):
        return "FC"
    size = layer.label.split(",")[0].removeprefix("conv ")
    if layer.groups == shape[0] > 1:
        return f"{size}\neach alone"
    return f"{size}\nconv"
