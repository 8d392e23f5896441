"""What a network is: one unit, a layer of two, two layers, and what you have to choose."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.data import photo
from cnnlib.explore import Steps
from cnnlib.lessons.dropout import Network
from cnnlib.look import MAPS, Box, Drawing

Array = NDArray[Any]
Spot = tuple[float, float]


def signed(value: float, places: int = 2) -> str:
    """Return a number with a true minus and no zeros that say nothing."""
    rounded = round(float(value), places) or 0.0
    return f"{rounded:.{places + 4}g}".replace("-", "−")


def factor(value: float) -> str:
    """Return a number as it stands in a product: in brackets if it is negative."""
    words = signed(value)
    return f"({words})" if value < 0 else words


def node(drawing: Drawing, at: Spot, words: str, kind: str, *, radius: float = 50, key: str = "",
         size: float = 30) -> None:  # fmt: skip
    """Draw a unit with a number in it."""
    drawing.circle(*at, radius, "paper", fill=1, width=0, key=f"{key}-paper" if key else "")
    drawing.circle(*at, radius, kind, fill=0.22, width=4, key=key)
    if words:
        drawing.text(at[0], at[1] + 0.36 * size, words, size=size, bold=True)


def label(drawing: Drawing, x: float, y: float, words: str, kind: str, size: float = 24) -> None:
    """Write on paper of its own, so that lines behind do not disturb."""
    wide = 0.6 * size * len(words) + 8
    drawing.frame(Box(x - wide / 2, y - 0.86 * size, wide, 1.2 * size), "paper", width=0, fill=0.9)
    drawing.text(x, y, words, size=size, kind=kind, bold=True)


def draw_unit(x: Sequence[float], w: Sequence[float], b: float) -> Steps:
    """Draw one unit with ReLU: its inputs, its weighted sum z, its activation f(z)."""
    z = sum(value * weight for value, weight in zip(x, w, strict=True)) + b
    captions = ("Inputs, weights, a bias.", "z is the weighted sum.", "The activation is f(z).")
    return Steps([_unit(x, w, b, z, stage) for stage in range(3)], captions)


def _unit(x: Sequence[float], w: Sequence[float], b: float, z: float, stage: int) -> Drawing:
    drawing = Drawing(
        f"A unit with inputs {', '.join(map(signed, x))}, weights {', '.join(map(signed, w))} and "
        f"bias {signed(b)}"
        + (f"; the weighted sum z is {signed(z)}" if stage > 0 else "")
        + (f"; the activation is {signed(max(0, z))}." if stage > 1 else ".")
    )
    middle = (450.0, 210.0)
    for i, (value, weight) in enumerate(zip(x, w, strict=True)):
        at = (60.0, 60.0 + 150 * i)
        drawing.line(at, middle, "kernel", width=4)
        label(drawing, at[0] + 0.45 * (middle[0] - at[0]), at[1] + 0.45 * (middle[1] - at[1]) + 8,
              signed(weight), "kernel", 28)  # fmt: skip
        node(drawing, at, signed(value), "input")
    drawing.line((450, 440), middle, "kernel", width=4)
    drawing.text(450, 474, ["bias ", (signed(b), "kernel")], size=28, bold=True)
    node(drawing, middle, "", "muted", radius=86)
    drawing.text(450, 200, "z", size=34, bold=True, kind="muted")
    drawing.text(450, 244, signed(z) if stage > 0 else "?", size=38, bold=True)
    drawing.line((540, 210), (655, 210), "muted", width=4, arrow=True)
    _relu(drawing, Box(665, 120, 180, 180), z if stage > 1 else None)
    drawing.text(755, 96, "f: ReLU", size=26, bold=True, kind="muted")
    drawing.line((852, 210), (950, 210), "muted", width=4, arrow=True)
    node(drawing, (1045, 210), signed(max(0, z)) if stage > 1 else "?", "output", radius=86,
         size=44)  # fmt: skip
    drawing.text(1045, 96, "activation", size=26, bold=True, kind="output")
    if stage > 0:
        terms: list[str | tuple[str, str]] = ["z = "]
        for value, weight in zip(x, w, strict=True):
            terms += [(factor(weight), "kernel"), "·", (factor(value), "input"), " + "]
        terms += [(factor(b), "kernel"), f" = {signed(z)}"]
        if stage > 1:
            terms += [f",   f(z) = max(0, {signed(z)}) = ", (signed(max(0, z)), "output")]
        drawing.text(565, 545, terms, size=30, bold=True)
    drawing.room(0, 0, 1140, 560)
    return drawing


def _relu(drawing: Drawing, box: Box, z: float | None) -> None:
    drawing.frame(box, "line", width=2, fill=0)
    x, y = box.middle
    drawing.line((box.x, y), (box.right, y), "line", width=1.5)
    drawing.line((x, box.y), (x, box.bottom), "line", width=1.5)
    drawing.path([(box.x + 6, y), (x, y), (box.right - 8, y - box.width / 2 + 8)], "ink", width=5)
    if z is not None:
        across = max(-1.0, min(1.0, z / 4)) * (box.width / 2 - 8)
        drawing.circle(x + across, y - max(0.0, across), 10, "output", fill=1, key="at")


def patch(rows: int = 8, columns: int = 9) -> Array:
    """Return a few pixels of a photo: the left eye."""
    return photo(60)[17 : 17 + rows, 17 : 17 + columns]


def draw_linear(pixels: Array, w: Array) -> Drawing:
    """Draw an image that becomes a column of numbers, and each row of W that it is multiplied by.

    Parameters
    ----------
    pixels
        (H, W), small.
    w
        (outputs, H · W).
    """
    x = pixels.ravel()
    out = w @ x
    drawing = Drawing(
        f"{len(x)} pixels, a matrix of {len(w)} by {len(x)}, and {len(w)} numbers that come out: "
        + ", ".join(signed(value) for value in out)
    )
    picture = drawing.image(pixels, 0, 30, width=230, kind="input", low=0, high=1,
                            title=f"{pixels.shape[0]} × {pixels.shape[1]}")  # fmt: skip
    side = 10.6
    strip = drawing.image(x[None], 330, 130, width=side * len(x), kind="input", low=0, high=1,
                          title=f"x: the same {len(x)} numbers in a row")  # fmt: skip
    drawing.line((picture.right + 12, 136), (strip.x - 12, 136), "input", width=4, arrow=True)
    drawing.text(0, 364, ["W, ", (f"{len(w)} × {len(x)}", "kernel")], size=30, anchor="start",
                 bold=True)  # fmt: skip
    drawing.text(0, 400, "one row per output", size=24, anchor="start", kind="muted")
    for number, (row, value) in enumerate(zip(w, out, strict=True)):
        top = 300 + 130.0 * number
        band = Box(330, top, side * len(x), 54)
        most = float(np.abs(w).max())
        for i, weight in enumerate(row):
            high = 27 * abs(weight) / most
            drawing.bar(band.x + i * side + 1, top + 27 - (high if weight > 0 else 0), side - 2,
                        max(high, 0.5), "kernel")  # fmt: skip
        drawing.frame(band, "kernel", width=2, fill=0)
        drawing.text(band.right + 24, top + 40, ["= ", (signed(value), "output")], size=36,
                     anchor="start", bold=True)  # fmt: skip
    drawing.text(330, 538, f"each output: a dot product of {len(x)} numbers with {len(x)} weights",
                 size=26, anchor="start", kind="muted")  # fmt: skip
    drawing.room(0, 0, 1240, 550)
    return drawing


def draw_two_layers(x: Array, w1: Array, w2: Array) -> Steps:
    """Draw W₂ max(0, W₁x) as matrices, from right to left.

    Parameters
    ----------
    x
        (inputs,).
    w1, w2
        (hidden, inputs) and (outputs, hidden).
    """
    captions = ("W₁x: every hidden unit's weighted sum z.",
                "max(0, z): negative sums become 0.",
                "W₂ max(0, W₁x): weighted sums of the activations.")  # fmt: skip
    return Steps([_two_layers(x, w1, w2, stage) for stage in range(3)], captions)


def _two_layers(x: Array, w1: Array, w2: Array, stage: int) -> Drawing:
    z = w1 @ x
    h = np.maximum(0, z)
    f = w2 @ h
    drawing = Drawing(
        f"{len(x)} inputs times a matrix of {len(w1)} by {len(x)}"
        + (", negative sums set to 0" if stage > 0 else "")
        + (f", times a matrix of {len(w2)} by {len(h)}: {len(f)} outputs." if stage > 1 else ".")
    )
    side, top = 46.0, 40.0
    middle = top + len(x) * side / 2
    right = 1150.0
    column = drawing.grid(
        x[:, None],
        right - side,
        middle - side * len(x) / 2,
        side=side,
        kind="input",
        title="x",
        size=20,
        strong=np.ones((len(x), 1), bool),
    )
    first = _weights(
        drawing, w1, column.x - 40 - side * len(x), middle - side * len(w1) / 2, side, "W₁"
    )
    hidden = (z if stage == 0 else h)[:, None]
    title = "z" if stage == 0 else "max(0, z)"
    cut = (z <= 0)[:, None] if stage > 0 else None
    box = drawing.grid(
        np.round(hidden, 1),
        first.x - 70 - side,
        middle - side * len(w1) / 2,
        side=side,
        kind="muted",
        size=20,
        title=title,
        strong=cut,
    )
    drawing.text(first.x - 35, middle + 12, "←", size=34, kind="muted", bold=True)
    second = _weights(
        drawing, w2, box.x - 60 - side * len(h), middle - side * len(w2) / 2, side, "W₂"
    )
    shown = np.full((len(f), 1), bool(stage > 1))
    drawing.grid(
        np.round(f, 1)[:, None],
        second.x - 70 - side,
        middle - side * len(w2) / 2,
        side=side,
        kind="output",
        title="y",
        size=20,
        shown=shown,
        strong=shown,
    )
    drawing.text(second.x - 35, middle + 12, "←", size=34, kind="muted", bold=True)
    drawing.room(0, 0, 1160, top + len(x) * side)
    return drawing


def _weights(drawing: Drawing, w: Array, x: float, y: float, side: float, name: str) -> Box:
    most = float(np.abs(w).max())
    box = drawing.image(w, x, y, width=side * w.shape[1], kind="kernel", low=-most, high=most,
                        cmap=MAPS["signed"])  # fmt: skip
    drawing.text(box.x, box.y - 10, [(name, "kernel"), f"  {w.shape[0]} × {w.shape[1]}"], size=24,
                 anchor="start", bold=True)  # fmt: skip
    return box


#: What there is to choose: its words, where they stand, and what they point at.
CHOICES = (
    ("input size", "input", (70, 42), (70, 78)),
    ("how many hidden layers", "ink", (525, 42), None),
    ("units in each", "ink", (330, 512), (420, 452)),
    ("activation f", "ink", (730, 512), (650, 452)),
    ("output units", "output", (985, 42), (985, 140)),
)


def draw_choices() -> Drawing:
    """Draw a network, and around it what you have to choose before it can be trained."""
    drawing = Drawing(
        "A network with its choices: input size, number of hidden layers, units in each, "
        "activation, output units, and beside it loss and optimiser."
    )
    drawing.put(Network((5, 6, 6, 3), width=970, height=370, radius=26).draw(), 42, 78)
    drawing.path([(340, 66), (340, 56), (710, 56), (710, 66)], "ink", width=3)
    for words, kind, at, target in CHOICES:
        drawing.text(*at, words, size=28, kind=kind, bold=True)
        if target:
            drawing.line((at[0], at[1] + (8 if target[1] > at[1] else -30)), target, "muted",
                         arrow=True)  # fmt: skip
    for words, kind, x, y in (("loss", "wrong", 1120, 210), ("optimiser", "gradient", 1120, 330)):
        drawing.frame(Box(x - 80, y - 42, 190, 66), kind, width=3, fill=0.12)
        drawing.text(x + 15, y, words, size=28, kind=kind, bold=True)
    drawing.line((1012, 236), (1036, 216), "muted", width=3, arrow=True)
    drawing.line((1135, 238), (1135, 284), "muted", width=3, arrow=True)
    drawing.room(-20, 0, 1240, 530)
    return drawing


#: The four parts of training: name, what happens, colour.
LOOP = (
    ("initialise", "small random weights", "kernel"),
    ("forward", "all sums z, all activations", "output"),
    ("backward", "∂loss / ∂w for every weight", "gradient"),
    ("update", "w ← w − rate · ∂loss / ∂w", "kernel"),
)


def draw_loop() -> Steps:
    """Show the loop of training, part by part."""
    captions = [f"{name}: {what}" for name, what, _ in LOOP]
    return Steps([_loop(now) for now in range(4)], captions)


def _loop(now: int) -> Drawing:
    name, what, _ = LOOP[now]
    drawing = Drawing(f"Four boxes: initialise, forward, backward, update. Now {name}: {what}.")
    network = Network((3, 4, 2), width=250, height=170, radius=17)
    for number, (title, _, kind) in enumerate(LOOP):
        box = Box(305.0 * number, 80, 265, 300)
        active = number == now
        drawing.frame(box, kind if active else "line", width=6 if active else 2,
                      fill=0.12 if active else 0, key=f"box-{number}")  # fmt: skip
        drawing.text(box.x + 20, 124, f"{number + 1}  {title}", size=30, anchor="start", bold=True,
                     kind=kind if active else "muted")  # fmt: skip
        if number == 3:
            _slope(drawing, Box(box.x + 34, 165, 196, 180))
        else:
            drawing.put(network.draw(), box.x + 8, 165)
        if number in (1, 2):
            ends = ((box.x + 40, 362.0), (box.x + 225, 362.0))
            drawing.line(*(ends if number == 1 else ends[::-1]), kind, width=7, arrow=True)
        if number < 3:
            drawing.line((box.right + 6, 230), (box.right + 34, 230), "muted", width=5, arrow=True)
    drawing.path([(1047, 388), (1047, 450), (437, 450)], "muted", width=5)
    drawing.line((437, 450), (437, 392), "muted", width=5, arrow=True)
    drawing.text(742, 490, "repeat until the loss no longer falls", size=28, kind="muted",
                 bold=True)  # fmt: skip
    drawing.room(0, 60, 1180, 500)
    return drawing


def _slope(drawing: Drawing, box: Box) -> None:
    """Draw a valley, and a step down."""
    points = [(t, box.bottom - 8 - 0.72 * box.height * (2 * t - 1) ** 2)
              for t in np.linspace(0, 1, 30).tolist()]  # fmt: skip
    places = [(box.x + t * box.width, y) for t, y in points]
    drawing.path(places, "muted", width=4)
    start, end = places[3], places[9]
    drawing.line(start, end, "gradient", width=6, arrow=True, bend=-14)
    for at, fill in ((start, 0.35), (end, 1.0)):
        drawing.circle(at[0], at[1] - 8, 11, "kernel", fill=fill)
