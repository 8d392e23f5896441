"""Pictures for lectures: readable without colour, each with a text for those who cannot see it."""

import base64
import html
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

Grid = NDArray[Any]


class Picture:
    """A drawn figure with its alternative text; a notebook shows it as an image."""

    def __init__(self, figure: Figure, alt: str) -> None:
        self.alt = alt
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", facecolor="white")
        self.png = buffer.getvalue()

    def __repr__(self) -> str:
        return f"[Picture: {self.alt}]"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode()
        return f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{data}">'


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
