"""A face under another light, turned, before another wall; compared by pixels and by HoG."""

import base64

import numpy as np
import traitlets
from numpy.typing import NDArray

from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Drawing

#: Pixels along a side of the photo.
SIDE = 100
WALLS = {"black": 0.0, "white": 1.0}


class Pixels(Explorer):
    """Change a photo of a face, and see whether it is still nearest to the photo as it was.

    It is compared with itself and with a hundred other faces, by its 25 by 25 pixels and by its
    histogram of oriented gradients.

    Attributes
    ----------
    direction
        Where the lamp is, in degrees: 0 is right, 90 is below.
    slant
        How much the light comes from the side, from 0 to 1.
    power
        How bright the lamp is; 1 changes nothing.
    angle
        By how many degrees the photo is turned, anticlockwise.
    wall
        What is behind the face: its "own" background, "black", "white" or "striped".
    """

    _esm = bundle(__file__)

    direction = traitlets.Int(0, min=0, max=359).tag(sync=True)
    slant = traitlets.Float(0.0, min=0.0, max=1.0).tag(sync=True)
    power = traitlets.Float(1.0, min=0.2, max=1.4).tag(sync=True)
    angle = traitlets.Int(0, min=-45, max=45).tag(sync=True)
    wall = traitlets.Enum(["own", "black", "white", "striped"], "own").tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)
    mask = traitlets.Unicode().tag(sync=True)
    others = traitlets.Unicode().tag(sync=True)

    def __init__(self, **settings: object) -> None:
        # Late: scikit-image is loaded only by who shows this explorer.
        from cnnlib.lessons.images import photos

        super().__init__(
            photo=_encoded(photos.head(SIDE)),
            mask=_encoded(photos.outline(SIDE)),
            others=_encoded(photos.faces()),
            **settings,
        )

    def changed(self) -> NDArray[np.float64]:
        """Return the photo as it is set: `(100, 100)`, from 0 to 1."""
        from cnnlib.lessons.images import photos

        face, mask = (decoded(each).reshape(SIDE, SIDE) for each in (self.photo, self.mask))
        if self.wall != "own":
            stripes = np.where(np.arange(SIDE) // 6 % 2, 0.9, 0.1)
            face = mask * face + (1 - mask) * WALLS.get(self.wall, stripes)
        face = photos.turned(face, self.angle)
        return photos.relit(face, self.slant, self.direction, self.power)

    def still(self) -> str:
        """Return the changed photo beside the photo as it was."""
        image = self.changed()
        own = decoded(self.photo).reshape(SIDE, SIDE)
        drawing = Drawing(
            f"A face as it was photographed, and with the lamp {100 * self.slant:.0f} per cent "
            f"to the side, turned by {self.angle} degrees, wall: {self.wall}."
        )
        box = drawing.image(own, width=360, low=0, high=1, smooth=True, title="known photo")
        drawing.image(image, box.right + 60, width=360, low=0, high=1, smooth=True,
                      title="new photo", kind="input")  # fmt: skip
        return drawing.svg()


def _encoded(values: NDArray[np.float64]) -> str:
    """Return numbers from 0 to 1 as bytes, in base64."""
    return base64.b64encode((255 * values).round().astype(np.uint8).tobytes()).decode()


def decoded(text: str) -> NDArray[np.float64]:
    """Return the numbers again, as the browser reads them."""
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8) / 255
