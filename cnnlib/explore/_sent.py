"""How arrays are sent to the browser: as lists of numbers, or as a picture."""

import base64
import io
import json
from typing import Any

import numpy as np
from matplotlib.image import imsave
from numpy.typing import NDArray


def numbers(array: NDArray[np.float64]) -> Any:
    """Return an array as lists, its whole numbers without a point."""
    return json.loads(json.dumps(array.tolist()).replace(".0,", ",").replace(".0]", "]"))


def png(channels: NDArray[np.float64]) -> str:
    """Return an image of one channel or three, from 0 to 1, as the address of a PNG file."""
    if channels.min() < 0 or channels.max() > 1:
        raise ValueError("a photo's values must be from 0 to 1")
    picture = np.broadcast_to(channels, (3, *channels.shape[1:])).transpose(1, 2, 0)
    buffer = io.BytesIO()
    imsave(buffer, np.ascontiguousarray((255 * picture).round().astype(np.uint8)), format="png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
