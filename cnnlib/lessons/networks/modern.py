"""Ten years on: depthwise separable convolutions, scaling, and where a transformer differs."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlib.arithmetic import parameters
from cnnlib.data import photo
from cnnlib.look import Box, Drawing
from cnnlib.look.parts import Words


def draw_separable(channels: int, kernel_size: int = 3) -> Drawing:
    """Draw an ordinary convolution beside a depthwise one that is followed by 1×1."""
    k = kernel_size
    whole = parameters(channels, channels, k, bias=False)
    depth = parameters(channels, channels, k, groups=channels, bias=False)
    point = parameters(channels, channels, 1, bias=False)
    drawing = Drawing(
        f"An ordinary {k} by {k} convolution of {channels} channels has {whole:,} weights. A "
        f"depthwise one and a 1 by 1 convolution have {depth:,} and {point:,}."
    )
    panels = (
        (0.0, f"{k}×{k}", "every output reads all maps", True, k, whole),
        (430.0, f"{k}×{k} depthwise", "each map on its own", False, k, depth),
        (800.0, "1×1", "mixes the maps", True, 1, point),
    )
    for x, name, words, mixed, size, count in panels:
        drawing.text(x, 26, name, size=28, kind="kernel", anchor="start", bold=True)
        for i in range(4):
            for j in range(4):
                if mixed or i == j:
                    wide = 5.0 if size > 1 else 1.8
                    drawing.line(
                        (x + 62, 86 + 72 * i), (x + 220, 86 + 72 * j), "kernel", width=wide
                    )
        for i in range(4):
            for dx, kind in ((0.0, "input"), (220.0, "output")):
                box = Box(x + dx, 56 + 72 * i, 60, 60)
                drawing.frame(box, "paper", width=0, fill=1)
                drawing.frame(box, kind, width=2, fill=0.3)
        drawing.text(x, 384, words, size=22, anchor="start")
        drawing.text(x, 434, f"{count:,}", size=42, kind="kernel", anchor="start", bold=True)
    drawing.line((372, 20), (372, 450), "line", width=2)
    drawing.text(720, 434, "+", size=40, bold=True)
    factor = whole / (depth + point)
    total: Words = [f"together {depth + point:,}: ", (f"{factor:.1f} times fewer", "output")]
    drawing.text(1150, 486, total, size=28, anchor="end", bold=True)
    drawing.text(0, 486, f"weights, {channels} maps to {channels} maps", size=22, anchor="start",
                 kind="muted")  # fmt: skip
    return drawing


def compound(phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> float:
    """Return by how much compound scaling multiplies the multiply-adds.

    M. Tan and Q. Le, "EfficientNet: rethinking model scaling for convolutional neural networks",
    ICML 2019, section 3.3: depth grows by α^φ, width by β^φ, the image's side by γ^φ. The cost of
    a layer grows with the square of the width and of the side.

    Examples
    --------
    >>> round(compound(1), 2)
    1.92
    """
    return float((alpha * beta**2 * gamma**2) ** phi)


def draw_scaling(factors: tuple[float, float, float]) -> Drawing:
    """Draw a network, wider, deeper, with a larger image, and all three.

    Parameters
    ----------
    factors
        Of depth, width and side, for the last; for the others what costs as much.
    """
    depth, width, side = factors
    total = depth * width**2 * side**2
    variants = (
        ("as it is", 1.0, 1.0, 1.0),
        ("wider", 1.0, total**0.5, 1.0),
        ("deeper", total, 1.0, 1.0),
        ("larger image", 1.0, 1.0, total**0.5),
        ("all three", depth, width, side),
    )
    drawing = Drawing(
        "A network of five layers; then wider, deeper, with a larger image, or a little of each. "
        f"Each of the four costs {total:.1f} times as much."
    )
    for number, (name, deep, wide, large) in enumerate(variants):
        middle, floor = 110 + 235.0 * number, 370.0
        layers = round(5 * deep)
        step = 26.0
        for layer in range(layers):
            box = Box(middle - 45 * wide, floor - step * (layer + 1), 90 * wide, step - 6)
            kind = "output" if name == "all three" else "kernel"
            drawing.frame(box, kind, width=1.5, fill=0.45)
        image = 74 * large
        drawing.frame(Box(middle - image / 2, floor + 14, image, 0.32 * image), "input", width=2,
                      fill=0.3)  # fmt: skip
        drawing.text(middle, floor + 96, name, size=26, bold=True,
                     kind="output" if name == "all three" else "ink")  # fmt: skip
        cost = "1 × the work" if number == 0 else f"{total:.1f} ×"
        drawing.text(middle, floor + 128, cost, size=22, kind="muted")
    return drawing


def draw_patches(side: int = 16) -> Drawing:
    """Draw what one place reads: a convolution's window, and all patches of a transformer."""
    drawing = Drawing(
        "The same photo twice. On the left a convolution: one place reads its 3 by 3 neighbours, "
        "with the same weights everywhere. On the right a vision transformer: the photo is cut "
        "into patches, and one patch reads all others, by weights computed from their content."
    )
    image = photo(224, colour=True).transpose(1, 2, 0)
    size = min(image.shape[:2])
    image = image[:size, :size]
    count = 7
    for x, name, kind in ((0.0, "convolution", "kernel"), (620.0, "vision transformer", "output")):
        drawing.text(x, 26, name, size=30, anchor="start", kind=kind, bold=True)
        drawing.image(image, x, 44, width=380, smooth=True)
    step = 380 / count
    for line in range(1, count):
        for x in (0.0, 620.0):
            drawing.line((x + step * line, 44), (x + step * line, 424), "paper", width=2)
            drawing.line((x, 44 + step * line), (x + 380, 44 + step * line), "paper", width=2)
    drawing.frame(Box(2 * step, 44 + step, 3 * step, 3 * step), "kernel", width=5, fill=0.25)
    drawing.frame(Box(3 * step, 44 + 2 * step, step, step), "kernel", width=4, fill=0.6)
    rng = np.random.default_rng(4)
    centre = (620 + 3.5 * step, 44 + 2.5 * step)
    for i in range(count):
        for j in range(count):
            if (i, j) != (2, 3):
                at = (620 + (j + 0.5) * step, 44 + (i + 0.5) * step)
                strong = rng.random() ** 3
                drawing.line(centre, at, "output", width=0.8 + 6 * strong)
                drawing.circle(*at, 4 + 5 * strong, "output", fill=0.9, width=1)
    drawing.frame(Box(620 + 3 * step, 44 + 2 * step, step, step), "output", width=4, fill=0.6)
    for x, lines in (
        (398.0, ("reads neighbours", "same weights", "everywhere")),
        (1018.0, ("reads everything", "weights from", "the content")),
    ):
        for number, words in enumerate(lines):
            drawing.text(x, 190 + 40 * number, words, size=24, anchor="start", bold=number == 0)
    drawing.text(0, 466, "Neighbours matter: that is built in.", size=24, anchor="start")
    drawing.text(620, 466, "Which patches matter: that is learned.", size=24, anchor="start")
    return drawing


def patches(image: int = 224, side: int = 16) -> int:
    """Return how many patches an image is cut into.

    Examples
    --------
    >>> patches()
    196
    """
    return (image // side) ** 2


def draw_savings(rows: Sequence[tuple[str, str, int]], unit: str) -> Drawing:
    """Draw bars of counts, each with its name and how it is counted."""
    most = max(count for _, _, count in rows)
    drawing = Drawing("; ".join(f"{name}: {count:,} {unit}" for name, _, count in rows))
    for number, (name, words, count) in enumerate(rows):
        y = 30 + 220.0 * number
        drawing.text(0, y, [name, ("   " + words, "muted")], size=26, anchor="start", bold=True)
        long = max(4.0, 860 * count / most)
        drawing.bar(0, y + 22, long, 110, "kernel" if number == 0 else "output")
        drawing.text(long + 18, y + 88, f"{count:,} {unit}", size=30, anchor="start", bold=True,
                     kind="kernel" if number == 0 else "output")  # fmt: skip
    drawing.room(0, 0, 1150, 220 * len(rows))
    return drawing


def draw_streams(
    shapes: Mapping[str, tuple[int, int, int]], scores: Mapping[str, float], letters: str
) -> Drawing:
    """Draw two streams for video: a frame, and optical flow over several frames.

    Parameters
    ----------
    shapes
        What each stream reads: (channels, height, width).
    scores
        Accuracy in per cent, of each stream and of both.
    letters
        The layers of a stream, C, P and F as `read` gives them; poolings are not drawn.
    """
    drawing = Drawing(
        "Two networks read one video: "
        + "; ".join(f"{name} reads {c} channels" for name, (c, _, _) in shapes.items())
        + ". Their scores are averaged. Accuracy: "
        + ", ".join(f"{name} {score:g} %" for name, score in scores.items())
    )
    words = ["CONV" if letter == "C" else "FC" for letter in letters if letter != "P"]
    grey = photo(120)
    frame = grey[:100, :100]
    for row, (name, (channels, _, _)) in enumerate(shapes.items()):
        y = 40 + 250.0 * row
        if row == 0:
            drawing.image(frame, 0, y, width=160, smooth=True, kind="input")
        else:
            for sheet in reversed(range(5)):
                box = Box(0 + 14 * sheet, y + 30 - 9 * sheet, 140, 140)
                drawing.frame(box, "paper", width=0, fill=1)
                drawing.frame(box, "input", width=2, fill=0.18)
            for i in range(3):
                for j in range(3):
                    start = (26 + 44 * j, y + 62 + 44 * i)
                    drawing.line(start, (start[0] + 22, start[1] - 8 + 5 * i), "input", width=3,
                                 arrow=True)  # fmt: skip
        what = f"{'one frame' if row == 0 else '10 frames of flow'}: {channels} channels"
        drawing.text(0, y + 204, what, size=22, anchor="start", kind="input", bold=True)
        x = 280.0
        for place, word in enumerate(words):
            box = Box(x, y + 40, 66, 90)
            drawing.frame(box, "kernel" if word == "CONV" else "ink", width=2, fill=0.22)
            drawing.text(box.middle[0], y + 93, word, size=19, bold=True)
            if place == 0:
                drawing.line((236, y + 85), (276, y + 85), "ink", width=2.5, arrow=True)
            x += 74
        drawing.text(280, y + 24, f"{name} stream", size=24, anchor="start", bold=True)
        drawing.line((x, y + 85), (962, 250 - 14 + 28 * row), "ink", width=2.5, arrow=True)
        drawing.text(x + 6, y + (60 if row == 0 else 150), f"{scores[name]:g} %", size=26,
                     anchor="start", kind="output", bold=True)  # fmt: skip
    drawing.circle(1004, 250, 38, "output", fill=0.3)
    drawing.text(1004, 258, "mean", size=22, bold=True)
    drawing.text(1050, 262, f"{scores['both']:g} %", size=40, anchor="start", kind="output",
                 bold=True)  # fmt: skip
    return drawing
