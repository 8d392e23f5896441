"""What dropout does, measured: digits, accuracies, answers, votes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.data import photo
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def draw_digits(images: Array, given: Array, truth: Array, columns: int = 8) -> Drawing:
    """Draw digits with the labels that they were given; wrong ones are crossed out."""
    wrong = int((given != truth).sum())
    drawing = Drawing(
        f"{len(images)} digits with a label below each; {wrong} labels are wrong and marked."
    )
    side, step = 112.0, 148.0
    for number, (image, label, true) in enumerate(zip(images, given, truth, strict=True)):
        row, column = divmod(number, columns)
        box = drawing.image(1 - image.reshape(8, 8), step * column, 180.0 * row, width=side,
                            kind="input")  # fmt: skip
        x, y = box.middle[0], box.bottom + 40
        if label == true:
            drawing.text(x, y, f"{label}", size=34, bold=True)
        else:
            drawing.text(x, y, f"{label} ✗", size=34, kind="wrong", bold=True)
            drawing.frame(box, "wrong", width=4, fill=0)
    return drawing


def draw_bars(rows: Sequence[tuple[str, str, Sequence[float]]]) -> Drawing:
    """Draw a bar for each row, as long as the mean of its shares, with a dot for each run."""
    drawing = Drawing(
        "Bars: " + "; ".join(f"{name}: {100 * np.mean(runs):.0f} %" for name, _, runs in rows)
    )
    unit, height = 640.0, min(96.0, 330 / len(rows))
    step = height * 1.42
    for number, (name, kind, runs) in enumerate(rows):
        y, mean = step * number, float(np.mean(runs))
        drawing.text(330, y + height / 2 + 9, name, size=25, anchor="end", bold=True)
        drawing.frame(Box(350, y, unit * mean, height), kind, width=2, fill=0.45)
        for run, share in enumerate(runs):
            at = y + height * (run + 1) / (len(runs) + 1)
            drawing.circle(350 + unit * share, at, 6, "ink", fill=1)
        end = 350 + unit * max(mean, *runs) + 22
        drawing.text(end, y + height / 2 + 15, f"{100 * mean:.0f} %", size=42, kind=kind,
                     anchor="start", bold=True)  # fmt: skip
    if len(rows[0][2]) > 1:
        drawing.circle(356, step * len(rows) + 14, 6, "ink", fill=1)
        drawing.text(376, step * len(rows) + 22, f"one run each, {len(rows[0][2])} seeds", size=22,
                     anchor="start", kind="muted")  # fmt: skip
    return drawing


def draw_answers(image: Array, training: Array, evaluation: Array) -> Drawing:
    """Draw a digit and the answers to it, in training mode and in evaluation mode.

    Parameters
    ----------
    training, evaluation
        (answers, classes), probabilities.
    """
    drawing = Drawing(
        f"A digit, and {len(training)} answers to it: in training mode they differ, in evaluation "
        "mode they are the same."
    )
    box = drawing.image(1 - image.reshape(8, 8), 225, -150, width=130, kind="input")
    for row, (name, answers, kind) in enumerate(
        (("net.train()", training, "wrong"), ("net.eval()", evaluation, "output"))
    ):
        top = box.bottom + 60 + 180.0 * row
        drawing.text(0, top, name, size=26, anchor="start", mono=True, kind=kind, bold=True)
        for column, probabilities in enumerate(answers):
            x = 74.0 * column
            drawing.frame(Box(x, top + 20, 64, 104), kind, width=2, fill=0.1)
            best = int(probabilities.argmax())
            drawing.text(x + 32, top + 76, f"{best}", size=44, bold=True)
            drawing.text(x + 32, top + 112, f"{100 * probabilities[best]:.0f} %", size=20)
    return drawing


def draw_agreement(bins: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> Drawing:
    """Draw how many answers are right, by how many masks agree on them.

    Parameters
    ----------
    bins
        A name, and for each run how many answers fall into it and how many of them are right.
    """
    drawing = Drawing(
        "Columns: "
        + "; ".join(
            f"{name}: {100 * sum(r for _, r in runs) / sum(n for n, _ in runs):.0f} % right"
            for name, runs in bins
        )
    )
    height = 350.0
    for number, (name, runs) in enumerate(bins):
        x = 290.0 * number
        total, right = (sum(run[k] for run in runs) for k in (0, 1))
        share = right / total
        drawing.frame(
            Box(x, height * (1 - share), 190, height * share), "output", width=2, fill=0.5
        )
        top = max(share, *(r / n for n, r in runs if n))
        for run, (n, r) in enumerate(runs):
            if n:
                at = x + 190 * (run + 1) / (len(runs) + 1)
                drawing.circle(at, height * (1 - r / n), 6, "ink", fill=1)
        drawing.text(x + 95, height * (1 - top) - 18, f"{100 * share:.0f} % right", size=30,
                     kind="output", bold=True)  # fmt: skip
        drawing.text(x + 95, height + 36, name, size=25, bold=True)
        drawing.text(x + 95, height + 66, f"{total} answers", size=21, kind="muted")
    drawing.line((-10, height), (290.0 * len(bins) - 90, height), "ink", width=2)
    return drawing


def draw_votes(images: Array, votes: Array, answers: Array, truth: Array) -> Drawing:
    """Draw digits, and for each how many masks vote for which class.

    Parameters
    ----------
    votes
        (digits, classes), shares.
    answers, truth
        What the mean says, and what is right.
    """
    drawing = Drawing(
        f"{len(images)} digits with the votes of the masks as bars: for the first few nearly all "
        "votes go to one class, for the others they are spread."
    )
    for number, (image, shares) in enumerate(zip(images, votes, strict=True)):
        row, column = divmod(number, 4)
        left, top = 292.0 * column, 262.0 * row
        drawing.image(1 - image.reshape(8, 8), left, top, width=112, kind="input")
        for label, share in enumerate(shares):
            x = left + 128 + 14.0 * label
            drawing.frame(Box(x, top + 112 * (1 - share), 10, 112 * share), "output", width=1,
                          fill=0.7)  # fmt: skip
            if share >= 0.2:
                drawing.text(x + 5, top + 138, f"{label}", size=22, bold=True)
        right = answers[number] == truth[number]
        words = f"answer {answers[number]}"
        article = "an" if truth[number] == 8 else "a"
        words += "" if right else f", but it is {article} {truth[number]}"
        drawing.text(left, top + 172, words, size=22, anchor="start", bold=True,
                     kind="output" if right else "wrong")  # fmt: skip
    return drawing


def draw_areas(parameters: Mapping[str, int]) -> Drawing:
    """Draw layers as squares whose area is their number of parameters."""
    drawing = Drawing(
        "Squares to scale: " + "; ".join(f"{name}: {count:,}" for name, count in parameters.items())
    )
    most = max(parameters.values())
    floor, left = 400.0, 0.0
    for name, count in parameters.items():
        side = 400 * (count / most) ** 0.5
        room = max(side, 180)
        drawing.frame(Box(left + (room - side) / 2, floor - side, side, side), "kernel", width=2,
                      fill=0.5)  # fmt: skip
        drawing.text(left + room / 2, floor + 42, f"{count:,}", size=30, kind="kernel", bold=True)
        drawing.text(left + room / 2, floor + 76, name, size=24)
        left += room + 56
    return drawing


def draw_dropped_pixels(probabilities: Sequence[float], seed: int = 0) -> Drawing:
    """Draw a photo with more and more of its pixels set to zero."""
    drawing = Drawing(
        f"A photo with {', '.join(f'{100 * p:.0f} %' for p in probabilities)} of its pixels black; "
        "its face can still be seen."
    )
    image = photo(150)[10:106, 16:112]
    drawn = np.random.default_rng(seed).random(image.shape)
    for number, p in enumerate(probabilities):
        box = drawing.image(np.where(drawn < p, 0, image), 395.0 * number, width=370, kind="input",
                            low=0, high=1)  # fmt: skip
        drawing.text(box.middle[0], box.bottom + 42, f"p = {p:g}", size=30, bold=True)
    return drawing
