"""Typical mistakes in freezing, taking features and finding neighbours."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.check import Misconception, Values, mistakes
from cnnlib.check.transfer.models import PLAIN, SKIP, outputs, squared


def _trains(rule: Callable[[int, int, bool], bool]) -> Callable[[Arguments], tuple[Array, Array]]:
    """Return which parameters train, by a child's place, the named one's, and if it was frozen."""

    def compute(a: Arguments) -> tuple[Array, Array]:
        sizes = {"conv": 2, "norm": 2, "relu": 0, "linear": 2, "block": 4}
        names = [name for name, _ in a["children"]]
        place = names.index(a["name"]) if a["name"] in names else len(names)
        trains = [rule(i, place, name in a["frozen"]) for i, name in enumerate(names)]
        refused = np.asarray(a["name"] not in names)
        return np.repeat(trains, [sizes[kind] for _, kind in a["children"]]), refused

    return compute


def _refused(rule: Callable[[int, int, bool], bool], refused: bool) -> Any:
    """Return what trains after an unknown name, and whether that is refused."""

    def compute(a: Arguments) -> Values | None:
        known = a["name"] in [name for name, _ in a["children"]]
        return None if known else (_trains(rule)(a)[0], np.asarray(refused))

    return compute


def _by_kind(which: str) -> Callable[[Arguments], Values]:
    """Leave some parameters out when freezing."""

    def compute(a: Arguments) -> Values:
        _, refused = _trains(lambda i, p, f: f)(a)
        names = [name for name, _ in a["children"]]
        place = names.index(a["name"]) if a["name"] in names else -1
        trains: list[bool] = []
        for i, (_, kind) in enumerate(a["children"]):
            after = i > place
            spared = {
                "biases": {"block": [after, True] * 2, "relu": []}.get(kind, [after, True]),
                "norms": {
                    "block": [after, after, True, True],
                    "norm": [True, True],
                    "relu": [],
                }.get(kind, [after] * 2),
                "nested": {"block": [True] * 4, "relu": []}.get(kind, [after] * 2),
            }[which]
            trains += spared
        return np.array(trains), refused

    return compute  # fmt: skip


def _alike(a: Arguments) -> Values:
    """Freeze every child whose name begins like the named one, and those before it."""
    names = [name for name, _ in a["children"]]
    place = max((i for i, n in enumerate(names) if n.startswith(a["name"])), default=len(names))
    return _trains(lambda i, p, f: i > place)(a)


_SIDE = (
    "Early layers know edges and textures that any image has; late layers know the old classes. "
    "Which of them do you want to keep as they are?"
)
_UNKNOWN = (
    "If somebody mistypes a layer's name, should your function silently freeze everything? Look "
    "for the name before you change anything, and raise a ValueError if it is missing."
)

FREEZE_UNTIL: tuple[Misconception, ...] = (
    *mistakes(
        "an unknown name is accepted silently",
        _UNKNOWN,
        _refused(lambda i, p, f: i > p, False),
        _refused(lambda i, p, f: not f, False),
        _refused(lambda i, p, f: True, False),
    ),
    *mistakes(
        "an unknown name freezes something before it is refused",
        _UNKNOWN,
        _refused(lambda i, p, f: False, True),
        _refused(lambda i, p, f: True, True),
    ),
    *mistakes(
        "layers after the named one stay frozen if they were frozen before",
        "Layers after the named one must train, whatever was done to the model before.",
        _trains(lambda i, p, f: i > p and not f),
    ),
    *mistakes(
        "layers inside of blocks still train",
        "A child may have children of its own. Which method returns all of its parameters?",
        _by_kind("nested"),
    ),
    *mistakes("the named layer itself still trains",
              "Freeze everything up to and including the named layer.",
              _trains(lambda i, p, f: i >= p)),
    *mistakes(
        "the layer after the named one is frozen, too",
        "Does your loop stop before or after the next layer?",
        _trains(lambda i, p, f: i > p + 1),
    ),
    *mistakes("the wrong side is frozen", _SIDE, _trains(lambda i, p, f: i <= p),
              _trains(lambda i, p, f: i < p)),
    *mistakes("everything is frozen", _SIDE, _trains(lambda i, p, f: False)),
    *mistakes("nothing is frozen", "Which attribute of a parameter says whether it is trained?",
              _trains(lambda i, p, f: True), _trains(lambda i, p, f: not f)),
    *mistakes("only the named layer is frozen", "All layers before it must be frozen, too.",
              _trains(lambda i, p, f: i != p)),
    *mistakes("biases still train", "A layer has more parameters than its weight.",
              _by_kind("biases")),
    *mistakes(
        "batch normalisation still trains",
        "Batch normalisation has a weight and a bias as well: they are parameters like all others.",
        _by_kind("norms"),
    ),
    *mistakes(
        "other names that merely start with the given one match, too",
        "conv1, conv10 and conv11 are three layers. How do you compare names?",
        _alike,
    ),
)  # fmt: skip


def _feature(
    change: Callable[[Arguments, dict[str, Array]], Array | None], **settings: Any
) -> Callable[[Arguments], Values | None]:
    """Return other features; modes and hooks as they should be."""

    def compute(a: Arguments) -> Values | None:
        found = change(a, outputs(a["kind"], a["weights"], a["x"], **settings))
        return None if found is None else (found, np.array(a["modes"]), np.asarray(0))

    return compute


def _is_written_over(a: Arguments) -> bool:
    """Whether a ReLU that works in place comes right behind the layer."""
    return a["name"] in {"plain": ("conv2",), "skip": ("norm", "add")}[a["kind"]]


def _leaves(
    modes: Callable[[list[bool]], list[bool]] = lambda modes: modes, hooks: int = 0
) -> Callable[[Arguments], Values]:
    """Return the right features, and a model that was left with other modes or with hooks."""

    def compute(a: Arguments) -> Values:
        right = outputs(a["kind"], a["weights"], a["x"])[a["name"]]
        return right, np.array(modes(a["modes"])), np.asarray(hooks)

    return compute


def _neighbour(a: Arguments, found: dict[str, Array], step: int) -> Array | None:
    names = PLAIN if a["kind"] == "plain" else SKIP
    place = names.index(a["name"]) + step
    return found[names[place]] if 0 <= place < len(names) else None


EXTRACT_FEATURES: tuple[Misconception, ...] = (
    *mistakes(
        "the hook is never removed",
        "A hook stays and runs at every later call. What does register_forward_hook return?",
        _leaves(hooks=1),
    ),
    *mistakes(
        "every layer gets the mode of the whole model",
        "model.train(mode) sets every layer inside. But a frozen layer may be in evaluation mode "
        "while the rest trains: note the mode of each module.",
        _leaves(lambda modes: modes[:1] * len(modes)),
    ),
    *mistakes(
        "the model is left in evaluation mode",
        "Whoever trains this model next will train it without dropout. Note the mode before you "
        "change it, layer by layer.",
        _leaves(lambda modes: [False] * len(modes)),
    ),
    *mistakes(
        "the model is left in training mode",
        "Note the mode before you change it, and restore exactly that mode.",
        _leaves(lambda modes: [True] * len(modes)),
    ),
    *mistakes(
        "the features are taken after the ReLU",
        "A ReLU that works in place writes over the tensor that your hook keeps. How can you keep "
        "the numbers as they were?",
        _feature(lambda a, f: np.maximum(f[a["name"]], 0) if _is_written_over(a) else None),
    ),
    *mistakes(
        "the features of the next layer, not of the named one",
        "Does your code take the named layer's output before or after the next layer has run?",
        _feature(lambda a, f: _neighbour(a, f, 1)),
    ),
    *mistakes(
        "the features of the layer before, not of the named one",
        "Take the output of the named layer, not its input.",
        _feature(lambda a, f: _neighbour(a, f, -1)),
    ),
    *mistakes(
        "the output of the whole model, not the layer's",
        "Features come from the middle of the network.",
        _feature(lambda a, f: f["head"]),
    ),
    *mistakes(
        "batch normalisation is in training mode",
        "In training mode the features of an image depend on the other images in the batch. In "
        "which mode does batch normalisation use its running statistics?",
        # A model that comes in evaluation mode shows nothing of it.
        _feature(lambda a, f: f[a["name"]] if any(a["modes"]) else None, training=True),
    ),
    *mistakes(
        "the features are flattened",
        "Return the layer's output in the shape that it has.",
        _feature(lambda a, f: f[a["name"]].reshape(len(a["x"]), -1)),
    ),
    *mistakes(
        "the features are averaged over positions",
        "Return the layer's output in the shape that it has.",
        _feature(lambda a, f: f[a["name"]].mean((2, 3)) if f[a["name"]].ndim == 4 else None),
    ),
    *mistakes(
        "only the first image has features",
        "The first axis is the batch: every image has features.",
        _feature(lambda a, f: f[a["name"]][:1]),
        _feature(lambda a, f: f[a["name"]][0]),
    ),
)


def _sorted_by(score: Callable[[Array, Array], Array]) -> Callable[[Arguments], Array]:
    """Return the indices with the smallest scores."""

    def compute(a: Arguments) -> Array:
        q, b = a["query"].astype(np.float64), a["bank"].astype(np.float64)
        return np.argsort(score(q, b), axis=1, kind="stable")[:, : a["k"]]

    return compute


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _order(a: Arguments) -> Array:
    return np.argsort(squared(a), axis=1, kind="stable")


def _once(a: Arguments) -> Array | None:
    """Search the neighbours of the bank's vectors among the queries."""
    turned = {**a, "query": a["bank"], "bank": a["query"]}
    return _order(turned)[:, : a["k"]] if a["k"] <= len(a["query"]) else None


_DISTANCE = (
    "Near means that the straight line between the two points is short. Write that down for two"
    " points on paper, with numbers."
)

NEAREST: tuple[Misconception, ...] = (
    *mistakes(
        "the farthest come first",
        "A small distance means near. In which order does your sort go?",
        lambda a: _order(a)[:, ::-1][:, : a["k"]],
    ),
    *mistakes(
        "the right neighbours, the farthest of them first",
        "The nearest neighbour comes first.",
        lambda a: _order(a)[:, : a["k"]][:, ::-1],
    ),
    *mistakes(
        "the right neighbours, but not sorted by distance",
        "The nearest neighbour comes first. Does the function that finds the neighbours promise an "
        "order?",
        lambda a: np.sort(_order(a)[:, : a["k"]], axis=1),
    ),
    *mistakes(
        "the nearest one is left out",
        "Here a query need not be in the bank: even the very nearest vector counts.",
        lambda a: _order(a)[:, 1 : a["k"] + 1] if a["k"] < len(a["bank"]) else None,
    ),
    *mistakes(
        "distances are returned, not indices",
        "Return the positions of the neighbours in the bank.",
        lambda a: np.sqrt(np.sort(squared(a), axis=1)[:, : a["k"]]),
        lambda a: np.sort(squared(a), axis=1)[:, : a["k"]],
    ),
    *mistakes(
        "angles instead of distances", _DISTANCE, _sorted_by(lambda q, b: -_unit(q) @ _unit(b).T)
    ),
    *mistakes(
        "dot products instead of distances",
        _DISTANCE,
        _sorted_by(lambda q, b: -q @ b.T),
        _sorted_by(lambda q, b: q @ b.T),
    ),
    *mistakes(
        "absolute differences instead of squares",
        _DISTANCE,
        _sorted_by(lambda q, b: np.abs(q[:, None] - b).sum(2)),
    ),
    *mistakes(
        "differences are added without squares",
        _DISTANCE,
        _sorted_by(lambda q, b: (q[:, None] - b).sum(2)),
        _sorted_by(lambda q, b: np.abs((q[:, None] - b).sum(2))),
    ),
    *mistakes(
        "the largest difference instead of the distance",
        _DISTANCE,
        _sorted_by(lambda q, b: np.abs(q[:, None] - b).max(2)),
    ),
    *mistakes(
        "a term of q² − 2qb + b² is missing",
        "Which of the three terms differ from one vector of the bank to the next?",
        _sorted_by(lambda q, b: -2 * q @ b.T - (b**2).sum(1)),
        _sorted_by(lambda q, b: (b**2).sum(1) - q @ b.T),
    ),
    *mistakes(
        "query and bank are swapped",
        "There is one row for each query; it holds positions in the bank.",
        _once,
    ),
    *mistakes(
        "rows and columns are swapped",
        "The result has one row for each query: shape (queries, k).",
        lambda a: _order(a)[:, : a["k"]].T,
    ),
)
