"""Rehearses a call for a device that is not there, and says whether it would run on a GPU.

Tensors of the device `meta` have a shape and a device, and no numbers. A function is called on them
as on a GPU's, and every operator's tensors are looked at: those on the CPU were made without the
input's device. As on a GPU, a single number and indices may come from the CPU.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from cnnlib.check.engine.lines import describe_error, running_line

#: Operators that copy from one device to another.
_COPIES = {"_to_copy", "copy_"}
#: Operators whose index tensors may be on the CPU.
_INDEXING = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index"}
#: Reads one number of a tensor: `item()`, `int(…)`, `if …`.
_READS = "_local_scalar_dense"


@dataclass(frozen=True)
class Rehearsal:
    """What was seen of a call as on a GPU.

    Attributes
    ----------
    fails
        What would go wrong there, with the line; empty if nothing was seen.
    waits
        The line that first reads a number of a tensor, for which the GPU must have finished.
    """

    fails: str = ""
    waits: str = ""


NOTHING_SEEN = Rehearsal()


class TwoDevices(RuntimeError):
    """The tensors of an operator are on two devices."""


class _Unknown(Exception):
    """What happens next depends on numbers, and there are none."""


def rehearse(
    function: Callable[..., Any], positional: Sequence[Any], keyword: Mapping[str, Any]
) -> Rehearsal:
    """Call a function that runs on the CPU as on a GPU.

    What cannot be known without numbers is not said to be wrong.

    Parameters
    ----------
    positional, keyword
        The arguments, their tensors on the device `meta`.

    Examples
    --------
    >>> import torch
    >>> x = torch.ones(3, device="meta")
    >>> print(rehearse(lambda x: x + torch.arange(3), [x], {}).fails.partition(";")[0])
    TwoDevices: add got a tensor on the GPU and one on the CPU
    """
    watch = _mode()
    returned = None
    try:
        with redirect_stdout(io.StringIO()), watch:
            returned = function(*positional, **keyword)
    except Exception as raised:
        # All others are of `meta` itself: with numbers there was none.
        real = isinstance(raised, TwoDevices) or "device type tensor to numpy" in str(raised)
        said = describe_error(raised).replace("meta device", "cuda device") if real else ""
        return Rehearsal(said, watch.waits)
    items = returned if isinstance(returned, tuple | list) else [returned]
    if any(getattr(getattr(each, "device", None), "type", "") == "cpu" for each in items):
        return Rehearsal("what you return is on the CPU, but the input is on the GPU", watch.waits)
    return Rehearsal(waits=watch.waits)


def _mode() -> Any:
    from torch import Tensor
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_iter

    class Devices(TorchDispatchMode):  # type: ignore[no-untyped-call]
        """Looks at the devices of every operator's tensors."""

        waits = ""

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # as in `watch`

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            name, kwargs = func.overloadpacket.__name__, kwargs or {}
            if name in _COPIES:
                return _copy(func, name, args, kwargs)
            compared = [args[0], *args[2:]] if name in _INDEXING else [args, kwargs]
            tensors = [each for each in tree_iter(compared) if isinstance(each, Tensor)]
            away = any(each.device.type == "meta" for each in tensors)
            if away and name == _READS:
                self.waits = running_line()
                raise _Unknown
            if away and any(each.device.type == "cpu" and each.ndim for each in tensors):
                raise TwoDevices(
                    f"{name} got a tensor on the GPU and one on the CPU; create every new tensor "
                    "on the input's device: x.new_zeros(…) or device=x.device"
                )
            return func(*args, **kwargs)

    return Devices()  # type: ignore[no-untyped-call]


def _copy(func: Any, name: str, args: Any, kwargs: Any) -> Any:
    """Copy as between two devices; what comes from `meta` has no numbers."""
    import torch

    source = args[1] if name == "copy_" else args[0]
    target = args[0].device if name == "copy_" else torch.device(kwargs.get("device") or "meta")
    if source.device.type == "meta" and target.type == "cpu":
        kept = {"dtype": kwargs.get("dtype") or source.dtype, "device": "cpu"}
        return args[0] if name == "copy_" else torch.empty(source.shape, **kept)
    return func(*args, **kwargs)
