"""Backpropagation: an error goes back through two layers, and XOR is learned."""

from collections.abc import Sequence

import numpy as np

from cnnlib.explore import Steps
from cnnlib.lessons.history import backprop
from cnnlib.lessons.history.chart import Axes, Spot
from cnnlib.lessons.history.draw_plane import plane
from cnnlib.lessons.history.perceptron import Array
from cnnlib.look import Box, Drawing


def backward(seed: int = 2) -> Steps:
    """Show one example go forward through two layers, and its error go back."""
    network = backprop.start([seed])
    x, wanted = backprop.XOR_INPUTS[1:2], backprop.XOR_OUTPUTS[1:2]
    hidden, y = (values[0, 0] for values in backprop.forward(network, x))
    _, slope = backprop.gradient(network, x, wanted)
    stages = (
        ("Forward: the inputs are 0 and 1.", 1),
        ("Forward: each hidden unit adds up, and a smooth threshold squeezes the sum.", 2),
        (f"Forward: the output is {y[0]:.2f}. It should be {wanted[0, 0]:g}.", 3),
        ("Back: how much would each output weight change the error?", 4),
        ("Back: through the weights, the error reaches each hidden unit, and then its weights.", 5),
    )
    drawings = [_network(x[0], hidden, y, wanted[0], network, slope, stage) for _, stage in stages]
    return Steps(drawings, [caption for caption, _ in stages])


def _network(
    x: Array,
    hidden: Array,
    y: Array,
    wanted: Array,
    network: backprop.Network,
    slope: backprop.Network,
    stage: int,
) -> Drawing:
    drawing = Drawing(
        "Two inputs, two hidden units, one output. "
        + (
            "Numbers go forward."
            if stage < 4
            else "Derivatives go back, from the output to the inputs."
        )
    )
    ins, mids, out = (
        [(90.0, 110.0), (90.0, 400.0)],
        [(560.0, 110.0), (560.0, 400.0)],
        (1000.0, 255.0),
    )
    for i, a in enumerate(ins):
        for j, b in enumerate(mids):
            _edge(
                drawing,
                a,
                b,
                network.hidden[0, i, j],
                slope.hidden[0, i, j],
                forward=stage >= 2,
                back=stage >= 5,
                at=0.28 if i != j else 0.5,
            )
    for j, b in enumerate(mids):
        _edge(
            drawing,
            b,
            out,
            network.output[0, j, 0],
            slope.output[0, j, 0],
            forward=stage >= 3,
            back=stage >= 4,
            at=0.5,
        )
    for (cx, cy), value in zip(ins, x, strict=True):
        _node(drawing, cx, cy, f"{value:g}", "input")
    for (cx, cy), value in zip(mids, hidden, strict=True):
        _node(drawing, cx, cy, f"{value:.2f}" if stage >= 2 else "", "muted")
    _node(drawing, *out, f"{y[0]:.2f}" if stage >= 3 else "", "output")
    for cx, words, kind in (
        (90, "inputs", "input"),
        (560, "hidden units", "muted"),
        (1000, "output", "output"),
    ):
        drawing.text(cx, 500, words, size=24, kind=kind, bold=True)
    if stage >= 3:
        drawing.text(1000, 360, f"wanted {wanted[0]:g}", size=24)
        drawing.text(
            1000,
            394,
            f"error {y[0] - wanted[0]:.2f}".replace("-", "−"),
            size=26,
            kind="wrong",
            bold=True,
        )
    drawing.room(0, 40, 1130, 510)
    return drawing


def _node(drawing: Drawing, x: float, y: float, words: str, kind: str) -> None:
    drawing.circle(x, y, 58, "paper", fill=1, width=0)
    drawing.circle(x, y, 58, kind, fill=0.2, width=4)
    drawing.text(x, y + 11, words, size=32, kind=kind, bold=True)


def _edge(
    drawing: Drawing,
    a: Spot,
    b: Spot,
    weight: float,
    slope: float,
    *,
    forward: bool,
    back: bool,
    at: float,
) -> None:
    length = float(np.hypot(b[0] - a[0], b[1] - a[1]))
    ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    start, end = (a[0] + 62 * ux, a[1] + 62 * uy), (b[0] - 66 * ux, b[1] - 66 * uy)
    drawing.line(
        start, end, "kernel" if forward else "line", width=4 if forward else 3, arrow=forward
    )
    x, y = a[0] + at * (b[0] - a[0]), a[1] + at * (b[1] - a[1])
    _label(drawing, x, y - 14, f"w {weight:.2f}", "kernel")
    if back:
        down = 22.0
        drawing.line(
            (end[0] - down * uy, end[1] + down * ux),
            (start[0] - down * uy, start[1] + down * ux),
            "gradient",
            width=6,
            arrow=True,
        )
        _label(
            drawing,
            x - down * uy,
            y + down * ux + 30,
            f"{slope:+.3f}" if slope else "0",
            "gradient",
        )


def _label(drawing: Drawing, x: float, y: float, words: str, kind: str) -> None:
    """Write on paper of its own, so that lines behind do not disturb."""
    wide = 13.5 * len(words)
    drawing.frame(Box(x - wide / 2, y - 21, wide, 28), "paper", width=0, fill=0.85)
    drawing.text(x, y, words.replace("-", "−"), size=22, kind=kind, bold=True)


def gradients(norms: Sequence[float], names: Sequence[str]) -> Drawing:
    """Draw how large the gradient of each layer's weights is, on a scale of powers of ten.

    Parameters
    ----------
    norms
        From the first layer to the last.
    names
        Of the layers.
    """
    drawing = Drawing(
        "The length of the gradient by layer, from the last layer back to the first: "
        + ", ".join(f"{name} {norm:.1g}" for name, norm in zip(names, norms, strict=True))
    )
    logs = np.log10(np.asarray(norms))
    low = float(np.floor(logs.min())) - 0.5
    high = float(logs.max())
    for number, (log, norm, name) in enumerate(zip(logs, norms, names, strict=True)):
        height = 400 * (log - low) / (high - low)
        box = Box(145 * number, 440 - height, 112, height)
        drawing.frame(box, "gradient", width=2, fill=0.7)
        drawing.text(box.x + 56, box.y - 12, _plain(norm), size=24, kind="gradient", bold=True)
        drawing.text(box.x + 56, 474, name, size=22)
    drawing.line((1130, 520), (0, 520), "gradient", width=5, arrow=True)
    drawing.text(565, 555, "the error goes back", size=24, kind="gradient", bold=True)
    return drawing


def _plain(value: float) -> str:
    """Return one digit of a number, written out: 0.00005."""
    return np.format_float_positional(float(f"{value:.1g}"), trim="-")


def learning_xor(seed: int, shown: Sequence[int]) -> Steps:
    """Show the plane of a network with two hidden units while it learns XOR."""
    points, classes = backprop.XOR_INPUTS, 2 * backprop.XOR_OUTPUTS[:, 0] - 1
    _, losses = backprop.train(backprop.start([seed]), steps=shown[-1] + 1)
    drawings = []
    for step in shown:
        now = (
            backprop.train(backprop.start([seed]), steps=step)[0]
            if step
            else backprop.start([seed])
        )

        def says(grid: Array, now: backprop.Network = now) -> Array:
            return backprop.forward(now, grid)[1][0, :, 0]

        drawing = Drawing(f"After {step} steps: the network's output over the plane, and its loss.")
        plane(
            drawing,
            points,
            classes,
            lines=list(now.hidden[0].T),
            region=says,
            low=-0.5,
            high=1.5,
            radius=18,
        )
        axes = Axes(drawing, Box(680, 60, 420, 380), (0, shown[-1]), (0, 0.7))
        axes.frame(
            [0, shown[-1]], [0, 0.35, 0.7], xlabel="step", ylabel=f"loss: {losses[step, 0]:.3f}"
        )
        axes.curve(np.arange(step + 1), losses[: step + 1, 0], "gradient")
        axes.dot(step, losses[step, 0], "gradient", key="now")
        drawings.append(drawing)
    return Steps(
        drawings,
        ["Each hidden unit draws a line; green is where the output is near 1."] * len(drawings),
    )


def starts(losses: Array, names: Sequence[str], solved: float) -> Drawing:
    """Draw the losses of two starts, one that learns and one that does not, and how many learn.

    Parameters
    ----------
    losses
        (steps, 2).
    names
        Of the two.
    solved
        The share of starts that learn.
    """
    drawing = Drawing(
        f"Two losses: one falls to zero, one stays. {solved:.0%} of the starts learn."
    )
    axes = Axes(drawing, Box(60, 40, 480, 410), (0, len(losses)), (0, 0.7))
    axes.frame([0, len(losses)], [0, 0.35, 0.7], xlabel="step", ylabel="loss")
    for values, name, (kind, dashed) in zip(
        losses.T, names, (("output", False), ("wrong", True)), strict=True
    ):
        axes.curve(range(len(losses)), values, kind, name=name, dashed=dashed)
    drawing.text(
        760,
        200,
        f"{solved:.0%}".replace("%", " %"),
        size=150,
        kind="output",
        bold=True,
        anchor="start",
    )
    drawing.text(760, 256, "of 200 random starts learn XOR", size=28, anchor="start")
    return drawing
