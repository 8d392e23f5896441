"""Grade the same classes with nbgrader and with the autograder, side by side.

    python benchmarks/grading.py [--students 60] [--rounds 3] [--json]

Two classes: `light`, whose cells take milliseconds, so that overhead is everything, and `ps2`, the
real `ps2_forward` with students' own loops. In each round, in turn, because a machine's speed
drifts:

- nbgrader as it comes, one process;
- nbgrader as well as a TA can set it: kernels killed instead of shut down, and two processes, each
  with half of the class;
- the autograder with two workers, and with one;
- the floor: the bare cells in forked processes, nothing else. See `floor.py`.

Seconds and CPU seconds are of whole commands, start and imports included, divided by the number of
submissions; `start_s` is until the autograder's first result, with two workers. A ratio is taken
within a round. All graders must give the same points in every cell.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import classes
import measure
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder.course.course import Course
from autograder.run import sandbox
from autograder.triage.triage import read_submission

DEFAULT, TUNED, OURS, ALONE, FLOOR = (
    "nbgrader, as it comes",
    "nbgrader, tuned, 2 processes",
    "autograder, 2 workers",
    "autograder, 1 worker",
    "floor: bare cells, forked",
)
#: So often a contender may try a round.
TRIES = 3
TARGETS = {
    "light": {
        "ratio_default": 40,
        "ratio_tuned": 16,
        "ratio_tuned_one_worker": 14,
        "of_floor": 2.5,
    },
    "ps2": {"overhead_cpu_s": 0.15},
}


@dataclass
class Bench:
    """One class, graded by everybody, again and again."""

    kind: classes.Kind
    whole: Course
    halves: tuple[Course, Course]
    cells: Path
    students: int
    used: dict[str, list[measure.Usage]] = field(default_factory=dict)
    identical: bool = True
    repeated: Counter[str] = field(default_factory=Counter)

    def round(self) -> None:
        """Let everybody grade once."""
        name, python = self.kind.assignment, sys.executable
        nbgrader = [python, "-m", "nbgrader", "autograde", name, "--force"]
        tuned = [*nbgrader, "--Execute.shutdown_kernel=immediate"]
        ours = [python, "-m", "autograder.cli", "grade", name, "--regrade"]
        ours += ["--no-sandbox"] if sandbox.bubblewrap_fault() else []
        whole = self.whole.root
        self._take(DEFAULT, [nbgrader], [whole])
        expected = points(self.whole, name)
        self._take(TUNED, [tuned, tuned], [half.root for half in self.halves])
        found = [points(self.halves[0], name) | points(self.halves[1], name)]
        for contender, workers in ((OURS, "2"), (ALONE, "1")):
            drafts = self.whole.state / "regrade" / f"{name}.jsonl"
            self._take(contender, [[*ours, "--workers", workers]], [whole], first=drafts)
            found.append(points(self.whole, name))
        floor = Path(__file__).with_name("floor.py")
        self._take(FLOOR, [[python, str(floor), str(self.cells)]], [classes.ROOT])
        self.identical = self.identical and all(each == expected for each in found)

    def _take(
        self,
        name: str,
        commands: list[list[str]],
        folders: list[Path],
        first: Path | None = None,
    ) -> None:
        """Measure; a kernel that does not start in time fails nbgrader now and then: once more."""
        for left in reversed(range(TRIES)):
            try:
                self.used.setdefault(name, []).append(measure.run(commands, folders, first=first))
                return
            except RuntimeError:
                if not left:
                    raise
                self.repeated[name] += 1

    def results(self) -> dict[str, Any]:
        """Return the figures."""
        each = {name: [u.seconds / self.students for u in used] for name, used in self.used.items()}
        cpu = {name: [u.cpu_seconds / self.students for u in u_] for name, u_ in self.used.items()}

        def ratio(slow: str, fast: str) -> dict[str, float]:
            return measure.spread([a / b for a, b in zip(each[slow], each[fast], strict=True)])

        return {
            "students": self.students,
            "ratio_default": ratio(DEFAULT, OURS),
            "ratio_tuned": ratio(TUNED, OURS),
            "ratio_default_one_worker": ratio(DEFAULT, ALONE),
            "ratio_tuned_one_worker": ratio(TUNED, ALONE),
            "second_core": ratio(ALONE, OURS),
            "start_s": measure.spread([use.start_seconds for use in self.used[OURS]]),
            "floor_cpu_s": measure.spread(cpu[FLOOR]),
            "ours_cpu_s": measure.spread(cpu[OURS]),
            "overhead_cpu_s": measure.spread(
                [a - b for a, b in zip(cpu[OURS], cpu[FLOOR], strict=True)]
            ),
            "of_floor": measure.spread([a / b for a, b in zip(cpu[OURS], cpu[FLOOR], strict=True)]),
            "identical_scores": self.identical,
            "repeated": dict(self.repeated),
            "peak_mb": measure.spread([use.peak_mb for use in self.used[OURS]], 0),
            "seconds": {name: measure.spread(values) for name, values in each.items()},
            "cpu_seconds": {name: measure.spread(values) for name, values in cpu.items()},
        }


def set_up(kind: classes.Kind, folder: Path, students: int) -> Bench:
    """Make the class: whole, in halves, and as bare cells."""
    half = students // 2
    whole = classes.make_class(kind, folder / "whole", range(students))
    halves = (
        classes.make_class(kind, folder / "first", range(half)),
        classes.make_class(kind, folder / "second", range(half, students)),
    )
    plan = whole.plan(kind.assignment)
    cells = []
    for student, path in whole.submissions(kind.assignment).items():
        triaged = read_submission(student, path, plan).triaged
        cells.append([cell.source for cell in triaged.cells if cell.type == "code"])
    (folder / "cells.json").write_text(json.dumps(cells))
    return Bench(kind, whole, halves, folder / "cells.json", students)


def points(course: Course, assignment: str) -> dict[str, dict[str, float | None]]:
    """Return every student's points in every cell."""
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return {
            submission.student.id: {
                grade.name: grade.auto_score for grade in submission.notebooks[0].grades
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=60, help="in each class (default: 60)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=classes.KINDS, help="one of the classes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.students < 2:
        parser.error("two processes need two students")
    report: dict[str, Any] = {"rounds": options.rounds, "machine": measure.machine()}
    for name, kind in classes.KINDS.items():
        if options.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                bench = set_up(kind, Path(folder), options.students)
                for _ in range(options.rounds):
                    bench.round()
            report[name] = bench.results()
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)


def show(report: dict[str, Any]) -> None:
    """Print a table for each class, and what it comes to."""
    console = Console(width=100, highlight=False)
    console.print(f"{report['machine']}, {report['rounds']} interleaved rounds")
    for name in classes.KINDS.keys() & report.keys():
        result = report[name]
        table = Table(title=f"{name}: {result['students']} submissions, seconds for each")
        for heading in ("", "median", "range", "CPU", "range"):
            table.add_column(heading, justify="right" if heading else "left")
        for contender, seconds in result["seconds"].items():
            cpu = result["cpu_seconds"][contender]
            table.add_row(contender, *_columns(seconds), *_columns(cpu))
        console.print(table)
        rows = {
            "times as fast as nbgrader as it comes": "ratio_default",
            "times as fast as nbgrader tuned": "ratio_tuned",
            "  with one worker": "ratio_tuned_one_worker",
            "  of it the second core": "second_core",
            "CPU seconds as a multiple of the floor": "of_floor",
            "CPU seconds above the floor": "overhead_cpu_s",
            "seconds until the first result": "start_s",
            "MB at the most, all processes": "peak_mb",
        }
        for text, key in rows.items():
            target = TARGETS[name].get(key)
            wanted = "" if target is None else f"   (target {target:g})"
            console.print(f"{text:40}{'   '.join(_columns(result[key]))}{wanted}")
        console.print(f"{'the same points in every cell':40}{result['identical_scores']}")
        for contender, times in result["repeated"].items():
            console.print(f"failed and measured again, {times} times: {contender}")
        console.print()


def _columns(values: dict[str, float]) -> tuple[str, str]:
    return f"{values['median']:.3f}", f"{values['min']:.3f} to {values['max']:.3f}"


if __name__ == "__main__":
    main()
