"""Points of two classes in the plane, the lines that units draw, and how those turn."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import Axes, mark
from cnnlib.lessons.history.perceptron import Record, margin_of
from cnnlib.lessons.history.threshold import all_inputs, computable
from cnnlib.look import MAPS, Box, Drawing

Array = NDArray[Any]
SIDE = 520
SQUARE = Box(0, 0, SIDE, SIDE)
#: A unit's line, and the second's.
LINES = (("kernel", False), ("kernel", True))


def plane(
    drawing: Drawing,
    points: Array,
    classes: Array,
    *,
    lines: Sequence[Array] = (),
    names: Sequence[str] = (),
    wrong: Sequence[int] = (),
    region: Callable[[Array], Array] | None = None,
    low: float = -1.4,
    high: float = 1.4,
    box: Box = SQUARE,
    radius: float = 9,
) -> Axes:
    """Draw points, discs of one class and squares of the other, and what units make of the plane.

    Parameters
    ----------
    drawing
        That is drawn into.
    points, classes
        (N, 2), and (N,), each +1 or -1.
    lines
        Weights (w₁, w₂, bias) of units: w₁x + w₂y + bias is 0 on a unit's line.
    names
        Of the lines, written at their ends.
    wrong
        The numbers of points to mark as wrong.
    region
        From points (M, 2) to numbers from 0 to 1: how much the plane is tinted there.
    low, high
        Of both axes.
    box
        Where, a square.
    radius
        Of a point.
    """
    axes = Axes(drawing, box, (low, high), (low, high))
    if region is not None:
        drawing.image(
            _region(region, low, high),
            box.x,
            box.y,
            width=box.width,
            low=0,
            high=1,
            cmap=MAPS["output"],
            smooth=True,
        )
    drawing.frame(box, "line", width=1.5, fill=0)
    for number, weights in enumerate(lines):
        kind, dashed = LINES[number % len(LINES)]
        ends = _clipped(weights, low, high)
        if ends:
            (a, b) = (axes.at(*end) for end in ends)
            drawing.line(a, b, kind, width=5, dashed=dashed, key=f"line-{number}")
            _name(drawing, names[number : number + 1], b, box, kind)
    for number, (point, side) in enumerate(zip(points, classes, strict=True)):
        _point(drawing, axes.at(*point), side, radius, wrong=number in wrong)
    return axes


def _name(
    drawing: Drawing, names: Sequence[str], end: tuple[float, float], box: Box, kind: str
) -> None:
    for name in names:
        outside = end[0] > box.right - 1
        x, y = (end[0] + 10, end[1] + 7) if outside else (end[0] + 8, max(end[1] + 26, box.y + 26))
        drawing.text(x, y, name, size=20, kind=kind, anchor="start", bold=True)


def _point(
    drawing: Drawing, at: tuple[float, float], side: float, radius: float, *, wrong: bool
) -> None:
    x, y = at
    if side > 0:
        drawing.circle(x, y, radius, "input", fill=1)
    else:
        half = 0.9 * radius
        drawing.frame(Box(x - half, y - half, 2 * half, 2 * half), "paper", width=0, fill=1)
        drawing.frame(Box(x - half, y - half, 2 * half, 2 * half), "ink", width=2.5, fill=0)
    if wrong:
        drawing.circle(x, y, radius + 8, "wrong", fill=0, width=4)
        drawing.text(
            x + radius + 12, y - radius - 6, "✗", size=26, kind="wrong", bold=True, anchor="start"
        )


def _region(says: Callable[[Array], Array], low: float, high: float, count: int = 90) -> Array:
    places = np.linspace(low, high, count)
    grid = np.stack(np.meshgrid(places, places[::-1]), axis=-1)
    return 0.45 * says(grid.reshape(-1, 2)).reshape(count, count)


def _clipped(weights: Array, low: float, high: float) -> list[tuple[float, float]]:
    """Return where a unit's line enters and leaves the square; nothing if it passes by."""
    w1, w2, bias = (float(w) for w in weights)
    found = []
    if w2:
        found += [(x, -(w1 * x + bias) / w2) for x in (low, high)]
    if w1:
        found += [(-(w2 * y + bias) / w1, y) for y in (low, high)]
    inside = sorted(
        {
            (round(x, 6), round(y, 6))
            for x, y in found
            if low - 1e-9 <= x <= high + 1e-9 and low - 1e-9 <= y <= high + 1e-9
        }
    )
    return [inside[0], inside[-1]] if len(inside) > 1 else []


def gates() -> Drawing:
    """Draw the sixteen functions of two inputs; those of one unit have a line, two have none."""
    tables = sorted((tuple(int(bit) for bit in f"{n:04b}") for n in range(16)), key=sum)
    found = computable()
    names: dict[tuple[int, ...], str] = {
        (0, 0, 0, 1): "AND",
        (0, 1, 1, 1): "OR",
        (0, 1, 1, 0): "XOR",
        (1, 0, 0, 1): "not XOR",
    }
    drawing = Drawing(
        "Sixteen small squares, each with a function of two inputs: filled corners where it is 1. "
        "In fourteen a line separates filled from empty corners; XOR and its opposite have none."
    )
    corners = 2.0 * all_inputs(2) - 1
    for number, table in enumerate(tables):
        row, column = divmod(number, 8)
        box = Box(148 * column, 225 * row + 40, 132, 132)
        lonely = table not in found
        line = [] if lonely or sum(table) in (0, 4) else [_gate_line(corners, table)]
        plane(drawing, corners, 2.0 * np.array(table) - 1, lines=line, box=box, radius=12)
        drawing.frame(box, "wrong" if lonely else "line", width=5 if lonely else 2, fill=0)
        if lonely:
            mark(drawing, *box.middle, right=False, size=60)
        drawing.text(
            box.x + 66,
            box.y - 14,
            names.get(table, ""),
            size=22,
            bold=True,
            kind="wrong" if lonely else "ink",
        )
    drawing.text(
        0,
        470,
        [
            ("●", "input"),
            " the function is 1      □ it is 0      ",
            ("the line of one unit", "kernel"),
        ],
        size=22,
        anchor="start",
    )
    return drawing


def _gate_line(corners: Array, table: tuple[int, ...]) -> Array:
    """Return a unit that computes a function, its line half-way between the corners."""
    wanted = 2.0 * np.array(table) - 1
    slopes = wanted @ corners
    shares = {1: -1.0, 2: 0.0, 3: 1.0}[sum(table)]
    return np.array([*np.sign(slopes), shares])


def after_mistakes(
    points: Array, classes: Array, most: int = 99
) -> Iterator[tuple[int, int, Array]]:
    """Yield, for each mistake of a perceptron: trial, the point's number, the weights before it."""
    weights = np.zeros(points.shape[1])
    trial = 0
    for _ in range(most):
        if (np.where(points @ weights > 0, 1, -1) == classes).all():
            return
        for number, (point, wanted) in enumerate(zip(points, classes, strict=True)):
            trial += 1
            if (1.0 if point @ weights > 0 else -1.0) != wanted:
                yield trial, number, weights.copy()
                weights += wanted * point


def convergence(points: Array, classes: Array, record: Record, bound: float) -> Steps:
    """Show how a perceptron's line turns at each mistake, and at last the margin."""
    flat = points[:, :2]
    drawings, captions = [], []
    count = 0
    for count, (trial, number, weights) in enumerate(after_mistakes(points, classes), 1):
        drawing = Drawing(
            f"Mistake {count}, in trial {trial}; the line as it was, the point marked."
        )
        plane(drawing, flat, classes, lines=[weights], wrong=[number], low=-1, high=1)
        _tally(drawing, count, trial, bound)
        drawings.append(drawing)
        captions.append("On the line the weighted sum is 0. The marked point is on the wrong side.")
    trials = len(record.right)
    done = Drawing(f"After {count} mistakes the line separates both classes.")
    plane(done, flat, classes, lines=[record.weights], low=-1, high=1)
    _tally(done, count, trials, bound)
    drawings += [done, _margin(points, classes, count, bound)]
    captions += [
        "Now every point is on the correct side, and nothing changes any more.",
        "The margin γ: half the width of the widest empty strip. R: the longest input.",
    ]
    return Steps(drawings, captions)


def _tally(drawing: Drawing, count: int, trial: int, bound: float) -> None:
    drawing.text(640, 120, f"{count}", size=130, kind="wrong", anchor="start", bold=True)
    drawing.text(640, 170, "mistakes" if count > 1 else "mistake", size=30, anchor="start")
    drawing.text(640, 230, f"in {trial} trials", size=26, kind="muted", anchor="start")
    drawing.room(0, 0, 1150, SIDE)


def _margin(points: Array, classes: Array, count: int, bound: float) -> Drawing:
    normal, margin = margin_of(points, classes)
    longest = float(np.linalg.norm(points, axis=1).max())
    drawing = Drawing("The widest empty strip between the classes; half its width is the margin γ.")
    axes = plane(drawing, points[:, :2], classes, lines=[normal], low=-1, high=1)
    for sign in (-1, 1):
        shifted = normal - np.array([0, 0, sign * margin])
        (a, b) = (axes.at(*end) for end in _clipped(shifted, -1, 1))
        drawing.line(a, b, "output", width=2.5, dashed=True)
    (x0, y0), (x1, y1) = _clipped(normal, -1, 1)
    start = np.array([0.3 * x0 + 0.7 * x1, 0.3 * y0 + 0.7 * y1])
    step = margin * normal[:2] / (normal[:2] @ normal[:2])
    drawing.line(axes.at(*start), axes.at(*(start + step)), "output", width=4, arrow=True)
    drawing.text(
        axes.at(*(start + step))[0] + 16,
        axes.at(*(start + step))[1] - 4,
        "γ",
        size=34,
        kind="output",
        bold=True,
    )
    drawing.text(
        640, 120, f"{count} ≤ {bound:.0f}", size=90, kind="output", anchor="start", bold=True
    )
    drawing.text(640, 185, "mistakes are at most (R / γ)²", size=30, anchor="start", bold=True)
    drawing.text(640, 250, f"R = {longest:.2f}, the longest input", size=26, anchor="start")
    drawing.text(640, 292, f"γ = {margin:.2f}, the widest margin", size=26, anchor="start")
    drawing.text(
        640,
        360,
        "Novikoff, 1962: whatever the number of points,",
        size=24,
        kind="muted",
        anchor="start",
    )
    drawing.text(640, 394, "and whatever their order.", size=24, kind="muted", anchor="start")
    return drawing


def forever(points: Array, classes: Array, *, frames: int = 12) -> Steps:
    """Show how a perceptron's line turns on XOR, mistake after mistake."""
    drawings: list[Drawing] = []
    steps: list[tuple[int, int, Array]] = []
    for trial, number, weights in after_mistakes(points, classes):
        steps.append((trial, number, weights))
        count = len(steps)
        if not _clipped(weights, -1.4, 1.4):
            continue  # its line is out of the picture
        if len(drawings) == frames:
            break
        drawing = Drawing(f"XOR, mistake {count}, in trial {trial}: the line turns once more.")
        plane(drawing, points[:, :2], classes, lines=[weights], wrong=[number], radius=20)
        drawing.room(0, 0, 1150, SIDE)
        curve = Axes(drawing, Box(690, 40, 400, 380), (0, 30), (0, 30))
        curve.frame([0, 10, 20, 30], [0, 10, 20, 30], xlabel="trial", ylabel="mistakes so far")
        so_far = [(0, 0), *((t, c) for c, (t, _, _) in enumerate(steps[:count], 1))]
        curve.curve([t for t, _ in so_far], [c for _, c in so_far], "wrong")
        curve.dot(trial, count, "wrong", key="now")
        drawings.append(drawing)
    captions = ["Nearly every trial finds a mistake and moves the line."] * len(drawings)
    return Steps(drawings, captions)


def corners() -> Drawing:
    """Draw XOR's four corners, large, for a question."""
    drawing = Drawing("A square: two opposite corners are discs, the other two are squares.")
    square = 2.0 * all_inputs(2) - 1
    plane(drawing, square, np.array([-1.0, 1, 1, -1]), radius=22, box=Box(0, 0, 280, 280))
    return drawing


def rules_side_by_side(
    points: Array,
    classes: Array,
    passes: Sequence[tuple[Array, Array]],
    mistakes: Sequence[Array],
    shown: Sequence[int],
) -> Steps:
    """Show two rules that learn overlapping classes: one line jumps, the other comes to rest.

    Parameters
    ----------
    points, classes
        (N, 2), and (N,).
    passes
        The perceptron's and Adaline's weights after each pass.
    mistakes
        Of both, after each pass.
    shown
        The passes to show, counted from 0.
    """
    drawings = []
    for turn in shown:
        drawing = Drawing(
            f"After pass {turn + 1}: the perceptron's line has jumped, Adaline's rests."
        )
        plane(drawing, points, classes, lines=passes[turn], low=-4.5, high=4.5, radius=7)
        axes = Axes(drawing, Box(650, 40, 330, 400), (1, shown[-1] + 1), (0, 30))
        axes.frame([1, shown[-1] + 1], [0, 10, 20, 30], xlabel="pass", ylabel="mistakes, of 100")
        for (kind, dashed), name, values in zip(
            LINES, ("perceptron", "Adaline"), mistakes, strict=True
        ):
            axes.curve(
                np.arange(1, turn + 2),
                values[: turn + 1],
                kind,
                dashed=dashed,
                name=f"{name}: {values[turn]}",
                above=14 if name == "perceptron" else -10,
                key=name,
            )
        drawings.append(drawing)
    drawings[-1].room(0, 0, 1180, SIDE)
    return Steps(drawings)


def voters(
    points: Array, classes: Array, weights: Array, says: Callable[[Array], Array]
) -> Drawing:
    """Draw two Adalines' lines and where their vote says yes, beside the gate that joins them."""
    drawing = Drawing(
        "Four corners and the lines of two Adalines. Where at least one says yes is tinted: around "
        "two corners, outside the strip between the lines."
    )
    plane(drawing, points, classes, lines=list(weights), region=says, radius=20)
    left, right = 640, 1010
    for row, (kind, _) in enumerate(LINES):
        y = 130 + 200 * row
        drawing.circle(left + 60, y, 50, kind, fill=0.25, width=3)
        drawing.text(left + 60, y + 8, f"Adaline {row + 1}", size=20, bold=True)
        drawing.line((left + 112, y), (right - 60, 230), kind, arrow=True, width=4)
    drawing.circle(right, 230, 56, "output", fill=0.25, width=3)
    drawing.text(right, 240, "OR", size=30, bold=True, kind="output")
    drawing.text(
        left - 10, 430, "Both Adalines learn.", size=24, kind="kernel", anchor="start", bold=True
    )
    drawing.text(left - 10, 468, "The OR is fixed: only one layer learns.", size=24, anchor="start")
    return drawing
