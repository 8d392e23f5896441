"""Networks drawn to one scale, as rows of their volumes."""

from collections.abc import Mapping, Sequence

from cnnlib.look import Box, Drawing
from cnnlib.look.parts import Words
from cnnlib.spec import Add, Concat, Conv, Layer, Linear, Sequential, Shape


def volumes(net: Sequential) -> list[Shape]:
    """Return the shapes of the input and of what each learning layer or block gives.

    Examples
    --------
    >>> from cnnlib.zoo import lenet5
    >>> volumes(lenet5("modern"))[:3]
    [(1, 32, 32), (6, 28, 28), (16, 10, 10)]
    """
    shapes: list[Shape] = [net.summary().input_shape]
    shape = shapes[0]
    for layer in net.layers:
        shape = layer.output_shape(shape)
        if isinstance(layer, Conv | Linear | Add | Concat | Sequential):
            shapes.append(shape)
    return shapes


def depth(net: Layer) -> int:
    """Return the layers that learn on the longest way through a network.

    Examples
    --------
    >>> from cnnlib.zoo import googlenet, resnet
    >>> depth(googlenet()), depth(resnet(50))
    (22, 50)
    """
    if isinstance(net, Add | Concat):
        return max(depth(child) for _, child in net.children())
    if isinstance(net, Sequential):
        return sum(depth(layer) for layer in net.layers)
    return int(isinstance(net, Conv | Linear))


def draw_ancestors(
    nets: Mapping[str, Sequential], *, width: float = 1150, row: float = 88, side: float = 0.37,
    years: Mapping[str, int] | None = None,
    count: int | None = None,
) -> Drawing:  # fmt: skip
    """Draw networks below each other, all to one scale.

    A volume is as high as its maps are, and as long as it has channels.

    Parameters
    ----------
    nets
        By the name that is written beside them.
    row
        Height of a row.
    side
        Units per pixel of a map.
    years
        Of the networks, written at the end of each row, with the layers and the parameters; by
        default nothing is written there.
    count
        Draw only so many of them; the scale is that of all.
    """
    first = list(nets)[:count]
    counts = {name: net.summary().parameters for name, net in nets.items()}
    drawing = Drawing(
        "Networks to one scale: "
        + "; ".join(f"{name}, {depth(net)} layers, {counts[name]:,} parameters"
                    for name, net in nets.items() if name in first)
    )  # fmt: skip
    shapes = {name: volumes(net) for name, net in nets.items()}
    left, gap = 180.0, 3.0
    room = width - left - (400 if years else 0)
    longest = max(sum(s[0] for s in each) for each in shapes.values())
    per_channel = min(
        (room - gap * len(each)) / sum(s[0] for s in each)
        for each in shapes.values()
        if sum(s[0] for s in each) > longest / 3
    )
    for number, name in enumerate(first):
        each = shapes[name]
        middle = row * (number + 0.5)
        drawing.text(left - 20, middle + 9, name, size=25, anchor="end", bold=True)
        x = left
        for place, shape in enumerate(each):
            high = max(4.0, side * shape[1]) if len(shape) == 3 else 4.0
            box = Box(x, middle - high / 2, max(2.0, per_channel * shape[0]), high)
            kind = "input" if place == 0 else "output" if len(shape) == 3 else "ink"
            drawing.frame(box, kind, width=1, fill=0.55)
            x = box.right + gap
        if years:
            drawing.text(width - 340, middle + 9, str(years[name]), size=25, kind="muted")
            what: Words = [(_short(counts[name]), "kernel"), f" · {depth(nets[name])} layers"]
            drawing.text(width, middle + 9, what, size=25, anchor="end", bold=True)
    drawing.room(-14, 0, width, row * len(nets))
    return drawing


def _short(count: int) -> str:
    return f"{count / 1e6:.1f} M" if count >= 1e6 else f"{count / 1e3:.1f} k"


def draw_volumes(layers: Sequence[tuple[str, Shape]], scale: float = 1.0) -> Drawing:
    """Draw one network large: every volume in oblique projection, with its name and shape."""
    drawing = Drawing("; ".join(f"{name} {'×'.join(map(str, s))}" for name, s in layers))
    maps = [shape for _, shape in layers if len(shape) == 3]
    tall = scale * 300 / max(shape[1] for shape in maps)
    step = 1150 / len(layers)
    floor = 420.0
    for number, (name, shape) in enumerate(layers):
        x = step * number
        kind = "input" if number == 0 else "output"
        if len(shape) == 3:
            high = max(10.0, tall * shape[1])
            deep = min(step - 40, max(5.0, 0.16 * shape[0]))
            slant = 0.28 * high * min(1.0, (step - deep) / max(0.28 * high, 1))
            _solid(drawing, x, floor, deep, high, slant, kind)
        else:
            drawing.frame(Box(x, floor - 0.07 * shape[0], 18, 0.07 * shape[0]), "ink", width=1.5,
                          fill=0.45)  # fmt: skip
        words = f"{shape[1]}² × {shape[0]}" if len(shape) == 3 else f"{shape[0]:,}"
        drawing.text(x, floor + 34, name, size=21, anchor="start", bold=True)
        drawing.text(x, floor + 62, words, size=19, anchor="start", kind="muted")
    return drawing


def _solid(
    drawing: Drawing, x: float, floor: float, deep: float, high: float, slant: float, kind: str
) -> None:
    top = floor - high
    front = [(x, top), (x + deep, top), (x + deep, floor), (x, floor)]
    lid = [(x, top), (x + slant, top - slant), (x + deep + slant, top - slant), (x + deep, top)]
    side = [(x + deep, top), (x + deep + slant, top - slant), (x + deep + slant, floor - slant),
            (x + deep, floor)]  # fmt: skip
    for face, fill in ((front, 0.5), (lid, 0.3), (side, 0.2)):
        drawing.path(face, kind, width=1.5, fill=fill, closed=True)
