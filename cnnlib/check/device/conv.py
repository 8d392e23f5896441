"""The checks of `ps5_device`, part one: convolution on tensors, forward and backward."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlib.check.device.conv_mistakes import CONV_BACKWARD
from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import LIBRARIES, Check, Part, Result, Tolerance, Which
from cnnlib.check.engine.window import Window
from cnnlib.check.forward.checks import CONV_PARTS, conv2d_forward
from cnnlib.check.geometry import Geometry, effective

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
WATCHES = frozenset({
    "convolution", "_convolution", "convolution_backward", "convolution_overrideable",
    "cudnn_convolution", "mkldnn_convolution", "thnn_conv2d", "conv2d",
    "im2col", "col2im", "unfold", "unfold_backward",
    "max_pool2d", "max_pool2d_with_indices", "max_pool2d_with_indices_backward",
    "mkldnn_max_pool2d", "max_pool3d_with_indices", "adaptive_max_pool2d", "fractional_max_pool2d",
    "max_unpool2d", "avg_pool2d", "avg_pool2d_backward", "_adaptive_avg_pool2d",
})  # fmt: skip


def operators(arguments: Arguments) -> int:
    """Allow loops over kernel elements, images and groups, each turn with a hundred operators."""
    (kh, kw), *_ = effective(arguments)
    turns = kh * kw * len(arguments["x"]) * int(arguments.get("groups", 1))
    return 100 * (turns + 1)


def reference(name: str) -> Callable[[Arguments, str], Any]:
    """Return a reference by the name of its function."""

    def compute(arguments: Arguments, device: str) -> Any:
        from cnnlib.check import references

        return getattr(references, name)(arguments, device=device)

    return compute


def _convolutions(
    *parts: str, make: Callable[[Case, np.random.Generator], Case]
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws the cases of the NumPy exercise, and one with many pixels."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        drawn = [case for part in parts for case in CONV_PARTS[part].draw(rng, which)]
        return [make(_unlocked(case), rng) for case in (*drawn, LARGE.conv_case(rng))]

    return draw


def _unlocked(case: Case) -> Case:
    """Return the same case for tensors, which nobody can lock."""
    name = case.name.replace(", arrays that are locked", "").replace("arrays", "tensors")
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
    forbids=FORBIDS,
    watches=WATCHES,
    operators=operators,
    tensors=True,
)


def _backward_case(forward: Case, rng: np.random.Generator) -> Case:
    """Put dy in front of x and w; the bias has no part in any gradient."""
    x, w = forward.positional["x"], forward.positional["w"]
    settings = zip(x.shape[2:], *effective(forward.arguments), strict=True)
    sizes = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in settings]
    dy = rng.standard_normal((len(x), len(w), *sizes)).astype(x.dtype)
    return replace(forward, positional={"dy": dy, "x": x, "w": w})


def _backward_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of a sum of products in any order, as for the forward pass."""
    dy, x, w = (arguments[name].astype(np.float64) for name in ("dy", "x", "w"))
    if result == "dx":
        terms, size = w[:, 0].size, _norm(dy, (1, 2, 3)) * _norm(w, (0, 2, 3))
    elif result == "dw":
        terms, size = dy[:, 0].size, _norm(dy, (0, 2, 3)) * _norm(x, (0, 2, 3))
    else:
        terms, size = dy[:, 0].size, float(np.abs(dy).sum(axis=(0, 2, 3)).max())
    epsilon = float(np.finfo(dtype).eps)
    return Tolerance(
        2 * terms * epsilon * size,
        f"2 · {terms} terms of {result} · {epsilon:.1e} ({dtype} rounding) · {size:.3g} (size)",
    )


def _norm(array: Array, axes: tuple[int, ...]) -> float:
    """Return the largest Euclidean norm over some axes."""
    return float(np.sqrt((array**2).sum(axis=axes).max()))


def _backward_window(arguments: Arguments, result: str, index: tuple[int, ...]) -> Window | None:
    """Find what one weight met: its pixels, as it moved over the first image."""
    if result != "dw":
        return None
    filters, channel, p, q = index
    dy, x, w = (arguments[name] for name in ("dy", "x", "w"))
    _, (sh, sw), (ph, pw), (dh, dw) = effective(arguments)
    group = filters // (len(w) // arguments.get("groups", 1))
    channel += group * w.shape[1]
    rows, columns = dy.shape[2:]
    return Window(
        f"the pixels of channel {channel} that this weight met in image 0, one for each element of "
        f"dy[0, {filters}]; the other images add theirs:",
        x[0, channel],
        range(p * dh - ph, p * dh - ph + sh * rows, sh),
        range(q * dw - pw, q * dw - pw + sw * columns, sw),
    )


device_conv2d_backward = Check(
    name="device_conv2d_backward",
    against="torch.autograd.grad of conv2d",
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
    reference=reference("conv2d_backward"),
    tolerance=_backward_tolerance,
    results=(Result("dx"), Result("dw"), Result("db")),
    misconceptions=CONV_BACKWARD,
    window=_backward_window,
    forbids=FORBIDS,
    watches=WATCHES,
    operators=operators,
    tensors=True,
)
