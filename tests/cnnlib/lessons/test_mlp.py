"""What lecture 03 computes is right, and its drawings say the numbers that they are made from."""

import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnlib.data import digits, photo
from cnnlib.lessons import mlp as drawn
from cnnlib.lessons.mlp import backward, shuffling, sizes, sparse


def words(drawing):
    return [re.sub("<[^>]+>", "", t) for t in re.findall(r"<text.*?</text>", drawing.svg())]


def steps(found):
    """Return the drawings of steps."""
    return found._drawings


def test_backward_by_hand_is_pytorchs_for_any_small_network():
    rng = np.random.default_rng(2)
    for _ in range(20):
        net = backward.Tiny(rng.normal(size=(2, 2)), rng.normal(size=2))
        x, target = rng.normal(size=2), float(rng.normal())
        found = backward.forward_and_back(net, x, target)
        w1, w2 = (torch.tensor(each, requires_grad=True) for each in (net.w1, net.w2))
        loss = (w2 @ torch.relu(w1 @ torch.tensor(x)) - target) ** 2 / 2
        loss.backward()
        assert found.loss == pytest.approx(loss.item())
        assert np.allclose(found.dw1, w1.grad.numpy())
        assert np.allclose(found.dw2, w2.grad.numpy())


def test_numeric_derivatives_move_each_weight_alone():
    net = backward.Tiny(np.array([[0.3, -0.2], [0.5, 0.4]]), np.array([1.5, -0.7]))
    found = backward.by_hand(backward.forward_and_back(net))
    assert drawn.numeric(net) == pytest.approx(found, abs=1e-8)
    assert len(found) == 6


def test_a_derivative_is_shown_from_the_step_on_that_finds_it():
    drawings = steps(drawn.draw_backward())
    shown = [sum("∂E/∂" in each for each in words(drawing)) for drawing in drawings]
    assert shown == sorted(shown)
    assert shown[2] == 0 < shown[3]
    assert "E = 0.125" in words(drawings[-1])
    assert {"∂E/∂w₁₂ = 0.5", "∂E/∂w₂₁ = 0", "∂E/∂v₁ = 1.5"} <= set(words(drawings[-1]))


def test_the_three_rules_multiply():
    said = " ".join(words(steps(drawn.draw_rule(3.0, -2.0, 0.5, 0.1))[-1]))
    assert "0.1 · 0.5 = 0.05" in said
    assert "3 · 0.05 = 0.15" in said
    assert "(−2) · 0.05 = −0.1" in said


def test_a_unit_adds_up_and_cuts_off():
    first, _, last = steps(drawn.draw_unit((2, -1, 3), (0.5, 1, -1), 1))
    assert not any("f(z)" in each for each in words(first))
    assert any("= −2" in each and "max(0, −2) = 0" in each for each in words(last))


@pytest.mark.parametrize("land", [drawn.valley(photo(30))[0], drawn.twins()])
def test_slopes_are_those_of_the_losses(land):
    rng = np.random.default_rng(0)
    for w in rng.normal(size=(10, 2)):
        moves = 1e-6 * np.eye(2)
        numeric = (land.loss(w + moves) - land.loss(w - moves)) / 2e-6
        assert np.allclose(land.slope(w), numeric, atol=1e-8)


def test_a_valley_is_what_a_fit_finds_and_its_limit_holds():
    image = photo(30)
    land, best, limit = drawn.valley(image)
    x, y = image[:, :-1].ravel(), image[:, 1:].ravel()
    assert np.allclose(best, np.polyfit(x, y, 1))
    assert land.loss(best) == pytest.approx(np.mean((best[0] * x + best[1] - y) ** 2))
    start = (best[0] + 0.3, best[1] + 0.5)
    below, above = (drawn.descend(land, start, rate * limit, 400)[-1] for rate in (0.97, 1.03))
    assert land.loss(below) < land.loss(np.array(start)) < land.loss(above)


def test_on_the_floors_of_both_valleys_the_loss_is_0():
    for floor in drawn.twin_floors():
        assert np.allclose(drawn.twins().loss(floor), 0)
    assert np.array_equal(*(np.abs(floor) for floor in drawn.twin_floors()))


def test_each_rate_says_its_loss_and_one_leaves_the_map():
    land, best, limit = drawn.valley(photo(30))
    rates = [(0.02, "slow"), (1.5 * limit, "wild")]
    drawing = drawn.draw_rates(land, (-0.4, 0.85), rates, 20, best)
    assert sum("loss after 20 steps" in each for each in words(drawing)) == 2
    assert drawing.svg().count("cnn-arrow-wrong") > 0
    still = drawn.draw_starts(drawn.twins(), [(0.4, 0.2), (0, 0)], 0.3, 40, drawn.twin_floors())
    assert "1 stays where it began" in still.alt.replace("and ", "")


def test_a_convolution_is_its_matrix():
    rng = np.random.default_rng(1)
    for shape, kernel_shape in (((5, 7), (3, 2)), ((4, 4), (4, 1)), ((6, 5), (1, 1))):
        image, kernel = rng.normal(size=shape), rng.normal(size=kernel_shape)
        wanted = F.conv2d(torch.tensor(image)[None, None], torch.tensor(kernel)[None, None])
        matrix = drawn.convolution_matrix(kernel, shape)
        for found in (matrix @ image.ravel(), matrix.dense @ image.ravel()):
            assert np.allclose(found, wanted.flatten().numpy())
        assert len(matrix.values) == kernel.size * matrix.shape[0]


def test_each_row_of_the_matrix_comes_with_its_output():
    image, kernel = np.arange(16).reshape(4, 4), np.arange(1.0, 10).reshape(3, 3)
    drawings = steps(drawn.draw_rows(image, kernel))
    y = sparse.convolution_matrix(kernel, image.shape) @ image.ravel()
    for row, drawing in enumerate(drawings):
        assert [f"= {value:g}" in words(drawing) for value in y] == [
            number <= row for number in range(4)
        ]


def test_sharing_counts_what_it_draws():
    lines = [drawing.svg().count('data-key="w-') for drawing in steps(drawn.draw_sharing())]
    assert lines == [35, 15, 15]
    assert drawn.counts() == (35, 15, 3)
    letters = [each for each in words(steps(drawn.draw_sharing())[-1]) if each in "abc"]
    assert [letters.count(each) for each in "abc"] == [5, 5, 5]


def test_correlation_of_neighbours():
    ramp = np.tile(np.arange(10.0), (3, 1))
    assert drawn.correlation(ramp, 3) == 1
    noise = np.random.default_rng(0).normal(size=(200, 200))
    assert abs(drawn.correlation(noise, 1)) < 0.03
    assert "correlation 1.00" in drawn.draw_pairs(ramp / 9, (1, 3)).alt


def test_shuffling_moves_every_pixel_alike_and_placing_keeps_the_digit():
    images, _ = digits("test")
    rng = np.random.default_rng(0)
    scattered = drawn.placed(images[:20], rng)
    assert scattered.shape == (20, 1, 12, 12)
    assert np.allclose(scattered.sum((1, 2, 3)), images[:20].sum((1, 2, 3)))
    order = rng.permutation(144)
    mixed = drawn.shuffled(scattered, order)
    assert np.array_equal(mixed.reshape(20, -1)[:, np.argsort(order)], scattered.reshape(20, -1))
    moved = drawn.placed(images[:1], side=16, shift=3)
    assert np.array_equal(moved[0, 0, 4:12, 7:15], images[0, 0])


def test_networks_of_the_experiment_have_the_parameters_that_the_notes_name():
    counts = [
        sum(p.numel() for p in net.parameters()) for net in (shuffling.mlp(), shuffling.cnn())
    ]
    assert counts == [19_850, 5_130]


def test_only_columns_that_move_with_the_pixels_give_the_same_sums():
    w, x = np.array([[1, 0, 2], [0, 1, -1]]), np.array([3, 1, 4])
    order = np.array([2, 0, 1])
    first, second, last = (
        [each for each in words(drawing) if "=" in each]
        for drawing in steps(drawn.draw_columns(w, x, order))
    )
    assert first == last == ["= 11", "= −3"]
    assert second == [f"= {total} ✗" for total in w @ x[order]]


def test_a_portrait_has_the_size_that_is_asked_for():
    for side in (32, 125, 200, 500):
        image = sizes.portrait(side)
        assert image.shape == (side, side, 3)
        assert 0 <= image.min() < 0.2
        assert 0.8 < image.max() <= 1
    assert "3,072" in words(drawn.draw_weights({32: 3_072}))
    assert any("1,600 times" in each for each in words(drawn.draw_first_layers(12_000_000, 7_500)))


def test_a_study_is_the_same_each_time_and_its_sizes_do_not_meet():
    few = drawn.study((1, 2), seeds=2, count=20, steps=30)
    again = drawn.study((2,), seeds=2, count=20, steps=30)
    assert few.known[2] == again.known[2]
    assert few.unknown[2] == again.unknown[2]
    _, labels = drawn.moons(400, 0, wrong=0.2)
    _, truth = drawn.moons(400, 0)
    assert 0.15 < (labels != truth).mean() < 0.25
    assert words(drawn.draw_fields(few, (1, 2)))[0] == "1 hidden unit"
