"""The way back: where gradients go, and where numbers go when a map is un-pooled."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.pooling.kinds import Grid, gradient, unpool, winners
from cnnlib.look import Box, Drawing

#: What each pixel gets of a gradient, by kind of pooling.
RULES = {"max": "all to one", "average": "1 / 4 each", "sum": "1 each", "norm": "x / norm"}


def _places(indices: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return where the winners are, as booleans."""
    made = np.zeros(shape, bool)
    made.flat[indices.ravel()] = True
    return made


def draw_routing(x: Grid, dy: Grid, sent: int, size: int = 2) -> Drawing:
    """Draw gradients that arrive at a pooled map; the first few are sent on to their winners."""
    _, indices = winners(x, size)
    dx = gradient(x, "max", size, dy=np.where(np.arange(dy.size).reshape(dy.shape) < sent, dy, 0))
    drawing = Drawing(
        f"A matrix of {len(x)} by {len(x)}, the gradients {dy.tolist()} of its pooled map, and the "
        f"gradients of the matrix after {sent} of {dy.size} were sent to the winners."
    )
    side = 84.0
    won = _places(indices, x.shape)
    a = drawing.grid(x, 0, 0, side=side, kind="input", title="x, winners marked", strong=won,
                     size=32)  # fmt: skip
    for place in indices.ravel():
        drawing.frame(a.cell(*divmod(int(place), len(x))), "output", width=5, fill=0.2)
    b = drawing.grid(dy, a.right + 100, side, side=side, kind="gradient", title="dy arrives",
                     strong=np.full(dy.shape, True), size=32)  # fmt: skip
    c = drawing.grid(dx, b.right + 100, 0, side=side, kind="gradient", title="dx",
                     strong=dx > 0, shown=(dx > 0) | (sent == dy.size), size=32)  # fmt: skip
    for number, place in enumerate(indices.ravel()):
        if number >= sent:
            continue
        source = b.cell(*divmod(number, dy.shape[1]))
        target = c.cell(*divmod(int(place), len(x)))
        last = number == sent - 1
        drawing.frame(source, "gradient", width=6 if last else 2, fill=0)
        if last:
            drawing.frame(target, "gradient", width=6, fill=0.2, key="target")
            drawing.line((b.right + 10, source.middle[1]), (c.x - 10, target.middle[1]),
                         "gradient", width=4, arrow=True, key="flow")  # fmt: skip
    drawing.room(0, -40, c.right, a.bottom + 10)
    return drawing


def draw_sharing(x: Grid, size: int, stride: int, done: int) -> Drawing:
    """Draw how often each pixel has won, after the first few of overlapping windows."""
    y, indices = winners(x, size, stride)
    m = len(y)
    ones = (np.arange(y.size).reshape(y.shape) < done).astype(float)
    dx = gradient(x, "max", size, stride, dy=ones)
    drawing = Drawing(
        f"Windows of {size} by {size} with stride {stride} on {len(x)} by {len(x)} numbers, and "
        f"the gradients after {done} of {y.size} windows: {dx.tolist()}."
    )
    side = 80.0
    a = drawing.grid(x, side=side, kind="input", title="x", size=32)
    row, column = divmod(max(done - 1, 0), m)
    if done:
        drawing.frame(a.cell(stride * row, stride * column, size, size), "input", width=6,
                      fill=0.14, key="window")  # fmt: skip
        place = divmod(int(indices[row, column]), len(x))
        drawing.frame(a.cell(*place), "output", width=5, fill=0.3, key="won")
    b = drawing.grid(dx, a.right + 200, side=side, kind="gradient", title="dx, if every dy is 1",
                     strong=dx > 0, size=32)  # fmt: skip
    if done:
        target = b.cell(*place)
        drawing.frame(target, "gradient", width=6, fill=0.2, key="target")
        at = a.cell(*place)
        drawing.line((a.right + 10, at.middle[1]), (b.x - 10, target.middle[1]), "gradient",
                     width=4, arrow=True, key="flow")  # fmt: skip
    drawing.text(a.right + 100, a.bottom + 44, f"window {done} of {y.size}", size=28, bold=True)
    return drawing


def draw_shares(window: Grid, kinds: Sequence[str]) -> Drawing:
    """Draw what each pixel of one window gets, by kind of pooling, when a gradient of 1 arrives."""
    size = len(window)
    shares = {kind: gradient(window, kind, size).round(2) for kind in kinds}
    drawing = Drawing(
        f"A window {window.tolist()} and the gradients of its pixels: "
        + "; ".join(f"{kind} {made.tolist()}" for kind, made in shares.items())
        + "."
    )
    side = 120.0
    drawing.grid(window, 0, 0, side=side, kind="input", title="window of x", size=40)
    for number, (kind, made) in enumerate(shares.items()):
        left = 290.0 * (number + 1)
        drawing.grid(made, left, 0, side=side, kind="gradient", title=kind, strong=made > 0,
                     size=36)  # fmt: skip
        drawing.text(left + side, size * side + 56, RULES[kind], size=28, bold=True)
        drawing.text(left + side, size * side + 104, f"together {made.sum():.4g}", size=26,
                     kind="gradient", bold=True)  # fmt: skip
    return drawing


def draw_tie(rules: Mapping[str, Grid], window: Grid) -> Drawing:
    """Draw a window with two equal maxima, and whom each rule gives the gradient."""
    drawing = Drawing(
        f"A window {window.tolist()} with a tie; "
        + "; ".join(f"{name}: {made.tolist()}" for name, made in rules.items())
        + "."
    )
    side = 130.0
    tied = window == window.max()
    drawing.grid(window, 0, 0, side=side, kind="input", title="window of x", strong=tied, size=46)
    for number, (name, made) in enumerate(rules.items()):
        left = 400.0 * (number + 1)
        drawing.grid(made, left, 0, side=side, kind="gradient", title="dx", strong=made > 0,
                     size=42)  # fmt: skip
        drawing.text(left + side, 2 * side + 52, name, size=27, mono=True, bold=True)
    return drawing


def draw_unpooling(x: Grid, back: int, size: int = 2) -> Drawing:
    """Draw a pooled map, the places it remembers, and the first few numbers put back."""
    y, indices = winners(x, size)
    drawing = Drawing(
        f"The pooled map {y.tolist()}, the places {indices.tolist()} that it remembers, and a map "
        f"of {len(x)} by {len(x)} with {back} of its numbers put back."
    )
    side = 88.0
    known = np.arange(y.size).reshape(y.shape) < back
    placed = unpool(y[known], indices[known], x.shape)
    a = drawing.grid(y, 0, 40, side=side, kind="output", title="y", strong=np.full(y.shape, True),
                     size=36)  # fmt: skip
    b = drawing.grid(indices, 0, a.bottom + 90, side=side, kind="ink", title="where it was",
                     size=32)  # fmt: skip
    c = drawing.grid(placed, a.right + 250, 58, side=side * 1.06, kind="output",
                     title="un-pooled", strong=placed > 0, size=36)  # fmt: skip
    numbers = np.arange(x.size).reshape(x.shape)
    for i, j in np.ndindex(*x.shape):
        at = c.cell(i, j)
        drawing.text(at.right - 6, at.bottom - 8, f"{numbers[i, j]}", size=17, kind="muted",
                     anchor="end")  # fmt: skip
    if back:
        number = back - 1
        place = divmod(int(indices.flat[number]), len(x))
        cell = divmod(number, y.shape[1])
        source, target = a.cell(*cell), c.cell(*place)
        drawing.frame(b.cell(*cell), "ink", width=5, fill=0.1, key="which")
        drawing.frame(source, "output", width=6, fill=0.2, key="source")
        drawing.frame(target, "output", width=6, fill=0.2, key="target")
        drawing.line((a.right + 10, source.middle[1]), (c.x - 10, target.middle[1]), "output",
                     width=4, arrow=True, key="flow")  # fmt: skip
    drawing.room(0, 0, c.right + 20, b.bottom)
    return drawing


def draw_round_trip(x: Grid, size: int = 2) -> Drawing:
    """Draw a matrix, its maxima, their places, and what un-pooling makes of both."""
    y, indices = winners(x, size)
    drawing = Drawing(
        f"x, {x.tolist()}; y, {y.tolist()}; indices, {indices.tolist()}; and the large map, "
        f"{unpool(y, indices, x.shape).tolist()}."
    )
    side = 58.0
    won = _places(indices, x.shape)
    large = unpool(y, indices, x.shape)
    a = drawing.grid(x, 0, 0, side=side, kind="input", title="x", strong=won, size=26)
    for row, (title, values, kind) in enumerate((("y", y, "output"), ("indices", indices, "ink"))):
        drawing.grid(values, a.right + 110, 290.0 * row + (0 if row else side), side=side,
                     kind=kind, title=title, strong=np.full(y.shape, True), size=26)  # fmt: skip
    b = drawing.grid(large, 0, 290, side=side, kind="output", title="large", strong=large > 0,
                     size=26)  # fmt: skip
    drawing.line((a.right + 14, 2 * side), (a.right + 96, 2 * side), "ink", width=4, arrow=True)
    drawing.line((a.right + 96, b.y + 60), (a.right + 14, b.y + 60), "ink", width=4, arrow=True)
    return drawing


def draw_not_backward(x: Grid, size: int = 2, stride: int = 1) -> Drawing:
    """Draw three numbers whose two windows share a winner: un-pooled, and with gradients sent."""
    y, indices = winners(x[None].repeat(size, 0), size, stride)
    y, indices = y[:1], indices[:1] % x.size
    placed = unpool(y, indices, (1, x.size))
    routed = np.zeros((1, x.size))
    np.add.at(routed[0], indices.ravel(), 1.0)
    drawing = Drawing(
        f"{x.tolist()} pooled with windows of {size} and stride {stride} gives {y[0].tolist()}. "
        f"Un-pooled it is {placed[0].tolist()}; gradients of 1 become {routed[0].tolist()}."
    )
    side, gap = 104.0, 150.0
    for column, (title, kind, values, target, words) in enumerate(
        (
            ("un-pool: put the value back", "output", y, placed, "3 is there once"),
            ("backward: add up gradients", "gradient", np.ones(y.shape), routed, "1 + 1 = 2"),
        )
    ):
        left = column * (3 * side + 230)
        drawing.text(left, -60, title, size=28, kind=kind, anchor="start", bold=True)
        top = Box(left + side / 2, 0, 2 * side, side, side)
        drawing.grid(values, top.x, top.y, side=side, kind=kind, strong=np.full(y.shape, True),
                     size=40)  # fmt: skip
        below = drawing.grid(target, left, side + gap, side=side, kind=kind, strong=target > 0,
                             size=40)  # fmt: skip
        for number, place in enumerate(indices.ravel()):
            start, end = top.cell(0, number), below.cell(0, int(place))
            drawing.line((start.middle[0], start.bottom), (end.middle[0], end.y - 4), kind,
                         width=4, arrow=True)  # fmt: skip
        drawing.text(below.middle[0], below.bottom + 52, words, size=30, kind=kind, bold=True)
    return drawing
