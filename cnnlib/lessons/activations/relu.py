"""ReLU on numbers, on a photo, on the way back; and the units that it loses."""

from collections.abc import Sequence

import numpy as np

from cnnlib.data import photo
from cnnlib.lessons.activations.crowd import Crowd, Labels
from cnnlib.lessons.activations.functions import BY_NAME, Array
from cnnlib.lessons.activations.plane import Plane
from cnnlib.lessons.convolution.windows import correlate
from cnnlib.look import MAPS, Box, Drawing

#: The example of many slides: what comes in, 4 by 4.
EXAMPLE = np.array([[1, 14, -9, 4], [-2, -20, 10, 6], [-3, 3, 11, 1], [2, 54, -2, 80]], float)
#: Six filters of 3 by 3.
FILTERS = {
    "left edges": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "right edges": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "upper edges": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "lower edges": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "diagonals": [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
    "spots": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
}


def draw_example(z: Array, y: Array) -> list[Drawing]:
    """Draw ReLU on a grid: first what comes in, then the negative numbers, then what goes out."""
    negative = z < 0
    drawings = []
    for step in range(3):
        drawing = Drawing(
            f"A grid of {z.size} numbers and what ReLU makes of it: {int(negative.sum())} negative "
            "numbers become 0, the others stay."
        )
        left = drawing.grid(z, 0, 0, side=106, kind="input", title="z", size=36)
        drawing.text(540, 190, "ReLU", size=34, bold=True)
        drawing.line((470, 215), (610, 215), "muted", arrow=True, width=4)
        shown = np.full(z.shape, step > 1) | (~negative & (step > 0))
        right = drawing.grid(y, 660, 0, side=106, kind="output", title="max(0, z)", size=36,
                             shown=shown, strong=negative & shown)  # fmt: skip
        if step:
            for i, j in np.argwhere(negative):
                drawing.frame(left.cell(i, j), "wrong", width=5, fill=0.12)
        drawing.room(0, -40, right.right, right.bottom)
        drawings.append(drawing)
    return drawings


def draw_backward(z: Array, dy: Array) -> list[Drawing]:
    """Draw the way back through ReLU: the gradient, where z was positive, what is left."""
    open_ones = z > 0
    drawings = []
    for step in range(3):
        drawing = Drawing(
            f"A gradient of {z.size} numbers comes back to ReLU; where z was not positive, "
            f"{int((~open_ones).sum())} of them become 0."
        )
        one = drawing.grid(dy, 0, 0, side=82, kind="gradient", title="dy", size=28)
        drawing.text(one.right + 42, 178, "·", size=64, kind="muted")
        gate = drawing.grid(open_ones.astype(float), one.right + 84, 0, side=82, kind="input",
                            title="z > 0", size=28, strong=open_ones & (step > 0),
                            shown=np.full(z.shape, step > 0))  # fmt: skip
        drawing.text(gate.right + 42, 178, "=", size=54, kind="muted")
        left = np.where(open_ones, dy, 0)
        drawing.grid(left, gate.right + 84, 0, side=82, kind="gradient", title="dz", size=28,
                     strong=open_ones & (step > 1), shown=np.full(z.shape, step > 1))  # fmt: skip
        drawings.append(drawing)
    return drawings


def responses(image: Array) -> dict[str, Array]:
    """Return the maps of the six filters over a photo."""
    return {name: correlate(image, np.array(kernel, float)) for name, kernel in FILTERS.items()}


def draw_maps() -> Drawing:
    """Draw six maps of a photo, with their negative numbers and after ReLU."""
    drawing = Drawing(
        "Six maps of one photo. Above, orange is negative and blue positive; below, after ReLU, "
        "the negative numbers are gone."
    )
    image = photo(150)[8:118, 12:122]
    width, step = 186.0, 200.0
    for number, (name, found) in enumerate(responses(image).items()):
        high = float(np.percentile(np.abs(found), 98))
        left = step * number
        drawing.text(left, -12, name, size=22, anchor="start", bold=True)
        above = drawing.image(found, left, 0, width=width, low=-high, high=high,
                              cmap=MAPS["signed"], smooth=True)  # fmt: skip
        drawing.line((left + width / 2, above.bottom + 8), (left + width / 2, above.bottom + 46),
                     "muted", arrow=True)  # fmt: skip
        drawing.image(np.maximum(0, found), left, above.bottom + 54, width=width, low=-high,
                      high=high, cmap=MAPS["signed"], kind="output", smooth=True)  # fmt: skip
    drawing.text(-18, 100, "z", size=30, anchor="end", kind="input", bold=True)
    drawing.text(-18, 340, "f(z)", size=30, anchor="end", kind="output", bold=True)
    return drawing


def draw_title() -> Drawing:
    """Draw the lecture in one picture: a map, the curve that it goes through, and what is left."""
    drawing = Drawing("A map of a photo's edges, the curve of ReLU, and the map after it.")
    image = photo(150)[8:118, 12:122]
    found = responses(image)["left edges"]
    high = float(np.percentile(np.abs(found), 98))
    drawing.image(found, 0, 0, width=300, low=-high, high=high, cmap=MAPS["signed"], smooth=True)
    drawing.image(np.maximum(0, found), 400, 270, width=300, low=-high, high=high,
                  cmap=MAPS["signed"], kind="output", smooth=True)  # fmt: skip
    plane = Plane(drawing, 392, 10, 300, 220, (-3, 3), (-0.6, 3))
    plane.axes()
    plane.curve(BY_NAME["ReLU"].value, "output", width=9)
    drawing.line((312, 130), (380, 130), "muted", arrow=True, width=4)
    drawing.text(150, 350, "z", size=44, kind="input", bold=True)
    drawing.text(372, 500, "f(z)", size=44, kind="output", anchor="end", bold=True)
    return drawing


def draw_history() -> Drawing:
    """Draw when ReLU came, beside its curve."""
    drawing = Drawing(
        "ReLU with its slope, 0 or 1, and its dates: Fukushima 1969, Nair and Hinton 2010, Glorot, "
        "Bordes and Bengio 2011, AlexNet 2012."
    )
    plane = Plane(drawing, 0, 20, 560, 430, (-3, 3), (-0.5, 3))
    plane.axes((-2, 2), (1, 2))
    plane.curve(BY_NAME["ReLU"].slope, "gradient", width=5, dashed=True)
    plane.curve(BY_NAME["ReLU"].value, "output", width=7)
    drawing.text(
        *plane.at(-2.9, 0.12), "slope 0", size=26, kind="gradient", anchor="start", bold=True
    )
    drawing.text(
        *plane.at(1.75, 0.75), "slope 1", size=26, kind="gradient", anchor="start", bold=True
    )
    dates = (("1969", "Fukushima", "first in a network"), ("2010", "Nair, Hinton", "in RBMs"),
             ("2011", "Glorot, Bordes, Bengio", "in deep networks"),
             ("2012", "AlexNet", "makes it popular"))  # fmt: skip
    drawing.line((640, 30), (640, 440), "line", width=4)
    for number, (year, who, what) in enumerate(dates):
        y = 60 + 118.0 * number
        drawing.circle(640, y, 11, "output", fill=1, width=0)
        drawing.text(668, y + 10, year, size=30, anchor="start", bold=True)
        drawing.text(760, y + 4, who, size=26, anchor="start", bold=True)
        drawing.text(760, y + 36, what, size=24, anchor="start", kind="muted")
    return drawing


def dying(
    images: Array, labels: Labels, *, rate: float, seed: int, unit: int, steps: Sequence[int]
) -> list[Array]:
    """Return the sums z of one unit for all images, after so many steps of training."""
    crowd = Crowd((64, 100, 10), BY_NAME["ReLU"], [seed])
    order = np.random.default_rng(0).permutation(len(images))
    x = images.reshape(len(images), -1)
    found = []
    for step in range(max(steps) + 1):
        if step in steps:
            _, sums = crowd.forward(x)
            found.append(sums[0][0, :, unit])
        chosen = order[50 * step : 50 * step + 50]
        crowd.fit(x[chosen], labels[chosen], rates=[rate], epochs=1)
    return found


def draw_dying(sums: Sequence[Array], labels: Sequence[str]) -> list[Drawing]:
    """Draw how a unit's sums z over all images move, from one moment of training to the next.

    Parameters
    ----------
    sums
        For each moment, z for every image.
    labels
        What each moment is.
    """
    reach = 1.05 * max(float(np.abs(each).max()) for each in sums)
    edges = np.linspace(-reach, reach, 61)
    most = max(int(np.histogram(each, edges)[0].max()) for each in sums)
    drawings = []
    for each, label in zip(sums, labels, strict=True):
        alive = float((each > 0).mean())
        drawing = Drawing(f"{label}: the unit's sum z is positive for {alive:.0%} of the images.")
        plane = Plane(drawing, 0, 0, 1100, 380, (-reach, reach), (0, 1.08 * most))
        counts = np.histogram(each, edges)[0]
        for number, count in enumerate(counts):
            (x0, y0), (x1, _) = plane.at(edges[number], count), plane.at(edges[number + 1], 0)
            kind = "output" if edges[number] >= -1e-9 else "muted"
            drawing.frame(Box(x0 + 1, y0, x1 - x0 - 2, plane.at(0, 0)[1] - y0), kind, width=0,
                          fill=0.8, key=f"bar-{number}")  # fmt: skip
        plane.axes()
        drawing.text(1100, 412, "z", size=26, kind="muted", anchor="end")
        drawing.text(0, 30, label, size=30, anchor="start", bold=True, key="label")
        drawing.text(530, 412, "0", size=24, kind="muted")
        drawing.text(20, 440, "silent: slope 0", size=28, kind="muted", anchor="start", bold=True)
        drawing.text(1080, 440, f"active: {100 * alive:.0f} % of the images", size=28,
                     kind="output" if alive else "wrong", anchor="end", bold=True)  # fmt: skip
        drawings.append(drawing)
    return drawings


def draw_silent(
    rates: Sequence[float], silent: Array, right: Array, name: str = "silent units"
) -> Drawing:
    """Draw, for each learning rate, how many units are silent and how many digits are right.

    Parameters
    ----------
    silent, right
        (rates, seeds), shares; a dot for each seed.
    name
        What the first of them are called.
    """
    drawing = Drawing(
        "By learning rate: "
        + "; ".join(
            f"{rate:g}: {s.mean():.0%} {name}, {r.mean():.0%} of new digits right"
            for rate, s, r in zip(rates, silent, right, strict=True)
        )
    )
    height, step = 330.0, 176.0
    for number, (rate, off, good) in enumerate(zip(rates, silent, right, strict=True)):
        x = step * number
        for column, (shares, kind) in enumerate(((off, "wrong"), (good, "output"))):
            left, mean = x + 58 * column, float(shares.mean())
            drawing.frame(
                Box(left, height * (1 - mean), 50, height * mean), kind, width=1.5, fill=0.5
            )
            for seed, share in enumerate(shares):
                drawing.circle(left + 50 * (seed + 1) / (len(shares) + 1), height * (1 - share), 5,
                               "ink", fill=1)  # fmt: skip
            drawing.text(left + 25, height * (1 - max(mean, *shares)) - 14, f"{100 * mean:.0f}",
                         size=24, kind=kind, bold=True)  # fmt: skip
        drawing.text(x + 54, height + 36, f"{rate:g}", size=27, bold=True)
    drawing.line((-20, height), (step * len(rates) - 20, height), "ink", width=2)
    drawing.text(step * len(rates) / 2 - 20, height + 76, "learning rate", size=24, kind="muted")
    for number, (kind, words) in enumerate((("wrong", f"{name}, per cent"),
                                            ("output", "new digits right, per cent"))):  # fmt: skip
        x = 400.0 * number
        drawing.frame(Box(x, height + 104, 22, 22), kind, width=1.5, fill=0.5)
        drawing.text(x + 34, height + 123, words, size=24, anchor="start", kind=kind, bold=True)
    drawing.circle(826, height + 115, 5, "ink", fill=1)
    drawing.text(
        842,
        height + 123,
        f"{silent.shape[1]} seeds, one dot each",
        size=22,
        anchor="start",
        kind="muted",
    )
    return drawing
