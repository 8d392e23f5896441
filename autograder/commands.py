"""What each command does and prints; each returns the exit status."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from autograder import doctor, tables
from autograder.collect.collect import collect
from autograder.course.course import open_course
from autograder.course.strays import strays
from autograder.grade import grade
from autograder.problems import DONE, INCOMPLETE, USAGE, UsageError, printable
from autograder.record.regrade import Move
from autograder.release.bundle import make_bundle
from autograder.release.release import make_release
from autograder.release.skeleton import make_skeleton
from autograder.report.export import export
from autograder.report.feedback import make_feedback
from autograder.report.report import make_report
from autograder.run import sandbox
from autograder.run.crew import Here, connect
from autograder.triage.reader import Reader


def _doctor(options: argparse.Namespace) -> int:
    findings = doctor.examine(options.course)
    if options.json:
        _print_json(doctor.to_dict(findings))
    else:
        tables.print_findings(findings)
    return DONE if all(finding.ok for finding in findings) else USAGE


def _new(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    notebook, package = (
        folder.relative_to(course.root) for folder in make_skeleton(course, options.name)
    )
    if options.json:
        _print_json({"notebook": str(notebook), "package": str(package)})
    else:
        print(f"{notebook}   the notebook")
        print(f"{package}   the check, and tests of it")
        print(f"next:   python -m pip install --no-build-isolation --no-deps -e {package}")
    return DONE


def _release(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    names = options.names or course.assignments()
    released = [str(make_release(course, name).relative_to(course.root)) for name in names]
    bundle = make_bundle(course)
    if options.json:
        _print_json({"released": released, "bundle": str(bundle)})
    else:
        for path in released:
            print(f"released   {path}")
        print(f"for students   {bundle} ({bundle.stat().st_size / 1024:.0f} kB)")
    return DONE


def _triage(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    plan = course.plan(options.name)
    found = {}
    unreadable = False
    with Reader(plan) as reader:
        for student, folder in course.submissions(options.name).items():
            submission = reader.read(student, folder)
            unreadable |= submission.fault is not None
            problems = (submission.fault,) if submission.fault else submission.triaged.problems
            found[student] = [asdict(problem) for problem in problems]
    left = strays(course, options.name)
    if options.json:
        found_beside = [asdict(problem) for problem in left]
        _print_json({"assignment": options.name, "problems": found, "strays": found_beside})
    else:
        tables.print_triage(found)
        tables.print_strays(left)
    return INCOMPLETE if unreadable else DONE


def _grade(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    show = not options.json and sys.stderr.isatty()
    with tables.progress_bar(options.name, show) as watch:
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
    if options.json:
        _print_json(report.to_dict())
    else:
        tables.print_class(report)
    if not report.written and not _can_ask(options):
        raise UsageError(
            f"{len(report.moves)} scores would move, so nothing was written: "
            "look at them, then add --yes"
        )
    return DONE if report.complete else INCOMPLETE


def _confirm(moves: Sequence[Move], options: argparse.Namespace) -> bool | None:
    """Show which scores would move, and ask; None where nobody can be asked."""
    if not options.json:
        tables.print_moves(moves)
    if options.yes:
        return True
    if not _can_ask(options):
        return None
    return input(f"Write {len(moves)} changed scores? [y/N] ").strip().lower() in ("y", "yes")


def _can_ask(options: argparse.Namespace) -> bool:
    return not options.json and sys.stdin.isatty() and sys.stdout.isatty()


def _feedback(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    pages = make_feedback(course, options.name)
    if options.json:
        _print_json({"assignment": options.name, **asdict(pages)})
    else:
        folder = course.path("feedback", "STUDENT", options.name)
        print(f"{len(pages.students)} feedback pages in {folder}")
        for student, reason in pages.missing.items():
            print(f"no page for {printable(student)}: {reason}")
    return INCOMPLETE if pages.missing else DONE


def _collect(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    collection = collect(
        course, options.path, options.name, replace=options.replace, roster=options.roster
    )
    if options.json:
        _print_json({"assignment": options.name, **collection.to_dict()})
    else:
        tables.print_collection(collection)
    return DONE if collection.complete else INCOMPLETE


def _report(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    page = make_report(course, options.name, options.output)
    if options.json:
        _print_json({"assignment": options.name, "file": str(page)})
    else:
        print(page)
    return DONE


def _export(options: argparse.Namespace) -> int:
    course = open_course(options.course)
    made = export(course, options.name, options.to, options.output)
    if options.json:
        _print_json({"assignment": options.name, **asdict(made), "file": str(made.file)})
    else:
        print(f"{made.students} students in {made.file}")
        if made.ungraded:
            print(f"{made.ungraded} have answers that nobody has graded yet.")
    return DONE


def _print_json(value: Any) -> None:
    # ASCII: a student's text may hold what a terminal obeys, or what has no bytes.
    print(json.dumps(value, indent=2))


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "doctor": _doctor,
    "new": _new,
    "release": _release,
    "collect": _collect,
    "triage": _triage,
    "grade": _grade,
    "feedback": _feedback,
    "report": _report,
    "export": _export,
}
