"""Little data: a frozen network against a fine-tuned one, where it fits and where it does not."""

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.data import digits
from cnnlib.lessons.inside.layers import maps
from cnnlib.lessons.inside.photos import load, stack

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression
    from torch import Tensor, nn

Labels = NDArray[np.int64]
Array = NDArray[np.float64]
#: What is told apart by small pieces.
KINDS = (
    "cat", "coffee", "motorcycle", "admiral", "temple", "flower", "astronaut", "rocket", "brick",
    "grass", "gravel",
)  # fmt: skip
#: The blocks that are fine-tuned, from the first to the last; what is behind them is cut off.
FIRST, LAST = "block6", "block10"
#: Where features are taken, from the image to the answer.
DEPTHS = ("block2", "block4", "block7", "block10", "block14", "features")


@dataclass(frozen=True)
class Task:
    """Images to learn from and new ones, as the network reads them, with their labels."""

    x: "Tensor"
    labels: Labels
    new_x: "Tensor"
    new_labels: Labels


def pieces(seed: int, learn: int = 3, new: int = 8, size: int = 96) -> Task:
    """Return pieces of eleven photos; the task is to say which photo each is from.

    Those to learn from are cut out of the left half of each photo, new ones out of the right half,
    at random places, in random sizes, some mirrored.
    """
    rng = np.random.default_rng(seed)
    left = [_piece(name, 0, rng, size) for name in KINDS for _ in range(learn)]
    right = [_piece(name, 1, rng, size) for name in KINDS for _ in range(new)]
    numbers = np.arange(len(KINDS))
    return Task(
        torch.cat(left), np.repeat(numbers, learn), torch.cat(right), np.repeat(numbers, new)
    )


def _piece(name: str, half: int, rng: np.random.Generator, size: int) -> "Tensor":
    image = load(name)
    height, width = image.shape[:2]
    side = int(rng.uniform(0.3, 0.45) * min(height, width))
    left = half * (width // 2) + int(rng.integers(0, max(1, width // 2 - side)))
    top = int(rng.integers(0, height - side))
    piece = image[top : top + side, left : left + side]
    return stack((piece[:, ::-1] if rng.random() < 0.5 else piece)[None], size)


def enlarged_digits(seed: int, learn: int = 10, new: int = 200, size: int = 32) -> Task:
    """Return handwritten digits, enlarged; those to learn from are drawn at random."""
    rng = np.random.default_rng(seed)
    images, labels = digits("train")
    chosen = np.concatenate(
        [rng.choice(np.flatnonzero(labels == digit), learn, replace=False) for digit in range(10)]
    )
    new_images, new_labels = digits("test")

    def inked(ink: Array) -> "Tensor":
        colours = (255 * ink[:, 0, :, :, None]).repeat(3, axis=3)
        return stack(colours.round().astype(np.uint8), size)

    return Task(inked(images[chosen]), labels[chosen], inked(new_images[:new]), new_labels[:new])


def halves(net: "nn.Module") -> "tuple[nn.Sequential, nn.Sequential]":
    """Return what is before the first block to be tuned, and a copy of the later blocks."""
    names = [name for name, _ in net.named_children()]
    modules = list(net.children())
    first, last = names.index(FIRST), names.index(LAST) + 1
    later = deepcopy(modules[first:last])
    mean = (torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    return torch.nn.Sequential(*modules[:first]), torch.nn.Sequential(*later, *mean)


def by_depth(net: "nn.Module", task: Task) -> dict[str, float]:
    """Return the share of new images that logistic regression gets right, by where it reads."""
    pixels = logistic(small(task.x), task.labels)
    found = {"pixels": pixels.score(small(task.new_x), task.new_labels)}
    with torch.no_grad():
        learn, new = maps(net, task.x, DEPTHS), maps(net, task.new_x, DEPTHS)
    for name in DEPTHS:
        x, new_x = (each[name].mean((2, 3)).double().numpy() for each in (learn, new))
        found[name] = logistic(x, task.labels).score(new_x, task.new_labels)
    return {name: float(share) for name, share in found.items()}


def fine_tuned(net: "nn.Module", task: Task, seed: int, epochs: int = 20) -> float:
    """Return the share of new images that is right after the later blocks were trained, too.

    What the frozen blocks compute is the same in every epoch, so it is computed once. Training
    begins where the frozen extractor ends: with its logistic regression as the last layer.
    Normalisation keeps the statistics of ImageNet.
    """
    early, late = halves(net)
    with torch.no_grad():
        x, new_x = early(task.x), early(task.new_x)
        frozen = logistic(late(x).double().numpy(), task.labels)
    head = torch.nn.Linear(frozen.coef_.shape[1], len(frozen.classes_))
    with torch.no_grad():
        head.weight.copy_(torch.as_tensor(frozen.coef_))
        head.bias.copy_(torch.as_tensor(frozen.intercept_))
    net_after = torch.nn.Sequential(*late, head).requires_grad_()
    y = torch.as_tensor(task.labels)
    generator = torch.Generator().manual_seed(seed)
    descent = torch.optim.Adam(net_after.parameters(), lr=1e-3)
    for _ in range(epochs):
        for chosen in torch.split(torch.randperm(len(x), generator=generator), 34):
            descent.zero_grad()
            F.cross_entropy(net_after(x[chosen]), y[chosen]).backward()  # type: ignore[no-untyped-call]
            descent.step()
    with torch.no_grad():
        return float((net_after(new_x).argmax(1).numpy() == task.new_labels).mean())


def logistic(x: Array, labels: Labels) -> "LogisticRegression":
    """Return logistic regression, trained; one thread is faster than several on so little."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return LogisticRegression(C=0.1, max_iter=2000).fit(x, labels)


def small(x: "Tensor", side: int = 16) -> Array:
    """Return each image as a vector of its pixels, made small."""
    pixels: Array = F.interpolate(x, size=(side, side), mode="area").flatten(1).double().numpy()
    return pixels
