"""How the checks of `ps7_dropout` call what students write."""

from collections.abc import Callable
from typing import Any

import numpy as np


def call_strictly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Let NumPy raise what it otherwise only warns of."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return function(*arguments)


def call_dropout_forward(
    function: Callable[..., Any], x: Any, p: Any, training: Any, seed: int
) -> Any:
    """Call twice with one generator, and once with a new one of the same seed."""
    rng, fresh = np.random.default_rng(seed), np.random.default_rng(seed)
    copies = x.copy(), x.copy()
    results = [
        function(x, p, training, rng),
        function(copies[0], p, training, rng),
        function(copies[1], p, training, fresh),
    ]
    if any(type(result) is not tuple or len(result) != 2 for result in results):
        return results[0]
    (y, mask), (_, again), (_, repeat) = results
    return y, mask, again, repeat


def call_dropout_backward(function: Callable[..., Any], dy: Any, mask: Any) -> Any:
    """Call it twice: nothing in it may be chance."""
    copies = dy.copy(), mask.copy()
    return function(dy, mask), function(*copies)


class Noisy:
    """A small network that is random while training; it keeps what it was asked and said.

    Its noise multiplies every hidden unit by a normal number around 1, as dropout multiplies by 0
    or a factor: so it tells nobody how to write dropout.
    """

    def __init__(self, w1: Any, w2: Any, noise: float, seed: int) -> None:
        self.w1, self.w2, self.noise = w1, w2, noise
        self.rng = np.random.default_rng(seed)
        self.rows = [np.zeros((0, len(w1) + w2.shape[1]), dtype=w1.dtype)]

    def __call__(self, x: Any, training: bool = False) -> Any:
        """Return the predictions (N, K) for x (N, D)."""
        hidden = np.maximum(x @ self.w1, 0)
        if training:
            hidden = hidden * self.rng.normal(1, self.noise, hidden.shape).astype(x.dtype)
        y = hidden @ self.w2
        if training:
            self.rows.append(np.concatenate([x, y], axis=-1).reshape(-1, self.rows[0].shape[1]))
        return y

    @property
    def asked(self) -> Any:
        """Every row of x that came in while training, followed by what was predicted for it."""
        return np.concatenate(self.rows)


def call_predict(
    function: Callable[..., Any], x: Any, samples: int, w1: Any, w2: Any, noise: float, seed: int
) -> Any:
    """Give the function a model, and return what it asked the model as well."""
    model = Noisy(w1, w2, noise, seed)
    result = function(model, x, samples)
    if type(result) is not tuple or len(result) != 2:
        return result
    return (*result, model.asked)
