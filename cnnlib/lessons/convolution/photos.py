"""Filters at work on a photo, and layers as stacks of maps, drawn."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cnnlib.look import Box, Drawing

Array = NDArray[np.float64]


def signed_kernel(
    drawing: Drawing, kernel: Array, x: float, y: float, side: float, title: str = ""
) -> Box:
    """Draw a kernel whose positive and negative numbers are told apart by their tint."""
    box = drawing.grid(kernel, x, y, side=side, kind="kernel", title=title, strong=kernel > 0)
    for i, j in np.argwhere(kernel < 0):
        drawing.frame(box.cell(i, j), "muted", fill=0.22, width=1)
    return box


def title(image: Array, edges: Array) -> Drawing:
    """Draw the lecture in one picture: a photo, a kernel, and what it finds."""
    drawing = Drawing("A photo, times a small kernel, gives a picture of its edges.")
    left = drawing.image(image, width=300, smooth=True)
    drawing.text(340, left.middle[1] + 34, "∗", size=110, kind="kernel", bold=True)
    drawing.image(np.abs(edges), 380, width=300, smooth=True, cmap="gray_r")
    return drawing


def zoo(image: Array, filtered: Mapping[str, Array], kernels: Mapping[str, Array]) -> Drawing:
    """Draw a photo and what each kernel makes of it, the kernel's numbers in the corner."""
    drawing = Drawing(f"A photo of Grace Hopper and the same photo filtered by {len(kernels)} "
                      "kernels, each with its numbers.")  # fmt: skip
    width, gap, across = 205.0, 26.0, 5
    pictures: dict[str, Array] = {"photo": image, **filtered}
    for number, (name, picture) in enumerate(pictures.items()):
        row, column = divmod(number, across)
        height = width * 0.92
        top = row * (height + 52)
        cut = picture[: int(picture.shape[1] * 0.92)]
        box = drawing.image(cut, column * (width + gap), top, width=width, smooth=True)
        drawing.text(box.x, box.y - 9, name, size=21, anchor="start", bold=True)
        if name in kernels:
            _corner(drawing, kernels[name], box)
    return drawing


def _corner(drawing: Drawing, kernel: Array, box: Box) -> None:
    """Write a kernel into the lower right corner of a picture, in whole numbers."""
    whole = kernel if np.allclose(kernel, kernel.round()) else kernel / kernel[kernel > 0].min()
    side = 25.0
    at = Box(box.right - 3 * side - 2, box.bottom - 3 * side - 2, 3 * side, 3 * side)
    drawing.frame(at, "paper", fill=0.9, width=1)
    drawing.grid(whole.round(), at.x, at.y, side=side, kind="kernel", size=16)


def guess(picture: Array, kernels: Sequence[Array]) -> Drawing:
    """Draw a filtered photo and, below letters, the kernels that may have made it."""
    drawing = Drawing("A filtered photo, and three kernels: which one made it?")
    box = drawing.image(picture[:130], width=330, smooth=True)
    for number, kernel in enumerate(kernels):
        x = box.right + 90 + 265 * number
        drawing.text(x + 90, 44, "ABC"[number], size=40, bold=True, kind="ink")
        drawing.grid(kernel, x, 72, side=62, kind="kernel", strong=np.ones(kernel.shape, bool))
    return drawing


def sobels(image: Array, results: Mapping[str, Array], kernels: Mapping[str, Array]) -> Drawing:
    """Draw pairs of a kernel and its result, side by side."""
    drawing = Drawing("Three versions of Sobel's kernel, each above the picture that it makes.")
    for number, (name, result) in enumerate(results.items()):
        x = number * 400.0
        drawing.text(x, -18, name, size=24, bold=True, anchor="start")
        box = signed_kernel(drawing, kernels[name], x, 0, 62)
        low = float(np.abs(result).max())
        drawing.image(
            result[10:120], x, box.bottom + 22, width=340, low=-low, high=low, smooth=True
        )
    return drawing


def chain(pictures: Mapping[str, Array], first: Array, second: Array, both: Array) -> Drawing:
    """Draw a photo filtered once and twice, and the one kernel that does both."""
    drawing = Drawing(
        "Edges of the photo and of the blurred photo; two kernels make one of 5 by 5."
    )
    for number, (name, picture) in enumerate(pictures.items()):
        drawing.image(picture[:, 14:114], number * 350, width=322, title=name, smooth=True,
                      cmap="gray_r")  # fmt: skip
    x, side = 2 * 350 + 30.0, 52.0
    one = signed_kernel(drawing, first, x, 0, side, title="blur")
    drawing.text(one.right + 34, one.middle[1] + 20, "∗", size=52, bold=True, kind="muted")
    signed_kernel(drawing, second, one.right + 68, 0, side, title="edges")
    drawing.text(x + 20, 262, "=", size=52, bold=True, kind="muted")
    signed_kernel(drawing, both, x + 60, 200, side)
    return drawing


def template(image: Array, at: tuple[int, int], size: tuple[int, int], answer: Array) -> Drawing:
    """Draw a photo with a piece cut out, the piece large, and where it was found again."""
    drawing = Drawing("A photo with one eye framed, the eye enlarged as a kernel, and the "
                      "output, brightest where the eye is.")  # fmt: skip
    (top, left), (rows, columns) = at, size
    box = drawing.image(image, width=400, title="photo x", kind="input", smooth=True)
    step = box.side
    drawing.frame(Box(left * step, top * step, columns * step, rows * step), "kernel", fill=0)
    piece = image[top : top + rows, left : left + columns]
    kernel = drawing.image(piece, box.right + 50, 150, width=250, title="the eye as kernel w",
                           kind="kernel")  # fmt: skip
    drawing.line((box.right + 6, 200), (kernel.x - 8, 200), "kernel", arrow=True)
    best = np.unravel_index(answer.argmax(), answer.shape)
    found = drawing.image(answer, kernel.right + 60, width=400 * answer.shape[1] / image.shape[1],
                          title="output y", kind="output", smooth=True)  # fmt: skip
    drawing.line((kernel.right + 8, 200), (found.x - 8, 200), "output", arrow=True)
    x, y = found.x + (best[1] + 0.5) * found.side, (best[0] + 0.5) * found.side
    drawing.circle(x, y, 22, "output", fill=0, width=5)
    return drawing


def volume(
    drawing: Drawing, x: float, y: float, width: float, height: float, depth: float, kind: str,
    *, fill: float = 0.16,
) -> Box:  # fmt: skip
    """Draw a block of numbers in perspective: `depth` goes to the back, up and to the right."""
    back = Box(x + 0.7 * depth, y - 0.45 * depth, width, height)
    drawing.frame(back, kind, fill=fill / 2, width=2)
    for cx, cy in ((x, y), (x + width, y), (x, y + height), (x + width, y + height)):
        drawing.line((cx, cy), (cx + 0.7 * depth, cy - 0.45 * depth), kind, width=2)
    front = Box(x, y, width, height)
    drawing.frame(front, kind, fill=fill, width=3)
    return front


def full_depth(colours: Array, at: tuple[int, int], weights: Array) -> Drawing:
    """Draw the three channels of a photo, a window through all of them, and one number."""
    drawing = Drawing("A window reaches through the three channels of a colour photo; "
                      "its 75 products and a bias give one number.")  # fmt: skip
    names = (("red", "Reds_r"), ("green", "Greens_r"), ("blue", "Blues_r"))
    row, column = at
    for number, (name, cmap) in enumerate(names):
        y = number * 196.0
        box = drawing.image(colours[number], 0, y, width=168, cmap=cmap, low=0, high=1,
                            smooth=True)  # fmt: skip
        drawing.text(-14, y + 90, name, size=30, anchor="end", kind="input")
        window = Box(column * box.side, y + row * box.side, 5 * box.side, 5 * box.side)
        drawing.frame(window, "kernel", fill=0, width=4)
        piece = colours[number, row : row + 5, column : column + 5]
        patch = drawing.image(piece, 240, y + 4, width=160, cmap=cmap, low=0, high=1)
        drawing.line((window.right + 4, window.middle[1]), (234, y + 84), "muted", arrow=True)
        drawing.text(436, y + 98, "·", size=60, kind="muted")
        drawing.grid(weights[number], 474, y + 4, side=32, kind="kernel", numbers=False,
                     shades=True)  # fmt: skip
        drawing.line((644, y + 84), (760, 276), "muted", arrow=True)
        drawing.room(0, y, patch.right, y + 172)
    drawing.circle(820, 276, 52, "output", fill=0.3, width=4)
    drawing.text(820, 286, "one", size=34, bold=True)
    drawing.text(820, 372, "75 products", size=32)
    drawing.text(820, 412, "+ 1 bias", size=32, kind="kernel")
    return drawing


def stacks(count: int) -> Drawing:
    """Draw an image, so many filters, and as many maps."""
    drawing = Drawing(f"An image of 3 channels, {count} filters through all of them, "
                      f"{count} maps.")  # fmt: skip
    x = volume(drawing, 0, 130, 250, 250, 46, "input")
    drawing.text(x.middle[0], x.bottom + 40, "3 × 32 × 32", size=32, kind="input")
    for f in range(count):
        top = 8 + f * 82.0
        w = volume(drawing, 400, top + 14, 44, 44, 30, "kernel", fill=0.4)
        drawing.line((x.right + 44, x.middle[1]), (392, w.middle[1]), "line", width=2)
        y = Box(610 + f * 26.0, 60 + f * 44.0, 220, 220)
        drawing.frame(y, "paper", fill=1, width=1)
        drawing.frame(y, "output", fill=0.16, width=3)
        drawing.line((478, w.middle[1] - 6), (606 + f * 13.0, 90 + f * 58.0), "line", width=2)
    drawing.text(430, 8 + count * 82.0 + 24, f"{count} × 3 × 5 × 5", size=32, kind="kernel")
    drawing.text(790, 60 + count * 44 + 220 + 8, f"{count} × 28 × 28", size=32, kind="output")
    return drawing


def learning(kernels: Mapping[int, Array], outputs: Mapping[int, Array], wanted: Array,
             errors: Mapping[int, float]) -> list[Drawing]:  # fmt: skip
    """Draw a kernel while it is learned: what it is, and what it makes of a photo."""
    drawings = []
    for step, kernel in kernels.items():
        drawing = Drawing(
            f"After {step} steps: the kernel, what it makes of the photo, and the target."
        )
        box = drawing.grid(kernel.round(2) + 0.0, 0, 0, side=108, kind="kernel",
                           title=f"w after {step} steps", strong=kernel > 0.05, size=32,
                           key="w")  # fmt: skip
        drawing.text(0, box.bottom + 60, f"error {errors[step]:.2g}", size=32, anchor="start",
                     kind="wrong", bold=True)  # fmt: skip
        for number, (name, picture) in enumerate((("output y", outputs[step]), ("target", wanted))):
            high = float(np.abs(wanted).max())
            drawing.image(picture, box.right + 60 + number * 370, width=340, title=name,
                          low=-high, high=high, kind="output", smooth=True)  # fmt: skip
        drawings.append(drawing)
    return drawings


def blocks_of_eight(blocks: Mapping[str, Sequence[Array]], width: float = 128) -> Drawing:
    """Draw blocks of two by four small pictures, each block named above; the sign is a colour."""
    drawing = Drawing("Learned weights: " + "; ".join(blocks) + ".")
    for number, (name, pictures) in enumerate(blocks.items()):
        left = number * (4 * (width + 12) + 70)
        head, _, rest = name.partition("\n")
        drawing.text(left, -54, head, size=28, anchor="start", bold=True)
        drawing.text(left, -18, rest, size=24, anchor="start", kind="muted")
        for place, picture in enumerate(pictures):
            row, column = divmod(place, 4)
            most = float(np.abs(picture).max())
            drawing.image(picture, left + column * (width + 12), row * (width + 12), width=width,
                          low=-most, high=most, cmap="PuOr")  # fmt: skip
    return drawing


def network(shapes: Sequence[tuple[str, tuple[int, ...]]]) -> Drawing:
    """Draw a network as blocks, each as high as its maps and as deep as its channels."""
    drawing = Drawing("A network: " + "; ".join(f"{n} {s}" for n, s in shapes) + ".")
    x = 0.0
    for number, (name, shape) in enumerate(shapes):
        kind = "input" if number == 0 else "output"
        if len(shape) == 3:
            channels, rows, columns = shape
            side, deep = 10.0 * rows, 8.0 + 6 * channels
            box = volume(drawing, x, 200 - side / 2, 10.0 * columns, side, deep, kind)
            right = box.right + 0.7 * deep
        else:
            box = drawing.grid(np.full((shape[0], 1), np.nan), x, 200 - 12.0 * shape[0],
                               side=24, kind=kind)  # fmt: skip
            right = box.right
        words = " × ".join(map(str, shape))
        middle = (x + right) / 2
        drawing.text(middle, 420, name, size=23, bold=True, kind="kernel" if number else "input")
        drawing.text(middle, 454, words, size=22)
        wide = max(right - x, 12.5 * max(len(name), len(words)))
        x = x + wide + 30 if number + 1 < len(shapes) else right
    return drawing


def one_image(name: str, picture: Array) -> Drawing:
    """Draw one filtered picture, as large as a column."""
    drawing = Drawing(f"The photo: {name}.")
    drawing.image(picture, width=460, title=name, kind="output", smooth=True)
    return drawing


def two_views(maps: Array, at: tuple[int, int] = (14, 17)) -> Drawing:
    """Draw maps one by one, and the column of numbers that stands at one place of all of them."""
    count = len(maps)
    drawing = Drawing(f"{count} maps; one place in all of them gives a vector of {count} numbers.")
    row, column = at
    for number, each in enumerate(maps):
        box = drawing.image(each, (number % 3) * 250, (number // 3) * 270, width=226,
                            title=f"map {number + 1}", kind="output", cmap="Greens")  # fmt: skip
        place = Box(box.x + column * box.side, box.y + row * box.side, box.side, box.side)
        drawing.frame(place, "wrong", fill=0, width=4)
    values = maps[:, row, column][:, None]
    vector = drawing.grid(values.round(2), 860, 10, side=80, kind="output", size=26,
                          title=f"the vector at ({row}, {column})",
                          strong=np.ones(values.shape, bool))  # fmt: skip
    drawing.line((750, 250), (840, 250), "wrong", arrow=True, width=4)
    drawing.room(0, 0, vector.right + 180, 500)
    return drawing
