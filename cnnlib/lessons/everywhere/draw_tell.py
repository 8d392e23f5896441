"""What lecture 14 draws of faces, sentences, videos, games and made-up digits."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import look, plots
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def draw_pairs(rows: Sequence[tuple[str, Array, Array, float]], threshold: float) -> Drawing:
    """Draw pairs of faces and their distances, as bars, with the threshold between yes and no.

    Parameters
    ----------
    rows
        "same" or "different", two photos, and their distance.
    """
    drawing = Drawing(
        "Pairs of faces: "
        + "; ".join(f"{kind}, distance {far:.2f}" for kind, _, _, far in rows)
        + f". The threshold is {threshold:.2f}."
    )
    unit, step, left = 640.0, 148.0, 340.0
    for number, (kind, one, two, far) in enumerate(rows):
        y = step * number
        drawing.image(one, 0, y, width=132, smooth=True, kind="input")
        drawing.image(two, 146, y, width=132, smooth=True, kind="input")
        answer = "same" if far <= threshold else "different"
        colour = "output" if answer == kind else "wrong"
        drawing.frame(Box(left, y + 40, unit * far, 52), colour, width=2, fill=0.5)
        drawing.text(left + unit * max(far, threshold) + 22, y + 78,
                     f"{answer}" + ("" if answer == kind else " ✗"), size=32, anchor="start",
                     kind=colour, bold=True)  # fmt: skip
    x = left + unit * threshold
    drawing.line((x, -12), (x, step * len(rows) - 4), "ink", width=3, dashed=True)
    drawing.text(x, -24, "threshold", size=26, bold=True)
    drawing.text(left, step * len(rows) + 24, "distance in feature space", size=24, anchor="start",
                 kind="muted")  # fmt: skip
    return drawing


def draw_roc(curves: Mapping[str, tuple[str, Sequence[tuple[Array, Array]]]]) -> plots.Picture:
    """Draw true matches over false ones, a thin line for each run; the chance line is dashed."""
    figure, ax = look.figure(9, 4.3)
    words = []
    for number, (name, (kind, runs)) in enumerate(curves.items()):
        colour = look.COLOURS[kind]
        areas = [float(np.trapezoid(right, wrong)) for wrong, right in runs]
        for wrong, right in runs:
            ax.plot(100 * wrong, 100 * right, color=colour.light, linewidth=2)
        ax.text(102, 62 - 26 * number, f"{name}\narea " + ", ".join(f"{a:.2f}" for a in areas),
                color=colour.text, weight="bold", va="center")  # fmt: skip
        words.append(f"{name}: areas {', '.join(f'{a:.2f}' for a in areas)}")
    ax.plot([0, 100], [0, 100], "--", color=look.COLOURS["muted"].light, linewidth=1.5)
    ax.set(xlabel="strangers let through, per cent", ylabel="owners recognised, per cent",
           xlim=(0, 100), ylim=(0, 101))  # fmt: skip
    return plots.Picture(figure, "True matches over false matches. " + "; ".join(words))


def draw_sentence(sentence: str, vectors: Array, width: int, at: int) -> Drawing:
    """Draw a sentence as an image: a row per word, a column per number; and a window of words."""
    words = sentence.split()
    drawing = Drawing(
        f"The sentence “{sentence}” as a table with a row of numbers for each word; a window "
        f"covers {width} words, from “{words[at]}” on."
    )
    side = 62.0
    top = float(np.abs(vectors).max())
    for row, word in enumerate(words):
        drawing.text(-20, side * row + 40, word, size=30, anchor="end", bold=True)
    for row, column in np.ndindex(vectors.shape):
        value = float(vectors[row, column]) / top
        cell = Box(side * column, side * row, side - 3, side - 3)
        kind = "input" if value > 0 else "wrong"
        drawing.frame(cell, kind, width=0.5, fill=0.75 * abs(value))
    right = side * vectors.shape[1]
    window = Box(-6, side * at - 5, right + 10, side * width + 4)
    drawing.frame(window, "kernel", width=6, fill=0.05, key="window")
    drawing.text(right + 30, side * (at + width / 2) + 10, f"{width} words", size=30,
                 anchor="start", kind="kernel", bold=True)  # fmt: skip
    drawing.room(-210, -20, right + 200, side * len(words) + 10)
    return drawing


def draw_groups(groups: Mapping[int, Sequence[str]]) -> Drawing:
    """Draw the groups of words that speak most for a complaint (0), and for praise (1)."""
    drawing = Drawing(
        "Groups of words that excite filters. For praise: "
        + ", ".join(groups[1])
        + ". For complaints: "
        + ", ".join(groups[0])
    )
    for column, (label, title, kind) in enumerate(
        ((1, "praise", "output"), (0, "complaint", "wrong"))
    ):
        x = 580.0 * column
        drawing.text(x + 20, -20, title, size=34, anchor="start", kind=kind, bold=True)
        for row, words in enumerate(groups[label]):
            y = 92.0 * row
            drawing.frame(Box(x, y, 540, 76), kind, width=2.5, fill=0.1)
            drawing.text(x + 24, y + 49, words, size=32, anchor="start", bold=True)
    return drawing


def draw_film(film: Array, name: str) -> Drawing:
    """Draw the frames of a video, what one of them tells, and their difference."""
    drawing = Drawing(
        f"Three frames of a digit that moves {name}, and the last minus the first: dark on the "
        "side that it leaves, bright on the other."
    )
    wide = 236.0
    for number, image in enumerate(film):
        x = (wide + 14) * number
        middle = number == 1
        drawing.image(1 - image, x, 0, width=wide, low=0, high=1,
                      kind="input" if middle else "line")  # fmt: skip
        drawing.text(x + wide / 2, wide + 40, f"frame {number + 1}", size=26, bold=middle)
    x = 3 * (wide + 14) + 60
    drawing.image(film[2] - film[0], x, 0, width=wide + 60, low=-1, high=1, kind="gradient")
    drawing.text(x, wide + 100, "frame 3 − frame 1", size=26, kind="gradient", anchor="start",
                 bold=True)  # fmt: skip
    drawing.text(x, wide + 140, f"→ moves {name}", size=32, anchor="start", bold=True)
    drawing.text(wide / 2 + wide + 14, wide + 84, "what is it?", size=26, kind="input", bold=True)
    return drawing


def draw_game(screens: Sequence[Array], words: str) -> Drawing:
    """Draw a game, moment by moment."""
    drawing = Drawing(f"A ball falls towards a paddle, in {len(screens)} pictures. {words}")
    wide, columns = 214.0, 5
    for number, image in enumerate(screens):
        row, column = divmod(number, columns)
        drawing.image(image, (wide + 16) * column, (wide + 16) * row, width=wide, low=0, high=1,
                      kind="input")  # fmt: skip
    drawing.text(0, (wide + 16) * -(-len(screens) // columns) + 26, words, size=28, anchor="start",
                 bold=True)  # fmt: skip
    return drawing


def draw_walk(images: Array, at: int, ends: tuple[int, int]) -> Drawing:
    """Draw a digit between two others, and the way from one to the other below."""
    drawing = Drawing(
        f"A digit made by the decoder, step {at + 1} of {len(images)} from a {ends[0]} to a "
        f"{ends[1]}; the whole way is below."
    )
    drawing.image(1 - images[at], 370, 0, width=380, low=0, high=1, smooth=True, kind="output")
    wide = 1120.0 / len(images)
    for number, image in enumerate(images):
        box = drawing.image(1 - image, wide * number, 410, width=wide - 12, low=0, high=1,
                            smooth=True)  # fmt: skip
        if number == at:
            drawing.frame(box, "kernel", width=7, fill=0, key="now")
    drawing.room(0, 0, 1120, 400 + wide)
    return drawing


def draw_made(image: Array, words: str) -> Drawing:
    """Draw one digit, large, with words below."""
    drawing = Drawing(f"A digit of 8 by 8 pixels, made by a decoder: {words}.")
    box = drawing.image(1 - image, 0, 0, width=400, low=0, high=1, smooth=True, kind="output")
    drawing.text(200, box.bottom + 42, words, size=30, kind="output", bold=True)
    return drawing


def draw_shares(rows: Sequence[tuple[str, str, Sequence[float]]], chance: float = 0) -> Drawing:
    """Draw a bar for each row, as long as the mean of its runs, with a dot for each of them."""
    drawing = Drawing(
        "Bars: " + "; ".join(f"{name}: " + ", ".join(f"{r:.0%}" for r in runs)
                             for name, _, runs in rows)
    )  # fmt: skip
    unit, step = 560.0, min(150.0, 440 / len(rows))
    for number, (name, kind, runs) in enumerate(rows):
        y, mean = step * number, float(np.mean(runs))
        drawing.text(-20, y + step * 0.36 + 10, name, size=28, anchor="end", bold=True)
        drawing.frame(Box(0, y, unit * mean, step * 0.72), kind, width=2, fill=0.45)
        for run, share in enumerate(runs):
            at = y + step * 0.72 * (run + 1) / (len(runs) + 1)
            drawing.circle(unit * share, at, 6, "ink", fill=1)
        drawing.text(unit * max(mean, *runs) + 22, y + step * 0.36 + 14, f"{100 * mean:.0f} %",
                     size=42, kind=kind, anchor="start", bold=True)  # fmt: skip
    bottom = step * len(rows)
    if chance:
        drawing.line((unit * chance, -10), (unit * chance, bottom), "ink", dashed=True)
        drawing.text(unit * chance, bottom + 30, "chance", size=24)
    drawing.circle(6, bottom + 58, 6, "ink", fill=1)
    most = max(len(runs) for _, _, runs in rows)
    drawing.text(22, bottom + 66, f"one run each, {most} seeds", size=22, anchor="start",
                 kind="muted")  # fmt: skip
    drawing.room(-430, -10, unit + 130, bottom + 70)
    return drawing
