"""Solutions of `device_conv2d`: convolution on tensors."""

import torch
import torch.nn.functional as F
from mutants import spoil, wrong
from tensor_styles import CONVOLUTIONS, fancy, offsets, padded, pair, sizes, stacked

RIGHT = CONVOLUTIONS


def loops(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Right numbers, one pixel after the other: what a GPU cannot do quickly."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    out_h, out_w = sizes(x, w.shape[2:], stride, padding, dilation)
    xp = padded(x, padding)
    y = x.new_zeros(len(x), len(w), out_h, out_w)
    for i in range(out_h):
        for j in range(out_w):
            window = xp[
                :,
                :,
                i * sh : i * sh + dh * (w.shape[2] - 1) + 1 : dh,
                j * sw : j * sw + dw * (w.shape[3] - 1) + 1 : dw,
            ]
            parts = zip(window.chunk(groups, 1), w.chunk(groups), strict=True)
            y[:, :, i, j] = torch.cat([torch.einsum("nchw,fchw->nf", a, v) for a, v in parts], 1)
    return y if b is None else y + b[:, None, None]


def library(x, w, b=None, **settings):
    return F.conv2d(x, w, b, **settings)


def layer(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    from torch.nn import Conv2d as Layer

    made = Layer(x.shape[1], len(w), tuple(w.shape[2:]), stride, padding, dilation, groups,
                 bias=b is not None, dtype=x.dtype, device=x.device)  # fmt: skip
    with torch.no_grad():
        made.weight.copy_(w)
        if b is not None:
            made.bias.copy_(b)
        return made(x)


def computed(x, w, b=None, **settings):
    return getattr(F, "conv" + "2d")(x, w, b, **settings)


def hidden(x, w, b=None, **settings):
    """Its source shows nothing; what runs does."""
    return eval("F.conv" + "2d")(x, w, b, **settings)


def operator(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """The operator behind it, reached through a dictionary."""
    name = "convolution"
    function = vars(torch)[name]
    sizes = [list(pair(s)) for s in (stride, padding, dilation)]
    return function(x, w, b, *sizes, False, [0, 0], groups)


def unfolded(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    columns = F.unfold(x, w.shape[2:], pair(dilation), pair(padding), pair(stride))
    columns = columns.reshape(len(x), groups, -1, columns.shape[2])
    y = w.reshape(groups, len(w) // groups, -1) @ columns
    y = y.reshape(len(x), len(w), *sizes(x, w.shape[2:], stride, padding, dilation))
    return y if b is None else y + b[:, None, None]


def windows_of_pytorch(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    span = dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1
    windows = padded(x, padding).unfold(2, span[0], sh).unfold(3, span[1], sw)[..., ::dh, ::dw]
    parts = zip(windows.chunk(groups, 1), w.chunk(groups), strict=True)
    y = torch.cat([torch.einsum("ncijpq,fcpq->nfij", a, v) for a, v in parts], 1)
    return y if b is None else y + b[:, None, None]


def leaves_the_device(x, w, b=None, **settings):
    import numpy as np

    return torch.from_numpy(np.array(offsets(x, w, b, **settings).cpu()))


END = "return y if b is None else y + b[:, None, None]"
ROWS, COLUMNS = "dh * kh[:, None, None, None] + sh *", "dw * kw[:, None, None] + sw *"

WRONG = (
    spoil(offsets, "flipped", "v[..., p, q]", "v[..., -1 - p, -1 - q]", "the kernel is flipped"),
    spoil(
        offsets,
        "flipped one way",
        "v[..., p, q]",
        "v[..., p, -1 - q]",
        "the kernel is flipped along one axis",
    ),
    spoil(
        offsets,
        "no stride",
        "xp[slices(p, q, out, stride, dilation)]",
        "xp[slices(p, q, out, 1, dilation)]",
        "the stride is ignored",
    ),
    spoil(
        offsets,
        "no dilation",
        "xp[slices(p, q, out, stride, dilation)]",
        "xp[slices(p, q, out, stride, 1)]",
        "the dilation is ignored",
    ),
    spoil(
        offsets, "no padding", "out = sizes(", "padding = 0; out = sizes(", "the padding is ignored"
    ),
    spoil(
        offsets,
        "padding swapped",
        "out = sizes(",
        "padding = pair(padding)[::-1]; out = sizes(",
        "the paddings for height and width are mixed up",
    ),
    spoil(
        offsets,
        "stride swapped",
        "out = sizes(",
        "stride = pair(stride)[::-1]; out = sizes(",
        "the strides for height and width are mixed up",
    ),
    spoil(
        offsets,
        "dilation swapped",
        "out = sizes(",
        "dilation = pair(dilation)[::-1]; out = sizes(",
        also=["the dilations for height and width are mixed up"],
    ),
    spoil(
        offsets,
        "padding with ones",
        "padded(x, padding)",
        "padded(x, padding, 1.0)",
        "the padding is not zero",
    ),
    spoil(
        offsets,
        "padding by replication",
        "padded(x, padding)",
        "F.pad(x, (pair(padding)[1],) * 2 + (pair(padding)[0],) * 2, mode='replicate')",
        "the padding is not zero",
    ),
    spoil(
        offsets,
        "one side",
        "padded(x, padding)",
        "F.pad(x, (2 * pair(padding)[1], 0, 2 * pair(padding)[0], 0))",
        "padding on one side only",
    ),
    spoil(
        offsets,
        "groups read the first",
        "pixels = xp[slices(p, q, out, stride, dilation)]",
        "pixels = xp[slices(p, q, out, stride, dilation)][:, :1].expand(-1, groups, -1, -1, -1)",
        "the groups are ignored",
    ),
    spoil(
        offsets,
        "channels interleaved",
        "xp = xp.reshape(len(x), groups, -1, *xp.shape[2:])",
        "xp = xp.reshape(len(x), -1, groups, *xp.shape[2:]).transpose(1, 2)",
        "channels and groups are mixed up",
    ),
    spoil(
        offsets,
        "channels reversed",
        "v[..., p, q]",
        "v.flip(2)[..., p, q]",
        "the channels are mixed up",
    ),
    spoil(offsets, "no bias", END, "return y", "the bias is missing"),
    spoil(offsets, "bias minus", END, END.replace("y + b", "y - b"), "the bias is subtracted"),
    spoil(
        offsets,
        "bias for each kernel element",
        "            y += torch",
        "            y += 0 if b is None else b.reshape(groups, -1, 1, 1)\n            y += torch",
    ),
    spoil(
        offsets,
        "average",
        END,
        "y = y / w[0].numel()\n    " + END,
        "an average instead of a sum",
    ),
    spoil(
        offsets,
        "only the last kernel element",
        "y += torch",
        "y[...] = torch",
    ),
    spoil(
        stacked,
        "one image",
        "@ columns)",
        "@ columns[:1].expand_as(columns))",
        "only the first image is processed",
    ),
    spoil(
        fancy,
        "short",
        "return y if b is None else y + b.reshape(-1, 1, 1)",
        "return (y if b is None else y + b.reshape(-1, 1, 1))[:, :, :-1, :-1]",
        "the last row or column is missing",
    ),
    spoil(offsets, "off a little", END, "y = y * (1 + 1e-4)\n    " + END),
    spoil(offsets, "half precision", END, END + ".half()"),
    spoil(
        offsets,
        "bfloat16",
        END,
        "return (y if b is None else y + b[:, None, None]).bfloat16()",
        "your result is a tensor of torch.bfloat16",
    ),
    spoil(
        offsets,
        "always float32",
        END,
        "return (y if b is None else y + b[:, None, None]).float()",
    ),
    spoil(
        offsets,
        "new tensors in double",
        "y = x.new_zeros(len(x), groups, v.shape[1], *out)",
        "y = torch.zeros(len(x), groups, v.shape[1], *out, dtype=torch.float64, device=x.device)",
        "your result has dtype float64; expected float32, the dtype of the input",
    ),
    spoil(
        offsets,
        "elsewhere",
        END,
        "return torch.empty_like(y, device='meta')",
        "your result is a tensor on meta, but the input is on ",
    ),
    spoil(
        offsets,
        "an array",
        END,
        "return y.cpu().numpy()",
        "your result is ndarray; expected a PyTorch tensor",
    ),
    spoil(
        offsets,
        "requires grad",
        END,
        "return y.requires_grad_()",
        "your result is a tensor that still requires grad",
    ),
    spoil(
        offsets,
        "changes x",
        "xp = padded(x, padding)",
        "x.mul_(2); xp = padded(x, padding) / 2",
        "your function changed x in place",
    ),
    spoil(
        offsets,
        "changes x's shape",
        "xp = padded(x, padding)",
        "xp = padded(x, padding).clone(); x.unsqueeze_(0)",
        "your function changed x in place",
    ),
    wrong("loops", loops, "Is there a loop over pixels?"),
    wrong("library", library, "conv2d, line 2 of library"),
    wrong("layer", layer, "Conv2d, line 2 of layer"),
    wrong("computed", computed, "torch.ops.aten.conv2d, while your function ran"),
    wrong("hidden", hidden, "torch.ops.aten.conv2d, while your function ran"),
    wrong("operator", operator, "torch.ops.aten.convolution, while your function ran"),
    wrong("unfolded", unfolded, "torch.ops.aten.im2col, while your function ran"),
    wrong("windows of PyTorch", windows_of_pytorch, "unfold, line 4 of windows_of_pytorch"),
    wrong("leaves the device", leaves_the_device, "numpy, line 2 of leaves_the_device"),
)
