"""Gradients by trying it out: two points on a curve, their error over the step, and mistakes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.look import Drawing

Grid = NDArray[np.float64]
#: How many elements of x are tried in each layer.
TRIED = 24


def draw_slope(eps: float = 0.9) -> Drawing:
    """Draw a curve, the chord through two points beside x, and the chord from x itself."""
    drawing = Drawing(
        "A curve with its tangent at x. The line through the points at x − ε and x + ε has nearly "
        "the tangent's slope; the line from x to x + ε is steeper."
    )

    def curve(t: float) -> float:
        return float(0.42 * np.exp(0.62 * t))

    def place(t: float, value: float) -> tuple[float, float]:
        return 300 * t, -170 * value

    points = [place(t, curve(t)) for t in np.linspace(0, 3.25, 60)]
    drawing.path(points, "output", width=6)
    middle = 1.9
    slope = 0.62 * curve(middle)
    for at, name in ((middle - eps, "x − ε"), (middle, "x"), (middle + eps, "x + ε")):
        x, y = place(at, curve(at))
        drawing.line((x, 0), (x, y), "line", dashed=True, width=2)
        drawing.text(x, 40, name, size=28, bold=at == middle)
    drawing.line((0, 0), (1010, 0), "muted", width=3)

    def through(start: float, reach: float, steep: float, kind: str, dashed: bool) -> None:
        ends = [place(start + d, curve(start) + steep * d) for d in (-reach, reach)]
        drawing.line(ends[0], ends[1], kind, width=5, dashed=dashed)

    both = (curve(middle + eps) - curve(middle - eps)) / (2 * eps)
    one = (curve(middle + eps) - curve(middle)) / eps
    through(middle, 1.05, slope, "muted", True)
    ends = [place(middle + d, curve(middle - eps) + both * (d + eps)) for d in (-1.15, 1.2)]
    drawing.line(ends[0], ends[1], "gradient", width=6)
    ends = [place(middle + d, curve(middle) + one * d) for d in (-0.35, 1.1)]
    drawing.line(ends[0], ends[1], "wrong", width=4, dashed=True)
    for at in (middle - eps, middle, middle + eps):
        drawing.circle(*place(at, curve(at)), 10, "output", fill=1)
    for number, (words, kind) in enumerate(
        (("both sides: nearly the tangent", "gradient"), ("one side: too steep", "wrong"),
         ("the tangent", "muted"))
    ):  # fmt: skip
        drawing.text(30, -430 + 44 * number, words, size=28, kind=kind, anchor="start", bold=True)
    return drawing


def errors(
    steps: Sequence[float],
    seed: int,
    *,
    bent: bool = True,
    sides: int = 2,
    dtype: str = "float64",
) -> Grid:
    """Return the error of numeric gradients of a convolution, for each step.

    Parameters
    ----------
    steps
        The values of ε.
    seed
        Of image, kernel and output gradient.
    bent
        Whether a tanh follows, so that the loss is not linear in x.
    sides
        2: the points are x − ε and x + ε; 1: x and x + ε.
    dtype
        In which the layer computes.

    Returns
    -------
    array
        The largest error among some elements of x, relative to the largest gradient.
    """
    kind = getattr(torch, dtype)
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> "torch.Tensor":
        return torch.randn(*shape, generator=generator, dtype=torch.float64).to(kind)

    x, w, dy = draw(1, 1, 8, 8), draw(1, 1, 3, 3) / 3, draw(1, 1, 6, 6)

    def loss(x: "torch.Tensor") -> "torch.Tensor":
        y = F.conv2d(x, w.to(x.dtype))
        return ((torch.tanh(y) if bent else y) * dy.to(x.dtype)).sum((1, 2, 3))

    # What is right is computed in float64, whatever is tried.
    leaf = x.double().requires_grad_()
    (exact,) = torch.autograd.grad(loss(leaf).sum(), leaf)
    exact = exact.flatten()[:TRIED]
    # All elements at once: a batch of images, in each of which one element is moved.
    moves = torch.eye(x.numel(), dtype=kind)[:TRIED].reshape(TRIED, *x.shape[1:])
    found = []
    for eps in steps:
        right, left = loss(x + eps * moves), loss(x - (eps if sides == 2 else 0) * moves)
        slope = (right - left).double() / (sides * eps)
        found.append(float((slope - exact).abs().max().detach() / exact.abs().max()))
    return np.array(found)


def draw_floats(steps: Sequence[float], side: float = 150) -> Drawing:
    """Draw the floats just above 1, and where 1 + ε goes for some steps."""
    gap = float(np.spacing(1.0))
    drawing = Drawing(
        f"Floats after 1 are {gap:.2g} apart. Arrows lead from 1 + ε to the float it is rounded to."
    )
    count = 6
    for number in range(count + 1):
        x = side * number
        drawing.line((x, -26), (x, 26), "input", width=6)
        name = "1" if number == 0 else f"+{_short(number * gap)}"
        drawing.text(x, 70, name, size=26, kind="input", bold=number == 0)
    drawing.line((-20, 0), (side * count + 40, 0), "muted", width=3)
    for number, eps in enumerate(steps):
        reached = (1.0 + eps) - 1.0
        wanted, got = side * eps / gap, side * reached / gap
        y = -100.0 - 110 * (len(steps) - 1 - number)
        drawing.circle(wanted, y, 12, "kernel", fill=1)
        drawing.line((wanted, y + 14), (got, -34), "kernel", arrow=True, width=4)
        off = reached / eps - 1
        words = (
            "no step at all"
            if reached == 0
            else f"the step is {abs(off):.0%} too {'long' if off > 0 else 'short'}"
        )
        drawing.text(wanted + 24, y + 8, [(f"ε = {_short(eps)}:  ", "kernel"), (words, "wrong")],
                     size=30, anchor="start", bold=True)  # fmt: skip
    drawing.text(0, 124, f"just above 1, floats are {_short(gap)} apart", size=28, anchor="start")
    drawing.room(0, 0, side * count + 160, 120)
    return drawing


def _short(value: float) -> str:
    mantissa, power = f"{value:.1e}".split("e")
    small = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa.removesuffix('.0')}·10{small}"


def draw_caught(mistakes: Sequence[str], trials: Sequence[str], noticed: Grid) -> Drawing:
    """Draw which trial notices which mistake."""
    total = int((~noticed.astype(bool)).sum())
    drawing = Drawing(
        f"A table of {len(mistakes)} mistakes and {len(trials)} tests. A wrong gradient passes "
        f"{total} times; the last test catches all mistakes."
    )
    wide, high, left = 176.0, 78.0, 310.0
    for column, name in enumerate(trials):
        x = left + wide * (column + 0.5)
        for line, words in enumerate(name.split(", ")):
            drawing.text(x, -18 - 29 * (name.count(", ") - line), words, size=23, bold=True)
    for row, name in enumerate(mistakes):
        y = high * row
        drawing.text(left - 24, y + high / 2 + 8, name, size=24, anchor="end", bold=True)
        for column in range(len(trials)):
            box_x = left + wide * column
            found = bool(noticed[row, column])
            kind = "output" if found else "wrong"
            box = drawing.bar(box_x + 3, y + 3, wide - 6, high - 6, "paper")
            drawing.frame(box, kind, width=2.5, fill=0.08 if found else 0.22)
            words = "✓ caught" if found else "✗ passes"
            drawing.text(
                box.middle[0], box.middle[1] + 9, words, size=24, kind=kind, bold=not found
            )
    return drawing
