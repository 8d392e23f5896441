"""Adaline and Madaline: measure the error before the threshold, and learn from right answers too.

Sources: B. Widrow and M. Hoff, "Adaptive switching circuits", IRE WESCON Convention Record, 1960;
W. Ridgway, "An adaptive logic system with generalizing properties", Stanford, 1962; B. Widrow and
M. Lehr, "30 years of adaptive neural networks", Proceedings of the IEEE 78, 1990.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.history.perceptron import Array, answer


def lms(points: Array, wanted: Array, *, rate: float = 0.01, passes: int = 100) -> Array:
    """Learn by least mean squares: after each point, take a share of its error away.

    Parameters
    ----------
    points
        (N, d).
    wanted
        (N,), what the weighted sum shall be: for classes +1 or -1.
    rate
        Of learning. A small one comes closer to the least squares, and takes longer.
    passes
        How often all points are shown.

    Returns
    -------
    array
        (passes, d), the weights after each pass.

    Examples
    --------
    >>> weights = lms(np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([3.0, 7.0]), rate=0.2)
    >>> weights[-1].round(6).tolist()
    [3.0, 2.0]
    """
    weights = np.zeros(points.shape[1])
    after = np.empty((passes, len(weights)))
    for turn in range(passes):
        for point, target in zip(points, wanted, strict=True):
            weights += rate * (target - point @ weights) * point
        after[turn] = weights
    return after


@dataclass
class Madaline:
    """Many Adalines that vote; how many votes it takes is fixed, what they say is learned.

    Parameters
    ----------
    weights
        (units, d), of the Adalines.
    votes
        How many units must say +1 so that all together do: 1 is OR, all of them AND, more than
        half a majority.
    """

    weights: Array
    votes: int

    def answer(self, points: Array) -> Array:
        """Return +1 or -1 for each of (N, d) points."""
        return np.where((points @ self.weights.T > 0).sum(axis=1) >= self.votes, 1.0, -1.0)

    def learn(self, points: Array, classes: Array, *, rate: float = 1.0, passes: int = 100) -> int:
        """Train by Madaline Rule I: after a wrong answer change as few units as will do.

        Those are the units whose sums are closest to zero: to turn them disturbs least. Each
        takes an LMS step towards the other answer.

        Parameters
        ----------
        points, classes
            (N, d), and (N,), each +1 or -1.
        rate
            The share of the error that one step takes away: all of it at 1.
        passes
            How often all points are shown at most; a pass without a mistake is the last.

        Returns
        -------
        int
            The passes that it took to answer all points right, or 0 if it has not come to that.
        """
        for turn in range(1, passes + 1):
            for point, wanted in zip(points, classes, strict=True):
                sums = self.weights @ point
                ayes = sums > 0
                if wanted > 0:
                    missing, candidates = self.votes - ayes.sum(), np.flatnonzero(~ayes)
                else:
                    missing, candidates = ayes.sum() - self.votes + 1, np.flatnonzero(ayes)
                closest = candidates[np.abs(sums[candidates]).argsort()][: max(missing, 0)]
                error = wanted - sums[closest]
                self.weights[closest] += rate * error[:, None] * point / (point @ point)
            if (self.answer(points) == classes).all():
                return turn
        return 0


def mistakes_after(passes: Array, points: Array, classes: Array) -> NDArray[np.int64]:
    """Return how many points are answered wrong by the weights after each pass, (passes,)."""
    return np.array([(answer(weights, points) != classes).sum() for weights in passes])


def clouds(count: int, *, apart: float = 2.0, seed: int = 0) -> tuple[Array, Array]:
    """Return two round clouds of points that overlap, and their classes.

    Parameters
    ----------
    count
        How many points, half of them in each cloud.
    apart
        The distance of the middles, in standard deviations of a cloud.

    Returns
    -------
    points
        (count, 2), in random order.
    classes
        (count,), +1 and -1.
    """
    rng = np.random.default_rng(seed)
    classes = rng.permutation(np.where(np.arange(count) % 2, 1.0, -1.0))
    middles = classes[:, None] * np.array([0.8, 0.6]) * apart / 2
    return middles + rng.normal(size=(count, 2)), classes
