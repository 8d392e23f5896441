"""How layers are put together: one after the other, or side by side."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from cnnlib.spec._elementwise import Identity
from cnnlib.spec._fields import ReceptiveField, Undefined
from cnnlib.spec._layer import Layer, Shape, by_shape


@dataclass(frozen=True, repr=False, init=False)
class _Combinator(Layer):
    """What holds other layers. A child's path is its name, or its place where it has none."""

    layers: tuple[Layer, ...]

    def __init__(self, *layers: Layer, name: str = "") -> None:
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"{type(self).__name__} holds layers, got {layer!r}")
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "name", name)
        names = [child for child, _ in self.children()]
        for child in names:
            if "." in child:
                raise ValueError(f"a name is part of a path and has no dot, got {child!r}")
            if names.count(child) > 1:
                raise ValueError(f"two layers of {type(self).__name__} are called {child!r}")

    def children(self) -> tuple[tuple[str, Layer], ...]:
        """Give each child with what it is called here."""
        return tuple((layer.name or str(i), layer) for i, layer in enumerate(self.layers))

    # What a network is asked, its layers answer: a layer's own answers would be those of one that
    # changes nothing.

    def output_shape(self, shape: Shape) -> Shape:
        """Give the shape that comes out of the last layer."""
        return self.summary(shape).output_shape

    def weights(self, shape: Shape) -> int:
        """Count what multiplies, in all layers."""
        return self.summary(shape).weights

    def biases(self, shape: Shape) -> int:
        """Count what is added, in all layers."""
        return self.summary(shape).biases

    def multiply_adds(self, shape: Shape, output_shape: Shape) -> int:
        """Count the multiply-adds of all layers."""
        return self.summary(shape).macs

    def bias_adds(self, shape: Shape, output_shape: Shape) -> int:
        """Count the additions of biases in all layers."""
        return self.summary(shape, bias=True).macs - self.summary(shape).macs

    def receptive_field(
        self, seen: ReceptiveField | Undefined, shape: Shape
    ) -> ReceptiveField | Undefined:
        """Refuse: branches may see different places, which `summary` follows."""
        raise TypeError(f"a {type(self).__name__} has many layers: ask for summary({shape})")

    def __repr__(self) -> str:
        parts = [repr(layer) for layer in self.layers] + self._options()
        return f"{type(self).__name__}({', '.join(parts)})"

    def __str__(self) -> str:
        """Return the same as `repr`, one layer a line."""
        parts = [str(layer) for layer in self.layers] + self._options()
        lines = "".join(f"{part},\n" for part in parts)
        indented = "".join(f"    {line}\n" for line in lines.splitlines())
        return f"{type(self).__name__}(\n{indented})"

    def _options(self) -> list[str]:
        return [f"name={self.name!r}"] if self.name else []


@dataclass(frozen=True, repr=False, init=False)
class Sequential(_Combinator):
    """One layer after the other.

    Parameters
    ----------
    *layers
        Layers, or networks.
    input_shape
        What goes in, where the network is made for one size: `summary`, `to_torch` and `to_svg`
        then need none.

    Examples
    --------
    >>> from cnnlib.spec import AvgPool, Conv, Flatten, Linear, Tanh
    >>> lenet = Sequential(Conv(6, 5), Tanh(), AvgPool(2), Flatten(), Linear(10))
    >>> lenet.summary((1, 28, 28)).parameters
    8806
    >>> lenet == Sequential(*lenet.layers)
    True
    """

    input_shape: Shape | None = None

    def __init__(self, *layers: Layer, name: str = "", input_shape: Shape | None = None) -> None:
        super().__init__(*layers, name=name)
        object.__setattr__(self, "input_shape", input_shape and tuple(input_shape))

    def _repr_svg_(self) -> str | None:
        # What Jupyter shows; without a shape there is nothing to draw, and it shows the text.
        return self.to_svg() if self.input_shape else None

    def _options(self) -> list[str]:
        shape = [f"input_shape={self.input_shape}"] if self.input_shape else []
        return super()._options() + shape


class Branches(_Combinator, ABC):
    """What holds branches, all of which read the same input."""

    @abstractmethod
    def merged_shape(self, shapes: list[Shape]) -> Shape:
        """Give the shape of the output from those of the branches, or say what is needed."""


class Add(Branches):
    """The sum of branches of the same shape."""

    def merged_shape(self, shapes: list[Shape]) -> Shape:
        for (name, _), shape in zip(self.children(), shapes, strict=True):
            if shape != shapes[0]:
                first = self.children()[0][0]
                raise ValueError(
                    f"it needs branches of one shape, but {first!r} gives {by_shape(shapes[0])} "
                    f"and {name!r} gives {by_shape(shape)}"
                )
        return shapes[0]


class Concat(Branches):
    """Branches of the same height and width, one after the other in the channels."""

    def merged_shape(self, shapes: list[Shape]) -> Shape:
        for (name, _), shape in zip(self.children(), shapes, strict=True):
            if shape[1:] != shapes[0][1:]:
                first = self.children()[0][0]
                raise ValueError(
                    f"it needs branches of one height and width, but {first!r} gives "
                    f"{by_shape(shapes[0])} and {name!r} gives {by_shape(shape)}"
                )
        return sum(shape[0] for shape in shapes), *shapes[0][1:]


@dataclass(frozen=True, repr=False, init=False)
class Residual(Add):
    """Layers, with their input added to their output (He et al. 2016, "Deep residual learning").

    Parameters
    ----------
    *layers
        The body, one layer after the other.
    shortcut
        What the input goes through on its way round the body: nothing, if none is given.

    Examples
    --------
    >>> from cnnlib.spec import Conv, ReLU
    >>> Residual(Conv(64, 3, padding=1), ReLU()).summary((64, 56, 56)).output_shape
    (64, 56, 56)
    """

    shortcut: Layer

    def __init__(self, *layers: Layer, shortcut: Layer | None = None, name: str = "") -> None:
        object.__setattr__(self, "shortcut", shortcut or Identity())
        super().__init__(*layers, name=name)

    def children(self) -> tuple[tuple[str, Layer], ...]:
        return ("body", Sequential(*self.layers)), ("shortcut", self.shortcut)

    def _options(self) -> list[str]:
        shortcut = [f"shortcut={self.shortcut!r}"] if self.shortcut != Identity() else []
        return super()._options() + shortcut
