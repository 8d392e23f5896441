"""A random forest, short enough to read: trees that each saw only a part, and a vote.

Source: L. Breiman, "Random forests", Machine Learning 45 (2001).
"""

from typing import NamedTuple, TypeAlias, Union

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]
#: A question with two trees below it, or an answer.
Tree: TypeAlias = Union["Question", int]


class Question(NamedTuple):
    """Whether a feature is above a threshold, and where to go on."""

    feature: int
    threshold: float
    below: Tree
    above: Tree


def grow(
    x: Floats, y: Labels, rng: np.random.Generator, *, depth: int = 8, candidates: int = 8
) -> Tree:
    """Grow a tree that may look at a few random features in each of its questions.

    Parameters
    ----------
    x
        (N, features).
    y
        (N,), classes from 0.
    rng
        Draws the features.
    depth
        Questions in a row, at most.
    candidates
        Features of which a question takes the best; each is compared with its mean.

    Examples
    --------
    >>> x = np.array([[0.0], [1.0], [8.0], [9.0]])
    >>> grow(x, np.array([0, 0, 1, 1]), np.random.default_rng(0), candidates=1)
    Question(feature=0, threshold=4.5, below=0, above=1)
    """
    counts = np.bincount(y)
    features = rng.choice(x.shape[1], candidates, replace=False)
    thresholds = x[:, features].mean(axis=0)
    above = x[:, features] > thresholds
    best = int(_purity(above, y).argmax())
    side = above[:, best]
    if depth == 0 or counts.max() == len(y) or side.all() or not side.any():
        return int(counts.argmax())
    below, beyond = (
        grow(x[part], y[part], rng, depth=depth - 1, candidates=candidates)
        for part in (~side, side)
    )
    return Question(int(features[best]), float(thresholds[best]), below, beyond)


def ask(tree: Tree, x: Floats) -> Labels:
    """Return a tree's answer for each row.

    Parameters
    ----------
    tree
        As `grow` returns it.
    x
        (N, features).

    Examples
    --------
    >>> ask(Question(0, 4.5, below=0, above=1), np.array([[3.0], [5.0]]))
    array([0, 1])
    """
    answers = np.empty(len(x), dtype=np.int64)
    if isinstance(tree, int):
        answers[:] = tree
        return answers
    side = x[:, tree.feature] > tree.threshold
    answers[side] = ask(tree.above, x[side])
    answers[~side] = ask(tree.below, x[~side])
    return answers


def _purity(above: NDArray[np.bool_], y: Labels) -> Floats:
    """Return how pure both sides are, one minus Gini's index, for each split of (N, splits)."""
    classes = np.eye(y.max() + 1)[y]
    purity = np.zeros(above.shape[1])
    for side in (above, ~above):
        counts = side.T.astype(np.float64) @ classes
        purity += (counts**2).sum(axis=1) / np.maximum(counts.sum(axis=1), 1)
    found: Floats = purity / len(y)
    return found
