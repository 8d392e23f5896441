"""Real photos that come with libraries, as a network trained on ImageNet wants them."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch

Image = NDArray[np.uint8]
#: The classes that lecture 13 shows, in our words. The package with the weights has no names.
CLASSES = {
    281: "tabby cat",
    282: "tiger cat",
    285: "Egyptian cat",
    287: "lynx",
    400: "academic gown",
    442: "bell tower",
    447: "binoculars",
    450: "bobsled",
    457: "bow tie",
    504: "coffee mug",
    505: "coffeepot",
    523: "crutch",
    528: "dial telephone",
    535: "disc brake",
    540: "drilling platform",
    560: "football helmet",
    573: "go-kart",
    593: "harmonica",
    652: "military uniform",
    657: "missile",
    661: "old car (Model T)",
    663: "monastery",
    665: "moped",
    667: "mortarboard",
    670: "motor scooter",
    698: "palace",
    744: "projectile",
    796: "ski mask",
    812: "space shuttle",
    834: "suit",
    849: "teapot",
    870: "tricycle",
    872: "tripod",
    906: "Windsor tie",
    925: "consommé",
    947: "mushroom",
    967: "espresso",
    968: "cup",
    985: "daisy",
}
#: The photos by the name that we give them.
PHOTOS = (
    "cat", "photographer", "coffee", "motorcycle", "admiral", "temple", "flower", "astronaut",
    "rocket", "brick", "grass", "gravel", "coins", "page", "moon", "retina", "tissue", "galaxies",
)  # fmt: skip


def named(label: int) -> str:
    """Return what a class is called, or its number."""
    return CLASSES.get(label, f"class {label}")


@cache
def load(name: str) -> Image:
    """Return a photo of scikit-image, scikit-learn or Matplotlib as (H, W, 3) bytes."""
    if name not in PHOTOS:
        raise ValueError(f"there is no photo {name!r}; expected one of {', '.join(PHOTOS)}")
    image = np.asarray(_read(name))
    if image.ndim == 2:
        image = np.repeat(image[..., None], 3, axis=2)
    return np.ascontiguousarray(image[..., :3])


def _read(name: str) -> Any:
    if name == "admiral":
        from matplotlib.cbook import get_sample_data
        from matplotlib.image import imread

        return imread(str(get_sample_data("grace_hopper.jpg", asfileobj=False)))
    if name in ("temple", "flower"):
        from sklearn.datasets import load_sample_image

        return load_sample_image({"temple": "china.jpg"}.get(name, f"{name}.jpg"))
    from skimage import data

    if name == "motorcycle":
        return data.stereo_motorcycle()[0]
    stored = {
        "cat": "chelsea",
        "photographer": "camera",
        "tissue": "immunohistochemistry",
        "galaxies": "hubble_deep_field",
    }
    return getattr(data, stored.get(name, name))()


def square(image: NDArray[Any]) -> NDArray[Any]:
    """Return the largest square in the middle of an image."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def tensor(image: "str | NDArray[Any]", size: int = 224) -> "torch.Tensor":
    """Return an image as the network reads it: (1, 3, size, size), bytes x as (x − 127) / 128.

    Parameters
    ----------
    image
        The name of a photo, or (H, W, 3) bytes; the square in its middle is taken.
    """
    pixels = square(load(image) if isinstance(image, str) else image)
    return stack(pixels[None], size)


def stack(images: NDArray[Any], size: int) -> "torch.Tensor":
    """Return square images (N, H, W, 3) in bytes as the network reads them."""
    x = torch.tensor(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float()
    x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True)
    return ((x - 127) / 128).contiguous(memory_format=torch.channels_last)


def shown(x: "torch.Tensor") -> NDArray[np.float64]:
    """Undo `tensor`: return (H, W, 3) from 0 to 1."""
    pixels = x.detach()[0].permute(1, 2, 0).double().numpy()
    return np.clip((128 * pixels + 127) / 255, 0, 1)
