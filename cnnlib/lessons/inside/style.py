"""Images made by gradient descent on pixels: Inceptionism, and style transfer by Gram matrices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cnnlib._late import F, torch
from cnnlib.lessons.inside.layers import STEM, maps

if TYPE_CHECKING:
    from torch import Tensor, nn

#: Whose Gram matrices are the style, and whose maps are the content.
STYLE = (STEM, "block0", "block2", "block4", "block7", "block10")
CONTENT = "block4"
#: Red, green and blue to brightness and two colour differences (ITU-R BT.601), in columns.
_YUV = ((0.299, -0.147, 0.615), (0.587, -0.289, -0.515), (0.114, 0.436, -0.100))


def gram(maps: "Tensor", mask: "Tensor | None" = None) -> "Tensor":
    """Return how strongly each pair of maps is active in the same places: (C, C).

    Parameters
    ----------
    maps
        (1, C, H, W).
    mask
        (H, W), the places that count; all of them by default.
    """
    flat = maps[0].flatten(1)
    if mask is None:
        return flat @ flat.T / flat.shape[1]
    weight = mask.flatten()
    return (flat * weight) @ flat.T / weight.sum()


@dataclass(frozen=True)
class Control:
    """What a painter can choose.

    Attributes
    ----------
    strength
        How much the style counts, against the content.
    mask
        (H, W), 1 where the style applies and 0 where the photo stays; or everywhere.
    colours
        Whether the photo keeps its own colours, and takes over brightness only.
    layers
        Whose Gram matrices count: early ones are fine strokes, later ones larger forms.
    """

    strength: float = 3.0
    mask: "Tensor | None" = None
    colours: bool = False
    layers: Sequence[str] = STYLE


def paint(
    net: "nn.Module",
    photo: "Tensor",
    style: "Tensor",
    steps: int = 60,
    control: Control | None = None,
) -> "Iterator[Tensor]":
    """Change a photo until its Gram matrices are those of a style; yield it after each step.

    L. Gatys, A. Ecker and M. Bethge, "Image style transfer using convolutional neural networks",
    CVPR 2016. The controls: L. Gatys et al., "Controlling perceptual factors in neural style
    transfer", CVPR 2017.
    """
    control = control or Control()
    layers = (*control.layers, CONTENT)
    with torch.no_grad():
        seen = grey(style) if control.colours else style
        wanted = {name: gram(m) for name, m in maps(net, seen, control.layers).items()}
        content = maps(net, photo, [CONTENT])[CONTENT]
    image = photo.clone().requires_grad_()
    descent = torch.optim.Adam([image], lr=0.05)
    for _ in range(steps):
        descent.zero_grad()
        now = maps(net, grey(image) if control.colours else image, layers)
        loss = F.mse_loss(now[CONTENT], content) / content.square().mean() + rough(image)
        for name in control.layers:
            mask = shrunk(control.mask, now[name])
            far = gram(now[name], mask) - wanted[name]
            loss = loss + control.strength * far.square().sum() / wanted[name].square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        if control.mask is not None and image.grad is not None:
            image.grad *= control.mask
        descent.step()
        with torch.no_grad():
            image.clamp_(-1, 1)
        yield tinted(image, photo) if control.colours else image.detach().clone()


def rough(image: "Tensor") -> "Tensor":
    """Return how much neighbouring pixels differ."""
    return (image.diff(dim=2).abs().mean() + image.diff(dim=3).abs().mean()) * 0.5


def shrunk(mask: "Tensor | None", like: "Tensor") -> "Tensor | None":
    """Return a mask in the size of some maps."""
    if mask is None:
        return None
    return F.interpolate(mask[None, None], size=like.shape[2:], mode="area")[0, 0]


def grey(image: "Tensor") -> "Tensor":
    """Return an image's brightness, in all three channels."""
    weights = image.new_tensor([row[0] for row in _YUV])
    return torch.einsum("c,nchw->nhw", weights, image)[:, None].expand(-1, 3, -1, -1)


def tinted(image: "Tensor", photo: "Tensor") -> "Tensor":
    """Return the brightness of one image with the colours of another."""
    with torch.no_grad():
        return (grey(image) + photo - grey(photo)).clamp(-1, 1)


def dream(
    net: "nn.Module", photo: "Tensor", layer: str, steps: int = 8, octaves: int = 3
) -> "Tensor":
    """Change a photo so that what a layer sees in it, it sees more clearly.

    A. Mordvintsev, C. Olah and M. Tyka, "Inceptionism: going deeper into neural networks", Google
    Research blog (2015): gradient ascent on the squares of a layer's maps, from coarse to fine.
    """
    size = photo.shape[-1]
    added = torch.zeros_like(photo)
    for octave in range(octaves):
        side = round(size * 1.3 ** (octave + 1 - octaves))
        base = _resized(photo, side)
        image = base + _resized(added, side)
        for step in range(steps):
            image = _ascend(net, image, layer, np.random.default_rng(step))
        added = image - base
    return image


def _ascend(net: "nn.Module", image: "Tensor", layer: str, rng: np.random.Generator) -> "Tensor":
    image = image.detach().requires_grad_()
    # Shifted a little each time, so that no seam stays in its place.
    moved = torch.roll(image, tuple(int(n) for n in rng.integers(-8, 9, 2)), (2, 3))
    (gradient,) = torch.autograd.grad(maps(net, moved, [layer])[layer].square().mean(), image)
    return (image + 0.04 * gradient / gradient.abs().mean()).clamp(-1, 1).detach()


def _resized(image: "Tensor", side: int) -> "Tensor":
    return F.interpolate(image, size=(side, side), mode="bilinear", antialias=True)
