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
    everything = {image.tobytes() for image in digits()[0]}
    assert len(everything) == 1797  # no two are equal
    parts = [{image.tobytes() for image in digits(split)[0]} for split in SPLITS]
    assert [len(part) for part in parts] == [1199, 299, 299]
    assert set.union(*parts) == everything


def test_labels_stay_with_their_images():
    images, labels = digits()
    np.testing.assert_array_equal(digits("test")[0], images[5::6])
    np.testing.assert_array_equal(digits("test")[1], labels[5::6])


def test_an_unknown_split_is_named():
    with pytest.raises(ValueError, match="split is 'tests'; expected 'train', 'validation'"):
        digits("tests")
