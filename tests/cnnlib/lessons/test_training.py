"""What lecture 11 trains and draws computes what it says."""

from functools import partial

import numpy as np
import pytest
import torch

from cnnlib.data import digits
from cnnlib.lessons import training as lesson

X, Y = digits("train")
FEW = X[:60], Y[:60]


def trained(**more):
    descent = partial(torch.optim.SGD, lr=0.05, momentum=0.9)
    return lesson.train(lesson.convnet(4, 8), *FEW, descent, epochs=3, batch=20, **more)


def test_a_run_is_the_same_each_time_and_leaves_the_threads_alone():
    before = torch.get_num_threads()
    one, two = trained(watched={"few": FEW}), trained(watched={"few": FEW})
    assert one.training.tolist() == two.training.tolist()
    assert one.losses["few"].tolist() == two.losses["few"].tolist()
    assert len(one.rates) == len(one.training) == 3
    assert torch.get_num_threads() == before
    assert trained(seed=1).training.tolist() != one.training.tolist()


def test_what_is_watched_is_measured_after_each_epoch():
    run = trained(watched={"few": FEW})
    assert lesson.measure(run.net, *FEW) == (
        pytest.approx(run.losses["few"][-1]),
        pytest.approx(run.accuracies["few"][-1]),
    )


def test_a_plateau_is_told_the_first_set_that_is_watched():
    plan = partial(
        torch.optim.lr_scheduler.ReduceLROnPlateau, factor=0.5, patience=0, threshold=10.0
    )
    assert trained(schedule=plan, watched={"few": FEW}).rates.tolist() == [0.05, 0.025, 0.0125]


def test_depth_and_width_of_a_network():
    net = lesson.convnet(4, 8, 8, size=12)
    assert net(torch.zeros(2, 1, 12, 12)).shape == (2, 10)
    assert [layer.out_channels for layer in net if isinstance(layer, torch.nn.Conv2d)] == [4, 8, 8]


def test_shifts_move_every_image_by_at_most_their_reach():
    images = torch.zeros(200, 1, 9, 9)
    images[:, :, 4, 4] = 1
    moved = lesson.shift(2)(images, torch.Generator().manual_seed(0))
    assert moved.sum((1, 2, 3)).tolist() == [1] * 200
    places = {tuple(place) for place in moved.nonzero()[:, 2:].tolist()}
    assert places == {(i, j) for i in range(2, 7) for j in range(2, 7)}


def test_half_of_the_images_are_flipped():
    images = torch.arange(9.0).view(1, 1, 3, 3).repeat(400, 1, 1, 1)
    flipped = lesson.flip(images, torch.Generator().manual_seed(0))
    mirrored = (flipped - images.flip(-1)).abs().sum((1, 2, 3)) == 0
    same = (flipped - images).abs().sum((1, 2, 3)) == 0
    assert bool((mirrored | same).all())
    assert 150 < int(mirrored.sum()) < 250


@pytest.mark.parametrize("patience", [1, 2, 3])
def test_early_stopping_ends_one_epoch_before_pytorchs_plateau_acts(patience):
    losses = [0.9, 0.5, *np.linspace(0.6, 0.7, 6)]
    assert lesson.counted(losses, patience) == (2 + patience, 3 + patience)


def test_without_a_new_best_the_best_is_kept():
    losses = np.array([1.0, 0.4, 0.5, 0.3, 0.31, 0.32, 0.33, 0.1])
    stop = lesson.by_patience(losses, 3)
    assert (stop.last, stop.kept) == (6, 3)
    assert lesson.by_patience(losses, 9).kept == 7


def test_three_linear_layers_are_one():
    points = np.random.default_rng(0).normal(size=(30, 2))
    net, _ = lesson.separate(points, (points[:, 0] > 0).astype(int), activation=False)
    with torch.no_grad():
        x = torch.as_tensor(points, dtype=torch.float32)
        straight = net(x) - net(torch.zeros(1, 2))
    assert np.allclose(straight.numpy(), points @ lesson.collapsed(net), atol=1e-4)


def test_a_guesser_is_no_better_on_new_labels():
    shares, later = lesson.guessers(500, Y[:50], Y[50:1050], seed=0)
    assert shares.max() > 2 * shares.mean()
    assert later == pytest.approx(0.1, abs=0.03)


def test_penalties_shorten_the_weights():
    none, l2, l1 = (
        lesson.templates(X[:100], Y[:100], **more) for more in ({}, {"l2": 0.01}, {"l1": 0.01})
    )
    assert np.square(l2).sum() < 0.5 * np.square(none).sum()
    assert (np.abs(l1) < 0.01).mean() > 2 * (np.abs(l2) < 0.01).mean()
