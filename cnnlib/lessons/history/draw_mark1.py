"""Mark I, what it read, and what the newspaper had promised."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlib.lessons.history.chart import Axes
from cnnlib.lessons.history.mark1 import SIDE, MarkOne
from cnnlib.lessons.history.perceptron import Array
from cnnlib.lessons.history.promises import BRAIN, Promise
from cnnlib.look import MAPS, Box, Drawing


def wiring(machine: MarkOne, image: Array, units: int = 9, wires: int = 4) -> Drawing:
    """Draw a Mark I: photocells with an image, some association units, the response units.

    Parameters
    ----------
    machine
        Whose wires are drawn: solid ones excite, dashed ones inhibit.
    image
        (20, 20).
    units, wires
        Association units to draw, and wires to each.
    """
    photocells, associations = machine.wiring.shape
    responses = machine.weights.shape[1]
    drawing = Drawing(
        "A letter on 20 by 20 photocells; random wires, solid or dashed, to association units; "
        "from each of them a weight to every response unit."
    )
    eye = drawing.image(image, 0, 40, width=400, cmap=MAPS["input"], low=0, high=1.3, kind="input")
    fires = machine.associate(image[None])[0]
    heights = np.linspace(60, 420, units)
    ends = np.linspace(60, 420, responses)
    for unit, height in enumerate(heights):
        connected = np.flatnonzero(machine.wiring[:, unit])
        # Evenly spread over those that there are, so that the picture shows the whole eye.
        for cell in connected[np.linspace(0, len(connected) - 1, wires).astype(int)]:
            at = eye.cell(cell // SIDE, cell % SIDE).middle
            drawing.circle(*at, 5, "muted", fill=1)
            drawing.line(
                at, (676, height), "muted", width=1.6, dashed=bool(machine.wiring[cell, unit] < 0)
            )
        for end in ends:
            drawing.line((724, height), (1046, end), "kernel", width=1.6)
    for unit, height in enumerate(heights):
        drawing.circle(700, height, 18, "ink", fill=1 if fires[unit] else 0.05, width=2.5)
    for end in ends:
        drawing.circle(1066, end, 18, "output", fill=0.3, width=3)
    for x, number, words, kind in (
        (200, photocells, "photocells", "input"),
        (700, associations, "association units", "ink"),
        (1050, responses, "response units", "output"),
    ):
        drawing.text(x, 488, [f"{number} {words}"], size=24, kind=kind, bold=True)
    drawing.text(545, 22, "random wires, fixed", size=24, kind="muted", bold=True)
    drawing.text(885, 22, "weights, learned", size=24, kind="kernel", bold=True)
    drawing.text(700, 520, f"{units} are shown; the black ones fire", size=20, kind="muted")
    return drawing


def reading(shares: Mapping[int, Sequence[float]], examples: Mapping[int, Array]) -> Drawing:
    """Draw how many letters are read, seen ones and new ones, by how far they may move.

    Parameters
    ----------
    shares
        Of seen and of new letters, by the number of pixels.
    examples
        Letters, (n, 20, 20), by the same.
    """
    drawing = Drawing(
        "Letters named right, by how far they may be shifted: "
        + "; ".join(
            f"{shift} pixels: seen {seen:.0%}, new {new:.0%}"
            for shift, (seen, new) in shares.items()
        )
    )
    for column, (shift, pair) in enumerate(shares.items()):
        left = 290 * column
        for n, letter in enumerate(examples[shift][:2]):
            drawing.image(
                letter,
                left + 122 * n,
                0,
                width=112,
                cmap=MAPS["input"],
                low=0,
                high=1,
                kind="input",
            )
        words = "in its place" if shift == 0 else f"up to {shift} pixel{'s' * (shift > 1)} off"
        drawing.text(left + 117, 146, words, size=24, bold=True)
        for n, share in enumerate(pair):
            height = 290 * share
            box = Box(left + 122 * n, 490 - height, 112, height)
            kind = ("muted", "output" if share > 0.5 else "wrong")[n]
            if n:
                drawing.frame(box, kind, width=2, fill=0.75)
            else:
                drawing.hatch(box)
            drawing.text(
                box.x + 56,
                box.y - 8,
                f"{share:.0%}".replace("%", " %"),
                size=26,
                kind=kind,
                bold=True,
            )
            drawing.text(box.x + 56, 520, ("seen", "new")[n], size=22, kind=kind)
    axes = Axes(drawing, Box(-20, 200, 1160, 290), (0, 1), (0, 1))
    drawing.line(axes.at(0, 1 / 8), axes.at(1, 1 / 8), "ink", width=2, dashed=True)
    drawing.text(1152, axes.at(1, 1 / 8)[1] + 7, "guessing", size=20, anchor="start")
    return drawing


def promised(promises: Sequence[Promise], now: int = 2025) -> Drawing:
    """Draw when what was promised in 1958 came: by a program, and by a network that learns."""
    drawing = Drawing(
        "What was promised in 1958, and when it came. "
        + " ".join(
            f"{p.what}: {p.learned[1] + f' {p.learned[0]}' if p.learned else 'not yet'}."
            for p in promises
        )
    )
    left, right, pitch = 300, 980, 51
    bottom = pitch * len(promises)

    def at(year: float) -> float:
        return left + (right - left) * (year - 1958) / (now - 1958)

    for year in (1958, 1980, 2000, 2020):
        drawing.line((at(year), 0), (at(year), bottom), "line", width=1.5)
        drawing.text(at(year), bottom + 26, str(year), size=20, kind="muted")
    for row, promise in enumerate(promises):
        y = pitch * row + 26
        drawing.text(left - 22, y + 8, promise.what, size=23, anchor="end", bold=True)
        end = promise.learned or promise.built
        drawing.line(
            (left, y),
            (at(end[0]) if end else right, y),
            "output" if promise.learned else "muted",
            width=6,
            dashed=end is None,
        )
        for kind, fill, found in (("muted", 0, promise.built), ("output", 1, promise.learned)):
            if found:
                drawing.circle(at(found[0]), y, 10, "paper", fill=1, width=0)
                drawing.circle(at(found[0]), y, 10, kind, fill=fill, width=4)
        words = f"{end[1]}, {end[0]}" if end else "not yet"
        drawing.text(
            (at(end[0]) if end else right) + 20,
            y + 7,
            words,
            size=20,
            anchor="start",
            kind="output" if promise.learned else "muted" if end else "wrong",
            bold=True,
        )
    drawing.text(
        left,
        bottom + 64,
        [("● by a network that learns", "output"), "      ○ built or programmed"],
        size=20,
        anchor="start",
        kind="muted",
    )
    return drawing


def brain() -> Drawing:
    """Draw three numbers of the article of 1958 and the true ones, as areas."""
    drawing = Drawing(
        "Three pairs of circles, their areas to scale: "
        + "; ".join(f"{each.what}: {each.then} in 1958, {each.now} today" for each in BRAIN)
    )
    for column, each in enumerate(BRAIN):
        x = 400 * column + 180
        most = max(each.sizes)
        for shift, size, words, kind in (
            (-1, each.sizes[0], each.then, "muted"),
            (1, each.sizes[1], each.now, "output"),
        ):
            radius = 92 * float(np.sqrt(size / most))
            cx = x + shift * 84
            drawing.circle(cx, 200, radius, kind, fill=0.35, width=3)
            drawing.text(cx, 350, words, size=26, kind=kind, bold=True)
        drawing.text(x - 84, 384, "1958", size=20, kind="muted")
        drawing.text(x + 84, 384, each.when, size=20, kind="output")
        drawing.text(x, 50, each.what, size=24, bold=True)
    drawing.room(0, 20, 1160, 390)
    return drawing
