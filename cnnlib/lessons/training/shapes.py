"""How large a network is, what it costs, and what that buys; tables as heat maps; recipes."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from cnnlib.arithmetic import macs
from cnnlib.look import Box, Drawing

Array = NDArray[Any]


def draw_heat(
    alt: str,
    values: Array,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    marked: Sequence[tuple[int, int]] = (),
) -> Drawing:
    """Draw shares as a table whose cells are the greener the larger they are, with each seed.

    Parameters
    ----------
    values
        (rows, columns, seeds).
    title
        Of the columns.
    marked
        Cells with a strong frame.
    """
    drawing = Drawing(alt)
    wide = min(190.0, 860 / len(columns))
    high = min(100.0, 430 / len(rows))
    left = 262.0
    drawing.text(left + wide * len(columns) / 2, -50, title, size=24, bold=True)
    for j, name in enumerate(columns):
        drawing.text(left + wide * (j + 0.5), -14, name, size=25, bold=True)
    for i, name in enumerate(rows):
        drawing.text(left - 18, high * (i + 0.5) + 9, name, size=25, anchor="end", bold=True)
        for j in range(len(columns)):
            box = Box(left + wide * j + 3, high * i + 3, wide - 6, high - 6)
            mean = float(values[i, j].mean())
            drawing.frame(box, "output", width=1.5, fill=0.04 + 0.66 * max(0, mean - 0.1) / 0.9)
            if (i, j) in marked:
                drawing.frame(box, "ink", width=5, fill=0)
            drawing.text(box.middle[0], box.y + 0.52 * box.height, f"{100 * mean:.0f} %",
                         size=min(32, 0.42 * high), bold=True)  # fmt: skip
            seeds = " ".join(f"{100 * each:.0f}" for each in values[i, j])
            drawing.text(box.middle[0], box.y + 0.87 * box.height, seeds,
                         size=20)  # fmt: skip
    return drawing


def pyramid(side: int, maps: int, levels: int) -> list[tuple[int, int, int]]:
    """Return the side, the maps and the multiply-adds of a 3×3 layer, level by level.

    From level to level the side is halved and the number of maps doubled.

    Examples
    --------
    >>> pyramid(32, 64, 2)
    [(32, 64, 37748736), (16, 128, 37748736)]
    """
    found = []
    for level in range(levels):
        size, count = side // 2**level, maps * 2**level
        found.append((size, count, macs(count, count, 3, positions=size)))
    return found


def draw_pyramid(levels: Sequence[tuple[int, int, int]]) -> Drawing:
    """Draw each level as a stack of maps, with how much a layer on it multiplies."""
    drawing = Drawing(
        "; ".join(f"{m} maps of {s} by {s}: {work:,} multiply-adds" for s, m, work in levels)
    )
    most = levels[0][0]
    left = 0.0
    for number, (side, maps, work) in enumerate(levels):
        edge = 210 * side / most
        sheets = 3 * 2**number
        deep = 7.0
        room = edge + deep * sheets
        top = 250 - (edge + 0.5 * deep * sheets) / 2
        for sheet in reversed(range(sheets)):
            x, y = left + deep * sheet, top + 0.5 * deep * (sheets - sheet)
            drawing.frame(Box(x, y, edge, edge), "paper", width=0, fill=1)
            drawing.frame(Box(x, y, edge, edge), "output", width=2, fill=0.25)
        middle = left + room / 2
        drawing.text(middle, 440, f"{side} × {side} × {maps}", size=28, bold=True)
        drawing.text(middle, 484, f"{work / 1e6:.1f} million", size=28, kind="kernel", bold=True)
        drawing.text(middle, 516, "multiply-adds", size=22, kind="kernel")
        left += max(room, 240) + 50
    return drawing


def draw_tiles(alt: str, tiles: Sequence[tuple[str, str, str]], columns: int = 3) -> Drawing:
    """Draw a tile for each number of a recipe: the number, what it is, and why."""
    drawing = Drawing(alt)
    wide, high = 372.0, 218.0
    for number, (value, name, why) in enumerate(tiles):
        row, column = divmod(number, columns)
        box = Box((wide + 16) * column, (high + 16) * row, wide, high)
        drawing.frame(box, "kernel", width=2, fill=0.1)
        drawing.text(
            box.x + 24, box.y + 88, value, size=62, kind="kernel", anchor="start", bold=True
        )
        drawing.text(box.x + 24, box.y + 138, name, size=28, anchor="start", bold=True)
        drawing.text(box.x + 24, box.y + 180, why, size=23, anchor="start", kind="muted")
    return drawing


def draw_columns(
    rows: Sequence[tuple[str, str, float]], *, unit: str = " %", low: float = 0, high: float = 100
) -> Drawing:
    """Draw a column for each row: its name, the colour's meaning, and its value."""
    drawing = Drawing("; ".join(f"{name}: {value:g}{unit}" for name, _, value in rows))
    for number, (name, kind, value) in enumerate(rows):
        x, tall = 270.0 * number, 350 * (value - low) / (high - low)
        drawing.frame(Box(x, 380 - tall, 200, tall), kind, width=2, fill=0.5)
        drawing.text(x + 100, 360 - tall, f"{value:g}{unit}", size=40, kind=kind, bold=True)
        for line, words in enumerate(name.split("\n")):
            drawing.text(x + 100, 418 + 32 * line, words, size=24 if line else 26, bold=line == 0)
    drawing.line((-10, 380), (270.0 * len(rows) - 60, 380), "ink", width=2)
    return drawing
