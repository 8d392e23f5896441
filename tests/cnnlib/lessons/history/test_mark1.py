"""Mark I learns letters that stay in place, and fails when they wander."""

import numpy as np
import pytest

from cnnlib.lessons.history.mark1 import LETTERS, MarkOne, letters
from cnnlib.lessons.history.perceptron import learn


def wanted(labels):
    return np.where(np.eye(len(LETTERS))[labels] > 0, 1.0, -1.0)


def share_right(shift):
    images, labels = letters(400, shift=shift, seed=1)
    new_images, new_labels = letters(1000, shift=shift, seed=2)
    machine = MarkOne()
    right = machine.train(images, wanted(labels), passes=10)
    assert right.shape == (4000, 8)
    assert right[-400:].mean() > 0.95  # it has learned what it was shown
    return (machine.respond(new_images).argmax(axis=1) == new_labels).mean()


def test_new_letters_are_known_in_their_place_and_not_elsewhere():
    in_place, anywhere = share_right(shift=0), share_right(shift=5)
    assert in_place > 0.95
    assert anywhere < 0.4


def test_each_photocell_has_its_wires_and_training_leaves_them_alone():
    machine = MarkOne(2, associations=100, wires=7, seed=3)
    before = machine.wiring.copy()
    assert (np.abs(before).sum(axis=1) == 7).all()
    assert set(np.unique(before)) == {-1, 0, 1}
    images, labels = letters(20, seed=0)
    machine.train(images, np.where(labels[:, None] == [0, 1], 1, -1))
    assert (machine.wiring == before).all()
    assert machine.weights.any()


def test_one_response_unit_is_a_perceptron_on_the_association_units():
    images, labels = letters(60, shift=1, seed=4)
    classes = np.where(labels == 0, 1.0, -1.0)
    machine = MarkOne(1, seed=5)
    right = machine.train(images, classes[:, None], passes=2)
    record = learn(machine.associate(images), classes, passes=2)
    assert (machine.weights[:, 0] == record.weights).all()
    assert (right[:, 0] == record.right).all()


def test_without_specks_the_drawn_letters_are_those_of_the_table():
    images, labels = letters(40, specks=0.0, seed=6)
    for image, label in zip(images, labels, strict=True):
        dots = image[5:15:2, 5:15:2]
        rows = tuple("".join(".#"[int(dot)] for dot in row) for row in dots)
        assert rows == list(LETTERS.values())[label]
        assert image.sum() == 4 * dots.sum()


def test_a_letter_cannot_leave_the_photocells():
    with pytest.raises(ValueError, match="shift is 6; expected 0 to 5"):
        letters(1, shift=6)
