"""When to stop: by a number, when nothing moves any more, or when validation has had no news."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import torch
from cnnlib.lessons.history.chart import Axes
from cnnlib.lessons.training.curves import Lines, draw_curves
from cnnlib.lessons.training.runs import Run
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


@dataclass(frozen=True)
class Stop:
    """Where a training ends, and whose weights are kept; epochs are counted from 0."""

    last: int
    kept: int


def by_patience(losses: Array, patience: int) -> Stop:
    """Return where a training ends that waits for a better validation loss; the best is kept.

    It ends at the epoch that is the `patience`-th in a row without a new best.

    Examples
    --------
    >>> by_patience(np.array([0.9, 0.5, 0.7, 0.4, 0.6, 0.5, 0.3]), patience=2)
    Stop(last=5, kept=3)
    """
    best, kept = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept == patience:
            return Stop(epoch, kept)
    return Stop(len(losses) - 1, kept)


def by_convergence(losses: Array, change: float, window: int = 3) -> Stop:
    """Return where the training loss moves by less than a share, from window to window.

    Examples
    --------
    >>> by_convergence(np.array([1.0, 0.5, 0.3, 0.3, 0.3, 0.3]), change=0.05, window=2)
    Stop(last=5, kept=5)
    """
    for epoch in range(2 * window - 1, len(losses)):
        now = losses[epoch - window + 1 : epoch + 1].mean()
        before = losses[epoch - 2 * window + 1 : epoch - window + 1].mean()
        if abs(before - now) < change * before:
            return Stop(epoch, epoch)
    return Stop(len(losses) - 1, len(losses) - 1)


def draw_turn(runs: Sequence[Run], *, small: bool = False) -> Drawing:
    """Draw training and validation losses of all runs, and where validation is best.

    Parameters
    ----------
    small
        For a title: without ticks, and less wide.
    """
    best = [int(run.losses["validation"].argmin()) + 1 for run in runs]
    lines = [
        Lines("training", "kernel", [run.training for run in runs]),
        Lines("validation", "output", [run.losses["validation"] for run in runs]),
    ]
    box = Box(10, 40, 430, 400) if small else Box(80, 30, 840, 420)
    drawing, axes = draw_curves(
        "Training losses keep falling; validation losses fall, then rise from about epoch "
        f"{round(float(np.mean(best)))}.", lines, y=(0, 2.4), box=box,
        yticks=() if small else [0, 1, 2], xticks=() if small else [1, 10, 20, 30, 40],
        ylabel="loss", xlabel="" if small else "epochs",
    )  # fmt: skip
    for epoch in [round(float(np.mean(best)))] if small else best:
        top, low = axes.at(epoch, 2.2), axes.at(epoch, 0)
        drawing.line(low, top, "ink", width=2.5, dashed=True)
    right = axes.at(float(np.mean(best)) if small else max(best), 2.1)
    drawing.text(right[0] + 14, right[1], "stop here", size=26, anchor="start", bold=True)
    return drawing


def draw_watch(losses: Array, patience: int, epochs: int, y: tuple[float, float]) -> Drawing:
    """Draw the validation loss of the first epochs, the best so far, and how long it waits.

    Parameters
    ----------
    epochs
        How many are shown.
    y
        The ends of the upright axis.
    """
    stop = by_patience(losses, patience)
    seen = losses[:epochs]
    best = int(seen.argmin())
    waited = epochs - 1 - best
    drawing = Drawing(
        f"Validation loss over {epochs} epochs; the best was epoch {best + 1}, {waited} epochs ago."
    )
    axes = Axes(drawing, Box(70, 46, 760, 400), (1, stop.last + 1), y)
    ticks = [tick for tick in (0.5, 0.75, 1, 1.5, 2) if y[0] <= tick <= y[1]]
    shown = [epoch for epoch in (1, 5, 10, 15, 20, 30) if epoch <= stop.last + 1]
    axes.frame(shown, ticks, xlabel="epochs", ylabel="validation loss")
    axes.curve(np.arange(1, epochs + 1), np.minimum(seen, y[1]), "output", key="curve")
    for epoch, loss in enumerate(seen):
        axes.dot(epoch + 1, min(float(loss), y[1]), "wrong" if epoch > best else "output",
                 radius=7, key=f"dot-{epoch}")  # fmt: skip
    x, height = axes.at(best + 1, float(seen[best]))
    drawing.circle(x, height, 18, "output", fill=0, width=4, key="best")
    drawing.text(890, 90, "best so far", size=24, kind="output", anchor="start", bold=True)
    drawing.text(890, 150, f"{seen[best]:.2f}", size=56, kind="output", anchor="start", bold=True,
                 key="number")  # fmt: skip
    drawing.text(890, 184, f"after epoch {best + 1}", size=22, anchor="start", key="when")
    words = f"waited: {waited} of {patience}"
    drawing.text(890, 260, words, size=24, kind="wrong", anchor="start", bold=True)
    for number in range(patience):
        drawing.circle(906 + 48 * number, 298, 17, "wrong", fill=0.9 if number < waited else 0.06,
                       width=3, key=f"wait-{number}")  # fmt: skip
    if epochs - 1 == stop.last:
        drawing.text(890, 380, "stop, and go back", size=26, anchor="start", bold=True)
        drawing.text(890, 414, f"to epoch {stop.kept + 1}", size=26, anchor="start", bold=True)
    drawing.text(890, 490, "one of three seeds", size=20, kind="muted", anchor="start")
    drawing.room(0, 0, 1140, 510)
    return drawing


def counted(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Return the epochs, from 1, at which early stopping ends and PyTorch's plateau acts.

    The first as Keras and Lightning count; the second is found by asking PyTorch.
    """
    descent = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    plan = torch.optim.lr_scheduler.ReduceLROnPlateau(descent, patience=patience)
    acts = 0
    for epoch, loss in enumerate(losses, 1):
        plan.step(loss)
        if descent.param_groups[0]["lr"] < 1 and not acts:
            acts = epoch
    return by_patience(np.array(losses), patience).last + 1, acts


def draw_counting(losses: Sequence[float], patience: int) -> Drawing:
    """Draw epochs as columns, with where two libraries lose their patience."""
    stops, acts = counted(losses, patience)
    drawing = Drawing(
        f"Losses {', '.join(f'{loss:g}' for loss in losses)} with patience {patience}: early "
        f"stopping ends at epoch {stops}, the plateau acts at epoch {acts}."
    )
    best = np.inf
    waited = 0
    for number, loss in enumerate(losses):
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        box = Box(250 + 150.0 * number, 30, 132, 150)
        kind = "wrong" if waited else "output"
        drawing.frame(box, kind, width=3, fill=0.14)
        drawing.text(box.middle[0], 8, f"epoch {number + 1}", size=22)
        drawing.text(box.middle[0], 96, f"{loss:g}", size=38, bold=True)
        drawing.text(box.middle[0], 152, f"waited {waited}" if waited else "best", size=24,
                     kind=kind, bold=True)  # fmt: skip
    drawing.text(230, 116, "validation loss", size=24, anchor="end", bold=True)
    for row, (name, what, epoch) in enumerate((
        ("Keras, Lightning", "EarlyStopping: stops here", stops),
        ("PyTorch", "ReduceLROnPlateau: acts here", acts),
    )):  # fmt: skip
        y, x = 268 + 110.0 * row, 250 + 150.0 * (epoch - 1) + 66
        drawing.line((x, y + 16), (x, 190), "ink", arrow=True, width=4)
        drawing.text(
            x - 30, y + 26, [(name, "kernel"), f"  {what}"], size=25, anchor="end", bold=True
        )
    return drawing


def draw_rules(rows: Sequence[tuple[str, Sequence[int], Sequence[float]]], most: int) -> Drawing:
    """Draw for each rule the epochs that it takes, and what it gets right of the test digits."""
    drawing = Drawing(
        "; ".join(f"{name}: {np.mean(e):.0f} epochs, {np.mean(a):.0%} right" for name, e, a in rows)
    )
    drawing.text(360, -12, "epochs trained", size=24, kind="kernel", anchor="start", bold=True)
    drawing.text(740, -12, "test digits right", size=24, kind="output", anchor="start", bold=True)
    for number, (name, epochs, shares) in enumerate(rows):
        top = 132.0 * number
        for line, words in enumerate(name.split("\n")):
            drawing.text(
                0,
                top + 46 + 34 * line,
                words,
                size=27 if line == 0 else 22,
                anchor="start",
                bold=line == 0,
                kind="ink" if line == 0 else "muted",
            )
        for x, values, unit, kind, text in (
            (360.0, epochs, 260 / most, "kernel", f"{np.mean(epochs):.0f}"),
            (740.0, shares, 280.0, "output", f"{100 * np.mean(shares):.0f} %"),
        ):
            drawing.frame(
                Box(x, top + 10, unit * float(np.mean(values)), 86), kind, width=2, fill=0.45
            )
            for place, value in enumerate(values):
                drawing.circle(x + unit * value, top + 30 + 23 * place, 5, "ink", fill=1)
            end = x + unit * max(float(np.mean(values)), *values) + 16
            drawing.text(end, top + 66, text, size=36, kind=kind, anchor="start", bold=True)
    drawing.circle(366, 132.0 * len(rows) + 8, 5, "ink", fill=1)
    drawing.text(384, 132.0 * len(rows) + 16, f"one run each, {len(rows[0][1])} seeds", size=20,
                 kind="muted", anchor="start")  # fmt: skip
    return drawing
