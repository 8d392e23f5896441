"""The arithmetic against PyTorch itself: random geometries, and PyTorch's own sample inputs."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from cnnlib.arithmetic import (
    conv_output_size,
    conv_transpose_output_size,
    explain,
    macs,
    parameters,
    pool_output_size,
    same_padding,
    solve,
)

# Some geometries are refused, by PyTorch too: more than 5,000 of each kind are not.
many = settings(max_examples=8500, derandomize=True, deadline=None)
sizes = st.integers(1, 4) | st.integers(5, 24) | st.integers(12, 40)
kernels = st.integers(1, 6)
strides = st.integers(1, 5)
dilations = st.integers(1, 3)
paddings = st.integers(0, 6)


def outcome(function: Callable[[], Any]) -> Any:
    """Give what a function returns, or None where it refuses."""
    try:
        return function()
    except (ValueError, RuntimeError):
        return None


def two(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(strategy, strategy)


@pytest.mark.slow
@many
@given(
    two(sizes),
    two(kernels),
    two(strides),
    st.one_of(two(st.tuples(paddings, paddings)), st.sampled_from(["same", "valid"])),
    two(dilations),
)
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")
def test_conv_has_pytorchs_size(size, kernel, stride, padding, dilation):
    x, w = torch.zeros(1, 1, *size), torch.zeros(1, 1, *kernel)

    def ours():
        by_axis = (padding, padding) if isinstance(padding, str) else padding
        return tuple(map(conv_output_size, size, kernel, stride, by_axis, dilation))

    def theirs():
        if isinstance(padding, str):
            return functional.conv2d(x, w, None, stride, padding, dilation).shape[2:]
        padded = functional.pad(x, (*padding[1], *padding[0]))
        return functional.conv2d(padded, w, None, stride, 0, dilation).shape[2:]

    assert outcome(ours) == outcome(theirs)


transposed = st.fixed_dictionaries(
    {
        "kernel_size": two(kernels),
        "stride": two(strides),
        "padding": two(st.integers(0, 3)),
        "output_padding": two(st.just(0) | st.integers(0, 1) | st.integers(0, 4)),
        "dilation": two(dilations),
    }
)


@pytest.mark.slow
@many
@given(two(sizes), transposed)
def test_conv_transpose_has_pytorchs_size(size, arguments):
    x, w = torch.zeros(1, 1, *size), torch.zeros(1, 1, *arguments["kernel_size"])

    def ours():
        return tuple(
            conv_transpose_output_size(
                size[axis], **{name: value[axis] for name, value in arguments.items()}
            )
            for axis in (0, 1)
        )

    def theirs():
        options = {name: value for name, value in arguments.items() if name != "kernel_size"}
        y = functional.conv_transpose2d(x, w, **options)
        return y.shape[2:] if y.numel() else None

    assert outcome(ours) == outcome(theirs)


pooling = st.fixed_dictionaries(
    {"kernel_size": two(kernels), "stride": st.none() | two(strides), "ceil_mode": st.booleans()}
)
padded = {"padding": two(st.just(0) | st.integers(0, 3))}
POOLINGS = {
    "max_pool2d": st.fixed_dictionaries({**padded, "dilation": two(dilations)}),
    "avg_pool2d": st.fixed_dictionaries(padded),
    "lp_pool2d": st.just({}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", POOLINGS)
@settings(max_examples=3000, derandomize=True, deadline=None)
@given(two(sizes), pooling, st.data())
def test_pooling_has_pytorchs_size(name, size, arguments, data):
    arguments = arguments | data.draw(POOLINGS[name])
    norm = {"norm_type": 2.0} if name == "lp_pool2d" else {}
    x = torch.zeros(1, 1, *size)

    def ours():
        by_axis = [
            {key: value[axis] if isinstance(value, tuple) else value for key, value in items}
            for axis, items in enumerate([arguments.items()] * 2)
        ]
        return tuple(map(lambda n, options: pool_output_size(n, **options), size, by_axis))

    def theirs():
        return getattr(functional, name)(x, **arguments, **norm).shape[2:]

    assert outcome(ours) == outcome(theirs)


# The cases that implementations of `ceil_mode` get wrong.
@pytest.mark.parametrize(
    ("n", "kernel", "stride", "out"),
    [(32, 1, 2, 16), (6, 2, 2, 3), (7, 2, 2, 4), (32, 8, 4, 7), (4, 3, 3, 2)],
)
def test_ceil_mode(n, kernel, stride, out):
    assert pool_output_size(n, kernel, stride, ceil_mode=True) == out


def test_same_padding_keeps_the_size():
    for kernel, dilation in product(range(1, 8), range(1, 4)):
        padding = same_padding(kernel, dilation)
        assert conv_output_size(20, kernel, padding=padding, dilation=dilation) == 20
        assert padding[1] - padding[0] in (0, 1)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), two(kernels), st.booleans())
@settings(derandomize=True, deadline=None)
def test_parameters_are_those_of_the_module(ins, outs, groups, kernel, bias):
    ins, outs = ins * groups, outs * groups
    for layer in (torch.nn.Conv2d, torch.nn.ConvTranspose2d):
        module = layer(ins, outs, kernel, groups=groups, bias=bias)
        assert parameters(ins, outs, kernel, groups, bias) == sum(
            p.numel() for p in module.parameters()
        )


@pytest.mark.parametrize(
    ("arguments", "options", "expected"),
    [
        # A colour image, ten 5×5 filters, padded by 2: 32·32·10 outputs of 75 products.
        ((3, 10, 5, 32), {}, 768_000),
        ((3, 10, 5, 32), {"bias": True}, 778_240),
        ((3, 10, 5, 32), {"count": 2}, 1_536_000),
        ((3, 10, 5, 32), {"count": 2, "bias": True, "batch": 4}, 4 * 1_546_240),
        ((8, 8, 3, 10), {"groups": 8}, 7_200),
    ],
)
def test_macs(arguments, options, expected):
    assert macs(*arguments, **options) == expected


EXPLANATIONS = [
    (conv_output_size, (7, 3), {}, "7 − 3 + 1 = 5", ""),
    (conv_output_size, (7, 3, 2), {}, "(7 − 3)/2 + 1 = 3", ""),
    (
        conv_output_size,
        (7, 3, 3),
        {},
        "⌊(7 − 3)/3⌋ + 1 = ⌊1.33⌋ + 1 = 2",
        "The stride does not fit: position 6 is never seen.",
    ),
    (
        conv_output_size,
        (32, 5, 2, 2),
        {},
        "⌊(32 + 2·2 − 5)/2⌋ + 1 = ⌊15.50⌋ + 1 = 16",
        "The stride does not fit: 1 of the padding after is never used.",
    ),
    (
        conv_output_size,
        (10, 2, 4),
        {},
        "(10 − 2)/4 + 1 = 3",
        "There are gaps between windows: 2 of every 4 positions are never seen.",
    ),
    (
        conv_output_size,
        (12, 3, 4, (0, 1), 2),
        {},
        "(12 + 0 + 1 − (2·(3 − 1) + 1))/4 + 1 = 3",
        "",
    ),
    (
        pool_output_size,
        (6, 3, 2),
        {"ceil_mode": True},
        "⌈(6 − 3)/2⌉ + 1 = ⌈1.50⌉ + 1 = 3",
        "The last window hangs over the edge by 1.",
    ),
    (
        pool_output_size,
        (32, 1, 2),
        {"ceil_mode": True},
        "⌈(32 − 1)/2⌉ + 1 = ⌈15.50⌉ + 1 = 17, less 1 = 16",
        "A further window would start outside the input and is left out.",
    ),
    (conv_transpose_output_size, (16, 4, 2, 1), {}, "(16 − 1)·2 − 2·1 + 4 = 32", ""),
    (same_padding, (3,), {}, "3 − 1 = 1 + 1", ""),
    (
        same_padding,
        (4,),
        {},
        "4 − 1 = 1 + 2",
        "The window's size is even: the extra one goes after.",
    ),
    (parameters, (3, 10, 5), {}, "(3·5·5 + 1)·10 = 760", ""),
    (parameters, (96, 256, 5, 2), {}, "(48·5·5 + 1)·256 = 307456", ""),
    (macs, (3, 10, 5, 32), {"bias": True}, "32·32·10·(3·5·5 + 1) = 778240", ""),
]


@pytest.mark.parametrize(("function", "args", "options", "text", "warning"), EXPLANATIONS)
def test_explanations(function, args, options, text, warning):
    explained = explain(function, *args, **options)
    assert explained.text == text
    assert explained.warning == warning
    assert explained.value == function(*args, **options)
    assert "·" not in explained.latex


@given(sizes, kernels, strides, st.tuples(paddings, paddings), dilations)
@settings(max_examples=500, derandomize=True, deadline=None)
def test_dropped_positions_are_those_without_a_gradient(n, kernel, stride, padding, dilation):
    if outcome(lambda: conv_output_size(n, kernel, stride, padding, dilation)) is None:
        return
    dropped = explain(conv_output_size, n, kernel, stride, padding, dilation).dropped
    x = torch.zeros(1, 1, n, requires_grad=True)
    w = torch.ones(1, 1, kernel)
    y = functional.conv1d(functional.pad(x, padding), w, stride=stride, dilation=dilation)
    y.sum().backward()
    unseen = (x.grad[0, 0] == 0).nonzero().flatten().tolist()
    assert set(dropped) <= set(unseen)
    if dilation == 1 and stride <= kernel:  # otherwise there are gaps between windows, too
        assert list(dropped) == unseen


@given(sizes, sizes)
@settings(max_examples=50, derandomize=True, deadline=None)
def test_solve_gives_all_settings_in_order(n, out):
    choices = {"kernel_size": range(1, 6), "stride": (1, 2, 3), "padding": (0, 1, 2)}
    found = solve(n, out, dilation=(1, 2), **choices)
    every = product(choices["kernel_size"], choices["stride"], choices["padding"], (1, 2))
    expected = {
        setting
        for setting in every
        if setting[2] < setting[3] * (setting[0] - 1) + 1
        and outcome(lambda s=setting: conv_output_size(n, *s)) == out
    }
    assert {(s.kernel_size, s.stride, s.padding, s.dilation) for s in found} == expected
    assert [s.fits for s in found] == sorted((s.fits for s in found), reverse=True)


def test_no_even_padding_fits_a_5_with_stride_2_on_32():
    settings_ = solve(32, 16, kernel_size=5, stride=2)
    assert [str(s) for s in settings_] == [
        "kernel 5, stride 2, padding 2 (the stride does not fit)"
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conv_output_size(7, 3, stride=0), "stride must be at least 1, got 0"),
        (lambda: conv_output_size(7, 3.0), "kernel_size must be a whole number, got 3.0"),
        (lambda: conv_output_size(7, True), "kernel_size must be a whole number, got True"),
        (lambda: conv_output_size(5, 7), "it needs an input of at least 7"),
        (lambda: conv_output_size(7, 3, 2, "same"), '"same" needs stride 1, got stride 2'),
        (lambda: conv_output_size(7, 3, 1, "full"), "'full'"),
        (lambda: pool_output_size(8, 2, padding=2), "at most half the kernel, 1, got 2"),
        (lambda: conv_transpose_output_size(1, 1, 1, 1), "removes all of the output"),
        (lambda: conv_transpose_output_size(4, 3, 2, output_padding=2), "output_padding must be"),
        (lambda: parameters(3, 4, 3, groups=2), "3 is not a multiple of 2"),
        (lambda: macs(3, 4, 3, 8, count=3), "count must be 1 or 2"),
        (lambda: explain(len, []), "no explanation for"),
    ],
)
def test_errors_say_what_is_needed(call, message):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert message in str(error.value)
