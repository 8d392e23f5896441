"""Where to start: with activations between the layers, and with settings that are known to work."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.lessons.history.draw_plane import plane
from cnnlib.lessons.training.runs import Labelled, convnet, measure, one_thread, train
from cnnlib.look import Box, Drawing

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]


def separate(
    points: Array, classes: Array, *, activation: bool, seed: int = 0
) -> tuple["nn.Module", float]:
    """Train three linear layers on two classes of points, with or without ReLU between them.

    Returns
    -------
    net
        From points (N, 2) to scores (N,); positive for class 1.
    share
        Of the points that it gets right.
    """
    x, y = torch.as_tensor(points, dtype=torch.float32), torch.as_tensor(classes)
    torch.manual_seed(seed)
    layers: list[nn.Module] = [torch.nn.Linear(2, 24), torch.nn.Linear(24, 24)]
    if activation:
        layers = [each for layer in layers for each in (layer, torch.nn.ReLU())]
    net = torch.nn.Sequential(*layers, torch.nn.Linear(24, 1), torch.nn.Flatten(0))
    descent = torch.optim.Adam(net.parameters(), lr=0.02)
    with one_thread():
        for _ in range(250):
            loss = F.binary_cross_entropy_with_logits(net(x), y.float())
            descent.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            descent.step()
    with torch.no_grad():
        return net, float(((net(x) > 0) == (y == 1)).float().mean())


def collapsed(net: "nn.Module") -> Array:
    """Return the weights (w₁, w₂) of the single layer that linear layers in a row come to."""
    w = torch.eye(2)
    for layer in net.modules():
        if isinstance(layer, torch.nn.Linear):
            w = layer.weight.detach() @ w
    found: Array = w.numpy()[0]
    return found


def draw_planes(
    points: Array, classes: Array, panels: Sequence[tuple[str, str, "nn.Module", Sequence[float]]]
) -> Drawing:
    """Draw for each network how it divides the plane, and how many points it gets right.

    Parameters
    ----------
    panels
        A title, code, a network, and the share of points that each seed gets right.
    """
    drawing = Drawing(
        "Two half moons of points: " + "; ".join(f"{t}: {np.mean(s):.0%}" for t, _, _, s in panels)
    )
    for number, (title, code, net, shares) in enumerate(panels):

        def tint(places: Array, net: Any = net) -> Array:
            with torch.no_grad():
                scores = net(torch.as_tensor(places, dtype=torch.float32))
            tinted: Array = scores.sigmoid().numpy()
            return tinted

        box = Box(560.0 * number, 76, 400, 400)
        plane(drawing, points, 2 * classes - 1, region=tint, low=-2, high=2, box=box, radius=5)
        drawing.text(box.x, 22, title, size=28, anchor="start", bold=True)
        drawing.text(box.x, 58, code, size=22, anchor="start", mono=True, kind="kernel")
        good = np.mean(shares) > 0.95
        drawing.text(box.right + 16, 260, f"{100 * np.mean(shares):.0f} %", size=44, anchor="start",
                     kind="output" if good else "wrong", bold=True)  # fmt: skip
        drawing.text(box.right + 16, 296, "right", size=24, anchor="start")
    return drawing


@dataclass(frozen=True)
class Settings:
    """What one has to choose before a training."""

    lr: float
    momentum: float
    batch: int

    def __str__(self) -> str:
        return f"lr {self.lr:.0e}, momentum {self.momentum:g}, batch {self.batch}"


#: AlexNet's, unchanged: Krizhevsky et al. (2012), section 5.
ALEXNET = Settings(lr=1e-2, momentum=0.9, batch=128)


def guessed(count: int, seed: int) -> list[Settings]:
    """Return settings as somebody would guess them who has no recipe."""
    rng = np.random.default_rng(seed)
    return [
        Settings(
            lr=float(10 ** rng.uniform(-4, 0)),
            momentum=float(rng.choice([0, 0.5, 0.9, 0.99])),
            batch=int(rng.choice([16, 64, 128])),
        )
        for _ in range(count)
    ]


def tried(settings: Settings, known: Labelled, judge: Labelled, steps: int, seed: int = 0) -> float:
    """Return the accuracy after so many steps, with AlexNet's weight decay."""
    images, labels = known
    epochs = -(-steps // -(-len(images) // settings.batch))
    descent = partial(
        torch.optim.SGD, lr=settings.lr, momentum=settings.momentum, weight_decay=5e-4
    )
    net = convnet(8, 16, seed=seed)
    run = train(net, images, labels, descent, epochs=epochs, batch=settings.batch, seed=seed)
    return measure(run.net, *judge)[1]


def draw_tries(guesses: Sequence[float], recipe: Sequence[float]) -> Drawing:
    """Draw a dot for each training on a line from 0 to 100 %."""
    drawing = Drawing(
        f"Dots on two lines: {len(guesses)} guessed settings get from {min(guesses):.0%} to "
        f"{max(guesses):.0%} right; the recipe gets at least {min(recipe):.0%}."
    )
    for row, (name, kind, shares) in enumerate((
        (f"{len(guesses)} guesses", "wrong", guesses), ("AlexNet's recipe", "output", recipe),
    )):  # fmt: skip
        y = 100 + 190.0 * row
        drawing.text(0, y - 56, name, size=30, kind=kind, anchor="start", bold=True)
        drawing.line((0, y), (1080, y), "line", width=3)
        for share in shares:
            drawing.circle(1080 * share, y, 19, kind, fill=0.35, width=3)
    for tick in range(0, 101, 20):
        drawing.text(10.8 * tick, 380, f"{tick} %", size=24)
    drawing.text(1080, 426, "validation digits right", size=24, anchor="end", kind="muted")
    return drawing
