"""Solutions of `device_conv2d_backward`: its gradients on tensors, without autograd."""

import torch
import torch.nn.functional as F
from mutants import spoil, wrong
from tensor_styles import BACKWARDS, offsets, offsets_backward, padded, pair

RIGHT = BACKWARDS


def autograd(dy, x, w, **settings):
    """PyTorch's own gradient of one's own forward pass."""
    x, w = x.clone().requires_grad_(), w.clone().requires_grad_()
    b = w.new_zeros(len(w)).requires_grad_()
    return torch.autograd.grad(offsets(x, w, b, **settings), (x, w, b), dy)


def transposed(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """A forbidden layer for dx."""
    _, dw, db = offsets_backward(
        dy, x, w, stride=stride, padding=padding, dilation=dilation, groups=groups
    )
    return F.grad.conv2d_input(x.shape, w, dy, stride, padding, dilation, groups), dw, db


def loops(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Right numbers, one output pixel after the other."""
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    xp = padded(x, padding)
    dxp, dv = torch.zeros_like(xp), torch.zeros_like(w)
    v = w.reshape(groups, -1, *w.shape[1:])
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows = slice(i * sh, i * sh + dh * (w.shape[2] - 1) + 1, dh)
            columns = slice(j * sw, j * sw + dw * (w.shape[3] - 1) + 1, dw)
            d = dy[:, :, i, j].reshape(len(dy), groups, -1)
            window = xp[:, :, rows, columns]
            grouped = window.reshape(len(x), groups, -1, *window.shape[2:])
            dxp[:, :, rows, columns] += torch.einsum("ngf,gfcpq->ngcpq", d, v).reshape(window.shape)
            dv += torch.einsum("ngf,ngcpq->gfcpq", d, grouped).reshape(w.shape)
    dx = dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]].clone()
    return dx, dv, dy.sum((0, 2, 3))


def window_by_window(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """The windows' gradients, each put at its place by an assignment."""
    _, dv, db = loops(dy, x, w, stride=stride, padding=padding, dilation=dilation, groups=groups)
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    dxp = torch.zeros_like(padded(x, padding))
    v = w.reshape(groups, -1, *w.shape[1:])
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows = slice(i * sh, i * sh + dh * (w.shape[2] - 1) + 1, dh)
            columns = slice(j * sw, j * sw + dw * (w.shape[3] - 1) + 1, dw)
            d = dy[:, :, i, j].reshape(len(dy), groups, -1)
            back = torch.einsum("ngf,gfcpq->ngcpq", d, v)
            dxp[:, :, rows, columns] = back.reshape(len(x), -1, *w.shape[2:])
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]].clone(), dv, db


CROP = "cropped(dxp, x, padding)"
DB = "db = dy.sum(dim=(0, 2, 3))"
WHERE = "where = slices(p, q, out, stride, dilation)"
GAP = " " * 12


def where(*arguments):
    return f"where = slices(p, q, out, {', '.join(arguments)})"


def both(setting, value):
    """Change a setting in dx and dw, and crop by what was padded."""
    return "out = dy.shape[2:]", f"out = dy.shape[2:]; {setting} = {value}"


WRONG = (
    spoil(
        offsets_backward,
        "overwrites",
        "dxp[where] += back",
        "dxp[where] = back",
        "overlapping windows overwrite each other",
    ),
    wrong(
        "window by window",
        window_by_window,
        "overlapping windows overwrite each other",
    ),
    spoil(
        offsets_backward,
        "dx flipped",
        "grouped, v[..., p, q])",
        "grouped, v[..., -1 - p, -1 - q])",
        "the kernel is the wrong way round",
    ),
    spoil(
        offsets_backward,
        "dw flipped",
        "dw[:, :, p, q] =",
        "dw[:, :, -1 - p, -1 - q] =",
        "the kernel is the wrong way round",
    ),
    spoil(
        offsets_backward,
        "dw turned where square",
        ", dw, db",
        ", dw.mT.clone() if w.shape[2] == w.shape[3] else dw, db",
        "the kernel's rows and columns are swapped",
    ),
    spoil(
        offsets_backward,
        "dw with filters and channels swapped",
        ", dw, db",
        ", dw.transpose(0, 1).clone(), db",
        "filters and channels are swapped",
    ),
    spoil(offsets_backward, "no stride", *both("stride", "1"), "the stride is ignored"),
    spoil(
        offsets_backward,
        "no stride in dw",
        "pixels = xp[where]",
        "pixels = xp[slices(p, q, out, 1, dilation)]",
        "the stride is ignored",
    ),
    spoil(
        offsets_backward,
        "no stride in dx",
        "dxp[where] += back",
        "dxp[slices(p, q, out, 1, dilation)] += back",
        "the stride is ignored",
    ),
    spoil(offsets_backward, "no dilation", *both("dilation", "1"), "the dilation is ignored"),
    spoil(
        offsets_backward,
        "no dilation in dw",
        "pixels = xp[where]",
        "pixels = xp[slices(p, q, out, stride, 1)]",
        "the dilation is ignored",
    ),
    spoil(
        offsets_backward,
        "padding below and right only in dw",
        "pixels = xp[where]",
        "pixels = F.pad(x, (0, 50, 0, 50))[where]",
        "the padding counts on one side only",
    ),
    spoil(
        offsets_backward,
        "crop by minus padding",
        CROP,
        "dxp[:, :, pair(padding)[0] : -pair(padding)[0], pair(padding)[1] : -pair(padding)[1]]"
        ".clone()",
        "the padding is cut off by [p:-p], which is empty for padding 0",
    ),
    spoil(offsets_backward, "not cropped", CROP, "dxp", "the padding is not cut off"),
    spoil(
        offsets_backward,
        "cropped at the top left",
        CROP,
        "dxp[:, :, : x.shape[2], : x.shape[3]].clone()",
        "the padding counts on one side only",
    ),
    spoil(
        offsets_backward,
        "padding swapped in the crop",
        CROP,
        "cropped(F.pad(dxp, (0, 9, 0, 9)), x, pair(padding)[::-1])",
        "the paddings for height and width are mixed up",
    ),
    spoil(
        offsets_backward,
        "batch average",
        ", dw, db",
        ", dw / len(x), db / len(x)",
        "the gradient is averaged over the batch",
    ),
    spoil(
        offsets_backward,
        "db average",
        DB,
        "db = dy.mean((0, 2, 3))",
        "the gradient is averaged over the outputs",
    ),
    spoil(
        offsets_backward,
        "db over the batch average",
        DB,
        "db = dy.sum((2, 3)).mean(0)",
        "the gradient is averaged over the batch",
    ),
    spoil(
        offsets_backward,
        "db for each image",
        DB,
        "db = dy.sum((2, 3))",
        "db is summed over the wrong axes",
    ),
    spoil(
        offsets_backward,
        "db for each pixel",
        DB,
        "db = dy.sum(0)",
        "db is summed over the wrong axes",
    ),
    spoil(
        offsets_backward,
        "db over everything",
        DB,
        "db = dy.sum()",
        "db is summed over the wrong axes",
    ),
    spoil(
        offsets_backward,
        "db with axes left",
        DB,
        "db = dy.sum((0, 2, 3), keepdim=True)",
        "db keeps axes of length one",
    ),
    spoil(
        offsets_backward,
        "one image in dw and db",
        ", dw, db",
        ", offsets_backward(dy[:1], x[:1], w, stride=stride, padding=padding, dilation=dilation,"
        " groups=groups)[1] if len(x) > 1 else dw, db",
        "only one image of the batch counts",
    ),
    spoil(
        offsets_backward,
        "groups give to the first",
        "dxp[where] += back.reshape(len(x), -1, *out)",
        "dxp[where][:, : w.shape[1]] += back.sum(1)",
        "the groups are ignored",
    ),
    spoil(
        offsets_backward,
        "last filter only",
        "grouped, v[..., p, q])",
        "grouped[:, :, -1:], v[:, -1:, :, p, q])",
        "only one filter counts in dx",
    ),
    spoil(
        offsets_backward,
        "padding swapped",
        "xp = padded(x, padding)",
        "padding = pair(padding)[::-1]; xp = F.pad(padded(x, padding), (0, 9, 0, 9))",
        "the paddings for height and width are mixed up",
    ),
    spoil(offsets_backward, "off a little", "return cropped", "return (1 + 1e-4) * cropped"),
    spoil(
        offsets_backward,
        "other order",
        CROP + ", dw, db",
        "db, dw, " + CROP,
    ),
    spoil(
        offsets_backward,
        "two results",
        ", dw, db",
        ", dw",
        "your function returned 2 values; expected 3 results: dx, dw, db",
    ),
    spoil(
        offsets_backward,
        "in double",
        "torch.zeros_like(w)",
        "torch.zeros_like(w).double()",
    ),
    wrong("autograd", autograd, "autograd, line 5 of autograd"),
    wrong("transposed", transposed, "torch.ops.aten.convolution"),
    wrong("loops", loops, "Is there a loop over pixels?"),
)
