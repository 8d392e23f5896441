"""Networks drawn as units and lines, some of the units dropped."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from cnnlib.look import Box, Drawing

#: A unit: its layer and its place in the layer.
Unit = tuple[int, int]


@dataclass(frozen=True)
class Network:
    """Layers of units, each of which is connected with all of the next.

    Parameters
    ----------
    sizes
        Units by layer; the first are inputs.
    width, height
        Of the drawing.
    radius
        Of a unit.

    Examples
    --------
    >>> network = Network((2, 3, 1))
    >>> network.draw({(1, 0)}).alt
    'A network of 2, 3, 1 units, 1 of them dropped.'
    """

    sizes: tuple[int, ...]
    width: float = 1040
    height: float = 460
    radius: float = 30

    def place(self, unit: Unit) -> tuple[float, float]:
        """Return where a unit is drawn."""
        layer, number = unit
        x = self.radius + (self.width - 2 * self.radius) * layer / (len(self.sizes) - 1)
        return x, self.height * (number + 0.5) / self.sizes[layer]

    def draw(self, dropped: Collection[Unit] = (), drawing: Drawing | None = None) -> Drawing:
        """Draw the network; dropped units are crossed out, and their lines fade."""
        words = f"A network of {', '.join(map(str, self.sizes))} units, {len(dropped)} of them "
        drawing = drawing or Drawing(words + "dropped.")
        for layer, (left, right) in enumerate(pairwise(self.sizes)):
            for i, j in product(range(left), range(right)):
                ends = (layer, i), (layer + 1, j)
                gone = any(end in dropped for end in ends)
                drawing.line(
                    self.place(ends[0]), self.place(ends[1]), "line" if gone else "kernel",
                    width=0.8 if gone else self.radius / 10, dashed=gone, key=f"w-{layer}-{i}-{j}",
                )  # fmt: skip
        for layer, size in enumerate(self.sizes):
            for number in range(size):
                self._unit(drawing, (layer, number), gone=(layer, number) in dropped)
        return drawing

    def _unit(self, drawing: Drawing, unit: Unit, *, gone: bool) -> None:
        x, y = self.place(unit)
        name = f"unit-{unit[0]}-{unit[1]}"
        drawing.circle(x, y, self.radius, "paper", fill=1, width=0, key=f"{name}-paper")
        kind = "muted" if gone else "output" if unit[0] else "input"
        drawing.circle(x, y, self.radius, kind, fill=0.06 if gone else 0.55,
                       width=self.radius / 9, key=name)  # fmt: skip
        if gone:
            reach = 0.5 * self.radius
            for sign in (1, -1):
                drawing.line((x - reach, y - sign * reach), (x + reach, y + sign * reach), "wrong",
                             width=self.radius / 5, key=f"{name}-cross-{sign}")  # fmt: skip


def draw_mask(sizes: tuple[int, ...], probabilities: Sequence[float], seed: int | None) -> Drawing:
    """Draw a network with one mask, drawn at random; or whole, without a seed."""
    network = Network(sizes)
    if seed is None:
        return network.draw()
    rng = np.random.default_rng(seed)
    dropped = {
        (layer, number)
        for layer, (size, p) in enumerate(zip(sizes, probabilities, strict=True))
        for number in range(size)
        if rng.random() < p
    }
    return network.draw(dropped)


def draw_subnetworks(units: int = 3) -> Drawing:
    """Draw every network that is left of one with so many hidden units, side by side."""
    drawing = Drawing(
        f"{2**units} small networks: every way to keep or drop each of {units} hidden units."
    )
    network = Network((2, units, 1), width=210, height=190, radius=17)
    for number, kept in enumerate(product((1, 0), repeat=units)):
        row, column = divmod(number, 4)
        dropped = {(1, place) for place, keep in enumerate(kept) if not keep}
        drawing.put(network.draw(dropped), 290.0 * column, 255.0 * row)
        drawing.text(290.0 * column + 105, 255.0 * row + 218, " ".join(map(str, kept)), size=24,
                     mono=True)  # fmt: skip
    return drawing


def draw_case(values: Mapping[str, float], shown: int) -> Drawing:
    """Draw the four masks of two inputs, and what the sum is with each.

    Parameters
    ----------
    values
        `x`, `y`, `w0` and `w1`.
    shown
        How many of the four have their result; with 5 their mean is there, too.
    """
    x, y, w0, w1 = (values[name] for name in ("x", "y", "w0", "w1"))
    drawing = Drawing(
        f"Four networks of two inputs, {x:g} and {y:g}, with weights {w0:g} and {w1:g}: none, one, "
        "the other or both of the inputs are dropped."
    )
    outputs = []
    network = Network((2, 1), width=190, height=210, radius=36)
    for number, kept in enumerate(product((0, 1), repeat=2)):
        left = 295.0 * number
        dropped = {(0, place) for place, keep in enumerate(kept) if not keep}
        drawing.put(network.draw(dropped), left, 0)
        outputs.append(kept[0] * w0 * x + kept[1] * w1 * y)
        for place, (value, weight) in enumerate(((x, w0), (y, w1))):
            at, down = left + 36, 210 * (place + 0.5) / 2
            if kept[place]:
                drawing.text(at, down + 10, _signed(value), size=28, bold=True)
            drawing.text(left + 100, down + (-8 if place == 0 else 26), _signed(weight), size=24,
                         kind="kernel", bold=True)  # fmt: skip
        terms = " + ".join(
            _signed(weight * value) if keep else "0"
            for keep, value, weight in zip(kept, (x, y), (w0, w1), strict=True)
        )
        if number < shown:
            drawing.text(left + 154, 115, _signed(outputs[-1]), size=28, bold=True)
            drawing.text(left + 95, 258, f"{terms} =", size=26)
            drawing.text(left + 95, 306, _signed(outputs[-1]), size=42, kind="output", bold=True)
    drawing.room(0, -10, 1090, 420)
    if shown > len(outputs):
        total = " + ".join(f"({_signed(o)})" if o < 0 else _signed(o) for o in outputs)
        whole = w0 * x + w1 * y
        drawing.text(545, 400, [f"mean: ({total}) / 4 = ", (f"{np.mean(outputs):g}", "output"),
                     f", half of {_signed(whole)}"], size=34, bold=True)  # fmt: skip
    return drawing


def _signed(value: float) -> str:
    """Return a number with a true minus."""
    return f"{value:g}".replace("-", "−")


def draw_scaling(rows: Sequence[tuple[str, str, float, float]]) -> Drawing:
    """Draw, for each way to scale, the mean in training beside the output at test time.

    Parameters
    ----------
    rows
        A name, what it does, the mean over masks, and the output of the whole network.
    """
    drawing = Drawing(
        "Bars for training and test: "
        + "; ".join(f"{name}: {mean:g} and {test:g}" for name, _, mean, test in rows)
    )
    unit = 270.0
    for number, (name, what, mean, test) in enumerate(rows):
        top = 165.0 * number
        fits = np.isclose(mean, test)
        drawing.text(0, top + 50, name, size=28, anchor="start", bold=True)
        drawing.text(0, top + 86, what, size=24, anchor="start", kind="muted")
        for row, (word, value, kind) in enumerate(
            (("training, mean", mean, "kernel"), ("test", test, "output"))
        ):
            y = top + 12 + 56 * row
            drawing.text(590, y + 31, word, size=22, anchor="end")
            drawing.frame(Box(606, y, unit * value, 44), kind, width=2, fill=0.55)
            drawing.text(616 + unit * value, y + 32, f"{value:g}", size=28, anchor="start",
                         kind=kind, bold=True)  # fmt: skip
        verdict = ("equal", "output") if fits else ("not equal", "wrong")
        drawing.text(990, top + 74, [verdict], size=32, anchor="start", bold=True)
    return drawing
