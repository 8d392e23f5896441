"""What one unit reads through a stack of layers."""

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets
from matplotlib.image import imsave

from cnnlib.data import photo
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Box, Drawing
from cnnlib.spec import Conv
from cnnlib.spec import ReceptiveField as Field


class ReceptiveField(Explorer):
    """Stack layers and see what one unit of the last one reads, over a photo and along one axis.

    Attributes
    ----------
    size
        Pixels of the image.
    layers
        From first to last, each a dictionary with `kind` ("conv" or "pool"), `kernel`, `stride`
        and `dilation`; at most six.
    pad
        Pad every layer by half of what its kernel spans.
    unit, row
        The unit of the last layer that is shown: its column, and its row, by default the same.
    """

    _esm = bundle(__file__)

    size = traitlets.Int(24, min=8, max=64).tag(sync=True)
    layers = traitlets.List(traitlets.Dict()).tag(sync=True)
    pad = traitlets.Bool(False).tag(sync=True)
    unit = traitlets.Int(0, min=0).tag(sync=True)
    row = traitlets.Int(None, min=0, allow_none=True).tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)

    def __init__(self, layers: Sequence[Mapping[str, Any]] = (), **settings: Any) -> None:
        usual = {"kind": "conv", "kernel": 3, "stride": 1, "dilation": 1}
        stack = [{**usual, **each} for each in layers or [{}, {}]]
        super().__init__(layers=stack, photo=_photo(), **settings)

    def still(self) -> str:
        """Return a bar for each layer, as long as its field."""
        bars = self._fields()
        reach = bars[-1][1]
        padded = "padded" if self.pad else "not padded"
        drawing = Drawing(
            f"Receptive field of {len(self.layers)} layers, {padded}: "
            f"{reach} pixels of {self.size}."
        )
        unit = 480 / max(self.size, reach)
        for row, (name, length) in enumerate(reversed(bars)):
            box = Box(0, 40 * row, unit * length, 28)
            drawing.frame(box, "input" if row == len(bars) - 1 else "output", width=2)
            drawing.text(box.right + 14, box.bottom - 7, f"{name}: {length}", anchor="start")
        return drawing.svg()

    def _fields(self) -> list[tuple[str, int]]:
        """Return the size of the field of a unit by itself and after each layer, by name."""
        field = Field()
        found = [("one unit", field.height.size)]
        for number, layer in enumerate(self.layers, 1):
            window = Conv(1, layer["kernel"], stride=layer["stride"], dilation=layer["dilation"])
            field = field.through(*window.taps((1, self.size, self.size)))
            name = f"after layer {number}: {layer['kind']}, kernel {layer['kernel']}"
            found.append((name, field.height.size))
        return found


def _photo() -> str:
    """Return a square photo for the browser, which gives it as many pixels as the image has."""
    grey = photo(150)[:128, :128]
    picture = np.repeat((255 * grey[..., None]).round().astype(np.uint8), 3, axis=2)
    buffer = io.BytesIO()
    imsave(buffer, picture, format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
