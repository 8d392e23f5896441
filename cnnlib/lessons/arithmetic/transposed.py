"""A transposed convolution as it is computed: every pixel stamps the kernel into the output."""

from dataclasses import dataclass

import numpy as np

from cnnlib.arithmetic import conv_output_size, conv_transpose_output_size
from cnnlib.lessons.arithmetic.sliding import Grid
from cnnlib.look import Box, Drawing


@dataclass(frozen=True)
class Stamping:
    """A square image whose pixels stamp a kernel of ones, drawn.

    Parameters
    ----------
    n, kernel_size, stride, padding
        As in `cnnlib.arithmetic.conv_transpose_output_size`; padding cuts the rim off.

    Examples
    --------
    >>> stamping = Stamping(4, 3, stride=2, padding=1)
    >>> stamping.size, int(stamping.stamps(15).max())
    (7, 4)
    """

    n: int
    kernel_size: int
    stride: int
    padding: int

    @property
    def size(self) -> int:
        """The side of the output."""
        return conv_transpose_output_size(self.n, self.kernel_size, self.stride, self.padding)

    def stamps(self, count: int) -> Grid:
        """Return how many of the first stamps lie on each place, the rim included."""
        side = (self.n - 1) * self.stride + self.kernel_size
        found = np.zeros((side, side))
        for number in range(count + 1):
            top, left = (self.stride * place for place in divmod(number, self.n))
            found[top : top + self.kernel_size, left : left + self.kernel_size] += 1
        return found

    def draw(self, number: int) -> Drawing:
        """Draw the stamp of one pixel, counted row by row, and all before it."""
        row, column = divmod(number, self.n)
        drawing = Drawing(
            f"Pixel {row}, {column} of a map of {self.n} by {self.n} stamps a kernel of "
            f"{self.kernel_size} by {self.kernel_size} into an output of {self.size} by "
            f"{self.size}; where stamps overlap they add up."
        )
        side = 50.0
        x = drawing.grid(np.ones((self.n, self.n)), 0, 100, side=64, kind="input",
                         title=f"input, {self.n} × {self.n}", size=22)  # fmt: skip
        drawing.frame(x.cell(row, column), "input", width=5, fill=0.35, key="pixel")
        found = self.stamps(number)
        rim = np.ones(found.shape, bool)
        inner = slice(self.padding, self.padding + self.size)
        rim[inner, inner] = False
        y = Box(x.right + 170, 0, side * len(found), side * len(found), side)
        stamp = y.cell(row * self.stride, column * self.stride, self.kernel_size, self.kernel_size)
        pixel = x.cell(row, column)
        drawing.line((pixel.right, pixel.y), (stamp.x, stamp.y), "muted", dashed=True,
                     width=1.5, key="upper")  # fmt: skip
        drawing.line((pixel.right, pixel.bottom), (stamp.x, stamp.bottom), "muted", dashed=True,
                     width=1.5, key="lower")  # fmt: skip
        drawing.grid(
            found, y.x, y.y, side=side, kind="output", hatched=rim, strong=(found > 0) & ~rim,
            shown=(found > 0) & ~rim, title=f"output, {self.size} × {self.size}", size=22,
        )  # fmt: skip
        drawing.frame(stamp, "kernel", width=5, fill=0.15, key="stamp")
        drawing.frame(y.cell(self.padding, self.padding, self.size, self.size), "output",
                      width=3, fill=0)  # fmt: skip
        drawing.text(y.right + 30, 250, ["stride ", f"{self.stride}"], size=24, anchor="start")
        drawing.text(y.right + 30, 284, [("K = 3", "kernel")], size=24, anchor="start")
        drawing.text(y.right + 30, 318, "P = 1 cuts", size=24, anchor="start")
        drawing.text(y.right + 30, 346, "the rim off", size=24, anchor="start")
        return drawing


def draw_ways_back(sizes: tuple[int, int], kernel_size: int, stride: int, padding: int) -> Drawing:
    """Draw two sizes that become the same one, and what the way back makes of it."""
    settings = {"stride": stride, "padding": padding}
    down = [conv_output_size(n, kernel_size, **settings) for n in sizes]
    drawing = Drawing(
        f"Images of {sizes[0]} and {sizes[1]} pixels both become {down[0]}. The way back leads to "
        f"{sizes[0]}, unless one more is asked for."
    )
    unit = 27.0
    for number, n in enumerate(sizes):
        top = 260.0 * number
        extra = n - conv_transpose_output_size(down[number], kernel_size, **settings)
        left = 0.0
        for count, kind in ((n, "input"), (down[number], "output"), (n, "input")):
            side = unit * count
            box = drawing.grid(
                np.zeros((count, count)), left, top + unit * (8 - count) / 2, side=unit, kind=kind,
                numbers=False, strong=np.ones((count, count), bool),
            )  # fmt: skip
            drawing.text(box.right + 14, box.middle[1] + 9, f"{count}", size=30, kind=kind,
                         anchor="start", bold=True)  # fmt: skip
            left += max(side, 190) + 230
            if left < 1000:
                words = "convolution" if kind == "input" else "transposed"
                _arrow(drawing, box.right + 62, left - 24, box.middle[1], words)
                if kind == "output" and extra:
                    drawing.text((box.right + left + 38) / 2, box.middle[1] + 36,
                                 f"output_padding={extra}", size=20, mono=True)  # fmt: skip
    return drawing


def _arrow(drawing: Drawing, start: float, end: float, y: float, words: str) -> None:
    drawing.line((start, y), (end, y), "muted", arrow=True, width=4)
    drawing.text((start + end) / 2, y - 16, words, size=22)
