"""Transfer, drawn: pieces and their neighbours, what learns and what is frozen, accuracies."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import look, plots
from cnnlib.lessons.inside.photos import shown
from cnnlib.lessons.inside.transfer import DEPTHS, KINDS, Task
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def draw_pieces(task: Task, kinds: Sequence[str], per: int = 3) -> Drawing:
    """Draw, for some photos, pieces to learn from and new ones."""
    drawing = Drawing(
        f"Pieces of {len(kinds)} photos: {per} of each to learn from, {per} new ones from the "
        "other half of the photo."
    )
    side, gap = 100.0, 8.0
    for number, kind in enumerate(kinds):
        label = KINDS.index(kind)
        row, column = divmod(number, 2)
        left, top = 620.0 * column, 136.0 * row
        drawing.text(left, top + 58, kind, size=22, anchor="start", bold=True)
        for group, (x, labels, name) in enumerate(
            ((task.x, task.labels, "input"), (task.new_x, task.new_labels, "output"))
        ):
            for place, index in enumerate(np.flatnonzero(labels == label)[: per - 1]):
                at = left + 152 + (side + gap) * place + group * (2 * (side + gap) + 8)
                drawing.image(
                    shown(x[index][None]), at, top, width=side, smooth=True, photo=True, kind=name
                )
    for column in range(2):
        for group, (words, name) in enumerate((("to learn from", "input"), ("new", "output"))):
            at = 620.0 * column + 152 + group * (2 * (side + gap) + 8)
            drawing.text(at, -16, words, size=22, anchor="start", kind=name, bold=True)
    return drawing


def draw_neighbours(
    queries: Sequence[tuple[Array, int]],
    found: Sequence[tuple[str, Sequence[Sequence[tuple[Array, int]]]]],
) -> Drawing:
    """Draw images with their nearest neighbours, found in several ways.

    Parameters
    ----------
    queries
        Images, each with what it shows.
    found
        A way's name, and for each query its neighbours with what they show, nearest first.
    """
    drawing = Drawing(
        f"{len(queries)} pieces of photos, each with its nearest neighbours by "
        + " and by ".join(name for name, _ in found)
        + "; those from another photo are crossed out."
    )
    side, gap = 104.0, 8.0
    drawing.text(0, -18, "query", size=23, anchor="start", kind="input", bold=True)
    for number, (image, _) in enumerate(queries):
        drawing.image(
            image, 0, (side + gap + 8) * number, width=side, smooth=True, photo=True, kind="input"
        )
    left = side + 50
    for name, neighbours in found:
        rights = [
            [shows == label for _, shows in row]
            for (_, label), row in zip(queries, neighbours, strict=True)
        ]
        words = f"{name}: {sum(map(sum, rights))} of {sum(map(len, rights))} right"
        drawing.text(left, -18, words, size=23, anchor="start", bold=True)
        for number, (row, right) in enumerate(zip(neighbours, rights, strict=True)):
            for place, (neighbour, _) in enumerate(row):
                at = left + (side + gap) * place, (side + gap + 8) * number
                box = drawing.image(neighbour, *at, width=side, smooth=True, photo=True)
                _verdict(drawing, box, right=right[place])
        left += (side + gap) * len(neighbours[0]) + 70
    drawing.room(0, 0, 950, 0)
    return drawing


def _verdict(drawing: Drawing, box: Box, *, right: bool) -> None:
    drawing.frame(box, "output" if right else "wrong", width=4, fill=0)
    if not right:
        drawing.line((box.x, box.y), (box.right, box.bottom), "wrong", width=4)


def draw_depths(curves: Mapping[str, tuple[str, Sequence[Mapping[str, float]]]]) -> plots.Picture:
    """Draw accuracy by the depth at which features are taken; a thin line for each run.

    Parameters
    ----------
    curves
        By name: a meaning, and for each run the share by depth, "pixels" first.
    """
    names = ("pixels", *DEPTHS)
    figure, ax = look.figure(9, 4.2)
    for name, (kind, runs) in curves.items():
        shares = np.array([[100 * run[depth] for depth in names] for run in runs])
        colour = look.COLOURS[kind]
        for run in shares:
            ax.plot(run, color=colour.light, linewidth=0.9, alpha=0.6)
        ax.plot(shares.mean(0), color=colour.light, linewidth=3.2, marker="o")
        ax.text(
            len(names) - 0.85,
            shares.mean(0)[-1],
            name,
            color=colour.text,
            weight="bold",
            va="center",
        )
    ax.set_xticks(
        range(len(names)),
        ["pixels", *(name.replace("block", "block ") for name in DEPTHS[:-1]), "last"],
    )
    ax.set(ylabel="new images right, per cent", ylim=(30, 100), xlim=(-0.2, len(names) + 0.7))
    words = "; ".join(
        f"{name}: {100 * np.mean([run['pixels'] for run in runs]):.0f} % from pixels, "
        f"{100 * np.mean([run['features'] for run in runs]):.0f} % from the last features"
        for name, (_, runs) in curves.items()
    )
    return plots.Picture(figure, f"Accuracy by the layer whose features are used. {words}.")


def draw_parts(words: str, parts: Sequence[tuple[str, int, str]]) -> Drawing:
    """Draw a network as groups of blocks: what learns, what is frozen, what is gone.

    Parameters
    ----------
    parts
        Name, number of layers, and "learns", "frozen" or "gone".
    """
    drawing = Drawing(f"{words}: " + ", ".join(f"{name} {state}" for name, _, state in parts))
    drawing.text(560, -60, words, size=32, bold=True)
    x = 0.0
    for name, count, state in parts:
        start = x
        for number in range(count):
            key = f"{name}-{number}"
            box = Box(x, 0, 44, 240)
            if state == "frozen":
                drawing.hatch(box)
                drawing.frame(box, "muted", width=2.5, fill=0, key=key)
            elif state == "learns":
                drawing.frame(box, "kernel", width=4, fill=0.5, key=key)
            x += 52
        middle = (start + x - 8) / 2
        if state == "gone":
            drawing.line((start + 6, 20), (x - 14, 220), "wrong", width=5)
            drawing.line((x - 14, 20), (start + 6, 220), "wrong", width=5)
        kind = {"learns": "kernel", "gone": "wrong", "frozen": "muted"}[state]
        drawing.text(middle, 284, name, size=23, bold=True)
        drawing.text(middle, 318, state, size=23, kind=kind, bold=True)
        x += 34
    drawing.room(-10, -100, 1140, 330)
    return drawing


def draw_rule(cells: Sequence[tuple[str, str, str, str]]) -> Drawing:
    """Draw what to do, by how much data there is and whether images resemble the first ones.

    Parameters
    ----------
    cells
        Four times: what images, how much data, what to do, a meaning.
    """
    drawing = Drawing("; ".join(f"{images}, {data}: {advice}" for images, data, advice, _ in cells))
    wide, tall = 440.0, 200.0
    columns = list(dict.fromkeys(images for images, *_ in cells))
    rows = list(dict.fromkeys(data for _, data, *_ in cells))
    for number, name in enumerate(columns):
        drawing.text(210 + wide * (number + 0.5), -20, name, size=26, bold=True)
    for number, name in enumerate(rows):
        drawing.text(190, tall * (number + 0.5) + 8, name, size=26, anchor="end", bold=True)
    for images, data, advice, kind in cells:
        x, y = 210 + wide * columns.index(images), tall * rows.index(data)
        drawing.frame(Box(x + 6, y + 6, wide - 12, tall - 12), kind, width=3, fill=0.14)
        first, _, second = advice.partition("|")
        drawing.text(x + wide / 2, y + tall / 2 - 4, first, size=25, kind=kind, bold=True)
        drawing.text(x + wide / 2, y + tall / 2 + 34, second, size=22)
    return drawing


def draw_gram(rows: Sequence[tuple[str, Array, str, Array]]) -> Drawing:
    """Draw maps and their Gram matrix, one above the other.

    Parameters
    ----------
    rows
        For each what the maps are, the maps (C, H, W), what is said of the matrix, and the matrix.
    """
    drawing = Drawing(
        "Six maps and their Gram matrix"
        + (
            "; below the same maps with their places shuffled, and the same matrix."
            * (len(rows) - 1)
        )
    )
    side = 112.0
    for number, (words, maps, title, matrix) in enumerate(rows):
        y = 290.0 * number
        drawing.text(0, y - 18, words, size=26, anchor="start", kind="output", bold=True)
        for place, each in enumerate(maps):
            row, column = divmod(place, 3)
            at = (side + 8) * column, y + (side + 8) * row
            drawing.image(each, *at, width=side, kind="output")
        drawing.line((390, y + 116), (500, y + 116), "muted", arrow=True)
        drawing.text(445, y + 98, "F Fᵀ / HW", size=22, bold=True)
        drawing.grid(matrix, 530, y, side=39, kind="kernel", numbers=False, shades=True)
        drawing.text(530, y - 18, title, size=26, anchor="start", kind="kernel", bold=True)
        told = ("which maps are", "active together,") if number == 0 else ("but not where.",)
        for line, part in enumerate(told):
            drawing.text(800, y + 100 + 34 * line, part, size=26, anchor="start", bold=number > 0)
    drawing.room(0, -40, 1040, 530)
    return drawing


def draw_columns(rows: Sequence[tuple[str, str, Sequence[float]]]) -> Drawing:
    """Draw a column for each row, as high as the mean of its shares, with a dot for each run."""
    drawing = Drawing(
        "Columns: " + "; ".join(f"{name}: {100 * np.mean(runs):.0f} %" for name, _, runs in rows)
    )
    step, wide, tall = 600.0 / len(rows), 420.0 / len(rows), 400.0
    for number, (name, kind, runs) in enumerate(rows):
        x, mean = step * number, float(np.mean(runs))
        drawing.frame(Box(x, tall * (1 - mean), wide, tall * mean), kind, width=2, fill=0.45)
        for run, share in enumerate(runs):
            at = x + wide * (run + 1) / (len(runs) + 1)
            drawing.circle(at, tall * (1 - share), 6, "ink", fill=1)
        top = tall * (1 - max(mean, *runs)) - 18
        drawing.text(x + wide / 2, top, f"{100 * mean:.0f} %", size=34, kind=kind, bold=True)
        first, _, second = name.partition(", ")
        drawing.text(x + wide / 2, tall + 34, first, size=24, bold=True)
        drawing.text(x + wide / 2, tall + 66, second, size=22)
    drawing.line((-8, tall), (step * len(rows) - step + wide + 8, tall), "ink", width=2)
    drawing.circle(6, tall + 104, 6, "ink", fill=1)
    drawing.text(22, tall + 112, f"one draw each, {len(rows[0][2])} draws", size=21,
                 anchor="start", kind="muted")  # fmt: skip
    drawing.room(0, -30, 600, 0)
    return drawing
