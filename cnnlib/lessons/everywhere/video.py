"""Video: what is it, and where does it go? One frame for the first, a difference for the second."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.data import Split, digits
from cnnlib.lessons.everywhere.scenes import NOTHING, SIDE, noisy
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]
ROOM = 20
WAYS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
FRAMES = 3


def clips(seed: int, count: int, split: Split) -> tuple[Array, Array, Array]:
    """Return short films of digits that move, what they are, and where they go.

    Returns
    -------
    films
        (N, 3, 20, 20), one pixel per frame.
    labels, ways
        (N,): the digit, and the number of its way.
    """
    rng = np.random.default_rng(seed)
    drawn, names = digits(split)
    which = rng.integers(0, len(names), count)
    ways = rng.integers(0, len(WAYS), count)
    films = np.zeros((count, FRAMES, ROOM, ROOM))
    # The middle frame is anywhere alike, whatever the way: a place must not give it away.
    middles = rng.integers(1, ROOM - SIDE, (count, 2))
    steps = np.array(list(WAYS.values()))
    for film, digit, way, middle in zip(films, which, ways, middles, strict=True):
        for time in range(FRAMES):
            row, column = middle + (time - 1) * steps[way]
            film[time, row : row + SIDE, column : column + SIDE] = drawn[digit, 0]
    return noisy(films, rng), names[which], ways


def frame(films: Array) -> Array:
    """Return the middle frame: (N, 1, 20, 20)."""
    return films[:, 1:2]


def motion(films: Array) -> Array:
    """Return what changed, from the first frame to the last: (N, 1, 20, 20)."""
    return films[:, 2:] - films[:, :1]


def motion_net(seed: int, x: Array, ways: Array, epochs: int = 6) -> "nn.Module":
    """Return a small network that names the way of a digit, trained on what it is shown."""
    torch.manual_seed(seed)
    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2), nn.ReLU(), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(32 * 49, 64), nn.ReLU(), nn.Linear(64, len(WAYS)),
    )  # fmt: skip
    return fit(net, tensor(x), tensor(ways), F.cross_entropy, epochs=epochs, seed=seed)


def named(digit_net: "nn.Module", x: Array) -> Array:
    """Return the digit that the detector's network sees in the best window of each image."""
    with torch.no_grad():
        chances = digit_net(tensor(x)).softmax(1)[:, :NOTHING]
    names: Array = chances.amax((2, 3)).argmax(1).numpy()
    return names


def measured(digit_net: "nn.Module", seed: int) -> dict[str, float]:
    """Return how often the two streams are right, and what a single frame knows of the way."""
    films, _, ways = clips(seed, 1000, "train")
    new, new_labels, new_ways = clips(seed + 100, 400, "test")
    found = {"digit: one frame": float((named(digit_net, frame(new)) == new_labels).mean())}
    for name, look in (("direction: one frame", frame), ("direction: difference", motion)):
        net = motion_net(seed, look(films), ways)
        with torch.no_grad():
            answers = net(tensor(look(new))).argmax(1).numpy()
        found[name] = float((answers == new_ways).mean())
    return found
