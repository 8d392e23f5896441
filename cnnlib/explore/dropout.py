"""Masks of dropout, and the mean over them."""

from itertools import pairwise

import traitlets

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.explore._svg import svg


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
        places = [
            [(40 + 100 * layer, 30 + 44 * i + 22 * (4 - width)) for i in range(width)]
            for layer, width in enumerate((3, 4, 1))
        ]
        gone = {places[0][1], places[1][0], places[1][2]}
        lines = [
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="black" '
            f'stroke-width="{0.2 if {(x1, y1), (x2, y2)} & gone else 1.2}"/>'
            for one, two in pairwise(places)
            for x1, y1 in one
            for x2, y2 in two
        ]
        nodes = [
            f'<circle cx="{x}" cy="{y}" r="13" fill="white" stroke="black"/>'
            + f'<path d="M{x - 8} {y - 8}l16 16m0 -16l-16 16" stroke="black"/>' * ((x, y) in gone)
            for layer in places
            for x, y in layer
        ]
        words = (
            f"A network in which each input is dropped with probability {self.inputs:g} and each "
            f"hidden unit with probability {self.hidden:g}; dropped ones are crossed out."
        )
        return svg(280, 195, words, lines + nodes)
