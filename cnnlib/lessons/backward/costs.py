"""What a backward pass costs: counted by the formula and by PyTorch, and timed."""

import time
from typing import Any

from cnnlib._late import F, torch
from cnnlib.lessons.fields.timing import Race
from cnnlib.look import Box, Drawing


def counted(x: Any, w: Any, padding: int) -> tuple[int, int]:
    """Return the multiply-adds of a forward and a backward pass, as PyTorch counts them."""
    from torch.utils.flop_counter import FlopCounterMode

    leaf, weights = x.detach().requires_grad_(), w.detach().requires_grad_()
    with FlopCounterMode(display=False) as forward:
        y = F.conv2d(leaf, weights, padding=padding)
    with FlopCounterMode(display=False) as backward:
        torch.autograd.grad(y, (leaf, weights), torch.ones_like(y))
    # It counts a multiplication and an addition as two.
    return forward.get_total_flops() // 2, backward.get_total_flops() // 2


def race(x: Any, w: Any, padding: int, runs: int = 15) -> Race:
    """Time backward passes against forward passes, in turns, after a warm-up, on one thread."""
    leaf, weights = x.detach().requires_grad_(), w.detach().requires_grad_()
    ratios, threads = [], torch.get_num_threads()
    torch.set_num_threads(1)
    for run in range(runs + 2):
        start = time.perf_counter()
        y = F.conv2d(leaf, weights, padding=padding)
        middle = time.perf_counter()
        torch.autograd.grad(y, (leaf, weights), torch.ones_like(y))
        if run > 1:
            ratios.append((time.perf_counter() - middle) / (middle - start))
    torch.set_num_threads(threads)
    return Race(tuple(ratios), ("backward", "forward"))


def draw_work(work: int) -> Drawing:
    """Draw the work of a layer: a block for the forward pass, one each for dx and dw."""
    drawing = Drawing(f"Three equal blocks: y, dw and dx take {work:,} multiply-adds each.")
    side = 250.0
    blocks = (("y", "output", "forward"), ("dw", "gradient", "backward"),
              ("dx", "gradient", "backward"))  # fmt: skip
    for number, (name, kind, way) in enumerate(blocks):
        x = number * (side + 40) + (60 if number else 0)
        box = Box(x, 0, side, side)
        drawing.frame(box, kind, width=4, fill=0.3 if number else 0.2)
        drawing.text(box.middle[0], box.middle[1] - 2, name, size=72, kind=kind, bold=True)
        drawing.text(box.middle[0], box.middle[1] + 52, f"{work / 1e6:.1f} million", size=28)
        drawing.text(box.middle[0], -24, way, size=28, kind=kind, bold=True)
    drawing.text(0, side + 66, "each: N · m² · C_out outputs × K² · C_in products", size=28,
                 anchor="start")  # fmt: skip
    drawing.text(0, side + 116, [("backward: twice the work of forward", "gradient")], size=32,
                 anchor="start", bold=True)  # fmt: skip
    return drawing
