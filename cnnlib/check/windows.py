"""Where the windows of a case are, and what a function of windows computes for others.

What a mistake computes is written with the reference, on an image that holds one copy of every
window that the mistake reads, side by side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Raises, Remark
from cnnlib.check.geometry import Pair, effective, grid, padded, settings, span

#: Computes with changed arguments: a reference.
Compute: TypeAlias = Callable[..., Any]
#: What NumPy says where a window hangs over the edge, or has another shape than the kernel.
OFF = r"IndexError|broadcast|could not be|mismatch|shape|zero-size"
#: A student's own refusal: an assert, or a line that raises.
OWN = r"^AssertionError|: (assert|raise)\b"


@dataclass(frozen=True)
class Place:
    """Where the windows of one case are: sizes by axis, height first."""

    image: Pair
    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair = (1, 1)

    @property
    def whole(self) -> Pair:
        """The size of the padded image."""
        rows, columns = (n + 2 * p for n, p in zip(self.image, self.padding, strict=True))
        return rows, columns

    @property
    def grid(self) -> Pair:
        """How many windows there are."""
        return grid(self.image, self.kernel, self.stride, self.padding, self.dilation)

    @property
    def left_over(self) -> Pair:
        """How many rows and columns of the padded image no window reads, at its end."""
        reach = map(span, self.grid, self.kernel, self.stride, self.dilation)
        rows, columns = (n - r for n, r in zip(self.whole, reach, strict=True))
        return rows, columns

    @property
    def starts(self) -> tuple[list[int], list[int]]:
        """Where the windows begin, by axis."""
        rows, columns = (
            [s * i for i in range(n)] for s, n in zip(self.stride, self.grid, strict=True)
        )
        return rows, columns


def convolving(arguments: Arguments) -> Place:
    """Return the windows of a convolution, of im2col or of col2im."""
    image = arguments["x"].shape if "x" in arguments else arguments["shape"]
    return Place((image[2], image[3]), *effective(arguments))


def pooling(arguments: Arguments) -> Place:
    """Return the windows of pooling: side by side where no stride is given."""
    image = arguments["x"].shape if "x" in arguments else arguments["shape"]
    return Place((image[2], image[3]), *settings(arguments))


def remarks(place: Callable[[Arguments], Place]) -> Callable[[Arguments], list[Remark]]:
    """Return what finds out what is special about a case with windows."""

    def find(arguments: Arguments) -> list[Remark]:
        at = place(arguments)
        found = []
        if 0 in at.padding:
            both = at.padding == (0, 0)
            found.append(Remark(f"the padding is 0{'' if both else ' along one axis'}"))
        if any(at.left_over):
            rule = "the size is rounded down, and no case is refused"
            found.append(Remark("the windows do not fit evenly", rule))
        if at.kernel[0] != at.kernel[1]:
            found.append(Remark("the kernel is not square"))
        if any(at.padding):
            found.append(Remark("there is padding"))
        if at.stride != (1, 1):
            found.append(Remark("the stride is not 1"))
        if at.stride[0] != at.stride[1] or at.padding[0] != at.padding[1]:
            found.append(Remark("a setting is a pair of two different numbers"))
        if at.dilation != (1, 1):
            found.append(Remark("the dilation is not 1"))
        if arguments.get("groups", 1) != 1:
            found.append(Remark("there are groups"))
        if arguments.get("b", 0) is None:
            found.append(Remark("b is None"))
        return found

    return find


@dataclass(frozen=True)
class Windows:
    """A function of windows: its reference, and where its windows are.

    Attributes
    ----------
    compute
        The reference; its result has one row for each row of windows, one column for each column.
    border
        What the padding holds.
    edge
        What comes of a window over the edge of the padded image: an exception; the rest of it,
        as where a slice is reduced; or, if a single row or column is left and multiplied by a
        kernel, a copy of it in place of what is missing, because NumPy broadcasts it.
    """

    compute: Compute
    place: Callable[[Arguments], Place]
    border: float = 0.0
    edge: Literal["raises", "cuts", "broadcasts"] = "raises"

    def at(self, a: Arguments, rows: Sequence[int], columns: Sequence[int], **more: Any) -> Any:
        """Return the result for windows that begin at these places of the padded image.

        `Raises` where a window does not lie in the padded image.
        """
        place = self.place({**a, **more})
        (kh, kw), (dh, dw) = place.kernel, place.dilation
        down = [row + dh * i for row in rows for i in range(kh)]
        across = [column + dw * j for column in columns for j in range(kw)]
        x = padded(a["x"], self.place(a).padding, value=self.border)
        if not down or not across:
            return None
        over = [max(down) - x.shape[2] + 1, max(across) - x.shape[3] + 1]
        if max(over) > 0:
            left = [n - each[-1] for n, each in zip(x.shape[2:], (rows, columns), strict=True)]
            if self.edge == "raises" or (self.edge == "broadcasts" and self._refused(a, x, left)):
                return Raises(OFF)
            if min(left) < 1:
                return Raises(r"zero-size|IndexError|empty|broadcast")
            beyond = ((0, 0), (0, 0), *((0, max(0, n)) for n in over))
            x = padded_end(x, beyond, None if self.edge == "broadcasts" else self.border)
        apart = {"x": x[:, :, down][:, :, :, across], "stride": (kh, kw), "padding": 0}
        if "dilation" in a:
            apart["dilation"] = 1
        return self.compute({**a, **more, **apart})

    def _refused(self, a: Arguments, x: Array, left: Sequence[int]) -> bool:
        """Whether NumPy cannot broadcast what is left of the last windows to the kernel."""
        place = self.place(a)
        steps = zip(left, place.kernel, place.stride, strict=True)
        return any(
            (n < k and (n != 1 or (n + s < k and k > 1))) or d > 1
            for (n, k, s), d in zip(steps, place.dilation, strict=True)
        )

    def sized(self, a: Arguments, rows: int, columns: int, **more: Any) -> Any:
        """Return the result with another number of rows and columns."""
        (sh, sw) = self.place({**a, **more}).stride
        if rows < 1 or columns < 1:
            return None
        return self.at(a, [sh * i for i in range(rows)], [sw * j for j in range(columns)], **more)

    def on_grid(self, a: Arguments, **changes: Any) -> Any:
        """Return the result with changed settings, but with as many outputs as is right."""
        place = self.place({**a, **changes})
        rows, columns = (
            [s * i for i in range(n)] for s, n in zip(place.stride, self.place(a).grid, strict=True)
        )
        return self.at(a, rows, columns, **changes)


def padded_end(x: Array, widths: Any, value: float | None) -> Array:
    """Add rows and columns below and on the right: of a value, or copies of the last ones."""
    if value is None:
        return np.pad(x, widths, mode="edge")
    return np.pad(x, widths, constant_values=value)
