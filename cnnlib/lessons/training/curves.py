"""Curves over epochs, one line for each seed, and panels of them side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.history.chart import Axes
from cnnlib.look import Box, Drawing

Array = NDArray[Any]
Ticks = Mapping[float, str]
#: What a reader must know of several curves in one colour.
SEEDS = "one line per seed"
#: Where curves stand that have a slide for themselves.
USUAL = Box(80, 40, 820, 400)


@dataclass(frozen=True)
class Lines:
    """Curves that mean the same, one for each seed.

    Attributes
    ----------
    name
        Written behind the end of the first one, `above` units higher.
    kind
        The meaning that gives the colour.
    runs
        Each as long as there are epochs.
    first
        The epoch of the first value.
    """

    name: str
    kind: str
    runs: Sequence[Array]
    dashed: bool = False
    above: float = 0
    first: int = 1


def tenths(values: Mapping[float, str]) -> Ticks:
    """Return the ticks of a logarithmic axis, at the numbers whose words are given."""
    return {float(np.log10(value)): words for value, words in values.items()}


def draw_curves(
    alt: str,
    lines: Sequence[Lines],
    *,
    y: tuple[float, float],
    yticks: Ticks | Sequence[float] = (),
    xticks: Ticks | Sequence[float] = (),
    ylabel: str,
    xlabel: str = "epochs",
    log: bool = False,
    box: Box = USUAL,
    drawing: Drawing | None = None,
) -> tuple[Drawing, Axes]:
    """Draw curves over epochs; return the drawing, and its axes for more.

    Parameters
    ----------
    y
        The ends of the upright axis; what is beyond is drawn at the end.
    log
        Whether that axis is logarithmic; `y` and `yticks` are then logarithms.
    """
    drawing = drawing or Drawing(alt)
    most = max(line.first + len(run) - 1 for line in lines for run in line.runs)
    axes = Axes(drawing, box, (min(line.first for line in lines), most), y)
    axes.frame(xticks, yticks, xlabel=xlabel, ylabel=ylabel)
    if xlabel:
        drawing.text(box.x, box.bottom + 58, SEEDS, size=20, kind="muted", anchor="start")
    for line in lines:
        ends = []
        for run in line.runs:
            values = np.log10(np.maximum(run, 1e-40)) if log else np.asarray(run)
            shown = np.clip(values, *y)
            epochs = np.arange(line.first, line.first + len(run)).tolist()
            drawing.path([axes.at(a, b) for a, b in zip(epochs, shown, strict=True)], line.kind,
                         width=3, dashed=line.dashed)  # fmt: skip
            ends.append(axes.at(epochs[-1], shown[-1]))
        if line.name:
            x, height = max(ends)[0], float(np.mean([end[1] for end in ends]))
            drawing.text(x + 14, height + 7 - line.above, line.name, size=22, kind=line.kind,
                         anchor="start", bold=True)  # fmt: skip
    return drawing, axes


def draw_panels(
    alt: str,
    panels: Mapping[str, tuple[str, Sequence[Array]]],
    *,
    y: tuple[float, float],
    yticks: Ticks | Sequence[float],
    ylabel: str,
    log: bool = False,
    words: Mapping[str, str] | None = None,
    above: Mapping[str, Array] | None = None,
    ratio: float = 1,
) -> Drawing:
    """Draw a panel of curves for each name, side by side, with the same axes.

    Parameters
    ----------
    panels
        The meaning of the colour, and the curves, by name.
    words
        What is written below a panel.
    above
        Curves drawn in smaller panels above: the learning rate.
    ratio
        Of a panel's height to what is usual.
    """
    drawing = Drawing(alt)
    gap = 44.0
    width = (1130 - gap * (len(panels) - 1)) / len(panels)
    top = 190.0 if above else 46.0
    for number, (name, (kind, runs)) in enumerate(panels.items()):
        left = 90 + number * (width + gap)
        drawing.text(left, -2, name, size=24, anchor="start", bold=True)
        if above:
            rates = np.log10(above[name])
            most = max(np.log10(each).max() for each in above.values())
            upper = Axes(drawing, Box(left, 26, width, 96), (1, len(rates)), (most - 2.1, most))
            upper.frame(
                (), {power: f"{10**power:.4g}" for power in (most, most - 2)} if number == 0 else ()
            )
            upper.curve(np.arange(1, len(rates) + 1), rates, "gradient")
        draw_curves(
            alt, [Lines("", kind, runs)], y=y, yticks=yticks if number == 0 else (),
            xticks={1: "1", len(runs[0]): f"{len(runs[0])}"},
            ylabel="", log=log, drawing=drawing, xlabel="",
            box=Box(left, top, width, 270 * ratio),
        )  # fmt: skip
        if words:
            drawing.text(left + width / 2, top + 270 * ratio + 66, words[name], size=24, kind=kind,
                         bold=True)  # fmt: skip
    drawing.text(90 + len(panels) * (width + gap) - gap, top - 12, ylabel, size=20, kind="muted",
                 anchor="end")  # fmt: skip
    low = top + 270 * ratio + (100 if words else 64)
    drawing.text(90, low, SEEDS, size=20, kind="muted", anchor="start")
    if above:
        drawing.text(90 + len(panels) * (width + gap) - gap, -2, "learning rate", size=20,
                     kind="gradient", anchor="end")  # fmt: skip
    return drawing
