"""Axes, curves and bars in a `Drawing`, for pictures that share a slide with images and move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cnnlib.look import Box, Drawing

Spot = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """A place for curves: numbers become places in a drawing.

    Parameters
    ----------
    drawing
        That is drawn into.
    box
        Where.
    x, y
        The least and the largest number of each axis.
    """

    drawing: Drawing
    box: Box
    x: Spot
    y: Spot

    def at(self, x: float, y: float) -> Spot:
        """Return where a point is drawn."""
        (x0, x1), (y0, y1) = self.x, self.y
        across, up = (x - x0) / (x1 - x0), (y - y0) / (y1 - y0)
        return self.box.x + across * self.box.width, self.box.bottom - up * self.box.height

    def frame(
        self,
        x: Mapping[float, str] | Sequence[float] = (),
        y: Mapping[float, str] | Sequence[float] = (),
        *,
        xlabel: str = "",
        ylabel: str = "",
    ) -> None:
        """Draw the axes, ticks with their words, and what is measured."""
        box, drawing = self.box, self.drawing
        drawing.line((box.x, box.bottom), (box.right, box.bottom), "muted", width=1.5)
        for value, words in _ticks(x).items():
            place, _ = self.at(value, self.y[0])
            drawing.line((place, box.bottom), (place, box.bottom + 6), "muted", width=1.5)
            drawing.text(place, box.bottom + 28, words, size=18, kind="muted")
        for value, words in _ticks(y).items():
            _, place = self.at(self.x[0], value)
            drawing.line((box.x, place), (box.right, place), "line", width=1)
            drawing.text(box.x - 10, place + 6, words, size=18, kind="muted", anchor="end")
        if xlabel:
            drawing.text(box.right, box.bottom + 58, xlabel, size=20, anchor="end")
        if ylabel:
            drawing.text(box.x, box.y - 16, ylabel, size=20, anchor="start")

    def curve(
        self,
        x: ArrayLike,
        y: ArrayLike,
        kind: str,
        *,
        name: str = "",
        dashed: bool = False,
        above: float = 0,
        key: str = "",
    ) -> None:
        """Draw a curve; its name stands behind its end, `above` units higher."""
        xs, ys = (np.asarray(values, dtype=float).tolist() for values in (x, y))
        points = [self.at(a, b) for a, b in zip(xs, ys, strict=True)]
        if len(points) > 1:
            self.drawing.path(points, kind, width=4, dashed=dashed, key=key)
        if name:
            right, height = points[-1]
            self.drawing.text(
                right + 14,
                height + 7 - above,
                name,
                size=20,
                kind=kind,
                anchor="start",
                bold=True,
                key=f"{key}-name" if key else "",
            )

    def dot(self, x: float, y: float, kind: str, *, radius: float = 8, key: str = "") -> None:
        """Draw a point."""
        self.drawing.circle(*self.at(x, y), radius, kind, fill=1, key=key)


def _ticks(values: Mapping[float, str] | Sequence[float]) -> Mapping[float, str]:
    if isinstance(values, Mapping):
        return values
    return {value: f"{value:g}".replace("-", "−") for value in values}


def bars(
    drawing: Drawing,
    values: Mapping[str, float],
    words: Mapping[str, str],
    *,
    x: float = 0,
    y: float = 0,
    width: float = 600,
    height: float = 60,
    gap: float = 26,
    kinds: Mapping[str, str] | None = None,
    most: float | None = None,
) -> Box:
    """Draw a horizontal bar for each value, its name on the left and words at its end.

    Parameters
    ----------
    drawing
        That is drawn into.
    values, words
        What is drawn and what is written, by name.
    x, y
        Where the upper bar begins; its name stands left of that.
    width, height, gap
        Of the longest bar, of each, and between them.
    kinds
        Meanings by name; the others are `muted`, and hatched.
    most
        The value of a bar of full width, by default the largest.
    """
    most = most or max(values.values())
    for row, (name, value) in enumerate(values.items()):
        top = y + row * (height + gap)
        box = Box(x, top, max(2, width * value / most), height)
        kind = (kinds or {}).get(name, "")
        if kind:
            drawing.frame(box, kind, width=2, fill=0.75)
        else:
            drawing.hatch(box)
        drawing.text(x - 16, top + height / 2 + 7, name, size=22, anchor="end")
        drawing.text(
            box.right + 14,
            top + height / 2 + 9,
            words[name],
            size=26,
            anchor="start",
            kind=kind or "ink",
            bold=True,
        )
    return Box(x, y, width, len(values) * (height + gap) - gap)


def largest(values: NDArray[Any]) -> float:
    """Return the largest absolute value; from minus to plus that, 0 is white in `signed`."""
    return float(np.abs(values).max()) or 1.0


def mark(drawing: Drawing, x: float, y: float, *, right: bool, size: float = 22) -> None:
    """Write a tick or a cross, green or vermilion, its middle here."""
    sign, kind = ("✓", "output") if right else ("✗", "wrong")
    drawing.text(x, y + 0.36 * size, sign, size=size, kind=kind, bold=True)
