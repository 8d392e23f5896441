"""Reference of Monte Carlo dropout: a random model, and PyTorch's mean and deviation."""

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Values
from cnnlib.check.engine.devices import array, tensor


class Noisy:
    """A small network that is random while training; it keeps what it was asked and said.

    Its noise multiplies every hidden unit by a normal number around 1, as dropout multiplies by 0
    or a factor: so it tells nobody how to write dropout.
    """

    def __init__(self, w1: Array, w2: Array, noise: float, seed: int) -> None:
        self.w1, self.w2, self.noise = w1, w2, noise
        self.rng = np.random.default_rng(seed)
        self.rows = [np.zeros((0, len(w1) + w2.shape[1]), dtype=w1.dtype)]

    def __call__(self, x: Array, training: bool = False) -> Array:
        """Return the predictions (N, K) for x (N, D)."""
        hidden = np.maximum(x @ self.w1, 0)
        if training:
            hidden = hidden * self.rng.normal(1, self.noise, hidden.shape).astype(x.dtype)
        y: Array = hidden @ self.w2
        if training:
            self.rows.append(np.concatenate([x, y], axis=-1).reshape(-1, self.rows[0].shape[1]))
        return y

    @property
    def asked(self) -> Array:
        """Every row of x that came in while training, followed by what was predicted for it."""
        return np.concatenate(self.rows)


def ask(arguments: Arguments) -> tuple[Array, Array]:
    """Return what a right solution asks, and the answers, of shape (samples, N, K)."""
    model = Noisy(*(arguments[name] for name in ("w1", "w2", "noise", "seed")))
    answers = [model(arguments["x"], training=True) for _ in range(arguments["samples"])]
    return model.asked, np.stack(answers)


def predict(arguments: Arguments, device: str = "cpu") -> Values:
    """Return mean and deviation of the answers, and what was asked."""
    asked, answers = ask(arguments)
    y = tensor(answers, device)
    return array(y.mean(0)), array(y.std(0, correction=0)), asked
