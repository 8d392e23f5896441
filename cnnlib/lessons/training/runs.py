"""Training runs that write down what they did: losses, accuracies and learning rates by epoch."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
#: Images and what they show.
Labelled = tuple[Array, Array]
#: Draws new versions of a batch of images.
Augment = Callable[["Tensor", "torch.Generator"], "Tensor"]
#: Makes an optimiser, or a schedule, for what is trained.
Optimiser = Callable[[Any], Any]


@dataclass(frozen=True)
class Run:
    """What was written down after each epoch.

    Attributes
    ----------
    training
        Mean loss over the epoch's batches.
    losses, accuracies
        Of each set that was watched, by its name.
    rates
        The learning rate that the epoch was trained with.
    net
        The trained network.
    """

    training: Array
    losses: dict[str, Array]
    accuracies: dict[str, Array]
    rates: Array
    net: "nn.Module"


def convnet(*widths: int, size: int = 8, seed: int = 0) -> "nn.Module":
    """Return a classifier of digits: 3×3 convolutions, each followed by ReLU, and a linear layer.

    Parameters
    ----------
    widths
        Filters of each convolution. The first two are followed by a pooling that halves the maps.
    size
        Height and width of the images.
    seed
        Of the weights it starts with.
    """
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    for number, (before, after) in enumerate(pairwise((1, *widths))):
        layers += [torch.nn.Conv2d(before, after, 3, padding=1), torch.nn.ReLU()]
        if number < 2:
            layers.append(torch.nn.MaxPool2d(2))
            size //= 2
    return torch.nn.Sequential(
        *layers, torch.nn.Flatten(), torch.nn.Linear(widths[-1] * size * size, 10)
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one thread: networks this small lose more by dividing the work than they gain."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def train(
    net: "nn.Module",
    images: Array,
    labels: Array,
    optimiser: Optimiser,
    *,
    epochs: int,
    batch: int = 32,
    schedule: Optimiser | None = None,
    watched: Mapping[str, Labelled] | None = None,
    augment: Augment | None = None,
    seed: int = 0,
) -> Run:
    """Train a classifier with cross-entropy; write down what happens.

    Parameters
    ----------
    optimiser
        Makes one for the network's parameters: `partial(torch.optim.SGD, lr=0.1)`.
    schedule
        Makes a schedule for the optimiser, which is asked after each epoch. One that waits for a
        plateau is told the loss of the first set that is watched.
    watched
        Sets that the network is measured on after each epoch; it never learns from them.
    seed
        Of the order of the images, and of what `augment` draws.
    """
    x, y = torch.as_tensor(images, dtype=torch.float32), torch.as_tensor(labels)
    sets = dict(watched or {})
    generator = torch.Generator().manual_seed(seed)
    descent = optimiser(net.parameters())
    plan = schedule(descent) if schedule else None
    waits = isinstance(plan, torch.optim.lr_scheduler.ReduceLROnPlateau)
    training, rates = [], []
    losses: dict[str, list[float]] = {name: [] for name in sets}
    accuracies: dict[str, list[float]] = {name: [] for name in sets}
    with one_thread():
        for _ in range(epochs):
            rates.append(descent.param_groups[0]["lr"])
            total = 0.0
            order = torch.randperm(len(x), generator=generator)
            for start in range(0, len(x), batch):
                chosen = order[start : start + batch]
                seen = augment(x[chosen], generator) if augment else x[chosen]
                loss = F.cross_entropy(net(seen), y[chosen])
                descent.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                descent.step()
                total += loss.item() * len(chosen)
            training.append(total / len(x))
            for name, (a, b) in sets.items():
                found, share = measure(net, a, b)
                losses[name].append(found)
                accuracies[name].append(share)
            if plan:
                plan.step(next(iter(losses.values()))[-1]) if waits else plan.step()
    return Run(
        np.array(training),
        {name: np.array(values) for name, values in losses.items()},
        {name: np.array(values) for name, values in accuracies.items()},
        np.array(rates),
        net,
    )


def measure(net: "nn.Module", images: Any, labels: Any) -> tuple[float, float]:
    """Return the loss on a set, and the share of it that is named right."""
    y = torch.as_tensor(labels)
    with torch.no_grad():
        logits = net(torch.as_tensor(images, dtype=torch.float32))
        loss = F.cross_entropy(logits, y).item()
        return loss, float((logits.argmax(1) == y).float().mean())
