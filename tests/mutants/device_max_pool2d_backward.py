"""Solutions of `device_max_pool2d_backward`: where max-pooling's gradient goes."""

import torch
import torch.nn.functional as F
from mutants import spoil, wrong
from tensor_styles import (
    INFINITY,
    POOL_BACKWARDS,
    padded,
    pair,
    scatter_pool_backward,
    stacked_pool_backward,
    taken_pool_backward,
)

RIGHT = POOL_BACKWARDS


def loops(dy, x, kernel_size, stride=None, padding=0):
    """Right numbers, one output pixel after the other."""
    kh, kw = pair(kernel_size)
    (sh, sw), (ph, pw) = (kh, kw) if stride is None else pair(stride), pair(padding)
    xp = padded(x, padding, -INFINITY)
    dxp = torch.zeros_like(xp)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            where = (..., slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw))
            place = xp[where].flatten(2).argmax(2, keepdim=True)
            part = torch.zeros_like(xp[where].flatten(2)).scatter_(2, place, dy[:, :, i, j, None])
            dxp[where] += part.reshape(xp[where].shape)
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]].clone()


def autograd(dy, x, kernel_size, stride=None, padding=0):
    """PyTorch's layer and PyTorch's gradient."""
    x = x.clone().requires_grad_()
    F.max_pool2d(x, kernel_size, stride, padding).backward(dy)
    return x.grad


def to_all(dy, x, kernel_size, stride=None, padding=0):
    """Every pixel that equals its window's maximum gets the whole gradient."""
    return spread(dy, x, kernel_size, stride, padding, share=False)


def shared(dy, x, kernel_size, stride=None, padding=0):
    """Tied maxima share it, as amax's own gradient does."""
    return spread(dy, x, kernel_size, stride, padding, share=True)


def spread(dy, x, kernel_size, stride, padding, share):
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    xp = padded(x, padding, -INFINITY)
    dxp = torch.zeros_like(xp)
    places = [
        (..., slice(p, p + sh * (dy.shape[2] - 1) + 1, sh),
         slice(q, q + sw * (dy.shape[3] - 1) + 1, sw))
        for p in range(kh) for q in range(kw)
    ]  # fmt: skip
    windows = torch.stack([xp[place] for place in places])
    won = (windows == windows.amax(0)).to(x.dtype)
    won = won / won.sum(0) if share else won
    for place, mask in zip(places, won, strict=True):
        dxp[place] += mask * dy
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]].clone()


PAD, KERNEL = "padded(x, padding, -INFINITY)", "kernel_size = pair(kernel_size)"
STRIDE = "stride = kernel_size if stride is None else pair(stride)"
CROP, ADD = "cropped(dxp, x, padding)", "dxp[where] += dy * winner"
PLUS = "dxp[slices(p, q, dy.shape[2:], stride)] += mask * dy"

WRONG = (
    wrong("to all", to_all, "several tied maxima get the gradient"),
    wrong("shared", shared, "several tied maxima get the gradient"),
    spoil(
        taken_pool_backward,
        "forgets who was taken",
        "            free &= ~winner\n",
        "",
        "several tied maxima get the gradient",
    ),
    spoil(
        scatter_pool_backward,
        "scatter without adding",
        "scatter_add_",
        "scatter_",
        "= instead of += where windows overlap",
    ),
    spoil(
        taken_pool_backward,
        "overwrites where it won",
        ADD,
        "dxp[where] = torch.where(winner, dy, dxp[where])",
        "= instead of += where windows overlap",
    ),
    spoil(
        stacked_pool_backward,
        "overwrites all",
        "+= mask * dy",
        "= mask * dy",
        "= instead of += where windows overlap",
    ),
    spoil(
        stacked_pool_backward,
        "to every pixel",
        "+= mask * dy",
        "+= dy",
        "the gradient goes to every pixel of the window",
    ),
    spoil(
        stacked_pool_backward,
        "an average's gradient",
        "+= mask * dy",
        "+= dy / (kernel_size[0] * kernel_size[1])",
        "the gradient goes to every pixel of the window",
    ),
    spoil(
        stacked_pool_backward,
        "to the first pixel",
        "+= mask * dy",
        "+= dy * (p == q == 0)",
        "the gradient goes to the same place in every window",
    ),
    spoil(
        stacked_pool_backward,
        "minimum",
        "pieces.argmax(0, keepdim=True)",
        "pieces.where(pieces > -INFINITY, INFINITY).argmin(0, keepdim=True)",
        "the gradient goes to the minimum",
    ),
    spoil(
        stacked_pool_backward,
        "zero padding",
        PAD,
        "padded(x, padding)",
        "the padding is zero",
    ),
    spoil(stacked_pool_backward, "not cropped", CROP, "dxp", "dx is cropped in the wrong place"),
    spoil(
        stacked_pool_backward,
        "cropped by minus padding",
        CROP,
        "dxp[:, :, pair(padding)[0] : -pair(padding)[0], pair(padding)[1] : -pair(padding)[1]]"
        ".clone()",
        "dx is cropped in the wrong place",
    ),
    spoil(
        stacked_pool_backward,
        "cropped at the top left",
        CROP,
        "dxp[:, :, : x.shape[2], : x.shape[3]].clone()",
        "dx is cropped in the wrong place",
    ),
    spoil(
        stacked_pool_backward,
        "stride 1 by default",
        STRIDE,
        "stride = (1, 1) if stride is None else pair(stride)",
        "a stride that is not given is assumed to be 1",
    ),
    spoil(
        stacked_pool_backward,
        "stride never used",
        PAD,
        "F.pad(padded(x, padding, -INFINITY), (0, 50, 0, 50), value=-1e9); stride = kernel_size",
        "the stride is ignored",
    ),
    spoil(
        stacked_pool_backward,
        "one image",
        "return cropped(dxp, x, padding)",
        "dxp[1:] = 0\n    return cropped(dxp, x, padding)",
        "only the first image is processed",
    ),
    spoil(
        stacked_pool_backward,
        "without dy",
        "+= mask * dy",
        "+= mask",
        "ones instead of dy",
    ),
    spoil(
        stacked_pool_backward,
        "swapped kernel",
        PAD,
        "F.pad(padded(x, padding, -INFINITY), (0, 50, 0, 50), value=-1e9); "
        "kernel_size = kernel_size[::-1]",
        "the window's height and width are mixed up",
    ),
    spoil(
        stacked_pool_backward,
        "changes dy",
        "return cropped(dxp, x, padding)",
        "dy.zero_()\n    return cropped(dxp, x, padding)",
        "your function changed dy in place",
    ),
    wrong("loops", loops, "Is there a loop over pixels?"),
    wrong("autograd", autograd, "requires_grad_, line 3 of autograd"),
)
