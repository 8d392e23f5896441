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
from autograder.report.platforms import PLATFORMS

__all__ = ["DONE", "INCOMPLETE", "USAGE", "main", "parser"]

#: Seconds until an interruption that nobody could hear is raised again.
AGAIN_SECONDS = 0.01


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    top = parser()
    if not (sys.argv[1:] if arguments is None else arguments):
        top.print_help()  # the usage alone names no command
        return USAGE
    options = top.parse_args(arguments)
    if arguments is None:  # this process is ours
        spare.leave_out()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal may know fewer letters
        hear_stops()
    try:
        return commands.run(options)
    except UsageError as error:
        print(f"autograder: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            "autograder: stopped. What has been graded is kept; run the same command to continue.",
            file=sys.stderr,
        )
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"autograder: {where}{error.strerror or error}", file=sys.stderr)
    return USAGE


class Stopped(KeyboardInterrupt):
    """Somebody ends the command.

    A class of its own: where a plain `KeyboardInterrupt` passes through an `exec` or an `eval`, as
    there are in imports, Python ends itself by the signal in the end, whoever has caught it.
    """


def hear_stops() -> None:
    """Let Ctrl-C, and whoever ends us politely, raise `Stopped`: what was graded is kept."""

    def stop(*_: object) -> None:
        raise Stopped

    def lost(what: "sys.UnraisableHookArgs") -> None:
        """Raise it again where Python cannot: it struck in a finalizer or a callback."""
        if isinstance(what.exc_value, Stopped):
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        else:
            sys.__unraisablehook__(what)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    sys.unraisablehook = lost


def parser() -> argparse.ArgumentParser:
    """Return the parser for all commands."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--course", type=Path, default=Path(), metavar="DIR", help="the course (default: here)"
    )
    common.add_argument("--json", action="store_true", help="print JSON for programs")

    top = argparse.ArgumentParser(
        prog="autograder",
        description="Grade a class's notebooks in sandboxes, several at a time.",
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
    add("doctor", "say whether this machine is ready to grade", "")
    new = add("new", "start an assignment of your own: notebook, check, tests", "ps10_brightness")
    release = add(
        "release", "make the students' version, check it for leaks, pack the zip", "ps2_forward"
    )
    release.add_argument("names", nargs="*", metavar="NAME", help="assignments (default: all)")
    release.add_argument(
        "--due", type=_moment, metavar="TIME", help='when it is due, such as "2026-10-05 23:59"'
    )
    release.add_argument(
        "--solutions",
        action="store_true",
        help="hand out its model solutions, too; this cannot be undone",
    )
    collect = add(
        "collect",
        "put submissions from a learning platform, a zip or a folder, into submitted/",
        "downloads/submissions.zip ps2_forward",
    )
    collect.add_argument("path", type=Path, metavar="PATH", help="the zip or the folder")
    collect.add_argument(
        "--replace", action="store_true", help="replace earlier submissions that differ"
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
    new.add_argument("name", metavar="NAME", help="the name of the new assignment")
    for name in ("collect", "triage", "grade", "feedback", "report", "export"):
        commands.choices[name].add_argument("name", metavar="NAME", help="the assignment")
    for name in ("report", "export"):
        commands.choices[name].add_argument(
            "--output", type=Path, metavar="FILE", help="the file to write (default: in the course)"
        )
    commands.choices["export"].add_argument(
        "--to", choices=FORMATS, default=next(iter(FORMATS)), help="which program will read it"
    )
    commands.choices["feedback"].add_argument(
        "--zip", choices=PLATFORMS, help="also pack the pages for this platform's upload"
    )
    grade = commands.choices["grade"]
    grade.add_argument(
        "--workers",
        type=_positive,
        metavar="N",
        help="submissions graded at a time (default: one per core)",
    )
    grade.add_argument(
        "--cluster", metavar="URL", help="run on a Dask cluster, such as tcp://host:8786"
    )
    grade.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="grade only this student; may be given several times",
    )
    grade.add_argument(
        "--regrade",
        action="store_true",
        help="grade unchanged submissions again, too, and show which scores would change",
    )
    grade.add_argument(
        "--yes", action="store_true", help="write the scores that --regrade changes, without asking"
    )
    grade.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="where PyTorch computes the references",
    )
    grade.add_argument(
        "--no-sandbox",
        action="store_true",
        help="run submissions unprotected; only if you trust them all",
    )
    return top


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'{text} is not a time; try "2026-10-05 23:59"') from None


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of workers; try 2")
    return number


if __name__ == "__main__":
    sys.exit(main())
