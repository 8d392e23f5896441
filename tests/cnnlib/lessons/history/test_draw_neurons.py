"""Pictures of early networks fit a slide, have a text, and show what they are given."""

import struct

import numpy as np
import pytest

from cnnlib.lessons.history import draw_neurons as draw
from cnnlib.lessons.history.adaline import clouds
from cnnlib.lessons.history.mark1 import MarkOne, letters
from cnnlib.lessons.history.perceptron import cards, learn, with_bias

ALT = "a picture for a test"


def all_pictures():
    images, classes = cards(20, square=5)
    points, sides = clouds(20)
    yield draw.neurons()
    yield draw.trials(ALT, learn(with_bias(images), classes).right)
    yield draw.plane(ALT, points, sides)
    yield draw.plane(
        ALT,
        points,
        sides,
        lines={"one": np.array([1.0, 2, 0]), "upright": np.array([1.0, 0, 1])},
        says=lambda grid: grid[:, 0],
        curves={"a curve": np.arange(5)},
        axes=("pass", "mistakes"),
    )
    yield draw.wiring(ALT, MarkOne(), letters(1)[0][0])


@pytest.mark.parametrize("number", range(5))
def test_a_picture_fits_a_slide_and_has_a_text(number):
    picture = list(all_pictures())[number]
    width, height = struct.unpack(">II", picture.png[16:24])
    assert 300 < width <= 1200
    assert 200 < height <= 450
    assert len(picture.alt) >= 20


def test_lines_regions_and_wires_are_drawn():
    points, sides = clouds(20)
    plain = draw.plane(ALT, points, sides).png
    line = draw.plane(ALT, points, sides, lines={"a line": np.array([1.0, 1, 0])}).png
    turned = draw.plane(ALT, points, sides, lines={"a line": np.array([1.0, -1, 0])}).png
    left = draw.plane(ALT, points, sides, says=lambda grid: -grid[:, 0]).png
    right = draw.plane(ALT, points, sides, says=lambda grid: grid[:, 0]).png
    assert len({plain, line, turned, left, right}) == 5
    image = letters(1)[0][0]
    assert (
        draw.wiring(ALT, MarkOne(seed=0), image).png != draw.wiring(ALT, MarkOne(seed=1), image).png
    )
    assert draw.trials(ALT, np.array([True, False])).png != draw.trials(ALT, np.ones(2, bool)).png
