"""A graph as a network in PyTorch: section 3.1 of the paper on random wiring."""

import torch
from torch import Tensor, nn

from cnnlib.lessons.history.wiring import Wiring


class WiredNet(nn.Module):
    """A convolutional network whose nodes are wired as a graph says; see `Wiring.to_torch`."""

    def __init__(self, wiring: Wiring, channels: int, classes: int) -> None:
        super().__init__()
        self.sources = [[a for a, b in wiring.edges if b == node] for node in range(wiring.nodes)]
        self.ends = wiring.outputs()
        self.stem = nn.Conv2d(1, channels, 3, padding=1)
        self.nodes = nn.ModuleList(_node(channels) for _ in range(wiring.nodes))
        # How much of each input a node takes: the sigmoid of a number, so that it stays positive.
        self.shares = nn.ParameterList(nn.Parameter(torch.zeros(len(a))) for a in self.sources)
        self.head = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, (N, classes), of grey images, (N, 1, height, width)."""
        x = self.stem(x)
        found: list[Tensor] = []
        for node, sources, shares in zip(self.nodes, self.sources, self.shares, strict=True):
            taken = torch.sigmoid(shares)
            total = torch.stack([taken[i] * found[a] for i, a in enumerate(sources)] or [x])
            found.append(node(total.sum(dim=0)))
        mean = torch.stack([found[end] for end in self.ends]).mean(dim=0)
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
