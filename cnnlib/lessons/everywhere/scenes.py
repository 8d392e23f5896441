"""Scenes composed of handwritten digits, and what is true in them: boxes, names, masks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.data import Split, digits

Array = NDArray[Any]
#: The size of a scene, and of a digit.
HEIGHT, WIDTH, SIDE = 48, 96, 8
#: How many digits a scene has, and how many torn pieces of digits lie among them.
COUNT, TORN = 10, 6
#: The class of what is no digit.
NOTHING = 10
#: A pixel with more ink than this belongs to its digit.
INKED = 0.3


@dataclass(frozen=True)
class Found:
    """A digit in a scene: its upper left corner, its name, and how sure one is."""

    row: int
    column: int
    label: int
    sure: float = 1.0


@dataclass(frozen=True)
class Scene:
    """An image (H, W) with its digits, and a mask (H, W) of class numbers."""

    image: Array
    truth: list[Found]
    mask: Array


def scene(seed: int, split: Split = "test", count: int = COUNT) -> Scene:
    """Return digits at random places that do not overlap, on noisy paper, among torn pieces."""
    rng = np.random.default_rng(seed)
    images, labels = digits(split)
    image = np.zeros((HEIGHT, WIDTH))
    mask = np.full((HEIGHT, WIDTH), NOTHING)
    truth: list[Found] = []
    places: list[tuple[int, int]] = []
    while len(places) < count + TORN:
        row, column = int(rng.integers(0, HEIGHT - SIDE)), int(rng.integers(0, WIDTH - SIDE))
        if any(abs(row - r) < SIDE + 1 and abs(column - c) < SIDE + 1 for r, c in places):
            continue
        number = int(rng.integers(len(images)))
        drawn = images[number, 0]
        window = slice(row, row + SIDE), slice(column, column + SIDE)
        if len(places) < count:
            truth.append(Found(row, column, int(labels[number])))
            mask[window] = np.where(drawn > INKED, labels[number], NOTHING)
        else:
            drawn = torn(drawn, rng)
        image[window] = drawn
        places.append((row, column))
    return Scene(noisy(image, rng), truth, mask)


def torn(drawn: Array, rng: np.random.Generator) -> Array:
    """Return a corner of a digit, put somewhere else: ink that is no digit."""
    piece = np.zeros((SIDE, SIDE))
    row, column = rng.integers(0, 2, 2) * 4
    top, left = rng.integers(0, 5, 2)
    piece[top : top + 4, left : left + 4] = drawn[row : row + 4, column : column + 4]
    return piece


def noisy(image: Array, rng: np.random.Generator) -> Array:
    """Return an image on paper that is not quite white."""
    return np.clip(image + 0.08 * rng.standard_normal(image.shape), 0, 1)


def windows(seed: int, split: Split = "train") -> tuple[Array, Array]:
    """Return windows to learn from: digits with their names, and windows without one.

    Three of four windows show nothing: an empty place, a torn piece, or a digit that is off by
    two pixels or more, so that the network learns to say where a digit is.
    """
    rng = np.random.default_rng(seed)
    images, labels = digits(split)
    ink = images[:, 0]
    wide = np.pad(ink, ((0, 0), (SIDE, SIDE), (SIDE, SIDE)))
    shifted = []
    for each in np.concatenate([wide, wide]):
        down, across = 0, 0
        while abs(down) < 2 and abs(across) < 2:
            down, across = rng.integers(-6, 7, 2)
        shifted.append(each[SIDE + down : 2 * SIDE + down, SIDE + across : 2 * SIDE + across])
    nothing = [torn(each, rng) for each in ink[::2]] + [np.zeros((SIDE, SIDE))] * (len(ink) // 4)
    x = np.concatenate([ink, np.array(shifted), np.array(nothing)])
    y = np.concatenate([labels, np.full(len(x) - len(ink), NOTHING)])
    return noisy(x, rng)[:, None], y
