"""What drawings are made of: places, colours, words, and pictures inside a picture."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.look.palette import COLOURS

Array = NDArray[Any]
#: Words in one colour, or pieces of them: a string, or a string with the name of a colour.
Words = str | Sequence[str | tuple[str, str]]


@dataclass(frozen=True)
class Box:
    """A place in a drawing; a grid's box knows how large its cells are."""

    x: float
    y: float
    width: float
    height: float
    side: float = 0

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def cell(self, row: float, column: float, rows: float = 1, columns: float = 1) -> "Box":
        """Return the box of some cells of a grid."""
        side = self.side
        return Box(
            self.x + column * side, self.y + row * side, columns * side, rows * side, self.side
        )


def ink(name: str, *, words: bool = False) -> str:
    """Return a colour as CSS: what the page says, else the light one; ink is the text's own."""
    if name == "none":
        return "none"
    if name == "ink":
        return "var(--cnn-ink,currentColor)"
    colour = COLOURS[name]
    suffix = "-text" if words else ""
    return f"var(--cnn-{name}{suffix},{colour.text if words else colour.light})"


def tints(array: Array, strong: Any, *, shades: bool) -> Array:
    """Return how much of its colour each cell gets."""
    if shades:
        least, most = np.nanmin(array), np.nanmax(array)
        return np.array(0.05 + 0.85 * np.nan_to_num((array - least) / max(most - least, 1e-12)))
    if strong is None:
        return np.full(array.shape, 0.06)
    return np.array(np.where(np.asarray(strong, bool), 0.34, 0.03))


def number_words(value: float) -> str:
    """Return a number as it is written in a cell, with a true minus."""
    if np.isnan(value):
        return ""
    return f"{value:.4g}".replace("-", "−")


def keyed(name: str) -> str:
    """Return a key as an attribute, with a space behind it."""
    return f'data-key="{escape(name)}" ' if name else ""


def css_value(value: str) -> str:
    """Return a value of a style sheet so that it can stand in an attribute."""
    return value.replace('"', "'")


def picture(
    values: Array, low: float | None, high: float | None, cmap: Any, *, photo: bool = False
) -> str:
    """Return an image as a URL that holds it: a PNG file, or for a photo a JPEG, much smaller."""
    if photo:
        return "data:image/jpeg;base64," + _encoded(values, low, high, cmap, "jpeg")
    return "data:image/png;base64," + png(values, low, high, cmap)


def png(values: Array, low: float | None, high: float | None, cmap: Any) -> str:
    """Return an image as a PNG file in base64."""
    return _encoded(values, low, high, cmap, "png")


def _encoded(values: Array, low: float | None, high: float | None, cmap: Any, kind: str) -> str:
    # Late: most drawings hold no picture, and checks draw before anything needs Matplotlib.
    import matplotlib as mpl
    from matplotlib.image import imsave

    image = np.asarray(values)
    if image.ndim == 2:
        least = float(np.nanmin(image)) if low is None else low
        most = float(np.nanmax(image)) if high is None else high
        colours = mpl.colormaps[cmap] if isinstance(cmap, str) else cmap
        scaled = (image - least) / max(most - least, 1e-12)
        image = colours(np.clip(scaled, 0, 1))[..., :3]
    if image.dtype != np.uint8:
        image = (255 * np.clip(image, 0, 1)).round().astype(np.uint8)
    buffer = io.BytesIO()
    quality: dict[str, Any] | None = {"quality": 90} if kind == "jpeg" else None
    imsave(buffer, np.ascontiguousarray(image), format=kind, pil_kwargs=quality)
    return base64.b64encode(buffer.getvalue()).decode()
