"""A detector: the network that names one window, applied to a whole scene at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.lessons.everywhere.scenes import NOTHING, SIDE, Found, windows
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
#: Two boxes that share more than this show the same digit.
SAME = 0.3


def digit_net(seed: int, epochs: int = 10) -> "nn.Sequential":
    """Return a network for windows of 8 × 8 pixels, trained: ten digits, and nothing.

    Its last layers are convolutions, too: one of 4 × 4, which sees all of the window, and one of
    1 × 1. So it takes images of any size.
    """
    torch.manual_seed(seed)
    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 32, 3), nn.ReLU(),
        nn.Conv2d(32, 64, 4), nn.ReLU(), nn.Conv2d(64, 11, 1),
    )  # fmt: skip
    x, y = windows(seed)
    fit(net, tensor(x), tensor(y)[:, None, None], F.cross_entropy, epochs=epochs, seed=seed)
    return net


def logits(net: "nn.Module", image: Array) -> Array:
    """Return the scores of the 11 classes for each window: (11, H − 7, W − 7)."""
    with torch.no_grad():
        found: Tensor = net(tensor(image)[None, None])[0]
    return found.double().numpy()


def scores(net: "nn.Module", image: Array) -> Array:
    """Return the probabilities of the 11 classes for each window: (11, H − 7, W − 7)."""
    chances: Array = torch.as_tensor(logits(net, image)).softmax(0).numpy()
    return chances


def candidates(chances: Array, least: float = 0.5) -> list[Found]:
    """Return each window that shows a digit with at least this probability, the surest first."""
    best = chances[:NOTHING].max(0)
    found = [
        Found(int(row), int(column), int(chances[:NOTHING, row, column].argmax()),
              float(best[row, column]))
        for row, column in np.argwhere(best >= least)
    ]  # fmt: skip
    return sorted(found, key=lambda each: -each.sure)


def overlap(a: Found, b: Found) -> float:
    """Return the intersection over union of two windows."""
    down, across = (SIDE - abs(p - q) for p, q in ((a.row, b.row), (a.column, b.column)))
    both = max(0, down) * max(0, across)
    return both / (2 * SIDE**2 - both)


def suppressed(found: Sequence[Found], most: float = SAME) -> list[Found]:
    """Return the surest of windows that overlap: non-maximum suppression."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: -one.sure):
        if all(overlap(each, other) <= most for other in kept):
            kept.append(each)
    return kept


def judged(found: Sequence[Found], truth: Sequence[Found]) -> tuple[int, int, int]:
    """Return how many digits were found with the right name, how many answers, how many digits.

    A found digit must share half of its box with a true one.
    """
    left = list(truth)
    right = 0
    for each in found:
        hit = [t for t in left if t.label == each.label and overlap(each, t) >= 0.5]
        if hit:
            left.remove(hit[0])
            right += 1
    return right, len(found), len(truth)
