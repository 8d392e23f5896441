"""The table of functions, drawn: a card for each, their ranges, and how exact their slopes are."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlib.lessons.activations.functions import BY_NAME, TABLE, Activation, leaky
from cnnlib.lessons.activations.plane import Plane, raised
from cnnlib.look import Box, Drawing

#: Cards have one scale, so that slopes can be compared by eye.
CARD = (-4.0, 4.0), (-1.9, 2.6)


def draw_cards(names: Sequence[str], across: int = 4) -> Drawing:
    """Draw a card for each function: value, derivative, formula and range."""
    drawing = Drawing(
        "Curves of functions with their derivatives dashed: "
        + "; ".join(f"{name}, range {BY_NAME[name].range}" for name in names)
    )
    step, high = 300.0, 262.0
    for number, name in enumerate(names):
        row, column = divmod(number, across)
        _card(drawing, BY_NAME[name], step * column, high * row, step - 34, high - 104)
    return drawing


def _card(
    drawing: Drawing, function: Activation, left: float, top: float, width: float, height: float
) -> None:
    drawing.text(left, top, function.name, size=27, anchor="start", bold=True)
    drawing.text(left, top + 29, function.formula, size=20, anchor="start", kind="muted")
    drawing.text(left + width, top, function.range, size=21, anchor="end", kind="output",
                 bold=True)  # fmt: skip
    plane = Plane(drawing, left, top + 40, width, height, *CARD)
    plane.axes()
    plane.curve(function.slope, "gradient", width=3.5, dashed=True)
    plane.curve(function.value, "output", width=5)
    if function.name == "RReLU":
        for slope in np.linspace(1 / 8, 1 / 3, 4):
            plane.curve(leaky(slope)[0], "output", width=1.2, ends=(-4, 0))
    if function.name == "BReLU":
        plane.curve(BY_NAME["ReLU"].value, "output", width=2, dashed=True)


def draw_goals() -> Drawing:
    """Draw how curves are shown in this lecture: value and slope of two functions."""
    drawing = Drawing("The sigmoid and ReLU: the value solid and green, the slope dashed, purple.")
    for number, name in enumerate(("sigmoid", "ReLU")):
        plane = Plane(drawing, 0, 270.0 * number, 470, 220, (-4, 4), (-0.4, 1.9))
        plane.axes()
        plane.curve(BY_NAME[name].slope, "gradient", width=4, dashed=True)
        plane.curve(BY_NAME[name].value, "output", width=7)
        drawing.text(0, 270.0 * number + 30, name, size=28, anchor="start", bold=True)
    drawing.text(0, 72, "value f", size=26, anchor="start", kind="output", bold=True)
    drawing.text(0, 108, "slope f′", size=26, anchor="start", kind="gradient", bold=True)
    return drawing


def draw_secant(
    name: str = "tanh", x: float = 0.6, distances: Sequence[float] = (1.4, 0.7)
) -> Drawing:
    """Draw lines through two points of a curve, ever closer, and the tangent between them."""
    function = BY_NAME[name]
    drawing = Drawing(
        f"The curve of {name} with lines through two points, at distances "
        f"{' and '.join(f'{each:g}' for each in distances)} from x, and the tangent at x."
    )
    plane = Plane(drawing, 0, 0, 560, 420, (-1.6, 3), (-1.1, 1.6))
    plane.axes((-1, 1, 2), (1,))
    plane.curve(function.value, "output", width=6)
    for distance in distances:
        ends = [plane.at(at, float(function.value(at))) for at in (x - distance, x + distance)]
        drawing.line(ends[0], ends[1], "kernel", width=3)
        for end in ends:
            drawing.circle(*end, 8, "kernel", fill=1, width=0)
    plane.tangent(function, x, reach=0.9)
    plane.point(function, x)
    drawing.text(*plane.at(1.05, 0.28), "x − ε  and  x + ε", size=24, kind="kernel", anchor="start",
                 bold=True)  # fmt: skip
    drawing.text(*plane.at(-0.1, 1.3), "slope", size=26, kind="gradient", anchor="end", bold=True)
    return drawing


def draw_ranges(functions: Sequence[Activation] = TABLE, columns: int = 2) -> Drawing:
    """Draw the range of each function as a bar on a line of numbers; arrows go on for ever."""
    open_ones = [each.name for each in functions if not each.bounded]
    drawing = Drawing(
        f"The ranges of {len(functions)} functions as bars; {len(open_ones)} of them are infinite "
        "on one side or both, which an arrow shows."
    )
    ordered = sorted(functions, key=lambda each: (not each.bounded, np.isinf(each.low), each.low))
    rows = -(-len(ordered) // columns)
    for column in range(columns):
        left = 590.0 * column
        for row, each in enumerate(ordered[column * rows : (column + 1) * rows]):
            _range(drawing, each, left, 44.0 * row, unit=62)
        down = 44.0 * rows
        for value in (-2, -1, 0, 1, 2):
            x = left + 330 + 62 * value
            drawing.line((x, -22), (x, down - 20), "line", width=1)
            drawing.text(x, down + 6, f"{value}".replace("-", "−"), size=20, kind="muted")
    return drawing


def _range(drawing: Drawing, function: Activation, left: float, y: float, unit: float) -> None:
    zero = left + 330
    kind = "output" if function.bounded else "kernel"
    drawing.text(left + 148, y + 8, function.name, size=23, anchor="end", bold=True)
    low, high = (float(np.clip(end, -2.6, 2.6)) for end in (function.low, function.high))
    if function.ends == "{}":
        for value in (low, high):
            drawing.circle(zero + unit * value, y, 8, kind, fill=1, width=0)
        return
    start, end = (zero + unit * low, y), (zero + unit * high, y)
    if np.isinf(function.high):
        drawing.line(((start[0] + end[0]) / 2, y), end, kind, width=5, arrow=True)
    if np.isinf(function.low):
        drawing.line(((start[0] + end[0]) / 2, y), start, kind, width=5, arrow=True)
    drawing.line((start[0] + 12 * np.isinf(function.low), y),
                 (end[0] - 12 * np.isinf(function.high), y), kind, width=5)  # fmt: skip
    drawing.text(left + 548, y + 8, "∞" if np.isinf(function.high) else "", size=24, kind=kind,
                 bold=True)  # fmt: skip


def draw_errors(errors: Mapping[str, tuple[float, float | None]]) -> Drawing:
    """Draw how far each derivative is from a numerical one and from PyTorch's, in powers of ten."""
    worst = max(numeric for numeric, _ in errors.values())
    drawing = Drawing(
        f"For {len(errors)} functions, the largest difference between the derivative and a "
        f"numerical one, at most {worst:.1e}, and between it and PyTorch's, about 1e-16."
    )
    rows = -(-len(errors) // 2)
    for number, (name, (numeric, exact)) in enumerate(errors.items()):
        column, row = divmod(number, rows)
        left, y = 600.0 * column, 42.0 * row
        drawing.text(left + 150, y + 8, name, size=23, anchor="end", bold=True)
        drawing.line((left + 172, y), (left + 540, y), "line", width=1)
        drawing.circle(_power(left, numeric), y, 9, "kernel", fill=0.9)
        if exact is not None:
            drawing.frame(_square(_power(left, exact), y), "output", width=2, fill=0.7)
    for column in (0, 1):
        for power in (-16, -13, -10, -7):
            x = _power(600.0 * column, 10.0**power)
            drawing.line((x, -18), (x, 42.0 * rows - 20), "line", width=1)
            drawing.text(x, 42.0 * rows + 8, f"10{raised(power)}", size=20, kind="muted")
    y = 42.0 * rows + 50
    drawing.circle(70, y, 9, "kernel", fill=0.9)
    drawing.text(90, y + 8, "difference from (f(x + ε) − f(x − ε)) / 2ε", size=23, anchor="start")
    drawing.frame(_square(640, y), "output", width=2, fill=0.7)
    drawing.text(660, y + 8, "difference from PyTorch's gradient", size=23,
                 anchor="start")  # fmt: skip
    return drawing


def _power(left: float, value: float) -> float:
    return float(left + 200 + 34 * (np.log10(max(value, 1e-16)) + 16))


def _square(x: float, y: float) -> Box:
    return Box(x - 8, y - 8, 16, 16)


def draw_accuracies(results: Mapping[str, Sequence[float]]) -> Drawing:
    """Draw a bar for each function, as long as the mean accuracy, with a dot for each run."""
    drawing = Drawing(
        "New digits right with each function in the same network: "
        + "; ".join(f"{name} {100 * np.mean(runs):.0f} %" for name, runs in results.items())
    )
    ordered = sorted(results.items(), key=lambda item: -float(np.mean(item[1])))
    rows = -(-len(ordered) // 2)
    for number, (name, runs) in enumerate(ordered):
        column, row = divmod(number, rows)
        left, y, mean = 590.0 * column, 46.0 * row, float(np.mean(runs))
        kind = "output" if mean > 0.85 else "wrong"
        drawing.text(left + 150, y + 24, name, size=23, anchor="end", bold=True)
        drawing.frame(Box(left + 164, y, 300 * mean, 32), kind, width=1.5, fill=0.4)
        for run, share in enumerate(runs):
            drawing.circle(left + 164 + 300 * share, y + 8 * (run + 1), 4.5, "ink", fill=1)
        drawing.text(left + 490, y + 25, f"{100 * mean:.0f} %", size=25, kind=kind, anchor="start",
                     bold=True)  # fmt: skip
    drawing.circle(170, 46.0 * rows + 20, 4.5, "ink", fill=1)
    drawing.text(184, 46.0 * rows + 28, f"{len(runs)} seeds, one dot each", size=21,
                 anchor="start", kind="muted")  # fmt: skip
    return drawing
