"""Reference of Monte Carlo dropout: a random model, and PyTorch's mean and deviation."""

import numpy as np

from cnnlib.check.dropout.calls import Noisy
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Values
from cnnlib.check.engine.devices import array, tensor


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
