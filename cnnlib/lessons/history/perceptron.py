"""Rosenblatt's perceptron: change the weights after a mistake, and only then.

Sources: F. Rosenblatt, "The perceptron", Psychological Review 65, 1958, and "Principles of
Neurodynamics", 1962; A. Novikoff, "On convergence proofs for perceptrons", Symposium on the
Mathematical Theory of Automata, 1962.

Classes are +1 and -1. There is no bias: `with_bias` gives points one more coordinate, always 1.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Record:
    """What happened while a perceptron learned.

    Parameters
    ----------
    weights
        (d,), those of the end.
    right
        (trials,), whether each answer was right, one trial after another.
    passes
        (passes, d), the weights after each pass through the points.
    """

    weights: Array = field(repr=False)
    right: Bools = field(repr=False)
    passes: Array = field(repr=False)

    @property
    def mistakes(self) -> int:
        """How many answers were wrong; as often the weights were changed."""
        return int((~self.right).sum())

    @property
    def last_mistake(self) -> int:
        """The number of the last trial with a wrong answer, counted from 1; 0 if there is none."""
        wrong = np.flatnonzero(~self.right)
        return int(wrong[-1]) + 1 if len(wrong) else 0

    @property
    def settled(self) -> bool:
        """Whether a whole pass went by without a mistake."""
        points = len(self.right) // len(self.passes)
        return bool(self.right[-points:].all())


def with_bias(points: NDArray[Any]) -> Array:
    """Flatten points to (N, d) and append a coordinate that is always 1: its weight is the bias."""
    flat = np.asarray(points, dtype=np.float64).reshape(len(points), -1)
    return np.column_stack([flat, np.ones(len(flat))])


def answer(weights: Array, points: Array) -> Array:
    """Return +1 where the weighted sum is positive, and -1 elsewhere."""
    return np.where(points @ weights > 0, 1.0, -1.0)


def learn(points: Array, classes: Array, *, passes: int = 1) -> Record:
    """Show points one after another; after a wrong answer add the point, or subtract it.

    Parameters
    ----------
    points
        (N, d).
    classes
        (N,), each +1 or -1.
    passes
        How often all points are shown at most; a pass without a mistake is the last.

    Examples
    --------
    >>> inputs = with_bias(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    >>> record = learn(inputs, np.array([-1.0, -1, -1, 1]), passes=100)  # AND
    >>> record.settled, answer(record.weights, inputs).tolist()
    (True, [-1.0, -1.0, -1.0, 1.0])
    """
    weights = np.zeros(points.shape[1])
    right: list[bool] = []
    after: list[Array] = []
    for _ in range(passes):
        for point, wanted in zip(points, classes, strict=True):
            given = 1.0 if point @ weights > 0 else -1.0
            right.append(given == wanted)
            if given != wanted:
                weights += wanted * point
        after.append(weights.copy())
        if all(right[-len(points) :]):
            break
    return Record(weights, np.array(right), np.array(after))


def margin_of(points: Array, classes: Array, *, steps: int = 2000) -> tuple[Array, float]:
    """Return the weights of length 1 with the widest margin, and that margin.

    The margin is the distance of the closest point from the plane, through the origin, on which
    the weighted sum is 0. The weights are along the point closest to the origin in the convex hull
    of class times point, to which E. Gilbert's algorithm (1966) comes closer with each step.

    Parameters
    ----------
    points, classes
        (N, d), and (N,), each +1 or -1.
    steps
        Of that search. Few give a plane that separates, though not the best.

    Raises
    ------
    ValueError
        The search met no plane that separates the classes.

    Examples
    --------
    >>> weights, margin = margin_of(np.array([[3.0, 4.0], [-3.0, 4.0]]), np.array([1.0, -1.0]))
    >>> weights.round(3).tolist(), round(margin, 3)
    ([1.0, 0.0], 3.0)
    """
    signed = points * classes[:, None]
    normal = signed.mean(axis=0)
    for _ in range(steps):
        lowest = signed[(signed @ normal).argmin()]
        step = lowest - normal
        length = step @ step
        if length == 0:
            break
        # The closest point to the origin on the way from the normal to the lowest point.
        normal = normal + np.clip(-(normal @ step) / length, 0, 1) * step
    unit = normal / max(float(np.linalg.norm(normal)), 1e-300)
    margin = float((signed @ unit).min())
    if margin <= 0:
        raise ValueError("found no plane that separates the classes; expected one to exist")
    return unit, margin


def mistake_bound(points: Array, classes: Array, *, steps: int = 2000) -> float:
    """Return Novikoff's bound: no perceptron makes more mistakes than (R / γ)².

    R is the largest length of a point, γ the widest margin, as `margin_of` finds it.

    Examples
    --------
    >>> bound = mistake_bound(np.array([[3.0, 4.0], [-3.0, 4.0]]), np.array([1.0, -1.0]))
    >>> round(bound, 3)  # (5 / 3)²
    2.778
    """
    _, margin = margin_of(points, classes, steps=steps)
    return float((np.linalg.norm(points, axis=1).max() / margin) ** 2)


def cards(count: int, *, seed: int = 0, side: int = 20, square: int = 4) -> tuple[Array, Array]:
    """Draw cards with a square somewhere in their left half, or in their right half.

    Parameters
    ----------
    count
        How many.
    side, square
        Pixels of a card's side, and of the square's.

    Returns
    -------
    images
        (count, side, side), 1 in the square and 0 elsewhere.
    classes
        (count,), -1 for left and +1 for right.
    """
    rng = np.random.default_rng(seed)
    classes = rng.choice((-1.0, 1.0), size=count)
    images = np.zeros((count, side, side))
    for image, where in zip(images, classes, strict=True):
        top = rng.integers(side - square + 1)
        left = rng.integers(side // 2 - square + 1) + (side // 2 if where > 0 else 0)
        image[top : top + square, left : left + square] = 1
    return images, classes
