"""The networks' sizes are those that their papers give."""

import numpy as np
import torch

from cnnlib.data import digits
from cnnlib.lessons.history.lenet import independent_parameters, large, lenet_1989, shifted
from cnnlib.spec import Conv, Linear


def test_the_network_of_1989_has_the_papers_counts():
    rows = [row for row in lenet_1989().summary().rows if isinstance(row.layer, Conv | Linear)]
    assert [row.output_shape for row in rows] == [(12, 8, 8), (12, 4, 4), (30,), (10,)]
    units = [int(np.prod(row.output_shape)) for row in rows]
    assert 16 * 16 + sum(units) == 1_256
    # Connections: every product, and a bias for each unit.
    assert [row.macs + n for row, n in zip(rows, units, strict=True)] == [
        19_968,
        38_592,
        5_790,
        310,
    ]
    assert sum(row.macs for row in rows) + sum(units) == 64_660
    assert independent_parameters() == 9_760


def test_it_runs():
    assert lenet_1989().to_torch()(torch.zeros(2, 1, 16, 16)).shape == (2, 10)


def test_enlarged_digits_are_blocks_in_a_margin():
    images = digits("test")[0]
    enlarged = large(images)
    assert enlarged.shape == (299, 1, 32, 32)
    inner = enlarged[:, :, 4:28, 4:28]
    for i in range(3):
        for j in range(3):
            np.testing.assert_allclose(inner[:, :, i::3, j::3], 1.275 * images - 0.1)
    margin = np.ones((32, 32), bool)
    margin[4:28, 4:28] = False
    assert (enlarged[..., margin] == -0.1).all()
    assert enlarged.max() == 1.275 - 0.1


def test_shifted_digits_lose_nothing_and_keep_their_labels():
    images, labels = digits("test")
    enlarged = large(images)
    moved, repeated = shifted(enlarged, labels)
    assert moved.shape == (5 * 299, 1, 32, 32)
    np.testing.assert_array_equal(repeated.reshape(5, 299), np.broadcast_to(labels, (5, 299)))
    same, right, down, left, up = np.split(moved, 5)
    np.testing.assert_array_equal(same, enlarged)
    np.testing.assert_array_equal(right[..., 2:], enlarged[..., :-2])
    np.testing.assert_array_equal(left[..., :-2], enlarged[..., 2:])
    np.testing.assert_array_equal(down[..., 2:, :], enlarged[..., :-2, :])
    np.testing.assert_array_equal(up[..., :-2, :], enlarged[..., 2:, :])
    np.testing.assert_allclose(
        moved.sum(axis=(1, 2, 3)).reshape(5, 299)[1:].std(axis=0), 0, atol=1e-9
    )
