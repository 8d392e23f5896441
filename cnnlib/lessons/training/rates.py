"""Learning rates: schedules over epochs, and a plateau that is waited out."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import torch
from cnnlib.lessons.history.chart import Axes
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def as_printed(epoch: int) -> float:
    """Return the rate of a step decay as many slides print it.

    Examples
    --------
    >>> as_printed(100), f"{as_printed(101):.0e}"
    (0.1, '4e-32')
    """
    return 0.1 / 2.0**epoch if epoch > 100 else 0.1


def as_meant(epoch: int) -> float:
    """Return the rate that was probably meant: halved with each epoch after 100.

    Examples
    --------
    >>> as_meant(100), as_meant(101), as_meant(103)
    (0.1, 0.05, 0.0125)
    """
    return 0.1 / 2.0 ** max(0, epoch - 100)


def plateau_rates(
    losses: Sequence[float], *, lr: float, factor: float, patience: int, min_lr: float
) -> list[float]:
    """Return the rate after each epoch, as PyTorch's `ReduceLROnPlateau` sets it."""
    descent = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    plan = torch.optim.lr_scheduler.ReduceLROnPlateau(
        descent, factor=factor, patience=patience, min_lr=min_lr
    )
    found = []
    for loss in losses:
        plan.step(loss)
        found.append(float(descent.param_groups[0]["lr"]))
    return found


def draw_listing(first: int = 90, last: int = 110) -> Drawing:
    """Draw the rate of a step decay as it is printed and as it was meant, on a logarithmic axis."""
    drawing = Drawing(
        "The learning rate over epochs 90 to 110: as printed it falls from 0.1 to 4e-32 in one "
        "step; as meant it is halved in each epoch."
    )
    axes = Axes(drawing, Box(150, 30, 640, 420), (first, last), (-36, 0))
    axes.frame([90, 100, 110], {-1: "0.1", -12: "1e-12", -24: "1e-24", -36: "1e-36"},
               xlabel="epoch", ylabel="")  # fmt: skip
    epochs = np.arange(first, last + 1)
    rules: list[tuple[Callable[[int], float], str, str, str]] = [
        (as_meant, "gradient", "as meant:", "0.1 / 2^(epoch − 100)"),
        (as_printed, "wrong", "as printed:", "0.1 / 2^epoch"),
    ]
    for rule, kind, name, formula in rules:
        rates = np.log10([rule(epoch) for epoch in epochs.tolist()])
        axes.curve(epochs, rates, kind)
        _, height = axes.at(last, float(rates[-1]))
        height = max(height, 70)
        drawing.text(812, height - 4, name, size=26, kind=kind, anchor="start", bold=True)
        drawing.text(812, height + 30, formula, size=24, kind=kind, anchor="start", mono=True)
    x, y = axes.at(101, float(np.log10(as_printed(101))))
    drawing.circle(x, y, 9, "wrong", fill=1)
    drawing.text(
        x - 22, y - 24, "4e-32 at epoch 101", size=30, kind="wrong", anchor="end", bold=True
    )
    return drawing


def draw_plateau(
    losses: Sequence[float], rates: Sequence[float], shown: int, floor: float
) -> Drawing:
    """Draw the validation loss above and the learning rate below, for the first epochs.

    Parameters
    ----------
    rates
        That each epoch is trained with.
    floor
        `min_lr`, drawn as a line.
    """
    drawing = Drawing(
        f"Validation loss and learning rate over {shown} epochs; the rate is "
        f"{rates[shown - 1]:g} and never falls below {floor:g}."
    )
    upper = Axes(drawing, Box(110, 34, 780, 190), (0, len(losses) + 1), (0, max(losses)))
    upper.frame((), [0, max(losses)], ylabel="validation loss")
    lower = Axes(drawing, Box(110, 290, 780, 180), (0, len(losses) + 1), (-3.3, -0.9))
    shown_epochs = [epoch for epoch in (1, 5, 10, 15, 20) if epoch <= len(losses)]
    lower.frame(shown_epochs, {-1: "0.1", -2: "0.01", -3: "0.001"}, xlabel="epochs",
                ylabel="learning rate")  # fmt: skip
    a, b = lower.at(0, np.log10(floor)), lower.at(len(losses) + 1, np.log10(floor))
    drawing.line(a, b, "ink", width=3, dashed=True)
    drawing.text(b[0] + 14, b[1] + 7, f"min_lr = {floor:g}", size=24, anchor="start", bold=True)
    epochs = np.arange(1, shown + 1)
    upper.curve(epochs, losses[:shown], "output", key="loss")
    for epoch in epochs.tolist():
        lower.dot(
            epoch, float(np.log10(rates[epoch - 1])), "gradient", radius=9, key=f"rate-{epoch}"
        )
        upper.dot(epoch, losses[epoch - 1], "output", radius=6, key=f"loss-{epoch}")
    drawing.text(920, 130, f"{rates[shown - 1]:g}", size=60, kind="gradient", anchor="start",
                 bold=True, key="now")  # fmt: skip
    drawing.room(0, 0, 1150, 530)
    return drawing


def descend(curvatures: tuple[float, float], start: tuple[float, float], lr: float, momentum: float,
            steps: int) -> Array:  # fmt: skip
    """Return the way of gradient descent in the valley ½(c₁x² + c₂y²), (steps + 1, 2).

    Examples
    --------
    >>> descend((1, 1), (1, 2), 0.5, 0, 2).tolist()
    [[1.0, 2.0], [0.5, 1.0], [0.25, 0.5]]
    """
    at, velocity = np.array(start, dtype=float), np.zeros(2)
    way = [at]
    for _ in range(steps):
        velocity = momentum * velocity + np.array(curvatures) * at
        at = at - lr * velocity
        way.append(at)
    return np.array(way)


def draw_valley(
    ways: Sequence[tuple[str, str, Array]], curvatures: tuple[float, float], shown: int
) -> Drawing:
    """Draw a narrow valley from above for each way, and how far it came after some steps."""
    drawing = Drawing(
        f"A narrow valley, seen from above, and the way of each method after {shown} steps."
    )
    for number, (name, kind, way) in enumerate(ways):
        axes = Axes(drawing, Box(0, 46 + 262.0 * number, 860, 200), (-10.5, 6.5), (-1.6, 1.6))
        turn = np.linspace(0, 2 * np.pi, 90)
        for height in (0.15, 1.5, 5, 12, 26, 48):
            x = np.sqrt(2 * height / curvatures[0]) * np.cos(turn)
            y = np.sqrt(2 * height / curvatures[1]) * np.sin(turn)
            inside = (x >= -10.5) & (x <= 6.5) & (np.abs(y) <= 1.6)
            for piece in _pieces(inside):
                drawing.path([axes.at(x[i], y[i]) for i in piece], "line", width=1.5)
        seen = way[: shown + 1]
        drawing.path([axes.at(*point) for point in seen] * (1 if shown else 2), kind, width=3.5,
                     key=f"way-{number}")  # fmt: skip
        for place, point in enumerate(seen):
            axes.dot(float(point[0]), float(point[1]), kind, radius=6, key=f"step-{number}-{place}")
        axes.dot(0, 0, "output", radius=9)
        drawing.text(0, axes.box.y - 12, name, size=27, kind=kind, anchor="start", bold=True)
        loss = 0.5 * float(np.array(curvatures) @ seen[-1] ** 2)
        drawing.text(900, axes.box.y + 76, "loss", size=24, anchor="start")
        drawing.text(900, axes.box.y + 138, f"{loss:.3g}", size=54, kind=kind, anchor="start",
                     bold=True, key=f"loss-{number}")  # fmt: skip
    drawing.room(0, 0, 1100, 520)
    return drawing


def _pieces(inside: Array) -> list[Array]:
    """Return the stretches of neighbours that are inside, those of two or more."""
    numbers = np.flatnonzero(inside)
    cuts = np.flatnonzero(np.diff(numbers) > 1) + 1
    return [piece for piece in np.split(numbers, cuts) if len(piece) > 1]
