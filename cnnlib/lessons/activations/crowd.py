"""Many small networks at once, in NumPy: one for each seed and learning rate, trained side by side.

They have the same layers, so their weights fit into one array with one more axis. Gradient descent
treats each on its own, as if it were alone. Any function of the table can be between the layers.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.activations.functions import Activation, Array

Labels = NDArray[np.int64]


class Crowd:
    """Networks of linear layers with one activation function between them.

    Parameters
    ----------
    sizes
        Units by layer, the input first.
    activation
        The function after each layer but the last.
    seeds
        One for each network.
    gain
        The weights of a layer with n inputs begin with variance gain² / n, the biases with 0.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Activation,
        seeds: Sequence[int],
        gain: float = 2**0.5,
    ) -> None:
        self.activation = activation
        generators = [np.random.default_rng(seed) for seed in seeds]
        self.weights = [
            np.stack([rng.standard_normal((n, m)) for rng in generators]) * gain / n**0.5
            for n, m in pairwise(sizes)
        ]
        self.biases = [np.zeros((len(seeds), 1, m)) for m in sizes[1:]]

    @property
    def depth(self) -> int:
        """How many layers have weights."""
        return len(self.weights)

    def forward(self, x: Array) -> tuple[list[Array], list[Array]]:
        """Return the input of each layer, and the weighted sums z of each: (networks, N, units)."""
        inputs, sums = [np.broadcast_to(x, (len(self.biases[0]), *x.shape))], []
        for w, b in zip(self.weights, self.biases, strict=True):
            sums.append(inputs[-1] @ w + b)
            inputs.append(self.activation.value(sums[-1]))
        return inputs[:-1], sums

    def backward(self, sums: list[Array], dz: Array) -> list[Array]:
        """Return the gradient for the sums of each layer, from that for the last one's."""
        found = [dz]
        for w, z in zip(self.weights[:0:-1], sums[-2::-1], strict=True):
            found.append((found[-1] @ w.transpose(0, 2, 1)) * self.activation.slope(z))
        return found[::-1]

    def fit(
        self,
        images: Array,
        labels: Labels,
        *,
        rates: Sequence[float],
        epochs: int,
        batch: int = 50,
    ) -> "Crowd":
        """Train by gradient descent on the cross-entropy, each with its own learning rate."""
        lr = np.array(rates)[:, None, None]
        x, wanted = images.reshape(len(images), -1), np.eye(self.biases[-1].shape[2])[labels]
        rng = np.random.default_rng(0)
        for _ in range(epochs):
            order = rng.permutation(len(x))
            for chosen in np.split(order, range(batch, len(x), batch)):
                inputs, sums = self.forward(x[chosen])
                dz = (_softmax(sums[-1]) - wanted[chosen]) / len(chosen)
                gradients = self.backward(sums, dz)
                for layer, (y, d) in enumerate(zip(inputs, gradients, strict=True)):
                    self.weights[layer] -= lr * (y.transpose(0, 2, 1) @ d)
                    self.biases[layer] -= lr * d.sum(axis=1, keepdims=True)
        return self

    def predict(self, images: Array) -> Labels:
        """Return the class that each network names for each image."""
        _, sums = self.forward(images.reshape(len(images), -1))
        return np.asarray(sums[-1].argmax(axis=2))

    def accuracy(self, images: Array, labels: Labels) -> Array:
        """Return the share of images that each network names right."""
        return np.asarray((self.predict(images) == labels).mean(axis=1))

    def silent(self, images: Array, layer: int = 0) -> Array:
        """Return, for each network, the share of a layer's units that no image makes positive."""
        _, sums = self.forward(images.reshape(len(images), -1))
        return np.asarray((sums[layer] <= 0).all(axis=1).mean(axis=1))


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=2, keepdims=True))
    return np.asarray(powers / powers.sum(axis=2, keepdims=True))
