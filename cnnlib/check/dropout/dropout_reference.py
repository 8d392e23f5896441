"""PyTorch's dropout, as the reference and as the source of the masks of typical mistakes."""

from functools import lru_cache
from typing import Any

from cnnlib._late import F, torch
from cnnlib.check.engine.case import Arguments, Array
from cnnlib.check.engine.devices import array, tensor


@lru_cache(maxsize=64)
def kept(shape: tuple[int, ...], p: float, seed: int) -> Any:
    """Return 0 where `torch.nn.functional.dropout` drops, and 1 where it keeps."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        ones = torch.ones(shape, dtype=torch.float64)
        return (F.dropout(ones, p) > 0).to(ones.dtype)


def forward(arguments: Arguments, device: str = "cpu") -> tuple[Array, ...]:
    """Return y and its mask, the mask of a second call, and the first one again."""
    x, p = tensor(arguments["x"]), arguments["p"] if arguments["training"] else 0.0
    first, again = (kept(x.shape, p, seed) / (1 - p) for seed in (1, 2))
    return array(x * first), array(first), array(again), array(first)


def backward(arguments: Arguments, device: str = "cpu") -> tuple[Array, ...]:
    """Return dx, of one call and of another."""
    dx = array(tensor(arguments["dy"]) * tensor(arguments["mask"]))
    return dx, dx
