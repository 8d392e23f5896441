"""Restricted Boltzmann machines against brute force, and what pre-training is good for."""

import itertools

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from cnnlib.data import digits
from cnnlib.lessons.history import rbm
from cnnlib.lessons.history.rbm import RBM


def states(count):
    return np.array(list(itertools.product((0.0, 1.0), repeat=count)))


@pytest.fixture
def toy():
    rng = np.random.default_rng(0)
    return RBM(rng.normal(0, 1, (4, 3)), rng.normal(0, 1, 4), rng.normal(0, 1, 3))


def joint(machine):
    """exp(-energy) of every pair of states, (16, 8), straight from the definition."""
    return np.array(
        [
            [
                np.exp(v @ machine.weights @ h + v @ machine.visible + h @ machine.hidden)
                for h in states(3)
            ]
            for v in states(4)
        ]
    )


def test_free_energy_and_partition_are_sums_over_all_states(toy):
    every = joint(toy)
    np.testing.assert_allclose(toy.free_energy(states(4)), -np.log(every.sum(axis=1)))
    assert toy.log_partition() == pytest.approx(np.log(every.sum()))


def test_up_and_down_are_the_conditional_means(toy):
    every = joint(toy)
    given_v = every / every.sum(axis=1, keepdims=True)
    given_h = every.T / every.T.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(toy.up(states(4)), given_v @ states(3))
    np.testing.assert_allclose(toy.down(states(3)), given_h @ states(4))


def test_hidden_units_are_drawn_from_their_means(toy):
    v = np.repeat(states(4)[5:6], 20_000, axis=0)
    drawn = toy.draw(v, np.random.default_rng(0))
    assert set(np.unique(drawn)) == {0.0, 1.0}
    np.testing.assert_allclose(drawn.mean(axis=0), toy.up(v[:1])[0], atol=0.015)


def test_linear_hidden_units_are_integrated_over():
    rng = np.random.default_rng(1)
    machine = RBM(rng.normal(0, 1, (4, 1)), rng.normal(0, 1, 4), rng.normal(0, 1, 1), linear=True)
    h = np.linspace(-15, 15, 20_001)
    for v, energy in zip(states(4), machine.free_energy(states(4)), strict=True):
        density = np.exp(v @ machine.visible + h * (v @ machine.weights)[0]
                         - (h - machine.hidden[0]) ** 2 / 2)  # fmt: skip
        integral = np.trapezoid(density, h) / np.sqrt(2 * np.pi)
        assert energy == pytest.approx(-np.log(integral))
        mean = np.trapezoid(density * h, h) / np.trapezoid(density, h)
        assert machine.up(v[None])[0, 0] == pytest.approx(mean)


def test_too_many_states_are_not_listed():
    with pytest.raises(ValueError, match=r"64 visible units have 2\^64 states; at most 20"):
        RBM(np.zeros((64, 2)), np.zeros(64), np.zeros(2)).log_partition()


def bars_and_stripes():
    """The 14 pictures of 3×3 in which each row, or each column, is of one colour."""
    rows = np.array([np.repeat(state, 3) for state in states(3)])
    columns = np.array([np.tile(state, 3) for state in states(3)])
    return np.unique(np.concatenate([rows, columns]), axis=0)


def test_contrastive_divergence_raises_the_likelihood_of_the_data():
    data = bars_and_stripes()
    assert data.shape == (14, 9)

    def likelihood(epochs):
        """Log-probability of a picture, on average, exact."""
        machine = rbm.train(data, 8, epochs=epochs, batch=7, seed=1)
        return -machine.free_energy(data).mean() - machine.log_partition()

    before, some, more = likelihood(0), likelihood(200), likelihood(1000)
    assert before < some < more
    # Each pixel is on in half of the pictures: without knowing of other pixels nobody says better.
    alone = -9 * np.log(2)
    assert more > alone + 1
    assert more < -np.log(14)  # nobody can do better than to know the 14 pictures


def test_rbms_stack_and_unroll():
    images = digits("validation")[0].reshape(-1, 64)[:40]
    machines = rbm.pretrain(images, (12, 5), epochs=2, seed=3)
    assert [(m.weights.shape, m.linear) for m in machines] == [((64, 12), False), ((12, 5), True)]
    first, second = machines
    net = rbm.unroll(machines)
    assert [type(layer).__name__ for layer in net] == [
        *("Linear", "Sigmoid", "Linear"),
        *("Linear", "Sigmoid", "Linear"),
    ]
    expected = first.down(second.down(second.up(first.up(images))))
    np.testing.assert_allclose(rbm.reconstruct(net, images), expected, atol=1e-6)


def test_unrolled_ways_have_weights_of_their_own():
    machines = rbm.random_start((64, 8))
    net = rbm.unroll(machines)
    before = machines[0].weights.copy()
    list(rbm.fine_tune(net, digits("validation")[0].reshape(-1, 64)[:40], epochs=1, lr=0.1))
    up, down = net[0].weight, net[1].weight
    assert not torch.allclose(up, down.T)
    np.testing.assert_array_equal(machines[0].weights, before)


def test_training_is_the_same_each_time():
    images = digits("validation")[0].reshape(-1, 64)[:60]
    one, two, other = (rbm.train(images, 7, epochs=2, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.weights, two.weights)
    assert not np.allclose(one.weights, other.weights)


def test_the_error_is_summed_over_pixels_and_averaged_over_pictures():
    assert rbm.squared_error(np.zeros((2, 3)), np.array([[1.0, 1, 1], [0, 0, 2]])) == 3.5


def test_pre_training_makes_a_deep_autoencoder_learn():
    images, new = (digits(split)[0].reshape(-1, 64) for split in ("train", "validation"))
    sizes = 100, 50, 25, 2

    def error(start, epochs=10):
        net = rbm.unroll(start)
        losses = list(rbm.fine_tune(net, images, epochs=epochs, lr=0.1))
        assert len(losses) == epochs
        return rbm.squared_error(new, rbm.reconstruct(net, new))

    mean = rbm.squared_error(new, np.broadcast_to(images.mean(axis=0), new.shape))
    pca = PCA(2).fit(images)
    components = rbm.squared_error(new, pca.inverse_transform(pca.transform(new)))
    pretrained = error(rbm.pretrain(images, sizes, epochs=10))
    random = error(rbm.random_start((64, *sizes)))
    assert pretrained < 0.85 * components
    assert random > 0.95 * mean  # it says the mean digit, whatever it sees
