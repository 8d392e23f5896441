"""Pictures of early networks: neurons, trials, wires, and points parted by lines."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from numpy.typing import NDArray

from cnnlib.lessons.history.mark1 import SIDE, MarkOne
from cnnlib.lessons.history.perceptron import Array, Bools
from cnnlib.plots import DASHES, Picture

#: What a picture's height is on a slide, in inches: 110 dots each.
HEIGHT = 3.5


def neurons() -> Picture:
    """Draw a nerve cell and, beside it, a unit: that of McCulloch and Pitts, with weights."""
    figure = Figure(figsize=(10.5, HEIGHT))
    left, right = figure.subplots(1, 2)
    for ax, title in ((left, "a nerve cell"), (right, "a unit")):
        ax.set(xlim=(0, 10), ylim=(0, 6.4), aspect="equal")
        ax.axis("off")
        ax.set_title(title, fontsize=13, pad=12)
    _nerve_cell(left)
    _unit(right)
    alt = (
        "Left, a nerve cell: branching dendrites, a cell body, a long axon with endings. Right, a "
        "unit: three inputs times weights, their sum, a threshold, one output."
    )
    return Picture(figure, alt)


def _nerve_cell(ax: Axes) -> None:
    for angle in (115, 150, 180, 210, 245):
        _branch(ax, (3, 3), angle, 1.7, depth=2)
    ax.plot([3, 8.2], [3, 3], color="black", linewidth=3)  # the axon
    for angle in (-45, -15, 15, 45):
        end = 8.2 + 1.1 * np.cos(np.radians(angle)), 3 + 1.5 * np.sin(np.radians(angle))
        ax.plot([8.2, end[0]], [3, end[1]], color="black", linewidth=1.2)
        ax.add_patch(Circle(end, 0.12, color="black"))
    ax.add_patch(Circle((3, 3), 0.85, facecolor="0.85", edgecolor="black", zorder=3))
    ax.add_patch(Circle((3, 3), 0.25, facecolor="0.5", edgecolor="black", zorder=4))
    notes = (("dendrites\nreceive", (1.6, 4.6), (0.2, 6.0)),
             ("cell body\ngathers", (3.2, 3.8), (3.9, 6.0)),
             ("axon: one spike,\nor none", (5.8, 3.0), (5.1, 0.5)),
             ("synapses\npass on", (9.0, 4.1), (7.6, 6.0)))  # fmt: skip
    for text, place, where in notes:
        ax.annotate(text, place, where, va="center", fontsize=11,
                    arrowprops={"arrowstyle": "-", "linestyle": ":"})  # fmt: skip


def _branch(ax: Axes, root: tuple[float, float], angle: float, length: float, depth: int) -> None:
    """Draw a dendrite that forks into two, those into two again, and so on."""
    tip = (
        root[0] + length * np.cos(np.radians(angle)),
        root[1] + length * np.sin(np.radians(angle)),
    )
    ax.plot(*zip(root, tip, strict=True), color="black", linewidth=0.8 + 0.7 * depth)
    if depth:
        for turn in (-24, 20):
            _branch(ax, tip, angle + turn, 0.45 * length, depth - 1)


def _unit(ax: Axes) -> None:
    for number, height in enumerate((5, 3, 1), start=1):
        ax.add_patch(Circle((0.7, height), 0.5, fill=False, linewidth=1.5))
        ax.text(0.7, height, f"$x_{number}$", ha="center", va="center", fontsize=14)
        ax.annotate(
            "", (3.5, 3 + 0.25 * (height - 3)), (1.2, height), arrowprops={"arrowstyle": "->"}
        )
        ax.text(2.3, 3.3 + 0.7 * (height - 3), f"$w_{number}$", ha="center", fontsize=13)
    ax.add_patch(Circle((4.3, 3), 0.8, facecolor="0.85", edgecolor="black", linewidth=1.5))
    ax.text(4.3, 3, r"$\Sigma$", ha="center", va="center", fontsize=18)
    ax.annotate("", (6, 3), (5.1, 3), arrowprops={"arrowstyle": "->"})
    ax.add_patch(Rectangle((6, 2.2), 1.8, 1.6, fill=False, linewidth=1.5))
    ax.plot([6.2, 6.9, 6.9, 7.6], [2.5, 2.5, 3.5, 3.5], color="black", linewidth=2)
    ax.annotate("", (8.7, 3), (7.8, 3), arrowprops={"arrowstyle": "->"})
    ax.text(9.3, 3, "0\nor 1", ha="center", va="center", fontsize=12)
    for text, x in (("inputs", 0.6), ("weights", 2.5), ("sum", 4.3), ("threshold", 6.9)):
        ax.text(x, 0.05, text, ha="center", fontsize=11)


def trials(alt: str, right: Bools) -> Picture:
    """Draw a record of trials: a step up, and a cross, at each mistake; a dot for a right answer.

    Parameters
    ----------
    alt
        What the picture shows.
    right
        (trials,), whether each answer was right.
    """
    figure = Figure(figsize=(8.5, 3.2))
    ax = figure.subplots()
    numbers = np.arange(1, len(right) + 1)
    mistakes = (~right).cumsum()
    ax.step(numbers, mistakes, where="post", color="black", linewidth=1.5)
    ax.plot(numbers[~right], mistakes[~right], "x", color="black", markersize=9, label="wrong")
    ax.plot(numbers[right], np.zeros(right.sum()), ".", color="0.5", markersize=5, label="right")
    ax.set(xlabel="trial", ylabel="mistakes so far")
    ax.legend(frameon=False, loc="upper left", ncols=3, bbox_to_anchor=(0, 1.16))
    ax.spines[["top", "right"]].set_visible(False)
    return Picture(figure, alt)


def plane(
    alt: str,
    points: Array,
    classes: Array,
    *,
    lines: Mapping[str, Array] | None = None,
    says: Callable[[Array], Array] | None = None,
    curves: Mapping[str, NDArray[np.number]] | None = None,
    axes: tuple[str, str] = ("", ""),
) -> Picture:
    """Draw points of two classes, lines that part them, and the region where a network says yes.

    Parameters
    ----------
    alt
        What the picture shows.
    points, classes
        (N, 2), and (N,), each +1 (filled circles) or -1 (crosses).
    lines
        Weights (w₁, w₂, bias) by title: w₁x + w₂y + bias is 0 on the line.
    says
        From points (M, 2) to numbers (M,): the region where they are positive is hatched.
    curves
        Curves for a second panel, by title.
    axes
        The labels of the second panel.
    """
    figure = Figure(figsize=(10 if curves else 5, HEIGHT))
    panels = figure.subplots(1, 2 if curves else 1, squeeze=False)[0]
    ax = panels[0]
    low, high = points.min(axis=0) - 0.4, points.max(axis=0) + 0.4
    if says is not None:
        _region(ax, says, low, high)
    for dashes, (title, (w1, w2, bias)) in zip(DASHES, (lines or {}).items(), strict=False):
        # The foot of the perpendicular from the origin, and far along the line both ways.
        foot = -bias * np.array([w1, w2]) / (w1**2 + w2**2)
        along = 1e3 * np.array([-w2, w1]) / np.hypot(w1, w2)
        ends = np.stack([foot - along, foot + along])
        ax.plot(*ends.T, dashes, color="black", linewidth=2, label=title)
    back = {"markeredgecolor": "black", "linestyle": "none"}
    ax.plot(*points[classes > 0].T, marker="o", color="black", markersize=6, **back)
    ax.plot(*points[classes < 0].T, marker="X", color="white", markersize=8, **back)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
    if lines:
        ax.legend(frameon=False, loc="lower center", ncols=len(lines), bbox_to_anchor=(0.5, 1))
    if curves:
        _curves(panels[1], curves, axes)
    return Picture(figure, alt)


def _region(ax: Axes, says: Callable[[Array], Array], low: Array, high: Array) -> None:
    x, y = (np.linspace(a, b, 120) for a, b in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    values = says(grid.reshape(-1, 2)).reshape(grid.shape[:2])
    ax.contourf(x, y, values > 0, [0.5, 1.5], colors="0.9", hatches=["//"])


def _curves(ax: Axes, curves: Mapping[str, NDArray[np.number]], axes: tuple[str, str]) -> None:
    for dashes, (title, values) in zip(DASHES, curves.items(), strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, dashes, color="black", label=title)
    ax.set(xlabel=axes[0], ylabel=axes[1], ylim=(0, None))
    ax.legend(frameon=False, loc="lower center", ncols=len(curves), bbox_to_anchor=(0.5, 1))
    ax.spines[["top", "right"]].set_visible(False)


def wiring(alt: str, machine: MarkOne, image: Array, units: int = 8, wires: int = 4) -> Picture:
    """Draw a Mark I: the photocells with an image, some association units, the response units.

    Parameters
    ----------
    alt
        What the picture shows.
    machine
        Whose wires are drawn: solid ones excite, dotted ones inhibit.
    image
        (20, 20).
    units, wires
        Association units to draw, and wires to each.
    """
    figure = Figure(figsize=(9.5, HEIGHT))
    ax = figure.subplots()
    ax.set(xlim=(-1, 58), ylim=(SIDE + 3.5, -2.5), aspect="equal")
    ax.axis("off")
    ax.imshow(1 - image, cmap="gray", vmin=-0.4, vmax=1, extent=(-0.5, 19.5, 19.5, -0.5))
    ax.add_patch(Rectangle((-0.5, -0.5), SIDE, SIDE, fill=False))
    fires = machine.associate(image[None])[0]
    responses = np.linspace(1, 18, machine.weights.shape[1])
    for unit, height in enumerate(np.linspace(0.5, 18.5, units)):
        connected = np.flatnonzero(machine.wiring[:, unit])
        # Evenly spread over those that there are, so that the picture shows the whole eye.
        for cell in connected[np.linspace(0, len(connected) - 1, wires).astype(int)]:
            style = "-" if machine.wiring[cell, unit] > 0 else ":"
            ax.plot([cell % SIDE, 33], [cell // SIDE, height], style, color="black", linewidth=0.8)
        for response in responses:
            ax.plot([33, 52], [height, response], color="0.6", linewidth=0.6)
        face = "black" if fires[unit] else "white"
        ax.add_patch(Circle((33, height), 0.8, facecolor=face, edgecolor="black", zorder=3))
    for response in responses:
        ax.add_patch(Circle((52, response), 0.8, facecolor="0.85", edgecolor="black", zorder=3))
    photocells, associations = machine.wiring.shape
    for x, text in (
        (9.5, f"{photocells} photocells\n(S)"),
        (33, f"{units} of {associations} association\nunits (A)"),
        (52, f"{len(responses)} response\nunits (R)"),
    ):
        ax.text(x, 20.6, text, ha="center", va="top", fontsize=11)
    for x, text in ((26, "random wires, fixed"), (42.5, "weights, learned")):
        ax.text(x, -0.9, text, ha="center", va="bottom", fontsize=11)
    return Picture(figure, alt)
