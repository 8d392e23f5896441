"""Segmentation: a class for each pixel, by a fully convolutional network."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.lessons.everywhere.scenes import NOTHING, SIDE, Scene, scene
from cnnlib.lessons.everywhere.train import fit, tensor

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[Any]
#: Most pixels are paper: they count less, so that the digits are learned, too.
PAPER = 0.2


def painted(digit_net: "nn.Module", images: Array) -> "Tensor":
    """Return what each window says, and the image itself beside it: (N, 11, H, W).

    The maps of the digits are smaller than the image by 7, and are padded on both sides.
    """
    x = tensor(images)[:, None]
    with torch.no_grad():
        chances = digit_net(x).softmax(1)[:, :NOTHING]
    return torch.cat([F.pad(chances, (3, SIDE - 4, 3, SIDE - 4)), x], 1)


def mask_net() -> "nn.Module":
    """Return the layers that make masks out of windows: each window paints 8 × 8 pixels.

    Input (N, 11, H, W): ten maps and the image; output (N, 11, H, W): scores of each pixel.
    """
    nn = torch.nn

    class MaskNet(nn.Module):
        """A transposed convolution paints; a convolution sees the image, too."""

        def __init__(self) -> None:
            super().__init__()
            self.paint = nn.ConvTranspose2d(NOTHING, 12, SIDE, padding=3)
            self.see = nn.Conv2d(13, 16, 3, padding=1)
            self.name = nn.Conv2d(16, NOTHING + 1, 1)

        def forward(self, x: "Tensor") -> "Tensor":
            paint = self.paint(x[:, :NOTHING])[..., : x.shape[2], : x.shape[3]]
            return self.name(self.see(torch.cat([paint, x[:, NOTHING:]], 1)).relu())  # type: ignore[no-any-return]

    return MaskNet()


def segmenter(digit_net: "nn.Module", seed: int, count: int = 48, epochs: int = 8) -> "nn.Module":
    """Return layers that name every pixel of a scene, trained behind a frozen digit network."""
    torch.manual_seed(seed)
    made = [scene(1000 * (seed + 1) + number, "train", 14) for number in range(count)]
    x = painted(digit_net, np.stack([each.image for each in made]))
    y = np.stack([each.mask for each in made])
    weight = torch.tensor([1.0] * NOTHING + [PAPER])
    return fit(mask_net(), x, tensor(y), lambda found, true: F.cross_entropy(found, true, weight),
               epochs=epochs, seed=seed, batch=4, lr=1e-2)  # fmt: skip


def masks(digit_net: "nn.Module", net: "nn.Module", scenes: list[Scene]) -> Array:
    """Return the class of each pixel: (N, H, W)."""
    with torch.no_grad():
        scores: Tensor = net(painted(digit_net, np.stack([each.image for each in scenes])))
    found: Array = scores.argmax(1).numpy()
    return found


def right_pixels(found: Array, true: Array) -> float:
    """Return the share of pixels whose class is right."""
    return float((found == true).mean())


def mean_iou(found: Array, true: Array) -> float:
    """Return the mean over the ten digits of intersection over union."""
    shares = []
    for digit in range(NOTHING):
        both = ((found == digit) & (true == digit)).sum()
        either = ((found == digit) | (true == digit)).sum()
        shares.append(both / either if either else np.nan)
    return float(np.nanmean(shares))
