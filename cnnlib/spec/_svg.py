"""Draw a network: volumes to scale, branches side by side, rows as wide as a slide."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from cnnlib.spec._diagram import Chain, Fork, Node, Volume, diagram, words
from cnnlib.spec._layer import Layer, Shape, by_shape

#: Pixels. A row is at most as wide as a slide of 1280, less its margins.
_ROW, _MARGIN, _GAP = 1216, 32, 22
_LINE, _CHARACTER, _FONT = 13, 6.1, 11
#: The largest map is so high; its width goes back into the page, shortened and slanted.
_TALLEST, _SLANT = 88, 0.32
#: The deepest map is so long, in the direction of the arrows; nothing is thinner than the last.
_LONGEST, _THINNEST = 44, 2.5
#: Light and dark enough to be told apart in print. No patterns or markers: those are found by an id
#: in the whole page, and get lost where the first diagram of several stands on a hidden slide.
_FILLS = {"input": "#ffffff", "learnt": "#cfe0f2", "fixed": "#8a8a8a"}


def draw(net: Layer, input_shape: Shape | None, title: str) -> str:
    """Draw a network; see `Layer.to_svg`."""
    chain = diagram(net, input_shape)
    scale = _Scale.of(chain)
    title = title or net.name or "Network"
    rows = [_Row(row, scale) for row in _wrapped(chain, scale)]
    width = max(row.width for row in rows) + 2 * _MARGIN
    width = max(width, 2 * _MARGIN + _text_width(scale.legend()))
    parts: list[str] = []
    lines: list[float] = []
    y = 52.0
    for row in rows:
        y += row.above
        lines.append(y)
        parts += row.draw(_MARGIN, y)
        y += row.below + 2 * _GAP
    for (upper, upper_y), (lower, lower_y) in pairwise(zip(rows, lines, strict=True)):
        parts.append(_turn(upper, upper_y, lower, lower_y, width))
    for line in scale.legend():
        parts.append(_text(_MARGIN, y, line, anchor="start"))
        y += _LINE
    return _document(width, y, title, words(chain), parts)


def _document(width: float, height: float, title: str, description: str, parts: list[str]) -> str:
    heading = _text(_MARGIN, 28, title, size=17, anchor="start", weight="bold")
    lines = "\n".join([heading, *parts])
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" \
viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" \
font-family="Helvetica, Arial, sans-serif">
<title>{escape(title)}</title>
<desc>{escape(description)}</desc>
<rect width="100%" height="100%" fill="#fff"/>
{lines}
</svg>
"""


@dataclass(frozen=True)
class _Scale:
    """The largest height or width, the most channels, the longest vector: 0 where there is none."""

    side: int
    channels: int
    features: int

    @classmethod
    def of(cls, chain: Chain) -> _Scale:
        shapes = [shape for shape in _shapes(chain) if len(shape) == 3]
        vectors = [shape[0] for shape in _shapes(chain) if len(shape) == 1]
        side = max((max(shape[1:]) for shape in shapes), default=0)
        channels = max((shape[0] for shape in shapes), default=0)
        return cls(side, channels, max(vectors, default=0))

    def size(self, shape: Shape) -> tuple[float, float, float]:
        """Give length, height and slant of a volume; a vector is a bar without depth."""
        if len(shape) == 1:
            return 7.0, max(_THINNEST, _TALLEST * shape[0] / self.features), 0.0
        per_side = _TALLEST / self.side
        length = max(_THINNEST, _LONGEST * shape[0] / self.channels)
        return (
            length,
            max(_THINNEST, shape[1] * per_side),
            max(_THINNEST, shape[2] * per_side) * _SLANT,
        )

    def legend(self) -> list[str]:
        """Say how to read the drawing."""
        scales = []
        if self.side:
            scales.append(f"the largest side of a map is {self.side} (depth is slanted)")
            scales.append(f"the longest has {self.channels:,} channels")
        if self.features:
            scales.append(f"the highest bar has {self.features:,} features")
        return [
            f"To scale: {'; '.join(scales)}.",
            "Light: learnt. Dark: nothing learnt. +: sum. C: concatenation.",
        ]


def _shapes(chain: Chain) -> Iterator[Shape]:
    for node in chain:
        yield node.shape
        if isinstance(node, Fork):
            for branch in node.branches:
                yield from _shapes(branch)


class _Box(ABC):
    """Something on a line: how much room it takes, and where the line enters and leaves it.

    `half` is that of the height of a volume.
    """

    width = above = below = entry = exit = half = 0.0

    def label_below(self, half: float) -> None:  # noqa: B027  (most have no label)
        """Put the label lower, so that those of one row stand on one line."""

    @abstractmethod
    def draw(self, x: float, y: float) -> list[str]:
        """Draw it with its left edge at `x`, for a line at the height `y`."""


class _VolumeBox(_Box):
    def __init__(self, node: Volume, scale: _Scale) -> None:
        self.node = node
        self.length, self.height, self.slant = scale.size(node.shape)
        if node.kind == "none":
            self.length = self.height = self.slant = 0.0
        label = node.label.split(", ") if node.label else []
        self.lines = [*label, *([by_shape(node.shape)] if label else []), *_broken(node.notes)]
        drawn = self.length + self.slant
        self.width = max(_text_width(self.lines), drawn)
        self.entry = (self.width - drawn) / 2
        self.exit = self.entry + drawn
        self.above = (self.height + self.slant) / 2
        self.label_below(self.above)

    def label_below(self, half: float) -> None:
        self.half = half
        self.below = half + 4 + _LINE * len(self.lines)

    def draw(self, x: float, y: float) -> list[str]:
        shape = by_shape(self.node.shape)
        parts = self._solid(x + self.entry, y) if self.node.kind != "none" else []
        for i, line in enumerate(self.lines, 1):
            weight = "bold" if line == shape and self.node.label else "normal"
            at = y + self.half + 4 + _LINE * i - 3
            parts.append(_text(x + self.width / 2, at, line, weight=weight))
        return parts

    def _solid(self, x: float, y: float) -> list[str]:
        """Draw a box in oblique projection: the front is as long as there are channels."""
        length, height, slant = self.length, self.height, self.slant
        top = y + (slant - height) / 2
        fill = _FILLS[self.node.kind]
        faces = [f'<path d="M{x:.1f} {top:.1f}h{length:.1f}v{height:.1f}h{-length:.1f}z"/>']
        if slant:
            faces += [
                f'<path d="M{x:.1f} {top:.1f}l{slant:.1f} {-slant:.1f}h{length:.1f}'
                f'l{-slant:.1f} {slant:.1f}z"/>',
                f'<path d="M{x + length:.1f} {top:.1f}l{slant:.1f} {-slant:.1f}v{height:.1f}'
                f'l{-slant:.1f} {slant:.1f}z"/>',
            ]
        style = f'fill="{fill}" stroke="#222" stroke-width="0.8" stroke-linejoin="round"'
        return [f"<g {style}>{''.join(faces)}</g>"]


class _ForkBox(_Box):
    """Branches below each other, between the point where they part and the sign that joins them."""

    _lead, _radius, _apart = 16.0, 8.0, 14.0

    def __init__(self, node: Fork, scale: _Scale) -> None:
        self.node = node
        self.rows = [_Row(branch, scale) for branch in node.branches]
        self.inner = max(row.width for row in self.rows)
        self.notes = _broken(node.notes)
        self.frame = 10.0 if node.times > 1 else 0.0
        beside = max(_text_width([by_shape(node.shape), *self.notes]), 2 * self._radius)
        self.join = self.frame + self._lead + self.inner + self._lead + self._radius
        self.width = self.exit = self.join + self._radius + 4 + beside + self.frame
        self.offsets = [0.0]
        for upper, lower in pairwise(self.rows):
            self.offsets.append(self.offsets[-1] + upper.below + self._apart + lower.above)
        if node.sign == "C":  # a sum has its body on the line, and the shortcut below
            middle = self.offsets[-1] / 2
            self.offsets = [offset - middle for offset in self.offsets]
        heading = 16.0 if node.times > 1 else 0.0
        self.above = self.rows[0].above - self.offsets[0] + self.frame + heading
        lowest = self.offsets[-1] + self.rows[-1].below
        self.below = max(lowest, _LINE * (len(self.notes) + 1)) + self.frame

    def draw(self, x: float, y: float) -> list[str]:
        parts = self._frame(x, y) if self.frame else []
        join, fork = x + self.join, x + self.frame
        if self.frame:
            parts.append(_line(x, y, fork, y))
        for row, offset in zip(self.rows, self.offsets, strict=True):
            start = fork + self._lead + (self.inner - row.width) / 2
            at = y + offset
            parts += row.draw(start, at)
            parts.append(_line(fork, y, fork, at))
            leave = fork
            if row.boxes:
                parts.append(_arrow(fork, at, start + row.entry))
                leave = start + row.exit
            if abs(offset) < self._radius:
                parts.append(_arrow(leave, at, join - self._radius))
            else:
                side = self._radius if offset > 0 else -self._radius
                parts.append(_line(leave, at, join, at))
                parts.append(_vertical_arrow(join, at, y + side))
        parts.append(
            f'<circle cx="{join:.1f}" cy="{y:.1f}" r="{self._radius}" fill="#fff" stroke="#222"/>'
        )
        parts.append(_text(join, y + 4, self.node.sign, weight="bold"))
        beside = join + self._radius + 4
        parts.append(_line(join + self._radius, y, x + self.width, y))
        parts.append(_text(beside, y - 5, by_shape(self.node.shape), anchor="start", weight="bold"))
        for i, note in enumerate(self.notes, 1):
            parts.append(_text(beside, y + _LINE * i, note, anchor="start"))
        return parts

    def _frame(self, x: float, y: float) -> list[str]:
        top, height = y - self.above, self.above + self.below
        return [
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{self.width:.1f}" height="{height:.1f}" '
            'rx="6" fill="none" stroke="#555" stroke-dasharray="4 3"/>',
            _text(x + 8, top + 15, f"{self.node.times} ×", size=13, anchor="start", weight="bold"),
        ]


def _box(node: Node, scale: _Scale) -> _Box:
    return _VolumeBox(node, scale) if isinstance(node, Volume) else _ForkBox(node, scale)


class _Row:
    """Boxes from left to right along a line, with the room that they take."""

    def __init__(self, chain: Chain, scale: _Scale) -> None:
        self.boxes = [_box(node, scale) for node in chain]
        self.width = sum(box.width for box in self.boxes) + _GAP * max(0, len(chain) - 1)
        # The labels of a row stand on one line, below its highest volume.
        half = max((box.half for box in self.boxes), default=0.0)
        for box in self.boxes:
            box.label_below(half)
        self.above = max((box.above for box in self.boxes), default=6.0)
        self.below = max((box.below for box in self.boxes), default=6.0)
        self.entry = self.boxes[0].entry if self.boxes else 0.0
        self.exit = self.width - self.boxes[-1].width + self.boxes[-1].exit if self.boxes else 0.0

    def draw(self, x: float, y: float) -> list[str]:
        """Draw the boxes, and the arrows between them."""
        parts: list[str] = []
        left: float | None = None
        for box in self.boxes:
            if left is not None:
                parts.append(_arrow(left, y, x + box.entry))
            parts += box.draw(x, y)
            left = x + box.exit
            x += box.width + _GAP
        return parts


def _wrapped(chain: Chain, scale: _Scale) -> list[Chain]:
    """Break a chain into rows no wider than a slide."""
    rows: list[list[Node]] = [[]]
    room = float(_ROW)
    for node in chain:
        width = _box(node, scale).width + _GAP
        if width > room and rows[-1]:
            rows.append([])
            room = float(_ROW)
        rows[-1].append(node)
        room -= width
    return [tuple(row) for row in rows]


def _turn(upper: _Row, y: float, lower: _Row, lower_y: float, width: float) -> str:
    """Draw the line from the end of a row to the start of the next."""
    right, left = width - _MARGIN / 2, _MARGIN / 2
    middle = lower_y - lower.above - _GAP
    path = f"M{_MARGIN + upper.exit:.1f} {y:.1f}H{right:.1f}V{middle:.1f}H{left:.1f}V{lower_y:.1f}"
    turn = f'<path d="{path}" fill="none" stroke="#222"/>'
    return turn + _arrow(left, lower_y, _MARGIN + lower.entry)


def _broken(notes: tuple[str, ...]) -> list[str]:
    """Put two notes on a line."""
    pairs = [notes[i : i + 2] for i in range(0, len(notes), 2)]
    return [", ".join(pair) for pair in pairs]


def _text_width(lines: list[str]) -> float:
    return _CHARACTER * max(map(len, lines), default=0)


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = _FONT,
    anchor: str = "middle",
    weight: str = "normal",
) -> str:
    bold = ' font-weight="bold"' if weight == "bold" else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{bold}>'
        f"{escape(text)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#222"/>'


def _arrow(x1: float, y: float, x2: float) -> str:
    return _line(x1, y, x2, y) + _tip(x2, y, "l-7 -3.5v7z")


def _vertical_arrow(x: float, y1: float, y2: float) -> str:
    return _line(x, y1, x, y2) + _tip(x, y2, "l-3.5 -7h7z" if y1 < y2 else "l-3.5 7h7z")


def _tip(x: float, y: float, shape: str) -> str:
    return f'<path d="M{x:.1f} {y:.1f}{shape}" fill="#222"/>'
