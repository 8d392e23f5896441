"""How much a pooled map changes when its input is shifted or turned: measured."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cnnlib._late import F, torch
from cnnlib.data import photo
from cnnlib.lessons.history.chart import Axes
from cnnlib.lessons.pooling.kinds import Grid, pool, tensor
from cnnlib.lessons.pooling.photos import edges, likeness
from cnnlib.look import Box, Drawing

#: The side of what is compared: it stays inside the photo when that is shifted or turned.
SEEN = 144


def photos() -> dict[str, Grid]:
    """Return three photos, grey, each of 224 by 224 pixels."""
    from sklearn.datasets import load_sample_image

    brightness = np.array((0.299, 0.587, 0.114))
    found = {"a face": photo(300)[20:244, 16:240]}
    for name, title in (("china.jpg", "a temple"), ("flower.jpg", "a flower")):
        found[title] = (load_sample_image(name) @ brightness / 255)[100:324, 200:424]
    return found


def moved(image: Grid, shift: float) -> Grid:
    """Return the middle of a photo, seen from so many pixels further to the right."""
    edge = (len(image) - SEEN) // 2
    left = edge + int(shift)
    return image[edge : edge + SEEN, left : left + SEEN]


def turned(image: Grid, degrees: float) -> Grid:
    """Return the middle of a photo that was turned about its centre."""
    angle = np.deg2rad(degrees)
    turn = [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0]]
    grid = F.affine_grid(torch.tensor([turn], dtype=torch.float64), [1, 1, *image.shape],
                         align_corners=False)  # fmt: skip
    whole: Grid = F.grid_sample(tensor(image), grid, align_corners=False)[0, 0].numpy()
    return moved(whole, 0)


def measure(
    images: Mapping[str, Grid], sizes: Sequence[int], amounts: Sequence[float],
    change: Callable[[Grid, float], Grid],
) -> dict[int, Grid]:  # fmt: skip
    """Return how like the pooled edges of changed photos are to those of the unchanged ones.

    Returns
    -------
    dict
        By size of the windows: (photos, amounts), 1 where nothing changed.
    """
    maps = [[edges(change(image, amount)) for amount in (0, *amounts)] for image in images.values()]
    return {
        size: np.array(
            [
                [likeness(first, each) for each in rest]
                for first, *rest in ([pool(m, "max", size) for m in row] for row in maps)
            ]
        )
        for size in sizes
    }


def draw_agreement(
    found: Mapping[int, Grid], amounts: Sequence[float], xlabel: str, ticks: Sequence[float]
) -> Drawing:
    """Draw how like the pooled maps stay: a line per size of windows, thin ones for each photo."""
    drawing = Drawing(
        f"Similarity of pooled maps over {xlabel}: "
        + "; ".join(
            f"windows of {size}: from 1 to {made.mean(0)[-1]:.2f}" for size, made in found.items()
        )
    )
    axes = Axes(drawing, Box(0, 0, 860, 400), (0, float(amounts[-1])), (0, 1))
    axes.frame({tick: f"{tick:g}" for tick in ticks}, (0, 0.5, 1), xlabel=xlabel,
               ylabel="similarity of maps before and after; thin lines: single photos")  # fmt: skip
    kinds = ("muted", "input", "output", "kernel")
    ends: list[float] = []
    for (size, made), kind in zip(found.items(), kinds, strict=False):
        for each in made:
            drawing.path([axes.at(*pair) for pair in zip(amounts, each, strict=True)], kind,
                         width=1.2)  # fmt: skip
        end = axes.at(0, float(made.mean(0)[-1]))[1]
        place = min([end, *(last - 34 for last in ends)])
        ends.append(place)
        axes.curve(amounts, made.mean(0), kind, above=end - place,
                   name=f"{size} × {size}" if size > 1 else "no pooling")  # fmt: skip
    return drawing


def draw_spot(place: int, length: int = 8, size: int = 2) -> Drawing:
    """Draw a row of pixels of which one is bright, and the row pooled."""
    x = np.zeros((1, length))
    x[0, place] = 1
    y = pool(x.repeat(size, 0), "max", size)
    drawing = Drawing(
        f"A row of {length} pixels, bright at place {place}; pooled with windows of {size} it is "
        f"{y[0].astype(int).tolist()}."
    )
    side = 126.0
    top = drawing.grid(x, side=side, kind="input", title="input x", strong=x > 0, size=44)
    for number in range(length // size):
        drawing.frame(top.cell(0, size * number, 1, size), "input", width=6, fill=0)
    below = drawing.grid(y, 0, side + 120, side=size * side, kind="output", title="", numbers=False,
                         strong=y > 0)  # fmt: skip
    drawing.text(below.right, below.y - 14, "output y", size=36, kind="output", anchor="end",
                 bold=True)  # fmt: skip
    for number in range(length // size):
        at = below.cell(0, number)
        drawing.text(at.middle[0], at.middle[1] + 24, f"{y[0, number]:g}", size=68,
                     bold=bool(y[0, number]), key=f"y-{number}")  # fmt: skip
    spot, at = top.cell(0, place), below.cell(0, place // size)
    drawing.frame(spot, "input", width=3, fill=0.35, key="spot")
    drawing.frame(at, "output", width=7, fill=0.1, key="at")
    drawing.line((spot.middle[0], spot.bottom + 2), (at.middle[0], at.y - 6), "output", width=4,
                 arrow=True, key="flow")  # fmt: skip
    return drawing
