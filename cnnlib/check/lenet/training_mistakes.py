"""Typical mistakes in training: what each computes, and a hint."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.engine.devices import array, tensor
from cnnlib.check.lenet.training_reference import bad_epochs, plateau, step_decay, stopping

#: One step as a mistake makes it: from w, dw, v, lr, momentum, weight_decay to w and v.
Step = Callable[[Any, Any, Any, float, float, float], tuple[Any, Any]]


def _steps(step: Step) -> Callable[[Arguments], Values]:
    """Return a mistake that takes all its steps in a wrong way."""

    def walk(arguments: Arguments) -> Values:
        w = tensor(arguments["w"])
        momentum, decay = (arguments.get(name, 0.0) for name in ("momentum", "weight_decay"))
        v, path = 0 * w, []
        for gradient in arguments["gradients"]:
            w, v = step(w, tensor(gradient), v, arguments["lr"], momentum, decay)
            path.append((array(w), array(v)))
        return np.stack([w for w, _ in path]), np.stack([v for _, v in path])

    return walk


def _along(v: Callable[..., Any]) -> Step:
    """Return a step along a wrong velocity."""

    def step(w: Any, g: Any, old: Any, lr: float, m: float, decay: float) -> tuple[Any, Any]:
        new = v(w, g, old, m, decay)
        return w - lr * new, new

    return step


_MEMORY = "The new velocity is a fraction of the old one plus the full new gradient."
_DECAY = (
    "Weight decay pulls every weight towards 0. In PyTorch's SGD that pull is part of the "
    "gradient, and so it goes into the velocity as well."
)
_ORDER = (
    "Update the velocity first, then the weights: the new gradient must affect the weights in the "
    "same step."
)
_CONVENTION = (
    "The weights are right, but the velocity is kept in another form. In PyTorch it holds "
    "gradients, and the learning rate comes in only when the weights are updated."
)

SGD: tuple[Misconception, ...] = (
    *mistakes("the velocity is not kept", _MEMORY,
              _steps(_along(lambda w, g, v, m, d: g + d * w)),
              _steps(lambda w, g, v, lr, m, d: (w - lr * (m * v + g + d * w), v))),
    *mistakes("the new gradient is dampened", _MEMORY,
              _steps(_along(lambda w, g, v, m, d: m * v + (1 - m) * (g + d * w)))),
    *mistakes("the old velocity is kept in full", _MEMORY,
              _steps(_along(lambda w, g, v, m, d: v + g + d * w))),
    *mistakes("the weights are updated before the velocity", _ORDER,
              _steps(lambda w, g, v, lr, m, d: (w - lr * v, m * v + g + d * w))),
    *mistakes("the weight decay is decoupled", _DECAY,
              _steps(lambda w, g, v, lr, m, d: (
                  w - lr * d * w - lr * (m * v + g), m * v + g))),
    *mistakes("the weight decay has the wrong sign", _DECAY,
              _steps(_along(lambda w, g, v, m, d: m * v + g - d * w))),
    *mistakes("the weight decay is missing", _DECAY,
              _steps(_along(lambda w, g, v, m, d: m * v + g))),
    *mistakes("the step goes uphill",
              "Gradients point in the direction in which the loss grows. Which sign does your step "
              "have?",
              _steps(lambda w, g, v, lr, m, d: (
                  w + lr * (m * v + g + d * w), m * v + g + d * w))),
    *mistakes("the learning rate is inside the velocity", _CONVENTION,
              _steps(lambda w, g, v, lr, m, d: (
                  w - (m * v + lr * (g + d * w)), m * v + lr * (g + d * w))),
              _steps(lambda w, g, v, lr, m, d: (
                  w + (m * v - lr * (g + d * w)), m * v - lr * (g + d * w)))),
    *mistakes("Nesterov momentum instead of plain momentum",
              "Use the plain form: a step along the velocity.",
              _steps(lambda w, g, v, lr, m, d: (
                  w - lr * (g + d * w + m * (m * v + g + d * w)), m * v + g + d * w))),
)  # fmt: skip


def _story(better: Sequence[bool]) -> list[float]:
    """Return losses that are a new best exactly where it is said."""
    return [-float(sum(better[: i + 1])) if good else np.inf for i, good in enumerate(better)]


def _against_first(a: Arguments) -> list[bool]:
    """Compare with the first loss, which stays the best for ever."""
    delta = a.get("min_delta", 0.0)
    return [i == 0 or loss < a["losses"][0] - delta for i, loss in enumerate(a["losses"])]


def _against_last(a: Arguments) -> list[bool]:
    """Compare with the loss of the epoch before."""
    losses, delta = a["losses"], a.get("min_delta", 0.0)
    return [i == 0 or loss < losses[i - 1] - delta for i, loss in enumerate(losses)]


def _stops(arguments: Arguments, better: Sequence[bool]) -> Array:
    """Return when to stop if the losses are a new best exactly where it is said."""
    return stopping({**arguments, "losses": _story(better), "min_delta": 0.0})


def _never_reset(arguments: Arguments) -> Array:
    bad = bad_epochs(arguments, arguments.get("min_delta", 0.0)) > 0
    return np.asarray(np.cumsum(bad) > arguments["patience"])


_PATIENCE = (
    "patience is the number of epochs without a gain that are tolerated in a row; one more is too "
    "many. With patience 0, the first one is too many. (PyTorch's ReduceLROnPlateau counts the "
    "same way; Keras and Lightning stop one epoch sooner.)"
)
_RESET = "Every gain resets the count: patience counts consecutive epochs without one."
_BEST = "A gain is a loss below the best one so far. When does your code remember a new best?"
_DELTA = "A loss counts as a gain only if it is below the best one by more than min_delta."
_DIRECTION = "The input is a loss: smaller is better."

STOPPING: tuple[Misconception, ...] = (
    *mistakes("it stops one epoch too early", _PATIENCE, lambda a: stopping(a, more=-1)),
    *mistakes("it stops one epoch too late", _PATIENCE, lambda a: stopping(a, more=1)),
    *mistakes("the counter is not reset", _RESET, _never_reset),
    *mistakes("the best loss is never updated", _BEST,
              lambda a: _stops(a, _against_first(a))),
    *mistakes("the loss is compared with the last one, not the best", _BEST,
              lambda a: _stops(a, _against_last(a))),
    *mistakes("min_delta is not used", _DELTA, lambda a: stopping(a, min_delta=0.0)),
    *mistakes("min_delta has the wrong sign", _DELTA,
              lambda a: stopping(a, min_delta=-a.get("min_delta", 0.0))),
    *mistakes("a larger loss is treated as better", _DIRECTION,
              lambda a: stopping({**a, "losses": [-loss for loss in a["losses"]]})),
    *mistakes("an equal loss counts as a gain", _BEST,
              lambda a: stopping(a, min_delta=a.get("min_delta", 0.0) - 1e-9)),
    *mistakes("it never stops",
              "What does step return? Without a return statement it returns None.",
              lambda a: np.zeros(len(a["losses"]), dtype=bool)),
)  # fmt: skip


def _rates(arguments: Arguments, **changes: Any) -> Array:
    """Return the learning rates on a plateau, with other losses or settings."""
    losses = changes.pop("losses", arguments["losses"])
    return plateau({**arguments, "losses": losses}, **changes)


def _fewer(arguments: Arguments, patience: int) -> Array | None:
    return _rates(arguments, patience=patience) if patience >= 0 else None


def _lowered_on(arguments: Arguments) -> Array:
    """Once patience is used up, lower the rate after every epoch without a gain."""
    times = np.cumsum(bad_epochs(arguments, 0.0) > arguments["patience"])
    rates = arguments["lr"] * arguments["factor"] ** np.concatenate([[0], times])
    return np.asarray(np.maximum(rates, arguments.get("min_lr", 0.0)))


def _above(arguments: Arguments) -> Array | None:
    """Do not lower the rate where it would fall below min_lr."""
    if "min_lr" not in arguments:
        return None
    free = _rates(arguments, min_lr=0.0)
    return np.asarray(np.maximum(free, free[free >= arguments["min_lr"]].min()))


_FLOOR = "min_lr is a floor: the rate falls to it, never below it, and training goes on there."

PLATEAU: tuple[Misconception, ...] = (
    *mistakes("it waits one epoch too few", _PATIENCE, lambda a: _fewer(a, a["patience"] - 1)),
    *mistakes("it waits one epoch too many", _PATIENCE, lambda a: _fewer(a, a["patience"] + 1)),
    *mistakes("the counter is not reset after a reduction",
              "After the rate is lowered, the count of patience starts again.",
              _lowered_on),
    *mistakes("min_lr is not used", _FLOOR, lambda a: _rates(a, min_lr=0.0)),
    *mistakes("the last step down to min_lr is missing", _FLOOR, _above),
    *mistakes("the best loss is never updated", _BEST,
              lambda a: _rates(a, losses=_story(_against_first(a)))),
    *mistakes("the loss is compared with the last one, not the best", _BEST,
              lambda a: _rates(a, losses=_story(_against_last(a)))),
    *mistakes("a larger loss is treated as better", _DIRECTION,
              lambda a: _rates(a, losses=[-loss for loss in a["losses"]])),
    *mistakes("the rate is divided by the factor", "The factor is below 1, and the rate falls.",
              lambda a: a["lr"] ** 2 / _rates(a, min_lr=0.0)),
    *mistakes("patience is not used", _PATIENCE, lambda a: _fewer(a, 0)),
)  # fmt: skip


def _decayed(arguments: Arguments, ahead: int = 0, **changes: Any) -> Array:
    """Return the rates under other settings, or those of some epochs earlier or later."""
    epochs = arguments["epochs"]
    rates = step_decay({**arguments, **changes, "epochs": epochs + max(ahead, 0)})
    if ahead < 0:
        return np.concatenate([rates[:1].repeat(-ahead), rates[:ahead]])
    return rates[ahead:]


def _compounded(arguments: Arguments) -> Array:
    """Multiply the rate that is already lowered by the whole factor again, epoch by epoch."""
    rates = _decayed(arguments)
    return np.asarray(rates[0] * np.cumprod(rates / rates[0]))


def _once(arguments: Arguments) -> Array:
    return np.asarray(np.maximum(_decayed(arguments), arguments["lr"] * arguments["gamma"]))


_EVERY = "The rate is a staircase: it stays for step_size epochs, then falls by the factor gamma."

DECAY: tuple[Misconception, ...] = (
    *mistakes("the rate decays in every epoch", _EVERY, lambda a: _decayed(a, step_size=1)),
    *mistakes("the rate falls one epoch too early", _EVERY, lambda a: _decayed(a, ahead=1)),
    *mistakes("the rate falls one epoch too late", _EVERY, lambda a: _decayed(a, ahead=-1)),
    *mistakes("the rate falls continuously, not in steps", _EVERY,
              lambda a: _decayed(a, step_size=1, gamma=a["gamma"] ** (1 / a["step_size"]))),
    *mistakes("the lowered rate is multiplied by the whole factor again",
              "gamma ** k, for k steps so far, multiplies the first rate, not the current one.",
              _compounded),
    *mistakes("the rate falls only once", _EVERY, _once),
    *mistakes("gamma is used as the fraction that is taken away",
              "gamma is the fraction of the rate that remains after a step.",
              lambda a: _decayed(a, gamma=1 - a["gamma"])),
)  # fmt: skip
