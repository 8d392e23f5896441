"""The drawings of lecture 5 show the sizes that PyTorch computes."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnlib.lessons import arithmetic as drawn
from cnnlib.lessons.arithmetic.maps import filtered


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def count(drawing, kind):
    """Return how many frames or lines have a colour."""
    return len(re.findall(rf'style="fill:[^"]*stroke:var\(--cnn-{kind},', drawing.svg()))


@pytest.mark.parametrize(
    "settings", [(7, 3), (7, 3, 2), (7, 3, 3), (7, 3, 1, 1), (7, 3, 3, 1), (7, 3, 1, 0, 2)]
)
def test_windows_fill_the_output_that_pytorch_makes(settings):
    sliding = drawn.Sliding(*settings)
    n, kernel, *rest = settings
    made = F.conv2d(torch.zeros(1, 1, n, n), torch.zeros(1, 1, kernel, kernel), None, *rest)
    assert sliding.size == made.shape[-1]
    last = sliding.steps()[-1]
    numbers = [word for word in words(last) if word.isdigit()]
    assert numbers == [str(number + 1) for number in range(sliding.size**2)]


def test_what_no_window_reads_is_crossed_out():
    misfit = drawn.Sliding(7, 3, stride=3)
    assert misfit.unread == 1
    assert "1 row and 1 column that no window reads" in words(misfit.draw(1, 1))
    assert count(misfit.draw(0, 0), "wrong") == 0
    assert count(misfit.draw(1, 1), "wrong") == count(misfit.draw_tiles(), "wrong") > 0
    fits = drawn.Sliding(7, 3, stride=2)
    assert fits.unread == 0
    assert count(fits.steps()[-1], "wrong") == 0


@pytest.mark.parametrize(
    "settings, text",
    [
        ((7, 3), "(7 − 3) / 1 + 1 = 5"),
        ((7, 3, 3), "(7 − 3) / 3 + 1 = 2.33 → 2"),
        ((7, 3, 3, 1), "(7 + 2·1 − 3) / 3 + 1 = 3"),
        ((7, 3, 1, 0, 2), "(7 − (2·(3 − 1) + 1)) / 1 + 1 = 3"),
    ],
)
def test_the_formula_has_the_numbers_in_it(settings, text):
    assert text in words(drawn.Sliding(*settings).draw(0, 0))


def test_the_window_keeps_its_name_from_step_to_step():
    first, second = drawn.Sliding(7, 3).steps([(0, 0), (0, 1)])
    for drawing in (first, second):
        assert drawing.svg().count('data-key="window"') == 1
    assert first.svg() != second.svg()


def test_jumps_and_paddings_say_what_comes_out():
    said = words(drawn.draw_jumps(7, 3, (1, 2, 3)))
    assert "4 jumps + 1 window = 5 outputs" in said
    assert "1 jump + 1 window = 2 outputs" in said
    said = words(drawn.draw_paddings(32, 5, 2, [(0, 0), (1, 1), (2, 2), (1, 2)]))
    assert [word for word in said if "outputs" in word] == [
        "14 outputs, a pixel is left over",
        "15 outputs, a zero is left over",
        "16 outputs, a zero is left over",
        "16 outputs, fits",
    ]


def test_stamps_add_up_to_the_transposed_convolution():
    stamping = drawn.Stamping(4, 3, stride=2, padding=1)
    x, w = torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3)
    whole = F.conv_transpose2d(x, w, stride=2)
    assert stamping.stamps(15).tolist() == whole[0, 0].tolist()
    cut = F.conv_transpose2d(x, w, stride=2, padding=1)
    shown = [word for word in words(stamping.draw(15)) if word in ("1", "2", "4")][16:]
    assert [int(word) for word in shown] == cut.int().flatten().tolist()


def test_a_bank_of_filters_and_groups_say_how_many_weights():
    assert "760 parameters" in words(drawn.draw_filter(3, 5, 10))
    said = words(drawn.draw_groups([(4, 4, 1), (4, 4, 2), (4, 4, 4)], [(64, 64)] * 3))
    assert {"36,864", "18,432", "576", "1 group", "64 groups"} <= set(said)
    assert "118 million" in words(drawn.draw_work(3, 64, 7, 112))


def test_maps_come_from_pytorch():
    image = np.arange(49.0).reshape(7, 7)
    made = filtered(image, np.ones((3, 3)), stride=2)
    assert made.tolist() == [[9 * image[i, j] for j in (1, 3, 5)] for i in (1, 3, 5)]


@pytest.mark.parametrize(
    "drawing",
    [
        drawn.draw_title(), drawn.draw_strides((1, 2, 4)), drawn.draw_collapse([32, 28, 24]),
        drawn.draw_border(11), drawn.draw_centred((3, 5, 7)),
        drawn.draw_even([1, 2], [3, 2], (1, 2)),
        drawn.draw_layer(), drawn.draw_letters(), drawn.draw_grey(), drawn.draw_squeeze(64, 32),
        drawn.draw_sides((1, 2, 0, 3)), drawn.draw_wide((32, 48), (16, 44), (3, 5)),
        drawn.draw_ways_back((7, 8), 3, 2, 1),
        drawn.draw_unread(torch.zeros(1, 1, 7, 7), *torch.zeros(2, 1, 1, 2, 2)),
    ],
    ids=lambda drawing: drawing.alt[:30],
)  # fmt: skip
def test_drawings_are_whole_and_say_what_they_show(drawing):
    ElementTree.fromstring(drawing.svg())
    assert len(drawing.alt) > 40
    assert 300 < drawing.view.width < 1400
    assert drawing.view.height < 640
