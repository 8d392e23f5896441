"""What a check is made of."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from cnnlib.check._case import Arguments, Array, Case

Which: TypeAlias = Literal["visible", "hidden"]
#: Seeds where nobody gives one. The autograder draws hidden cases from the course's own secret.
SEEDS: Mapping[Which, int] = {"visible": 231, "hidden": 1998}


@dataclass(frozen=True)
class Tolerance:
    """The largest difference that rounding can explain, and why it is that."""

    value: float
    why: str


@dataclass(frozen=True)
class Misconception:
    """A typical mistake: its name, a hint, and what it would compute.

    `compute` gets a case's arguments and returns an array, or None where the mistake makes no
    difference or cannot be made. It is written with PyTorch, so that it gives no answer away.
    """

    name: str
    hint: str
    compute: Callable[[Arguments], Array | None]


@dataclass(frozen=True)
class Part:
    """One rung of an exercise's ladder: its cases, drawn from a random generator."""

    title: str
    draw: Callable[[np.random.Generator, Which], Sequence[Case]]


@dataclass(frozen=True)
class Check:
    """Everything that is known about one function that students write.

    Attributes
    ----------
    name
        The function's name.
    judge
        The PyTorch function it is compared with, as students find it in the documentation.
    parts
        The rungs of the ladder by name.
    reference
        The right result in float64, from PyTorch, on a device.
    tolerance
        How far a right solution may be from the reference, for a case's arguments and dtype.
    window
        Which part of the input one output element reads, in words and numbers.
    misconceptions
        Typical mistakes, the more specific first.
    forbids
        Names that a solution may not use: modules, functions, or methods.
    """

    name: str
    judge: str
    parts: Mapping[str, Part]
    reference: Callable[[Arguments, str], Array]
    tolerance: Callable[[Arguments, "np.dtype[Any]"], Tolerance]
    window: Callable[[Arguments, tuple[int, ...]], str]
    misconceptions: Sequence[Misconception]
    forbids: frozenset[str]

    def draw(self, part: str, which: Which, seed: int | None = None) -> list[Case]:
        """Return the cases of one part.

        The same seed gives the same cases on every machine; every part and visibility has its own
        stream, so that adding a case to one changes no other.
        """
        seed = SEEDS[which] if seed is None else seed
        stream = zlib.crc32(f"{self.name}/{part}/{which}".encode())
        return list(self.parts[part].draw(np.random.default_rng([seed, stream]), which))

    def __call__(
        self,
        function: Callable[..., Any],
        part: str | None = None,
        *,
        cases: Which = "visible",
        device: str = "auto",
    ) -> None:
        """Check a function and print what was found.

        Parameters
        ----------
        function
            The student's function.
        part
            One rung of the ladder, or None for all of them in order.
        cases
            `"visible"`, or `"hidden"`: the ones that count when the assignment is graded.
        device
            Where PyTorch computes the reference: `"auto"`, `"cpu"`, `"cuda"` or `"mps"`.

        Raises
        ------
        CheckFailed
            The function does not do what PyTorch does. The message says where and why.
        ValueError, TypeError
            The check itself was called wrongly.
        """
        if not callable(function):
            raise TypeError(
                f"check.{self.name} got {type(function).__name__}; give it your function, "
                f"without parentheses: check.{self.name}({self.name})"
            )
        if part is not None and part not in self.parts:
            raise ValueError(
                f"part is {part!r}; {self.name} has {', '.join(map(repr, self.parts))}"
            )
        if cases not in SEEDS:
            raise ValueError(f"cases is {cases!r}; expected 'visible' or 'hidden'")
        from cnnlib.check import _backend

        for name in [part] if part is not None else self.parts:
            _backend.current().run(self, function, name, cases, device)
