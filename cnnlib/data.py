"""Images that come with the libraries: no download."""

import numpy as np
from numpy.typing import NDArray


def photo(height: int = 150) -> NDArray[np.float64]:
    """Return a photo of Grace Hopper in grey, as matplotlib ships it.

    Parameters
    ----------
    height
        Rows of the result, roughly: whole blocks of pixels are averaged.

    Returns
    -------
    array
        (height, width), from 0, black, to 1, white.

    Examples
    --------
    >>> photo(150).shape
    (150, 128)
    """
    import matplotlib.image
    from matplotlib.cbook import get_sample_data

    path = get_sample_data("grace_hopper.jpg", asfileobj=False)
    colours = np.asarray(matplotlib.image.imread(str(path)), dtype=np.float64) / 255
    # Weights of red, green and blue in perceived brightness: ITU-R BT.601.
    grey: NDArray[np.float64] = colours @ (0.299, 0.587, 0.114)
    block = max(1, grey.shape[0] // height)
    rows, columns = (size // block for size in grey.shape)
    blocks = grey[: rows * block, : columns * block].reshape(rows, block, columns, block)
    averaged: NDArray[np.float64] = blocks.mean(axis=(1, 3))
    return averaged
