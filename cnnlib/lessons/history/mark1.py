"""The Mark I Perceptron: an eye of 20×20 photocells, wired at random, and weights that motors turn.

Sources: F. Rosenblatt, "Perceptron simulation experiments", Proceedings of the IRE 48, 1960;
J. Hay, B. Lynch and D. Smith, "Mark I Perceptron operators' manual", Cornell Aeronautical
Laboratory, 1960.

The newspapers of 1958 had announced about 1,000 association units; 512 were built.

Photocells (S) lead to association units (A) by a plugboard: these wires never change. What learns
are the weights from the association units to the response units (R).
"""

import numpy as np
from numpy.typing import NDArray

from cnnlib.lessons.history.perceptron import Array, Bools

SIDE = 20
#: Letters of five by five dots, which the machine gets at twice that size.
LETTERS: dict[str, tuple[str, ...]] = {
    "E": ("#####", "#....", "####.", "#....", "#####"),
    "X": ("#...#", ".#.#.", "..#..", ".#.#.", "#...#"),
    "A": (".###.", "#...#", "#####", "#...#", "#...#"),
    "C": (".####", "#....", "#....", "#....", ".####"),
    "H": ("#...#", "#...#", "#####", "#...#", "#...#"),
    "L": ("#....", "#....", "#....", "#....", "#####"),
    "O": (".###.", "#...#", "#...#", "#...#", ".###."),
    "T": ("#####", "..#..", "..#..", "..#..", "..#.."),
}


class MarkOne:
    """A perceptron with a random layer before the one that learns.

    Parameters
    ----------
    responses
        Response units; Mark I had eight.
    associations
        Association units; Mark I had 512.
    wires
        From each photocell to as many association units, drawn at random; Mark I had up to 40.
        Half of them, at random, excite and the others inhibit.
    threshold
        The least sum at which an association unit fires.
    seed
        Of the wiring.
    """

    def __init__(
        self,
        responses: int = 8,
        *,
        associations: int = 512,
        wires: int = 40,
        threshold: int = 1,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        self.threshold = threshold
        #: (photocells, associations): +1, -1, or 0 where there is no wire.
        self.wiring = np.zeros((SIDE * SIDE, associations))
        for cell in self.wiring:
            cell[rng.choice(associations, size=wires, replace=False)] = rng.choice((-1, 1), wires)
        #: (associations, responses): the motor-driven potentiometers.
        self.weights = np.zeros((associations, responses))

    def associate(self, images: Array) -> Array:
        """Return which association units fire, (N, associations), for images (N, 20, 20)."""
        sums = images.reshape(len(images), -1) @ self.wiring
        return (sums >= self.threshold).astype(np.float64)

    def respond(self, images: Array) -> Array:
        """Return the sums that reach the response units, (N, responses); those above 0 answer."""
        return self.associate(images) @ self.weights

    def train(self, images: Array, wanted: Array, *, passes: int = 1) -> Bools:
        """Show images one after another; turn the weights of the response units that were wrong.

        Parameters
        ----------
        images
            (N, 20, 20).
        wanted
            (N, responses), each +1 or -1.
        passes
            How often all images are shown.

        Returns
        -------
        array
            (passes · N, responses), which answers were right.
        """
        right = []
        firing = self.associate(images)
        for _ in range(passes):
            for active, target in zip(firing, wanted, strict=True):
                wrong = np.where(active @ self.weights > 0, 1, -1) != target
                if wrong.any():
                    self.weights += np.outer(active, wrong * target)
                right.append(~wrong)
        return np.array(right)


def letters(
    count: int, *, shift: int = 0, specks: float = 0.05, seed: int = 0
) -> tuple[Array, NDArray[np.int64]]:
    """Draw the letters of `LETTERS` on 20×20 photocells, moved about and with specks.

    Parameters
    ----------
    count
        How many.
    shift
        Pixels that a letter may lie off the middle, across and down; at most 5.
    specks
        The share of photocells that see the opposite.

    Returns
    -------
    images
        (count, 20, 20), 1 where there is ink.
    labels
        (count,), the letters' places in `LETTERS`.

    Raises
    ------
    ValueError
        A letter would leave the photocells.
    """
    dots = [[[dot == "#" for dot in row] for row in rows] for rows in LETTERS.values()]
    shapes = np.kron(dots, np.ones((2, 2)))
    size = shapes.shape[-1]
    middle = (SIDE - size) // 2
    if not 0 <= shift <= middle:
        raise ValueError(f"shift is {shift}; expected 0 to {middle}, so that letters stay inside")
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(shapes), size=count)
    corners = middle + rng.integers(-shift, shift + 1, size=(count, 2))
    images = np.zeros((count, SIDE, SIDE))
    for image, label, (top, left) in zip(images, labels, corners, strict=True):
        image[top : top + size, left : left + size] = shapes[label]
    flipped = rng.random(images.shape) < specks
    return np.where(flipped, 1 - images, images), labels
