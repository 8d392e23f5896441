"""A trained network as a list of steps that a page can compute. Importing this imports PyTorch."""

import base64
from collections.abc import Mapping
from dataclasses import fields
from functools import singledispatchmethod
from typing import Any

import numpy as np
import torch

from cnnlib._arguments import pair
from cnnlib.spec import (
    LRN,
    AdaptiveAvgPool,
    Add,
    AvgPool,
    BatchNorm,
    Channels,
    Concat,
    Conv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Identity,
    Layer,
    Linear,
    MaxPool,
    PReLU,
    Sequential,
    Shape,
    Softmax,
)

Step = dict[str, Any]
#: What a page computes while somebody draws, and what a file can carry.
_MOST_PARAMETERS, _MOST_MACS, _MOST_UNITS = 300_000, 20_000_000, 400_000
#: Functions of one number; all are called as in `cnnlib.spec`.
_ACTIVATIONS = frozenset(
    [
        "ReLU",
        "ReLU6",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "SELU",
        "GELU",
        "SiLU",
        "Sigmoid",
        "Tanh",
        "Softplus",
        "Softsign",
        "Hardtanh",
    ]
)


class CannotShow(ValueError):
    """A network that the page cannot show; the message is one line that says why."""


def check(net: Layer, shape: Shape) -> None:
    """Raise `CannotShow` where a network is too large for a page or has unknown layers."""
    summary = net.summary(shape)
    if len(shape) != 3:
        raise CannotShow(f"the page shows images, and this network reads a vector of {shape[0]}")
    units = sum(int(np.prod(row.output_shape)) for row in summary.rows)
    limits = (
        ("parameters", summary.parameters, _MOST_PARAMETERS),
        ("multiply-adds", summary.macs, _MOST_MACS),
        ("activations", units, _MOST_UNITS),
    )
    for what, count, most in limits:
        if count > most:
            raise CannotShow(f"the network has {count:,} {what}; the page can show {most:,}")
    for row in summary.rows:
        if not _Program.knows(row.layer):
            raise CannotShow(f"the page cannot compute {row.path or 'it'}: {row.layer!r}")


def program(net: Layer, shape: Shape, module: torch.nn.Module) -> list[Step]:
    """Return the steps of a network: the input, then each layer in the order of computation.

    Parameters
    ----------
    net
        The description.
    shape
        Of the input: (channels, height, width).
    module
        `net.to_torch(shape)`, trained or not.
    """
    check(net, shape)
    weights = {name: value.detach().cpu() for name, value in module.state_dict().items()}
    made = _Program(weights)
    made.steps.append({"op": "input", "from": [], "name": "input", "label": "input",
                       "shape": list(shape)})  # fmt: skip
    made.follow(net, "", 0, shape)
    return made.steps


class _Program:
    def __init__(self, weights: Mapping[str, torch.Tensor]) -> None:
        self.weights = weights
        self.steps: list[Step] = []

    @classmethod
    def knows(cls, layer: Layer) -> bool:
        """Say whether a layer can be written as a step."""
        if isinstance(layer, Add | Concat):
            return True
        if type(layer).__name__ in _ACTIVATIONS:
            return True
        steps = vars(cls)["_step"].dispatcher
        return steps.dispatch(type(layer)) is not steps.dispatch(object)

    def follow(self, layer: Layer, path: str, source: int, shape: Shape) -> tuple[int, Shape]:
        """Write a layer that reads this step; return the step of its output, and its shape."""
        if isinstance(layer, Sequential):
            for name, child in layer.children():
                source, shape = self.follow(child, _join(path, name), source, shape)
            return source, shape
        if isinstance(layer, Add | Concat):
            ends = [
                self.follow(child, _join(path, name), source, shape)
                for name, child in layer.children()
            ]
            after = layer.merged_shape([end for _, end in ends])
            op, sign = ("add", "+") if isinstance(layer, Add) else ("concat", "concat")
            sources = [index for index, _ in ends]
            return self._put({"op": op, "label": sign}, path, sources, after), after
        after = layer.output_shape(shape)
        step = self._step(layer, path, shape)
        return self._put(step, path, [source], after), after

    def _put(self, step: Step, path: str, sources: list[int], shape: Shape) -> int:
        self.steps.append({"from": sources, "name": path, "shape": list(shape), **step})
        return len(self.steps) - 1

    def _find(self, path: str, name: str) -> torch.Tensor | None:
        # Where a border is put on apart, the layer itself is the second of two modules.
        for key in (_join(path, name), _join(path, f"1.{name}")):
            if key in self.weights:
                return self.weights[key].double()
        return None

    @singledispatchmethod
    def _step(self, layer: Layer, path: str, shape: Shape) -> Step:
        given = [getattr(layer, each.name) for each in fields(layer) if each.name != "name"]
        return {"op": "act", "label": type(layer).__name__, "how": type(layer).__name__,
                "args": given}  # fmt: skip

    @_step.register
    def _(self, layer: PReLU, path: str, shape: Shape) -> Step:
        slopes = self._find(path, "weight")
        assert slopes is not None
        return {"op": "act", "label": "PReLU", "how": "PReLU", "args": slopes.tolist()}

    @_step.register
    def _(self, layer: Conv, path: str, shape: Shape) -> Step:
        weight, bias = self._find(path, "weight"), self._find(path, "bias")
        assert weight is not None
        kernel = pair(layer.kernel_size, "kernel_size")
        if layer.connections is not None:  # zeros stand where nothing is connected
            dense = weight.new_zeros(len(layer.connections), shape[0], *kernel)
            outputs = [o for o, row in enumerate(layer.connections) for _ in row]
            dense[outputs, [i for row in layer.connections for i in row]] = weight
            weight = dense
        rows, columns = layer.windows()
        return {
            "op": "conv",
            "label": layer.label.split(",")[0],
            "w": _packed(weight),
            "b": None if bias is None else _packed(bias),
            "kernel": list(kernel),
            "stride": [rows.stride, columns.stride],
            "pad": [rows.sides()[0], columns.sides()[0]],
            "dilation": [rows.dilation, columns.dilation],
            "groups": layer.groups,
        }

    @_step.register
    def _(self, layer: Linear, path: str, shape: Shape) -> Step:
        weight, bias = self._find(path, "weight"), self._find(path, "bias")
        assert weight is not None
        return {"op": "linear", "label": f"FC {layer.out_features}", "w": _packed(weight),
                "b": None if bias is None else _packed(bias)}  # fmt: skip

    @_step.register
    def _(self, layer: BatchNorm, path: str, shape: Shape) -> Step:
        mean, variance = (self._find(path, name) for name in ("running_mean", "running_var"))
        assert mean is not None
        assert variance is not None
        scale, shift = self._find(path, "weight"), self._find(path, "bias")
        factor = (1.0 if scale is None else scale) / torch.sqrt(variance + layer.eps)
        moved = (0.0 if shift is None else shift) - mean * factor
        return {"op": "norm", "label": "norm", "scale": factor.tolist(), "shift": moved.tolist()}

    @_step.register
    def _(self, layer: MaxPool, path: str, shape: Shape) -> Step:
        rows, columns = layer.windows()
        return {
            **_pooling("max", layer),
            "pad": [rows.sides()[0], columns.sides()[0]],
            "dilation": [rows.dilation, columns.dilation],
        }

    @_step.register
    def _(self, layer: AvgPool, path: str, shape: Shape) -> Step:
        rows, columns = layer.windows()
        return {
            **_pooling("avg", layer),
            "pad": [*rows.sides(), *columns.sides()],
            "counted": layer.count_include_pad,
        }

    @_step.register
    def _(self, layer: AdaptiveAvgPool, path: str, shape: Shape) -> Step:
        return {"op": "adaptive", "label": "avg"}

    @_step.register
    def _(self, layer: GlobalAvgPool, path: str, shape: Shape) -> Step:
        return {"op": "adaptive", "label": "mean"}

    @_step.register
    def _(self, layer: GlobalMaxPool, path: str, shape: Shape) -> Step:
        return {"op": "max", "label": "max", "kernel": list(shape[1:]), "stride": [1, 1],
                "pad": [0, 0], "dilation": [1, 1]}  # fmt: skip

    @_step.register
    def _(self, layer: Flatten, path: str, shape: Shape) -> Step:
        return {"op": "copy", "label": "flatten"}

    @_step.register(Identity)
    @_step.register(Dropout)
    def _(self, layer: Layer, path: str, shape: Shape) -> Step:
        return {"op": "copy", "label": type(layer).__name__.lower()}

    @_step.register
    def _(self, layer: Softmax, path: str, shape: Shape) -> Step:
        return {"op": "softmax", "label": "softmax"}

    @_step.register
    def _(self, layer: LRN, path: str, shape: Shape) -> Step:
        return {"op": "lrn", "label": "LRN", "size": layer.size, "alpha": layer.alpha,
                "beta": layer.beta, "k": layer.k}  # fmt: skip

    @_step.register
    def _(self, layer: Channels, path: str, shape: Shape) -> Step:
        return {"op": "channels", "label": "channels", "start": layer.start}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _packed(values: torch.Tensor) -> str:
    """Return numbers as bytes of float32 in base64: a third of what digits would take."""
    return base64.b64encode(values.float().contiguous().numpy().astype("<f4").tobytes()).decode()


def _pooling(op: str, layer: MaxPool | AvgPool) -> Step:
    """Return what both kinds of pooling have in common."""
    rows, columns = layer.windows()
    size = "×".join(map(str, pair(layer.kernel_size, "kernel_size")))
    return {
        "op": op,
        "label": f"{op} {size}",
        "kernel": [rows.kernel_size, columns.kernel_size],
        "stride": [rows.stride, columns.stride],
    }
