"""The command `autograder`."""

import argparse
import io
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from autograder import commands, spare
from autograder.problems import DONE, INCOMPLETE, USAGE, UsageError
from autograder.report.formats import FORMATS

__all__ = ["DONE", "INCOMPLETE", "USAGE", "main", "parser"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    options = parser().parse_args(arguments)
    if arguments is None:  # this process is ours
        spare.leave_out()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal may know fewer letters
        for number in (signal.SIGTERM, signal.SIGHUP):
            # As Ctrl-C: what runs is ended, what was graded is kept.
            signal.signal(number, signal.default_int_handler)
    try:
        return commands.run(options)
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

    readers = [form.reader for form in FORMATS.values()]
    add("doctor", "say what this machine can do", "")
    new = add("new", "begin an assignment of your own: notebook, check, tests", "ps10_brightness")
    release = add(
        "release", "make the students' version, scan it for leaks, zip the bundle", "ps2_forward"
    )
    release.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    release.add_argument(
        "--due", type=_moment, metavar="TIME", help='when it is due, as "2026-10-05 23:59"'
    )
    release.add_argument(
        "--solutions", action="store_true", help="hand out its model solutions, too: no going back"
    )
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
        ("export", f"write the scores for {_listed(readers)}", " --to canvas"),
    ):
        add(name, text, f"ps2_forward{example}")
    new.add_argument("name", metavar="NAME", help="what it shall be called")
    for name in ("collect", "triage", "grade", "feedback", "report", "export"):
        commands.choices[name].add_argument("name", metavar="NAME", help="the assignment")
    for name in ("report", "export"):
        commands.choices[name].add_argument(
            "--output", type=Path, metavar="FILE", help="the file to write (default: in the course)"
        )
    commands.choices["export"].add_argument(
        "--to", choices=FORMATS, default=next(iter(FORMATS)), help="who reads it"
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


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'{text} is no time; try "2026-10-05 23:59"') from None


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of workers; try 2")
    return number


if __name__ == "__main__":
    sys.exit(main())
