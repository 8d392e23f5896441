"""Then and now: the cards' numbers agree with what their makers and users say."""

import pytest

from cnnlib.lessons.history import gpus
from cnnlib.lessons.history.gpus import GTX_580, H100
from cnnlib.lessons.history.speech import TASKS


def test_peaks_are_those_of_the_data_sheets():
    assert GTX_580.peak / 1e12 == pytest.approx(1.58, abs=0.005)
    assert H100.peak / 1e12 == pytest.approx(67, abs=0.5)


def test_alexnet_used_a_believable_share_of_its_cards():
    seconds = gpus.ALEXNET_DAYS * 24 * 3600
    possible = gpus.ALEXNET_CARDS * GTX_580.peak * seconds
    assert 0.2 < gpus.training_operations() / possible < 0.6
    # 724 million multiply-adds an image, three times two operations each.
    assert gpus.training_operations() == pytest.approx(724_406_816 * 6 * 1_281_167 * 90)


def test_networks_made_fewer_errors_on_every_task():
    for task in TASKS:
        assert 0 < task.saved < 0.5, task
    assert TASKS[0].saved == pytest.approx(0.32, abs=0.01)  # the paper's text: about a third
