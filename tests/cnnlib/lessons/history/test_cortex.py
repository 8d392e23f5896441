"""The cells answer what Hubel and Wiesel's cells answered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnlib.lessons.history.cortex import (
    ComplexCell,
    Gabor,
    HypercomplexCell,
    SimpleCell,
    bar,
    grating,
    length_tuning,
    orientation_tuning,
    phase_tuning,
    position_tuning,
)

CELLS = (SimpleCell, ComplexCell, HypercomplexCell)
ANGLES = np.arange(0, 180, 5)
PHASES = np.arange(0, 360, 15)


@pytest.mark.parametrize("orientation", range(0, 180, 15))
@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_answers_its_own_orientation_most_and_the_opposite_one_hardly(kind, orientation):
    responses = orientation_tuning(kind(Gabor(orientation=orientation)), ANGLES)
    assert ANGLES[responses.argmax()] == orientation
    opposite = responses[list(ANGLES).index((orientation + 90) % 180)]
    assert opposite < 0.02 * responses.max()
    assert responses.max() > 0.1


@settings(max_examples=30, deadline=None)
@given(orientation=st.floats(0, 180), turn=st.floats(25, 155))
def test_turning_the_bar_away_weakens_any_cell(orientation, turn):
    gabor = Gabor(orientation=orientation)
    for kind in CELLS:
        own, turned = orientation_tuning(kind(gabor), [orientation, orientation + turn])
        assert turned < 0.5 * own


def test_angles_grow_counter_clockwise_from_flat():
    flat, upright, rising = bar(0, size=9), bar(90, size=9), bar(45, width=1, size=9)
    assert np.ptp(flat, axis=1).max() == 0
    np.testing.assert_allclose(upright, flat.T)
    assert rising[0, 8] == rising[8, 0] == pytest.approx(1)
    assert rising[0, 0] == 0
    np.testing.assert_allclose(bar(30, length=12), bar(210, length=12), atol=1e-12)


def test_a_bar_moved_sideways_and_a_grating_moved_in_phase():
    np.testing.assert_allclose(bar(90, offset=-3), np.roll(bar(90), 3, axis=1))
    # A quarter of a period is two pixels.
    later, sooner = grating(90, 8)[:, :-2], grating(90, 8, phase=90)[:, 2:]
    np.testing.assert_allclose(sooner, later, atol=1e-12)


@pytest.mark.parametrize("phase", [0, 90, 200])
@pytest.mark.parametrize("orientation", [0, 30, 90, 135])
def test_a_field_sums_to_nothing_and_gives_one_to_its_own_grating(orientation, phase):
    gabor = Gabor(orientation=orientation, phase=phase)
    assert gabor.weights.sum() == pytest.approx(0, abs=1e-12)
    (own,) = phase_tuning(SimpleCell(gabor), [phase])
    assert own == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("kind", CELLS)
def test_light_all_over_the_screen_excites_nobody(kind):
    assert kind()(np.ones((61, 61))) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("orientation", [0, 20, 45, 90, 160])
def test_phase_matters_to_a_simple_cell_and_not_to_a_complex_one(orientation):
    gabor = Gabor(orientation=orientation)
    simple = phase_tuning(SimpleCell(gabor), PHASES)
    complicated = phase_tuning(ComplexCell(gabor), PHASES)
    assert simple.max() > 0.95
    assert (simple == 0).sum() > len(PHASES) // 3  # half a turn, without the two places between
    assert np.ptp(complicated) < 0.01 * complicated.max()
    assert complicated.min() > 0.95


def test_a_bar_beside_the_stripe_silences_a_simple_cell_alone():
    gabor = Gabor()
    simple = position_tuning(SimpleCell(gabor), [0, 3])
    complicated = position_tuning(ComplexCell(gabor), [0, 3])
    assert simple[1] == 0
    assert complicated[1] > 0.5 * complicated[0]
    # Far away nobody answers.
    assert position_tuning(ComplexCell(gabor), [16])[0] < 0.01 * complicated[0]


def test_a_complex_cell_is_the_energy_of_an_even_and_an_odd_filter():
    stimulus = np.random.default_rng(0).normal(size=(61, 61))
    even, odd = (Gabor(orientation=70, phase=phase).weights for phase in (0, 90))
    energy = (even * stimulus).sum() ** 2 + (odd * stimulus).sum() ** 2
    assert ComplexCell(Gabor(orientation=70))(stimulus) == pytest.approx(energy)


@pytest.mark.parametrize("orientation", [0, 45, 90, 110])
def test_only_an_end_stopped_cell_answers_a_longer_bar_less(orientation):
    gabor, lengths = Gabor(orientation=orientation), np.arange(0, 60, 2)
    for kind in (SimpleCell, ComplexCell):
        responses = length_tuning(kind(gabor), lengths)
        assert responses[-1] > 0.99 * responses.max()
    stopped = length_tuning(HypercomplexCell(gabor), lengths)
    best = stopped.argmax()
    assert 10 < lengths[best] < 26
    assert np.diff(stopped[: best + 1]).min() >= 0
    assert np.diff(stopped[best:]).max() <= 0
    assert stopped[-1] < 0.1 * stopped[best]


def test_inhibition_makes_the_end_stopping():
    lengths = [20, 58]
    free, weak, full = (
        length_tuning(HypercomplexCell(inhibition=i), lengths) for i in (0.0, 0.25, 1.0)
    )
    np.testing.assert_allclose(free, length_tuning(ComplexCell(), lengths))
    assert free[1] > weak[1] > full[1] == 0
