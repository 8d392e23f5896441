"""Small networks, trained on the bundled digits: deep and shallow, plain and residual, wide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnlib._late import torch
from cnnlib.data import digits
from cnnlib.lessons.history.chart import Axes
from cnnlib.look import Box, Drawing
from cnnlib.spec import (
    BatchNorm,
    Conv,
    Flatten,
    GlobalAvgPool,
    Layer,
    Linear,
    MaxPool,
    ReLU,
    Residual,
    Sequential,
)
from cnnlib.training import accuracy, fit


def stack(blocks: int, *, residual: bool, width: int = 16) -> Sequential:
    """Return a network of 2 · blocks + 2 layers that learn, plain or residual.

    Examples
    --------
    >>> plain, residual = stack(3, residual=False), stack(3, residual=True)
    >>> plain.summary().parameters == residual.summary().parameters
    True
    """

    def conv() -> list[Layer]:
        return [Conv(width, 3, padding=1, bias=False), BatchNorm()]

    layers: list[Layer] = [*conv(), ReLU(), MaxPool(2)]
    for _ in range(blocks):
        body = [*conv(), ReLU(), *conv()]
        layers += [Residual(*body) if residual else Sequential(*body), ReLU()]
    return Sequential(*layers, GlobalAvgPool(), Flatten(), Linear(10), input_shape=(1, 8, 8))


def rivals() -> tuple[Sequential, Sequential, Sequential]:
    """Return a wide MLP, one wide convolution and four narrow ones, of about equally many weights.

    Both convolutional networks end in an average over each map, so that what counts is what their
    units see.

    Examples
    --------
    >>> [net.summary().parameters for net in rivals()]
    [4810, 4819, 4370]
    """

    def conv(width: int) -> list[Layer]:
        return [Conv(width, 3, padding=1, bias=False), BatchNorm(), ReLU()]

    head = GlobalAvgPool(), Flatten(), Linear(10)
    shape = (1, 8, 8)
    return (
        Sequential(Flatten(), Linear(64), ReLU(), Linear(10), input_shape=shape),
        Sequential(*conv(229), *head, input_shape=shape),
        Sequential(*conv(8), *conv(8), MaxPool(2), *conv(16), *conv(16), *head, input_shape=shape),
    )


@dataclass(frozen=True)
class Run:
    """One training: the loss of each epoch, and the share of digits named right at the end."""

    losses: tuple[float, ...]
    known: float
    new: float


def train(
    net: Sequential, seeds: Sequence[int] = (0, 1, 2), *, epochs: int, batch: int = 128,
    lr: float = 3e-3,
) -> list[Run]:  # fmt: skip
    """Train a network on the bundled digits, once for each seed.

    The images are small: one thread is faster than several, which would wait for each other.
    """
    images, labels = digits("train")
    found = []
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for seed in seeds:
            torch.manual_seed(seed)
            module = net.to_torch()
            losses = tuple(
                fit(module, images, labels, epochs=epochs, batch=batch, lr=lr, seed=seed)
            )
            shares = accuracy(module, images, labels), accuracy(module, *digits("test"))
            found.append(Run(losses, *shares))
    finally:
        torch.set_num_threads(threads)
    return found


def draw_losses(runs: Mapping[str, Sequence[Run]], kinds: Mapping[str, str]) -> Drawing:
    """Draw the loss of each run over the epochs; runs of one network share a colour."""
    drawing = Drawing(
        "Training loss by epoch; at the end: "
        + "; ".join(
            f"{name} " + ", ".join(f"{run.losses[-1]:.2f}" for run in each)
            for name, each in runs.items()
        )
    )
    epochs = max(len(run.losses) for each in runs.values() for run in each)
    axes = Axes(drawing, Box(70, 20, 720, 420), (1, epochs), (0, 2.5))
    axes.frame(range(1, epochs + 1), (0, 0.5, 1, 1.5, 2, 2.5), xlabel="epoch",
               ylabel="loss on the training digits")  # fmt: skip
    for name, each in runs.items():
        for run in each:
            axes.curve(range(1, len(run.losses) + 1), run.losses, kinds[name])
    ends = {name: float(np.mean([run.losses[-1] for run in each])) for name, each in runs.items()}
    last = -100.0
    for name, end in sorted(ends.items(), key=lambda item: -item[1]):
        _, y = axes.at(epochs, end)
        y = max(y + 8, last + 74)
        last = y
        drawing.text(812, y - 6, name, size=25, anchor="start", kind=kinds[name], bold=True)
        shares = ", ".join(f"{100 * run.new:.0f} %" for run in runs[name])
        drawing.text(812, y + 22, f"new digits: {shares}", size=20, anchor="start", kind="muted")
    drawing.room(0, 0, 1154, 500)
    return drawing


def draw_race(runs: Mapping[str, Sequence[Run]], words: Mapping[str, str],
              kinds: Mapping[str, str]) -> Drawing:  # fmt: skip
    """Draw how many new digits each network gets right: a dot for each run."""
    drawing = Drawing(
        "New digits classified correctly: "
        + "; ".join(
            f"{name} " + ", ".join(f"{100 * run.new:.1f} %" for run in each)
            for name, each in runs.items()
        )
    )
    low = 5 * int(min(20 * run.new for each in runs.values() for run in each))
    axes = Axes(drawing, Box(400, 30, 740, 350), (low, 100), (0, len(runs)))
    ticks = {float(value): f"{value} %" for value in range(low, 101, 5)}
    axes.frame(ticks, (), xlabel="new digits classified correctly")
    for number, (name, each) in enumerate(runs.items()):
        y = len(runs) - number - 0.5
        _, middle = axes.at(low, y)
        drawing.text(376, middle - 4, name, size=27, anchor="end", kind=kinds[name], bold=True)
        drawing.text(376, middle + 26, words[name], size=21, anchor="end", kind="muted")
        drawing.line(axes.at(low, y), axes.at(100, y), "line", width=1.5)
        mean = float(np.mean([100 * run.new for run in each]))
        x, _ = axes.at(mean, y)
        drawing.line((x, middle - 34), (x, middle + 34), kinds[name], width=5)
        for run in each:
            axes.dot(100 * run.new, y, kinds[name], radius=10)
    return drawing
