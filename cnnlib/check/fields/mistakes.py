"""Typical mistakes about receptive fields: what each computes, and a hint."""

from collections.abc import Callable

import numpy as np

from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.engine.mistakes import Compute
from cnnlib.check.fields.nets import Layer, changed, conv, field
from cnnlib.check.fields.reference import measured


def _field(change: Callable[[list[Layer]], list[Layer]]) -> Compute:
    """Return a mistake that is right for a changed net."""
    return lambda a: tuple(map(np.asarray, field(change(list(a["layers"])))))


def _only(**wrong: Callable[[list[Layer]], int]) -> Compute:
    """Return a mistake that makes the size, the jump or the start wrong, and the others right."""

    def compute(arguments: Arguments) -> Values:
        layers = list(arguments["layers"])
        right = zip(("size", "jump", "start"), field(layers), strict=True)
        found = (wrong[name](layers) if name in wrong else value for name, value in right)
        return tuple(map(np.asarray, found))

    return compute


def _size(change: Callable[[list[Layer]], list[Layer]], more: int = 0) -> Compute:
    """Return a mistake that makes only the size wrong: that of a changed net, or some more."""
    return _only(size=lambda layers: field(change(layers))[0] + more)


def _windows(layers: list[Layer]) -> list[Layer]:
    return [layer for layer in layers if "kernel_size" in layer]


def _strides(layers: list[Layer]) -> list[int]:
    return [layer["stride"] for layer in _windows(layers)]


def _wider(layers: list[Layer], more: Callable[[Layer], int]) -> list[Layer]:
    """Make every window wider by some pixels of its own input."""
    return changed(
        layers,
        kernel_size=lambda a: a["dilation"] * (a["kernel_size"] - 1) + 1 + more(a),
        dilation=1,
    )


def _one_more(layers: list[Layer]) -> list[Layer]:
    """Add k where k - 1 is right; with dilation, d · k."""
    return changed(layers, kernel_size=lambda a: a["kernel_size"] + 1)


def _early(layers: list[Layer]) -> list[Layer]:
    """Let every window be spread by its own stride already."""
    early: list[Layer] = []
    for layer in layers:
        if "kernel_size" in layer:
            early += [conv(1, 1, 1, stride=layer["stride"]), *changed([layer], stride=1)]
    return early


def _late(layers: list[Layer]) -> list[Layer]:
    """Let the stride of a layer count only two layers later."""
    windows = _windows(layers)
    strides = [1, *_strides(layers)]
    return [
        {**layer, "stride": stride} for layer, stride in zip(windows, strides[:-1], strict=True)
    ]


def _without_pools(layers: list[Layer]) -> list[Layer]:
    return [layer for layer in layers if layer["kind"] != "pool"]


_K = (
    "How many input pixels does one 3×3 layer see? And two on top of each other? Draw the second "
    "layer's window on paper: how many pixels does it add on each side?"
)
_STRIDE = (
    "After a layer of stride 2, neighbouring outputs are 2 input pixels apart. The window of a "
    "later layer steps over these gaps; the window of an earlier layer does not. Draw both."
)
_JUMP = (
    "Two layers of stride 2: how many input pixels apart are the windows of neighbouring "
    "outputs? Draw it, and count."
)
_START = (
    "Follow the first output's first window back, layer by layer. Padding of 1 shifts it by one "
    "pixel of that layer's input. How many pixels of the image is that?"
)

RECEPTIVE_FIELD: tuple[Misconception, ...] = (
    *mistakes(
        "kernel sizes are added up, not what each layer adds to the field",
        _K,
        _size(_one_more),
        _size(_one_more, more=-1),
        _size(lambda a: _wider(a, lambda _: 1)),
        _size(lambda a: _wider(a, lambda _: 1), more=-1),
    ),
    *mistakes(
        "the first pixel is not counted",
        "Without any layer, a unit is a pixel: how large is its field?",
        _size(lambda a: a, more=-1),
    ),
    *mistakes(
        "the dilation is ignored",
        "With dilation 2, a 3×3 kernel reads every other pixel. How many pixels are there from its "
        "first to its last, both included?",
        _field(lambda a: changed(a, dilation=1)),
        _size(lambda a: changed(a, dilation=1)),
    ),
    *mistakes(
        "the dilation multiplies the whole kernel",
        "Take a kernel of 3 with dilation 2, and mark the three pixels that it reads on a row. How "
        "many pixels are there from the first to the last, both included?",
        _size(lambda a: _wider(a, lambda b: b["dilation"] - 1)),
    ),
    *mistakes(
        "padding makes the field larger",
        "Padding adds zeros around the image. Does it change which pixels one window covers?",
        _size(lambda a: _wider(a, lambda b: 2 * b["padding"])),
        _size(lambda a: _wider(a, lambda b: b["padding"])),
    ),
    *mistakes(
        "padding makes the field smaller",
        "Padding adds zeros around the image. Does it change which pixels one window covers?",
        _size(lambda a: _wider(a, lambda b: -min(2 * b["padding"], b["kernel_size"] - 1))),
    ),
    *mistakes(
        "a layer's own stride is used before it counts",
        _STRIDE,
        _size(_early),
        _field(_early),
    ),
    *mistakes("a stride counts one layer too late", _STRIDE, _size(_late), _field(_late)),
    *mistakes(
        "the strides are ignored",
        _STRIDE,
        _size(lambda a: changed(a, stride=1)),
        _field(lambda a: changed(a, stride=1)),
    ),
    *mistakes(
        "pooling layers are left out",
        "A pooling window reads pixels and moves in steps, just as a convolution's window does.",
        _field(_without_pools),
        _size(_without_pools),
        _size(lambda a: changed(a, ["pool"], kernel_size=1, dilation=1)),
        _field(lambda a: changed(a, ["pool"], kernel_size=1, dilation=1)),
        _field(lambda a: changed(a, ["pool"], stride=1)),
    ),
    *mistakes(
        "the layers are read in the wrong order",
        "The list begins at the image. Which layer's window reads the pixels directly?",
        _field(lambda a: a[::-1]),
        _size(lambda a: a[::-1]),
    ),
    *mistakes(
        "strides are added",
        _JUMP,
        _only(jump=lambda a: sum(_strides(a))),
        _only(jump=lambda a: sum(_strides(a)) - len(_strides(a)) + 1),
    ),
    *mistakes(
        "the jump is the last layer's stride",
        _JUMP,
        _only(jump=lambda a: [1, *_strides(a)][-1]),
    ),
    *mistakes(
        "the last layer's stride is missing from the jump",
        _JUMP,
        _only(jump=lambda a: field(_late(a))[1]),
    ),
    *mistakes(
        "the start ignores the jump",
        _START,
        _only(start=lambda a: -sum(layer["padding"] for layer in _windows(a))),
    ),
    *mistakes(
        "the start uses a layer's own stride too early",
        _START,
        _only(start=lambda a: field(_early(a))[2]),
    ),
    *mistakes("the start has the wrong sign", _START, _only(start=lambda a: -field(a)[2])),
    *mistakes(
        "the start ignores the padding",
        "With padding, the first window begins outside of the image: the start is negative. By how "
        "many pixels, if padding is added after a stride?",
        _only(start=lambda a: field(changed(a, padding=0))[2]),
    ),
    *mistakes(
        "the start is the centre",
        "The start is the first pixel of the field, not the one in its middle.",
        _only(start=lambda a: field(a)[2] + field(a)[0] // 2),
        _only(start=lambda a: field(a)[2] + (field(a)[0] - 1) // 2),
    ),
)


_UNIT = (
    "Which unit's field do you draw? The output has H rows and W columns; the middle one is row "
    "H // 2, column W // 2."
)

EFFECTIVE_FIELD: tuple[Misconception, ...] = (
    *mistakes(
        "the field of a corner unit, not of the centre",
        _UNIT,
        lambda a: measured(a, unit=lambda h, w: (0, 0)),
        lambda a: measured(a, unit=lambda h, w: (h - 1, w - 1)),
    ),
    *mistakes(
        "height and width of the centre are mixed up",
        _UNIT,
        lambda a: measured(a, unit=lambda h, w: (w // 2, h // 2)),
        lambda a: measured(a, unit=lambda h, w: (h // 2, h // 2)),
        lambda a: measured(a, unit=lambda h, w: (w // 2, w // 2)),
    ),
    *mistakes(
        "the field of the unit before the centre",
        _UNIT,
        lambda a: measured(a, unit=lambda h, w: ((h - 1) // 2, (w - 1) // 2)),
        lambda a: measured(a, unit=lambda h, w: (h // 2 - 1, w // 2 - 1)),
    ),
    *mistakes(
        "the gradient of all outputs, not of one unit",
        "A receptive field belongs to one output position. The sum over the whole output has the "
        "whole image as its field.",
        lambda a: measured(a, unit=lambda h, w: (slice(None), slice(None))),
    ),
    *mistakes(
        "only one output channel is read",
        "The unit in the centre has several channels: add them up before you ask for the gradient.",
        lambda a: measured(a, outputs=slice(0, 1)),
        lambda a: measured(a, outputs=slice(-1, None)),
    ),
    *mistakes(
        "the absolute values are missing",
        "A negative gradient is an influence as much as a positive one. What happens if you add "
        "one of each?",
        lambda a: measured(a, absolute="never"),
    ),
    *mistakes(
        "absolute values are taken too late",
        "Influences with different signs must not cancel out, neither over channels nor over "
        "images. In which order do you add and take absolute values?",
        lambda a: measured(a, absolute="last"),
        lambda a: measured(a, absolute="after channels"),
        lambda a: measured(a, absolute="after images"),
    ),
    *mistakes(
        "squares instead of absolute values",
        "The absolute gradient says how much the output changes. What does its square say?",
        lambda a: measured(a, absolute="square"),
        lambda a: measured(a, absolute="norm"),
    ),
    *mistakes(
        "the sum over images, not their average",
        "With twice as many images, the field should look the same.",
        lambda a: measured(a, images="sum"),
    ),
    *mistakes(
        "only the first image counts",
        "shape begins with the number of images: average over all of them.",
        lambda a: measured(a, images="first"),
    ),
    *mistakes(
        "the average over colour channels, not their sum",
        "A pixel influences the output through all of its channels together.",
        lambda a: measured(a, channels="mean"),
    ),
    *mistakes(
        "only the first colour channel counts",
        "A pixel influences the output through all of its channels together.",
        lambda a: measured(a, channels="first"),
    ),
    *mistakes(
        "the largest colour channel, not the sum over channels",
        "A pixel influences the output through all of its channels together.",
        lambda a: measured(a, channels="max"),
    ),
    *mistakes(
        "the field is scaled",
        "Return the average gradient as it is; scale it only when you draw it.",
        lambda a: measured(a, scale="max"),
        lambda a: measured(a, scale="sum"),
    ),
)
