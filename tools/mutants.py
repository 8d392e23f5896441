"""Right and wrong solutions of every exercise, and what the checks say of them.

Each module of `tests/mutants` is named after a check. It holds `RIGHT`, functions in the styles in
which people write them, and `WRONG`, made by `wrong` or `spoil`. Run as a script this prints the
table.
"""

import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from beside import load_beside

from cnnlib.check import CHECKS
from cnnlib.check.engine.check import Check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee, Verdict
from cnnlib.check.engine.report import Report
from cnnlib.check.engine.source import forbidden_in_function

FOLDER = Path(__file__).parents[1] / "tests" / "mutants"
SEEDS = range(5)


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
    exec(source.replace(old, new), namespace)
    return Wrong(title, namespace[function.__name__], named, tuple(also))


def modules() -> dict[str, ModuleType]:
    """Return the modules of solutions by the names of their checks."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("test_"))
    return {name: load_beside(str(FOLDER / "x"), f"{name}.py") for name in names}


@cache
def referees(name: str, seed: int) -> tuple[Referee, ...]:
    """Return a referee for each part, visible and hidden; references are computed once."""
    check = CHECKS[name]
    return tuple(
        Referee(check, part, which, seed=seed)
        for part in check.parts
        for which in ("visible", "hidden")
    )


def verdicts(check: Check, function: Callable[..., Any], seed: int) -> Iterator[Verdict]:
    """Judge a solution on all parts, visible and hidden."""
    forbidden = forbidden_in_function(function, check.forbids)
    for referee in referees(check.name, seed):
        device = referee.computed_on if check.tensors else "cpu"
        seen = [observe(check, function, case, device) for case in referee.cases]
        yield referee.verdict(seen, forbidden=forbidden)


def failed(check: Check, function: Callable[..., Any], seed: int) -> list[Verdict]:
    """Return the verdicts against a solution."""
    return [verdict for verdict in verdicts(check, function, seed) if not verdict.passed]


def is_named(mutant: Wrong, against: Sequence[Verdict]) -> bool:
    """Whether the reports name the mistake, and accuse of no other."""
    names = {verdict.misconception.name for verdict in against if verdict.misconception}
    said = any(mutant.named in str(Report(verdict)) for verdict in against if mutant.named)
    return said and names <= {mutant.named, *mutant.also}


def table() -> Iterator[str]:
    """Yield a line for each check, then the totals."""
    row = "{:<24}{:>14}{:>14}{:>14}"
    yield row.format("function", "right passed", "wrong killed", "named")
    totals = [0] * 6
    for name, module in modules().items():
        check = CHECKS[name]
        right = [not any(failed(check, f, seed) for seed in SEEDS) for f in module.RIGHT]
        against = [[failed(check, m.function, seed) for seed in SEEDS] for m in module.WRONG]
        killed = [all(found) for found in against]
        named = [
            all(is_named(mutant, found) for found in each)
            for mutant, each in zip(module.WRONG, against, strict=True)
        ]
        counts = [sum(right), len(right), sum(killed), len(killed), sum(named), len(named)]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        yield row.format(name, *_shares(counts))
    yield row.format("all", *_shares(totals))
    yield f"Each on visible and hidden cases from {len(SEEDS)} seeds; named: {_percent(totals)}."


def _shares(counts: Sequence[int]) -> list[str]:
    return [f"{counts[i]} of {counts[i + 1]}" for i in (0, 2, 4)]


def _percent(counts: Sequence[int]) -> str:
    return f"{100 * counts[4] / counts[3]:.0f} % of the wrong ones"


if __name__ == "__main__":
    torch.set_num_threads(1)  # small tensors gain nothing from more
    warnings.simplefilter("ignore")  # what wrong solutions compute may well warn
    for line in table():
        print(line, flush=True)
