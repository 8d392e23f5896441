"""Pictures have a text, and filters are what their names say."""

import re

import numpy as np
import pytest

from cnnlib import plots
from cnnlib.data import photo
from cnnlib.lessons.convolution import FILTERS


def test_a_drawing_has_its_text_and_every_number_but_the_blank_ones():
    drawing = plots.grids('a "small" matrix', a=np.eye(2), b=np.full((1, 3), np.nan))
    assert 'aria-label="a &quot;small&quot; matrix"' in drawing._repr_html_()
    assert repr(drawing) == '[Drawing: a "small" matrix]'
    words = re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg())
    assert words == ["a", "1", "0", "0", "1", "b"]


def test_a_figure_is_an_svg_with_its_text_and_names_of_its_own():
    picture = plots.curve('a "curve"', np.array([1.0, 0.1]), "step", "error")
    assert picture.svg.startswith("<svg")
    assert 'aria-label="a &quot;curve&quot;"' in picture._repr_html_()
    assert ">step</text>" in picture.svg
    other = plots.curve("another", np.array([1.0, 0.2]), "step", "error")
    names = [set(re.findall(r'\bid="([^"]+)"', each.svg)) for each in (picture, other)]
    assert names[0].isdisjoint(names[1])
    for name in re.findall(r'(?:url\(|href=")#([^")]+)', picture.svg):
        assert name in names[0]


def test_other_plots_are_pictures_too():
    rows = plots.images("six", {str(i): np.eye(3) for i in range(6)}, columns=4)
    line = plots.curve("falls", np.array([1.0, 0.1]), "step", "error")
    assert rows.svg().count("<image") == 6
    assert line.alt == "falls"


@pytest.mark.parametrize(("names", "total"), [
    (("identity", "sharpen", "box blur", "Gaussian blur"), 1),
    (("diagonal edges", "Laplacian", "all edges", "vertical edges", "Sobel"), 0),
])  # fmt: skip
def test_smoothing_keeps_brightness_and_edges_answer_nothing_on_a_plain_wall(names, total):
    for name in names:
        assert FILTERS[name].sum() == pytest.approx(total)


def test_filters_cannot_be_changed_by_accident():
    with pytest.raises(ValueError, match="read-only"):
        FILTERS["Sobel"][0, 0] = 9


def test_the_photo_is_grey_and_of_the_size_asked_for():
    grey = photo(100)
    assert grey.shape == (100, 85)
    assert 0 <= grey.min() < 0.1
    assert 0.9 < grey.max() <= 1
