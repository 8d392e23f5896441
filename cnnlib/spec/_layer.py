"""What every layer knows, and what a network can be asked.

`summary`, `to_torch` and `to_svg` open a door upward, to modules that know all layers: a circle,
the only one in `cnnlib`, and worth it, for a network is asked where it stands. They are imported
at the first question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cnnlib._arguments import Padding, Size, pair, short, sides, whole
from cnnlib.arithmetic import AxisPadding, Explanation, before_after
from cnnlib.spec._fields import ReceptiveField, Undefined
from cnnlib.spec._taps import Taps, conv_taps

if TYPE_CHECKING:
    from torch import nn

    from cnnlib.spec._summary import Summary

#: (channels, height, width) of a map, or (features,) of a vector; the batch is left out.
Shape: TypeAlias = tuple[int, ...]


class SpecError(ValueError):
    """A layer cannot take what comes in: names its path, what came in and what it needs."""


@dataclass(frozen=True, repr=False)
class Layer:
    """A layer or a network: a value, which can be compared, hashed and printed.

    By itself it is elementwise: the shape stays, each unit sees its own place, nothing is learnt.

    Parameters
    ----------
    name
        What it is called within its network; its place (0, 1, …) where none is given.
    """

    name: str = field(default="", kw_only=True)

    def output_shape(self, shape: Shape) -> Shape:
        """Give the shape that comes out; raise `ValueError`, saying what is needed."""
        return shape

    def weights(self, shape: Shape) -> int:
        """Count what multiplies, for an input of this shape."""
        return 0

    def biases(self, shape: Shape) -> int:
        """Count what is added, for an input of this shape."""
        return 0

    def multiply_adds(self, shape: Shape, output_shape: Shape) -> int:
        """Count the multiply-adds for one input, those with padding included, without biases."""
        return 0

    def bias_adds(self, shape: Shape, output_shape: Shape) -> int:
        """Count the additions of biases for one input."""
        return 0

    def taps(self, shape: Shape) -> tuple[Taps, Taps] | None:
        """Say which rows and which columns an output reads; None where it reads its own place."""
        return None

    def receptive_field(
        self, seen: ReceptiveField | Undefined, shape: Shape
    ) -> ReceptiveField | Undefined:
        """Give the receptive field of the outputs, from that of the inputs."""
        taps = self.taps(shape)
        if taps is None or isinstance(seen, Undefined):
            return seen
        return seen.through(*taps)

    def explain(self, input_shape: Shape) -> tuple[Explanation, ...]:
        """Show the working: rows, columns, parameters, multiply-adds; empty if there is none."""
        return ()

    @property
    def label(self) -> str:
        """The kind of layer in a few characters, for tables and diagrams."""
        return type(self).__name__

    def summary(
        self,
        input_shape: Shape | None = None,
        *,
        batch: int = 1,
        bias: bool = False,
        count: int = 1,
    ) -> Summary:
        """Derive shapes, parameters, cost and receptive fields.

        Parameters
        ----------
        input_shape
            (channels, height, width), or (features,); the network's own where it states one.
        batch, bias, count
            How cost is counted: images, whether adding biases counts, and operations a
            multiply-add (1: MACs, 2: FLOPs).

        Raises
        ------
        SpecError
            If a layer cannot take what comes in.
        """
        from cnnlib.spec._summary import summarise

        return summarise(self, input_shape, batch=batch, bias=bias, count=count)

    def to_torch(self, input_shape: Shape | None = None) -> nn.Module:
        """Build the same network in PyTorch, with PyTorch's initial weights.

        Submodules are named as the rows of `summary`. Where no input shape is known, PyTorch's
        lazy modules find their input channels at the first call.
        """
        from cnnlib.spec._torch import build

        return build(self, input_shape)

    def to_svg(self, input_shape: Shape | None = None, title: str = "") -> str:
        """Draw the network: volumes to scale, branches side by side. Give the SVG's text."""
        from cnnlib.spec._svg import draw

        return draw(self, input_shape, title)

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None and (form := _FORMS.get(each.name)):
                object.__setattr__(self, each.name, form(value, each.name))

    def __repr__(self) -> str:
        arguments = []
        for each in sorted(fields(self), key=lambda each: each.name == "name"):  # it comes last
            value = getattr(self, each.name)
            if each.name in _FORMS:
                value = short(value)
            if each.default is MISSING:
                arguments.append(repr(value))
            elif value != each.default:
                arguments.append(f"{each.name}={value!r}")
        return f"{type(self).__name__}({', '.join(arguments)})"


#: The one form of each argument, whichever layer takes it.
_FORMS: dict[str, Callable[[object, str], object]] = {
    "dilation": pair,
    "groups": whole,
    "kernel_size": pair,
    "out_channels": whole,
    "out_features": whole,
    "output_padding": pair,
    "output_size": pair,
    "padding": sides,
    "scale_factor": pair,
    "stride": pair,
}


def as_map(shape: Shape) -> tuple[int, int, int]:
    """Return (channels, height, width), or say that a map is needed."""
    if len(shape) != 3:
        raise ValueError("it needs a map (channels, height, width)")
    channels, height, width = shape
    return channels, height, width


def as_vector(shape: Shape) -> int:
    """Return the number of features, or say that a vector is needed."""
    if len(shape) != 1:
        raise ValueError("it needs a vector (features,): put Flatten() before it")
    return shape[0]


class Window(NamedTuple):
    """A kernel along one axis, in the order in which `cnnlib.arithmetic` takes it."""

    kernel_size: int
    stride: int
    padding: AxisPadding
    dilation: int

    def sides(self) -> tuple[int, int]:
        """Give the padding before and after."""
        return before_after(self.padding, self.kernel_size, self.stride, self.dilation)

    def taps(self) -> Taps:
        """Say which positions an output reads."""
        before, _ = self.sides()
        return conv_taps(self.kernel_size, self.stride, before, self.dilation)


@cache
def windows(
    kernel_size: Size, stride: Size, padding: Padding, dilation: Size
) -> tuple[Window, Window]:
    """Split a layer's arguments into height and width."""
    border = sides(padding)
    rows, columns = (border, border) if isinstance(border, str) else border
    kernels, strides = pair(kernel_size, "kernel_size"), pair(stride, "stride")
    dilations = pair(dilation, "dilation")
    return (
        Window(kernels[0], strides[0], rows, dilations[0]),
        Window(kernels[1], strides[1], columns, dilations[1]),
    )


def along_axes(
    function: Callable[..., int],
    sizes: tuple[int, int],
    arguments: tuple[tuple[object, ...], tuple[object, ...]],
) -> tuple[int, int]:
    """Apply a function of one axis to height and to width; an error says to which."""
    results = []
    for name, size, each in zip(("height", "width"), sizes, arguments, strict=True):
        try:
            results.append(function(size, *each))
        except ValueError as error:
            raise ValueError(f"in {name}, {error}") from None
    return results[0], results[1]


def by_size(size: Size) -> str:
    """Write a size as 3×3.

    Examples
    --------
    >>> by_size(3), by_size((1, 7))
    ('3×3', '1×7')
    """
    height, width = pair(size, "size")
    return f"{height}×{width}"


def by_stride(stride: Size) -> str:
    """Write a stride as ", /2"; a stride of 1 is not worth a word."""
    height, width = pair(stride, "stride")
    if height == width:
        return f", /{height}" if height > 1 else ""
    return f", /{height}×{width}"


def by_shape(shape: Shape) -> str:
    """Write a shape as channels@height×width, the way LeNet's paper does, or a vector's length."""
    return f"{shape[0]}@{shape[1]}×{shape[2]}" if len(shape) == 3 else "×".join(map(str, shape))
