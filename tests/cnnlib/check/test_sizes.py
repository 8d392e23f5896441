"""References give the numbers that the course shows; reports name the pixel, or the number."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnlib import check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report


def report(the_check, function, part):
    referee = Referee(the_check, part, "visible")
    form = the_check.form
    return str(Report(referee.verdict([observe(form, function, c) for c in referee.cases])))


def first_results(the_check, number):
    cases = the_check.draw("basic", "visible")
    return np.asarray(the_check.reference(cases[number].arguments, "cpu")).tolist()


def test_sliding_and_flipping_give_the_numbers_of_the_lecture():
    assert first_results(check.cross_correlate2d, 0) == [[8, 4], [-4, 2]]
    assert first_results(check.convolve2d, 0) == [[-2, -4], [6, 4]]
    assert first_results(check.cross_correlate2d, 1) == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_counting_gives_the_numbers_of_the_lecture():
    assert first_results(check.conv_parameters, 0) == 760
    assert first_results(check.conv_parameters, 3) == 34_944


@pytest.mark.parametrize("part", check.conv_output_size.parts)
def test_a_size_is_zero_exactly_where_pytorch_refuses(part):
    for case in check.conv_output_size.draw(part, "visible"):
        a = {"stride": 1, "padding": 0, "dilation": 1, **case.arguments}
        row, kernel = torch.zeros(1, 1, a["n"]), torch.zeros(1, 1, a["kernel_size"])
        settings = (None, a["stride"], a["padding"], a["dilation"])
        if check.conv_output_size.reference(case.arguments, "cpu") == 0:
            with pytest.raises(RuntimeError, match="can't be greater than actual input size"):
                F.conv1d(row, kernel, *settings)
        else:
            F.conv1d(row, kernel, *settings)


def test_a_number_is_shown_beside_what_it_should_be():
    text = report(check.conv_output_size, lambda n, kernel_size, **s: n - kernel_size, "basic")
    assert "It looks like this: one window too few." in text
    assert "n=7, kernel_size=3\n  your result is 4; expected 5" in text


def test_a_mistake_that_would_have_spoiled_what_is_right_is_not_named():
    def size(n, kernel_size, stride=1, padding=0, dilation=1):
        # Wrong by one as "one window too many" is, but only where a stride does not fit.
        return max(0, -((dilation * (kernel_size - 1) + 1 - n - 2 * padding) // stride) + 1)

    text = report(check.conv_output_size, size, "stride_padding")
    assert "It looks like this: the size is rounded up, not down." in text
    assert "It looks like this" not in report(
        check.conv_output_size, lambda n, k, **s: 5 if n == 7 else 0, "basic"
    )


def test_the_pixel_that_padding_should_have_copied_is_shown():
    arguments = {"x": np.arange(12.0).reshape(1, 3, 4), "padding": (2, 1), "value": -1.5}
    inside = str(check.pad2d.window(arguments, "y", (0, 3, 2)))
    assert inside.startswith("row 1, column 1 of x[0]:")
    assert "5.000" in inside
    border = str(check.pad2d.window(arguments, "y", (0, 0, 2)))
    assert "-1.5*" in border
    assert "(-1.5* is padding)" in border


def test_the_window_of_a_kernel_is_shown():
    arguments = {"x": np.arange(12.0).reshape(3, 4), "k": np.ones((2, 3))}
    text = str(check.cross_correlate2d.window(arguments, "y", (1, 1)))
    assert text.startswith("rows 1, 2, columns 1, 2, 3 of x:")
    assert "11.000" in text
