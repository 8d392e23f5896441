"""A grey square over a photo, and what a trained network says of what is left."""

import base64
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from matplotlib.image import imread
from numpy.typing import NDArray

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Box, Drawing
from cnnlib.look.parts import picture

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]
#: Photos that are shown unless somebody gives one of their own.
PHOTOS = ("photographer", "motorcycle", "coffee")
#: How large a photo is when it is covered, and from one place of the square to the next.
SIZE, STEP = 128, 8
#: How large it is shown.
_SHOWN = 320
#: The squares that are tried in advance, and those that a kernel can be asked for.
SIDES, MORE_SIDES = (32, 48), (16, 24, 40, 64)
#: How many classes are shown.
_CLASSES = 3


class Occlusion(Explorer):
    """Drag a grey square over a photo, and see what the network's first answers are worth.

    What it says is computed when the explorer is made, for every place of the square. Where a
    kernel runs, other squares and a photo of one's own are computed when they are asked for.

    Parameters
    ----------
    photo
        A file, or (H, W, 3) bytes; three photos by default.

    Attributes
    ----------
    scenes
        The photos, with what was computed for them; given, nothing is computed.
    scene, side, row, column
        Which photo, how large the square is, and which place it has.
    label
        Which of the first answers the heat map is about.
    """

    _esm = bundle(__file__)

    scenes = traitlets.List(traitlets.Dict()).tag(sync=True)
    scene = traitlets.Int(0, min=0).tag(sync=True)
    side = traitlets.Int(SIDES[1], min=1).tag(sync=True)
    row = traitlets.Int(5, min=0).tag(sync=True)
    column = traitlets.Int(5, min=0).tag(sync=True)
    label = traitlets.Int(0, min=0).tag(sync=True)
    heat = traitlets.Bool(True).tag(sync=True)
    size = traitlets.Int(SIZE).tag(sync=True)
    step = traitlets.Int(STEP).tag(sync=True)
    sides = traitlets.List(traitlets.Int(), list(SIDES)).tag(sync=True)
    more_sides = traitlets.List(traitlets.Int(), list(MORE_SIDES)).tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True)
    live = traitlets.Bool(False).tag(sync=True)
    own = traitlets.Unicode("").tag(sync=True)
    trouble = traitlets.Unicode("").tag(sync=True)

    def __init__(self, photo: str | Path | Array | None = None, **settings: Any) -> None:
        if "scenes" not in settings:
            photos = {name: _load(name) for name in PHOTOS} if photo is None else {}
            if photo is not None:
                photos["your photo"] = _opened(photo)
            settings["scenes"] = [_scene(name, image) for name, image in photos.items()]
        super().__init__(**settings)
        self.observe(self._answer, names="asked")
        self.observe(self._open, names="own")
        self.observe(self._measure, names=["side", "scene"])

    def still(self) -> str:
        """Return the photo with the square, and the first answers below it."""
        shown = self.scenes[self.scene]
        image = _decoded(shown["image"])
        scores = np.array(shown["maps"][str(self.side)])
        row, column = min(self.row, len(scores) - 1), min(self.column, len(scores) - 1)
        drawing = Drawing(
            f"A photo with a grey square over it; the network says "
            f"{shown['labels'][0]} with {scores[row, column, 0]:.0%}."
        )
        box = drawing.image(image, 0, 0, width=420, smooth=True, kind="input")
        unit = box.width / self.size
        place = Box(
            unit * self.step * column, unit * self.step * row, unit * self.side, unit * self.side
        )
        drawing.frame(place, "muted", fill=1)
        for number, (name, whole, left_over) in enumerate(
            zip(shown["labels"], shown["whole"], scores[row, column], strict=True)
        ):
            y = 60.0 + 90 * number
            words = f"{name}: {100 * whole:.0f} % → {100 * left_over:.0f} %"
            drawing.text(460, y, words, size=26, anchor="start")
            drawing.bar(460, y + 14, max(2.0, 400 * left_over), 22, "output")
        return drawing.svg()

    def _answer(self, change: Any) -> None:
        """Tell the page that a kernel runs."""
        self.live = True

    def _open(self, change: Any) -> None:
        """Classify a photo that somebody opened."""
        if not change["new"]:
            return
        try:
            image = _decoded(change["new"])
        except (ValueError, OSError, SyntaxError):
            self.trouble = "This file is not a picture that can be read."
            return
        self.trouble = ""
        kept = [scene for scene in self.scenes if scene["name"] != "your photo"]
        self.scenes = [*kept, _scene("your photo", image)]
        self.scene = len(kept)

    def _measure(self, change: Any) -> None:
        """Compute what is not known yet: this square on this photo."""
        shown = self.scenes[self.scene]
        if str(self.side) in shown["maps"] or not 1 <= self.side <= self.size:
            return
        maps = {**shown["maps"], str(self.side): _map(shown, self.side)}
        scenes = list(self.scenes)
        scenes[self.scene] = {**shown, "maps": maps}
        self.scenes = scenes


@cache
def network() -> "nn.Module":
    """Return the network that all explorers ask; raise `cnnlib.zoo.NotInstalled` without it."""
    from cnnlib.zoo import pretrained

    return pretrained().requires_grad_(False)


def _load(name: str) -> Array:
    from cnnlib.lessons.inside.photos import load

    return load(name)


def _opened(photo: str | Path | Array) -> Array:
    """Return a photo as (H, W, 3) bytes, or say what it lacks."""
    if isinstance(photo, str | Path):
        return _bytes(np.asarray(imread(photo)))
    return _bytes(np.asarray(photo))


def _bytes(image: Array) -> Array:
    if image.ndim == 2:
        image = np.repeat(image[..., None], 3, axis=2)
    if image.ndim != 3 or image.shape[2] not in (3, 4) or min(image.shape[:2]) < 1:
        raise ValueError(f"a photo has shape (H, W) or (H, W, 3), not {image.shape}")
    if image.dtype != np.uint8:
        image = (255 * np.clip(image, 0, 1)).round().astype(np.uint8)
    return np.ascontiguousarray(image[..., :3])


def _decoded(url: str) -> Array:
    about, _, data = url.partition(",")
    return _bytes(
        np.asarray(imread(io.BytesIO(base64.b64decode(data)), "jpeg" if "jpeg" in about else "png"))
    )


def _scene(name: str, image: Array) -> dict[str, Any]:
    """Return a photo with its first answers, and what is left of them under each square."""
    from cnnlib.lessons.inside import named, occlusion, shown, tensor, top

    seen = (255 * shown(tensor(image, _SHOWN))).round().astype(np.uint8)
    url = picture(seen, None, None, "gray", photo=True)
    x = tensor(_decoded(url), SIZE)  # what is shown is what the network sees
    whole = dict(top(network(), x, 1000))
    first = next(iter(whole))
    # Beside the first answer those that take over where something is hidden.
    found = occlusion(network(), x, list(range(1000)), max(SIDES), STEP)
    others = [int(label) for label in found.max(axis=(0, 1)).argsort()[::-1] if label != first]
    labels = [first, *others[: _CLASSES - 1]]
    scene: dict[str, Any] = {
        "name": name,
        "image": url,
        "numbers": labels,
        "labels": [named(label) for label in labels],
        "whole": [round(whole[label], 4) for label in labels],
        "maps": {str(max(SIDES)): found[..., labels].round(4).tolist()},
    }
    for side in SIDES[:-1]:
        scene["maps"][str(side)] = _map(scene, side)
    return scene


def _map(scene: dict[str, Any], side: int) -> list[list[list[float]]]:
    """Return what is left of the first answers: rows, columns, classes."""
    from cnnlib.lessons.inside import occlusion, tensor

    x = tensor(_decoded(scene["image"]), SIZE)
    left = occlusion(network(), x, scene["numbers"], side, STEP).round(4)
    lists: list[list[list[float]]] = left.tolist()
    return lists
