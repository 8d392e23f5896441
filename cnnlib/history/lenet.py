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
        (N, 1, 32, 32): each pixel is a block of 4×4. Paper is -0.1 and ink 1.175, as in the
        article of 1998, section II.B.

    Examples
    --------
    >>> large(np.eye(8)[None, None])[0, 0, 3:5, 0:5]
    array([[ 1.175,  1.175,  1.175,  1.175, -0.1  ],
           [-0.1  , -0.1  , -0.1  , -0.1  ,  1.175]])
    """
    blocks: NDArray[np.float64] = np.kron(images, np.ones((4, 4)))
    return 1.275 * blocks - 0.1
