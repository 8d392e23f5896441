"""Masks of dropout, and the mean over them."""

from itertools import pairwise

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Drawing


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

    _esm = bundle(__file__)

    inputs = traitlets.Float(0.2, min=0.0, max=0.9).tag(sync=True)
    hidden = traitlets.Float(0.5, min=0.0, max=0.9).tag(sync=True)
    count = traitlets.Int(100, min=1, max=500).tag(sync=True)
    scaling = traitlets.Enum(["in training", "at test time", "never"], "in training").tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)

    def still(self) -> str:
        """Return a network in which some units of each layer are crossed out."""
        drawing = Drawing(
            f"A network in which each input is dropped with probability {self.inputs:g} and each "
            f"hidden unit with probability {self.hidden:g}; dropped ones are crossed out."
        )
        places = [
            [(180 * layer, 90 * (i + (4 - width) / 2)) for i in range(width)]
            for layer, width in enumerate((3, 4, 1))
        ]
        gone = {places[0][1], places[1][0], places[1][2]}
        for one, two in pairwise(places):
            for start in one:
                for end in two:
                    cut = bool({start, end} & gone)
                    drawing.line(start, end, "line" if cut else "kernel", dashed=cut)
        for layer, kind in zip(places, ("input", "output", "output"), strict=True):
            for x, y in layer:
                drawing.circle(x, y, 26, "paper", fill=1)
                dropped = (x, y) in gone
                drawing.circle(x, y, 26, "muted" if dropped else kind)
                if dropped:
                    drawing.line((x - 12, y - 12), (x + 12, y + 12), "wrong", width=4)
                    drawing.line((x - 12, y + 12), (x + 12, y - 12), "wrong", width=4)
        return drawing.svg()
