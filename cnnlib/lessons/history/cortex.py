"""Cells of the visual cortex as Hubel and Wiesel described them, in a few lines of NumPy.

Simple and complex cells: D. Hubel and T. Wiesel, Journal of Physiology 148 (1959), 160 (1962) and,
in monkeys, 195 (1968). Hypercomplex cells, which stop answering when a bar is too long: Journal of
Neurophysiology 28 (1965). Receptive fields are Gabor functions, as J. Daugman described them in the
Journal of the Optical Society of America A 2 (1985); in the same volume E. Adelson and J. Bergen
give the energy model of complex cells.

Angles are in degrees. The orientation of a bar, a grating or a cell is 0 where its stripes lie
flat, and grows counter-clockwise; 180 is 0 again. A stimulus is an image around 0, the grey of an
empty screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.float64]
SIZE = 61


def _across_and_along(size: int, orientation: float) -> tuple[Image, Image]:
    """Return each pixel's place across and along a line through the middle."""
    places = np.arange(size) - (size - 1) / 2
    x, up = places[None, :], -places[:, None]
    angle = np.deg2rad(orientation)
    return up * np.cos(angle) - x * np.sin(angle), x * np.cos(angle) + up * np.sin(angle)


def grating(
    orientation: float, wavelength: float = 8.0, phase: float = 0.0, size: int = SIZE
) -> Image:
    """Return stripes of an orientation, from -1 to 1; at phase 0 a bright one is in the middle."""
    across, _ = _across_and_along(size, orientation)
    stripes: Image = np.cos(2 * np.pi * across / wavelength + np.deg2rad(phase))
    return stripes


def bar(
    orientation: float,
    *,
    length: float = np.inf,
    width: float = 4.0,
    offset: float = 0.0,
    size: int = SIZE,
) -> Image:
    """Return a bright bar on an empty screen, (size, size), its edges smooth within a pixel.

    Parameters
    ----------
    orientation
        In degrees.
    length, width
        In pixels.
    offset
        Pixels by which the bar is moved sideways.

    Examples
    --------
    >>> bar(90, width=1, length=3, size=5).astype(int)
    array([[0, 0, 0, 0, 0],
           [0, 0, 1, 0, 0],
           [0, 0, 1, 0, 0],
           [0, 0, 1, 0, 0],
           [0, 0, 0, 0, 0]])
    """
    across, along = _across_and_along(size, orientation)
    sides = np.clip(width / 2 - np.abs(across - offset) + 0.5, 0, 1)
    return sides * np.clip(length / 2 - np.abs(along) + 0.5, 0, 1)


@dataclass(frozen=True)
class Gabor:
    """A receptive field: stripes under a Gaussian.

    Parameters
    ----------
    orientation
        Of the stripes, in degrees.
    wavelength
        Pixels from stripe to stripe.
    sigma
        Width of the Gaussian across the stripes, in pixels.
    gamma
        Aspect ratio: along the stripes the Gaussian is `sigma / gamma` wide.
    phase
        0: a bright stripe in the middle; 90: an edge.
    along
        Pixels by which the field is moved along its stripes.
    size
        Rows and columns of the screen.
    """

    orientation: float = 90.0
    wavelength: float = 8.0
    sigma: float = 4.0
    gamma: float = 0.8
    phase: float = 0.0
    along: float = 0.0
    size: int = SIZE

    @cached_property
    def weights(self) -> Image:
        """The weights, (size, size): 0 in sum, and such that the field's own grating gives 1."""
        across, along = _across_and_along(self.size, self.orientation)
        along = along - self.along
        envelope = np.exp(-(across**2 + (self.gamma * along) ** 2) / (2 * self.sigma**2))
        stripes: Image = np.cos(2 * np.pi * across / self.wavelength + np.deg2rad(self.phase))
        # Light over the whole screen hardly excites a cortical cell (Hubel and Wiesel, 1959).
        stripes -= (envelope * stripes).sum() / envelope.sum()
        weights: Image = envelope * stripes * 2 / envelope.sum()
        return weights


class Cell(Protocol):
    """What has a receptive field, and answers a stimulus with a rate of firing."""

    @property
    def gabor(self) -> Gabor:
        """The receptive field."""

    def __call__(self, stimulus: Image) -> float:
        """Return the response to a stimulus, at least 0."""


@dataclass(frozen=True)
class SimpleCell:
    """A cell that adds what falls on its field, weighted, and fires if the sum is positive."""

    gabor: Gabor = Gabor()

    def __call__(self, stimulus: Image) -> float:
        """Return the response to a stimulus of shape (size, size)."""
        return max(0.0, float((self.gabor.weights * stimulus).sum()))


@dataclass(frozen=True)
class ComplexCell:
    """A cell that adds the squares of four simple cells, a quarter of a period apart.

    Of two opposite simple cells only one fires, so this is the energy model: the squares of two
    Gabor filters, one even, one odd. As cos² + sin² = 1, the phase of a grating drops out.
    """

    gabor: Gabor = Gabor()

    @cached_property
    def inputs(self) -> tuple[SimpleCell, ...]:
        """The simple cells it listens to."""
        phases = (self.gabor.phase + quarter for quarter in (0, 90, 180, 270))
        return tuple(SimpleCell(replace(self.gabor, phase=phase)) for phase in phases)

    def __call__(self, stimulus: Image) -> float:
        """Return the response to a stimulus of shape (size, size)."""
        return sum(cell(stimulus) ** 2 for cell in self.inputs)


@dataclass(frozen=True)
class HypercomplexCell:
    """An end-stopped cell: a complex cell excites it, two more, beyond the ends, inhibit it.

    Parameters
    ----------
    gabor
        The field in the middle.
    reach
        Pixels from the middle to each of the inhibiting fields.
    inhibition
        What the inhibiting cells count.
    """

    gabor: Gabor = Gabor()
    reach: float = 13.0
    inhibition: float = 1.0

    @cached_property
    def middle(self) -> ComplexCell:
        """The cell that excites."""
        return ComplexCell(self.gabor)

    @cached_property
    def ends(self) -> tuple[ComplexCell, ComplexCell]:
        """The cells that inhibit."""
        one, other = (self.gabor.along + sign * self.reach for sign in (-1, 1))
        return (
            ComplexCell(replace(self.gabor, along=one)),
            ComplexCell(replace(self.gabor, along=other)),
        )

    def __call__(self, stimulus: Image) -> float:
        """Return the response to a stimulus of shape (size, size)."""
        against = self.inhibition * sum(cell(stimulus) for cell in self.ends)
        return max(0.0, self.middle(stimulus) - against)


def orientation_tuning(cell: Cell, orientations: Iterable[float], length: float = 20.0) -> Image:
    """Return the responses to bars through the middle, one for each orientation.

    Examples
    --------
    >>> angles = [0, 45, 90, 135]
    >>> orientation_tuning(SimpleCell(Gabor(orientation=45)), angles).round(2)
    array([0.01, 0.46, 0.01, 0.  ])
    """
    size = cell.gabor.size
    return np.array([cell(bar(angle, length=length, size=size)) for angle in orientations])


def phase_tuning(cell: Cell, phases: Iterable[float]) -> Image:
    """Return the responses to the cell's own grating, moved through its phases."""
    gabor = cell.gabor
    return np.array(
        [cell(grating(gabor.orientation, gabor.wavelength, p, gabor.size)) for p in phases]
    )


def position_tuning(cell: Cell, offsets: Iterable[float], length: float = 20.0) -> Image:
    """Return the responses to a bar of the cell's own orientation, moved sideways."""
    gabor = cell.gabor
    return np.array(
        [cell(bar(gabor.orientation, length=length, offset=o, size=gabor.size)) for o in offsets]
    )


def length_tuning(cell: Cell, lengths: Iterable[float]) -> Image:
    """Return the responses to bars of the cell's own orientation, one for each length."""
    gabor = cell.gabor
    return np.array([cell(bar(gabor.orientation, length=n, size=gabor.size)) for n in lengths])
