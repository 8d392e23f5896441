"""Networks wired at random.

S. Xie, A. Kirillov, R. Girshick and K. He, "Exploring randomly wired neural networks for image
recognition", ICCV 2019.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import networkx

if TYPE_CHECKING:
    from torch import nn

Edge: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Wiring:
    """A graph without cycles: every edge leads from a node to one with a larger number.

    Attributes
    ----------
    nodes
        How many.
    edges
        (from, to), sorted.
    """

    nodes: int
    edges: tuple[Edge, ...]

    def inputs(self) -> list[int]:
        """Return the nodes that no edge leads to: they read the network's input."""
        reached = {b for _, b in self.edges}
        return [node for node in range(self.nodes) if node not in reached]

    def outputs(self) -> list[int]:
        """Return the nodes that no edge leaves: their mean is the network's output."""
        left = {a for a, _ in self.edges}
        return [node for node in range(self.nodes) if node not in left]

    def sources(self) -> list[list[int]]:
        """Return for each node those from which an edge leads to it."""
        return [[a for a, b in self.edges if b == node] for node in range(self.nodes)]

    def depths(self) -> list[int]:
        """Return the edges on the longest way to each node.

        Examples
        --------
        >>> Wiring(4, ((0, 1), (0, 2), (1, 2))).depths()
        [0, 1, 2, 0]
        """
        depths = [0] * self.nodes
        for a, b in self.edges:  # sorted: no edge leads back to a node already passed
            depths[b] = max(depths[b], depths[a] + 1)
        return depths

    def to_torch(self, channels: int = 12, classes: int = 10) -> "nn.Module":
        """Return the graph as a network for grey images, with PyTorch's initial weights.

        Each node sums its inputs, each times a share that it learns, and sends the sum through a
        ReLU, a separable convolution of 3×3 and a batch normalisation. Without pooling: the images
        here are small.
        """
        from cnnlib.lessons.history.wired import WiredNet  # it derives a class from PyTorch's

        return WiredNet(self.sources(), self.outputs(), channels, classes)


def watts_strogatz(nodes: int = 32, neighbours: int = 4, p: float = 0.75, seed: int = 0) -> Wiring:
    """Wire a ring of neighbours, then move each edge's far end elsewhere, by chance.

    D. Watts and S. Strogatz, "Collective dynamics of 'small-world' networks", Nature 393 (1998).
    The defaults, WS(4, 0.75) with 32 nodes, are the best in the paper of 2019.

    Parameters
    ----------
    nodes
        In the ring.
    neighbours
        Of each node, half on either side: even, and fewer than `nodes`.
    p
        That an edge is moved: 0 leaves the ring, 1 is all chance.

    Examples
    --------
    >>> watts_strogatz(5, 2, 0).edges
    ((0, 1), (0, 4), (1, 2), (2, 3), (3, 4))
    """
    if neighbours % 2 or not 0 < neighbours < nodes:
        raise ValueError(
            f"neighbours is {neighbours}; it must be even, and between 2 and {nodes - 1}: "
            "half are on either side"
        )
    graph = networkx.watts_strogatz_graph(nodes, neighbours, p, seed=seed)
    return Wiring(nodes, tuple(sorted((min(edge), max(edge)) for edge in graph.edges)))
