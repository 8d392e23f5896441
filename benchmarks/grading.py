"""Grade the same honest class with nbgrader as it comes and with the autograder, side by side.

    python benchmarks/grading.py [--students 6] [--rounds 3] [--json]

Both grade the real `ps2_forward`, students' own loops included, in turn within each round, since a
machine's speed drifts. The scores must be the same. Reported: seconds a submission, median and
range over the rounds, and the ratio.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder import demo, sandbox
from autograder.course import Course, open_course
from autograder.release import make_release

ROOT = Path(__file__).parents[1]
HONEST = ("loops", "im2col", "einsum", "kernel-flipped", "stride-ignored", "groups-ignored")


def make_class(folder: Path, students: int) -> Course:
    """Make a course whose class hands in honest work only."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for name in ("solutions", "assignments"):
        shutil.copytree(ROOT / name, folder / name)
    course = open_course(folder)
    make_release(course, demo.ASSIGNMENT)
    demo.hand_in(course)
    kinds = [folder / "submitted" / f"{demo.PREFIX}{name}" for name in HONEST]
    for number in range(students):
        shutil.copytree(kinds[number % len(kinds)], folder / "submitted" / f"student{number:04}")
    for made in (folder / "submitted").glob(f"{demo.PREFIX}*"):
        shutil.rmtree(made)
    return course


def run(course: Course, *command: str) -> float:
    """Run a command of the environment in the course; return its seconds."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course.root,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


def scores(course: Course) -> dict[str, float]:
    """Return every student's score."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions(demo.ASSIGNMENT)}


def main() -> None:
    """Run the rounds and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    kind = "none" if sandbox.bubblewrap_fault() else "bubblewrap"
    ours = ["autograder.cli", "grade", demo.ASSIGNMENT, "--regrade"]
    commands = {
        "nbgrader, as it comes": ["nbgrader", "autograde", demo.ASSIGNMENT, "--force"],
        "autograder, 1 worker": [*ours, "--workers", "1"],
        "autograder, 2 workers": [*ours, "--workers", "2"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    identical = True
    with tempfile.TemporaryDirectory() as folder:
        course = make_class(Path(folder), options.students)
        for _ in range(options.rounds):
            found = []
            for name, command in commands.items():
                extra = ["--no-sandbox"] if kind == "none" and command[0] != "nbgrader" else []
                seconds = run(course, *command, *extra)
                times[name].append(seconds / options.students)
                found.append(scores(course))
            identical = identical and found[0] == found[1] == found[2]
    report(times, identical, kind, options)


def report(
    times: dict[str, list[float]], identical: bool, kind: str, options: argparse.Namespace
) -> None:
    """Print seconds a submission and how many times faster than nbgrader."""
    peer = statistics.median(next(iter(times.values())))
    rows = {
        name: {
            "median": round(statistics.median(seconds), 3),
            "min": round(min(seconds), 3),
            "max": round(max(seconds), 3),
            "ratio": round(peer / statistics.median(seconds), 2),
        }
        for name, seconds in times.items()
    }
    if options.json:
        print(json.dumps({"rows": rows, "identical_scores": identical, "sandbox": kind}, indent=2))
        return
    table = Table(title=f"{options.students} honest submissions of {demo.ASSIGNMENT}, s each")
    for heading in ("", "median", "min", "max", "times faster"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, row in rows.items():
        table.add_row(name, *(f"{row[key]:.2f}" for key in ("median", "min", "max", "ratio")))
    console = Console(width=100)
    console.print(table)
    console.print(f"Identical scores: {identical}. Sandbox: {kind}. {options.rounds} rounds.")


if __name__ == "__main__":
    main()
