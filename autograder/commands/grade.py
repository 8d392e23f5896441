"""Grade a class."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import ModuleType
from typing import NamedTuple

from autograder.commands.output import print_json
from autograder.course.course import Course, open_course
from autograder.grade import grade
from autograder.problems import DONE, INCOMPLETE, UsageError
from autograder.record.regrade import Move
from autograder.run import sandbox
from autograder.run.crew import Here, connect


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    with _progress(options) as draw, _counting(draw) as watch:
        report = grade(
            course,
            options.name,
            kind=sandbox.find(allow_none=options.no_sandbox),
            crew=connect(options.cluster)
            if options.cluster
            else Here(options.workers or os.cpu_count() or 1),
            students=options.student,
            regrade=options.regrade,
            device=options.device,
            watch=watch,
            confirm=lambda moves: _confirm(moves, options),
        )
    if not options.student:
        report = replace(report, absent=_late().absent(course, options.name))
    if options.json:
        print_json(report.to_dict())
    else:
        _late().tables.print_class(report)
    if not report.written and not _can_ask(options):
        raise UsageError(
            f"{len(report.moves)} scores would change, so nothing was written: "
            "look at them, then add --yes"
        )
    return DONE if report.complete else INCOMPLETE


@contextlib.contextmanager
def _counting(draw: Callable[[int, int, str], None]) -> Iterator[Callable[[int, int, str], None]]:
    """Yield what to call after every submission; say how many are kept if somebody stops us."""
    kept = ""

    def watch(done: int, total: int, student: str) -> None:
        nonlocal kept
        if not kept:
            _late()
        kept = f"{done} of {total} have been graded and are kept"
        draw(done, total, student)

    try:
        yield watch
    except KeyboardInterrupt:
        kept = kept or "What had been graded before is kept"
        raise UsageError(f"stopped. {kept}; run the same command to continue.") from None


class _Late(NamedTuple):
    """What is needed in the end."""

    tables: ModuleType
    absent: Callable[[Course, str], list[str]]


def _late() -> _Late:
    """Import it: while submissions run, so that they begin sooner."""
    from autograder import tables
    from autograder.collect.collect import absent

    return _Late(tables, absent)


@contextlib.contextmanager
def _progress(options: argparse.Namespace) -> Iterator[Callable[[int, int, str], None]]:
    """Yield what is told of every submission: it draws where somebody looks."""
    if options.json or not sys.stderr.isatty():
        yield lambda done, total, student: None
        return
    with _late().tables.progress_bar(options.name) as watch:
        yield watch


def _confirm(moves: Sequence[Move], options: argparse.Namespace) -> bool | None:
    """Show which scores would move, and ask; None where nobody can be asked."""
    if not options.json:
        _late().tables.print_moves(moves)
    if options.yes:
        return True
    if not _can_ask(options):
        return None
    return input(f"Write {len(moves)} changed scores? [y/N] ").strip().lower() in ("y", "yes")


def _can_ask(options: argparse.Namespace) -> bool:
    return not options.json and sys.stdin.isatty() and sys.stdout.isatty()
