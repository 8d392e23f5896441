"""The table of activation functions is right, and so are the networks and drawings made of it."""

from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from cnnlib.lessons import activations as drawn
from cnnlib.lessons.activations import BY_NAME, CLASSIC, TABLE, Crowd, chain
from cnnlib.lessons.activations.judged import pytorch

WIDE = np.concatenate([np.linspace(-1e4, 1e4, 2001), np.linspace(-9, 9, 3601), [-2 / 3]])


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_the_classic_slides_have_twenty_functions_and_two_are_of_today():
    assert len(CLASSIC) == 20
    assert [each.name for each in TABLE[20:]] == ["GELU", "SiLU"]
    assert len(BY_NAME) == len(TABLE)


@pytest.mark.parametrize("function", TABLE, ids=lambda each: each.name)
def test_a_slope_is_the_limit_of_two_points(function):
    x = np.linspace(-6.03, 6.05, 2001)
    for corner in function.corners:
        x = x[np.abs(x - corner) > 1e-3]
    numeric = (function.value(x + 1e-6) - function.value(x - 1e-6)) / 2e-6
    np.testing.assert_allclose(function.slope(x), numeric, atol=2e-9, rtol=2e-9)


@pytest.mark.parametrize("function", TABLE, ids=lambda each: each.name)
def test_a_corner_is_where_the_slope_jumps(function):
    for at in np.arange(-300, 301) / 100:
        before, after = (float(function.slope(np.float64(at + d))) for d in (-1e-9, 1e-9))
        corner = any(abs(at - each) < 1e-3 for each in function.corners)
        if corner or abs(before - after) > 1e-6:
            assert any(abs(at - each) < 0.01 for each in function.corners), at
    for corner in function.corners:
        values = function.value(np.array([corner - 1e-7, corner + 1e-7]))
        slopes = function.slope(np.array([corner - 1e-7, corner + 1e-7]))
        assert abs(np.diff(slopes)) > 0.05 or abs(np.diff(values)) > 0.5


@pytest.mark.parametrize("function", TABLE, ids=lambda each: each.name)
def test_a_range_is_where_the_values_are(function):
    values = function.value(WIDE)
    for end, found in ((function.low, values.min()), (function.high, values.max())):
        if np.isfinite(end):
            assert found == pytest.approx(end, abs=2e-4)
        else:
            assert np.sign(end) * found > 9
    assert np.all((values >= function.low) & (values <= function.high))
    if function.ends == "{}":
        assert set(values) == {function.low, function.high}


@pytest.mark.parametrize("name", pytorch())
def test_values_and_slopes_are_those_of_pytorch(name):
    x = np.concatenate([np.linspace(-30, 30, 1001), [0.0, -0.0, 1e-9, -1e-9]])
    z = torch.tensor(x, requires_grad=True)
    y = pytorch()[name](z)
    (slope,) = torch.autograd.grad(y.sum(), z)
    np.testing.assert_allclose(BY_NAME[name].value(x), y.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(BY_NAME[name].slope(x), slope.numpy(), rtol=1e-10, atol=1e-12)


def test_no_number_is_too_large():
    with np.errstate(over="raise", invalid="raise"):
        for function in TABLE:
            assert np.isfinite(function.slope(np.array([-800.0, 800.0]))).all()
            assert np.isfinite(function.value(np.array([-800.0, 800.0]))).all()


def test_a_range_is_written_with_its_brackets():
    written = {name: BY_NAME[name].range for name in ("ReLU", "tanh", "arctan", "binary step")}
    assert written == {
        "ReLU": "[0, ∞)", "tanh": "(−1, 1)", "arctan": "(−π/2, π/2)", "binary step": "{0, 1}"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["tanh", "SELU", "SiLU"])
@pytest.mark.parametrize("weight", [0.5, 1.7])
def test_a_chain_has_the_gradients_of_autograd(name, weight):
    links = chain(BY_NAME[name], 0.7, weight, layers=6)
    f = pytorch()[name]
    z = [torch.tensor(0.7, dtype=torch.float64, requires_grad=True)]
    for _ in range(5):
        z.append(weight * f(z[-1]))
    assert [float(link.z) for link in links] == pytest.approx([each.item() for each in z])
    gradients = torch.autograd.grad(f(z[-1]), z)
    expected = [each.item() for each in gradients]
    assert [float(link.gradient) for link in links] == pytest.approx(expected)


def test_a_crowd_trains_each_network_as_pytorch_would():
    rng = np.random.default_rng(0)
    images, labels = rng.standard_normal((20, 5)), rng.integers(0, 3, 20)
    rates = [0.1, 0.7]
    crowd = Crowd((5, 4, 3), BY_NAME["tanh"], [3, 4])
    nets = []
    for number in range(2):
        net = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3))
        for layer, w in zip(net[::2], crowd.weights, strict=True):
            layer.weight.data = torch.tensor(w[number].T.copy())
            layer.bias.data = torch.zeros(len(layer.bias), dtype=torch.float64)
        nets.append(net)
    crowd.fit(images, labels, rates=rates, epochs=3, batch=20)
    x, y = torch.tensor(images), torch.tensor(labels)
    for number, (net, rate) in enumerate(zip(nets, rates, strict=True)):
        descent = torch.optim.SGD(net.parameters(), lr=rate)
        for _ in range(3):
            descent.zero_grad()
            torch.nn.functional.cross_entropy(net(x), y).backward()
            descent.step()
        for layer, w, b in zip(net[::2], crowd.weights, crowd.biases, strict=True):
            np.testing.assert_allclose(w[number].T, layer.weight.detach().numpy(), atol=1e-12)
            np.testing.assert_allclose(b[number, 0], layer.bias.detach().numpy(), atol=1e-12)


def test_silent_units_are_those_that_no_image_makes_positive():
    crowd = Crowd((2, 3, 2), BY_NAME["ReLU"], [0])
    crowd.weights[0][0] = [[1, -1, 1], [1, -1, -1]]
    assert crowd.silent(np.array([[1.0, 2.0], [3.0, 1.0]])).tolist() == [1 / 3]


def test_a_collapse_ends_with_the_product_of_all():
    matrices = [np.array(each) for each in ([[1, 2], [0, 1]], [[1, 0], [-1, 1]], [[2, 0], [1, 1]])]
    steps = drawn.draw_collapse(matrices)
    assert len(steps) == 3
    product = matrices[2] @ matrices[1] @ matrices[0]
    assert str(product.tolist()) in steps[-1].alt
    assert "W₃W₂W₁  =" in words(steps[-1])


def test_a_gradient_passes_where_z_was_positive():
    z, dy = np.array([[1.0, -2.0], [0.0, 3.0]]), np.array([[0.5, 0.6], [0.7, -0.8]])
    said = words(drawn.draw_backward(z, dy)[-1])
    assert said[-4:] == ["0.5", "0", "0", "−0.8"]
    assert words(drawn.draw_example(z, np.maximum(0, z))[-1])[-4:] == ["1", "0", "0", "3"]


def test_squares_shrink_with_the_gradient():
    steps = drawn.draw_factors(0.25, (0, 2))
    assert [step.svg().count("<rect") for step in steps] == [1, 3]
    assert "0.0625" in words(steps[-1])


def test_a_maxout_of_more_lines_is_nearer():
    off = [
        float(next(word for word, name in zip(said[1:], said, strict=False) if "most" in name))
        for said in map(words, drawn.draw_maxout((2, 3, 5)))
    ]
    assert off == sorted(off, reverse=True)


def test_functions_that_go_on_for_ever_carry_an_arrow():
    drawing = drawn.draw_ranges([BY_NAME["tanh"], BY_NAME["ReLU"], BY_NAME["identity"]])
    assert drawing.svg().count("marker-end") == 1 + 2
    assert words(drawing).count("∞") == 2


def test_bars_are_sorted_by_what_they_show():
    said = words(drawn.draw_accuracies({"a": [0.5, 0.7], "b": [0.9, 0.9], "c": [0.1, 0.1]}))
    assert [word for word in said if word in "abc"] == ["b", "a", "c"]
    assert [word for word in said if "%" in word] == ["90 %", "60 %", "10 %"]


@pytest.mark.parametrize(
    "drawing",
    [
        *(drawn.draw_cards([each.name for each in TABLE[i : i + 8]]) for i in (0, 8, 14)),
        drawn.draw_errors({"a": (1e-10, 1e-16), "b": (1e-9, None)}),
        drawn.draw_factors(0.25, (0, 3, 10))[-1],
        drawn.draw_goals(),
        drawn.draw_history(),
        drawn.draw_leaks({"PyTorch": 0.01, "Keras": 0.3, "slides": 0.1}),
        drawn.draw_learned(np.array([[0.1, 0.4]]), 1 / 8, 1 / 3),
        drawn.draw_maps(),
        drawn.draw_secant(),
        drawn.draw_slopes("sigmoid", (-1, 2))[-1],
        drawn.draw_softsign(),
        drawn.draw_tanh(),
        drawn.draw_title(),
        drawn.draw_silent([0.1, 1], np.array([[0.1, 0.2]] * 2), np.array([[0.9, 0.8]] * 2)),
        drawn.draw_dying([np.array([-1.0, 2.0]), np.array([-3.0, -2.0])], ["before", "after"])[-1],
    ],
    ids=lambda drawing: drawing.alt[:30],
)
def test_drawings_are_whole_and_say_what_they_show(drawing):
    ElementTree.fromstring(drawing.svg())
    assert len(drawing.alt) > 40
    assert 300 < drawing.view.width < 1350
    assert drawing.view.height < 660
