"""Typical mistakes in convolution: what each computes, and a hint.

The mistakes are those that beginners make in public solutions of these exercises, most frequent
ones included: height and width swapped, stride forgotten, padding on one side. Each is written
with the reference, on changed arguments, so that it gives no answer away.
"""

from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import only_first, raising, without_last
from cnnlib.check.geometry import padded, setting, swapped
from cnnlib.check.moving import DILATION, STRIDE, SWAP, moving, oblong
from cnnlib.check.references import conv2d
from cnnlib.check.windows import Windows, convolving


def _padded(arguments: Arguments, where: str, **how: Any) -> Array:
    """Convolve with x padded by hand."""
    return conv2d(arguments, x=padded_image(arguments, where, **how), padding=0)


def padded_image(
    arguments: Arguments, where: str, times: int = 1, mode: str = "constant", value: float = 0.0
) -> Array:
    """Pad x on its top and left ("t"), its bottom and right ("b"), or both."""
    before, after = times * ("t" in where), times * ("b" in where)
    return padded(arguments["x"], setting(arguments, "padding"), before, after, mode, value)


def _cropped(arguments: Arguments, **changes: Any) -> Array:
    """Change an argument but keep the right output size, as code that computes it first does."""
    rows, columns = conv2d(arguments).shape[2:]
    return conv2d(arguments, **changes)[:, :, :rows, :columns]


def _first_channels(arguments: Arguments) -> Array | None:
    """Every filter reads the first group's channels."""
    groups = arguments.get("groups", 1)
    if groups == 1:
        return None
    each = arguments["x"].shape[1] // groups
    return conv2d(arguments, x=np.tile(arguments["x"][:, :each], (1, groups, 1, 1)))


def _interleaved(arguments: Arguments) -> Array | None:
    """Group g reads channels g, g + groups, … in place of its own block of neighbours."""
    groups = arguments.get("groups", 1)
    if groups == 1:
        return None
    x = arguments["x"]
    order = np.arange(x.shape[1]).reshape(-1, groups).T.ravel()
    return conv2d(arguments, x=x[:, order])


def _filters_interleaved(arguments: Arguments) -> Array | None:
    """Filter f reads group f % groups in place of f // (filters / groups)."""
    groups = arguments.get("groups", 1)
    filters = arguments["w"].shape[0]
    if groups == 1:
        return None
    order = np.arange(filters).reshape(-1, groups).T.ravel()
    b = None if arguments["b"] is None else arguments["b"][order]
    y = conv2d(arguments, w=arguments["w"][order], b=b)
    return y[:, np.argsort(order)]


def _bias(arguments: Arguments, factor: float) -> Array | None:
    """Add the bias `factor` times."""
    return None if arguments["b"] is None else conv2d(arguments, b=factor * arguments["b"])


def _without_last(arguments: Arguments, rows: int = 0, columns: int = 0) -> Array:
    """Leave the kernel's last row or column out, unless it is the only one."""
    w = arguments["w"].copy()
    if rows and w.shape[2] > 1:
        w[:, :, -1:] = 0
    if columns and w.shape[3] > 1:
        w[:, :, :, -1:] = 0
    return conv2d(arguments, w=w)


def _one_channel(arguments: Arguments) -> Array | None:
    if arguments.get("groups", 1) > 1:
        return None
    return conv2d(arguments, x=arguments["x"][:, :1], w=arguments["w"][:, :1])


def _square(arguments: Arguments) -> Array:
    w = arguments["w"]
    if w.shape[2] != w.shape[3]:
        raise RuntimeError("only a square kernel can be transposed unnoticed")
    return conv2d(arguments, w=w.transpose(0, 1, 3, 2))


def _both_unused(arguments: Arguments) -> Array | None:
    """Use neither dilation nor groups, as code of the step before does."""
    if arguments.get("groups", 1) == 1:
        return None
    return _first_channels({**arguments, "dilation": 1})


def _overwritten_bias(arguments: Arguments) -> Array:
    """Take the batch size for the bias, as after `b, c, h, w = x.shape`."""
    return conv2d(arguments, b=None) + len(arguments["x"])


def _padded_everywhere(arguments: Arguments) -> Array | None:
    """Pad batch and channels as well, and then loop over as many as there were."""
    (p, q), (n, c) = setting(arguments, "padding"), arguments["x"].shape[:2]
    if p != q or not p:
        return None
    padded = np.pad(arguments["x"], p)[:n, :c]
    # Where nothing of x is left, any function that ignores x would look the same.
    return conv2d(arguments, x=padded, padding=0) if padded.any() else None


def _one_more_after(arguments: Arguments) -> Array:
    """Pad by 1 before and by `padding` after: a comma for another, ((1, p), (1, p))."""
    ph, pw = setting(arguments, "padding")
    x = np.pad(arguments["x"], ((0, 0), (0, 0), (1, ph), (1, pw)))
    return conv2d(arguments, x=x, padding=0)


def _one_more_before(arguments: Arguments) -> Array:
    """Do the same, where the output's size is computed rightly."""
    rows, columns = conv2d(arguments).shape[2:]
    return _one_more_after(arguments)[:, :, :rows, :columns]


_WINDOWS = Windows(conv2d, convolving, edge="broadcasts")

_FLIP = (
    "In deep learning, convolution means cross-correlation: the kernel is placed on the image "
    "as it is. Look for a [::-1], a flip, or an index that runs backwards."
)
PADDING = (
    "Padding adds rows of zeros above and below the image, and columns of zeros on its left and"
    " right. Print the shape of the padded image, and its corners."
)
GROUPS = (
    "With groups, channels and filters are split into equal blocks; filters of the first block "
    "read only channels of the first block, and so on. Draw it for 4 channels, 6 filters, 2 "
    "groups."
)
_BIAS = "Every filter has one bias, added once to each of its outputs."

CONV: tuple[Misconception, ...] = (
    *mistakes("the kernel is flipped", _FLIP, lambda a: conv2d(a, w=a["w"][:, :, ::-1, ::-1])),
    *mistakes(
        "the kernel is flipped along one axis",
        _FLIP,
        lambda a: conv2d(a, w=a["w"][:, :, ::-1]),
        lambda a: conv2d(a, w=a["w"][:, :, :, ::-1]),
    ),
    *mistakes(
        "the kernel's rows and columns are swapped",
        "w[f, c, p, q] is the weight in row p and column q of the kernel. A kernel that is not "
        "square would have raised an error.",
        _square,
    ),
    *mistakes(
        "the stride is ignored",
        STRIDE,
        lambda a: conv2d(a, stride=1),
        lambda a: _cropped(a, stride=1),
    ),
    *mistakes(
        "the strides for height and width are mixed up",
        SWAP,
        lambda a: conv2d(a, stride=swapped(a, "stride")),
        lambda a: conv2d(a, stride=setting(a, "stride")[0]),
        lambda a: conv2d(a, stride=setting(a, "stride")[1]),
    ),
    *mistakes("the padding is ignored", PADDING, lambda a: conv2d(a, padding=0)),
    *mistakes(
        "padding on one side only",
        PADDING,
        lambda a: _padded(a, "t"),
        lambda a: _padded(a, "b"),
        lambda a: _padded(a, "t", times=2),
        lambda a: _padded(a, "b", times=2),
    ),
    *mistakes(
        "the paddings for height and width are mixed up",
        SWAP,
        lambda a: conv2d(a, padding=swapped(a, "padding")),
    ),
    *mistakes(
        "the padding is not zero",
        "Padding adds zeros, whatever the image holds at its edge.",
        lambda a: _padded(a, "tb", mode="edge"),
        lambda a: _padded(a, "tb", mode="reflect"),
        lambda a: _padded(a, "tb", mode="wrap"),
        lambda a: _padded(a, "tb", value=1),
    ),
    *mistakes("the padding is added twice", PADDING, lambda a: _padded(a, "tb", times=2)),
    *mistakes(
        "the padding is always 1",
        "Does your code use the argument `padding` or a fixed number?",
        lambda a: conv2d(a, padding=1),
        lambda a: _cropped(a, padding=1),
    ),
    *mistakes(
        "the two sides are padded by different amounts",
        PADDING,
        _one_more_after,
        _one_more_before,
    ),
    *mistakes(
        "the batch and channel axes are padded, too",
        "x has four axes: images, channels, rows, columns. Which two of them must not grow?",
        _padded_everywhere,
        raising(lambda a: True, "remapped shapes", alone=True),
    ),
    *mistakes(
        "neither the stride nor the padding is used",
        "This code is right for stride 1 without padding. Where does it use stride and padding?",
        lambda a: conv2d(a, stride=1, padding=0),
    ),
    *mistakes(
        "the stride is used along one axis only",
        STRIDE + " Ask the same question for the columns.",
        lambda a: conv2d(a, stride=(setting(a, "stride")[0], 1)),
        lambda a: conv2d(a, stride=(1, setting(a, "stride")[1])),
    ),
    *mistakes(
        "the padding is one too large",
        PADDING,
        lambda a: conv2d(a, padding=tuple(p + 1 for p in setting(a, "padding"))),
        lambda a: _cropped(a, padding=tuple(p + 1 for p in setting(a, "padding"))),
    ),
    *mistakes(
        "the padding is one too small",
        PADDING,
        lambda a: conv2d(a, padding=tuple(max(0, p - 1) for p in setting(a, "padding"))),
    ),
    *mistakes(
        "the dilation is ignored",
        DILATION,
        lambda a: conv2d(a, dilation=1),
        lambda a: _cropped(a, dilation=1),
    ),
    *mistakes(
        "the dilations for height and width are mixed up",
        SWAP,
        lambda a: conv2d(a, dilation=swapped(a, "dilation")),
        lambda a: _WINDOWS.on_grid(a, dilation=swapped(a, "dilation")),
    ),
    *mistakes("the groups are ignored", GROUPS, _first_channels),
    *mistakes(
        "neither the dilation nor the groups are used",
        "This code is right for dilation 1 and one group. Where does it use dilation and groups?",
        _both_unused,
    ),
    *mistakes("channels and groups are mixed up", GROUPS, _interleaved, _filters_interleaved),
    *mistakes("the bias is missing", _BIAS, lambda a: _bias(a, 0)),
    *mistakes("the bias is subtracted", _BIAS, lambda a: _bias(a, -1)),
    *mistakes(
        "the bias is added more than once",
        _BIAS,
        lambda a: _bias(a, a["w"].shape[1]),
        lambda a: _bias(a, a["w"][0, 0].size),
        lambda a: _bias(a, a["w"][0].size),
        lambda a: _bias(a, a["w"][0].size + 1),
    ),
    *mistakes(
        "the biases are mixed up",
        _BIAS + " b[f] belongs to filter f.",
        lambda a: None if a["b"] is None else conv2d(a, b=a["b"][::-1]),
        lambda a: None if a["b"] is None else conv2d(a, b=np.full_like(a["b"], a["b"][0])),
    ),
    *mistakes(
        "the bias is overwritten by the batch size",
        "Which of your variables are called b? What does b hold after `b, c, h, w = x.shape`?",
        _overwritten_bias,
        raising(lambda a: True, "'int' object is not subscriptable", alone=True),
    ),
    *mistakes(
        "only one channel is read",
        "A filter spans the full depth: it sums products over all channels of its window. Which of "
        "them does your loop run over?",
        _one_channel,
    ),
    *mistakes(
        "the channels are mixed up",
        "w[f, c] belongs to channel c of the image. Does your code go through the channels of both "
        "in the same order?",
        lambda a: conv2d(a, w=a["w"][:, ::-1]),
        lambda a: conv2d(a, w=np.repeat(a["w"][:, :1], a["w"].shape[1], axis=1)),
    ),
    *mistakes(
        "an average instead of a sum",
        "A convolution only adds up the products. Where does your code divide?",
        lambda a: conv2d(a, w=a["w"] / a["w"][0].size),
        lambda a: conv2d(a, w=a["w"] / a["w"].shape[1]),
        lambda a: conv2d(a, w=a["w"] / a["w"][0, 0].size),
        lambda a: conv2d(a) / a["w"][0].size,
    ),
    *mistakes(
        "the window's last row or column is not read",
        "A window has as many rows and columns as the kernel. What is the last value of your "
        "kernel index?",
        lambda a: _without_last(a, rows=1, columns=1),
        lambda a: _without_last(a, rows=1),
        lambda a: _without_last(a, columns=1),
    ),
    *mistakes(
        "the values are rounded to whole numbers",
        "Somewhere an array or a number is an integer, and whatever is stored in it loses its "
        "fractional part. What dtype do your arrays have?",
        lambda a: np.trunc(conv2d(a)),
        lambda a: np.round(conv2d(a)),
    ),
    *mistakes(
        "only the first image is processed",
        "The first axis of x is the batch: every image in it has its own output.",
        *only_first(conv2d, 0),
    ),
    *mistakes(
        "every output reads the last image",
        "Output n belongs to image n. Which index picks the image in your code?",
        lambda a: conv2d(a, x=np.repeat(a["x"][-1:], len(a["x"]), axis=0)),
    ),
    *mistakes(
        "only the first filter is applied",
        "Every filter w[f] produces its own output channel y[:, f].",
        *only_first(conv2d, 1),
    ),
    *mistakes(
        "the last row or column is missing",
        "How many windows fit? Try the formula for the output size on a 3-pixel image with a "
        "3-pixel kernel.",
        *without_last(conv2d),
    ),
    *mistakes(
        "the dilation is used along one axis only",
        DILATION + " Ask the same question for the columns.",
        lambda a: _WINDOWS.on_grid(a, dilation=(setting(a, "dilation")[0], 1)),
        lambda a: _WINDOWS.on_grid(a, dilation=(1, setting(a, "dilation")[1])),
    ),
    *oblong(_WINDOWS),
    *moving(_WINDOWS),
)
