"""LeNet: the network for zip codes of 1989, and digits of the size that LeNet-5 reads."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.spec import Conv, Flatten, Linear, Sequential, Tanh


def lenet_1989() -> Sequential:
    """Return the network that first read zip codes, for 16×16 grey images.

    Y. LeCun et al., "Backpropagation applied to handwritten zip code recognition", Neural
    Computation 1 (1989). Each of H2's twelve maps reads eight of H1's; the paper does not say
    which, so here they are eight in a row. In the paper each unit has a bias of its own, here each
    map: see `independent_parameters`. Its border is -1, the level of paper; here it is 0.
    """
    eight = tuple(tuple(sorted((map_ + i) % 12 for i in range(8))) for map_ in range(12))
    return Sequential(
        Conv(12, 5, stride=2, padding=2, name="h1"),
        Tanh(),
        Conv(12, 5, stride=2, padding=2, connections=eight, name="h2"),
        Tanh(),
        Flatten(),
        Linear(30, name="h3"),
        Tanh(),
        Linear(10, name="output"),
        Tanh(),
        name="LeNet (1989)",
        input_shape=(1, 16, 16),
    )


def independent_parameters() -> int:
    """Return what the network of 1989 learns: shared weights, and a bias for each unit.

    Examples
    --------
    >>> independent_parameters()  # as the paper says
    9760
    """
    learnt = [row for row in lenet_1989().summary().rows if row.weights]
    return sum(row.weights + int(np.prod(row.output_shape)) for row in learnt)


def large(images: NDArray[Any]) -> NDArray[np.float64]:
    """Return the course's digits as LeNet-5 wants them.

    Parameters
    ----------
    images
        (N, 1, 8, 8), from 0, paper, to 1, ink.

    Returns
    -------
    array
        (N, 1, 32, 32): each pixel is a block of 3×3, and around all is a margin of four. Paper is
        -0.1 and ink 1.175. In the article of 1998, section II.B, characters have a margin, too: so
        the centres of C3's fields can lie anywhere on a stroke.

    Examples
    --------
    >>> large(np.eye(8)[None, None])[0, 0, 4:8, 3:8]
    array([[-0.1  ,  1.175,  1.175,  1.175, -0.1  ],
           [-0.1  ,  1.175,  1.175,  1.175, -0.1  ],
           [-0.1  ,  1.175,  1.175,  1.175, -0.1  ],
           [-0.1  , -0.1  , -0.1  , -0.1  ,  1.175]])
    """
    blocks: NDArray[np.float64] = np.kron(images, np.ones((3, 3)))
    return 1.275 * np.pad(blocks, ((0, 0), (0, 0), (4, 4), (4, 4))) - 0.1


def shifted(
    images: NDArray[np.float64], labels: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return digits five times: as they are, and shifted by two pixels in four directions.

    Parameters
    ----------
    images
        (N, 1, 32, 32), as from `large`: what a shift moves out of the picture is margin.
    labels
        (N,).

    Returns
    -------
    images, labels
        (5 N, 1, 32, 32) and (5 N,).
    """
    shifts = (0, 0), (0, 2), (2, 0), (0, -2), (-2, 0)
    moved = [np.roll(images, shift, axis=(2, 3)) for shift in shifts]
    return np.concatenate(moved), np.tile(labels, len(shifts))
