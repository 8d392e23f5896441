"""What lecture 01 draws of photos: as tables of numbers, as tasks, and under a moving lamp."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.images import features, photos
from cnnlib.look import Box, Drawing

Array = NDArray[Any]
#: The first row and column of the block that is printed: an eye, in the head of 25 by 25 pixels.
EYE = 10, 8
#: In the portrait of 512 by 512 pixels, by hand: (column, row).
PERSON = (
    (30, 420), (45, 330), (75, 265), (120, 215), (145, 165), (172, 135), (155, 90), (160, 50),
    (190, 22), (240, 15), (285, 38), (302, 90), (285, 130), (268, 155), (302, 185), (308, 230),
    (335, 250), (358, 295), (366, 345), (300, 372), (280, 430), (284, 511), (110, 511), (80, 495),
)  # fmt: skip
THINGS = {
    "person": (22, 12, 350, 499),
    "helmet": (284, 342, 218, 168),
    "space shuttle": (346, 2, 118, 284),
}
JOINTS = {
    "head": (232, 60), "neck": (230, 195), "left": (118, 245), "right": (330, 265),
    "elbow": (62, 400), "hand": (190, 486), "other elbow": (362, 360), "hips": (210, 500),
}  # fmt: skip
BONES = (
    ("head", "neck"), ("neck", "left"), ("neck", "right"), ("left", "elbow"), ("elbow", "hand"),
    ("right", "other elbow"), ("neck", "hips"),
)  # fmt: skip
TASKS = {
    "emotion": "happy",
    "detection": "what is there, and where?",
    "segmentation": "which pixels belong to her?",
    "captioning": "“An astronaut smiles.”",
    "pose": "where are her joints?",
}

#: What is done to faces, by name; the shuffle has squares of 5 pixels.
CHANGES: dict[str, Callable[[Array], Array]] = {
    "side lamp": lambda face: photos.relit(face, 0.8),
    "half the light": lambda face: photos.relit(face, 0, power=0.5),
    "another wall": lambda face: photos.before_wall(face, 1),
    "turned 20°": lambda face: photos.turned(face, 20),
    "parts mixed": lambda face: features.shuffled(face, 5),
}


def block() -> Array:
    """Return the 3 by 3 numbers of an eye, as bytes: from 0, black, to 255, white."""
    row, column = EYE
    cut = photos.head(25)[row : row + 3, column : column + 3]
    return np.asarray((255 * cut).round().astype(int))


def draw_title() -> Drawing:
    """Draw the lecture in one picture: a face that turns into its numbers."""
    small = photos.head(25)
    drawing = Drawing("A photo of a face; its lower right half shows the numbers of its pixels.")
    box = drawing.image(photos.head(), width=560, smooth=True, kind="input")
    side = 560 / 12
    coarse = (255 * photos.shrunk(small, (12, 12))).round()
    for i, j in np.ndindex(12, 12):
        if i + j < 12:
            continue
        drawing.grid(coarse[i : i + 1, j : j + 1], j * side, i * side, side=side, kind="input",
                     size=18, shades=False)  # fmt: skip
        drawing.frame(Box(j * side, i * side, side, side), "paper", fill=0.82, width=1)
        drawing.text((j + 0.5) * side, (i + 0.5) * side + 7, f"{coarse[i, j]:.0f}", size=19,
                     kind="input")  # fmt: skip
    drawing.room(box.x, box.y, box.right, box.bottom)
    return drawing


def draw_three() -> Drawing:
    """Draw the same head as it is, under a lamp at its side, and turned."""
    drawing = Drawing("The same face three times: as it is, lit from the side, and turned.")
    head = photos.head()
    for number, image in enumerate((head, photos.relit(head, 0.8), photos.turned(head, 20))):
        drawing.image(image, 0, 205.0 * number, width=190, low=0, high=1, smooth=True)
    return drawing


def draw_zoom() -> list[Drawing]:
    """Draw how a photo becomes a table of numbers, in four steps."""
    steps = []
    numbers, (row, column) = block(), EYE
    for shown in range(4):
        drawing = Drawing(
            "The portrait of an astronaut; her head as 25 by 25 grey squares; nine of them, at "
            f"an eye, as numbers: {numbers.tolist()}."
        )
        drawing.room(0, -40, 1180, 480)
        photo = drawing.image(photos.small_portrait(), 0, 0, width=420, smooth=True, kind="input")
        scale = 420 / 512
        head = Box(144 * scale, 36 * scale, 160 * scale, 160 * scale)
        drawing.frame(head, "input", fill=0, width=4)
        drawing.text(photo.x, 462, "512 × 512 pixels", size=24, anchor="start", kind="input")
        if shown >= 1:
            small = drawing.image(photos.head(25), 480, 60, width=300, kind="input")
            drawing.line((head.right, head.y), (480, 60), "line")
            drawing.line((head.right, head.bottom), (480, 360), "line")
            drawing.text(480, 402, "25 × 25 of them, in grey", size=24, anchor="start",
                         kind="input")  # fmt: skip
            if shown >= 2:
                eye = small.cell(row, column, 3, 3)
                drawing.frame(eye, "kernel", fill=0, width=4, key="eye")
        if shown >= 3:
            drawing.line((eye.right, eye.y), (880, 60), "line")
            drawing.line((eye.right, eye.bottom), (880, 360), "line")
            cut = numbers / 255
            drawing.image(cut, 880, 60, width=300, low=0, high=1, kind="kernel")
            for i, j in np.ndindex(3, 3):
                x, y = 930.0 + 100 * j, 110.0 + 100 * i
                drawing.frame(Box(x - 38, y - 26, 76, 52), "paper", fill=0.85, width=0)
                drawing.text(x, y + 12, f"{numbers[i, j]}", size=34, bold=True)
            drawing.text(880, 402, "0 is black, 255 white", size=24, anchor="start", kind="kernel")
        steps.append(drawing)
    return steps


def draw_tasks() -> list[Drawing]:
    """Draw one photo and five questions about it; each step answers one."""
    steps = []
    for number, task in enumerate(TASKS):
        drawing = Drawing(f"The portrait of an astronaut, marked for one task: {task}.")
        drawing.room(0, 0, 1130, 520)
        box = drawing.image(photos.small_portrait(), width=512, smooth=True)
        _mark(drawing, task)
        for line, (name, answer) in enumerate(TASKS.items()):
            now = line == number
            y = 62.0 + 102 * line
            drawing.text(box.right + 70, y, name, size=44 if now else 34, anchor="start",
                         bold=now, kind="output" if now else "muted")  # fmt: skip
            if now:
                drawing.text(box.right + 70, y + 42, answer, size=30, anchor="start")
        steps.append(drawing)
    return steps


def _mark(drawing: Drawing, task: str) -> None:
    """Mark on the portrait what a task asks for."""
    if task == "emotion":
        drawing.frame(Box(172, 66, 106, 106), "output", fill=0.05, width=5)
    elif task == "detection":
        for (x, y, width, height), kind in zip(
            THINGS.values(), ("output", "kernel", "input"), strict=True
        ):
            drawing.frame(Box(x, y, width, height), kind, fill=0.05, width=5)
    elif task == "segmentation":
        drawing.path([*PERSON], "output", fill=0.5, closed=True, width=4)
    elif task == "captioning":
        drawing.frame(Box(0, 452, 512, 60), "ink", fill=0.85, width=0)
        drawing.text(256, 491, "An astronaut smiles.", size=30, kind="paper", bold=True)
    else:
        for one, two in BONES:
            drawing.line(JOINTS[one], JOINTS[two], "output", width=7)
        for x, y in JOINTS.values():
            drawing.circle(x, y, 9, "kernel", fill=1)


def lamp(strength: float, power: float) -> dict[str, float]:
    """Return how far her relit photo is, per pixel, from her own one and from the nearest other.

    The distance is the root of the mean squared difference, of 25 by 25 pixels.
    """
    query = photos.shrunk(photos.relit(photos.head(100), strength, power=power), (25, 25))
    own = photos.shrunk(photos.head(100), (25, 25))
    apart = np.sqrt(((photos.faces() - query) ** 2).mean(axis=(1, 2)))
    number = int(apart.argmin())
    return {
        "own": float(np.sqrt(((own - query) ** 2).mean())),
        "other": float(apart[number]),
        "number": number,
    }


def draw_lamp(settings: list[tuple[float, float]]) -> list[Drawing]:
    """Draw the photo under a lamp that moves away, with both distances as bars."""
    steps = []
    for strength, power in settings:
        far = lamp(strength, power)
        right = far["own"] < far["other"]
        drawing = Drawing(
            f"Under the lamp, the new photo is {far['own']:.2f} away from her own photo and "
            f"{far['other']:.2f} from the nearest of a hundred other faces."
        )
        drawing.room(0, 0, 1160, 470)
        lit = photos.relit(photos.head(), strength, power=power)
        drawing.image(lit, 0, 20, width=400, low=0, high=1, smooth=True, kind="input")
        x, y = 200 + 250 * strength, 220
        drawing.circle(x, y, 24, "kernel", fill=0.4 + 0.6 * power, key="lamp")
        drawing.text(0, 456, "new photo", size=24, anchor="start", kind="input", bold=True)
        stranger = photos.faces()[int(far["number"])]
        rows = (
            ("her own photo", photos.head(), far["own"], right),
            ("somebody else", stranger, far["other"], not right),
        )
        for number, (name, image, distance, nearest) in enumerate(rows):
            top = 30.0 + 225 * number
            drawing.image(image, 530, top, width=170, low=0, high=1, smooth=True)
            drawing.text(530, top + 198, name, size=22, anchor="start")
            kind = ("output" if number == 0 else "wrong") if nearest else "muted"
            drawing.frame(Box(740, top + 50, 1000 * distance, 70), kind, fill=0.5, width=2,
                          key=f"bar-{number}")  # fmt: skip
            words = f"{distance:.2f}" + ("  nearest" if nearest else "")
            drawing.text(755 + 1000 * distance, top + 96, words, size=28, anchor="start",
                         kind=kind, bold=nearest)  # fmt: skip
        steps.append(drawing)
    return steps


def draw_changes(which: Sequence[int], shares: Mapping[str, float]) -> Drawing:
    """Draw faces after each change, and how many of a hundred are still recognised."""
    drawing = Drawing(
        "Two faces, changed: " + "; ".join(f"{n}: {100 * s:.0f} %" for n, s in shares.items())
    )
    for column, (name, share) in enumerate(shares.items()):
        change = CHANGES.get(name, np.asarray)
        for row, number in enumerate(which):
            box = drawing.image(change(photos.faces()[number]), 232.0 * column, 216.0 * row,
                                width=204, low=0, high=1, kind="input", smooth=True)  # fmt: skip
        drawing.text(box.middle[0], box.bottom + 36, name, size=25, bold=True)
        drawing.text(box.middle[0], box.bottom + 96, f"{100 * share:.0f} %", size=54, bold=True,
                     kind="output" if share > 0.9 else "wrong")  # fmt: skip
    return drawing


def draw_difference() -> Drawing:
    """Draw two photos and, pixel by pixel, how far they are apart."""
    own = photos.head(25)
    other = photos.faces()[int(lamp(0, 1)["number"])]
    difference = np.abs(own - other)
    far = float(np.sqrt((difference**2).mean()))
    drawing = Drawing(
        "A photo minus another one: the difference at every pixel. The root of its mean square is "
        f"the distance, {far:.2f}."
    )
    for number, (image, sign) in enumerate(((own, "−"), (other, "="), (difference, ""))):
        x = 400.0 * number
        drawing.image(image, x, 0, width=310, low=0, high=1, kind="input" if number < 2 else
                      "wrong", cmap="gray" if number < 2 else "Reds")  # fmt: skip
        if sign:
            drawing.text(x + 355, 175, sign, size=60, bold=True)
    drawing.text(0, 370, "new photo", size=26, anchor="start", kind="input", bold=True)
    drawing.text(400, 370, "a known photo", size=26, anchor="start", kind="input",
                 bold=True)  # fmt: skip
    drawing.text(800, 370, f"distance {far:.2f}", size=26, anchor="start", kind="wrong", bold=True)
    return drawing


def draw_shuffled(image: Array, mixed: Array, same: str) -> Drawing:
    """Draw a photo, the same with its squares in another order, and what is equal in both."""
    drawing = Drawing(f"A photo and the same photo with its squares mixed: {same}.")
    one = drawing.image(image, width=500, smooth=True, kind="input")
    two = drawing.image(mixed, one.right + 120, width=500, kind="input")
    drawing.text((one.right + two.x) / 2, one.middle[1] + 22, "=", size=70, bold=True,
                 kind="wrong")  # fmt: skip
    drawing.text((one.right + two.x) / 2, one.bottom + 50, same, size=30, bold=True, kind="wrong")
    return drawing
