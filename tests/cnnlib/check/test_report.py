"""The report says what, where and why; for hidden cases it gives no value away."""

from dataclasses import replace

import numpy as np
import pytest
import styles

from cnnlib import check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report, summary


def flipped(x, w, b=None, **settings):
    return styles.as_strided(x, w[:, :, ::-1, ::-1], b, **settings)


def verdict(function, which="visible", part="basic"):
    referee = Referee(check.conv2d_forward, part, which)
    return referee.verdict(
        [observe(check.conv2d_forward.form, function, case) for case in referee.cases]
    )


def test_the_mistake_the_place_and_the_window_are_shown():
    text = str(Report(verdict(flipped)))
    assert "1 of 7 cases agree with torch.nn.functional.conv2d" in text
    assert "It looks like this: the kernel is flipped." in text
    assert "x (1, 1, 5, 4), w (1, 1, 3, 2), b=None" in text
    assert "y[0, 0, 0, 0] is -1.30498; expected 3.10916" in text
    assert "rows 0, 1, 2, columns 0, 1, channel 0 of image 0:" in text
    assert "Where it is wrong (x) and right (.), in y[0, 0]:\n  x x x\n  x x x\n  x x x" in text
    assert "allowed difference: " in text


def test_the_window_shown_is_the_one_that_makes_the_expected_value():
    case = check.conv2d_forward.draw("stride_padding", "visible")[6]
    assert (case.keyword["stride"], case.keyword["padding"]) == (2, 1)
    text = str(check.conv2d_forward.window(case.arguments, "y", (1, 0, 0, 1)))
    x, w, b = case.positional.values()
    rows, columns = [-1, 0, 1], [1, 2, 3]
    assert f"rows {', '.join(map(str, rows))}, columns {', '.join(map(str, columns))}" in text
    assert text.count("0*") == 4  # three in the row above the image, one in the legend
    window = x[1][:, 0:2, 1:4]
    expected = (window * w[0][:, 1:]).sum() + b[0]
    reference = check.conv2d_forward.reference(case.arguments, "cpu")[1, 0, 0, 1]
    assert expected == pytest.approx(reference)
    assert f"{x[1, 0, 0, 1]:.3f}" in text


def test_hidden_cases_show_the_hint_and_no_value():
    found = verdict(flipped, "hidden")
    text = str(Report(found))
    assert "the kernel is flipped" in text
    case = found.failures[0].case
    assert case.describe() not in text
    assert "expected" not in text
    assert not any(f"{value:.3f}" in text for value in case.positional["x"].ravel())


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x, w, b=None, **s: None, "your result is None (is the return statement missing?)"),
        (lambda x, w, b=None, **s: [1, 2], "your result is list; expected a NumPy array"),
        (lambda x, w, b=None, **s: np.array(["a"]), "ndarray of dtype <U1"),
        (lambda x, w, b=None, **s: np.zeros((1, 2)), "has shape (1, 2); expected (1, 1, 3, 3)"),
        (lambda x, w, b=None, **s: x[9], "raised IndexError"),
        (lambda x: x, "raised TypeError"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_said_plainly(function, said):
    assert said in str(Report(verdict(function)))


def test_an_exception_shows_the_students_own_line():
    def fails(x, w, b=None, **settings):
        wrong = w[99]
        return wrong

    assert "in fails, line" in str(Report(verdict(fails)))
    assert "wrong = w[99]" in str(Report(verdict(fails)))
    assert summary(verdict(fails)).startswith("raised IndexError: index 99")


def test_nan_and_infinity_are_wrong_and_counted():
    def spoiled(x, w, b=None, **settings):
        y = styles.as_strided(x, w, b, **settings)
        y[..., 0, 0] = np.nan
        return y

    assert "1 of 9 values are wrong, of which 1 are NaN or infinite" in str(
        Report(verdict(spoiled))
    )


def test_the_tolerance_is_shown_when_all_is_well():
    text = str(Report(verdict(styles.as_strided)))
    assert text.startswith("✓ conv2d_forward (batch, channels and bias): all 7 cases agree")
    assert "Largest difference allowed: " in text
    assert "float32 rounding" in text


def test_float32_that_becomes_float64_is_named():
    def double(x, w, b=None, **settings):
        return styles.as_strided(x, w, b, **settings).astype(np.float64)

    assert "your result has dtype float64; expected float32, the dtype of the input" in str(
        Report(verdict(double))
    )


def test_calling_a_check_wrongly_says_how_to_call_it():
    with pytest.raises(TypeError, match="give it your function, without parentheses"):
        check.im2col(np.zeros(3))
    with pytest.raises(ValueError, match="im2col has 'basic', 'stride_padding_dilation'"):
        check.im2col(styles.im2col, part="padding")
    with pytest.raises(ValueError, match="expected 'visible' or 'hidden'"):
        check.im2col(styles.im2col, cases="all")


def test_a_check_prints_or_raises_and_returns_nothing(capsys):
    assert check.im2col(styles.im2col) is None
    assert capsys.readouterr().out.count("✓") == 2
    with pytest.raises(check.CheckFailed, match="the kernel is flipped"):
        check.conv2d_forward(flipped, "basic")


def test_no_word_of_the_function_gets_out_of_hidden_cases():
    def tells(x, w, b=None, **settings):
        raise type(f"Secret{x.shape[0]}", (Exception,), {})("secret")

    def returns(x, w, b=None, **settings):
        return type("Secret", (), {})()

    referee = Referee(check.conv2d_forward, "basic", "hidden")
    form = referee.check.form
    for function in (tells, returns):
        seen = [observe(form, function, case) for case in referee.cases]
        seen = [replace(each, used=("secret",)) for each in seen]
        verdict = referee.verdict(seen)
        for text in (str(Report(verdict)), Report(verdict)._repr_html_(), summary(verdict)):
            assert "secret" not in text.lower()
