"""What lecture 01 draws of features that people made."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import hsv_to_rgb
from numpy.typing import NDArray

from cnnlib import plots
from cnnlib.lessons.images import features, photos
from cnnlib.lessons.images.features import Matches
from cnnlib.look import COLOURS, Box, Drawing, figure, styled

Array = NDArray[Any]


def draw_histograms(images: Mapping[str, Array]) -> Drawing:
    """Draw photos and below each how much there is of each hue."""
    drawing = Drawing("Photos and their colour histograms: " + ", ".join(images) + ".")
    for number, (name, image) in enumerate(images.items()):
        x = 390.0 * number
        square = photos.shrunk(_square(image), (200, 200))
        box = drawing.image(square, x, 0, width=340, smooth=True)
        shares = features.hues(image)
        width = 340 / len(shares)
        floor = box.bottom + 190.0
        for place, share in enumerate(shares):
            height = 150 * share / shares.max()
            if height > 0.5:
                swatch = hsv_to_rgb(np.array([[[(place + 0.5) / len(shares), 0.85, 0.9]]]))
                drawing.image(np.repeat(swatch, max(1, round(height / width)), axis=0),
                              x + width * place, floor - height, width=width - 1)  # fmt: skip
        drawing.line((x, floor), (x + 340, floor), "muted")
        drawing.text(x, floor + 34, name, size=25, anchor="start", bold=True)
    return drawing


def _square(image: Array) -> Array:
    """Return the middle of a photo, as a square."""
    side = min(image.shape[:2])
    top, left = ((size - side) // 2 for size in image.shape[:2])
    return image[top : top + side, left : left + side]


def _star(drawing: Drawing, box: Box, bins: Array, most: float, *, width: float = 2) -> None:
    """Draw a cell's histogram as strokes, along the edges: across the gradients."""
    x, y = box.middle
    for number, share in enumerate(bins):
        long = 0.5 * box.width * min(1.0, share / most)
        if long < 0.06 * box.width:
            continue
        angle = np.deg2rad((number + 0.5) * 180 / len(bins) + 90)
        dx, dy = long * np.cos(angle), long * np.sin(angle)
        drawing.line((x - dx, y - dy), (x + dx, y + dy), "kernel", width=width)


def draw_hog_steps(at: tuple[int, int] = (10, 11)) -> list[Drawing]:
    """Draw HoG in four steps: a cell, its gradients, its histogram, all cells."""
    image = photos.head(160)
    cells = features.cell_histograms(image)
    row, column = at
    cut = image[8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
    down, across = np.gradient(image)
    inside = slice(8 * row, 8 * row + 8), slice(8 * column, 8 * column + 8)
    steps = []
    for shown in range(4):
        drawing = Drawing(
            "A photo with one cell of 8 by 8 pixels framed; its gradients as arrows; their "
            "directions, counted in nine bins; every cell drawn as its strokes."
        )
        drawing.room(0, -40, 1180, 500)
        if shown < 3:
            box = drawing.image(image, 0, 0, width=480, smooth=True, kind="input")
            cell = Box(box.x + 24 * column, box.y + 24 * row, 24, 24)
            drawing.frame(cell, "kernel", fill=0.1, width=4)
            large = drawing.image(cut, 540, 0, width=280, low=0, high=1, kind="input")
            drawing.line((cell.right, cell.y), (large.x, large.y), "line")
            drawing.line((cell.right, cell.bottom), (large.x, large.bottom), "line")
            drawing.text(540, 320, "one cell, 8 × 8 pixels", size=24, anchor="start", kind="input")
        if 1 <= shown < 3:
            _arrows(drawing, large, down[inside], across[inside])
            drawing.text(540, 354, "gradients: from dark to light", size=24, anchor="start",
                         kind="kernel")  # fmt: skip
        if shown == 2:
            _bins(drawing, cells[row, column])
        if shown == 3:
            faded = drawing.image(image, 0, 0, width=480, smooth=True, kind="input")
            paper = Box(600, 0, 480, 480)
            drawing.frame(paper, "line", fill=0.06, width=2)
            for i, j in np.ndindex(*cells.shape[:2]):
                _star(drawing, Box(paper.x + 24 * j, 24.0 * i, 24, 24), cells[i, j],
                      0.5 * float(np.percentile(cells.sum(axis=2), 90)))  # fmt: skip
            drawing.line((faded.right + 20, 240), (paper.x - 16, 240), "muted", arrow=True)
        steps.append(drawing)
    return steps


def _arrows(drawing: Drawing, box: Box, down: Array, across: Array) -> None:
    """Draw gradients over the pixels of a cell."""
    side = box.width / 8
    most = float(np.hypot(down, across).max())
    for i, j in np.ndindex(*down.shape):
        dx, dy = (0.9 * side * each[i, j] / most for each in (across, down))
        if np.hypot(dx, dy) > 0.15 * side:
            x, y = box.x + (j + 0.5) * side, box.y + (i + 0.5) * side
            drawing.line((x - dx / 2, y - dy / 2), (x + dx / 2, y + dy / 2), "kernel", width=3,
                         arrow=True)  # fmt: skip


def _bins(drawing: Drawing, bins: Array) -> None:
    """Draw the nine bins of a cell as bars."""
    for number, share in enumerate(bins):
        height = 240 * share / bins.max()
        x = 880 + 33.0 * number
        drawing.frame(Box(x, 280 - height, 27, height), "kernel", fill=0.6, width=1)
    drawing.line((874, 280), (1182, 280), "ink")
    drawing.text(880, 316, "0°", size=22, anchor="start")
    drawing.text(1178, 316, "180°", size=22, anchor="end")
    drawing.text(880, 354, "9 bins of direction", size=24, anchor="start", kind="kernel")


@styled
def draw_curves(curves: Mapping[str, tuple[Array, Mapping[str, Sequence[float]]]]) -> plots.Picture:
    """Draw, for each change, how many faces are recognised as it grows, feature by feature."""
    made, axes = figure(9.6, 3.9, ncols=len(curves), sharey=True)
    marks = {"pixels": ("wrong", "--o"), "HoG": ("output", "-s")}
    for ax, (change, (amounts, lines)) in zip(axes, curves.items(), strict=True):
        for name, shares in lines.items():
            kind, style = marks[name]
            ax.plot(amounts, 100 * np.array(shares), style, color=COLOURS[kind].light,
                    label=name, markersize=6)  # fmt: skip
        ax.set(xlabel=change, ylim=(-3, 104))
    axes[0].set_ylabel("faces recognised, per cent")
    axes[0].legend(loc="lower left", fontsize=13)
    told = "; ".join(
        f"{change}: " + ", ".join(f"{name} {100 * s[-1]:.0f} %" for name, s in lines.items())
        for change, (_, lines) in curves.items()
    )
    return plots.Picture(made, f"Faces recognised as a change grows; at its largest: {told}")


def draw_matches(matches: Matches, count: int = 40) -> Drawing:
    """Draw a photo, its turned copy, and lines between places that SIFT takes for the same."""
    drawing = Drawing(
        f"A photo and its turned copy: SIFT finds {len(matches.right)} pairs of places, "
        f"{int(matches.right.sum())} of them right."
    )
    one = drawing.image(matches.image, 0, 40, width=500, smooth=True, kind="input")
    two = drawing.image(matches.copy, 600, 0, width=540, smooth=True, kind="input")
    chosen = np.linspace(0, len(matches.right) - 1, count).astype(int)
    for number in chosen:
        (r0, c0), (r1, c1) = matches.places[number], matches.found[number]
        start = one.x + (c0 + 0.5) * one.side, one.y + (r0 + 0.5) * one.side
        end = two.x + (c1 + 0.5) * two.side, two.y + (r1 + 0.5) * two.side
        kind = "output" if matches.right[number] else "wrong"
        drawing.line(start, end, kind, width=1.6)
        for x, y in (start, end):
            drawing.circle(x, y, 5, kind, fill=0.8, width=1)
    return drawing


def draw_vocabulary(names: Sequence[str], vocabulary: features.Vocabulary) -> list[Drawing]:
    """Draw photos, the words that k-means finds in them, and each photo as a bag of words."""
    steps = []
    images = [photos.texture(name) for name in names]
    for shown in range(3):
        drawing = Drawing(
            f"Photos of {', '.join(names)}; sixteen visual words; how often each photo uses them."
        )
        drawing.room(0, -40, 1160, 500)
        for number, (name, image) in enumerate(zip(names, images, strict=True)):
            y = 172.0 * number
            drawing.image(image[:128, :128], 0, y, width=136, kind="input", smooth=True)
            drawing.text(68, y - 9, name, size=22, bold=True, kind="input")
            if shown == 2:
                bag = vocabulary.bag(image)
                for place, share in enumerate(bag):
                    high = 130 * share / 0.35
                    drawing.frame(Box(640 + 32.0 * place, y + 140 - high, 26, high), "output",
                                  fill=0.6, width=1)  # fmt: skip
                drawing.line((634, y + 140), (1156, y + 140), "muted")
        if shown >= 1:
            for place, word in enumerate(vocabulary.words):
                i, j = divmod(place, 4)
                drawing.image(word, 250 + 78.0 * j, 80 + 78.0 * i, width=70, kind="kernel")
            drawing.text(250, 60, "16 words", size=24, anchor="start", kind="kernel", bold=True)
            drawing.line((150, 240), (238, 240), "muted", arrow=True)
        if shown == 2:
            drawing.line((566, 240), (626, 240), "muted", arrow=True)
        steps.append(drawing)
    return steps


def draw_shares(table: Mapping[str, Sequence[float]], changes: Sequence[str]) -> Drawing:
    """Draw a table of shares: features down, changes across; what fails is marked."""
    drawing = Drawing(
        "Faces recognised, per cent. "
        + "; ".join(
            f"{name}: " + ", ".join(f"{c} {100 * s:.0f}" for c, s in zip(changes, row, strict=True))
            for name, row in table.items()
        )
    )
    wide, tall = 186.0, 92.0
    for column, change in enumerate(changes):
        drawing.text(250 + wide * (column + 0.5), -18, change, size=22, bold=True)
    for line, (name, row) in enumerate(table.items()):
        y = tall * line
        drawing.text(235, y + tall / 2 + 9, name, size=26, anchor="end", bold=True)
        for column, share in enumerate(row):
            holds = share >= 0.9
            kind = "output" if holds else "wrong" if share < 0.5 else "muted"
            drawing.frame(Box(250 + wide * column, y, wide - 8, tall - 8), kind,
                          fill=0.35 if holds else 0.12, width=2)  # fmt: skip
            words = f"{100 * share:.0f} %" + (" ✓" if holds else "")
            drawing.text(250 + wide * (column + 0.5) - 4, y + tall / 2 + 8, words, size=32,
                         kind=kind, bold=holds)  # fmt: skip
    return drawing
