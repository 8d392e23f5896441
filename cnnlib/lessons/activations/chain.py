"""Layers of one unit each, one after the other: the shortest network that has a depth."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.lessons.activations.functions import Activation, Array


@dataclass(frozen=True)
class Link:
    """One layer of a chain, or of many chains of the same function at once.

    Attributes
    ----------
    z, output, slope
        The sum that comes in, f(z), and f′(z).
    gradient
        Of the last layer's output, with respect to z.
    """

    z: Array
    output: Array
    slope: Array
    gradient: Array


def chain(function: Activation, x: Any, weight: Any = 1.0, layers: int = 10) -> list[Link]:
    """Return the layers of a chain; the first one's sum is x, and outputs are passed on weighted.

    Examples
    --------
    >>> from cnnlib.lessons.activations.functions import BY_NAME
    >>> [float(link.gradient) for link in chain(BY_NAME["ReLU"], 3.0, weight=2.0, layers=3)]
    [4.0, 2.0, 1.0]
    """
    sums, outputs = [np.asarray(x, dtype=np.float64)], []
    for _ in range(layers):
        outputs.append(function.value(sums[-1]))
        sums.append(np.asarray(weight * outputs[-1]))
    gradient, links = np.ones(np.shape(x)), []
    for z, output in zip(sums[-2::-1], outputs[::-1], strict=True):
        slope = function.slope(z)
        links.append(Link(z, output, slope, gradient * slope))
        gradient = weight * links[-1].gradient
    return links[::-1]
