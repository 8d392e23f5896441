"""Where PyTorch computes, and what its tensors are as arrays."""

from typing import Any

import numpy as np

from cnnlib._late import torch
from cnnlib.check.engine.case import Array


def pick_device(device: str) -> str:
    """Return the device to compute on: for `"auto"` CUDA, then MPS, then the CPU.

    Raises
    ------
    ValueError
        There is no such device here.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if device == "auto":
        return next(name for name, available in there.items() if available)
    if not there.get(device):
        found = ", ".join(repr(name) for name, available in there.items() if available)
        raise ValueError(f"device is {device!r}; this machine has 'auto', {found}")
    return device


def tensor(array: Array | None, device: str = "cpu") -> Any:
    """Return an array as a float64 tensor, on the CPU where it should be on MPS, which has none.

    In float64 CUDA never rounds to TF32, as it may in float32.
    """
    if array is None:
        return None
    device = "cpu" if device == "mps" else device
    return torch.as_tensor(array.copy()).to(device=device, dtype=torch.float64)


def array(result: Any) -> Array:
    """Return a tensor as a float64 NumPy array."""
    return np.asarray(result.detach().cpu().numpy(), dtype=np.float64)
