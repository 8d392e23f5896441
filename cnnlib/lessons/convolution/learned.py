"""Kernels and filters that gradient descent finds, and what sharing weights saves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.look import Drawing
from cnnlib.spec import Flatten, ReLU, Sequential
from cnnlib.training import fit

Array = NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """What a layer was like after some steps: kernel, output, error, by the number of steps."""

    kernels: dict[int, Array]
    outputs: dict[int, Array]
    errors: dict[int, float]


def find_kernel(image: Array, wanted: Array, show: Iterable[int]) -> History:
    """Let gradient descent find the 3 × 3 kernel that makes one picture of another.

    Parameters
    ----------
    image
        `(H, W)`, best without its mean.
    wanted
        `(H - 2, W - 2)`, what the kernel should make of it.
    show
        The numbers of steps after which to look; the largest is where it ends.
    """
    x, y = torch.as_tensor(image)[None, None], torch.as_tensor(wanted)[None, None]
    layer = torch.nn.Conv2d(1, 1, 3, bias=False, dtype=torch.float64)
    torch.nn.init.zeros_(layer.weight)
    descent = torch.optim.Adam(layer.parameters(), lr=0.1)
    stops = set(show)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(descent, max(stops))
    history = History({}, {}, {})
    for step in range(max(stops) + 1):
        made = layer(x)
        error = F.mse_loss(made, y)
        if step in stops:
            history.kernels[step] = layer.weight.detach().numpy()[0, 0].copy()
            history.outputs[step] = made.detach().numpy()[0, 0]
            history.errors[step] = error.item()
        descent.zero_grad()
        error.backward()  # type: ignore[no-untyped-call]
        descent.step()
        slower.step()
    return history


def trained(spec: Sequential, data: tuple[NDArray[Any], NDArray[Any]], seeds: int) -> list[Any]:
    """Return the network of a description, trained on digits, once from each seed."""
    nets = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        net = spec.to_torch()
        list(fit(net, *data, epochs=20, lr=1e-2, seed=seed))
        nets.append(net)
    return nets


def saved(counts: Mapping[str, int]) -> Drawing:
    """Draw how many parameters each way of connecting needs, on a logarithmic scale."""
    drawing = Drawing("; ".join(f"{name}: {count:,} parameters" for name, count in counts.items()))
    longest = np.log10(max(counts.values()))
    for number, (name, count) in enumerate(counts.items()):
        y = number * 150.0
        wide = 720 * np.log10(count) / longest
        drawing.text(0, y, name, size=26, anchor="start")
        drawing.bar(0, y + 16, wide, 66, "kernel")
        drawing.text(wide + 18, y + 64, f"{count:,}", size=44, anchor="start", bold=True,
                     kind="kernel")  # fmt: skip
    scale = "parameters; each mark on the scale is ten times the one before"
    drawing.text(0, 3 * 150 - 20, scale, size=20, anchor="start", kind="muted")
    for power in range(1, 8):
        x = 720 * power / longest
        drawing.line((x, 3 * 150 - 62), (x, 3 * 150 - 48), "muted", width=2)
    return drawing


def blocks(net: Sequential) -> list[tuple[str, tuple[int, ...]]]:
    """Return a network's layers that change the shape, with the shapes that they make."""
    rows: list[tuple[str, tuple[int, ...]]] = [("image", tuple(net.input_shape or ()))]
    for row in net.summary().rows:
        if not isinstance(row.layer, ReLU | Flatten):
            rows.append((type(row.layer).__name__, tuple(row.output_shape)))
    return rows


def loops() -> Drawing:
    """Draw what the exercise builds: every window becomes a row of one matrix."""
    drawing = Drawing("Every window of the image becomes a row of a matrix; times the kernel as a "
                      "column it gives all outputs at once.")  # fmt: skip
    image = np.arange(1, 10).reshape(3, 3)
    x = drawing.grid(image, 0, 40, side=62, kind="input", title="x")
    drawing.frame(x.cell(0, 0, 2, 2), "input", width=5)
    rows = np.array([image[i : i + 2, j : j + 2].ravel() for i in range(2) for j in range(2)])
    first = np.zeros(rows.shape, bool)
    first[0] = True
    cols = drawing.grid(rows, x.right + 80, 10, side=62, kind="input", title="im2col(x)",
                        strong=first)  # fmt: skip
    drawing.line((x.right + 12, x.middle[1]), (cols.x - 12, x.middle[1]), arrow=True)
    w = drawing.grid(np.full((4, 1), np.nan), cols.right + 40, 10, side=62, kind="kernel",
                     title="w")  # fmt: skip
    drawing.text(w.right + 24, 140, "=", size=40, bold=True, kind="muted")
    drawing.grid(np.full((4, 1), np.nan), w.right + 48, 10, side=62, kind="output", title="y")
    return drawing
