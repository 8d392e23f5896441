"""Deep autoencoders of 2006: restricted Boltzmann machines stacked, unrolled and fine-tuned.

G. Hinton and R. Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science
313 (2006).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch

Reals: TypeAlias = NDArray[np.float64]

_MOST_VISIBLE = 20  # units whose states can still be listed


@dataclass(frozen=True)
class RBM:
    """A restricted Boltzmann machine: two layers of units, and no connection within a layer.

    Attributes
    ----------
    weights
        (V, H).
    visible, hidden
        Biases, (V,) and (H,).
    linear
        Hidden units are real numbers with noise of variance 1; otherwise all units are 0 or 1.
    """

    weights: Reals
    visible: Reals
    hidden: Reals
    linear: bool = False

    def up(self, v: Reals) -> Reals:
        """Return what hidden units expect, (N, H), given visible ones, (N, V)."""
        drive = self.hidden + v @ self.weights
        return drive if self.linear else sigmoid(drive)

    def down(self, h: Reals) -> Reals:
        """Return what visible units expect, (N, V), given hidden ones, (N, H)."""
        return sigmoid(self.visible + h @ self.weights.T)

    def draw(self, v: Reals, rng: np.random.Generator) -> Reals:
        """Draw hidden units, (N, H), given visible ones."""
        mean = self.up(v)
        if self.linear:
            return mean + rng.standard_normal(mean.shape)
        return (rng.random(mean.shape) < mean).astype(np.float64)

    def free_energy(self, v: Reals) -> Reals:
        """Return -log of a visible state's probability, (N,), up to a constant: log Z.

        The sum over all hidden states is done: they are independent of each other, given `v`.
        """
        x = v @ self.weights
        rest = x * self.hidden + x**2 / 2 if self.linear else np.logaddexp(0, self.hidden + x)
        energy: Reals = -v @ self.visible - rest.sum(axis=1)
        return energy

    def log_partition(self) -> float:
        """Return log Z, by listing all 2^V visible states: for toys only."""
        count = len(self.visible)
        if count > _MOST_VISIBLE:
            raise ValueError(
                f"{count} visible units have 2^{count} states; "
                f"at most {_MOST_VISIBLE} units can be listed"
            )
        states = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.float64)
        return float(np.logaddexp.reduce(-self.free_energy(states)))


def sigmoid(x: Reals) -> Reals:
    """Return 1 / (1 + exp(-x)), without overflow.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    half: Reals = 0.5 * (1 + np.tanh(0.5 * x))
    return half


def train(
    data: Reals,
    hidden: int,
    *,
    epochs: int,
    lr: float = 0.1,
    batch: int = 20,
    linear: bool = False,
    seed: int = 0,
) -> RBM:
    """Train an RBM by contrastive divergence, one step up, down and up again (CD-1).

    G. Hinton, "Training products of experts by minimizing contrastive divergence", Neural
    Computation 14 (2002). Momentum and weight decay are those of the paper of 2006.

    Parameters
    ----------
    data
        (N, V), from 0 to 1: how probable it is that a unit is on.
    hidden
        Units to learn.
    linear
        As in `RBM`; it needs a much smaller `lr`.
    """
    rng = np.random.default_rng(seed)
    shape = data.shape[1], hidden
    rbm = RBM(rng.normal(0, 0.1, shape), np.zeros(shape[0]), np.zeros(hidden), linear)
    parts = rbm.weights, rbm.visible, rbm.hidden
    speeds = [np.zeros_like(part) for part in parts]
    for epoch in range(epochs):
        momentum = 0.5 if epoch < 5 else 0.9
        order = rng.permutation(len(data))
        for start in range(0, len(data), batch):
            slopes = _slopes(rbm, data[order[start : start + batch]], rng)
            slopes[0] -= 2e-4 * rbm.weights
            for n, slope in enumerate(slopes):
                speeds[n] = momentum * speeds[n] + lr * slope
                parts[n][:] += speeds[n]
    return rbm


def _slopes(rbm: RBM, v: Reals, rng: np.random.Generator) -> list[Reals]:
    """Return CD-1's direction: what the data asks for, less what the machine dreams up."""
    h = rbm.up(v)
    dream = rbm.down(rbm.draw(v, rng))
    echo = rbm.up(dream)
    n = len(v)
    return [(v.T @ h - dream.T @ echo) / n, (v - dream).mean(axis=0), (h - echo).mean(axis=0)]


def pretrain(data: Reals, sizes: Sequence[int], *, epochs: int, seed: int = 0) -> list[RBM]:
    """Train one RBM upon the other: each learns what the hidden units of the one below say.

    Parameters
    ----------
    data
        (N, V), from 0 to 1.
    sizes
        Hidden units of each; the last one's are linear, and are the code.
    """
    rbms: list[RBM] = []
    for level, hidden in enumerate(sizes):
        linear = level == len(sizes) - 1
        lr = 0.01 if linear else 0.1
        rbm = train(data, hidden, epochs=epochs, lr=lr, linear=linear, seed=seed + level)
        data = rbm.up(data)
        rbms.append(rbm)
    return rbms


def random_start(sizes: Sequence[int], scale: float = 0.1, seed: int = 0) -> list[RBM]:
    """Return RBMs that learned nothing: small random weights, as one began before 2006.

    Parameters
    ----------
    sizes
        Visible units of the first, then hidden units of each.
    scale
        Standard deviation of the weights.
    """
    rng = np.random.default_rng(seed)
    return [
        RBM(rng.normal(0, scale, (v, h)), np.zeros(v), np.zeros(h), level == len(sizes) - 2)
        for level, (v, h) in enumerate(pairwise(sizes))
    ]


def unroll(rbms: Sequence[RBM]) -> "torch.nn.Sequential":
    """Return an autoencoder that goes up through the RBMs and down again by the same weights.

    Ends in logits: a sigmoid gives the picture. From here on both ways learn weights of their own.
    """
    nn = torch.nn
    layers: list[torch.nn.Module] = []
    for rbm in rbms:
        layers += [_linear(rbm.weights.T, rbm.hidden), *([] if rbm.linear else [nn.Sigmoid()])]
    for rbm in reversed(rbms):
        layers += [_linear(rbm.weights, rbm.visible), nn.Sigmoid()]
    return nn.Sequential(*layers[:-1])


def _linear(weights: Reals, bias: Reals) -> "torch.nn.Linear":
    layer = torch.nn.Linear(weights.shape[1], weights.shape[0])
    with torch.no_grad():
        layer.weight.copy_(torch.as_tensor(weights))
        layer.bias.copy_(torch.as_tensor(bias))
    return layer


def fine_tune(
    net: "torch.nn.Module",
    data: NDArray[Any],
    *,
    epochs: int,
    lr: float,
    batch: int = 20,
    method: Literal["SGD", "Adam"] = "SGD",
    seed: int = 0,
) -> Iterator[float]:
    """Train an autoencoder by backpropagation.

    Parameters
    ----------
    net
        Returns logits.
    data
        (N, V), from 0 to 1.
    method
        Plain gradient descent, as one had it then, or what is common today.

    Yields
    ------
    float
        The mean cross-entropy of each epoch, in nats for a whole picture.
    """
    x = torch.as_tensor(data, dtype=torch.float32)
    generator = torch.Generator().manual_seed(seed)
    descent = getattr(torch.optim, method)(net.parameters(), lr=lr)
    for _ in range(epochs):
        losses = []
        order = torch.randperm(len(x), generator=generator)
        for start in range(0, len(x), batch):
            chosen = order[start : start + batch]
            descent.zero_grad()
            loss = F.binary_cross_entropy_with_logits(net(x[chosen]), x[chosen], reduction="sum")
            loss = loss / len(chosen)
            loss.backward()  # type: ignore[no-untyped-call]
            descent.step()
            losses.append(loss.item())
        yield float(np.mean(losses))


def reconstruct(net: "torch.nn.Module", data: NDArray[Any]) -> Reals:
    """Return what an autoencoder makes of each picture, (N, V), from 0 to 1."""
    with torch.no_grad():
        logits = net(torch.as_tensor(data, dtype=torch.float32))
    return np.asarray(torch.sigmoid(logits), dtype=np.float64)


def squared_error(data: Reals, reconstruction: Reals) -> float:
    """Return the squared error of a picture, summed over its pixels, on average."""
    return float(((data - reconstruction) ** 2).sum(axis=1).mean())


def gradient_lengths(net: "torch.nn.Module", data: NDArray[Any]) -> list[float]:
    """Return the length of the loss's gradient by each layer's weights, from first to last."""
    x = torch.as_tensor(data, dtype=torch.float32)
    loss = F.binary_cross_entropy_with_logits(net(x), x, reduction="sum") / len(x)
    weights = [p for p in net.parameters() if p.dim() == 2]
    return [float(slope.norm()) for slope in torch.autograd.grad(loss, weights)]
