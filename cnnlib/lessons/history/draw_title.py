"""The lecture in one picture."""

from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from cnnlib.lessons.history.draw_cells import crop, field
from cnnlib.lessons.history.draw_plane import plane
from cnnlib.lessons.history.perceptron import Array
from cnnlib.look import MAPS, Box, Drawing
from cnnlib.look.draw import MARGIN

Grid = NDArray[Any]


ROAD = (
    (1943, "a unit", "ink"),
    (1958, "the perceptron learns", "kernel"),
    (1962, "simple and complex cells", "input"),
    (1980, "the Neocognitron", "input"),
    (1986, "backpropagation", "gradient"),
    (1998, "LeNet-5", "output"),
    (2012, "AlexNet", "output"),
)


def road() -> Drawing:
    """Draw the years of this lecture as a road, from top to bottom."""
    drawing = Drawing("A road of years: " + ", ".join(f"{year} {words}" for year, words, _ in ROAD))

    def at(year: float) -> float:
        return 540 * (year - 1943) / (2012 - 1943)

    drawing.line((120, 0), (120, 540), "line", width=10)
    for year, words, kind in ROAD:
        drawing.circle(120, at(year), 13, kind, fill=1, width=3)
        drawing.text(96, at(year) + 9, str(year), size=26, anchor="end", bold=True)
        drawing.text(150, at(year) + 9, words, size=26, anchor="start", kind=kind, bold=True)
    return drawing


def title(tiles: Mapping[int, tuple[str, Drawing]], columns: int = 3) -> Drawing:
    """Draw square pictures in rows, each with its year and a word.

    Parameters
    ----------
    tiles
        A word and a drawing, by year.
    columns
        In a row.
    """
    drawing = Drawing(
        "Pictures of the years: " + "; ".join(f"{year} {word}" for year, (word, _) in tiles.items())
    )
    for number, (year, (word, tile)) in enumerate(tiles.items()):
        row, column = divmod(number, columns)
        x, y = 248 * column, 296 * row
        drawing.put(tile, x, y, 230 / (tile.view.width - 2 * MARGIN))
        drawing.text(x, y + 264, [(f"{year} ", "kernel"), word], size=26, anchor="start", bold=True)
    return drawing


def tile(picture: Grid, kind: str = "") -> Drawing:
    """Draw one image as a tile: in a meaning's colour, or a photo."""
    drawing = Drawing("a tile")
    if kind:
        drawing.image(picture, width=230, cmap=MAPS[kind], low=0, kind=kind)
    else:
        drawing.image(picture, width=230, smooth=True)
    return drawing


def line_tile(points: Array, classes: Array, weights: Array) -> Drawing:
    """Draw a perceptron's line as a tile."""
    drawing = Drawing("a tile")
    plane(
        drawing, points, classes, lines=[weights], low=-1, high=1, box=Box(0, 0, 230, 230), radius=6
    )
    return drawing


def strip_tile(says: Callable[[Array], Array], points: Array, classes: Array) -> Drawing:
    """Draw where a network says yes as a tile."""
    drawing = Drawing("a tile")
    plane(
        drawing,
        points,
        classes,
        region=says,
        low=-0.5,
        high=1.5,
        box=Box(0, 0, 230, 230),
        radius=12,
    )
    return drawing


def field_tile(weights: Grid) -> Drawing:
    """Draw a receptive field as a tile."""
    drawing = Drawing("a tile")
    field(drawing, crop(weights), 0, 0, 230)
    return drawing


def features_tile(features: Grid) -> Drawing:
    """Draw nine features as a tile."""
    drawing = Drawing("a tile")
    for number, feature in enumerate(features[:9]):
        row, column = divmod(number, 3)
        drawing.image(feature, 79 * column, 79 * row, width=72, cmap=MAPS["kernel"], low=0)
    return drawing
