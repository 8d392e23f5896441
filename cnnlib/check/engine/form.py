"""A check's form: what calling a student's function needs to know, and nothing that judges.

It is plain data, so that it can travel to where the function is called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import reduce
from importlib import import_module
from typing import Any, Literal

#: What would do a NumPy exercise in one call.
LIBRARIES = frozenset({"torch", "scipy", "skimage", "sklearn", "tensorflow", "jax", "cv2"})


@dataclass(frozen=True)
class Result:
    """One thing that the student's function returns.

    Attributes
    ----------
    name
        Its name in reports.
    dtype
        What its dtype must be: the input's, any integer, any float, or a boolean.
    added
        `Check.call` adds it to what the student's function returns.
    """

    name: str
    dtype: Literal["input", "integer", "float", "boolean"] = "input"
    added: bool = False


@dataclass(frozen=True)
class Form:
    """How a check calls a function, and what the function may not use meanwhile.

    Attributes
    ----------
    name
        The check's name.
    parts
        The names of its parts, in order.
    results
        What the function returns.
    forbids, watches, tensors
        As in `Check`.
    counts
        Whether the operators of PyTorch are counted.
    anywhere
        As in `Check`.
    call
        What calls the function, as `module:function`; empty where it is called plainly.
    """

    name: str
    parts: tuple[str, ...]
    results: tuple[Result, ...] = (Result("y"),)
    forbids: frozenset[str] = LIBRARIES
    watches: frozenset[str] = field(default_factory=frozenset)
    tensors: bool = False
    counts: bool = False
    anywhere: bool = False
    call: str = ""

    def caller(self) -> Callable[..., Any]:
        """Import what calls the function: `caller(function, *positional, **keyword)`."""
        if not self.call:
            return _plainly
        module, _, path = self.call.partition(":")
        found: Any = reduce(getattr, path.split("."), import_module(module))
        return found  # type: ignore[no-any-return]

    def to_json(self) -> dict[str, Any]:
        """Return it in a form that JSON can hold."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            **told,
            "parts": list(self.parts),
            "results": [[r.name, r.dtype, r.added] for r in self.results],
            "forbids": sorted(self.forbids),
            "watches": sorted(self.watches),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Form":
        """Return the form that `to_json` told."""
        return cls(
            **{
                **told,
                "parts": tuple(told["parts"]),
                "results": tuple(Result(*each) for each in told["results"]),
                "forbids": frozenset(told["forbids"]),
                "watches": frozenset(told["watches"]),
            }
        )


def name_of(call: Callable[..., Any] | None, check: str) -> str:
    """Return a caller's name, by which it is found in another process.

    Raises
    ------
    ValueError
        It has none: it is no function that stands at the top of a module.
    """
    if call is None:
        return ""
    module, name = getattr(call, "__module__", ""), getattr(call, "__qualname__", "<")
    if "<" in name or not module:
        raise ValueError(
            f"the check {check} calls functions by {call!r}, which no other process can find: "
            "define it with def at the top of a module"
        )
    return f"{module}:{name}"


def _plainly(function: Callable[..., Any], *positional: Any, **keyword: Any) -> Any:
    return function(*positional, **keyword)
