"""The photos of lecture 01, and what can happen to them: light, angle, background.

All come with scikit-image: the portrait of the astronaut Eileen Collins (NASA, public domain), a
cat, a cup of coffee, a rocket, three textures, and a hundred small faces out of "Labeled Faces in
the Wild"; or with scikit-learn: a temple in China.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import data, draw, filters, transform
from sklearn.datasets import load_sample_image

Array = NDArray[Any]
#: Weights of red, green and blue in perceived brightness: ITU-R BT.601.
GREY = (0.299, 0.587, 0.114)
#: Rows and columns of the astronaut's head in her portrait.
HEAD = slice(36, 196), slice(144, 304)
#: Her outline in that square, as (column, row), drawn by hand.
OUTLINE = (
    (0, 159), (0, 126), (10, 118), (24, 113), (41, 112), (41, 106), (36, 95), (28, 94), (18, 88),
    (10, 72), (9, 50), (14, 30), (24, 16), (42, 6), (56, 0), (115, 0), (135, 7), (148, 20),
    (156, 42), (157, 60), (152, 78), (142, 92), (130, 100), (124, 101), (118, 116), (112, 130),
    (112, 142), (122, 146), (134, 154), (138, 159),
)  # fmt: skip


@cache
def portrait() -> Array:
    """Return the astronaut's portrait: (512, 512, 3), from 0 to 1."""
    return np.asarray(data.astronaut()) / 255


def small_portrait(side: int = 256) -> Array:
    """Return the portrait with fewer pixels, as it is drawn."""
    return shrunk(portrait(), (side, side))


def colours(name: str) -> Array:
    """Return another colour photo, from 0 to 1: "cat", "coffee", "rocket", or "temple"."""
    image = load_sample_image("china.jpg") if name == "temple" else getattr(data, name)()
    return np.asarray(image) / 255


def grey(image: Array) -> Array:
    """Return the brightness of a colour photo."""
    return np.asarray(image @ np.array(GREY))


def head(side: int = 160) -> Array:
    """Return the astronaut's head, grey, `side` by `side` pixels."""
    return shrunk(grey(portrait())[HEAD], (side, side))


def outline(side: int = 160) -> Array:
    """Return how much of each pixel of `head` is the astronaut: 1 inside, 0 in the background."""
    columns, rows = zip(*OUTLINE, strict=True)
    mask = draw.polygon2mask((160, 160), np.stack([rows, columns], axis=1)).astype(float)
    return shrunk(filters.gaussian(mask, 1), (side, side))


@cache
def faces() -> Array:
    """Return a hundred small photos of faces: (100, 25, 25), from 0 to 1."""
    return np.asarray(data.lfw_subset())[:100]


def texture(name: str, side: int = 256) -> Array:
    """Return a photo of "brick", "grass" or "gravel", grey."""
    return shrunk(np.asarray(getattr(data, name)()) / 255, (side, side))


def shrunk(image: Array, shape: Sequence[int]) -> Array:
    """Return an image with fewer pixels, smoothed first."""
    return np.asarray(transform.resize(image, tuple(shape), anti_aliasing=True))


def relit(image: Array, strength: float, direction: float = 0, power: float = 1) -> Array:
    """Return a photo under a lamp at its side.

    Parameters
    ----------
    image
        `(H, W)` or `(H, W, 3)`, from 0 to 1.
    strength
        0 lights everything alike; with 1 the far edge is black and the near edge twice as bright.
    direction
        Where the lamp is, in degrees: 0 is right, 90 is below.
    power
        How bright the lamp is; half the power makes everything half as bright.
    """
    rows, columns = image.shape[:2]
    down, across = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    angle = np.deg2rad(direction)
    light = power * (1 + strength * (np.cos(angle) * across + np.sin(angle) * down))
    return np.asarray(np.clip(image * (light[..., None] if image.ndim == 3 else light), 0, 1))


def turned(image: Array, degrees: float) -> Array:
    """Return a photo turned about its middle, anticlockwise; its edge is continued outwards."""
    return np.asarray(transform.rotate(image, degrees, mode="edge"))


def elsewhere(image: Array, brightness: float, mask: Array) -> Array:
    """Return a photo before a wall of this brightness; `mask` is 1 where it stays."""
    return np.asarray(mask * image + (1 - mask) * brightness)


def before_wall(face: Array, brightness: float) -> Array:
    """Return a small face in an oval, before a wall of this brightness."""
    return elsewhere(face, brightness, oval(len(face)))


def oval(side: int = 25) -> Array:
    """Return the mask of an upright oval, in which the small faces lie."""
    down, across = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    return np.asarray((across / 0.8) ** 2 + down**2 < 1, dtype=float)
