"""A name is given only where it is true: exceptions, NaN, chance and other parts may refute it."""

import contextlib

import numpy as np
import pytest
from backward_styles import loops as gradients
from mutants import modules
from styles import as_strided, padded, pair

from cnnlib import check
from cnnlib.check.engine.naming import alike, resolve
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report
from cnnlib.check.engine.wording import apart

CUT = "the padding is cut off by [p:-p], which is empty for padding 0"


def verdicts(the_check, function, *parts, which="visible"):
    found = []
    for part in parts:
        referee = Referee(the_check, part, which)
        seen = [observe(the_check.form, function, case) for case in referee.cases]
        found.append(referee.verdict(seen))
    return found


def name(verdict):
    return verdict.misconception.name if verdict.misconception else None


def cuts_by_minus_zero(dy, x, w, *, padding=0, **settings):
    p, q = pair(padding)
    wide, dw, db = gradients(dy, padded(x, padding), w, **settings)
    dx = np.zeros_like(x)
    dx[:] = wide[:, :, p:-p, q:-q]
    return dx, dw, db


@pytest.mark.parametrize("part", ["db", "dw", "dx", "dx_stride_padding"])
def test_a_mistake_that_raises_is_named_in_every_part_that_it_spoils(part):
    (verdict,) = verdicts(check.conv2d_backward, cuts_by_minus_zero, part)
    assert verdict.failures[0].kind == "error"
    assert name(verdict) == CUT


def test_any_other_exception_in_the_same_cases_is_no_such_mistake():
    def misspelt(dy, x, w, *, padding=0, **settings):
        if 0 in pair(padding):
            return undefined  # noqa: F821
        return gradients(dy, x, w, padding=padding, **settings)

    for verdict in verdicts(check.conv2d_backward, misspelt, "dx", "dx_stride_padding"):
        assert verdict.failures
        assert name(verdict) is None


def test_no_name_is_told_above_an_exception_that_it_does_not_explain():
    def flipped_with_bias(x, w, b=None, **settings):
        return as_strided(x, w[:, :, ::-1, ::-1], np.zeros(len(w)) + b, **settings)

    (verdict,) = verdicts(check.conv2d_forward, flipped_with_bias, "basic")
    assert verdict.failures[0].kind == "error"  # b is None in the first case
    assert name(verdict) is None
    assert "in this case b is None" in verdict.failures[0].headline


def test_nan_is_nan_where_a_mistake_makes_it():
    assert alike(np.array([np.nan, np.inf, 1]), np.array([np.nan, np.inf, 1]), 0)
    assert not alike(np.array([np.nan, 1]), np.array([1, np.nan]), 0)
    assert not alike(np.array([-np.inf]), np.array([np.inf]), 0)

    def no_eps(x, gamma, beta, mean, var, training, momentum=0.1, eps=1e-5):
        right = modules()["batch_norm2d_forward"].batch
        with np.errstate(invalid="ignore"):
            return right(x, gamma, beta, mean, var, training, momentum, eps=0.0)

    (verdict,) = verdicts(check.batch_norm2d_forward, no_eps, "training")
    assert name(verdict) == "eps is forgotten"


def test_what_passes_agrees_with_no_mistake_however_loose_the_comparison():
    def two_axes(x, p, training, rng):
        if not training:
            return x, np.ones_like(x)
        mask = (rng.random(x.shape[-2:]) >= p) / (1 - p)
        return (x * mask).astype(x.dtype), mask

    for verdict in verdicts(check.dropout_forward, two_axes, "training"):
        assert name(verdict) in (None, "the mask is drawn for a fixed number of axes")


def test_what_one_part_leaves_open_another_decides():
    def one_more(x, w, b=None, *, padding=0, **settings):
        return as_strided(x, w, b, padding=tuple(p + 1 for p in pair(padding)), **settings)

    basic, strides = verdicts(check.conv2d_forward, one_more, "basic", "stride_padding")
    assert basic.open
    assert name(basic) != name(strides)
    assert {name(each) for each in resolve([basic, strides])} == {"the padding is one too large"}
    with pytest.raises(check.CheckFailed, match="the padding is one too large"):
        check.conv2d_forward(one_more, "basic")


def test_hidden_cases_have_no_name_that_the_visible_ones_do_not_have():
    function = modules()["conv2d_forward"].WRONG[0].function  # flipped
    (shown,) = verdicts(check.conv2d_forward, function, "basic")
    (hidden,) = verdicts(check.conv2d_forward, function, "basic", which="hidden")
    assert name(hidden) == name(shown) == "the kernel is flipped"
    unnamed = [*verdicts(check.conv2d_forward, lambda *a, **s: 3 * as_strided(*a, **s), "basic")]
    assert [name(each) for each in resolve([*unnamed, hidden])] == [None, None]


@pytest.mark.parametrize(
    ("got", "expected", "shown"),
    [
        (1.5157512, 1.5157498, ("1.515751", "1.515750")),
        (23.03, 1023.6, ("23.03", "1023.6")),
        (4.0, 3.0, ("4", "3")),
        (np.nan, 1.0, ("nan", "1")),
        (0.1, 0.1 + 1e-15, ("0.10000000000000000", "0.10000000000000101")),
    ],
)
def test_numbers_have_digits_until_they_differ(got, expected, shown):
    one, other = apart(got, expected)
    assert one != other
    if len(shown[0]) < 12:
        assert (one, other) == shown


def test_the_case_that_fails_grossly_is_shown():
    def floored(logits, labels):
        z = logits - logits.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        right = np.arange(len(p)), labels
        gradient = p.copy()
        gradient[right] -= 1
        return -np.log(p[right] + 1e-7).mean(), gradient / len(p)

    (verdict,) = verdicts(check.cross_entropy, floored, "basic")
    assert verdict.failures[0].case.name == "logits in the thousands"
    assert name(verdict) == "a small constant is added to the probability"


def text(the_check, function, part):
    (verdict,) = verdicts(the_check, function, part)
    return str(Report(verdict))


def test_reports_say_what_numbers_do_not_tell():
    def drops_too_much(x, p, training, rng):
        mask = (rng.random(x.shape) >= 0.6) / (1 - p)
        return (x * mask).astype(x.dtype), mask

    assert "60 % of the elements are dropped; with p = 0" in text(
        check.dropout_forward, drops_too_much, "training"
    ).replace("59 %", "60 %").replace("61 %", "60 %")

    def refuses(x, w, b=None, *, stride=1, padding=0, **settings):
        for n, k, p, s in zip(x.shape[2:], w.shape[2:], pair(padding), pair(stride), strict=True):
            assert (n + 2 * p - k) % s == 0, "does not fit"
        return as_strided(x, w, b, stride=stride, padding=padding, **settings)

    said = text(check.conv2d_forward, refuses, "stride_padding")
    assert "this is an assert in your own code" in said
    assert "the size is rounded down" in said
    assert "in this case the padding is 0" in text(check.conv2d_backward, cuts_by_minus_zero, "dx")
    sigmoid = text(check.sigmoid_forward, lambda x: 1 / (1 + np.exp(-x)), "large")
    assert "the check turns the warning into an error" in sigmoid

    def double(x, w, b=None, **settings):
        return as_strided(x, w, b, **settings).astype(float)

    assert "np.zeros and np.ones make float64" in text(check.conv2d_forward, double, "basic")


def test_what_is_not_written_yet_is_called_that():
    def stub(x, w, b=None, **settings):
        raise NotImplementedError

    def blank(x, w, b=None, **settings):
        return 0 * as_strided(x, w, b, **settings)

    assert "not written yet" in text(check.conv2d_forward, stub, "basic")
    assert "your result is still all zeros" in text(check.conv2d_forward, blank, "basic")


def test_a_second_look_at_other_parts_prints_nothing_of_its_own(capsys):
    with contextlib.suppress(check.CheckFailed):
        check.conv2d_forward(lambda *a, **s: None, "basic")
    assert capsys.readouterr().out == ""
