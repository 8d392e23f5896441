"""Deep networks of 2006: an hourglass, a machine that dreams, digits rebuilt, and codes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import Axes, largest
from cnnlib.lessons.history.rbm import RBM
from cnnlib.lessons.history.speech import Task
from cnnlib.look import MAPS, Box, Drawing

Grid = NDArray[Any]
#: Digits are told apart by themselves; the colours and rings only help.
HUES = ("input", "kernel", "output", "gradient", "wrong")


def hourglass(sizes: Sequence[int], before: Grid, after: Grid) -> Drawing:
    """Draw digits, the layers that they are squeezed through, and what comes out.

    Parameters
    ----------
    sizes
        Units of each layer, from pixels to pixels.
    before, after
        (N, height, width).
    """
    drawing = Drawing(
        "Digits go into layers of "
        + ", ".join(map(str, sizes))
        + " units; the same blot comes out "
        "for all of them."
    )
    for row, (one, other) in enumerate(zip(before, after, strict=True)):
        drawing.image(one, 0, 130 * row, width=116, cmap=MAPS["input"], low=0, high=1, kind="input")
        drawing.image(
            other, 1034, 130 * row, width=116, cmap=MAPS["output"], low=0, high=1, kind="output"
        )
    middle = 65 * len(before) - 7
    pitch = 790 / (len(sizes) - 1)
    for column, size in enumerate(sizes):
        x = 180 + pitch * column
        height = 3.4 * max(size, 4)
        code = size == min(sizes)
        box = Box(x - 17, middle - height / 2, 34, height)
        drawing.frame(box, "wrong" if code else "kernel", width=2, fill=0.35)
        drawing.text(
            x, box.y - 12, str(size), size=24, bold=True, kind="wrong" if code else "kernel"
        )
    drawing.text(180 + 395, middle + 96, "a code of two numbers", size=24, kind="wrong", bold=True)
    return drawing


def rows(images: Mapping[str, Grid], words: Mapping[str, str], kinds: Mapping[str, str]) -> Steps:
    """Show rows of digits, one row more with each step.

    Parameters
    ----------
    images
        (N, height, width) by title.
    words
        What stands behind a row.
    kinds
        The colours of the words.
    """
    names = list(images)
    side = 82.0
    drawings = []
    for count in range(1, len(names) + 1):
        drawing = Drawing(
            "Rows of digits, each with its error: "
            + "; ".join(f"{name} {words[name]}" for name in names[:count])
        )
        for row, name in enumerate(names[:count]):
            y = 1.22 * side * row
            drawing.text(190, y + side / 2 + 8, name, size=24, anchor="end", bold=True)
            for column, image in enumerate(images[name]):
                drawing.image(
                    image,
                    210 + 0.96 * side * column,
                    y,
                    width=0.9 * side,
                    low=0,
                    high=1,
                    cmap=MAPS["input" if row == 0 else "output"],
                )
            drawing.text(
                1016,
                y + side / 2 + 12,
                words[name],
                size=34,
                kind=kinds.get(name, "ink"),
                anchor="start",
                bold=True,
            )
        drawing.text(1016, -16, "error" if count > 1 else "", size=22, anchor="start", kind="muted")
        drawing.room(0, -30, 1130, 1.22 * side * len(names))
        drawings.append(drawing)
    return Steps(drawings)


def dream(machine: RBM, picture: Grid, seed: int = 0) -> Steps:
    """Show a restricted Boltzmann machine go up, down and up again from one digit.

    Parameters
    ----------
    machine
        Of 64 pixels.
    picture
        (64,), from 0 to 1.
    seed
        Of what is drawn at random.
    """
    rng = np.random.default_rng(seed)
    units = machine.draw(picture[None], rng)[0]
    dreamt = machine.down(units[None])[0]
    echo = machine.up(dreamt[None])[0]
    stages = (
        "The pixels of a digit are the visible units.",
        "Up: pixels switch hidden units on, at random, with the probability that the weights give.",
        "Down: the hidden units draw a digit, the dream.",
        "Up again: the dream's pixels switch hidden units on, too.",
        "Learn: raise the weights that the data uses, lower those that the dream uses.",
    )
    drawings = []
    for stage, caption in enumerate(stages):
        drawing = Drawing(caption)
        _layer(drawing, picture.reshape(8, 8), 0, 320, 210, "input", "data")
        if stage >= 1:
            _layer(drawing, units.reshape(10, 10), 0, 40, 180, "output", "hidden units")
            drawing.line((240, 400), (240, 140), "kernel", arrow=True, width=6)
            drawing.text(256, 280, "up", size=26, kind="kernel", anchor="start", bold=True)
        if stage >= 2:
            _layer(drawing, dreamt.reshape(8, 8), 480, 320, 210, "input", "the dream")
            drawing.line((270, 140), (460, 400), "kernel", arrow=True, width=6)
            drawing.text(386, 260, "down", size=26, kind="kernel", anchor="start", bold=True)
        if stage >= 3:
            _layer(drawing, echo.reshape(10, 10), 480, 40, 180, "output", "hidden units")
            drawing.line((720, 400), (720, 140), "kernel", arrow=True, width=6)
            drawing.text(736, 280, "up again", size=26, kind="kernel", anchor="start", bold=True)
        if stage >= 4:
            drawing.text(870, 130, "each weight", size=28, anchor="start", bold=True)
            drawing.text(
                870, 190, [("+", "output"), " pixel × hidden"], size=28, anchor="start", bold=True
            )
            drawing.text(870, 226, "in the data", size=24, anchor="start")
            drawing.text(
                870, 290, [("−", "wrong"), " pixel × hidden"], size=28, anchor="start", bold=True
            )
            drawing.text(870, 326, "in the dream", size=24, anchor="start")
        drawing.room(0, 0, 1150, 540)
        drawings.append(drawing)
    return Steps(drawings, stages)


def _layer(
    drawing: Drawing, values: Grid, x: float, y: float, width: float, kind: str, title: str
) -> None:
    drawing.text(x, y - 14, title, size=24, kind=kind, anchor="start", bold=True)
    drawing.image(values, x, y, width=width, cmap=MAPS[kind], low=0, high=1, kind=kind)


def codes(planes: Mapping[str, Grid], labels: Grid) -> Drawing:
    """Draw points in the plane, each as the digit that it stands for.

    Parameters
    ----------
    planes
        (N, 2) by title, side by side.
    labels
        (N,), the digits; those from 5 on have a ring.
    """
    drawing = Drawing("Digits in two planes: " + "; ".join(planes))
    for column, (title, points) in enumerate(planes.items()):
        box = Box(600 * column, 40, 550, 470)
        low, high = points.min(axis=0), points.max(axis=0)
        room = 0.05 * (high - low)
        axes = Axes(
            drawing,
            box,
            (low[0] - room[0], high[0] + room[0]),
            (low[1] - room[1], high[1] + room[1]),
        )
        drawing.text(box.x, 24, title, size=24, bold=True, anchor="start")
        drawing.frame(box, "line", width=1.5, fill=0)
        for point, label in zip(points, labels, strict=True):
            kind = HUES[label % 5]
            x, y = axes.at(*point)
            if label >= 5:
                drawing.circle(x, y, 13, kind, fill=0.15, width=1.5)
            drawing.text(x, y + 6, str(label), size=18, kind=kind, bold=True)
    return drawing


def speech(tasks: Sequence[Task]) -> Drawing:
    """Draw how many errors a deep network saves on each task, the tasks one below the other."""
    drawing = Drawing(
        "Errors in a hundred: "
        + "; ".join(f"{t.name}: {t.mixture} before, {t.network} with a deep network" for t in tasks)
    )
    axes = Axes(drawing, Box(330, 60, 800, 410), (10, 56), (0, 1))
    axes.frame([10, 20, 30, 40, 50], xlabel="errors in a hundred")
    for row, task in enumerate(tasks):
        y = 92 + 82 * row
        (old, _), (new, _) = axes.at(task.mixture, 0), axes.at(task.network, 0)
        drawing.text(306, y + 2, task.name, size=22, anchor="end", bold=True)
        drawing.text(
            306, y + 28, f"{task.hours:,} hours of speech", size=18, anchor="end", kind="muted"
        )
        drawing.line((old - 12, y), (new + 14, y), "output", width=6, arrow=True)
        drawing.circle(old, y, 11, "muted", fill=0, width=4)
        drawing.circle(new, y, 11, "output", fill=1)
        drawing.text(old + 20, y + 8, f"{task.mixture:g}", size=22, anchor="start", kind="muted")
        drawing.text(
            new - 20, y + 8, f"{task.network:g}", size=22, anchor="end", kind="output", bold=True
        )
    drawing.text(
        330,
        32,
        [("○ mixtures of Gaussians      ", "muted"), ("● deep network", "output")],
        size=22,
        anchor="start",
        bold=True,
    )
    return drawing


def fields(weights: Grid, columns: int, width: float = 100) -> Drawing:
    """Draw the weights into units as images, orange for negative and blue for positive."""
    drawing = Drawing(
        f"The weights of {len(weights)} units as images: strokes and spots of both signs."
    )
    for number, image in enumerate(weights):
        row, column = divmod(number, columns)
        drawing.image(
            image,
            1.12 * width * column,
            1.12 * width * row,
            width=width,
            cmap=MAPS["signed"],
            low=-largest(weights),
            high=largest(weights),
            kind="kernel",
        )
    return drawing
