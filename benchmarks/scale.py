"""Grade ever larger classes: what one submission takes must not depend on how many there are.

    python benchmarks/scale.py [--sizes 200 1000 5000] [--rounds 3] [--json]

The class is the light one of `grading.py`, graded for the first time, by two workers. In each round
all sizes come in turn. Besides seconds a submission, start included, there is the pace: seconds for
each submission by which a class is larger than the next smaller one, so that the start, which large
classes share among more, hides nothing; and `start_s`, the seconds until the first result. Last,
the smallest class on a Dask cluster of one worker and of two.
"""

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import classes
import measure
from rich.console import Console
from rich.table import Table

from autograder.course.course import Course
from autograder.run import sandbox

LIGHT = classes.KINDS["light"]
#: What grading writes.
WRITTEN = ("gradebook.db", ".autograder", "autograded")
#: The targets: growth beyond the spread, and the grader's own memory.
MOST_GROWTH, MOST_MB = 0.10, 500


def command(course: Course, *options: str) -> list[str]:
    """Forget what was graded, and return the command that grades the class for the first time."""
    for name in WRITTEN[1:]:
        shutil.rmtree(course.root / name, ignore_errors=True)
    shutil.copy(course.root / "released.db", course.root / "gradebook.db")
    unsealed = ["--no-sandbox"] if sandbox.bubblewrap_fault() else []
    ours = [sys.executable, "-m", "autograder.cli", "grade", LIGHT.assignment]
    return [*ours, *unsealed, *options]


def journal(course: Course) -> Path:
    """Return the file that appears with a class's first result."""
    return course.state / "journal" / f"{LIGHT.assignment}.jsonl"


def on_cluster(course: Course, folder: Path, workers: int) -> float:
    """Grade a class on a cluster of some workers; return the seconds."""
    with cluster(folder, workers) as address:
        arguments = command(course, "--cluster", address)
        start = time.perf_counter()
        subprocess.run(
            arguments, cwd=course.root, env=measure.ENVIRONMENT, check=True, capture_output=True
        )
        return time.perf_counter() - start


def make(folder: Path, size: int) -> Course:
    """Make a class and put its fresh gradebook aside."""
    course = classes.make_class(LIGHT, folder / str(size), range(size))
    shutil.copy(course.root / "gradebook.db", course.root / "released.db")
    return course


@contextlib.contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """Start a Dask scheduler and some workers with one thread each; give the address."""
    meeting = folder / f"scheduler{workers}.json"
    meeting.unlink(missing_ok=True)  # of the round before: workers would look for a dead scheduler
    module = [sys.executable, "-m"]
    scheduler = ["distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1"]
    worker = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny"]
    started = [
        subprocess.Popen(
            [*module, *command, "--no-dashboard", "--scheduler-file", str(meeting)],
            cwd=folder,
            env=measure.ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in [scheduler, *[worker] * workers]
    ]
    try:
        yield _address(meeting, workers)
    finally:
        for process in started:
            process.kill()
            process.wait()


def _address(meeting: Path, workers: int) -> str:
    """Wait for everybody to be there."""
    from autograder.problems import UsageError
    from autograder.run.crew import connect

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError, UsageError):
            address = str(json.loads(meeting.read_text())["address"])
            crew = connect(address)
            crew.client.close()
            if crew.size == workers:
                return address
        time.sleep(0.2)
    raise RuntimeError("the Dask cluster did not start")


def results(used: dict[int, list[measure.Usage]]) -> dict[str, Any]:
    """Return the figures of all sizes."""
    seconds = {size: [u.seconds for u in all_] for size, all_ in used.items()}
    paces: dict[int, list[float]] = {}
    for small, large in pairwise([0, *sorted(used)]):
        before = seconds.get(small, [0.0] * len(seconds[large]))
        pairs = zip(before, seconds[large], strict=True)
        paces[large] = [(b - a) / (large - small) for a, b in pairs]
    rows = {
        size: {
            "seconds": measure.spread([s / size for s in seconds[size]], 4),
            "pace": measure.spread(paces[size], 4),
            "start_s": measure.spread([u.start_seconds for u in used[size]]),
            "parent_mb": measure.spread([u.parent_mb for u in used[size]], 0),
        }
        for size in sorted(used)
    }
    # The first pace holds the start: growth is told by the others.
    later = [paces[size] for size in sorted(used)][1:] or list(paces.values())
    first, last = later[0], later[-1]
    median_first, median_last = (sorted(pace)[len(pace) // 2] for pace in (first, last))
    return {
        "sizes": rows,
        "growth": round(median_last / median_first - 1, 3),
        "spread": round(max((max(p) - min(p)) / min(p) for p in (first, last)), 3),
    }


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 1000, 5000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sizes = sorted(set(options.sizes))
    used: dict[int, list[measure.Usage]] = {size: [] for size in sizes}
    spread_out: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        courses = {size: make(folder, size) for size in sizes}
        for _ in range(options.rounds):
            for size, course in courses.items():
                graded = measure.run(
                    [command(course, "--workers", "2")], [course.root], first=journal(course)
                )
                used[size].append(graded)
            for workers, taken in spread_out.items():
                taken.append(on_cluster(courses[sizes[0]], folder, workers))
    one, two = spread_out.values()
    report = {
        "rounds": options.rounds,
        "machine": measure.machine(),
        **results(used),
        "dask_two_workers_against_one": measure.spread(
            [a / b for a, b in zip(one, two, strict=True)]
        ),
    }
    print(json.dumps(report, indent=2)) if options.json else show(report)


def show(report: dict[str, Any]) -> None:
    """Print a table and what it comes to."""
    console = Console(width=100, highlight=False)
    table = Table(title=f"{report['machine']}, {report['rounds']} rounds")
    for heading in ("submissions", "seconds each", "pace", "first result", "grader's own MB"):
        table.add_column(heading, justify="right")
    for size, row in report["sizes"].items():
        figures = (_range(row[k]) for k in ("seconds", "pace", "start_s", "parent_mb"))
        table.add_row(f"{size:,}", *figures)
    console.print(table)
    console.print(
        f"growth of the pace {report['growth']:+.1%}, spread between rounds "
        f"{report['spread']:.1%} (target: less than {MOST_GROWTH:.0%} beyond the spread)\n"
        f"memory: less than {MOST_MB} MB wanted\n"
        f"two Dask workers against one: {_range(report['dask_two_workers_against_one'])}"
    )


def _range(values: dict[str, float]) -> str:
    return f"{values['median']:g} ({values['min']:g} to {values['max']:g})"


if __name__ == "__main__":
    main()
