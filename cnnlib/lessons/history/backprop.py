"""Backpropagation learns XOR, with two hidden units and momentum.

Source: D. Rumelhart, G. Hinton and R. Williams, "Learning representations by back-propagating
errors", Nature 323, 1986, and "Learning internal representations by error propagation" in
"Parallel Distributed Processing", volume 1, 1986, which shows XOR.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnlib.lessons.history.perceptron import Array, Bools

XOR_INPUTS: Array = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
XOR_OUTPUTS: Array = np.array([[0.0], [1], [1], [0]])


@dataclass(frozen=True)
class Network:
    """Sigmoid units in two layers; the last row of each matrix is the biases.

    Parameters
    ----------
    hidden
        (…, inputs + 1, hidden units). Dimensions in front are networks side by side, which
        are computed at once and do not meet.
    output
        (…, hidden units + 1, outputs).
    """

    hidden: Array
    output: Array


def start(seeds: Sequence[int], hidden: int = 2) -> Network:
    """Return one network of 2 inputs and 1 output for each seed, weights uniform in -1 to 1."""
    draws = [np.random.default_rng(seed) for seed in seeds]
    return Network(
        np.stack([rng.uniform(-1, 1, (3, hidden)) for rng in draws]),
        np.stack([rng.uniform(-1, 1, (hidden + 1, 1)) for rng in draws]),
    )


def forward(network: Network, x: Array) -> tuple[Array, Array]:
    """Return what the hidden units and the outputs say, (…, N, hidden) and (…, N, outputs)."""
    hidden = _sigmoid(_with_one(x) @ network.hidden)
    return hidden, _sigmoid(_with_one(hidden) @ network.output)


def gradient(network: Network, x: Array, wanted: Array) -> tuple[Array, Network]:
    """Return the loss ½ Σ (y - wanted)², shape (…), and its derivative for every weight.

    Parameters
    ----------
    x, wanted
        (N, inputs) and (N, outputs).
    """
    hidden, y = forward(network, x)
    error = y - wanted
    loss = 0.5 * (error**2).sum(axis=(-2, -1))
    # By each unit's weighted sum: the derivative of the sigmoid is y (1 - y).
    at_output = error * y * (1 - y)
    back = at_output @ np.swapaxes(network.output[..., :-1, :], -1, -2)
    at_hidden = back * hidden * (1 - hidden)
    return loss, Network(
        np.swapaxes(_with_one(x), -1, -2) @ at_hidden,
        np.swapaxes(_with_one(hidden), -1, -2) @ at_output,
    )


def train(
    network: Network, *, steps: int = 1500, rate: float = 0.5, momentum: float = 0.9
) -> tuple[Network, Array]:
    """Learn XOR: each step goes down the gradient, and on in the direction of the step before.

    Not every start gets there: some stop where two of the four outputs stay near ½.

    Returns
    -------
    network
        The one that has learned.
    losses
        (steps, …), before each step.

    Examples
    --------
    >>> network, losses = train(start([2, 3]))
    >>> losses.shape, solves_xor(network).tolist()
    ((1500, 2), [True, True])
    """
    hidden_step, output_step = np.zeros_like(network.hidden), np.zeros_like(network.output)
    losses = []
    for _ in range(steps):
        loss, slope = gradient(network, XOR_INPUTS, XOR_OUTPUTS)
        losses.append(loss)
        hidden_step = momentum * hidden_step - rate * slope.hidden
        output_step = momentum * output_step - rate * slope.output
        network = Network(network.hidden + hidden_step, network.output + output_step)
    return network, np.array(losses)


def solves_xor(network: Network) -> Bools:
    """Return whether each network's four outputs lie on the right side of ½, shape (…)."""
    says_one = forward(network, XOR_INPUTS)[1] > 0.5
    return np.asarray((says_one == (XOR_OUTPUTS > 0.5)).all(axis=(-2, -1)))


def _sigmoid(sums: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-sums))
    return result


def _with_one(x: Array) -> Array:
    """Append an input that is always 1: its weights are the biases."""
    return np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)
