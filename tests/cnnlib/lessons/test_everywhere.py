"""What lecture 14 composes, counts and compares, held against sums by hand."""

import numpy as np
import pytest
import torch

from cnnlib.lessons.everywhere import (
    detect,
    faces,
    game,
    house,
    proposals,
    records,
    scenes,
    segment,
    sentences,
    text,
    video,
)
from cnnlib.lessons.everywhere.draw_find import anchors


@pytest.fixture(scope="module")
def net():
    return detect.digit_net(0, epochs=1)


def test_a_scene_contains_what_its_truth_says():
    made = scenes.scene(3)
    images, labels = scenes.digits("test")
    assert len(made.truth) == scenes.COUNT
    for each in made.truth:
        window = made.image[each.row : each.row + 8, each.column : each.column + 8]
        known = images[labels == each.label, 0]
        # Paper is noisy, by 0.08 in every pixel.
        assert np.abs(known - window).mean((1, 2)).min() < 0.08
        at = made.mask[each.row : each.row + 8, each.column : each.column + 8]
        assert set(np.unique(at)) == {each.label, scenes.NOTHING}


def test_a_window_gets_the_same_scores_alone_and_in_its_scene(net):
    image = scenes.scene(4).image
    whole = detect.scores(net, image)
    assert whole.shape == (11, 41, 89)
    for row, column in ((0, 0), (17, 33), (40, 88)):
        alone = detect.scores(net, image[row : row + 8, column : column + 8])
        assert np.allclose(whole[:, row, column], alone[:, 0, 0], atol=1e-5)


def test_overlap_suppression_and_judgement():
    a, b, far = (scenes.Found(0, 0, 3, 0.9), scenes.Found(0, 4, 5, 0.8), scenes.Found(30, 30, 1))
    assert detect.overlap(a, a) == 1
    assert detect.overlap(a, b) == pytest.approx(32 / 96)
    assert detect.overlap(a, far) == 0
    assert detect.suppressed([b, far, a]) == [far, a]
    truth = [scenes.Found(1, 0, 3), scenes.Found(30, 30, 2)]
    assert detect.judged([a, far], truth) == (1, 2, 2)
    # A digit that is found twice counts once.
    assert detect.judged([a, a], truth) == (1, 2, 2)


def test_plates_are_as_long_as_their_numbers():
    images, numbers = house.plates(1, 60, "test")
    assert images.shape == (60, 1, 10, 38)
    for image, number in zip(images, numbers, strict=True):
        length = int((number != scenes.NOTHING).sum())
        assert (number[length:] == scenes.NOTHING).all()
        # Right of the last digit there is only noise.
        assert image[0, :, 8 * length + length + 2 :].max(initial=0) < 0.5
    assert house.word(np.array([0, 7, 10, 10])) == "07"


def test_intersection_over_union():
    true = np.full((4, 4), scenes.NOTHING)
    true[:2, :2] = 3
    found = true.copy()
    assert segment.mean_iou(found, true) == 1
    found[:2, :2] = scenes.NOTHING
    found[:2, 1:3] = 3
    assert segment.mean_iou(found, true) == pytest.approx(1 / 3)
    assert segment.right_pixels(found, true) == 12 / 16


def test_thresholds_let_in_what_they_should():
    same, other = np.array([0.1, 0.2, 0.6]), np.array([0.4, 0.5, 0.7, 0.8])
    wrong, right = faces.rates(same, other)
    assert (wrong[0], right[0]) == (0, 0)
    assert (wrong[-1], right[-1]) == (1, 1)
    assert faces.matched(same, other, false=0) == pytest.approx(2 / 3)
    assert faces.matched(same, other, false=0.5) == 1


def test_new_faces_are_not_among_those_learned():
    for seed in (0, 1):
        known, new = faces.people(seed)
        assert (len(known), len(new)) == (60, 40)
        assert not any((face == known).all((1, 2)).any() for face in new)


def test_the_planner_catches_every_ball_it_can_reach():
    class Planner(torch.nn.Module):
        """Reads the state from two screens, as the network must."""

        def forward(self, x):
            before, now = x[0]
            (row, column), (_, old) = (
                [int(v) for v in np.argwhere(s.numpy()[:-1] == 1)[0]] for s in (now, before)
            )
            paddle = int(np.flatnonzero(now.numpy()[-1]).mean())
            state = game.State(row, column, column - old, paddle)
            return torch.eye(3)[None, game.planned(state)]

    assert game.caught(Planner(), 40) == 1
    assert game.caught(None, 40) < 0.5


def test_a_ball_comes_back_from_the_wall():
    state = game.State(0, 11, 1, 5).falls()
    assert (state.row, state.column, state.way) == (1, 10, -1)


def test_the_middle_frame_does_not_give_the_way_away():
    films, _, ways = video.clips(0, 800, "train")
    rows = np.arange(20)
    heights = (films[:, 1].sum(2) * rows).sum(1) / films[:, 1].sum((1, 2))
    means = [heights[ways == way].mean() for way in range(4)]
    assert np.ptp(means) < 0.6
    moved = (films[:, 2].sum(2) * rows).sum(1) - (films[:, 0].sum(2) * rows).sum(1)
    assert moved[ways == 3].mean() > 20 > -20 > moved[ways == 2].mean()


def test_praise_and_complaints_share_their_words():
    made, labels = sentences.corpus()
    assert labels.mean() == 0.5
    assert max(len(sentence.split()) for sentence in made) <= sentences.LONGEST
    pairs = ("good not bad", "bad not good"), ("not good at all", "not bad at all")
    for one, two in pairs[:1]:
        assert sorted(one.split()) == sorted(two.split())
    known, _, new, _ = sentences.drawn(0)
    assert not set(known) & set(new)


def test_windows_of_one_word_cannot_see_order():
    net = text.text_net((1,)).eval()
    words = torch.as_tensor(sentences.numbered(["good not bad", "bad not good"]))
    one, two = net(words)
    assert torch.allclose(one, two, atol=1e-6)


def test_anchors_have_the_areas_and_shapes_of_the_paper():
    boxes = np.array(anchors(100, 200))
    assert np.allclose(boxes[:, 2] * boxes[:, 3], np.repeat([128**2, 256**2, 512**2], 3))
    assert np.allclose(boxes[:, 3] / boxes[:, 2], [0.5, 1, 2] * 3)
    assert np.allclose(boxes[:, :2] + boxes[:, 2:] / 2, (200, 100))
    assert proposals.anchor_count(np.zeros((500, 741, 3))) == (1426, 12834)


def test_every_work_has_a_lane_and_a_source():
    assert [work.year for work in records.WORKS] == sorted(work.year for work in records.WORKS)
    for work in records.WORKS:
        assert work.lane in records.LANES
        assert len(work.source) > 20
