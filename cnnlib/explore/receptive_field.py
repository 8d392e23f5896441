"""What one unit reads through a stack of layers."""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.explore._svg import svg, text
from cnnlib.spec import Conv
from cnnlib.spec import ReceptiveField as Field


class ReceptiveField(Explorer):
    """Stack layers and see what one unit of the last one reads, along one axis.

    Attributes
    ----------
    size
        Pixels of the image.
    layers
        From first to last, each a dictionary with `kind` ("conv" or "pool"), `kernel`, `stride`
        and `dilation`; at most six.
    pad
        Pad every layer by half of what its kernel spans.
    unit
        The unit of the last layer that is shown.
    """

    _esm = bundle(__file__)

    size = traitlets.Int(24, min=8, max=64).tag(sync=True)
    layers = traitlets.List(traitlets.Dict()).tag(sync=True)
    pad = traitlets.Bool(False).tag(sync=True)
    unit = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, layers: Sequence[Mapping[str, Any]] = (), **settings: Any) -> None:
        usual = {"kind": "conv", "kernel": 3, "stride": 1, "dilation": 1}
        super().__init__(layers=[{**usual, **each} for each in layers or [{}, {}]], **settings)

    def still(self) -> str:
        """Return a bar for each layer, as long as its field."""
        bars = self._fields()
        reach = bars[-1][1]
        unit = 420 / max(self.size, reach)
        parts = []
        for row, (name, length) in enumerate(reversed(bars)):
            y = 6 + 26 * row
            parts.append(
                f'<rect x="6" y="{y}" width="{unit * length:.1f}" height="18" fill="black" '
                'fill-opacity="0.2" stroke="black"/>'
            )
            parts.append(text(unit * length + 14, y + 14, f"{name}: {length}"))
        padded = "padded" if self.pad else "not padded"
        words = (
            f"Receptive field of {len(self.layers)} layers, {padded}: "
            f"{reach} pixels of {self.size}."
        )
        return svg(740, 26 * len(bars) + 12, words, parts)

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
