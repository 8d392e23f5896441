"""The explorers as widgets: their settings here, their logic in `static`."""

from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from cnnlib.explore import _stills
from cnnlib.explore._bundle import STATIC, bundle


class Explorer(anywidget.AnyWidget):
    """A widget whose logic runs in the browser.

    Settings are attributes, in step with the sliders where a kernel runs.
    """

    _css = STATIC / "explore.css"

    def still(self) -> str:
        """Return a picture of the present settings as SVG, for places without JavaScript."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        found = super()._repr_mimebundle_(**kwargs)
        if found is None:
            return None
        data, metadata = found if isinstance(found, tuple) else (found, {})
        return {**data, "image/svg+xml": self.still()}, metadata


class ConvolutionArithmetic(Explorer):
    """Step through the windows of a convolution; see its formula and what falls off the edge.

    Attributes
    ----------
    size, kernel, stride, padding, dilation
        Of both axes alike.
    transposed
        A transposed convolution in place of a convolution.
    position
        The output that is shown, counted row by row.
    """

    _esm = bundle("convolution.js")

    size = traitlets.Int(7, min=1, max=12).tag(sync=True)
    kernel = traitlets.Int(3, min=1, max=7).tag(sync=True)
    stride = traitlets.Int(1, min=1, max=4).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=4).tag(sync=True)
    dilation = traitlets.Int(1, min=1, max=3).tag(sync=True)
    transposed = traitlets.Bool(False).tag(sync=True)
    position = traitlets.Int(0, min=0).tag(sync=True)

    def still(self) -> str:
        """Return the first window and the sizes."""
        return _stills.convolution(
            self.size,
            self.kernel,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            transposed=self.transposed,
        )


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

    _esm = bundle("receptive.js")

    size = traitlets.Int(24, min=8, max=64).tag(sync=True)
    layers = traitlets.List(traitlets.Dict()).tag(sync=True)
    pad = traitlets.Bool(False).tag(sync=True)
    unit = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, layers: Sequence[Mapping[str, Any]] = (), **settings: Any) -> None:
        usual = {"kind": "conv", "kernel": 3, "stride": 1, "dilation": 1}
        super().__init__(layers=[{**usual, **each} for each in layers or [{}, {}]], **settings)

    def still(self) -> str:
        """Return the layers with the fields' sizes."""
        return _stills.receptive_field(self.size, self.layers, self.pad)


class Dropout(Explorer):
    """Draw masks, and watch the mean over masks come to the whole network's output.

    Attributes
    ----------
    inputs, hidden
        Probability that an input, or a hidden unit, is dropped.
    count
        How many masks are drawn.
    scaling
        "in training" (inverted dropout, as PyTorch does it), "at test time" (as in the first
        paper), or "never".
    seed
        Which masks.
    """

    _esm = bundle("dropout.js")

    inputs = traitlets.Float(0.2, min=0.0, max=0.9).tag(sync=True)
    hidden = traitlets.Float(0.5, min=0.0, max=0.9).tag(sync=True)
    count = traitlets.Int(100, min=1, max=500).tag(sync=True)
    scaling = traitlets.Enum(["in training", "at test time", "never"], "in training").tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)

    def still(self) -> str:
        """Return the network with some units crossed out."""
        return _stills.dropout(self.inputs, self.hidden)


class Timeline(Explorer):
    """Move along the years and read what happened.

    Attributes
    ----------
    events
        Sorted by year; each a dictionary with `year`, `title`, `text` and `source`.
    chosen
        The event that is shown.
    """

    _esm = bundle("timeline.js")

    events = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, events: Sequence[Mapping[str, Any]], **settings: Any) -> None:
        if not events:
            raise ValueError("events is empty; a timeline needs at least one event")
        ordered = sorted((dict(event) for event in events), key=lambda event: event["year"])
        super().__init__(events=ordered, **settings)

    def still(self) -> str:
        """Return the years with their titles."""
        return _stills.timeline(self.events)
