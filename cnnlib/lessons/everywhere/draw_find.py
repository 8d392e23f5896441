"""What lecture 14 draws of finding: boxes, proposals, house numbers, masks, joints."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.everywhere.house import word
from cnnlib.lessons.everywhere.pose import BONES
from cnnlib.lessons.everywhere.scenes import NOTHING, SIDE, Found
from cnnlib.look import COLOURS, Box, Drawing

Array = NDArray[Any]
#: How wide a scene is drawn.
WIDE = 1100.0
#: Colours of the ten digits in a mask; the digit is written on it, too.
HUES = ("input", "kernel", "output", "gradient", "wrong")


def draw_boxes(
    image: Array, found: Sequence[Found], words: str, *, named: bool = True, kind: str = "output"
) -> Drawing:
    """Draw a scene with the windows that were found, and their names."""
    drawing = Drawing(f"A scene of handwritten digits with {len(found)} frames. {words}")
    box = drawing.image(1 - image, 0, 0, width=WIDE, low=0, high=1)
    for each in found:
        at = box.cell(each.row, each.column, SIDE, SIDE)
        drawing.frame(at, kind, width=3.5, fill=0.06)
        if named:
            drawing.frame(Box(at.x, at.y - 27, 25, 27), kind, width=0, fill=1)
            drawing.text(at.x + 12.5, at.y - 5, str(each.label), size=25, kind="paper", bold=True)
    if words:
        drawing.text(0, box.bottom + 42, words, size=28, anchor="start", bold=True)
    drawing.room(0, -30, WIDE, box.bottom + 52)
    return drawing


def draw_title(image: Array, found: Sequence[Found], mask: Array) -> Drawing:
    """Draw one scene twice: with boxes around its digits, and with their pixels coloured."""
    drawing = Drawing(
        f"A scene of handwritten digits: {len(found)} are framed and named; below, their pixels "
        "are coloured."
    )
    above = drawing.put(draw_boxes(image, found, "", named=False), 0, 0, 0.56)
    drawing.image(tinted(image, mask), 0, above.bottom + 8, width=0.56 * WIDE)
    return drawing


def draw_scores(chances: Array, digits: Sequence[int]) -> Drawing:
    """Draw the maps of some classes: bright where a window of 8 × 8 pixels shows this digit."""
    drawing = Drawing(
        "Maps of scores for the digits " + ", ".join(map(str, digits)) + ": bright points where "
        "the digit's windows are."
    )
    wide = 540.0
    for number, digit in enumerate(digits):
        row, column = divmod(number, 2)
        x, y = (wide + 40) * column, 290.0 * row
        drawing.image(chances[digit], x, y, width=wide, low=0, high=1, kind="output")
        drawing.text(x + 14, y + 42, f"“{digit}”", size=34, kind="kernel", anchor="start",
                     bold=True)  # fmt: skip
    return drawing


def anchors(row: float, column: float) -> list[tuple[float, float, float, float]]:
    """Return the nine boxes of Faster R-CNN around a place, as (x, y, width, height).

    Three areas, 128², 256² and 512² pixels, in three shapes, 1:2, 1:1 and 2:1 (section 3.3).
    """
    boxes = []
    for side in (128, 256, 512):
        for shape in (0.5, 1.0, 2.0):
            wide, tall = side * shape**-0.5, side * shape**0.5
            boxes.append((column - wide / 2, row - tall / 2, wide, tall))
    return boxes


def draw_anchors(image: Array, count: int, words: str, kinds: str = "anchors") -> Drawing:
    """Draw a photo and the first anchors around a place, or the places where anchors are put.

    Parameters
    ----------
    count
        How many of the nine anchors.
    kinds
        "places": a dot for each place of the map, every 16 pixels; or "anchors".
    """
    drawing = Drawing(f"A photo of a motorcycle. {words}")
    box = drawing.image(image, 0, 0, width=760, smooth=True, photo=True)
    unit = box.width / image.shape[1]
    if kinds == "places":
        for row in range(8, image.shape[0], 16):
            for column in range(8, image.shape[1], 16):
                drawing.circle(unit * column, unit * row, 1.6, "kernel", fill=1, width=0)
    place = (264.0, 360.0)
    for number, (x, y, wide, tall) in enumerate(anchors(*place)[:count]):
        kind = ("input", "kernel", "output")[number // 3]
        drawing.frame(Box(unit * x, unit * y, unit * wide, unit * tall), kind, width=3.5, fill=0)
    drawing.circle(unit * place[1], unit * place[0], 8, "wrong", fill=1)
    for line, part in enumerate(words.split("|")):
        drawing.text(800, 200 + 48 * line, part, size=32 if line else 44, anchor="start",
                     bold=line == 0)  # fmt: skip
    drawing.room(-30, -100, 1180, 660)
    return drawing


def draw_regions(image: Array, boxes: Sequence[tuple[float, ...]], words: str) -> Drawing:
    """Draw a photo with boxes (x, y, width, height), in its pixels, and words beside it."""
    drawing = Drawing(f"A photo with {len(boxes)} boxes. {words}")
    box = drawing.image(image, 0, 0, width=760, smooth=True, photo=True)
    unit = box.width / image.shape[1]
    for number, (x, y, wide, tall) in enumerate(boxes):
        kind = ("input", "kernel", "output")[number % 3]
        drawing.frame(Box(unit * x, unit * y, unit * wide, unit * tall), kind, width=2.5, fill=0)
    for line, part in enumerate(words.split("|")):
        drawing.text(800, 200 + 48 * line, part, size=32 if line else 44, anchor="start",
                     bold=line == 0)  # fmt: skip
    drawing.room(-30, -100, 1180, 660)
    return drawing


def draw_plates(images: Array, read: Array, true: Array, sure: Array) -> Drawing:
    """Draw house numbers, what was read, and how sure all of its parts are together."""
    told = ", ".join(f"{word(t)} read as {word(r)}" for r, t in zip(read, true, strict=True))
    drawing = Drawing(f"House numbers and what the network reads: {told}.")
    wide, step = 360.0, 186.0
    for number, (image, found, truth) in enumerate(zip(images, read, true, strict=True)):
        row, column = divmod(number, 3)
        x, y = 396.0 * column, step * row
        box = drawing.image(1 - image[0], x, y, width=wide, low=0, high=1, kind="input")
        right = bool((found == truth).all())
        kind = "output" if right else "wrong"
        drawing.text(x, box.bottom + 46, word(found) + ("" if right else " ✗"), size=42,
                     anchor="start", kind=kind, bold=True)  # fmt: skip
        drawing.text(x + wide, box.bottom + 44, f"{100 * sure[number].prod():.0f} % sure", size=25,
                     anchor="end", kind="muted")  # fmt: skip
    return drawing


def tinted(image: Array, mask: Array) -> Array:
    """Return a scene whose pixels have the colours of their classes."""
    colours = np.ones((NOTHING + 1, 3))
    for digit in range(NOTHING):
        hue = COLOURS[HUES[digit % 5]].light
        colour = np.array([int(hue[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        colours[digit] = colour if digit < 5 else 0.45 * colour + 0.55 * 0.9
    paper = 1 - 0.55 * image[..., None]
    return np.where(mask[..., None] == NOTHING, paper, colours[mask])


def draw_masks(image: Array, mask: Array, truth: Sequence[Found], words: str) -> Drawing:
    """Draw a scene, each pixel in the colour of its class; digits are named below."""
    drawing = Drawing(f"A scene whose digits are coloured pixel by pixel. {words}")
    box = drawing.image(tinted(image, mask), 0, 0, width=WIDE)
    for each in truth:
        at = box.cell(each.row, each.column, SIDE, SIDE)
        drawing.text(at.x - 12, at.y + 24, str(each.label), size=26, bold=True)
    drawing.text(0, box.bottom + 42, words, size=28, anchor="start", bold=True)
    drawing.room(-24, 0, WIDE, box.bottom + 52)
    return drawing


def draw_figures(images: Array, found: Array | None, true: Array, columns: int = 4) -> Drawing:
    """Draw stick figures, and over them the joints that were found."""
    drawing = Drawing(
        f"{len(images)} stick figures"
        + ("." if found is None else " with the joints and bones that the network finds.")
    )
    wide = 270.0
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        x, y = (wide + 16) * column, (wide + 16) * row
        box = drawing.image(1 - image[0], x, y, width=wide, low=0, high=1)
        if found is None:
            continue
        points = [
            (x + (px + 0.5) * box.side, y + (py + 0.5) * box.side) for px, py in found[number]
        ]
        for one, two in BONES:
            drawing.line(points[one], points[two], "output", width=5)
        for at in points:
            drawing.circle(*at, 7, "kernel", fill=1, width=1)
        far = np.hypot(*(found[number] - true[number]).T).mean()
        drawing.text(x + 10, y + wide - 12, f"{far:.1f} pixels off", size=20, anchor="start",
                     bold=True)  # fmt: skip
    return drawing
