"""Data and machines: ImageNet, its tasks and winners, CIFAR, graphics cards, random wiring."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnlib.explore import Steps
from cnnlib.lessons.history.chart import bars
from cnnlib.lessons.history.ilsvrc import Benchmark, Collection, Result, Vote
from cnnlib.lessons.history.wiring import Wiring
from cnnlib.look import MAPS, Box, Drawing

Grid = NDArray[Any]


def growth(collections: Sequence[Collection], small: Benchmark) -> Steps:
    """Show a collection grow, as squares whose areas are its images, beside a small one.

    Parameters
    ----------
    collections
        In the order of their dates.
    small
        Drawn to the same scale.
    """
    most = max(each.images for each in collections)
    sides = [360 * float(np.sqrt(each.images / most)) for each in collections]
    drawings = []
    for count in range(1, len(collections) + 1):
        drawing = Drawing(
            "Squares as large as the collection: "
            + "; ".join(f"{each.date}, {each.images:,} images" for each in collections[:count])
        )
        x = 0.0
        for each, side in zip(collections[:count], sides, strict=False):
            room = max(side, 118)
            if side:
                drawing.frame(Box(x, 380 - side, side, side), "input", width=3, fill=0.25)
            else:
                drawing.line((x, 380), (x + 60, 380), "input", width=5)
            drawing.text(
                x,
                416,
                f"{each.images / 1e6:.3g} million" if side else "0",
                size=26,
                kind="input",
                bold=True,
                anchor="start",
            )
            drawing.text(x, 448, each.date, size=20, anchor="start")
            if each.classes:
                drawing.text(
                    x, 476, f"{each.classes:,} nouns", size=20, kind="muted", anchor="start"
                )
            x += room + 32
        tiny = 360 * float(np.sqrt((small.training + small.test) / most))
        drawing.frame(Box(0, 40, tiny, tiny), "kernel", width=2, fill=0.6)
        drawing.text(
            tiny + 14, 60, "CIFAR-10, to scale", size=22, kind="kernel", anchor="start", bold=True
        )
        drawing.room(0, 10, 1210, 480)
        drawings.append(drawing)
    return Steps(drawings)


def tasks(photo: Grid, boxes: Sequence[tuple[float, float, float, float]], name: str) -> Drawing:
    """Draw a photo three times: with a class, with a class and one box, with all boxes.

    Parameters
    ----------
    photo
        (H, W, 3).
    boxes
        Left, top, right and bottom of every object, as shares of the photo; the main one first.
    name
        Of the class.
    """
    drawing = Drawing(
        f"One photo, three tasks: the class {name}; the class and one box; a box around each of "
        f"{len(boxes)} objects."
    )
    titles = ("classification", "localisation", "detection")
    answers = ("which class?", "which class, and where?", "every object of every class")
    for column, (title, answer) in enumerate(zip(titles, answers, strict=True)):
        x = 396 * column
        drawing.text(x, 24, title, size=28, bold=True, anchor="start")
        photo_box = drawing.image(photo, x, 42, width=370, smooth=True)
        for left, top, right, bottom in boxes[: (0, 1, len(boxes))[column]]:
            drawing.frame(
                Box(
                    x + 370 * left,
                    42 + photo_box.height * top,
                    370 * (right - left),
                    photo_box.height * (bottom - top),
                ),
                "kernel",
                width=5,
                fill=0,
            )
        words = (f"“{name}”", f"“{name}”, 1 box", f"{len(boxes)} × “{name}”, {len(boxes)} boxes")[
            column
        ]
        below = photo_box.bottom + 38
        drawing.text(x, below, words, size=26, kind="output", bold=True, anchor="start")
        drawing.text(x, below + 36, answer, size=24, anchor="start", kind="muted")
    return drawing


def guesses(image: Grid, shares: Grid, wanted: int, best: int = 5) -> Drawing:
    """Draw a digit and a network's best guesses; the right one is marked."""
    order = np.argsort(-shares)[:best]
    drawing = Drawing(
        f"A digit that is a {wanted}. The network's {best} best guesses: "
        + ", ".join(map(str, order))
    )
    drawing.image(image, 0, 20, width=420, cmap=MAPS["input"], low=0, high=1, kind="input")
    drawing.text(0, 480, f"it is a {wanted}", size=28, kind="input", bold=True, anchor="start")
    for row, digit in enumerate(order):
        y = 20 + 86 * row
        right = digit == wanted
        kind = "output" if right else "muted"
        drawing.text(
            560, y + 46, f"{row + 1}. “{digit}”", size=34, anchor="end", kind=kind, bold=True
        )
        drawing.frame(
            Box(585, y + 10, max(3, 400 * float(shares[digit])), 50), kind, width=1.5, fill=0.5
        )
        words = f"{shares[digit]:.1%}".replace("%", " %") + ("  ✓ among five" if right else "")
        drawing.text(
            600 + max(3, 400 * float(shares[digit])),
            y + 45,
            words,
            size=26,
            anchor="start",
            kind=kind,
            bold=right,
        )
    drawing.room(0, 0, 1160, 490)
    return drawing


def votes(results: Sequence[Vote], names: Sequence[str]) -> Drawing:
    """Draw the errors of one network and of several that vote."""
    drawing = Drawing(
        "Top-5 errors: "
        + ", ".join(f"{n} {v.validation:g} %" for n, v in zip(names, results, strict=True))
    )
    values = dict(zip(names, (each.validation for each in results), strict=True))
    kinds = {n: "wrong" if v.pretrained else "output" for n, v in zip(names, results, strict=True)}
    box = bars(
        drawing,
        values,
        {n: f"{v:g} %" for n, v in values.items()},
        width=650,
        height=92,
        gap=44,
        kinds=kinds,
    )
    drawing.text(
        box.x,
        box.bottom + 48,
        "of photos whose class is not among five guesses",
        size=22,
        anchor="start",
        kind="muted",
    )
    return drawing


def winners(
    results: Sequence[Result], second: Result, human: Result, stops: Sequence[int]
) -> Steps:
    """Show the winners' errors by year, up to each of some years.

    Parameters
    ----------
    results
        One per year.
    second
        Drawn as a dot over its year.
    human
        Drawn as a line across.
    stops
        The last year of each step.
    """
    drawings = []
    for stop in stops:
        shown = [each for each in results if each.year <= stop]
        drawing = Drawing(
            "Top-5 error by year: " + ", ".join(f"{e.year} {e.name} {e.error:g} %" for e in shown)
        )
        for each in shown:
            x = 146 * (each.year - results[0].year)
            height = 13.5 * each.error
            box = Box(x, 420 - height, 112, height)
            if each.layers is None and "network" not in each.method:
                drawing.hatch(box)
            else:
                drawing.frame(box, "output", width=2, fill=0.7)
            drawing.text(x + 56, box.y - 10, f"{each.error:g} %", size=24, bold=True)
            drawing.text(x + 56, 450, str(each.year), size=22, bold=True)
            drawing.text(x + 56, 478, each.name.split("-")[0], size=20)
            if each.layers:
                drawing.text(x + 56, 504, f"{each.layers} layers", size=20, kind="muted")
        y = 420 - 13.5 * human.error
        drawing.line((0, y), (1150, y), "wrong", width=2.5, dashed=True)
        drawing.text(
            1150,
            y - 44,
            f"{human.name}: {human.error:g} %",
            size=22,
            kind="wrong",
            bold=True,
            anchor="end",
        )
        if stop >= second.year:
            x, high = 146 * (second.year - results[0].year) + 124, 420 - 13.5 * second.error
            drawing.circle(x, high, 8, "kernel", fill=1)
            drawing.line((x, high), (x + 30, 250), "kernel", width=2)
            drawing.text(
                x + 10,
                238,
                f"second: {second.name}, {second.error:g} %, {second.layers} layers",
                size=20,
                kind="kernel",
                anchor="start",
                bold=True,
            )
        drawing.text(
            1150,
            24,
            [("▨ hand-made features", "muted"), "     ", ("■ convolutional networks", "output")],
            size=22,
            anchor="end",
            bold=True,
        )
        drawing.line((0, 420), (1150, 420), "muted", width=1.5)
        drawing.room(0, 0, 1150, 510)
        drawings.append(drawing)
    return Steps(drawings)


def programme() -> Drawing:
    """Draw whom the Canadian Institute for Advanced Research paid, and when."""
    drawing = Drawing(
        "1983 to the mid-nineties: a programme on artificial intelligence; Hinton joins in 1987. "
        "Then none. From 2004: neural computation. 2012 AlexNet; 2019 the Turing Award for 2018."
    )

    def at(year: float) -> float:
        return 1150 * (year - 1982) / (2026 - 1982)

    for begin, end, words, kind in (
        (1983, 1995, "AI, Robotics & Society", "kernel"),
        (2004, 2026, "Neural Computation & Adaptive Perception", "output"),
    ):
        drawing.frame(Box(at(begin), 190, at(end) - at(begin), 84), kind, width=2, fill=0.3)
        drawing.text(at(begin) + 14, 242, words, size=24, kind=kind, bold=True, anchor="start")
    drawing.hatch(Box(at(1995), 190, at(2004) - at(1995), 84))
    drawing.text(at(1999.5), 172, "no programme", size=22, kind="muted", bold=True)
    for year, words, up in (
        (1987, "Hinton moves to Canada", False),
        (2006, "deep networks learn", True),
        (2009, "CIFAR-10", False),
        (2012, "AlexNet", True),
        (2019, "2018 Turing Award", False),
    ):
        x = at(year)
        end, base = (90, 190) if up else (374, 274)
        drawing.line((x, base), (x, end), "ink", width=2)
        drawing.circle(x, base, 8, "ink", fill=1)
        drawing.text(x, end - 40 if up else end + 28, str(year), size=26, bold=True)
        drawing.text(x, end - 12 if up else end + 58, words, size=22)
    for year in (1983, 1995, 2004):
        drawing.text(at(year), 300, str(year) if year != 1995 else "mid-90s", size=20, kind="muted")
    return drawing


def tiny(benchmark: Benchmark, classes: Sequence[str], pool: int) -> Drawing:
    """Draw CIFAR-10: ten classes, their training and test images, six batches, and the pool."""
    total = benchmark.training + benchmark.test
    drawing = Drawing(
        f"Ten classes of {total // benchmark.classes:,} images; six batches, one of them for the "
        f"test; {total:,} of {pool:,} images."
    )
    per = total // benchmark.classes
    for row, name in enumerate(classes):
        y = 50 * row
        drawing.text(150, y + 28, name, size=22, anchor="end")
        drawing.frame(Box(165, y, 350, 38), "input", width=1.5, fill=0.4)
        drawing.frame(Box(515, y, 70, 38), "output", width=1.5, fill=0.6)
    drawing.text(
        340,
        532,
        f"{benchmark.training // benchmark.classes:,} for training",
        size=22,
        kind="input",
        bold=True,
    )
    drawing.text(
        550,
        532,
        f"{benchmark.test // benchmark.classes:,} for test",
        size=22,
        kind="output",
        bold=True,
    )
    for n in range(6):
        box = Box(700, 62 * n, 170, 50)
        drawing.frame(box, "input" if n < 5 else "output", width=1.5, fill=0.4)
        drawing.text(785, 62 * n + 34, f"{total // 6:,}", size=24)
    drawing.text(700, 410, "five training batches,", size=22, anchor="start")
    drawing.text(700, 440, "one for the test", size=22, anchor="start")
    side = 240
    inner = side * float(np.sqrt(total / pool))
    drawing.frame(Box(950, 0, side, side), "muted", width=2, fill=0.12)
    drawing.frame(Box(950, side - inner, inner, inner), "kernel", width=1, fill=1)
    drawing.text(950, 276, "80 Million Tiny Images,", size=22, anchor="start", bold=True)
    drawing.text(950, 306, "withdrawn in 2020", size=22, anchor="start", kind="wrong", bold=True)
    drawing.text(950, 352, [("■ CIFAR-10", "kernel")], size=22, anchor="start", bold=True)
    drawing.text(950, 382, f"{total:,} of {pool / 1e6:.0f} million", size=22, anchor="start")
    drawing.text(950, 440, f"{per:,} per class", size=22, anchor="start", kind="muted")
    return drawing


def cards(ratios: Mapping[str, float]) -> Drawing:
    """Draw how many times more a new graphics card has."""
    drawing = Drawing(
        "Times more: " + ", ".join(f"{name} {ratio:.3g}" for name, ratio in ratios.items())
    )
    kinds = {name: "wrong" if name == "watts" else "output" for name in ratios}
    bars(
        drawing,
        ratios,
        {name: f"× {ratio:.3g}" for name, ratio in ratios.items()},
        width=760,
        height=80,
        gap=40,
        kinds=kinds,
    )
    return drawing


def wirings(graphs: Mapping[str, Wiring]) -> Drawing:
    """Draw graphs side by side: a node at the depth of its longest way, every edge downwards."""
    drawing = Drawing(
        "Graphs of ten nodes, a regular one and others at random: " + "; ".join(graphs)
    )
    for column, (title, graph) in enumerate(graphs.items()):
        spots = places(graph)
        left = 400 * column + 165
        lowest = max(-y for _, y in spots)
        widest = max(abs(x) for x, _ in spots)

        def at(
            spot: tuple[float, float],
            left: float = left,
            lowest: float = lowest,
            widest: float = widest,
        ) -> tuple[float, float]:
            return left + 135 * spot[0] / max(widest, 1), 30 - 400 * spot[1] / lowest

        for a, b in graph.edges:
            (x0, y0), (x1, y1) = at(spots[a]), at(spots[b])
            length = float(np.hypot(x1 - x0, y1 - y0))
            short = 1 - 20 / length
            drawing.line(
                (x0, y0),
                (x0 + short * (x1 - x0), y0 + short * (y1 - y0)),
                "muted",
                width=2.2,
                arrow=True,
                bend=0.09 * length,
            )
        for node, spot in enumerate(spots):
            kind = (
                "input"
                if node in graph.inputs()
                else "output"
                if node in graph.outputs()
                else "kernel"
            )
            drawing.circle(*at(spot), 16, "paper", fill=1, width=0)
            drawing.circle(*at(spot), 16, kind, fill=0.55, width=3)
        name, _, share = title.partition(": ")
        drawing.text(left, 490, name, size=24)
        drawing.text(left, 538, share, size=38, kind="output", bold=True)
    return drawing


def places(graph: Wiring) -> list[tuple[float, float]]:
    """Return where each node is drawn: spread evenly over the row of its depth."""
    depths, found = graph.depths(), []
    for node, depth in enumerate(depths):
        row = [other for other, each in enumerate(depths) if each == depth]
        shift = 0.25 * (depth % 2)  # so that edges do not hide behind nodes in between
        found.append((row.index(node) - (len(row) - 1) / 2 + shift, -float(depth)))
    return found
