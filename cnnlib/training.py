"""A training loop for lectures: short enough to read, and the same numbers in every run."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch


def fit(
    net: "torch.nn.Module",
    images: NDArray[Any],
    labels: NDArray[Any],
    *,
    epochs: int,
    batch: int = 32,
    lr: float = 1e-3,
    seed: int = 0,
) -> Iterator[float]:
    """Train a classifier with Adam and cross-entropy; yield the mean loss of each epoch.

    Parameters
    ----------
    net
        Returns logits of shape (N, classes).
    images, labels
        (N, …) and (N,).
    seed
        Of the order of the images, and of what the net draws.
    """
    x, y = torch.as_tensor(images, dtype=torch.float32), torch.as_tensor(labels)
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    descent = torch.optim.Adam(net.parameters(), lr=lr)
    for _ in range(epochs):
        net.train()
        losses = []
        order = torch.randperm(len(x), generator=generator)
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            descent.zero_grad()
            loss = F.cross_entropy(net(x[chosen]), y[chosen])
            loss.backward()  # type: ignore[no-untyped-call]
            descent.step()
            losses.append(loss.item())
        yield float(np.mean(losses))


def accuracy(net: "torch.nn.Module", images: NDArray[Any], labels: NDArray[Any]) -> float:
    """Return the share of images that a net, in evaluation mode, names right."""
    return float((predict(net, images).argmax(1).numpy() == labels).mean())


def predict(net: "torch.nn.Module", images: NDArray[Any]) -> "torch.Tensor":
    """Return the logits of a net in evaluation mode."""
    net.eval()
    with torch.no_grad():
        logits: torch.Tensor = net(torch.as_tensor(images, dtype=torch.float32))
    return logits
