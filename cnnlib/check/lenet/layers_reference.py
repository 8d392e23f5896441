"""References of a small network's layers and of its loss, and what mistakes make of them."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor

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
    return _network(arguments, device, *[torch.tanh] * 4)


def lenet5_without(arguments: Arguments, number: int) -> tuple[Array, ...]:
    """Return the same without one of its four activations."""
    activations: list[Any] = [torch.tanh] * 4
    activations[number] = torch.clone
    return _network(arguments, "cpu", *activations)


def _network(
    arguments: Arguments, device: str, *activations: Any, flatten: Any = None, last: Any = None,
    swapped: bool = False,
) -> tuple[Array, ...]:  # fmt: skip
    weights = [tensor(w, device).requires_grad_() for w in arguments["weights"]]
    pairs = list(zip(weights[::2], weights[1::2], strict=True))
    x = tensor(arguments["x"], device)
    for pair, activation in zip(pairs[:2], activations, strict=False):
        x = F.conv2d(x, *pair)
        steps = [activation, lambda x: F.avg_pool2d(x, 2)]
        for step in reversed(steps) if swapped else steps:
            x = step(x)
    x = x.flatten(1) if flatten is None else flatten(x)
    for pair, activation in zip(pairs[2:4], activations[2:], strict=True):
        x = activation(F.linear(x, *pair))
    logits = F.linear(x, *pairs[4])
    logits = logits if last is None else last(logits)
    dy = tensor(arguments["dlogits"], device)
    return tuple(map(array, (logits, *torch.autograd.grad(logits, weights, dy))))


def lenet5_otherwise(arguments: Arguments, change: str) -> tuple[Array, ...]:
    """Return LeNet-5 with one thing built otherwise."""
    changes: dict[str, dict[str, Any]] = {
        "pool first": {"swapped": True},
        "flatten": {"flatten": lambda x: x.permute(0, 2, 3, 1).flatten(1)},
        "tanh at the end": {"last": torch.tanh},
    }
    return _network(arguments, "cpu", *[torch.tanh] * 4, **changes[change])


def changed(
    formula: Callable[..., Any], arguments: Arguments, names: tuple[str, ...]
) -> tuple[Array | None, ...]:
    """Return a mistake's results: its formula gets tensors, and gives tensors or None."""
    found = formula(*(tensor(arguments[name]) for name in names))
    return tuple(None if value is None else array(value) for value in found)
