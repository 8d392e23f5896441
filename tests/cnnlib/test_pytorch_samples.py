"""The arithmetic against PyTorch's own sample inputs, with which it tests its operators."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.nn import functional

from cnnlib.arithmetic import (
    conv_output_size,
    conv_transpose_output_size,
    parameters,
    pool_output_size,
)


def broadcast(value: Any, axes: int) -> tuple[Any, ...]:
    """Give one value an axis, as PyTorch reads an argument."""
    if isinstance(value, (tuple, list)):
        return tuple(value) if len(value) == axes else tuple(value) * axes
    return (value,) * axes


def samples(name: str) -> Iterator[Any]:
    from torch.testing._internal.common_methods_invocations import op_db

    (op,) = (op for op in op_db if op.name == f"nn.functional.{name}")
    return op.sample_inputs("cpu", torch.float32, requires_grad=False)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")
@pytest.mark.parametrize("name", ["conv1d", "conv2d", "conv3d"])
def test_conv_agrees_on_pytorchs_samples(name):
    axes, counted = int(name[4]), 0
    function = getattr(functional, name)
    names = ("bias", "stride", "padding", "dilation", "groups")
    for sample in samples(name):
        x, w = sample.input, sample.args[0]
        given_ = dict(zip(names, sample.args[1:], strict=False)) | sample.kwargs
        stride, padding, dilation = (
            broadcast(given_.get(key, default), axes)
            for key, default in (("stride", 1), ("padding", 0), ("dilation", 1))
        )
        expected = function(x, *sample.args, **sample.kwargs).shape[-axes:]
        shape = map(conv_output_size, x.shape[-axes:], w.shape[2:], stride, padding, dilation)
        assert tuple(shape) == expected
        groups = given_.get("groups", 1)
        counts = parameters(x.shape[-axes - 1], w.shape[0], w.shape[2:], groups, bias=False)
        assert counts == w.numel()
        counted += 1
    assert counted >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"])
def test_conv_transpose_agrees_on_pytorchs_samples(name):
    axes, counted = int(name[14]), 0
    function = getattr(functional, name)
    names = ("bias", "stride", "padding", "output_padding", "groups", "dilation")
    for sample in samples(name):
        x, w = sample.input, sample.args[0]
        given_ = dict(zip(names, sample.args[1:], strict=False)) | sample.kwargs
        stride, padding, extra, dilation = (
            broadcast(given_.get(key, default), axes)
            for key, default in (
                ("stride", 1),
                ("padding", 0),
                ("output_padding", 0),
                ("dilation", 1),
            )
        )
        expected = function(x, *sample.args, **sample.kwargs).shape[-axes:]
        shape = tuple(
            conv_transpose_output_size(n, k, s, p, output_padding=e, dilation=d)
            for n, k, s, p, e, d in zip(
                x.shape[-axes:], w.shape[2:], stride, padding, extra, dilation, strict=True
            )
        )
        assert shape == expected
        counted += 1
    assert counted >= 3


def check_pooling(x: torch.Tensor, expected: torch.Tensor, arguments: dict[str, Any]) -> None:
    """Compare with what PyTorch made of one of its samples."""
    kernel, stride, padding, dilation = (
        broadcast(arguments.get(key, default) or default, 2)
        for key, default in (("kernel_size", 0), ("stride", None), ("padding", 0), ("dilation", 1))
    )
    ceil_mode = arguments.get("ceil_mode", False)
    shape = tuple(
        pool_output_size(n, k, s, p, d, ceil_mode=ceil_mode)
        for n, k, s, p, d in zip(x.shape[-2:], kernel, stride, padding, dilation, strict=True)
    )
    assert shape == expected.shape[-2:]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "positional"),
    [
        ("max_pool2d", ("kernel_size", "stride", "padding", "dilation", "ceil_mode")),
        ("avg_pool2d", ("kernel_size", "stride", "padding", "ceil_mode")),
    ],
)
def test_pooling_agrees_on_pytorchs_samples(name, positional):
    function, counted = getattr(functional, name), 0
    for sample in samples(name):
        expected = function(sample.input, *sample.args, **sample.kwargs)
        expected = expected[0] if isinstance(expected, tuple) else expected
        arguments = dict(zip(positional, sample.args, strict=False)) | sample.kwargs
        check_pooling(sample.input, expected, arguments)
        counted += 1
    assert counted >= 5


def test_lp_pool_agrees_on_pytorchs_samples():
    # `op_db` has no lp_pool2d: PyTorch keeps its samples of it with the modules'.
    from torch.testing._internal.common_modules import module_db

    (info,) = (info for info in module_db if info.module_cls is torch.nn.LPPool2d)
    options = {"device": "cpu", "dtype": torch.float32, "requires_grad": False, "training": False}
    counted = 0
    for sample in info.module_inputs_func(info, **options):
        made, forward = sample.constructor_input, sample.forward_input
        module = torch.nn.LPPool2d(*made.args, **made.kwargs)
        expected = module(*forward.args)
        check_pooling(forward.args[0], expected, vars(module))
        counted += 1
    assert counted >= 1
