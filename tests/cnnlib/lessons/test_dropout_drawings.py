"""The drawings of lecture 12 show the masks and the numbers that they are given."""

from xml.etree import ElementTree

import numpy as np
import pytest

from cnnlib.lessons import dropout as drawn

VALUES = {"x": 3.0, "y": 5.0, "w0": 2.0, "w1": -1.0}
RUNS = [("few", [(2, 1), (4, 2)]), ("most", [(10, 10), (0, 0)])]


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_dropped_units_are_crossed_out_and_their_lines_fade():
    network = drawn.Network((2, 3, 1))
    whole, less = network.draw().svg(), network.draw({(1, 0), (1, 2)}).svg()
    assert (whole.count("-cross-"), less.count("-cross-")) == (0, 4)
    assert (whole.count("stroke-dasharray"), less.count("stroke-dasharray")) == (0, 6)


def test_units_keep_their_names_from_mask_to_mask():
    first, second = (drawn.draw_mask((4, 6, 2), (0.2, 0.5, 0), seed).svg() for seed in (1, 2))
    assert first != second
    for drawing in (first, second):
        assert drawing.count('data-key="unit-1-3"') == 1


def test_a_mask_drops_with_the_probabilities_that_it_is_given():
    drawing = drawn.draw_mask((3, 5, 2), (0, 1, 0), seed=0)
    assert "5 of them dropped" in drawing.alt
    assert "0 of them dropped" in drawn.draw_mask((3, 5, 2), (0, 1, 0), seed=None).alt


def test_three_units_make_eight_networks():
    masks = [word for word in words(drawn.draw_subnetworks(3)) if set(word) <= set("01 ")]
    assert len(set(masks)) == len(masks) == 8


def test_each_case_has_its_sum_and_the_last_step_their_mean():
    outputs = ["0", "−5", "6", "1"]
    for shown in range(6):
        said = words(drawn.draw_case(VALUES, shown))
        sums = [word for word in said if word.endswith(" =")]
        assert len(sums) == min(shown, 4)
        assert ("mean: (0 + (−5) + 6 + 1) / 4 = 0.5, half of 1" in said) == (shown == 5)
    assert all(said.count(output) >= 1 for output in outputs)


def test_scaling_says_what_matches():
    said = words(drawn.draw_scaling([("a", "", 0.5, 1), ("b", "", 0.5, 0.5), ("c", "", 1, 1)]))
    assert [word for word in said if "equal" in word] == ["not equal", "equal", "equal"]


def test_wrong_labels_are_marked():
    said = words(drawn.draw_digits(np.zeros((3, 64)), np.array([1, 2, 3]), np.array([1, 2, 4])))
    assert said == ["1", "2", "3 ✗"]


def test_shares_are_those_of_all_runs_together():
    said = words(drawn.draw_agreement(RUNS))
    assert [word for word in said if "right" in word] == ["50 % right", "100 % right"]
    assert "6 answers" in said
    assert "75 %" in words(drawn.draw_bars([("a", "output", (0.7, 0.8))]))


def test_answers_are_the_likeliest_classes():
    training = np.eye(10)[[3, 4, 3]]
    said = words(drawn.draw_answers(np.zeros(64), training, np.eye(10)[[7, 7, 7]]))
    assert [word for word in said if word.isdigit()] == ["3", "4", "3", "7", "7", "7"]


def test_a_wrong_answer_of_the_votes_says_what_it_is():
    said = words(drawn.draw_votes(np.zeros((2, 64)), np.eye(10)[[1, 2]], [1, 2], [1, 5]))
    assert "answer 1" in said
    assert "answer 2, but it is a 5" in said


@pytest.mark.parametrize(
    "drawing",
    [
        drawn.draw_areas({"small": 100, "large": 10_000}),
        drawn.draw_dropped_pixels((0, 0.5, 0.8)),
        drawn.draw_mask((4, 6, 6, 2), (0.2, 0.5, 0.5, 0), 3),
        drawn.draw_agreement(RUNS),
    ],
    ids=lambda drawing: drawing.alt[:30],
)
def test_drawings_are_whole_and_say_what_they_show(drawing):
    ElementTree.fromstring(drawing.svg())
    assert len(drawing.alt) > 40
    assert 300 < drawing.view.width < 1350
    assert drawing.view.height < 640
