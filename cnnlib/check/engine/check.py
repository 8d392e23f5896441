"""What a check is made of."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from cnnlib.check.engine.case import Arguments, Array, Case
from cnnlib.check.engine.form import LIBRARIES, Form, Result, name_of
from cnnlib.check.engine.window import Window

__all__ = [
    "LIBRARIES",
    "SEEDS",
    "Backend",
    "Check",
    "Misconception",
    "Part",
    "Raises",
    "Remark",
    "Result",
    "Tolerance",
    "Values",
    "Which",
    "current",
    "exact",
    "mistakes",
    "use",
]

Which: TypeAlias = Literal["visible", "hidden"]
#: Seeds for when none is given. The autograder draws hidden cases from the course's own secret.
SEEDS: Mapping[Which, int] = {"visible": 231, "hidden": 1998}
#: Results as a reference or a misconception gives them: one array, or one for each result. None
#: where a misconception says nothing about a result.
Values: TypeAlias = Array | tuple[Array | None, ...]


@dataclass(frozen=True)
class Tolerance:
    """The largest difference that rounding can explain, and why it is that."""

    value: float
    why: str


def exact(arguments: Arguments, dtype: "np.dtype[Any]", result: str) -> Tolerance:
    """Allow no difference: values are copied, or are whole numbers."""
    return Tolerance(0.0, "none, values are exact")


@dataclass(frozen=True)
class Raises:
    """What a misconception computes for a case in which the mistake raises an exception.

    Attributes
    ----------
    like
        A regular expression: the exception's class and message, or the line that raised it.
    alone
        Only this mistake raises such an exception, so that it is known even if every case raises.
    """

    like: str
    alone: bool = False


#: What a misconception computes: results, a number, an exception, or None where it says nothing.
Imagined: TypeAlias = Values | float | Raises | None


@dataclass(frozen=True)
class Misconception:
    """A typical mistake: its name, a hint, and what it would compute.

    `compute` gets a case's arguments and returns what the mistake would return, `Raises` where it
    would raise an exception, or None where it makes no difference or cannot be made (the same
    holds if PyTorch raises a RuntimeError). It is written with PyTorch, so that it gives no answer
    away.
    """

    name: str
    hint: str
    compute: Callable[[Arguments], Imagined]


def mistakes(
    name: str, hint: str, *computes: Callable[[Arguments], Imagined]
) -> list[Misconception]:
    """Return one mistake that can come out in several ways."""
    return [Misconception(name, hint, compute) for compute in computes]


@dataclass(frozen=True)
class Remark:
    """Something special about a case that may be why it raises.

    Attributes
    ----------
    what
        What a report says: "in this case {what}".
    rule
        The assignment's rule for such cases; it is repeated where a student's own assert refuses
        them.
    """

    what: str
    rule: str = ""


@dataclass(frozen=True)
class Part:
    """One rung of an exercise's ladder: its cases, drawn from a random generator.

    Attributes
    ----------
    title
        What it is about, in a few words.
    draw
        Makes the cases.
    counts
        Names of the results that count here; all of them by default.
    """

    title: str
    draw: Callable[[np.random.Generator, Which], Sequence[Case]]
    counts: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Check:
    """Everything that is known about one function that students write.

    Attributes
    ----------
    name
        The function's name.
    against
        The PyTorch function it is compared with, as students find it in the documentation.
    parts
        The rungs of the ladder by name.
    reference
        The right results in float64, from PyTorch, on a device.
    tolerance
        How far a right solution may be from the reference, for a case's arguments, a dtype and the
        name of a result.
    misconceptions
        Typical mistakes, the more specific first.
    results
        What the function returns.
    window
        Which part of the input one element of a result reads.
    forbids
        Names that a solution may not use: modules, functions, or methods. With a dot in front it
        is only forbidden as an attribute or import: `.conv2d` allows a function of that name.
    watches
        Regular expressions: no operator of `torch.ops` may run whose name holds one of them.
    operators
        How many operators of PyTorch one call may run at most: a loop over pixels runs more.
    tensors
        Arrays are passed and returned as PyTorch tensors, on the device of the check.
    anywhere
        It must run on any device, also where there is only the CPU to try: see `rehearse`.
    call
        How to call what the student wrote, if not plainly: `call(function, *positional, **keyword)`
        returns the results. For classes, and where random numbers are needed. It stands at the top
        of a module that imports nothing of the check's: where submissions run there is no more.
    settle
        Brings results into the form in which they are compared, where several are right:
        `settle(arguments, values)`, where the right results are among the arguments as `right`.
        Runs only where the verdict is made.
    may_share
        Results may share memory with arguments, because a view is a good answer.
    remarks
        What is special about a case and may explain an exception, the likeliest first.
    says
        What is wrong with a result, in words, where its numbers would tell a student nothing:
        `says(arguments, result, got, expected)`.
    """

    name: str
    against: str
    parts: Mapping[str, Part]
    reference: Callable[[Arguments, str], Values | float]
    tolerance: Callable[[Arguments, "np.dtype[Any]", str], Tolerance]
    misconceptions: Sequence[Misconception]
    results: tuple[Result, ...] = (Result("y"),)
    window: Callable[[Arguments, str, tuple[int, ...]], Window | None] | None = None
    forbids: frozenset[str] = LIBRARIES
    watches: frozenset[str] = frozenset()
    operators: Callable[[Arguments], int] | None = None
    tensors: bool = False
    anywhere: bool = False
    call: Callable[..., Any] | None = None
    settle: Callable[[Arguments, tuple[Array, ...]], tuple[Array, ...]] | None = None
    may_share: bool = False
    remarks: Callable[[Arguments], Sequence[Remark]] = lambda arguments: ()
    says: Callable[[Arguments, str, Array, Array], str] | None = None

    @property
    def form(self) -> Form:
        """What calling the function needs to know."""
        return Form(
            name=self.name,
            parts=tuple(self.parts),
            results=tuple(self.results),
            forbids=self.forbids,
            watches=self.watches,
            tensors=self.tensors,
            counts=self.operators is not None,
            anywhere=self.anywhere,
            call=name_of(self.call, self.name),
        )

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
            Where PyTorch computes: `"auto"`, `"cpu"`, `"cuda"` or `"mps"`. The tensors that a
            PyTorch exercise gets are there, too.

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
                f"without parentheses: check.{self.name}(my_function)"
            )
        if part is not None and part not in self.parts:
            raise ValueError(
                f"part is {part!r}; {self.name} has {', '.join(map(repr, self.parts))}"
            )
        if cases not in SEEDS:
            raise ValueError(f"cases is {cases!r}; expected 'visible' or 'hidden'")
        for name in [part] if part is not None else self.parts:
            current().run(self, function, name, cases, device)


class Backend(Protocol):
    """Where a check's calls go: see `backend.py`."""

    def run(
        self, check: Check, function: Callable[..., Any], part: str, which: Which, device: str
    ) -> None:
        """Check one part of one function."""


_current: Backend | None = None


def current() -> Backend:
    """Return the backend in use; `cnnlib.check` says which one that is at first."""
    if _current is None:
        raise RuntimeError("no backend is in use: call `use` first")
    return _current


def use(backend: Backend) -> None:
    """Send all further checks of this process to `backend`."""
    global _current  # noqa: PLW0603  (one process has one backend)
    _current = backend
