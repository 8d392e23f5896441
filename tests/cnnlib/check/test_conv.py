"""Right solutions pass in every style; wrong ones fail, and the mistake is named."""

import inspect

import numpy as np
import pytest
from beside import load_beside

from cnnlib import check
from cnnlib.check._case import observe
from cnnlib.check._judge import Referee

solutions = load_beside(__file__, "solutions.py")
PARTS = ("basic", "stride_padding", "dilation_groups")


def verdicts(checked, function, seed=None):
    """Judge a function on all parts, visible and hidden."""
    for part in checked.parts:
        for which in ("visible", "hidden"):
            referee = Referee(checked, part, which, seed=seed)
            yield referee.judge([observe(function, case) for case in referee.cases])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("function", solutions.RIGHT, ids=lambda f: f.__name__)
def test_right_solutions_pass(function, seed):
    for verdict in verdicts(check.conv2d_forward, function, seed):
        assert verdict.passed, verdict.failures[0]


@pytest.mark.parametrize("seed", range(5))
def test_right_im2col_passes(seed):
    for verdict in verdicts(check.im2col, solutions.im2col, seed):
        assert verdict.passed, verdict.failures[0]


def mutant(old, new, function=solutions.loops):
    """Return the function with a piece of its source replaced."""
    source = inspect.getsource(function)
    assert old in source
    namespace = dict(vars(solutions))
    exec(source.replace(old, new), namespace)
    return namespace[function.__name__]


TAP, TOTAL, SUM = "w[f, c, p, q]", "0 if b is None else b[f]", "y[n, f, i, j] = total"
CONV_MUTANTS = {
    "flipped": (TAP, "w[f, c, -1 - p, -1 - q]", "the kernel is flipped"),
    "flipped one way": (TAP, "w[f, c, p, -1 - q]", "the kernel is flipped along one axis"),
    "no stride": ("i * sh + p * dh, j * sw", "i + p * dh, j", "the stride is ignored"),
    "strides swapped": ("(sh, sw), (dh", "(sw, sh), (dh", None),
    "no padding": ("padded(x, padding)", "np.pad(x, ((0, 0), (0, 0), (0, 50), (0, 50)))", None),
    "edge padding": ("padded(x, padding)", "np.pad(x, ((0, 0), (0, 0), (pair(padding)[0],) * 2, "
                     "(pair(padding)[1],) * 2), mode='edge')", "the padding is not zero"),
    "one side": ("padded(x, padding)", "np.pad(x, ((0, 0), (0, 0), (2 * pair(padding)[0], 0), "
                 "(2 * pair(padding)[1], 0)))", "padding on one side only"),
    "no bias": (TOTAL, "0", "the bias is missing"),
    "bias minus": ("else b[f]", "else -b[f]", "the bias is subtracted"),
    "bias often": ("total += pixel * w[f, c, p, q]",
                   "total += pixel * w[f, c, p, q] + (0 if b is None else b[f])", None),
    "no groups": ("first = f // (len(w) // groups) * w.shape[1]", "first = 0",
                  "the groups are ignored"),
    "groups interleaved": ("first = f // (len(w) // groups)", "first = f % groups",
                           "channels and groups are mixed up"),
    "channels reversed": (TAP, "w[f, -1 - c, p, q]", "the channels are mixed up"),
    "one channel": ("range(w.shape[1])", "range(1)", "only one channel is read"),
    "no dilation": ("i * sh + p * dh, j * sw + q * dw", "i * sh + p, j * sw + q",
                    "the dilation is ignored"),
    "average": (SUM, "y[n, f, i, j] = total / w[0].size", None),
    "one image": ("for n in range(len(x))", "for n in range(1)",
                  "only the first image is computed"),
    "one filter": ("for f in range(len(w))", "for f in range(1)",
                   "only the first filter is computed"),
    "short": ("return y", "return y[:, :, :-1, :-1]", "the last row or column is missing"),
    "nan": (SUM, "y[n, f, i, j] = total if i else np.nan", None),
    "off a little": (SUM, "y[n, f, i, j] = total * (1 + 1e-4)", None),
    "wrong dtype": ("dtype=x.dtype", "dtype=np.float64", None),
    "list": ("return y", "return y.tolist()", None),
    "none": ("return y", "pass", None),
    "changes x": ("xp = padded(x, padding)", "x[...] = 0 * x + 1; xp = padded(x, padding)", None),
}  # fmt: skip


@pytest.mark.parametrize("name", CONV_MUTANTS)
def test_wrong_solutions_fail_and_are_named(name):
    old, new, expected = CONV_MUTANTS[name]
    found = [v for v in verdicts(check.conv2d_forward, mutant(old, new)) if not v.passed]
    assert found
    if expected is not None:
        named = [v.misconception.name for v in found if v.misconception is not None]
        assert expected in named
        # Nobody is accused of a mistake that they did not make.
        assert set(named) == {expected}


IM2COL_MUTANTS = {
    "stride": ("(sh, sw), (dh, dw) = pair(stride)", "(sh, sw), (dh, dw) = (1, 1)", None),
    "swapped": (".reshape(len(x), -1, out_h * out_w)",
                ".reshape(len(x), -1, out_h * out_w).swapaxes(1, 2)",
                "rows and columns of the result are swapped"),
    "folded": ("return padded(x, padding)[:, :, rows, columns].reshape(len(x), -1, out_h * out_w)",
               "y = padded(x, padding)[:, :, rows, columns].reshape(len(x), -1, out_h * out_w); "
               "return np.concatenate(list(y), axis=1)", "the batch is folded into the columns"),
    "padding": ("padded(x, padding)[", "padded(x, 0)[", None),
    "channels last": ("[:, :, rows, columns]", "[:, :, rows, columns].transpose(0, 2, 3, 1, 4, 5)",
                      "the channels come last in a column"),
    "window down": ("[:, :, rows, columns]", "[:, :, rows, columns].transpose(0, 1, 3, 2, 4, 5)",
                    "windows are read down first, then across"),
    "positions down": ("[:, :, rows, columns]", "[:, :, rows, columns].transpose(0, 1, 2, 3, 5, 4)",
                       "windows are taken down first, then across"),
}  # fmt: skip


@pytest.mark.parametrize("name", IM2COL_MUTANTS)
def test_wrong_im2col_fails_and_is_named(name):
    old, new, expected = IM2COL_MUTANTS[name]
    found = [v for v in verdicts(check.im2col, mutant(old, new, solutions.im2col)) if not v.passed]
    assert found
    if expected is not None:
        assert {v.misconception.name for v in found if v.misconception} == {expected}


def test_a_subclass_of_ndarray_that_lies_is_refused():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, dtype=bool)

    def lying(x, w, b=None, **settings):
        return np.zeros(1).view(Liar)

    for verdict in verdicts(check.conv2d_forward, lying):
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


@pytest.mark.parametrize("part", PARTS)
def test_the_fast_version_may_not_call_the_slow_one(part):
    with pytest.raises(check.CheckFailed, match="Not allowed"):
        check.conv2d_im2col(cheat, part)


def conv2d_forward(*arguments, **settings):
    return solutions.loops(*arguments, **settings)


def cheat(x, w, b=None, **settings):
    return conv2d_forward(x, w, b, **settings)
