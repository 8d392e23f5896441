"""The products that add up to a number, so that it can be computed again by hand."""

from dataclasses import dataclass

import numpy as np

from cnnlib.check.engine.probe import Reading
from cnnlib.check.engine.reading import Readings

#: Sums of more terms than this are not written out.
MOST = 30


@dataclass(frozen=True)
class Products:
    """A weighted sum, written out.

    Attributes
    ----------
    rows
        For each term: which element, its value, its weight, and their product.
    tail
        What else there is, and the sum: names and values.
    """

    rows: list[tuple[str, str, str, str]]
    tail: list[tuple[str, str]]


def products(found: Readings, reading: Reading) -> Products | None:
    """Write a sum out; None if it is none, or too long."""
    places = np.argwhere(reading.read)
    if reading.weights is None or not 0 < len(places) <= MOST:
        return None
    total = float(reading.value)
    rows, products = [], 0.0
    for place in map(tuple, places):
        value, weight = float(found.given[place]), float(reading.weights[place])
        products += value * weight
        name = f"{found.name}[{', '.join(map(str, (*found.lead, *place)))}]"
        rows.append((name, _short(value), _short(weight), _short(value * weight)))
    rest = total - products
    tail = [("sum", _short(products))]
    if abs(rest) > 1e-5 * max(1.0, abs(total)):
        tail += [("the rest: other channels, a bias", _short(rest)), ("result", _short(total))]
    return Products(rows, tail)


def _short(value: float) -> str:
    return f"{value + 0.0:.4g}".replace("-", "−")
