"""The networks' sizes are those that their papers give."""

import numpy as np
import torch

from cnnlib.data import digits
from cnnlib.history.lenet import independent_parameters, large, lenet_1989
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


def test_enlarged_digits_are_blocks_of_two_levels_and_between():
    images = digits("test")[0]
    enlarged = large(images)
    assert enlarged.shape == (299, 1, 32, 32)
    np.testing.assert_allclose(enlarged[:, :, 1::4, 2::4], 1.275 * images - 0.1)
    np.testing.assert_array_equal(enlarged[..., ::4], enlarged[..., 3::4])
    np.testing.assert_array_equal(enlarged[..., ::4, :], enlarged[..., 3::4, :])
    assert (enlarged.min(), enlarged.max()) == (-0.1, 1.275 - 0.1)
