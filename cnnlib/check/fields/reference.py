"""References of `ps6_fields`: what PyTorch says about a net that is a list of layers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib._late import torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Values
from cnnlib.check.fields.calls import model
from cnnlib.check.fields.nets import costs, field, parameters


def receptive_field(arguments: Arguments, device: str = "cpu") -> Values:
    """Return size, jump and start of a net's field, as a gradient shows them."""
    return tuple(np.asarray(value) for value in field(arguments["layers"]))


def count_parameters(arguments: Arguments, device: str = "cpu") -> Array:
    """Return how many parameters a net has."""
    return np.asarray(parameters(arguments["spec"]))


def count_macs(arguments: Arguments, device: str = "cpu") -> Array:
    """Return how many products a net computes for an image."""
    return np.asarray(
        sum(products for products, *_ in costs(arguments["spec"], arguments["shape"]))
    )


def measured(
    arguments: Arguments,
    device: str = "cpu",
    *,
    unit: Callable[[int, int], tuple[Any, Any]] = lambda h, w: (h // 2, w // 2),
    outputs: slice = slice(None),
    absolute: str = "first",
    images: str = "mean",
    channels: str = "sum",
    scale: str = "",
) -> Array:
    """Return the effective field by autograd, or with something done differently.

    Always on the CPU, where the student's function draws the same images.
    """
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(*arguments["shape"], dtype=torch.float64, generator=generator)
    x.requires_grad_()
    y = model(arguments["layers"], arguments["weights"])(x)
    row, column = unit(*y.shape[2:])
    if isinstance(row, int) and not (row < y.shape[2] and column < y.shape[3]):
        raise RuntimeError("there is no such unit")
    (g,) = torch.autograd.grad(y[:, outputs, row, column].sum(), x)
    found = _merged(g, absolute, images, channels)
    whole = {"": 1.0, "max": float(found.max()), "sum": float(found.sum())}[scale]
    return np.asarray((found / whole).numpy())


def _merged(g: "torch.Tensor", absolute: str, images: str, channels: str) -> "torch.Tensor":
    """Return a gradient (N, C, H, W) as one plane."""

    def merge(t: "torch.Tensor") -> "torch.Tensor":
        return {"mean": t.mean(0), "sum": t.sum(0), "first": t[0]}[images]

    def join(t: "torch.Tensor") -> "torch.Tensor":
        planes = {"sum": t.sum(-3), "mean": t.mean(-3), "max": t.amax(-3), "first": t.select(-3, 0)}
        return planes[channels]

    match absolute:
        case "never":
            return merge(join(g))
        case "last":
            return merge(join(g)).abs()
        case "after channels":
            return merge(join(g).abs())
        case "after images":
            return join(merge(g).abs())
        case "square":
            return merge(join(g**2))
        case "norm":
            return merge(join(g**2).sqrt())
    return merge(join(g.abs()))
