"""House numbers: all digits at once, as Goodfellow and others read them off street views."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.data import Split, digits
from cnnlib.lessons.everywhere.scenes import NOTHING, SIDE, noisy
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
#: The size of a plate, and the most digits on it.
HEIGHT, WIDTH, MOST = 10, 38, 4


def plates(seed: int, count: int, split: Split) -> tuple[Array, Array]:
    """Return images of house numbers and their digits, from the left.

    Returns
    -------
    images
        (N, 1, 10, 38): one to four digits from the left, moved by up to two pixels, with up to one
        pixel between them.
    numbers
        (N, 4): the digits; 10 where there is none.
    """
    rng = np.random.default_rng(seed)
    drawn, labels = digits(split)
    images = np.zeros((count, 1, HEIGHT, WIDTH))
    numbers = np.full((count, MOST), NOTHING)
    for image, number in zip(images, numbers, strict=True):
        chosen = rng.integers(0, len(labels), int(rng.integers(1, MOST + 1)))
        gaps = rng.integers(0, 2, len(chosen))
        column = int(rng.integers(0, 3))
        for place, (which, gap) in enumerate(zip(chosen, gaps, strict=True)):
            row = int(rng.integers(0, HEIGHT - SIDE + 1))
            image[0, row : row + SIDE, column : column + SIDE] += drawn[which, 0]
            number[place] = labels[which]
            column += SIDE + int(gap)
    return noisy(images, rng), numbers


def seen(digit_net: "nn.Module", images: Array) -> "Tensor":
    """Return what the detector's network says of a plate, column by column: (N, 11, 31).

    Of the three windows in a column, the largest answer for each class counts.
    """
    with torch.no_grad():
        return digit_net(tensor(images)).softmax(1).amax(2)  # type: ignore[no-any-return]


def heads() -> "nn.Sequential":
    """Return four heads behind one hidden layer: each names one digit, or none: (N, 11, 4)."""
    nn = torch.nn
    return nn.Sequential(
        nn.Flatten(), nn.Linear(11 * (WIDTH - 7), 128), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(128, 11 * MOST), nn.Unflatten(1, (11, MOST)),
    )  # fmt: skip


def reader(digit_net: "nn.Module", seed: int, epochs: int = 16, count: int = 6000) -> "nn.Module":
    """Return heads that read house numbers, trained behind the detector's frozen network."""
    torch.manual_seed(seed)
    x, y = plates(seed, count, "train")
    return fit(heads(), seen(digit_net, x), tensor(y), F.cross_entropy, epochs=epochs, seed=seed)


def read(digit_net: "nn.Module", net: "nn.Module", images: Array) -> tuple[Array, Array]:
    """Return the digits that are read, (N, 4), and how sure the heads are of each."""
    with torch.no_grad():
        chances: Tensor = net(seen(digit_net, images)).softmax(1)
    sure, numbers = chances.max(1)
    return numbers.numpy(), sure.double().numpy()


def word(number: Array) -> str:
    """Return a number as it is written."""
    return "".join(str(digit) for digit in number if digit != NOTHING) or "–"
