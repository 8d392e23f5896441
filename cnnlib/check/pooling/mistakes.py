"""Typical mistakes that people make with every kind of pooling.

Like those of convolution they are written with the reference, on changed arguments.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import only_first, raising, without_last
from cnnlib.check.geometry import Pair, padded, settings, swapped
from cnnlib.check.moving import SWAP
from cnnlib.check.windows import Place, Windows

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
            "a stride that is not given is assumed to be 1",
            "With stride=None the windows are side by side. How far apart are they then?",
            lambda a: pool(a, **default_stride(a)),
        ),
        *mistakes(
            "the stride is ignored",
            "The windows of neighbouring outputs begin `stride` input pixels apart. Where does "
            "your code compute the input row at which the window of output row i begins?",
            lambda a: pool(a, **given_stride(a, 1)),
            lambda a: pool(a, **given_stride(a, None)),
        ),
        *mistakes(
            "the strides for height and width are mixed up",
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
            "the paddings for height and width are mixed up",
            SWAP,
            lambda a: pool(a, padding=swapped(a, "padding")),
            # PyTorch takes no padding of more than half the window; people do.
            lambda a: on("ab")({**a, "padding": swapped(a, "padding")}),
        ),
        *mistakes(
            "padding on one side only", PADDING, on("a"), on("b"), on("aa"), on("bb")
        ),
        *mistakes("the padding is added twice", PADDING, on("aabb")),
        *mistakes(
            "neither the stride nor the padding is used",
            "This code is right without padding and without a stride of its own. Where does it "
            "use stride and padding?",
            lambda a: pool(a, padding=0, **given_stride(a, None)),
            lambda a: pool(a, padding=0, **given_stride(a, 1)),
        ),
        *mistakes(
            "windows that hang over the edge are counted",
            "Only windows inside the (padded) image count; the last row or column may remain "
            "unread. Does your code round down?",
            lambda a: pool(a, ceil_mode=True),
        ),
        *mistakes(
            "the last row or column is missing",
            "How many windows fit? Try the formula on 3 pixels with a window of 3.",
            *without_last(pool),
        ),
        *mistakes(
            "only the first image is processed",
            "The first axis of x is the batch: every image in it has its own output.",
            *only_first(pool, 0),
        ),
        *mistakes(
            "only the first channel is processed",
            "Pooling works on every channel by itself, and keeps them all.",
            *only_first(pool, 1),
        ),
    )  # fmt: skip


def sliced(windows: Windows) -> tuple[Misconception, ...]:
    """Return the mistakes that people make in the slice that a window is, and in their number."""
    both = [windows, replace(windows, edge="raises")]

    def with_kernel(change: Callable[[Place], Pair]) -> list[Compute]:
        """Read windows of another size; how many there are is computed rightly."""

        def compute(a: Arguments, each: Windows) -> Any:
            place = windows.place(a)
            kernel = change(place)
            if kernel == place.kernel:
                return None
            return each.on_grid({**a, "stride": place.stride}, kernel_size=kernel)

        return [partial(compute, each=each) for each in both]

    def divided(by: Callable[[Place], Pair]) -> list[Compute]:
        def compute(a: Arguments, each: Windows) -> Any:
            place = windows.place(a)
            rows, columns = (n // d for n, d in zip(place.image, by(place), strict=True))
            return None if (rows, columns) == place.grid else each.sized(a, rows, columns)

        return [partial(compute, each=each) for each in both]

    return (
        *mistakes(
            "the window is as large as the stride",
            "kernel_size says how large a window is, stride how far away the next one begins. "
            "Which of them ends your slice?",
            *with_kernel(lambda place: place.stride),
        ),
        *mistakes(
            "the window is as large as the output",
            "A window has kernel_size rows and columns. Which variable ends your slice?",
            *with_kernel(lambda place: place.grid),
        ),
        *mistakes(
            "the window's height and width are mixed up",
            SWAP,
            *with_kernel(lambda place: place.kernel[::-1]),
            *with_kernel(lambda place: (place.kernel[0],) * 2),
            *with_kernel(lambda place: (place.kernel[1],) * 2),
        ),
        *mistakes(
            "the whole image is read instead of the window",
            "Print the shape of what you pool for the first output. Is it the shape of a window?",
            *with_kernel(lambda place: place.whole),
            lambda a: _everything(windows, a),
        ),
        *mistakes(
            "the number of windows is the image's size divided by the kernel's size",
            _COUNT,
            *divided(lambda place: place.kernel),
        ),
        *mistakes(
            "the number of windows is the image's size divided by the stride",
            _COUNT,
            *divided(lambda place: place.stride),
        ),
        *mistakes(
            "windows are cut out by reshape, which works only if they fit evenly",
            "Reshaping cuts the image into windows only if they are side by side and fill it. Are "
            "the windows side by side if the stride is 1? What is left over if you cut 7 rows into "
            "windows of 2?",
            raising(
                lambda a: _uneven(windows.place(a)),
                "cannot reshape",
                alone=True,
            ),
        ),
    )  # fmt: skip


def _uneven(place: Place) -> bool:
    return any(n % k for n, k in zip(place.image, place.kernel, strict=True))


def _everything(windows: Windows, arguments: Arguments) -> Any:
    """Pool the whole padded plane, for every output."""
    place = windows.place(arguments)
    x = padded(arguments["x"], place.padding, value=windows.border)
    whole = {"x": x, "kernel_size": place.whole, "stride": place.whole, "padding": 0}
    found = windows.compute({**arguments, **whole})
    return np.broadcast_to(found, (*found.shape[:2], *place.grid))


def without_first(windows: Windows) -> Compute:
    """Put zeros above and left of the image until the windows come out even."""

    def compute(a: Arguments) -> Any:
        place = windows.place(a)
        missing = [(s - n) % s if n else 0
                   for s, n in zip(place.stride, place.left_over, strict=True)]  # fmt: skip
        if not any(missing):
            return None
        x = padded(a["x"], place.padding, value=windows.border)
        x = np.pad(x, ((0, 0), (0, 0), *((n, 0) for n in missing)))
        return windows.compute({**a, "x": x, "stride": place.stride, "padding": 0})

    return compute


_COUNT = (
    "How many windows of 3 fit into 7 pixels, if they are 2 pixels apart? Draw them, then count "
    "with your formula."
)


def across_channels(arguments: Arguments, pool: Compute, reduce: Any) -> list[Array]:
    """Return one plane for all channels, in the three shapes in which it may come."""
    y = pool(arguments)
    if y.shape[1] == 1:
        raise RuntimeError("there is only one channel")
    one = reduce(y, axis=1, keepdims=True)
    return [one, one[:, 0], np.broadcast_to(one, y.shape)]


PADDING = (
    "Padding adds rows above and below the image, and columns on its left and right. Print the "
    "shape of the padded image, and its corners."
)
CHANNELS = "Pooling looks at one channel at a time: the output has as many channels as the input."
