"""Which pixels does a network's answer depend on? Three ways to ask."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import torch
from cnnlib.lessons.inside.layers import maps

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[np.float64]


def places(size: int, side: int, step: int) -> range:
    """Return where, along one axis, a square of this side can begin."""
    return range(0, size - side + 1, step)


def occlusion(
    net: "nn.Module", x: "Tensor", labels: list[int], side: int, step: int, batch: int = 64
) -> Array:
    """Cover an image with a grey square, place by place; return the probabilities that are left.

    Parameters
    ----------
    x
        (1, 3, H, W); grey is 0.
    labels
        Whose probabilities.
    side, step
        Of the square, and from one place to the next.

    Returns
    -------
    array
        (rows, columns, labels).
    """
    rows, columns = (places(n, side, step) for n in x.shape[2:])
    covered = x.repeat(len(rows) * len(columns), 1, 1, 1)
    for number, (i, j) in enumerate((i, j) for i in rows for j in columns):
        covered[number, :, i : i + side, j : j + side] = 0
    with torch.inference_mode():
        chances = [net(part).softmax(1)[:, labels] for part in torch.split(covered, batch)]
    return torch.cat(chances).double().numpy().reshape(len(rows), len(columns), len(labels))


def saliency(net: "nn.Module", x: "Tensor", label: int) -> Array:
    """Return (H, W): how much a class's score changes with each pixel, the largest of 3 channels.

    K. Simonyan, A. Vedaldi and A. Zisserman, "Deep inside convolutional networks"
    (2013), section 3.
    """
    pixels = x.detach().clone().requires_grad_()
    score = net(pixels)[0, label]
    (gradient,) = torch.autograd.grad(score, pixels)
    return gradient[0].abs().amax(0).double().numpy()


def class_map(net: "nn.Module", x: "Tensor", label: int) -> Array:
    """Return a class's score, place by place; their mean plus the bias is the score.

    B. Zhou et al., "Learning deep features for discriminative localization", CVPR 2016: possible
    where a network ends with a mean over each map and one linear layer, as this one does.
    """
    last = net.get_submodule("fc")
    assert isinstance(last, torch.nn.Linear)
    with torch.no_grad():
        seen = maps(net, x, ["features"])["features"][0]
        return torch.einsum("c,chw->hw", last.weight[label], seen).double().numpy()
