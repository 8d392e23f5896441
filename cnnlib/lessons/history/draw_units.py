"""A nerve cell and a unit, the cards of 1958, and what a perceptron learns from them."""

from collections.abc import Sequence

import numpy as np

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import mark
from cnnlib.lessons.history.perceptron import Array
from cnnlib.look import MAPS, Box, Drawing

Spot = tuple[float, float]


def neurons() -> Steps:
    """Show a nerve cell, then beside it the unit of 1943, then the one with weights."""
    cell = Drawing("A nerve cell: branching dendrites, a cell body, a long axon with endings.")
    _nerve_cell(cell)
    cell.room(0, 0, 1160, 520)
    logic = Drawing("A nerve cell, and a unit: inputs, a sum, a threshold, an output of 0 or 1.")
    _nerve_cell(logic)
    _unit(logic, weights=False)
    weighted = Drawing("A nerve cell, and a unit whose inputs are multiplied by weights.")
    _nerve_cell(weighted)
    _unit(weighted, weights=True)
    return Steps(
        [cell, logic, weighted],
        [
            "A nerve cell adds up what arrives, and sends a spike or none.",
            "1943, McCulloch and Pitts: enough inputs make it fire; one inhibiting input stops it.",
            "Later, inputs get weights; a negative weight inhibits.",
        ],
    )


def _nerve_cell(drawing: Drawing) -> None:
    drawing.text(0, 20, "a nerve cell", size=28, anchor="start", bold=True)
    body = (170.0, 260.0)
    for angle in (112, 148, 180, 212, 248):
        _branch(drawing, body, angle, 120, depth=2)
    drawing.line(body, (440, 260), "output", width=8)
    for angle in (-50, -18, 18, 50):
        end = 440 + 64 * np.cos(np.radians(angle)), 260 + 84 * np.sin(np.radians(angle))
        drawing.line((440, 260), end, "output", width=4)
        drawing.circle(*end, 8, "output", fill=1)
    drawing.circle(*body, 52, "paper", fill=1, width=0)
    drawing.circle(*body, 52, "kernel", fill=0.3, width=4)
    drawing.circle(*body, 16, "kernel", fill=0.8)
    for x, y, words, kind in (
        (0, 66, "dendrites receive", "input"),
        (215, 350, "the body adds up", "kernel"),
        (240, 226, "the axon: a spike", "output"),
    ):
        drawing.text(x, y, words, size=22, anchor="start", kind=kind, bold=True)


def differences() -> Drawing:
    """Draw a table of what a nerve cell does and a unit leaves out."""
    drawing = Drawing(
        "A nerve cell compared with a unit: one dendrite can compute XOR, a unit cannot; spikes "
        "have times, a unit gives one number; synapses change by themselves, weights are set."
    )
    columns = ((0, "ink"), (230, "input"), (740, "kernel"))
    rows = (
        ("", "a nerve cell", "a unit"),
        ("dendrite", "a single one can compute XOR", "a sum, so no XOR"),
        ("output", "spikes, each at a moment", "one number"),
        ("synapse", "changes with what happens there", "a weight, set by an algorithm"),
        ("wiring", "irregular, with feedback", "layers, one way"),
    )
    for number, row in enumerate(rows):
        y = 90 * number
        for (x, kind), words in zip(columns, row, strict=True):
            drawing.text(
                x,
                y + 40,
                words,
                size=30 if number == 0 else 26,
                anchor="start",
                kind=kind if number == 0 else "ink",
                bold=number == 0 or x == 0,
            )
        drawing.line((0, y + 66), (1160, y + 66), "line", width=2)
    return drawing


def _branch(drawing: Drawing, root: Spot, angle: float, length: float, depth: int) -> None:
    """Draw a dendrite that forks into two, those into two again, and so on."""
    tip = root[0] + length * np.cos(np.radians(angle)), root[1] - length * np.sin(np.radians(angle))
    drawing.line(root, tip, "input", width=2 + 1.6 * depth)
    if depth:
        for turn in (-24, 20):
            _branch(drawing, tip, angle + turn, 0.45 * length, depth - 1)


def _unit(drawing: Drawing, *, weights: bool) -> None:
    left = 620
    drawing.text(left, 20, "a unit", size=28, anchor="start", bold=True)
    for number, y in enumerate((110, 260, 410), start=1):
        drawing.circle(left + 45, y, 42, "input", fill=0.2, width=3, key=f"x{number}")
        drawing.text(left + 45, y + 10, f"x{'₁₂₃'[number - 1]}", size=30, kind="input", bold=True)
        inhibits = number == 3 and not weights
        end = (left + 222, 260 + 0.16 * (y - 260))
        drawing.line(
            (left + 90, y),
            end,
            "wrong" if inhibits else "kernel" if weights else "input",
            width=5,
            dashed=inhibits,
            arrow=not inhibits,
            key=f"wire{number}",
        )
        if inhibits:
            drawing.circle(*end, 9, "wrong", fill=1)
            drawing.text(
                left + 110, y + 24, "forbids", size=20, kind="wrong", anchor="start", bold=True
            )
        if weights:
            drawing.text(
                left + 170,
                y + (30, -20, -18)[number - 1],
                f"w{'₁₂₃'[number - 1]}",
                size=30,
                kind="kernel",
                bold=True,
            )
    drawing.circle(left + 280, 260, 54, "ink", fill=0.05, width=3)
    drawing.text(left + 280, 274, "Σ", size=42, bold=True)
    drawing.line((left + 336, 260), (left + 376, 260), "ink", arrow=True, width=4)
    drawing.frame(Box(left + 382, 205, 96, 110), "ink", width=3, fill=0.03)
    drawing.path(
        [(left + 396, 292), (left + 430, 292), (left + 430, 228), (left + 464, 228)], "ink", width=5
    )
    drawing.line((left + 480, 260), (left + 515, 260), "output", arrow=True, width=5)
    drawing.text(left + 524, 270, "0 or 1", size=28, kind="output", anchor="start", bold=True)
    for x, words in ((280, "sum"), (430, "threshold")):
        drawing.text(left + x, 370, words, size=22, kind="muted")


def card(drawing: Drawing, image: Array, x: float, y: float, width: float) -> Box:
    """Draw a card: its square dark blue, a dashed line between its halves."""
    box = drawing.image(image, x, y, width=width, cmap=MAPS["input"], low=0, high=1)
    drawing.line((x + width / 2, y), (x + width / 2, y + width), "muted", width=1.5, dashed=True)
    return box


def deck(images: Array, sides: Array) -> Drawing:
    """Draw ten cards in two rows, each with what it is."""
    drawing = Drawing("Ten cards, each with a dark square somewhere in its left or right half.")
    for number, (image, side) in enumerate(zip(images, sides, strict=True)):
        row, column = divmod(number, 5)
        x, y = 235 * column, 262 * row
        card(drawing, image, x, y, 205)
        word = "right →" if side > 0 else "← left"
        drawing.text(x + 102, y + 238, word, size=22, bold=True)
    return drawing


def rule(weights: Array, image: Array, wanted: float) -> Drawing:
    """Draw one mistake: the weights, plus or minus the card, are the new weights."""
    side = len(image)
    change = wanted * image.ravel()
    after = weights + change
    drawing = Drawing(
        "Weights as an image, orange for negative, blue for positive; the card is added or "
        "subtracted, and the new weights are their sum."
    )
    most = float(np.abs(after).max())
    for number, (values, title, kind) in enumerate(
        (
            (weights, "weights w", "kernel"),
            (image, "card x", "input"),
            (after, "new weights", "kernel"),
        )
    ):
        x = 400 * number
        drawing.text(x, 24, title, size=28, kind=kind, bold=True, anchor="start")
        drawing.image(
            values.reshape(side, side),
            x,
            42,
            width=330,
            cmap=MAPS["signed"],
            low=-most,
            high=most,
            kind=kind,
        )
        if number < 2:
            drawing.text(
                x + 365,
                220,
                ("+" if wanted > 0 else "−") if number == 0 else "=",
                size=64,
                bold=True,
            )
    drawing.text(
        0,
        440,
        [("blue", "input"), ": ink here says right; ", ("orange", "kernel"), ": it says left"],
        size=26,
        anchor="start",
    )
    return drawing


def trials(images: Array, sides: Array) -> Steps:
    """Show the weights at each mistake of fifty trials, with the card that caused it."""
    side = images.shape[1]
    weights = np.zeros(side * side + 1)
    right: list[bool] = []
    states: list[tuple[int, Array, Array]] = []
    for image, wanted in zip(images, sides, strict=True):
        x = np.append(image.ravel(), 1.0)
        right.append((1.0 if x @ weights > 0 else -1.0) == wanted)
        if not right[-1]:
            weights = weights + wanted * x
            states.append((len(right), image, weights[:-1].reshape(side, side)))
    states.append((len(right), images[-1], weights[:-1].reshape(side, side)))
    most = float(max(np.abs(state[2]).max() for state in states))
    drawings = [_trial(n, image, sides[n - 1], w, right[:n], most) for n, image, w in states]
    captions = [
        f"Mistake {count}: card {n} is {'added' if sides[n - 1] > 0 else 'subtracted'}."
        for count, (n, _, _) in enumerate(states[:-1], 1)
    ]
    return Steps(
        drawings, [*captions, "After fifty trials: blue on the right, orange on the left."]
    )


def _trial(
    number: int, image: Array, side: float, weights: Array, right: Sequence[bool], most: float
) -> Drawing:
    mistakes = right.count(False)
    drawing = Drawing(
        f"After trial {number} and {mistakes} mistakes: the card, the weights, the record."
    )
    drawing.text(
        0,
        24,
        f"card {number}: {'right' if side > 0 else 'left'}",
        size=26,
        kind="input",
        bold=True,
        anchor="start",
    )
    card(drawing, image, 0, 42, 300)
    drawing.text(350, 24, "weights", size=26, kind="kernel", bold=True, anchor="start")
    drawing.image(
        weights, 350, 42, width=400, cmap=MAPS["signed"], low=-most, high=most, kind="kernel"
    )
    drawing.text(
        800,
        24,
        f"{mistakes} mistake{'s' * (mistakes > 1)} in {number} trial{'s' * (number > 1)}",
        size=26,
        bold=True,
        anchor="start",
    )
    for n in range(50):
        row, column = divmod(n, 5)
        box = Box(800 + 68 * column, 42 + 41 * row, 62, 36)
        if n >= len(right):
            drawing.frame(box, "line", width=1, fill=0)
            continue
        drawing.frame(box, "output" if right[n] else "wrong", width=1.5, fill=0.15)
        mark(drawing, *box.middle, right=right[n], size=24)
    drawing.room(0, 0, 1150, 460)
    return drawing
