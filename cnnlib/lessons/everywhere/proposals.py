"""Region proposals: boxes that may contain something, before anybody asks what it is."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import segmentation

Array = NDArray[Any]
#: How far apart the places of Faster R-CNN's map are in the photo, and how many anchors each has.
STRIDE, ANCHORS = 16, 9


def grouped(image: Array, scale: float = 300, least: int = 400) -> list[tuple[float, ...]]:
    """Return boxes (x, y, width, height) around groups of similar pixels, the largest first.

    The groups are those of P. Felzenszwalb and D. Huttenlocher (2004), with which selective search
    begins (J. Uijlings et al., 2013), whose boxes R-CNN read (R. Girshick et al., 2014).
    """
    groups = segmentation.felzenszwalb(image, scale=scale, sigma=0.8, min_size=least)
    boxes = []
    for group in range(groups.max() + 1):
        rows, columns = np.nonzero(groups == group)
        boxes.append((
            float(columns.min()), float(rows.min()),
            float(np.ptp(columns) + 1), float(np.ptp(rows) + 1),
        ))  # fmt: skip
    return sorted(boxes, key=lambda box: -box[2] * box[3])


def anchor_count(image: Array) -> tuple[int, int]:
    """Return how many places and how many anchors Faster R-CNN has on a photo."""
    rows, columns = (side // STRIDE for side in image.shape[:2])
    return rows * columns, ANCHORS * rows * columns
