"""[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K-SOFTMAX: make a network of the pattern, or read one."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnlib.look import Box, Drawing
from cnnlib.look.parts import Words
from cnnlib.spec import (
    Add,
    AvgPool,
    Concat,
    Conv,
    Flatten,
    Layer,
    Linear,
    MaxPool,
    ReLU,
    Sequential,
    Shape,
    Softmax,
)

#: What the letters of a network stand for, and the colour of each.
KINDS = {"C": "kernel", "P": "muted", "F": "ink"}


def pattern(
    n: int,
    m: int,
    k: int,
    *,
    pool: bool = True,
    width: int = 8,
    hidden: int = 32,
    classes: int = 10,
    input_shape: Shape = (1, 8, 8),
) -> Sequential:
    """Return the network [(CONV-RELU)*n-POOL?]*m-(FC-RELU)*k-SOFTMAX.

    Parameters
    ----------
    n, m, k
        Convolutions in a block, blocks, and hidden linear layers.
    pool
        Whether each block ends in a max pooling.
    width
        Channels of the first block; each block has twice as many as the one before.
    hidden
        Units of the hidden linear layers.

    Examples
    --------
    >>> [layer.label for layer in pattern(1, 1, 0).layers]
    ['conv 3×3', 'ReLU', 'max pool 2×2, /2', 'Flatten', 'linear', 'Softmax']
    """
    layers: list[Layer] = []
    for block in range(m):
        for _ in range(n):
            layers += [Conv(width * 2**block, 3, padding=1), ReLU()]
        layers += [MaxPool(2)] if pool else []
    layers.append(Flatten())
    for _ in range(k):
        layers += [Linear(hidden), ReLU()]
    return Sequential(*layers, Linear(classes), Softmax(), input_shape=input_shape)


@dataclass(frozen=True)
class Reading:
    """What a network looks like to somebody who knows the pattern.

    Attributes
    ----------
    letters
        C, P and F in order, along the longest way through the network.
    chain
        Whether it is one chain, without branches.
    """

    letters: str
    chain: bool

    @property
    def n(self) -> int:
        """The most convolutions between two poolings."""
        return max((len(run) for run in self.letters.rstrip("F").split("P")), default=0)

    @property
    def k(self) -> int:
        """Linear layers before the one that gives the scores."""
        return max(0, self.letters.count("F") - 1)

    @property
    def fits(self) -> bool:
        """Whether the pattern with N ≤ 5 and K ≤ 2 makes such a network."""
        return self.chain and self.n <= 5 and self.k <= 2


def read(net: Layer) -> Reading:
    """Read a network.

    Examples
    --------
    >>> from cnnlib.zoo import alexnet
    >>> read(alexnet("single")).letters
    'CPCPCCCPFFF'
    """
    return Reading(*_letters(net))


def _letters(layer: Layer) -> tuple[str, bool]:
    if isinstance(layer, Add | Concat):
        return max((_letters(child)[0] for _, child in layer.children()), key=len), False
    if isinstance(layer, Sequential):
        found = [_letters(child) for child in layer.layers]
        return "".join(letters for letters, _ in found), all(chain for _, chain in found)
    if isinstance(layer, Conv):
        # LeNet-5 of 1998 multiplies each map by a number after pooling: that is no filter.
        return ("" if layer.kernel_size == (1, 1) and layer.groups > 1 else "C"), True
    if isinstance(layer, Linear):
        return "F", True
    # A pooling in the sense of the pattern makes maps smaller, and not to a single number.
    shrinks = isinstance(layer, MaxPool | AvgPool) and layer.stride != 1
    return ("P" if shrinks else ""), True


def draw_pattern(n: int, m: int, k: int) -> Drawing:
    """Draw the formula, and the layers that it stands for: one row per block."""
    drawing = Drawing(
        f"The pattern with N = {n}, M = {m}, K = {k}: {m} blocks of {n} convolutions and a "
        f"pooling, {k} hidden linear layers, and a softmax."
    )
    formula: Words = [("[(CONV-RELU)·", "kernel"), f"{n}", ("-POOL]·", "muted"), f"{m}",
               " - (FC-RELU)·", f"{k}", ("-SOFTMAX", "output")]  # fmt: skip
    drawing.text(0, 30, formula, size=36, anchor="start", bold=True)
    rows = [["CONV", "RELU"] * n + ["POOL"] for _ in range(m)]
    rows.append(["FC", "RELU"] * k + ["FC", "SOFTMAX"])
    kinds = {"CONV": "kernel", "POOL": "muted", "FC": "ink", "SOFTMAX": "output"}
    high = min(76.0, 430 / len(rows) - 12)
    for row, names in enumerate(rows):
        y, x = 76 + (high + 12) * row, 0.0
        for column, name in enumerate(names):
            wide = {"RELU": 82.0, "SOFTMAX": 150.0}.get(name, 114.0)
            box = Box(x, y, wide, high)
            kind = kinds.get(name, "line")
            drawing.frame(box, kind, width=2.5, fill=0.22, key=f"box-{row}-{column}")
            drawing.text(box.middle[0], box.middle[1] + 8, name, size=22, bold=name != "RELU",
                         key=f"word-{row}-{column}")  # fmt: skip
            x += wide + 8
        if row < m:
            drawing.text(1150, y + high / 2 + 8, f"block {row + 1}", size=22, kind="muted",
                         anchor="end")  # fmt: skip
    drawing.room(0, 0, 1150, 76 + 442)
    return drawing


def draw_zoo(readings: Sequence[tuple[str, Reading]]) -> Drawing:
    """Draw networks as rows of their layers, with the N and K of each."""
    drawing = Drawing(
        "Networks as rows of layers: "
        + "; ".join(
            f"{name}: N = {r.n}, K = {r.k}, {'fits' if r.fits else 'does not fit'}"
            for name, r in readings
        )
    )
    top, step = 58.0, 420 / len(readings)
    for x, words in ((1010.0, "N"), (1072.0, "K")):
        drawing.text(x, 24, words, size=24, bold=True)
    legend: Words = [("■ CONV   ", "kernel"), ("▨ POOL   ", "muted"), "■ FC"]
    drawing.text(180, 24, legend, size=22, anchor="start", bold=True)
    for row, (name, reading) in enumerate(readings):
        y = top + step * row
        high, unit = 0.62 * step, min(30.0, 780 / len(reading.letters))
        drawing.text(160, y + high / 2 + 8, name, size=23, anchor="end", bold=True)
        for place, letter in enumerate(reading.letters):
            box = Box(180 + unit * place, y, max(2.0, unit - 3), high)
            if letter == "P":
                drawing.hatch(box)
            else:
                drawing.frame(box, KINDS[letter], width=0, fill=0.8)
        for x, value, most in ((1010, reading.n, 5), (1072, reading.k, 2)):
            drawing.text(x, y + high / 2 + 9, f"{value}", size=26, bold=True,
                         kind="ink" if value <= most else "wrong")  # fmt: skip
        sign, kind = ("✓", "output") if reading.fits else ("✗", "wrong")
        drawing.text(1130, y + high / 2 + 10, sign, size=30, kind=kind, bold=True)
    return drawing
