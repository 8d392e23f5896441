"""The checks of `ps1_sizes`: padding, sliding a kernel over one plane, and counting."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Case
from cnnlib.check.engine.check import LIBRARIES, Check, Part, Result, Tolerance, exact
from cnnlib.check.engine.drawing import drawing, whole_numbers
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.engine.window import Window, listed
from cnnlib.check.sizes import reference
from cnnlib.check.sizes.mistakes import PAD, SIZE
from cnnlib.check.sizes.parameter_mistakes import PARAMETERS
from cnnlib.check.sizes.sliding_mistakes import CONVOLVE, CORRELATE


@dataclass(frozen=True)
class Normal:
    """An array in a case that is not drawn yet: it will hold normally distributed numbers."""

    shape: tuple[int, ...]
    dtype: str = "float64"


def _fill(plan: Case, rng: np.random.Generator) -> Case:
    """Return a case with numbers where arrays were described."""

    def filled(value: Any) -> Any:
        drawn = isinstance(value, Normal)
        return rng.standard_normal(value.shape).astype(value.dtype) if drawn else value

    return replace(plan, positional={name: filled(v) for name, v in plan.positional.items()})


def _sliding_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of a sum of n products in any order, as for a convolution."""
    x, k = (arguments[name].astype(np.float64) for name in "xk")
    size = float(np.linalg.norm(x) * np.linalg.norm(k))
    return rounding(dtype, size, "size of x times k", terms=k.size)


def _pad_window(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    *plane, row, column = index
    down, across = pair(arguments["padding"])
    i, j = row - down, column - across
    where = f"row {i}, column {j} of x" + (f"[{listed(plane)}]" if plane else "")
    value = f"{arguments.get('value', 0):g}"
    return Window(f"{where}:", arguments["x"][tuple(plane)], [i], [j], value)


def _sliding_window(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window:
    (row, column), (kh, kw) = index, arguments["k"].shape
    rows, columns = range(row, row + kh), range(column, column + kw)
    caption = f"rows {listed(rows)}, columns {listed(columns)} of x:"
    return Window(caption, arguments["x"], rows, columns)


def _size_case(name: str, n: int, kernel_size: int, **settings: int) -> Case:
    return Case(name, {"n": n, "kernel_size": kernel_size}, settings)


SIZES = {
    "basic": (
        _size_case("7 pixels, a window of 3", 7, 3),
        _size_case("32 pixels, a window of 5", 32, 5),
        _size_case("28 pixels, a window of 5", 28, 5),
        _size_case("a window of one pixel", 9, 1),
        _size_case("a window as large as the row", 6, 6),
        _size_case("a window of even size", 8, 2),
    ),
    "stride_padding": (
        _size_case("stride 2 that fits", 7, 3, stride=2),
        _size_case("stride 3 that does not fit", 7, 3, stride=3),
        _size_case("stride 3 that fits because of the padding", 7, 3, stride=3, padding=1),
        _size_case("padding that keeps the size", 7, 3, padding=1),
        _size_case("padding 2 with a window of 5", 32, 5, padding=2),
        _size_case("stride larger than the window", 10, 2, stride=3),
        _size_case("a window of 5, stride 2, padding 2 on 32 pixels", 32, 5, stride=2, padding=2),
        _size_case("a window of 11, stride 4 on 227 pixels", 227, 11, stride=4),
        _size_case("a window of 11, stride 4 on 224 pixels", 224, 11, stride=4),
    ),
    "dilation": (
        _size_case("dilation 2", 9, 3, dilation=2),
        _size_case("dilation 3, a window of 2", 7, 2, dilation=3),
        _size_case("dilation does not matter for one pixel", 5, 1, dilation=4),
        _size_case("dilation, stride and padding", 17, 3, stride=3, padding=4, dilation=2),
        _size_case("a window that does not fit", 3, 5),
        _size_case("a window that does not fit, with a stride", 4, 5, stride=2),
        _size_case("a window that only fits with padding", 3, 5, padding=1),
        _size_case("a window that dilation makes too large", 4, 3, dilation=2),
    ),
}


def _random_size(*free: str) -> Any:
    def draw(rng: np.random.Generator) -> Case:
        choose = whole_numbers(rng)
        ranges = {"stride": (1, 5), "padding": (0, 4), "dilation": (2, 4)}
        kernel_size = choose(1, 7)
        settings = {name: choose(*ranges[name]) for name in free}
        least = settings.get("dilation", 1) * (kernel_size - 1) + 1
        return _size_case("a random size", least + choose(0, 30), kernel_size, **settings)

    return draw


def _pad_case(name: str, x: Normal, padding: Any, **more: Any) -> Case:
    keyword = {"value": more.pop("value")} if "value" in more else {}
    return Case(name, {"x": x, "padding": padding}, keyword, **more)


PADS = {
    "basic": (
        _pad_case("padding 1", Normal((3, 4)), 1),
        _pad_case("padding 2", Normal((4, 3)), 2),
        _pad_case("a single pixel", Normal((1, 1)), 1),
        _pad_case("no padding at all", Normal((2, 5)), 0),
        _pad_case("a value other than zero", Normal((3, 2)), 1, value=-1.5),
        _pad_case("float32, a read-only array", Normal((2, 3), "float32"), 1,
                  layout="read-only"),
    ),
    "pairs": (
        _pad_case("2 down, 1 across", Normal((3, 4)), (2, 1)),
        _pad_case("no padding down, 2 across", Normal((4, 3)), (0, 2)),
        _pad_case("an image with channels", Normal((3, 4, 5)), 1),
        _pad_case("a batch of images with channels", Normal((2, 3, 2, 4)), (1, 2)),
        _pad_case("a batch, a value other than zero", Normal((2, 1, 3, 3)), (1, 0), value=7.0),
        _pad_case("float32, a sliced array", Normal((2, 3, 4), "float32"), (1, 2),
                  layout="sliced"),
    ),
}  # fmt: skip


def _random_pad(pairs: bool) -> Any:
    def draw(rng: np.random.Generator) -> Case:
        choose = whole_numbers(rng)
        axes = choose(2, 4) if pairs else 2
        shape = tuple(choose(1, 5) for _ in range(axes))
        padding = (choose(0, 3), choose(0, 3)) if pairs else choose(0, 3)
        return _pad_case("a random plane", Normal(shape), padding, value=choose(-3, 3) / 2)

    return draw


def _slide_case(name: str, x: Any, k: Any, dtype: str = "float64", **more: Any) -> Case:
    arrays = {
        key: Normal(v, dtype) if isinstance(v, tuple) else np.array(v, dtype)
        for key, v in {"x": x, "k": k}.items()
    }
    return Case(name, arrays, **more)


_ONES_AND_ZEROS = (
    [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]],
    [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
)
_SMALL = ([[1, 3, 1], [0, -1, 1], [2, 2, -1]], [[1, 2], [0, -1]])
SLIDES = {
    "basic": (
        _slide_case("the numbers of the example", *_SMALL),
        _slide_case("ones and zeros, 5×5 and 3×3", *_ONES_AND_ZEROS),
        _slide_case("4×4 and 2×2", (4, 4), (2, 2)),
        _slide_case("6×6 and 3×3", (6, 6), (3, 3)),
    ),
    "shapes": (
        _slide_case("a wide image", (3, 6), (2, 2)),
        _slide_case("a tall kernel", (5, 4), (3, 2)),
        _slide_case("a wide kernel", (4, 6), (1, 4)),
        _slide_case("a 1×1 kernel", (3, 4), (1, 1)),
        _slide_case("a kernel as large as the image", (3, 2), (3, 2)),
        _slide_case("read-only arrays", (4, 5), (2, 3), layout="read-only"),
        _slide_case("float32, sliced arrays", (5, 4), (3, 3), "float32", layout="sliced"),
    ),
}


def _random_slide(square: bool) -> Any:
    def draw(rng: np.random.Generator) -> Case:
        choose = whole_numbers(rng)
        kh, h = choose(1, 4), choose(0, 4)
        kw, w = (kh, h) if square else (choose(1, 4), choose(0, 4))
        return _slide_case("a random plane", (kh + h, kw + w), (kh, kw))

    return draw


def _layer_case(name: str, channels: int, filters: int, kernel: Any, **settings: Any) -> Case:
    sizes = {"in_channels": channels, "out_channels": filters, "kernel_size": kernel}
    return Case(name, sizes, settings)


LAYERS = {
    "basic": (
        _layer_case("ten 5×5 filters on colour images", 3, 10, 5),
        _layer_case("one filter, one channel", 1, 1, 3),
        _layer_case("a 1×1 kernel, 64 to 32 channels", 64, 32, 1),
        _layer_case("the first layer of AlexNet", 3, 96, 11),
        _layer_case("more channels in than out", 7, 2, 3),
        _layer_case("without bias", 3, 10, 5, bias=False),
    ),
    "groups": (
        _layer_case("a kernel of 3 by 5", 4, 6, (3, 5)),
        _layer_case("a kernel of 1 by 7, without bias", 5, 3, (1, 7), bias=False),
        _layer_case("two groups", 4, 6, 3, groups=2),
        _layer_case("three groups, without bias", 6, 12, 5, groups=3, bias=False),
        _layer_case("depthwise: one group per channel", 8, 8, 3, groups=8),
        _layer_case("groups and a kernel of 3 by 2", 6, 4, (3, 2), groups=2),
    ),
}


def _random_layer(groups: bool) -> Any:
    def draw(rng: np.random.Generator) -> Case:
        choose = whole_numbers(rng)
        g = choose(1, 4) if groups else 1
        kernel = (choose(1, 7), choose(1, 7)) if groups else choose(1, 7)
        settings = {"bias": bool(choose(0, 1)), **({"groups": g} if groups else {})}
        channels, filters = g * choose(1, 9), g * choose(1, 9)
        return _layer_case("a random layer", channels, filters, kernel, **settings)

    return draw


conv_output_size = Check(
    name="conv_output_size",
    against="torch.nn.functional.conv1d",
    parts={
        "basic": Part("a row and a window", drawing(_fill, SIZES["basic"], _random_size())),
        "stride_padding": Part(
            "stride and padding",
            drawing(_fill, SIZES["stride_padding"], _random_size("stride", "padding")),
        ),
        "dilation": Part(
            "dilation, and windows that do not fit",
            drawing(_fill, SIZES["dilation"], _random_size("stride", "padding", "dilation")),
        ),
    },
    results=(Result("size", dtype="integer"),),
    reference=reference.size,
    tolerance=exact,
    misconceptions=SIZE,
)

pad2d = Check(
    name="pad2d",
    against="torch.nn.functional.pad",
    parts={
        "basic": Part("one plane", drawing(_fill, PADS["basic"], _random_pad(pairs=False))),
        "pairs": Part(
            "pairs, channels and batches", drawing(_fill, PADS["pairs"], _random_pad(pairs=True))
        ),
    },
    reference=reference.pad,
    tolerance=exact,
    window=_pad_window,
    misconceptions=PAD,
    forbids=LIBRARIES | {".pad"},
)

cross_correlate2d = Check(
    name="cross_correlate2d",
    against="torch.nn.functional.conv2d",
    parts={
        "basic": Part("squares", drawing(_fill, SLIDES["basic"], _random_slide(square=True))),
        "shapes": Part("any shape", drawing(_fill, SLIDES["shapes"], _random_slide(square=False))),
    },
    reference=reference.correlate,
    tolerance=_sliding_tolerance,
    window=_sliding_window,
    misconceptions=CORRELATE,
)

convolve2d = replace(
    cross_correlate2d,
    name="convolve2d",
    against="torch.nn.functional.conv2d with a flipped kernel",
    reference=reference.convolve,
    misconceptions=CONVOLVE,
)

conv_parameters = Check(
    name="conv_parameters",
    against="torch.nn.Conv2d",
    parts={
        "basic": Part("weights and bias", drawing(_fill, LAYERS["basic"], _random_layer(False))),
        "groups": Part(
            "any kernel, and groups", drawing(_fill, LAYERS["groups"], _random_layer(True))
        ),
    },
    results=(Result("parameters", dtype="integer"),),
    reference=reference.parameters,
    tolerance=exact,
    misconceptions=PARAMETERS,
)
