"""Typical mistakes in the layers of a small network: what each computes, and a hint."""

from collections.abc import Callable
from typing import Any

from cnnlib._late import F
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.engine.mistakes import Compute, formulas
from cnnlib.check.lenet import layers_reference as reference

#: A mistake in some results of a layer with weights, and of one without.
_weighted, _plain = formulas("y", "dx", "dw", "db"), formulas("y", "dx")


def _earlier(arguments: Arguments) -> Arguments:
    """Return the batch that the check sends through the layer before."""
    return {**arguments, "x": 1 - 2 * arguments["x"], "dy": arguments["dy"][::-1]}


def _piled_up(forward: Callable[..., Any]) -> Compute:
    """Return a mistake: the gradients of the earlier batch are added."""

    def compute(arguments: Arguments) -> Values | None:
        if arguments["dy"] is None:
            return None
        one, two = (reference.layer(forward, a) for a in (_earlier(arguments), arguments))
        return None, None, one[2] + two[2], one[3] + two[3]

    return compute


def _stale(forward: Callable[..., Any]) -> Compute:
    """Return a mistake: backward uses the x of the earlier batch."""

    def compute(arguments: Arguments) -> Values | None:
        if arguments["dy"] is None:
            return None
        stale = {**arguments, "x": _earlier(arguments)["x"]}
        return None, None, reference.layer(forward, stale)[2], None

    return compute


def _dw(x: Any, dy: Any) -> Any:
    """Correlate x with dy: the images of a batch are its channels, and the other way round."""
    return F.conv2d(x.transpose(0, 1), dy.transpose(0, 1)).transpose(0, 1)


_FLIP = (
    "Forward multiplies the window by the kernel as it is. Follow one weight w[f, c, p, q]: by "
    "which pixel is it multiplied for output (i, j)? Backward uses the same pairs."
)
_SUM = (
    "A weight or a bias is used in every image and at every position, so its gradient is a sum "
    "over all of them."
)
_BATCH = (
    "The average over the batch is taken once, in the loss. Layers only add up the gradients "
    "that they get."
)
_LAST = "Each backward starts from zero: dw and db belong to the last batch only."
_STALE = "Backward needs what the last forward call was given. What does your layer keep, and when?"
_BIAS = "Every filter has one bias, added to each of its outputs."

CONV: tuple[Misconception, ...] = (
    *mistakes(
        "the kernel is flipped", _FLIP, _weighted(y=lambda x, w, b: F.conv2d(x, w.flip(2, 3), b))
    ),
    *mistakes("the bias is missing", _BIAS, _weighted(y=lambda x, w: F.conv2d(x, w, bias=None))),
    *mistakes(
        "the kernel is flipped in dx",
        _FLIP,
        _weighted(dx=lambda dy, w: F.conv_transpose2d(dy, w.flip(2, 3))),
    ),
    *mistakes("dw is flipped", _FLIP, _weighted(dw=lambda x, dy: _dw(x, dy).flip(2, 3))),
    *mistakes(
        "dw and db are averaged over the batch",
        _BATCH,
        _weighted(dw=lambda x, dy: _dw(x, dy) / len(x), db=lambda dy: dy.sum((0, 2, 3)) / len(dy)),
    ),
    *mistakes(
        "db is averaged over the positions",
        _SUM,
        _weighted(db=lambda dy: dy.mean((0, 2, 3))),
        _weighted(db=lambda dy: dy.sum(0).mean((1, 2))),
    ),
    *mistakes(
        "db is summed over the wrong axes",
        _SUM,
        _weighted(db=lambda dy: dy.sum(0)),
        _weighted(db=lambda dy: dy.sum((2, 3))),
        _weighted(db=lambda dy: dy.sum()),
    ),
    *mistakes("gradients accumulate over batches", _LAST, _piled_up(reference.conv)),
    *mistakes("backward uses an earlier batch", _STALE, _stale(reference.conv)),
    *mistakes(
        "dw comes from one image only",
        _SUM,
        _weighted(dw=lambda x, dy: _dw(x[-1:], dy[-1:])),
        _weighted(dw=lambda x, dy: _dw(x[:1], dy[:1])),
    ),
)

LINEAR: tuple[Misconception, ...] = (
    *mistakes(
        "the weights are transposed",
        "w has one row for each output.",
        _weighted(y=lambda x, w, b: x @ w + b),
    ),
    *mistakes(
        "the bias is missing",
        "Every output has a bias of its own.",
        _weighted(y=lambda x, w: x @ w.T),
    ),
    *mistakes(
        "the weights are transposed in dx",
        "Write the shapes of dy, w and x side by side. Which product has the shape of x?",
        _weighted(dx=lambda dy, w: dy @ w.T),
    ),
    *mistakes(
        "dw is transposed",
        "dw has the shape of w: one row for each output.",
        _weighted(dw=lambda x, dy: x.T @ dy),
    ),
    *mistakes(
        "dw and db are averaged over the batch",
        _BATCH,
        _weighted(dw=lambda x, dy: dy.T @ x / len(x), db=lambda dy: dy.mean(0)),
    ),
    *mistakes(
        "db is summed over the wrong axis",
        "Every bias is used in every example, so db is a sum over the batch. Which axis of dy is "
        "the batch?",
        _weighted(db=lambda dy: dy.sum(1)),
        _weighted(db=lambda dy: dy.sum()),
        _weighted(db=lambda dy: dy),
    ),
    *mistakes("gradients accumulate over batches", _LAST, _piled_up(reference.linear)),
    *mistakes("backward uses an earlier batch", _STALE, _stale(reference.linear)),
)


def _spread(dy: Any) -> Any:
    return dy.repeat_interleave(2, 2).repeat_interleave(2, 3)


def _first(dy: Any) -> Any:
    dx = _spread(0 * dy)
    dx[:, :, ::2, ::2] = dy
    return dx


_QUARTER = "Each of the four pixels of a window contributes a quarter to its average."
AVG_POOL: tuple[Misconception, ...] = (
    *mistakes(
        "the sum is taken, not the average", _QUARTER, _plain(y=lambda x: 4 * F.avg_pool2d(x, 2))
    ),
    *mistakes(
        "the largest is taken, not the average",
        "That is max pooling. LeNet's subsampling takes the average.",
        _plain(y=lambda x: F.max_pool2d(x, 2)),
    ),
    *mistakes("one pixel of each window is taken", _QUARTER, _plain(y=lambda x: x[:, :, ::2, ::2])),
    *mistakes(
        "windows overlap",
        "Neighbouring windows are two pixels apart.",
        _plain(y=lambda x: F.avg_pool2d(x, 2, stride=1)),
    ),
    *mistakes("dx is not divided by four", _QUARTER, _plain(dx=_spread)),
    *mistakes("dx is divided by two", _QUARTER, _plain(dx=lambda dy: _spread(dy) / 2)),
    *mistakes(
        "dx goes to one pixel of each window",
        _QUARTER,
        _plain(dx=_first),
        _plain(dx=lambda dy: _first(dy) / 4),
    ),
)


_TANH = "Derive it once on paper, in terms of y = tanh(x), and test it at y = 0.5."
TANH: tuple[Misconception, ...] = (
    *mistakes(
        "the sigmoid instead of tanh",
        "tanh goes from -1 to 1, and is 0 at 0.",
        _plain(y=lambda x: x.sigmoid()),
        _plain(y=lambda x: (2 * x).sigmoid()),
    ),
    *mistakes("the square is missing", _TANH, _plain(dx=lambda x, dy: dy * (1 - x.tanh()))),
    *mistakes("x is used as if it were y", _TANH, _plain(dx=lambda x, dy: dy * (1 - x * x))),
    *mistakes(
        "tanh is applied twice", _TANH, _plain(dx=lambda x, dy: dy * (1 - x.tanh().tanh() ** 2))
    ),
    *mistakes(
        "dy is left out",
        "Backward multiplies dy by the layer's own derivative.",
        _plain(dx=lambda x, dy: 1 - x.tanh() ** 2),
    ),
    *mistakes(
        "backward uses an earlier batch",
        _STALE,
        _plain(dx=lambda x, dy: dy * (1 - (1 - 2 * x).tanh() ** 2)),
    ),
)


LENET5: tuple[Misconception, ...] = (
    *mistakes(
        "a tanh is missing",
        "After which layers does the table at the top say tanh?",
        *(lambda a, i=i: reference.lenet5(a, without=i) for i in range(4)),
    ),
    *mistakes(
        "tanh comes after the average",
        "In the table tanh comes first, then the average.",
        lambda a: reference.lenet5(a, pool_first=True),
    ),
    *mistakes(
        "the logits go through tanh",
        "The last layer is linear: logits may be of any size, and softmax is in the loss.",
        lambda a: reference.lenet5(a, last=reference.tanh),
    ),
    *mistakes(
        "the maps are flattened in the wrong order",
        "The maps are flattened one after the other, each row by row: a plain reshape does that.",
        lambda a: reference.lenet5(a, flatten=lambda x: x.permute(0, 2, 3, 1).flatten(1)),
    ),
)
