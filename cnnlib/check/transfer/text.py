"""The check of Kim's convolutional network for sentences, the last exercise of `ps9_transfer`.

Y. Kim, "Convolutional neural networks for sentence classification", EMNLP 2014. Students write a
class; weights are loaded into it by name, so that its numbers can be compared.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import (
    Check,
    Misconception,
    Part,
    Result,
    Tolerance,
    Values,
    Which,
    mistakes,
)

if TYPE_CHECKING:
    from torch import Tensor


def _call(
    function: Callable[..., Any],
    settings: Mapping[str, Any],
    weights: Mapping[str, Any],
    tokens: Any,
) -> Any:
    """Make the student's net in float64, load weights, and run it in both modes."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        model = function(**settings)
        model.load_state_dict({name: torch.as_tensor(value) for name, value in weights.items()})
        sentences = torch.as_tensor(tokens)
        model.eval()
        logits = model(sentences)
        logits.sum().backward()
        model.train()
        torch.manual_seed(0)
        with torch.no_grad():
            dropped = model(sentences)
        return tuple(
            each.detach().numpy() for each in (logits, model.embedding.weight.grad, dropped)
        )
    finally:
        torch.set_default_dtype(before)


def _forward(arguments: Arguments, **changes: Any) -> "tuple[Tensor, Tensor]":
    """Return logits and the embedding, by PyTorch's functions, with something done differently."""
    import torch
    import torch.nn.functional as F

    w = {name: torch.as_tensor(value).clone() for name, value in arguments["weights"].items()}
    table = w["embedding.weight"].requires_grad_()
    tokens = torch.as_tensor(arguments["tokens"])
    x = F.embedding(tokens, table, padding_idx=changes.get("padding_idx", 0))
    x = x.reshape(x.shape[0], x.shape[2], x.shape[1]) if "reshape" in changes else x.mT
    found = []
    for i in range(len(arguments["settings"]["widths"])):
        weight, bias = w[f"convs.{i}.weight"], w[f"convs.{i}.bias"]
        pad = (weight.shape[2] - 1) if "wide" in changes else changes.get("pad", 0)
        y = F.conv1d(x, weight, bias * changes.get("bias", 1), padding=pad)
        y = changes.get("activation", F.relu)(y)
        found.append(changes.get("pooled", lambda t: t.amax(2))(y))
    features = torch.cat(found[::-1] if "reversed" in changes else found, dim=1)
    if "unbiased" in changes:
        return F.linear(features, w["linear.weight"]), table
    logits = F.linear(features, w["linear.weight"], w["linear.bias"])
    return changes.get("last", lambda t: t)(logits), table


def _results(arguments: Arguments, kept: str = "right", **changes: Any) -> Values:
    import torch

    logits, table = _forward(arguments, **changes)
    (gradient,) = torch.autograd.grad(logits.sum(), table)
    p, v = arguments["settings"]["dropout"], logits.detach().numpy()
    mask = np.arange(v.size).reshape(v.shape) % 2
    dropped = {"right": v * mask / (1 - p), "none": v, "unscaled": v * mask}[kept]
    return v, np.asarray(gradient.numpy()), dropped


def _dropout_seen(arguments: Arguments, values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Return what dropout did as one number, because its zeros fall anywhere.

    By how much it scaled what it kept; 0 where nothing was dropped, -1 where it is no dropout of
    the pooled features. It shows where the linear layer hands these on as they are.
    """
    v, gradient, dropped = values
    alive = np.abs(v) > 1e-9
    gone = alive & (dropped == 0)
    kept = alive & ~gone
    ratios = dropped[kept] / v[kept]
    scale = -1.0
    if ratios.size and bool((np.ptp(ratios) < 1e-9) & np.isfinite(ratios).all()):
        scale = float(ratios.mean()) if gone.any() else 0.0
    return v, gradient, np.asarray(round(scale, 6))


def _reference(arguments: Arguments, device: str) -> Values:
    return _results(arguments)


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error: terms of all sums times the size that absolute values reach."""
    if result == "dropout":
        return Tolerance(1e-6, "one part in a million, of a scale")
    w = {name: np.abs(value) for name, value in arguments["weights"].items()}
    logits, _ = _forward({**arguments, "weights": w})
    linear, length = w["linear.weight"].sum(axis=0), arguments["tokens"].size
    filters = [w[f"convs.{i}.weight"] for i in range(len(arguments["settings"]["widths"]))]
    size = float(logits.detach().max())
    if result == "gradient":
        size = float(linear.sum() * max(f.max() for f in filters) * length)
    terms = sum(f[0].size for f in filters) + linear.size + length + 2
    epsilon = float(np.finfo(dtype).eps)
    return Tolerance(
        2 * terms * epsilon * size,
        f"2 · {terms} terms · {epsilon:.1e} ({dtype} rounding) · {size:.3g} (size of the sums)",
    )


def _sentences(
    fixed: Sequence[tuple[str, tuple[int, ...], int, tuple[int, int]]], through: bool = False
) -> Callable[[np.random.Generator, Which], list[Case]]:
    """Return a function that draws nets (widths, filters) and sentences (how many, how long)."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        cases = []
        for title, widths, filters, (n, length) in fixed:
            longer = int(rng.integers(1, 4)) if which == "hidden" else 0
            pooled = filters * len(widths)
            settings = {"vocabulary": 11, "dimension": 4, "widths": list(widths),
                        "filters": filters, "classes": pooled if through else 3,
                        "dropout": 0.25 if "quarter" in title else 0.5}  # fmt: skip
            weights = {"embedding.weight": rng.standard_normal((11, 4))}
            weights["embedding.weight"][0] = 0  # the padding
            for i, width in enumerate(widths):
                weights[f"convs.{i}.weight"] = rng.standard_normal((filters, 4, width))
                weights[f"convs.{i}.bias"] = rng.standard_normal(filters)
            weights["linear.weight"] = (
                np.eye(pooled) if through else rng.standard_normal((3, pooled))
            )
            weights["linear.bias"] = np.zeros(pooled) if through else rng.standard_normal(3)
            tokens = rng.integers(1, 11, size=(n, length + longer))
            tokens[:, ::2] = 10  # the last word is there, so that nobody can take it for padding
            tokens[1::2, -3 - longer :] = 0  # every other sentence is shorter, and filled up
            cases.append(Case(title, {"settings": settings, "weights": weights, "tokens": tokens}))
        return cases

    return draw


def _shape(name: str, hint: str, **changes: Any) -> list[Misconception]:
    return mistakes(name, hint, lambda a: _results(a, **changes))


def _activations() -> dict[str, Callable[[Any], Any]]:
    import torch

    return {
        "none": lambda t: t,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "leaky": torch.nn.functional.leaky_relu,
    }


def _activated(name: str) -> Callable[[Arguments], Values]:
    return lambda a: _results(a, activation=_activations()[name])


_AXES = (
    "The embedding gives (sentences, words, numbers a word); Conv1d wants (sentences, numbers a "
    "word, words). Moving axes and refilling a shape are two things: try both on np.arange."
)
_TIME = (
    "Max over time: of every filter, the largest value at any place of the sentence. One number."
)

TEXT_CNN: tuple[Misconception, ...] = (
    *_shape("axes are refilled, not moved", _AXES, reshape=True),
    *_shape("the average over time, not the maximum", _TIME, pooled=lambda t: t.mean(2)),
    *_shape("the sum over time, not the maximum", _TIME, pooled=lambda t: t.sum(2)),
    *_shape("only the last place counts", _TIME, pooled=lambda t: t[:, :, -1]),
    *_shape("only the first place counts", _TIME, pooled=lambda t: t[:, :, 0]),
    *_shape("the minimum, not the maximum", _TIME, pooled=lambda t: t.amin(2)),
    *mistakes(
        "the ReLU is missing",
        "Between a convolution and the maximum, negative values are cut off.",
        _activated("none"),
    ),
    *mistakes(
        "another activation in place of the ReLU",
        "The text says which activation comes behind the convolutions.",
        _activated("tanh"),
        _activated("sigmoid"),
        _activated("leaky"),
    ),
    *_shape(
        "the widths come in the wrong order",
        "The linear layer's first inputs belong to the first width. In which order do you join?",
        reversed=True,
    ),
    *mistakes(
        "padding around the sentences",
        "The convolutions here add no zeros of their own: a filter of width 3 has two places fewer "
        "than the sentence has words.",
        lambda a: _results(a, pad=1),
        lambda a: _results(a, pad=2),
        lambda a: _results(a, wide=True),
    ),
    *mistakes(
        "the result is no longer logits",
        "Return what the linear layer gives: the loss function of PyTorch does the rest itself.",
        lambda a: _results(a, last=lambda t: t.softmax(1)),
        lambda a: _results(a, last=lambda t: t.log_softmax(1)),
        lambda a: _results(a, last=lambda t: t.sigmoid()),
        lambda a: _results(a, last=lambda t: t.relu()),
    ),
    *_shape(
        "the linear layer has no bias",
        "Use a plain nn.Linear: it has a bias unless you say otherwise.",
        unbiased=True,
    ),
    *_shape(
        "the padding learns",
        "Token 0 stands for no word. Which argument of nn.Embedding keeps its row at zero?",
        padding_idx=None,
    ),
    *_shape(
        "another token is taken for the padding",
        "Token 0 stands for no word. Which argument of nn.Embedding says so?",
        padding_idx=-1,
    ),
    *_shape(
        "nothing is dropped in training",
        "Which layer sets features to zero at random, and where does forward call it?",
        kept="none",
    ),
    *_shape(
        "what dropout keeps is not scaled",
        "nn.Dropout makes what it keeps larger in training, so that evaluation needs no change.",
        kept="unscaled",
    ),
)

WIDTHS = (
    ("one width", (3,), 3, (2, 7)),
    ("three widths", (2, 3, 4), 2, (3, 8)),
    ("one sentence", (1, 3), 4, (1, 6)),
    ("widths that fall", (5, 2), 3, (4, 9)),
    ("a sentence as long as the widest filter", (2, 5), 2, (2, 5)),
    ("the same width twice", (3, 3), 2, (3, 7)),
)

TextCNN = Check(
    name="TextCNN",
    against="torch.nn.functional, with the same weights",
    parts={
        "forward": Part("the forward pass", _sentences(WIDTHS), counts=("logits",)),
        "padding": Part(
            "the padding token", _sentences(WIDTHS), counts=("logits", "gradient")
        ),
        "dropout": Part(
            "dropout",
            _sentences(
                (("a half", (2, 3), 8, (5, 8)), ("a quarter", (1, 2, 4), 6, (6, 8))), through=True
            ),
            counts=("logits", "dropout"),
        ),
    },
    reference=_reference,
    tolerance=_tolerance,
    results=(
        Result("logits", dtype="float"),
        Result("gradient", dtype="float"),
        Result("dropout", dtype="float"),
    ),
    misconceptions=TEXT_CNN,
    forbids=frozenset({"cnnlib", "torchvision", "torchtext"}),
    call=_call,
    settle=_dropout_seen,
)  # fmt: skip
