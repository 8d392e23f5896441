"""ReLU's family and two neighbours: leaks, learned slopes, maxout, softsign."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlib.lessons.activations.functions import BY_NAME, Array, Function, leaky, maxout
from cnnlib.lessons.activations.plane import Plane, figure
from cnnlib.look import Drawing


def draw_leaks(slopes: Mapping[str, float]) -> Drawing:
    """Draw leaky ReLU with several slopes, each with a name for who takes it."""
    drawing = Drawing(
        "Leaky ReLU with different slopes below 0: "
        + ", ".join(f"{slope:g} ({name})" for name, slope in slopes.items())
    )
    for number, (name, slope) in enumerate(slopes.items()):
        plane = Plane(drawing, 390.0 * number, 60, 340, 340, (-4, 4), (-1.6, 4))
        plane.axes()
        plane.curve(leaky(slope)[0], "output", width=7)
        drawing.text(390.0 * number, 30, figure(slope), size=44, anchor="start", kind="kernel",
                     bold=True)  # fmt: skip
        drawing.text(390.0 * number, 436, name, size=24, anchor="start", bold=True)
    return drawing


def draw_learned(slopes: Array, low: float, high: float) -> Drawing:
    """Draw PReLU with the slopes that training found, and RReLU with some that chance draws.

    Parameters
    ----------
    slopes
        (seeds, layers), learned by PReLU.
    low, high
        Between which RReLU draws.
    """
    drawing = Drawing(
        "PReLU with the slopes that it learned, "
        + ", ".join(f"{slope:.2f}" for slope in slopes.ravel())
        + f"; RReLU with slopes drawn between {low:.3f} and {high:.3f}, and their mean afterwards."
    )
    drawn = np.random.default_rng(0).uniform(low, high, 9)
    panels = (("PReLU learns α", slopes.ravel(), "kernel"), ("RReLU draws α", drawn, "gradient"))
    for number, (name, found, kind) in enumerate(panels):
        left = 600.0 * number
        plane = Plane(drawing, left, 60, 520, 350, (-4, 2.4), (-2.5, 2.4))
        plane.axes((2,), (1, 2))
        drawing.text(left, 30, name, size=32, anchor="start", bold=True)
        for slope in found:
            plane.curve(leaky(float(slope))[0], kind, width=2.5, ends=(-4, 0))
        plane.curve(leaky(0.0)[0], "output", width=7, ends=(0, 2.4))
    plane = Plane(drawing, 0, 60, 520, 350, (-4, 2.4), (-2.5, 2.4))
    plane.curve(leaky(0.25)[0], "muted", width=3, dashed=True, ends=(-4, 0))
    drawing.text(0, 446, f"starts at 0.25, ends between {slopes.min():.2f} and {slopes.max():.2f}",
                 size=26, anchor="start", kind="kernel", bold=True)  # fmt: skip
    mean = (low + high) / 2
    plane = Plane(drawing, 600, 60, 520, 350, (-4, 2.4), (-2.5, 2.4))
    plane.curve(leaky(mean)[0], "output", width=6, dashed=True, ends=(-4, 0))
    drawing.text(600, 446, f"{low:.3f} to {high:.3f}; afterwards {mean:.3f}", size=26,
                 anchor="start", kind="gradient", bold=True)  # fmt: skip
    return drawing


def touching(function: Function, places: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Return the lines (weight, bias) that touch a function at these places."""
    step = 1e-6
    found = []
    for x in places:
        slope = float((function(x + step) - function(x - step)) / (2 * step))
        found.append((slope, float(function(x)) - slope * x))
    return tuple(found)


def _parabola(x: Any) -> Array:
    return np.asarray(np.square(x) / 2)


def draw_maxout(counts: Sequence[int]) -> list[Drawing]:
    """Draw the largest of 2, 3, … lines, and the parabola that they come closer to."""
    drawings = []
    for count in counts:
        places = 2.2 * (2 * np.arange(count) + 1 - count) / count
        lines = touching(_parabola, places.tolist())
        value, _ = maxout(lines)
        x = np.linspace(-2.2, 2.2, 221)
        error = float((_parabola(x) - value(x)).max())
        drawing = Drawing(
            f"The largest of {count} lines; it is at most {error:.2g} below a parabola."
        )
        plane = Plane(drawing, 0, 0, 760, 470, (-2.2, 2.2), (-1.4, 2.5))
        plane.axes((-2, -1, 1, 2), (1, 2))
        plane.curve(_parabola, "muted", width=4, dashed=True)
        for number, (weight, bias) in enumerate(lines):
            line, _ = maxout(((weight, bias),))
            plane.curve(line, "kernel", width=2, key=f"line-{number}")
        plane.curve(value, "output", width=7, key="top")
        drawing.text(820, 130, f"{count} lines", size=40, anchor="start", kind="kernel", bold=True)
        drawing.text(820, 190, f"{2 * count} numbers to learn", size=26, anchor="start")
        drawing.text(820, 290, "off by at most", size=26, anchor="start", kind="muted")
        drawing.text(820, 342, figure(error, 2), size=44, anchor="start", kind="output", bold=True)
        drawings.append(drawing)
    return drawings


def draw_softsign() -> Drawing:
    """Draw softsign, and what its formula gives without the bars."""
    drawing = Drawing(
        "Softsign, x / (1 + |x|), stays between −1 and 1. Without the bars, x / (1 + x) has a pole "
        "at −1 and gives 1.5 at −3."
    )
    plane = Plane(drawing, 0, 0, 800, 460, (-5, 5), (-3, 3))
    plane.axes((-4, -2, 2, 4), (-2, 2))
    pole = plane.at(-1, 0)[0]
    drawing.line((pole, 0), (pole, 460), "wrong", width=1.5, dashed=True)
    plane.curve(lambda x: np.divide(x, 1 + x, where=1 + x != 0, out=np.full_like(x, np.inf)),
                "wrong", width=4, dashed=True, jump=3)  # fmt: skip
    plane.curve(BY_NAME["softsign"].value, "output", width=7)
    for y, kind in ((-0.75, "output"), (1.5, "wrong")):
        drawing.circle(*plane.at(-3, y), 10, kind, fill=1, width=0)
    drawing.text(*plane.at(-3.1, 1.75), "1.5", size=30, kind="wrong", bold=True)
    drawing.text(*plane.at(-3, -1.35), "−0.75", size=30, kind="output", bold=True)
    drawing.text(840, 150, "x / (1 + x)", size=34, anchor="start", kind="wrong", bold=True)
    drawing.text(840, 300, "x / (1 + |x|)", size=34, anchor="start", kind="output", bold=True)
    return drawing
