"""Digits named by a linear classifier on pixels, on HoG, and by a small ConvNet; and its levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import zoom
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from cnnlib import plots
from cnnlib._late import torch
from cnnlib.data import digits
from cnnlib.lessons.images import features
from cnnlib.look import COLOURS, MAPS, Box, Drawing, figure, styled
from cnnlib.training import accuracy, fit

Array = NDArray[Any]
#: What the levels of the ConvNet are called, and the layer behind which each is read.
LEVELS = {"pixels": 0, "level 1": 2, "level 2": 5, "level 3": 8}


@dataclass(frozen=True)
class Run:
    """What one split of the digits, and one start of the ConvNet, come to.

    Attributes
    ----------
    mistakes
        By method, on new digits.
    levels
        By level of the ConvNet, the share of new digits that are nearest to their class's mean.
    net
        The trained ConvNet.
    """

    mistakes: Mapping[str, int]
    levels: Mapping[str, float]
    net: "torch.nn.Sequential"


def split(seed: int) -> tuple[Array, Array]:
    """Return which digits are for training, two of three, and which are new."""
    order = np.random.default_rng(seed).permutation(len(digits()[1]))
    return order[:1199], order[1199:]


@cache
def digit_hogs() -> Array:
    """Return the HoG of every digit, enlarged to 32 by 32 pixels: 4 by 4 cells of 8 by 8."""
    large = zoom(digits()[0][:, 0], (1, 4, 4), order=1)
    return np.array([features.hog(each, cell=8) for each in large])


def linear(vectors: Array, labels: Array) -> LogisticRegression:
    """Return a linear classifier, trained."""
    # The matrices are small: more threads would only wait for each other.
    with threadpool_limits(1):
        return LogisticRegression(max_iter=1000).fit(vectors, labels)


def convnet(seed: int) -> "torch.nn.Sequential":
    """Return a small ConvNet for digits of 8 by 8 pixels: 15,338 parameters."""
    nn = torch.nn
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(128, 10),
    )  # fmt: skip


def race(seed: int) -> Run:
    """Train the three classifiers on the same digits, and count their mistakes on new ones."""
    images, labels = digits()
    old, new = split(seed)
    flat = images.reshape(len(images), -1)
    mistakes = {}
    for name, vectors in (("pixels, linear", flat), ("HoG, linear", digit_hogs())):
        found = linear(vectors[old], labels[old]).predict(vectors[new])
        mistakes[name] = int((found != labels[new]).sum())
    net = convnet(seed)
    list(fit(net, images[old], labels[old], epochs=15, lr=3e-3, seed=seed))
    right = accuracy(net, images[new], labels[new])
    mistakes["ConvNet"] = round((1 - right) * len(new))
    return Run(mistakes, levels(net, old, new), net)


def levels(net: "torch.nn.Sequential", old: Array, new: Array) -> dict[str, float]:
    """Return, level by level, how many new digits are nearest to the mean of their own class."""
    images, labels = digits()
    found = {}
    for name, depth in LEVELS.items():
        vectors = level(net, images, depth).reshape(len(images), -1)
        means = np.array([vectors[old][labels[old] == k].mean(axis=0) for k in range(10)])
        found[name] = float((features.nearest(vectors[new], means) == labels[new]).mean())
    return found


def level(net: "torch.nn.Sequential", images: Array, depth: int) -> Array:
    """Return what a net makes of images in its first so many layers."""
    with torch.no_grad():
        found: Array = net[:depth](torch.as_tensor(images, dtype=torch.float32)).numpy()
    return found


def draw_race(runs: Sequence[Run]) -> Drawing:
    """Draw the mistakes of each method: a bar for the mean, a dot for each run."""
    new = len(split(0)[1])
    means = {name: float(np.mean([r.mistakes[name] for r in runs])) for name in runs[0].mistakes}
    drawing = Drawing(
        f"Mistakes on {new} new digits, means of {len(runs)} runs: "
        + "; ".join(f"{name} {mean:.0f}" for name, mean in means.items())
    )
    unit = 560 / max(max(run.mistakes.values()) for run in runs)
    for number, (name, kind) in enumerate(zip(means, ("input", "kernel", "output"), strict=True)):
        y = 150.0 * number
        drawing.text(230, y + 64, name, size=28, anchor="end", bold=True)
        drawing.frame(Box(250, y, unit * means[name], 106), kind, fill=0.45, width=2)
        for run, each in enumerate(runs):
            drawing.circle(250 + unit * each.mistakes[name], y + 26 + 27 * run, 8, "ink", fill=1)
        most = max(means[name], *(run.mistakes[name] for run in runs))
        drawing.text(270 + unit * most + 10, y + 70, f"{means[name]:.0f}", size=52,
                     anchor="start", kind=kind, bold=True)  # fmt: skip
    drawing.circle(260, 474, 7, "ink", fill=1)
    drawing.text(280, 482, f"each dot is one run; mistakes on {new} new digits", size=23,
                 anchor="start", kind="muted")  # fmt: skip
    return drawing


def draw_levels(runs: Sequence[Run], which: int = 0) -> Drawing:
    """Draw a digit at each level of the ConvNet, and how far the classes are apart there."""
    images, _ = digits()
    means = {name: float(np.mean([run.levels[name] for run in runs])) for name in LEVELS}
    drawing = Drawing(
        "A digit and its maps at three levels; new digits nearest to their own class's mean: "
        + ", ".join(f"{name} {100 * mean:.0f} %" for name, mean in means.items())
    )
    for column, (name, depth) in enumerate(LEVELS.items()):
        x = 300.0 * column
        maps = level(runs[0].net, images[which : which + 1], depth)[0]
        strongest = np.argsort(-maps.reshape(len(maps), -1).var(axis=1))[:9]
        if depth == 0:
            drawing.image(1 - maps[0], x, 0, width=230, kind="input")
        else:
            for place, f in enumerate(strongest):
                i, j = divmod(place, 3)
                drawing.image(maps[f], x + 79.0 * j, 79.0 * i, width=72, kind="output",
                              cmap=MAPS["output"])  # fmt: skip
        drawing.text(x, 272, name, size=26, anchor="start", bold=True,
                     kind="output" if depth else "input")  # fmt: skip
        if column:
            drawing.line((x - 58, 115), (x - 12, 115), "muted", arrow=True)
        drawing.text(x, 352, f"{100 * means[name]:.0f} %", size=56, anchor="start", bold=True,
                     kind="output" if depth else "input")  # fmt: skip
        each = ", ".join(f"{100 * run.levels[name]:.1f}" for run in runs)
        drawing.text(x, 392, each, size=20, anchor="start", kind="muted")
    return drawing


def draw_templates(model: LogisticRegression, image: Array) -> Drawing:
    """Draw the ten templates of a linear classifier, and the scores that a digit gets."""
    weights = model.coef_.reshape(10, 8, 8)
    scores = model.decision_function(image.reshape(1, -1))[0]
    best = int(scores.argmax())
    drawing = Drawing(
        f"A digit and ten templates, blue where ink counts for the class, orange where it counts "
        f"against it; the {best} has the highest score."
    )
    most = float(np.abs(weights).max())
    drawing.image(1 - image.reshape(8, 8), 0, 130, width=220, kind="input", title="image x")
    drawing.text(250, 262, "·", size=90, bold=True)
    for k in range(10):
        i, j = divmod(k, 5)
        x, y = 320 + 172.0 * j, 265.0 * i
        drawing.image(weights[k], x, y, width=150, low=-most, high=most, cmap=MAPS["signed"],
                      kind="kernel")  # fmt: skip
        drawing.text(x, y + 196, f"{k}:", size=28, anchor="start", bold=True)
        words = f"{scores[k]:.1f}".replace("-", "−")
        drawing.text(x + 40, y + 196, words + (" ✓" if k == best else ""), size=28, anchor="start",
                     kind="output" if k == best else "muted", bold=k == best)  # fmt: skip
    return drawing


@styled
def draw_boundaries(classes: Sequence[int] = (0, 1, 4, 6)) -> plots.Picture:
    """Draw digits in the plane of two numbers, and where a linear classifier changes its mind."""
    images, labels = digits("train")
    chosen = np.isin(labels, classes)
    flat, truth = images[chosen].reshape(chosen.sum(), -1), labels[chosen]
    plane = PCA(2, svd_solver="full").fit_transform(flat)
    model = linear(plane, truth)
    low, high = plane.min(axis=0) - 0.2, plane.max(axis=0) + 0.2
    across, down = np.meshgrid(*(np.linspace(a, b, 300) for a, b in zip(low, high, strict=True)))
    named = model.predict(np.stack([across.ravel(), down.ravel()], axis=1)).reshape(across.shape)
    kinds = ("input", "kernel", "output", "gradient")
    made, ax = figure(10, 4.6)
    for label, kind in zip(classes, kinds, strict=True):
        ax.contourf(across, down, (named == label).astype(float), levels=(0.5, 1.5),
                    colors=[COLOURS[kind].light], alpha=0.16)  # fmt: skip
        for x, y in plane[truth == label][:45]:
            ax.text(x, y, str(label), color=COLOURS[kind].text, ha="center", va="center",
                    size=11, weight="bold")  # fmt: skip
    ax.set(xlabel="first number of PCA", ylabel="second number of PCA")
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    right = model.score(plane, truth)
    return plots.Picture(
        made,
        f"Digits {', '.join(map(str, classes))} in a plane that straight lines divide into "
        f"regions, one for each digit; {100 * right:.0f} % are in their own region.",
    )


def draw_audit(rows: Sequence[tuple[str, float]]) -> Drawing:
    """Draw error rates of groups as bars."""
    drawing = Drawing("Errors: " + "; ".join(f"{name} {share:.1f} %" for name, share in rows))
    for number, (name, share) in enumerate(rows):
        y = 108.0 * number
        kind = "wrong" if share == max(each for _, each in rows) else "input"
        drawing.text(370, y + 52, name, size=28, anchor="end", bold=True)
        drawing.frame(Box(390, y, max(15.0 * share, 3), 80), kind, fill=0.5, width=2)
        drawing.text(410 + 15 * share, y + 54, f"{share:.1f} %", size=40, anchor="start",
                     kind=kind, bold=True)  # fmt: skip
    return drawing
