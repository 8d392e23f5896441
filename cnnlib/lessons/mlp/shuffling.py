"""Pixels shuffled in one way for all images, and digits moved: which network copes with what."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib import plots
from cnnlib._late import torch
from cnnlib.explore import Steps
from cnnlib.look import COLOURS, Box, Drawing, figure
from cnnlib.training import accuracy, fit

Array = NDArray[Any]
Labelled = tuple[Array, Array]
#: Side of the canvas that digits are put on.
CANVAS = 12


def mlp(side: int = CANVAS) -> "torch.nn.Module":
    """Return an MLP for images of this side: 128 hidden units, 10 classes."""
    nn = torch.nn
    return nn.Sequential(nn.Flatten(), nn.Linear(side**2, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn() -> "torch.nn.Module":
    """Return a small convolutional network for images of any size."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1),
        nn.Flatten(), nn.Linear(32, 10),
    )  # fmt: skip


def placed(images: Array, rng: np.random.Generator | None = None, *, side: int = CANVAS,
           shift: int = 0) -> Array:  # fmt: skip
    """Return 8 × 8 digits on larger canvases: somewhere, or a few pixels beside the middle."""
    out = np.zeros((len(images), 1, side, side))
    free = side - images.shape[-1]
    for canvas, image in zip(out, images, strict=True):
        if rng is not None:
            row, column = rng.integers(0, free + 1, 2)
        else:
            row, column = free // 2, free // 2 + shift
        canvas[0, row : row + image.shape[-2], column : column + image.shape[-1]] = image[0]
    return out


def shuffled(images: Array, order: Array) -> Array:
    """Return images whose pixels are in another order, the same for all of them."""
    return images.reshape(len(images), -1)[:, order].reshape(images.shape)


def trained(make: Callable[[], "torch.nn.Module"], data: Labelled, seed: int,
            epochs: int) -> "torch.nn.Module":  # fmt: skip
    """Return a network after training; seed and data decide everything."""
    torch.manual_seed(seed)
    net = make()
    list(fit(net, *data, epochs=epochs, batch=64, lr=5e-3, seed=seed))
    return net


def compare(
    train: Labelled, test: Labelled, seeds: int = 3, epochs: int = 15
) -> dict[str, list[float]]:
    """Return the test accuracies of both networks, on images as they are and shuffled.

    Each seed has its own start, order of training, and permutation of the pixels.
    """
    found: dict[str, list[float]] = {}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(CANVAS**2)
        for name, make in (("MLP", mlp), ("CNN", cnn)):
            for what, change in (("as they are", None), ("shuffled", order)):
                x, x_test = (each if change is None else shuffled(each, change)
                             for each in (train[0], test[0]))  # fmt: skip
                net = trained(make, (x, train[1]), seed, epochs)
                found.setdefault(f"{name}, {what}", []).append(accuracy(net, x_test, test[1]))
    return found


def moved(train: Labelled, test: Labelled, shifts: Sequence[int], seeds: int = 3,
          epochs: int = 10) -> dict[str, Array]:  # fmt: skip
    """Return accuracies (seeds, shifts) of networks that learned centred digits.

    They are tested on digits that many pixels to the right of the middle.
    """
    side = train[0].shape[-1] + 2 * max(shifts)
    centred = placed(train[0], side=side), train[1]
    tests = [placed(test[0], side=side, shift=shift) for shift in shifts]
    found = {}
    for name, make in (("MLP", partial(mlp, side)), ("CNN", cnn)):
        nets = [trained(make, centred, seed, epochs) for seed in range(seeds)]
        found[name] = np.array(
            [[accuracy(net, images, test[1]) for images in tests] for net in nets]
        )
    return found


def draw_moved(found: Mapping[str, Array], shifts: Sequence[int]) -> plots.Picture:
    """Draw accuracy over the shift: a thin line for each seed, a thick one for their mean."""
    drawn, ax = figure(9, 4.2)
    for (name, runs), (kind, style) in zip(
        found.items(), (("wrong", "--"), ("output", "-")), strict=True
    ):
        colour = COLOURS[kind].light
        ax.plot(shifts, 100 * runs.T, style, color=colour, linewidth=0.8, alpha=0.7)
        ax.plot(shifts, 100 * runs.mean(0), style, color=colour, linewidth=3)
        end = 100 * float(runs.mean(0)[-1])
        ax.text(shifts[-1] + 0.08, end, f"{name}: {end:.0f} %", va="center", weight="bold",
                color=COLOURS[kind].text)  # fmt: skip
    ax.set(xlabel="shift of the digit, in pixels", ylabel="new digits right, per cent",
           xlim=(0, shifts[-1] * 1.2), ylim=(0, 100))  # fmt: skip
    ax.set_xticks(list(shifts))
    return plots.Picture(
        drawn,
        "Accuracy over the shift of the digit: the CNN's hardly falls, the MLP's falls steeply.",
    )


def draw_shuffle(images: Array, labels: Array, order: Array) -> Steps:
    """Show digits, then the same digits with their pixels in another order."""
    mixed = shuffled(images, order)
    return Steps(
        [_digits(images, None), _digits(mixed, None), _digits(mixed, labels)],
        ["Ten digits, with their 144 pixels in their places.",
         "The same pixels, shuffled in the same way in every image.",
         "Which is which: no information is lost."],
    )  # fmt: skip


def _digits(images: Array, labels: Array | None) -> Drawing:
    drawing = Drawing(
        f"{len(images)} images of {CANVAS} by {CANVAS} pixels"
        + ("." if labels is None else f": the digits {', '.join(map(str, labels))}.")
    )
    for number, image in enumerate(images):
        row, column = divmod(number, 5)
        box = drawing.image(1 - image[0], 225.0 * column, 250.0 * row, width=190, kind="input",
                            low=0, high=1)  # fmt: skip
        if labels is not None:
            drawing.text(box.middle[0], box.bottom + 40, f"{labels[number]}", size=34, bold=True,
                         kind="output")  # fmt: skip
    drawing.room(0, 0, 1090, 490)
    return drawing


def draw_columns(w: Array, x: Array, order: Array) -> Steps:
    """Show why an MLP does not notice: the columns of W can move with the pixels."""
    captions = ("W times x.", "The pixels move: the sums are wrong.",
                "The columns of W move with them: the sums are the same.")  # fmt: skip
    still, moved = np.arange(len(x)), np.argsort(order)
    stages = ((still, still), (moved, still), (moved, moved))
    return Steps([_columns(w, x, *places) for places in stages], captions)


def _columns(w: Array, x: Array, pixels: Array, columns: Array) -> Drawing:
    """Draw pixels and columns in their places, and the sums that result; wrong ones are marked."""
    sums = w[:, np.argsort(columns)] @ x[np.argsort(pixels)]
    same = np.array_equal(sums, w @ x)
    drawing = Drawing(
        f"A matrix of {w.shape[0]} by {w.shape[1]}, {len(x)} inputs and {len(w)} sums: "
        + ", ".join(f"{total:g}" for total in sums)
    )
    side = 78.0
    drawing.text(10, 42, "x", size=32, kind="input", bold=True, anchor="start")
    drawing.text(0, 230, "W", size=32, kind="kernel", bold=True, anchor="start")
    for i, (place, column) in enumerate(zip(pixels.tolist(), columns.tolist(), strict=True)):
        box = Box(60 + side * place, 0, side, 64)
        _cell(drawing, box, f"{x[i]:g}", "input", 0.1 + 0.09 * x[i], f"x-{i}")
        for j, row in enumerate(w):
            words = f"{row[i]:g}".replace("-", "−")
            _cell(drawing, Box(60 + side * column, 130 + 90.0 * j, side, 72), words, "kernel",
                  0.08 + 0.1 * abs(row[i]), f"w-{j}-{i}")  # fmt: skip
    for j, total in enumerate(sums):
        words = f"{total:g}".replace("-", "−")
        number = (words, "output") if same else (f"{words} ✗", "wrong")
        drawing.text(90 + side * len(x), 178 + 90.0 * j, ["= ", number], size=40, bold=True,
                     anchor="start")  # fmt: skip
    drawing.room(0, -10, 60 + side * len(x) + 220, 130 + 90 * len(w))
    return drawing


def _cell(drawing: Drawing, box: Box, words: str, kind: str, fill: float, key: str) -> None:
    drawing.frame(box, kind, width=2, fill=fill, key=key)
    drawing.text(*(box.middle[0], box.middle[1] + 11), words, size=30, bold=True,
                 key=f"{key}-number")  # fmt: skip
