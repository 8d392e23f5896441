"""Curves in a drawing: axes, functions, tangents, points."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.lessons.activations.functions import Activation, Array
from cnnlib.look import Drawing


@dataclass(frozen=True)
class Plane:
    """A part of a drawing in which numbers have places.

    Parameters
    ----------
    left, top, width, height
        Where it is in the drawing.
    x, y
        From which number to which it reaches.

    Examples
    --------
    >>> Plane(Drawing("Axes."), 0, 0, 80, 40, x=(-4, 4), y=(-2, 2)).at(0, 2)
    (40.0, 0.0)
    """

    drawing: Drawing
    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float] = (-4, 4)
    y: tuple[float, float] = (-1.2, 1.2)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return float(self.left + self.width * across), float(self.top + self.height * (1 - up))

    def axes(
        self, across: Sequence[float] = (), up: Sequence[float] = (), *, size: float = 22
    ) -> None:
        """Draw both axes, with numbers at these places."""
        draw = self.drawing
        draw.line(self.at(self.x[0], 0), self.at(self.x[1], 0), "muted", width=1.5)
        draw.line(self.at(0, self.y[0]), self.at(0, self.y[1]), "muted", width=1.5)
        for value in across:
            px, py = self.at(value, 0)
            draw.line((px, py - 5), (px, py + 5), "muted", width=1.5)
            draw.text(px, py + 8 + 0.8 * size, figure(value), size=size, kind="muted")
        for value in up:
            px, py = self.at(0, value)
            draw.line((px - 5, py), (px + 5, py), "muted", width=1.5)
            draw.text(px - 10, py + 0.36 * size, figure(value), size=size, kind="muted",
                      anchor="end")  # fmt: skip
        draw.room(self.left, self.top, self.left + self.width, self.top + self.height)

    def curve(
        self, function: Callable[[Any], Array], kind: str = "output", *, width: float = 5,
        dashed: bool = False, key: str = "", ends: tuple[float, float] | None = None,
        jump: float = 0.15,
    ) -> None:  # fmt: skip
        """Draw a function as far as it is inside, in pieces where it jumps by more than `jump`."""
        low, high = ends or self.x
        x = np.linspace(low, high, 241)
        for number, piece in enumerate(self._pieces(x, np.asarray(function(x), dtype=float), jump)):
            name = f"{key}-{number}" if key else ""
            self.drawing.path([self.at(*point) for point in piece], kind, width=width,
                              dashed=dashed, key=name)  # fmt: skip

    def _pieces(self, x: Array, y: Array, jump: float) -> Iterator[list[tuple[float, float]]]:
        inside = np.isfinite(y) & (y >= self.y[0] - 1e-9) & (y <= self.y[1] + 1e-9)
        found: list[tuple[float, float]] = []
        for a, b, here in zip(x, y, inside, strict=True):
            jumps = bool(found) and abs(b - found[-1][1]) > jump
            if found and (jumps or not here):
                if len(found) > 1:
                    yield found
                found = []
            if here:
                found.append((float(a), float(b)))
        if len(found) > 1:
            yield found

    def point(self, function: Activation, x: float, *, key: str = "", radius: float = 11) -> None:
        """Mark a point of a curve."""
        self.drawing.circle(*self.at(x, float(function.value(x))), radius, "output", fill=1,
                            width=0, key=key)  # fmt: skip

    def tangent(
        self, function: Activation, x: float, *, reach: float = 1.3, key: str = "", width: float = 5
    ) -> None:
        """Draw the line that touches a curve at x, so many units long to both sides."""
        y, slope = float(function.value(x)), float(function.slope(x))
        ratio = (self.height / (self.y[1] - self.y[0])) / (self.width / (self.x[1] - self.x[0]))
        reach = reach / np.hypot(1, slope * ratio)
        self.drawing.line(self.at(x - reach, y - slope * reach),
                          self.at(x + reach, y + slope * reach), "gradient", width=width,
                          key=key)  # fmt: skip


def figure(value: float, digits: int = 3) -> str:
    """Return a number as people write it: a true minus, no exponent with leading zeros.

    Examples
    --------
    >>> figure(-0.25), figure(2.3e-10, 2)
    ('−0.25', '2.3 · 10⁻¹⁰')
    """
    head, _, power = f"{value:.{digits}g}".partition("e")
    head = head.replace("-", "−")
    return f"{head} · 10{raised(int(power))}" if power else head


def raised(number: int) -> str:
    """Return a whole number as an exponent."""
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
