"""Pictures for lectures in the look of the course, each with a text for those who cannot see it.

What is made of cells, images and words is a `cnnlib.look.Drawing`; curves come from
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

from cnnlib.look import Drawing, figure, styled

Grid = NDArray[Any]
#: Nothing in a file says when it was made, so that equal figures are equal text.
PLAIN: dict[str, Any] = {"Date": None, "Creator": None}


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
