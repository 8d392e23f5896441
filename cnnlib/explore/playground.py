"""A playground: points in the plane, a small network, and what each of its units makes of them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Box, Drawing

#: Points lie from minus to plus this, on both axes.
REACH = 1.5
#: The learning rates that one can choose.
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
OWN = "your own"
_MOST_UNITS = 6


class Playground(Explorer):
    """Train a small network on points in the plane, in the page, step by step.

    Every unit shows what it makes of the plane. Points are given, drawn with the mouse, or pasted
    as text. The same settings always give the same network: training is plain gradient descent on
    all points, from weights that `seed` decides.

    Parameters
    ----------
    points
        (N, 3): x and y from -1.5 to 1.5, and the class, 0 or 1. By default a given set is shown.

    Attributes
    ----------
    data
        "two groups", "corners" (XOR), "ring", "moons", "spiral" or "your own".
    layers
        Units in each hidden layer, up to three layers of up to 6.
    activation
        "tanh", "ReLU", "sigmoid" or "linear".
    rate
        One of 0.01, 0.03, 0.1, 0.3, 1, 3 and 10.
    seed
        Of the first weights.
    step
        How many steps of gradient descent are done.
    """

    _esm = bundle(__file__)

    sets = traitlets.Dict().tag(sync=True)
    data = traitlets.Unicode("ring").tag(sync=True)
    points: Any = traitlets.List().tag(sync=True)
    layers = traitlets.List(traitlets.Int(min=1, max=_MOST_UNITS), [4], maxlen=3).tag(sync=True)
    activation = traitlets.Enum(["tanh", "ReLU", "sigmoid", "linear"], "tanh").tag(sync=True)
    rate = traitlets.Enum(RATES, 1.0).tag(sync=True)
    seed = traitlets.Int(1, min=0).tag(sync=True)
    step = traitlets.Int(0, min=0, max=20_000).tag(sync=True)

    def __init__(self, points: ArrayLike | None = None, **settings: Any) -> None:
        sets = given()
        own: list[list[float]] = []
        if points is not None:
            own = _checked(np.asarray(points, dtype=float))
            settings.setdefault("data", OWN)
        known = [*sets, OWN]
        if settings.get("data", "ring") not in known:
            raise ValueError(f"data is {settings['data']!r}; expected {', '.join(known)}")
        super().__init__(sets=sets, points=own, **settings)

    def still(self) -> str:
        """Return the network and the points that it is to separate."""
        shown = self.points if self.data == OWN else self.sets[self.data]
        sizes = (2, *self.layers, 1)
        drawing = Drawing(
            f"A network of {', '.join(map(str, sizes))} units, and {len(shown)} points of two "
            f"classes, {self.data}."
        )
        _draw_units(drawing, sizes)
        box = Box(600, 0, 420, 420)
        drawing.frame(box, "line", width=2, fill=0)
        for x, y, label in shown:
            px = box.x + box.width * (x + REACH) / (2 * REACH)
            py = box.bottom - box.height * (y + REACH) / (2 * REACH)
            if label:
                drawing.circle(px, py, 6, "input", fill=1)
            else:
                drawing.frame(Box(px - 5, py - 5, 10, 10), "ink", width=2, fill=0)
        return drawing.svg()


def _draw_units(drawing: Drawing, sizes: Sequence[int]) -> None:
    columns = [
        [(30 + 480 * layer / (len(sizes) - 1), 420 * (i + 0.5) / count) for i in range(count)]
        for layer, count in enumerate(sizes)
    ]
    for left, right in pairwise(columns):
        for start in left:
            for end in right:
                drawing.line(start, end, "kernel", width=1.5)
    for layer, column in enumerate(columns):
        for x, y in column:
            drawing.circle(x, y, 24, "paper", fill=1)
            drawing.circle(x, y, 24, "output" if layer else "input")


def _checked(points: NDArray[np.float64]) -> list[list[float]]:
    if points.ndim != 2 or points.shape[1] != 3:
        raise ValueError(f"points have shape {points.shape}; expected (N, 3): x, y, class")
    if not np.isin(points[:, 2], (0, 1)).all():
        raise ValueError("the third number of a point must be its class: 0 or 1")
    if not np.abs(points[:, :2]).max(initial=0) <= REACH:
        raise ValueError(f"x and y of a point must be from -{REACH:g} to {REACH:g}")
    found: list[list[float]] = points.tolist()
    return found


def given() -> dict[str, list[list[float]]]:
    """Return the sets of points that come along, each a list of [x, y, class].

    Examples
    --------
    >>> sets = given()
    >>> list(sets), len(sets["ring"])
    (['two groups', 'corners', 'ring', 'moons', 'spiral'], 100)
    """
    rng = np.random.default_rng(3)
    n = 50
    label = np.repeat([1, 0], n)
    noise = rng.normal(size=(2 * n, 2))
    angle = rng.uniform(0, 2 * np.pi, 2 * n)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    radius = np.where(label == 1, 0.5 * np.sqrt(rng.uniform(size=2 * n)), 1.15)[:, None]
    side = np.where(label == 1, 1, -1)[:, None]
    corner = np.where(rng.uniform(size=2 * n) < 0.5, 1, -1)[:, None]
    half = rng.uniform(0, np.pi, 2 * n)
    moon = np.stack([np.cos(half), np.sin(half)], axis=1) * side
    turn = np.linspace(0.25, 1, n).repeat(2).reshape(n, 2).T.ravel()
    way = 3.2 * np.pi * turn + np.where(label == 1, 0, np.pi)
    sets = {
        "two groups": 0.62 * side + 0.28 * noise,
        "corners": 0.72 * np.hstack([corner, corner * side]) + 0.17 * noise,
        "ring": radius * circle + 0.06 * noise,
        "moons": 0.85 * moon + side * np.array([-0.42, -0.2]) + 0.09 * noise,
        "spiral": 1.35 * turn[:, None] * np.stack([np.cos(way), np.sin(way)], axis=1)
        + 0.03 * noise,
    }
    return {
        name: [
            [*point, int(each)]
            for point, each in zip(
                np.clip(places, -REACH, REACH).round(2).tolist(), label.tolist(), strict=True
            )
        ]
        for name, places in sets.items()
    }
