"""Layers that learn filters: convolutions, transposed convolutions and linear layers."""

from dataclasses import dataclass
from math import prod

from cnnlib._arguments import Padding, Size, pair, whole
from cnnlib.arithmetic import (
    AxisPadding,
    Explanation,
    conv_output_size,
    conv_transpose_output_size,
    explain,
    explain_conv,
    macs,
    parameters,
)
from cnnlib.spec._fields import ReceptiveField, Undefined
from cnnlib.spec._layer import (
    Layer,
    Shape,
    Window,
    along_axes,
    as_map,
    as_vector,
    by_size,
    by_stride,
    windows,
)
from cnnlib.spec._taps import Taps, conv_transpose_taps


class _Convolution(Layer):
    """What convolutions and transposed ones share."""

    out_channels: int
    kernel_size: Size
    stride: Size
    padding: Padding
    dilation: Size
    groups: int
    bias: bool

    def weights(self, shape: Shape) -> int:
        kernel = pair(self.kernel_size, "kernel_size")
        return parameters(shape[0], self.out_channels, kernel, self.groups, bias=False)

    def biases(self, shape: Shape) -> int:
        return self.out_channels if self.bias else 0

    def bias_adds(self, shape: Shape, output_shape: Shape) -> int:
        return prod(output_shape) if self.bias else 0

    def windows(self) -> tuple[Window, Window]:
        """Give the kernel along height and along width."""
        return windows(self.kernel_size, self.stride, self.padding, self.dilation)


@dataclass(frozen=True, repr=False)
class Conv(_Convolution):
    """A convolution, as `torch.nn.Conv2d`; its input channels are those that come in.

    Parameters
    ----------
    out_channels, kernel_size, stride, dilation, groups, bias
        As in PyTorch.
    padding
        One number, (height, width), ((top, bottom), (left, right)), "same" or "valid".
    connections
        For each output channel the input channels that it reads, where it does not read them all,
        like the table of LeNet-5's third layer. Not together with groups.

    Examples
    --------
    >>> Conv(10, 5, padding=2).output_shape((3, 32, 32))
    (10, 32, 32)
    >>> for line in Conv(96, 11, stride=4).explain((3, 227, 227)):
    ...     print(line)
    (227 − 11)/4 + 1 = 55
    (227 − 11)/4 + 1 = 55
    (3·11·11 + 1)·96 = 34944
    55·55·96·3·11·11 = 105415200
    """

    out_channels: int
    kernel_size: Size
    stride: Size = 1
    padding: Padding = 0
    dilation: Size = 1
    groups: int = 1
    bias: bool = True
    connections: tuple[tuple[int, ...], ...] | None = None

    def output_shape(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape)
        if self.connections is not None:
            _check_connections(self.connections, channels, self.out_channels, self.groups)
        self.weights(shape)  # complains about groups that do not divide
        size = along_axes(conv_output_size, (height, width), self.windows())
        return self.out_channels, *size

    def weights(self, shape: Shape) -> int:
        if self.connections is not None:
            return sum(map(len, self.connections)) * prod(pair(self.kernel_size, "kernel_size"))
        return super().weights(shape)

    def multiply_adds(self, shape: Shape, output_shape: Shape) -> int:
        return prod(output_shape[1:]) * self.weights(shape)

    def taps(self, shape: Shape) -> tuple[Taps, Taps]:
        rows, columns = self.windows()
        return rows.taps(), columns.taps()

    def explain(self, input_shape: Shape) -> tuple[Explanation, ...]:
        channels, height, width = as_map(input_shape)
        _, *size = self.output_shape(input_shape)
        rows, columns = self.windows()
        sizes = (
            explain_conv(height, *rows, unit="row"),
            explain_conv(width, *columns, unit="column"),
        )
        if self.connections is not None:
            return sizes  # no formula of the table's costs is shorter than the table
        counted = channels, self.out_channels, pair(self.kernel_size, "kernel_size")
        return (
            *sizes,
            explain(parameters, *counted, self.groups, bias=self.bias),
            explain(macs, *counted, size, self.groups),
        )

    @property
    def label(self) -> str:
        groups = f", {self.groups} groups" if self.groups > 1 else ""
        return f"conv {by_size(self.kernel_size)}{by_stride(self.stride)}{groups}"


@dataclass(frozen=True, repr=False)
class ConvTranspose(_Convolution):
    """A transposed convolution, as `torch.nn.ConvTranspose2d`.

    Examples
    --------
    >>> ConvTranspose(64, 4, stride=2, padding=1).output_shape((128, 16, 16))
    (64, 32, 32)
    """

    out_channels: int
    kernel_size: Size
    stride: Size = 1
    padding: Size = 0
    output_padding: Size = 0
    groups: int = 1
    bias: bool = True
    dilation: Size = 1

    def output_shape(self, shape: Shape) -> Shape:
        _, height, width = as_map(shape)
        self.weights(shape)  # complains about groups that do not divide
        rows, columns = self.windows()
        extra = pair(self.output_padding, "output_padding")
        size = along_axes(
            _transposed_size, (height, width), ((rows, extra[0]), (columns, extra[1]))
        )
        return self.out_channels, *size

    def multiply_adds(self, shape: Shape, output_shape: Shape) -> int:
        return prod(shape[1:]) * self.weights(shape)

    def taps(self, shape: Shape) -> tuple[Taps, Taps]:
        rows, columns = self.windows()
        return _transposed_taps(rows), _transposed_taps(columns)

    def explain(self, input_shape: Shape) -> tuple[Explanation, ...]:
        channels, *size = as_map(input_shape)
        self.output_shape(input_shape)  # complains about what does not go together
        extra = pair(self.output_padding, "output_padding")
        counted = channels, self.out_channels, pair(self.kernel_size, "kernel_size")
        return (
            *(
                explain(
                    conv_transpose_output_size,
                    n,
                    window.kernel_size,
                    window.stride,
                    cropped(window.padding),
                    output_padding=more,
                    dilation=window.dilation,
                )
                for n, window, more in zip(size, self.windows(), extra, strict=True)
            ),
            explain(parameters, *counted, self.groups, bias=self.bias),
            explain(macs, *counted, size, self.groups),
        )

    @property
    def label(self) -> str:
        enlarged = by_stride(self.stride).replace("/", "×")
        return f"transposed {by_size(self.kernel_size)}{enlarged}"


@dataclass(frozen=True, repr=False)
class Linear(Layer):
    """A fully connected layer, as `torch.nn.Linear`: each output reads every input.

    Examples
    --------
    >>> Linear(4096).weights((9216,))
    37748736
    """

    out_features: int
    bias: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        as_vector(shape)
        return (whole(self.out_features, "out_features", least=1),)

    def weights(self, shape: Shape) -> int:
        return parameters(as_vector(shape), self.out_features, 1, bias=False)

    def biases(self, shape: Shape) -> int:
        return self.out_features if self.bias else 0

    def multiply_adds(self, shape: Shape, output_shape: Shape) -> int:
        return self.weights(shape)

    def bias_adds(self, shape: Shape, output_shape: Shape) -> int:
        return self.biases(shape)

    def receptive_field(
        self, seen: ReceptiveField | Undefined, shape: Shape
    ) -> ReceptiveField | Undefined:
        if isinstance(seen, Undefined) and seen.whole is not None:
            return seen.whole
        return seen

    def explain(self, input_shape: Shape) -> tuple[Explanation, ...]:
        counted = as_vector(input_shape), self.out_features, ()
        return (
            explain(parameters, *counted, bias=self.bias),
            explain(macs, *counted, ()),
        )

    @property
    def label(self) -> str:
        return "linear"


def _transposed_size(n: int, window: Window, extra: int) -> int:
    kernel_size, stride, padding, dilation = window
    return conv_transpose_output_size(
        n, kernel_size, stride, cropped(padding), output_padding=extra, dilation=dilation
    )


def _transposed_taps(window: Window) -> Taps:
    padding = cropped(window.padding)
    return conv_transpose_taps(window.kernel_size, window.stride, padding, window.dilation)


def cropped(padding: AxisPadding) -> int:
    """Give what a transposed convolution removes from both ends of an axis."""
    if not isinstance(padding, tuple) or padding[0] != padding[1]:
        raise ValueError(
            f"a transposed convolution takes the same padding on both sides, got {padding!r}"
        )
    return padding[0]


def _check_connections(
    connections: tuple[tuple[int, ...], ...], channels: int, out_channels: int, groups: int
) -> None:
    if groups != 1 or len(connections) != out_channels:
        raise ValueError(
            f"connections need a row for each of the {out_channels} output channels and one "
            f"group, got {len(connections)} rows and {groups} groups"
        )
    for row in connections:
        if len(set(row)) < len(row) or not set(row) <= set(range(channels)):
            raise ValueError(
                f"connections need channels from 0 to {channels - 1}, each once, got {row}"
            )
