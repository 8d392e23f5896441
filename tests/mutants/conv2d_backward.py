"""Solutions of `conv2d_backward`."""

import numpy as np
from backward_styles import BACKWARD, columns, loops, per_offset, scalar_loops, transposed
from mutants import spoil, wrong
from styles import padded, pair

BATCH = "the gradient is averaged over the batch"
ONE_IMAGE = "only one image of the batch counts"
LAST = "only the last window counts"
AXES = "db is summed over the wrong axes"
TURNED = "the kernel is the wrong way round"
STRIDES = "the strides for height and width are mixed up"
STRIDE, DILATION = "the stride is ignored", "the dilation is ignored"
OVERWRITTEN = "overlapping windows overwrite each other"
ONE_SIDE = "the padding counts on one side only"
ONE_CUT = "one row and one column are cut off, whatever the padding is"
CUT = "dxp[:, :, ph : ph + H, pw : pw + W]"
DB = "dy.sum(axis=(0, 2, 3))"
PLACE = "i * sh - ph + p * dh, j * sw - pw + q * dw_"


def no_groups(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Repeats the filters so that shapes fit, and reads all channels."""
    full = np.tile(w, (1, groups, 1, 1))
    dx, dw, db = loops(dy, x, full, stride=stride, padding=padding, dilation=dilation)
    return dx, dw[:, : w.shape[1]], db


def dense(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """dx as a full correlation of dy itself, as for stride 1; dw is right."""
    kh, kw = w.shape[2:]
    (ph, pw), (dh, dw_) = pair(padding), pair(dilation)
    rows = dy.shape[2] + dh * (kh - 1) - 2 * ph
    columns = dy.shape[3] + dw_ * (kw - 1) - 2 * pw
    small = np.zeros((*x.shape[:2], max(rows, 0), max(columns, 0)), dtype=x.dtype)
    dx, _, _ = loops(dy, small, w, padding=padding, dilation=dilation, groups=groups)
    _, dw, db = loops(dy, x, w, stride=stride, padding=padding, dilation=dilation, groups=groups)
    return dx, dw, db


def too_large(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """dw as a correlation of x with a spread dy, as large as it comes out; dx is right."""
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    _, _, H, W = padded(x, padding).shape
    (sh, sw), (dh, dw_) = pair(stride), pair(dilation)
    rows = (H - (dy.shape[2] - 1) * sh - 1) // dh + 1
    columns = (W - (dy.shape[3] - 1) * sw - 1) // dw_ + 1
    _, dw, db = loops(dy, x, np.zeros((*w.shape[:2], rows, columns), w.dtype), **settings)
    return loops(dy, x, w, **settings)[0], dw, db


RIGHT = BACKWARD
WRONG = (
    # db
    spoil(columns, "db a pixel", DB, "dy.sum(axis=0)", AXES),
    spoil(columns, "db an image", DB, "dy.sum(axis=(2, 3))", AXES),
    spoil(columns, "db of images", DB, "dy.sum(axis=(1, 2, 3))", AXES),
    spoil(columns, "db one number", DB, "dy.sum()", AXES),
    spoil(columns, "db keeps axes", DB, "dy.sum(axis=(0, 2, 3), keepdims=True)",
          "db keeps axes of length one"),
    spoil(columns, "db averaged", DB, "dy.mean(axis=(0, 2, 3))",
          "the gradient is averaged over the outputs"),
    spoil(columns, "db averaged over the batch", DB, "dy.sum(axis=(2, 3)).mean(axis=0)", BATCH),
    spoil(loops, "db overwritten", "db[f] += share", "db[f] = share", LAST),
    # dw
    spoil(columns, "dw averaged", ".sum(axis=0).reshape", ".mean(axis=0).reshape", BATCH),
    spoil(columns, "dw and db averaged", "return dx, dw, dy.sum(axis=(0, 2, 3))",
          "return dx, dw / len(x), dy.sum(axis=(0, 2, 3)) / len(x)", BATCH),
    spoil(columns, "dw of the last image", "(grads @ cols.swapaxes(2, 3)).sum(axis=0)",
          "(grads @ cols.swapaxes(2, 3))[-1]", ONE_IMAGE),
    spoil(loops, "one image", "range(len(x))", "range(1)", ONE_IMAGE),
    spoil(loops, "dw overwritten", "dw[f] += share", "dw[f] = share", LAST),
    spoil(columns, "dw turned", "return dx, dw,", "return dx, dw[:, :, ::-1, ::-1],", TURNED),
    spoil(columns, "dw turned one way", "return dx, dw,", "return dx, dw[:, :, :, ::-1],",
          "the kernel is the wrong way round along one axis"),
    spoil(columns, "dw's axes swapped", "return dx, dw,", "return dx, dw.swapaxes(0, 1),",
          "filters and channels are swapped"),
    spoil(columns, "dw's rows and columns", "return dx, dw,", "return dx, dw.swapaxes(2, 3),",
          "the kernel's rows and columns are swapped"),
    spoil(per_offset, "dw without stride", "grads, images[..., rows, columns]",
          "grads, images[..., p * dh : p * dh + out_h, q * dw_ : q * dw_ + out_w]", STRIDE),
    wrong("dw too large", too_large, "dw is larger than the kernel"),
    spoil(loops, "dy forgotten", "share = dy[n, f, i, j]", "share = 1", "dy is forgotten"),
    # dx
    spoil(transposed, "dx not flipped", "w[:, :, ::-1, ::-1]", "w", TURNED),
    spoil(transposed, "dx flipped one way", "w[:, :, ::-1, ::-1]", "w[:, :, ::-1]",
          "the kernel is the wrong way round along one axis"),
    spoil(loops, "dx turned", "share * w[f]", "share * w[f, :, ::-1, ::-1]", TURNED),
    spoil(loops, "dx overwritten", "rows, columns] += share", "rows, columns] = share",
          OVERWRITTEN),
    spoil(per_offset, "dx overwritten by element", "columns] += np", "columns] = np",
          OVERWRITTEN),
    spoil(loops, "not cut", CUT, "dxp", "the padding is not cut off"),
    spoil(loops, "cut below", CUT, "dxp[:, :, :H, :W]", ONE_SIDE),
    spoil(loops, "cut above", CUT, "dxp[:, :, 2 * ph :, 2 * pw :]", ONE_SIDE),
    spoil(loops, "cut by minus zero", CUT, "dxp[:, :, ph:-ph, pw:-pw]",
          "the padding is cut off by [p:-p], which is empty for padding 0"),
    spoil(loops, "padding swapped", CUT, "dxp[:, :, pw : pw + H, ph : ph + W]",
          "the paddings for height and width are mixed up"),
    spoil(loops, "what windows read", CUT,
          "dxp[:, :, : sh * (out_h - 1) + dh * (kh - 1) + 1, "
          ": sw * (out_w - 1) + dw_ * (kw - 1) + 1][:, :, ph : ph + H, pw : pw + W]",
          "rows and columns that no window reads are missing"),
    wrong("dx as for stride 1", dense, STRIDE),
    spoil(loops, "dx of one filter", "dxp[n, channels, rows, columns] += share * w[f]",
          "dxp[n, channels, rows, columns] += share * w[f] * (f % (F // groups) == 0)",
          "only one filter counts in dx"),
    spoil(loops, "height and width", CUT, CUT + ".swapaxes(2, 3)",
          "height and width are swapped"),
    # both
    spoil(scalar_loops, "stride ignored", PLACE, "i - ph + p * dh, j - pw + q * dw_", STRIDE),
    spoil(scalar_loops, "strides swapped", "(sh, sw), (ph", "(sw, sh), (ph", STRIDES),
    spoil(scalar_loops, "one stride", "j * sw - pw", "j * sh - pw",
          STRIDES),
    spoil(scalar_loops, "dilation ignored", PLACE, "i * sh - ph + p, j * sw - pw + q", DILATION),
    spoil(scalar_loops, "padding below and right only", PLACE, "i * sh + p * dh, j * sw + q * dw_",
          ONE_SIDE),
    spoil(scalar_loops, "padding above and left only", PLACE,
          "i * sh - 2 * ph + p * dh, j * sw - 2 * pw + q * dw_",
          ONE_SIDE),
    spoil(loops, "groups ignored", "first = f // (F // groups) * depth", "first = 0",
          "the groups are ignored"),
    spoil(loops, "groups interleaved", "f // (F // groups)", "f % groups",
          "channels and groups are mixed up"),
    wrong("no groups", no_groups, "the groups are ignored"),
    spoil(loops, "nothing for dx", "return dx,", "return None,", "dx is None"),
    spoil(loops, "another order", "return dx, dw, db", "return dw, dx, db", "expected"),
    spoil(loops, "two results", "return dx, dw, db", "return dx, dw",
          "returned 2 values; expected 3 results: dx, dw, db"),
    spoil(loops, "double", "np.zeros_like(w)", "np.zeros(w.shape)",
          "dw has dtype float64; expected float32"),
    spoil(loops, "changes x", "xp = padded(x, padding)", "x *= 1.5; xp = padded(x, padding)"),
    spoil(loops, "off a little", "share * w[f]", "share * w[f] * (1 + 1e-4)"),
    # What students write.
    spoil(loops, "cut by [p:-p] into dx", "    dx = " + CUT,
          "    dx = np.zeros_like(x)\n    for n in range(len(x)):\n"
          "        dx[n] = dxp[n, :, ph:-ph, pw:-pw]",
          "the padding is cut off by [p:-p], which is empty for padding 0"),
    spoil(loops, "cut by one", CUT, "dxp[:, :, 1:-1, 1:-1]", ONE_CUT),
    spoil(loops, "cut by one into dx", "    dx = " + CUT,
          "    dx = np.zeros_like(x)\n    dx[:] = dxp[:, :, 1:-1, 1:-1]", ONE_CUT),
    spoil(loops, "cut everywhere", CUT, "dxp[ph:-ph, pw:-pw]",
          "the batch and channel axes are cut off, too", also=["the padding is not cut off"]),
    spoil(loops, "dx from x", "+= share * w[f]", "+= share * xp[n, channels, rows, columns]",
          "dx is computed from x instead of w"),
    spoil(scalar_loops, "padding 1", "pair(padding)", "(1, 1)", "the padding is always 1"),
    spoil(scalar_loops, "one stride", "j * sw - pw", "j - pw",
          "the stride is used along one axis only"),
    spoil(columns, "dw reshaped", ".sum(axis=0).reshape(w.shape)",
          ".sum(axis=0).reshape(len(w), -1).T.reshape(w.shape)",
          "dw is reshaped where its axes should be transposed"),
    spoil(loops, "refuses", "    xp = padded",
          "    assert (H + 2 * ph - dh * (kh - 1) - 1) % sh == 0\n"
          "    assert (x.shape[3] + 2 * pw - dw_ * (kw - 1) - 1) % sw == 0\n    xp = padded",
          "windows that do not fit evenly are refused"),
    spoil(loops, "3 × 3", "dh * (kh - 1) + 1, dh)", "dh * 2 + 1, dh)", None),
    spoil(loops, "window turned", "F, depth, kh, kw = w.shape", "F, depth, kw, kh = w.shape",
          "the window's height and width are mixed up"),
    spoil(scalar_loops, "step A", "pair(stride), pair(padding)", "(1, 1), (0, 0)",
          "neither the stride nor the padding is used"),
    spoil(loops, "dx never filled", "+= share * w[f]", "+= 0 * share * w[f]",
          "dx is still all zeros"),
)  # fmt: skip
