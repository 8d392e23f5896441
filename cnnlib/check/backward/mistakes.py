"""Typical mistakes in the gradients of a convolution: what each computes, and a hint.

Most are the right gradients of a layer that was misunderstood, by autograd. Each speaks of one
result only, so that it is also recognised where the others are right.
"""

import functools
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np

from cnnlib._late import F
from cnnlib.check.backward.fold_mistakes import CUT, OVERLAP, UNREAD, cut, overwritten, read_part
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, mistakes
from cnnlib.check.engine.mistakes import Compute, raising, results
from cnnlib.check.forward.mistakes import GROUPS
from cnnlib.check.geometry import effective, grid, padded, setting, span, swapped
from cnnlib.check.references import conv2d_backward, fold, unfold
from cnnlib.check.windows import (
    DILATION,
    EMPTY_SLICE,
    OFF,
    SIZE,
    STRIDE,
    SWAP,
    Windows,
    convolving,
    oblong,
    raises_when_padding_is_zero,
    refusing,
)

Gradients: TypeAlias = tuple[Array, Array, Array]

_RESULTS = ("dx", "dw", "db")
#: A mistake in one of them.
_gradient = results(*_RESULTS)


def _each(
    compute: Callable[[Arguments], Gradients | None], names: str = "dx dw db"
) -> Iterator[Compute]:
    """Yield a mistake in all gradients as one mistake for each of them."""

    def one(arguments: Arguments, i: int) -> Array | None:
        found = compute(arguments)
        return None if found is None else found[i]

    for name in names.split():
        yield _gradient(**{name: functools.partial(one, i=_RESULTS.index(name))})


def _outputs(arguments: Arguments) -> tuple[int, int]:
    """Return how many outputs lie below each other, and side by side."""
    rows, columns = arguments["dy"].shape[2:]
    return rows, columns


#: What people sum dy over, in place of images, rows and columns.
_WRONG_AXES = (0, 1, (0, 1), (2, 3), (0, 2), (0, 3), (1, 2, 3), (0, 1, 2), (0, 1, 3), None)


def _summed(axes: int | tuple[int, ...] | None) -> Compute:
    return _gradient(db=lambda a: np.asarray(a["dy"].sum(axis=axes)))


def _divided(*axes: int) -> Callable[[Arguments], Gradients]:
    """Divide by the number of images (axis 0) or of outputs (axes 2, 3)."""

    def compute(arguments: Arguments) -> Gradients:
        size = np.prod([arguments["dy"].shape[axis] for axis in axes])
        dx, dw, db = conv2d_backward(arguments)
        return dx / size, dw / size, db / size

    return compute


def _only(*places: Any) -> Callable[[Arguments], Gradients]:
    """Count only some elements of dy; the others are taken for zero."""

    def compute(arguments: Arguments) -> Gradients:
        kept = np.zeros_like(arguments["dy"])
        kept[places] = arguments["dy"][places]
        return conv2d_backward(arguments, dy=kept)

    return compute


def _one_filter(arguments: Arguments, which: int) -> Array:
    """Return dy of one filter of each group, and zero for the others."""
    dy, groups = arguments["dy"], arguments.get("groups", 1)
    kept = np.zeros_like(dy)
    each = dy.shape[1] // groups
    kept[:, which % each :: each] = dy[:, which % each :: each]
    return np.asarray(kept)


def _pieces(arguments: Arguments) -> dict[str, Any]:
    """Return what each window brings to dx, as columns for col2im.

    They come from a layer with the same outputs whose windows lie side by side.
    """
    n, c = arguments["x"].shape[:2]
    (rows, columns), kernel = _outputs(arguments), arguments["w"].shape[2:]
    apart = np.zeros((n, c, rows * kernel[0], columns * kernel[1]))
    dx, _, _ = conv2d_backward(arguments, x=apart, stride=kernel, padding=0, dilation=1)
    dx = dx.reshape(n, c, rows, kernel[0], columns, kernel[1]).transpose(0, 1, 3, 5, 2, 4)
    cols = dx.reshape(n, -1, rows * columns)
    return {**arguments, "cols": cols, "shape": arguments["x"].shape, "kernel_size": kernel}


def _overwritten(windows_first: bool, filters: int | None = None) -> Compute:
    def compute(arguments: Arguments) -> Array:
        dy = arguments["dy"] if filters is None else _one_filter(arguments, filters)
        return overwritten(_pieces({**arguments, "dy": dy}), windows_first)

    return _gradient(dx=compute)


def _cut(how: str) -> Compute:
    """Cut the padding off dx in a wrong way."""

    def compute(arguments: Arguments) -> Array:
        x = padded(arguments["x"], setting(arguments, "padding"))
        return cut(conv2d_backward(arguments, x=x, padding=0)[0], arguments, how)

    return _gradient(dx=compute)


def _padded_on_one_side(side: int) -> Callable[[Arguments], Gradients]:
    """Pad x on one side only, but twice; dx cut off on one side only is the same mistake."""

    def compute(arguments: Arguments) -> Gradients:
        ph, pw = setting(arguments, "padding")
        widths = [2 * pw * (1 - side), 2 * pw * side, 2 * ph * (1 - side), 2 * ph * side]
        return conv2d_backward(arguments, padding=0, read=functools.partial(F.pad, pad=widths))

    return compute


def _dense(arguments: Arguments) -> Array | None:
    """As if dy's pixels touched: dx is then as small as a layer of stride 1 would have it."""
    kernel, _, padding, dilation = effective(arguments)
    reach = map(span, _outputs(arguments), kernel, (1, 1), dilation)
    size = [pixels - 2 * p for pixels, p in zip(reach, padding, strict=True)]
    if min(size) < 1:
        return None
    return conv2d_backward(arguments, x=np.zeros((*arguments["x"].shape[:2], *size)), stride=1)[0]


def _larger_kernel(stride: int | None = None) -> Compute:
    """Let dw have as many rows and columns as dy fits into x."""

    def compute(arguments: Arguments) -> Array:
        settings = {**arguments, **({} if stride is None else {"stride": stride})}
        _, strides, padding, dilation = effective(settings)
        # dy is the kernel here: its elements are a stride apart, and it moves by the dilation.
        size = grid(arguments["x"].shape[2:], _outputs(arguments), dilation, padding, strides)
        return conv2d_backward(settings, w=np.zeros((*arguments["w"].shape[:2], *size)))[1]

    return _gradient(dw=compute)


def _turned(*axes: int) -> tuple[Compute, Compute]:
    """Turn the kernel around along some axes, in dx or in dw."""
    return (
        _gradient(dx=lambda a: conv2d_backward(a, w=np.flip(a["w"], axes))[0]),
        _gradient(dw=lambda a: np.flip(conv2d_backward(a)[1], axes)),
    )


def _transposed(*axes: int) -> tuple[Compute, Compute, Compute]:
    """Swap axes of the kernel; in dx, and maybe in dw, only where both are equally long."""

    def dx(arguments: Arguments) -> Array | None:
        w = arguments["w"].transpose(axes)
        return conv2d_backward(arguments, w=w)[0] if w.shape == arguments["w"].shape else None

    def dw(arguments: Arguments) -> Array:
        return conv2d_backward(arguments)[1].transpose(axes)

    def unnoticed(arguments: Arguments) -> Array | None:
        found = dw(arguments)
        return found if found.shape == arguments["w"].shape else None

    return _gradient(dx=dx), _gradient(dw=dw), _gradient(dw=unnoticed)


def _first_group(arguments: Arguments) -> Gradients | None:
    """Every filter reads the first group's channels."""
    groups = arguments.get("groups", 1)
    each = arguments["x"].shape[1] // groups
    if groups == 1:
        return None
    return conv2d_backward(arguments, read=lambda x: x[:, :each].repeat(1, groups, 1, 1))


def _all_groups(arguments: Arguments) -> Gradients | None:
    """Every filter reads every group's channels, with the same weights again and again."""
    groups = arguments.get("groups", 1)

    def read(x: Any) -> Any:
        return x.unflatten(1, (groups, -1)).sum(1).repeat(1, groups, 1, 1)

    return conv2d_backward(arguments, read=read) if groups > 1 else None


def _interleaved_channels(arguments: Arguments) -> Gradients | None:
    """Group g reads channels g, g + groups, … in place of its own block of neighbours."""
    groups, channels = arguments.get("groups", 1), arguments["x"].shape[1]
    order = np.arange(channels).reshape(-1, groups).T.ravel()
    return conv2d_backward(arguments, read=lambda x: x[:, order]) if groups > 1 else None


def _interleaved_filters(arguments: Arguments) -> Gradients | None:
    """Filter f reads group f % groups in place of f // (filters / groups)."""
    groups, filters = arguments.get("groups", 1), arguments["w"].shape[0]
    if groups == 1:
        return None
    order = np.arange(filters).reshape(-1, groups).T.ravel()
    dx, dw, db = conv2d_backward(arguments, w=arguments["w"][order], dy=arguments["dy"][:, order])
    return dx, dw[np.argsort(order)], db[np.argsort(order)]


def _changed(**change: Callable[[Arguments], Any]) -> Iterator[Compute]:
    """Yield the gradients dx and dw of a layer with another setting.

    Its windows may reach beyond x: there is room for them, and nothing in it.
    """

    def compute(arguments: Arguments) -> Gradients:
        room = 3 * max(arguments["x"].shape)
        read = functools.partial(F.pad, pad=[0, room, 0, room])
        changed = {name: value(arguments) for name, value in change.items()}
        return conv2d_backward(arguments, read=read, **changed)

    return _each(compute, "dx dw")


def _cut_by_one(arguments: Arguments) -> Array:
    """Cut one row and one column off on each side, whatever the padding is."""
    x = padded(arguments["x"], setting(arguments, "padding"))
    return conv2d_backward(arguments, x=x, padding=0)[0][:, :, 1:-1, 1:-1]


def _cut_everywhere(arguments: Arguments) -> Array:
    """Cut the padding off by [p:-p] along the first two axes, those of batch and channels."""
    p, q = setting(arguments, "padding")
    x = padded(arguments["x"], (p, q))
    return conv2d_backward(arguments, x=x, padding=0)[0][p:-p, q:-q]


def _from_x(arguments: Arguments) -> Array | None:
    """Send back what the window held, in place of the kernel."""
    if arguments.get("groups", 1) > 1:
        return None
    n = len(arguments["x"])
    dy = arguments["dy"].sum(axis=1).reshape(n, 1, -1)
    window = {**arguments, "kernel_size": arguments["w"].shape[2:]}
    cols = unfold(window) * dy
    return fold({**window, "cols": cols, "shape": arguments["x"].shape})


def _reshaped(order: tuple[int, ...]) -> Compute:
    """Let dw have its axes in another order, then reshape it in place of moving them back."""

    def compute(arguments: Arguments) -> Array | None:
        dw = conv2d_backward(arguments)[1]
        turned = dw.transpose(order)
        return None if turned.shape == dw.shape else turned.reshape(dw.shape)

    return _gradient(dw=compute)


_WINDOWS = Windows(conv2d_backward, convolving)
_ORDERS = [order for order in permutations(range(4)) if order != (0, 1, 2, 3)]


def _uneven(arguments: Arguments) -> bool:
    return any(convolving(arguments).left_over)


def _oblong_image(arguments: Arguments) -> bool:
    height, width = arguments["x"].shape[2:]
    return bool(height != width)


_SUM = (
    "What changes when one weight grows? Every output that it takes part in, in every image, and "
    "the loss adds them all up. Nothing is divided by how many there are."
)
_BIAS = (
    "Every filter has one bias, so db has one number for each filter. Which axes of dy say where, "
    "and in which image? Those are added up."
)
_ALL = (
    "Weights are shared: each takes part in every window of every image. What happens to the first "
    "one's share when the next one arrives?"
)
_KERNEL = (
    "Follow one product: w[f, c, p, q] times x[n, c, i + p, j + q] went into y[n, f, i, j]. Its "
    "gradient goes back along the same path. Do i + p and j + q stand in your code?"
)
_AXES = "w[f, c, p, q]: filter, channel, row, column. dw has the same axes in the same order."
_PADDING = (
    "In the forward pass there are `padding` zeros on all four sides of x. On which row of the "
    "padded image does row 0 of x lie? Look at where you pad x, and at what you cut off dx."
)
_FIT = (
    "Where the stride does not fit, the last rows of x belong to no window. dw has the shape of w, "
    "whatever else there is to multiply."
)

BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "db is summed over the wrong axes",
        _BIAS,
        *map(_summed, _WRONG_AXES),
        _gradient(db=lambda a: a["dy"]),
    ),
    *mistakes(
        "db has axes of length one",
        "One number for each filter: the shape is (F,). Which axes were added up, and are they "
        "still there?",
        _gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3), keepdims=True)),
        _gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3))[None]),
        _gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3))[:, None]),
        _gradient(db=lambda a: a["dy"].sum(axis=(0, 2, 3))[:, None, None]),
    ),
    *mistakes("the gradient is averaged over the batch", _SUM, *_each(_divided(0))),
    *mistakes(
        "the gradient is averaged over the outputs",
        _SUM,
        *_each(_divided(2, 3)),
        *_each(_divided(0, 2, 3)),
    ),
    *mistakes("only one image of the batch counts", _ALL, *_each(_only(-1)), *_each(_only(0))),
    *mistakes(
        "only the last window counts",
        _ALL,
        *_each(_only(slice(None), slice(None), -1, -1), "dw db"),
        *_each(_only(-1, slice(None), -1, -1), "dw db"),
    ),
    *mistakes(
        "only one filter counts in dx",
        "A pixel goes into the outputs of every filter that reads its channel. Each of them sends "
        "something back.",
        _gradient(dx=lambda a: conv2d_backward(a, dy=_one_filter(a, -1))[0]),
        _gradient(dx=lambda a: conv2d_backward(a, dy=_one_filter(a, 0))[0]),
    ),
    *mistakes(
        "overlapping windows overwrite each other",
        OVERLAP,
        _overwritten(windows_first=False),
        _overwritten(windows_first=True),
        _overwritten(windows_first=False, filters=-1),
        _overwritten(windows_first=True, filters=-1),
    ),
    *mistakes(
        "dy is forgotten",
        "dy says how much each output counts. Each output's share is multiplied by its own dy.",
        *_each(lambda a: conv2d_backward(a, dy=np.ones_like(a["dy"]))),
    ),
    *mistakes("the kernel is turned around", _KERNEL, *_turned(2, 3)),
    *mistakes("the kernel is turned around along one axis", _KERNEL, *_turned(2), *_turned(3)),
    *mistakes("the kernel's rows and columns are swapped", _AXES, *_transposed(0, 1, 3, 2)),
    *mistakes("filters and channels are swapped", _AXES, *_transposed(1, 0, 2, 3)),
    *mistakes(
        "height and width are swapped",
        SWAP,
        _gradient(dx=lambda a: conv2d_backward(a)[0].transpose(0, 1, 3, 2)),
    ),
    *mistakes("the padding is not cut off", CUT, _cut("not")),
    *mistakes(
        "the padding is cut off by [p:-p], which is empty for padding 0",
        EMPTY_SLICE,
        _cut("negative"),
        raises_when_padding_is_zero(r"from shape \(\S*\b0\b", convolving, conv2d_backward),
    ),
    *mistakes(
        "one row and column is cut off, whatever the padding is",
        CUT,
        _gradient(dx=_cut_by_one),
        raising(
            lambda a: setting(a, "padding") != (1, 1), "could not broadcast input", conv2d_backward
        ),
    ),
    *mistakes(
        "batch and channels are cut off, too",
        "dx has four axes. Which two of them did the padding make longer?",
        _gradient(dx=_cut_everywhere),
    ),
    *mistakes(
        "the padded image is filled by [p:-p], which is empty for padding 0",
        EMPTY_SLICE,
        raises_when_padding_is_zero(r"into shape \(\S*\b0\b", convolving, conv2d_backward),
    ),
    *mistakes(
        "the padding is always 1",
        "Does your code use `padding`, or a number that you wrote down?",
        *_changed(padding=lambda a: 1),
    ),
    *mistakes(
        "neither the stride nor the padding is used",
        "This code would do for the step before. Where do `stride` and `padding` come in?",
        *_changed(stride=lambda a: 1, padding=lambda a: 0),
    ),
    *mistakes(
        "dx is built from x in place of w",
        "How much does an output change if one pixel grows by 1? By the weight that it was "
        "multiplied by. What do you multiply dy by?",
        _gradient(dx=_from_x),
    ),
    *mistakes(
        "windows that do not fit evenly are refused",
        "This function refuses no stride: where the last window does not fit, the last rows of x "
        "are read by no window, and their gradient is zero.",
        refusing(convolving, conv2d_backward),
    ),
    *mistakes(
        "the padding counts on one side only",
        _PADDING,
        *_each(_padded_on_one_side(0), "dx dw"),
        *_each(_padded_on_one_side(1), "dx dw"),
    ),
    *mistakes(
        "height's and width's padding are mixed up",
        SWAP,
        *_changed(padding=lambda a: swapped(a, "padding")),
        _cut("swapped"),
    ),
    *mistakes(
        "rows and columns that no window reads are missing",
        UNREAD,
        _gradient(dx=lambda a: read_part(conv2d_backward(a)[0], a)),
        raising(_uneven, "broadcast|mismatch", conv2d_backward),
    ),
    *mistakes("dw is larger than the kernel", _FIT, _larger_kernel()),
    *mistakes(
        "the stride is ignored",
        STRIDE,
        *_changed(stride=lambda a: 1),
        _gradient(dx=_dense),
        _larger_kernel(stride=1),
    ),
    *mistakes(
        "height's and width's stride are mixed up",
        SWAP,
        *_changed(stride=lambda a: swapped(a, "stride")),
        *_changed(stride=lambda a: setting(a, "stride")[0]),
        *_changed(stride=lambda a: setting(a, "stride")[1]),
    ),
    *mistakes(
        "the stride is used along one axis only",
        STRIDE + " And the same question for columns?",
        *_changed(stride=lambda a: (setting(a, "stride")[0], 1)),
        *_changed(stride=lambda a: (1, setting(a, "stride")[1])),
    ),
    *mistakes("the dilation is ignored", DILATION, *_changed(dilation=lambda a: 1)),
    *mistakes(
        "the dilation is used along one axis only",
        DILATION + " And the same question for columns?",
        *_changed(dilation=lambda a: (setting(a, "dilation")[0], 1)),
        *_changed(dilation=lambda a: (1, setting(a, "dilation")[1])),
    ),
    *mistakes(
        "height's and width's dilation are mixed up",
        SWAP,
        *_changed(dilation=lambda a: swapped(a, "dilation")),
        *_changed(dilation=lambda a: setting(a, "dilation")[0]),
        *_changed(dilation=lambda a: setting(a, "dilation")[1]),
    ),
    *mistakes(
        "the groups are ignored",
        GROUPS,
        *_each(_first_group, "dx dw"),
        *_each(_all_groups, "dx dw"),
    ),
    *mistakes(
        "channels and groups are mixed up",
        GROUPS,
        *_each(_interleaved_channels, "dx dw"),
        *_each(_interleaved_filters, "dx dw"),
    ),
    *mistakes(
        "dw is reshaped where its axes should be moved",
        "reshape only counts on through the numbers; transpose moves axes. In which order do the "
        "axes of your product come, before you give it the shape of w?",
        *map(_reshaped, _ORDERS),
    ),
    *oblong(_WINDOWS),
    *mistakes(
        "only square images work",
        SIZE,
        raising(_oblong_image, OFF, conv2d_backward),
    ),
)
