"""References of training: PyTorch's optimiser and schedulers, driven step by step."""

import warnings
from typing import Any

import numpy as np

from cnnlib._late import torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor


def sgd(arguments: Arguments, device: str = "cpu", **settings: Any) -> tuple[Array, Array]:
    """Return the weights and the velocities after each step of `torch.optim.SGD`."""
    given = {name: arguments.get(name, 0.0) for name in ("momentum", "weight_decay")}
    given |= {"lr": arguments["lr"], **settings}
    w = tensor(arguments["w"], device).requires_grad_()
    optimiser = torch.optim.SGD([w], **given)
    path = []
    for gradient in arguments["gradients"]:
        w.grad = tensor(gradient, device)
        # Without momentum PyTorch keeps no buffer: the velocity is what is stepped along.
        along = w.grad + given["weight_decay"] * w.detach()
        optimiser.step()
        v = optimiser.state[w].get("momentum_buffer")
        path.append((array(w).copy(), array(along if v is None else v).copy()))
    return np.stack([w for w, _ in path]), np.stack([v for _, v in path])


def _optimiser(lr: float) -> "torch.optim.Optimizer":
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)


def bad_epochs(arguments: Arguments, min_delta: float) -> Array:
    """Return how many epochs in a row, up to each, brought no new best loss."""
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        _optimiser(1.0), patience=10**9, threshold=min_delta, threshold_mode="abs"
    )
    counts = []
    for loss in arguments["losses"]:
        scheduler.step(loss)
        counts.append(scheduler.num_bad_epochs)
    return np.array(counts)


def stopping(
    arguments: Arguments, device: str = "cpu", *, more: int = 0, min_delta: float | None = None
) -> Array:
    """Return when to stop; `more` epochs later, or with another min_delta, where it is said."""
    delta = arguments.get("min_delta", 0.0) if min_delta is None else min_delta
    return np.asarray(bad_epochs(arguments, delta) > arguments["patience"] + more)


def step_decay(arguments: Arguments, device: str = "cpu") -> Array:
    """Return the learning rates of the epochs under `StepLR`."""
    optimiser = _optimiser(arguments["lr"])
    scheduler = torch.optim.lr_scheduler.StepLR(
        optimiser, arguments["step_size"], arguments["gamma"]
    )
    rates = [optimiser.param_groups[0]["lr"]]
    for _ in range(arguments["epochs"]):
        with warnings.catch_warnings():
            # It wants the optimiser to step first; there is nothing to optimise here.
            warnings.simplefilter("ignore", UserWarning)
            scheduler.step()
        rates.append(optimiser.param_groups[0]["lr"])
    return np.array(rates)


def plateau(arguments: Arguments, device: str = "cpu", **changes: Any) -> Array:
    """Return the learning rates of the epochs under `ReduceLROnPlateau`."""
    optimiser = _optimiser(arguments["lr"])
    settings = {
        "factor": arguments["factor"],
        "patience": arguments["patience"],
        "min_lr": arguments.get("min_lr", 0.0),
        **changes,
    }
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser, threshold=0.0, eps=0.0, **settings
    )
    rates = [optimiser.param_groups[0]["lr"]]
    for loss in arguments["losses"]:
        scheduler.step(loss)
        rates.append(optimiser.param_groups[0]["lr"])
    return np.array(rates)
