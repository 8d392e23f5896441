"""The checks of the layers of a small network, as classes, and of its loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case, Layout
from cnnlib.check.engine.check import Check, Part, Result, Tolerance, Values, Which
from cnnlib.check.lenet.layers_mistakes import AVG_POOL, CONV, CROSS_ENTROPY, LENET5, LINEAR, TANH

#: The ten weights of LeNet-5 in its modern form: 61,706 numbers.
LENET5_SHAPES = ((6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,),
                 (10, 84), (10,))  # fmt: skip


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
    conv("two images, three channels, locked", (2, 3, 4, 6), 2, (2, 3), layout="read-only"),
    conv("a 1×1 kernel", (2, 2, 3, 4), 3, (1, 1)),
    conv("a kernel as large as the image", (3, 2, 4, 3), 2, (4, 3)),
    conv("float32, arrays that are slices", (2, 2, 6, 5), 4, (3, 3), dtype="float32",
         layout="sliced"),
)  # fmt: skip
POOLS = (
    halved("one window", 1, 1, 2, 2),
    halved("wider than high", 2, 3, 4, 6),
    halved("higher than wide, locked", 3, 1, 8, 2, layout="read-only"),
    halved("float32, arrays that are slices", 2, 2, 6, 4, dtype="float32", layout="sliced"),
)
TANHS = (
    Shapes("images", (2, 3, 4, 5), (2, 3, 4, 5)),
    Shapes("features, locked", (3, 6), (3, 6), layout="read-only"),
    Shapes("float32, arrays that are slices", (4, 5), (4, 5), dtype="float32", layout="sliced"),
)
LINEARS = (
    dense("one example", 1, 3, 2),
    dense("five examples, locked", 5, 4, 6, layout="read-only"),
    dense("as many inputs as outputs and examples", 3, 3, 3),
    dense("float32, arrays that are slices", 4, 6, 3, dtype="float32", layout="sliced"),
)


def _random(kind: str, rng: np.random.Generator) -> Shapes:
    n, c, h, w, f = (int(size) for size in rng.integers(1, 5, size=5))
    name = "a random shape"
    if kind == "conv":
        kh, kw = (int(size) for size in rng.integers(1, 4, size=2))
        return conv(name, (n, c, h + kh, w + kw), f, (kh, kw))
    if kind == "linear":
        return dense(name, n, h + 1, w + 1)
    return halved(name, n, c, 2 * h, 2 * w) if kind == "avg_pool" else Shapes(name, (n, c), (n, c))


def _part(title: str, kind: str, shapes: Sequence[Shapes], judges: tuple[str, ...]) -> Part:
    """Return a part; three random shapes are hidden."""

    def draw(rng: np.random.Generator, which: Which) -> list[Case]:
        random = [_random(kind, rng) for _ in range(3)] if which == "hidden" else []
        return [each.case(rng, judges != ("y",)) for each in [*shapes, *random]]

    return Part(title, draw, judges)


def _call_weighted(make: Callable[..., Any], x: Any, w: Any, b: Any, dy: Any) -> Any:
    """Go through a layer with weights; another batch first, of which nothing may be left."""
    layer = make(w, b)
    if dy is None:
        return layer.forward(x), None, None, None
    layer.forward(1 - 2 * x)
    layer.backward(dy[::-1].copy())
    y = layer.forward(x)
    dx = layer.backward(dy)
    return y, dx, layer.dw, layer.db


def _call_plain(make: Callable[..., Any], x: Any, dy: Any) -> Any:
    """Go through a layer without weights."""
    layer = make()
    if dy is None:
        return layer.forward(x), None
    layer.forward(1 - 2 * x)
    layer.backward(dy[::-1].copy())
    return layer.forward(x), layer.backward(dy)


def _tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Bound the rounding of sums of products by their number and the largest factors."""
    sizes = {name: float(np.abs(arguments[name]).max()) for name in ("x", "w", "dy")
             if arguments.get(name) is not None}  # fmt: skip
    # No sum here has more terms than x, w and dy have elements, all taken together.
    terms = sum(arguments[name].size for name in sizes)
    factors = {"y": ("x", "w"), "dx": ("dy", "w"), "dw": ("dy", "x"), "db": ("dy",)}[result]
    size = float(np.prod([max(1.0, sizes.get(name, 1.0)) for name in factors]))
    epsilon = float(np.finfo(dtype).eps)
    return Tolerance(
        2 * terms * epsilon * size,
        f"2 · {terms} terms · {epsilon:.1e} ({dtype} rounding) · {size:.3g} (size of the products)",
    )


def _layer(name: str, kind: str, judge: str, shapes: Sequence[Shapes], mistakes: Any) -> Check:
    weighted = shapes[0].w is not None
    backward = ("dx", "dw", "db") if weighted else ("dx",)

    def reference(arguments: Arguments, device: str) -> Values:
        from cnnlib.check.lenet.layers_reference import layer

        return layer(kind, arguments, device)

    parts = {"forward": _part("forward", kind, shapes, ("y",))}
    if weighted:
        parts["weights"] = _part("dw and db", kind, shapes, ("dw", "db"))
    parts["backward"] = _part("dx", kind, shapes, ("dx",))
    return Check(
        name=name,
        against=judge,
        parts=parts,
        reference=reference,
        tolerance=_tolerance,
        misconceptions=mistakes,
        results=tuple(Result(result, added=True) for result in ("y", *backward)),
        call=_call_weighted if weighted else _call_plain,
    )


conv_layer = _layer("conv_layer", "conv", "torch.nn.Conv2d", CONVS, CONV)
avg_pool_layer = _layer("avg_pool_layer", "avg_pool", "torch.nn.AvgPool2d", POOLS, AVG_POOL)
tanh_layer = _layer("tanh_layer", "tanh", "torch.nn.Tanh", TANHS, TANH)
linear_layer = _layer("linear_layer", "linear", "torch.nn.Linear", LINEARS, LINEAR)


def _cross_entropy_case(
    rng: np.random.Generator, name: str, shape: tuple[int, int], scale: float = 2.0,
    dtype: str = "float64", layout: Layout = "plain",
) -> Case:  # fmt: skip
    logits = (scale * rng.standard_normal(shape)).astype(dtype)
    labels = rng.integers(0, shape[1], size=shape[0])
    return Case(name, {"logits": logits, "labels": labels}, layout=layout)


def _draw_cross_entropy(rng: np.random.Generator, which: Which) -> list[Case]:
    cases = [
        _cross_entropy_case(rng, "one example", (1, 3)),
        _cross_entropy_case(rng, "five examples of ten classes", (5, 10)),
        _cross_entropy_case(rng, "as many examples as classes, locked", (4, 4), layout="read-only"),
        _cross_entropy_case(rng, "logits in the thousands", (6, 3), scale=1000.0),
        _cross_entropy_case(rng, "float32, arrays that are slices", (7, 5), dtype="float32",
                            layout="sliced"),
    ]  # fmt: skip
    if which == "hidden":
        shapes = rng.integers(2, 9, size=(3, 2))
        cases += [_cross_entropy_case(rng, "a random shape", (int(n), int(k))) for n, k in shapes]
    return cases


def _cross_entropy(arguments: Arguments, device: str) -> Values:
    from cnnlib.check.lenet.layers_reference import cross_entropy

    return cross_entropy(arguments, device)


def _cross_entropy_tolerance(
    arguments: Arguments, dtype: "np.dtype[Any]", result: str
) -> Tolerance:
    # Logits are subtracted from each other before anything else: their size counts, not the loss's.
    size = max(1.0, float(np.abs(arguments["logits"]).max()))
    terms = arguments["logits"].size
    epsilon = float(np.finfo(dtype).eps)
    return Tolerance(
        4 * terms * epsilon * size,
        f"4 · {terms} terms · {epsilon:.1e} ({dtype} rounding) · {size:.3g} (the largest logit)",
    )


def _strictly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Let NumPy raise what it otherwise only warns of."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return function(*arguments)


cross_entropy = Check(
    name="cross_entropy",
    against="torch.nn.functional.cross_entropy",
    parts={"basic": Part("loss and gradient", _draw_cross_entropy)},
    reference=_cross_entropy,
    tolerance=_cross_entropy_tolerance,
    misconceptions=CROSS_ENTROPY,
    results=(Result("loss", dtype="float"), Result("dlogits")),
    call=_strictly,
)


def _draw_lenet5(rng: np.random.Generator, which: Which) -> list[Case]:
    def case(name: str, n: int) -> Case:
        weights = [rng.standard_normal(s) / np.sqrt(np.prod(s[1:])) for s in LENET5_SHAPES]
        positional = {
            "weights": weights,
            "x": rng.standard_normal((n, 1, 32, 32)),
            "dlogits": rng.standard_normal((n, 10)),
        }
        return Case(name, positional)

    return [case("one image", 1), case("two images", 2)]


def _call_lenet5(make: Callable[..., Any], weights: Any, x: Any, dlogits: Any) -> Any:
    network = make(weights)
    logits = network.forward(x)
    gradients = network.backward(dlogits)
    if type(gradients) is not list or len(gradients) != len(weights):
        return gradients
    return (logits, *gradients)


def _lenet5(arguments: Arguments, device: str) -> Values:
    from cnnlib.check.lenet.layers_reference import lenet5

    return lenet5(arguments, device)


def _lenet5_tolerance(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    epsilon = float(np.finfo(dtype).eps)
    terms = 28 * 28 * len(arguments["x"])
    return Tolerance(
        1000 * terms * epsilon,
        f"1000 · {terms} terms, the longest sum · {epsilon:.1e} ({dtype} rounding): five layers "
        "pass their rounding on",
    )


lenet5 = Check(
    name="lenet5",
    against="the same layers in PyTorch",
    parts={
        "forward": Part("logits", _draw_lenet5, counts=("logits",)),
        "backward": Part(
            "gradients",
            _draw_lenet5,
            counts=tuple(f"d{kind}{number}" for number in range(1, 6) for kind in "wb"),
        ),
    },
    reference=_lenet5,
    tolerance=_lenet5_tolerance,
    misconceptions=LENET5,
    results=(
        Result("logits"),
        *(Result(f"d{kind}{number}") for number in range(1, 6) for kind in "wb"),
    ),
    call=_call_lenet5,
    # What the layers return is what their own checks ask for.
    may_share=True,
)
