"""What networks cost: LeNet-5 twice, AlexNet row by row and three times over."""

from collections.abc import Mapping, Sequence

import numpy as np

from cnnlib.look import Box, Drawing
from cnnlib.spec import Conv, Linear, Row, Sequential


def draw_lenets(rows: Sequence[tuple[str, int, int]]) -> Drawing:
    """Draw a table of two versions' parameters; where they differ, the cells are marked.

    Parameters
    ----------
    rows
        A layer's name, its parameters in 1998 and today.
    """
    totals = sum(old for _, old, _ in rows), sum(new for _, _, new in rows)
    drawing = Drawing(
        "LeNet-5's parameters, in 1998 and today: "
        + "; ".join(f"{name} {old:,} and {new:,}" for name, old, new in rows)
        + f"; together {totals[0]:,} and {totals[1]:,}"
    )
    for x, words, kind in ((430.0, "1998", "input"), (760.0, "as taught today", "kernel")):
        drawing.text(x, 26, words, size=28, anchor="end", kind=kind, bold=True)
    high = 50.0
    for number, (name, *counts) in enumerate(rows):
        y = 44 + high * number
        if counts[0] != counts[1]:
            drawing.frame(Box(0, y + 4, 780, high - 8), "kernel", width=0, fill=0.16)
        drawing.text(16, y + 33, name, size=25, anchor="start", bold=True)
        for x, count in zip((430, 760), counts, strict=True):
            drawing.text(x, y + 33, f"{count:,}" if count else "—", size=25, anchor="end")
    y = 44 + high * len(rows) + 12
    drawing.line((0, y), (780, y), "ink", width=2)
    for x, total, kind in ((430, totals[0], "input"), (760, totals[1], "kernel")):
        drawing.text(x, y + 52, f"{total:,}", size=44, anchor="end", kind=kind, bold=True)
    return drawing


def draw_connections(table: Sequence[Sequence[int]], channels: int = 6) -> Drawing:
    """Draw which maps of S2 (rows) each map of C3 (columns) reads."""
    used = sum(map(len, table))
    drawing = Drawing(
        f"A table of {channels} rows and {len(table)} columns; {used} of its "
        f"{channels * len(table)} cells are filled: they show which maps each map of C3 reads."
    )
    filled = np.array([[row in column for column in table] for row in range(channels)])
    side = 62.0
    for j in range(len(table)):
        drawing.text(70 + side * (j + 0.5), 30, str(j), size=22, kind="output", bold=True)
    for i in range(channels):
        drawing.text(50, 48 + side * (i + 0.62), str(i), size=22, kind="input", bold=True,
                     anchor="end")  # fmt: skip
    drawing.grid(np.where(filled, 1, np.nan), 70, 42, side=side, kind="kernel", numbers=False,
                 strong=filled)  # fmt: skip
    bottom = 42 + side * channels
    drawing.text(70, bottom + 38, [("rows: maps of S2", "input"), ",   ",
                                   ("columns: maps of C3", "output")],
                 size=24, anchor="start", bold=True)  # fmt: skip
    drawing.text(70 + side * len(table), bottom + 38,
                 [(f"{used} of {channels * len(table)}", "kernel"), " kernels"],
                 size=28, anchor="end", bold=True)  # fmt: skip
    return drawing


def table_rows(net: Sequential) -> list[Row]:
    """Return the rows of a network that a table of it shows: those that learn, and poolings."""
    return [row for row in net.summary().rows if row.parameters or row.path.startswith("pool")]


def working(row: Row) -> str:
    """Return how a layer's parameters are counted.

    Examples
    --------
    >>> from cnnlib.zoo import alexnet
    >>> working(table_rows(alexnet("single"))[0])
    '(11·11·3 + 1) · 96'
    """
    layer = row.layer
    if isinstance(layer, Conv):
        size = layer.label.split(",")[0].removeprefix("conv ").replace("×", "·")
        return f"({size}·{row.input_shape[0] // layer.groups} + 1) · {layer.out_channels}"
    if isinstance(layer, Linear):
        return f"({row.input_shape[0]:,} + 1) · {layer.out_features:,}"
    return ""


def draw_rows(rows: Sequence[Row], stops: Sequence[int]) -> list[Drawing]:
    """Draw a network's table, with as many rows as each stop says; the last has the total."""
    return [_table(rows, stop) for stop in (*stops, len(rows))]


def _table(rows: Sequence[Row], count: int) -> Drawing:
    shown = rows[:count]
    total = sum(row.parameters for row in shown)
    drawing = Drawing(
        "A table of layers: "
        + "; ".join(f"{row.path}, {row.parameters:,} parameters" for row in shown)
        + f". Together {total:,}."
    )
    most = max(row.parameters for row in rows)
    high = 440 / len(rows)
    for x, words, anchor in ((0.0, "layer", "start"), (120.0, "output", "start"),
                             (330.0, "weights and biases", "start"),
                             (800.0, "parameters", "end")):  # fmt: skip
        drawing.text(x, 20, words, size=20, kind="muted", anchor=anchor)
    for number, row in enumerate(shown):
        y = 34 + high * number
        now = number == count - 1 and count < len(rows)
        if now:
            drawing.frame(Box(-8, y + 2, 816, high - 4), "kernel", width=0, fill=0.14)
        base = y + high / 2 + 8
        kind = "ink" if row.parameters else "muted"
        shape = "×".join(map(str, (*row.output_shape[1:], row.output_shape[0])))
        drawing.text(0, base, row.path, size=23, kind=kind, anchor="start", bold=True)
        drawing.text(120, base, shape, size=23, kind=kind, anchor="start")
        drawing.text(330, base, working(row) or "nothing to learn", size=23, kind=kind,
                     anchor="start")  # fmt: skip
        drawing.text(800, base, f"{row.parameters:,}", size=23, kind=kind, anchor="end", bold=True)
        long = 330 * row.parameters / most
        if long:
            drawing.bar(824, y + 6, max(2, long), high - 12, "kernel")
    bottom = 34 + 440
    drawing.line((0, bottom + 4), (800, bottom + 4), "ink", width=2)
    words = "so far" if count < len(rows) else "total"
    drawing.text(0, bottom + 44, words, size=26, anchor="start", bold=True)
    drawing.text(800, bottom + 46, f"{total:,}", size=36, kind="kernel", anchor="end", bold=True)
    drawing.room(-8, 0, 1154, bottom + 56)
    return drawing


def draw_three(nets: Mapping[str, Sequential], words: Mapping[str, str]) -> Drawing:
    """Draw variants of AlexNet side by side: the towers of their convolutions, and the totals."""
    totals = {name: net.summary().parameters for name, net in nets.items()}
    drawing = Drawing(
        "Three AlexNets: " + "; ".join(f"{name}: {totals[name]:,} parameters" for name in nets)
    )
    for column, (name, net) in enumerate(nets.items()):
        x = 400.0 * column
        drawing.text(x, 26, name, size=28, anchor="start", bold=True)
        convs = [layer for layer in net.layers if isinstance(layer, Conv)]
        for number, layer in enumerate(convs):
            y = 56 + 58.0 * number
            wide = 0.8 * layer.out_channels
            parts = layer.groups
            split = any(each.groups > 1 for each in convs)
            halves = 2 if split else 1
            for half in range(halves):
                part = Box(x + half * (wide / halves + 14), y, wide / halves, 36)
                drawing.frame(part, "kernel", width=1.5, fill=0.4)
                drawing.text(part.middle[0], y + 26, f"{layer.out_channels // halves}", size=20)
            if number:
                before = 0.8 * convs[number - 1].out_channels / halves
                for a in range(halves):
                    for b in range(halves):
                        if parts == 1 or a == b:
                            start = x + a * (before + 14) + before / 2
                            end = x + b * (wide / halves + 14) + wide / halves / 2
                            drawing.line((start, y - 22), (end, y), "ink", width=2)
        drawing.text(x, 400, f"{totals[name]:,}", size=42, kind="kernel", anchor="start", bold=True)
        for number, line in enumerate(words[name].split("\n")):
            drawing.text(x, 438 + 30 * number, line, size=22, anchor="start")
    return drawing


def draw_shares(shares: Mapping[str, Mapping[str, float]]) -> Drawing:
    """Draw bars that are divided: what share of a whole the convolutions have, and the rest."""
    drawing = Drawing(
        "; ".join(
            f"{name}: " + ", ".join(f"{part} {100 * share:.0f} %" for part, share in parts.items())
            for name, parts in shares.items()
        )
    )
    for number, (name, parts) in enumerate(shares.items()):
        y, x = 50 + 230.0 * number, 0.0
        drawing.text(0, y - 14, name, size=28, anchor="start", bold=True)
        for (part, share), kind in zip(parts.items(), ("kernel", "ink"), strict=False):
            box = Box(x, y, 1150 * share, 110)
            drawing.frame(box, kind, width=2, fill=0.4 if kind == "kernel" else 0.15)
            words = f"{part}: {100 * share:.0f} %"
            if box.width > 220:
                drawing.text(box.middle[0], y + 66, words, size=30, bold=True)
            else:
                drawing.text(x if x < 600 else 1150, y + 146, words, size=26, bold=True,
                             kind=kind, anchor="start" if x < 600 else "end")  # fmt: skip
            x = box.right
    return drawing
