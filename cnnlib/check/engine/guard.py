"""While a student's function is called, what its exercise forbids refuses where it runs.

Whatever name it has, and in whatever thread it is called: an operator of PyTorch by an
implementation that raises, registered with PyTorch's own dispatcher; a function of NumPy's, or of
PyTorch's that is written in Python, by the code behind every reference to it. Outside of the call
everything works: a cell may compare with `np.pad` or `F.conv2d`.
"""

import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from cnnlib.check.engine.form import Form
from cnnlib.check.engine.plain import loaded_torch

#: What is noted where a forbidden thing no longer refused after the call.
GONE = "something that switches these restrictions off"
#: PyTorch's differentiation, where an exercise forbids `autograd`: all ways come through here.
_AUTOGRAD = (
    ("torch", "Tensor.backward"),
    ("torch.autograd", "backward"),
    ("torch.autograd", "grad"),
    ("torch.autograd.graph", "_engine_run_backward"),
    ("torch.autograd.forward_ad", "enter_dual_level"),
    ("torch.autograd.forward_ad", "make_dual"),
)


#: What makes numbers whose derivatives are computed with them.
_DUAL = "_make_dual"


class NotAllowed(Exception):
    """The exercise does not allow what was called."""


@dataclass
class Guard:
    """What refuses while a function is called.

    Attributes
    ----------
    refused
        The names of what was called nevertheless, once each.
    examined
        The function whose code was read last, and what was found in it: once in a block is enough.
    """

    form: Form
    refused: list[str] = field(default_factory=list)
    examined: tuple[Callable[..., Any], list[str]] | None = None
    _probes: list[Callable[[], object]] = field(default_factory=list)
    _silent: bool = False

    def refuse(self, name: str) -> NotAllowed:
        """Note a name; return what is to be raised."""
        if not self._silent and name not in self.refused:
            self.refused.append(name)
        return NotAllowed(f"{name} is not allowed in this exercise: write what it does yourself")

    def in_force(self) -> bool:
        """Whether forbidden things still refuse."""
        self._silent = True
        try:
            return all(map(_refuses, self._probes))
        finally:
            self._silent = False


_active: Guard | None = None


@contextmanager
def guarding(form: Form) -> Iterator[Guard]:
    """Let forbidden things refuse in this block, in every thread.

    A block inside of a block for the same form changes nothing: so a part's calls can share one.
    """
    global _active  # noqa: PLW0603  (one process has one guard)
    if _active is not None and _active.form == form:
        _active.refused.clear()
        yield _active
        return
    before, guard = _active, Guard(form)
    with ExitStack() as stack:
        for name in sorted(form.forbids):
            if name.startswith("."):
                _swap_numpys(guard, name.removeprefix("."), stack)
        if form.tensors or loaded_torch() is not None:
            if form.watches:
                _refuse_operators(guard, "|".join(sorted(form.watches)), stack)
            if "autograd" in form.forbids:
                _refuse_autograd(guard, stack)
        _active = guard
        try:
            yield guard
        finally:
            _active = before


# -- functions written in Python --------------------------------------------------------------


def _swap_numpys(guard: Guard, name: str, stack: ExitStack) -> None:
    """Swap the code of a function of NumPy's, and of its helpers that have its name in theirs."""
    function = _written(getattr(np, name, None))
    if function is None:
        return
    helpers = vars(sys.modules[function.__module__]).values()
    for helper in (function, *map(_written, helpers)):
        if helper is not None and name in helper.__name__:
            _swap(guard, helper, f"np.{name}", stack)


def _written(item: Any) -> FunctionType | None:
    """Return the function written in Python that is behind something."""
    item = getattr(item, "_implementation", item)
    item = getattr(item, "__wrapped__", item)
    return item if isinstance(item, FunctionType) else None


def _swap(guard: Guard, function: FunctionType, name: str, stack: ExitStack) -> None:
    before = function.__code__
    if before.co_freevars:  # its code cannot be swapped
        return

    def refuse() -> None:
        raise guard.refuse(name)

    function.__code__ = _calling(refuse)
    guard._probes.append(function)
    stack.callback(setattr, function, "__code__", before)


def _calling(refuse: Callable[[], None]) -> CodeType:
    """Return code that takes anything and calls something; it reads no name that can be changed."""

    def template(*args: Any, **settings: Any) -> Any:
        call: Any = "what to call"
        return call()

    code = template.__code__
    consts = tuple(refuse if value == "what to call" else value for value in code.co_consts)
    return code.replace(co_consts=consts)


def _refuses(probe: Callable[[], object]) -> bool:
    try:
        probe()
    except NotAllowed:
        return True
    except Exception:
        return False
    return False


# -- PyTorch ----------------------------------------------------------------------------------


def _refuse_operators(guard: Guard, pattern: str, stack: ExitStack) -> None:
    """Register implementations that raise, for every operator whose name holds the pattern."""
    import torch

    libraries: dict[tuple[str, str], Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says, once, that this replaces what there was
        for space, name, key in _operators(pattern):
            library = libraries.get((space, key))
            if library is None:
                library = torch._C._dispatch_library("IMPL", space, key, __file__, 1)
                libraries[space, key] = library
                stack.callback(library.reset)
            library.impl(name, key, _refusing(guard, f"torch.ops.{space}.{name.split('.')[0]}"))
    kernels = getattr(torch._C, "_SafeKernelFunction", None)
    if kernels is not None:  # implementations that somebody looked up before
        _replace(guard, kernels, "call_boxed", "torch.library.get_kernel", stack)
    one = torch.ones(1, 1, 2, 2)
    guard._probes += [
        lambda: torch.ops.aten.convolution(one, one, None, [1] * 2, [0] * 2, [1] * 2, False,
                                           [0] * 2, 1),
        lambda: torch.ops.aten.max_pool2d_with_indices(one, [2, 2]),
        lambda: torch.ops.aten.im2col(one, [1, 1], [1, 1], [0, 0], [1, 1]),
    ]  # fmt: skip


@cache
def _operators(pattern: str) -> tuple[tuple[str, str, str], ...]:
    """Return namespace, name and dispatch key of what refuses: in all namespaces."""
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    keys = ["CPU", *["CUDA"] * cuda, *["MPS"] * mps]
    has = torch._C._dispatch_has_kernel_for_dispatch_key
    found = []
    for whole in sorted(torch._C._dispatch_get_all_op_names()):
        space, name = whole.split("::")
        if re.search(pattern, name):
            here = [key for key in keys if space == "aten" or has(whole, key)]
            # Derivatives are made before anything is computed.
            here += [f"Autograd{key}" for key in keys if name.startswith(_DUAL)]
            found += [(space, name, key) for key in here]
    return tuple(found)


def _refusing(guard: Guard, name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise guard.refuse(name)

    return refuse


def _refuse_autograd(guard: Guard, stack: ExitStack) -> None:
    import torch

    for module, path in _AUTOGRAD:
        function: Any = sys.modules.get(module)
        for step in path.split("."):
            function = getattr(function, step, None)
        written = _written(function)
        if written is not None:
            _swap(guard, written, f"{module}.{path}", stack)
    _replace(guard, torch._C, "_ImperativeEngine", "torch.autograd", stack)
    _replace(guard, torch.autograd.Variable, "_execution_engine", "torch.autograd", stack)


def _replace(guard: Guard, holder: Any, name: str, said: str, stack: ExitStack) -> None:
    """Replace an attribute by what refuses."""
    before = getattr(holder, name)
    setattr(holder, name, _refusing(guard, said))
    stack.callback(setattr, holder, name, before)

    def probe() -> object:
        return getattr(holder, name)()

    guard._probes.append(probe)
