"""References of `ps9_transfer`: two small models, what each of their layers gives, distances."""

from collections.abc import Mapping

import numpy as np

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import tensor

#: The kinds of layers by name, in the order in which `plain` computes them.
PLAIN = ("conv1", "norm", "relu1", "pool", "drop", "conv2", "relu2", "flat", "head")
#: The same for `skip`, where conv2's result is added to its input.
SKIP = ("conv1", "norm", "relu1", "conv2", "add", "relu2", "flat", "head")


def weights_for(kind: str, rng: np.random.Generator, dtype: str) -> dict[str, Array]:
    """Draw a model's parameters and running statistics by their names in PyTorch."""
    pixels = 3 * 4 if kind == "plain" else 6 * 8
    shapes = {"conv1.weight": (4, 2, 3, 3), "conv1.bias": (4,), "norm.weight": (4,),
              "norm.bias": (4,), "norm.running_mean": (4,), "norm.running_var": (4,),
              "conv2.weight": (4, 4, 3, 3), "conv2.bias": (4,), "head.weight": (3, 4 * pixels),
              "head.bias": (3,)}  # fmt: skip
    drawn = {name: 0.3 * rng.standard_normal(shape) for name, shape in shapes.items()}
    drawn["norm.running_var"] = rng.uniform(0.5, 2, size=4)
    drawn["norm.weight"] = rng.uniform(0.5, 2, size=4)
    return {name: np.asarray(value, dtype=dtype) for name, value in drawn.items()}


def outputs(
    kind: str,
    weights: Mapping[str, Array],
    images: Array,
    *,
    training: bool = False,
    absolute: bool = False,
) -> dict[str, Array]:
    """Return what every layer gives, in float64, by name.

    With `training`, batch normalisation uses the batch's own statistics, and dropout nothing.
    With `absolute`, everything is made positive and nothing is cut off: a bound on all sums.
    """
    w = {name: tensor(abs(value) if absolute else value) for name, value in weights.items()}
    x = tensor(abs(images) if absolute else images)
    found: dict[str, Array] = {}
    before = x
    for name in PLAIN if kind == "plain" else SKIP:
        if name.startswith("conv"):
            before, x = x, F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], padding=1)
        elif name == "norm":
            mean, variance = w["norm.running_mean"].clone(), w["norm.running_var"].clone()
            mean = -mean if absolute else mean
            x = F.batch_norm(x, mean, variance, w["norm.weight"], w["norm.bias"], training)
        elif name.startswith("relu"):
            x = F.relu(x)
        elif name == "pool":
            x = F.max_pool2d(x, 2)
        elif name == "add":
            x = x + before
        elif name == "flat":
            x = x.flatten(1)
        elif name == "head":
            x = F.linear(x, w["head.weight"], w["head.bias"])
        found[name] = np.asarray(x.numpy()).copy()
    return found


def squared(a: Arguments) -> Array:
    """Return the squared distance of every query (rows) to every vector of the bank."""
    q, b = (torch.as_tensor(a[name].copy()).double() for name in ("query", "bank"))
    exactly = torch.cdist(q, b, compute_mode="donot_use_mm_for_euclid_dist")
    return np.asarray((exactly**2).numpy())
