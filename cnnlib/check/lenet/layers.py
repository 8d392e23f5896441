"""The checks of the layers of a small network, as classes, and of its loss."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from cnnlib import spec, zoo
from cnnlib._arguments import pair
from cnnlib.check.engine.case import Arguments, Array, Case, Layout
from cnnlib.check.engine.check import Check, Part, Result, Tolerance, Which
from cnnlib.check.engine.drawing import drawing
from cnnlib.check.engine.rounding import rounding
from cnnlib.check.lenet import layers_reference as reference
from cnnlib.check.lenet.calls import call_lenet5, call_plain, call_strictly, call_weighted
from cnnlib.check.lenet.layers_mistakes import AVG_POOL, CONV, LENET5, LINEAR, TANH
from cnnlib.check.lenet.loss_mistakes import CROSS_ENTROPY


@dataclass(frozen=True)
class Shapes:
    """The shapes of one case: input, weights if there are any, and output."""

    name: str
    x: tuple[int, ...]
    y: tuple[int, ...]
    w: tuple[int, ...] | None = None
    dtype: str = "float64"
    layout: Layout = "plain"

    def case(self, rng: np.random.Generator, backward: bool) -> Case:
        """Fill the shapes; without a gradient if only forward is wanted."""

        def normal(*shape: int) -> Array:
            return rng.standard_normal(shape).astype(self.dtype)

        positional: dict[str, Any] = {"x": normal(*self.x)}
        if self.w is not None:
            positional |= {"w": normal(*self.w), "b": normal(self.w[0])}
        positional["dy"] = normal(*self.y) if backward else None
        return Case(self.name, positional, layout=self.layout)


def conv(
    name: str, image: Sequence[int], filters: int, kernel: Sequence[int], **more: Any
) -> Shapes:
    """Return the shapes of a convolution with stride 1 and no padding."""
    n, c, h, w = image
    kh, kw = kernel
    y = (n, filters, h - kh + 1, w - kw + 1)
    return Shapes(name, (n, c, h, w), y, (filters, c, kh, kw), **more)


def halved(name: str, *shape: int, **more: Any) -> Shapes:
    """Return the shapes of pooling by two."""
    return Shapes(name, shape, (*shape[:2], shape[2] // 2, shape[3] // 2), **more)


def dense(name: str, n: int, inputs: int, outputs: int, **more: Any) -> Shapes:
    """Return the shapes of a linear layer."""
    return Shapes(name, (n, inputs), (n, outputs), (outputs, inputs), **more)


CONVS = (
    conv("one image, one channel", (1, 1, 5, 4), 1, (3, 2)),
    conv("two images, three channels, read-only", (2, 3, 4, 6), 2, (2, 3), layout="read-only"),
    conv("a 1×1 kernel", (2, 2, 3, 4), 3, (1, 1)),
    conv("a kernel as large as the image", (3, 2, 4, 3), 2, (4, 3)),
    conv("float32, sliced arrays", (2, 2, 6, 5), 4, (3, 3), dtype="float32",
         layout="sliced"),
)  # fmt: skip
POOLS = (
    halved("one window", 1, 1, 2, 2),
    halved("wider than high", 2, 3, 4, 6),
    halved("higher than wide, read-only", 3, 1, 8, 2, layout="read-only"),
    halved("float32, sliced arrays", 2, 2, 6, 4, dtype="float32", layout="sliced"),
)
TANHS = (
    Shapes("images", (2, 3, 4, 5), (2, 3, 4, 5)),
    Shapes("features, read-only", (3, 6), (3, 6), layout="read-only"),
    Shapes("float32, sliced arrays", (4, 5), (4, 5), dtype="float32", layout="sliced"),
)
LINEARS = (
    dense("one example", 1, 3, 2),
    dense("five examples, read-only", 5, 4, 6, layout="read-only"),
    dense("as many inputs as outputs and examples", 3, 3, 3),
    dense("float32, sliced arrays", 4, 6, 3, dtype="float32", layout="sliced"),
)


def _random_conv(rng: np.random.Generator) -> Shapes:
    n, c, h, w, f = (int(size) for size in rng.integers(1, 5, size=5))
    kh, kw = (int(size) for size in rng.integers(1, 4, size=2))
    return conv("a random shape", (n, c, h + kh, w + kw), f, (kh, kw))


def _random_pool(rng: np.random.Generator) -> Shapes:
    n, c, h, w, _ = (int(size) for size in rng.integers(1, 5, size=5))
    return halved("a random shape", n, c, 2 * h, 2 * w)


def _random_tanh(rng: np.random.Generator) -> Shapes:
    n, c, *_ = (int(size) for size in rng.integers(1, 5, size=5))
    return Shapes("a random shape", (n, c), (n, c))


def _random_linear(rng: np.random.Generator) -> Shapes:
    n, _, h, w, _ = (int(size) for size in rng.integers(1, 5, size=5))
    return dense("a random shape", n, h + 1, w + 1)


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding of sums of products by their number and the largest factors."""
    sizes = {name: float(np.abs(arguments[name]).max()) for name in ("x", "w", "dy")
             if arguments.get(name) is not None}  # fmt: skip
    # No sum here has more terms than x, w and dy have elements, all taken together.
    terms = sum(arguments[name].size for name in sizes)
    factors = {"y": ("x", "w"), "dx": ("dy", "w"), "dw": ("dy", "x"), "db": ("dy",)}[result]
    size = float(np.prod([max(1.0, sizes.get(name, 1.0)) for name in factors]))
    return rounding(dtype, size, "size of the products", terms=terms)


def _layer(
    fixed: Sequence[Shapes],
    random: Callable[[np.random.Generator], Shapes],
    forward: Callable[..., Any],
    **more: Any,
) -> Check:
    """Return the check of a layer: on fixed shapes, and on three random ones that are hidden."""
    weighted = fixed[0].w is not None

    def part(title: str, *counts: str) -> Part:
        make = partial(Shapes.case, backward=counts != ("y",))
        return Part(title, drawing(make, fixed, random, extra=3), counts)

    parts = {"forward": part("forward", "y")}
    if weighted:
        parts["weights"] = part("dw and db", "dw", "db")
    parts["backward"] = part("dx", "dx")
    results = ("y", "dx", "dw", "db") if weighted else ("y", "dx")
    return Check(
        parts=parts,
        reference=partial(reference.layer, forward),
        tolerance=_tolerance,
        results=tuple(Result(result, added=True) for result in results),
        call=call_weighted if weighted else call_plain,
        **more,
    )


conv_layer = _layer(
    CONVS,
    _random_conv,
    reference.conv,
    name="conv_layer",
    against="torch.nn.Conv2d",
    misconceptions=CONV,
)
avg_pool_layer = _layer(
    POOLS,
    _random_pool,
    reference.avg_pool,
    name="avg_pool_layer",
    against="torch.nn.AvgPool2d",
    misconceptions=AVG_POOL,
)
tanh_layer = _layer(
    TANHS,
    _random_tanh,
    reference.tanh,
    name="tanh_layer",
    against="torch.nn.Tanh",
    misconceptions=TANH,
)
linear_layer = _layer(
    LINEARS,
    _random_linear,
    reference.linear,
    name="linear_layer",
    against="torch.nn.Linear",
    misconceptions=LINEAR,
)


def _cross_entropy_case(
    rng: np.random.Generator, name: str, shape: tuple[int, int], scale: float = 2.0,
    dtype: str = "float64", layout: Layout = "plain", shift: float = 0.0,
) -> Case:  # fmt: skip
    logits = (scale * rng.standard_normal(shape) + shift).astype(dtype)
    labels = rng.integers(0, shape[1], size=shape[0])
    return Case(name, {"logits": logits, "labels": labels}, layout=layout)


def _draw_cross_entropy(rng: np.random.Generator, which: Which) -> list[Case]:
    cases = [
        _cross_entropy_case(rng, "one example", (1, 3)),
        _cross_entropy_case(rng, "five examples of ten classes", (5, 10)),
        _cross_entropy_case(rng, "as many examples as classes, read-only", (4, 4),
                            layout="read-only"),
        _cross_entropy_case(rng, "logits in the thousands", (6, 3), scale=1000.0),
        _cross_entropy_case(rng, "float32, sliced arrays", (7, 5), dtype="float32",
                            layout="sliced"),
        _cross_entropy_case(rng, "logits far below zero", (3, 4), shift=-1e12),
    ]  # fmt: skip
    if which == "hidden":
        shapes = rng.integers(2, 9, size=(3, 2))
        cases += [_cross_entropy_case(rng, "a random shape", (int(n), int(k))) for n, k in shapes]
    return cases


def _cross_entropy_tolerance(
    arguments: Arguments, dtype: "np.dtype[Any]", result: str
) -> Tolerance:
    # Logits are subtracted from each other before anything else: their size counts, not the loss's.
    size = max(1.0, float(np.abs(arguments["logits"]).max()))
    terms = arguments["logits"].size
    return rounding(dtype, size, "the largest logit", factor=4, terms=terms)


cross_entropy = Check(
    name="cross_entropy",
    against="torch.nn.functional.cross_entropy",
    parts={"basic": Part("loss and gradient", _draw_cross_entropy)},
    reference=reference.cross_entropy,
    tolerance=_cross_entropy_tolerance,
    misconceptions=CROSS_ENTROPY,
    results=(Result("loss", dtype="float"), Result("dlogits")),
    call=call_strictly,
)


#: LeNet-5 in its modern form, for its sizes alone: PyTorch says what it computes.
_LENET5 = zoo.lenet5("modern").summary()


def _lenet5_shapes() -> list[tuple[int, ...]]:
    """Return the shapes of its ten weights; a kernel that reads the whole map is a linear layer."""
    shapes: list[tuple[int, ...]] = []
    for row in _LENET5.rows:
        if row.weights:
            filters, *size = row.output_shape
            reads: tuple[int, ...] = (math.prod(row.input_shape),)
            if isinstance(row.layer, spec.Conv) and math.prod(size) > 1:
                reads = (row.input_shape[0], *pair(row.layer.kernel_size))
            shapes += [(filters, *reads), (filters,)]
    return shapes


def _draw_lenet5(rng: np.random.Generator, which: Which) -> list[Case]:
    def case(name: str, n: int) -> Case:
        weights = [rng.standard_normal(s) / np.sqrt(np.prod(s[1:])) for s in _lenet5_shapes()]
        positional = {
            "weights": weights,
            "x": rng.standard_normal((n, *_LENET5.input_shape)),
            "dlogits": rng.standard_normal((n, *_LENET5.output_shape)),
        }
        return Case(name, positional)

    return [case("one image", 1), case("two images", 2)]


def _lenet5_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    epsilon = float(np.finfo(dtype).eps)
    terms = math.prod(_LENET5.rows[0].output_shape[1:]) * len(arguments["x"])
    return Tolerance(
        1000 * terms * epsilon,
        f"1000 · {terms} terms of the longest sum · {epsilon:.1e} ({dtype} rounding): each of the "
        "five layers passes its rounding on",
    )


_GRADIENTS = tuple(f"d{kind}{number}" for number in range(1, 6) for kind in "wb")

lenet5 = Check(
    name="lenet5",
    against="the same layers in PyTorch",
    parts={
        "forward": Part("logits", _draw_lenet5, counts=("logits",)),
        "backward": Part(
            "gradients",
            _draw_lenet5,
            counts=_GRADIENTS,
        ),
    },
    reference=reference.lenet5,
    tolerance=_lenet5_tolerance,
    misconceptions=LENET5,
    results=(
        Result("logits"),
        *map(Result, _GRADIENTS),
    ),
    call=call_lenet5,
    # What the layers return is what their own checks ask for.
    may_share=True,
)
