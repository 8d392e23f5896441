"""The part of an input that one output reads, as a small picture in text."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnlib.check.engine.case import Array


@dataclass(frozen=True)
class Window:
    """Some rows and columns of a plane; those outside of it are padding.

    Attributes
    ----------
    caption
        Where it lies.
    plane
        The image that is read, of shape (H, W).
    rows, columns
        What is read of it.
    padding
        What the padding holds, as text.
    """

    caption: str
    plane: Array
    rows: Sequence[int]
    columns: Sequence[int]
    padding: str = "0"

    @property
    def cells(self) -> list[list[str]]:
        """The values as text, row by row; what is padding has a `*`."""
        return [[self._cell(i, j) for j in self.columns] for i in self.rows]

    @property
    def padded(self) -> bool:
        """Whether any of it is padding."""
        return any("*" in cell for row in self.cells for cell in row)

    @property
    def legend(self) -> str:
        """What the `*` means; empty where there is none."""
        return f"{self.padding}* is padding" if self.padded else ""

    def _cell(self, i: int, j: int) -> str:
        height, width = self.plane.shape
        if not (0 <= i < height and 0 <= j < width):
            return f"{self.padding}*"
        value = self.plane[i, j]
        if self.plane.dtype.kind != "f":
            return f"{value}"
        return f"{value:.3f}" if abs(value) < 1e6 else f"{value:.3g}"

    def __str__(self) -> str:
        """Return the caption and the values, aligned.

        >>> import numpy as np
        >>> print(Window("rows -1, 0, columns 1, 2", np.array([[1.0, 2, 3]]), [-1, 0], [1, 2]))
        rows -1, 0, columns 1, 2
              0*       0*
           2.000    3.000
        (0* is padding)
        """
        lines = ["".join(f"{cell:>8} " for cell in row).rstrip() for row in self.cells]
        return "\n".join([self.caption, *lines, *([f"({self.legend})"] if self.legend else [])])


def listed(positions: Sequence[int]) -> str:
    """Return positions as text.

    >>> listed(range(3))
    '0, 1, 2'
    """
    return ", ".join(map(str, positions))
