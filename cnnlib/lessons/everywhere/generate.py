"""A small generator: a decoder of transposed convolutions, learned as half of an autoencoder."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.data import digits
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
#: How many numbers a digit is described by.
CODE = 8


def autoencoder(seed: int, epochs: int = 50) -> "nn.Sequential":
    """Return an encoder, 64 pixels to 8 numbers, and a decoder back to 64 pixels, trained."""
    torch.manual_seed(seed)
    nn = torch.nn
    encoder = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, stride=2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1, stride=2), nn.ReLU(), nn.Flatten(), nn.Linear(128, CODE),
    )  # fmt: skip
    decoder = nn.Sequential(
        nn.Linear(CODE, 128), nn.ReLU(), nn.Unflatten(1, (32, 2, 2)),
        nn.ConvTranspose2d(32, 16, 2, stride=2), nn.ReLU(),
        nn.ConvTranspose2d(16, 16, 2, stride=2), nn.ReLU(),
        nn.Conv2d(16, 1, 3, padding=1), nn.Sigmoid(),
    )  # fmt: skip
    x = tensor(digits("train")[0])
    net = nn.Sequential(encoder, decoder)
    fit(net, x, x, F.mse_loss, epochs=epochs, seed=seed)
    return net


def encoded(net: "nn.Sequential", images: Array) -> "Tensor":
    """Return the codes of digits: (N, 8)."""
    with torch.no_grad():
        codes: Tensor = net[0](tensor(images))
    return codes


def decoded(net: "nn.Sequential", codes: "Tensor") -> Array:
    """Return the digits that codes stand for: (N, 8, 8)."""
    with torch.no_grad():
        made: Array = net[1](codes)[:, 0].double().numpy()
    return made


def walk(net: "nn.Sequential", start: Array, end: Array, steps: int = 7) -> Array:
    """Return digits on the straight way between the codes of two: (steps, 8, 8)."""
    a, b = encoded(net, np.stack([start, end]))
    share = torch.linspace(0, 1, steps)[:, None]
    return decoded(net, (1 - share) * a + share * b)
