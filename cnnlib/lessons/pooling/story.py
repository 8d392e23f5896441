"""How pooling came and, mostly, went: a line of years, and what networks have of it."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlib.look import Box, Drawing
from cnnlib.spec import AvgPool, Conv, GlobalAvgPool, MaxPool
from cnnlib.zoo import NETWORKS

#: Year, what, what it did, and which kind it was. Sources: K. Fukushima, Biological Cybernetics 36,
#: 1980. K. Yamaguchi et al., ICSLP 1990. J. Weng, N. Ahuja and T. Huang, IJCNN 1992. Y. LeCun et
#: al., Proceedings of the IEEE 86, 1998, section II.B. M. Riesenhuber and T. Poggio, Nature
#: Neuroscience 2, 1999. A. Krizhevsky et al., NIPS 2012, section 3.4. M. Lin et al., ICLR 2014.
#: J. Springenberg et al., ICLR workshop 2015. K. He et al., CVPR 2016.
EVENTS: Sequence[tuple[int, str, str, str]] = (
    (1980, "Neocognitron", "C cells blur", "average"),
    (1990, "speech network", "max over time", "max"),
    (1992, "Cresceptron", "max over places", "max"),
    (1998, "LeNet-5", "average × weight + bias", "average"),
    (1999, "HMAX", "max, as in cortex", "max"),
    (2012, "AlexNet", "overlapping max, 3/2", "max"),
    (2013, "Network in Network", "global average", "average"),
    (2014, "All-CNN", "stride 2, no pooling", "stride"),
    (2015, "ResNet", "one max, then strides", "stride"),
)
#: The colour of each kind, and its lane from above.
LANES: Mapping[str, str] = {"average": "input", "max": "output", "stride": "kernel"}


def draw_story(events: Sequence[tuple[int, str, str, str]] = EVENTS) -> Drawing:
    """Draw the years, with a lane for each kind of pooling."""
    drawing = Drawing(
        "A line of years: "
        + "; ".join(f"{year} {name}: {what}" for year, name, what, _ in events)
        + "."
    )
    lanes = {kind: 175.0 * number for number, kind in enumerate(LANES)}
    step = 1010 / (len(events) - 1)
    for kind, y in lanes.items():
        drawing.line((-30, y), (1060, y), LANES[kind], width=3)
        drawing.text(-50, y + 9, kind, size=28, kind=LANES[kind], anchor="end", bold=True)
    seen = dict.fromkeys(LANES, 0)
    for number, (year, name, what, kind) in enumerate(events):
        x, y = step * number, lanes[kind]
        below = seen[kind] % 2 == 0
        seen[kind] += 1
        drawing.circle(x, y, 12, LANES[kind], fill=1)
        top = y + 38 if below else y - 62
        drawing.text(x, top, [(f"{year}", LANES[kind]), f" {name}"], size=22, bold=True)
        drawing.text(x, top + 30, what, size=19)
    return drawing


def counted(name: str) -> tuple[int, int]:
    """Return how many convolutions a network of the zoo has, and how many poolings with windows.

    Examples
    --------
    >>> counted("alexnet-paper")
    (5, 3)
    """
    rows = NETWORKS[name]().summary().rows
    layers = [row.layer for row in rows]
    convolutions = sum((isinstance(each, Conv) and each.groups == 1) or _grouped(each)
                       for each in layers)  # fmt: skip
    return convolutions, sum(isinstance(each, MaxPool | AvgPool) for each in layers)


def _grouped(layer: object) -> bool:
    """Whether a layer is a convolution in groups that is not LeNet's weight and bias per map."""
    return isinstance(layer, Conv) and layer.kernel_size != 1


def globally(name: str) -> bool:
    """Whether a network ends with the average of each whole map."""
    return any(isinstance(row.layer, GlobalAvgPool) for row in NETWORKS[name]().summary().rows)


def draw_counts(names: Mapping[str, str]) -> Drawing:
    """Draw the layers of networks as ticks: convolutions thin, poolings strong.

    Parameters
    ----------
    names
        A network's name in the zoo, by what is written.
    """
    counts = {said: counted(name) for said, name in names.items()}
    drawing = Drawing(
        "Convolutions and poolings: "
        + "; ".join(f"{said} {convs} and {pools}" for said, (convs, pools) in counts.items())
    )
    for row, (said, name) in enumerate(names.items()):
        y = 138.0 * row
        drawing.text(0, y + 44, said, size=28, anchor="start", bold=True)
        x = 250.0
        for each in NETWORKS[name]().summary().rows:
            if isinstance(each.layer, MaxPool | AvgPool | GlobalAvgPool):
                drawing.frame(Box(x, y, 13, 66), "output", width=2, fill=0.8)
                x += 19
            elif isinstance(each.layer, Conv) and (each.layer.groups == 1 or _grouped(each.layer)):
                drawing.frame(Box(x, y + 16, 8, 34), "kernel", width=1, fill=0.5)
                x += 12.5
        convs, pools = counts[said]
        last = " + 1 global" if globally(name) else ""
        drawing.text(x + 16, y + 44, [(f"{convs}", "kernel"), " conv, ", (f"{pools}", "output"),
                     f" pool{last}"], size=26, anchor="start", bold=True)  # fmt: skip
    return drawing


def draw_lenet(maps: int, parameters: int) -> Drawing:
    """Draw what LeNet-5's subsampling does to each of its maps, and what it learns."""
    drawing = Drawing(
        f"{maps} maps; each is averaged over 2 by 2 windows, multiplied by its own weight, and "
        f"its own bias is added: {parameters} parameters."
    )
    for number in range(maps):
        left = 188.0 * number
        x = drawing.grid(np.full((2, 2), np.nan), left + 30, 0, side=52, kind="input",
                         title="" if number else "x, 2 × 2")  # fmt: skip
        middle, _ = x.middle
        drawing.text(middle, 160, "average", size=24)
        for row, (sign, letter) in enumerate((("×", "w"), ("+", "b"))):
            top = 182.0 + 92 * row
            drawing.text(middle - 52, top + 48, sign, size=34, bold=True)
            drawing.frame(Box(middle - 30, top, 88, 70), "kernel", width=3, fill=0.3)
            drawing.text(middle + 14, top + 46, f"{letter}{'₁₂₃₄₅₆'[number]}", size=32, bold=True)
        drawing.line((middle, 372), (middle, 404), "ink", width=3, arrow=True)
        drawing.frame(Box(middle - 26, 412, 52, 52), "output", width=3, fill=0.4)
    words = f"{maps} weights + {maps} biases = {parameters} parameters"
    drawing.text(94.0 * maps - 12, 530, words, size=38, kind="kernel", bold=True)
    return drawing
