"""Typical mistakes in convolution's backward pass: what each computes, and a hint.

As for the forward pass, each is written with the reference, on changed arguments.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.geometry import effective

#: What a mistake makes of dx, dw and db; None where it says nothing.
Gradients = tuple[Array | None, Array | None, Array | None]


def _backward(a: Arguments, **changes: Any) -> tuple[Array, Array, Array]:
    from cnnlib.check.references import conv2d_backward

    return conv2d_backward(a, **changes)


def _fitted(a: Arguments, **changes: Any) -> tuple[Array, Array, Array]:
    """Change settings, with zeros below and right of x so that every window finds room."""
    from cnnlib.check.references import conv2d

    height, width = a["x"].shape[2:]
    x = np.pad(a["x"], ((0, 0), (0, 0), (0, 2 * height + 9), (0, 2 * width + 9)))
    dy = np.zeros(conv2d({**a, "x": x, "b": None}, **changes).shape)
    rows, columns = a["dy"].shape[2:]
    dy[:, :, :rows, :columns] = a["dy"]
    dx, dw, db = _backward(a, x=x, dy=dy, **changes)
    return dx[:, :, :height, :width], dw, db


def _either(
    name: str, hint: str, change: Callable[[Arguments], dict[str, Any]]
) -> list[Misconception]:
    """Return a mistake in one setting, made in dx or in dw."""

    def compute(a: Arguments, keep: int) -> Gradients | None:
        changed = change(a)
        if effective({**a, **changed}) == effective(a):
            return None
        gradient = _fitted(a, **changed)[keep]
        return (gradient, None, None) if keep == 0 else (None, gradient, None)

    return mistakes(name, hint, lambda a: compute(a, 0), lambda a: compute(a, 1))


def _swapped(name: str, default: int) -> Callable[[Arguments], dict[str, Any]]:
    def swap(a: Arguments) -> dict[str, Any]:
        down, across = pair(a.get(name, default))
        return {name: (across, down)}

    return swap


def _full_dx(a: Arguments) -> tuple[Array, int, int]:
    """Return dx with its padding, and how wide that is."""
    _, _, (ph, pw), _ = effective(a)
    x = np.pad(a["x"], ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    return _backward(a, x=x, padding=0)[0], ph, pw


def _cropped(crop: Callable[[Array, int, int], Array]) -> Callable[[Arguments], Values]:
    return lambda a: (crop(*_full_dx(a)), None, None)


def _shortened(a: Arguments) -> Values | None:
    """Return dx without the rows and columns that no window reads."""
    full, ph, pw = _full_dx(a)
    kernel, stride, _, dilation = effective(a)
    sizes = [
        (n - 1) * s + d * (k - 1) + 1
        for n, s, d, k in zip(a["dy"].shape[2:], stride, dilation, kernel, strict=True)
    ]
    rows, columns = sizes
    return full[:, :, ph : rows - ph, pw : columns - pw], None, None


def _overwritten(a: Arguments, first: bool, w: Array | None = None) -> Array:
    """Let the first or the last window of a pixel have it all, in place of adding up."""
    w = a["w"] if w is None else w
    places = list(np.ndindex(*w.shape[2:]))
    # Every channel once for each kernel element: what that element alone brings to dx.
    x, alone = (np.repeat(array, len(places), axis=1) for array in (a["x"], w))
    masks = np.zeros((len(places), *w.shape[2:]))
    for mask, place in zip(masks, places, strict=True):
        mask[place] = 1
    masks = np.tile(masks, (w.shape[1], 1, 1))
    shape = (*a["x"].shape[:2], len(places), *a["x"].shape[2:])
    parts = _backward(a, x=x, w=alone * masks)[0].reshape(shape)
    met = _backward(a, x=x, w=0 * alone + masks, dy=np.ones(a["dy"].shape))[0].reshape(shape) > 0
    # A pixel's last window meets it with the kernel's first element that can.
    if first:
        parts, met = parts[:, :, ::-1], met[:, :, ::-1]
    winner = met.argmax(axis=2)[:, :, None]
    return np.take_along_axis(parts * met, winner, axis=2)[:, :, 0]


def _last_filter(a: Arguments) -> Array:
    """Return w with only the last filter of each group."""
    w = np.zeros(a["w"].shape)
    each = len(w) // a.get("groups", 1)
    w[each - 1 :: each] = a["w"][each - 1 :: each]
    return w


def _one_image(a: Arguments, index: int) -> tuple[Array, Array, Array]:
    dy = np.zeros(a["dy"].shape)
    dy[index] = a["dy"][index]
    return _backward(a, dy=dy)


def _dw(change: Callable[[Array], Array]) -> Callable[[Arguments], Values]:
    return lambda a: (None, change(_backward(a)[1]), None)


def _db(change: Callable[[Array], Any]) -> Callable[[Arguments], Values]:
    return lambda a: (None, None, np.asarray(change(a["dy"].astype(np.float64))))


def _sum_over(*axes: int) -> Callable[[Array], Array]:
    return lambda dy: np.asarray(dy.sum(axes))


def _flat_dw(a: Arguments) -> Values | None:
    dw = _backward(a)[1]
    if dw.shape[2] != dw.shape[3]:
        raise RuntimeError("only a square kernel can be transposed unnoticed")
    return None, dw.transpose(0, 1, 3, 2), None


def _group_mistake(a: Arguments) -> Values | None:
    """Every filter meets the first group's channels, or gives its gradient to them."""
    groups = a.get("groups", 1)
    if groups == 1:
        return None
    each = a["x"].shape[1] // groups
    dx, dw, db = _backward(a, x=np.tile(a["x"][:, :each], (1, groups, 1, 1)))
    gathered = np.zeros_like(dx)
    gathered[:, :each] = sum(np.split(dx, groups, axis=1))
    return gathered, dw, db


#: Wrong axes of dy to add up over.
_AXES = ((2, 3), (1, 2, 3), (0, 1), (0, 2), (0, 3), (0,), (1,), (0, 1, 2, 3))
STRIDE = (
    "Output row i read the input from row i · stride on. Its gradient must go back there, and "
    "nowhere else. Where does the stride appear in your slices?"
)
_DILATION = (
    "With dilation d, kernel element p read the pixel p · d further on. Its gradient goes the same "
    "way back."
)
CROP = (
    "The gradient of the padded image is right; you want the part that lies on x. It begins after "
    "`padding` rows and columns and has the size of x. Try padding 0, and a stride that does not "
    "fit."
)
ADD = (
    "Windows overlap: a pixel that was read often gets a part of its gradient from every window "
    "that read it. What happens to the parts that were there before?"
)
SWAP = "A pair is always (down, across): height first, then width. Which one comes first for you?"
_BATCH = (
    "w and b are the same for every image of the batch: their gradient is the sum over all images."
)
_DB = (
    "The bias of a filter was added to each of its outputs, in every image and at every place. "
    "So over which axes of dy must you add up? db has the shape of b."
)
_TURN = (
    "Write out y[0] = x[0] w[0] + x[1] w[1] and y[1] = x[1] w[0] + x[2] w[1] on paper. Which "
    "weight links x[1] and y[0], and which x[1] and y[1]?"
)

CONV_BACKWARD: tuple[Misconception, ...] = (
    *mistakes(
        "a window's gradient overwrites its neighbour's",
        ADD,
        lambda a: (_overwritten(a, first=False), None, None),
        lambda a: (_overwritten(a, first=True), None, None),
        lambda a: (_overwritten(a, first=False, w=_last_filter(a)), None, None),
        lambda a: (_overwritten(a, first=True, w=_last_filter(a)), None, None),
    ),
    *mistakes(
        "only one filter reaches dx",
        "Every filter read the pixel, so dx adds up over all filters of the group.",
        lambda a: (_backward(a, w=_last_filter(a))[0], None, None),
    ),
    *mistakes(
        "the kernel is flipped in dx",
        _TURN,
        lambda a: (_backward(a, w=a["w"][:, :, ::-1, ::-1])[0], None, None),
        lambda a: (_backward(a, w=a["w"][:, :, ::-1])[0], None, None),
        lambda a: (_backward(a, w=a["w"][:, :, :, ::-1])[0], None, None),
    ),
    *mistakes(
        "dw is flipped",
        _TURN,
        _dw(lambda dw: dw[:, :, ::-1, ::-1]),
        _dw(lambda dw: dw[:, :, ::-1]),
        _dw(lambda dw: dw[:, :, :, ::-1]),
    ),
    *mistakes("dw's rows and columns are swapped", SWAP, _flat_dw),
    *mistakes(
        "dw's filters and channels are swapped",
        "dw has the shape of w: filters first, then channels.",
        lambda a: (None, _backward(a)[1].transpose(1, 0, 2, 3), None),
    ),
    *_either("the stride is ignored", STRIDE, lambda a: {"stride": 1}),
    *_either("height's and width's stride are mixed up", SWAP, _swapped("stride", 1)),
    # In dx that is a wrong crop: named as such below.
    *_either("the padding is ignored", CROP, lambda a: {"padding": 0})[1:],
    *_either("height's and width's padding are mixed up", SWAP, _swapped("padding", 0)),
    *_either("the dilation is ignored", _DILATION, lambda a: {"dilation": 1}),
    *_either("height's and width's dilation are mixed up", SWAP, _swapped("dilation", 1)),
    *mistakes(
        "dx is cropped in the wrong place",
        CROP,
        _cropped(lambda full, ph, pw: full),
        _cropped(lambda full, ph, pw: full[:, :, ph:-ph, pw:-pw]),
        _cropped(lambda full, ph, pw: full[:, :, 2 * ph :, 2 * pw :]),
        _cropped(
            lambda full, ph, pw: full[:, :, : full.shape[2] - 2 * ph, : full.shape[3] - 2 * pw]
        ),
        _shortened,
    ),
    *mistakes(
        "the groups are ignored",
        "A filter read only the channels of its own group: its gradient goes to these and to no "
        "others. Draw it for 4 channels, 6 filters, 2 groups.",
        _group_mistake,
        lambda a: None if (found := _group_mistake(a)) is None else (None, found[1], None),
        lambda a: None if (found := _group_mistake(a)) is None else (found[0], None, None),
    ),
    *mistakes(
        "averaged over the batch",
        _BATCH,
        lambda a: (None, *(g / len(a["x"]) for g in _backward(a)[1:])),
        _db(lambda dy: dy.sum((0, 2, 3)) / len(dy)),
        lambda a: (None, _backward(a)[1] / len(a["x"]), None),
    ),
    *mistakes(
        "only one image counts",
        _BATCH,
        *(
            lambda a, index=index, keep=keep: tuple(
                g if name in keep else None
                for name, g in zip(("dx", "dw", "db"), _one_image(a, index), strict=True)
            )
            for index in (0, -1)
            for keep in (("dw", "db"), ("dw",), ("db",), ("dx", "dw", "db"))
        ),
    ),
    *mistakes("db is an average", _DB, _db(lambda dy: dy.mean((0, 2, 3)))),
    *mistakes(
        "db is added up over the wrong axes",
        _DB,
        *(_db(_sum_over(*axes)) for axes in _AXES),
    ),
    *mistakes(
        "db has too many axes", _DB, _db(lambda dy: dy.sum((0, 2, 3), keepdims=True))
    ),
)  # fmt: skip
