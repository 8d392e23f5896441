"""The same network in PyTorch. Importing this module imports it."""

import warnings
from collections.abc import Iterable
from dataclasses import fields
from functools import singledispatch
from math import sqrt
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from cnnlib._arguments import pair
from cnnlib.spec import _pool
from cnnlib.spec._combine import Add, Branches, Sequential
from cnnlib.spec._conv import Conv, ConvTranspose, Linear, cropped
from cnnlib.spec._elementwise import (
    LRN,
    Activation,
    BatchNorm,
    Channels,
    Dropout,
    Flatten,
    Identity,
    Softmax,
)
from cnnlib.spec._layer import Layer, Shape, Window
from cnnlib.spec._trace import trace

#: (left, right, top, bottom), in the order in which PyTorch pads.
Border: TypeAlias = tuple[int, int, int, int]
#: Where no input shape is known, a zero stands for each number; PyTorch's lazy modules find them.
_UNKNOWN_MAP: Shape = (0, 0, 0)
_UNKNOWN_VECTOR: Shape = (0,)


def build(net: Layer, input_shape: Shape | None) -> nn.Module:
    """Build the module; see `Layer.to_torch`."""
    shape = getattr(net, "input_shape", None) if input_shape is None else input_shape
    if shape is not None:
        trace(net, shape)  # complains about what does not go together
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Lazy modules are a new feature", UserWarning)
        return _build(net, shape or _UNKNOWN_MAP)[0]


def _build(layer: Layer, shape: Shape) -> tuple[nn.Module, Shape]:
    """Build a layer for an input of this shape; give it with the shape of its output."""
    if isinstance(layer, Sequential):
        modules = {}
        for name, child in layer.children():
            modules[name], shape = _build(child, shape)
        return _named(nn.Sequential(), modules), shape
    if isinstance(layer, Branches):
        built = {name: _build(child, shape) for name, child in layer.children()}
        merged = Sum() if isinstance(layer, Add) else Concatenation()
        modules = {name: module for name, (module, _) in built.items()}
        shapes = [after for _, after in built.values()]
        known = 0 not in shape
        return _named(merged, modules), layer.merged_shape(shapes) if known else shapes[0]
    if 0 not in shape:
        return _convert(layer, shape), layer.output_shape(shape)
    flat = len(shape) == 1 or isinstance(layer, Flatten)
    return _convert(layer, shape), _UNKNOWN_VECTOR if flat else _UNKNOWN_MAP


def _named(parent: nn.Module, children: dict[str, nn.Module]) -> nn.Module:
    for name, child in children.items():
        parent.add_module(name, child)
    return parent


class Sum(nn.Module):
    """The sum of what branches give."""

    def forward(self, x: Tensor) -> Tensor:
        first, *others = (branch(x) for branch in self.children())
        total: Tensor = sum(others, start=first)
        return total


class Concatenation(nn.Module):
    """What branches give, channels one after the other."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.children()], dim=1)


class Selection(nn.Module):
    """Some of the channels."""

    def __init__(self, start: int, stop: int) -> None:
        super().__init__()
        self.start, self.stop = start, stop

    def forward(self, x: Tensor) -> Tensor:
        return x[:, self.start : self.stop]


class TableConv(nn.Module):
    """A convolution with a connection table: only the weights that the table names exist."""

    def __init__(self, table: tuple[tuple[int, ...], ...], kernel: tuple[int, int], **options: Any):
        super().__init__()
        bias = options.pop("bias")
        self.outputs = [o for o, row in enumerate(table) for _ in row]
        self.inputs = [i for row in table for i in row]
        self.out_channels, self.options = len(table), options
        # As in `nn.Conv2d`: uniform, by the number of weights that a unit has.
        bounds = torch.tensor([1 / sqrt(len(row) * kernel[0] * kernel[1]) for row in table])
        self.weight = nn.Parameter(
            (2 * torch.rand(len(self.outputs), *kernel) - 1) * bounds[self.outputs][:, None, None]
        )
        self.bias = nn.Parameter((2 * torch.rand(len(table)) - 1) * bounds) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        dense = self.weight.new_zeros(self.out_channels, x.shape[1], *self.weight.shape[1:])
        dense[self.outputs, self.inputs] = self.weight
        return nn.functional.conv2d(x, dense, self.bias, **self.options)


@singledispatch
def _convert(layer: Layer, shape: Shape) -> nn.Module:
    raise TypeError(f"{layer!r} has no counterpart in PyTorch")


@_convert.register
def _(layer: Conv, shape: Shape) -> nn.Module:
    border, padding = _split_padding(layer.windows())
    kernel = pair(layer.kernel_size, "kernel_size")
    options: dict[str, Any] = {
        "stride": layer.stride,
        "padding": padding,
        "dilation": layer.dilation,
        "bias": layer.bias,
    }
    if layer.connections is not None:
        conv: nn.Module = TableConv(layer.connections, kernel, **options)
    else:
        options["groups"] = layer.groups
        conv = (
            nn.Conv2d(shape[0], layer.out_channels, kernel, **options)
            if shape[0]
            else nn.LazyConv2d(layer.out_channels, kernel, **options)
        )
    return _bordered(border, 0.0, conv)


@_convert.register
def _(layer: ConvTranspose, shape: Shape) -> nn.Module:
    options: dict[str, Any] = {
        "stride": layer.stride,
        "padding": tuple(cropped(window.padding) for window in layer.windows()),
        "output_padding": layer.output_padding,
        "groups": layer.groups,
        "bias": layer.bias,
        "dilation": layer.dilation,
    }
    if shape[0] == 0:
        return nn.LazyConvTranspose2d(layer.out_channels, layer.kernel_size, **options)
    return nn.ConvTranspose2d(shape[0], layer.out_channels, layer.kernel_size, **options)


@_convert.register
def _(layer: Linear, shape: Shape) -> nn.Module:
    if shape[0] == 0:
        return nn.LazyLinear(layer.out_features, bias=layer.bias)
    return nn.Linear(shape[0], layer.out_features, bias=layer.bias)


@_convert.register
def _(layer: BatchNorm, shape: Shape) -> nn.Module:
    options: dict[str, Any] = {
        "eps": layer.eps,
        "momentum": layer.momentum,
        "affine": layer.affine,
    }
    if shape[0] == 0:
        lazy = nn.LazyBatchNorm1d if len(shape) == 1 else nn.LazyBatchNorm2d
        return lazy(**options)
    eager = nn.BatchNorm1d if len(shape) == 1 else nn.BatchNorm2d
    return eager(shape[0], **options)


@_convert.register
def _(layer: _pool.MaxPool, shape: Shape) -> nn.Module:
    border, padding = _split_padding(layer.windows())
    pool = nn.MaxPool2d(
        layer.kernel_size, layer.stride, padding, layer.dilation, ceil_mode=layer.ceil_mode
    )
    return _bordered(border, -torch.inf, pool)


@_convert.register
def _(layer: _pool.AvgPool, shape: Shape) -> nn.Module:
    border, padding = _split_padding(layer.windows())
    pool = nn.AvgPool2d(
        layer.kernel_size, layer.stride, padding, layer.ceil_mode, layer.count_include_pad
    )
    return _bordered(border, 0.0, pool)


@_convert.register
def _(layer: _pool.LPPool, shape: Shape) -> nn.Module:
    return nn.LPPool2d(layer.norm_type, layer.kernel_size, layer.stride, layer.ceil_mode)


@_convert.register
def _(layer: _pool.AdaptiveAvgPool, shape: Shape) -> nn.Module:
    return nn.AdaptiveAvgPool2d(layer.output_size)


@_convert.register
def _(layer: _pool.GlobalAvgPool, shape: Shape) -> nn.Module:
    return nn.AdaptiveAvgPool2d(1)


@_convert.register
def _(layer: _pool.GlobalMaxPool, shape: Shape) -> nn.Module:
    return nn.AdaptiveMaxPool2d(1)


@_convert.register
def _(layer: _pool.Upsample, shape: Shape) -> nn.Module:
    rows, columns = pair(layer.scale_factor, "scale_factor")
    corners = None if layer.mode == "nearest" else False
    return nn.Upsample(scale_factor=(rows, columns), mode=layer.mode, align_corners=corners)


@_convert.register
def _(layer: _pool.Pad, shape: Shape) -> nn.Module:
    (top, bottom), (left, right) = layer.by_axis()
    sides = (left, right, top, bottom)
    if layer.mode == "constant":
        return nn.ConstantPad2d(sides, layer.value)
    modes = {
        "reflect": nn.ReflectionPad2d,
        "replicate": nn.ReplicationPad2d,
        "circular": nn.CircularPad2d,
    }
    return modes[layer.mode](sides)


@_convert.register
def _(layer: Activation, shape: Shape) -> nn.Module:
    options = {each.name: getattr(layer, each.name) for each in fields(layer)}
    del options["name"]
    module: nn.Module = getattr(nn, type(layer).__name__)(**options)
    return module


@_convert.register
def _(layer: Softmax, shape: Shape) -> nn.Module:
    return nn.Softmax(dim=1)


@_convert.register
def _(layer: Identity, shape: Shape) -> nn.Module:
    return nn.Identity()


@_convert.register
def _(layer: Dropout, shape: Shape) -> nn.Module:
    return nn.Dropout(layer.p)


@_convert.register
def _(layer: LRN, shape: Shape) -> nn.Module:
    return nn.LocalResponseNorm(layer.size, layer.alpha, layer.beta, layer.k)


@_convert.register
def _(layer: Flatten, shape: Shape) -> nn.Module:
    return nn.Flatten()


@_convert.register
def _(layer: Channels, shape: Shape) -> nn.Module:
    return Selection(layer.start, layer.stop)


def _split_padding(windows: Iterable[Window]) -> tuple[Border | None, tuple[int, int]]:
    """Give the border that must be put on apart, if any, and the padding of the layer itself.

    PyTorch's layers pad both sides alike; where they must differ, a layer before them pads.
    """
    rows, columns = (window.sides() for window in windows)
    if rows[0] == rows[1] and columns[0] == columns[1]:
        return None, (rows[0], columns[0])
    return (*columns, *rows), (0, 0)


def _bordered(border: Border | None, value: float, module: nn.Module) -> nn.Module:
    if border is None:
        return module
    return nn.Sequential(nn.ConstantPad2d(border, value), module)
