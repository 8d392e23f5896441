"""What pooling over channels does, drawn: filters, who wins, and how many fives are found."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.history.chart import Axes
from cnnlib.look import Box, Drawing

Array = NDArray[Any]
#: The colour of each kind of unit.
KINDS = ("muted", "input", "output")


def draw_filters(filters: Array, scores: Array, fives: Array, shown: int) -> Drawing:
    """Draw a turned 5, and how strongly each filter of a unit responds to it.

    Parameters
    ----------
    filters
        (channels, H, W).
    scores
        (angles, channels): the responses of all filters to this 5 at each angle.
    fives
        (angles, H, W): the 5, turned.
    shown
        Which angle.
    """
    best = int(scores[shown].argmax())
    drawing = Drawing(
        f"A turned 5 and {len(filters)} learned filters with their responses, "
        f"{', '.join(f'{each:.1f}' for each in scores[shown])}; the largest is passed on."
    )
    x = drawing.image(1 - fives[shown], 0, 140, width=250, kind="input", title="input")
    most = float(np.abs(filters).max())
    low, high = float(min(scores.min(), 0)), float(scores.max())
    step = 500 / len(filters)
    for number, (weights, score) in enumerate(zip(filters, scores[shown], strict=True)):
        top = step * number
        side = step - 14
        box = drawing.image(weights, 370, top, width=side, kind="kernel", low=-0.8 * most,
                            high=0.8 * most, cmap="PuOr_r")  # fmt: skip
        wins = number == best
        drawing.line((x.right + 8, x.middle[1]), (box.x - 8, box.middle[1]),
                     "kernel" if wins else "line", width=4 if wins else 1.5)  # fmt: skip
        long = max(4.0, 300 * (float(score) - low) / (high - low))
        bar = Box(box.right + 30, box.y + 0.2 * side, long, 0.6 * side)
        drawing.frame(bar, "output" if wins else "muted", width=2, fill=0.6 if wins else 0.15,
                      key=f"bar-{number}")  # fmt: skip
        if wins:
            drawing.line((bar.right + 10, bar.middle[1]), (890, x.middle[1]), "output", width=4,
                         arrow=True, key="flow")  # fmt: skip
    drawing.text(970, x.middle[1] - 16, "max", size=34, bold=True)
    drawing.text(970, x.middle[1] + 36, f"{scores[shown].max():.1f}", size=44, kind="output",
                 bold=True)  # fmt: skip
    drawing.room(0, -10, 1060, 500)
    return drawing


def draw_found(
    found: Mapping[str, Array], amounts: Sequence[float], ticks: Sequence[float], xlabel: str
) -> Drawing:
    """Draw which share of fives each kind of unit finds, a thin line for each seed."""
    drawing = Drawing(
        f"Fives found over {xlabel}: "
        + "; ".join(
            f"{name}: {made.mean(0).min():.0%} to {made.mean(0).max():.0%}"
            for name, made in found.items()
        )
    )
    axes = Axes(drawing, Box(0, 0, 500, 390), (float(amounts[0]), float(amounts[-1])), (0, 1))
    axes.frame({t: f"{t:g}".replace("-", "−") for t in ticks}, {0: "0", 0.5: "50 %", 1: "100 %"},
               xlabel=xlabel, ylabel="new fives found; thin: single seeds")  # fmt: skip
    for (_, made), kind in zip(found.items(), KINDS, strict=True):
        dashed = kind == "muted"
        for each in made:
            points = [axes.at(*pair) for pair in zip(amounts, each, strict=True)]
            drawing.path(points, kind, width=1.2)
        axes.curve(amounts, made.mean(0), kind, dashed=dashed)
    return drawing


def draw_both(curves: Mapping[str, tuple[Array, Array]], angles: Sequence[float],
              shifts: Sequence[float], said: Mapping[str, str]) -> Drawing:  # fmt: skip
    """Draw turns and shifts side by side, with the names of the units below."""
    turns = draw_found({name: pair[0] for name, pair in curves.items()}, angles,
                       (-90, -45, 0, 45, 90), "turn, degrees")  # fmt: skip
    moves = draw_found({name: pair[1] for name, pair in curves.items()}, shifts,
                       (-4, -2, 0, 2, 4), "shift, pixels")  # fmt: skip
    drawing = Drawing(f"{turns.alt}. {moves.alt}.")
    drawing.put(turns, 0, 0)
    drawing.put(moves, 640, 0)
    for number, (name, kind) in enumerate(zip(curves, KINDS, strict=True)):
        left = 400.0 * number
        drawing.line((left, 520), (left + 44, 520), kind, width=5, dashed=kind == "muted")
        drawing.text(left + 56, 527, name, size=24, kind=kind, anchor="start", bold=True)
        drawing.text(left + 56, 557, said[name], size=21, kind="muted", anchor="start")
    return drawing


def draw_cost(rows: Sequence[tuple[str, str, str, float]]) -> Drawing:
    """Draw, for each quantity, a bar without pooling and one with it.

    Parameters
    ----------
    rows
        What is counted, the number without and with pooling, and the second as a share of the
        first.
    """
    drawing = Drawing(
        "Without and with pooling: "
        + "; ".join(f"{name}: {before} and {after}" for name, before, after, _ in rows)
    )
    unit = 470.0
    for number, (name, before, after, share) in enumerate(rows):
        top = 132.0 * number
        drawing.text(0, top + 54, name, size=26, anchor="start", bold=True)
        for row, (words, long, kind) in enumerate(
            ((before, unit, "input"), (after, unit * share, "output"))
        ):
            y = top + 52 * row
            drawing.frame(Box(430, y, max(long, 3), 44), kind, width=2, fill=0.5)
            tail = ("  without pooling", "  with pooling")[row] if number == 0 else ""
            tail += "  the same" if row and share == 1 else ""
            drawing.text(446 + max(long, 3), y + 32, words + tail, size=26, kind=kind,
                         anchor="start", bold=True)  # fmt: skip
    return drawing


def draw_norms(window: Sequence[float], powers: Array, values: Array) -> Drawing:
    """Draw the p-norm of a window, from its sum to its maximum."""
    words = ", ".join(f"{value:g}" for value in window)
    drawing = Drawing(
        f"The p-norm of {words} falls from the sum, {sum(window):g}, at p = 1 to the maximum, "
        f"{max(window):g}, as p grows."
    )
    axes = Axes(drawing, Box(0, 0, 820, 400), (1, float(powers[-1])), (0, 14))
    axes.frame((1, 2, 4, 6, 8, 10), (0, max(window), sum(window)), xlabel="p",
               ylabel=f"p-norm of the window {words}")  # fmt: skip
    axes.curve(powers, values, "output")
    for p, name in ((1, "p = 1: the sum"), (2, "p = 2: the L2 norm")):
        value = float(np.interp(p, powers, values))
        axes.dot(p, value, "output", radius=11)
        x, y = axes.at(p, value)
        drawing.text(x + 26, y + 2, f"{name}, {value:.3g}", size=26, anchor="start", bold=True)
    _, y = axes.at(1, max(window))
    drawing.line((0, y), (820, y), "input", width=3, dashed=True)
    drawing.text(836, y + 8, f"the maximum, {max(window):g}", size=24, kind="input",
                 anchor="start", bold=True)  # fmt: skip
    return drawing
