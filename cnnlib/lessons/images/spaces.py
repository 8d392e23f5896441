"""Other representations: fewer numbers by PCA, a roll made flat, and points lifted by a kernel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.datasets import make_swiss_roll
from sklearn.decomposition import PCA
from sklearn.manifold import LocallyLinearEmbedding
from threadpoolctl import threadpool_limits

from cnnlib.lessons.images import photos
from cnnlib.look import Drawing

Array = NDArray[Any]
BANDS = ("input", "output", "kernel", "gradient")


def faces_by_pca(counts: Sequence[int]) -> dict[int, tuple[Array, float]]:
    """Return the hundred faces, each made from so many numbers, and the variance that they keep."""
    flat = photos.faces().reshape(100, -1)
    found = {}
    for count in counts:
        with threadpool_limits(1):  # a small matrix: more threads would only wait
            pca = PCA(count, svd_solver="full").fit(flat)
        again = pca.inverse_transform(pca.transform(flat)).reshape(-1, 25, 25)
        found[count] = np.asarray(again), float(pca.explained_variance_ratio_.sum())
    return found


def draw_faces_by_pca(counts: Sequence[int], which: Sequence[int]) -> list[Drawing]:
    """Draw some faces as they are, and made from more and more numbers."""
    found = faces_by_pca(counts)
    steps = []
    for count, (again, kept) in found.items():
        drawing = Drawing(
            f"Four faces, and the same from {count} numbers each, "
            f"which keep {100 * kept:.0f} % of the variance."
        )
        drawing.room(-210, 0, 980, 500)
        for column, number in enumerate(which):
            x = 245.0 * column
            drawing.image(photos.faces()[number], x, 0, width=215, low=0, high=1, kind="input")
            drawing.image(again[number], x, 270, width=215, low=0, high=1, kind="output")
        drawing.text(-30, 118, "625 pixels", size=28, anchor="end", kind="input", bold=True)
        drawing.text(
            -30,
            375,
            f"{count} number{'s' * (count > 1)}",
            size=28,
            anchor="end",
            kind="output",
            bold=True,
        )
        drawing.text(-30, 412, f"{100 * kept:.0f} % of the", size=22, anchor="end", kind="muted")
        drawing.text(-30, 440, "variance", size=22, anchor="end", kind="muted")
        steps.append(drawing)
    return steps


@dataclass(frozen=True)
class Roll:
    """A sheet rolled up in space, and what two methods make of it in the plane.

    Attributes
    ----------
    points
        `(N, 3)`.
    along, across
        Where each point is on the sheet before it is rolled.
    pca, lle
        `(N, 2)`.
    """

    points: Array
    along: Array
    across: Array
    pca: Array
    lle: Array


def roll(seed: int = 0, count: int = 800) -> Roll:
    """Return a swiss roll, flattened by PCA and unrolled by locally linear embedding."""
    points, turn = make_swiss_roll(count, random_state=seed)
    # The length of the spiral up to its angle: as far as one walks on the sheet.
    along = (turn * np.sqrt(1 + turn**2) + np.arcsinh(turn)) / 2
    lle = LocallyLinearEmbedding(n_neighbors=10, n_components=2, random_state=seed,
                                 eigen_solver="dense")  # fmt: skip
    return Roll(points, along, points[:, 1], PCA(2).fit_transform(points),
                lle.fit_transform(points))  # fmt: skip


def order_kept(sheet: Roll, flat: Array) -> float:
    """Return how well one number of the plane orders points as the sheet does: 1 is perfectly.

    It is the rank correlation between the way along the sheet and the better of the two numbers.
    """
    return max(abs(float(spearmanr(sheet.along, each).statistic)) for each in flat.T)


def _turned(points: Array, azimuth: float, elevation: float) -> Array:
    """Return where points in space are on the paper: right and down."""
    a, e = np.deg2rad((azimuth, elevation))
    x, y, z = points.T
    right = np.cos(a) * x + np.sin(a) * y
    back = -np.sin(a) * x + np.cos(a) * y
    return np.stack([right, -(np.cos(e) * z + np.sin(e) * back)], axis=1)


def _fitted(points: Array, width: float = 700, height: float = 460) -> Array:
    """Return points moved and scaled into a frame, with their proportions."""
    low, high = points.min(axis=0), points.max(axis=0)
    scale = min(width / (high - low)[0], height / (high - low)[1])
    middle = np.array([width / 2, height / 2])
    return np.asarray((points - (low + high) / 2) * scale + middle)


def _stretched(points: Array, width: float = 700, height: float = 460) -> Array:
    """Return points that fill a frame."""
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray((points - low) / (high - low) * (width, height))


def draw_roll(sheet: Roll, kept: dict[str, str], shown: int = 400) -> list[Drawing]:
    """Draw the roll in space, turned, flattened, unrolled; points keep their colours."""
    space = sheet.points[:, (0, 2, 1)]
    views = (
        ("a sheet, rolled up in space", _fitted(_turned(space, 14, 70))),
        ("seen from its end", _fitted(_turned(space, 0, 90))),
        (f"PCA, 2 numbers: {kept['PCA']}", _fitted(sheet.pca)),
        (f"LLE, 2 numbers: {kept['LLE']}", _stretched(sheet.lle)),
    )
    bands = np.digitize(sheet.along, np.quantile(sheet.along, (0.25, 0.5, 0.75)))
    steps = []
    for words, places in views:
        drawing = Drawing(f"Points in four colours along a rolled sheet: {words}.")
        drawing.room(-10, -10, 1130, 480)
        for number, (x, y) in enumerate(places[:shown]):
            drawing.circle(x, y, 7, BANDS[bands[number]], fill=0.75, width=1,
                           key=f"point-{number}")  # fmt: skip
        first, _, rest = words.partition(", " if ":" not in words else ": ")
        drawing.text(760, 200, first, size=30, anchor="start", bold=True)
        drawing.text(760, 246, rest, size=26, anchor="start", kind="muted")
        steps.append(drawing)
    return steps


def rings(seed: int = 0, count: int = 120) -> tuple[Array, Array]:
    """Return points of two classes in the plane: a disc, and a ring around it."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    radius = np.where(labels == 0, rng.uniform(0, 0.55, count), rng.uniform(0.75, 1.1, count))
    angle = rng.uniform(0, 2 * np.pi, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def lift(points: Array) -> Array:
    """Return φ(x) = (x₁, x₂, x₁² + x₂²)."""
    return np.concatenate([points, (points**2).sum(axis=1, keepdims=True)], axis=1)


def draw_lift(points: Array, labels: Array, level: float = 0.42) -> list[Drawing]:
    """Draw how points rise from the plane into space, until a plane passes between the classes."""
    high = lift(points)
    frames = (
        (90, 0.0, False, "in R²: no line separates them"),
        (22, 0.0, False, "the same plane, seen from the side"),
        (22, 0.6, False, "each point rises …"),
        (16, 1.2, False, "… to x₁² + x₂², in R³"),
        (16, 1.2, True, "in R³: a plane separates them"),
    )
    corners = np.array([[-1.2, -1.2], [1.2, -1.2], [1.2, 1.2], [-1.2, 1.2]])
    steps = []
    for elevation, share, cut, words in frames:
        drawing = Drawing(f"A disc of points and a ring around it: {words}.")
        drawing.room(0, -20, 1130, 500)

        def place(space: Array, elevation: float = elevation) -> Array:
            flat = _turned(space, 25, elevation)
            return np.asarray(210 * flat + (380, 250 if elevation == 90 else 400))

        floor = place(np.concatenate([corners, np.zeros((4, 1))], axis=1))
        drawing.path([tuple(each) for each in floor], "line", fill=0.15, closed=True, width=2,
                     key="floor")  # fmt: skip
        if cut:
            sheet = place(np.concatenate([corners, np.full((4, 1), share * level)], axis=1))
            drawing.path([tuple(each) for each in sheet], "output", fill=0.25, closed=True,
                         width=3)  # fmt: skip
        spots = place(high * (1, 1, share))
        for number, ((x, y), label) in enumerate(zip(spots, labels, strict=True)):
            kind, fill = ("input", 0.9) if label == 0 else ("kernel", 0.25)
            drawing.circle(x, y, 8, kind, fill=fill, width=3, key=f"p-{number}")
        drawing.text(790, 240, words, size=27, anchor="start", bold=True,
                     kind="output" if cut else "ink")  # fmt: skip
        steps.append(drawing)
    return steps
