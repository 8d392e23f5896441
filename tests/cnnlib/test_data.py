"""The bundled images are what they say, and their parts do not overlap."""

import numpy as np
import pytest

from cnnlib.data import SPLITS, digits


def test_digits_are_images_of_ten_digits():
    images, labels = digits()
    assert images.shape == (1797, 1, 8, 8)
    assert images.min() == 0
    assert images.max() == 1
    # Seventeen grey levels, and as many of each digit as the data set's description says.
    assert np.array_equal(np.unique(16 * images), np.arange(17))
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_splits_cover_everything_once():
    images, labels = digits()
    parts = [digits(split) for split in SPLITS]
    assert [len(part[1]) for part in parts] == [1197, 300, 300]
    np.testing.assert_array_equal(np.concatenate([part[0] for part in parts]), images)
    np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), labels)
    # No image of one part is in another, so that what is held out has not been seen.
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)


def test_an_unknown_split_is_named():
    with pytest.raises(ValueError, match="split is 'tests'; expected 'train', 'validation'"):
        digits("tests")
