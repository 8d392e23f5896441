"""A ConvNet that is trained in the page."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from numpy.typing import NDArray

from cnnlib.data import digits
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


class Training(Explorer):
    """Train a small ConvNet where you look at it: curves, filters, activations, answers.

    The network computes in the page's own JavaScript, without any library: for images this small
    that is faster than a library's, and it works where nothing can be installed.

    Parameters
    ----------
    images, labels
        `(N, C, H, W)` from 0 to 1, with one or three channels, and `(N,)`; by default the digits
        that come along. The last fifth, after shuffling, becomes the validation set.
    names
        Of the classes; by default their numbers.

    Attributes
    ----------
    lr, optimiser, batch, augment
        How the next step is taken. The optimiser is "SGD" (momentum 0.9), "Adadelta" or "Adam",
        each with weight decay 5e-4; images are trained on as they are ("nothing"), with "shifts"
        or "flips".
    epochs
        After how many the training pauses.
    filters
        Of the two convolutions.
    seed
        Of the weights to begin with, and of the order of the images.
    """

    _esm = bundle(__file__)

    shape = traitlets.List(traitlets.Int()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    training = traitlets.Unicode().tag(sync=True)
    training_labels = traitlets.List(traitlets.Int()).tag(sync=True)
    validation = traitlets.Unicode().tag(sync=True)
    validation_labels = traitlets.List(traitlets.Int()).tag(sync=True)
    filters = traitlets.List(traitlets.Int(min=1, max=64), [8, 16], minlen=1, maxlen=2).tag(
        sync=True
    )
    lr = traitlets.Float(0.05, min=0.001, max=3.2).tag(sync=True)
    optimiser = traitlets.Enum(["SGD", "Adadelta", "Adam"], "SGD").tag(sync=True)
    batch = traitlets.Enum([8, 32, 128], 32).tag(sync=True)
    augment = traitlets.Enum(["nothing", "shifts", "flips"], "nothing").tag(sync=True)
    epochs = traitlets.Int(20, min=1).tag(sync=True)
    seed = traitlets.Int(1, min=0).tag(sync=True)

    def __init__(
        self,
        images: Array | None = None,
        labels: Array | None = None,
        *,
        names: Sequence[str] = (),
        **settings: Any,
    ) -> None:
        if images is None:
            seen, held = digits("train"), digits("validation")
        else:
            seen, held = _divided(images, labels)
        count = int(max(seen[1].max(), held[1].max())) + 1
        if names and len(names) != count:
            raise ValueError(f"{count} classes need as many names, not {len(names)}")
        super().__init__(
            shape=list(seen[0].shape[1:]),
            names=list(names) or [str(number) for number in range(count)],
            training=_packed(seen[0]),
            training_labels=seen[1].tolist(),
            validation=_packed(held[0]),
            validation_labels=held[1].tolist(),
            **settings,
        )

    def still(self) -> str:
        """Return an image of the validation set, and the layers that it goes through."""
        C, H, W = self.shape
        drawing = Drawing(
            f"A network in training: an image of {H} by {W}, {' and '.join(map(str, self.filters))}"
            f" maps of two convolutions, and {len(self.names)} classes."
        )
        raw = np.frombuffer(base64.b64decode(self.validation), np.uint8)[: C * H * W]
        image = raw.reshape(C, H, W).transpose(1, 2, 0)
        shown = image[..., 0].max() - image[..., 0] if C == 1 else image
        box = drawing.image(shown, 0, 30, width=200, kind="input", title="image")
        left = box.right + 70
        for level, count in enumerate(self.filters):
            side = 90 / 2**level
            drawing.line((left - 56, 130), (left - 14, 130), "kernel", arrow=True)
            for sheet in reversed(range(min(count, 12))):
                drawing.frame(
                    Box(left + 9 * sheet, 90 + 3 * sheet, side, side), "output", width=2, fill=0.3
                )
            drawing.text(left, 78, f"{count} maps", size=20, kind="output", anchor="start")
            left += 9 * min(count, 12) + side + 70
        drawing.line((left - 56, 130), (left - 14, 130), "kernel", arrow=True)
        for number, name in enumerate(self.names[:10]):
            drawing.text(left + 14, 40 + 22 * number, name, size=20, anchor="end")
            drawing.frame(Box(left + 24, 26 + 22 * number, 60, 16), "output", width=1, fill=0.2)
        return drawing.svg()


def _divided(images: Array, labels: Array | None) -> tuple[tuple[Array, Array], ...]:
    """Return a training and a validation set, shuffled before they are divided."""
    if images.ndim != 4 or images.shape[1] not in (1, 3) or min(images.shape[2:]) < 4:
        raise ValueError(
            f"images have shape {images.shape}; expected (N, C, H, W) with C 1 or 3, H and W from 4"
        )
    if labels is None or labels.shape != images.shape[:1]:
        raise ValueError(f"{len(images)} images need as many labels")
    if len(images) < 10:
        raise ValueError(f"{len(images)} images are too few; give 10 or more")
    if images.min() < 0 or images.max() > 1:
        raise ValueError(
            f"images go from {images.min():g} to {images.max():g}; expected from 0 to 1"
        )
    order = np.random.default_rng(0).permutation(len(images))
    cut = len(images) - len(images) // 5
    return tuple((images[part], labels[part]) for part in (order[:cut], order[cut:]))


def _packed(images: Array) -> str:
    """Return images as bytes in base64."""
    return base64.b64encode((255 * images).round().astype(np.uint8).tobytes()).decode()
