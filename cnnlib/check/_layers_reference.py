"""References of a small network's layers and of its loss, and what mistakes make of them."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from cnnlib.check._case import Arguments, Array
from cnnlib.check._torch import array, tensor

#: What a layer computes from x and, if it has them, w and b.
FORWARD: dict[str, Callable[..., Any]] = {
    "conv": F.conv2d,
    "avg_pool": lambda x: F.avg_pool2d(x, 2),
    "tanh": torch.tanh,
    "linear": F.linear,
}


def layer(kind: str, arguments: Arguments, device: str = "cpu") -> tuple[Array, ...]:
    """Return y, dx and, for a layer with weights, dw and db.

    Where a case asks for forward only, gradients are zeros of no meaning: nobody judges them.
    """
    inputs = [tensor(arguments[name], device) for name in ("x", "w", "b") if name in arguments]
    for each in inputs:
        each.requires_grad_()
    y = FORWARD[kind](*inputs)
    if arguments["dy"] is None:
        return tuple(map(array, (y, *inputs)))
    return tuple(map(array, (y, *torch.autograd.grad(y, inputs, tensor(arguments["dy"], device)))))


def cross_entropy(arguments: Arguments, device: str = "cpu") -> tuple[Array, Array]:
    """Return the mean loss of a batch and its gradient."""
    logits = tensor(arguments["logits"], device).requires_grad_()
    labels = torch.as_tensor(arguments["labels"], device=device)
    loss = F.cross_entropy(logits, labels)
    loss.backward()  # type: ignore[no-untyped-call]
    return array(loss), array(logits.grad)


def lenet5(arguments: Arguments, device: str = "cpu") -> tuple[Array, ...]:
    """Return the logits of LeNet-5 in its modern form, and the gradients of its ten weights."""
    weights = [tensor(w, device).requires_grad_() for w in arguments["weights"]]
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = weights
    x = F.avg_pool2d(torch.tanh(F.conv2d(tensor(arguments["x"], device), w1, b1)), 2)
    x = F.avg_pool2d(torch.tanh(F.conv2d(x, w2, b2)), 2).flatten(1)
    x = torch.tanh(F.linear(x, w3, b3))
    logits = F.linear(torch.tanh(F.linear(x, w4, b4)), w5, b5)
    dy = tensor(arguments["dlogits"], device)
    return tuple(map(array, (logits, *torch.autograd.grad(logits, weights, dy))))


def changed(
    formula: Callable[..., Any], arguments: Arguments, names: tuple[str, ...]
) -> tuple[Array | None, ...]:
    """Return a mistake's results: its formula gets tensors, and gives tensors or None."""
    found = formula(*(tensor(arguments[name]) for name in names))
    return tuple(None if value is None else array(value) for value in found)
