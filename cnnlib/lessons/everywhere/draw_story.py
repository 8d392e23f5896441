"""What lecture 14 draws of the field: one body with many heads, photos, captions, generators."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.everywhere.records import LANES, Work
from cnnlib.lessons.images import photos
from cnnlib.look import Box, Drawing

Array = NDArray[Any]
#: What the last layers can be, and what comes out of them.
HEADS = (
    ("one vector per image", "which class?", "output"),
    ("one vector, compared", "same person? what is similar?", "output"),
    ("one vector per place", "where? which box?", "input"),
    ("one vector per pixel", "which pixels?", "input"),
    ("coordinates", "where are the joints?", "kernel"),
    ("a move", "left or right?", "kernel"),
    ("words", "what does it show?", "wrong"),
)


def draw_heads(image: Array, count: int) -> Drawing:
    """Draw a photo, one body of convolutions, and the first few of its possible heads."""
    drawing = Drawing(
        "A photo goes through one body of convolutions. Heads behind it: "
        + "; ".join(f"{what}: {asks}" for what, asks, _ in HEADS[:count])
    )
    drawing.image(image, 0, 90, width=340, smooth=True, photo=True, kind="input")
    x = 380.0
    for tall in (320, 250, 180, 120):
        drawing.frame(Box(x, 260 - tall / 2, 40, tall), "kernel", width=3, fill=0.35)
        x += 54
    drawing.text(480, 470, "convolutions", size=28, kind="kernel", bold=True)
    for number, (what, asks, kind) in enumerate(HEADS[:count]):
        y = 76.0 * number - 10
        drawing.line((x, 260), (x + 66, y + 32), kind, width=3, arrow=True)
        drawing.frame(Box(x + 74, y, 470, 64), kind, width=3, fill=0.12)
        drawing.text(x + 92, y + 28, what, size=22, anchor="start", kind=kind, bold=True)
        drawing.text(x + 92, y + 54, asks, size=22, anchor="start")
    drawing.room(0, -14, x + 550, 530)
    return drawing


def draw_gallery(tiles: Sequence[tuple[Array | Drawing, str, str]]) -> Drawing:
    """Draw pictures in rows of three, each with a title and a line that says who and when."""
    drawing = Drawing("; ".join(f"{title}: {line}" for _, title, line in tiles))
    wide, tall = 366.0, 206.0
    for number, (picture, title, line) in enumerate(tiles):
        row, column = divmod(number, 3)
        x, y = (wide + 24) * column, (tall + 92) * row
        if isinstance(picture, Drawing):
            drawing.put(picture, x, y, wide / (picture.view.width - 16))
        else:
            drawing.image(
                cropped(picture, wide / tall), x, y, width=wide, smooth=True, kind="input"
            )
        drawing.text(x, y + tall + 34, title, size=28, anchor="start", bold=True)
        drawing.text(x, y + tall + 64, line, size=21, anchor="start", kind="muted")
    return drawing


def cropped(image: Array, shape: float, wide: int = 420) -> Array:
    """Return the middle of an image, in this shape, width over height, with so many columns."""
    rows, columns = image.shape[:2]
    width, height = min(columns, round(rows * shape)), min(rows, round(columns / shape))
    top, left = (rows - height) // 2, (columns - width) // 2
    middle = image[top : top + height, left : left + width]
    return photos.shrunk(middle, (round(wide / shape), wide))


def sketch(what: str) -> Drawing:
    """Return a small drawing, 366 by 206, of what no library has a photo of."""
    drawing = Drawing(f"A sketch: {what}.")
    drawing.frame(Box(0, 0, 366, 206), "line", width=1.5, fill=0.15)
    if what == "roads":
        for points in (((0, 60), (120, 90), (240, 60), (366, 84)), ((90, 0), (120, 90), (100, 206)),
                       ((366, 150), (240, 140), (240, 60), (270, 0))):  # fmt: skip
            drawing.path(points, "kernel", width=12)
        for x, y in ((20, 110), (60, 140), (160, 20), (170, 110), (290, 100), (300, 20), (150, 160),
                     (300, 165), (200, 170)):  # fmt: skip
            drawing.frame(Box(x, y, 36, 26), "muted", width=1, fill=0.5)
    elif what == "whale":
        half = ((183, 190), (176, 130), (120, 110), (60, 60), (30, 30), (90, 40), (150, 62),
                (183, 92))  # fmt: skip
        other = [(366 - x, y) for x, y in half[-2:0:-1]]
        drawing.path([*half, *other], "input", width=3, fill=0.7, closed=True)
        for x, y in ((90, 62), (112, 74), (262, 66), (240, 84)):
            drawing.circle(x, y, 5, "paper", fill=1, width=0)
        waves = [(61 * number, 183 + 7 * (-1) ** number) for number in range(7)]
        drawing.path(waves, "input", width=4)
    elif what == "the road ahead":
        drawing.path(((20, 200), (165, 60), (201, 60), (346, 200)), "muted", width=3, fill=0.35,
                     closed=True)  # fmt: skip
        drawing.path(((0, 60), (366, 60)), "muted", width=3)
        for top, bottom, wide in ((72, 86, 3), (100, 124, 6), (146, 186, 11)):
            drawing.path(((183, top), (183, bottom)), "paper", width=wide)
        drawing.path(((258, 198), (226, 140), (204, 90), (195, 62)), "output", width=6)
    else:
        drawing.circle(110, 103, 78, "wrong", fill=0, width=18)
        drawing.text(110, 126, "60", size=66, bold=True)
        drawing.path(((190, 170), (270, 30), (350, 170)), "wrong", width=14, closed=True)
        drawing.text(270, 152, "!", size=80, bold=True)
    return drawing


def draw_captions(rows: Sequence[tuple[Array, str, str, str]], shown: int) -> Drawing:
    """Draw photos with captions; the first few are judged.

    Parameters
    ----------
    rows
        A photo, a caption in two lines with a bar between, the kind of its error, a meaning.
    """
    drawing = Drawing(
        "Photos and captions: "
        + "; ".join(caption.replace("|", " ") + (f" ({error})" if number < shown else "")
                    for number, (_, caption, error, _) in enumerate(rows))
    )  # fmt: skip
    wide = 272.0
    for number, (image, caption, error, kind) in enumerate(rows):
        x = (wide + 22) * number
        box = drawing.image(cropped(image, 1), x, 0, width=wide, smooth=True, photo=True,
                            kind=kind if number < shown else "line")  # fmt: skip
        for line, words in enumerate(caption.split("|")):
            drawing.text(x, box.bottom + 40 + 32 * line, words, size=24, anchor="start")
        if number < shown:
            drawing.frame(Box(x, box.bottom + 100, wide, 54), kind, width=3, fill=0.15)
            drawing.text(x + wide / 2, box.bottom + 136, error, size=25, kind=kind, bold=True)
    drawing.room(0, 0, 4 * (wide + 22) - 22, wide + 156)
    return drawing


def draw_signs(rates: Mapping[str, float]) -> Drawing:
    """Draw how many signs in 10,000 are named wrong, from the per cent that are named right."""
    drawing = Drawing(
        "Wrong of 10,000 signs: "
        + "; ".join(f"{who} {round(100 * (100 - right))}" for who, right in rates.items())
    )
    for number, (who, right) in enumerate(rates.items()):
        wrong = round(100 * (100 - right))
        y = 150.0 * number
        kind = "input" if who.startswith("people") else "output"
        drawing.text(0, y + 64, who, size=30, anchor="end", bold=True)
        drawing.frame(Box(24, y, 3.6 * wrong, 104), kind, width=2, fill=0.5)
        drawing.text(48 + 3.6 * wrong, y + 68, f"{wrong}", size=48, anchor="start", kind=kind,
                     bold=True)  # fmt: skip
    drawing.text(24, 476, "wrong of 10,000 signs", size=26, anchor="start", kind="muted")
    drawing.room(-440, 0, 740, 480)
    return drawing


def draw_prior(step: int) -> Drawing:
    """Draw CLIP's two encoders (step 0), then DALL·E 2's prior (1) and its decoder (2)."""
    words = ("CLIP: a text and its image get similar vectors",
             "the prior turns a text's vector into an image's",
             "the decoder paints an image that has this vector")[step]  # fmt: skip
    drawing = Drawing(f"Boxes and arrows. {words}.")

    def box(x: float, y: float, title: str, kind: str, tall: float = 100) -> None:
        drawing.frame(Box(x, y, 240, tall), kind, width=4, fill=0.18)
        drawing.text(x + 120, y + tall / 2 + 10, title, size=28, kind=kind, bold=True)

    def vector(x: float, y: float, kind: str) -> None:
        for number in range(6):
            drawing.frame(Box(x + 32 * number, y, 30, 30), kind, width=1.5,
                          fill=(0.7, 0.2, 0.5, 0.85, 0.3, 0.6)[number])  # fmt: skip

    drawing.text(120, 50, "“a corgi plays", size=26)
    drawing.text(120, 84, "the trumpet”", size=26)
    drawing.line((245, 66), (300, 66), "muted", width=4, arrow=True)
    box(310, 16, "text encoder", "input")
    drawing.line((560, 66), (618, 66), "input", width=4, arrow=True)
    vector(630, 51, "input")
    drawing.text(725, 30, "text vector", size=24, kind="input", bold=True)
    if step == 0:
        drawing.text(120, 386, "an image", size=26)
        drawing.line((245, 378), (300, 378), "muted", width=4, arrow=True)
        box(310, 328, "image encoder", "output")
        drawing.line((560, 378), (618, 378), "output", width=4, arrow=True)
        drawing.line((725, 90), (725, 350), "ink", width=4, dashed=True)
        drawing.text(750, 228, "pull pairs together,", size=26, anchor="start", bold=True)
        drawing.text(750, 262, "push others apart", size=26, anchor="start", bold=True)
    else:
        drawing.line((725, 90), (725, 148), "gradient", width=4, arrow=True)
        box(605, 158, "prior", "gradient")
        drawing.line((725, 262), (725, 346), "gradient", width=4, arrow=True)
    vector(630, 363, "output")
    drawing.text(840, 386, "image vector", size=24, kind="output", anchor="start", bold=True)
    if step == 2:
        drawing.line((618, 378), (560, 378), "kernel", width=4, arrow=True)
        box(310, 328, "decoder", "kernel")
        drawing.line((300, 378), (245, 378), "kernel", width=4, arrow=True)
        rng = np.random.default_rng(4)
        for number in range(25):
            row, column = divmod(number, 5)
            kind = ("kernel", "input", "output", "gradient")[int(rng.integers(4))]
            drawing.frame(Box(48 + 36 * column, 288 + 36 * row, 36, 36), kind, width=0,
                          fill=float(rng.uniform(0.2, 0.8)))  # fmt: skip
        drawing.text(138, 500, "a new image", size=26, bold=True)
    drawing.text(0, -30, words, size=30, anchor="start", bold=True)
    drawing.room(0, -60, 1130, 510)
    return drawing


def draw_style(step: int) -> Drawing:
    """Draw a generator as before (step 0), and StyleGAN's (1): the style enters every layer."""
    drawing = Drawing(
        "A generator: random numbers enter at its beginning and become an image."
        if step == 0
        else "StyleGAN: random numbers become a style, which enters every layer; noise is added."
    )
    sides = (60, 100, 150, 210)
    x = 330.0
    lefts = []
    for side in sides:
        lefts.append((x, side))
        drawing.frame(Box(x, 220 - side / 2, side, side), "kernel", width=3.5, fill=0.3,
                      key=f"layer-{side}")  # fmt: skip
        x += side + 50
    for (left, side), (right, _) in pairwise(lefts):
        drawing.line((left + side + 6, 220), (right - 8, 220), "muted", width=4, arrow=True)
    drawing.text(x + 10, 214, "image", size=30, anchor="start", bold=True)
    for number, share in enumerate((0.7, 0.25, 0.5, 0.9, 0.35)):
        y = 150 + 30.0 * number if step == 0 else 398.0
        at = Box(110, y, 30, 28) if step == 0 else Box(60 + 32.0 * number, y, 30, 30)
        drawing.frame(at, "input", width=1.5, fill=share, key=f"random-{number}")
    drawing.text(125, 128 if step == 0 else 460, "random numbers", size=24, kind="input", bold=True)
    if step == 0:
        drawing.line((150, 220), (318, 220), "input", width=4, arrow=True)
        words = "4 × 4, 8 × 8, … each layer doubles the size"
        drawing.text(560, 400, words, size=26, kind="kernel", bold=True)
    else:
        drawing.text(240, 226, "constant", size=24, bold=True)
        drawing.line((230, 413), (300, 413), "input", width=4, arrow=True)
        drawing.frame(Box(310, 388, 640, 50), "gradient", width=4, fill=0.2)
        words = "style: pose and shape, hair, colours"
        drawing.text(630, 422, words, size=26, kind="gradient", bold=True)
        for left, side in lefts:
            drawing.line((left + side / 2, 386), (left + side / 2, 226 + side / 2), "gradient",
                         width=4, arrow=True)  # fmt: skip
            drawing.text(left + side / 2, 200 - side / 2, "+ noise", size=20, kind="muted")
    drawing.room(0, 40, 1150, 480)
    return drawing


def draw_wall(works: Sequence[Work]) -> Drawing:
    """Draw the works of the lecture by what they do, from the earliest to the latest."""
    drawing = Drawing("; ".join(f"{w.year} {w.who}: {w.what} ({w.lane})" for w in works))
    wide, tall = 234.0, 76.0
    for column, (lane, kind) in enumerate(LANES.items()):
        x = wide * column
        drawing.text(x + 6, -12, lane, size=30, anchor="start", kind=kind, bold=True)
        here = [work for work in works if work.lane == lane]
        for row, work in enumerate(here):
            y = tall * row
            drawing.frame(Box(x, y, wide - 12, tall - 8), kind, width=2.5, fill=0.1)
            drawing.text(x + 12, y + 29, f"{work.year}  {work.what}", size=18.5, anchor="start",
                         bold=True)  # fmt: skip
            drawing.text(x + 12, y + 56, work.who, size=18, anchor="start")
    return drawing


def draw_fooled(
    image: Array,
    change: Array,
    changed: Array,
    before: tuple[str, float],
    after: tuple[str, float],
    words: str,
) -> Drawing:
    """Draw a photo, a pattern, and their sum, with what the network says of both photos."""
    drawing = Drawing(
        f"A photo, named {before[0]} with {before[1]:.0%}; a pattern of tiny changes, {words}; the "
        f"changed photo looks the same and is named {after[0]} with {after[1]:.0%}."
    )
    wide = 340.0
    fooled = before[0] != after[0]
    for number, (picture, title, line, kind) in enumerate((
        (image, before[0], f"{100 * before[1]:.0f} %", "output"),
        (change, words, "2 of 255, drawn 40 times larger", "gradient"),
        (changed, after[0], f"{100 * after[1]:.0f} %", "wrong" if fooled else "output"),
    )):  # fmt: skip
        x = (wide + 66) * number
        drawing.image(picture, x, 0, width=wide, smooth=True, photo=True, kind=kind)
        drawing.text(x + wide / 2, wide + 46, title, size=32, kind=kind, bold=True)
        drawing.text(x + wide / 2, wide + 84, line, size=22 if number == 1 else 28)
        if number:
            drawing.text(x - 33, wide / 2 + 16, "+="[number - 1], size=54, bold=True)
    return drawing
