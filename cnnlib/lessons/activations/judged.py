"""The table's slopes beside those that PyTorch computes."""

from collections.abc import Callable

import numpy as np

from cnnlib._late import F, torch
from cnnlib.lessons.activations.functions import BY_NAME


def pytorch() -> dict[str, Callable[["torch.Tensor"], "torch.Tensor"]]:
    """Return those of the table that PyTorch has, with the parameters of the table."""
    return {
        "identity": lambda z: 1 * z,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softsign": F.softsign,
        "arctan": torch.atan,
        "arsinh": torch.asinh,
        "ReLU": torch.relu,
        "leaky ReLU": F.leaky_relu,
        "PReLU": lambda z: F.prelu(z, torch.tensor([0.25], dtype=z.dtype)),
        "RReLU": F.rrelu,  # as after training, with its mean slope
        "ELU": F.elu,
        "SELU": torch.selu,
        "GELU": F.gelu,
        "SiLU": F.silu,
    }


def compare_pytorch() -> dict[str, float]:
    """Return, for each function that PyTorch has, by how much the slopes differ at most."""
    return {name: _difference(name, function) for name, function in pytorch().items()}


def _difference(name: str, function: Callable[["torch.Tensor"], "torch.Tensor"]) -> float:
    x = np.linspace(-5, 5, 1001)
    z = torch.tensor(x, requires_grad=True)
    (slope,) = torch.autograd.grad(function(z).sum(), z)
    return float(np.abs(slope.numpy() - BY_NAME[name].slope(x)).max())
