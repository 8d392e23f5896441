"""The pictures of a report frame what should be read, and what the mistake reads."""

import numpy as np
import pytest
import styles

from cnnlib import check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.pictures import pictures, shapes
from cnnlib.check.engine.probe import probe
from cnnlib.check.engine.reading import readings
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report


def flipped(x, w, b=None, **settings):
    return styles.as_strided(x, w[:, :, ::-1, ::-1], b, **settings)


def padded_before(x, w, b=None, stride=1, padding=0, **settings):
    down, across = np.broadcast_to(padding, 2)
    wide = np.pad(x, ((0, 0), (0, 0), (2 * down, 0), (2 * across, 0)))
    return styles.as_strided(wide, w, b, stride=stride, **settings)


def as_many(changed):
    """Return a function that uses changed settings, and as many outputs as are right."""

    def function(x, w, b=None, **settings):
        y = styles.as_strided(x, w, b, **settings)
        rows, columns = y.shape[2:]
        wide = np.pad(x, ((0, 0), (0, 0), (0, 20), (0, 20)))
        z = styles.as_strided(wide, w, b, **{**settings, **changed})
        return np.ascontiguousarray(z[:, :, :rows, :columns])

    return function


def drawn(function, part, name="conv2d_forward"):
    """Return a report's pictures: their titles and what is said of each."""
    checked = check.CHECKS[name]
    referee = Referee(checked, part, "visible")
    report = Report(
        referee.verdict([observe(checked.form, function, case) for case in referee.cases])
    )
    mismatch = report.mismatch
    found = pictures(mismatch, readings(report.verdict, mismatch))
    return {picture.title: picture.drawing.alt for picture in found}, report


@pytest.mark.parametrize(
    ("function", "part", "mistake", "should", "reads"),
    [
        (as_many({"stride": 1}), "stride_padding", "the stride is ignored",
         "rows 0, 1, 2, columns 2, 3, 4", "rows 0, 1, 2, columns 1, 2, 3"),
        (padded_before, "stride_padding", "padding on one side only",
         "rows -1, 0, 1, columns -1, 0, 1", "rows 0, columns 0"),
        (as_many({"dilation": 1}), "dilation_groups", "the dilation is ignored",
         "rows 0, 2, 4, columns 0, 2, 4", "rows 0, 1, 2, columns 0, 1, 2"),
    ],
)  # fmt: skip
def test_what_should_be_read_and_what_is_read_are_framed(function, part, mistake, should, reads):
    found, report = drawn(function, part)
    assert report.verdict.misconception.name == mistake
    assert found[f"{report.mismatch.element} should read this"] == (
        f"x[0, 0] with a frame around {should}"
    )
    assert found["Your code acts as if it read this"] == f"x[0, 0] with a frame around {reads}"


def test_a_flipped_kernel_is_drawn_turned():
    found, report = drawn(flipped, "basic")
    kernel = report.verdict.failures[0].case.arguments["w"][0, 0]

    def said(array):
        return "weights, row by row: " + "; ".join(
            ", ".join(f"{value:.2f}" for value in row) for row in array
        )

    assert found["times these weights"] == said(kernel)
    assert found["Your code acts as if these were the weights"] == said(kernel[::-1, ::-1])
    assert "Your code acts as if it read this" not in found


def test_planes_of_different_sizes_are_drawn_side_by_side():
    said = [(each.title, each.note) for each in shapes((2, 3, 3, 4), (2, 3, 3, 3))]
    assert said == [
        ("expected ✓", "3 rows, 4 columns"),
        ("yours ✗", "3 rows, 3 columns"),
    ]
    assert shapes((2, 3, 3, 4), (1, 3, 3, 4)) == []
    assert shapes((2, 3, 100, 4), (1, 3, 3, 4)) == []


def test_the_products_add_up_to_both_numbers():
    _, report = drawn(flipped, "basic")
    mismatch = report.mismatch
    found = readings(report.verdict, mismatch)
    for reading, number in ((found.right, mismatch.expected), (found.mistaken, mismatch.got)):
        assert float((reading.weights * found.given).sum()) == pytest.approx(float(number), 1e-5)


def test_padding_of_a_maximum_is_minus_infinity():
    def with_zeros(x, kernel_size, stride=None, padding=0):
        arguments = {"x": x, "kernel_size": kernel_size, "stride": stride, "padding": padding}
        y, indices = check.max_pool2d_forward.reference(arguments, "cpu")
        y = y.astype(x.dtype)
        return np.maximum(y, 0) if np.any(padding) else y, indices

    _, report = drawn(with_zeros, "stride_padding", "max_pool2d_forward")
    assert "−∞</text>" in report._repr_html_()


def test_what_a_number_is_computed_from_is_found_by_trying():
    x = np.random.default_rng(3).standard_normal((2, 5, 6))
    window = (slice(1, 4, 2), slice(2, 4))
    total = probe(lambda a: float((2 * a["x"][1][window]).sum() + 7), {"x": x}, "x", (1,))
    assert total.read.sum() == 4
    assert np.allclose(total.weights[window], 2)
    for function in (np.max, np.min):
        found = probe(lambda a, f=function: float(f(a["x"][1][window])), {"x": x}, "x", (1,))
        assert found.weights is None
        assert np.argwhere(found.read).tolist() == [[1, 2], [1, 3], [3, 2], [3, 3]]
    assert not probe(lambda a: float(a["x"][0].sum()), {"x": x}, "x", (1,)).read.any()
