"""What becomes of a gradient: the sigmoid's slope, its powers, what arrives after many layers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlib import look, plots
from cnnlib.lessons.activations.crowd import Crowd
from cnnlib.lessons.activations.functions import BY_NAME, Array
from cnnlib.lessons.activations.plane import Plane, figure, raised
from cnnlib.look import Box, Drawing

#: The colour of a function's curve in charts.
KINDS = {"sigmoid": "wrong", "tanh": "input", "ReLU": "output", "leaky ReLU": "kernel"}


def draw_slopes(name: str, stops: Sequence[float]) -> list[Drawing]:
    """Draw a function with its tangent at one x after the other, and its slope below."""
    function = BY_NAME[name]
    drawings = []
    for number, x in enumerate(stops):
        value, slope = float(function.value(x)), float(function.slope(x))
        drawing = Drawing(
            f"The {name} at x = {x:g}: its value is {value:.2g}, its slope {slope:.2g}."
        )
        above = Plane(drawing, 0, 0, 800, 270, (-6, 6), (-0.1, 1.15))
        above.axes((-4, -2, 2, 4), (1,))
        above.curve(function.value, "output", width=6)
        above.tangent(function, x, reach=1.6, key="tangent")
        above.point(function, x, key="point")
        below = Plane(drawing, 0, 320, 800, 190, (-6, 6), (-0.03, 0.3))
        below.axes()
        drawing.line(below.at(-6, 0.25), below.at(6, 0.25), "line", width=2, dashed=True)
        drawing.text(4, 362, "¼", size=30, kind="gradient", anchor="start", bold=True)
        seen = stops[: number + 1]
        below.curve(function.slope, "gradient", width=5, ends=(-6, max(-5.99, *seen)))
        drawing.line(
            above.at(x, value), below.at(x, slope), "line", width=2, dashed=True, key="drop"
        )
        drawing.circle(*below.at(x, slope), 11, "gradient", fill=1, width=0, key="height")
        drawing.text(850, 90, "f(x)", size=26, anchor="start", kind="muted")
        drawing.text(850, 140, f"{value:.3f}", size=44, anchor="start", kind="output", bold=True)
        drawing.text(850, 370, "f(x) · (1 − f(x))", size=26, anchor="start", kind="muted")
        drawing.text(850, 420, f"{slope:.3f}", size=44, anchor="start", kind="gradient", bold=True)
        drawings.append(drawing)
    return drawings


def draw_factors(factor: float, layers: Sequence[int]) -> list[Drawing]:
    """Draw a gradient as squares, `factor` times the area for each layer, up to more and more."""
    return [_factors(factor, count, max(layers)) for count in layers]


def _factors(factor: float, count: int, most: int) -> Drawing:
    left = factor**count
    drawing = Drawing(
        f"Squares to scale: a gradient of 1, times {factor:g} in each of {count} layers. "
        f"{left:.2g} is left."
    )
    side, x = 400.0, 0.0
    for layer in range(most + 1):
        own = side * factor ** (layer / 2)
        if layer <= count:
            drawing.frame(Box(x, side - own, own, own), "gradient", width=0, fill=0.85)
        now = layer == count
        drawing.text(x + max(own, 30) / 2, side + 40, f"{layer}", size=24, bold=now,
                     kind="gradient" if now else "muted")  # fmt: skip
        x += max(own, 30) + 26
    drawing.text(x, side + 40, "layers", size=24, anchor="start", kind="muted")
    drawing.text(700, 110, figure(left), size=72, kind="gradient", anchor="start", bold=True)
    drawing.text(700, 160, "of the gradient is left", size=28, anchor="start", kind="muted")
    return drawing


def arriving(name: str, layers: int = 20, units: int = 64, seeds: int = 5) -> Array:
    """Return the size of the gradient in each layer, relative to the last: (layers, seeds).

    The weights are those that suit ReLU, variance 2 / units, for all functions alike.
    """
    crowd = Crowd([units] * (layers + 1), BY_NAME[name], range(seeds))
    rng = np.random.default_rng(0)
    x, dz = rng.standard_normal((32, units)), rng.standard_normal((seeds, 32, units))
    _, sums = crowd.forward(x)
    sizes = np.array([np.abs(each).mean(axis=(1, 2)) for each in crowd.backward(sums, dz)])
    return np.asarray(sizes / sizes[-1])


def draw_arriving(measured: Mapping[str, Array]) -> plots.Picture:
    """Draw the size of the gradient over the layers, a thin line for each seed."""
    chart, ax = look.figure(9, 4.2)
    for name, sizes in measured.items():
        colour = look.COLOURS[KINDS[name]]
        layers = np.arange(1, len(sizes) + 1)
        ax.semilogy(layers, sizes, color=colour.light, linewidth=0.9, alpha=0.7)
        ax.semilogy(layers, sizes.mean(axis=1), color=colour.light, linewidth=3.2)
        ax.text(0.6, sizes[0].mean() * (2.6 if name == "tanh" else 0.25 if name == "ReLU" else 1),
                name, ha="right", va="center", color=colour.text, weight="bold")  # fmt: skip
    powers = range(0, -11, -2)
    ax.set_yticks([10.0**power for power in powers], [_power(power) for power in powers])
    ax.minorticks_off()
    ax.set(xlabel="layer   (the gradient comes in at layer 20)", ylabel="size of the gradient")
    ax.set(xlim=(-2, 20.4))
    ax.set_xticks([1, 5, 10, 15, 20])
    lost = ", ".join(f"{name}: {sizes[0].mean():.1e}" for name, sizes in measured.items())
    return plots.Picture(
        chart, f"The gradient over {len(sizes)} layers, relative to the last. At the first, {lost}."
    )


def _power(power: int) -> str:
    return "1" if power == 0 else f"10{raised(power)}"


def draw_depths(results: Mapping[str, Array], depths: Sequence[int]) -> plots.Picture:
    """Draw the accuracy over the number of hidden layers, with a dot for each seed."""
    chart, ax = look.figure(9, 4.2)
    places = np.arange(len(depths))
    for name, shares in results.items():
        colour = look.COLOURS[KINDS[name]]
        ax.plot(places, 100 * shares.mean(axis=1), color=colour.light, linewidth=3.2)
        for seed in shares.T:
            ax.plot(places, 100 * seed, "o", color=colour.light, markersize=4.5)
        shift = {"tanh": 3, "ReLU": -3}.get(name, -4.5)
        ax.text(places[-1] + 0.12, 100 * shares[-1].mean() + shift, name, va="center",
                color=colour.text, weight="bold")  # fmt: skip
    ax.axhline(10, color=look.COLOURS["muted"].light, linestyle="--", linewidth=1.2)
    ax.text(-0.35, 12, "guessing", color=look.COLOURS["muted"].light, va="bottom")
    ax.set_xticks(places, [str(depth) for depth in depths])
    ax.set(xlabel="hidden layers", ylabel="new digits right, per cent", ylim=(0, 102))
    ax.set(xlim=(-0.4, len(depths) - 0.3))
    ends = ", ".join(f"{name} {100 * s[-1].mean():.0f} %" for name, s in results.items())
    return plots.Picture(chart, f"New digits right; with {depths[-1]} hidden layers: {ends}.")


def trained(name: str, hidden: Sequence[int], rates: Sequence[float], data: Any, epochs: int,
            seeds: Sequence[int] = (0, 1, 2)) -> Crowd:  # fmt: skip
    """Return networks for digits, trained with each rate from each seed: seeds within rates."""
    crowd = Crowd((64, *hidden, 10), BY_NAME[name], [*seeds] * len(rates))
    return crowd.fit(*data, rates=[rate for rate in rates for _ in seeds], epochs=epochs)


def draw_tanh() -> Drawing:
    """Draw tanh and the sigmoid with their slopes, side by side on one scale."""
    drawing = Drawing(
        "The sigmoid from 0 to 1 with a slope of at most 0.25, and tanh from −1 to 1 with a slope "
        "of at most 1."
    )
    for number, name in enumerate(("sigmoid", "tanh")):
        function = BY_NAME[name]
        plane = Plane(drawing, 600.0 * number, 40, 520, 400, (-4, 4), (-1.2, 1.35))
        drawing.text(600.0 * number, 20, name, size=32, anchor="start", bold=True)
        plane.axes((-2, 2), (-1,))
        plane.curve(function.slope, "gradient", width=4, dashed=True)
        plane.curve(function.value, "output", width=6)
        top = float(function.slope(0.0))
        px, py = plane.at(0, top)
        drawing.circle(px, py, 9, "gradient", fill=1, width=0)
        low = top < 0.5
        at = (px + 22, plane.at(0, -0.32)[1]) if low else (px - 22, py)
        drawing.text(*at, f"slope {top:g}", size=28, kind="gradient", bold=True,
                     anchor="start" if low else "end")  # fmt: skip
    return drawing
