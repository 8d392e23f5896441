"""Cells of the visual cortex at work: bars turn, filters slide, gratings move, bars grow."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import Axes, largest
from cnnlib.lessons.history.cortex import (
    Cell,
    ComplexCell,
    Gabor,
    HypercomplexCell,
    SimpleCell,
    bar,
    grating,
    length_tuning,
    phase_tuning,
)
from cnnlib.look import MAPS, Box, Drawing

Grid = NDArray[Any]
SCREEN = "gray"


def screen(drawing: Drawing, stimulus: Grid, x: float, y: float, width: float) -> Box:
    """Draw a stimulus, from -1, black, to 1, white; an empty screen is dark grey."""
    return drawing.image(stimulus, x, y, width=width, cmap=SCREEN, low=-0.6, high=1, kind="input")


def field(
    drawing: Drawing, weights: Grid, x: float, y: float, width: float, title: str = ""
) -> Box:
    """Draw a receptive field: blue where light excites, orange where it inhibits."""
    return drawing.image(
        weights,
        x,
        y,
        width=width,
        cmap=MAPS["signed"],
        low=-largest(weights),
        high=largest(weights),
        kind="kernel",
        title=title,
    )


def crop(picture: Grid) -> Grid:
    """Leave out the outer quarter on each side, where there is little to see."""
    edge = len(picture) // 4
    return picture[edge:-edge, edge:-edge]


def spikes_of(cell: Cell, angles: Iterable[float]) -> list[int]:
    """Return the spikes of a cell for bars: twelve at its own orientation, else in proportion."""
    size = cell.gabor.size
    best = cell(bar(cell.gabor.orientation, length=20, size=size))
    return [round(12 * cell(bar(angle, length=20, size=size)) / best) for angle in angles]


def experiment(cell: Cell, orientations: Iterable[float]) -> Steps:
    """Show bars of several orientations one after the other, and the spikes that each gives."""
    angles = list(orientations)
    counts = spikes_of(cell, angles)
    drawings = []
    for shown, angle in enumerate(angles, 1):
        drawing = Drawing(
            f"A bar at {angle} degrees on the screen: the cell fires {counts[shown - 1]} times."
        )
        _pathway(drawing, crop(bar(angle, length=20, size=cell.gabor.size)), counts[shown - 1] > 0)
        for column in range(len(angles)):
            _record(
                drawing,
                195 * column,
                angles[column],
                counts[column],
                cell.gabor.size,
                seen=column < shown,
            )
        drawings.append(drawing)
    return Steps(drawings)


def _pathway(drawing: Drawing, stimulus: Grid, fires: bool) -> None:
    screen(drawing, stimulus, 0, 0, 220)
    drawing.text(110, 250, "screen", size=22, kind="input", bold=True)
    drawing.line((232, 110), (300, 110), "muted", arrow=True, width=4)
    lid = [
        (310 + 65 * (1 - np.cos(t)), 110 - 46 * np.sin(t)) for t in np.linspace(0, 2 * np.pi, 40)
    ]
    drawing.path(lid, "ink", width=3, closed=True)
    drawing.circle(375, 110, 28, "input", fill=0.5)
    drawing.circle(375, 110, 12, "ink", fill=1)
    drawing.text(375, 250, "eye", size=22)
    for left, name, words, kind in (
        (530, "LGN", "relay in the thalamus", "muted"),
        (800, "V1", "visual cortex", "kernel"),
    ):
        drawing.line((left - 90, 110), (left - 12, 110), "muted", arrow=True, width=4)
        drawing.frame(Box(left, 55, 150, 110), kind, width=3, fill=0.15)
        drawing.text(left + 75, 122, name, size=34, kind=kind, bold=True)
        drawing.text(left + 75, 250, words, size=22)
    drawing.line((1030, 30), (890, 80), "output", width=5)
    drawing.text(1042, 38, "electrode", size=24, kind="output", anchor="start", bold=True)
    drawing.text(
        1042,
        125,
        "fires!" if fires else "silent",
        size=34,
        anchor="start",
        bold=True,
        kind="output" if fires else "muted",
    )


def _record(drawing: Drawing, x: float, angle: float, count: int, size: int, *, seen: bool) -> None:
    screen(drawing, crop(bar(angle, length=20, size=size)), x, 300, 120)
    drawing.line((x, 500), (x + 170, 500), "muted", width=2)
    if not seen:
        return
    rng = np.random.default_rng(round(angle))
    for n in range(count):
        at = x + 170 * (n + rng.uniform(0.2, 0.8)) / count
        drawing.line((at, 500), (at, 445), "output", width=5)
    drawing.text(
        x,
        535,
        f"{count} spike{'' if count == 1 else 's'}",
        size=22,
        anchor="start",
        bold=True,
        kind="output" if count else "muted",
    )


def sliding(gabor: Gabor, frames: int = 14) -> Steps:
    """Show a simple cell's field slide over three bars, and what it gives at each place."""
    weights = gabor.weights[15:-15, 15:-15]
    size = len(weights)
    wide = 160
    scene = np.zeros((size, wide))
    for angle, left in (
        (gabor.orientation, 20),
        (gabor.orientation + 90, 66),
        (gabor.orientation, 112),
    ):
        scene[:, left : left + size] += bar(angle, length=20, size=size)
    places = range(wide - size + 1)
    responses = np.array([max(0.0, (weights * scene[:, p : p + size]).sum()) for p in places])
    drawings = []
    for place in np.linspace(0, places[-1], frames).astype(int):
        drawing = Drawing(
            f"The field at place {place} of a screen with three bars, and the response so far: it "
            "peaks on the bars of the field's orientation."
        )
        picture = drawing.image(_overlaid(scene, weights, place), 0, 0, width=1130, kind="input")
        side = picture.side
        drawing.frame(
            Box(side * place, 0, side * size, side * size), "kernel", fill=0, width=5, key="window"
        )
        axes = Axes(
            drawing, Box(0, 300, 1130, 190), (-size / 2, wide - size / 2), (0, responses.max())
        )
        axes.frame(ylabel="")
        axes.curve(np.arange(place + 1), responses[: place + 1], "output")
        axes.dot(place, responses[place], "output", radius=11, key="now")
        drawing.text(0, 330, "response", size=24, kind="output", bold=True, anchor="start")
        drawings.append(drawing)
    return Steps(
        drawings, ["Multiply field and image, add up, keep it if positive."] * len(drawings)
    )


def _overlaid(scene: Grid, weights: Grid, place: int) -> Grid:
    """Return a screen in colours, with a field laid over one place."""
    grey = np.repeat(0.25 + 0.75 * np.clip(scene, 0, 1)[..., None], 3, axis=-1)
    most = np.abs(weights).max()
    colours = MAPS["signed"](0.5 + 0.5 * weights / most)[..., :3]
    share = np.minimum(1, 1.4 * np.abs(weights) / most)[..., None]
    window = grey[:, place : place + len(weights)]
    grey[:, place : place + len(weights)] = (1 - share) * window + share * colours
    return grey


def tuning(gabor: Gabor, angles: Sequence[float], responses: Grid) -> Drawing:
    """Draw a simple cell's field and its response over the orientation of a bar."""
    drawing = Drawing(
        f"A striped field, and its response to bars: highest at {gabor.orientation:g} degrees, "
        "near zero 45 degrees and more away from that."
    )
    field(drawing, crop(gabor.weights), 0, 40, 400, "its field")
    drawing.text(0, 480, [("blue", "input"), ": light excites"], size=24, anchor="start")
    drawing.text(0, 514, [("orange", "kernel"), ": light inhibits"], size=24, anchor="start")
    axes = Axes(drawing, Box(500, 40, 640, 340), (0, 180), (0, 1.08 * float(responses.max())))
    axes.frame(dict.fromkeys((0, 30, 60, 90, 120, 150, 180), ""), ylabel="response")
    axes.curve(angles, responses, "output")
    for angle in range(0, 181, 30):
        x, _ = axes.at(angle, 0)
        screen(drawing, crop(bar(angle, length=20)), x - 36, 396, 72)
        drawing.text(x, 498, f"{angle}°", size=20, kind="muted")
    return drawing


def pooling(pooled: ComplexCell, phases: Sequence[int]) -> Steps:
    """Show a grating move on, four simple cells that respond in turn, and the sum of squares."""
    drawings = []
    cells = pooled.inputs
    curves = phase_tuning(cells[0], range(0, 361, 5)), phase_tuning(pooled, range(0, 361, 5))
    most = float(curves[1].max())
    for phase in phases:
        drawing = Drawing(
            f"The grating at phase {phase}: other simple cells fire, the complex cell as before."
        )
        stripes = grating(pooled.gabor.orientation, pooled.gabor.wavelength, phase)
        drawing.text(0, 22, "a grating moves", size=24, kind="input", bold=True, anchor="start")
        drawing.image(crop(stripes), 0, 40, width=290, cmap="gray", low=-1.4, high=1, kind="input")
        drawing.text(
            350, 22, "four simple cells, squared", size=24, kind="kernel", bold=True, anchor="start"
        )
        for row, cell in enumerate(cells):
            y = 40 + 108 * row
            field(drawing, crop(cell.gabor.weights), 350, y, 98)
            squared = cell(stripes) ** 2 / most
            drawing.frame(
                Box(468, y + 26, max(1, 190 * squared), 46),
                "output",
                width=1,
                fill=0.6,
                key=f"bar{row}",
            )
        drawing.text(
            740,
            22,
            "their sum: the complex cell",
            size=24,
            kind="output",
            bold=True,
            anchor="start",
        )
        axes = Axes(drawing, Box(740, 60, 400, 340), (0, 360), (0, 1.15))
        axes.frame([0, 90, 180, 270, 360], [0, 1], xlabel="phase of the grating, in degrees")
        upto = phase // 5 + 1
        degrees = np.arange(0, 361, 5)[:upto]
        for share, kind, dashed in (
            (curves[1] / most, "output", False),
            (curves[0] / curves[0].max(), "kernel", True),
        ):
            axes.curve(degrees, share[:upto], kind, dashed=dashed)
            axes.dot(phase, share[upto - 1], kind, key=kind)
        drawing.text(
            740,
            510,
            [("— complex cell", "output"), "    ", ("- - one simple cell", "kernel")],
            size=22,
            anchor="start",
        )
        drawings.append(drawing)
    return Steps(drawings)


def energy(phases: Sequence[float], even: Grid, odd: Grid) -> Drawing:
    """Draw the squares of two filters on top of each other: their sum does not change."""
    drawing = Drawing(
        "cos² and sin² over the phase, on top of each other: where one falls, the other rises."
    )
    axes = Axes(drawing, Box(40, 20, 860, 430), (0, 360), (0, 1.15))
    axes.frame([0, 90, 180, 270, 360], [0, 0.5, 1], xlabel="phase of the grating, in degrees")
    top = even + odd
    for low, high, kind, fill in ((0 * even, even, "input", 0.35), (even, top, "kernel", 0.45)):
        there = [axes.at(a, b) for a, b in zip(phases, high, strict=True)]
        back = [axes.at(a, b) for a, b in zip(phases, low, strict=True)][::-1]
        drawing.path(there + back, kind, width=1, fill=fill, closed=True)
    axes.curve(phases, top, "output", name="their sum")
    drawing.text(930, 300, "sin²", size=28, kind="kernel", bold=True, anchor="start")
    drawing.text(930, 400, "cos²", size=28, kind="input", bold=True, anchor="start")
    return drawing


def stopping(stopped: HypercomplexCell, lengths: Sequence[float], shown: Sequence[int]) -> Steps:
    """Show a bar grow beyond a hypercomplex cell's field, and its response rise and fall."""
    curves = length_tuning(stopped.middle, lengths), length_tuning(stopped, lengths)
    most = float(curves[0].max())
    gabor = stopped.gabor
    drawings = []
    for number in shown:
        length = lengths[number]
        drawing = Drawing(f"A bar of {length} pixels: what a complex and a hypercomplex cell give.")
        box = screen(drawing, bar(gabor.orientation, length=length), 0, 0, 470)
        angle = np.deg2rad(gabor.orientation)
        for shift, kind, words in (
            (0, "output", "+"),
            (-stopped.reach, "wrong", "−"),
            (stopped.reach, "wrong", "−"),
        ):
            x = 235 + box.side * shift * float(np.cos(angle))
            y = 235 - box.side * shift * float(np.sin(angle))
            drawing.circle(x, y, 50, kind, fill=0.25, width=4, key=f"field{shift}")
            drawing.text(x + 66, y + 10, words, size=34, kind="paper", bold=True)
        axes = Axes(drawing, Box(580, 40, 380, 370), (0, lengths[-1]), (0, 1.1))
        axes.frame(
            [0, 20, 40, 60], [0, 1], xlabel="length of the bar, in pixels", ylabel="response"
        )
        for values, kind, name, dashed in (
            (curves[0], "kernel", "complex", True),
            (curves[1], "output", "hypercomplex", False),
        ):
            axes.curve(
                lengths[: number + 1],
                values[: number + 1] / most,
                kind,
                dashed=dashed,
                name=name,
                key=name,
            )
        drawing.room(0, 0, 1160, 470)
        drawings.append(drawing)
    return Steps(drawings)


def hierarchy(cell: HypercomplexCell) -> Drawing:
    """Draw the fields of simple cells, of the complex cell on them, and of an end-stopped one."""
    drawing = Drawing(
        "Four striped fields of simple cells, squared and added, make a round field, the complex "
        "cell's; this in the middle minus two such at its ends makes the hypercomplex cell's."
    )
    for number, simple in enumerate(cell.middle.inputs):
        row, column = divmod(number, 2)
        field(drawing, crop(simple.gabor.weights), 164 * column, 60 + 164 * row, 154)
    ends = sum(_reach(end.inputs) for end in cell.ends)
    whole = _reach(cell.middle.inputs) - cell.inhibition * ends
    field(drawing, crop(_reach(cell.middle.inputs)), 480, 60, 318)
    field(drawing, whole, 960, 60, 318)
    for x, words in ((330, ("square", "and add")), (810, ("middle −", "both ends"))):
        drawing.line((x, 240), (x + 136, 240), "muted", arrow=True, width=6)
        for line, word in enumerate(words):
            drawing.text(x + 66, 180 + 30 * line, word, size=24)
    for x, title, sub in (
        (159, "simple cells", "filter"),
        (639, "a complex cell", "pool"),
        (1119, "a hypercomplex cell", "filter again"),
    ):
        drawing.text(x, 426, title, size=26, bold=True)
        drawing.text(
            x, 464, sub, size=26, kind="kernel" if "filter" in sub else "output", bold=True
        )
    return drawing


def _reach(cells: Iterable[SimpleCell]) -> Grid:
    """Return where cells together are sensitive, whatever the sign: the root of squares."""
    reach: Grid = np.sqrt(sum(cell.gabor.weights**2 for cell in cells))
    return reach
