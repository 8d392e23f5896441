"""The pictures show what they are given, and are readable without colour."""

import io

import matplotlib.image
import numpy as np
import pytest

from cnnlib.lessons.history import draw_networks as drawings
from cnnlib.lessons.history.ilsvrc import GROWTH, HUMAN, VGG, WINNERS
from cnnlib.lessons.history.speech import TASKS
from cnnlib.lessons.history.wiring import watts_strogatz

ALT = "What the picture shows, in words."
RNG = np.random.default_rng(0)
DIGITS = {"digits": RNG.random((8, 8, 8)), "a name": RNG.random((8, 8, 8))}
POINTS = {"left": RNG.random((20, 2)), "right": RNG.random((20, 2))}
PICTURES = {
    "image_rows": lambda: drawings.image_rows(ALT, DIGITS),
    "codes": lambda: drawings.codes(ALT, POINTS, np.arange(20) % 10),
    "speech": lambda: drawings.speech(ALT, TASKS),
    "growth": lambda: drawings.growth(ALT, GROWTH),
    "winners": lambda: drawings.winners(ALT, WINNERS, VGG, HUMAN),
    "wirings": lambda: drawings.wirings(ALT, {"one": watts_strogatz(), "two": watts_strogatz(9)}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_fits_a_slide_and_needs_no_colour(name):
    picture = PICTURES[name]()
    assert picture.alt == ALT
    image = matplotlib.image.imread(io.BytesIO(picture.png))
    height, width, _ = image.shape
    assert height <= 470
    assert width <= 1200
    red, green, blue = image[..., 0], image[..., 1], image[..., 2]
    assert np.abs(red - green).max() < 0.02
    assert np.abs(green - blue).max() < 0.02
    assert (red < 0.1).mean() > 0.002  # something is drawn


def test_every_node_has_a_place_of_its_own_and_edges_lead_down():
    graph = watts_strogatz(seed=5)
    places = drawings._places(graph)
    assert len(set(places)) == graph.nodes
    for a, b in graph.edges:
        assert places[b][1] < places[a][1]


def test_rows_show_white_paper_and_black_ink():
    ink = drawings.image_rows(ALT, {"ink": np.ones((4, 8, 8))})
    paper = drawings.image_rows(ALT, {"paper": np.zeros((4, 8, 8))})
    dark, light = (
        matplotlib.image.imread(io.BytesIO(picture.png))[..., 0].mean() for picture in (ink, paper)
    )
    assert dark < light - 0.2
