"""Follow an input through a network: every layer's shapes and receptive field, in one pass."""

from dataclasses import dataclass, replace

from cnnlib._arguments import whole
from cnnlib.spec._combine import Branches, Sequential
from cnnlib.spec._fields import ReceptiveField, Undefined, merge
from cnnlib.spec._layer import Layer, Shape, SpecError


@dataclass(frozen=True, slots=True)
class Step:
    """A layer at its place in a network; a sum or a concatenation comes after its branches."""

    path: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    field: ReceptiveField | Undefined


def trace(net: Layer, input_shape: Shape | None = None) -> list[Step]:
    """Follow an input of this shape through a network.

    Raises
    ------
    SpecError
        If a layer cannot take what comes in, or no input shape is known.
    """
    shape = known_shape(net, input_shape)
    field = (
        ReceptiveField.of_image(*shape[1:])
        if len(shape) == 3
        else Undefined("the network's input is a vector: its numbers have no places")
    )
    steps: list[Step] = []
    _follow(net, "", shape, field, steps)
    return steps


def known_shape(net: Layer, input_shape: Shape | None) -> Shape:
    """Give the shape of the input: the one that is asked for, or the network's own."""
    shape = getattr(net, "input_shape", None) if input_shape is None else input_shape
    if shape is None:
        raise SpecError(
            "the input's shape is not known: pass input_shape=(channels, height, width), or state "
            "it in Sequential(…, input_shape=…)"
        )
    if len(shape) not in (1, 3):
        raise SpecError(
            f"input_shape must be (channels, height, width) or (features,), got {shape}"
        )
    return tuple(whole(n, "input_shape", least=1) for n in shape)


def join(path: str, name: str) -> str:
    """Give a child's path: the names down to it, with dots, as in `torch.nn.Module`."""
    return f"{path}.{name}" if path else name


def _follow(
    layer: Layer,
    path: str,
    shape: Shape,
    field: ReceptiveField | Undefined,
    steps: list[Step],
) -> tuple[Shape, ReceptiveField | Undefined]:
    if isinstance(layer, Sequential):
        for name, child in layer.children():
            shape, field = _follow(child, join(path, name), shape, field, steps)
        return shape, field
    try:
        if isinstance(layer, Branches):
            after, field = _merge(layer, path, shape, field, steps)
        else:
            after, before = layer.output_shape(shape), field
            field = layer.receptive_field(before, shape)
            if field is not before and isinstance(field, ReceptiveField) and len(after) == 3:
                field = field.of_units(*after[1:])
    except SpecError:
        raise  # it names a layer further in
    except ValueError as error:
        where = f"{path}: {_brief(layer)}" if path else _brief(layer)
        raise SpecError(f"{where} cannot take {shape}: {error}") from None
    steps.append(Step(path, layer, shape, after, field))
    return after, field


def _merge(
    layer: Branches,
    path: str,
    shape: Shape,
    field: ReceptiveField | Undefined,
    steps: list[Step],
) -> tuple[Shape, ReceptiveField | Undefined]:
    """Follow every branch from the same input, then put them together."""
    children = layer.children()
    if not children:
        raise ValueError("it needs at least one branch")
    ends = [_follow(child, join(path, name), shape, field, steps) for name, child in children]
    after = layer.merged_shape([shape for shape, _ in ends])
    paths = [join(path, name) for name, _ in children]
    fields = [field for _, field in ends]
    return after, merge(list(zip(paths, fields, strict=True)), after[1:])


def _brief(layer: Layer) -> str:
    """Write a layer as it was written down, less its name: that is in the path."""
    if isinstance(layer, Branches):
        return f"{type(layer).__name__}(…)"
    return repr(replace(layer, name=""))
