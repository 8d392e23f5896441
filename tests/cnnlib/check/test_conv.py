"""Cases come from the seed alone; what lies about itself, or cheats, is refused."""

import numpy as np
from mutants import verdicts

from cnnlib import check
from cnnlib.check.engine.referee import Referee


def test_a_subclass_of_ndarray_that_lies_is_refused():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, dtype=bool)

    def lying(x, w, b=None, **settings):
        return np.zeros(1).view(Liar)

    for verdict in verdicts(check.conv2d_forward, lying, seed=0):
        assert verdict.failures[0].kind == "type"


def test_hidden_cases_depend_on_the_seed_and_nothing_else():
    first, second = (Referee(check.im2col, "basic", "hidden", seed=7).cases for _ in range(2))
    other = Referee(check.im2col, "basic", "hidden", seed=8).cases
    for one, two in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.positional["x"], two.positional["x"])
    assert any(
        one.positional["x"].shape != three.positional["x"].shape
        or (one.positional["x"] != three.positional["x"]).any()
        for one, three in zip(first, other, strict=True)
    )
