"""Random masks: right ones pass whatever is drawn; reports show what is wrong with others."""

import numpy as np
import pytest

from cnnlib import check
from cnnlib.check.dropout.dropout import _chance
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report


def right(x, p, training, rng):
    mask = (rng.random(x.shape) >= p).astype(x.dtype) / (1 - p) if training else np.ones_like(x)
    return x * mask, mask


def judge(function, seed=0, which="hidden"):
    referee = Referee(check.dropout_forward, "training", which, seed=seed)
    seen = [observe(check.dropout_forward.form, function, case) for case in referee.cases]
    return referee.verdict(seen)


def test_right_masks_pass_on_many_seeds():
    assert all(judge(right, seed).passed for seed in range(60))


@pytest.mark.parametrize(("share", "n"), [(0.2, 400), (0.5, 900), (0.95, 60)])
def test_chance_is_bounded_by_more_than_is_ever_drawn(share, n):
    drawn = np.random.default_rng(0).binomial(n, share, size=200_000) / n
    assert np.abs(drawn - share).max() < _chance(share, n)
    # And not so loosely that nothing could be told.
    assert _chance(share, 1000 * n) < 0.02


def test_a_mask_that_does_not_fit_y_is_wrong():
    def another_mask(x, p, training, rng):
        y, _ = right(x, p, training, rng)
        return y, right(x, p, training, rng)[1]

    assert not judge(another_mask).passed


def test_a_result_that_is_missing_is_said_in_the_exercise_own_terms():
    text = str(Report(judge(lambda x, p, training, rng: None, which="visible")))
    assert "your function returned NoneType" in text
    assert "expected 2 results: y, mask" in text
