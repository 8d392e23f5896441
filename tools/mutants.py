"""Say which wrong solutions the checks catch, and name: `python -m tools.mutants` prints a table.

The solutions are those of `tests/mutants`, where tests judge them too, from fewer seeds. With
`--recorded` it says instead of which ones the checks say something else where PyTorch is not
installed: of none.
"""

import sys
import warnings
from collections.abc import Iterator, Sequence

import torch
from mutants import failed, is_named, modules
from without_torch import differences, solutions

from cnnlib.check import CHECKS

SEEDS = range(5)


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
    if "--recorded" in sys.argv[1:]:
        found = differences(solutions())
        print(*found, f"{len(found)} of {len(solutions())} differ.", sep="\n")
        sys.exit(bool(found))
    for line in table():
        print(line, flush=True)
