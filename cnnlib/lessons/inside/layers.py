"""What is in the middle of a network: the maps of its blocks, and the features at its end."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[np.float64]
#: Where the stem ends: after the first convolution, its normalisation and ReLU6.
STEM = "3"
#: The blocks that lecture 13 looks into, from the image to the answer.
LEVELS = (STEM, "block2", "block4", "block8", "block15")


def maps(net: "nn.Module", x: "Tensor", names: Iterable[str]) -> "dict[str, Tensor]":
    """Run a network up to the last of some layers; return what each of them puts out."""
    wanted = set(names)
    found = {}
    for name, module in net.named_children():
        x = module(x)
        if name in wanted:
            found[name] = x
            if len(found) == len(wanted):
                return found
    raise ValueError(f"the network has no {', '.join(sorted(wanted - set(found)))}")


def features(net: "nn.Module", x: "Tensor", batch: int = 33) -> Array:
    """Return what the last layer reads: for each image the mean of each of the 1,280 maps."""
    found = []
    with torch.no_grad():
        for part in torch.split(x, batch):
            found.append(maps(net, part, ["features"])["features"].mean((2, 3)))
    return torch.cat(found).double().numpy()


def top(net: "nn.Module", x: "Tensor", count: int = 3) -> list[tuple[int, float]]:
    """Return the most probable classes of one image, each with its probability."""
    with torch.no_grad():
        chances, labels = net(x).softmax(1)[0].topk(count)
    return [(int(label), float(chance)) for label, chance in zip(labels, chances, strict=True)]


def opponency(filters: Array) -> Array:
    """Return how much of each filter tells colours apart: 0, none of it, to 1, all of it.

    Parameters
    ----------
    filters
        (F, 3, kh, kw). The mean over the three channels sees grey; what is left sees colour.
    """
    grey = filters.mean(axis=1, keepdims=True)
    colour = ((filters - grey) ** 2).sum(axis=(1, 2, 3))
    return np.asarray(colour / (filters**2).sum(axis=(1, 2, 3)))


def nearest(query: Array, bank: Array, count: int) -> NDArray[np.int64]:
    """Return which rows of a bank are nearest to a query by L2 distance, nearest first."""
    return np.argsort(((bank - query) ** 2).sum(axis=1))[:count]


def upscaled(heat: Array, size: int) -> Array:
    """Enlarge a small map to the size of the image, smoothly."""
    small = torch.as_tensor(np.asarray(heat))[None, None]
    big = F.interpolate(small, size=(size, size), mode="bicubic", align_corners=False)
    return np.asarray(big[0, 0].numpy())
