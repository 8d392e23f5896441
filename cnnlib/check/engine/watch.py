"""Watches PyTorch while a student's function runs, so that nothing forbidden runs unseen."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from cnnlib.check.engine.form import Form
from cnnlib.check.engine.plain import loaded_torch


@dataclass
class Watched:
    """What PyTorch did in a block of code.

    Attributes
    ----------
    used
        Names of forbidden functions and operators that ran.
    operators
        How many operators ran.
    """

    used: list[str] = field(default_factory=list)
    operators: int = 0

    def note(self, name: str) -> None:
        """Note a forbidden name, once."""
        if name not in self.used:
            self.used.append(name)


@contextmanager
def watching(form: Form) -> Iterator[Watched]:
    """Note what PyTorch does in this block.

    Names in the source can be hidden behind `exec` or another module; what runs cannot. Where
    PyTorch is not loaded nothing of it can run, and it is not loaded for this.
    """
    watched = Watched()
    with ExitStack() as stack:
        if form.tensors or loaded_torch() is not None:
            for mode in _modes(form, watched):
                stack.enter_context(mode)
        yield watched


def _modes(form: Form, watched: Watched) -> list[Any]:
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    forbidden = {name.removeprefix(".") for name in form.forbids}
    everything = "torch" in form.forbids

    pattern = re.compile("|".join(sorted(form.watches))) if form.watches else None

    class Functions(TorchFunctionMode):
        """Sees `F.conv2d`, `Tensor.unfold`, `Tensor.backward`, under whatever name they go."""

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            name = getattr(func, "__name__", "")
            if name in forbidden:
                watched.note(name)
            return func(*args, **(kwargs or {}))

    class Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
        """Sees what PyTorch's own layers and functions come down to."""

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            # Or PyTorch would import its compiler, which takes seconds and asks for other packages.
            return False

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            watched.operators += 1
            name = func.overloadpacket.__name__
            if everything or (pattern is not None and pattern.search(name)):
                watched.note(f"torch.ops.aten.{name}")
            return func(*args, **(kwargs or {}))

    # Watching operators takes a second when first used, for what it imports.
    operators = [Operators()] if everything or form.watches else []  # type: ignore[no-untyped-call]
    return [Functions(), *operators]
