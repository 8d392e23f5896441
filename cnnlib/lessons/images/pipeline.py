"""Detect, represent, predict: three programs in a row, on photos with and without faces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import data, feature

from cnnlib.data import photo
from cnnlib.lessons.images import features, photos
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


@dataclass(frozen=True)
class Face:
    """A square in a photo that the detector takes for a face, and who it is taken for."""

    row: int
    column: int
    side: int
    name: str


def detect(image: Array) -> list[tuple[int, int, int]]:
    """Return the row, column and side of every square that looks like a face from the front.

    The detector is a cascade of local binary patterns that comes with scikit-image.
    """
    cascade = feature.Cascade(data.lbp_frontal_face_cascade_filename())
    bytes_ = np.ascontiguousarray((255 * image).round().astype(np.uint8))
    found = cascade.detect_multi_scale(
        img=bytes_, scale_factor=1.2, step_ratio=1, min_size=(50, 50), max_size=(200, 200)
    )
    return sorted((each["r"], each["c"], each["width"]) for each in found)


def represent(image: Array, square: tuple[int, int, int]) -> Array:
    """Return the HoG of a square of a photo, seen with 25 by 25 pixels."""
    row, column, side = square
    cut = photos.grey(image[row : row + side, column : column + side])
    return features.hog(photos.shrunk(cut, (25, 25)))


def hopper() -> Array:
    """Return the portrait of Grace Hopper, 300 rows of it, in colour."""
    return photo(300, colour=True).transpose(1, 2, 0)


class Recogniser:
    """Knows two people, by the HoG of one photo of each; names every face it is shown."""

    def __init__(self) -> None:
        collins = photos.small_portrait(300)
        self.names = ["Eileen Collins", "Grace Hopper"]
        self._known = np.array(
            [represent(image, detect(image)[0]) for image in (collins, hopper())]
        )

    def faces(self, image: Array) -> list[Face]:
        """Detect, represent, predict."""
        squares = detect(image)
        if not squares:
            return []
        found = features.nearest(
            np.array([represent(image, square) for square in squares]), self._known
        )
        return [
            Face(*square, self.names[number]) for square, number in zip(squares, found, strict=True)
        ]


def scenes() -> dict[str, Array]:
    """Return photos with one face, with several, with none, and with a cat; 300 rows each."""
    collins = photos.small_portrait(300)
    return {
        "one": photos.relit(collins, 0.5, power=0.8),
        "several": np.concatenate([hopper()[:, ::-1], photos.relit(collins, 0.5)], axis=1),
        "none": photos.shrunk(photos.colours("coffee"), (300, 450)),
        "a cat": photos.colours("cat"),
    }


def draw_scenes(images: dict[str, Array], faces: Sequence[Sequence[Face]] | None = None) -> Drawing:
    """Draw photos in two rows; with a frame and a name where a face was found."""
    told = (
        ""
        if faces is None
        else " Frames: " + ", ".join(f"{n}: {len(f)}" for n, f in zip(images, faces, strict=True))
    )
    drawing = Drawing(f"Photos with one face, two faces, a cup of coffee, and a cat.{told}")
    left, tall = 0.0, 250.0
    for number, (name, image) in enumerate(images.items()):
        row, column = divmod(number, 2)
        left *= column
        y = row * (tall + 66)
        wide = tall * image.shape[1] / image.shape[0]
        box = drawing.image(_fewer(image), left, y, width=wide, smooth=True)
        box = replace(box, side=wide / image.shape[1])
        drawing.text(box.x, box.bottom + 32, "ABCD"[number], size=26, anchor="start", bold=True)
        if faces is not None:
            _mark(drawing, box, faces[number], wrong=name == "a cat")
        left = box.right + 60
    return drawing


def _fewer(image: Array, rows: int = 200) -> Array:
    """Return a photo with so many rows: enough to be looked at."""
    return photos.shrunk(image, (rows, round(rows * image.shape[1] / image.shape[0])))


def _mark(drawing: Drawing, box: Box, faces: Sequence[Face], *, wrong: bool) -> None:
    """Frame faces in a photo, and write below whom they are taken for."""
    kind = "wrong" if wrong else "output"
    for face in faces:
        at = box.cell(face.row, face.column, face.side, face.side)
        drawing.frame(at, kind, fill=0.08, width=5)
    names = ", ".join(face.name for face in sorted(faces, key=lambda each: each.column))
    words = (names or "no face") + (" ✗" if wrong and faces else "")
    drawing.text(box.x + 34, box.bottom + 32, words, size=24, anchor="start", kind=kind)


def draw_pipeline(image: Array, face: Face) -> Drawing:
    """Draw the three steps for one photo: the square, its numbers, the name."""
    drawing = Drawing(
        "Three steps: a face is framed in a photo; the frame becomes a list of numbers; "
        f"the nearest known list belongs to {face.name}."
    )
    box = drawing.image(image, width=400, smooth=True, kind="input")
    square = box.cell(face.row, face.column, face.side, face.side)
    drawing.frame(square, "output", fill=0.1, width=5)
    drawing.text(box.middle[0], -30, "1  detect", size=32, bold=True)
    cut = image[face.row : face.row + face.side, face.column : face.column + face.side]
    small = photos.shrunk(photos.grey(cut), (25, 25))
    part = drawing.image(small, 520, 0, width=180, kind="input")
    drawing.line((box.right + 10, 90), (508, 90), "muted", arrow=True)
    drawing.text(610, -30, "2  represent", size=32, bold=True)
    numbers = features.hog(small)
    drawing.line((610, 192), (610, 222), "muted", arrow=True)
    drawing.grid(numbers[:12].reshape(4, 3).round(2), 520, 232, side=60, kind="kernel", size=20)
    drawing.text(610, part.bottom + 326, f"… {len(numbers)} numbers", size=24, kind="kernel")
    drawing.line((712, 200), (812, 200), "muted", arrow=True)
    drawing.text(980, -30, "3  predict", size=32, bold=True)
    drawing.text(980, 150, "nearest to", size=26, kind="muted")
    drawing.text(980, 210, face.name, size=36, kind="output", bold=True)
    return drawing
