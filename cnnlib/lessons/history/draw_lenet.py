"""LeNet and AlexNet: real responses, what they learn, and their volumes to scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import bars
from cnnlib.look import MAPS, Box, Drawing

Grid = NDArray[Any]


@dataclass(frozen=True)
class Place:
    """Where a layer's maps are drawn: the left edge, a map's side, and how many in a row."""

    x: float
    side: float
    columns: int


#: For LeNet-5's layers; the last ones are columns of numbers, drawn as one map.
PLACES = {
    "input": Place(0, 180, 1),
    "C1": Place(205, 116, 2),
    "S2": Place(485, 74, 2),
    "C3": Place(672, 56, 4),
    "S4": Place(944, 38, 4),
    "C5": Place(1134, 66, 1),
    "F6": Place(1222, 66, 1),
}


def flow(responses: Mapping[str, Grid], scores: Grid, captions: Mapping[str, str]) -> Steps:
    """Show a digit go through LeNet-5, layer by layer.

    Parameters
    ----------
    responses
        (maps, H, W) of `PLACES`' layers, in their order.
    scores
        (10,), one for each digit.
    captions
        By layer, and for "output".
    """
    names = list(responses)
    drawings = []
    for count in range(1, len(names) + 2):
        last = [*names, "output"][count - 1]
        drawing = Drawing(
            f"A digit in LeNet-5, as far as {last}: feature maps, each smaller than the last."
        )
        for name in names[:count]:
            _maps(drawing, name, responses[name])
        if count > len(names):
            _scores(drawing, scores)
        drawing.room(0, 0, 1430, 460)
        drawings.append(drawing)
    return Steps(drawings, [captions[name] for name in [*names, "output"]])


def _maps(drawing: Drawing, name: str, maps: Grid) -> None:
    place = PLACES[name]
    kind = "input" if name == "input" else "output"
    count, height, width = maps.shape
    drawing.text(place.x, 24, name, size=26, kind=kind, bold=True, anchor="start")
    if (height, width) == (1, 1):
        columns = 6
        image = np.full(-(-count // columns) * columns, maps.min())
        image[:count] = maps.ravel()
        drawing.image(image.reshape(-1, columns), place.x, 40, width=place.side, cmap=MAPS[kind])
        drawing.text(
            place.x,
            68 + place.side * (len(image) // columns) / columns,
            f"{count} units",
            size=20,
            kind="muted",
            anchor="start",
        )
        return
    for number, each in enumerate(maps):
        row, column = divmod(number, place.columns)
        drawing.image(
            each,
            place.x + 1.1 * place.side * column,
            40 + 1.1 * place.side * row,
            width=place.side,
            cmap=MAPS[kind],
        )
    rows = -(-count // place.columns)
    size = f"{height}×{width}" if count == 1 else f"{count} × {height}×{width}"
    drawing.text(
        place.x, 40 + 1.1 * place.side * rows + 24, size, size=22, kind="muted", anchor="start"
    )


def _scores(drawing: Drawing, scores: Grid) -> None:
    best = int(scores.argmax())
    for digit in range(10):
        y = 40 + 38 * digit
        kind = "output" if digit == best else "muted"
        drawing.text(1320, y + 24, str(digit), size=24, kind=kind, bold=digit == best)
        drawing.frame(
            Box(1340, y + 4, max(2, 90 * float(scores[digit])), 24), kind, width=1, fill=0.6
        )


def parameters(counts: Mapping[str, int]) -> Drawing:
    """Draw how many numbers each layer learns."""
    drawing = Drawing(
        "Trainable numbers by layer: " + ", ".join(f"{k} {v:,}" for k, v in counts.items())
    )
    kinds = {name: "output" if name.startswith("S") else "kernel" for name in counts}
    bars(
        drawing,
        counts,
        {name: f"{count:,}" for name, count in counts.items()},
        width=900,
        height=52,
        kinds=kinds,
    )
    return drawing


def envelope(digit: Grid, shapes: Sequence[tuple[str, int, int]], total: int) -> Drawing:
    """Draw a digit, then maps as stacks of squares to scale, then two columns of units.

    Parameters
    ----------
    digit
        (16, 16).
    shapes
        Name, number of maps and side of each layer; the side is 1 for a column of units.
    total
        The numbers that are learned.
    """
    drawing = Drawing(
        "A digit of 16 by 16 pixels; "
        + "; ".join(f"{name}: {maps} of {side} by {side}" for name, maps, side in shapes)
    )
    unit = 18
    drawing.text(0, 24, "a digit", size=24, kind="input", bold=True, anchor="start")
    drawing.image(digit, 0, 42, width=16 * unit, cmap=MAPS["input"], low=0, high=1, kind="input")
    drawing.text(0, 400, "16×16", size=24, kind="muted", anchor="start")
    for column, (name, maps, side) in enumerate(shapes):
        x = 380 + (0, 300, 530, 680)[column]
        drawing.line((x - 66, 186), (x - 16, 186), "muted", arrow=True, width=5)
        drawing.text(x, 24, name, size=24, kind="output", bold=True, anchor="start")
        width = unit * side
        if side == 1:
            for n in range(maps):
                drawing.frame(
                    Box(x, 42 + n * 300 / maps, 40, 260 / maps), "output", width=1, fill=0.4
                )
        for n in range(maps if side > 1 else 0):
            box = Box(x + 8 * n, 42 + 12 * n, width, width)
            drawing.frame(box, "paper", width=0, fill=1)
            drawing.frame(box, "output", width=1.5, fill=0.25)
            if n == maps - 1:
                drawing.frame(
                    Box(
                        box.x,
                        box.y,
                        5 * unit if side > 5 else width,
                        5 * unit if side > 5 else width,
                    ),
                    "kernel",
                    width=4,
                    fill=0.2,
                )
        drawing.text(
            x,
            400,
            f"{maps} × {side}×{side}" if side > 1 else f"{maps} units",
            size=24,
            kind="muted",
            anchor="start",
        )
    drawing.text(
        380, 440, [("5×5 filters, stride 2, learned", "kernel")], size=24, anchor="start", bold=True
    )
    drawing.text(
        380,
        486,
        [(f"{total:,}", "kernel"), " numbers to learn"],
        size=30,
        anchor="start",
        bold=True,
    )
    return drawing


def everything(images: Grid, wrong: Sequence[int], columns: int = 20) -> Drawing:
    """Draw every digit, those that were named wrong framed and crossed.

    Parameters
    ----------
    images
        (N, height, width).
    wrong
        Their numbers.
    columns
        Digits in a row.
    """
    count = len(images)
    right = 1 - len(wrong) / count
    drawing = Drawing(f"{count} digits; {len(wrong)} are framed, because they were named wrong.")
    rows = -(-count // columns)
    filled = np.zeros((rows * columns, *images.shape[1:]))
    filled[:count] = images
    padded = np.pad(filled, ((0, 0), (1, 1), (1, 1)))
    height, width = padded.shape[1:]
    mosaic = padded.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, -1)
    drawing.text(
        0, 70, f"{right:.1%}".replace("%", " %"), size=90, kind="output", bold=True, anchor="start"
    )
    drawing.text(330, 40, f"of {count} new digits", size=26, anchor="start")
    drawing.text(330, 74, f"named right, {len(wrong)} wrong", size=26, anchor="start")
    box = drawing.image(mosaic, 0, 100, width=620, cmap=MAPS["input"], low=0, high=1)
    side = box.width / columns
    for number in wrong:
        row, column = divmod(int(number), columns)
        drawing.frame(
            Box(box.x + side * column, box.y + side * row, side, side), "wrong", width=4, fill=0.15
        )
    return drawing


def mistaken(images: Sequence[Grid], wanted: Sequence[int], said: Sequence[int]) -> Drawing:
    """Draw digits large, with what they are and what the network says."""
    drawing = Drawing(
        "Digits that LeNet-5 gets wrong: "
        + ", ".join(f"a {a}, named {b}" for a, b in zip(wanted, said, strict=True))
    )
    for column, (image, a, b) in enumerate(zip(images, wanted, said, strict=True)):
        x = 296 * column
        drawing.image(image, x, 0, width=270, cmap=MAPS["input"], low=0, high=1, kind="input")
        drawing.text(x + 135, 316, [("✓ ", "output"), f"it is a {a}"], size=26, bold=True)
        drawing.text(x + 135, 358, [("✗ ", "wrong"), f"named {b}"], size=26)
    return drawing


def volumes(
    nets: Mapping[str, Sequence[tuple[str, int, int]]], totals: Mapping[str, str]
) -> Drawing:
    """Draw networks one below the other, all their volumes to one scale.

    Parameters
    ----------
    nets
        By name, of each layer its name, its channels and its side.
    totals
        Words by the same names.
    """
    drawing = Drawing(
        "; ".join(
            f"{name}: " + ", ".join(f"{c} × {s}×{s}" for _, c, s in layers)
            for name, layers in nets.items()
        )
    )
    y = 0.0
    for name, layers in nets.items():
        tallest = max(side for _, _, side in layers)
        middle = y + 60 + 0.75 * tallest
        drawing.text(
            0, y + 24, [f"{name}: ", (totals[name], "kernel")], size=28, bold=True, anchor="start"
        )
        for column, (layer, channels, side) in enumerate(layers):
            _box(
                drawing, 128 * column, middle, channels, side, "input" if column == 0 else "output"
            )
            words = f"{channels} × {side}×{side}" if side > 1 else f"{channels:,}"
            below = middle + max(0.5 * tallest, 30) + 28
            drawing.text(128 * column, below, words, size=18, kind="muted", anchor="start")
            drawing.text(128 * column, below + 26, layer, size=18, anchor="start", bold=True)
        y = middle + max(0.5 * tallest, 30) + 74
    return drawing


def _box(drawing: Drawing, x: float, middle: float, channels: int, side: int, kind: str) -> None:
    """Draw a volume: its channels go to the right, a map's sides up and back into the page."""
    if side == 1:  # a column of units
        height = max(6.0, 0.05 * channels)
        drawing.frame(Box(x, middle - height / 2, 14, height), kind, width=1.5, fill=0.6)
        return
    deep, high = max(4.0, 0.2 * channels), float(side)
    back = 0.22 * high
    top, bottom = middle - high / 2, middle + high / 2
    drawing.path(
        [(x, top), (x + back, top - back), (x + back + deep, top - back), (x + deep, top)],
        kind,
        width=1.5,
        fill=0.25,
        closed=True,
    )
    drawing.path(
        [
            (x + deep, top),
            (x + deep + back, top - back),
            (x + deep + back, bottom - back),
            (x + deep, bottom),
        ],
        kind,
        width=1.5,
        fill=0.4,
        closed=True,
    )
    drawing.path(
        [(x, top), (x + deep, top), (x + deep, bottom), (x, bottom)],
        kind,
        width=1.5,
        fill=0.6,
        closed=True,
    )
