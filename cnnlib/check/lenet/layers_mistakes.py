"""Typical mistakes in the layers of a small network: what each computes, and a hint."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Values, mistakes


def _like(names: str, formula: Callable[..., Any]) -> Callable[[Arguments], Values | None]:
    """Return what computes a mistake from tensors; nothing where one of them is not given."""

    def compute(arguments: Arguments) -> Values | None:
        from cnnlib.check.lenet.layers_reference import changed

        wanted = tuple(names.split())
        if any(arguments[name] is None for name in wanted):
            return None
        return changed(formula, arguments, wanted)

    return compute


def _weighted(
    results: str, names: str, *formulas: Callable[..., Any]
) -> list[Callable[[Arguments], Values | None]]:
    """Return mistakes in some of y, dx, dw, db, each a formula for these in that order."""
    wanted = results.split()

    def spread(formula: Callable[..., Any]) -> Callable[..., Any]:
        def all_results(*tensors: Any) -> tuple[Any, ...]:
            found = formula(*tensors)
            given = iter(found if isinstance(found, tuple) else (found,))
            return tuple(next(given) if r in wanted else None for r in ("y", "dx", "dw", "db"))

        return all_results

    return [_like(names, spread(formula)) for formula in formulas]


def _earlier(arguments: Arguments, kind: str) -> Values | None:
    """Add the gradients of the batch that the check sends through the layer before."""
    if arguments["dy"] is None:
        return None
    from cnnlib.check.lenet.layers_reference import layer

    before = {**arguments, "x": 1 - 2 * arguments["x"], "dy": arguments["dy"][::-1]}
    one, two = layer(kind, before), layer(kind, arguments)
    return None, None, one[2] + two[2], one[3] + two[3]


def _stale(arguments: Arguments, kind: str) -> Values | None:
    """Use the x of the earlier batch in backward."""
    if arguments["dy"] is None:
        return None
    from cnnlib.check.lenet.layers_reference import layer

    return None, None, layer(kind, {**arguments, "x": 1 - 2 * arguments["x"]})[2], None


def _conv(name: str, *arguments: Any, **settings: Any) -> Any:
    import torch.nn.functional as F

    return getattr(F, name)(*arguments, **settings)


def _dw(x: Any, dy: Any) -> Any:
    """Correlate x with dy: the images of a batch are its channels, and the other way round."""
    return _conv("conv2d", x.transpose(0, 1), dy.transpose(0, 1)).transpose(0, 1)


_FLIP = (
    "Forward lays the kernel on the window as it is. Follow one weight w[f, c, p, q]: which pixel "
    "does it meet for output (i, j)? Backward goes the same way back."
)
_SUM = (
    "A weight is used for every image and every place, so its gradient is a sum over all of them."
)
_BATCH = (
    "The average over the batch is taken once, in the loss. Layers only add up what comes to them."
)
_LAST = "Each backward starts anew: dw and db belong to the last batch alone."
_BIAS = "Every filter has one number of bias, added to each of its outputs."

CONV: tuple[Misconception, ...] = (
    *mistakes("the kernel is flipped", _FLIP, *_weighted(
        "y", "x w b", lambda x, w, b: _conv("conv2d", x, w.flip(2, 3), b))),
    *mistakes("the bias is missing", _BIAS, *_weighted(
        "y", "x w", lambda x, w: _conv("conv2d", x, w))),
    *mistakes("the kernel is flipped in dx", _FLIP, *_weighted(
        "dx", "dy w", lambda dy, w: _conv("conv_transpose2d", dy, w.flip(2, 3)))),
    *mistakes("dw is flipped", _FLIP, *_weighted(
        "dw", "x dy", lambda x, dy: _dw(x, dy).flip(2, 3))),
    *mistakes("dw and db are averaged over the batch", _BATCH, *_weighted(
        "dw db", "x dy", lambda x, dy: (_dw(x, dy) / len(x), dy.sum((0, 2, 3)) / len(x)))),
    *mistakes("db is averaged over the places", _SUM, *_weighted(
        "db", "dy", lambda dy: dy.mean((0, 2, 3)), lambda dy: dy.sum(0).mean((1, 2)))),
    *mistakes("db is summed over the wrong axes", _SUM, *_weighted(
        "db", "dy", lambda dy: dy.sum(0), lambda dy: dy.sum((2, 3)), lambda dy: dy.sum())),
    *mistakes("gradients pile up over batches", _LAST, lambda a: _earlier(a, "conv")),
    *mistakes("backward uses an earlier batch", _LAST, lambda a: _stale(a, "conv")),
    *mistakes("dw comes from one image only", _SUM, *_weighted(
        "dw", "x dy", lambda x, dy: _dw(x[-1:], dy[-1:]), lambda x, dy: _dw(x[:1], dy[:1]))),
)  # fmt: skip

LINEAR: tuple[Misconception, ...] = (
    *mistakes("the weights are transposed", "w has one row for each output.", *_weighted(
        "y", "x w b", lambda x, w, b: x @ w + b)),
    *mistakes("the bias is missing", "Every output has a bias of its own.", *_weighted(
        "y", "x w", lambda x, w: x @ w.T)),
    *mistakes("the weights are transposed in dx",
              "Write the shapes of dy, w and x side by side. Which product gives that of x?",
              *_weighted("dx", "dy w", lambda dy, w: dy @ w.T)),
    *mistakes("dw is transposed", "dw has the shape of w: one row for each output.", *_weighted(
        "dw", "x dy", lambda x, dy: x.T @ dy)),
    *mistakes("dw and db are averaged over the batch", _BATCH, *_weighted(
        "dw db", "x dy", lambda x, dy: (dy.T @ x / len(x), dy.mean(0)))),
    *mistakes("db is summed over the wrong axis", _SUM, *_weighted(
        "db", "dy", lambda dy: dy.sum(1), lambda dy: dy.sum(), lambda dy: dy)),
    *mistakes("gradients pile up over batches", _LAST, lambda a: _earlier(a, "linear")),
    *mistakes("backward uses an earlier batch", _LAST, lambda a: _stale(a, "linear")),
)  # fmt: skip


def _plain(results: str, names: str, *formulas: Callable[..., Any]) -> list[Any]:
    """Return mistakes in y or in dx of a layer without weights."""
    first = results == "y"

    def both(formula: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *tensors: (formula(*tensors), None) if first else (None, formula(*tensors))

    return [_like(names, both(formula)) for formula in formulas]


def _spread(dy: Any) -> Any:
    return dy.repeat_interleave(2, 2).repeat_interleave(2, 3)


def _first(dy: Any) -> Any:
    dx = _spread(0 * dy)
    dx[:, :, ::2, ::2] = dy
    return dx


_QUARTER = "Each of the four pixels of a window is worth a quarter of its average."
AVG_POOL: tuple[Misconception, ...] = (
    *mistakes("the sum is taken, not the average", _QUARTER, *_plain(
        "y", "x", lambda x: 4 * _conv("avg_pool2d", x, 2))),
    *mistakes("the largest is taken, not the average",
              "That is max pooling. LeNet's subsampling is an average.",
              *_plain("y", "x", lambda x: _conv("max_pool2d", x, 2))),
    *mistakes("one pixel of each window is taken", _QUARTER,
              *_plain("y", "x", lambda x: x[:, :, ::2, ::2])),
    *mistakes("windows overlap", "Neighbouring windows are two pixels apart.",
              *_plain("y", "x", lambda x: _conv("avg_pool2d", x, 2, stride=1))),
    *mistakes("dx is not divided by four", _QUARTER, *_plain("dx", "dy", _spread)),
    *mistakes("dx is divided by two", _QUARTER, *_plain("dx", "dy", lambda dy: _spread(dy) / 2)),
    *mistakes("dx goes to one pixel of each window", _QUARTER, *_plain(
        "dx", "dy", _first, lambda dy: _first(dy) / 4)),
)  # fmt: skip


_TANH = "Derive it once on paper, written with y = tanh(x), and test it at y = 0.5."
TANH: tuple[Misconception, ...] = (
    *mistakes("this is the sigmoid", "tanh goes from -1 to 1, and is 0 at 0.",
              *_plain("y", "x", lambda x: x.sigmoid(), lambda x: (2 * x).sigmoid())),
    *mistakes("the square is missing", _TANH,
              *_plain("dx", "x dy", lambda x, dy: dy * (1 - x.tanh()))),
    *mistakes("x is taken for y", _TANH, *_plain("dx", "x dy", lambda x, dy: dy * (1 - x * x))),
    *mistakes("tanh is applied twice", _TANH,
              *_plain("dx", "x dy", lambda x, dy: dy * (1 - x.tanh().tanh() ** 2))),
    *mistakes("dy is left out", "Backward multiplies dy by the layer's own derivative.",
              *_plain("dx", "x dy", lambda x, dy: 1 - x.tanh() ** 2)),
    *mistakes("backward uses an earlier batch", _LAST,
              *_plain("dx", "x dy", lambda x, dy: dy * (1 - (1 - 2 * x).tanh() ** 2))),
)  # fmt: skip


def _entropy(formula: Callable[..., Any]) -> Callable[[Arguments], Values]:
    """Return a mistake as a formula of logits and of the labels as rows with a single one."""

    def compute(arguments: Arguments) -> Values:
        from cnnlib.check.engine.devices import array, tensor

        classes = np.eye(arguments["logits"].shape[1])
        loss, gradient = formula(tensor(arguments["logits"]), tensor(classes[arguments["labels"]]))
        return (None if loss is None else array(loss)), (
            None if gradient is None else array(gradient)
        )

    return compute


_MEAN = "The loss is the average over the batch. What does that do to each example's gradient?"
CROSS_ENTROPY: tuple[Misconception, ...] = (
    *mistakes("loss and gradient are sums over the batch", _MEAN, _entropy(
        lambda z, t: (-(t * z.log_softmax(1)).sum(), z.softmax(1) - t))),
    *mistakes("the gradient is not divided by the batch size", _MEAN,
              _entropy(lambda z, t: (None, z.softmax(1) - t))),
    *mistakes("the loss is a sum over the batch", _MEAN,
              _entropy(lambda z, t: (-(t * z.log_softmax(1)).sum(), None))),
    *mistakes("the averages are over all classes, too",
              "Each example has one loss. Divide by the number of examples only.",
              _entropy(lambda z, t: (-(t * z.log_softmax(1)).mean(), None)),
              _entropy(lambda z, t: (None, (z.softmax(1) - t) / t.numel()))),
    *mistakes("the right class is not taken off",
              "At the right class the gradient is negative: more there makes the loss smaller.",
              _entropy(lambda z, t: (None, z.softmax(1) / len(z))),
              _entropy(lambda z, t: (None, z.softmax(1)))),
    *mistakes("the gradient's sign is wrong",
              "Gradients point uphill: more at the right class makes the loss smaller.",
              _entropy(lambda z, t: (None, (t - z.softmax(1)) / len(z))),
              _entropy(lambda z, t: (None, t - z.softmax(1)))),
    *mistakes("the loss's sign is wrong", "The logarithm of a probability is negative.",
              _entropy(lambda z, t: ((t * z.log_softmax(1)).sum(1).mean(), None))),
    *mistakes("softmax runs down the batch",
              "The probabilities of one example add up to 1, over its classes. Which axis is that?",
              _entropy(lambda z, t: (-(t * z.log_softmax(0)).sum(1).mean(), None)),
              _entropy(lambda z, t: (None, (z.softmax(0) - t) / len(z)))),
)  # fmt: skip


def _lenet5(change: int | str) -> Callable[[Arguments], Values]:
    """Return the network without one of its activations, or otherwise changed."""

    def compute(arguments: Arguments) -> Values:
        from cnnlib.check.lenet.layers_reference import lenet5_otherwise, lenet5_without

        if isinstance(change, int):
            return lenet5_without(arguments, change)
        return lenet5_otherwise(arguments, change)

    return compute


LENET5: tuple[Misconception, ...] = (
    *mistakes("a tanh is missing", "After which layers does the table at the top say tanh?",
              *map(_lenet5, range(4))),
    *mistakes("tanh comes after the average", "In the table tanh comes first, then the average.",
              _lenet5("pool first")),
    *mistakes("the logits go through tanh",
              "The last layer is linear: logits may be of any size, and softmax is in the loss.",
              _lenet5("tanh at the end")),
    *mistakes("the maps are flattened in another order",
              "Flattened are the maps one after the other, each row by row: a plain reshape.",
              _lenet5("flatten")),
)  # fmt: skip
