"""Layers as stacks of maps: what a filter reads, what it costs, and who reads whom."""

from collections.abc import Sequence

import numpy as np

from cnnlib.arithmetic import parameters
from cnnlib.data import photo
from cnnlib.look import Box, Drawing

#: How far each sheet of a stack lies from the one before it.
SHIFT = 9.0


class Volume:
    """A stack of maps, drawn as sheets that lie behind each other.

    Parameters
    ----------
    drawing
        Where it is drawn.
    x, y
        The upper left corner of the sheet in front.
    width, height
        Of a sheet.
    sheets
        How many are drawn.
    kind
        The meaning, which gives the colour.
    """

    def __init__(
        self, drawing: Drawing, x: float, y: float, width: float, height: float, sheets: int,
        kind: str, *, shift: float = SHIFT,
    ) -> None:  # fmt: skip
        self.drawing, self.kind, self.shift = drawing, kind, shift
        self.sheets = [
            Box(x + shift * k, y - shift * k, width, height) for k in reversed(range(sheets))
        ]
        for sheet in self.sheets:
            drawing.frame(sheet, "paper", fill=1, width=0)
            drawing.frame(sheet, kind, fill=0.16, width=2)

    @property
    def front(self) -> Box:
        """The sheet in front."""
        return self.sheets[-1]

    @property
    def right(self) -> float:
        """The right edge of the whole stack."""
        return self.sheets[0].right

    def label(self, words: str, size: float = 24) -> None:
        """Write what it is below it."""
        x, _ = self.front.middle
        self.drawing.text(x, self.front.bottom + 36, words, size=size, kind=self.kind, bold=True)

    def column(self, x: float, y: float, side: float, kind: str) -> Box:
        """Mark the same place in every sheet; return the one in front."""
        front = self.front
        for sheet in self.sheets:
            at = Box(sheet.x + x, sheet.y + y, side, side)
            self.drawing.frame(at, kind, fill=0.55, width=2)
        return Box(front.x + x, front.y + y, side, side)


def draw_filter(channels: int, kernel_size: int, filters: int) -> Drawing:
    """Draw a bank of filters: each as deep as its input, each with a bias."""
    drawing = Drawing(
        f"{filters} filters. Each has {channels} kernels of {kernel_size} by {kernel_size} "
        "weights, and one bias."
    )
    side = 15.0
    for number in range(filters):
        row, column = divmod(number, 5)
        x, y = 128.0 * column, 44 + 176.0 * row
        for k in reversed(range(channels)):
            at = Box(x + 12 * k, y - 12 * k, side * kernel_size, side * kernel_size)
            drawing.frame(at, "paper", fill=1, width=0)
            drawing.grid(
                np.zeros((kernel_size, kernel_size)), at.x, at.y, side=side, kind="kernel",
                numbers=False, strong=np.ones((kernel_size, kernel_size), bool),
            )  # fmt: skip
        drawing.circle(x + 40, y + side * kernel_size + 24, 11, "kernel", fill=0.6)
    total = parameters(channels, filters, kernel_size)
    words = f"{kernel_size} · {kernel_size} · {channels} weights + 1 bias, {filters} times"
    drawing.text(0, 400, words, size=27, anchor="start")
    drawing.text(0, 478, f"{total:,} parameters", size=64, kind="kernel", anchor="start", bold=True)
    return drawing


def draw_layer() -> Drawing:
    """Draw a layer: a stack of maps, its filters, and the stack that they make."""
    drawing = Drawing(
        "A stack of C_in maps, H by W, with one K by K window through all of them. C_out filters "
        "turn it into C_out maps of H' by W'."
    )
    x = Volume(drawing, 0, 110, 270, 270, 4, "input", shift=14)
    window = [Box(sheet.x + 60, sheet.y + 70, 78, 78) for sheet in x.sheets]
    for box in window:
        drawing.frame(box, "kernel", fill=0.3, width=3)
    x.label("C_in × H × W")
    filters = []
    for number in range(4):
        at = Volume(drawing, 455, 62 + 100 * number, 60, 60, 4, "kernel", shift=8)
        filters.append(at)
    drawing.text(500, 476, "C_out filters, K × K × C_in", size=24, kind="kernel", bold=True)
    y = Volume(drawing, 720, 128, 220, 220, 4, "output", shift=14)
    y.label("C_out × H′ × W′")
    drawing.line((window[-1].right + 8, window[-1].middle[1]), (440, 235), "muted", arrow=True)
    drawing.line((565, 235), (706, 235), "muted", arrow=True)
    drawing.text(635, 214, "stride S", size=22)
    drawing.text(330, 214, "padding P", size=22, anchor="start")
    return drawing


def draw_grey(weights: Sequence[float] = (0.299, 0.587, 0.114)) -> Drawing:
    """Draw a colour photo's three maps, a weight for each, and their sum: a grey photo."""
    drawing = Drawing(
        "The red, green and blue maps of a photo, each times one weight, add up to a grey photo."
    )
    colours = photo(150, colour=True)
    width = 245.0
    left = 0.0
    for number, (name, weight) in enumerate(zip(("red", "green", "blue"), weights, strict=True)):
        at = drawing.image(colours[number], left, width=width, kind="input", smooth=True,
                           low=0, high=1)  # fmt: skip
        drawing.text(at.middle[0], at.y - 14, name, size=24, kind="input", bold=True)
        drawing.text(at.middle[0], at.bottom + 46, f"{weight:g}", size=34, kind="kernel", bold=True)
        drawing.text(at.right + 24, at.middle[1] + 14, "+" if number < 2 else "=", size=44)
        left = at.right + 48
    grey = drawing.image(np.tensordot(weights, colours, 1), left, width=width, kind="output",
                         smooth=True, low=0, high=1)  # fmt: skip
    drawing.text(grey.middle[0], grey.y - 14, "output", size=24, kind="output", bold=True)
    drawing.text(grey.middle[0], grey.bottom + 46, "one map", size=26, kind="output", bold=True)
    return drawing


def draw_squeeze(channels: int, filters: int) -> Drawing:
    """Draw a deep stack that a 1 by 1 layer makes half as deep, one pixel marked."""
    drawing = Drawing(
        f"A stack of {channels} maps becomes one of {filters}, as wide and as high. One pixel, "
        "through all maps, becomes the same pixel of all the new ones."
    )
    deep = Volume(drawing, 0, 190, 190, 190, 16, "input", shift=10)
    deep.column(70, 90, 30, "kernel")
    deep.label(f"{channels} maps")
    flat = Volume(drawing, 400, 150, 190, 190, 8, "output", shift=10)
    flat.column(70, 90, 30, "output")
    flat.label(f"{filters} maps")
    drawing.line((345, 215), (394, 215), "muted", arrow=True, width=4)
    return drawing


def draw_groups(
    settings: Sequence[tuple[int, int, int]], counted: Sequence[tuple[int, int]]
) -> Drawing:
    """Draw who reads whom, for several numbers of groups.

    Parameters
    ----------
    settings
        Channels, filters and groups, as many as are drawn.
    counted
        Channels and filters for which the weights of a 3 by 3 layer are counted.
    """
    drawing = Drawing(
        "Channels as blue squares, filters' maps as green ones, a line where a filter reads a "
        f"channel: with {', '.join(str(groups) for *_, groups in settings)} groups."
    )
    width = 1150 / max(2, len(settings))
    for number, ((channels, filters, groups), real) in enumerate(
        zip(settings, counted, strict=True)
    ):
        left = width * number + 20
        total = real[0] if groups == channels else groups
        _wire(drawing, left, width - 90, channels, filters, groups)
        weights = parameters(*real, 3, groups=total, bias=False)
        name = "1 group" if total == 1 else f"{total} groups"
        middle = left + (width - 90) / 2
        drawing.text(middle, -34, name, size=30, bold=True)
        drawing.text(middle, 436, f"{weights:,}", size=48, kind="kernel", bold=True)
        drawing.text(middle, 474, f"weights, {real[0]} → {real[1]}", size=24)
    return drawing


def _wire(
    drawing: Drawing, left: float, width: float, channels: int, filters: int, groups: int
) -> None:
    """Draw the lines of one layer from its channels to its filters."""
    height, side = 380.0, 34.0

    def places(count: int) -> list[float]:
        return [height * (i + 0.5) / count for i in range(count)]

    right = left + width
    for i, above in enumerate(places(channels)):
        for j, below in enumerate(places(filters)):
            if i * groups // channels == j * groups // filters:
                drawing.line((left + side, above), (right - side, below), "kernel", width=3)
    for x, kind, count in ((left, "input", channels), (right - side, "output", filters)):
        for y in places(count):
            drawing.frame(Box(x, y - side / 2, side, side), kind, fill=0.4, width=3)


def draw_letters() -> Drawing:
    """Draw the four numbers of a layer, what is usual for each, and their other names."""
    drawing = Drawing(
        "C_out filters: 32 to 512; other slides write K. Kernel size K: 1, 3 or 5; others write "
        "F. Stride S: 1 or 2. Padding P: to keep the size; others write P or Z."
    )
    cards = (
        ("C_out", "output", "filters", "32, 64, …, 512", "K"),
        ("K", "kernel", "kernel size", "3, 5, 1", "F"),
        ("S", "input", "stride", "1, 2", "S"),
        ("P", "muted", "padding", "to keep the size", "P or Z"),
    )
    for number, (letter, kind, name, usual, elsewhere) in enumerate(cards):
        card = Box(290.0 * number, 0, 265, 340)
        drawing.frame(card, kind, width=2, fill=0.08)
        if letter == "P":
            drawing.hatch(Box(card.x, card.y, card.width, 130))
        middle, _ = card.middle
        drawing.text(middle, 96, letter, size=84, kind=kind, bold=True)
        drawing.text(middle, 176, name, size=28, bold=True)
        drawing.text(middle, 226, usual, size=27)
        drawing.text(middle, 300, ["many slides: ", (elsewhere, kind)], size=24, kind="muted")
    return drawing


def draw_work(channels: int, filters: int, kernel_size: int, positions: int) -> Drawing:
    """Draw how many multiply-adds a layer takes: its outputs times what each needs."""
    drawing = Drawing(
        f"{positions} by {positions} by {filters} outputs, each a sum of {kernel_size} by "
        f"{kernel_size} by {channels} products."
    )
    y = Volume(drawing, 0, 120, 230, 230, 10, "output", shift=9)
    y.label(f"{positions} · {positions} · {filters} outputs", 26)
    drawing.text(410, 250, "×", size=70)
    w = Volume(drawing, 500, 170, 130, 130, channels, "kernel", shift=14)
    w.label(f"{kernel_size} · {kernel_size} · {channels} products each", 26)
    drawing.text(730, 250, "=", size=70)
    total = positions**2 * filters * kernel_size**2 * channels
    drawing.text(795, 258, f"{total / 1e6:.0f} million", size=64, kind="kernel", anchor="start",
                 bold=True)  # fmt: skip
    drawing.text(795, 306, "multiply-adds for one image", size=26, anchor="start")
    return drawing
