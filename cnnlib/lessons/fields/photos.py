"""Fields as squares on a photo, to scale."""

from collections.abc import Mapping, Sequence

from cnnlib.data import photo
from cnnlib.look import Box, Drawing

#: A square of the photo, and where in it an eye is: row and column as shares of the side.
SQUARE = slice(20, 244), slice(16, 240)
EYE = (0.375, 0.40)


def _picture(drawing: Drawing, x: float, y: float, width: float, pixels: int) -> Box:
    """Draw the photo as if it had so many pixels; return its box."""
    box = drawing.image(photo(300)[SQUARE], x, y, width=width, smooth=True, kind="input")
    return Box(box.x, box.y, box.width, box.height, width / pixels)


def _around(box: Box, size: float, at: tuple[float, float] = (0.5, 0.5)) -> Box:
    """Return a square of so many pixels around a place of a picture."""
    side = size * box.side
    x, y = box.x + at[1] * box.width, box.y + at[0] * box.height
    return Box(x - side / 2, y - side / 2, side, side, box.side)


def draw_nested(sizes: Sequence[int], *, width: float = 500, pixels: int = 64) -> Drawing:
    """Draw squares of growing size around an eye on a photo."""
    drawing = Drawing(
        f"A photo of {pixels} by {pixels} pixels with squares of {', '.join(map(str, sizes))} "
        "pixels around an eye."
    )
    box = _picture(drawing, 0, 0, width, pixels)
    for number, size in enumerate(sizes):
        field = _around(box, size, EYE)
        drawing.frame(field, "kernel", width=3.5, fill=0.0 if number else 0.4)
    return drawing


def draw_growth(kernels: Sequence[int], layers: int, *, pixels: int = 64) -> Drawing:
    """Draw, for each kernel, the fields after 1 to so many layers."""
    drawing = Drawing(
        f"Two photos with a square for each of {layers} layers: with kernels of "
        f"{' and '.join(map(str, kernels))} pixels the squares grow by K − 1."
    )
    for column, kernel in enumerate(kernels):
        box = _picture(drawing, 620.0 * column, 0, 450, pixels)
        for layer in range(1, layers + 1):
            size = 1 + layer * (kernel - 1)
            last = layer == layers
            drawing.frame(_around(box, size, EYE), "kernel", width=5 if last else 2,
                          fill=0.25 if last else 0, key=f"field-{kernel}-{layer}")  # fmt: skip
        size = 1 + layers * (kernel - 1)
        drawing.text(box.x, 496, [(f"{kernel}×{kernel}", "kernel"), f", {layers} layer"
                     + "s" * (layers > 1) + ":"], size=27, anchor="start")  # fmt: skip
        drawing.text(box.right, 496, [f"1 + {layers} · {kernel - 1} = ", (f"{size}", "kernel")],
                     size=27, anchor="end", bold=True)  # fmt: skip
    return drawing


def draw_two_ways(ways: Mapping[str, int], *, pixels: int = 64) -> Drawing:
    """Draw, side by side, the field that each of two networks ends with."""
    drawing = Drawing(
        "The same photo twice, with one square each: "
        + ", ".join(f"{name}: {size} pixels" for name, size in ways.items())
    )
    for column, (name, size) in enumerate(ways.items()):
        box = _picture(drawing, 620.0 * column, 0, 460, pixels)
        drawing.frame(_around(box, size, EYE), "kernel", width=6, fill=0.25)
        drawing.text(box.x, 506, name, size=26, anchor="start", bold=True)
        drawing.text(box.right, 506, f"{size} × {size}", size=30, kind="kernel", anchor="end",
                     bold=True)  # fmt: skip
    return drawing


def draw_famous(fields: Mapping[str, tuple[int, int]]) -> Drawing:
    """Draw, for each network, its input and the field of its last unit, to scale.

    Parameters
    ----------
    fields
        By name: the side of the input, and of the field, in pixels.
    """
    drawing = Drawing(
        "Squares to scale: "
        + ", ".join(f"{name} sees {field} of {n} pixels" for name, (n, field) in fields.items())
    )
    unit, left = 0.56, 0.0
    middle = max(field for _, field in fields.values()) * unit / 2
    for name, (n, field) in fields.items():
        width = unit * n
        side = unit * field
        room = max(width, side, 200)
        x = left + room / 2
        if field > n:
            drawing.hatch(Box(x - side / 2, middle - side / 2, side, side))
        box = _picture(drawing, x - width / 2, middle - width / 2, width, n)
        drawing.frame(_around(box, field), "kernel", width=5, fill=0.12)
        drawing.text(x, 2 * middle + 44, f"{field}", size=44, kind="kernel", bold=True)
        drawing.text(x, 2 * middle + 78, f"of {n} pixels", size=23)
        drawing.text(x, 2 * middle + 112, name, size=23, bold=True)
        left += room + 44
    return drawing
