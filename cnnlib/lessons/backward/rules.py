"""The two rules that everything follows from, and what they make of biases and channels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Drawing
from cnnlib.look.parts import Words

Grid = NDArray[np.float64]


def draw_product(x: float, w: float, dy: float) -> Drawing:
    """Draw one product, forward above and backward below."""
    drawing = Drawing(
        f"A product of {x:g} and {w:g}. On the way back, x gets dy times w, {dy * w:g}, and w gets "
        f"dy times x, {dy * x:g}."
    )
    for name, value, kind, y in (("x", x, "input", 100.0), ("w", w, "kernel", 380.0)):
        _unit(drawing, 100, y, name, value, kind)
        end = 240 + 28 * (-1 if kind == "input" else 1)
        drawing.line((165, y - 18), (444, end - 34), kind, arrow=True, width=4)
        drawing.line((444, end + 26), (165, y + 34), "gradient", arrow=True, width=5)
    _unit(drawing, 510, 240, "·", x * w, "ink", name_size=50)
    drawing.line((578, 222), (780, 222), "output", arrow=True, width=4)
    drawing.line((780, 264), (578, 264), "gradient", arrow=True, width=5)
    drawing.text(850, 216, f"y = {x * w:g}", size=36, kind="output", bold=True)
    drawing.text(850, 278, f"dy = {dy:g}", size=36, kind="gradient", bold=True)
    words: Words
    for y, name, other, kind in ((204.0, "dx", w, "kernel"), (302.0, "dw", x, "input")):
        words = [(f"{name} = ", "gradient"), (f"{dy:g}", "gradient"), " · ", (f"{other:g}", kind),
                 (f" = {dy * other:g}", "gradient")]  # fmt: skip
        drawing.text(24, y, words, size=32, anchor="start", bold=True)
    drawing.room(0, 30, 960, 450)
    return drawing


def _unit(
    drawing: Drawing, x: float, y: float, name: str, value: float, kind: str, name_size: float = 32
) -> None:
    drawing.circle(x, y, 62, kind, fill=0.16, width=4)
    if name == "·":
        drawing.text(x, y + 16, "×", size=name_size, bold=True)
        return
    drawing.text(x, y + 12, f"{name} = {value:g}", size=name_size, kind=kind, bold=True)


def draw_fan(x: float, weights: Sequence[float], gradients: Sequence[float]) -> Drawing:
    """Draw one pixel that several outputs read, and what comes back from each."""
    total = sum(w * d for w, d in zip(weights, gradients, strict=True))
    drawing = Drawing(
        f"One pixel is read by {len(weights)} outputs. Each sends back its gradient times its "
        f"weight; together {total:g}."
    )
    high = 190.0
    middle = high * (len(weights) - 1) / 2 + 70
    drawing.circle(120, middle, 78, "input", fill=0.16, width=4)
    drawing.text(120, middle + 13, f"x = {x:g}", size=36, kind="input", bold=True)
    for number, (weight, gradient) in enumerate(zip(weights, gradients, strict=True)):
        y = 70 + high * number
        drawing.circle(760, y, 62, "output", fill=0.16, width=4)
        drawing.text(760, y + 12, f"y{'₀₁₂₃'[number]}", size=34, kind="output", bold=True)
        drawing.text(850, y + 12, f"dy = {_number(gradient)}", size=32, kind="gradient",
                     anchor="start", bold=True)  # fmt: skip
        drawing.line((204, middle + 0.16 * (y - middle) - 10), (694, y - 10), "kernel", width=3,
                     arrow=True)  # fmt: skip
        drawing.line((694, y + 12), (204, middle + 0.16 * (y - middle) + 12), "gradient", width=5,
                     arrow=True)  # fmt: skip
        sent: Words = [(_number(gradient), "gradient"), " · ", (_factor(weight), "kernel")]
        drawing.text(560, middle + 0.72 * (y - middle) - 22, sent, size=30, bold=True)
    terms = [f"{_number(d)}·{_factor(w)}" for w, d in zip(weights, gradients, strict=True)]
    drawing.text(0, middle + 150, [("dx = " + " + ".join(terms), "gradient")], size=26,
                 anchor="start", bold=True)  # fmt: skip
    drawing.text(0, middle + 190, [(f"= {_number(total)}", "gradient")], size=34, anchor="start",
                 bold=True)  # fmt: skip
    return drawing


def draw_bias(images: Sequence[Grid], side: float = 136) -> Drawing:
    """Draw the output gradients of one filter in a batch, and their sum."""
    total = float(sum(image.sum() for image in images))
    drawing = Drawing(
        f"The output gradients of one filter in {len(images)} images; together they add up to the "
        f"gradient of its bias, {total:g}."
    )
    left = 0.0
    for number, image in enumerate(images):
        at = drawing.grid(
            image, left, 0, side=side, kind="gradient", title=f"dy, image {number + 1}",
            strong=np.ones(image.shape, bool), size=36,
        )  # fmt: skip
        left = at.right + 90
        sign = "+" if number + 1 < len(images) else "→"
        drawing.text(left - 45, at.middle[1] + 16, sign, size=52, kind="muted", bold=True)
    drawing.text(left, at.middle[1] + 20, [(f"db = {_number(total)}", "gradient")], size=72,
                 anchor="start", bold=True)  # fmt: skip
    every = "the sum over all images, rows and columns"
    drawing.text(0, at.bottom + 76, every, size=34, anchor="start", kind="muted")
    drawing.room(0, 0, left + 330, 0)
    return drawing


def draw_channels(settings: Sequence[tuple[int, int, int]]) -> Drawing:
    """Draw which filters send a gradient back to each channel, for some groups.

    Parameters
    ----------
    settings
        For each picture the channels, the filters and the groups.
    """
    told = ", ".join(f"{groups} group{'s' * (groups > 1)}" for _, _, groups in settings)
    drawing = Drawing(
        f"Channels on the left, filters on the right; arrows lead back to a channel from the "
        f"filters that read it: {told}."
    )
    for number, (channels, filters, groups) in enumerate(settings):
        left, gap = 620.0 * number, 110.0
        chosen = channels // 2
        for f in range(filters):
            for c in range(channels):
                if c * groups // channels != f * groups // filters:
                    continue
                strong = c == chosen
                drawing.line((left + 346, gap * f), (left + 62, gap * c),
                             "gradient" if strong else "line", arrow=strong,
                             width=5 if strong else 2)  # fmt: skip
        for c in range(channels):
            box = drawing.circle(left + 30, gap * c, 28, "input", fill=0.2, width=3)
            if c == chosen:
                drawing.circle(left + 30, gap * c, 28, "gradient", fill=0.35, width=6)
            drawing.text(left + 30, gap * c + 8, f"x{'₀₁₂₃'[c]}", size=24, bold=True)
        for f in range(filters):
            drawing.circle(left + 380, gap * f, 28, "gradient", fill=0.16, width=3)
            drawing.text(left + 380, gap * f + 8, f"dy{'₀₁₂₃'[f]}", size=22, bold=True)
        bottom = gap * (max(channels, filters) - 1) + 86
        readers = sum(chosen * groups // channels == f * groups // filters for f in range(filters))
        words = f"G = {groups}: dx{'₀₁₂₃'[chosen]} sums over {readers} filters"
        drawing.text(left + 205, bottom, words, size=26, bold=True)
        drawing.room(left, box.y, left + 440, bottom)
    return drawing


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _factor(value: float) -> str:
    return f"({_number(value)})" if value < 0 else _number(value)
