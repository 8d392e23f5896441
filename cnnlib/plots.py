"""Pictures for lectures: readable without colour, each with a text for those who cannot see it."""

import hashlib
import html
import io
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cnnlib.arithmetic import conv_output_size, span
from cnnlib.look import styled

Grid = NDArray[Any]
#: Nothing in a file says when it was made, so that equal figures are equal text.
PLAIN: dict[str, Any] = {"Date": None, "Creator": None}
#: Lines are told apart by these, not by colours.
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
    alt: str, mark: tuple[slice, slice] | None = None, cell: float = 0.5, **arrays: Grid
) -> Picture:
    """Draw small matrices side by side, every number written out.

    Parameters
    ----------
    alt
        What the picture shows.
    mark
        Rows and columns to frame in the first matrix.
    cell
        Inches an element.
    arrays
        Matrices by title; an underscore in a title becomes a space. NaN is left blank.
    """
    widths = [array.shape[1] for array in arrays.values()]
    height = max(array.shape[0] for array in arrays.values())
    figure = Figure(figsize=(cell * (sum(widths) + len(widths)), cell * (height + 1)))
    axes = figure.subplots(1, len(arrays), width_ratios=widths, squeeze=False)[0]
    for ax, (title, array) in zip(axes, arrays.items(), strict=True):
        _write_numbers(ax, array)
        ax.set_title(title.replace("_", " "), fontsize=11)
    if mark is not None:
        rows, columns = mark
        corner = columns.start - 0.5, rows.start - 0.5
        size = columns.stop - columns.start, rows.stop - rows.start
        axes[0].add_patch(Rectangle(corner, *size, fill=False, linewidth=3.5, clip_on=False))
    return Picture(figure, alt)


def _write_numbers(ax: Axes, array: Grid) -> None:
    rows, columns = array.shape
    ax.set(
        xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5), aspect="equal", xticks=[], yticks=[]
    )
    for i, j in np.ndindex(rows, columns):
        ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fill=False, linewidth=0.8))
        if not np.isnan(array[i, j]):
            ax.text(j, i, f"{array[i, j]:g}", ha="center", va="center", fontsize=12)


def images(
    alt: str, pictures: Mapping[str, Grid], columns: int = 5, inches: float = 1.9
) -> Picture:
    """Draw grey images in rows, each with its title and its own range from black to white."""
    rows = -(-len(pictures) // columns)
    figure = Figure(figsize=(inches * columns, inches * 1.2 * rows))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes:
        ax.axis("off")
    for ax, (title, picture) in zip(axes, pictures.items(), strict=False):
        ax.imshow(picture, cmap="gray", interpolation="nearest")
        ax.set_title(title, fontsize=10)
    return Picture(figure, alt)


def curve(alt: str, values: Grid, xlabel: str, ylabel: str) -> Picture:
    """Draw a line on a logarithmic scale."""
    figure = Figure(figsize=(5.5, 2.6))
    ax = figure.subplots()
    ax.semilogy(values, color="black", linewidth=2)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    return Picture(figure, alt)


def windows(
    alt: str, n: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Picture:
    """Draw a row of pixels and below it every window that fits; pixels that none reads are hatched.

    Parameters
    ----------
    alt
        What the picture shows.
    n, kernel_size, stride, padding, dilation
        As in `cnnlib.arithmetic.conv_output_size`.
    """
    total = n + 2 * padding
    reach = span(kernel_size, dilation)
    count = conv_output_size(n, kernel_size, stride, padding, dilation)
    starts = range(0, count * stride, stride)
    figure = Figure(figsize=(0.75 * total + 0.4, 0.5 * (len(starts) + 1.6)))
    ax = figure.subplots()
    ax.set(xlim=(-0.1, total + 0.1), ylim=(len(starts) + 0.2, -1.2), aspect="auto")
    ax.axis("off")
    end = starts[-1] + reach
    for i in range(total):
        inside = padding <= i < padding + n
        unread = i >= end
        ax.add_patch(
            Rectangle((i, -1), 1, 0.8, facecolor="0.9" if inside else "white", edgecolor="black",
                      linestyle="-" if inside else ":", hatch="xxx" if unread else None)
        )  # fmt: skip
        text = str(i - padding) if inside else "0"
        ax.text(i + 0.5, -0.6, text, ha="center", va="center", fontsize=13,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    for row, start in enumerate(starts):
        ax.plot([start + 0.5, start + reach - 0.5], [row + 0.4] * 2, color="black", linewidth=1)
        for tap in range(start, start + reach, dilation):
            ax.add_patch(Rectangle((tap + 0.08, row + 0.1), 0.84, 0.6, facecolor="0.25"))
    return Picture(figure, alt)


def squares(alt: str, sizes: Mapping[str, int]) -> Picture:
    """Draw squares to scale, side by side, each with its side and its title below."""
    scale = 1.7 / max(sizes.values())
    figure = Figure(figsize=(1.35 * len(sizes), 2.4))
    ax = figure.subplots()
    ax.set(xlim=(0, 2 * len(sizes)), ylim=(-0.9, 1.8), aspect="equal")
    ax.axis("off")
    for column, (title, size) in enumerate(sizes.items()):
        side = scale * size
        corner = 2 * column + 1 - side / 2, 0
        ax.add_patch(Rectangle(corner, side, side, facecolor="0.85", edgecolor="black"))
        ax.text(2 * column + 1, -0.2, f"{size}×{size}", ha="center", va="top", fontsize=11)
        ax.text(2 * column + 1, -0.55, title, ha="center", va="top", fontsize=9)
    return Picture(figure, alt)


def bars(alt: str, values: Mapping[str, float], xlabel: str = "", unit: str = "") -> Picture:
    """Draw a horizontal bar for each value, the number written at its end."""
    figure = Figure(figsize=(7, 0.42 * len(values) + 0.7))
    ax = figure.subplots()
    places = range(len(values))
    ax.barh(places, list(values.values()), color="0.75", edgecolor="black")
    ax.set_yticks(places, list(values))
    ax.invert_yaxis()
    ax.set_xlabel(xlabel)
    ax.spines[["top", "right"]].set_visible(False)
    ax.margins(x=0.15)
    for place, value in zip(places, values.values(), strict=True):
        ax.text(
            value,
            place,
            f" {value:,}{unit}" if isinstance(value, int) else f" {value:,.4g}{unit}",
            va="center",
            fontsize=10,
        )
    return Picture(figure, alt)


def lines(
    alt: str, curves: Mapping[str, Grid], xlabel: str, ylabel: str, start: int = 1
) -> Picture:
    """Draw lines that are told apart by their dashes, each named at its end."""
    figure = Figure(figsize=(7.5, 3.4))
    ax = figure.subplots()
    for (title, values), dashes in zip(curves.items(), DASHES, strict=False):
        places = np.arange(start, start + len(values))
        ax.plot(places, values, dashes, color="black", linewidth=2)
        ax.annotate(f" {title}", (places[-1], values[-1]), va="center", fontsize=11)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(alpha=0.3)
    ax.margins(x=0.02)
    ax.spines[["top", "right"]].set_visible(False)
    return Picture(figure, alt)
