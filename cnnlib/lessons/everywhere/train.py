"""One training loop for every task of lecture 14: only the loss and the last layer change."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import torch

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
#: Every claim of the lecture is measured with these.
SEEDS = (0, 1, 2)


def fit(
    net: "nn.Module",
    x: "Tensor",
    y: "Tensor",
    loss: "Callable[[Tensor, Tensor], Tensor]",
    *,
    epochs: int,
    seed: int,
    batch: int = 64,
    lr: float = 3e-3,
) -> "nn.Module":
    """Train a network with Adam, whose rate falls to zero along a cosine; return it.

    Parameters
    ----------
    loss
        Takes what the network returns and its part of `y`.
    seed
        Of the order of the examples.
    """
    generator = torch.Generator().manual_seed(seed)
    descent = torch.optim.Adam(net.parameters(), lr=lr)
    steps = epochs * -(-len(x) // batch)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(descent, steps)
    net.train()
    for _ in range(epochs):
        for chosen in torch.split(torch.randperm(len(x), generator=generator), batch):
            descent.zero_grad()
            loss(net(x[chosen]), y[chosen]).backward()  # type: ignore[no-untyped-call]
            descent.step()
            rate.step()
    return net.eval()


def tensor(values: Array) -> "Tensor":
    """Return an array as a tensor of the type that networks want."""
    array = np.ascontiguousarray(values)
    kind = torch.float32 if array.dtype.kind == "f" else torch.int64
    return torch.as_tensor(array, dtype=kind)
