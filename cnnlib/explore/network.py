"""A network at work: every activation, and the products that make it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from cnnlib._late import torch
from cnnlib.data import digits
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import Explorer
from cnnlib.look import Drawing
from cnnlib.spec import Layer, Sequential, Shape, Softmax
from cnnlib.training import fit

if TYPE_CHECKING:
    from torch import nn

Array = NDArray[Any]


class Network(Explorer):
    """See what every unit of a network computes, from a layer to a map to a unit to its products.

    Parameters
    ----------
    net
        Any description in the words of `cnnlib.spec`. A network that the page cannot show is
        refused in one line.
    weights
        A module from `net.to_torch()`, or its `state_dict()`. By default the network is trained
        here, on the bundled digits.
    images, labels
        What can be chosen: (N, channels, height, width) from 0 to 1, and the right answers. By
        default ten of the digits for the test, enlarged to what the network reads.
    epochs, lr, seed
        Of the training.

    Attributes
    ----------
    digit
        Which image goes in; one that somebody draws counts as `ink`.
    layer, map, unit
        What is shown: the step, its map, and the place in the map, counted row by row.
    """

    _esm = bundle(__file__)

    title = traitlets.Unicode().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    program = traitlets.List(traitlets.Dict()).tag(sync=True)
    images = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    digit = traitlets.Int(0, min=0).tag(sync=True)
    layer = traitlets.Int(1, min=0).tag(sync=True)
    map = traitlets.Int(0, min=0).tag(sync=True)
    unit = traitlets.Int(0, min=0).tag(sync=True)
    ink = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(
        self,
        net: Layer | None = None,
        weights: "nn.Module | Mapping[str, Any] | None" = None,
        *,
        images: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        input_shape: Shape | None = None,
        epochs: int = 5,
        lr: float = 3e-3,
        seed: int = 0,
        **settings: Any,
    ) -> None:
        from cnnlib.explore import network_program as programs

        net = _small() if net is None else net
        shape = input_shape or getattr(net, "input_shape", None)
        if shape is None:
            raise ValueError("the input's shape is not known: pass input_shape=(1, 8, 8)")
        programs.check(net, shape)
        if weights is None:
            module = _trained(net, shape, epochs, lr, seed)
        else:
            module = _loaded(net, shape, weights)
        chosen, answers = _ten(shape) if images is None else (np.asarray(images, float), labels)
        if chosen.ndim != 4 or chosen.shape[1:] != tuple(shape):
            raise ValueError(f"images have shape {chosen.shape}; expected (N, {_commas(shape)})")
        words = [""] * len(chosen) if answers is None else [str(x) for x in np.asarray(answers)]
        steps = programs.program(net, shape, module)
        settings.setdefault("unit", _middle(steps, 1))
        super().__init__(
            title=getattr(net, "name", "") or "Network",
            source=_source(net, shape),
            program=steps,
            images=[np.round(image, 4).ravel().tolist() for image in chosen],
            labels=words,
            **settings,
        )

    def still(self) -> str:
        """Return the layers in a row, each with its shape, and the image that goes in."""
        shapes = [step["shape"] for step in self.program]
        drawing = Drawing(
            f"{self.title}, layer by layer: "
            + ", ".join(f"{step['label']} {_times(step['shape'])}" for step in self.program)
        )
        channels, height, width = shapes[0]
        picture = np.reshape(self.images[self.digit], (channels, height, width)).mean(axis=0)
        box = drawing.image(1 - picture, 0, 0, width=260, kind="input", title="input")
        for number, (step, shape) in enumerate(zip(self.program[1:], shapes[1:], strict=True)):
            column, row = divmod(number, 8)
            x, y = box.right + 60 + 260 * column, 34.0 * row
            kind = "kernel" if "w" in step else "muted"
            drawing.text(x, y + 20, [(step["label"], kind), "  " + _times(shape)], size=20,
                         anchor="start")  # fmt: skip
        return drawing.svg()


def _small() -> Sequential:
    """Return a network to begin with."""
    from cnnlib.lessons.networks import pattern

    return pattern(1, 2, 0)


def _trained(net: Layer, shape: Shape, epochs: int, lr: float, seed: int) -> "nn.Module":
    """Train a network on the bundled digits; a softmax at its end is not part of the loss."""
    if shape[0] != 1 or min(shape[1:]) < 8:
        raise ValueError(
            f"the bundled digits are grey and 8 by 8 or larger, and this network reads "
            f"{_times(shape)}: pass weights and images"
        )
    gives = net.summary(shape).output_shape
    if gives != (10,):
        raise ValueError(
            f"to learn the digits a network must give ten scores, and this one gives "
            f"{_times(gives)}: pass weights"
        )
    torch.manual_seed(seed)
    module = net.to_torch(shape)
    layers = list(module.children())
    ends = isinstance(net, Sequential) and net.layers and isinstance(net.layers[-1], Softmax)
    scores = torch.nn.Sequential(*layers[:-1]) if ends else module
    images, labels = digits("train")
    grown = enlarge(images, shape)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # images are small: several threads wait for each other
    try:
        for _ in fit(scores, grown, labels, epochs=epochs, lr=lr, seed=seed, batch=64):
            pass
    finally:
        torch.set_num_threads(threads)
    return module.eval()


def _loaded(net: Layer, shape: Shape, weights: "nn.Module | Mapping[str, Any]") -> "nn.Module":
    state = weights if isinstance(weights, Mapping) else weights.state_dict()
    module = net.to_torch(shape)
    try:
        module.load_state_dict(state)
    except RuntimeError:
        raise ValueError("weights are not those of this network's to_torch()") from None
    return module.eval()


def enlarge(images: Array, shape: Shape) -> Array:
    """Return 8 by 8 digits as large as a network reads them, with a margin where there is room.

    Examples
    --------
    >>> int(enlarge(np.ones((1, 1, 8, 8)), (1, 32, 32)).sum())
    576
    """
    height, width = shape[1:]
    factor = min(height, width) // 8
    if factor > 2 and min(height, width) - 8 * factor < factor:
        factor -= 1
    blocks = np.kron(images, np.ones((factor, factor)))
    rows, columns = height - 8 * factor, width - 8 * factor
    border = ((0, 0), (0, 0), (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
    grown: Array = np.pad(blocks, border)
    return grown


def _ten(shape: Shape) -> tuple[Array, Array]:
    """Return one digit of each kind, from those for the test."""
    if shape[0] != 1 or min(shape[1:]) < 8:
        raise ValueError(f"this network reads {_times(shape)}: pass images of that shape")
    images, labels = digits("test")
    first = [int(np.flatnonzero(labels == digit)[1]) for digit in range(10)]
    return enlarge(images[first], shape), labels[first]


def _middle(steps: list[dict[str, Any]], layer: int) -> int:
    """Return the place in the middle of a layer's maps."""
    if layer >= len(steps) or len(steps[layer]["shape"]) != 3:
        return 0
    _, rows, columns = steps[layer]["shape"]
    return int(rows // 2 * columns + columns // 2)


def _source(net: Layer, shape: Shape) -> str:
    """Return a line that builds the network in PyTorch, and gives it an image."""
    return (
        f"import torch; from cnnlib.spec import *; {net!r}.to_torch({tuple(shape)})"
        f"(torch.zeros(1, {_commas(shape)}))"
    )


def _times(shape: Shape | list[int]) -> str:
    return "×".join(map(str, shape))


def _commas(shape: Shape) -> str:
    return ", ".join(map(str, shape))
