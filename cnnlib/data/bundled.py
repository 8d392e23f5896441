"""Images that come along, without a download.

The digits in `digits.npz` are the test part of "Optical Recognition of Handwritten Digits" by
E. Alpaydin and C. Kaynak (1998), UCI Machine Learning Repository, doi:10.24432/C50P49, licensed
under CC BY 4.0. Nothing was changed but the file's form: they are as scikit-learn ships them.
"""

from importlib.resources import files
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Split: TypeAlias = Literal["train", "validation", "test"]
#: Of every six digits in the file four are for training, one for validation, one for the test.
SPLITS: dict[Split, tuple[int, ...]] = {"train": (0, 1, 2, 3), "validation": (4,), "test": (5,)}


def digits(split: Split | None = None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return handwritten digits and what they are.

    Parameters
    ----------
    split
        `"train"` (1,199 digits), `"validation"` (299) or `"test"` (299); all 1,797 by default.
        The file does not say who wrote which digit; as every sixth digit goes to a split in turn,
        most writers very likely have digits in each of them. So new digits here come from known
        writers. (In the whole data set 30 people wrote the training part and 13 others this part,
        so its own test is about new writers.)

    Returns
    -------
    images
        (N, 1, 8, 8), from 0, paper, to 1, ink.
    labels
        (N,), from 0 to 9.

    Raises
    ------
    ValueError
        There is no such split.

    Examples
    --------
    >>> images, labels = digits("test")
    >>> images.shape, labels[:5]
    ((299, 1, 8, 8), array([5, 1, 7, 3, 9]))
    """
    if split is not None and split not in SPLITS:
        raise ValueError(f"split is {split!r}; expected {', '.join(map(repr, SPLITS))} or None")
    with (files(__package__) / "digits.npz").open("rb") as stored:
        file = np.load(stored, allow_pickle=False)
        images, labels = file["images"][:, None] / 16.0, file["labels"].astype(np.int64)
    if split is None:
        return images, labels
    chosen = np.isin(np.arange(len(labels)) % 6, SPLITS[split])
    return images[chosen], labels[chosen]


def photo(height: int = 150, *, colour: bool = False) -> NDArray[np.float64]:
    """Return a photo of Grace Hopper, as matplotlib ships it.

    Parameters
    ----------
    height
        Rows of the result, roughly: whole blocks of pixels are averaged.
    colour
        In red, green and blue instead of grey.

    Returns
    -------
    array
        (height, width), or (3, height, width) in colour; from 0, black, to 1, white.

    Examples
    --------
    >>> photo(150).shape
    (150, 128)
    >>> photo(150, colour=True).shape
    (3, 150, 128)
    """
    import matplotlib.image
    from matplotlib.cbook import get_sample_data

    path = get_sample_data("grace_hopper.jpg", asfileobj=False)
    colours = np.asarray(matplotlib.image.imread(str(path)), dtype=np.float64) / 255
    # Weights of red, green and blue in perceived brightness: ITU-R BT.601.
    channels = colours.transpose(2, 0, 1) if colour else (colours @ (0.299, 0.587, 0.114))[None]
    block = max(1, channels.shape[1] // height)
    rows, columns = (size // block for size in channels.shape[1:])
    blocks = channels[:, : rows * block, : columns * block].reshape(-1, rows, block, columns, block)
    averaged: NDArray[np.float64] = blocks.mean(axis=(2, 4))
    return averaged if colour else averaged[0]
