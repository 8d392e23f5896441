"""Typical mistakes in the layers of a small network: what each computes, and a hint."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from cnnlib._late import F
from cnnlib.check.engine.case import Arguments
from cnnlib.check.engine.check import Misconception, Raises, Values, mistakes
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.engine.mistakes import Compute, formulas, raising
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
        "db is averaged over the places",
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
    *mistakes("gradients pile up over batches", _LAST, _piled_up(reference.conv)),
    *mistakes("backward uses an earlier batch", _LAST, _stale(reference.conv)),
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
        "Write the shapes of dy, w and x side by side. Which product gives that of x?",
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
        _SUM,
        _weighted(db=lambda dy: dy.sum(1)),
        _weighted(db=lambda dy: dy.sum()),
        _weighted(db=lambda dy: dy),
    ),
    *mistakes("gradients pile up over batches", _LAST, _piled_up(reference.linear)),
    *mistakes("backward uses an earlier batch", _LAST, _stale(reference.linear)),
)


def _spread(dy: Any) -> Any:
    return dy.repeat_interleave(2, 2).repeat_interleave(2, 3)


def _first(dy: Any) -> Any:
    dx = _spread(0 * dy)
    dx[:, :, ::2, ::2] = dy
    return dx


_QUARTER = "Each of the four pixels of a window is worth a quarter of its average."
AVG_POOL: tuple[Misconception, ...] = (
    *mistakes(
        "the sum is taken, not the average", _QUARTER, _plain(y=lambda x: 4 * F.avg_pool2d(x, 2))
    ),
    *mistakes(
        "the largest is taken, not the average",
        "That is max pooling. LeNet's subsampling is an average.",
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


_TANH = "Derive it once on paper, written with y = tanh(x), and test it at y = 0.5."
TANH: tuple[Misconception, ...] = (
    *mistakes(
        "this is the sigmoid",
        "tanh goes from -1 to 1, and is 0 at 0.",
        _plain(y=lambda x: x.sigmoid()),
        _plain(y=lambda x: (2 * x).sigmoid()),
    ),
    *mistakes("the square is missing", _TANH, _plain(dx=lambda x, dy: dy * (1 - x.tanh()))),
    *mistakes("x is taken for y", _TANH, _plain(dx=lambda x, dy: dy * (1 - x * x))),
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
        _LAST,
        _plain(dx=lambda x, dy: dy * (1 - (1 - 2 * x).tanh() ** 2)),
    ),
)


def _entropy(**wrong: Callable[..., Any]) -> Callable[[Arguments], Any]:
    """Return a mistake in the loss or its gradient: formulas of logits z and one-hot labels t."""
    made = formulas("loss", "dlogits")(**wrong)

    def compute(arguments: Arguments) -> Any:
        logits, labels = arguments["logits"], arguments["labels"]
        return made({"z": logits, "t": np.eye(logits.shape[1])[labels]})

    return compute


#: exp(-x) is 0, and exp(x) infinite, from about this x on; in float32 much earlier.
_FAR = 700


def _raises(when: Callable[[Any], Any], like: str) -> Callable[[Arguments], Any]:
    """Return a mistake that NumPy warns of, and the check raises, for some logits."""
    return raising(lambda a: bool(when(a["logits"]).any()), like, reference.cross_entropy)


def _below_own(z: Any) -> Any:
    """Return where a logit is far below the largest of its example."""
    return z.max(axis=1, keepdims=True) - z > _FAR


def _below_all(z: Any) -> Any:
    """Return which examples are far below the largest logit of the batch."""
    return z.max() - z.max(axis=1) > _FAR


#: What people add to a probability, or take at least, so that its logarithm exists.
_FLOORS = (1e-12, 1e-10, 1e-8, 1e-7, 1e-9, 1e-15, 1e-16, 1e-6, 1e-5, 1e-20, 1e-300)


def _floored(z: Any, t: Any, how: str, floor: float) -> Any:
    p = z.softmax(1)
    limited = {"add": p + floor, "clip": p.clamp(min=floor), "clip both": p.clamp(floor, 1 - floor)}
    return -(t * limited[how].log()).sum(1).mean()


def _shifted(z: Any, axis: int) -> Any:
    """Return logarithms of softmax with the maximum of each row and a sum along another axis."""
    low = z - z.amax(1, True)
    return low - low.exp().sum(axis, keepdim=True).log()


def _labels_by_class(arguments: Arguments) -> Any:
    logits, labels = arguments["logits"], arguments["labels"]
    n, classes = logits.shape
    if classes > n:
        return Raises("IndexError")
    right = np.asarray(labels[:classes] == np.arange(classes), dtype=float)
    return None, array((tensor(logits).softmax(1) - tensor(right)) / n)


_MEAN = "The loss is the average over the batch. What does that do to each example's gradient?"
CROSS_ENTROPY: tuple[Misconception, ...] = (
    *mistakes(
        "loss and gradient are sums over the batch",
        _MEAN,
        _entropy(
            loss=lambda z, t: -(t * z.log_softmax(1)).sum(), dlogits=lambda z, t: z.softmax(1) - t
        ),
    ),
    *mistakes(
        "the gradient is not divided by the batch size",
        _MEAN,
        _entropy(dlogits=lambda z, t: z.softmax(1) - t),
    ),
    *mistakes(
        "the loss is a sum over the batch",
        _MEAN,
        _entropy(loss=lambda z, t: -(t * z.log_softmax(1)).sum()),
    ),
    *mistakes(
        "the averages are over all classes, too",
        "Each example has one loss. Divide by the number of examples only.",
        _entropy(loss=lambda z, t: -(t * z.log_softmax(1)).mean()),
        _entropy(dlogits=lambda z, t: (z.softmax(1) - t) / t.numel()),
    ),
    *mistakes(
        "the right class is not taken off",
        "At the right class the gradient is negative: more there makes the loss smaller.",
        _entropy(dlogits=lambda z, t: z.softmax(1) / len(z)),
        _entropy(dlogits=lambda z, t: z.softmax(1)),
    ),
    *mistakes(
        "the gradient's sign is wrong",
        "Gradients point uphill: more at the right class makes the loss smaller.",
        _entropy(dlogits=lambda z, t: (t - z.softmax(1)) / len(z)),
        _entropy(dlogits=lambda z, t: t - z.softmax(1)),
    ),
    *mistakes(
        "the loss's sign is wrong",
        "The logarithm of a probability is negative.",
        _entropy(loss=lambda z, t: (t * z.log_softmax(1)).sum(1).mean()),
    ),
    *mistakes(
        "softmax runs down the batch",
        "The probabilities of one example add up to 1, over its classes. Which axis is that?",
        _entropy(loss=lambda z, t: -(t * z.log_softmax(0)).sum(1).mean()),
        _entropy(dlogits=lambda z, t: (z.softmax(0) - t) / len(z)),
    ),
)


CROSS_ENTROPY += (
    *mistakes(
        "the logarithm of a probability that is 0",
        "A probability can be so small that it is rounded to 0, and log 0 is minus infinity. Can "
        "the logarithm of softmax be written without dividing first?",
        _raises(_below_own, "divide by zero encountered in log"),
    ),
    *mistakes(
        "the maximum is not subtracted",
        "exp(1000) is larger than any float. What changes in softmax if the same number is "
        "subtracted from all logits of an example?",
        _raises(lambda z: np.abs(z) > _FAR, "overflow|invalid value|divide by zero"),
    ),
    *mistakes(
        "the maximum of the whole batch is subtracted",
        "Each example has its own largest logit. What is left of an example whose logits are all "
        "far below the batch's maximum?",
        _raises(_below_all, "invalid value|divide by zero"),
    ),
    *mistakes(
        "a small constant is added to the probability",
        "With 1e-12 inside the logarithm, the loss can never be more than 27. How large is it for "
        "logits in the thousands? Can the logarithm of softmax be written without dividing first?",
        *(_entropy(loss=partial(_floored, how=how, floor=floor))
          for how in ("add", "clip", "clip both") for floor in _FLOORS),
    ),
    *mistakes(
        "log10 in place of the natural logarithm",
        "np.log is the natural logarithm. Which one do you use?",
        _entropy(loss=lambda z, t: -(t * z.log_softmax(1)).sum(1).mean() / math.log(10)),
        _entropy(loss=lambda z, t: (
            (z.logsumexp(1) - z.amax(1)) / math.log(10) - (t * (z - z.amax(1, True))).sum(1)
        ).mean()),
    ),
    *mistakes(
        "the exponential of the right logit is taken off, not the logit",
        "log(exp(z) / sum) is z minus the logarithm of the sum. What do you subtract?",
        _entropy(loss=lambda z, t: (
            z.logsumexp(1) - z.amax(1) - (t * (z - z.amax(1, True)).exp()).sum(1)
        ).mean()),
        _entropy(loss=lambda z, t: (
            z.logsumexp(1) - z.amax(1) - (t * (z - z.amax(1, True)).exp()).sum(1)
        ).sum()),
    ),
    *mistakes(
        "labels are read by the class, not by the example",
        "labels[n] belongs to example n. Which index does your code put there?",
        _labels_by_class,
    ),
    *mistakes(
        "the gradient at the right class counts twice",
        "At the right class the gradient is p - 1, once. Is something added there before or "
        "afterwards?",
        _entropy(dlogits=lambda z, t: (z.softmax(1) * (1 + t) - t) / len(z)),
        _entropy(dlogits=lambda z, t: z.softmax(1) * (1 + t) - t),
        _entropy(dlogits=lambda z, t: (z.softmax(1) - 2 * t) / len(z)),
    ),
    *mistakes(
        "only the sum of softmax runs down the batch",
        "The probabilities of one example add up to 1, over its classes. Which axis is that?",
        _entropy(
            loss=lambda z, t: -(t * _shifted(z, 0)).sum(1).mean(),
            dlogits=lambda z, t: (_shifted(z, 0).exp() - t) / len(z),
        ),
    ),
)  # fmt: skip


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
        "the maps are flattened in another order",
        "Flattened are the maps one after the other, each row by row: a plain reshape.",
        lambda a: reference.lenet5(a, flatten=lambda x: x.permute(0, 2, 3, 1).flatten(1)),
    ),
)
