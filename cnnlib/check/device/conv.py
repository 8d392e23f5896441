"""The checks of `ps5_device`, part one: convolution on tensors, forward and backward."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlib.check.backward.checks import conv2d_backward
from cnnlib.check.engine.case import Arguments, Case
from cnnlib.check.engine.check import LIBRARIES, Part, Which
from cnnlib.check.forward.checks import CONV_PARTS, conv2d_forward
from cnnlib.check.geometry import Geometry, effective, grid

#: What would do an exercise in one call, or would leave the device.
FORBIDS = (LIBRARIES - {"torch"}) | {
    "numpy", "autograd",
    *(f".{name}" for name in (
        "backward", "grad", "requires_grad", "requires_grad_", "enable_grad", "func", "Function",
        "conv1d", "conv2d", "conv3d", "convolution", "conv_transpose1d", "conv_transpose2d",
        "conv_transpose3d", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d",
        "unfold", "Unfold", "fold", "Fold", "im2col", "col2im",
        "max_pool1d", "max_pool2d", "max_pool3d", "MaxPool1d", "MaxPool2d", "MaxPool3d",
        "adaptive_max_pool2d", "AdaptiveMaxPool2d", "fractional_max_pool2d",
        "max_unpool2d", "MaxUnpool2d", "avg_pool2d", "AvgPool2d", "lp_pool2d", "LPPool2d",
    )),
}  # fmt: skip
#: What these come down to, under whatever name they were called.
WATCHES = frozenset(
    {"conv(?!ert)", "pool", "fold(?!_in)", "im2col", "col2im", "mkldnn", "_make_dual"}
)


def operators(arguments: Arguments) -> int:
    """Allow loops over kernel elements, images and groups, each turn with a hundred operators."""
    (kh, kw), *_ = effective(arguments)
    turns = kh * kw * len(arguments["x"]) * int(arguments.get("groups", 1))
    return 100 * (turns + 1)


#: What all checks on tensors have in common.
ON_TENSORS: dict[str, Any] = {
    "forbids": FORBIDS, "watches": WATCHES, "operators": operators, "tensors": True,
    "anywhere": True,
}  # fmt: skip


def _convolutions(
    *parts: str, make: Callable[[Case, np.random.Generator], Case]
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws the cases of the NumPy exercise, and one with many pixels."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        drawn = [case for part in parts for case in CONV_PARTS[part].draw(rng, which)]
        return [make(_unlocked(case), rng) for case in (*drawn, LARGE.conv_case(rng))]

    return draw


def _unlocked(case: Case) -> Case:
    """Return the same case for tensors, which cannot be read-only."""
    name = case.name.replace(", read-only arrays", "").replace("arrays", "tensors")
    return replace(case, name=name, layout="sliced" if case.layout == "sliced" else "plain")


# Here a loop over pixels runs more operators than are allowed.
LARGE = Geometry("an image of 37 × 36 pixels", (1, 2, 37, 36), 2, (2, 2))

device_conv2d = replace(
    conv2d_forward,
    name="device_conv2d",
    parts={
        name: replace(part, draw=_convolutions(name, make=lambda case, rng: case))
        for name, part in CONV_PARTS.items()
    },
    **ON_TENSORS,
)


def _backward_case(forward: Case, rng: np.random.Generator) -> Case:
    """Put dy in front of x and w; the bias has no part in any gradient."""
    x, w = forward.positional["x"], forward.positional["w"]
    sizes = grid(x.shape[2:], *effective(forward.arguments))
    dy = rng.standard_normal((len(x), len(w), *sizes)).astype(x.dtype)
    return replace(forward, positional={"dy": dy, "x": x, "w": w})


device_conv2d_backward = replace(
    conv2d_backward,
    name="device_conv2d_backward",
    parts={
        **{
            name: Part(
                f"{name}, stride and padding included",
                _convolutions("basic", "stride_padding", make=_backward_case),
                counts=(name,),
            )
            for name in ("db", "dw", "dx")
        },
        "dilation_groups": Part(
            "dilation and groups", _convolutions("dilation_groups", make=_backward_case)
        ),
    },
    **ON_TENSORS,
)
