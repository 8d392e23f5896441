"""Watches PyTorch while a student's function runs, so that nothing forbidden runs unseen."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from cnnlib.check._check import Check


@contextmanager
def watching(check: Check) -> Iterator[list[str]]:
    """Collect the names of forbidden PyTorch functions and operators that run in this block.

    Names in the source can be hidden behind `exec` or another module; what runs cannot. Where
    PyTorch is not loaded nothing of it can run, and it is not loaded for this.
    """
    used: list[str] = []
    with ExitStack() as stack:
        if check.tensors or "torch" in sys.modules:
            for mode in _modes(check, used):
                stack.enter_context(mode)
        yield used


def _modes(check: Check, used: list[str]) -> list[Any]:
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    forbidden = {name.removeprefix(".") for name in check.forbids}
    everything = "torch" in check.forbids

    def note(name: str) -> None:
        if name not in used:
            used.append(name)

    class Functions(TorchFunctionMode):
        """Sees `F.conv2d`, `Tensor.unfold`, `Tensor.backward`, under whatever name they go."""

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            name = getattr(func, "__name__", "")
            if name in forbidden:
                note(name)
            return func(*args, **(kwargs or {}))

    class Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
        """Sees what PyTorch's own layers and functions come down to."""

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            name = func.overloadpacket.__name__
            if everything or name in check.watches:
                note(f"torch.ops.aten.{name}")
            return func(*args, **(kwargs or {}))

    # Watching operators takes a second when first used, for what it imports.
    operators = [Operators()] if everything or check.watches else []  # type: ignore[no-untyped-call]
    return [Functions(), *operators]
