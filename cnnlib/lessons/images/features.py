"""Features that people made, computed: colour histogram, HoG, SIFT, bag of visual words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import color, feature, transform
from sklearn.cluster import KMeans

from cnnlib.lessons.images import photos

Array = NDArray[Any]
Change = Callable[[Array], Array]
Feature = Callable[[Array], Array]


def pixels(image: Array) -> Array:
    """Return an image as it is, as a vector."""
    return image.ravel()


def hog(image: Array, cell: int = 5, block: int = 2) -> Array:
    """Return the histogram of oriented gradients: 9 bins per cell, blocks of cells normalised."""
    return np.asarray(
        feature.hog(image, orientations=9, pixels_per_cell=(cell, cell),
                    cells_per_block=(block, block))
    )  # fmt: skip


def greys(image: Array, bins: int = 16) -> Array:
    """Return the share of pixels in each of so many ranges of brightness."""
    return np.histogram(image, bins=bins, range=(0, 1))[0] / image.size


def hues(image: Array, bins: int = 24) -> Array:
    """Return the share of each hue in a colour photo; pale pixels count little."""
    hsv = color.rgb2hsv(image)
    weights = hsv[..., 1] * hsv[..., 2]
    counts = np.histogram(hsv[..., 0], bins=bins, range=(0, 1), weights=weights)[0]
    return np.asarray(counts / max(counts.sum(), 1e-12))


def cell_histograms(image: Array, cell: int = 8, bins: int = 9) -> Array:
    """Return HoG before blocks are normalised: `(rows, columns, bins)` of cells.

    A pixel adds the length of its gradient to the bin of its direction, from 0 to 180 degrees.
    """
    down, across = np.gradient(image)
    length = np.hypot(down, across)
    turn = np.rad2deg(np.arctan2(down, across)) % 180
    which = np.minimum((turn * bins / 180).astype(int), bins - 1)
    rows, columns = (size // cell for size in image.shape)
    found = np.zeros((rows, columns, bins))
    inside = slice(0, rows * cell), slice(0, columns * cell)
    at = np.indices(image.shape)[:, *inside] // cell
    np.add.at(found, (at[0], at[1], which[inside]), length[inside])
    return found / cell**2


@dataclass(frozen=True)
class Matches:
    """Pairs of places that SIFT takes for the same, in a photo and in its turned copy."""

    image: Array
    copy: Array
    places: Array
    found: Array
    right: Array


def sift_turned(degrees: float = 40) -> Matches:
    """Match the astronaut's portrait with a turned copy; say which pairs are right.

    A pair is right if it is less than 3 pixels from where the rotation puts the place.
    """
    image = photos.shrunk(photos.grey(photos.portrait())[:300, 60:400], (150, 170))
    copy = np.asarray(transform.rotate(image, degrees, resize=True))
    places, words = _sift(image)
    others, other_words = _sift(copy)
    pairs = feature.match_descriptors(words, other_words, max_ratio=0.7, cross_check=True)
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre, new_centre = ((np.array(each.shape) - 1) / 2 for each in (image, copy))
    places, found = places[pairs[:, 0]], others[pairs[:, 1]]
    expected = (places - centre) @ turn.T + new_centre
    right = np.hypot(*(found - expected).T) < 3
    return Matches(image, copy, places, found, right)


def _sift(image: Array) -> tuple[Array, Array]:
    """Return the rows and columns of key points, and the 128 numbers of each."""
    sift = feature.SIFT()
    sift.detect_and_extract(image)
    return np.asarray(sift.keypoints), np.asarray(sift.descriptors)


def patches(image: Array, side: int = 8) -> Array:
    """Cut an image into squares without overlap; return them as rows."""
    rows, columns = (size // side for size in image.shape)
    cut = image[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return np.asarray(cut.transpose(0, 2, 1, 3).reshape(-1, side * side))


def _contrast(rows: Array) -> Array:
    """Return patches without their brightness, and with about the same contrast."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / (rows.std(axis=1, keepdims=True) + 0.02))


class Vocabulary:
    """Visual words: the means that k-means finds among the patches of images.

    Parameters
    ----------
    images
        Grey.
    count
        How many words.
    side
        Of a patch, in pixels.
    seed
        Where k-means begins.
    """

    def __init__(
        self, images: Sequence[Array], count: int = 16, side: int = 8, seed: int = 0
    ) -> None:
        self.side, self.count = side, count
        rows = np.concatenate([_contrast(patches(image, side)) for image in images])
        self._means = KMeans(count, n_init=1, random_state=seed).fit(rows)

    @property
    def words(self) -> Array:
        """The words as patches: `(count, side, side)`."""
        return np.asarray(self._means.cluster_centers_).reshape(-1, self.side, self.side)

    def bag(self, image: Array) -> Array:
        """Return which share of an image's patches is nearest to each word."""
        which = self._means.predict(_contrast(patches(image, self.side)))
        return np.bincount(which, minlength=self.count) / len(which)


def name_textures(names: Sequence[str], seed: int) -> dict[str, float]:
    """Return the share of pieces of textures that are named right, by their words and pixels.

    Words and examples come from the left half of each photo, the pieces to be named from the
    right half; each gets the name of the nearest example.
    """
    images = [photos.texture(name) for name in names]
    words = Vocabulary([image[:, :128] for image in images], seed=seed)
    found: dict[str, float] = {}
    for name, describe in (("visual words", words.bag), ("pixels", pixels)):
        known, new = (
            [[describe(image[i : i + 64, j : j + 64]) for i in range(0, 256, 64) for j in part]
             for image in images]
            for part in ((0, 64), (128, 192))
        )  # fmt: skip
        labels = np.repeat(np.arange(len(names)), len(known[0]))
        named = labels[nearest(np.concatenate(new), np.concatenate(known))]
        found[name] = float((named == labels).mean())
    return found


def nearest(queries: Array, known: Array) -> Array:
    """Return, for each query, the number of the known vector at the least distance."""
    apart = ((queries[:, None] - known[None]) ** 2).sum(axis=-1)
    return np.asarray(apart.argmin(axis=1))


def recognised(describe: Feature, change: Change) -> float:
    """Return the share of a hundred changed faces whose nearest face is their own photo."""
    known = np.array([describe(face) for face in photos.faces()])
    changed = np.array([describe(change(face)) for face in photos.faces()])
    return float((nearest(changed, known) == np.arange(len(known))).mean())


def shuffled(image: Array, side: int, seed: int = 0) -> Array:
    """Return an image whose squares of so many pixels are put back in another order."""
    rows, columns = (size // side for size in image.shape[:2])
    depth = image.shape[2:]
    cut = image[: rows * side, : columns * side].reshape(rows, side, columns, side, *depth)
    cut = cut.swapaxes(1, 2).reshape(rows * columns, side, side, *depth)
    mixed = cut[np.random.default_rng(seed).permutation(len(cut))]
    mixed = mixed.reshape(rows, columns, side, side, *depth).swapaxes(1, 2)
    return np.asarray(mixed.reshape(rows * side, columns * side, *depth))


def measure(
    features: Mapping[str, Feature], changes: Mapping[str, Change]
) -> dict[str, list[float]]:
    """Return, for each feature, the share of faces recognised after each change."""
    return {
        name: [recognised(describe, change) for change in changes.values()]
        for name, describe in features.items()
    }


def sweep(
    features: Mapping[str, Feature], change: Callable[[Array, float], Array], amounts: Array
) -> dict[str, list[float]]:
    """Return, for each feature, the share of faces recognised as a change grows."""
    return {
        name: [recognised(describe, partial(_by, change, amount)) for amount in amounts]
        for name, describe in features.items()
    }


def _by(change: Callable[[Array, float], Array], amount: float, face: Array) -> Array:
    """Change a face by so much."""
    return change(face, amount)
