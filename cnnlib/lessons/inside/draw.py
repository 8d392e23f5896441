"""The network from the inside, drawn: photos with answers, filters, maps, patches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.inside.layers import STEM
from cnnlib.lessons.inside.patches import Patch
from cnnlib.lessons.inside.photos import named
from cnnlib.look import COLOURS, Box, Drawing

Array = NDArray[Any]
#: Filters whose weights are all smaller do nothing.
DEAD = 1e-3
#: Filters that see at least this share in colour tell colours apart.
OPPOSED = 0.9


def heated(image: Array, heat: Array, kind: str = "wrong", most: float = 0.8) -> Array:
    """Return an image with a meaning's colour over it, strongest where a map is largest."""
    least, peak = float(heat.min()), float(heat.max())
    share = most * np.clip((heat - least) / max(peak - least, 1e-12), 0, 1)[..., None]
    hue = COLOURS[kind].light
    colour = np.array([int(hue[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    # A pale photo below, so that the colour is what one sees.
    pale = 0.35 + 0.65 * image.mean(axis=2, keepdims=True)
    return np.asarray(pale * (1 - share) + colour * share)


def words_of(level: str) -> str:
    """Return what a level of the network is called on slides."""
    return "first layer" if level == STEM else level.replace("block", "block ")


def draw_title(image: Array, heat: Array, answer: tuple[int, float]) -> Drawing:
    """Draw a photo, and the same with the places that speak for the answer."""
    label, chance = answer
    drawing = Drawing(
        f"A photo of a man with a camera; the network says {named(label)}, and its tripod is "
        "tinted as the place that this answer comes from."
    )
    box = drawing.image(image, width=330, smooth=True, photo=True, kind="input")
    other = drawing.image(heated(image, heat, "output"), box.right - 60, 190, width=330,
                          smooth=True, photo=True, kind="output")  # fmt: skip
    drawing.text(other.right, other.bottom + 44, f"{named(label)}, {100 * chance:.0f} %", size=34,
                 kind="output", anchor="end", bold=True)  # fmt: skip
    return drawing


def draw_answers(rows: Sequence[tuple[Array, Sequence[tuple[int, float]]]]) -> Drawing:
    """Draw photos, each with its most probable classes as bars."""
    drawing = Drawing(
        "Photos with the network's first answers: "
        + "; ".join(f"{named(best[0][0])} {best[0][1]:.0%}" for _, best in rows)
    )
    wide, step = 262.0, 296.0
    for number, (image, best) in enumerate(rows):
        box = drawing.image(image, step * number, width=wide, smooth=True, photo=True, kind="input")
        for rank, (label, chance) in enumerate(best):
            y = box.bottom + 36 + 62.0 * rank
            drawing.text(box.x, y, named(label), size=22, anchor="start", bold=rank == 0)
            share = f"{100 * chance:.0f} %"
            drawing.text(box.right, y, share, size=22, anchor="end", bold=rank == 0)
            drawing.frame(
                Box(box.x, y + 8, max(3, wide * chance), 16), "output", width=0, fill=0.75
            )
    return drawing


def draw_filters(filters: Array, coloured: Array) -> Drawing:
    """Draw filters of three channels as small colour images; in two groups.

    Parameters
    ----------
    filters
        (F, 3, kh, kw). Those without any weight are left out, and counted.
    coloured
        (F,), the share of each that tells colours apart.
    """
    alive = np.abs(filters).max(axis=(1, 2, 3)) > DEAD
    order = [f for f in np.argsort(coloured) if alive[f]]
    groups = [
        [f for f in order if coloured[f] < OPPOSED],
        [f for f in order if coloured[f] >= OPPOSED],
    ]
    drawing = Drawing(
        f"The {len(filters)} filters of the first layer: {len(groups[0])} see light and dark, "
        f"{len(groups[1])} tell colours apart, such as red from green; the others are zero."
    )
    left = 0.0
    names = ("light against dark, in all directions", "opposing colours")
    for words, group, columns in zip(names, groups, (6, 2), strict=True):
        drawing.text(left, -18, f"{len(group)}: {words}", size=26, anchor="start", bold=True)
        for place, number in enumerate(group):
            row, column = divmod(place, columns)
            _filter(drawing, filters[number], left + 118 * column, 118.0 * row)
        left += 118 * columns + 90
    dead = int((~alive).sum())
    drawing.text(left - 326, 506, f"and {dead} that are all zero", size=23, anchor="start",
                 kind="muted", bold=True)  # fmt: skip
    return drawing


def _filter(drawing: Drawing, weights: Array, x: float, y: float, width: float = 104) -> Box:
    """Draw one filter: no weight is grey, each channel has its own sign."""
    most = max(float(np.abs(weights).max()), 1e-9)
    return drawing.image(0.5 + 0.5 * weights.transpose(1, 2, 0) / most, x, y, width=width,
                         kind="kernel")  # fmt: skip


def draw_responses(image: Array, shown: Sequence[tuple[str, Array, Array]]) -> Drawing:
    """Draw a photo, and what some filters make of it: bright for yes, dark for the opposite."""
    drawing = Drawing(
        "A photo and the maps of first filters: " + ", ".join(name for name, _, _ in shown)
    )
    width = 272.0
    box = drawing.image(image, 0, 0, width=width, smooth=True, photo=True, kind="input")
    drawing.text(box.x, box.bottom + 36, "photo", size=24, anchor="start", bold=True)
    for number, (name, weights, response) in enumerate(shown, 1):
        x = (width + 24) * number
        most = float(np.quantile(np.abs(response), 0.99))
        box = drawing.image(response, x, 0, width=width, low=-most, high=most, smooth=True,
                            photo=True, kind="output")  # fmt: skip
        _filter(drawing, weights, x, box.bottom + 16, 96)
        drawing.text(x + 108, box.bottom + 72, name, size=21, anchor="start", bold=True)
    return drawing


def draw_maps(image: Array, level: str, maps: Array, count: int = 10) -> Drawing:
    """Draw a photo and the maps of a layer that differ most from place to place.

    Parameters
    ----------
    maps
        (C, H, W).
    """
    channels, height, width = maps.shape
    drawing = Drawing(
        f"A photo, and {count} of the {channels} maps of the {words_of(level)}, {height} × {width}."
    )
    box = drawing.image(image, 0, 0, width=300, smooth=True, photo=True, kind="input")
    drawing.text(0, 344, words_of(level), size=30, anchor="start", bold=True)
    drawing.text(0, 384, f"{channels} maps", size=27, anchor="start", kind="output", bold=True)
    drawing.text(0, 420, f"{height} × {width}", size=27, anchor="start", kind="output", bold=True)
    lively = maps.reshape(channels, -1).std(axis=1).argsort()[::-1][:count]
    side = 156.0
    for place, channel in enumerate(lively):
        row, column = divmod(place, count // 2)
        x, y = box.right + 50 + (side + 10) * column, (side + 10) * row + 40
        drawing.image(maps[channel], x, y, width=side, kind="output")
    return drawing


def draw_level(name: str, field: int, patches: Sequence[Sequence[Patch]]) -> Drawing:
    """Draw, for each unit in a row, the patches that excite it, and what in them does."""
    drawing = Drawing(
        f"{name}: for {len(patches)} units the patches of photos that excite them most, beside "
        "each group what in them is responsible."
    )
    seen = f"each unit sees {field} × {field} pixels"
    drawing.text(0, -70, f"{words_of(name)}: {seen}", size=27, anchor="start", bold=True)
    side, gap = 98.0, 6.0
    count = len(patches[0])
    half = count * (side + gap) + 70
    for x, words in ((0, "patches that excite it most"), (half, "what in them excites it")):
        drawing.text(x, -16, words, size=23, anchor="start", kind="muted", bold=True)
    for row, unit in enumerate(patches):
        y = (side + gap + 8) * row
        for column, patch in enumerate(unit):
            x = (side + gap) * column
            most = max(float(np.quantile(np.abs(patch.projection), 0.995)), 1e-12)
            sent = np.clip(0.5 + 0.5 * patch.projection / most, 0, 1)
            drawing.image(patch.pixels, x, y, width=side, smooth=True, photo=True, kind="input")
            drawing.image(sent, half + x, y, width=side, smooth=True, photo=True, kind="gradient")
    return drawing


def draw_heats(rows: Sequence[tuple[str, Array, Array, str]]) -> Drawing:
    """Draw photos with a map over each.

    Parameters
    ----------
    rows
        A title, the photo, the map in the photo's size, and the meaning of its colour.
    """
    drawing = Drawing("Photos with maps over them: " + "; ".join(title for title, *_ in rows))
    width = (1150.0 - 26 * (len(rows) - 1)) / len(rows)
    for number, (title, image, heat, kind) in enumerate(rows):
        x = (width + 26) * number
        box = drawing.image(
            heated(image, heat, kind), x, 0, width=width, smooth=True, photo=True, kind=kind
        )
        drawing.text(x, box.bottom + 38, title, size=25, anchor="start", bold=True)
    return drawing


def draw_covered(
    image: Array,
    answer: tuple[int, float],
    places: Array,
    at: tuple[int, int],
    side: int,
    step: int,
) -> Drawing:
    """Draw a photo under a grey square, what is left of a class, and what was tried before.

    Parameters
    ----------
    answer
        The class, and its probability with nothing hidden.
    places
        (rows, columns), what is left of the class under the square, place by place.
    at
        The place that is shown; those before it, row by row, have been tried.
    """
    label, whole = answer
    columns = places.shape[1]
    row, column = at
    left = float(places[row, column])
    drawing = Drawing(
        f"A photo with a grey square in row {row + 1}, column {column + 1}: {left:.0%} of "
        f"{named(label)} are left. Beside it the map of all places tried so far."
    )
    width = 300.0
    unit = width / image.shape[0]
    box = drawing.image(image, 0, 0, width=width, smooth=True, photo=True, kind="input")
    square = Box(unit * step * column, unit * step * row, unit * side, unit * side)
    drawing.frame(square, "muted", width=2, fill=1, key="square")
    words = f"{named(label)}: {100 * left:.0f} %"
    drawing.text(0, width + 48, words, size=34, anchor="start", bold=True)
    drawing.bar(0, width + 66, max(3, width * left), 24, "output")
    tried = np.arange(places.size).reshape(places.shape) <= row * columns + column
    cell = width / columns
    for i, j in np.argwhere(tried):
        lost = max(0.0, whole - float(places[i, j]))
        drawing.frame(Box(box.right + 30 + cell * j, cell * i, cell, cell), "wrong", width=0,
                      fill=0.9 * lost)  # fmt: skip
    drawing.frame(Box(box.right + 30, 0, width, width), "wrong", width=2, fill=0)
    drawing.text(box.right + 30, width + 48, "what is lost", size=26, anchor="start", kind="wrong",
                 bold=True)  # fmt: skip
    drawing.room(0, 0, 2 * width + 30, width + 96)
    return drawing


def draw_saliency(rows: Sequence[tuple[str, Array, Array]], block: int = 8) -> Drawing:
    """Draw photos, below each its saliency, and below that the same, averaged over blocks."""
    drawing = Drawing(
        "Photos, their saliency, pixel by pixel, and its mean over small blocks: "
        + "; ".join(title for title, *_ in rows)
    )
    width, step = 182.0, 190.0
    for row, words in enumerate(("photo", "gradient", f"mean of {block} × {block}")):
        drawing.text(-16, step * row + width / 2 + 8, words, size=23, anchor="end", bold=True)
    for number, (_, image, found) in enumerate(rows):
        x = (width + 40) * number
        side = found.shape[0] // block
        means = found.reshape(side, block, side, block).mean(axis=(1, 3))
        drawing.image(image, x, 0, width=width, smooth=True, photo=True, kind="input")
        for row, values in ((1, found), (2, means)):
            drawing.image(values, x, step * row, width=width, low=0, kind="gradient",
                          high=float(np.quantile(values, 0.995)))  # fmt: skip
    return drawing


def draw_places(image: Array, places: Array, score: float) -> Drawing:
    """Draw a class's score, place by place, as numbers over a photo."""
    rows, columns = places.shape
    drawing = Drawing(
        f"A photo under a grid of {rows} by {columns} numbers, the score of the class in each "
        f"place; their mean and the bias are {score:.1f}."
    )
    side = 72.0
    pale = 0.45 + 0.55 * image.mean(axis=2, keepdims=True).repeat(3, axis=2)
    drawing.image(pale, 0, 0, width=side * columns, smooth=True, photo=True, kind="input")
    most = float(np.abs(places).max())
    for i, j in np.ndindex(rows, columns):
        value = float(places[i, j])
        box = Box(side * j, side * i, side, side)
        drawing.frame(box, "output", width=1, fill=0.75 * max(0.0, value) / most)
        drawing.text(*_below(box), f"{value:.0f}".replace("-", "−"), size=22, bold=value > most / 2)
    drawing.text(side * columns / 2, side * rows + 42, [f"mean + bias = {score:.1f}"], size=28,
                 kind="output", bold=True)  # fmt: skip
    return drawing


def _below(box: Box) -> tuple[float, float]:
    """Return where the base line of a number in the middle of a box is."""
    return box.middle[0], box.middle[1] + 8


def draw_row(pictures: Sequence[tuple[str, Array]], kinds: Sequence[str] = ()) -> Drawing:
    """Draw pictures side by side, each with its title below."""
    drawing = Drawing("Pictures side by side: " + "; ".join(title for title, _ in pictures))
    width = min(390.0, (1150.0 - 24 * (len(pictures) - 1)) / len(pictures))
    for number, (title, image) in enumerate(pictures):
        kind = kinds[number] if kinds else "output"
        x = (width + 24) * number
        box = drawing.image(image, x, 0, width=width, smooth=True, photo=True, kind=kind)
        drawing.text(x, box.bottom + 36, title, size=24, anchor="start", bold=True)
    return drawing
