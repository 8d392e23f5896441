"""A copy of a module in which every path from input to output is open. Needs PyTorch.

What it does not know it refuses: a gate that stays shut would spoil a measured field silently.
"""

from copy import deepcopy

import torch
from torch import Tensor, nn

from cnnlib.spec import _torch

#: Modules that decide, from values, what goes through.
_GATES = (
    nn.ReLU,
    nn.ReLU6,
    nn.LeakyReLU,
    nn.PReLU,
    nn.RReLU,
    nn.ELU,
    nn.SELU,
    nn.CELU,
    nn.GELU,
    nn.SiLU,
    nn.Mish,
    nn.Sigmoid,
    nn.Tanh,
    nn.Softplus,
    nn.Softsign,
    nn.Softmax,
    nn.LogSoftmax,
    nn.Hardtanh,
    nn.Hardsigmoid,
    nn.Hardswish,
    nn.GroupNorm,
    nn.LayerNorm,
    nn.LocalResponseNorm,
    nn.modules.batchnorm._NormBase,
    nn.modules.dropout._DropoutNd,
)
#: Modules that let everything through, as they are; the values of their weights are set.
_OPEN = (
    nn.Sequential,
    nn.ModuleList,
    nn.ModuleDict,
    nn.ParameterList,
    nn.ParameterDict,
    nn.Identity,
    nn.Linear,
    nn.modules.conv._ConvNd,
    nn.modules.pooling._AvgPoolNd,
    nn.modules.pooling._AdaptiveAvgPoolNd,
    nn.modules.padding._ReflectionPadNd,
    nn.modules.padding._ReplicationPadNd,
    nn.modules.padding._CircularPadNd,
    nn.Flatten,
    nn.Unflatten,
    nn.Fold,
    nn.Unfold,
    nn.Upsample,
    nn.ChannelShuffle,
    nn.PixelShuffle,
    nn.PixelUnshuffle,
    _torch.Sum,
    _torch.Concatenation,
    _torch.Selection,
    _torch.TableConv,
)


def linear_copy(module: nn.Module) -> nn.Module:
    """Copy a module; see `cnnlib.receptive_field.linearise`."""
    copy = _opened(deepcopy(module)).double()
    with torch.no_grad():
        for part in copy.modules():
            for parameter in part.parameters(recurse=False):
                # A mean rather than a sum, so that deep networks neither overflow nor vanish.
                fan_in = parameter[0].numel() if parameter.dim() else 1
                parameter.fill_(1 / fan_in)
    return copy


def _opened(module: nn.Module) -> nn.Module:
    if isinstance(module, _GATES):
        return nn.Identity()
    if isinstance(module, nn.MaxPool2d):
        return _SumPool(module)
    if isinstance(module, nn.LPPool2d):
        return nn.AvgPool2d(module.kernel_size, module.stride, ceil_mode=module.ceil_mode)
    if isinstance(module, nn.AdaptiveMaxPool2d):
        return nn.AdaptiveAvgPool2d(module.output_size)
    if isinstance(module, nn.ConstantPad2d):
        return nn.ConstantPad2d(module.padding, 0.0)  # minus infinity has no sum
    if not isinstance(module, _OPEN) and _is_common(module):
        raise TypeError(
            f"no field can be measured through {module}: cnnlib.spec.linearise does not say "
            "whether it lets everything through"
        )
    for name, child in module.named_children():
        setattr(module, name, _opened(child))
    return module


def _is_common(module: nn.Module) -> bool:
    """Say whether a module is PyTorch's or this package's; one of somebody's own is trusted."""
    return type(module).__module__.startswith(("torch.nn.modules.", _torch.__name__))


class _SumPool(nn.Module):
    """The sum over the windows of a max pooling, dilation and `ceil_mode` included."""

    def __init__(self, pool: nn.MaxPool2d) -> None:
        super().__init__()
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        pool = self.pool
        size = pool(x.detach()).shape[2:]
        kernel, stride, padding, dilation = (
            (each, each) if isinstance(each, int) else tuple(each)
            for each in (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
        )
        border: list[int] = []
        for axis in (1, 0):  # PyTorch pads the last axis first
            reach = (size[axis] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1
            before = padding[axis]
            border += [before, max(0, reach - before - x.shape[2 + axis])]
        ones = x.new_ones(x.shape[1], 1, *kernel) / (kernel[0] * kernel[1])
        padded = nn.functional.pad(x, border)
        summed = nn.functional.conv2d(
            padded, ones, stride=stride, dilation=dilation, groups=x.shape[1]
        )
        return summed[..., : size[0], : size[1]]
