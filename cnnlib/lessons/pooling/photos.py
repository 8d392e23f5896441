"""Photos and feature maps, pooled: what is kept, what is lost, and where it was."""

from collections.abc import Sequence

import numpy as np

from cnnlib._late import F
from cnnlib.data import photo
from cnnlib.lessons.convolution import FILTERS
from cnnlib.lessons.pooling.kinds import Grid, gradient, pool, tensor, unpool, winners
from cnnlib.look import MAPS, Drawing

#: The face, in 224 by 224 pixels.
FACE = slice(20, 244), slice(16, 240)


def face(pixels: int = 224) -> Grid:
    """Return a photo of a face, (pixels, pixels), from 0, black, to 1, white."""
    block = 224 // pixels
    return pool(photo(300)[FACE], "average", block)


def edges(image: Grid) -> Grid:
    """Return how strongly an image changes at each place, by Sobel's filters."""
    kernel = tensor(FILTERS["Sobel"])
    x = F.pad(tensor(image), (1, 1, 1, 1), mode="replicate")
    across, down = F.conv2d(x, kernel), F.conv2d(x, kernel.mT)
    made: Grid = (across**2 + down**2).sqrt()[0, 0].numpy()
    return made


def likeness(a: Grid, b: Grid) -> float:
    """Return the correlation of two maps: 1 if they are alike but for brightness and contrast."""
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def enlarge(y: Grid, factor: int) -> Grid:
    """Return a map in which every number is a block."""
    return y.repeat(factor, axis=0).repeat(factor, axis=1)


def explained(image: Grid, size: int, kind: str) -> float:
    """Return which share of an image's variance its pooled map explains."""
    return likeness(image, enlarge(pool(image, kind, size), size)) ** 2


def draw_title() -> Drawing:
    """Draw a photo in windows, the winner of each marked, and the maxima beside it."""
    drawing = Drawing(
        "A photo of 56 by 56 pixels in windows of 4 by 4, the brightest pixel of each marked; "
        "beside it the 14 by 14 maxima."
    )
    pixels = face(56)
    x = drawing.image(pixels, width=430, kind="input")
    y, indices = winners(pixels, 4)
    for place in indices.ravel():
        at = x.cell(*divmod(int(place), 56))
        drawing.frame(at, "output", width=1, fill=0.9)
    for i in range(1, 14):
        for start, end in (((0, i * 4), (56, i * 4)), ((i * 4, 0), (i * 4, 56))):
            drawing.line(
                (x.x + start[1] * x.side, x.y + start[0] * x.side),
                (x.x + end[1] * x.side, x.y + end[0] * x.side), "input", width=0.8,
            )  # fmt: skip
    made = drawing.image(y, x.right + 60, x.bottom - 107.5, width=107.5, kind="output")
    drawing.text(x.middle[0], x.bottom + 40, "56 × 56", size=30, kind="input", bold=True)
    drawing.text(made.middle[0], x.bottom + 40, "14 × 14", size=30, kind="output", bold=True)
    return drawing


def draw_maps(sizes: Sequence[int]) -> Drawing:
    """Draw a feature map and its maxima over windows of these sizes, to scale."""
    drawing = Drawing(
        "The edges of a photo of 224 by 224 pixels, and their maxima over windows of "
        f"{', '.join(map(str, sizes))} pixels, to scale."
    )
    found = edges(face())
    scale = 430 / 224
    x = drawing.image(-found, width=430, kind="input", title="a feature map, 224 × 224")
    left = x.right + 46
    for size in sizes:
        y = pool(found, "max", size)
        width = scale * len(y)
        at = drawing.image(-y, left, x.bottom - width, width=width, kind="output",
                           title=f"{len(y)} × {len(y)}")  # fmt: skip
        left = max(at.right, left + 120) + 40
    return drawing


def draw_kinds(kinds: Sequence[str], size: int) -> Drawing:
    """Draw a photo and what the kinds of pooling make of it."""
    drawing = Drawing(
        f"A photo and what is left of it with windows of {size} by {size}: " + ", ".join(kinds)
    )
    image = face()
    drawing.image(image, width=370, kind="input", low=0, high=1, smooth=True)
    drawing.text(185, 414, "the photo", size=30, kind="input", bold=True)
    for number, kind in enumerate(kinds, 1):
        made = pool(image, kind, size)
        box = drawing.image(made, 395.0 * number, width=370, kind="output", low=0, high=1)
        drawing.text(box.middle[0], 414, kind, size=30, kind="output", bold=True)
    return drawing


def draw_growing(sizes: Sequence[int], kinds: Sequence[str] = ("max", "average")) -> Drawing:
    """Draw one photo, pooled with larger and larger windows, and how much each explains."""
    image = face()
    drawing = Drawing(
        "A photo pooled with growing windows; the share of its variance that is left: "
        + "; ".join(
            f"{kind} " + ", ".join(f"{size}: {explained(image, size, kind):.0%}" for size in sizes)
            for kind in kinds
        )
    )
    width = 166.0
    for column, size in enumerate(sizes):
        left = 186.0 * column
        drawing.text(left + width / 2, -14, f"{size} × {size}", size=26, bold=True)
        for row, kind in enumerate(kinds):
            top = 236.0 * row
            made = pool(image, kind, size)
            low, high = (0.0, 1.0) if kind == "max" else (made.min(), made.max())
            box = drawing.image(made, left, top, width=width, kind="output", low=low, high=high)
            share = explained(image, size, kind)
            drawing.text(box.middle[0], box.bottom + 38, f"{100 * share:.0f} %", size=30,
                         kind="output" if share >= 0.5 else "wrong", bold=True)  # fmt: skip
    for row, kind in enumerate(kinds):
        drawing.text(-16, 236.0 * row + 90, kind, size=25, anchor="end", bold=True)
    return drawing


def draw_fed(sizes: Sequence[tuple[int, int]]) -> Drawing:
    """Draw a photo, and which of its pixels get a gradient, by size and stride of the windows."""
    image = edges(face(56))
    shares = [float((gradient(image, "max", *pair) > 0).mean()) for pair in sizes]
    drawing = Drawing(
        "A feature map of 56 by 56, and beside it which pixels get a gradient: "
        + "; ".join(
            f"windows of {size} with stride {stride}: {share:.0%}"
            for (size, stride), share in zip(sizes, shares, strict=True)
        )
    )
    width = 350.0
    drawing.image(-image, width=width, kind="input")
    drawing.text(width / 2, width + 42, "feature map x", size=27, kind="input", bold=True)
    for number, (size, stride) in enumerate(sizes, 1):
        dx = gradient(image, "max", size, stride)
        box = drawing.image(dx, (width + 40) * number, width=width, kind="gradient",
                            cmap=MAPS["gradient"], low=0, high=dx.max())  # fmt: skip
        drawing.text(box.middle[0], width + 42, f"windows of {size}, stride {stride}", size=25,
                     bold=True)  # fmt: skip
        drawing.text(box.middle[0], width + 84, f"{100 * shares[number - 1]:.0f} % get a gradient",
                     size=27, kind="gradient", bold=True)  # fmt: skip
    return drawing


def undone(size: int, pixels: int = 112) -> dict[str, Grid]:
    """Return a feature map, its maxima, and two ways to make it large again."""
    x = edges(face(pixels))
    y, indices = winners(x, size)
    corners = np.arange(x.size).reshape(x.shape)[::size, ::size]
    return {
        "feature map": x,
        f"max {size} × {size}": y,
        "put into corners": unpool(y, corners, x.shape),
        "put back in place": unpool(y, indices, x.shape),
    }


def blurred_likeness(x: Grid, made: Grid) -> float:
    """Return how like two maps are, each blurred first, as a layer that follows would do."""
    blur = tensor(FILTERS["Gaussian blur"])
    first, second = (F.conv2d(tensor(each), blur, padding=1)[0, 0].numpy() for each in (x, made))
    return likeness(first, second)


def draw_undone(size: int) -> Drawing:
    """Draw a feature map, its maxima, and these put back: into corners, and in place."""
    maps = undone(size)
    x = maps["feature map"]
    shares = {n: blurred_likeness(x, made) for n, made in maps.items() if made.shape == x.shape}
    drawing = Drawing(
        "A feature map, its maxima, and the maxima in a large map again; similarity to the "
        "original: "
        + ", ".join(f"{share:.2f} {name}" for name, share in list(shares.items())[1:])
        + "."
    )
    width = 275.0
    for number, (name, made) in enumerate(maps.items()):
        kind = "output" if number else "input"
        dark = (0.35 if number > 1 else 0.6) * float(x.max())
        box = drawing.image(-made, (width + 26) * number, width=width, kind=kind, low=-dark,
                            high=0)  # fmt: skip
        drawing.text(box.middle[0], width + 40, name, size=22, kind=kind, bold=True)
        words = f"similarity {shares[name]:.2f}" if number > 1 else f"{len(made)} × {len(made)}"
        drawing.text(box.middle[0], width + 78, words, size=26, bold=number > 1)
    return drawing
