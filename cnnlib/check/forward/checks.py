"""The checks of `ps2_forward`: convolution by loops, im2col, and convolution as one product."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnlib.check import references
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import LIBRARIES, Check, Part, Tolerance, exact
from cnnlib.check.engine.drawing import drawing, whole_numbers
from cnnlib.check.engine.rounding import norm, rounding
from cnnlib.check.engine.window import Window
from cnnlib.check.forward.im2col_mistakes import IM2COL
from cnnlib.check.forward.mistakes import CONV
from cnnlib.check.geometry import Geometry, Pair, effective, grid, span, window
from cnnlib.check.windows import convolving, remarks


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of any method.

    By Cauchy and Schwarz Σ|x||w| is at most ‖x‖ ‖w‖, taken over a whole image and a whole filter.
    That larger bound also holds for methods that mix neighbouring sums, such as the FFT.
    """
    x, w, b = (arguments[name] for name in "xwb")
    axes = (1, 2, 3)
    size = norm(x, axes) * norm(w, axes) + float(0 if b is None else np.abs(b).max())
    terms = int(np.prod(w.shape[1:])) + 1
    return rounding(dtype, size, "size of x times w", terms=terms)


def _conv_window(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    image, output_channel, row, column = index
    filters, depth = arguments["w"].shape[:2]
    group = output_channel // (filters // arguments.get("groups", 1))
    return window(arguments, (row, column), range(group * depth, (group + 1) * depth), image)


def _im2col_window(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    """Find the output position whose window a column of im2col is."""
    image, kernel_row, position = index
    kh, kw = arguments["kernel_size"]
    _, width = grid(arguments["x"].shape[2:], *effective(arguments))
    channel, place = divmod(kernel_row, kh * kw)
    where = (
        f"row {kernel_row} of the columns: channel {channel}, kernel row {place // kw}, "
        f"kernel column {place % kw}"
    )
    found = window(arguments, divmod(position, width), [channel], image)
    return replace(found, caption=f"{where}\n{found.caption}")


BASIC = (
    Geometry("one image, one channel, no bias", (1, 1, 5, 4), 1, (3, 2), bias=False),
    Geometry("one image, three channels", (1, 3, 6, 5), 2, (2, 3)),
    Geometry("a batch and four filters", (3, 2, 5, 6), 4, (3, 3)),
    Geometry("a 1×1 kernel, read-only arrays", (2, 3, 3, 4), 2, (1, 1), layout="read-only"),
    Geometry("a kernel as large as the image", (2, 2, 4, 3), 3, (4, 3)),
    Geometry("float32, sliced arrays", (2, 2, 5, 4), 2, (2, 2),
             dtype="float32", layout="sliced"),
    Geometry("a square image and a square kernel", (1, 1, 4, 4), 1, (2, 2)),
)  # fmt: skip
STRIDE_PADDING = (
    Geometry("stride 2", (1, 2, 7, 5), 2, (3, 3), stride=2),
    Geometry("stride 2 that does not fit", (2, 1, 8, 7), 2, (3, 2), stride=2),
    Geometry("stride 2 down, 1 across", (1, 2, 7, 6), 2, (3, 3), stride=(2, 1)),
    Geometry("stride 3, larger than the kernel", (2, 2, 8, 7), 2, (2, 2), stride=3),
    Geometry("padding 1", (2, 2, 5, 4), 2, (3, 3), padding=1),
    Geometry("padding 2 down, 1 across", (1, 2, 4, 5), 3, (3, 2), padding=(2, 1)),
    Geometry("stride 2 and padding 1", (2, 3, 6, 7), 2, (3, 3), stride=2, padding=1),
    Geometry("stride 2, padding 2, wide kernel", (1, 2, 5, 8), 2, (2, 4), stride=2, padding=2),
    Geometry("stride 1 down, 3 across", (1, 2, 4, 9), 2, (2, 3), stride=(1, 3)),
    Geometry("no padding down, 2 across", (1, 2, 4, 3), 2, (2, 3), padding=(0, 2)),
)
DILATION = (
    Geometry("dilation 2", (1, 2, 7, 6), 2, (3, 3), dilation=2),
    Geometry("dilation 1 down, 3 across", (2, 1, 4, 8), 2, (3, 2), dilation=(1, 3)),
    Geometry("dilation 2, stride 2, padding 2", (1, 2, 8, 7), 2, (3, 2),
             stride=2, padding=2, dilation=2),
)  # fmt: skip
GROUPS = (
    Geometry("two groups", (2, 4, 5, 4), 6, (3, 2), groups=2),
    Geometry("depthwise: one group per channel", (1, 3, 5, 6), 3, (3, 3), groups=3),
    Geometry("depthwise, two filters per channel", (2, 3, 5, 4), 6, (2, 2), groups=3),
    Geometry("groups, dilation, stride and padding", (2, 4, 9, 8), 4, (3, 2),
             stride=(2, 1), padding=(1, 2), dilation=(2, 1), groups=2),
)  # fmt: skip


def spread(*free: str) -> Any:
    """Return a function that draws a random geometry in which only the named settings are free."""

    def draw_random(rng: np.random.Generator) -> Geometry:
        choose = whole_numbers(rng)

        def setting(name: str, low: int, high: int) -> Pair | None:
            return (choose(low, high), choose(low, high)) if name in free else None

        kernel_size = choose(1, 4), choose(1, 4)
        stride, padding = setting("stride", 1, 3), setting("padding", 0, 2)
        dilation = setting("dilation", 1, 3)
        groups = choose(1, 3) if "groups" in free else None
        reach = [*map(span, (1, 1), kernel_size, (1, 1), dilation or (1, 1))]
        return Geometry(
            name="a random geometry",
            image=(choose(1, 3), (groups or 1) * choose(1, 2),
                   reach[0] + choose(0, 5), reach[1] + choose(0, 5)),
            filters=(groups or 1) * choose(1, 2),
            kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation,
            groups=groups, bias=bool(choose(0, 1)),
        )  # fmt: skip

    return draw_random


CONV_PARTS = {
    "basic": Part("batch, channels and bias", drawing(Geometry.conv_case, BASIC, spread())),
    "stride_padding": Part(
        "stride and padding",
        drawing(Geometry.conv_case, STRIDE_PADDING, spread("stride", "padding")),
    ),
    "dilation_groups": Part(
        "dilation and groups",
        drawing(
            Geometry.conv_case,
            DILATION + GROUPS,
            spread("stride", "padding", "dilation", "groups"),
        ),
    ),
}

conv2d_forward = Check(
    name="conv2d_forward",
    against="torch.nn.functional.conv2d",
    parts=CONV_PARTS,
    reference=references.conv2d,
    tolerance=_tolerance,
    window=_conv_window,
    misconceptions=CONV,
    forbids=LIBRARIES,
    remarks=remarks(convolving),
)

# The same function, written anew: the slow version must not do the fast one's work.
conv2d_im2col = replace(
    conv2d_forward, name="conv2d_im2col", forbids=LIBRARIES | {"conv2d_forward"}
)

im2col = Check(
    name="im2col",
    against="torch.nn.functional.unfold",
    parts={
        "basic": Part("windows", drawing(Geometry.window_case, BASIC, spread())),
        "stride_padding_dilation": Part(
            "stride, padding and dilation",
            drawing(
                Geometry.window_case,
                STRIDE_PADDING + DILATION,
                spread("stride", "padding", "dilation"),
            ),
        ),
    },
    reference=references.unfold,
    tolerance=exact,
    window=_im2col_window,
    misconceptions=IM2COL,
    forbids=LIBRARIES,
    remarks=remarks(convolving),
)
