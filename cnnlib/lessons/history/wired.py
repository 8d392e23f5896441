"""A graph as a network in PyTorch: section 3.1 of the paper on random wiring."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class WiredNet(nn.Module):
    """A convolutional network for grey images whose nodes are wired as a graph says.

    Parameters
    ----------
    sources
        For each node those that it reads, all before it; the input, where there is none.
    outputs
        The nodes whose mean is the network's output.
    channels
        Of every node.
    classes
        Logits to return.
    """

    def __init__(
        self,
        sources: Sequence[Sequence[int]],
        outputs: Sequence[int],
        channels: int,
        classes: int,
    ) -> None:
        super().__init__()
        self.sources, self.outputs = sources, outputs
        self.stem = nn.Conv2d(1, channels, 3, padding=1)
        self.nodes = nn.ModuleList(_node(channels) for _ in sources)
        # How much of each input a node takes: the sigmoid of a number, so that it stays positive.
        self.shares = nn.ParameterList(nn.Parameter(torch.zeros(len(each))) for each in sources)
        self.head = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, (N, classes), of grey images, (N, 1, height, width)."""
        x = self.stem(x)
        found: list[Tensor] = []
        for node, sources, shares in zip(self.nodes, self.sources, self.shares, strict=True):
            taken = torch.sigmoid(shares)
            total = torch.stack([taken[i] * found[a] for i, a in enumerate(sources)] or [x])
            found.append(node(total.sum(dim=0)))
        mean = torch.stack([found[end] for end in self.outputs]).mean(dim=0)
        logits: Tensor = self.head(torch.relu(mean).mean(dim=(2, 3)))
        return logits


def _node(channels: int) -> nn.Sequential:
    """Return what a node does with the sum of its inputs: ReLU, a separable convolution, a norm."""
    return nn.Sequential(
        nn.ReLU(),
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
        nn.Conv2d(channels, channels, 1, bias=False),
        nn.BatchNorm2d(channels, momentum=0.3),  # few steps are made here
    )
