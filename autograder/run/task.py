"""What a submission has to run, and what came of it: plain data, so that it can travel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from autograder.inside.frames import Key

Status: TypeAlias = Literal["ok", "error", "timeout", "crashed", "not run"]

#: Bytes of records that are kept of one submission.
KEPT_LIMIT = 64 * 2**20


@dataclass(frozen=True)
class Task:
    """One submission, to run in a setting.

    Attributes
    ----------
    student
        Whose submission.
    cells
        Sources of the code cells by their position in the notebook, without hidden tests.
    tests
        Positions of cells that only test: they define nothing that later cells need.
    hidden
        The full sources of those test cells that have hidden tests.
    calls
        The parts of checks that a cell calls, in order, by its position and whether it is the
        hidden run that calls them.
    """

    student: str
    cells: Mapping[int, str]
    tests: frozenset[int]
    hidden: Mapping[int, str] = field(default_factory=dict)
    calls: Mapping[tuple[int, bool], tuple[Key, ...]] = field(default_factory=dict)


@dataclass
class CellRun:
    """What one cell did.

    Attributes
    ----------
    outputs
        What it put out; nothing of a hidden run.
    error
        How it ended where that was not well, in one line.
    value
        The number that it left as its value.
    """

    status: Status = "not run"
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    error: str = ""
    value: float | None = None

    @classmethod
    def read(cls, header: Mapping[str, Any]) -> "CellRun":
        """Return what a process says of a cell that is done.

        Raises
        ------
        ValueError, TypeError, LookupError
            It makes no sense.
        """
        outputs, error, value = header["outputs"], header["error"], header["value"]
        seconds = float(header["seconds"])
        if not isinstance(outputs, list) or not isinstance(error, str) or not 0 <= seconds < 1e6:
            raise TypeError("not what a cell did")
        if value is not None and not abs(value := float(value)) < 1e300:
            raise ValueError("not a value")
        status: Status = "error" if error else "ok"
        return cls(
            "timeout" if header["timed_out"] else status,
            [output for output in outputs if isinstance(output, dict)],
            seconds,
            error[:2000],
            value,
        )


@dataclass
class Run:
    """What one submission did.

    Attributes
    ----------
    cells
        What was shown, by position.
    hidden
        How the hidden runs ended, by position.
    records
        For each call of `Task.calls`, by position, whether hidden, and its number: packed
        observations by case.
    fault
        Why nothing started.
    """

    student: str
    cells: dict[int, CellRun]
    hidden: dict[int, CellRun] = field(default_factory=dict)
    records: dict[tuple[int, bool, int], dict[int, bytes]] = field(default_factory=dict)
    seconds: float = 0.0
    fault: str | None = None
    kept: int = 0

    def keep(self, call: tuple[int, bool, int], case: int, payload: bytes) -> None:
        """Keep a record.

        Raises
        ------
        ValueError
            It is too much.
        """
        self.kept += len(payload)
        if self.kept > KEPT_LIMIT:
            raise ValueError("too many records")
        self.records.setdefault(call, {})[case] = payload

    def recorded(self, call: tuple[int, bool, int], total: int) -> list[bytes] | None:
        """Return the records of a call; None if it has not gone through all of its cases."""
        found = self.records.get(call, {})
        return [found[case] for case in range(total)] if len(found) == total else None
