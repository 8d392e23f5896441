"""The lecture in one picture."""

from typing import Any

from numpy.typing import NDArray

from cnnlib.lessons.history.draw_cells import crop, field
from cnnlib.lessons.history.draw_plane import plane
from cnnlib.lessons.history.perceptron import Array
from cnnlib.look import MAPS, Box, Drawing

Grid = NDArray[Any]


def title(points: Array, classes: Array, weights: Array, gabor: Grid, features: Grid, photo: Grid) -> Drawing:
    """Draw four tiles: a perceptron's line, a receptive field, learned features, a photo."""
    drawing = Drawing(
        "Four tiles: 1958, a line between two classes; 1962, a striped receptive field; 1980, "
        "features that a network found; 2012, a photo of a flower."
    )
    side = 262
    for number, (year, words) in enumerate(((1958, "a line"), (1962, "a filter"), (1980, "layers"), (2012, "photos"))):
        row, column = divmod(number, 2)
        drawing.text((side + 26) * column, (side + 74) * row + side + 38, [(f"{year} ", "kernel"), words], size=26,
                     anchor="start", bold=True)  # fmt: skip
    plane(drawing, points, classes, lines=[weights], low=-1, high=1, box=Box(0, 0, side, side), radius=7)
    field(drawing, crop(gabor), side + 26, 0, side)
    for number, feature in enumerate(features[:9]):
        row, column = divmod(number, 3)
        drawing.image(feature, 90 * column, side + 74 + 90 * row, width=82, cmap=MAPS["kernel"], low=0)
    drawing.image(photo, side + 26, side + 74, width=side, smooth=True)
    return drawing
