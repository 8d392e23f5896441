"""The checks of `ps9_transfer`: freezing, features of a layer, and nearest neighbours."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import Check, Part, Result, Tolerance, Values, Which, exact
from cnnlib.check.engine.drawing import drawing
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.transfer.calls import (
    Children,
    call_extract,
    call_freeze,
    named_model,
    small_model,
)
from cnnlib.check.transfer.mistakes import EXTRACT_FEATURES, FREEZE_UNTIL, NEAREST
from cnnlib.check.transfer.models import outputs, squared, weights_for

#: Modules that would do the exercise.
READY = frozenset({"cnnlib", "torchvision", "sklearn", "scipy", "timm"})

# -- freeze_until -----------------------------------------------------------------------------


def _frozen(arguments: Arguments, device: str) -> Values:
    names = [name for name, _ in arguments["children"]]
    refused = arguments["name"] not in names
    if refused:
        trains = [name not in arguments["frozen"] for name in names]
    else:
        trains = [i > names.index(arguments["name"]) for i in range(len(names))]
    sizes = [len(list(child.parameters())) for child in named_model(arguments["children"])]  # type: ignore[attr-defined]
    return np.repeat(trains, sizes), np.asarray(refused)


FIVE = [("conv1", "conv"), ("act", "relu"), ("conv2", "conv"), ("norm", "norm"), ("head", "linear")]
BLOCKS = [("stem", "conv"), ("block1", "block"), ("block2", "block"), ("head", "linear")]
ALIKE = [("conv1", "conv"), ("conv10", "conv"), ("conv11", "conv"), ("conv2", "conv")]


#: What a case is called, the model's children, the one up to which to freeze, and what is frozen.
Freezing = tuple[str, Children, str, Sequence[str]]


def _freezing(plan: Freezing, rng: np.random.Generator) -> Case:
    title, children, name, frozen = plan
    return Case(title, {"children": list(children), "name": name, "frozen": list(frozen)})


def _random_freezing(rng: np.random.Generator) -> Freezing:
    kinds = rng.choice(["conv", "norm", "linear", "block"], size=6).tolist()
    children = [(f"layer{i}", kind) for i, kind in enumerate(kinds)]
    name = f"layer{rng.integers(1, 5)}"
    return "a random network", children, name, [f"layer{rng.integers(2, 6)}"]


FREEZE: Sequence[Freezing] = (
    ("a layer in the middle", FIVE, "conv2", []),
    ("the first layer", FIVE, "conv1", []),
    ("a layer without parameters", FIVE, "act", []),
    ("batch normalisation", FIVE, "norm", []),
    ("the last layer: nothing trains", FIVE, "head", []),
    ("blocks with layers inside", BLOCKS, "block1", []),
    ("names that begin alike", ALIKE, "conv1", []),
)
THAW: Sequence[Freezing] = (
    ("everything was frozen before", FIVE, "conv1", [name for name, _ in FIVE]),
    ("a later layer was frozen before", BLOCKS, "stem", ["block2"]),
    ("the same layers as before", BLOCKS, "block1", ["stem", "block1"]),
    ("no such layer", FIVE, "conv3", []),
    ("no such layer, and some are frozen", BLOCKS, "block", ["stem"]),
)


freeze_until = Check(
    name="freeze_until",
    against="requires_grad, parameter by parameter",
    parts={
        "freeze": Part("what is frozen", drawing(_freezing, FREEZE, _random_freezing)),
        "thaw": Part("what trains, and unknown names", drawing(_freezing, THAW, _random_freezing)),
    },
    reference=_frozen,
    tolerance=exact,
    results=(Result("trains", dtype="boolean"), Result("refused", dtype="boolean")),
    misconceptions=FREEZE_UNTIL,
    forbids=READY,
    call=call_freeze,
)

# -- extract_features -------------------------------------------------------------------------


def _features(arguments: Arguments, device: str) -> Values:
    a = arguments
    found = outputs(a["kind"], a["weights"], a["x"])[a["name"]]
    return found, np.array(a["modes"]), np.asarray(0)


def _features_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error: terms of all sums times the size that absolute values reach."""
    if result != "features":
        return exact(arguments, dtype, result)
    a = arguments
    size = float(outputs(a["kind"], a["weights"], a["x"], absolute=True)[a["name"]].max())
    terms = sum(w[0].size + 2 for w in a["weights"].values())
    return rounding(dtype, size, "size of the sums", terms=terms)


def _extracting(
    fixed: Sequence[tuple[str, str, str, str]],
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws models (kind, layer and mode) and images."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        cases = []
        for title, kind, name, mode in fixed:
            dtype = "float32" if "float32" in title else "float64"
            weights = weights_for(kind, rng, dtype)
            count = len(list(small_model(kind, weights).modules()))
            modes = [mode != "eval"] * count
            if mode == "mixed":  # a frozen part stays in evaluation mode while the rest trains
                modes = [i % 3 != 2 for i in range(count)]
            n = 3 if which == "visible" else int(rng.integers(2, 6))
            x = rng.standard_normal((n, 2, 6, 8)).astype(dtype)
            positional = {"kind": kind, "weights": weights, "modes": modes, "x": x, "name": name}
            cases.append(Case(title, positional))
        return cases

    return draw


extract_features = Check(
    name="extract_features",
    against="torch.nn.functional, layer by layer",
    parts={
        "values": Part(
            "the right layer",
            _extracting((
                ("a convolution", "plain", "conv1", "eval"),
                ("batch normalisation", "plain", "norm", "eval"),
                ("after pooling, float32", "plain", "pool", "eval"),
                ("a convolution whose ReLU works in place", "plain", "conv2", "eval"),
                ("the last layer", "plain", "head", "eval"),
            )),
            counts=("features",),
        ),
        "mode": Part(
            "evaluation mode, and back",
            _extracting((
                ("a model that is training", "plain", "conv2", "train"),
                ("after dropout", "plain", "head", "train"),
                ("batch normalisation in training", "plain", "norm", "train"),
                ("a model in evaluation mode", "plain", "pool", "eval"),
                ("some layers train, others do not", "plain", "conv2", "mixed"),
            )),
        ),
        "any": Part(
            "any module",
            _extracting((
                ("a skip connection", "skip", "add", "eval"),
                ("after a skip connection", "skip", "head", "train"),
                ("before a ReLU that works in place", "skip", "norm", "mixed"),
                ("layers listed in another order", "skip", "conv2", "eval"),
            )),
        ),
    },
    reference=_features,
    tolerance=_features_tolerance,
    results=(
        Result("features"),
        Result("mode", dtype="boolean"),
        Result("hooks left", dtype="integer"),
    ),
    misconceptions=EXTRACT_FEATURES,
    forbids=READY,
    tensors=True,
    call=call_extract,
)  # fmt: skip

# -- nearest ----------------------------------------------------------------------------------


def _neighbours(arguments: Arguments, device: str) -> Values:
    order = np.argsort(squared(arguments), axis=1, kind="stable")
    return order[:, : arguments["k"]]


def _distances(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return each neighbour's squared distance: of equally near ones any is right.

    What is no index of the bank, or comes twice, counts as a negative number.
    """
    all_distances = squared(arguments)
    given = np.where(np.isfinite(values[0]), values[0], -1).astype(np.float64)
    whole = (given == np.floor(given)) & (given >= 0) & (given < all_distances.shape[1])
    index = np.where(whole, given, 0).astype(np.int64)
    found = np.take_along_axis(all_distances, index, axis=1)
    for row in range(index.shape[0]):
        first = {int(i): place for place, i in reversed(list(enumerate(index[row])))}
        whole[row] &= [first[int(i)] == place for place, i in enumerate(index[row])]
    return (np.where(whole, found, -1 - np.abs(given)),)


def _nearest_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error of a squared distance, by (q − b)² or by q² − 2qb + b².

    Two neighbours whose distances rounding cannot tell apart may come in either order.
    """
    q, b = (arguments[name].astype(np.float64) for name in ("query", "bank"))
    size = 2 * float((q**2).sum(1).max() + (b**2).sum(1).max())
    terms = q.shape[1] + 2
    bound = rounding(dtype, size, "size of the squares", factor=4, terms=terms)
    return replace(bound, why=f"{bound.why}, in squared distances")


def _banks(rng: np.random.Generator, which: Which) -> list[Case]:
    def case(title: str, n: int, m: int, d: int, k: int, **more: Any) -> Case:
        dtype = more.get("dtype", "float64")
        scale = rng.uniform(0.3, 3, size=(m, 1))  # directions alone do not decide
        bank = rng.standard_normal((m, d)) * scale + more.get("shift", 0)
        if "ties" in title:
            bank[1::2] = bank[: len(bank[1::2]) * 2 : 2]
        query = rng.standard_normal((n, d)) + more.get("shift", 0)
        if "in the bank" in title:
            query = bank[rng.permutation(m)[:n]]
        positional = {"query": query.astype(dtype), "bank": bank.astype(dtype), "k": k}
        return Case(title, positional, layout=more.get("layout", "plain"))

    more = int(rng.integers(1, 6)) if which == "hidden" else 0
    return [
        case("one query, one neighbour", 1, 6 + more, 3, 1),
        case("three queries, four neighbours", 3, 9 + more, 5, 4),
        case("as many neighbours as vectors", 4, 6 + more, 2, 6 + more),
        case("queries that are in the bank", 3, 8 + more, 4, 3),
        case("ties", 2, 8 + 2 * more, 3, 4),
        case("long vectors, all far from zero", 5, 12 + more, 16, 5, shift=4.0),
        case("vectors of one number", 4, 10 + more, 1, 3),
        case("float32, sliced tensors", 3, 11 + more, 6, 5,
             dtype="float32", layout="sliced"),
    ]  # fmt: skip


nearest = Check(
    name="nearest",
    against="the distances to all vectors",
    parts={"nearest": Part("nearest neighbours", _banks)},
    reference=_neighbours,
    tolerance=_nearest_tolerance,
    results=(Result("indices", dtype="integer"),),
    misconceptions=NEAREST,
    forbids=READY,
    tensors=True,
    settle=_distances,
)
