"""Pictures for lectures in the look of the course, each with a text for those who cannot see it.

What is made of cells, images and words is a `cnnlib.look.Drawing`; curves and bars come from
Matplotlib.
"""

import hashlib
import html
import io
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cnnlib.arithmetic import conv_output_size, span
from cnnlib.look import COLOURS, Box, Drawing, figure, styled

Grid = NDArray[Any]
#: Nothing in a file says when it was made, so that equal figures are equal text.
PLAIN: dict[str, Any] = {"Date": None, "Creator": None}
#: Lines are told apart by these, not by colours alone.
DASHES = ("-", "--", ":", "-.")


class Picture:
    """A drawn figure with its alternative text; a notebook shows it as a drawing that scales.

    Attributes
    ----------
    alt
        What the figure shows.
    svg
        The figure as an SVG element whose words are text.
    """

    @styled
    def __init__(self, figure: Figure, alt: str) -> None:
        self.alt = alt
        buffer = io.StringIO()
        figure.savefig(
            buffer, format="svg", dpi=200, bbox_inches="tight", facecolor="white", metadata=PLAIN
        )
        self.svg = _element(buffer.getvalue(), alt)

    def __repr__(self) -> str:
        return f"[Picture: {self.alt}]"

    def _repr_html_(self) -> str:
        return self.svg


def _element(document: str, alt: str) -> str:
    """Return Matplotlib's SVG document as an element of a page that says what it shows."""
    body = document[document.index("<svg") :].strip()
    # Several figures stand in one page: their names must not meet.
    own = hashlib.sha256(body.encode()).hexdigest()[:8]
    body = re.sub(r'\bid="([^"]+)"', rf'id="{own}-\1"', body)
    body = re.sub(r'(url\(|href=")#', rf"\1#{own}-", body)
    words = f'class="cnn-figure" role="img" aria-label="{html.escape(alt)}" '
    body = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', body, count=2)
    return body.replace("<svg ", f"<svg {words}", 1)


def grids(
    alt: str,
    mark: tuple[slice, slice] | None = None,
    side: float = 56,
    kinds: Mapping[str, str] | None = None,
    **arrays: Grid,
) -> Drawing:
    """Draw small matrices side by side, every number written out.

    Parameters
    ----------
    alt
        What the picture shows.
    mark
        Rows and columns to frame in the first matrix.
    side
        A cell's side.
    kinds
        The meaning of each matrix by its name; by default a name that begins with "image",
        "kernel" or "output" says it.
    arrays
        Matrices by title; an underscore in a title becomes a space. NaN is left blank.
    """
    drawing = Drawing(alt)
    left = 0.0
    tallest = max(array.shape[0] for array in arrays.values())
    for number, (name, array) in enumerate(arrays.items()):
        kind = (kinds or {}).get(name) or _kind(name)
        title = name.replace("_", " ")
        top = side * (tallest - array.shape[0]) / 2
        box = drawing.grid(array, left, top, side=side, kind=kind, title=title)
        if mark is not None and number == 0:
            rows, columns = mark
            size = rows.stop - rows.start, columns.stop - columns.start
            drawing.frame(box.cell(rows.start, columns.start, *size), kind)
        left = max(box.right, left + 11 * len(title)) + side
    return drawing


def _kind(name: str) -> str:
    """Return the meaning that a matrix's name says."""
    words = {"image": "input", "x": "input", "kernel": "kernel", "k": "kernel", "output": "output"}
    return words.get(name.partition("_")[0], "ink")


def images(alt: str, pictures: Mapping[str, Grid], columns: int = 5, width: float = 210) -> Drawing:
    """Draw images in rows, each with its title and its own range from black to white."""
    drawing = Drawing(alt)
    top = row_bottom = 0.0
    for number, (title, picture) in enumerate(pictures.items()):
        column = number % columns
        if column == 0 and number:
            top = row_bottom + 44
        box = drawing.image(np.asarray(picture), column * (width + 18), top, width=width,
                            smooth=min(picture.shape[:2]) > 60)  # fmt: skip
        drawing.text(box.x, box.y - 9, title, size=19, anchor="start", bold=True)
        row_bottom = max(row_bottom, box.bottom)
    return drawing


@styled
def curve(alt: str, values: Grid, xlabel: str, ylabel: str) -> Picture:
    """Draw a line on a logarithmic scale."""
    made, ax = figure(8, 4)
    ax.semilogy(values)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(visible=True)
    return Picture(made, alt)


def windows(
    alt: str, n: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Drawing:
    """Draw a row of pixels and below it every window that fits; pixels that none reads are crossed.

    Parameters
    ----------
    alt
        What the picture shows.
    n, kernel_size, stride, padding, dilation
        As in `cnnlib.arithmetic.conv_output_size`.
    """
    side = 64.0
    reach = span(kernel_size, dilation)
    count = conv_output_size(n, kernel_size, stride, padding, dilation)
    starts = range(0, count * stride, stride)
    row = np.array([[*[0] * padding, *range(n), *[0] * padding]])
    padded = np.ones(row.shape, bool)
    padded[:, padding : padding + n] = False
    drawing = Drawing(alt)
    box = drawing.grid(row, side=side, kind="input", hatched=padded, size=24)
    for place in range(starts[-1] + reach, row.shape[1]):
        drawing.frame(box.cell(0, place), "wrong", fill=0)
        drawing.line((place * side, 0), ((place + 1) * side, side), "wrong")
        drawing.line((place * side, side), ((place + 1) * side, 0), "wrong")
    for number, start in enumerate(starts):
        top = side + 18 + 52 * number
        drawing.line(((start + 0.5) * side, top + 20), ((start + reach - 0.5) * side, top + 20))
        for tap in range(start, start + reach, dilation):
            drawing.frame(Box(tap * side + 4, top, side - 8, 40), "kernel", fill=0.5, width=2)
        end = row.shape[1] * side + 24
        drawing.text(end, top + 28, f"output {number}", kind="output", anchor="start")
    return drawing


def squares(alt: str, sizes: Mapping[str, int]) -> Drawing:
    """Draw squares to scale, side by side, each with its side and its title below."""
    drawing = Drawing(alt)
    scale = 200 / max(sizes.values())
    for column, (title, size) in enumerate(sizes.items()):
        side, middle = scale * size, 230.0 * column
        drawing.frame(Box(middle - side / 2, 200 - side, side, side), "input")
        drawing.text(middle, 236, f"{size} × {size}", size=26, bold=True)
        drawing.text(middle, 266, title, size=20, kind="muted")
    return drawing


@styled
def bars(alt: str, values: Mapping[str, float], xlabel: str = "", unit: str = "") -> Picture:
    """Draw a horizontal bar for each value, the number written at its end."""
    made, ax = figure(8, min(4.2, 0.62 * len(values) + 0.8))
    places = range(len(values))
    ax.barh(places, list(values.values()), color=COLOURS["input"].light)
    ax.set_yticks(places, list(values))
    ax.tick_params(axis="y", length=0)
    ax.invert_yaxis()
    ax.set_xlabel(xlabel)
    ax.margins(x=0.15)
    for place, value in zip(places, values.values(), strict=True):
        words = f" {value:,}{unit}" if isinstance(value, int) else f" {value:,.4g}{unit}"
        ax.text(value, place, words, va="center", fontweight="bold")
    return Picture(made, alt)


@styled
def lines(
    alt: str, curves: Mapping[str, Grid], xlabel: str, ylabel: str, start: int = 1
) -> Picture:
    """Draw lines that are told apart by colour and dashes, each named at its end."""
    made, ax = figure(8, 4)
    for (title, values), dashes in zip(curves.items(), DASHES, strict=False):
        places = np.arange(start, start + len(values))
        (drawn,) = ax.plot(places, values, dashes)
        ax.annotate(f" {title}", (places[-1], values[-1]), va="center", color=drawn.get_color(),
                    fontweight="bold")  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(visible=True)
    ax.margins(x=0.02)
    return Picture(made, alt)
