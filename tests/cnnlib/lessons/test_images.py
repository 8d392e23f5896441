"""Lecture 01: what happens to photos, and what features keep and ignore."""

from xml.etree import ElementTree

import numpy as np
import pytest
from skimage.feature import hog

from cnnlib.lessons import images as drawn
from cnnlib.lessons.images import features, linear, photos, pipeline, spaces


def words(drawing):
    """Return what is written in a drawing."""
    svg = ElementTree.fromstring(drawing.svg())
    return ["".join(each.itertext()) for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_a_lamp_at_the_side_darkens_the_far_edge():
    flat = np.full((5, 5), 0.4)
    lit = photos.relit(flat, 1, direction=0)
    np.testing.assert_allclose(lit[0], [0, 0.2, 0.4, 0.6, 0.8])
    np.testing.assert_allclose(photos.relit(flat, 1, direction=90), lit.T, atol=1e-12)
    np.testing.assert_allclose(photos.relit(flat, 0, power=0.5), 0.2)
    coloured = photos.relit(np.stack([flat] * 3, axis=-1), 1)
    np.testing.assert_allclose(coloured[..., 2], lit)


def test_a_wall_changes_only_what_is_outside():
    face = photos.faces()[0]
    white = photos.before_wall(face, 1)
    inside = photos.oval().astype(bool)
    assert (white[inside] == face[inside]).all()
    assert (white[~inside] == 1).all()


def test_her_outline_is_hers_and_not_the_wall():
    mask = photos.outline(100)
    assert mask[40, 40] == pytest.approx(1)  # an eye
    assert mask[2, 2] == mask[60, 95] == pytest.approx(0, abs=1e-6)
    assert 0.6 < mask.mean() < 0.8


def test_the_direction_of_a_ramp_is_in_its_bin():
    ramp = np.tile(np.arange(16.0), (16, 1))
    across, down = features.cell_histograms(ramp), features.cell_histograms(ramp.T)
    assert across.shape == (2, 2, 9)
    assert (across.argmax(axis=2) == 0).all()  # 0 to 20 degrees
    assert (down.argmax(axis=2) == 4).all()  # 80 to 100 degrees
    np.testing.assert_allclose(across.sum(axis=2), 1)


def test_our_cells_are_those_of_scikit_image_but_for_the_rim():
    image = photos.head(160)
    ours = features.cell_histograms(image)
    ours = ours / np.linalg.norm(ours, axis=2, keepdims=True)
    theirs = hog(image, 9, pixels_per_cell=(8, 8), cells_per_block=(1, 1), block_norm="L2")
    inner = slice(1, -1), slice(1, -1)
    np.testing.assert_allclose(ours[inner], theirs.reshape(20, 20, 9)[inner], atol=1e-3)


def test_hog_ignores_half_the_light_and_not_a_turn():
    face = photos.faces()[3]
    np.testing.assert_allclose(features.hog(face / 2), features.hog(face), atol=1e-3)
    assert np.linalg.norm(features.hog(photos.turned(face, 45)) - features.hog(face)) > 2


def test_histograms_and_bags_do_not_know_places():
    image = photos.texture("brick", 64)
    mixed = features.shuffled(image, 8)
    assert not np.allclose(image, mixed)
    np.testing.assert_allclose(features.greys(mixed), features.greys(image))
    words = features.Vocabulary([image], count=4)
    np.testing.assert_allclose(words.bag(mixed), words.bag(image))
    assert words.bag(image).sum() == pytest.approx(1)
    colour = photos.colours("coffee")[:64, :64]
    np.testing.assert_allclose(features.hues(features.shuffled(colour, 8)), features.hues(colour))


def test_patches_are_put_back_in_their_order():
    image = np.arange(64.0).reshape(8, 8)
    assert features.patches(image, 4)[1].tolist() == image[:4, 4:].ravel().tolist()
    assert sorted(features.shuffled(image, 2).ravel()) == image.ravel().tolist()


def test_an_unchanged_face_is_recognised():
    assert features.recognised(features.greys, lambda face: face) == 1
    assert features.recognised(features.pixels, lambda face: 1 - face) < 0.1
    swept = features.sweep({"pixels": features.pixels}, photos.turned, np.array([0, 30]))
    assert swept["pixels"][0] == 1 > swept["pixels"][1]


def test_a_turned_copy_is_matched_where_it_is():
    matches = features.sift_turned(90)
    assert len(matches.right) > 100
    assert matches.right.mean() > 0.97
    assert "100 pairs" not in drawn.draw_matches(matches, 10).alt


def test_the_kernel_of_the_lift_is_a_product():
    points, labels = spaces.rings(1)
    lifted = spaces.lift(points)
    plain = points @ points.T + np.outer((points**2).sum(1), (points**2).sum(1))
    np.testing.assert_allclose(lifted @ lifted.T, plain)
    assert lifted[labels == 0, 2].max() < 0.42 < lifted[labels == 1, 2].min()


def test_the_way_along_the_roll_is_as_long_as_it_is():
    sheet = spaces.roll(count=300)
    order = np.argsort(sheet.along)
    steps = np.linalg.norm(np.diff(sheet.points[order][:, (0, 2)], axis=0), axis=1)
    assert steps.sum() == pytest.approx(np.ptp(sheet.along), rel=0.02)
    assert spaces.order_kept(sheet, np.stack([-sheet.along, sheet.across], axis=1)) == 1


def test_more_numbers_make_better_faces():
    found = spaces.faces_by_pca((1, 40, 99))
    errors = [np.abs(again - photos.faces()).mean() for again, _ in found.values()]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-9


def test_lifted_points_keep_their_names():
    steps = spaces.draw_lift(*spaces.rings())
    assert all(step.svg().count('data-key="p-7"') == 1 for step in steps)


def test_digits_are_split_anew_and_without_overlap():
    (old, new), (other, _) = linear.split(0), linear.split(1)
    assert not set(old) & set(new)
    assert (len(old), len(new)) == (1199, 598)
    assert set(old) != set(other)


def test_the_best_template_is_marked():
    images, labels = linear.digits("train")
    model = linear.linear(images[:300].reshape(300, -1), labels[:300])
    drawing = linear.draw_templates(model, images[labels == 6][0])
    assert sum("✓" in word for word in words(drawing)) == 1
    assert "the 6 has the highest score" in drawing.alt


def test_the_mistakes_of_each_run_are_dots():
    runs = [linear.Run({"a": n, "b": 2, "c": 1}, {}, None) for n in (4, 8)]
    drawing = linear.draw_race(runs)
    assert drawing.svg().count("<circle") == 2 * 3 + 1
    assert {"6", "2", "1"} <= set(words(drawing))


def test_faces_are_framed_and_named():
    images = {"one": np.zeros((300, 300, 3)), "none": np.zeros((300, 400, 3))}
    drawing = pipeline.draw_scenes(images, [[pipeline.Face(10, 20, 60, "Ada")], []])
    assert words(drawing) == ["A", "Ada", "B", "no face"]


def test_the_lamp_changes_who_is_nearest():
    near, far = drawn.lamp(0, 1), drawn.lamp(1, 0.5)
    assert near["own"] == 0 < near["other"]
    assert far["other"] < far["own"]
    assert "nearest" in " ".join(words(drawn.draw_lamp([(1, 0.5)])[0]))


def test_the_block_that_is_printed_is_that_of_the_photo():
    last = drawn.draw_zoom()[-1]
    assert {str(number) for number in drawn.block().ravel()} <= set(words(last))


@pytest.mark.parametrize("task", range(5))
def test_each_task_is_marked_in_its_step(task):
    steps = drawn.draw_tasks()
    assert len(steps) == 5
    assert len({step.svg() for step in steps}) == 5
    assert words(steps[task])
