"""Two networks timed in turns, so that a busy machine disturbs both alike."""

import time
from dataclasses import dataclass

import numpy as np

from cnnlib._late import torch
from cnnlib.look import Box, Drawing


@dataclass(frozen=True)
class Race:
    """How many times as long one network took as another, run by run.

    Examples
    --------
    >>> result = Race((1.0, 2.0, 3.0))
    >>> result.middle, result.verdict
    (2.0, 'the 7×7 layer took longer in most runs')
    """

    ratios: tuple[float, ...]
    names: tuple[str, str] = ("the 7×7 layer", "the three 3×3 layers")

    @property
    def middle(self) -> float:
        """The median."""
        return float(np.median(self.ratios))

    @property
    def half(self) -> tuple[float, float]:
        """Between which two ratios the middle half of the runs is."""
        low, high = np.quantile(self.ratios, (0.25, 0.75))
        return float(low), float(high)

    @property
    def verdict(self) -> str:
        """What the runs show, and no more."""
        low, high = self.half
        if low > 1:
            return f"{self.names[0]} took longer in most runs"
        if high < 1:
            return f"{self.names[1]} took longer in most runs"
        return "no clear difference"

    def draw(self, counted: float) -> Drawing:
        """Draw the ratio of the times beside the ratio of the multiply-adds."""
        low, high = self.half
        drawing = Drawing(
            f"Two bars: {counted:.2f} times the multiply-adds, {self.middle:.2f} times the time; "
            f"the middle half of {len(self.ratios)} runs is between {low:.2f} and {high:.2f}."
        )
        unit = 500 / max(counted, high, 2)
        for row, (name, value, kind) in enumerate(
            (("multiply-adds", counted, "kernel"), ("time", self.middle, "input"))
        ):
            y = 50 + 170.0 * row
            drawing.text(0, y - 14, name, size=26, anchor="start", bold=True)
            drawing.frame(Box(0, y, unit * value, 70), kind, width=2, fill=0.5)
            end = unit * (max(high, value) if row else value) + 16
            drawing.text(end, y + 46, f"{value:.2f} ×", size=36, kind=kind, anchor="start",
                         bold=True)  # fmt: skip
        y = 50 + 170 + 35
        drawing.line((unit * low, y), (unit * high, y), "ink", width=5)
        for end in (low, high):
            drawing.line((unit * end, y - 18), (unit * end, y + 18), "ink", width=4)
        drawing.line((unit, 20), (unit, 310), "muted", dashed=True)
        drawing.text(unit, 340, "1 ×", size=24)
        drawing.text(0, 396, f"{len(self.ratios)} runs of each, in turns, on this machine", size=23,
                     anchor="start")  # fmt: skip
        drawing.text(0, 430, self.verdict, size=25, anchor="start", bold=True)
        drawing.room(0, 0, 640, 440)
        return drawing


def race(
    first: "torch.nn.Module", second: "torch.nn.Module", x: "torch.Tensor", runs: int = 15
) -> Race:
    """Time two networks in turns, after a warm-up."""
    ratios = []
    with torch.no_grad():
        for _ in range(2):
            first(x)
            second(x)
        for _ in range(runs):
            marks = [time.perf_counter()]
            for net in (first, second):
                net(x)
                marks.append(time.perf_counter())
            ratios.append((marks[1] - marks[0]) / (marks[2] - marks[1]))
    return Race(tuple(ratios))
