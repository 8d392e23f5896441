"""Reference of Kim's network for sentences: by PyTorch's functions, with weights by their names."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Values

Change: TypeAlias = Callable[[Any], Any]


def forward(
    arguments: Arguments,
    *,
    padding_idx: int | None = 0,
    reshape: bool = False,
    pad: int = 0,
    wide: bool = False,
    activation: Change = lambda t: t.relu(),
    pooled: Change = lambda t: t.amax(2),
    backwards: bool = False,
    unbiased: bool = False,
    last: Change = lambda logits: logits,
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Return logits and the embedding, or with something done differently.

    Parameters
    ----------
    padding_idx
        The token whose row does not learn.
    reshape
        Refill the axes of the embedding's output, instead of moving them.
    pad, wide
        Zeros around a sentence: so many, or as many as make all places of a filter count.
    activation, pooled, last
        What comes behind each convolution, what then pools over time, and what is done with logits.
    backwards
        Join the widths in the wrong order.
    unbiased
        Leave the linear layer's bias out.
    """
    w = {name: torch.as_tensor(value).clone() for name, value in arguments["weights"].items()}
    table = w["embedding.weight"].requires_grad_()
    tokens = torch.as_tensor(arguments["tokens"])
    x = F.embedding(tokens, table, padding_idx=padding_idx)
    x = x.reshape(x.shape[0], x.shape[2], x.shape[1]) if reshape else x.mT
    found = []
    for i in range(len(arguments["settings"]["widths"])):
        weight, bias = w[f"convs.{i}.weight"], w[f"convs.{i}.bias"]
        y = F.conv1d(x, weight, bias, padding=weight.shape[2] - 1 if wide else pad)
        found.append(pooled(activation(y)))
    features = torch.cat(found[::-1] if backwards else found, dim=1)
    shift = None if unbiased else w["linear.bias"]
    return last(F.linear(features, w["linear.weight"], shift)), table


def results(
    arguments: Arguments, device: str = "cpu", *, kept: str = "right", **changes: Any
) -> Values:
    """Return logits, the embedding's gradient, and logits in training.

    Always on the CPU, where the student's class runs. `kept` says what dropout does: the right
    thing; nothing ("none"); or it does not scale what it keeps ("unscaled").
    """
    logits, table = forward(arguments, **changes)
    (gradient,) = torch.autograd.grad(logits.sum(), table)
    p, v = arguments["settings"]["dropout"], logits.detach().numpy()
    mask = np.arange(v.size).reshape(v.shape) % 2
    dropped = {"right": v * mask / (1 - p), "none": v, "unscaled": v * mask}[kept]
    return v, np.asarray(gradient.numpy()), dropped
