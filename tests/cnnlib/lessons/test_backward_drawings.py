"""The gradients that lecture 9 draws are those of PyTorch's autograd."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnlib.lessons import backward as drawn
from cnnlib.lessons.backward.formulas import Setting, by_autograd


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def numbers(grid):
    """Return a grid's numbers as they are written."""
    return [f"{value:g}".replace("-", "−") for value in np.asarray(grid, float).ravel()]


@pytest.fixture
def rng():
    return np.random.default_rng(9)


def passing(rng, rows, columns, kernel, stride=1, dilation=1):
    """Return a layer with small whole numbers, of any shape."""
    x = rng.integers(-3, 4, (rows, columns)).astype(float)
    w = rng.integers(-2, 3, kernel).astype(float)
    shape = F.conv2d(torch.tensor(x)[None, None], torch.tensor(w)[None, None], stride=stride,
                     dilation=dilation).shape[2:]  # fmt: skip
    return drawn.Passing(x, w, rng.integers(-2, 3, shape).astype(float), stride, dilation)


@pytest.mark.parametrize(
    "sizes",
    [(4, 4, (3, 3)), (5, 6, (2, 3)), (5, 7, (3, 2), 2), (6, 6, (3, 3), 1, 2), (7, 5, (2, 2), 3)],
)
def test_a_small_layer_passes_back_what_autograd_does(rng, sizes):
    layer = passing(rng, *sizes)
    x, w, dy = (torch.tensor(each)[None, None] for each in (layer.x, layer.w, layer.dy))
    dx, dw, _ = by_autograd(dy, x, w, Setting(layer.stride, 0, layer.dilation))
    assert np.array_equal(layer.dx, dx[0, 0])
    assert np.array_equal(layer.dw, dw[0, 0])
    assert len(layer.windows()) == len(layer.stamps()) == layer.dy.size


def test_the_last_step_shows_the_whole_gradient(rng):
    layer = passing(rng, 4, 4, (3, 3))
    for steps, whole in ((layer.stamps(), layer.dx), (layer.windows(), layer.dw)):
        assert words(steps[-1])[-whole.size - 1 :] != numbers(whole)[:0]
        found = words(steps[-1])
        assert any(found[i : i + whole.size] == numbers(whole) for i in range(len(found)))
    corner = drawn.gathering(layer, [(0, 0), (3, 3)])
    assert words(corner[-1]).count(numbers(layer.dx)[-1]) >= 1
    assert f"= {layer.dw[2, 2]:g}".replace("-", "−") in words(layer.correlating()[-1])[-1]


@pytest.mark.parametrize(("n", "stride"), [(5, 1), (7, 2), (8, 2), (9, 3)])
def test_a_row_passes_back_what_autograd_does(n, stride):
    w, x = (3.0, 1.0, 2.0), np.arange(1.0, n + 1)
    leaves = [torch.tensor(each)[None, None].requires_grad_() for each in (x, np.array(w))]
    y = F.conv1d(*leaves, stride=stride)
    dy = torch.arange(1.0, y.numel() + 1, dtype=torch.float64).reshape(y.shape)
    dx, dw = torch.autograd.grad(y, leaves, dy)
    row = drawn.Row(w, tuple(dy.flatten().tolist()), n, stride)
    assert np.array_equal(row.dx, dx[0, 0])
    assert np.array_equal(row.weight_gradient(x), dw[0, 0])
    sliding = np.lib.stride_tricks.sliding_window_view(row.spread, 3) @ np.array(w[::-1])
    assert np.array_equal(sliding, row.dx)
    steps = row.gathering()
    assert sum("never read" in words(step) for step in steps) == row.unread
    assert words(row.spreading(x)[-1])[-1].endswith(f"= {row.weight_gradient(x)[-1]:g}")


def test_formulas_hold_for_layers_of_every_kind():
    assert drawn.agreeing(40, seed=1) == 40


def test_columns_are_those_of_unfold_and_fold(rng):
    x = rng.integers(0, 9, (4, 5)).astype(float)
    columns = drawn.Columns(x, rng.normal(size=(2, 2, 2)), rng.normal(size=(2, 12)))
    leaf = torch.tensor(x)[None, None]
    assert np.array_equal(columns.columns, F.unfold(leaf, 2)[0])
    y = torch.tensor(columns.filters)[:, None]
    dy = torch.tensor(columns.dy).reshape(1, 2, 3, 4)
    dx, dw, _ = by_autograd(dy, leaf, y, Setting())
    assert np.allclose(columns.folded(columns.dcolumns), dx[0, 0])
    assert np.allclose(columns.dy @ columns.columns.T, dw.flatten(1))
    assert len(columns.unfolding()) == len(columns.folding()) == 12


@pytest.mark.parametrize("kind", ["max", "average"])
@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 1), (3, 2), (2, 1)])
def test_pooling_passes_back_what_autograd_does(rng, kind, k, stride):
    x = rng.permutation(35).reshape(5, 7).astype(float)
    leaf = torch.tensor(x)[None, None].requires_grad_()
    y = (F.max_pool2d if kind == "max" else F.avg_pool2d)(leaf, k, stride)
    dy = torch.tensor(rng.integers(-3, 4, y.shape[2:]).astype(float))
    y.backward(dy[None, None])
    pooled = drawn.Pooling(x, dy.numpy(), k, stride, kind)
    assert np.allclose(pooled.y, y.detach()[0, 0])
    assert np.allclose(pooled.dx, leaf.grad[0, 0])
    assert len(pooled.steps()) == dy.numel()


def test_ties_go_to_the_first_in_reading_order():
    leaf = torch.ones(1, 1, 4, 4, requires_grad=True)
    F.max_pool2d(leaf, 3, 1).sum().backward()
    assert np.array_equal(drawn.Pooling(np.ones((4, 4)), np.ones((2, 2)), 3, 1).dx, leaf.grad[0, 0])


def test_every_mistake_passes_some_test_but_not_the_last():
    passes = np.array(
        [[t.passes(wrong) for t in drawn.TRIALS] for wrong in drawn.MISTAKES.values()]
    )
    assert passes[:, :-1].any(0).all()
    assert passes.any(1).all()
    assert not passes[:, -1].any()
    names = [trial.name for trial in drawn.TRIALS]
    drawing = drawn.draw_caught([*drawn.MISTAKES], names, ~passes)
    assert words(drawing).count("✗ passes") == passes.sum()


def test_errors_over_eps_have_two_arms_only_where_the_curve_bends():
    steps = 10.0 ** np.arange(-11, 1)
    bent, straight = (drawn.errors(steps, 5, bent=how) for how in (True, False))
    assert 0 < bent.argmin() < len(steps) - 1
    assert straight.argmin() == len(steps) - 1


def test_floats_are_as_far_apart_as_drawn():
    drawing = drawn.draw_floats((1e-16, 5e-16))
    assert 1 + 1e-16 == 1
    assert "ε = 1·10⁻¹⁶:  no step at all" in words(drawing)
    assert "ε = 5·10⁻¹⁶:  the step is 11% too short" in words(drawing)


def test_descent_finds_the_kernel_that_made_the_map(rng):
    image, kernel = rng.random((24, 24)), np.array([[1.0, -2.0], [0.0, 3.0]])
    found = drawn.find_kernel(image, kernel, 0, (0, 400))
    assert found.errors[400] < 0.01 < found.errors[0]


def test_a_blurred_image_comes_back(rng):
    image, blur = rng.random((16, 16)), drawn.gaussian(3, 0.6)
    after = drawn.find_photo(drawn.blurred(image, blur), blur, (0, 60))
    before, now = (np.abs(after[step] - image).mean() for step in (0, 60))
    assert now < 0.2 * before


def test_pytorch_counts_twice_the_work_backward():
    x, w = torch.randn(2, 3, 8, 8), torch.randn(4, 3, 3, 3)
    forward, backward = drawn.counted(x, w, 1)
    assert forward == 2 * 4 * 8 * 8 * 3 * 9
    assert backward == 2 * forward


def test_channels_get_arrows_from_the_filters_of_their_group():
    drawing = drawn.draw_channels([(4, 4, 1), (4, 4, 2)])
    assert len(re.findall("marker-end", drawing.svg())) == 4 + 2
    assert "G = 2: dx₂ sums over 2 filters" in words(drawing)
