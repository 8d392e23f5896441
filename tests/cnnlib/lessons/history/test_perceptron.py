"""The perceptron learns what a plane can part, within Novikoff's bound, and nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib.lessons.history.perceptron import answer, cards, learn, mistake_bound, with_bias

CORNERS = with_bias(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
XOR = np.array([-1.0, 1, 1, -1])


def separable(seed, dimensions, count):
    """Return points at least 0.05 away from a random plane, and their sides."""
    rng = np.random.default_rng(seed)
    normal = rng.normal(size=dimensions)
    normal /= np.linalg.norm(normal)
    points = rng.normal(size=(count, dimensions))
    points = points[np.abs(points @ normal) > 0.05]
    return points, np.sign(points @ normal), normal


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), dimensions=st.integers(2, 5), count=st.integers(8, 30))
def test_mistakes_never_exceed_the_bound(seed, dimensions, count):
    points, classes, normal = separable(seed, dimensions, count)
    record = learn(points, classes, passes=10_000)
    best = mistake_bound(points, classes)
    radius = np.linalg.norm(points, axis=1).max()
    of_this_plane = (radius / (classes * (points @ normal)).min()) ** 2
    assert record.settled
    assert (answer(record.weights, points) == classes).all()
    assert record.mistakes <= best
    # The search looks for the widest margin: it must find one about as wide as the known plane's.
    assert best <= 1.02 * of_this_plane


def test_the_bound_is_tight_where_the_widest_margin_is_known():
    points = np.array([[1.0, 2], [1, -3], [-1, 0.5], [-1, -1]])
    assert mistake_bound(points, np.array([1.0, 1, -1, -1])) == pytest.approx(10)  # 1² + 3²


def test_without_a_plane_there_is_no_bound():
    with pytest.raises(ValueError, match="found no plane"):
        mistake_bound(CORNERS, XOR)


def test_weights_change_after_a_mistake_and_only_then():
    points = np.array([[2.0, 1], [1, 1], [-1, 3]])
    record = learn(points, np.array([1.0, 1, -1]))
    # Zero weights answer -1: the first is wrong and added, the second right; the third sums to
    # -2 + 3 = 1, which is wrong, so it is subtracted.
    assert record.right.tolist() == [False, True, False]
    assert record.weights.tolist() == [3, -2]
    assert (record.mistakes, record.last_mistake, record.settled) == (2, 3, False)


def test_xor_never_settles_and_three_of_four_is_the_best():
    record = learn(CORNERS, XOR, passes=500)
    assert not record.settled
    assert len(record.passes) == 500
    right = [(answer(weights, CORNERS) == XOR).sum() for weights in record.passes]
    assert max(right) <= 3
    assert np.abs(record.passes).max() <= 3  # it goes in circles, not away
    rng = np.random.default_rng(0)
    tried = [(answer(weights, CORNERS) == XOR).sum() for weights in rng.normal(size=(2000, 3))]
    assert max(tried) == 3


def test_cards_have_one_square_and_on_the_side_that_they_say():
    images, classes = cards(300, seed=1, side=12, square=3)
    assert (images.sum(axis=(1, 2)) == 9).all()
    on_the_right = images[:, :, 6:].sum(axis=(1, 2))
    assert on_the_right.tolist() == np.where(classes > 0, 9, 0).tolist()
    assert len({image.tobytes() for image in images}) > 50


def test_fifty_cards_teach_left_from_right():
    new_images, new_classes = cards(500, seed=1000, square=5)
    shares = []
    for seed in range(20):
        images, classes = cards(50, seed=seed, square=5)
        record = learn(with_bias(images), classes)
        assert 0 < record.mistakes < 15
        shares.append((answer(record.weights, with_bias(new_images)) == new_classes).mean())
    assert np.median(shares) > 0.9
