"""What a report shows for gradients, and that functions given by name are what they are called."""

import numpy as np
import pytest
import torch
from backward_styles import col2im, columns, loops
from mutants import verdicts

from cnnlib import check
from cnnlib.check.backward.calls import FUNCTIONS
from cnnlib.check.engine.observe import Observation, observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report

STRIDE_PADDING = check.conv2d_backward.draw("dx_stride_padding", "visible")


def report(function, part, name="conv2d_backward"):
    known = check.CHECKS[name]
    referee = Referee(known, part, "visible")
    return Report(referee.verdict([observe(known.form, function, case) for case in referee.cases]))


def test_the_first_checks_look_at_one_gradient_each():
    def only_db(dy, x, w, **settings):
        return None, None, dy.sum(axis=(0, 2, 3))

    assert report(only_db, "db").verdict.passed
    assert "dw is None (is it not written yet?)" in str(report(only_db, "dw"))
    assert report(only_db, "dx").verdict.misconception is None


def test_a_missing_gradient_is_no_known_mistake():
    def no_dx(dy, x, w, **settings):
        return None, *loops(dy, x, w, **settings)[1:]

    for verdict in verdicts(check.conv2d_backward_im2col, no_dx, seed=0):
        assert not verdict.passed
        assert verdict.misconception is None


def test_a_forged_record_of_too_few_results_is_judged_and_not_explained():
    referee = Referee(check.conv2d_backward, "dx", "visible")
    forged = [Observation(values=(np.zeros(1),), types=("ndarray",))] * len(referee.cases)
    verdict = referee.verdict(forged)
    assert not verdict.passed
    assert verdict.misconception is None


@pytest.mark.parametrize("case", STRIDE_PADDING, ids=lambda case: case.name)
def test_the_window_of_dx_holds_every_output_that_reads_the_pixel(case):
    """Outputs in the window, and no others, change when the pixel does."""
    x, w = case.positional["x"], case.positional["w"]
    settings = {name: case.keyword.get(name, default) for name, default in
                [("stride", 1), ("padding", 0)]}  # fmt: skip
    for row, column in np.ndindex(x.shape[2:]):
        pixel = torch.zeros(x.shape, dtype=torch.float64)
        pixel[0, 0, row, column] = 1
        ones = torch.ones(w.shape, dtype=torch.float64)
        touched = torch.nn.functional.conv2d(pixel, ones, **settings)[0, 0].numpy() != 0
        window = check.conv2d_backward.window(case.arguments, "dx", (0, 0, row, column))
        shown = np.zeros(touched.shape, dtype=bool)
        shown[np.ix_(window.rows, window.columns)] = True
        np.testing.assert_array_equal(shown, touched)


@pytest.mark.parametrize("case", STRIDE_PADDING, ids=lambda case: case.name)
def test_the_windows_of_dw_and_db_add_up_to_the_gradients(case):
    dy, x, _ = case.positional.values()
    if len(x) > 1:
        return  # only the first image is shown
    _, dw, db = check.conv2d_backward.reference(case.arguments, "cpu")
    window = check.conv2d_backward.window(case.arguments, "dw", (1, 1, 1, 0))
    padded = np.pad(window.plane, 9)
    read = padded[np.ix_([row + 9 for row in window.rows], [c + 9 for c in window.columns])]
    assert (read * dy[0, 1]).sum() == pytest.approx(dw[1, 1, 1, 0])
    window = check.conv2d_backward.window(case.arguments, "db", (1,))
    assert window.plane[np.ix_(window.rows, window.columns)].sum() == pytest.approx(db[1])


@pytest.mark.parametrize("part", ["basic", "stride_padding_dilation"])
def test_the_window_of_col2im_adds_up_to_the_pixel(part):
    for case in check.col2im.draw(part, "visible"):
        expected = check.col2im.reference(case.arguments, "cpu")
        for index in np.ndindex(expected.shape):
            window = check.col2im.window(case.arguments, "image", index)
            found = window.plane[np.ix_(window.rows, window.columns)].sum()
            assert found == pytest.approx(expected[index], abs=1e-5)


def test_a_pixel_that_no_window_reads_is_said_to_have_none():
    case = next(case for case in STRIDE_PADDING if case.name == "stride 2 that does not fit")
    last = tuple(n - 1 for n in case.positional["x"].shape)
    assert str(check.conv2d_backward.window(case.arguments, "dx", last)).startswith("nothing: no")

    def everywhere(dy, x, w, **settings):
        dx, dw, db = columns(dy, x, w, **settings)
        return dx + (dx == 0), dw, db

    text = str(report(everywhere, "dx_stride_padding"))
    assert "nothing: no window reads this pixel" in text
    assert "nothing: no window" in report(everywhere, "dx_stride_padding")._repr_html_()


def test_col2im_names_the_image_in_its_report():
    def doubled(cols, shape, *arguments):
        return 2 * col2im(cols, shape, *arguments)

    assert "image[0, 0, 0, 0] is " in str(report(doubled, "basic", "col2im"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_named_function_is_what_it_is_called(name):
    x = np.random.default_rng(5).standard_normal((3, 4))
    expected = eval(name, {"x": x})  # the name is an expression in x
    np.testing.assert_allclose(FUNCTIONS[name].value(x), expected, rtol=1e-15)
    in_torch = FUNCTIONS[name].value(torch.from_numpy(x))
    np.testing.assert_allclose(in_torch.numpy(), expected, rtol=1e-14)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_third_derivatives_are_within_their_bounds(name):
    """Differences of four values, on a fine grid: by definition, without any formula."""
    f, h = FUNCTIONS[name], 1e-2
    for x in np.linspace(-3, 3, 301):

        def moved(step, x=x):
            point = np.full((2, 2), 0.7)
            point[0, 1] = x + step * h
            return np.asarray(f.value(point))

        third = (moved(3) - 3 * moved(1) + 3 * moved(-1) - moved(-3)) / (2 * h) ** 3
        assert np.abs(third).max() <= f.third + 1e-6
