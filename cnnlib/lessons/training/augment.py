"""More images from those there are: flipped, and shifted by a few pixels."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.data import photo
from cnnlib.lessons.training.runs import Augment
from cnnlib.look import Drawing

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[Any]


def padded(images: Array, pixels: int = 2) -> Array:
    """Return images with a border of paper, so that a shift cuts nothing off."""
    return np.pad(images, ((0, 0), (0, 0), (pixels, pixels), (pixels, pixels)))


def shift(reach: int) -> Augment:
    """Return what moves each image by up to `reach` pixels, down and across; zeros come in."""

    def augment(images: "Tensor", generator: "torch.Generator") -> "Tensor":
        H, W = images.shape[-2:]
        wide = F.pad(images, (reach,) * 4)
        corners = torch.randint(0, 2 * reach + 1, (len(images), 2), generator=generator)
        rows = corners[:, :1] + torch.arange(H)
        columns = corners[:, 1:] + torch.arange(W)
        which = torch.arange(len(images))[:, None, None]
        moved: Tensor = wide.movedim(1, -1)[which, rows[:, :, None], columns[:, None]]
        return moved.movedim(-1, 1)

    return augment


def flip(images: "Tensor", generator: "torch.Generator") -> "Tensor":
    """Mirror half of the images, left to right."""
    chosen = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(chosen[:, None, None, None], images.flip(-1), images)


def moved(images: Array, reach: int, seed: int) -> Array:
    """Return images, each shifted at random: a test for who has only seen centred ones."""
    generator = torch.Generator().manual_seed(seed)
    shifted: Array = shift(reach)(torch.as_tensor(images), generator).numpy()
    return shifted


def draw_augmented(count: int = 4, reach: int = 12, columns: int = 4) -> Drawing:
    """Draw a photo, and versions of it, shifted, flipped or both, with what was done."""
    whole = photo(150, colour=True)
    H, W = whole.shape[1:]
    tall, wide = 124, 104
    top, left = (H - tall) // 2, (W - wide) // 2
    drawing = Drawing("A photo and more versions of it, shifted, flipped, or both.")
    steps = [(0, 0, False), (-1, 1, False), (0, 0, True), (1, -0.6, True)][:count]
    for number, (down, across, mirrored) in enumerate(steps):
        i, j = top + round(down * reach), left + round(across * reach)
        view = whole[:, i : i + tall, j : j + wide].transpose(1, 2, 0)
        view = view[:, ::-1] if mirrored else view
        row, column = divmod(number, columns)
        box = drawing.image(view, 292.0 * column, 392.0 * row, width=272, smooth=True,
                            kind="output" if number else "input")  # fmt: skip
        words = [w for w, is_so in (("shifted", down or across), ("flipped", mirrored)) if is_so]
        drawing.text(box.middle[0], box.bottom + 42, " and ".join(words) or "the photo", size=26,
                     bold=True, kind="output" if words else "input")  # fmt: skip
    return drawing


def draw_mirrored(images: Array, labels: Array) -> Drawing:
    """Draw digits above their mirror images."""
    drawing = Drawing("Digits above their mirror images, most of which are no longer digits.")
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        x = 142.0 * number
        flat = image.reshape(8, 8)
        upper = drawing.image(1 - flat, x, 0, width=126, kind="input")
        drawing.text(upper.middle[0], 168, f"{label}", size=32, bold=True)
        drawing.image(1 - flat[:, ::-1], x, 210, width=126, kind="wrong")
        drawing.text(upper.middle[0], 378, f"{label}?", size=32, kind="wrong", bold=True)
    return drawing
