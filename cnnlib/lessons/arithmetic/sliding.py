"""A window that slides over an image in two dimensions, and the output that it fills."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.arithmetic import conv_output_size, span
from cnnlib.look import Box, Drawing

Grid = NDArray[np.float64]
#: A handwritten seven, seven pixels high: the image of which windows are cut.
SEVEN: Grid = np.array(
    [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 3, 8, 9, 9, 6, 0],
        [0, 2, 3, 2, 6, 8, 0],
        [0, 0, 0, 1, 9, 3, 0],
        [0, 0, 1, 7, 7, 0, 0],
        [0, 0, 3, 9, 2, 0, 0],
        [0, 0, 5, 7, 0, 0, 0],
    ],
    dtype=np.float64,
)


@dataclass(frozen=True)
class Sliding:
    """A square window that slides over a square image, drawn.

    Parameters
    ----------
    n, kernel_size, stride, padding, dilation
        As in `cnnlib.arithmetic.conv_output_size`, of both axes alike.

    Examples
    --------
    >>> sliding = Sliding(7, 3, stride=3)
    >>> sliding.size, sliding.unread
    (2, 1)
    """

    n: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def size(self) -> int:
        """The side of the output."""
        return conv_output_size(self.n, self.kernel_size, self.stride, self.padding, self.dilation)

    @property
    def total(self) -> int:
        """The side of the image with its padding."""
        return self.n + 2 * self.padding

    @property
    def unread(self) -> int:
        """How many rows at the end no window reads, counted with the padding."""
        return self.total - (self.size - 1) * self.stride - span(self.kernel_size, self.dilation)

    @property
    def formula(self) -> list[str | tuple[str, str]]:
        """The working of the size, in pieces of its colours."""
        kernel = (f"{self.kernel_size}", "kernel")
        if self.dilation > 1:
            kernel = (f"({self.dilation}·({self.kernel_size} − 1) + 1)", "kernel")
        border = f" + 2·{self.padding}" if self.padding else ""
        top: list[str | tuple[str, str]] = [(f"{self.n}", "input"), border, " − ", kernel]
        quotient = (self.total - span(self.kernel_size, self.dilation)) / self.stride
        rounded = [f" = {quotient + 1:.2f} → "] if quotient % 1 else [" = "]
        return ["(", *top, f") / {self.stride} + 1", *rounded, (f"{self.size}", "output")]

    def draw(self, row: int, column: int, *, side: float = 0, mark: bool | None = None) -> Drawing:
        """Draw the window of one output, and the outputs up to this one.

        Parameters
        ----------
        row, column
            The output.
        side
            A cell's; by default such that the drawing is as high as a slide has room for.
        mark
            Whether what no window reads is marked; by default at the last output.
        """
        last = row == column == self.size - 1
        side = side or min(64, 440 / self.total)
        drawing = Drawing(
            f"A window of {self.kernel_size} by {self.kernel_size} on an image of {self.n} by "
            f"{self.n} pixels; it gives output {row}, {column} of {self.size} by {self.size}."
        )
        x = self._image(drawing, side)
        if last if mark is None else mark:
            self._mark_unread(drawing, x)
        window = self._window(drawing, x, row, column)
        y = Box(x.right + 150, x.y, side * self.size, side * self.size, side)
        target = y.cell(row, column)
        for end, (start, stop) in enumerate(_rays(window, target)):
            drawing.line(start, stop, "muted", width=1.5, dashed=True, key=f"ray-{end}")
        self._output(drawing, y, row, column)
        drawing.frame(target, "output", width=5, fill=0.3, key="target")
        drawing.text(y.x, x.bottom - 4, self.formula, size=28, anchor="start")
        return drawing

    def steps(self, outputs: Sequence[tuple[int, int]] = ()) -> list[Drawing]:
        """Draw the windows of some outputs; by default of the first row, then the last one."""
        end = self.size - 1
        usual = [*((0, column) for column in range(self.size)), (1, 0), (end, end)]
        return [self.draw(*output) for output in outputs or dict.fromkeys(usual)]

    def draw_tiles(self) -> Drawing:
        """Draw the image with all its windows, and what none of them reads."""
        drawing = Drawing(
            f"An image of {self.n} by {self.n} pixels with {self.size} by {self.size} windows of "
            f"{self.kernel_size}; what no window reads is crossed out."
        )
        x = self._image(drawing, min(64, 440 / self.total))
        self._mark_unread(drawing, x)
        reach = span(self.kernel_size, self.dilation)
        for row, column in np.ndindex(self.size, self.size):
            at = x.cell(row * self.stride, column * self.stride, reach, reach)
            drawing.frame(at, "kernel", width=5, fill=0.08)
        return drawing

    def _image(self, drawing: Drawing, side: float) -> Box:
        values = np.pad(_image(self.n), self.padding)
        border = np.pad(np.zeros((self.n, self.n), bool), self.padding, constant_values=True)
        zeros = f", with {self.padding} zero on each side" if self.padding else ""
        title = f"input, {self.n} × {self.n}{zeros}"
        return drawing.grid(
            values, side=side, kind="input", title=title, hatched=border, shades=True,
            numbers=False, size=22,
        )  # fmt: skip

    def _window(self, drawing: Drawing, x: Box, row: int, column: int) -> Box:
        top, left = row * self.stride, column * self.stride
        for i, j in np.ndindex(self.kernel_size, self.kernel_size):
            tap = x.cell(top + i * self.dilation, left + j * self.dilation)
            drawing.frame(tap, "kernel", width=1.5, fill=0.22, key=f"tap-{i}-{j}")
        reach = span(self.kernel_size, self.dilation)
        window = x.cell(top, left, reach, reach)
        drawing.frame(window, "kernel", width=5, fill=0, key="window")
        return window

    def _output(self, drawing: Drawing, y: Box, row: int, column: int) -> None:
        number = np.arange(1.0, self.size**2 + 1).reshape(self.size, self.size)
        done = number <= number[row, column]
        drawing.grid(
            number, y.x, y.y, side=y.side, kind="output", shown=done, strong=done,
            title=f"output, {self.size} × {self.size}", size=22,
        )  # fmt: skip

    def _mark_unread(self, drawing: Drawing, x: Box) -> None:
        first = self.total - self.unread
        for i, j in np.ndindex(self.total, self.total):
            if max(i, j) >= first:
                cross_out(drawing, x.cell(i, j))
        if self.unread:
            lost = f"{self.unread} row and {self.unread} column that no window reads"
            drawing.text(x.x, x.bottom + 34, lost, size=22, kind="wrong", anchor="start", bold=True)


def _image(n: int) -> Grid:
    """Return the seven, or as many of its pixels as there is room for."""
    return np.pad(SEVEN, ((0, max(0, n - 7)),) * 2)[:n, :n]


def _rays(window: Box, target: Box) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the two lines from a window's right corners to the output it makes."""
    yield (window.right, window.y), (target.x, target.y)
    yield (window.right, window.bottom), (target.x, target.bottom)


def cross_out(drawing: Drawing, box: Box) -> None:
    """Cross out a cell that nobody reads."""
    drawing.frame(box, "wrong", width=1.5, fill=0.14)
    inset = 0.28 * box.width
    left, right = box.x + inset, box.right - inset
    top, bottom = box.y + inset, box.bottom - inset
    drawing.line((left, top), (right, bottom), "wrong", width=3)
    drawing.line((left, bottom), (right, top), "wrong", width=3)


def draw_unread(x: Any, before: Any, after: Any) -> Drawing:
    """Draw an image with a changed last column, and the outputs before and after the change."""
    drawing = Drawing(
        "An image of 7 by 7 numbers, 100 added to its last column. The outputs of 2 by 2 before "
        "and after are the same."
    )
    array = np.asarray(x.detach(), dtype=float)[0, 0]
    at = drawing.grid(array.round(1), side=58, kind="input", title="100 added on the right",
                      size=17)  # fmt: skip
    for row in range(len(array)):
        drawing.frame(at.cell(row, len(array) - 1), "wrong", width=2, fill=0.2)
    for number, (name, made) in enumerate({"before": before, "after": after}.items()):
        values = np.asarray(made.detach(), dtype=float)[0, 0].round(2)
        drawing.grid(values, at.right + 60, 30 + 220 * number, side=72, kind="output", title=name,
                     strong=np.ones(values.shape, bool), size=20)  # fmt: skip
    return drawing
