"""Units of McCulloch and Pitts compute logic, and one alone does not compute all of it."""

import itertools

import numpy as np
import pytest

from cnnlib.lessons.history.threshold import (
    AND,
    NOT,
    OR,
    all_inputs,
    computable,
    threshold_unit,
    xor,
)


@pytest.mark.parametrize(("unit", "function"), [
    (AND, lambda a, b: a and b),
    (OR, lambda a, b: a or b),
    (xor, lambda a, b: a != b),
])  # fmt: skip
def test_a_gate_has_the_truth_table_of_its_name(unit, function):
    for a, b in itertools.product((0, 1), repeat=2):
        assert unit((a, b)) == int(function(a, b))


def test_not_turns_round():
    assert NOT([[0], [1]]).tolist() == [1, 0]


def test_a_sum_at_the_threshold_fires():
    unit = threshold_unit((0.5, -1.0, 2.0), threshold=1.5)
    assert unit([[1, 1, 1], [1, 1, 0]]).tolist() == [1, 0]


def test_no_weights_at_all_compute_what_the_list_leaves_out():
    # Far more weights and thresholds than the list tries, none of them whole numbers.
    rng = np.random.default_rng(0)
    corners = all_inputs(2)
    found = {
        tuple(threshold_unit(w, t)(corners).tolist())
        for w, t in zip(rng.normal(size=(5000, 2)), rng.normal(size=5000), strict=True)
    }
    assert found == computable()
    tables = set(itertools.product((0, 1), repeat=4))
    assert tables - found == {(0, 1, 1, 0), (1, 0, 0, 1)}  # XOR and its opposite


def test_a_wrong_number_of_inputs_is_named():
    with pytest.raises(ValueError, match=r"shape \(3,\); expected \(…, 2\)"):
        AND([0, 1, 1])
