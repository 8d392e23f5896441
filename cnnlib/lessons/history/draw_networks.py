"""Pictures of the later chapters: from pre-training on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cnnlib.lessons.history.ilsvrc import Collection, Result
from cnnlib.lessons.history.speech import Task
from cnnlib.lessons.history.wiring import Wiring
from cnnlib.plots import Picture


def image_rows(alt: str, rows: Mapping[str, NDArray[Any]], inches: float = 0.75) -> Picture:
    """Draw rows of images, each with its name on the left; the images share one range.

    Parameters
    ----------
    alt
        What the picture shows.
    rows
        (N, height, width), from 0, drawn white, to 1, drawn black.
    inches
        Of an image's side.
    """
    count = max(map(len, rows.values()))
    figure = Figure(figsize=(inches * (count + 3), inches * len(rows)))
    grid = figure.subplots(len(rows), count, squeeze=False)
    for axes, (name, images) in zip(grid, rows.items(), strict=True):
        for ax in axes:
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        for ax, image in zip(axes, images, strict=False):
            ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
            ax.spines[:].set_visible(True)
        axes[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=11)
    return Picture(figure, alt)


def codes(
    alt: str, planes: Mapping[str, NDArray[Any]], labels: NDArray[Any], inches: float = 5.0
) -> Picture:
    """Draw points in the plane, each as the digit that it stands for.

    Parameters
    ----------
    alt
        What the picture shows.
    planes
        (N, 2) by title, side by side.
    labels
        (N,), the digits.
    inches
        Of a plane's width.
    """
    figure = Figure(figsize=(inches * len(planes), 0.8 * inches))
    for ax, (title, points) in zip(
        figure.subplots(1, len(planes), squeeze=False)[0], planes.items(), strict=True
    ):
        low, high = points.min(axis=0), points.max(axis=0)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
        ax.set_title(title, fontsize=11)
        for (x, y), label in zip(points, labels, strict=True):
            shade = str(0.4 * (label % 2))  # odd ones lighter, only to part what touches
            ax.text(x, y, str(label), fontsize=9, color=shade, ha="center", va="center")
    return Picture(figure, alt)


def speech(alt: str, tasks: Sequence[Task]) -> Picture:
    """Draw two bars a task, before and after; the later one is dark."""
    figure = Figure(figsize=(8.5, 0.62 * len(tasks) + 0.9))
    ax = figure.subplots()
    places = np.arange(len(tasks))
    kinds = (
        ("Gaussian mixtures", [task.mixture for task in tasks], -0.2, "white", "//"),
        ("deep network", [task.network for task in tasks], 0.2, "0.35", ""),
    )
    for name, values, shift, colour, hatch in kinds:
        ax.barh(places + shift, values, 0.36, label=name, color=colour, hatch=hatch,
                edgecolor="black")  # fmt: skip
        for place, value in zip(places + shift, values, strict=True):
            ax.text(value, place, f" {value:g}", va="center", fontsize=10)
    ax.set_yticks(places, [f"{task.name}\n{task.hours:,} hours" for task in tasks], fontsize=9)
    ax.invert_yaxis()
    ax.set_xlabel("errors in a hundred")
    ax.legend(frameon=False, fontsize=10)
    ax.margins(x=0.1)
    ax.spines[["top", "right"]].set_visible(False)
    return Picture(figure, alt)


def growth(alt: str, collections: Sequence[Collection]) -> Picture:
    """Draw how many images a collection had, and when."""
    figure = Figure(figsize=(8, 3.2))
    ax = figure.subplots()
    millions = [each.images / 1e6 for each in collections]
    ax.plot([each.when for each in collections], millions, "k-o", linewidth=2)
    ends = [after.when for after in collections[1:]] + [float("inf")]
    for each, value, end in zip(collections, millions, ends, strict=True):
        kinds = f"\n{each.classes:,} nouns" if each.classes else ""
        crowded = end - each.when < 0.7  # years; the next point's words need the room on the right
        ax.annotate(f"{each.date}\n{value:.3g} million{kinds}", (each.when, value),
                    xytext=(-8, -4) if crowded else (8, -4), textcoords="offset points",
                    fontsize=10, ha="right" if crowded else "left",
                    va="bottom" if crowded else "top")  # fmt: skip
    ax.set_ylabel("images, in millions")
    ax.set_ylim(-2, 16)
    ax.margins(x=0.21)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", alpha=0.3)
    return Picture(figure, alt)


def winners(alt: str, results: Sequence[Result], second: Result, human: Result) -> Picture:
    """Draw the winners' errors by year; those without a network are hatched, and a person dashed.

    Parameters
    ----------
    alt
        What the picture shows.
    results
        One a year.
    second
        Drawn as a point over its year.
    human
        Drawn as a line across.
    """
    figure = Figure(figsize=(9.5, 4))
    ax = figure.subplots()
    names = []
    for each in results:
        network = "network" in each.method
        ax.bar(each.year, each.error, 0.6, edgecolor="black",
               color="0.75" if network else "white", hatch=None if network else "//")  # fmt: skip
        ax.text(each.year, each.error + 0.6, f"{each.error:g} %", ha="center", fontsize=10,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
        depth = f"{each.layers} layers" if each.layers else "" if network else "no network"
        names.append(f"{each.year}\n{each.name}\n{depth}")
    ax.plot(second.year + 0.42, second.error, "kD", markersize=6)
    ax.annotate(f"second: {second.name}, {second.error:g} %, {second.layers} layers",
                (second.year + 0.42, second.error), xytext=(20, 22), textcoords="offset points",
                fontsize=10, arrowprops={"arrowstyle": "-"})  # fmt: skip
    ax.axhline(human.error, color="black", linestyle="--", linewidth=1.2, zorder=0.5)
    ax.text(results[-1].year + 0.5, human.error + 0.4, f"{human.name}, {human.error:g} %",
            ha="right", fontsize=10)  # fmt: skip
    ax.set_xticks([each.year for each in results], names, fontsize=9)
    ax.set_ylabel("top-5 error, in per cent")
    ax.set_ylim(0, 31)
    ax.spines[["top", "right"]].set_visible(False)
    return Picture(figure, alt)


def wirings(alt: str, graphs: Mapping[str, Wiring]) -> Picture:
    """Draw graphs side by side: a node at the depth of its longest way, every edge downwards."""
    figure = Figure(figsize=(3.9 * len(graphs), 4))
    for ax, (title, graph) in zip(
        figure.subplots(1, len(graphs), squeeze=False)[0], graphs.items(), strict=True
    ):
        places = _places(graph)
        for a, b in graph.edges:
            ax.annotate("", places[b], places[a], arrowprops={
                "arrowstyle": "-|>", "color": "black", "linewidth": 0.6, "shrinkA": 4, "shrinkB": 4,
                "connectionstyle": "arc3,rad=0.12"})  # fmt: skip
        ends = {*graph.inputs(), *graph.outputs()}
        for node, (x, y) in enumerate(places):
            ax.plot(x, y, "ks" if node in ends else "ko", markersize=6,
                    markerfacecolor="white" if node in ends else "0.6")  # fmt: skip
        ax.set_title(title, fontsize=11)
        ax.margins(0.08)
        ax.axis("off")
    return Picture(figure, alt)


def _places(graph: Wiring) -> list[tuple[float, float]]:
    """Return where each node is drawn: spread evenly over the row of its depth."""
    depths = graph.depths()
    places = []
    for node, depth in enumerate(depths):
        row = [other for other, each in enumerate(depths) if each == depth]
        shift = 0.25 * (depth % 2)  # so that edges do not hide behind nodes in between
        places.append((row.index(node) - (len(row) - 1) / 2 + shift, -float(depth)))
    return places
