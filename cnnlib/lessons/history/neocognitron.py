"""The Neocognitron: S cells that learn what to look for, C cells that do not mind where it is.

K. Fukushima, Neocognitron: a self-organizing neural network model for a mechanism of pattern
recognition unaffected by shift in position, Biological Cybernetics 36 (1980), 193-202. It learns
without labels and without backpropagation: of the S cells that answer, the one that answers most
learns the pattern that it sees, and so does its whole plane, as all cells of a plane share their
weights.

As in the paper: the formulas of S and C cells with their inhibition, shared weights, competition
and reinforcement. Simplified: two pairs of layers where the paper has three, and C cells that see
most of the picture at the end where the paper has one for the whole of it; one pair learns after
the other; winners are found one by one, from the strongest down; planes and constants are sized
for digits of 8×8 pixels in grey. The paper's patterns were five digits, and the largest of the
last C cells was the answer. Ours are written by many hands, so a classifier looks at the last
layer: `nearest_prototype`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Bounds the memory that windows take.
BATCH = 100


def on_canvas(images: NDArray[Any], shift: tuple[int, int] = (0, 0), size: int = 16) -> Array:
    """Return images in the middle of a larger, empty canvas, or moved away from it.

    Parameters
    ----------
    images
        (N, C, H, W).
    shift
        Pixels down and to the right.
    size
        Rows and columns of the canvas.

    Returns
    -------
    array
        (N, C, size, size).

    Raises
    ------
    ValueError
        The images would stick out.
    """
    N, C, H, W = images.shape
    top, left = (size - H) // 2 + shift[0], (size - W) // 2 + shift[1]
    if min(top, left, size - H - top, size - W - left) < 0:
        raise ValueError(f"{H}×{W} pixels, moved by {shift}, stick out of {size}×{size}")
    canvas = np.zeros((N, C, size, size))
    canvas[:, :, top : top + H, left : left + W] = images
    return canvas


def _windows(u: Array, kernel_size: int) -> Array:
    """Return what each place sees, with zeros beyond the edge: (N, H, W, C, kernel, kernel)."""
    before, after = (kernel_size - 1) // 2, kernel_size // 2
    padded = np.pad(u, ((0, 0), (0, 0), (before, after), (before, after)))
    views = np.lib.stride_tricks.sliding_window_view(padded, (kernel_size,) * 2, axis=(2, 3))
    return np.moveaxis(views, 1, 3)


def _bell(kernel_size: int) -> Array:
    """Return weights that fall from the middle of a window outwards, 1 in sum."""
    places = np.arange(kernel_size) - (kernel_size - 1) / 2
    slope = np.exp(-((2 * places / kernel_size) ** 2))
    bell: Array = np.outer(slope, slope) / slope.sum() ** 2
    return bell


class SLayer:
    """Planes of S cells; in each, all cells look for the same feature, each in its own place.

    Parameters
    ----------
    planes, channels
        Of this layer, and of the one that it reads.
    kernel_size
        Rows and columns that a cell sees.
    selectivity
        The paper's r: a cell that has learned one pattern fires if what it sees has a cosine
        similarity to it of more than r / (r + 1).
    column
        Places up, down, left and right of a winner in which no other plane wins.
    rng
        For the small first weights.
    """

    def __init__(
        self,
        planes: int,
        channels: int,
        kernel_size: int,
        selectivity: float,
        column: int,
        rng: np.random.Generator,
    ) -> None:
        self.kernel_size, self.selectivity, self.column = kernel_size, selectivity, column
        self.bell = _bell(kernel_size)
        self.c = np.tile(self.bell.ravel(), channels)
        self.a = 1e-3 * self.c * rng.random((planes, self.c.size))
        self.b = np.zeros(planes)

    def __call__(self, u: Array) -> Array:
        """Return the responses to (N, C, H, W), of shape (N, planes, H, W)."""
        return np.concatenate([self._respond(u[i : i + BATCH]) for i in range(0, len(u), BATCH)])

    def _respond(self, u: Array) -> Array:
        seen, v = self._see(u)
        r = self.selectivity
        inhibition = 2 * r / (1 + r) * v[..., None] * self.b
        excess = (1 + seen @ self.a.T) / (1 + inhibition) - 1
        responses: Array = r * np.maximum(0, excess)
        return np.moveaxis(responses, 3, 1)

    def _see(self, u: Array) -> tuple[Array, Array]:
        """Return what each cell sees, and the answer of the cell that inhibits it: its strength."""
        views = _windows(u, self.kernel_size)
        seen = views.reshape(*views.shape[:3], -1)
        strength = _windows((u**2).sum(axis=1, keepdims=True), self.kernel_size)
        return seen, np.sqrt(np.einsum("nhwcij,ij->nhw", strength, self.bell))

    def learn(self, u: Array, q: float = 16.0) -> None:
        """Let the winners' planes learn what their winners see in one pattern.

        Parameters
        ----------
        u
            (C, H, W).
        q
            How much they learn.
        """
        y = self(u[None])[0]
        seen, v = self._see(u[None])
        for plane, row, column in winners(y, self.column):
            self.a[plane] += q * self.c * seen[0, row, column]
            self.b[plane] += q / 2 * v[0, row, column]


def winners(y: Array, column: int) -> list[tuple[int, int, int]]:
    """Return the plane, row and column of the strongest cells, one a plane and one a neighbourhood.

    Examples
    --------
    >>> y = np.array([[[0.9, 0.0, 0.0, 0.4]], [[0.8, 0.0, 0.0, 0.7]]])
    >>> [tuple(int(i) for i in winner) for winner in winners(y, column=1)]
    [(0, 0, 0), (1, 0, 3)]
    """
    rest, found = y.copy(), []
    while rest.max() > 0:
        plane, row, place = (int(i) for i in np.unravel_index(rest.argmax(), rest.shape))
        found.append((plane, row, place))
        rest[plane] = 0
        rows = slice(max(0, row - column), row + column + 1)
        rest[:, rows, max(0, place - column) : place + column + 1] = 0
    return found


@dataclass(frozen=True)
class CLayer:
    """Planes of C cells: each answers if any S cell of its plane does, near its own place.

    Parameters
    ----------
    kernel_size
        Rows and columns that a cell sees.
    stride
        Places from one cell to the next.
    alpha
        The response at which a cell's output is half of its largest.
    """

    kernel_size: int
    stride: int
    alpha: float = 0.5

    def __call__(self, u: Array) -> Array:
        """Return the responses to (N, planes, H, W), in fewer places."""
        views = _windows(u, self.kernel_size)[:, :: self.stride, :: self.stride]
        excited = np.moveaxis(np.einsum("nhwcij,ij->nhwc", views, _bell(self.kernel_size)), 3, 1)
        # Planes inhibit each other: what all of them answer says nothing.
        excess = (1 + excited) / (1 + excited.mean(axis=1, keepdims=True)) - 1
        positive = np.maximum(0, excess)
        saturated: Array = positive / (self.alpha + positive)
        return saturated


@dataclass(frozen=True)
class Stage:
    """The sizes of an S layer and the C layer behind it, as those have them."""

    planes: int
    kernel_size: int
    selectivity: float
    column: int
    pool: int
    stride: int


STAGES = (
    Stage(planes=12, kernel_size=3, selectivity=4.0, column=2, pool=5, stride=2),
    Stage(planes=80, kernel_size=7, selectivity=3.0, column=2, pool=7, stride=2),
)


class Neocognitron:
    """S and C layers in turn.

    Parameters
    ----------
    stages
        One for each pair of layers.
    seed
        Of the small first weights.
    """

    def __init__(self, stages: Sequence[Stage] = STAGES, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.pairs: list[tuple[SLayer, CLayer]] = []
        channels = 1
        for s in stages:
            cells = SLayer(s.planes, channels, s.kernel_size, s.selectivity, s.column, rng)
            self.pairs.append((cells, CLayer(s.pool, s.stride)))
            channels = s.planes

    def learn(self, images: Array) -> None:
        """Show it patterns, (N, 1, H, W), without labels: first to one pair, then to the next."""
        u = images
        for s_layer, c_layer in self.pairs:
            for pattern in u:
                s_layer.learn(pattern)
            u = c_layer(s_layer(u))

    def layers(self, images: Array) -> dict[str, Array]:
        """Return what each layer answers, by the paper's names: U0, US1, UC1, US2 and so on."""
        u = images
        found = {"U0": images}
        for number, (s_layer, c_layer) in enumerate(self.pairs, 1):
            found[f"US{number}"] = s_layer(u)
            found[f"UC{number}"] = u = c_layer(found[f"US{number}"])
        return found

    def __call__(self, images: Array) -> Array:
        """Return what the last C layer answers."""
        return list(self.layers(images).values())[-1]


def cosine_similarity(a: NDArray[Any], b: NDArray[Any]) -> Array:
    """Return how alike two batches are, pair by pair: (N,), 1 if they point the same way."""
    similarity: Array = (_unit(a) * _unit(b)).sum(axis=1)
    return similarity


def nearest_prototype(
    known: NDArray[Any], labels: NDArray[Any], unknown: NDArray[Any]
) -> NDArray[np.int64]:
    """Return for each unknown pattern the class whose mean it is most like.

    Parameters
    ----------
    known, unknown
        (N, …) and (M, …).
    labels
        (N,), from 0 upwards.

    Returns
    -------
    array
        (M,).
    """
    units = _unit(known)
    means = np.stack([units[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
    nearest: NDArray[np.int64] = (_unit(unknown) @ _unit(means).T).argmax(axis=1)
    return nearest


def _unit(x: NDArray[Any]) -> Array:
    """Return each of a batch as a vector of length 1, or of zeros."""
    flat = x.reshape(len(x), -1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return flat / np.where(length > 0, length, 1)
