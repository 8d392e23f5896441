"""How the checks of `ps8_lenet` call what students write."""

from collections.abc import Callable
from typing import Any

import numpy as np


def call_weighted(make: Callable[..., Any], x: Any, w: Any, b: Any, dy: Any) -> Any:
    """Go through a layer with weights; another batch first, of which nothing may be left."""
    layer = make(w, b)
    if dy is None:
        return layer.forward(x), None, None, None
    layer.forward(1 - 2 * x)
    layer.backward(dy[::-1].copy())
    y = layer.forward(x)
    dx = layer.backward(dy)
    return y, dx, layer.dw, layer.db


def call_plain(make: Callable[..., Any], x: Any, dy: Any) -> Any:
    """Go through a layer without weights."""
    layer = make()
    if dy is None:
        return layer.forward(x), None
    layer.forward(1 - 2 * x)
    layer.backward(dy[::-1].copy())
    return layer.forward(x), layer.backward(dy)


def call_strictly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Let NumPy raise what it otherwise only warns of."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return function(*arguments)


def call_lenet5(make: Callable[..., Any], weights: Any, x: Any, dlogits: Any) -> Any:
    """Go through the network once; return the gradients one by one."""
    network = make(weights)
    logits = network.forward(x)
    gradients = network.backward(dlogits)
    if type(gradients) is not list or len(gradients) != len(weights):
        return gradients
    return (logits, *gradients)


def call_sgd(function: Callable[..., Any], w: Any, gradients: Any, lr: float, **more: Any) -> Any:
    """Make several steps, from a velocity of zeros; return w and v after each."""
    v = np.zeros_like(w)
    path = []
    for dw in gradients:
        result = function(w, dw, v, lr, **more)
        if type(result) is not tuple or len(result) != 2:
            return result
        w, v = result
        path.append((np.array(w), np.array(v)))
    return np.stack([w for w, _ in path]), np.stack([v for _, v in path])


def call_stopping(make: Callable[..., Any], losses: Any, patience: int, **more: Any) -> Any:
    """Tell the losses one by one; return what it says to each."""
    stopper = make(patience, **more)
    return np.array([bool(stopper.step(loss)) for loss in losses])


def call_decay(
    make: Callable[..., Any], lr: float, step_size: int, gamma: float, epochs: int
) -> Any:
    """Return the learning rates of some epochs."""
    schedule = make(lr, step_size, gamma)
    rates = [schedule.lr]
    for _ in range(epochs):
        schedule.step()
        rates.append(schedule.lr)
    return np.array(rates, dtype=float)


def call_plateau(
    make: Callable[..., Any], losses: Any, lr: float, factor: float, patience: int, **more: Any
) -> Any:
    """Tell the losses one by one; return the learning rates of the epochs."""
    schedule = make(lr, factor, patience, **more)
    rates = [schedule.lr]
    for loss in losses:
        schedule.step(loss)
        rates.append(schedule.lr)
    return np.array(rates, dtype=float)


def call_predict(predict: Callable[..., Any], images: Any, numbers: Any) -> Any:
    """Give the images only."""
    return predict(images)
