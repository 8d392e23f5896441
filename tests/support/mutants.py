"""Right and wrong solutions of every exercise, and what the checks say of them.

Each module of `tests/mutants` is named after a check. It holds `RIGHT`, functions in the styles in
which people write them, and `WRONG`, made by `wrong` or `spoil`. `tests/mutants/retold` has some
mistakes again, in code of another style, to hold the names against.
"""

import inspect
import linecache
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from beside import load_beside

from cnnlib.check import CHECKS
from cnnlib.check.engine.check import Check
from cnnlib.check.engine.guard import guarding
from cnnlib.check.engine.naming import resolve
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report
from cnnlib.check.engine.verdict import Verdict

FOLDER = Path(__file__).parents[1] / "mutants"


@dataclass(frozen=True)
class Wrong:
    """A wrong solution.

    Attributes
    ----------
    named
        Words of the report that name the mistake; None where only the mismatch is expected.
    also
        Misconceptions that may be named besides: other names of the same mistake.
    """

    title: str
    function: Callable[..., Any]
    named: str | None = None
    also: tuple[str, ...] = ()


def wrong(
    title: str, function: Callable[..., Any], named: str | None = None, *, also: Sequence[str] = ()
) -> Wrong:
    """Return a wrong solution that is written out."""
    return Wrong(title, function, named, tuple(also))


def spoil(
    function: Callable[..., Any],
    title: str,
    old: str,
    new: str,
    named: str | None = None,
    *,
    also: Sequence[str] = (),
) -> Wrong:
    """Return a right solution, or class, with a piece of its source replaced."""
    source = inspect.getsource(function)
    assert old in source, f"{title}: {old!r} is not in {function.__name__}"
    namespace = dict(vars(inspect.getmodule(function)))
    spoiled, file = source.replace(old, new), f"<{function.__name__}: {title}>"
    exec(compile(spoiled, file, "exec"), namespace)
    # So that reports can show the line that raised an exception, as they do for a notebook.
    linecache.cache[file] = len(spoiled), None, spoiled.splitlines(keepends=True), file
    return Wrong(title, namespace[function.__name__], named, tuple(also))


def modules(folder: Path = FOLDER) -> dict[str, ModuleType]:
    """Return the modules of solutions by the names of their checks."""
    names = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("test_"))
    return {name: load_beside(str(folder / "x"), f"{name}.py") for name in names}


def retold() -> dict[str, ModuleType]:
    """Return the modules of mistakes that are made in other words, by other code."""
    return modules(FOLDER / "retold")


@cache
def referees(name: str, seed: int) -> tuple[Referee, ...]:
    """Return a referee for each part, visible and hidden; references are computed once."""
    check = CHECKS[name]
    return tuple(
        Referee(check, part, which, seed=seed)
        for part in check.parts
        for which in ("visible", "hidden")
    )


def verdicts(check: Check, function: Callable[..., Any], seed: int) -> list[Verdict]:
    """Judge a solution on all parts, visible and hidden."""
    found = []
    for referee in referees(check.name, seed):
        device = referee.computed_on if check.tensors else "cpu"
        cases, form = referee.cases, check.form
        with guarding(form):
            seen = [observe(form, function, case, device) for case in cases]
        found.append(referee.verdict(seen))
    return resolve(found)


def failed(check: Check, function: Callable[..., Any], seed: int) -> list[Verdict]:
    """Return the verdicts against a solution."""
    return [verdict for verdict in verdicts(check, function, seed) if not verdict.passed]


def false_names(mutant: Wrong, against: Sequence[Verdict]) -> set[str]:
    """Return the names of mistakes that it has not made."""
    names = {verdict.misconception.name for verdict in against if verdict.misconception}
    return names - {mutant.named, *mutant.also}


def is_named(mutant: Wrong, against: Sequence[Verdict]) -> bool:
    """Whether the reports name the mistake, and accuse of no other."""
    said = any(mutant.named in str(Report(verdict)) for verdict in against if mutant.named)
    return said and not false_names(mutant, against)
