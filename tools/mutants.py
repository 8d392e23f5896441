"""Say which wrong solutions the checks catch, and name: `python -m tools.mutants` prints a table.

The solutions are those of `tests/mutants`, where tests judge them too, from fewer seeds. A name is
false if the solution makes another mistake than the one that is named. With `--recorded` it says
instead of which ones the checks say something else where PyTorch is not installed: of none.
"""

import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from types import ModuleType

import torch
from mutants import failed, false_names, is_named, modules, retold
from without_torch import differences, solutions

from cnnlib.check import CHECKS

SEEDS = range(5)
COLUMNS = ("right passed", "wrong killed", "named", "falsely named")
_ROW = "{:<24}{:>14}{:>14}{:>14}{:>15}"


def table() -> Iterator[str]:
    """Yield a line for each check, then the totals; then the same for mistakes told again."""
    yield f"This takes some minutes: visible and hidden cases from {len(SEEDS)} seeds for each."
    yield _ROW.format("function", *COLUMNS)
    yield from _rows(modules())
    yield "The same mistakes in other words:"
    yield from _rows(retold())


def _rows(solutions: dict[str, ModuleType]) -> Iterator[str]:
    total: Counter[str] = Counter()
    for name, module in solutions.items():
        found = _count(name, module)
        total += found
        yield _line(name, found)
    yield _line("all", total)
    named, false = (100 * total[each] / total["wrong"] for each in ("named", "false"))
    yield f"Of the wrong ones {named:.1f} % are named, {false:.1f} % falsely."


def _count(name: str, module: ModuleType) -> Counter[str]:
    """Judge all solutions of one check."""
    check, right = CHECKS[name], getattr(module, "RIGHT", ())
    found = Counter(right=len(right), wrong=len(module.WRONG))
    found["passed"] = sum(not any(failed(check, f, seed) for seed in SEEDS) for f in right)
    for mutant in module.WRONG:
        against = [failed(check, mutant.function, seed) for seed in SEEDS]
        found["killed"] += all(against)
        found["named"] += all(is_named(mutant, each) for each in against)
        found["false"] += any(false_names(mutant, each) for each in against)
    return found


def _line(name: str, found: Counter[str]) -> str:
    right = f"{found['passed']} of {found['right']}"
    shares = (f"{found[each]} of {found['wrong']}" for each in ("killed", "named", "false"))
    return _ROW.format(name, right, *shares)


if __name__ == "__main__":
    torch.set_num_threads(1)  # small tensors gain nothing from more
    warnings.simplefilter("ignore")  # what wrong solutions compute may well warn
    if "--recorded" in sys.argv[1:]:
        found = differences(solutions())
        print(*found, f"{len(found)} of {len(solutions())} differ.", sep="\n")
        sys.exit(bool(found))
    for line in table():
        print(line, flush=True)
