"""The model solutions' fast layers beside PyTorch's, both on one thread, forward and backward.

    .venv/bin/python benchmarks/layers.py [--rounds 7] [--json]

The functions are those of the notebooks in `solutions/`. Runs are interleaved; a ratio is the
median over rounds of our time divided by PyTorch's in the same round.
"""

import argparse
import json
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy is imported

import statistics  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from time import perf_counter  # noqa: E402
from typing import Any  # noqa: E402

import nbformat  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

ROOT = Path(__file__).parents[1]
#: Geometric mean of the ratios that each function should stay below.
TARGET = 3.0


@dataclass(frozen=True)
class Layer:
    """One convolution: an image (N, C, H, W), filters, and settings."""

    image: tuple[int, int, int, int]
    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1

    def __str__(self) -> str:
        """Return it in one line."""
        n, c, h, w = self.image
        text = f"{n}×{c}×{h}×{w} → {self.filters}, {self.kernel}×{self.kernel}"
        for name in ("stride", "padding", "groups"):
            value = getattr(self, name)
            text += f" {name[0]}{value}" if value != (0 if name == "padding" else 1) else ""
        return text


SHAPES = (
    Layer((16, 1, 28, 28), 6, 5, padding=2),  # LeNet-5, first
    Layer((16, 6, 14, 14), 16, 5),  # LeNet-5, second
    Layer((2, 3, 224, 224), 64, 7, stride=2, padding=3),  # ResNet, stem
    Layer((4, 64, 28, 28), 64, 3, padding=1),
    Layer((4, 128, 28, 28), 128, 3, stride=2, padding=1),
    Layer((4, 256, 14, 14), 64, 1),
    Layer((8, 32, 16, 16), 64, 3, padding=1, groups=4),
    Layer((2, 96, 27, 27), 256, 5, padding=2, groups=2),  # AlexNet, second
)


def main() -> None:
    """Print a table for each function."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    forward = solutions("ps2_forward")["conv2d_im2col"]
    backward = solutions("ps3_backward")["conv2d_backward_im2col"]
    found = [
        compare("conv2d_im2col", options.rounds, lambda layer: forward_pair(layer, forward)),
        compare(
            "conv2d_backward_im2col", options.rounds, lambda each: backward_pair(each, backward)
        ),
    ]
    if options.json:
        print(json.dumps(found, indent=2))
        return
    for result in found:
        print(f"{result['function']}, float32, one thread")
        print(f"  {'layer':<34}{'ours ms':>10}{'PyTorch ms':>12}{'ratio':>8}")
        for row in result["layers"]:
            print(f"  {row['layer']:<34}{row['ours_ms']:>10.2f}{row['torch_ms']:>12.2f}"
                  f"{row['ratio']:>8.2f}")  # fmt: skip
        print(f"  geometric mean {result['mean']:.2f} (target: at most {TARGET:g})\n")


def solutions(name: str) -> dict[str, Any]:
    """Run an assignment's definitions; return what they define."""
    notebook = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    namespace: dict[str, Any] = {}
    for cell in notebook.cells:
        role = cell.metadata.get("nbgrader", {})
        defines = cell.cell_type == "code" and not role.get("grade")
        if defines and (role.get("solution") or cell.source.lstrip().startswith(("import", "def"))):
            exec(cell.source, namespace)
    return namespace


def arrays(layer: Layer) -> tuple[Any, Any, Any]:
    """Return x, w and b of a layer."""
    rng = np.random.default_rng(0)
    depth = layer.image[1] // layer.groups
    shapes = (layer.image, (layer.filters, depth, layer.kernel, layer.kernel), (layer.filters,))
    x, w, b = (rng.standard_normal(shape).astype(np.float32) for shape in shapes)
    return x, w, b


def forward_pair(layer: Layer, ours: Callable[..., Any]) -> tuple[Any, Any]:
    """Return our forward pass and PyTorch's, as functions without arguments."""
    x, w, b = arrays(layer)
    settings = {"stride": layer.stride, "padding": layer.padding, "groups": layer.groups}
    tensors = [torch.from_numpy(array) for array in (x, w, b)]

    def theirs() -> Any:
        with torch.no_grad():
            return torch.nn.functional.conv2d(*tensors, **settings)

    np.testing.assert_allclose(ours(x, w, b, **settings), theirs().numpy(), rtol=1e-3, atol=1e-3)
    return lambda: ours(x, w, b, **settings), theirs


def backward_pair(layer: Layer, ours: Callable[..., Any]) -> tuple[Any, Any]:
    """Return our backward pass and PyTorch's; its forward pass has been done before."""
    x, w, b = arrays(layer)
    settings = {"stride": layer.stride, "padding": layer.padding, "groups": layer.groups}
    tensors = [torch.from_numpy(array).requires_grad_() for array in (x, w, b)]
    y = torch.nn.functional.conv2d(*tensors, **settings)
    dy = np.random.default_rng(1).standard_normal(y.shape).astype(np.float32)
    gradient = torch.from_numpy(dy)

    def theirs() -> Any:
        return torch.autograd.grad(y, tensors, gradient, retain_graph=True)

    for mine, their in zip(ours(dy, x, w, **settings), theirs(), strict=True):
        np.testing.assert_allclose(mine, their.numpy(), rtol=1e-2, atol=1e-2)
    return lambda: ours(dy, x, w, **settings), theirs


def compare(function: str, rounds: int, pair: Callable[[Layer], tuple[Any, Any]]) -> dict[str, Any]:
    """Time one function on all layers."""
    rows = []
    for layer in SHAPES:
        ours, theirs = pair(layer)
        times = [(timed(ours), timed(theirs)) for _ in range(rounds)]
        rows.append({
            "layer": str(layer),
            "ours_ms": 1000 * statistics.median(mine for mine, _ in times),
            "torch_ms": 1000 * statistics.median(their for _, their in times),
            "ratio": statistics.median(mine / their for mine, their in times),
        })  # fmt: skip
    mean = statistics.geometric_mean(row["ratio"] for row in rows)
    return {"function": function, "mean": mean, "layers": rows}


def timed(function: Callable[[], Any]) -> float:
    """Return the seconds of a run, the better of two: the first may find cold caches."""
    best = float("inf")
    for _ in range(2):
        start = perf_counter()
        function()
        best = min(best, perf_counter() - start)
    return best


if __name__ == "__main__":
    main()
