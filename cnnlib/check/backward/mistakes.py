"""Typical mistakes in the gradients of a convolution: what each computes, and a hint."""

import numpy as np

from cnnlib.check.backward.fold_mistakes import CUT, OVERLAP, UNREAD, read_part
from cnnlib.check.backward.layers import (
    ORDERS,
    WINDOWS,
    WRONG_AXES,
    all_groups,
    changed,
    cut_by_one,
    cut_everywhere,
    cut_off,
    dense,
    divided,
    each,
    first_group,
    from_x,
    gradient,
    interleaved_channels,
    interleaved_filters,
    larger_kernel,
    oblong_image,
    one_filter,
    only,
    overwriting,
    padded_on_one_side,
    reshaped,
    summed,
    transposed,
    turned,
    uneven,
)
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import raising
from cnnlib.check.forward.mistakes import GROUPS
from cnnlib.check.geometry import setting, swapped
from cnnlib.check.moving import (
    DILATION,
    EMPTY_SLICE,
    SIZE,
    STRIDE,
    SWAP,
    oblong,
    raises_when_padding_is_zero,
    refusing,
)
from cnnlib.check.references import conv2d_backward
from cnnlib.check.windows import OFF, convolving

_SUM = (
    "If one weight grows, every output that uses it changes, in every image, and the loss adds "
    "up all of these changes. Where does your code divide, or take a mean?"
)
_BIAS = (
    "Every filter has one bias, so db has one number per filter. Which axes of dy must disappear? "
    "How do you make them disappear?"
)
_ALL = (
    "Weights are shared: each is used in every window of every image. What happens to the "
    "contribution of the first window when the next one is computed?"
)
_KERNEL = (
    "Follow one product: w[f, c, p, q] times x[n, c, i + p, j + q] went into y[n, f, i, j]. Its"
    " gradient goes back along the same path. Do i + p and j + q appear in your code?"
)
_AXES = "w[f, c, p, q]: filter, channel, row, column. dw has the same axes in the same order."
_PADDING = (
    "In the forward pass there are rows and columns of zeros on all four sides of x. Which row "
    "of the padded image holds row 0 of x? Compare where you pad x with what you remove from "
    "dx."
)
_FIT = (
    "If the windows do not fit evenly, the last rows of x belong to no window. dw always has the "
    "shape of w: which rows of x must be left out?"
)

BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "db is summed over the wrong axes",
        _BIAS,
        *map(summed, WRONG_AXES),
        gradient(db=lambda a: a["dy"]),
    ),
    *mistakes(
        "db keeps axes of length one",
        "db has one number per filter, so its shape is (F,). Which axes did you sum over, and "
        "are they still there?",
        gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3), keepdims=True)),
        gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3))[None]),
        gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3))[:, None]),
        gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3))[:, None, None]),
    ),
    *mistakes("the gradient is averaged over the batch", _SUM, *each(divided(0))),
    *mistakes(
        "the gradient is averaged over the outputs",
        _SUM,
        *each(divided(2, 3)),
        *each(divided(0, 2, 3)),
    ),
    *mistakes(
        "only one image of the batch counts",
        "Weights are shared: each is used in every window of every image. Where does your code add "
        "up the contributions of all images?",
        *each(only(-1)),
        *each(only(0)),
    ),
    *mistakes(
        "only the last window counts",
        _ALL,
        *each(only(slice(None), slice(None), -1, -1), "dw db"),
        *each(only(-1, slice(None), -1, -1), "dw db"),
    ),
    *mistakes(
        "only one filter counts in dx",
        "A pixel contributes to the outputs of every filter that reads its channel. Does each of "
        "these filters send a gradient back in your code?",
        gradient(dx=lambda a: conv2d_backward(a, dy=one_filter(a, -1))[0]),
        gradient(dx=lambda a: conv2d_backward(a, dy=one_filter(a, 0))[0]),
    ),
    *mistakes(
        "overlapping windows overwrite each other",
        OVERLAP,
        overwriting(windows_first=False),
        overwriting(windows_first=True),
        overwriting(windows_first=False, filters=-1),
        overwriting(windows_first=True, filters=-1),
    ),
    *mistakes(
        "dy is forgotten",
        "dy says how much each output matters to the loss. Is every contribution multiplied by the "
        "dy of its own output?",
        *each(lambda a: conv2d_backward(a, dy=np.ones_like(a["dy"]))),
    ),
    *mistakes("the kernel is the wrong way round", _KERNEL, *turned(2, 3)),
    *mistakes("the kernel is the wrong way round along one axis", _KERNEL, *turned(2), *turned(3)),
    *mistakes("the kernel's rows and columns are swapped", _AXES, *transposed(0, 1, 3, 2)),
    *mistakes("filters and channels are swapped", _AXES, *transposed(1, 0, 2, 3)),
    *mistakes(
        "height and width are swapped",
        "dx[n, c, i, j] belongs to the pixel in row i and column j of x. Which of your indices "
        "counts the rows?",
        gradient(dx=lambda a: conv2d_backward(a)[0].transpose(0, 1, 3, 2)),
    ),
    *mistakes("the padding is not cut off", CUT, cut_off("not")),
    *mistakes(
        "the padding is cut off by [p:-p], which is empty for padding 0",
        EMPTY_SLICE,
        cut_off("negative"),
        raises_when_padding_is_zero(r"from shape \(\S*\b0\b", convolving, conv2d_backward),
    ),
    *mistakes(
        "one row and one column are cut off, whatever the padding is",
        CUT,
        gradient(dx=cut_by_one),
        raising(
            lambda a: setting(a, "padding") != (1, 1), "could not broadcast input", conv2d_backward
        ),
    ),
    *mistakes(
        "the batch and channel axes are cut off, too",
        "dx has four axes. Which two of them did the padding make longer?",
        gradient(dx=cut_everywhere),
    ),
    *mistakes(
        "the padded image is filled by [p:-p], which is empty for padding 0",
        EMPTY_SLICE,
        raises_when_padding_is_zero(r"into shape \(\S*\b0\b", convolving, conv2d_backward),
    ),
    *mistakes(
        "the padding is always 1",
        "Does your code use the argument `padding` or a fixed number?",
        *changed(padding=lambda a: 1),
    ),
    *mistakes(
        "neither the stride nor the padding is used",
        "This code is right for stride 1 without padding. Where does it use stride and padding?",
        *changed(stride=lambda a: 1, padding=lambda a: 0),
    ),
    *mistakes(
        "dx is computed from x instead of w",
        "How much does an output change if one pixel grows by 1? By the weight that it was "
        "multiplied by. What do you multiply dy by?",
        gradient(dx=from_x),
    ),
    *mistakes(
        "windows that do not fit evenly are refused",
        "Any stride is allowed here: if the last window does not fit, no window reads the last "
        "rows of x. What is their gradient?",
        refusing(convolving, conv2d_backward),
    ),
    *mistakes(
        "the padding counts on one side only",
        _PADDING,
        *each(padded_on_one_side(0), "dx dw"),
        *each(padded_on_one_side(1), "dx dw"),
    ),
    *mistakes(
        "the paddings for height and width are mixed up",
        SWAP,
        *changed(padding=lambda a: swapped(a, "padding")),
        cut_off("swapped"),
    ),
    *mistakes(
        "rows and columns that no window reads are missing",
        UNREAD,
        gradient(dx=lambda a: read_part(conv2d_backward(a)[0], a)),
        raising(uneven, "broadcast|mismatch", conv2d_backward),
    ),
    *mistakes("dw is larger than the kernel", _FIT, larger_kernel()),
    *mistakes(
        "the stride is ignored",
        STRIDE,
        *changed(stride=lambda a: 1),
        gradient(dx=dense),
        larger_kernel(stride=1),
    ),
    *mistakes(
        "the strides for height and width are mixed up",
        SWAP,
        *changed(stride=lambda a: swapped(a, "stride")),
        *changed(stride=lambda a: setting(a, "stride")[0]),
        *changed(stride=lambda a: setting(a, "stride")[1]),
    ),
    *mistakes(
        "the stride is used along one axis only",
        STRIDE + " Ask the same question for the columns.",
        *changed(stride=lambda a: (setting(a, "stride")[0], 1)),
        *changed(stride=lambda a: (1, setting(a, "stride")[1])),
    ),
    *mistakes("the dilation is ignored", DILATION, *changed(dilation=lambda a: 1)),
    *mistakes(
        "the dilation is used along one axis only",
        DILATION + " Ask the same question for the columns.",
        *changed(dilation=lambda a: (setting(a, "dilation")[0], 1)),
        *changed(dilation=lambda a: (1, setting(a, "dilation")[1])),
    ),
    *mistakes(
        "the dilations for height and width are mixed up",
        SWAP,
        *changed(dilation=lambda a: swapped(a, "dilation")),
        *changed(dilation=lambda a: setting(a, "dilation")[0]),
        *changed(dilation=lambda a: setting(a, "dilation")[1]),
    ),
    *mistakes(
        "the groups are ignored",
        GROUPS,
        *each(first_group, "dx dw"),
        *each(all_groups, "dx dw"),
    ),
    *mistakes(
        "channels and groups are mixed up",
        GROUPS,
        *each(interleaved_channels, "dx dw"),
        *each(interleaved_filters, "dx dw"),
    ),
    *mistakes(
        "dw is reshaped where its axes should be transposed",
        "reshape keeps all numbers in their order; only transpose moves axes. In which order do"
        " the axes of your product come, before you give it the shape of w?",
        *map(reshaped, ORDERS),
    ),
    *oblong(WINDOWS),
    *mistakes(
        "only square images work",
        SIZE,
        raising(oblong_image, OFF, conv2d_backward),
    ),
)
