"""What lecture 13 computes inside a trained network, held against Captum and against sums."""

import numpy as np
import pytest
import torch

from cnnlib.lessons import inside
from cnnlib.lessons.inside.patches import SHOWN, projected
from cnnlib.lessons.inside.style import grey, tinted
from cnnlib.zoo import pretrained

captum = pytest.importorskip("captum.attr")


@pytest.fixture(scope="module")
def net():
    return pretrained().requires_grad_(False)


@pytest.fixture(scope="module")
def x():
    return inside.tensor("photographer", 96)


@pytest.mark.parametrize("label", [872, 281])
def test_saliency_is_captums(net, x, label):
    judged = captum.Saliency(net).attribute(x.clone().requires_grad_(), target=label)[0].amax(0)
    assert np.allclose(inside.saliency(net, x, label), judged.double().numpy(), atol=1e-6)


@pytest.mark.parametrize(("side", "step"), [(24, 24), (32, 16)])
def test_occlusion_is_captums(net, x, side, step):
    left = inside.occlusion(net, x, [872, 447], side, step)
    assert left.shape == (len(range(0, 97 - side, step)),) * 2 + (2,)
    chances = torch.nn.Sequential(net, torch.nn.Softmax(1))
    whole = chances(x)[0, 872].item()
    judged = (
        captum.Occlusion(chances)
        .attribute(x, target=872, sliding_window_shapes=(3, side, side), strides=(3, step, step))[
            0, 0
        ]
        .numpy()
    )
    # Captum gives each pixel the mean over the windows that cover it.
    lost, covered = np.zeros((96, 96)), np.zeros((96, 96))
    for row, column in np.ndindex(left.shape[:2]):
        at = (slice(row * step, row * step + side), slice(column * step, column * step + side))
        lost[at] += whole - left[row, column, 0]
        covered[at] += 1
    assert np.allclose(lost / np.maximum(covered, 1), judged, atol=1e-5)


def test_a_class_map_adds_up_to_the_score(net, x):
    for label in (872, 281, 0):
        places = inside.class_map(net, x, label)
        score = places.mean() + net.get_submodule("fc").bias[label].item()
        assert score == pytest.approx(net(x)[0, label].item(), abs=1e-4)


def test_features_are_what_the_last_layer_reads(net, x):
    found = inside.features(net, torch.cat([x, x.flip(3)]), batch=1)
    scores = net.get_submodule("fc")(torch.as_tensor(found[:1]).float())
    assert torch.allclose(scores, net(x), atol=1e-4)
    assert inside.nearest(found[1], found, 2).tolist() == [1, 0]


def test_opponency_is_one_without_grey_and_none_without_colour():
    red_green = np.zeros((1, 3, 3, 3))
    red_green[0, 0], red_green[0, 1] = 1, -1
    grey_edge = np.broadcast_to([-1.0, 0, 1], (1, 3, 3, 3))
    assert inside.opponency(red_green)[0] == pytest.approx(1)
    assert inside.opponency(grey_edge)[0] == pytest.approx(0)


def test_patches_are_the_strongest_and_lie_inside(net):
    (row,) = inside.strongest(net, "block2", [8], 3, size=96)
    assert [patch.value for patch in row] == sorted((p.value for p in row), reverse=True)
    assert len({patch.photo for patch in row}) == 3
    assert all(patch.pixels.shape == patch.projection.shape == (19, 19, 3) for patch in row)
    (wide,) = inside.strongest(net, "block7", [8], 1, size=96)
    assert wide[0].pixels.shape == (SHOWN, SHOWN, 3)


def test_a_projection_stays_in_the_receptive_field_and_leaves_no_hook(net, x):
    before = inside.saliency(net, x, 872)
    sent = np.abs(projected(net, x, "block2", 8, 12, 10)).sum(2)
    rows, columns = inside.windows("block2").window((12, 10))
    outside = sent.copy()
    outside[rows.start : rows.stop, columns.start : columns.stop] = 0
    assert sent.sum() > 0
    assert outside.sum() == 0
    assert np.array_equal(inside.saliency(net, x, 872), before)


def test_a_gram_matrix_forgets_places_and_a_mask_chooses_them():
    generator = torch.Generator().manual_seed(0)
    maps = torch.rand(1, 4, 6, 6, generator=generator)
    shuffled = maps.flatten(2)[..., torch.randperm(36, generator=generator)].reshape(maps.shape)
    assert torch.allclose(inside.gram(maps), inside.gram(shuffled), atol=1e-6)
    mask = torch.zeros(6, 6)
    mask[:3] = 1
    assert torch.allclose(inside.gram(maps, mask), inside.gram(maps[:, :, :3]), atol=1e-6)


def test_controls_do_what_they_promise(net):
    photo, style = inside.tensor("temple", 64), inside.tensor("tissue", 64)
    mask = torch.zeros(64, 64)
    mask[:, :32] = 1
    *_, half = inside.paint(net, photo, style, 3, inside.Control(mask=mask))
    assert torch.equal(half[..., 32:], photo[..., 32:])
    assert not torch.equal(half[..., :32], photo[..., :32])
    colour = photo - grey(photo)
    darker = (0.9 * grey(photo) + colour).clamp(-1, 1)
    assert torch.allclose(tinted(photo * 0.9, photo), darker, atol=1e-6)


def test_a_dream_excites_its_layer_more(net):
    photo = inside.tensor("cat", 64)

    def excited(image):
        return inside.maps(net, image, ["block5"])["block5"].square().mean().item()

    assert excited(inside.dream(net, photo, "block5", steps=2, octaves=2)) > 1.5 * excited(photo)


def test_tasks_keep_the_halves_of_photos_apart_and_are_the_same_each_time():
    first, again, other = (inside.pieces(seed, 1, 1, 32) for seed in (0, 0, 1))
    assert torch.equal(first.x, again.x)
    assert not torch.equal(first.x, other.x)
    assert (first.labels == np.arange(len(inside.KINDS))).all()
    numerals = inside.enlarged_digits(0, learn=2, new=5, size=16)
    assert numerals.labels.tolist() == [digit for digit in range(10) for _ in range(2)]
    assert numerals.new_x.shape == (5, 3, 16, 16)


def test_fine_tuning_leaves_the_network_as_it_was(net):
    task = inside.enlarged_digits(0, learn=2, new=20)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    share = inside.fine_tuned(net, task, seed=0, epochs=2)
    assert 0.3 < share <= 1
    assert share == inside.fine_tuned(net, task, seed=0, epochs=2)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_what_is_unknown_is_named(net, x):
    with pytest.raises(ValueError, match="no photo 'dog'; expected one of cat, "):
        inside.tensor("dog")
    with pytest.raises(ValueError, match="no block99"):
        inside.maps(net, x, ["block99"])
    assert inside.named(872) == "tripod"
    assert inside.named(1) == "class 1"
