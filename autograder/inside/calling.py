"""Calls a submission's functions on inputs from the grader, one case after the other."""

from collections.abc import Callable
from typing import Any, Protocol

from autograder.inside.frames import PAYLOAD_LIMIT, Key
from cnnlib.check.engine.form import Form
from cnnlib.check.engine.guard import guarding
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.wire import pack_observation, unpack_case

WHICH = ("visible", "hidden")


class Grader(Protocol):
    """The other end of a submission's socket."""

    def ask(self, key: Key, case: int) -> bytes | None:
        """Return a packed case; None if there is none, or none now."""

    def record(self, key: Key, case: int, data: bytes) -> None:
        """Hand on what a function did with a case."""


class Recorder:
    """Stands for a check: it calls the function, and hands on what that did.

    Parameters
    ----------
    form
        How to call; None for a check that this assignment has not.
    """

    def __init__(self, name: str, form: Form | None, grader: Grader) -> None:
        self.name, self.form, self._grader = name, form, grader

    def __repr__(self) -> str:
        """Return how it is called."""
        return f"check.{self.name}"

    def __call__(
        self,
        function: Callable[..., Any],
        part: str | None = None,
        *,
        cases: str = "visible",
        device: str = "auto",
    ) -> None:
        """Call a function on every case that the grader has for this part, or for all of them."""
        if not callable(function):
            raise TypeError(
                f"check.{self.name} got {type(function).__name__}; give it your function, "
                f"without parentheses: check.{self.name}(my_function)"
            )
        if cases not in WHICH:
            raise ValueError(f"cases is {cases!r}; expected 'visible' or 'hidden'")
        parts = self.form.parts if self.form is not None else ("",)
        if self.form is not None and part is not None and part not in parts:
            raise ValueError(f"part is {part!r}; {self.name} has {', '.join(map(repr, parts))}")
        chosen = parts if part is None else (part,)
        done = [self._run(function, Key(self.name, each, cases)) for each in chosen]
        if not any(done):
            where = self.name if part is None else f"{self.name}, {part}"
            print(f"{where}: while this is graded, only the assignment's test cells check it")

    def _run(self, function: Callable[..., Any], key: Key) -> int:
        """Call a function on every case of one part; return how many there were."""
        if self.form is None:
            return 0
        number = taken = 0
        with guarding(self.form):  # once for all cases
            while (data := self._grader.ask(key, number)) is not None:
                seen = pack_observation(observe(self.form, function, unpack_case(data)))
                taken += len(seen)
                if taken > PAYLOAD_LIMIT:
                    raise ValueError(
                        f"your function returned {taken >> 20} MiB in all; "
                        f"at most {PAYLOAD_LIMIT >> 20} are taken"
                    )
                self._grader.record(key, number, seen)
                number += 1
        if number:
            print(f"{self.name}, {key.part}: {number} results recorded")
        return number
