"""The gradients of a convolution, as convolutions; and mistakes that people make in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cnnlib._late import F, torch

Tensor: TypeAlias = Any


@dataclass(frozen=True)
class Setting:
    """A convolution's arguments, of both axes alike."""

    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1

    def forward(self, x: Tensor, w: Tensor, b: Tensor | None = None) -> Tensor:
        """Return the layer's output."""
        return F.conv2d(x, w, b, self.stride, self.padding, self.dilation, self.groups)


def spread(dy: Tensor, stride: int, rest: tuple[int, int] = (0, 0)) -> Tensor:
    """Return `dy` with zeros between its rows and columns, and some more rows and columns behind.

    Examples
    --------
    >>> spread(torch.ones(1, 1, 1, 2), 3).tolist()
    [[[[1.0, 0.0, 0.0, 1.0]]]]
    """
    *front, rows, columns = dy.shape
    size = [(n - 1) * stride + 1 + more for n, more in zip((rows, columns), rest, strict=True)]
    apart = dy.new_zeros(*front, *size)
    apart[..., : (rows - 1) * stride + 1 : stride, : (columns - 1) * stride + 1 : stride] = dy
    return apart


def left_over(x: Tensor, w: Tensor, dy: Tensor, how: Setting) -> tuple[int, int]:
    """Return the rows and columns at the end that no window reads."""
    rows, columns = (
        n + 2 * how.padding - (m - 1) * how.stride - how.dilation * (k - 1) - 1
        for n, m, k in zip(x.shape[2:], dy.shape[2:], w.shape[2:], strict=True)
    )
    return rows, columns


def input_gradient(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> Tensor:
    """Return `dx`: `dy` with zeros between and around, correlated with the flipped kernels."""
    apart = spread(dy, how.stride, left_over(x, w, dy, how))
    rims = [how.dilation * (k - 1) for k in w.shape[2:]]
    framed = F.pad(apart, (rims[1], rims[1], rims[0], rims[0]))
    # Channels and filters change places, within each group.
    filters = w.unflatten(0, (how.groups, -1)).transpose(1, 2).flatten(0, 1).flip(2, 3)
    found = F.conv2d(framed, filters, dilation=how.dilation, groups=how.groups)
    cut = how.padding
    return found[..., cut : cut + x.shape[2], cut : cut + x.shape[3]]


def weight_gradient(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> Tensor:
    """Return `dw`: `x` correlated with `dy`, whose elements are a stride apart."""
    size = len(w) // how.groups, w.shape[1]
    found = []
    for group in range(how.groups):
        # Images take the place of channels: they are what is summed over.
        pixels = x.unflatten(1, (how.groups, -1))[:, group].transpose(0, 1)
        gradients = dy.unflatten(1, (how.groups, -1))[:, group].transpose(0, 1)
        made = F.conv2d(pixels, gradients, stride=how.dilation, padding=how.padding,
                        dilation=how.stride)  # fmt: skip
        found.append(made.transpose(0, 1)[: size[0], :, : w.shape[2], : w.shape[3]])
    return torch.cat(found)


def by_autograd(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> tuple[Tensor, Tensor, Tensor]:
    """Return `dx`, `dw` and `db` as PyTorch's autograd computes them."""
    leaves = [each.detach().requires_grad_() for each in (x, w, dy.new_zeros(len(w)))]
    dx, dw, db = torch.autograd.grad(how.forward(*leaves), leaves, dy)
    return dx, dw, db


def agreeing(count: int, seed: int) -> int:
    """Return for how many random layers the formulas give what autograd gives."""
    generator = torch.Generator().manual_seed(seed)

    def draw(low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, (), generator=generator))

    equal = 0
    for _ in range(count):
        how = Setting(draw(1, 3), draw(0, 2), draw(1, 2), draw(1, 3))
        n, c, f, *sizes = (draw(low, high) for low, high in
                           ((1, 3), (1, 2), (1, 2), (5, 9), (5, 9), (1, 3), (1, 3)))  # fmt: skip
        x, w = (
            torch.randn(*shape, dtype=torch.float64, generator=generator)
            for shape in ((n, c * how.groups, *sizes[:2]), (f * how.groups, c, *sizes[2:]))
        )
        dy = torch.randn(how.forward(x, w).shape, dtype=torch.float64, generator=generator)
        dx, dw, db = by_autograd(dy, x, w, how)
        found = (
            (input_gradient(dy, x, w, how), dx),
            (weight_gradient(dy, x, w, how), dw),
            (dy.sum((0, 2, 3)), db),
        )
        equal += all(torch.allclose(ours, theirs) for ours, theirs in found)
    return equal


def _last_one_wins(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> tuple[Tensor, Tensor]:
    """Write each stamp over what was there."""
    p = how.padding
    dx = x.new_zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * p, x.shape[3] + 2 * p)
    rows, columns = w.shape[2:]
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            top, left = i * how.stride, j * how.stride
            stamp = torch.einsum("nf,fcpq->ncpq", dy[:, :, i, j], w)
            dx[:, :, top : top + rows, left : left + columns] = stamp
    return dx[:, :, p : p + x.shape[2], p : p + x.shape[3]], weight_gradient(dy, x, w, how)


def _not_flipped(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> tuple[Tensor, Tensor]:
    return input_gradient(dy, x, w.flip(2, 3), how), weight_gradient(dy, x, w, how)


def _no_zeros_between(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> tuple[Tensor, Tensor]:
    more = [(how.stride - 1) * (n - 1) for n in dy.shape[2:]]
    together = F.pad(dy, (0, more[1], 0, more[0]))
    dense = Setting(1, how.padding)
    return input_gradient(together, x, w, dense), weight_gradient(dy, x, w, how)


def _cut_from_both_ends(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> tuple[Tensor, Tensor]:
    p = how.padding
    whole = x.new_zeros(*x.shape[:2], x.shape[2] + 2 * p, x.shape[3] + 2 * p)
    framed = input_gradient(dy, whole, w, Setting(how.stride, 0))
    return framed[:, :, p:-p, p:-p], weight_gradient(dy, x, w, how)


def _mean_over_images(dy: Tensor, x: Tensor, w: Tensor, how: Setting) -> tuple[Tensor, Tensor]:
    return input_gradient(dy, x, w, how), weight_gradient(dy, x, w, how) / len(x)


#: Mistakes by what they do.
MISTAKES: Mapping[str, Callable[[Tensor, Tensor, Tensor, Setting], tuple[Tensor, Tensor]]] = {
    "kernel not flipped": _not_flipped,
    "dw divided by N": _mean_over_images,
    "no zeros between": _no_zeros_between,
    "= in place of +=": _last_one_wins,
    "cut by [P:-P]": _cut_from_both_ends,
}


@dataclass(frozen=True)
class Trial:
    """A case to test gradients with."""

    name: str
    images: int
    how: Setting
    symmetric: bool = False
    kernel: int = 3

    def passes(self, backward: Callable[..., tuple[Tensor, Tensor]], seed: int = 0) -> bool:
        """Return whether a backward pass gives autograd's gradients in this case."""
        generator = torch.Generator().manual_seed(seed)
        x, w = (
            torch.randn(*shape, dtype=torch.float64, generator=generator)
            for shape in ((self.images, 2, 6, 6), (3, 2, self.kernel, self.kernel))
        )
        if self.symmetric:
            w = w + w.flip(2, 3)
        dy = torch.randn(self.how.forward(x, w).shape, dtype=torch.float64, generator=generator)
        expected = by_autograd(dy, x, w, self.how)[:2]
        return all(
            mine.shape == right.shape and torch.allclose(mine, right)
            for mine, right in zip(backward(dy, x, w, self.how), expected, strict=True)
        )


#: Only in the last one nothing is special.
TRIALS = (
    Trial("N = 1", 1, Setting(2, 0), kernel=3),
    Trial("S = 1, P = 1", 2, Setting(1, 1)),
    Trial("S = K", 2, Setting(2, 0), kernel=2),
    Trial("symmetric w", 2, Setting(2, 1), symmetric=True),
    Trial("N = 3, S = 2, P = 0", 3, Setting(2, 0)),
)
