"""The Neocognitron: winners that teach their planes, responses layer by layer, moved digits."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import Axes
from cnnlib.lessons.history.neocognitron import Neocognitron, winners
from cnnlib.look import MAPS, Box, Drawing

Grid = NDArray[Any]
#: For curves, with their dashes.
KINDS = (("input", False), ("kernel", True), ("output", False))


def tile(
    drawing: Drawing,
    layer: Grid,
    x: float,
    y: float,
    width: float,
    columns: int,
    kind: str,
    most: float | None = None,
) -> float:
    """Draw planes in rows, strong where cells fire; return the lower edge."""
    most = most or float(layer.max()) or 1.0
    side = width / (columns + 0.12 * (columns - 1))
    for number, plane in enumerate(layer):
        row, column = divmod(number, columns)
        drawing.image(
            plane,
            x + 1.12 * side * column,
            y + 1.12 * side * row,
            width=side,
            cmap=MAPS[kind],
            low=0,
            high=most,
        )
    return y + 1.12 * side * -(-len(layer) // columns)


def learning(images: Grid, shown: int = 5) -> Steps:
    """Show the first S layer learn from digits: winners, and the features of its planes.

    Parameters
    ----------
    images
        (N, 1, H, W).
    shown
        How many digits.
    """
    layer = Neocognitron().pairs[0][0]
    drawings = []
    for number, pattern in enumerate(images[:shown], 1):
        found = winners(layer(pattern[None])[0], layer.column)
        layer.learn(pattern)
        drawing = Drawing(
            f"Digit {number}: {len(found)} winners are framed; their planes learn what they see."
        )
        drawing.text(0, 24, f"digit {number}", size=26, kind="input", bold=True, anchor="start")
        box = drawing.image(
            pattern[0], 0, 42, width=450, cmap=MAPS["input"], low=0, high=1, kind="input"
        )
        for plane, row, column in found:
            drawing.frame(
                box.cell(row - 1, column - 1, 3, 3), "kernel", fill=0.1, key=f"winner{plane}"
            )
            x, y = box.cell(row - 1, column - 1).x, box.cell(row - 1, column - 1).y
            drawing.frame(Box(x, y, 34, 26), "kernel", fill=1, width=1)
            drawing.text(x + 17, y + 21, str(plane + 1), size=20, bold=True, kind="paper")
        drawing.text(
            540,
            24,
            "what the 12 planes look for",
            size=26,
            kind="kernel",
            bold=True,
            anchor="start",
        )
        _features(drawing, layer.a, layer.kernel_size, {plane for plane, _, _ in found})
        drawings.append(drawing)
    return Steps(drawings)


def _features(drawing: Drawing, a: Grid, size: int, learned: set[int]) -> None:
    for number, feature in enumerate(a.reshape(-1, size, size)):
        row, column = divmod(number, 4)
        box = Box(540 + 158 * column, 42 + 158 * row, 134, 134)
        trained = feature.max() > 0.1
        values = feature / feature.max() if trained else np.zeros((size, size))
        drawing.image(values, box.x, box.y, width=134, cmap=MAPS["kernel"], low=0, high=1)
        if number in learned:
            drawing.frame(box, "kernel", fill=0, width=6)
        drawing.text(box.x + 8, box.y + 26, str(number + 1), size=20, anchor="start", bold=True)


def layers(responses: Mapping[str, Grid], captions: Mapping[str, str]) -> Steps:
    """Show the responses of one layer after the other.

    Parameters
    ----------
    responses
        (planes, H, W) by title, from the input on.
    captions
        By the same titles.
    """
    names = list(responses)
    drawings = []
    for count in range(1, len(names) + 1):
        drawing = Drawing(
            f"Responses to a digit from the input to {names[count - 1]}; strong where cells fire."
        )
        for column, name in enumerate(names[:count]):
            x = 0 if column == 0 else 225 + 242 * (column - 1)
            kind = "input" if column == 0 else "output"
            drawing.text(x, 24, name, size=24, kind=kind, bold=True, anchor="start")
            layer = responses[name]
            tile(
                drawing,
                layer,
                x,
                42,
                190 if column == 0 else 218,
                1 if len(layer) == 1 else 3,
                kind,
            )
            if column:
                drawing.line((x - 24, 170), (x - 8, 170), "muted", arrow=True, width=4)
        drawing.room(0, 0, 1172, 340)
        drawings.append(drawing)
    return Steps(drawings, [captions[name] for name in names])


def similarity(alike: Mapping[str, Grid], names: Sequence[str]) -> Drawing:
    """Draw how alike the responses to a digit and to the moved digit are, layer by layer."""
    drawing = Drawing(
        "Similarity by layer for shifts of one, two and three pixels: it falls at each S layer and "
        "rises at each C layer."
    )
    axes = Axes(drawing, Box(60, 40, 860, 400), (0, len(names) - 1), (0, 1))
    for number, name in enumerate(names):
        if name.startswith("C"):
            (x0, _), (x1, _) = (
                axes.at(number - 0.5, 0),
                axes.at(min(number + 0.5, len(names) - 1), 0),
            )
            drawing.frame(Box(x0, 40, x1 - x0, 400), "output", width=0, fill=0.1)
    axes.frame(dict(enumerate(names)), [0, 0.5, 1], ylabel="similarity of the responses")
    for (kind, dashed), (name, values) in zip(KINDS, alike.items(), strict=True):
        axes.curve(
            range(len(names)),
            values,
            kind,
            name=name,
            dashed=dashed,
            above={"moved by 1": -2, "moved by 2": 6}.get(name, 0),
        )
        for place, value in enumerate(values):
            axes.dot(place, value, kind)
    return drawing


def moved(accuracy: Grid, names: Sequence[str], examples: Sequence[Grid]) -> Steps:
    """Show how many digits are read from each layer, the further they are moved.

    Parameters
    ----------
    accuracy
        (shifts, layers), from 0 to 1.
    names
        Of the layers.
    examples
        A digit moved by 0, 1 and so on.
    """
    drawings = []
    for shown in range(1, len(examples) + 1):
        drawing = Drawing(
            f"Digits moved by up to {shown - 1} pixels, named right: "
            + ", ".join(
                f"from {name} {share:.0%}"
                for name, share in zip(names, accuracy[shown - 1], strict=True)
            )
        )
        axes = Axes(drawing, Box(70, 30, 880, 330), (0, len(examples) - 1), (0, 1))
        axes.frame({}, {0: "0 %", 0.5: "50 %", 1: "100 %"}, ylabel="")
        for n, example in enumerate(examples[:shown]):
            x, _ = axes.at(n, 0)
            drawing.image(
                example, x - 62, 376, width=124, cmap=MAPS["input"], low=0, high=1, kind="input"
            )
            words = "in place" if n == 0 else f"by {n}"
            drawing.text(x, 528, words, size=20)
        for column, (name, (kind, dashed)) in enumerate(zip(names, KINDS, strict=True)):
            axes.curve(
                range(shown),
                accuracy[:shown, column],
                kind,
                dashed=dashed,
                key=name,
                name=f"{name} {accuracy[shown - 1, column]:.0%}".replace("%", " %"),
                above={"C1": 16, "pixels": -16}.get(name, 0) if shown > 1 else 30 * (1 - column),
            )
            axes.dot(shown - 1, accuracy[shown - 1, column], kind, key=f"dot-{name}")
        drawing.room(0, 0, 1160, 540)
        drawings.append(drawing)
    return Steps(drawings)


def variants(shares: Mapping[str, float], examples: Mapping[str, Grid]) -> Drawing:
    """Draw a digit as it is, moved and turned, and below each how many are named right."""
    drawing = Drawing(
        "Digits named right: " + ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    )
    for column, (name, share) in enumerate(shares.items()):
        x = 390 * column
        drawing.image(
            examples[name], x, 0, width=330, cmap=MAPS["input"], low=0, high=1, kind="input"
        )
        drawing.text(x + 165, 370, name, size=26)
        good = share > 0.5
        drawing.text(
            x + 165,
            470,
            f"{share:.0%}".replace("%", " %"),
            size=84,
            bold=True,
            kind="output" if good else "wrong",
        )
    return drawing
