"""Convolution and max-pooling on tensors in the styles in which people write them: all right."""

import torch
import torch.nn.functional as F


def pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def sizes(x, kernel_size, stride, padding, dilation=1):
    span = [d * (k - 1) + 1 for d, k in zip(pair(dilation), kernel_size, strict=True)]
    return [
        (n + 2 * p - q) // s + 1
        for n, p, q, s in zip(x.shape[2:], pair(padding), span, pair(stride), strict=True)
    ]


def padded(x, padding, value=0.0):
    ph, pw = pair(padding)
    return F.pad(x, (pw, pw, ph, ph), value=value)


def slices(p, q, out, stride, dilation=1):
    """Kernel element (p, q) of all windows."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    return (
        ...,
        slice(p * dh, p * dh + sh * (out[0] - 1) + 1, sh),
        slice(q * dw, q * dw + sw * (out[1] - 1) + 1, sw),
    )


def indices(x, kernel_size, out, stride, dilation=1):
    """Rows and columns of every window: (kh, 1, out_h, 1) and (kw, 1, out_w)."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    kh, kw, out_h, out_w = (torch.arange(n, device=x.device) for n in (*kernel_size, *out))
    rows = dh * kh[:, None, None, None] + sh * out_h[:, None]
    return rows, dw * kw[:, None, None] + sw * out_w


def strided(x, kernel_size, out, stride, dilation=1):
    """All windows as a view: (N, C, kh, kw, out_h, out_w)."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    n, c, h, w = x.stride()
    shape = (*x.shape[:2], *kernel_size, *out)
    return x.as_strided(shape, (n, c, h * dh, w * dw, h * sh, w * sw))


def offsets(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Add up one shifted image for each kernel element."""
    out = sizes(x, w.shape[2:], stride, padding, dilation)
    xp = padded(x, padding)
    xp = xp.reshape(len(x), groups, -1, *xp.shape[2:])
    v = w.reshape(groups, -1, *w.shape[1:])
    y = x.new_zeros(len(x), groups, v.shape[1], *out)
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            pixels = xp[slices(p, q, out, stride, dilation)]
            y += torch.einsum("ngchw,gfc->ngfhw", pixels, v[..., p, q])
    y = y.reshape(len(x), len(w), *out)
    return y if b is None else y + b[:, None, None]


def stacked(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Columns from slices, then one product."""
    out = sizes(x, w.shape[2:], stride, padding, dilation)
    xp = padded(x, padding)
    pieces = [
        xp[slices(p, q, out, stride, dilation)]
        for p in range(w.shape[2])
        for q in range(w.shape[3])
    ]
    columns = torch.stack(pieces, dim=2).reshape(len(x), groups, -1, out[0] * out[1])
    y = (w.reshape(groups, len(w) // groups, -1) @ columns).reshape(len(x), len(w), *out)
    return y if b is None else y + b.view(1, -1, 1, 1)


def fancy(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Columns by indexing, and a product for each group."""
    out = sizes(x, w.shape[2:], stride, padding, dilation)
    rows, columns = indices(x, w.shape[2:], out, stride, dilation)
    windows = padded(x, padding)[:, :, rows, columns]
    parts = zip(windows.chunk(groups, 1), w.chunk(groups), strict=True)
    y = torch.cat([torch.einsum("ncpqij,fcpq->nfij", a, v) for a, v in parts], dim=1)
    return y if b is None else y + b.reshape(-1, 1, 1)


def view(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """A view of all windows, then tensordot."""
    out = sizes(x, w.shape[2:], stride, padding, dilation)
    windows = strided(padded(x, padding).contiguous(), w.shape[2:], out, stride, dilation)
    parts = zip(windows.split(w.shape[1], 1), w.split(len(w) // groups), strict=True)
    y = [torch.tensordot(a, v, ([1, 2, 3], [1, 2, 3])).permute(0, 3, 1, 2) for a, v in parts]
    y = torch.cat(y, 1)
    return y if b is None else y + b[None, :, None, None]


def fft(x, w, b=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Multiply spectra; keep what a stride keeps. Rounds more than a sum does."""
    (sh, sw), (dh, dw) = pair(stride), pair(dilation)
    out = sizes(x, w.shape[2:], stride, padding, dilation)
    xp = padded(x, padding)
    kernel = x.new_zeros(*w.shape[:2], dh * (w.shape[2] - 1) + 1, dw * (w.shape[3] - 1) + 1)
    kernel[:, :, ::dh, ::dw] = w
    size = [a + k - 1 for a, k in zip(xp.shape[2:], kernel.shape[2:], strict=True)]
    spectrum = torch.fft.rfft2(xp, size)
    spectrum = spectrum.reshape(len(x), groups, -1, *spectrum.shape[2:])
    filters = torch.fft.rfft2(kernel.flip(2, 3), size)
    filters = filters.reshape(groups, -1, *filters.shape[1:])
    product = torch.einsum("ngchw,gfchw->ngfhw", spectrum, filters)
    full = torch.fft.irfft2(product, size).reshape(len(x), len(w), *size)
    y = full[:, :, kernel.shape[2] - 1 :: sh, kernel.shape[3] - 1 :: sw]
    y = y[:, :, : out[0], : out[1]]
    return y.clone() if b is None else y + b[:, None, None]


CONVOLUTIONS = (offsets, stacked, fancy, view, fft)


def cropped(dxp, x, padding):
    ph, pw = pair(padding)
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]].clone()


def offsets_backward(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """For each kernel element the way back of the forward pass."""
    out = dy.shape[2:]
    xp = padded(x, padding)
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    grouped = dy.reshape(len(dy), groups, -1, *out)
    v = w.reshape(groups, -1, *w.shape[1:])
    for p in range(w.shape[2]):
        for q in range(w.shape[3]):
            where = slices(p, q, out, stride, dilation)
            pixels = xp[where].reshape(len(x), groups, -1, *out)
            back = torch.einsum("ngfhw,gfc->ngchw", grouped, v[..., p, q])
            dxp[where] += back.reshape(len(x), -1, *out)
            dw[:, :, p, q] = torch.einsum("ngfhw,ngchw->gfc", grouped, pixels).reshape(len(w), -1)
    db = dy.sum(dim=(0, 2, 3))
    return cropped(dxp, x, padding), dw, db


def index_add_backward(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Columns, two products, and columns added back by their places in the plane."""
    out = dy.shape[2:]
    xp = padded(x, padding)
    rows, columns = indices(x, w.shape[2:], out, stride, dilation)
    windows = xp[:, :, rows, columns].reshape(len(x), groups, -1, out.numel())
    grouped = dy.reshape(len(dy), groups, -1, out.numel())
    dw = (grouped @ windows.mT).sum(0).reshape(w.shape)
    back = w.reshape(groups, len(w) // groups, -1).mT @ grouped
    places = (rows * xp.shape[3] + columns).flatten()
    dxp = torch.zeros_like(xp).flatten(2)
    dxp.index_add_(2, places, back.reshape(*xp.shape[:2], -1))
    return cropped(dxp.view_as(xp), x, padding), dw, dy.sum((0, 2, 3))


def accumulate_backward(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Windows by indexing, group by group; index_put_ adds them up."""
    xp = padded(x, padding)
    dxp = torch.zeros_like(xp)
    rows, columns = indices(x, w.shape[2:], dy.shape[2:], stride, dilation)
    windows = xp[:, :, rows, columns]
    pieces = zip(dy.chunk(groups, 1), windows.chunk(groups, 1), w.chunk(groups), strict=True)
    dw, back = [], []
    for d, a, v in pieces:
        dw.append(torch.tensordot(d, a, ([0, 2, 3], [0, 4, 5])))
        back.append(torch.einsum("nfij,fcpq->ncpqij", d, v))
    n = torch.arange(len(x), device=x.device).view(-1, 1, 1, 1, 1, 1)
    c = torch.arange(x.shape[1], device=x.device).view(-1, 1, 1, 1, 1)
    dxp.index_put_((n, c, rows, columns), torch.cat(back, 1), accumulate=True)
    return cropped(dxp, x, padding), torch.cat(dw), dy.sum(0).sum(1).sum(1)


def transposed_backward(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """dx as a convolution of dy with zeros in it; dw as a correlation over a view."""
    (sh, sw), (dh, dw_) = pair(stride), pair(dilation)
    span = dh * (w.shape[2] - 1) + 1, dw_ * (w.shape[3] - 1) + 1
    size = [n + 2 * p for n, p in zip(x.shape[2:], pair(padding), strict=True)]
    spread = dy.new_zeros(*dy.shape[:2], *(n + k - 1 for n, k in zip(size, span, strict=True)))
    spread[:, :, span[0] - 1 :: sh, span[1] - 1 :: sw][:, :, : dy.shape[2], : dy.shape[3]] = dy
    v = w.reshape(groups, -1, *w.shape[1:]).transpose(1, 2).flip(3, 4).flatten(0, 1)
    dxp = view(spread, v, dilation=dilation, groups=groups)
    windows = strided(padded(x, padding).contiguous(), w.shape[2:], dy.shape[2:], stride, dilation)
    windows = windows.reshape(len(x), groups, -1, *windows.shape[2:])
    grouped = dy.reshape(len(dy), groups, -1, *dy.shape[2:])
    dw = torch.einsum("ngfij,ngcpqij->gfcpq", grouped, windows).reshape(w.shape)
    return cropped(dxp, x, padding), dw, torch.einsum("nfij->f", dy)


def scatter_backward(dy, x, w, *, stride=1, padding=0, dilation=1, groups=1):
    """Pixels outside of x are sent to a place of their own, which is thrown away."""
    (ph, pw), (height, width) = pair(padding), x.shape[2:]
    out = dy.shape[2:]
    rows, columns = indices(x, w.shape[2:], out, stride, dilation)
    rows, columns = torch.broadcast_tensors(rows - ph, columns - pw)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    places = torch.where(inside, rows * width + columns, height * width).flatten()
    flat = torch.cat([x.flatten(2), x.new_zeros(*x.shape[:2], 1)], dim=2)
    windows = flat[:, :, places].reshape(len(x), groups, -1, out.numel())
    grouped = dy.reshape(len(dy), groups, -1, out.numel())
    dw = torch.einsum("ngfo,ngko->gfk", grouped, windows).reshape(w.shape)
    back = torch.einsum("gfk,ngfo->ngko", w.reshape(groups, len(w) // groups, -1), grouped)
    back = back.reshape(*x.shape[:2], -1)
    dx = torch.zeros_like(flat).scatter_add_(2, places.expand_as(back), back)
    return dx[:, :, :-1].reshape(x.shape), dw, dy.transpose(0, 1).flatten(1).sum(1)


BACKWARDS = (
    offsets_backward,
    index_add_backward,
    accumulate_backward,
    transposed_backward,
    scatter_backward,
)

INFINITY = float("inf")


def running(x, kernel_size, stride=None, padding=0):
    """The larger of what was seen and what comes, for each kernel element."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    out = sizes(x, kernel_size, stride, padding)
    xp = padded(x, padding, -INFINITY)
    y = x.new_full((*x.shape[:2], *out), -INFINITY)
    for p in range(kernel_size[0]):
        for q in range(kernel_size[1]):
            y = torch.maximum(y, xp[slices(p, q, out, stride)])
    return y


def stacked_pool(x, kernel_size, stride=None, padding=0):
    """All kernel elements on one axis, then its maximum."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    out = sizes(x, kernel_size, stride, padding)
    xp = padded(x, padding, torch.finfo(x.dtype).min)
    pieces = [
        xp[slices(p, q, out, stride)] for p in range(kernel_size[0]) for q in range(kernel_size[1])
    ]
    return torch.stack(pieces).amax(0)


def fancy_pool(x, kernel_size, stride=None, padding=0):
    """Windows by indexing."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    rows, columns = indices(x, kernel_size, sizes(x, kernel_size, stride, padding), stride)
    return padded(x, padding, -INFINITY)[:, :, rows, columns].flatten(2, 3).max(dim=2).values


def view_pool(x, kernel_size, stride=None, padding=0):
    """A view of all windows."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    out = sizes(x, kernel_size, stride, padding)
    return strided(padded(x, padding, -INFINITY), kernel_size, out, stride).amax((2, 3))


def separate_pool(x, kernel_size, stride=None, padding=0):
    """Down first, then across: the maximum of maxima."""
    (kh, kw), stride = pair(kernel_size), kernel_size if stride is None else stride
    (sh, sw), out = pair(stride), sizes(x, (kh, kw), stride, padding)
    y = padded(x, padding, -INFINITY)
    y = torch.stack([y[:, :, p : p + sh * (out[0] - 1) + 1 : sh] for p in range(kh)]).amax(0)
    return torch.stack([y[..., q : q + sw * (out[1] - 1) + 1 : sw] for q in range(kw)]).amax(0)


POOLS = (running, stacked_pool, fancy_pool, view_pool, separate_pool)


def taken_pool_backward(dy, x, kernel_size, stride=None, padding=0):
    """Kernel element by kernel element; a window that found its maximum looks no further."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    out = dy.shape[2:]
    xp = padded(x, padding, -INFINITY)
    y = running(x, kernel_size, stride, padding)
    dxp, free = torch.zeros_like(xp), torch.ones_like(y, dtype=torch.bool)
    for p in range(kernel_size[0]):
        for q in range(kernel_size[1]):
            where = slices(p, q, out, stride)
            winner = (xp[where] == y) & free
            dxp[where] += dy * winner
            free &= ~winner
    return cropped(dxp, x, padding)


def scatter_pool_backward(dy, x, kernel_size, stride=None, padding=0):
    """argmax says which kernel element won; its place in the plane gets the gradient."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    xp = padded(x, padding, -INFINITY)
    rows, columns = indices(x, kernel_size, dy.shape[2:], stride)
    won = xp[:, :, rows, columns].flatten(2, 3).argmax(2)
    places = (rows * xp.shape[3] + columns).flatten(0, 1)
    places = places.expand(*x.shape[:2], *places.shape).gather(2, won[:, :, None])[:, :, 0]
    dxp = torch.zeros_like(xp).flatten(2)
    dxp.scatter_add_(2, places.flatten(2), dy.flatten(2))
    return cropped(dxp.view_as(xp), x, padding)


def last_pool_backward(dy, x, kernel_size, stride=None, padding=0):
    """Looks at each window from its end: of tied maxima the last one gets it, right as well."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    xp = padded(x, padding, -INFINITY)
    rows, columns = torch.broadcast_tensors(*indices(x, kernel_size, dy.shape[2:], stride))
    windows = xp[:, :, rows, columns].flatten(2, 3).flip(2)
    places = (rows * xp.shape[3] + columns).flatten(0, 1).flip(0)
    one_hot = F.one_hot(windows.argmax(2), windows.shape[2]).permute(0, 1, 4, 2, 3)
    parts = one_hot.to(dy.dtype) * dy[:, :, None]
    dxp = torch.zeros_like(xp).flatten(2)
    dxp.index_add_(2, places.flatten(), parts.flatten(2))
    return cropped(dxp.view_as(xp), x, padding)


def put_pool_backward(dy, x, kernel_size, stride=None, padding=0):
    """index_put_ adds up at the maxima of a view."""
    kernel_size = pair(kernel_size)
    stride, (ph, pw) = kernel_size if stride is None else pair(stride), pair(padding)
    xp = padded(x, padding, -INFINITY)
    won = strided(xp, kernel_size, dy.shape[2:], stride).flatten(2, 3).argmax(2)
    out_h, out_w = (torch.arange(n, device=x.device) for n in dy.shape[2:])
    rows = out_h[:, None] * stride[0] - ph + won // kernel_size[1]
    columns = out_w * stride[1] - pw + won % kernel_size[1]
    n, c = (torch.arange(size, device=x.device) for size in x.shape[:2])
    dx = torch.zeros_like(x)
    return dx.index_put_((n[:, None, None, None], c[:, None, None], rows, columns), dy, True)


def stacked_pool_backward(dy, x, kernel_size, stride=None, padding=0):
    """One-hot over the stacked kernel elements, then each is added back."""
    kernel_size = pair(kernel_size)
    stride = kernel_size if stride is None else pair(stride)
    xp = padded(x, padding, -INFINITY)
    places = [(p, q) for p in range(kernel_size[0]) for q in range(kernel_size[1])]
    pieces = torch.stack([xp[slices(p, q, dy.shape[2:], stride)] for p, q in places])
    won = torch.zeros_like(pieces).scatter_(0, pieces.argmax(0, keepdim=True), 1.0)
    dxp = torch.zeros_like(xp)
    for (p, q), mask in zip(places, won, strict=True):
        dxp[slices(p, q, dy.shape[2:], stride)] += mask * dy
    return cropped(dxp, x, padding)


POOL_BACKWARDS = (
    taken_pool_backward,
    scatter_pool_backward,
    last_pool_backward,
    put_pool_backward,
    stacked_pool_backward,
)
