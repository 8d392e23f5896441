"""The main job, end to end: release an assignment, hand in a small class, grade it.

Every submission is a real one, made from the model solution: three right ones in different styles,
and the mistakes, accidents and attacks that a TA meets.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import nbformat

from autograder import tables
from autograder.course.course import Course, open_course
from autograder.course.plan import cell_id
from autograder.grade import ClassReport, grade
from autograder.problems import UsageError
from autograder.release.bundle import make_bundle
from autograder.release.handed_out import hand_out
from autograder.release.release import make_release
from autograder.report.feedback import make_feedback
from autograder.report.report import make_report
from autograder.run import sandbox
from autograder.run.crew import Here

ASSIGNMENT = "ps2_forward"
#: Only folders of this name are made and replaced; a real class is never touched.
PREFIX = "demo-"
#: Nobody in this class needs longer, and one of them never ends.
CELL_SECONDS = 4.0
# Cells, not modules: one of them attacks whoever runs it.
BODIES = Path(__file__).parent / "demo_class"

ANSWER = "The product runs in compiled code; the columns hold each pixel about kh · kw times."

Cells: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Cells], None]


def edit(cell: str, old: str, new: str) -> Change:
    """Return a change that replaces a piece of the model solution."""

    def change(cells: Cells) -> None:
        if old not in cells[cell].source:
            raise UsageError(f"the model solution's {cell} has no {old!r}: mend the demo")
        cells[cell].source = cells[cell].source.replace(old, new)

    return change


def write(cell: str, file: str) -> Change:
    """Return a change that replaces a whole cell by a file of `demo_class`."""

    def change(cells: Cells) -> None:
        cells[cell].source = (BODIES / file).read_text(encoding="utf-8").rstrip("\n")

    return change


def begin(cell: str, file: str) -> Change:
    """Return a change that puts a file of `demo_class` before the model solution."""

    def change(cells: Cells) -> None:
        text = (BODIES / file).read_text(encoding="utf-8")
        cells[cell].source = f"{text}\n\n{cells[cell].source}"

    return change


def both(first: Change, second: Change) -> Change:
    """Return one change after another."""

    def change(cells: Cells) -> None:
        first(cells)
        second(cells)

    return change


def keep(cells: Cells) -> None:
    """Change nothing: the model solution."""


FORWARD = "ex1-solution"
CLASS: dict[str, Change] = {
    "loops": keep,
    "im2col": write(FORWARD, "im2col.cell"),
    "einsum": write(FORWARD, "einsum.cell"),
    "kernel-flipped": edit(FORWARD, "window * w[f]", "window * w[f, :, ::-1, ::-1]"),
    "stride-ignored": edit(FORWARD, "top, left = i * sh, j * sw", "top, left = i, j"),
    "padding-one-side": edit(FORWARD, "(ph, ph), (pw, pw)", "(2 * ph, 0), (2 * pw, 0)"),
    "groups-ignored": edit(FORWARD, "first = f // (F // groups) * depth", "first = 0"),
    "exception": edit(FORWARD, "y[n, f] += b[f]", "y[n, f, out_h] += b[f]"),
    # iter(int, 1) yields zeros for ever.
    "infinite-loop": edit(
        FORWARD, "in range(out_h):", "in iter(int, 1) if sh > 1 else range(out_h):"
    ),
    "gradebook": both(
        begin(FORWARD, "gradebook.cell"), edit(FORWARD, "window * w[f]", "0 * window")
    ),
    "truncated": keep,
    "tests-deleted": keep,
}


def hand_in(course: Course) -> list[str]:
    """Write the class's submissions; return the students.

    Raises
    ------
    UsageError
        The course has a real class: its gradebook is no place for a demonstration.
    """
    submitted = course.path("submitted", "_", ASSIGNMENT).parents[1]
    others = [p.name for p in submitted.glob("*/") if not p.name.startswith(PREFIX)]
    if others:
        raise UsageError(
            f"{submitted} holds {len(others)} real submissions; "
            "show the demo elsewhere: make demo COURSE=DIR"
        )
    solution = course.source(ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
    students = []
    for name, change in CLASS.items():
        folder = course.path("submitted", PREFIX + name, ASSIGNMENT)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        text = nbformat.writes(submission(course, solution, change, name), version=4)
        if name == "truncated":
            text = text[: len(text) // 2]
        (folder / solution.name).write_text(text, encoding="utf-8")
        students.append(PREFIX + name)
    return students


def submission(course: Course, solution: Path, change: Change, name: str) -> Any:
    """Return the released notebook as one student filled it in."""
    notebook = nbformat.read(course.release(ASSIGNMENT) / solution.name, as_version=4)
    model = {cell_id(cell): cell for cell in nbformat.read(solution, as_version=4).cells}
    cells = {cell_id(cell): cell for cell in notebook.cells}
    for identity, cell in cells.items():
        if cell.metadata.get("nbgrader", {}).get("solution"):
            manual = cell.metadata["nbgrader"]["grade"]
            cell.source = ANSWER if manual else model[identity].source
    change(cells)
    if name == "tests-deleted":
        notebook.cells = [
            cell
            for cell in notebook.cells
            if not (cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"))
        ]
    return notebook


def run(course: Course) -> ClassReport:
    """Release, hand in, grade, write feedback and the report."""
    print(f"1  Release {ASSIGNMENT}")
    make_release(course, ASSIGNMENT)
    hand_out(course, ASSIGNMENT)
    bundle = make_bundle(course)
    students = hand_in(course)
    print(f"2  Hand in: {len(students)} submissions")
    fault = sandbox.bubblewrap_fault()
    kind = sandbox.find(allow_none=fault is not None)
    print(f"3  Grade {tables.SANDBOXES[kind]}" + (f": {fault}" if fault else ""))
    with tables.progress_bar("   grading", show=True) as watch:
        report = grade(
            course,
            ASSIGNMENT,
            kind=kind,
            crew=Here(os.cpu_count() or 1),
            students=students,
            regrade=True,
            limits={"cell_seconds": CELL_SECONDS},
            watch=watch,
        )
    print("4  Write feedback and the class report\n")
    make_feedback(course, ASSIGNMENT)
    about = make_report(course, ASSIGNMENT)
    tables.print_class(report)
    where = "" if course.root == Path.cwd() else f" COURSE={course.root}"
    page = course.path("feedback", PREFIX + "kernel-flipped", ASSIGNMENT) / f"{ASSIGNMENT}.html"
    print(
        f"\nWritten:  {course.root / 'gradebook.db'}\n"
        f"          {page}   (one page a student)\n"
        f"          {about}   (one page about the class)\n"
        f"          {bundle}   (what students get)\n"
        f"Next:     make formgrader{where}   grade the written answers in the browser\n"
        f"          make lab{where}          open the course in JupyterLab"
    )
    return report


def main() -> int:
    """Run the demonstration; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--course", type=Path, default=Path(), metavar="DIR")
    try:
        run(open_course(parser.parse_args().course))
    except UsageError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
