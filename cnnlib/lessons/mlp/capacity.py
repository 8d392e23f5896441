"""Few and many hidden units on points of which some have wrong labels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_moons

from cnnlib import plots
from cnnlib._late import F, torch
from cnnlib.lessons.history.chart import Axes
from cnnlib.lessons.history.draw_plane import plane
from cnnlib.look import COLOURS, Box, Drawing, figure

Array = NDArray[Any]


@dataclass(frozen=True)
class Study:
    """What networks of several sizes learn from the same points.

    Attributes
    ----------
    points, labels
        Of the first seed: (N, 2), and (N,), 0 or 1, some of them wrong.
    known, unknown
        By the number of hidden units, one value per seed: the share of the given labels that is
        reproduced, and the share of new points that is right.
    says
        By the number of hidden units: from points (M, 2) to the first seed's outputs, 0 to 1.
    """

    points: Array
    labels: Array
    known: Mapping[int, list[float]]
    unknown: Mapping[int, list[float]]
    says: Mapping[int, Callable[[Array], Array]]


def moons(count: int, seed: int, wrong: float = 0.0) -> tuple[Array, Array]:
    """Return points in two interlocked half moons; a share of the labels is turned."""
    points, labels = make_moons(count, noise=0.15, random_state=seed)
    turned = np.random.default_rng(seed).random(count) < wrong
    return points - np.array([0.5, 0.25]), np.where(turned, 1 - labels, labels)


def study(
    hidden: Sequence[int], seeds: int = 5, count: int = 100, wrong: float = 0.2, steps: int = 1200
) -> Study:
    """Train a network of each size for each seed; the test is on 2,000 new points each."""
    given = [moons(count, seed, wrong) for seed in range(seeds)]
    new = [moons(2000, 100 + seed) for seed in range(seeds)]
    (x, y), (x_new, y_new) = (_stacked(sets) for sets in (given, new))
    known, unknown, says = {}, {}, {}
    for units in hidden:
        weights = _trained(x, y, units, steps)

        def share(x: "torch.Tensor", y: "torch.Tensor", weights: Any = weights) -> list[float]:
            right = (_logits(weights, x) > 0) == (y > 0.5)
            return [float(each) for each in right.float().mean(1)]

        def first(points: Array, weights: Any = weights) -> Array:
            places = torch.as_tensor(points, dtype=torch.float32)[None]
            return np.asarray(_logits([each[:1] for each in weights], places)[0].sigmoid())

        known[units], unknown[units], says[units] = share(x, y), share(x_new, y_new), first
    return Study(*given[0], known, unknown, says)


def _stacked(sets: Sequence[tuple[Array, Array]]) -> "tuple[torch.Tensor, torch.Tensor]":
    x, y = (np.stack(parts) for parts in zip(*sets, strict=True))
    return torch.as_tensor(x, dtype=torch.float32), torch.as_tensor(y, dtype=torch.float32)


def _logits(weights: "Sequence[torch.Tensor]", x: "torch.Tensor") -> "torch.Tensor":
    """Return the outputs (seeds, N) of networks side by side, for points (seeds, N, 2)."""
    w1, b1, w2, b2 = weights
    return ((x @ w1 + b1).tanh() @ w2 + b2)[..., 0]


def _trained(x: "torch.Tensor", y: "torch.Tensor", units: int, steps: int) -> "list[torch.Tensor]":
    """Return weights of one network per seed, trained at once; they do not meet."""
    draws = [torch.Generator().manual_seed(seed) for seed in range(len(x))]

    def drawn(*shape: int) -> "torch.Tensor":
        return torch.stack([torch.randn(*shape, generator=draw) for draw in draws])

    weights = [drawn(2, units), drawn(1, units), drawn(units, 1) / units**0.5,
               torch.zeros(len(x), 1, 1)]  # fmt: skip
    for each in weights:
        each.requires_grad_()
    descent = torch.optim.Adam(weights, lr=0.05)
    for _ in range(steps):
        losses = F.binary_cross_entropy_with_logits(_logits(weights, x), y, reduction="none")
        descent.zero_grad()
        losses.mean(1).sum().backward()  # type: ignore[no-untyped-call]
        descent.step()
    return [each.detach() for each in weights]


def draw_fields(found: Study, hidden: Sequence[int]) -> Drawing:
    """Draw what networks of some sizes make of the plane."""
    drawing = Drawing(
        "Points of two classes, and what networks make of the plane, with "
        + ", ".join(f"{units}" for units in hidden)
        + " hidden units: the line between the classes gets more and more crooked."
    )
    side = 360.0
    for number, units in enumerate(hidden):
        x = (side + 40) * number
        plane(
            drawing,
            found.points,
            1 - 2 * found.labels,
            region=found.says[units],
            low=-1.9,
            high=1.9,
            box=Box(x, 50, side, side),
            radius=5.5,
        )
        plural = "" if units == 1 else "s"
        drawing.text(x, 32, f"{units} hidden unit{plural}", size=28, anchor="start", bold=True)
        known, new = 100 * found.known[units][0], 100 * float(found.unknown[units][0])
        drawing.text(x, side + 88, [(f"{known:.0f} %", "kernel"), " of the given labels"], size=26,
                     anchor="start", bold=True)  # fmt: skip
        drawing.text(x, side + 124, [(f"{new:.0f} %", "output"), " of new points"], size=26,
                     anchor="start", bold=True)  # fmt: skip
    return drawing


def draw_capacity(found: Study) -> plots.Picture:
    """Draw both shares over the number of hidden units: a dot per seed, a line for the mean."""
    drawn, ax = figure(9, 4.2)
    units = list(found.known)
    places = range(len(units))
    for shares, kind, style, name in ((found.known, "kernel", "--", "given labels"),
                                      (found.unknown, "output", "-", "new points")):  # fmt: skip
        means = [100 * float(np.mean(runs)) for runs in shares.values()]
        ax.plot(places, means, style, color=COLOURS[kind].light, linewidth=3)
        for place, runs in zip(places, shares.values(), strict=True):
            ax.scatter([place] * len(runs), [100 * run for run in runs], s=26,
                       color=COLOURS[kind].light)  # fmt: skip
        ax.text(places[-1] + 0.08, means[-1], f"{name}: {means[-1]:.0f} %", va="center",
                weight="bold", color=COLOURS[kind].text)  # fmt: skip
    ax.set(xlabel="hidden units", ylabel="right, per cent", ylim=(68, 102),
           xlim=(-0.2, places[-1] * 1.5))  # fmt: skip
    ax.set_xticks(list(places), [str(each) for each in units])
    return plots.Picture(
        drawn,
        "With more hidden units more of the given labels are reproduced, up to all of them; with "
        "64, fewer of the new points are right.",
    )


def draw_learned(points: Array, labels: Array, says: Callable[[Array], Array],
                 losses: Sequence[float]) -> Drawing:  # fmt: skip
    """Draw what a network makes of the plane, and below it how its loss fell."""
    drawing = Drawing(
        f"Points of two classes and the network's output over the plane; its loss falls from "
        f"{losses[0]:.2f} to {losses[-1]:.2f}."
    )
    plane(drawing, points, 1 - 2 * labels, region=says, low=-1.9, high=1.9,
          box=Box(80, 0, 380, 380), radius=6)  # fmt: skip
    most = float(max(losses))
    axes = Axes(drawing, Box(80, 450, 380, 110), (0, len(losses)), (0, most))
    axes.frame([0, len(losses)], {0: "0", most: f"{most:.2f}"}, ylabel="loss")
    axes.curve(range(len(losses)), losses, "wrong")
    drawing.text(270, 588, "step", size=20)
    drawing.room(0, 0, 500, 595)
    return drawing
