"""Local response normalisation, at one place of a stack of maps."""

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing
from cnnlib.spec import LRN

Array = NDArray[np.float64]


def respond(values: Array, layer: LRN) -> Array:
    """Normalise the activations of one place, one per channel, as the paper on AlexNet does.

    Parameters
    ----------
    values
        (channels,).
    layer
        Its constants; as in PyTorch, `alpha` is divided by `size`.

    Examples
    --------
    >>> respond(np.array([0.0, 10.0]), LRN(3, alpha=3.0, beta=0.5, k=0.0)).round(3)
    array([0., 1.])
    """
    half = layer.size // 2
    squares = np.pad(values**2, (half, layer.size - 1 - half))
    sums = np.convolve(squares, np.ones(layer.size), "valid")
    result: Array = values / (layer.k + layer.alpha / layer.size * sums) ** layer.beta
    return result


def draw_responses(values: Array, layer: LRN) -> list[Drawing]:
    """Draw activations before, the window of neighbouring channels, and what comes out."""
    after = respond(values, layer)
    strongest = int(values.argmax())
    return [_bars(values, after, layer, strongest, step) for step in range(3)]


def _bars(values: Array, after: Array, layer: LRN, strongest: int, step: int) -> Drawing:
    shown = after if step == 2 else values
    drawing = Drawing(
        f"Activations of {len(values)} channels at one place"
        + (", after normalisation: " if step == 2 else ": ")
        + ", ".join(f"{value:.0f}" for value in shown)
    )
    wide, unit, floor = 1150 / len(values), 1.35, 380.0
    for channel, value in enumerate(shown):
        x = wide * channel
        if step == 2:
            ghost = Box(x + 8, floor - unit * values[channel], wide - 16, unit * values[channel])
            drawing.frame(ghost, "line", width=1.5, fill=0)
        box = Box(x + 8, floor - unit * value, wide - 16, unit * value)
        kind = "output" if step == 2 else "input"
        drawing.frame(box, kind, width=2, fill=0.55, key=f"bar-{channel}")
        drawing.text(x + wide / 2, box.y - 10, f"{value:.0f}", size=22, bold=True,
                     key=f"value-{channel}")  # fmt: skip
        drawing.text(x + wide / 2, floor + 30, str(channel), size=19, kind="muted")
    drawing.text(0, floor + 62, "channel", size=20, kind="muted", anchor="start")
    half = layer.size // 2
    if step == 1:
        drawing.frame(Box(wide * (strongest - half), 0, wide * layer.size, floor), "kernel",
                      width=4, fill=0.12)  # fmt: skip
    words = (
        "after convolution and ReLU",
        f"the divisor depends on the squares of {layer.size} neighbouring channels",
        f"loud neighbours: ÷ {values[strongest] / after[strongest]:.1f}   "
        f"quiet ones: ÷ {layer.k**layer.beta:.1f}",
    )
    drawing.text(1150, floor + 64, words[step], size=26, anchor="end", bold=True,
                 kind=("input", "kernel", "output")[step])  # fmt: skip
    drawing.room(0, -10, 1150, floor + 80)
    return drawing
