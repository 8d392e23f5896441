"""The check of Kim's convolutional network for sentences, the last exercise of `ps9_transfer`.

Y. Kim, "Convolutional neural networks for sentence classification", EMNLP 2014. Students write a
class; weights are loaded into it by name, so that its numbers can be compared.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.check import (
    Check,
    Part,
    Result,
    Tolerance,
    Which,
)
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.transfer.calls import call_text_cnn
from cnnlib.check.transfer.text_mistakes import TEXT_CNN
from cnnlib.check.transfer.text_reference import forward, results


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


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding error: terms of all sums times the size that absolute values reach."""
    if result == "dropout":
        return Tolerance(1e-6, "one part in a million")
    w = {name: np.abs(value) for name, value in arguments["weights"].items()}
    logits, _ = forward({**arguments, "weights": w})
    linear, length = w["linear.weight"].sum(axis=0), arguments["tokens"].size
    filters = [w[f"convs.{i}.weight"] for i in range(len(arguments["settings"]["widths"]))]
    size = float(logits.detach().max())
    if result == "gradient":
        size = float(linear.sum() * max(f.max() for f in filters) * length)
    terms = sum(f[0].size for f in filters) + linear.size + length + 2
    return rounding(dtype, size, "size of the sums", terms=terms)


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


WIDTHS = (
    ("one width", (3,), 3, (2, 7)),
    ("three widths", (2, 3, 4), 2, (3, 8)),
    ("one sentence", (1, 3), 4, (1, 6)),
    ("widths in falling order", (5, 2), 3, (4, 9)),
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
    reference=results,
    tolerance=_tolerance,
    results=(
        Result("logits", dtype="float"),
        Result("gradient", dtype="float"),
        Result("dropout", dtype="float"),
    ),
    misconceptions=TEXT_CNN,
    forbids=frozenset({"cnnlib", "torchvision", "torchtext"}),
    call=call_text_cnn,
    settle=_dropout_seen,
)  # fmt: skip
