"""Any true maximum may win; references are PyTorch's; the report shows where an output looks."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mutants import modules

from cnnlib import check
from cnnlib.check.engine.case import Case
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report
from cnnlib.check.geometry import settings
from cnnlib.check.pooling.cases import PADDING, STRIDE, TIES
from cnnlib.check.pooling.reference import route

X = np.array([[5.0, 1, 5], [0, 5, 2], [5, 3, 4]]).reshape(1, 1, 3, 3)


def seen(indices, x=X, kernel_size=2, **keyword):
    """Return the indices as the check sees them."""
    arguments = {"x": x, "kernel_size": kernel_size, **keyword}
    y, right = check.max_pool2d_forward.reference(arguments, "cpu")
    given = np.array(indices, dtype=float).reshape(right.shape)
    _, viewed = check.max_pool2d_forward.settle({**arguments, "right": (y, right)}, (y, given))
    return viewed.ravel().tolist(), right.ravel().tolist()


@pytest.mark.parametrize(
    ("index", "right"),
    [
        (0, True),  # the first 5
        (4, True),  # another 5 in the same window
        (2, False),  # a 5, but outside the window
        (6, False),  # a 5 in column 0, but a row too low
        (1, False),  # in the window, but smaller
        (-9, False),  # Python would count from the end
        (9, False),
        (0.5, False),
        (np.nan, False),
    ],
)
def test_an_index_is_right_if_it_points_at_a_true_maximum_of_its_window(index, right):
    viewed, expected = seen([index])
    assert (viewed == expected) is right


def test_an_index_in_the_padding_is_wrong_although_it_is_a_place_of_x():
    # One column to the left of row 1 lies index 2: row 0's last pixel, a 5.
    viewed, expected = seen([0, 2, 4, 8], stride=2, padding=1)
    assert viewed[:2] == expected[:2]
    assert viewed[2] != expected[2]


@pytest.mark.parametrize("pooling", STRIDE + PADDING + TIES, ids=lambda p: p.name)
def test_routing_is_the_gradient_that_autograd_computes(pooling):
    case = pooling.case(np.random.default_rng(3))
    kernel, stride, padding = settings(case.arguments)
    x = torch.tensor(case.arguments["x"], dtype=torch.float64, requires_grad=True)
    y, indices = F.max_pool2d(x, kernel, stride, padding, return_indices=True)
    dy = torch.randn(y.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    y.backward(dy)
    arguments = {"dy": dy.numpy(), "indices": indices.numpy(), "shape": tuple(x.shape)}
    np.testing.assert_allclose(route(arguments), x.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("pooling", TIES, ids=lambda p: p.name)
def test_indices_for_the_backward_pass_point_at_maxima_and_settle_ties_at_random(pooling):
    cases = [pooling.unpool_case(np.random.default_rng(seed)) for seed in range(5)]
    for seed, case in enumerate(cases):
        x = pooling.case(np.random.default_rng(seed)).arguments
        best, chosen = check.max_pool2d_forward.reference(x, "cpu")
        np.testing.assert_array_equal(case.arguments["y"], best)
        given = (best, case.arguments["indices"])
        found = check.max_pool2d_forward.settle({**x, "right": (best, chosen)}, given)[1]
        np.testing.assert_array_equal(found, chosen)
    indices = [case.arguments["indices"] for case in cases]
    assert any((one != indices[0]).any() for one in indices[1:])


def report(the_check, function, part):
    referee = Referee(the_check, part, "visible")
    form = the_check.form
    return str(Report(referee.verdict([observe(form, function, c) for c in referee.cases])))


pool = modules()["max_pool2d_forward"].window_view


def test_a_step_that_asks_for_values_alone_takes_them_alone():
    def values_only(*arguments, **keyword):
        return pool(*arguments, **keyword)[0], None

    assert report(check.max_pool2d_forward, values_only, "stride_padding").startswith("✓")
    assert "indices is None" in report(check.max_pool2d_forward, values_only, "indices")


def test_a_wrong_index_is_shown_as_an_index_with_the_window_around_it():
    def first_pixel(x, kernel_size, stride=None, padding=0):
        y, indices = pool(x, kernel_size, stride, padding)
        return y, 0 * indices

    text = report(check.max_pool2d_forward, first_pixel, "indices")
    assert "indices[0, 0, 0, 0] is 0; expected 6" in text
    assert "rows 0, 1, columns 0, 1, channel 0 of image 0:" in text


def test_padding_of_a_maximum_is_minus_infinity_in_the_window():
    case = Case("", {"x": X, "kernel_size": 2}, {"padding": 1})
    text = str(check.max_pool2d_forward.window(case.arguments, "y", (0, 0, 0, 0)))
    assert text.count("-inf*") == 4  # three around one pixel, one in the legend
    assert "5.000" in text


def test_dx_of_an_average_shows_the_outputs_that_read_its_pixel():
    arguments = {"dy": X, "shape": (1, 1, 7, 7), "kernel_size": 3, "stride": 2}
    window = check.avg_pool2d_backward.window(arguments, "dx", (0, 0, 2, 3))
    assert (window.rows, window.columns) == ([0, 1], [1])
    between = {**arguments, "stride": 4, "shape": (1, 1, 11, 11)}
    assert "no element of dy" in str(check.avg_pool2d_backward.window(between, "dx", (0, 0, 3, 0)))


def test_dx_of_a_maximum_shows_the_indices_that_mean_its_pixel():
    indices = np.array([[7, 7], [9, 14]]).reshape(1, 1, 2, 2)
    arguments = {"dy": np.zeros((1, 1, 2, 2)), "indices": indices, "shape": (1, 1, 5, 5)}
    text = str(check.max_pool2d_backward.window(arguments, "dx", (0, 0, 1, 2)))
    assert "row 1, column 2 of a 5 × 5 plane has the index 7" in text
    assert "2 of the indices of image 0, channel 0 are 7:" in text
    assert "14" in text
    assert "14.000" not in text
