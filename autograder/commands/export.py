"""Write the scores for a learning platform."""

import argparse
from dataclasses import asdict

from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE
from autograder.report.export import export


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
    return DONE
