"""Write the scores for a learning platform."""

import argparse
from dataclasses import asdict

from autograder import tables
from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE
from autograder.report.export import export
from autograder.report.formats import FORMATS


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    made = export(course, options.name, options.to, options.output)
    if options.json:
        print_json({"assignment": options.name, **asdict(made), "file": str(made.file)})
    else:
        print(f"{made.students} students in {made.file}")
        if made.ungraded:
            print(f"{made.ungraded} have answers that nobody has graded yet.")
        if made.nameless:
            print(
                f"{tables.counted(len(made.nameless), 'student')} without a number "
                f"({tables.named(made.nameless)}).\n{FORMATS[options.to].numbers}."
            )
    return DONE
