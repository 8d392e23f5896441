"""Write the feedback pages."""

import argparse

from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE
from autograder.report.feedback import make_feedback


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    students = make_feedback(course, options.name)
    if options.json:
        print_json({"assignment": options.name, "students": students})
    else:
        folder = course.path("feedback", "STUDENT", options.name)
        print(f"{len(students)} feedback pages in {folder}")
    return DONE
