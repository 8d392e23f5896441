"""Mistakes in `conv2d_backward`, by other code than that of the mutants."""

import numpy as np
from mutants import wrong
from numpy.lib.stride_tricks import sliding_window_view
from styles import pair


def gradients(dy, x, w, stride, padding, crop, share=None):
    """Gather dw from windows by einsum; scatter dx by a loop over kernel elements."""
    (sh, sw), (ph, pw), (kh, kw) = pair(stride), pair(padding), w.shape[2:]
    rows, columns = dy.shape[2:]
    wide = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    windows = sliding_window_view(wide, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    dw = np.einsum("nfij,ncijpq->fcpq", dy, windows[:, :, :rows, :columns])
    back = np.zeros_like(wide)
    for p in range(kh):
        for q in range(kw):
            part = np.einsum("nfij,fc->ncij", dy, w[:, :, p, q] if share is None else share(p, q))
            back[:, :, p : p + sh * rows : sh, q : q + sw * columns : sw] += part
    return crop(back), dw, np.einsum("nfij->f", dy)


def middle(x, padding):
    ph, pw = pair(padding)
    return lambda back: back[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]]


def minus_zero(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    def crop(back):
        dx, (p, q) = np.empty_like(x), pair(padding)
        dx[...] = back[..., p:-p, q:-q]
        return dx

    return gradients(dy, x, w, stride, padding, crop)


def one_off_each_side(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    return gradients(dy, x, w, stride, padding, lambda back: back[..., 1:-1, 1:-1])


def border_stays(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    return gradients(dy, x, w, stride, padding, lambda back: back)


def kernel_upside_down(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    turned = w[:, :, ::-1, ::-1]
    return gradients(dy, x, turned, stride, padding, middle(x, padding))


def mean_bias(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    dx, dw, _ = gradients(dy, x, w, stride, padding, middle(x, padding))
    return dx, dw, dy.mean(axis=0).sum(axis=(1, 2))


def no_dy(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    return gradients(np.ones_like(dy), x, w, stride, padding, middle(x, padding))


def wrong_order(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    dx, dw, db = gradients(dy, x, w, stride, padding, middle(x, padding))
    return dx, dw.transpose(2, 3, 1, 0).reshape(w.shape), db


def refuses(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    for n, k, p, s in zip(x.shape[2:], w.shape[2:], pair(padding), pair(stride), strict=True):
        assert (n + 2 * p - k) / s == (n + 2 * p - k) // s, "shapes do not match"
    return gradients(dy, x, w, stride, padding, middle(x, padding))


#: This code knows neither dilation nor groups, and reports may say so.
LEFT_OUT = (
    "the dilation is ignored",
    "the groups are ignored",
    "neither the dilation nor the groups are used",
)


def _wrong(title, function, named):
    return wrong(title, function, named, also=LEFT_OUT)


WRONG = (
    _wrong(
        "minus zero", minus_zero, "the padding is cut off by [p:-p], which is empty for padding 0"
    ),
    _wrong(
        "one off each side",
        one_off_each_side,
        "one row and one column are cut off, whatever the padding is",
    ),
    _wrong("border stays", border_stays, "the padding is not cut off"),
    _wrong("upside down", kernel_upside_down, "the kernel is the wrong way round"),
    _wrong("mean bias", mean_bias, "the gradient is averaged over the batch"),
    _wrong("no dy", no_dy, "dy is forgotten"),
    _wrong("wrong order", wrong_order, "dw is reshaped where its axes should be transposed"),
    _wrong("refuses", refuses, "windows that do not fit evenly are refused"),
)  # fmt: skip
