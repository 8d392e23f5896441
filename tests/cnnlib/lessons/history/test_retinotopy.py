"""Neighbours stay neighbours, the fovea grows, and a larger picture is a picture moved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnlib.lessons.history.retinotopy import (
    cortex_grid,
    cortex_image,
    cortex_share,
    to_cortex,
    to_field,
)

PLACES = st.builds(complex, st.floats(0.01, 100), st.floats(-100, 100))


@given(z=PLACES, a=st.floats(0, 10))
def test_there_and_back(z, a):
    assert to_field(to_cortex(np.array([z]), a), a)[0] == pytest.approx(z)


@given(z=PLACES, scale=st.floats(0.1, 10))
def test_without_a_scaling_moves_the_map_by_the_same_everywhere(z, scale):
    moved = to_cortex(np.array([scale * z]), a=0) - to_cortex(np.array([z]), a=0)
    assert moved[0] == pytest.approx(np.log(scale), abs=1e-12)


@given(z=PLACES)
def test_with_a_scaling_moves_the_fovea_less(z):
    moved = to_cortex(np.array([2 * z]), a=1) - to_cortex(np.array([z]), a=1)
    assert abs(moved[0]) < np.log(2)


def test_a_picture_twice_as_large_is_the_same_map_moved():
    def picture(scale):
        y, x = np.mgrid[-100:101, -100:101] / scale
        return np.cos(0.3 * x) * np.exp(-((y - 5) ** 2) / 200)

    grid = cortex_grid(a=0, inner=3, outer=96, rows=191)  # five times twice as far
    columns = grid.shape[1]
    moved, rest = divmod(columns - 1, 5)
    assert rest == 0
    small, large = (cortex_image(picture(s), (100, 100), grid)[:, columns:] for s in (1, 2))
    known = ~np.isnan(large[:, moved:]) & ~np.isnan(small[:, :-moved])
    difference = np.abs(large[:, moved:] - small[:, :-moved])[known]
    assert known.mean() > 0.9
    assert difference.max() < 0.03  # what lies between pixels is interpolated
    assert np.abs(large - small)[~np.isnan(large - small)].max() > 0.5


def test_neighbours_stay_neighbours_and_the_fovea_takes_most():
    grid = cortex_grid(a=3, outer=60)
    step = np.abs(np.diff(grid, axis=1))
    assert np.nanmax(step) < 2  # pixels of the picture from column to column
    assert np.nanmean(step[:, :40]) < 0.2 * np.nanmean(step[:, -40:])
    for radius in (5, 10, 30):
        assert cortex_share(grid, radius) > 2 * (radius / 60) ** 2
    assert cortex_share(grid, 60) == 1


def test_right_is_right_and_up_is_up():
    picture = np.zeros((101, 101))
    picture[:50, 51:] = 1.0  # above the fovea, to its right
    cortex = cortex_image(picture, (50, 50), cortex_grid(a=2, outer=50))
    rows, columns = (size // 2 for size in cortex.shape)
    quarters = [
        np.nanmedian(cortex[vertical, horizontal])
        for vertical in (slice(rows), slice(rows, None))
        for horizontal in (slice(columns), slice(columns, None))
    ]
    assert quarters == [0, 1, 0, 0]


def test_beside_the_picture_there_is_nothing():
    cortex = cortex_image(np.ones((21, 21)), (10, 10), cortex_grid(a=2, outer=30))
    assert np.isnan(cortex[:, 0]).all()
    assert np.nanmin(cortex) == pytest.approx(1)
    assert np.nanmax(cortex) == pytest.approx(1)


def test_a_logarithm_of_nothing_is_refused():
    with pytest.raises(ValueError, match="a is 0 and inner 0; the sum must be more than 0"):
        cortex_grid(a=0, outer=10, inner=0)
