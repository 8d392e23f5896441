"""Judges solutions where PyTorch cannot be imported, by what was recorded of it.

As a program it hides PyTorch, reads which solutions to judge, and prints what it finds. As a module
it records, asks the program, and compares with what PyTorch says here.
"""

import json
import random
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from beside import load_beside

ROOT = Path(__file__).parents[2]
#: The topics whose assignments need only NumPy.
TOPICS = ("sizes", "forward", "backward", "pooling", "dropout", "lenet")
#: A solution: its check, `RIGHT` or `WRONG`, and its number among these.
Solution: TypeAlias = tuple[str, str, int]
#: What came of one part: whether it passed, and the mistake that was named.
Found: TypeAlias = tuple[str, bool, str | None]


def checks() -> list[Any]:
    """Return the checks of these topics."""
    return [check for topic in TOPICS for check in import_module(f"cnnlib.check.{topic}").CHECKS]


def solutions() -> list[Solution]:
    """Return all solutions for them."""
    return [
        (check.name, kind, number)
        for check in checks()
        for kind in ("RIGHT", "WRONG")
        for number in range(len(getattr(written(check.name), kind)))
    ]


@cache
def written(check: str) -> ModuleType:
    """Return the module with the solutions of a check."""
    return load_beside(str(ROOT / "tests" / "mutants" / "x"), f"{check}.py")


def sample(share: float) -> list[Solution]:
    """Return some of them, the same ones each time, and of every check at least one of a kind."""
    rng = random.Random(0)
    found = solutions()
    rng.shuffle(found)
    first = {(name, kind): (name, kind, number) for name, kind, number in found}
    return sorted({*first.values(), *found[: int(share * len(found))]})


def differences(chosen: Sequence[Solution]) -> list[str]:
    """Return a line for each solution of which PyTorch and what was recorded say other things."""
    from cnnlib.check.engine.recorded import record

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "recorded.zip"
        record(checks(), file)
        asked = subprocess.run(
            [sys.executable, __file__, file], input=json.dumps(chosen), stdout=subprocess.PIPE,
            text=True, check=True, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests/support'}"},
        )  # fmt: skip
    told = [json.loads(line) for line in asked.stdout.splitlines()]
    here = [list(map(list, judged(solution))) for solution in chosen]
    assert len(told) == len(here)
    return [
        f"{solution}: {there} without PyTorch, {with_it} with it"
        for solution, there, with_it in zip(chosen, told, here, strict=True)
        if there != with_it
    ]


def judged(solution: Solution) -> Iterator[Found]:
    """Judge a solution on the visible cases of every part, as at a desk."""
    from cnnlib.check import CHECKS
    from cnnlib.check.engine.calling import judge, referee_at_desk

    name, kind, number = solution
    found = getattr(written(name), kind)[number]
    function = found if kind == "RIGHT" else found.function
    for part in CHECKS[name].parts:
        referee = referee_at_desk(CHECKS[name], part, "visible", "cpu")
        verdict, _ = judge(referee, function, None)
        mistake = verdict.misconception
        yield part, verdict.passed, mistake.name if mistake is not None else None


class Hide(MetaPathFinder):
    """Refuses to find PyTorch."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main(file: str) -> None:
    """Judge what stands in the input, without PyTorch."""
    sys.meta_path.insert(0, Hide())
    warnings.simplefilter("ignore")
    from cnnlib.check.engine import recorded

    recorded.FILE = Path(file)
    for solution in json.load(sys.stdin):
        print(json.dumps(list(judged(solution))), flush=True)
    assert "torch" not in sys.modules


if __name__ == "__main__":
    main(sys.argv[1])
