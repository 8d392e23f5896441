"""Layers that change the size and learn nothing: pooling, upsampling, padding."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from cnnlib._arguments import Padding, Size, pair, short, sides, whole
from cnnlib.arithmetic import Explanation, explain_pool, pool_output_size
from cnnlib.spec._fields import ReceptiveField, Undefined
from cnnlib.spec._layer import (
    Layer,
    Shape,
    Window,
    along_axes,
    as_map,
    by_size,
    by_stride,
    windows,
)
from cnnlib.spec._taps import Taps, adaptive_taps, upsample_taps


class _Pool(Layer):
    """What all pooling by windows shares."""

    kernel_size: Size
    stride: Size | None
    ceil_mode: bool
    _kind = ""

    def output_shape(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape)
        function = partial(pool_output_size, ceil_mode=self.ceil_mode)
        return channels, *along_axes(function, (height, width), self.windows())

    def taps(self, shape: Shape) -> tuple[Taps, Taps]:
        rows, columns = self.windows()
        return rows.taps(), columns.taps()

    def explain(self, input_shape: Shape) -> tuple[Explanation, ...]:
        _, height, width = as_map(input_shape)
        self.output_shape(input_shape)  # complains about what does not go together
        rows, columns = self.windows()
        return (
            explain_pool(height, *rows, ceil_mode=self.ceil_mode, unit="row"),
            explain_pool(width, *columns, ceil_mode=self.ceil_mode, unit="column"),
        )

    def windows(self) -> tuple[Window, Window]:
        """Give the kernel along height and along width."""
        stride = self.kernel_size if self.stride is None else self.stride
        padding, dilation = getattr(self, "padding", 0), getattr(self, "dilation", 1)
        both = windows(self.kernel_size, stride, padding, dilation)
        # PyTorch's layers pad both sides alike; a border put on before them would count as input.
        strict = self.ceil_mode or not getattr(self, "count_include_pad", True)
        if strict and any(len(set(window.sides())) > 1 for window in both):
            raise ValueError(
                "ceil_mode and count_include_pad=False need the same padding on both sides"
            )
        return both

    @property
    def label(self) -> str:
        stride = self.kernel_size if self.stride is None else self.stride
        return f"{self._kind} {by_size(self.kernel_size)}{by_stride(stride)}"


@dataclass(frozen=True, repr=False)
class MaxPool(_Pool):
    """The largest value in each window, as `torch.nn.MaxPool2d`; padding never wins.

    Examples
    --------
    >>> MaxPool(3, 2).output_shape((96, 55, 55))
    (96, 27, 27)
    """

    kernel_size: Size
    stride: Size | None = None
    padding: Padding = 0
    dilation: Size = 1
    ceil_mode: bool = False
    _kind = "max pool"


@dataclass(frozen=True, repr=False)
class AvgPool(_Pool):
    """The mean of each window, as `torch.nn.AvgPool2d`."""

    kernel_size: Size
    stride: Size | None = None
    padding: Padding = 0
    ceil_mode: bool = False
    count_include_pad: bool = True
    _kind = "avg pool"


@dataclass(frozen=True, repr=False)
class LPPool(_Pool):
    """The p-norm of each window, as `torch.nn.LPPool2d`: p = 1 gives the sum."""

    norm_type: float
    kernel_size: Size
    stride: Size | None = None
    ceil_mode: bool = False
    _kind = "LP pool"


@dataclass(frozen=True, repr=False)
class AdaptiveAvgPool(Layer):
    """Means over as many windows as it takes, as `torch.nn.AdaptiveAvgPool2d`.

    Examples
    --------
    >>> AdaptiveAvgPool(6).output_shape((256, 13, 13))
    (256, 6, 6)
    """

    output_size: Size

    def output_shape(self, shape: Shape) -> Shape:
        channels, _, _ = as_map(shape)
        height, width = pair(self.output_size, "output_size")
        return (
            channels,
            whole(height, "output_size", least=1),
            whole(width, "output_size", least=1),
        )

    def taps(self, shape: Shape) -> tuple[Taps, Taps]:
        height, width = pair(self.output_size, "output_size")
        return adaptive_taps(shape[1], height), adaptive_taps(shape[2], width)

    @property
    def label(self) -> str:
        return f"avg pool to {by_size(self.output_size)}"


class _GlobalPool(Layer):
    """What pooling over the whole map shares."""

    def output_shape(self, shape: Shape) -> Shape:
        channels, _, _ = as_map(shape)
        return channels, 1, 1

    def taps(self, shape: Shape) -> tuple[Taps, Taps]:
        return adaptive_taps(shape[1], 1), adaptive_taps(shape[2], 1)


class GlobalAvgPool(_GlobalPool):
    """The mean of each channel (Lin et al. 2014, "Network in network", section 3.2)."""

    @property
    def label(self) -> str:
        return "global avg pool"


class GlobalMaxPool(_GlobalPool):
    """The largest value of each channel: pooling over time, in networks for text."""

    @property
    def label(self) -> str:
        return "global max pool"


@dataclass(frozen=True, repr=False)
class Upsample(Layer):
    """Enlarge by whole factors, as `torch.nn.Upsample` with `align_corners=False`."""

    scale_factor: Size
    mode: Literal["nearest", "bilinear"] = "nearest"

    def output_shape(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape)
        if self.mode not in ("nearest", "bilinear"):
            raise ValueError(f'mode must be "nearest" or "bilinear", got {self.mode!r}')
        rows, columns = pair(self.scale_factor, "scale_factor")
        return (
            channels,
            height * whole(rows, "scale_factor", least=1),
            width * whole(columns, "scale_factor", least=1),
        )

    def taps(self, shape: Shape) -> tuple[Taps, Taps]:
        rows, columns = pair(self.scale_factor, "scale_factor")
        linear = self.mode == "bilinear"
        return upsample_taps(rows, linear), upsample_taps(columns, linear)

    @property
    def label(self) -> str:
        return f"upsample ×{'×'.join(map(str, dict.fromkeys(pair(self.scale_factor, ''))))}"


@dataclass(frozen=True, repr=False)
class Pad(Layer):
    """Border values, as `torch.nn.functional.pad`.

    Parameters
    ----------
    padding
        One number, (height, width) or ((top, bottom), (left, right)).
    value
        What stands in the border, where `mode` is "constant".
    """

    padding: Padding
    value: float = 0.0
    mode: Literal["constant", "reflect", "replicate", "circular"] = "constant"

    def output_shape(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape)
        if self.mode not in _PAD_MODES:
            raise ValueError(f"mode must be one of {', '.join(_PAD_MODES)}, got {self.mode!r}")
        return channels, *along_axes(self._padded, (height, width), self.by_axis())

    def taps(self, shape: Shape) -> tuple[Taps, Taps]:
        (top, _), (left, _) = self.by_axis()
        return Taps(((-top,),), 1), Taps(((-left,),), 1)

    def receptive_field(
        self, seen: ReceptiveField | Undefined, shape: Shape
    ) -> ReceptiveField | Undefined:
        if self.mode in ("reflect", "circular"):
            return Undefined(
                f"with {self.mode} padding, units at the border see another part of the image, so "
                "that the offset is undefined"
            )
        return super().receptive_field(seen, shape)

    @property
    def label(self) -> str:
        return f"pad {short(self.padding)}"

    def by_axis(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Give the border as ((top, bottom), (left, right))."""
        form = sides(self.padding)
        if isinstance(form, str):
            raise ValueError(f"padding must be numbers here, got {form!r}")
        return form

    def _padded(self, n: int, before: int, after: int) -> int:
        whole(min(before, after), "padding", least=0)
        most = {"reflect": n - 1, "circular": n}.get(self.mode)
        if most is not None and max(before, after) > most:
            raise ValueError(
                f"{self.mode} padding can be at most {most} for an input of {n}, "
                f"got {max(before, after)}"
            )
        return n + before + after


_PAD_MODES = ("constant", "reflect", "replicate", "circular")
