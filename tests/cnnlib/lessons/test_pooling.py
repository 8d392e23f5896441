"""What lecture 8 computes is what PyTorch computes, and its drawings show that."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnlib.lessons import pooling as drawn
from cnnlib.lessons.pooling import detectors, invariance, kinds, photos, story


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_a_norm_lies_between_the_sum_and_the_maximum():
    x = np.random.default_rng(0).uniform(0.1, 1, (6, 6))
    total, most = kinds.pool(x, "sum", 3), kinds.pool(x, "max", 3)
    assert np.allclose(kinds.pool(x, "norm", 3, p=1), total)
    assert np.allclose(kinds.pool(x, "norm", 3, p=200), most, rtol=0.02)
    assert np.allclose(kinds.pool(x, "average", 3) * 9, total)
    with pytest.raises(ValueError, match="kind is 'mean'"):
        kinds.pool(x, "mean", 3)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_near_pixels_count_more_and_all_together_1(size):
    weights = kinds.near_weights(size)
    assert weights.sum() == pytest.approx(1)
    assert (weights == weights.T).all()
    assert weights.max() == weights[size // 2, size // 2]
    assert weights.min() == weights[0, 0]


def test_unpooling_is_that_of_pytorch():
    x = np.random.default_rng(1).normal(size=(6, 6))
    y, where = kinds.winners(x, 2)
    expected = F.max_unpool2d(torch.tensor(y)[None, None], torch.tensor(where)[None, None], 2)
    assert kinds.unpool(y, where, (6, 6)).tolist() == expected[0, 0].tolist()


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1), (3, 2)])
def test_windows_show_the_maxima(size, stride):
    windows = drawn.Windows(drawn.FIVE, size, stride)
    for (row, column), drawing in zip(np.ndindex(*windows.y.shape), windows.steps(), strict=True):
        inside = drawn.FIVE[stride * row :, stride * column :][:size, :size]
        numbers = ", ".join(f"{each:g}" for each in inside.ravel())
        assert f"max({numbers}) = {inside.max():g}" in words(drawing)


def test_a_gradient_reaches_its_winner_and_is_never_lost():
    arriving = np.array([[10.0, 20.0], [30.0, 40.0]])
    before, *_, last = (drawn.draw_routing(drawn.FIRST, arriving, sent) for sent in range(5))
    assert sorted(int(each) for each in words(last) if each.isdigit() and int(each) > 8) == [
        10, 10, 20, 20, 30, 30, 40, 40,
    ]  # fmt: skip
    assert "0" not in words(before)[2 + 16 + 1 + 4 :]
    shared = words(drawn.draw_sharing(drawn.FIVE, 3, 1, 9))
    assert "window 9 of 9" in shared
    assert sum(int(each) for each in shared[27:] if each.isdigit()) == 9
    shares = words(drawn.draw_shares(np.array([[1.0, 1.0], [5.0, 6.0]]), ["max", "average"]))
    assert shares.count("together 1") == 2
    assert shares.count("0.25") == 4


def test_unpooling_and_backward_differ_where_windows_overlap():
    said = words(drawn.draw_not_backward(np.array([1.0, 3.0, 2.0])))
    assert said[3:6] == ["0", "3", "0"]
    assert said[-4:-1] == ["0", "2", "0"]


def test_a_photo_explains_itself_and_less_in_larger_windows():
    image = photos.face(56)
    for kind in ("max", "average"):
        shares = [photos.explained(image, size, kind) for size in (1, 2, 4, 8)]
        assert shares[0] == pytest.approx(1)
        assert shares == sorted(shares, reverse=True)


def test_moving_and_turning_by_nothing_changes_nothing():
    image = photos.face()
    assert np.allclose(invariance.moved(image, 0), invariance.turned(image, 0))
    assert np.allclose(invariance.turned(image, 90), np.rot90(invariance.moved(image, 0), 1)) or (
        np.allclose(invariance.turned(image, 90), np.rot90(invariance.moved(image, 0), -1))
    )
    assert (invariance.moved(image, 3)[:, :-3] == invariance.moved(image, 0)[:, 3:]).all()
    found = invariance.measure({"a face": image}, (1, 8), [0, 4], invariance.moved)
    assert found[1][0, 0] == pytest.approx(1)
    assert found[8][0, 1] > found[1][0, 1]


def test_a_unit_pools_over_places_and_channels():
    net = detectors.unit(channels=3, places=2)
    x = torch.randn(4, 1, 16, 16)
    scores = net[1](F.pad(x, (2, 2, 2, 2)))
    assert scores.shape == (4, 3, 5, 5)
    assert torch.equal(net(x)[:, 1], scores.amax((1, 2, 3)))
    assert not net(x)[:, 0].any()


def test_digits_are_turned_shifted_and_balanced():
    images, labels = detectors.enlarged("validation")
    assert np.allclose(detectors.turned(images, 0), images, atol=1e-5)
    assert (detectors.shifted(images, 2)[..., 2:] == images[..., :-2]).all()
    x, wanted = detectors.lesson(15, seed=0)
    assert len(x) == len(wanted)
    assert wanted.mean() == pytest.approx(0.5, abs=0.02)
    assert (labels == detectors.WANTED).sum() > 20


def test_what_is_found_counts_false_alarms():
    images, labels = detectors.enlarged("validation")

    class Oracle(torch.nn.Module):
        def forward(self, x):
            score = torch.as_tensor(labels == detectors.WANTED).float()
            return torch.stack([0 * score, score], 1)

    assert detectors.found(Oracle(), images, labels) == 1


def test_networks_are_counted_as_their_papers_have_them():
    assert story.counted("lenet5-modern") == (3, 2)
    assert story.counted("vgg16") == (13, 5)
    assert story.globally("resnet50-paper")
    assert not story.globally("vgg16")
    said = words(drawn.draw_counts({"ResNet-50": "resnet50-paper"}))
    assert said == ["ResNet-50", "53 conv, 1 pool + 1 global"]
    assert [year for year, *_ in story.EVENTS] == sorted(year for year, *_ in story.EVENTS)


@pytest.mark.parametrize(
    "drawing",
    [drawn.draw_title(), drawn.draw_near(drawn.FIVE), drawn.draw_undone(4),
     drawn.draw_fed([(2, 2), (3, 2)]), drawn.draw_spot(3), drawn.draw_story(),
     drawn.draw_round_trip(drawn.FIRST)],
    ids=lambda drawing: re.sub(r"\W+", "-", drawing.alt[:30]),
)  # fmt: skip
def test_every_drawing_says_what_it_shows_and_can_be_read(drawing):
    assert len(drawing.alt) > 20
    sizes = re.findall(r"font-size:([\d.]+)px", drawing.svg())
    assert min(map(float, sizes)) >= 16
