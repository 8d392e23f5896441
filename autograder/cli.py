"""The command `autograder`."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.problems import UsageError

if TYPE_CHECKING:
    from autograder.record.regrade import Move

#: Exit statuses: done, whatever the grades; some submission could not be graded; wrong usage.
DONE, INCOMPLETE, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    options = parser().parse_args(arguments)
    if arguments is None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            # As Ctrl-C: what runs is ended, what was graded is kept.
            signal.signal(number, signal.default_int_handler)
    try:
        return int(COMMANDS[options.command](options))
    except UsageError as error:
        print(f"autograder: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("autograder: stopped. What was graded is kept; the same command goes on from there.",
              file=sys.stderr)  # fmt: skip
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"autograder: {where}{error.strerror or error}", file=sys.stderr)
    return USAGE


def parser() -> argparse.ArgumentParser:
    """Return the parser for all commands."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--course", type=Path, default=Path(), metavar="DIR", help="the course (default: here)"
    )
    common.add_argument("--json", action="store_true", help="print JSON for programs")

    top = argparse.ArgumentParser(
        prog="autograder",
        description="Grade a class's notebooks, sealed and side by side.",
        epilog="Exit status: 0 done, whatever the grades; 1 some submission could not be graded; "
        "2 wrong usage or set-up.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            parents=[common],
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=f"example: autograder {name} {example}".rstrip(),
        )

    add("doctor", "say what this machine can do", "")
    release = add(
        "release", "make the students' version, scan it for leaks, zip the bundle", "ps2_forward"
    )
    release.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    collect = add(
        "collect",
        "put what a learning platform gives, a zip or a folder, into submitted/",
        "downloads/submissions.zip ps2_forward",
    )
    collect.add_argument("path", type=Path, metavar="PATH", help="the zip or the folder")
    collect.add_argument(
        "--replace", action="store_true", help="replace submissions that stand there and differ"
    )
    collect.add_argument(
        "--roster",
        type=Path,
        metavar="CSV",
        help="who is in the class: the platform's list of participants, or its gradebook",
    )
    for name, text, example in (
        ("triage", "say what is wrong with submissions, before grading", ""),
        ("grade", "grade a class", " --workers 4"),
        ("feedback", "write the feedback pages", ""),
        ("report", "write one page about the class", ""),
        ("export", "write the scores for a spreadsheet, Canvas or Moodle", " --to canvas"),
    ):
        add(name, text, f"ps2_forward{example}")
    for name in ("collect", "triage", "grade", "feedback", "report", "export"):
        commands.choices[name].add_argument("name", metavar="NAME", help="the assignment")
    for name in ("report", "export"):
        commands.choices[name].add_argument(
            "--output", type=Path, metavar="FILE", help="the file to write (default: in the course)"
        )
    commands.choices["export"].add_argument(
        "--to", choices=("csv", "canvas", "moodle"), default="csv", help="who reads it"
    )
    grade = commands.choices["grade"]
    grade.add_argument(
        "--workers", type=_positive, metavar="N", help="submissions at a time (default: one a core)"
    )
    grade.add_argument("--cluster", metavar="URL", help="run on a Dask cluster, as tcp://host:8786")
    grade.add_argument(
        "--student", action="append", default=[], metavar="ID", help="only this one; repeatable"
    )
    grade.add_argument(
        "--regrade", action="store_true", help="also what has not changed; shows which scores move"
    )
    grade.add_argument("--yes", action="store_true", help="write what --regrade moves, unasked")
    grade.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto", help="for PyTorch's references"
    )
    grade.add_argument(
        "--no-sandbox", action="store_true", help="run submissions unprotected: you trust them all"
    )
    return top


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of workers; try 2")
    return number


def _doctor(options: argparse.Namespace) -> int:
    from autograder import doctor, tables

    findings = doctor.examine(options.course)
    if options.json:
        _print_json(doctor.to_dict(findings))
    else:
        tables.print_findings(findings)
    return DONE if all(finding.ok for finding in findings) else USAGE


def _release(options: argparse.Namespace) -> int:
    from autograder.course.course import open_course
    from autograder.release.bundle import make_bundle
    from autograder.release.release import make_release

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
    from autograder import tables
    from autograder.course.course import open_course
    from autograder.grade import read_submission

    course = open_course(options.course)
    plan = course.plan(options.name)
    found = {}
    unreadable = False
    for student, folder in course.submissions(options.name).items():
        submission = read_submission(student, folder, plan)
        unreadable |= submission.fault is not None
        problems = (submission.fault,) if submission.fault else submission.triaged.problems
        found[student] = [asdict(problem) for problem in problems]
    if options.json:
        _print_json({"assignment": options.name, "problems": found})
    else:
        tables.print_triage(found)
    return INCOMPLETE if unreadable else DONE


def _grade(options: argparse.Namespace) -> int:
    from autograder import tables
    from autograder.course.course import open_course
    from autograder.grade import grade
    from autograder.run import crew, sandbox

    course = open_course(options.course)
    show = not options.json and sys.stderr.isatty()
    with tables.progress_bar(options.name, show) as watch:
        report = grade(
            course,
            options.name,
            kind=sandbox.find(allow_none=options.no_sandbox),
            crew=crew.connect(options.cluster)
            if options.cluster
            else crew.Here(options.workers or os.cpu_count() or 1),
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


def _confirm(moves: Sequence["Move"], options: argparse.Namespace) -> bool | None:
    """Show which scores would move, and ask; None where nobody can be asked."""
    from autograder import tables

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
    from autograder.course.course import open_course
    from autograder.report.feedback import make_feedback

    course = open_course(options.course)
    students = make_feedback(course, options.name)
    if options.json:
        _print_json({"assignment": options.name, "students": students})
    else:
        folder = course.path("feedback", "STUDENT", options.name)
        print(f"{len(students)} feedback pages in {folder}")
    return DONE


def _collect(options: argparse.Namespace) -> int:
    from autograder import tables
    from autograder.collect.collect import collect
    from autograder.course.course import open_course

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
    from autograder.course.course import open_course
    from autograder.report.report import make_report

    course = open_course(options.course)
    page = make_report(course, options.name, options.output)
    if options.json:
        _print_json({"assignment": options.name, "file": str(page)})
    else:
        print(page)
    return DONE


def _export(options: argparse.Namespace) -> int:
    from autograder.course.course import open_course
    from autograder.report.export import export

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


COMMANDS = {
    "doctor": _doctor,
    "release": _release,
    "collect": _collect,
    "triage": _triage,
    "grade": _grade,
    "feedback": _feedback,
    "report": _report,
    "export": _export,
}

if __name__ == "__main__":
    sys.exit(main())
