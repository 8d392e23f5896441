"""Layers in which each unit reads its own place: activations, normalisation, dropout, reshaping."""

from dataclasses import dataclass

from cnnlib._arguments import whole
from cnnlib.spec._fields import ReceptiveField, Undefined
from cnnlib.spec._layer import Layer, Shape, as_map


class Activation(Layer):
    """A function of one number, called and parametrised as in `torch.nn`.

    One without parameters needs no declaration: a layer is a frozen dataclass already.
    """


class ReLU(Activation):
    """max(0, x)."""


class ReLU6(Activation):
    """min(max(0, x), 6)."""


@dataclass(frozen=True, repr=False)
class LeakyReLU(Activation):
    """x where positive, `negative_slope`·x elsewhere."""

    negative_slope: float = 0.01


@dataclass(frozen=True, repr=False)
class PReLU(Activation):
    """x where positive, a·x elsewhere; a is learnt, one for all channels or one for each."""

    num_parameters: int = 1

    def output_shape(self, shape: Shape) -> Shape:
        if self.num_parameters not in (1, shape[0]):
            raise ValueError(
                f"num_parameters must be 1 or the {shape[0]} channels, got {self.num_parameters}"
            )
        return shape

    def weights(self, shape: Shape) -> int:
        return self.num_parameters


@dataclass(frozen=True, repr=False)
class ELU(Activation):
    """x where positive, `alpha`·(exp(x) − 1) elsewhere."""

    alpha: float = 1.0


class SELU(Activation):
    """A scaled ELU that keeps mean 0 and variance 1."""


class GELU(Activation):
    """x times the probability that a normal variable is below x."""


class SiLU(Activation):
    """x·sigmoid(x), also called swish."""


class Sigmoid(Activation):
    """1 / (1 + exp(−x))."""


class Tanh(Activation):
    """The hyperbolic tangent."""


class Softplus(Activation):
    """log(1 + exp(x))."""


class Softsign(Activation):
    """x / (1 + |x|)."""


class Hardtanh(Activation):
    """x, held between −1 and 1."""


class Softmax(Layer):
    """Shares that sum to one, over the channels of each place or over a vector."""


class Identity(Layer):
    """What comes in goes out: a branch without layers."""


@dataclass(frozen=True, repr=False)
class Dropout(Layer):
    """Zeroes each number with probability `p` while training, as `torch.nn.Dropout`."""

    p: float = 0.5


@dataclass(frozen=True, repr=False)
class LRN(Layer):
    """Local response normalisation across `size` channels, as `torch.nn.LocalResponseNorm`."""

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def output_shape(self, shape: Shape) -> Shape:
        return as_map(shape)


@dataclass(frozen=True, repr=False)
class BatchNorm(Layer):
    """Batch normalisation of each channel, as `torch.nn.BatchNorm2d` (or 1d, for a vector).

    Its scales count as weights, its shifts as biases; running statistics are not learnt and not
    counted. It costs no multiply-adds: at test time it is folded into the convolution before it.
    """

    eps: float = 1e-5
    momentum: float = 0.1
    affine: bool = True

    def weights(self, shape: Shape) -> int:
        return shape[0] if self.affine else 0

    def biases(self, shape: Shape) -> int:
        return self.weights(shape)


class Flatten(Layer):
    """Lay a map out as a vector, channel by channel."""

    def output_shape(self, shape: Shape) -> Shape:
        size = 1
        for n in shape:
            size *= n
        return (size,)

    def receptive_field(
        self, seen: ReceptiveField | Undefined, shape: Shape
    ) -> ReceptiveField | Undefined:
        if isinstance(seen, Undefined) or len(shape) == 1:
            return seen
        whole_map = ReceptiveField(seen.height.whole(shape[1]), seen.width.whole(shape[2]))
        if shape[1:] == (1, 1):
            return whole_map
        return Undefined("each unit of a flattened map has a field of its own", whole_map)


@dataclass(frozen=True, repr=False)
class Channels(Layer):
    """Select channels: of a stack of an image and its optical flow, one of the two.

    Parameters
    ----------
    start, stop
        As in a slice: the first channel, and the one after the last.
    """

    start: int
    stop: int

    def output_shape(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape)
        if not 0 <= whole(self.start, "start") < whole(self.stop, "stop") <= channels:
            raise ValueError(
                f"it needs 0 ≤ start < stop ≤ {channels} channels, got {self.start} and {self.stop}"
            )
        return self.stop - self.start, height, width

    @property
    def label(self) -> str:
        return f"channels {self.start}–{self.stop - 1}"
