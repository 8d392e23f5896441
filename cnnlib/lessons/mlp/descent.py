"""Gradient descent, seen as a walk on landscapes: a valley of a photo, and two twin valleys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import Axes
from cnnlib.look import Box, Drawing

Array = NDArray[Any]
#: Both functions take two weights, (…, 2), and return a loss (…) or a slope (…, 2).
Function = Callable[[Array], Array]


@dataclass(frozen=True)
class Landscape:
    """A loss over two weights, with its slope and the part of the plane that is drawn.

    Parameters
    ----------
    loss, slope
        Of weights (…, 2): the loss (…) and its gradient (…, 2).
    x, y
        From where to where the plane is drawn.
    names
        Of the two weights.
    """

    loss: Function
    slope: Function
    x: tuple[float, float]
    y: tuple[float, float]
    names: tuple[str, str] = ("w", "b")


def valley(image: Array) -> tuple[Landscape, Array, float]:
    """Return the landscape of predicting each pixel from its left neighbour, as w · left + b.

    Returns
    -------
    landscape
        The mean squared error over the whole photo.
    best
        The weights at its lowest point, (w, b).
    limit
        The learning rate above which gradient descent diverges: 2 over the largest curvature.
    """
    left, right = image[:, :-1].ravel(), image[:, 1:].ravel()
    a = np.array([[np.mean(left**2), left.mean()], [left.mean(), 1.0]])
    c = np.array([np.mean(left * right), right.mean()])
    rest = float(np.mean(right**2))

    def loss(w: Array) -> Array:
        return np.asarray(np.einsum("...i,ij,...j", w, a, w) - 2 * w @ c + rest)

    def slope(w: Array) -> Array:
        return np.asarray(2 * (w @ a - c))

    limit = 2 / float(np.linalg.eigvalsh(2 * a).max())
    return Landscape(loss, slope, (-0.9, 2.7), (-1.3, 1.3)), np.linalg.solve(a, c), limit


def twins(x: float = 1.0, target: float = 0.8) -> Landscape:
    """Return the landscape of the smallest deep network, y = w₂ tanh(w₁x), on one example."""

    def loss(w: Array) -> Array:
        return np.asarray(0.5 * (w[..., 1] * np.tanh(w[..., 0] * x) - target) ** 2)

    def slope(w: Array) -> Array:
        h = np.tanh(w[..., 0] * x)
        error = w[..., 1] * h - target
        return np.stack([error * w[..., 1] * (1 - h**2) * x, error * h], axis=-1)

    return Landscape(loss, slope, (-2, 2), (-2, 2), ("w₁", "w₂"))


def descend(land: Landscape, start: Sequence[float], rate: float, steps: int) -> Array:
    """Return the way down, (steps + 1, 2): each step goes `rate` times against the slope.

    Examples
    --------
    >>> way = descend(twins(), (0, 0), rate=0.5, steps=3)
    >>> way.tolist()[-1]
    [0.0, 0.0]
    """
    way = [np.asarray(start, dtype=float)]
    for _ in range(steps):
        way.append(way[-1] - rate * land.slope(way[-1]))
    return np.array(way)


def _grid(land: Landscape, count: int) -> tuple[Array, Array, Array]:
    xs, ys = np.linspace(*land.x, count), np.linspace(*land.y, count)
    points = np.stack(np.meshgrid(xs, ys), axis=-1)
    return xs, ys, land.loss(points)


def draw_surface(land: Landscape, way: Array, shown: Sequence[int], count: int = 26) -> Steps:
    """Show a walk down a landscape in space, after each of these numbers of steps."""
    drawings, captions = [], []
    for steps in shown:
        drawings.append(_surface(land, way[: steps + 1], count))
        w = way[steps]
        captions.append(f"After {steps} steps: loss {float(land.loss(w)):.3f}")
    return Steps(drawings, captions)


def _surface(land: Landscape, way: Array, count: int) -> Drawing:
    xs, ys, heights = _grid(land, count)
    most = float(heights.max())
    drawing = Drawing(
        f"A landscape: the loss over two weights. A path of {len(way) - 1} steps leads down."
    )

    def place(x: float, y: float, height: float) -> tuple[float, float]:
        u = (x - land.x[0]) / (land.x[1] - land.x[0]) - 0.5
        v = (y - land.y[0]) / (land.y[1] - land.y[0]) - 0.5
        return 560 + 540 * (u + 0.55 * v), 300 + 250 * (u * 0.25 - 0.95 * v) - 270 * height / most

    # What is behind is drawn first.
    for j in reversed(range(count - 1)):
        for i in range(count - 1):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            height = float(np.mean([heights[b, a] for a, b in corners]))
            quad = [place(xs[a], ys[b], heights[b, a]) for a, b in corners]
            drawing.path(quad, "paper", width=0, fill=1, closed=True)
            drawing.path(quad, "input", width=0.6, fill=0.06 + 0.62 * (height / most) ** 0.5,
                         closed=True)  # fmt: skip
    spots = [place(w[0], w[1], float(land.loss(w)) + 0.012 * most) for w in way]
    if len(spots) > 1:
        drawing.path(spots, "gradient", width=5)
    for number, spot in enumerate(spots):
        last = number == len(spots) - 1
        drawing.circle(*spot, 12 if last else 6, "gradient", fill=1, key="ball" if last else "")
    for name, at in zip(land.names, (((0.5, 0)), ((1, 0.5))), strict=True):
        x = land.x[0] + at[0] * (land.x[1] - land.x[0])
        y = land.y[0] + at[1] * (land.y[1] - land.y[0])
        px, py = place(x, y, float(land.loss(np.array([x, y]))))
        drawing.text(px + (40 if at[1] else 0), py + (14 if at[1] else 40), name, size=28,
                     kind="kernel", bold=True)  # fmt: skip
    return drawing


def draw_map(land: Landscape, ways: Sequence[Array], drawing: Drawing, box: Box,
             best: Sequence[float] | None = None) -> Axes:  # fmt: skip
    """Draw a landscape as a map with contour lines, and ways on it."""
    axes = Axes(drawing, box, land.x, land.y)
    xs, ys, heights = _grid(land, 81)
    low, high = float(heights.min()), float(heights.max())
    lines = contour_generator(xs, ys, heights)
    for level in low + (high - low) * np.linspace(0.06, 1, 9) ** 2:
        for line in lines.lines(float(level)):
            if len(line) > 2:
                drawing.path([axes.at(*point) for point in np.asarray(line).tolist()], "input",
                             width=1.8)  # fmt: skip
    drawing.frame(box, "line", width=1.5, fill=0)
    if best is not None:
        axes.dot(best[0], best[1], "output", radius=11)
    draw_ways(land, ways, drawing, axes)
    return axes


def draw_ways(land: Landscape, ways: Sequence[Array], drawing: Drawing, axes: Axes) -> None:
    """Draw ways on a map; a step that leaves it is an arrow."""
    for way in ways:
        inside = [bool(land.x[0] <= w[0] <= land.x[1] and land.y[0] <= w[1] <= land.y[1])
                  for w in way]  # fmt: skip
        stop = inside.index(False) if False in inside else len(way)
        points = [axes.at(*w) for w in way[:stop].tolist()]
        if len(points) > 1:
            drawing.path(points, "gradient", width=4)
        for number, point in enumerate(points):
            drawing.circle(*point, 8 if number == 0 else 5, "gradient", fill=1)
        if stop < len(way):
            edge = _leave(axes, way[stop - 1], way[stop])
            drawing.line(points[-1], edge, "wrong", width=4, arrow=True)


def _leave(axes: Axes, inside: Array, outside: Array) -> tuple[float, float]:
    """Return where a step leaves the map."""
    low, high = np.array([axes.x[0], axes.y[0]]), np.array([axes.x[1], axes.y[1]])
    move = outside - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = np.where(move > 0, (high - inside) / move, (low - inside) / move)
    x, y = inside + move * float(np.nanmin(np.where(move == 0, np.inf, limits)))
    return axes.at(float(x), float(y))


def draw_rates(land: Landscape, start: Sequence[float], rates: Sequence[tuple[float, str]],
               steps: int, best: Sequence[float]) -> Drawing:  # fmt: skip
    """Draw the same walk with several learning rates, side by side."""
    drawing = Drawing(
        f"{len(rates)} maps of the same valley, {steps} steps in each: "
        + ", ".join(f"rate {rate:.3g} {words}" for rate, words in rates)
    )
    for number, (rate, words) in enumerate(rates):
        way = descend(land, start, rate, steps)
        box = Box(400.0 * number, 70, 355, 355)
        draw_map(land, [way], drawing, box, best)
        final = float(land.loss(way[-1]))
        worse = final > float(land.loss(way[0]))
        drawing.text(box.x, 44, f"rate {rate:.2g}", size=32, anchor="start", bold=True)
        kind = "wrong" if worse else "output"
        drawing.text(box.x, 470, words, size=28, kind=kind, anchor="start", bold=True)
        shown = f"{final:.3f}" if final < 100 else f"{final:,.0f}"
        drawing.text(box.x, 508, f"loss after {steps} steps: {shown}", size=23, anchor="start",
                     kind="muted")  # fmt: skip
    return drawing


def twin_floors(x: float = 1.0, target: float = 0.8) -> tuple[Array, Array]:
    """Return the lowest points of both valleys of `twins`: there the loss is 0."""
    w1 = np.linspace(0.2, 2, 60)
    right = np.stack([w1, target / np.tanh(w1 * x)], axis=1)
    return right, -right


def draw_starts(land: Landscape, starts: Sequence[Sequence[float]], rate: float, steps: int,
                floors: Sequence[Array]) -> Drawing:  # fmt: skip
    """Draw one map with walks from several starts; a start that does not move is marked."""
    ways = [descend(land, start, rate, steps) for start in starts]
    still = [way for way in ways if np.allclose(way[-1], way[0])]
    drawing = Drawing(
        f"A map with two valleys. {len(ways) - len(still)} walks end in one of them, and "
        f"{len(still)} stays where it began."
    )
    axes = draw_map(land, [], drawing, Box(330, 0, 500, 500))
    for floor in floors:
        points = [axes.at(*w) for w in floor.tolist() if max(map(abs, w)) <= land.x[1]]
        drawing.path(points, "output", width=9)
    draw_ways(land, ways, drawing, axes)
    axes.frame([-2, 0, 2], [-2, 0, 2])
    drawing.text(845, 506, land.names[0], size=28, kind="kernel", anchor="start", bold=True)
    drawing.text(322, -14, land.names[1], size=28, kind="kernel", bold=True)
    for way in still:
        here = (float(way[0][0]), float(way[0][1]))
        axes.dot(*here, kind="wrong", radius=12)
        x, y = axes.at(*here)
        drawing.line((860, y - 60), (x + 18, y - 6), "wrong", width=3, arrow=True)
        drawing.text(870, y - 78, "starts at (0, 0):", size=26, kind="wrong", anchor="start",
                     bold=True)  # fmt: skip
        drawing.text(870, y - 44, "slope 0: it never moves", size=26, kind="wrong",
                     anchor="start", bold=True)  # fmt: skip
    drawing.text(290, 40, "y = w₂ · tanh(w₁ x)", size=28, anchor="end", bold=True)
    drawing.text(290, 84, "two valleys:", size=26, anchor="end", kind="muted")
    drawing.text(290, 118, "change both signs,", size=26, anchor="end", kind="muted")
    drawing.text(290, 152, "same function", size=26, anchor="end", kind="muted")
    drawing.room(0, -40, 1180, 530)
    return drawing
