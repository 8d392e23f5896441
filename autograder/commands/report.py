"""Write one page about the class."""

import argparse

from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE
from autograder.report.report import make_report


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    page = make_report(course, options.name, options.output)
    if options.json:
        print_json({"assignment": options.name, "file": str(page)})
    else:
        print(page)
    return DONE
