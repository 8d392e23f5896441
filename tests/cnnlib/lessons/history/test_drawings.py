"""The pictures of the lecture show what they are given, and say it in words, too."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from cnnlib.data import digits, photo
from cnnlib.lessons.history import (
    backprop,
    draw_backprop,
    draw_cells,
    draw_cortex,
    draw_deep,
    draw_imagenet,
    draw_lenet,
    draw_mark1,
    draw_neocognitron,
    draw_plane,
    draw_title,
    draw_units,
)
from cnnlib.lessons.history.adaline import clouds
from cnnlib.lessons.history.cortex import ComplexCell, Gabor, HypercomplexCell, SimpleCell
from cnnlib.lessons.history.ilsvrc import ALEXNET, CIFAR10, GROWTH, HUMAN, VGG, WINNERS
from cnnlib.lessons.history.mark1 import MarkOne, letters
from cnnlib.lessons.history.neocognitron import on_canvas
from cnnlib.lessons.history.perceptron import cards, learn, mistake_bound, with_bias
from cnnlib.lessons.history.promises import BRAIN, PROMISES
from cnnlib.lessons.history.rbm import random_start
from cnnlib.lessons.history.retinotopy import cortex_grid
from cnnlib.lessons.history.speech import TASKS
from cnnlib.lessons.history.wiring import watts_strogatz
from cnnlib.look import Drawing

CARDS, SIDES = cards(50, square=5)
DIGITS = digits("test")[0]
SQUARE = np.array([[-1.0, -1], [-1, 1], [1, -1], [1, 1]])
XOR = np.array([-1.0, 1, 1, -1])
CLOUD, OF_CLOUD = (part / scale for part, scale in zip(clouds(20, apart=9), (8, 1), strict=True))
RECORD = learn(with_bias(CLOUD), OF_CLOUD, passes=100)
GABOR = Gabor(orientation=60)
STOPPED = HypercomplexCell(GABOR)
STEPPED = {
    "neurons": draw_units.neurons,
    "trials": lambda: draw_units.trials(CARDS, SIDES),
    "backward": draw_backprop.backward,
    "learning_xor": lambda: draw_backprop.learning_xor(2, [0, 100, 300]),
    "convergence": lambda: draw_plane.convergence(
        with_bias(CLOUD), OF_CLOUD, RECORD, mistake_bound(with_bias(CLOUD), OF_CLOUD)
    ),
    "forever": lambda: draw_plane.forever(with_bias(SQUARE), XOR, frames=3),
    "experiment": lambda: draw_cells.experiment(SimpleCell(GABOR), [0, 60]),
    "sliding": lambda: draw_cells.sliding(GABOR, frames=3),
    "pooling": lambda: draw_cells.pooling(ComplexCell(GABOR), [0, 90]),
    "stopping": lambda: draw_cells.stopping(STOPPED, range(0, 61, 20), [1, 3]),
    "learning": lambda: draw_neocognitron.learning(on_canvas(DIGITS[:3]), shown=2),
    "layers": lambda: draw_neocognitron.layers(
        {"input": DIGITS[0], "S1": np.ones((12, 4, 4))}, {"input": "first", "S1": "then"}
    ),
    "moved": lambda: draw_neocognitron.moved(
        np.full((2, 3), 0.5), ["pixels", "C1", "C2"], [DIGITS[0, 0]] * 2
    ),
    "rows": lambda: draw_deep.rows(
        {"a": DIGITS[:3, 0], "b": DIGITS[:3, 0]}, {"a": "", "b": "1.2"}, {}
    ),
    "dream": lambda: draw_deep.dream(random_start((64, 100))[0], DIGITS[0].ravel()),
    "growth": lambda: draw_imagenet.growth(GROWTH, CIFAR10),
    "winners": lambda: draw_imagenet.winners(WINNERS, VGG, HUMAN, [2011, 2017]),
}
STILL = {
    "gates": draw_plane.gates,
    "corners": draw_plane.corners,
    "voters": lambda: draw_plane.voters(SQUARE, XOR, np.eye(2, 3), lambda g: g[:, 0] > 0),
    "starts": lambda: draw_backprop.starts(np.ones((9, 2)), ("one", "two"), 0.5),
    "gradients": lambda: draw_backprop.gradients([0.001, 2.0], ["layer 1", "layer 2"]),
    "deck": lambda: draw_units.deck(CARDS[:10], SIDES[:10]),
    "rule": lambda: draw_units.rule(CARDS[0].ravel(), CARDS[1], -1.0),
    "differences": draw_units.differences,
    "wiring": lambda: draw_mark1.wiring(MarkOne(), letters(1)[0][0]),
    "reading": lambda: draw_mark1.reading({0: (1.0, 0.9)}, {0: letters(2)[0]}),
    "promised": lambda: draw_mark1.promised(PROMISES),
    "brain": draw_mark1.brain,
    "tuning": lambda: draw_cells.tuning(GABOR, [0, 90, 180], np.array([0.0, 1, 0])),
    "energy": lambda: draw_cells.energy([0, 90], np.array([1.0, 0]), np.array([0.0, 1])),
    "hierarchy": lambda: draw_cells.hierarchy(STOPPED),
    "retinotopy": lambda: draw_cortex.retinotopy(
        photo(100), (40, 43), cortex_grid(a=2, outer=45, rows=40), (7, 15, 30), 2, (0.02, 0.3)
    ),
    "similarity": lambda: draw_neocognitron.similarity(
        {f"moved by {n}": np.ones(2) / n for n in (1, 2, 3)}, ("input", "C1")
    ),
    "variants": lambda: draw_neocognitron.variants({"as it is": 0.7}, {"as it is": DIGITS[0, 0]}),
    "parameters": lambda: draw_lenet.parameters({"C1": 156, "S2": 12}),
    "envelope": lambda: draw_lenet.envelope(DIGITS[0, 0], [("H1", 12, 8), ("H3", 30, 1)], 9_760),
    "everything": lambda: draw_lenet.everything(DIGITS[:30, 0], [3, 7]),
    "mistaken": lambda: draw_lenet.mistaken(DIGITS[:2, 0], [3, 5], [8, 9]),
    "volumes": lambda: draw_lenet.volumes({"net": [("input", 1, 32), ("f6", 84, 1)]}, {"net": "1"}),
    "hourglass": lambda: draw_deep.hourglass((64, 2, 64), DIGITS[:2, 0], DIGITS[:2, 0]),
    "fields": lambda: draw_deep.fields(np.ones((6, 8, 8)), columns=3),
    "codes": lambda: draw_deep.codes({"a plane": CLOUD}, np.arange(20) % 10),
    "speech": lambda: draw_deep.speech(TASKS),
    "tasks": lambda: draw_imagenet.tasks(np.zeros((30, 40, 3)), [(0.1, 0.1, 0.5, 0.5)], "dahlia"),
    "guesses": lambda: draw_imagenet.guesses(DIGITS[0, 0], np.arange(10) / 45, 8),
    "votes": lambda: draw_imagenet.votes(ALEXNET, ("one", "five", "seven")),
    "programme": draw_imagenet.programme,
    "tiny": lambda: draw_imagenet.tiny(CIFAR10, [f"class {n}" for n in range(10)], 79_302_017),
    "cards": lambda: draw_imagenet.cards({"speed": 42.0, "watts": 2.9}),
    "wirings": lambda: draw_imagenet.wirings({"a ring: 97 %": watts_strogatz(10, p=0)}),
    "road": draw_title.road,
    "title": lambda: draw_title.title({1958: ("a line", draw_title.tile(DIGITS[0, 0], "input"))}),
}


def words(drawing):
    """Return everything that is written in a drawing."""
    root = ElementTree.fromstring(drawing.svg())
    return " | ".join("".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text"))


def count(drawing, mark):
    """Return how many elements of a kind a drawing has."""
    return len(re.findall(f"<{mark}[ >]", drawing.svg()))


@pytest.mark.parametrize("name", STILL)
def test_a_drawing_has_a_text_letters_to_read_and_fits_a_slide(name):
    drawing = STILL[name]()
    check(drawing)


@pytest.mark.parametrize("name", STEPPED)
def test_steps_move_on_and_each_has_a_text(name):
    steps = STEPPED[name]()
    assert len(steps.texts) > 1
    assert len(set(map(tuple, steps.frames))) == len(steps.frames)  # something changes
    for drawing in steps._drawings:
        check(drawing)


def check(drawing):
    """A drawing is well-formed, described, and its letters are large enough on a slide."""
    assert isinstance(drawing, Drawing)
    assert len(drawing.alt) >= 20
    ElementTree.fromstring(drawing.svg())
    box = drawing.view
    scale = min(1160 / box.width, 545 / box.height)
    for size in re.findall(r"font-size:([\d.]+)px", drawing.svg()):
        assert float(size) * min(scale, 1) >= 12


def test_fourteen_functions_have_a_line_or_are_constant_and_two_have_none():
    drawing = draw_plane.gates()
    assert words(drawing).count("✗") == 2
    assert drawing.svg().count('data-key="line-0"') == 12  # and two are constant


def test_a_mistake_is_marked_at_its_point_and_counted():
    steps = STEPPED["convergence"]()
    assert [words(drawing).count("✗") for drawing in steps._drawings[:-2]] == [1] * RECORD.mistakes
    assert f"{RECORD.mistakes} ≤ " in words(steps._drawings[-1])
    assert "γ" in words(steps._drawings[-1])


def test_the_trials_have_a_tick_or_a_cross_each():
    last = draw_units.trials(CARDS, SIDES)._drawings[-1]
    assert (words(last).count("✓"), words(last).count("✗")) == (44, 6)
    assert "6 mistakes in 50 trials" in words(last)


def test_lines_are_clipped_to_the_square():
    assert draw_plane._clipped(np.array([1.0, 0, 0]), -1, 1) == [(0.0, -1), (0.0, 1)]
    assert draw_plane._clipped(np.array([1.0, 0, 5]), -1, 1) == []
    assert draw_plane._clipped(np.zeros(3), -1, 1) == []


def test_what_flows_back_is_the_gradient():
    before, *_, last = draw_backprop.backward(seed=2)._drawings
    _, slope = backprop.gradient(
        backprop.start([2]), backprop.XOR_INPUTS[1:2], backprop.XOR_OUTPUTS[1:2]
    )
    for value in (*slope.hidden[0, :2].ravel(), *slope.output[0, :2].ravel()):
        assert (f"{value:+.3f}".replace("-", "−") if value else "| 0 |") in words(last)
    assert "+" not in words(before)


def test_every_promise_and_every_count_is_written():
    drawn = words(draw_mark1.promised(PROMISES))
    for promise in PROMISES:
        assert promise.what in drawn
    assert drawn.count("not yet") == 2
    for each in BRAIN:
        assert each.then in words(draw_mark1.brain())


def test_every_winner_is_named_with_its_error():
    first, last = draw_imagenet.winners(WINNERS, VGG, HUMAN, [2011, 2017])._drawings
    for winner in WINNERS:
        assert f"{winner.error:g} %" in words(last)
        assert (f"| {winner.year} |" in words(first)) == (winner.year <= 2011)
    assert last.svg().count("url(#cnn-hatch") == 2  # years without a network


def test_every_node_has_a_place_of_its_own_and_edges_lead_down():
    graph = watts_strogatz(seed=5)
    places = draw_imagenet.places(graph)
    assert len(set(places)) == graph.nodes
    for a, b in graph.edges:
        assert places[b][1] < places[a][1]


def test_one_box_to_localise_and_all_to_detect():
    boxes = [(0.1, 0.1, 0.5, 0.5), (0.6, 0.6, 0.9, 0.9)]
    drawing = draw_imagenet.tasks(np.zeros((30, 40, 3)), boxes, "dahlia")
    assert drawing.svg().count("stroke-width:5") == 1 + len(boxes)
    assert count(drawing, "image") == 3


def test_wrong_digits_are_framed():
    drawing = draw_lenet.everything(DIGITS[:30, 0], [3, 7])
    assert drawing.svg().count("var(--cnn-wrong,") >= 2
    assert "93.3 %" in words(drawing)
    assert "2 wrong" in words(drawing)
