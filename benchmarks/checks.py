"""How long a student waits for a check: every visible part, with the slowest right solution.

    .venv/bin/python benchmarks/checks.py [--json]

PyTorch is imported before; its import is what a first check takes longer. Medians of three runs.
"""

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from mutants import modules

from cnnlib.check import CHECKS
from cnnlib.check.engine.check import Check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report

RUNS = 3
#: Seconds that a check may take.
TARGET = 1.0


def main() -> None:
    """Print one line a part."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    torch.ones(1).sum()
    rows = [
        slowest(CHECKS[name], part, module.RIGHT)
        for name, module in modules().items()
        for part in CHECKS[name].parts
    ]
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'check':<26}{'part':<26}{'cases':>6}{'seconds':>10}  slowest solution")
    for row in rows:
        print(
            f"{row['check']:<26}{row['part']:<26}{row['cases']:>6}{row['seconds']:>10.3f}  "
            f"{row['solution']}"
        )
    worst = max(row["seconds"] for row in rows)
    print(f"slowest of {len(rows)} parts: {worst:.2f} s (target: {TARGET:g} s)")


def slowest(check: Check, part: str, styles: Any) -> dict[str, Any]:
    """Time one part with each solution; return the slowest."""
    times = {style.__name__: timed(check, part, style) for style in styles}
    name = max(times, key=lambda style: times[style])
    cases = len(check.draw(part, "visible"))
    return {
        "check": check.name, "part": part, "cases": cases, "seconds": times[name], "solution": name
    }  # fmt: skip


def timed(check: Check, part: str, function: Any) -> float:
    """Return the median time from the call to the drawn report, references included."""
    found = []
    for _ in range(RUNS):
        start = perf_counter()
        referee = Referee(check, part, "visible")
        device = referee.computed_on if check.tensors else "cpu"
        seen = [observe(check, function, case, device) for case in referee.cases]
        Report(referee.verdict(seen))._repr_html_()
        found.append(perf_counter() - start)
    return median(found)


if __name__ == "__main__":
    main()
