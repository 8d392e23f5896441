"""The whole course in one picture: fourteen lectures, each at its place in one network."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def draw_course(photo: Array) -> Drawing:
    """Draw a network from photo to answers, and the lectures where they belong.

    Forward runs from left to right, and back from right to left; history is the road above.
    """
    drawing = Drawing(
        "The course as one network. 01 a photo; 02 history, the road above; 03 why not an MLP; 04 "
        "a kernel; 05 sizes of maps; 06 what a unit sees; 07 activation functions; 08 pooling; 10 "
        "whole networks; 14 answers of many kinds. Backwards: 09 gradients, 11 training well, 12 "
        "dropout. 13 a magnifying glass over the layers."
    )
    _history(drawing)
    _forward(drawing, photo)
    _heads(drawing)
    _back(drawing)
    return drawing


def _label(drawing: Drawing, x: float, y: float, number: int, words: str, kind: str) -> None:
    drawing.text(x, y, [(f"{number:02}", kind), f" {words}"], size=22, bold=True)


def _history(drawing: Drawing) -> None:
    """Draw the years above everything."""
    drawing.line((0, 20), (1150, 20), "muted", width=3)
    for year, share in ((1943, 0.28), (1958, 0.37), (1980, 0.5), (1998, 0.65), (2012, 0.8),
                        (2015, 0.9)):  # fmt: skip
        drawing.circle(1150 * share, 20, 8, "muted", fill=1)
        drawing.text(1150 * share, 54, str(year), size=21, kind="muted")
    drawing.text(0, 54, [("02", "muted"), " a history that runs"], size=22, anchor="start",
                 bold=True)  # fmt: skip


def _forward(drawing: Drawing, photo: Array) -> None:
    """Draw the photo and the layers that it goes through."""
    middle = 210.0
    box = drawing.image(photo, 0, middle - 85, width=170, smooth=True, photo=True, kind="input")
    _label(drawing, 85, box.bottom + 32, 1, "images", "input")
    window = Box(70, middle - 42, 62, 62)
    # What a unit deep inside sees: two lines from its place to the corners of a window.
    for y in (window.y - 30, window.bottom + 30):
        drawing.line((window.x - 20, y), (792, middle), "output", width=2, dashed=True)
    drawing.frame(Box(window.x - 20, window.y - 30, 102, 122), "output", width=2, fill=0.06)
    _label(drawing, 498, 92, 6, "what a unit sees", "output")
    drawing.frame(window, "input", width=4)
    for row in range(5):
        at = (222, middle - 66 + 33.0 * row)
        drawing.circle(*at, 9, "wrong", fill=0.25)
        for other in (-50, 0, 50):
            drawing.line((178, middle + other), (at[0] - 9, at[1]), "line", width=1.5)
    drawing.line((182, middle - 72), (240, middle + 72), "wrong", width=4)
    _label(drawing, 216, middle - 96, 3, "MLP?", "wrong")
    drawing.grid([[1, 0, -1], [2, 0, -2], [1, 0, -1]], 274, middle - 45, side=30, kind="kernel",
                 size=20)  # fmt: skip
    _label(drawing, 320, middle - 58, 4, "convolution", "kernel")
    for number in range(4):
        drawing.frame(Box(386 + 13.0 * number, middle - 62 + 9 * number, 96, 96), "output", width=2,
                      fill=0.16)  # fmt: skip
    _label(drawing, 444, middle + 112, 5, "sizes", "output")
    drawing.frame(Box(548, middle - 34, 70, 70), "ink", width=2, fill=0.03)
    drawing.path([(554, middle + 28), (583, middle + 28), (612, middle - 26)], "kernel", width=5)
    _label(drawing, 600, middle + 78, 7, "activations", "kernel")
    for number in range(4):
        drawing.frame(Box(642 + 10.0 * number, middle - 36 + 7 * number, 54, 54), "output", width=2,
                      fill=0.25)  # fmt: skip
    _label(drawing, 690, middle + 100, 8, "pooling", "output")
    for number in range(7):
        tall = 120 - 10.0 * number
        drawing.frame(Box(752 + 19.0 * number, middle - tall / 2, 14, tall), "kernel", width=2,
                      fill=0.45)  # fmt: skip
    _label(drawing, 832, middle - 78, 10, "whole networks", "kernel")
    drawing.circle(850, middle + 34, 44, "gradient", fill=0.12, width=5)
    drawing.line((880, middle + 68), (912, middle + 104), "gradient", width=9)
    _label(drawing, 866, middle + 132, 13, "looking inside", "gradient")


def _heads(drawing: Drawing) -> None:
    """Draw what can come out at the end."""
    answers = {"which?": "output", "where?": "input", "who?": "kernel", "make one": "gradient"}
    for number, (words, kind) in enumerate(answers.items()):
        y = 116.0 + 52 * number
        drawing.line((892, 210), (988, y + 20), kind, width=3, arrow=True)
        drawing.frame(Box(996, y, 150, 42), kind, width=3, fill=0.14)
        drawing.text(1071, y + 29, words, size=23, kind=kind, bold=True)
    _label(drawing, 1070, 356, 14, "everywhere", "output")


def _back(drawing: Drawing) -> None:
    """Draw the way back: gradients, the curves of training, and units that are left out."""
    drawing.path([(1070, 376), (1070, 420), (40, 420)], "gradient", width=7)
    drawing.line((60, 420), (20, 420), "gradient", width=7, arrow=True)
    drawing.text(270, 404, [("09", "gradient"), " backward: who is to blame?"], size=22, bold=True)
    loss = [(620 + 3.0 * t, 545 - 100 * float(np.exp(-t / 22))) for t in range(80)]
    valid = [(620 + 3.0 * t, 532 - 90 * float(np.exp(-t / 18)) - 0.004 * t * t) for t in range(80)]
    drawing.path([(x, 994 - y - 10) for x, y in loss], "input", width=4)
    drawing.path([(x, 994 - y - 24) for x, y in valid], "kernel", width=4)
    drawing.text(740, 544, [("11", "input"), " training well"], size=22, bold=True)
    for number in range(8):
        x = 180 + 52.0 * number
        gone = number in (1, 4, 5)
        drawing.circle(
            x, 474, 19, "line" if gone else "output", fill=0.05 if gone else 0.4, width=3
        )
        if gone:
            drawing.line((x - 13, 461), (x + 13, 487), "wrong", width=4)
            drawing.line((x + 13, 461), (x - 13, 487), "wrong", width=4)
    drawing.text(362, 544, [("12", "wrong"), " dropout"], size=22, bold=True)
    drawing.room(0, 0, 1150, 552)
