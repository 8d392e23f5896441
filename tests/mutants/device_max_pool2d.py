"""Solutions of `device_max_pool2d`: max-pooling on tensors."""

import torch
from mutants import spoil, wrong
from tensor_styles import INFINITY, POOLS, padded, pair, running, sizes, stacked_pool

RIGHT = POOLS


def library(x, kernel_size, stride=None, padding=0):
    from torch.nn.functional import max_pool2d as pool

    return pool(x, kernel_size, stride, padding)


def layer(x, kernel_size, stride=None, padding=0):
    name = "MaxPool2d"
    return vars(torch.nn)[name](kernel_size, stride, padding)(x)


def loops(x, kernel_size, stride=None, padding=0):
    """Right numbers, one pixel after the other."""
    kh, kw = pair(kernel_size)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    out_h, out_w = sizes(x, (kh, kw), (sh, sw), padding)
    xp = padded(x, padding, -INFINITY)
    y = x.new_empty(*x.shape[:2], out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            y[:, :, i, j] = window.amax((2, 3))
    return y


PAD, KERNEL = "padded(x, padding, -INFINITY)", "kernel_size = pair(kernel_size)"
STRIDE = "stride = kernel_size if stride is None else pair(stride)"

WRONG = (
    spoil(running, "zero padding", PAD, "padded(x, padding)", "the padding is zero"),
    spoil(
        running,
        "begins at zero",
        "x.new_full((*x.shape[:2], *out), -INFINITY)",
        "x.new_zeros(*x.shape[:2], *out)",
        "negative values come out as zero",
    ),
    spoil(
        running,
        "stride 1 by default",
        STRIDE,
        "stride = (1, 1) if stride is None else pair(stride)",
        "a stride that is not given is assumed to be 1",
    ),
    spoil(
        running,
        "stride never used",
        STRIDE,
        "stride = kernel_size",
        "the stride is ignored",
    ),
    spoil(
        running,
        "stride 1 always",
        STRIDE,
        "stride = (1, 1)",
        "the stride is ignored",
        also=["a stride that is not given is assumed to be 1"],
    ),
    spoil(
        running,
        "stride swapped",
        STRIDE,
        "stride = kernel_size if stride is None else pair(stride)[::-1]",
        "the strides for height and width are mixed up",
    ),
    spoil(
        running,
        "kernel swapped",
        KERNEL,
        "kernel_size = pair(kernel_size)[::-1]",
        "the window's height and width are mixed up",
    ),
    spoil(
        running,
        "padding swapped",
        KERNEL,
        "kernel_size = pair(kernel_size); padding = pair(padding)[::-1]",
        "the paddings for height and width are mixed up",
    ),
    spoil(
        running,
        "no padding",
        KERNEL,
        "kernel_size = pair(kernel_size); padding = 0",
        "the padding is ignored",
    ),
    spoil(
        stacked_pool,
        "average",
        ".amax(0)",
        ".mean(0)",
        "the average instead of the maximum",
    ),
    spoil(
        stacked_pool,
        "average without padding",
        "return torch.stack(pieces).amax(0)",
        "pieces = torch.stack(pieces)\n"
        "    return pieces.where(pieces > torch.finfo(x.dtype).min, 0).mean(0)",
        "the average instead of the maximum",
    ),
    spoil(
        stacked_pool,
        "minimum",
        "torch.finfo(x.dtype).min)",
        "torch.finfo(x.dtype).max)",
    ),
    spoil(
        stacked_pool,
        "minimum everywhere",
        "return torch.stack(pieces).amax(0)",
        "pieces, limits = torch.stack(pieces), torch.finfo(x.dtype)\n"
        "    return pieces.where(pieces > limits.min, limits.max).amin(0)",
        "the smallest value, not the largest",
    ),
    spoil(
        running,
        "over the channels",
        "return y",
        "return y.amax(1, keepdim=True)",
        "the maximum runs over the channels, too",
    ),
    spoil(
        running,
        "one image",
        "return y",
        "return torch.cat([y[:1], torch.zeros_like(y[1:])])",
        "only the first image is processed",
    ),
    spoil(
        running,
        "short",
        "return y",
        "return y[:, :, :-1, :-1].clone()",
        "the last row or column is missing",
    ),
    spoil(
        running,
        "absolute value",
        "torch.maximum(y, xp[slices(p, q, out, stride)])",
        "torch.where(xp[slices(p, q, out, stride)].nan_to_num(neginf=0.0).abs() > "
        "y.nan_to_num(neginf=0.0).abs(), xp[slices(p, q, out, stride)], y)",
        "the largest absolute value is taken",
    ),
    spoil(
        running,
        "places in place of values",
        "return y",
        "return y.argmax(1, keepdim=True)",
    ),
    spoil(
        running,
        "a view",
        "return y",
        "return x.as_strided(y.shape, y.stride())",
    ),
    wrong("library", library, "max_pool2d, line 2 of library"),
    wrong("layer", layer, "torch.ops.aten.max_pool2d, while your function ran"),
    wrong("loops", loops, "Is there a loop over pixels?"),
)
