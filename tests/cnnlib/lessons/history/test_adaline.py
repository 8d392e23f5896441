"""Adaline finds least squares, and a few of them vote for XOR."""

import numpy as np
import pytest

from cnnlib.lessons.history.adaline import Madaline, clouds, lms, mistakes_after
from cnnlib.lessons.history.perceptron import learn, with_bias

CORNERS = with_bias(np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]))
XOR = np.array([-1.0, 1, 1, -1])


def least_squares(points, wanted):
    return np.linalg.lstsq(points, wanted, rcond=None)[0]


def test_one_step_takes_a_share_of_the_error_away():
    weights = lms(np.array([[1.0, 2.0]]), np.array([5.0]), rate=0.1, passes=1)
    assert weights == pytest.approx(np.array([[0.5, 1.0]]))  # 0.1 · (5 - 0) · (1, 2)


def test_without_noise_it_finds_the_line():
    rng = np.random.default_rng(0)
    points = with_bias(rng.normal(size=(20, 3)))
    line = np.array([1.0, -2.0, 0.5, 3.0])
    found = lms(points, points @ line, rate=0.05, passes=300)[-1]
    assert found == pytest.approx(line, abs=1e-8)


def test_with_noise_it_comes_closer_to_least_squares_the_smaller_the_rate():
    points, classes = clouds(60, seed=1)
    points = with_bias(points)
    best = least_squares(points, classes)
    far = [
        np.linalg.norm(lms(points, classes, rate=rate, passes=3000)[-1] - best)
        for rate in (0.01, 0.005, 0.0025)
    ]
    # The distance is proportional to the rate, to first order.
    assert far[1] / far[0] == pytest.approx(0.5, abs=0.1)
    assert far[2] / far[1] == pytest.approx(0.5, abs=0.1)
    assert far[2] < 0.01 * np.linalg.norm(best)


def test_on_clouds_that_overlap_adaline_settles_and_the_perceptron_does_not():
    points, classes = clouds(100, apart=3.0, seed=0)
    points = with_bias(points)
    perceptron = learn(points, classes, passes=40)
    adaline = lms(points, classes, passes=40)
    of_perceptron = mistakes_after(perceptron.passes, points, classes)
    of_adaline = mistakes_after(adaline, points, classes)
    assert not perceptron.settled
    assert len(set(of_perceptron[-20:])) > 1
    assert len(set(of_adaline[-20:])) == 1
    assert of_adaline[-1] < of_perceptron[-20:].mean()


def test_clouds_lie_where_they_should():
    points, classes = clouds(4000, apart=3.0, seed=2)
    assert classes.sum() == 0
    middles = [points[classes == side].mean(axis=0) for side in (1, -1)]
    assert np.linalg.norm(middles[0] - middles[1]) == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize(("units", "votes"), [(2, 1), (2, 2), (3, 2)], ids=["or", "and", "most"])
def test_madaline_learns_xor_from_nearly_every_start(units, votes):
    learned = []
    for seed in range(100):
        weights = np.random.default_rng(seed).uniform(-1, 1, (units, 3))
        machine = Madaline(weights, votes)
        passes = machine.learn(CORNERS, XOR)
        assert (passes > 0) == (machine.answer(CORNERS) == XOR).all()
        learned.append(passes > 0)
    assert np.mean(learned) >= 0.95


def test_where_it_fails_one_unit_does_all_the_work():
    failed = 0
    for seed in range(100, 300):
        weights = np.random.default_rng(seed).uniform(-1, 1, (2, 3))
        machine = Madaline(weights.copy(), votes=1)
        if machine.learn(CORNERS, XOR) == 0:
            before = machine.weights.copy()
            machine.learn(CORNERS, XOR, passes=50)
            idle = (machine.weights == before).all(axis=1)
            idle_answers = CORNERS @ machine.weights.T > 0
            assert (idle & ~idle_answers.any(axis=0)).any()
            failed += 1
    assert failed


def test_the_gate_counts_votes():
    weights = np.array([[1.0, 0], [0, 1], [1, 1]])
    points = np.array([[3.0, -1], [-1, -1], [1, 1], [-3, 1]])  # two, no, three and one say +1
    answers = [Madaline(weights, votes).answer(points).tolist() for votes in (1, 2, 3)]
    assert answers == [[1, -1, 1, 1], [1, -1, 1, -1], [-1, -1, 1, -1]]


def test_only_the_units_closest_to_zero_are_disturbed():
    point = np.array([[1.0, 0.0]])
    machine = Madaline(np.array([[0.2, 0], [0.9, 0], [-0.4, 0]]), votes=2)
    # Two of three say +1. For -1 one must turn, and 0.2 is nearest.
    assert machine.learn(point, np.array([-1.0]), passes=1) == 1
    assert machine.weights[:, 0] == pytest.approx([-1, 0.9, -0.4])
    # And back: of those that say -1 the one at -0.4.
    assert machine.learn(point, np.array([1.0]), passes=1) == 1
    assert machine.weights[:, 0] == pytest.approx([-1, 0.9, 1])
    # A right answer changes nothing.
    machine.learn(point, np.array([1.0]))
    assert machine.weights[:, 0] == pytest.approx([-1, 0.9, 1])


def test_a_single_adaline_cannot_learn_xor():
    machine = Madaline(np.array([[0.3, -0.2, 0.1]]), votes=1)
    assert machine.learn(CORNERS, XOR, passes=300) == 0
