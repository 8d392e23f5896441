"""Pixels and their neighbours on real photos, and objects that are made of parts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_sample_image

from cnnlib import plots
from cnnlib.data import photo
from cnnlib.explore import Steps
from cnnlib.look import COLOURS, MAPS, Box, Drawing, figure

Array = NDArray[Any]


def photos() -> dict[str, Array]:
    """Return three grey photos that come with scikit-learn and matplotlib, from 0 to 1."""
    grey = np.array([0.299, 0.587, 0.114])
    sample = {name: load_sample_image(f"{name}.jpg") / 255 @ grey for name in ("china", "flower")}
    return {"temple": sample["china"], "flower": sample["flower"], "portrait": photo(600)}


def correlation(image: Array, distance: int) -> float:
    """Return the correlation of pixels with those so many columns to the right.

    Examples
    --------
    >>> correlation(np.array([[0.0, 1, 0, 1, 0, 1]]), 2)
    1.0
    """
    left, right = image[:, :-distance].ravel(), image[:, distance:].ravel()
    return round(float(np.corrcoef(left, right)[0, 1]), 12)


def draw_pairs(image: Array, distances: Sequence[int], bins: int = 60) -> Drawing:
    """Draw a photo, and for some distances how bright a pixel and its neighbour are.

    Each picture counts pairs: across the brightness of a pixel, up that of the one beside it.
    """
    found = [correlation(image, distance) for distance in distances]
    drawing = Drawing(
        "Pairs of pixels, by distance: "
        + "; ".join(
            f"{d} apart, correlation {r:.2f}" for d, r in zip(distances, found, strict=True)
        )
    )
    scale = 370 / image.shape[1]
    box = drawing.image(image, 0, 70, width=370, kind="input", smooth=True)
    for row, distance in enumerate(distances):
        y = box.y + 60 + 62 * row
        left, right = ((box.x + 60 + scale * d, y) for d in (0, distance))
        drawing.line(left, right, "kernel", width=3)
        for end in (left, right):
            drawing.circle(*end, 6, "kernel", fill=1)
    drawing.text(0, box.bottom + 36, f"{image.shape[0]} × {image.shape[1]} pixels", size=24,
                 anchor="start", kind="muted")  # fmt: skip
    side = 220.0
    for number, (distance, r) in enumerate(zip(distances, found, strict=True)):
        x = 440 + (side + 45) * number
        one, other = image[:, :-distance].ravel(), image[:, distance:].ravel()
        counts, _, _ = np.histogram2d(other, one, bins=bins, range=[[0, 1], [0, 1]])
        area = drawing.image(np.log1p(counts)[::-1], x, 70, width=side, cmap=MAPS["input"])
        plural = "" if distance == 1 else "s"
        drawing.text(x, 52, f"{distance} pixel{plural} apart", size=26, anchor="start", bold=True)
        drawing.text(x + side / 2, area.bottom + 66, f"{r:.2f}", size=50, kind="input", bold=True)
    drawing.text(440 + 1.5 * side + 45, 404, "correlation", size=26, kind="muted")
    drawing.room(0, 0, 1210, 420)
    return drawing


def draw_distances(
    curves: Mapping[str, Sequence[float]], distances: Sequence[int]
) -> plots.Picture:
    """Draw how correlation falls with distance, a curve per photo; the last one is shuffled."""
    drawn, ax = figure(9, 4.2)
    styles = ("-", "--", "-.", ":")
    kinds = ("input", "input", "input", "wrong")
    lowest = np.inf
    for (name, values), style, kind in sorted(
        zip(curves.items(), styles, kinds, strict=True), key=lambda each: -each[0][1][-1]
    ):
        ax.plot(distances, values, style, color=COLOURS[kind].light)
        lowest = min(values[-1], lowest - 0.06)  # so that no name stands on another
        ax.text(distances[-1] + 2, lowest, name, va="center", color=COLOURS[kind].text,
                weight="bold")  # fmt: skip
    ax.set(xlabel="pixels apart", ylabel="correlation", xlim=(0, distances[-1] * 1.22),
           ylim=(-0.1, 1.02))  # fmt: skip
    ax.axhline(0, color=COLOURS["line"].light, linewidth=1)
    return plots.Picture(
        drawn,
        "Correlation over distance: it starts near 1 and falls slowly in three photos, and is 0 "
        "in the shuffled one.",
    )


#: Parts of the portrait: name, upper left corner and size in the photo of 600 by 512.
PARTS = (("an edge", 168, 184, 22), ("an eye", 164, 168, 84), ("a face", 84, 122, 238),
         ("a person", 0, 0, 512))  # fmt: skip


def draw_parts() -> Steps:
    """Show how an edge is part of an eye, the eye part of a face, the face part of a person."""
    captions = ["Nearby pixels make an edge.", "Edges make an eye.",
                "Eyes and other parts make a face.",
                "A face and other parts make a person."]  # fmt: skip
    return Steps([_parts(shown) for shown in range(1, len(PARTS) + 1)], captions)


def _parts(shown: int) -> Drawing:
    image = photo(600)
    drawing = Drawing("Parts of a photo, each inside the next: " + ", ".join(
        name for name, *_ in PARTS[:shown]))  # fmt: skip
    width, top = 262.0, 60.0
    before: tuple[Box, int, int, int] | None = None
    for number, (name, row, column, size) in enumerate(PARTS[:shown]):
        box = drawing.image(image[row : row + size, column : column + size], 300.0 * number, top,
                            width=width, kind="input", low=0, high=1)  # fmt: skip
        drawing.text(box.x, 44, name, size=28, anchor="start", bold=True)
        drawing.text(box.x, box.bottom + 36, f"{size} × {size}", size=24, anchor="start",
                     kind="muted")  # fmt: skip
        if before:
            inner, top_row, left, small = before
            scale = width / size
            part = Box(box.x + (left - column) * scale, top + (top_row - row) * scale,
                       small * scale, small * scale)  # fmt: skip
            drawing.frame(part, "kernel", width=4, fill=0.1)
            drawing.line((inner.right, inner.y), (part.x, part.y), "kernel", width=2, dashed=True)
            drawing.line((inner.right, inner.bottom), (part.x, part.bottom), "kernel", width=2,
                         dashed=True)  # fmt: skip
        before = (box, row, column, size)
    drawing.room(0, 0, 1162, 370)
    return drawing


def draw_kinds(outputs: Mapping[str, tuple[int, ...]]) -> Drawing:
    """Draw data of one, two and three dimensions, each with a window that slides over it.

    Parameters
    ----------
    outputs
        The shape of what a layer with a window of 3 makes, by the layer's name.
    """
    names = list(outputs)
    drawing = Drawing("Windows of three words, of 3 by 3 pixels, and of 3 by 3 pixels in 3 frames.")
    words = ("not", "a", "bad", "film", "at", "all")
    for number, word in enumerate(words):
        at = Box(10, 84 + 56.0 * number, 150, 50)
        inside = 0 <= number < 3
        drawing.frame(at, "input", width=3 if inside else 1.5, fill=0.3 if inside else 0.06)
        drawing.text(at.middle[0], at.middle[1] + 9, word, size=26, bold=inside)
    drawing.frame(Box(0, 78, 170, 168), "kernel", width=5, fill=0)
    _wave(drawing, Box(200, 84, 100, 330))
    face = photo(150)[20:104, 22:106]
    picture = drawing.image(face, 400, 84, width=330, kind="input", low=0, high=1)
    drawing.frame(Box(picture.x + 96, picture.y + 150, 62, 62), "kernel", width=5, fill=0.15)
    for number in range(4):
        x, y = 850 + 34.0 * (3 - number), 84 + 34.0 * number
        frame = np.roll(face, 3 * number, axis=1)[:62, :62]
        drawing.image(frame, x, y, width=228, kind="input", low=0, high=1)
        if number > 0:
            drawing.frame(Box(x + 64, y + 96, 56, 56), "kernel", width=5, fill=0.15)
    for x, title, name, what in (
        (0, "1-D: text, sound", names[0], "steps in time"),
        (400, "2-D: images", names[1], "rows and columns"),
        (850, "3-D: video", names[2], "frames, rows, columns"),
    ):
        drawing.text(x, 50, title, size=30, anchor="start", bold=True)
        drawing.text(x, 462, name, size=26, anchor="start", mono=True, kind="kernel", bold=True)
        drawing.text(x, 498, " × ".join(map(str, outputs[name])), size=26, anchor="start",
                     kind="output", bold=True)  # fmt: skip
        drawing.text(x, 530, what, size=22, anchor="start", kind="muted")
    drawing.room(0, 0, 1190, 540)
    return drawing


def _wave(drawing: Drawing, box: Box) -> None:
    """Draw a sound from top to bottom, and a window on it."""
    t = np.linspace(0, 1, 160)
    sway = np.sin(38 * t) * np.exp(-3 * (t - 0.4) ** 2) * (0.5 + 0.5 * np.sin(9 * t))
    x, y = box.middle[0] + 46 * sway, box.y + box.height * t
    drawing.path(list(zip(x.tolist(), y.tolist(), strict=True)), "input", width=3)
    drawing.frame(Box(box.x - 4, box.y + 96, box.width + 8, 60), "kernel", width=5, fill=0.12)
