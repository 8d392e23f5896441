"""S cells learn without labels, and C cells do not mind small shifts."""

import numpy as np
import pytest

from cnnlib.data import digits
from cnnlib.lessons.history.neocognitron import (
    CLayer,
    Neocognitron,
    SLayer,
    cosine_similarity,
    nearest_prototype,
    on_canvas,
    winners,
)

IMAGES, LABELS = digits("train")
TEST, TEST_LABELS = (part[:120] for part in digits("test"))
KNOWN = 300


@pytest.fixture(scope="module")
def net():
    network = Neocognitron()
    network.learn(on_canvas(IMAGES[:150]))
    return network


@pytest.fixture(scope="module")
def still(net):
    return net.layers(on_canvas(TEST))


def s_layer():
    """Return two planes of which one wins each time."""
    return SLayer(2, 1, 3, 4.0, 8, np.random.default_rng(0))


def pattern(*ink, size=9):
    image = np.zeros((1, size, size))
    for row, column in ink:
        image[0, row, column] = 1.0
    return image


UPRIGHT = pattern((3, 4), (4, 4), (5, 4))
FLAT = pattern((4, 3), (4, 4), (4, 5))


def test_a_canvas_moves_what_lies_on_it():
    canvas = on_canvas(IMAGES[:2], (1, -2))
    np.testing.assert_array_equal(canvas[:, :, 5:13, 2:10], IMAGES[:2])
    assert canvas.sum() == IMAGES[:2].sum()
    with pytest.raises(ValueError, match=r"8×8 pixels, moved by \(5, 0\), stick out of 16×16"):
        on_canvas(IMAGES[:2], (5, 0))


def test_a_cell_that_has_learned_a_stroke_fires_there_and_not_at_another():
    layer = s_layer()
    layer.learn(UPRIGHT)
    plane = int(layer.b.argmax())
    own, other = (layer(image[None])[0, plane] for image in (UPRIGHT, FLAT))
    assert np.unravel_index(own.argmax(), own.shape) == (4, 4)
    assert own[4, 4] > 10 * other[4, 4]


def test_the_threshold_is_the_cosine_similarity_that_the_selectivity_says():
    # In the middle the bell counts what the two strokes share more than their ends.
    layer = s_layer()
    layer.learn(UPRIGHT)
    plane = int(layer.b.argmax())
    c = layer.c.reshape(3, 3)
    similarity = c[1, 1] / (c[1, 1] + 2 * c[0, 1])
    edge = similarity / (1 - similarity)  # r / (r + 1) is the similarity
    for selectivity, fires in ((0.95 * edge, True), (1.05 * edge, False)):
        layer.selectivity = selectivity
        # Sums of small weights before learning shift the edge by a little.
        assert (layer(FLAT[None])[0, plane, 4, 4] > 1e-3) == fires


def test_brightness_hardly_matters():
    layer = s_layer()
    layer.learn(UPRIGHT)
    plane = int(layer.b.argmax())
    bright, dim = (layer(scale * UPRIGHT[None])[0, plane, 4, 4] for scale in (1, 0.5))
    assert dim > 0.6 * bright  # the inhibition falls with the input


def test_different_patterns_are_learned_by_different_planes():
    layer = s_layer()
    for image in (UPRIGHT, FLAT, UPRIGHT, FLAT):
        layer.learn(image)
    upright, flat = (layer(image[None])[0, :, 4, 4] for image in (UPRIGHT, FLAT))
    assert {int(upright.argmax()), int(flat.argmax())} == {0, 1}


def test_nothing_is_learned_from_an_empty_page():
    layer = s_layer()
    before = layer.a.copy()
    layer.learn(np.zeros((1, 9, 9)))
    np.testing.assert_array_equal(layer.a, before)


def test_winners_are_of_different_planes_and_apart():
    y = np.random.default_rng(1).random((6, 10, 10))
    found = winners(y, column=2)
    assert y[found[0]] == y.max()
    assert len({plane for plane, _, _ in found}) == len(found)
    for i, (_, *one) in enumerate(found):
        for _, *other in found[:i]:
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) > 2


def test_an_s_layer_moves_with_its_input(net):
    cells = net.pairs[0][0]
    here, there = (cells(on_canvas(TEST[:5], (0, shift))) for shift in (0, 3))
    np.testing.assert_allclose(there[..., 3:], here[..., :-3], atol=1e-12)


def test_a_c_cell_answers_wherever_in_its_field_its_feature_is():
    u = np.zeros((3, 2, 8, 8))
    for case, column in enumerate((3, 4, 5)):
        u[case, 0, 4, column] = 1.0
    answers = CLayer(kernel_size=5, stride=2)(u)[:, :, 2, 2]
    assert answers[:, 0].min() > 0.6 * answers[:, 0].max()
    assert answers[:, 1].max() == 0


def test_what_all_planes_answer_says_nothing():
    assert CLayer(3, 1)(np.ones((1, 4, 6, 6))).max() == pytest.approx(0, abs=1e-12)


def test_layers_have_the_sizes_of_the_stages(still):
    assert {name: layer.shape[1:] for name, layer in still.items()} == {
        "U0": (1, 16, 16),
        "US1": (12, 16, 16),
        "UC1": (12, 8, 8),
        "US2": (80, 8, 8),
        "UC2": (80, 4, 4),
    }


def test_the_call_returns_the_last_layer(net, still):
    np.testing.assert_array_equal(net(on_canvas(TEST)), still["UC2"])


def test_learning_is_the_same_every_time_and_depends_on_the_seed():
    images = on_canvas(IMAGES[:20])
    first, again, other = (Neocognitron(seed=seed) for seed in (0, 0, 1))
    for network in (first, again, other):
        network.learn(images)
    np.testing.assert_array_equal(first(images), again(images))
    assert not np.array_equal(first(images), other(images))


@pytest.mark.parametrize("shift", [(0, 1), (1, 0), (0, -2), (3, 0), (0, 3)])
def test_c_layers_change_less_under_a_shift_than_what_they_read(net, still, shift):
    moved = net.layers(on_canvas(TEST, shift))
    alike = {name: cosine_similarity(still[name], moved[name]).mean() for name in still}
    assert alike["UC1"] > alike["US1"] + 0.2
    assert alike["UC2"] > alike["US2"] + 0.15
    assert alike["UC2"] > alike["U0"] + 0.05


def test_moved_digits_are_still_told_apart_where_pixels_fail(net):
    known = on_canvas(IMAGES[:KNOWN])
    features = net(known)

    def accuracies(shift):
        moved = on_canvas(TEST, shift)
        pixels = nearest_prototype(known, LABELS[:KNOWN], moved)
        answers = nearest_prototype(features, LABELS[:KNOWN], net(moved))
        return (pixels == TEST_LABELS).mean(), (answers == TEST_LABELS).mean()

    pixels, answers = accuracies((0, 0))
    assert answers > 0.65
    for shift in ((0, 2), (0, -2), (2, 0), (3, 0), (0, 3)):
        pixels, answers = accuracies(shift)
        assert answers > pixels + 0.2, shift
        assert answers > 0.4, shift


def test_similarity_and_prototypes_on_vectors():
    a = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    b = np.array([[0.0, 2.0], [3.0, 3.0], [1.0, 0.0]])
    np.testing.assert_allclose(cosine_similarity(a, b), [0, 1, 0])
    known = np.array([[1.0, 0.1], [2.0, 0.0], [0.0, 1.0]])
    assert nearest_prototype(known, np.array([0, 0, 1]), b[:2]).tolist() == [1, 0]
