"""What a unit sees of the image: computed, and measured beside it.

The computed field is exact for any network of `cnnlib.spec`: dilation, branches, transposed
convolutions, adaptive pooling. The measured one comes from the gradient of one output unit, and
takes any `torch.nn.Module`.

Sources: A. Araujo, W. Norris and J. Sim, "Computing receptive fields of convolutional neural
networks", Distill (2019), for size, stride and offset; W. Luo et al., "Understanding the effective
receptive field in deep convolutional neural networks", NIPS 2016.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnlib._arguments import Size, pair
from cnnlib._late import torch
from cnnlib.spec import Layer, ReceptiveField, Shape, SpecError, Undefined, trace

__all__ = ["Measured", "ReceptiveField", "linearise", "measure", "receptive_field"]


def receptive_field(
    net: Layer, input_shape: Shape | None = None, at: str | None = None
) -> ReceptiveField:
    """Compute the receptive field of the units of one layer.

    Parameters
    ----------
    net
        The network.
    input_shape
        (channels, height, width); the network's own where it states one.
    at
        The path of the layer, as in the rows of `net.summary()`; the last one if none is given.

    Raises
    ------
    SpecError
        Where there is no one field: branches are misaligned (both are named), padding makes the
        offset undefined, or the layer's units have no place in the image.
    KeyError
        If there is no layer at that path.

    Examples
    --------
    >>> from cnnlib.spec import Conv, MaxPool, Sequential
    >>> net = Sequential(Conv(8, 3, padding=1), MaxPool(2), Conv(8, 3, padding="same"))
    >>> field = receptive_field(net, (3, 32, 32))
    >>> print(field)
    8 pixels, stride 2, offset -3
    >>> field.centre((0, 0))
    (0.5, 0.5)
    """
    steps = trace(net, input_shape)
    found = [step for step in steps if at in (None, step.path)]
    if not found:
        raise KeyError(
            f"no layer at {at!r}; there are {', '.join(s.path for s in steps) or 'none'}"
        )
    step = found[-1]
    if isinstance(step.field, Undefined):
        where = step.path or type(step.layer).__name__
        raise SpecError(f"{where} has no receptive field: {step.field.reason}")
    return step.field


@dataclass(frozen=True, eq=False)
class Measured:
    """What one output unit saw of one image.

    Attributes
    ----------
    rows, columns
        From the first to the last input position with an influence; empty where there is none.
        What lies outside the image cannot be measured.
    effective
        The effective receptive field: the absolute gradient, summed over channels, (height, width).
    """

    rows: range
    columns: range
    effective: npt.NDArray[np.float64]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the field, within the image."""
        return len(self.rows), len(self.columns)

    def __str__(self) -> str:
        height, width = self.size
        if not height:
            return "nothing seen"
        return (
            f"{height}×{width}: rows {self.rows[0]} to {self.rows[-1]}, "
            f"columns {self.columns[0]} to {self.columns[-1]}"
        )


def measure(
    module: torch.nn.Module, input_shape: Shape, unit: Size | None = None, at: str | None = None
) -> Measured:
    """Measure the receptive field of one output unit by its gradient.

    The gradient of the unit, summed over its channels, for one random image (the same at each
    call). A trained network with ReLU and max pooling shows only what *this* image lets through;
    `linearise` shows all that could be.

    Parameters
    ----------
    module
        Any module that takes (1, channels, height, width). It is run in evaluation mode, and its
        state and its parameters' gradients stay as they were.
    input_shape
        (channels, height, width).
    unit
        (row, column) in the output map; the middle one if none is given.
    at
        The name of a submodule, the output of which is measured; the whole if none is given.

    Raises
    ------
    ValueError
        If there is no such unit.
    """
    parameter = next(module.parameters(), torch.empty(0))
    generator = torch.Generator().manual_seed(0)
    # Positive, like an image, so that in a linearised copy even `torch.relu` lets it through.
    image = torch.rand(1, *input_shape, generator=generator)
    image = image.to(parameter.device, parameter.dtype).requires_grad_()
    output = _output_at(module, image, at)
    if output.dim() == 4:
        height, width = output.shape[2:]
        row, column = (height // 2, width // 2) if unit is None else pair(unit, "unit")
        if not (0 <= row < height and 0 <= column < width):
            raise ValueError(f"there is no unit ({row}, {column}) in a map of {height}×{width}")
        output = output[0, :, row, column]
    (gradient,) = torch.autograd.grad(output.sum(), image)
    effective = gradient.abs().sum(dim=(0, 1)).double().cpu().numpy()
    return Measured(_reach(effective.sum(axis=1)), _reach(effective.sum(axis=0)), effective)


def linearise(module: torch.nn.Module) -> torch.nn.Module:
    """Copy a module such that a measurement shows its whole theoretical field.

    Weights become equal and positive, activations, normalisations and dropout let everything
    through, and a maximum becomes a sum: no path from the input is shut, and none cancels another.
    The copy computes in float64, so that faint paths do not vanish.

    Raises
    ------
    TypeError
        If PyTorch has a module in it of which we do not know whether it lets everything through.
    """
    from cnnlib.spec.linearise import linear_copy  # it derives classes from PyTorch's

    return linear_copy(module)


def _output_at(module: torch.nn.Module, image: torch.Tensor, at: str | None) -> torch.Tensor:
    """Run the module in evaluation mode; give the output of the submodule `at`."""
    outputs: list[torch.Tensor] = []
    part = module if at is None else module.get_submodule(at)
    hook = part.register_forward_hook(lambda _module, _inputs, output: outputs.append(output))
    modes = {each: each.training for each in module.modules()}
    try:
        module.eval()
        module(image)
    finally:
        hook.remove()
        for each, training in modes.items():
            each.training = training
    return outputs[0]


def _reach(influence: npt.NDArray[np.float64]) -> range:
    places = np.flatnonzero(influence)
    return range(int(places[0]), int(places[-1]) + 1) if places.size else range(0)
