"""Gradients of layers that were misunderstood, by autograd: what mistakes in them compute.

Each speaks of one result only, so that it is also recognised where the others are right.
"""

import functools
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np

from cnnlib._late import F
from cnnlib.check.backward.fold_mistakes import cut, overwritten
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.mistakes import Compute, results
from cnnlib.check.geometry import effective, grid, padded, setting, span
from cnnlib.check.references import conv2d_backward, fold, unfold
from cnnlib.check.windows import Windows, convolving

Gradients: TypeAlias = tuple[Array, Array, Array]

_RESULTS = ("dx", "dw", "db")
#: A mistake in one of them.
gradient = results(*_RESULTS)


def each(
    compute: Callable[[Arguments], Gradients | None], names: str = "dx dw db"
) -> Iterator[Compute]:
    """Yield a mistake in all gradients as one mistake for each of them."""

    def one(arguments: Arguments, i: int) -> Array | None:
        found = compute(arguments)
        return None if found is None else found[i]

    for name in names.split():
        yield gradient(**{name: functools.partial(one, i=_RESULTS.index(name))})


def outputs(arguments: Arguments) -> tuple[int, int]:
    """Return how many rows and columns of outputs there are."""
    rows, columns = arguments["dy"].shape[2:]
    return rows, columns


#: What people sum dy over, in place of images, rows and columns.
WRONG_AXES = (0, 1, (0, 1), (2, 3), (0, 2), (0, 3), (1, 2, 3), (0, 1, 2), (0, 1, 3), None)


def summed(axes: int | tuple[int, ...] | None) -> Compute:
    """Sum dy over some axes to make db."""
    return gradient(db=lambda a: np.asarray(a["dy"].sum(axis=axes)))


def divided(*axes: int) -> Callable[[Arguments], Gradients]:
    """Divide by the number of images (axis 0) or of outputs (axes 2, 3)."""

    def compute(arguments: Arguments) -> Gradients:
        size = np.prod([arguments["dy"].shape[axis] for axis in axes])
        dx, dw, db = conv2d_backward(arguments)
        return dx / size, dw / size, db / size

    return compute


def only(*places: Any) -> Callable[[Arguments], Gradients]:
    """Count only some elements of dy; the others are taken for zero."""

    def compute(arguments: Arguments) -> Gradients:
        kept = np.zeros_like(arguments["dy"])
        kept[places] = arguments["dy"][places]
        return conv2d_backward(arguments, dy=kept)

    return compute


def one_filter(arguments: Arguments, which: int) -> Array:
    """Return dy of one filter of each group, and zero for the others."""
    dy, groups = arguments["dy"], arguments.get("groups", 1)
    kept = np.zeros_like(dy)
    each = dy.shape[1] // groups
    kept[:, which % each :: each] = dy[:, which % each :: each]
    return np.asarray(kept)


def pieces(arguments: Arguments) -> dict[str, Any]:
    """Return what each window contributes to dx, as columns for col2im.

    They come from a layer with the same outputs whose windows lie side by side.
    """
    n, c = arguments["x"].shape[:2]
    (rows, columns), kernel = outputs(arguments), arguments["w"].shape[2:]
    apart = np.zeros((n, c, rows * kernel[0], columns * kernel[1]))
    dx, _, _ = conv2d_backward(arguments, x=apart, stride=kernel, padding=0, dilation=1)
    dx = dx.reshape(n, c, rows, kernel[0], columns, kernel[1]).transpose(0, 1, 3, 5, 2, 4)
    cols = dx.reshape(n, -1, rows * columns)
    return {**arguments, "cols": cols, "shape": arguments["x"].shape, "kernel_size": kernel}


def overwriting(windows_first: bool, filters: int | None = None) -> Compute:
    """Return dx if windows that overlap overwrite each other."""

    def compute(arguments: Arguments) -> Array:
        dy = arguments["dy"] if filters is None else one_filter(arguments, filters)
        return overwritten(pieces({**arguments, "dy": dy}), windows_first)

    return gradient(dx=compute)


def cut_off(how: str) -> Compute:
    """Cut the padding off dx in a wrong way."""

    def compute(arguments: Arguments) -> Array:
        x = padded(arguments["x"], setting(arguments, "padding"))
        return cut(conv2d_backward(arguments, x=x, padding=0)[0], arguments, how)

    return gradient(dx=compute)


def padded_on_one_side(side: int) -> Callable[[Arguments], Gradients]:
    """Pad x on one side only, but twice; dx cut off on one side only is the same mistake."""

    def compute(arguments: Arguments) -> Gradients:
        ph, pw = setting(arguments, "padding")
        widths = [2 * pw * (1 - side), 2 * pw * side, 2 * ph * (1 - side), 2 * ph * side]
        return conv2d_backward(arguments, padding=0, read=functools.partial(F.pad, pad=widths))

    return compute


def dense(arguments: Arguments) -> Array | None:
    """As if dy's pixels touched: dx is then as small as a layer of stride 1 would have it."""
    kernel, _, padding, dilation = effective(arguments)
    reach = map(span, outputs(arguments), kernel, (1, 1), dilation)
    size = [pixels - 2 * p for pixels, p in zip(reach, padding, strict=True)]
    if min(size) < 1:
        return None
    return conv2d_backward(arguments, x=np.zeros((*arguments["x"].shape[:2], *size)), stride=1)[0]


def larger_kernel(stride: int | None = None) -> Compute:
    """Let dw have as many rows and columns as dy fits into x."""

    def compute(arguments: Arguments) -> Array:
        settings = {**arguments, **({} if stride is None else {"stride": stride})}
        _, strides, padding, dilation = effective(settings)
        # dy is the kernel here: its elements are a stride apart, and it moves by the dilation.
        size = grid(arguments["x"].shape[2:], outputs(arguments), dilation, padding, strides)
        return conv2d_backward(settings, w=np.zeros((*arguments["w"].shape[:2], *size)))[1]

    return gradient(dw=compute)


def turned(*axes: int) -> tuple[Compute, Compute]:
    """Turn the kernel around along some axes, in dx or in dw."""
    return (
        gradient(dx=lambda a: conv2d_backward(a, w=np.flip(a["w"], axes))[0]),
        gradient(dw=lambda a: np.flip(conv2d_backward(a)[1], axes)),
    )


def transposed(*axes: int) -> tuple[Compute, Compute, Compute]:
    """Swap axes of the kernel; in dx, and maybe in dw, only where both are equally long."""

    def dx(arguments: Arguments) -> Array | None:
        w = arguments["w"].transpose(axes)
        return conv2d_backward(arguments, w=w)[0] if w.shape == arguments["w"].shape else None

    def dw(arguments: Arguments) -> Array:
        return conv2d_backward(arguments)[1].transpose(axes)

    def unnoticed(arguments: Arguments) -> Array | None:
        found = dw(arguments)
        return found if found.shape == arguments["w"].shape else None

    return gradient(dx=dx), gradient(dw=dw), gradient(dw=unnoticed)


def first_group(arguments: Arguments) -> Gradients | None:
    """Every filter reads the first group's channels."""
    groups = arguments.get("groups", 1)
    each = arguments["x"].shape[1] // groups
    if groups == 1:
        return None
    return conv2d_backward(arguments, read=lambda x: x[:, :each].repeat(1, groups, 1, 1))


def all_groups(arguments: Arguments) -> Gradients | None:
    """Every filter reads every group's channels, with the same weights again and again."""
    groups = arguments.get("groups", 1)

    def read(x: Any) -> Any:
        return x.unflatten(1, (groups, -1)).sum(1).repeat(1, groups, 1, 1)

    return conv2d_backward(arguments, read=read) if groups > 1 else None


def interleaved_channels(arguments: Arguments) -> Gradients | None:
    """Group g reads channels g, g + groups, … in place of its own block of neighbours."""
    groups, channels = arguments.get("groups", 1), arguments["x"].shape[1]
    order = np.arange(channels).reshape(-1, groups).T.ravel()
    return conv2d_backward(arguments, read=lambda x: x[:, order]) if groups > 1 else None


def interleaved_filters(arguments: Arguments) -> Gradients | None:
    """Filter f reads group f % groups in place of f // (filters / groups)."""
    groups, filters = arguments.get("groups", 1), arguments["w"].shape[0]
    if groups == 1:
        return None
    order = np.arange(filters).reshape(-1, groups).T.ravel()
    dx, dw, db = conv2d_backward(arguments, w=arguments["w"][order], dy=arguments["dy"][:, order])
    return dx, dw[np.argsort(order)], db[np.argsort(order)]


def changed(**change: Callable[[Arguments], Any]) -> Iterator[Compute]:
    """Yield the gradients dx and dw of a layer with another setting.

    Its windows may reach beyond x: there is room for them, and nothing in it.
    """

    def compute(arguments: Arguments) -> Gradients:
        room = 3 * max(arguments["x"].shape)
        read = functools.partial(F.pad, pad=[0, room, 0, room])
        changed = {name: value(arguments) for name, value in change.items()}
        return conv2d_backward(arguments, read=read, **changed)

    return each(compute, "dx dw")


def cut_by_one(arguments: Arguments) -> Array:
    """Cut one row and one column off on each side, whatever the padding is."""
    x = padded(arguments["x"], setting(arguments, "padding"))
    return conv2d_backward(arguments, x=x, padding=0)[0][:, :, 1:-1, 1:-1]


def cut_everywhere(arguments: Arguments) -> Array:
    """Cut the padding off by [p:-p] along the first two axes, those of batch and channels."""
    p, q = setting(arguments, "padding")
    x = padded(arguments["x"], (p, q))
    return conv2d_backward(arguments, x=x, padding=0)[0][p:-p, q:-q]


def from_x(arguments: Arguments) -> Array | None:
    """Send back what the window held, in place of the kernel."""
    if arguments.get("groups", 1) > 1:
        return None
    n = len(arguments["x"])
    dy = arguments["dy"].sum(axis=1).reshape(n, 1, -1)
    window = {**arguments, "kernel_size": arguments["w"].shape[2:]}
    cols = unfold(window) * dy
    return fold({**window, "cols": cols, "shape": arguments["x"].shape})


def reshaped(order: tuple[int, ...]) -> Compute:
    """Let dw have its axes in another order, then reshape it in place of moving them back."""

    def compute(arguments: Arguments) -> Array | None:
        dw = conv2d_backward(arguments)[1]
        turned = dw.transpose(order)
        return None if turned.shape == dw.shape else turned.reshape(dw.shape)

    return gradient(dw=compute)


WINDOWS = Windows(conv2d_backward, convolving)
ORDERS = [order for order in permutations(range(4)) if order != (0, 1, 2, 3)]


def uneven(arguments: Arguments) -> bool:
    """Return whether the windows of a case do not fit evenly."""
    return any(convolving(arguments).left_over)


def oblong_image(arguments: Arguments) -> bool:
    """Return whether the image is not square."""
    height, width = arguments["x"].shape[2:]
    return bool(height != width)
