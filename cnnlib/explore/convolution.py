"""A convolution, window by window: in numbers, over a photo, over its colours."""

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.image import imread
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from cnnlib.data import photo
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.explore._sent import numbers, png
from cnnlib.lessons.convolution import FILTERS
from cnnlib.look import Drawing

#: The example of many slides.
IMAGE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
KERNEL = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
#: An image with more rows or columns is shown as a photo, without numbers.
_WRITTEN = 12
_COLOURS = ("red", "green", "blue")
#: Which outputs photos begin with: at the rim of the glasses.
_EYE = 47 * 126 + 54
#: Looks for red that is neither green nor blue.
_REDDISH = [[[0, 0, 0], [0, weight, 0], [0, 0, 0]] for weight in (1, -0.5, -0.5)]


class Convolution(Explorer):
    """Slide a window over an image, and see the products add up to one output after another.

    Kernels, and images in numbers, can be changed: click a cell and type, or drag it up and down.

    Parameters
    ----------
    image
        (H, W), or (3, H, W) for red, green and blue. Up to 12 by 12 it is shown in numbers;
        larger ones, with values from 0 to 1, as photos. By default there is a choice of three.
    filters
        One kernel (K, K), or filters (F, C, K, K).

    Attributes
    ----------
    scene
        The image that is shown: of the default ones "numbers", "photo" or "colour".
    filter
        The filter that is shown.
    position
        The output that is shown, counted row by row.
    """

    _esm = bundle(__file__)

    scenes = traitlets.List(traitlets.Dict()).tag(sync=True)
    scene = traitlets.Unicode().tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    filter = traitlets.Int(0, min=0).tag(sync=True)
    position = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(
        self, image: ArrayLike | None = None, filters: ArrayLike | None = None, **settings: Any
    ) -> None:
        if image is None:
            if filters is not None:
                raise ValueError("filters need an image; give both")
            scenes = _usual()
        else:
            array = np.asarray(image, dtype=float)
            source = "image[None]" if array.ndim == 2 else "image"
            scenes = [_scene("image", array, filters, source)]
        names = [scene["name"] for scene in scenes]
        settings.setdefault("scene", names[0])
        if settings["scene"] not in names:
            raise ValueError(f"scene is {settings['scene']!r}; expected {', '.join(names)}")
        begin = next(each["start"] for each in scenes if each["name"] == settings["scene"])
        settings.setdefault("position", begin)
        presets = {"example": KERNEL, **{name: kernel.tolist() for name, kernel in FILTERS.items()}}
        super().__init__(scenes=scenes, presets=presets, **settings)

    def still(self) -> str:
        """Return the image, the kernel and the output."""
        shown = next(scene for scene in self.scenes if scene["name"] == self.scene)
        weights = np.array(shown["filters"][min(self.filter, len(shown["filters"]) - 1)], float)
        written = not isinstance(shown["image"], str)
        image = np.array(shown["image"], float) if written else _pixels(shown)
        k = weights.shape[-1]
        windows = sliding_window_view(image, (k, k), axis=(1, 2))
        output = np.einsum("cijab,cab->ij", windows, weights)
        drawing = Drawing(
            f"An image of {image.shape[1]} by {image.shape[2]}, a kernel of {k} by {k} and their "
            f"output of {output.shape[0]} by {output.shape[1]}."
        )
        if written:
            box = drawing.grid(image[0], kind="input", title="image x")
        else:
            picture = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
            box = drawing.image(picture, kind="input", title="image x", low=0, high=1)
        left = box.right + 60
        for c, kernel in enumerate(weights):
            title = "kernel w" if c == 0 else ""
            last = drawing.grid(kernel, left, 160 * c, kind="kernel", title=title)
        if written:
            drawing.grid(output, last.right + 60, kind="output", title="output y")
        else:
            drawing.image(output, last.right + 60, kind="output", title="output y")
        return drawing.svg()


def _usual() -> list[dict[str, Any]]:
    """Return an image in numbers, a photo, and a photo in its colours."""
    edges, blur = (FILTERS[name].tolist() for name in ("Sobel", "Gaussian blur"))
    return [
        _scene("numbers", np.array(IMAGE, dtype=float), KERNEL),
        _scene("photo", photo(), [[edges], [FILTERS["all edges"].tolist()], [blur]],
               source="photo()[None]", start=_EYE),
        _scene("colour", photo(colour=True), [[*_REDDISH], [edges] * 3],
               source="photo(colour=True)", start=_EYE),
    ]  # fmt: skip


def _scene(
    name: str,
    image: NDArray[np.float64],
    filters: ArrayLike | None,
    source: str = "",
    start: int = 0,
) -> dict[str, Any]:
    """Return an image with its filters, as the browser wants them."""
    channels = image[None] if image.ndim == 2 else image
    if channels.ndim != 3 or len(channels) not in (1, 3):
        raise ValueError(f"image has shape {image.shape}; expected (H, W) or (3, H, W)")
    weights = np.asarray(KERNEL if filters is None else filters, dtype=float)
    if weights.ndim == 2:
        weights = np.broadcast_to(weights, (1, len(channels), *weights.shape))
    if weights.ndim != 4 or weights.shape[1] != len(channels):
        raise ValueError(
            f"filters have shape {weights.shape}; expected (K, K) or (F, {len(channels)}, K, K)"
        )
    if min(channels.shape[1:]) < max(weights.shape[2:]):
        raise ValueError("the kernel is larger than the image")
    written = len(channels) == 1 and max(channels.shape) <= _WRITTEN
    return {
        "name": name,
        "start": 0 if written else start,
        "channels": _COLOURS if len(channels) == 3 else ("grey",),
        "image": channels.tolist() if written else png(channels),
        "filters": numbers(weights),
        **({"source": source} if source and not written else {}),
    }


def _pixels(scene: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return a photo as it was given, rounded to bytes."""
    data = base64.b64decode(scene["image"].partition(",")[2])
    pixels = np.asarray(imread(io.BytesIO(data), format="png"), dtype=float)
    return pixels.transpose(2, 0, 1)[: len(scene["channels"])]
