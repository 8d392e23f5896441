"""A tree asks what it can, answers what it saw, and many know more than one."""

import numpy as np
import pytest

from cnnlib.data import digits
from cnnlib.lessons.dropout import Question, ask, grow


def depth_of(tree):
    return 1 + max(map(depth_of, tree[2:])) if isinstance(tree, Question) else 0


def test_a_deep_tree_knows_what_it_saw():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 6)), rng.integers(0, 4, 200)
    tree = grow(x, y, rng, depth=60, candidates=6)
    assert (ask(tree, x) == y).all()


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_it_is_no_deeper_than_asked(depth):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(100, 3)), rng.integers(0, 5, 100)
    assert depth_of(grow(x, y, rng, depth=depth, candidates=2)) == depth


def test_the_question_is_the_one_that_tells_most():
    rng = np.random.default_rng(2)
    y = np.repeat([0, 1], 50)
    x = rng.normal(size=(100, 4))
    x[:, 2] = y
    assert grow(x, y, rng, candidates=4) == Question(2, 0.5, 0, 1)


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3])
def test_without_a_difference_the_majority_answers(value):
    """Also where rounding puts the mean below, or above, every value."""
    x, y = np.full((5, 2), value), np.array([2, 2, 1, 2, 0])
    assert grow(x, y, np.random.default_rng(0), candidates=2) == 2


def test_it_is_the_same_each_time():
    x, y = digits("train")
    first, second = (
        grow(x.reshape(-1, 64)[:200], y[:200], np.random.default_rng(3)) for _ in range(2)
    )
    assert first == second


def test_together_they_know_more():
    rng = np.random.default_rng(4)
    (x, y), (x_test, y_test) = digits("train"), digits("test")
    x, x_test = x.reshape(-1, 64), x_test.reshape(-1, 64)
    right, votes = [], np.zeros((len(y_test), 10))
    for _ in range(20):
        drawn = rng.integers(0, len(x), len(x))
        answers = ask(grow(x[drawn], y[drawn], rng), x_test)
        right.append((answers == y_test).mean())
        votes[np.arange(len(votes)), answers] += 1
    assert (votes.argmax(axis=1) == y_test).mean() > max(right) + 0.05
