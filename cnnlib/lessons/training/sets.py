"""What the three sets are for, and what happens to those who mix them up."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def draw_sets(sets: Sequence[tuple[str, str, str, int, Array]]) -> Drawing:
    """Draw each set as a block of its digits, as high as all others, as wide as it is large.

    Parameters
    ----------
    sets
        A name, the meaning that gives the colour, its job, how many images, and some of them.
    """
    drawing = Drawing("Blocks of digits: " + "; ".join(f"{n}: {c}, {j}" for n, _, j, c, _ in sets))
    side, rows, left = 46.0, 5, 0.0
    for name, kind, job, count, images in sets:
        columns = len(images) // rows
        for number, image in enumerate(images[: rows * columns]):
            column, row = divmod(number, rows)
            drawing.image(1 - image.reshape(8, 8), left + side * column, 64 + side * row,
                          width=side - 4)  # fmt: skip
        box = Box(left - 8, 56, side * columns + 12, side * rows + 12)
        drawing.frame(box, kind, width=4, fill=0.06)
        drawing.text(box.x, 38, [(name, kind), f"  {count:,}"], size=30, anchor="start", bold=True)
        for line, words in enumerate(job.split("\n")):
            drawing.text(box.x, box.bottom + 42 + 34 * line, words, size=25, anchor="start",
                         bold=line == 0)  # fmt: skip
        left = max(box.right, left + 210) + 34
    return drawing


def guessers(count: int, labels: Array, new: Array, seed: int) -> tuple[Array, float]:
    """Return what random guessers get right, and what the best of them gets on new labels.

    Returns
    -------
    shares
        (count,), on the set that chooses.
    later
        The share of new labels that the best of them gets right.
    """
    rng = np.random.default_rng(seed)
    shares = (rng.integers(0, 10, (count, len(labels))) == labels).mean(axis=1)
    return shares, float((rng.integers(0, 10, len(new)) == new).mean())


def draw_guessers(found: Sequence[tuple[Array, float]], questions: int) -> Drawing:
    """Draw how many guessers get which share right, the best one, and what it gets later."""
    shares, later = found[0]
    best = [float(each.max()) for each, _ in found]
    drawing = Drawing(
        f"Columns: how many of {len(shares):,} guessers got how many of {questions} digits right. "
        f"The best got {best[0]:.0%}, and {later:.0%} of new digits."
    )
    counts = np.bincount((shares * questions).round().astype(int), minlength=16)
    wide, high = 66.0, 330.0
    floor = 400.0
    for number, count in enumerate(counts):
        tall = high * count / counts.max()
        chosen = number == round(best[0] * questions)
        if count:
            drawing.frame(
                Box(wide * number + 6, floor - max(tall, 5), wide - 12, max(tall, 5)),
                "wrong" if chosen else "muted",
                width=2,
                fill=0.75 if chosen else 0.35,
            )
        if number % 2 == 0:
            tick = f"{100 * number / questions:.0f} %"
            drawing.text(wide * (number + 0.5), floor + 32, tick, size=20)
    drawing.line((0, floor), (wide * len(counts), floor), "ink", width=2)
    what = f"of the {questions} digits"
    drawing.text(wide * len(counts), floor + 64, what, size=22, anchor="end")
    x = wide * (round(best[0] * questions) + 0.5)
    drawing.text(x, floor - 118, "the best of", size=26, kind="wrong", bold=True)
    most = f"{len(shares):,}: {100 * best[0]:.0f} %"
    drawing.text(x, floor - 84, most, size=26, kind="wrong", bold=True)
    drawing.line((x, floor - 72), (x, floor - 14), "wrong", arrow=True)
    words = _list([each for _, each in found])
    drawing.text(wide * len(counts), 64, "the same guesser", size=26, anchor="end")
    drawing.text(wide * len(counts), 100, ["on new digits: ", (f"{100 * later:.0f} %", "output")],
                 size=30, anchor="end", bold=True)  # fmt: skip
    drawing.text(
        wide * len(counts),
        140,
        f"three seeds: {_list(best)}; on new digits {words}",
        size=20,
        kind="muted",
        anchor="end",
    )
    return drawing


def _list(shares: Sequence[float]) -> str:
    return ", ".join(f"{100 * each:.0f}" for each in shares) + " %"


def draw_tails(orders: Sequence[tuple[str, Array, Array]], held: float = 0.2) -> Drawing:
    """Draw rows of digits, of which the last part is held out.

    Parameters
    ----------
    orders
        What the order is, images in that order, and what they show.
    held
        The share that is held out, from the end.
    """
    drawing = Drawing(
        "Rows of digits. The last fifth of each is framed: "
        + "; ".join(f"{name}: {_digits(labels, held)}" for name, _, labels in orders)
    )
    side = 42.0
    for number, (name, images, labels) in enumerate(orders):
        top, count = 258.0 * number, len(images)
        cut = count - round(held * count)
        columns = count // 2
        drawing.text(0, top + 26, name, size=28, anchor="start", bold=True)
        for place, image in enumerate(images):
            row, column = divmod(place, columns)
            kept = place < cut
            x = side * column + (0 if kept else 16)
            drawing.image(1 - image.reshape(8, 8), x, top + 46 + (side + 6) * row, width=side - 4,
                          kind="input" if kept else "output")  # fmt: skip
        left = side * (cut - columns) + 10
        kind = "wrong" if len(set(labels[cut:])) < 5 else "output"
        box = Box(left, top + 46 + side, side * (count - cut) + 8, side + 8)
        drawing.frame(box, kind, width=5, fill=0.08)
        drawing.text(0, box.bottom + 40, ["training: ", (_digits(labels[:cut]), "input")], size=24,
                     anchor="start", bold=True)  # fmt: skip
        drawing.text(box.right, box.bottom + 40, ["validation: ", (_digits(labels[cut:]), kind)],
                     size=24, anchor="end", bold=True)  # fmt: skip
    return drawing


def _digits(labels: Array, held: float = 0) -> str:
    chosen = labels[len(labels) - round(held * len(labels)) :] if held else labels
    return " ".join(map(str, sorted(set(chosen.tolist()))))


def draw_folds(scores: Sequence[float], held_out: float) -> Drawing:
    """Draw cross-validation, in which each part is held out in turn, beside a hold-out.

    Parameters
    ----------
    scores
        The accuracy on each part, by a model that learned from the others.
    held_out
        The accuracy on the one part that a hold-out measures.
    """
    drawing = Drawing(
        f"Cross-validation holds out each of {len(scores)} parts in turn; a hold-out only one."
    )
    parts, wide, high = len(scores), 112.0, 56.0
    for side, (title, rows) in enumerate(
        (
            ("hold-out: one model", [parts - 1]),
            (f"cross-validation: {parts} models", [*range(parts)]),
        )
    ):
        left = 0 if side == 0 else 600
        drawing.text(left, 20, title, size=28, anchor="start", bold=True)
        for row, out in enumerate(rows):
            top = 48 + row * (high + 18)
            for part in range(parts):
                box = Box(
                    left + (wide if side == 0 else 76) * part,
                    top,
                    (wide if side == 0 else 76) - 6,
                    high,
                )
                drawing.frame(box, "output" if part == out else "input", width=2,
                              fill=0.75 if part == out else 0.15)  # fmt: skip
            score = held_out if side == 0 else scores[out]
            if side:
                drawing.text(left + 76 * parts + 12, top + 38, f"{score:.1%}".replace("%", " %"),
                             size=26, kind="output", anchor="start", bold=True)  # fmt: skip
            else:
                drawing.text(left, top + high + 46, f"{score:.1%}".replace("%", " %"), size=34,
                             kind="output", anchor="start", bold=True)  # fmt: skip
    drawing.text(0, 230, [("trained on", "input"), "   ", ("held out", "output")], size=26,
                 anchor="start", bold=True)  # fmt: skip
    drawing.text(600, 48 + parts * (high + 18) + 30,
                 f"mean {np.mean(scores):.1%}".replace("%", " %"), size=30, kind="output",
                 anchor="start", bold=True)  # fmt: skip
    return drawing
