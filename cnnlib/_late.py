"""PyTorch, imported when it is first used: `from cnnlib._late import F, torch`.

So a module can say at its top that it computes with PyTorch, and importing it stays cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    import torch.nn.functional as F
else:

    class _Late:
        """Stands for a module. It never enters `sys.modules`, where others look for PyTorch."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, attribute: str) -> Any:
            return getattr(import_module(self._name), attribute)

    torch = _Late("torch")
    F = _Late("torch.nn.functional")

__all__ = ["F", "torch"]
