"""Still pictures of the explorers, as SVG, for places where no JavaScript runs."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from cnnlib.arithmetic import conv_output_size, conv_transpose_output_size

SIDE = 18


def convolution(
    size: int, kernel: int, *, stride: int, padding: int, dilation: int, transposed: bool
) -> str:
    """Draw the input with its padding, the first window hatched, and the output."""
    measure = conv_transpose_output_size if transposed else conv_output_size
    try:
        out = int(measure(size, kernel, stride=stride, padding=padding, dilation=dilation))
    except ValueError:
        out = 0
    if transposed:
        border, inner = dilation * (kernel - 1) - padding, (size - 1) * stride + 1
        pixels = set(range(border, border + inner, stride))
    else:
        border, inner = padding, size
        pixels = set(range(border, border + inner))
    total = max(1, inner + 2 * border)
    read = {dilation * i for i in range(kernel)} if out else set()
    cells = [
        _cell(1 + SIDE * j, 24 + SIDE * i, i in pixels and j in pixels, i in read and j in read)
        for i in range(total)
        for j in range(total)
    ]
    left = SIDE * total + 60
    cells += [
        _cell(left + SIDE * j, 24 + SIDE * i, True, i == j == 0)
        for i in range(out)
        for j in range(out)
    ]
    cells += [_text(1, 16, f"input {size}×{size}"), _text(left, 16, f"output {out}×{out}")]
    name = "transposed convolution" if transposed else "convolution"
    words = (
        f"A {name}: input {size}, kernel {kernel}, stride {stride}, padding {padding}, dilation "
        f"{dilation}, output {out}. The first window is hatched."
    )
    return _svg(left + max(90, SIDE * out) + 4, SIDE * max(total, out) + 30, words, cells)


def _cell(x: float, y: float, pixel: bool, read: bool) -> str:
    dashes = "" if pixel else ' stroke-dasharray="2 2"'
    shade = 0.12 if pixel else 0
    square = (
        f'<rect x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" fill="black" '
        f'fill-opacity="{shade}" stroke="black" stroke-width="0.6"{dashes}/>'
    )
    if not read:
        return square
    half = SIDE / 2
    return square + (
        f'<path d="M{x} {y + half}l{half} {-half}M{x} {y + SIDE}l{SIDE} {-SIDE}'
        f'M{x + half} {y + SIDE}l{half} {-half}" stroke="black"/>'
    )


def receptive_field(size: int, layers: Sequence[Mapping[str, Any]], pad: bool) -> str:
    """Draw a bar for each layer, as long as its field."""
    reach, jump = 1, 1
    bars = [("one unit", 1)]
    for number, layer in enumerate(layers, 1):
        reach += layer["dilation"] * (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        bars.append((f"after layer {number}: {layer['kind']}, kernel {layer['kernel']}", reach))
    unit = 420 / max(size, reach)
    parts = []
    for row, (name, length) in enumerate(reversed(bars)):
        y = 6 + 26 * row
        parts.append(
            f'<rect x="6" y="{y}" width="{unit * length:.1f}" height="18" fill="black" '
            'fill-opacity="0.2" stroke="black"/>'
        )
        parts.append(_text(unit * length + 14, y + 14, f"{name}: {length}"))
    padded = "padded" if pad else "not padded"
    words = f"Receptive field of {len(layers)} layers, {padded}: {reach} pixels of {size}."
    return _svg(740, 26 * len(bars) + 12, words, parts)


def dropout(inputs: float, hidden: float) -> str:
    """Draw a network in which a unit of each layer is crossed out."""
    places = [
        [(40 + 100 * layer, 30 + 44 * i + 22 * (4 - width)) for i in range(width)]
        for layer, width in enumerate((3, 4, 1))
    ]
    gone = {places[0][1], places[1][0], places[1][2]}
    lines = [
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="black" '
        f'stroke-width="{0.2 if {(x1, y1), (x2, y2)} & gone else 1.2}"/>'
        for one, two in pairwise(places)
        for x1, y1 in one
        for x2, y2 in two
    ]
    nodes = [
        f'<circle cx="{x}" cy="{y}" r="13" fill="white" stroke="black"/>'
        + f'<path d="M{x - 8} {y - 8}l16 16m0 -16l-16 16" stroke="black"/>' * ((x, y) in gone)
        for layer in places
        for x, y in layer
    ]
    words = (
        f"A network in which each input is dropped with probability {inputs:g} and each hidden "
        f"unit with probability {hidden:g}; dropped ones are crossed out."
    )
    return _svg(280, 195, words, lines + nodes)


def timeline(events: Sequence[Mapping[str, Any]]) -> str:
    """List the events by year."""
    rows = [
        _text(6, 20 + 20 * row, f"{event['year']}  {event['title']}")
        for row, event in enumerate(events)
    ]
    words = f"Timeline of {len(events)} events."
    return _svg(640, 20 * len(events) + 16, words, rows)


def _text(x: float, y: float, words: str) -> str:
    style = 'font-family="sans-serif" font-size="13"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {style}>{escape(words)}</text>'


def _svg(width: float, height: float, words: str, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-label="{escape(words)}">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )
