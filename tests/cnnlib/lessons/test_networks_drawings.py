"""What lecture 10 draws follows from descriptions; what it trains, from its networks."""

from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

from cnnlib.lessons import networks as drawn
from cnnlib.lessons.networks.tables import working
from cnnlib.lessons.networks.trained import Run
from cnnlib.spec import LRN, Conv, Flatten, Linear, MaxPool, ReLU, Sequential
from cnnlib.zoo import NETWORKS, alexnet, googlenet, lenet5, resnet, vgg


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(("n", "m", "k"), [(1, 1, 0), (2, 3, 1), (3, 2, 2), (5, 1, 2)])
def test_what_the_pattern_makes_reads_as_the_pattern(n, m, k):
    net = drawn.pattern(n, m, k)
    reading = drawn.read(net)
    assert reading.letters == ("C" * n + "P") * m + "F" * (k + 1)
    assert (reading.n, reading.k, reading.fits) == (n, k, True)
    assert net.to_torch()(torch.zeros(1, 1, 8, 8)).sum().item() == pytest.approx(1)
    said = words(drawn.draw_pattern(n, m, k))
    assert said.count("CONV") == n * m
    assert said.count("POOL") == m
    assert said.count("FC") == k + 1


def test_without_pooling_it_is_one_run_of_convolutions():
    assert drawn.read(drawn.pattern(2, 3, 0, pool=False)).letters == "CCCCCCF"


def test_both_versions_of_lenet_read_alike():
    letters = [drawn.read(lenet5(variant)).letters for variant in ("1998", "modern")]
    assert letters == ["CPCPCF", "CPCPCFF"]  # the output of 1998 does not learn


def test_too_many_convolutions_or_linear_layers_do_not_fit():
    assert not drawn.read(drawn.pattern(6, 1, 0)).fits
    assert not drawn.read(drawn.pattern(1, 1, 3)).fits
    assert not drawn.read(resnet(18)).chain


@pytest.mark.parametrize(
    ("net", "depth"),
    [
        (lenet5("modern"), 5),
        (alexnet("paper"), 8),
        (vgg(19), 19),
        (googlenet(), 22),
        (resnet(34), 34),
        (resnet(152), 152),
    ],
    ids=lambda each: getattr(each, "name", None),
)
def test_networks_are_as_deep_as_they_are_called(net, depth):
    assert drawn.depth(net) == depth


def test_the_ancestors_are_drawn_to_one_scale():
    nets = {"small": lenet5("modern"), "large": vgg(16)}
    svg = ElementTree.fromstring(drawn.draw_ancestors(nets, side=0.5).svg())
    boxes = list(svg.iter("{http://www.w3.org/2000/svg}rect"))
    shapes = [shape for net in nets.values() for shape in drawn.volumes(net)]
    assert len(boxes) == len(shapes)
    scales = set()
    for box, shape in zip(boxes, shapes, strict=True):
        wide, high = float(box.get("width")), float(box.get("height"))
        if len(shape) == 3 and shape[1] > 8:
            assert high == 0.5 * shape[1]
        if wide > 2:
            scales.add(round(wide / shape[0], 3))
    assert len(scales) == 1
    alone = ElementTree.fromstring(drawn.draw_ancestors(nets, side=0.5, count=1).svg())
    small = list(alone.iter("{http://www.w3.org/2000/svg}rect"))
    assert [box.attrib for box in small] == [box.attrib for box in boxes[: len(small)]]


def test_a_table_adds_up_row_by_row():
    rows = drawn.table_rows(alexnet("single"))
    steps = drawn.draw_rows(rows, (1, 3))
    assert "34,944" in words(steps[0])
    assert "649,600" in words(steps[1])  # 34,944 + 614,656
    assert "62,378,344" in words(steps[2])
    assert working(rows[-1]) == "(4,096 + 1) · 1,000"
    grouped = drawn.table_rows(alexnet("paper"))
    assert working(grouped[2]) == "(5·5·48 + 1) · 256"
    for row in rows + grouped:
        if formula := working(row).replace("·", "*").replace(",", ""):
            assert eval(formula) == row.parameters


def test_the_table_of_connections_has_its_sixty_kernels():
    table = next(layer.connections for layer in lenet5("1998").layers if layer.name == "c3")
    assert "60 of 96 kernels" in words(drawn.draw_connections(table))


@pytest.mark.parametrize("layer", [LRN(5, 5e-4, 0.75, 2.0), LRN(3, 0.1, 0.5, 1.0), LRN(4, 1.0)])
def test_responses_are_those_of_pytorch(layer):
    values = np.random.default_rng(0).uniform(0, 90, 11)
    module = nn.LocalResponseNorm(layer.size, layer.alpha, layer.beta, layer.k)
    expected = module(torch.tensor(values)[None, :, None])[0, :, 0]
    assert drawn.respond(values, layer) == pytest.approx(expected.numpy())


def test_a_module_is_drawn_with_every_branch():
    module = next(layer for layer in googlenet().layers if layer.name == "inception3a")
    said = words(drawn.draw_module(module, (192, 28, 28), "four branches"))
    assert said.count("1×1") == 4
    assert {"3×3", "5×5", "concat", "→ 128, ReLU", "192", "256"} <= set(said)
    block = next(layer for layer in resnet(34).layers if layer.name == "conv2_2")
    said = words(drawn.draw_modules([("a", block, (64, 56, 56))], "a block"))
    assert {"x, unchanged", "+"} <= set(said)


def test_layers_that_are_taken_away_leave_the_rest():
    layers = [Conv(4, 3), ReLU(), MaxPool(2), Linear(10)]
    said = words(drawn.draw_without(layers, layers[:3], ("all", "an MLP")))
    assert said.count("conv") == 1
    assert said.count("FC") == 2
    assert said.count("✗ taken away") == 3


def test_plain_and_residual_stacks_differ_in_nothing_but_additions():
    plain, residual = (drawn.stack(2, residual=each) for each in (False, True))
    assert drawn.depth(plain) == drawn.depth(residual) == 6
    ours = [row.parameters for row in plain.summary().rows if row.parameters]
    assert ours == [row.parameters for row in residual.summary().rows if row.parameters]


def test_training_is_the_same_for_the_same_seed():
    net = Sequential(Flatten(), Linear(10), input_shape=(1, 8, 8))
    threads = torch.get_num_threads()
    once, again = (drawn.train(net, (0, 1), epochs=1) for _ in range(2))
    assert once == again
    assert once[0] != once[1]
    assert torch.get_num_threads() == threads


def test_every_run_is_drawn():
    runs = {
        "a": [Run((2.0, 1.0), 0.9, 0.8), Run((2.1, 1.2), 0.9, 0.7)],
        "b": [Run((2, 0.1), 1, 0.9)],
    }
    kinds = {"a": "muted", "b": "output"}
    assert "new digits: 80 %, 70 %" in words(drawn.draw_losses(runs, kinds))
    drawing = drawn.draw_race(runs, {"a": "", "b": ""}, kinds)
    assert drawing.svg().count("<circle") == 3
    assert "a 80.0 %, 70.0 %" in drawing.alt


@pytest.mark.parametrize("score", drawn.SCORES, ids=lambda score: score.name)
def test_what_a_network_costs_follows_from_its_description(score):
    if score.zoo:
        summary = NETWORKS[score.zoo]().summary()
        assert score.parameters == summary.parameters == score.published[0]
        assert score.macs / 1e9 == pytest.approx(score.published[1], abs=6e-4)
    assert 50 < score.accuracy < 90
    assert "torchvision" in score.source


def test_scores_appear_year_by_year():
    early, late = (drawn.draw_scores(drawn.SCORES, year) for year in (2014, 2022))
    assert "VGG-16" in words(early)
    assert "ResNet-50" not in words(early)
    assert {score.name for score in drawn.SCORES} <= set(words(late))


def test_compound_scaling_doubles_the_work():
    assert drawn.compound(1) == pytest.approx(1.2 * 1.1**2 * 1.15**2)
    assert drawn.compound(3) == pytest.approx(drawn.compound(1) ** 3)
