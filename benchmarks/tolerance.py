"""How close right float32 code comes to the tolerance, and how far beyond it a small error is.

Every right solution of `tests/mutants` runs in float32 on random cases of its check. Its distance
from PyTorch in float64, as a share of what is allowed, must stay below 1. An error of one part in
10⁴ in float64 must be more than is allowed: its share must stay above 1.

    .venv/bin/python benchmarks/tolerance.py [--cases 10000] [--json]
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from mutants import modules

from cnnlib.check import CHECKS
from cnnlib.check.engine.case import Case
from cnnlib.check.engine.check import Check, exact
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee

ERROR = 1e-4


def main() -> None:
    """Print one line a function."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000, help="random cases in all, at least")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = modules()
    counted = [name for name, check in CHECKS.items() if name in found and is_rounded(check)]
    each = -(-options.cases // len(counted))
    results = [calibrate(CHECKS[name], found[name].RIGHT, each) for name in counted]
    if options.json:
        print(json.dumps(results, indent=2))
        return
    print(f"{'function':<26}{'cases':>8}{'float32, worst':>18}{'median':>10}{'error of 1e-4':>18}")
    for row in results:
        print(
            f"{row['function']:<26}{row['cases']:>8,}{row['worst']:>18.3f}{row['median']:>10.4f}"
            f"{row['smallest_error']:>18.3g}"
        )
    print(f"{'all':<26}{sum(row['cases'] for row in results):>8,}")
    print("Shares of the tolerance: right code below 1, an error of one part in 10⁴ above.")


def is_rounded(check: Check) -> bool:
    """Whether a check compares numbers in the dtype of its input, and allows a difference.

    Left out is what is exact, what is judged by its properties, and what has no float32.
    """
    if check.tolerance is exact or check.settle is not None:
        return False
    case = next(iter(check.draw(next(iter(check.parts)), "visible")))
    return as_dtype(case, "float32").dtype == np.float32


def calibrate(check: Check, styles: Any, cases: int) -> dict[str, Any]:
    """Run all styles on enough random cases; return the shares of the tolerance."""
    worst: list[float] = []
    errors: list[float] = []
    drawn = cases_of(check)
    for number in range(cases):
        referee = next(drawn)
        for function in styles[number % len(styles) :][:1]:
            seen = observe(check, function, referee.cases[0])
            worst += shares(referee, seen.values)
        double = one_case(check, referee.part, as_dtype(referee.cases[0], "float64"))
        errors += [
            share
            for share in shares(double, tuple(r * (1 + ERROR) for r in double.references[0]))
            if share > 0
        ]
    return {
        "function": check.name,
        "cases": cases,
        "worst": max(worst),
        "median": float(np.median(worst)),
        "smallest_error": min(errors),
    }


def cases_of(check: Check) -> Iterator[Referee]:
    """Yield referees of one float32 case each, from one seed after the other."""
    seed = 0
    while True:
        for part in check.parts:
            for case in check.draw(part, "hidden", seed):
                yield one_case(check, part, as_dtype(case, "float32"))
        seed += 1


def one_case(check: Check, part: str, case: Case) -> Referee:
    """Return a referee of one case."""
    return Referee(check, part, "hidden", device="cpu", given=[case])


def as_dtype(value: Any, dtype: str) -> Any:
    """Return a case, or what is in it, with its floats in another precision."""
    if isinstance(value, Case):
        positional, keyword = (as_dtype(dict(a), dtype) for a in (value.positional, value.keyword))
        return replace(value, positional=positional, keyword=keyword)
    if isinstance(value, dict):
        return {name: as_dtype(item, dtype) for name, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(dtype)
    return value


def shares(referee: Referee, values: tuple[Any, ...]) -> list[float]:
    """Return the largest difference of each result that counts, as a share of the tolerance."""
    found = []
    for i in referee.counting:
        allowed = referee.tolerances[0][i].value
        value, expected = values[i], referee.references[0][i]
        if allowed and value is not None and value.shape == expected.shape and value.size:
            found.append(float(np.abs(value.astype(np.float64) - expected).max()) / allowed)
    return found


if __name__ == "__main__":
    main()
