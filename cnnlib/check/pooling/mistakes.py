"""Typical mistakes that people make with every kind of pooling.

Like those of convolution they are written with the reference, on changed arguments.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import only_first, without_last
from cnnlib.check.geometry import Pair, padded, settings, swapped

Compute = Callable[..., Any]


def default_stride(arguments: Arguments) -> dict[str, Any]:
    """Move by one pixel where no stride is given."""
    if "stride" in arguments:
        raise RuntimeError("a stride is given")
    return {"stride": 1}


def given_stride(arguments: Arguments, instead: int | Pair | None) -> dict[str, Any]:
    """Take another stride where one is given; None is the window's size."""
    if "stride" not in arguments:
        raise RuntimeError("no stride is given")
    return {"stride": instead}


def by_hand(arguments: Arguments, sides: str, value: float, mode: str = "constant") -> Arguments:
    """Pad x by hand: above (a), below (b), twice where a side is named twice."""
    _, stride, padding = settings(arguments)
    x = padded(arguments["x"], padding, sides.count("a"), sides.count("b"), mode, value)
    return {**arguments, "stride": stride, "padding": 0, "x": x}


def anywhere(pool: Compute, border: float) -> tuple[Misconception, ...]:
    """Return the mistakes that people make with every kind of window.

    `pool` computes with changed arguments; `border` is what the padding holds.
    """

    def on(sides: str) -> Callable[[Arguments], Any]:
        def compute(a: Arguments) -> Any:
            found = pool(by_hand(a, sides, border))
            # Indices would count from another corner: nothing is said of them.
            return (found[0], None) if isinstance(found, tuple) else found

        return compute

    return (
        *mistakes(
            "a stride that is not given is taken as 1",
            "With stride=None the windows stand side by side. How far apart are they then?",
            lambda a: pool(a, **default_stride(a)),
        ),
        *mistakes(
            "the stride is ignored",
            "Neighbouring outputs are `stride` input pixels apart. Where does your code say at "
            "which input row output row i begins?",
            lambda a: pool(a, **given_stride(a, 1)),
            lambda a: pool(a, **given_stride(a, None)),
        ),
        *mistakes(
            "height's and width's stride are mixed up",
            SWAP,
            lambda a: pool(a, stride=settings(a)[1][::-1]),
            lambda a: pool(a, stride=settings(a)[1][0]),
            lambda a: pool(a, stride=settings(a)[1][1]),
        ),
        *mistakes(
            "the window's height and width are mixed up",
            SWAP,
            lambda a: pool(a, kernel_size=swapped(a, "kernel_size")),
            lambda a: pool(a, kernel_size=swapped(a, "kernel_size"), stride=settings(a)[1]),
            lambda a: pool(a, kernel_size=(pair(a["kernel_size"])[0],) * 2),
            lambda a: pool(a, kernel_size=(pair(a["kernel_size"])[1],) * 2),
        ),
        *mistakes("the padding is ignored", PADDING, lambda a: pool(a, padding=0)),
        *mistakes(
            "height's and width's padding are mixed up",
            SWAP,
            lambda a: pool(a, padding=swapped(a, "padding")),
            # PyTorch takes no padding of more than half the window; people do.
            lambda a: on("ab")({**a, "padding": swapped(a, "padding")}),
        ),
        *mistakes(
            "padding on one side only", PADDING, on("a"), on("b"), on("aa"), on("bb")
        ),
        *mistakes("padding twice", PADDING, on("aabb")),
        *mistakes(
            "windows that hang over the edge are counted",
            "Only windows that lie inside the (padded) image count: the last row or column may "
            "stay unread. Do you round down?",
            lambda a: pool(a, ceil_mode=True),
        ),
        *mistakes(
            "the last row or column is missing",
            "How many windows fit? Try the formula on 3 pixels with a window of 3.",
            *without_last(pool),
        ),
        *mistakes(
            "only the first image is computed",
            "The first axis of x is the batch: every image of it has its own output.",
            *only_first(pool, 0),
        ),
        *mistakes(
            "only the first channel is computed",
            "Pooling works on every channel by itself, and keeps them all.",
            *only_first(pool, 1),
        ),
    )  # fmt: skip


def across_channels(arguments: Arguments, pool: Compute, reduce: Any) -> list[Array]:
    """Return one plane for all channels, in the three shapes in which it may come."""
    y = pool(arguments)
    if y.shape[1] == 1:
        raise RuntimeError("there is only one channel")
    one = reduce(y, axis=1, keepdims=True)
    return [one, one[:, 0], np.broadcast_to(one, y.shape)]


SWAP = "A pair is always (down, across): height first, then width. Which one comes first for you?"
PADDING = (
    "Padding adds `padding` rows above and below, `padding` columns left and right. Print the "
    "shape of the padded image, and its corners."
)
CHANNELS = "Pooling looks at one channel at a time: the output has as many channels as the input."
