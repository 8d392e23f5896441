"""The drawings of lecture 6 show computed fields, and a race says only what it saw."""

from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

from cnnlib.lessons import fields as drawn
from cnnlib.receptive_field import receptive_field
from cnnlib.spec import Conv, MaxPool, Sequential


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("kernels", [(3,), (3, 3), (7,), (3, 3, 3), (5, 3)])
def test_a_chain_shows_the_field(kernels):
    net = Sequential(*(Conv(1, k) for k in kernels), input_shape=(1, 20, 20))
    field = receptive_field(net).size[0]
    said = words(drawn.draw_chain(kernels, 9))
    assert f"{field} × {field}" in said
    assert "1 × 1" in said


def test_a_chain_is_followed_as_far_as_asked():
    ends = [words(drawn.draw_chain((3, 3), 7, reached)) for reached in (2, 1, 0)]
    sizes = [[word for word in said if "×" in word] for said in ends]
    assert sizes == [["1 × 1"], ["3 × 3", "1 × 1"], ["5 × 5", "3 × 3", "1 × 1"]]


def test_jumps_are_those_of_the_network():
    layers = [Conv(1, 3), MaxPool(2), Conv(1, 3), MaxPool(2), Conv(1, 3)]
    said = words(drawn.draw_jumps(layers, "abcde", 5))
    assert "18 pixels" in said
    assert [word for word in said if "jump" in word] == [
        "field 3, jump 1",
        "field 4, jump 2",
        "field 8, jump 2",
        "field 10, jump 4",
        "field 18, jump 4",
    ]


def test_weights_are_counted_cell_for_cell():
    said = words(drawn.draw_cells(64, 56 * 56))
    assert {"49 C²", "27 C²", "200,704 weights", "110,592 weights"} <= set(said)
    assert drawn.draw_cells(1, 1).svg().count("<rect") == 49 + 27


def test_what_counts_is_a_twentieth_of_the_largest():
    influence = np.zeros((9, 9))
    influence[4, 4], influence[3, 4], influence[0, 0] = 1, 0.05, 0.049
    assert drawn.influential(influence) == 2


@pytest.mark.parametrize(
    "ratios, verdict",
    [
        ((1.1, 1.2, 1.3, 1.4), "the 7×7 layer took longer in most runs"),
        ((0.5, 0.6, 0.7, 0.8), "the three 3×3 layers took longer in most runs"),
        ((0.8, 0.9, 1.1, 1.2), "no clear difference"),
    ],
)
def test_a_race_says_only_what_most_runs_show(ratios, verdict):
    assert drawn.Race(ratios).verdict == verdict
    assert verdict in words(drawn.Race(ratios).draw(1.8))


def test_a_race_runs_both_networks_in_turns():
    ran = []

    class Runner(nn.Module):
        def __init__(self, name):
            super().__init__()
            self.name = name

        def forward(self, x):
            ran.append(self.name)
            return x

    result = drawn.race(Runner("a"), Runner("b"), torch.zeros(1), runs=3)
    assert ran == ["a", "b"] * 5
    assert len(result.ratios) == 3


@pytest.mark.parametrize(
    "drawing",
    [
        drawn.draw_chains([(7,), (3, 3, 3)], 7), drawn.draw_nested((3, 8, 18)),
        drawn.draw_growth((3, 5), 4), drawn.draw_two_ways({"seven": 15, "four": 38}),
        drawn.draw_famous({"small": (227, 195), "large": (224, 483)}),
        drawn.draw_measured(np.eye(30), range(8, 20), range(8, 20)),
        drawn.draw_effective({2: np.eye(9), 5: np.eye(9)}, {2: 5, 5: 9}),
    ],
    ids=lambda drawing: drawing.alt[:30],
)  # fmt: skip
def test_drawings_are_whole_and_say_what_they_show(drawing):
    ElementTree.fromstring(drawing.svg())
    assert len(drawing.alt) > 40
    assert 300 < drawing.view.width < 1350
    assert drawing.view.height < 640
