"""The checks of training: the optimiser's step, learning rates, and when to stop."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Part, Result, Tolerance, Which, exact
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.lenet import training_reference as reference
from cnnlib.check.lenet.calls import call_decay, call_plateau, call_sgd, call_stopping
from cnnlib.check.lenet.training_mistakes import DECAY, PLATEAU, SGD, STOPPING


def _sgd_case(
    rng: np.random.Generator,
    name: str,
    shape: tuple[int, ...],
    steps: int,
    settings: Mapping[str, float],
    dtype: str = "float64",
) -> Case:
    positional = {
        "w": rng.standard_normal(shape).astype(dtype),
        "gradients": [rng.standard_normal(shape).astype(dtype) for _ in range(steps)],
        "lr": 0.1,
    }
    return Case(name, positional, settings)


def _sgd_part(title: str, **settings: float) -> Part:
    """Return a part in which only these settings are given."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        cases = [
            _sgd_case(rng, "one step", (3,), 1, settings),
            _sgd_case(rng, "four steps", (2, 3), 4, settings),
            _sgd_case(rng, "filters, float32", (2, 1, 3, 2), 4, settings, "float32"),
        ]
        if which == "hidden":
            others = {name: float(rng.uniform(0.2, 0.8)) for name in settings}
            cases.append(_sgd_case(rng, "other settings, seven steps", (4, 2), 7, others))
        return cases

    return Part(title, draw)


def _sgd_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    # Every step adds a gradient and a decayed weight to what momentum has kept.
    size = float(
        sum(np.abs(g).max() for g in arguments["gradients"]) + np.abs(arguments["w"]).max()
    )
    return rounding(
        dtype, size, "all gradients", factor=8, terms=len(arguments["gradients"]), unit="steps"
    )


sgd_step = Check(
    name="sgd_step",
    against="torch.optim.SGD",
    parts={
        "plain": _sgd_part("plain steps"),
        "momentum": _sgd_part("momentum", momentum=0.9),
        "decay": _sgd_part("momentum and weight decay", momentum=0.9, weight_decay=0.1),
    },
    reference=reference.sgd,
    tolerance=_sgd_tolerance,
    misconceptions=SGD,
    results=(Result("w"), Result("v")),
    call=call_sgd,
)

#: No two losses below differ by exactly this, which rounding would decide.
MIN_DELTA = 0.0317
#: Losses in which every rule shows: a plateau, a small gain, a return, ties.
STORIES = {
    "the loss keeps falling": [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3],
    "the loss falls, then rises": [1.0, 0.8, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3],
    "a gain just in time": [1.0, 0.8, 0.9, 0.7, 0.9, 0.8, 0.6, 0.9, 0.9, 0.9, 0.9, 0.9],
    "small losses, small gains": [0.2, 0.18, 0.16, 0.14, 0.12, 0.1, 0.08, 0.06],
    "equal losses": [0.5, 0.5, 0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4],
    "better than the last, not than the best": [0.5, 0.9, 0.8, 0.7, 0.65, 0.6, 0.58, 0.55, 0.53],
    "huge losses": [9e12, 8e12, 7e12, 7e12, 8e12, 6e12, 7e12, 7e12, 7e12, 7e12, 7e12],
    "tiny gains": [1.0, 0.995, 0.99, 0.985, 0.98, 0.975, 0.97, 0.965, 0.96, 0.955, 0.95, 0.945],
}


def _stories(rng: np.random.Generator, which: Which) -> dict[str, list[float]]:
    if which == "visible":
        return STORIES
    wander = {
        f"a random walk, {number}": np.round(1 + np.cumsum(rng.normal(-0.01, 0.05, 25)), 3).tolist()
        for number in range(4)
    }
    return {**STORIES, **wander}


def _draw_stopping(deltas: bool) -> Callable[[np.random.Generator, Which], list[Case]]:
    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        return [
            Case(
                name,
                {"losses": losses, "patience": patience},
                {"min_delta": MIN_DELTA} if deltas else {},
            )
            for name, losses in _stories(rng, which).items()
            for patience in (0, 1, 3)
        ]

    return draw


def _first_stop(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Count as stopped from the first stop on: training is over."""
    return (np.maximum.accumulate(values[0]).astype(float),)


early_stopping = Check(
    name="early_stopping",
    against="the rule of torch.optim.lr_scheduler.ReduceLROnPlateau",
    parts={
        "patience": Part("patience", _draw_stopping(deltas=False)),
        "min_delta": Part("min_delta", _draw_stopping(deltas=True)),
    },
    reference=reference.stopping,
    tolerance=exact,
    misconceptions=STOPPING,
    results=(Result("stop", dtype="boolean", added=True),),
    call=call_stopping,
    settle=_first_stop,
)


def _draw_decay(rng: np.random.Generator, which: Which) -> list[Case]:
    settings = [(0.1, 1, 0.5), (0.1, 3, 0.1), (1.0, 4, 0.25)]
    if which == "hidden":
        settings += [
            (float(rng.uniform(0.1, 1)), int(rng.integers(2, 6)), float(rng.uniform(0.2, 0.9)))
        ]
    return [
        Case(f"every {size} epochs", {"lr": lr, "step_size": size, "gamma": gamma, "epochs": 10})
        for lr, size, gamma in settings
    ]


def _rate_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    lr = float(arguments["lr"])
    return Tolerance(1e-12 * lr, f"1e-12 · {lr:.3g} (the first learning rate)")


step_decay = Check(
    name="step_decay",
    against="torch.optim.lr_scheduler.StepLR",
    parts={"basic": Part("learning rates", _draw_decay)},
    reference=reference.step_decay,
    tolerance=_rate_tolerance,
    misconceptions=DECAY,
    results=(Result("lr", dtype="float", added=True),),
    call=call_decay,
)


def _draw_plateau(floor: bool) -> Callable[[np.random.Generator, Which], list[Case]]:
    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        more = {"min_lr": 0.02} if floor else {}
        return [
            Case(name, {"losses": losses, "lr": 0.1, "factor": 0.3, "patience": patience}, more)
            for name, losses in _stories(rng, which).items()
            for patience in (0, 2)
        ]

    return draw


reduce_on_plateau = Check(
    name="reduce_on_plateau",
    against="torch.optim.lr_scheduler.ReduceLROnPlateau",
    parts={
        "patience": Part("factor and patience", _draw_plateau(floor=False)),
        "min_lr": Part("min_lr", _draw_plateau(floor=True)),
    },
    reference=reference.plateau,
    tolerance=_rate_tolerance,
    misconceptions=PLATEAU,
    results=(Result("lr", dtype="float", added=True),),
    call=call_plateau,
)
