"""What gradients are for: a kernel is found by dw, a blurred photo comes back by dx."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.look import Drawing

Grid = NDArray[np.float64]
SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@dataclass(frozen=True)
class Found:
    """What descent had after some steps, and how far it was off."""

    after: Mapping[int, Grid]
    errors: Mapping[int, float]


def find_kernel(image: Grid, kernel: Grid, seed: int, shown: Sequence[int]) -> Found:
    """Start with a random kernel and follow dw until it makes the same map.

    Errors are the largest differences to the kernel that made the map.
    """
    x, target = torch.tensor(image)[None, None], torch.tensor(kernel)[None, None]
    y = F.conv2d(x, target)
    generator = torch.Generator().manual_seed(seed)
    w = torch.randn(target.shape, generator=generator, dtype=torch.float64)
    after, speed = {}, torch.zeros_like(w)
    for step in range(max(shown) + 1):
        if step in shown:
            after[step] = w.numpy()[0, 0].copy()
        dy = (F.conv2d(x, w) - y) / y.numel()
        dw = F.conv2d(x, dy)  # a correlation of x with dy
        speed = 0.95 * speed - 0.35 * dw
        w = w + speed
    return Found(after, {step: float(abs(w - kernel).max()) for step, w in after.items()})


def find_photo(blurred: Grid, blur: Grid, shown: Sequence[int]) -> dict[int, Grid]:
    """Start with a blurred photo and follow dx until its blur is what we have."""
    y = torch.tensor(blurred)[None, None]
    w, rim = torch.tensor(blur)[None, None], len(blur) // 2
    x, speed, after = y.clone(), torch.zeros_like(y), {}
    for step in range(max(shown) + 1):
        if step in shown:
            after[step] = x.numpy()[0, 0].copy()
        dy = F.conv2d(x, w, padding=rim) - y
        dx = F.conv_transpose2d(dy, w, padding=rim)
        speed = 0.9 * speed - 0.8 * dx
        x = x + speed
    return after


def blurred(image: Grid, blur: Grid) -> Grid:
    """Return an image as a kernel blurs it, with zeros around it."""
    y = F.conv2d(torch.tensor(image)[None, None], torch.tensor(blur)[None, None],
                 padding=len(blur) // 2)  # fmt: skip
    return np.array(y.numpy()[0, 0])


def gaussian(size: int, spread: float) -> Grid:
    """Return a blur.

    Examples
    --------
    >>> round(float(gaussian(5, 1.0).sum()), 6)
    1.0
    """
    t = np.arange(size) - size // 2
    row = np.exp(-(t**2) / (2 * spread**2))
    return np.array(np.outer(row, row) / row.sum() ** 2)


def draw_kernels(found: Mapping[int, Found], image: Grid) -> list[Drawing]:
    """Draw the kernels of all seeds, step after step, and the map that one of them makes."""
    first = next(iter(found.values()))
    return [_kernels(found, image, step) for step in first.after]


def _kernels(found: Mapping[int, Found], image: Grid, step: int) -> Drawing:
    drawing = Drawing(
        f"Three kernels with random starts, after {step} steps, and the map that the first makes."
    )
    seed, first = next(iter(found.items()))
    made = F.conv2d(torch.tensor(image)[None, None], torch.tensor(first.after[step])[None, None])
    shown = drawing.image(np.abs(made.numpy()[0, 0]), 0, 0, width=390, kind="output",
                          cmap="gray_r", title=f"|y|, seed {seed}", smooth=True)  # fmt: skip
    for number, (name, run) in enumerate(found.items()):
        w = run.after[step]
        box = drawing.grid(w.round(1) + 0.0, 450 + 236 * number, 60, side=68, kind="kernel",
                           title=f"w, seed {name}", strong=np.ones(w.shape, bool),
                           size=23)  # fmt: skip
        drawing.text(box.middle[0], box.bottom + 44, f"off by {run.errors[step]:.2f}", size=26,
                     kind="wrong" if run.errors[step] > 0.1 else "output", bold=True)  # fmt: skip
    drawing.text(450, shown.bottom - 60, f"after {step} steps", size=40, anchor="start", bold=True)
    return drawing


def draw_photos(after: Mapping[int, Grid], image: Grid) -> list[Drawing]:
    """Draw what is left of the blur, step after step."""
    drawings = []
    for step, x in after.items():
        off = float(np.abs(x - image).mean())
        drawing = Drawing(f"The photo after {step} steps, {off:.3f} away from the sharp one.")
        now = drawing.image(x, 0, 0, width=390, kind="input", low=0, high=1, smooth=True,
                            title=f"x after {step} steps")  # fmt: skip
        gap = drawing.image(np.abs(x - image), now.right + 50, 0, width=290, kind="wrong", low=0,
                            high=0.25, cmap="gray_r", smooth=True,
                            title="what is still wrong")  # fmt: skip
        drawing.text(gap.middle[0], gap.bottom + 46, f"{100 * off:.1f} % off", size=34,
                     kind="wrong", bold=True)  # fmt: skip
        drawing.image(image, gap.right + 50, 0, width=290, kind="output", low=0, high=1,
                      smooth=True, title="the sharp photo")  # fmt: skip
        drawings.append(drawing)
    return drawings


def draw_title(before: Grid, after: Grid) -> Drawing:
    """Draw a blurred photo and what dx makes of it."""
    drawing = Drawing("A blurred photo of Grace Hopper, and the sharp photo that dx has recovered.")
    left = drawing.image(before, width=300, low=0, high=1, smooth=True)
    drawing.text(left.middle[0], left.bottom + 40, "blurred", size=26, kind="output", bold=True)
    drawing.line((318, left.middle[1]), (402, left.middle[1]), "gradient", width=8, arrow=True)
    drawing.text(360, left.middle[1] - 24, "dx", size=40, kind="gradient", bold=True)
    right = drawing.image(after, 420, width=300, low=0, high=1, smooth=True)
    drawing.text(right.middle[0], right.bottom + 40, "recovered", size=26, kind="input", bold=True)
    return drawing
