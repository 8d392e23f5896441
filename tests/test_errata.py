"""The errata: every entry is whole, its numbers are computed here, and slides and page link."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnlib.arithmetic import conv_output_size, same_padding
from cnnlib.zoo import NETWORKS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "errata.md").read_text("utf-8")
ENTRY = re.compile(r'^<a id="([^"]*)"></a>\n\n### (.+)\n\n((?:[- ].*\n)+)', re.MULTILINE)
ENTRIES = {
    anchor: (title, re.sub(r"\s+", " ", text)) for anchor, title, text in ENTRY.findall(PAGE)
}
LINK = re.compile(r"\]\(\.\./docs/errata\.md#([^)]*)\)")
PLACE = re.compile(r"\.\./lectures/([^)#]+)\.ipynb#cell-id=([\w-]+)")

EXERCISE = re.compile(r"\.\./assignments/(\w+)/\1\.ipynb#cell-id=([\w-]+)")


def cells():
    """Yield (lecture, id of the cell, its anchors, kind of slide) of every cell with a link."""
    for path in sorted((ROOT / "lectures").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if anchors := set(LINK.findall(cell.source)):
                yield path.stem, cell.id, anchors, cell.metadata.slideshow.slide_type


LINKS = list(cells())


# The page and its links


def test_no_entry_is_missed():
    assert len(ENTRIES) == PAGE.count("<a id=") == PAGE.count("\n### ") == 44


@pytest.mark.parametrize("anchor", ENTRIES)
def test_an_entry_is_whole(anchor):
    _, text = ENTRIES[anchor]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", anchor)
    assert re.findall(r"- \*\*(\w+):\*\* \S", text) == ["Deck", "Right", "Source", "Course"]


@pytest.mark.parametrize("anchor", ENTRIES)
def test_an_entry_says_where_the_course_shows_it(anchor):
    """In the cells that link to it, and only there; what is to come is not there yet."""
    course = ENTRIES[anchor][1].partition("**Course:**")[2]
    named = set(PLACE.findall(course))
    linking = {(lecture, cell) for lecture, cell, anchors, _ in LINKS if anchor in anchors}
    assert named == linking
    to_come = re.findall(r"lecture (\d\d), to come", course)
    assert named or to_come
    for number in to_come:
        assert not list((ROOT / "lectures").glob(f"{number}_*.ipynb")), (
            f"{number} is there: link it"
        )


@pytest.mark.parametrize("name, cell", sorted(set(EXERCISE.findall(PAGE))))
def test_an_exercise_that_it_names_is_there(name, cell):
    path = ROOT / "assignments" / name / f"{name}.ipynb"
    assert cell in [other.id for other in nbformat.read(path, as_version=4).cells]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: f"{link[0]}-{link[1]}")
def test_a_link_of_a_slide_leads_to_an_entry(link):
    _, _, anchors, kind = link
    assert anchors <= ENTRIES.keys()
    assert kind in ("slide", "subslide", "fragment", "-"), "nobody sees it there"


def test_there_are_links():
    assert {lecture[:2] for lecture, *_ in LINKS} >= {"04", "05", "06", "12"}


# Its numbers


def assert_says(anchor, *values):
    """Assert that an entry states these values."""
    for value in values:
        text = f"{value:,}" if isinstance(value, int) else str(value)
        assert re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d]|[.,]\d)", ENTRIES[anchor][1]), text


def tensor(rows):
    return torch.tensor(rows, dtype=torch.float64)[None, None]


def whole(array):
    """Return a nested list of integers as the page writes it."""
    return str(array.int().squeeze().tolist()).replace("-", "−")


def test_hog():
    image = np.zeros((240, 320))
    histograms = np.zeros((image.shape[0] // 8, image.shape[1] // 8, 9))
    blocks = np.lib.stride_tricks.sliding_window_view(histograms, (2, 2), axis=(0, 1))
    assert_says("hog-normalisation", histograms.size, blocks.size)
    assert blocks.shape == (29, 39, 9, 2, 2)


def test_convolution_or_correlation():
    x, k = tensor([[1, 3, 1], [0, -1, 1], [2, 2, -1]]), tensor([[1, 2], [0, -1]])
    assert_says("convolution-or-correlation", whole(F.conv2d(x, k.flip(2, 3))))
    assert_says("convolution-or-correlation", whole(F.conv2d(x, k)))


def test_stride_that_does_not_fit():
    x = torch.randn(1, 1, 7)
    y = F.conv1d(x, torch.ones(1, 1, 3), stride=3)
    assert_says("stride-that-does-not-fit", f"{(7 - 3) / 3 + 1:.2f}", y.shape[-1])
    x[..., -1] += 1
    assert torch.equal(y, F.conv1d(x, torch.ones(1, 1, 3), stride=3))


def test_padding_in_the_formula():
    y = F.conv1d(torch.zeros(1, 1, 7), torch.ones(1, 1, 3), padding=1)
    assert_says("padding-in-the-formula", y.shape[-1], (7 - 3) // 1 + 1)


def test_half_the_filter():
    halved = conv_output_size(32, 3, stride=2, padding=(3 - 1) // 2)
    assert_says("half-the-filter", (4 - 1) / 2, halved)
    assert same_padding(3, dilation=2) == (2, 2)
    assert same_padding(4) == (1, 2)


def test_whatever_fits():
    assert all((32 - 5 + 2 * P) % 2 == 1 for P in range(32))
    y = F.conv1d(torch.zeros(1, 1, 32), torch.ones(1, 1, 5), stride=2, padding=2)
    assert_says("whatever-fits", (32 - 5 + 2 * 2) / 2 + 1, y.shape[-1])


def test_weights_of_one_unit():
    small, large = (nn.Linear(side * side * 3, 1) for side in (32, 500))
    assert (small.weight.numel(), large.weight.numel()) == (3072, 750_000)
    learned = [sum(p.numel() for p in unit.parameters()) for unit in (small, large)]
    assert_says("weights-of-one-unit", *learned)


def test_chain_rule():
    z, target = torch.tensor(0.3, requires_grad=True), 1.0
    y = torch.sigmoid(z)
    error = (y - target) ** 2 / 2
    by_y, by_z = torch.autograd.grad(error, (y, z))
    assert by_y == y - target
    assert by_z != y - target
    torch.testing.assert_close(by_z, by_y * y * (1 - y))


def test_relu_and_softsign():
    assert_says("activation-range", int(F.relu(torch.tensor(1000.0))))
    right = F.softsign(torch.tensor(-3.0)).item()
    assert_says("softsign", -3 / (1 + -3), f"−{abs(right)}")
    with pytest.raises(ZeroDivisionError):
        -1 / (1 + -1)


def test_sqnl_joins_its_pieces():
    def inner(x):
        return x - x**2 / 4

    assert (inner(0), inner(2)) == (0, 1)
    assert "x − x²/4 from 0 to 2" in ENTRIES["sqnl"][1]


def test_rrelu():
    randomised, below = nn.RReLU(), -torch.ones(1000)
    drawn, (fixed,) = -randomised(below), set((-randomised.eval()(below)).tolist())
    assert 1 / 8 <= drawn.min() < drawn.max() <= 1 / 3
    assert fixed == pytest.approx(11 / 48)
    assert "from 1/8 to 1/3, so the mean is 11/48" in ENTRIES["rrelu"][1]


def test_leaky_slope():
    assert_says("leaky-slope", nn.LeakyReLU().negative_slope)


def test_pooling_example():
    rows = [0, 1, 0, 4, 5], [2, 3, 2, 1, 3], [4, 4, 0, 4, 3], [2, 5, 2, 6, 4], [1, 0, 0, 5, 7]
    image = tensor(rows)
    assert_says("pooling-example", *(whole(F.max_pool2d(image, 3, stride)) for stride in (1, 2)))


def test_pooling_parameters():
    pool = nn.MaxPool2d(2)
    x = torch.zeros(1, 64, 224, 224)
    assert_says("pooling-parameters", sum(p.numel() for p in pool.parameters()))
    assert_says("pooling-parameters", x.numel(), pool(x).numel())
    before, after = (nn.Linear(n, 10).weight.numel() for n in (8 * 8, 4 * 4))
    assert after < before


def test_pooling_invariance():
    shown = F.max_pool1d(torch.eye(9), 2)
    changed = [not torch.equal(shown[i], shown[i + 1]) for i in range(7)]
    assert changed == [False, True, False, True, False, True, False]
    square = tensor([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert not torch.equal(F.max_pool2d(square, 2), F.max_pool2d(square.rot90(1, (2, 3)), 2))
    # Over channels: four filters, one pattern in four orientations.
    filters = torch.cat([square.rot90(turn, (2, 3)) for turn in range(4)])
    seen, turned = (F.conv2d(image, filters) for image in (square, square.rot90(1, (2, 3))))
    assert not torch.equal(seen, turned)
    assert torch.equal(seen.amax(dim=1), turned.amax(dim=1))


def test_un_pooling():
    x = torch.tensor([[[1.0, 3.0, 2.0]]], requires_grad=True)
    y, where = F.max_pool1d(x, 2, 1, return_indices=True)
    (back,) = torch.autograd.grad(y, x, torch.ones_like(y))
    unpooled = torch.zeros_like(x).scatter(2, where, y)
    assert_says("un-pooling", whole(x), whole(y), whole(unpooled), whole(back))


def test_lenet_5():
    old, modern = (NETWORKS[name]().summary() for name in ("lenet5-1998", "lenet5-modern"))
    _, s2, _, s4, *_ = (row.parameters for row in old.rows if row.parameters)
    assert_says("lenet-5-subsampling", s2, s4, old.parameters, modern.parameters)


def test_alexnet():
    assert_says("alexnet-input", (224 - 11) / 4 + 1, conv_output_size(227, 11, stride=4))
    single, paper, later = (
        NETWORKS[f"alexnet-{name}"]().summary() for name in ("single", "paper", "torchvision")
    )
    assert_says("alexnet-parameters", single.parameters, paper.parameters)
    for first in (paper.rows[0], later.rows[0]):
        assert_says("alexnet-filters", first.output_shape[0], first.parameters)


def test_step_decay():
    def step_decay(epoch):  # as the deck prints it
        return 0.1 / 2.0**epoch if epoch > 100 else 0.1

    assert step_decay(0) == step_decay(100) == 0.1
    assert_says("step-decay", 0.1, f"{step_decay(101):.0e}")


def test_patience():
    descent = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(descent, patience=2)
    rates = []
    for _ in range(4):  # the first loss is a gain, the three after it are not
        plateau.step(1.0)
        rates.append(round(descent.param_groups[0]["lr"], 6))
    assert rates == [0.1, 0.1, 0.1, 0.01]
    assert "tolerates 2 and acts at the third" in ENTRIES["patience"][1]


def test_min_lr():
    descent = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(descent, patience=0, min_lr=0.001)
    rates = []
    for _ in range(5):
        plateau.step(1.0)  # a loss that does not fall
        rates.append(f"{descent.param_groups[0]['lr']:.3g}")
    assert rates == ["0.1", "0.01", "0.001", "0.001", "0.001"]
    assert_says("min-lr", ", ".join(rates[:4]))
