"""What is added to the loss: of the weights, the biases or the activations."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnlib._late import F, torch
from cnnlib.lessons.history.chart import Axes
from cnnlib.lessons.training.runs import one_thread
from cnnlib.look import MAPS, Box, Drawing

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[Any]
#: From a layer's kernel, its bias and its activations to what is added to the loss.
Added = Callable[["Tensor", "Tensor", "Tensor"], "Tensor"]


def templates(images: Array, labels: Array, l1: float = 0, l2: float = 0, seed: int = 0) -> Array:
    """Return the weights of a linear classifier, (classes, pixels), trained with a penalty.

    Parameters
    ----------
    l1, l2
        Factors of the sum of |w| and of the sum of w², which are added to the loss.
    seed
        Of the weights it starts with.
    """
    x, y = torch.as_tensor(images, dtype=torch.float32).flatten(1), torch.as_tensor(labels)
    torch.manual_seed(seed)
    layer = torch.nn.Linear(x.shape[1], int(labels.max()) + 1)
    descent = torch.optim.Adam(layer.parameters(), lr=0.02)
    fading = torch.optim.lr_scheduler.ExponentialLR(descent, 0.99)
    with one_thread():
        for _ in range(400):
            w = layer.weight
            loss = F.cross_entropy(layer(x), y) + l1 * w.abs().sum() + l2 * w.square().sum()
            descent.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            descent.step()
            fading.step()
    found: Array = layer.weight.detach().numpy()
    return found


def draw_templates(rows: Sequence[tuple[str, Array]], small: float = 0.01) -> Drawing:
    """Draw the weights of each classifier as ten images, with how long and how sparse they are."""
    drawing = Drawing(
        "Rows of ten weight images: "
        + "; ".join(f"{name}: squared length {np.square(w).sum():.0f}" for name, w in rows)
    )
    drawing.text(1000, -14, "‖w‖²", size=26, kind="kernel", bold=True)
    drawing.text(1140, -14, "near 0", size=26, bold=True)
    for number, (name, w) in enumerate(rows):
        top = 132.0 * number
        drawing.text(0, top + 62, name, size=28, anchor="start", bold=True)
        most = float(np.abs(w).max())
        for digit, weights in enumerate(w):
            drawing.image(weights.reshape(8, 8), 132 + 81.0 * digit, top, width=76, low=-most,
                          high=most, cmap=MAPS["signed"], kind="kernel")  # fmt: skip
            if number == len(rows) - 1:
                drawing.text(132 + 81.0 * digit + 38, top + 108, f"{digit}", size=22)
        drawing.text(1000, top + 52, f"{np.square(w).sum():.0f}", size=34, kind="kernel", bold=True)
        drawing.text(
            1140,
            top + 52,
            f"{np.mean(np.abs(w) < small):.0%}".replace("%", " %"),
            size=34,
            bold=True,
        )
    low = 132.0 * (len(rows) - 1) + 108
    drawing.text(970, low, "one of three seeds", size=20, kind="muted", anchor="start")
    return drawing


def pulled(start: float, rate: float, steps: int) -> tuple[Array, Array]:
    """Return a weight, step by step, that only the penalty moves: by L2, and by L1.

    Examples
    --------
    >>> l2, l1 = pulled(1.0, 0.25, 3)
    >>> l2.tolist(), l1.tolist()
    ([1.0, 0.75, 0.5625, 0.421875], [1.0, 0.75, 0.5, 0.25])
    """
    count = np.arange(steps + 1)
    return start * (1 - rate) ** count, np.sign(start) * np.maximum(abs(start) - rate * count, 0)


def draw_pulls(starts: Sequence[float], rate: float, steps: int, shown: int) -> Drawing:
    """Draw how far weights came after some steps, with L2 on the left and with L1 on the right."""
    drawing = Drawing(
        f"Weights that only the penalty moves, after {shown} steps: by L2 each loses the same "
        "share of its size, by L1 the same amount, until it is zero."
    )
    for side, (name, rule) in enumerate((("L2: w ← (1 − ηλ) w", 0), ("L1: w ← w ∓ ηλ", 1))):
        axes = Axes(drawing, Box(70 + 570 * side, 60, 480, 370), (0, steps), (0, 1.05))
        axes.frame([0, steps // 2, steps], [0, 1] if side == 0 else (), xlabel="steps")
        drawing.text(axes.box.x, 22, name, size=28, kind="kernel", anchor="start", bold=True)
        for number, start in enumerate(starts):
            w = pulled(start, rate, steps)[rule][: shown + 1]
            axes.curve(np.arange(len(w)), w, "kernel", key=f"pull-{side}-{number}")
            gone = bool(w[-1] == 0)
            axes.dot(shown, float(w[-1]), "wrong" if gone else "kernel", key=f"end-{side}-{number}")
    return drawing


def layer_with(added: Added | None, images: Array, labels: Array, seed: int = 0) -> Array:
    """Return what a hidden layer is like that was trained with a penalty.

    Returns
    -------
    array
        ‖kernel‖², ‖bias‖², and the mean of its activations.
    """
    x, y = torch.as_tensor(images, dtype=torch.float32).flatten(1), torch.as_tensor(labels)
    torch.manual_seed(seed)
    layer, last = torch.nn.Linear(64, 32), torch.nn.Linear(32, 10)
    torch.nn.init.constant_(layer.bias, 0.5)
    descent = torch.optim.Adam([*layer.parameters(), *last.parameters()], lr=0.02)
    with one_thread():
        for _ in range(200):
            a = layer(x).relu()
            loss = F.cross_entropy(last(a), y)
            if added:
                loss = loss + added(layer.weight, layer.bias, a)
            descent.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            descent.step()
    with torch.no_grad():
        a = layer(x).relu()
        return np.array([layer.weight.square().sum(), layer.bias.square().sum(), a.mean()])


def draw_tensors(rows: Mapping[str, Sequence[Array]], names: Sequence[str]) -> Drawing:
    """Draw a table: a row for each penalty, a column for each tensor, and its seeds as dots.

    Parameters
    ----------
    rows
        For each penalty what the layer was like, one array for each seed. The first is without
        one, and the lengths of the bars are shares of it.
    names
        Of the columns.
    """
    none = np.mean(next(iter(rows.values())), axis=0)
    drawing = Drawing(
        "; ".join(f"{name}: {', '.join(f'{v:.2f}' for v in np.mean(runs, axis=0))}"
                  for name, runs in rows.items())
    )  # fmt: skip
    for column, name in enumerate(names):
        drawing.text(400 + 270 * column, -14, name, size=26, anchor="start", bold=True)
    for number, (penalty, runs) in enumerate(rows.items()):
        top = 104.0 * number
        drawing.text(0, top + 54, penalty, size=25, anchor="start", mono=number > 0, bold=True)
        for column, value in enumerate(np.mean(runs, axis=0)):
            aimed = column == number - 1
            x, wide = 400 + 270.0 * column, 150 * min(1.25, value / none[column])
            drawing.frame(Box(x, top + 14, max(wide, 3), 62), "kernel" if aimed else "muted",
                          width=2, fill=0.7 if aimed else 0.25)  # fmt: skip
            for place, run in enumerate(runs):
                at = x + 150 * min(1.25, run[column] / none[column])
                drawing.circle(at, top + 26 + 19 * place, 5, "ink", fill=1)
            words = "≈ 0" if value < 0.005 else f"{value:.2g}" if value < 10 else f"{value:.0f}"
            drawing.text(x + max(wide, 12) + 22, top + 54, words, size=30, anchor="start",
                         bold=aimed, kind="kernel" if aimed else "ink")  # fmt: skip
    return drawing
