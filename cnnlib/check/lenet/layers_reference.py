"""References of a small network's layers and of its loss: PyTorch's, on a case's arguments."""

from collections.abc import Callable
from typing import Any

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor


def conv(x: Any, w: Any, b: Any) -> Any:
    """Return what LeNet's convolutions make of x: stride 1, no padding."""
    return F.conv2d(x, w, b)


def avg_pool(x: Any) -> Any:
    """Return what its pooling makes of x."""
    return F.avg_pool2d(x, 2)


def tanh(x: Any) -> Any:
    """Return what its activation makes of x."""
    return torch.tanh(x)


def linear(x: Any, w: Any, b: Any) -> Any:
    """Return what its linear layers make of x."""
    return F.linear(x, w, b)


def layer(
    forward: Callable[..., Any], arguments: Arguments, device: str = "cpu"
) -> tuple[Array, ...]:
    """Return y, dx and, for a layer with weights, dw and db.

    Where a case asks for forward only, gradients are zeros of no meaning: nobody judges them.
    """
    inputs = [tensor(arguments[name], device) for name in ("x", "w", "b") if name in arguments]
    for each in inputs:
        each.requires_grad_()
    y = forward(*inputs)
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


def lenet5(
    arguments: Arguments,
    device: str = "cpu",
    *,
    without: int | None = None,
    pool_first: bool = False,
    flatten: Callable[[Any], Any] = lambda x: x.flatten(1),
    last: Callable[[Any], Any] = lambda logits: logits,
) -> tuple[Array, ...]:
    """Return the logits of LeNet-5 in its modern form, and the gradients of its ten weights.

    Parameters
    ----------
    without
        The number of a tanh that is left out, from 0.
    pool_first
        Average before tanh.
    flatten, last
        How maps become features, and what is done with the logits.
    """
    weights = [tensor(w, device).requires_grad_() for w in arguments["weights"]]
    pairs = list(zip(weights[::2], weights[1::2], strict=True))
    activations: list[Callable[[Any], Any]] = [tanh] * 4
    if without is not None:
        activations[without] = torch.clone
    x = tensor(arguments["x"], device)
    for pair, activation in zip(pairs[:2], activations[:2], strict=True):
        x = conv(x, *pair)
        x = activation(avg_pool(x)) if pool_first else avg_pool(activation(x))
    x = flatten(x)
    for pair, activation in zip(pairs[2:4], activations[2:], strict=True):
        x = activation(linear(x, *pair))
    logits = last(linear(x, *pairs[4]))
    dy = tensor(arguments["dlogits"], device)
    return tuple(map(array, (logits, *torch.autograd.grad(logits, weights, dy))))
