"""Write the feedback pages."""

import argparse
from dataclasses import asdict

from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE, INCOMPLETE, printable
from autograder.report.feedback import make_feedback


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
    course = open_course(options.course)
    pages = make_feedback(course, options.name)
    if options.json:
        print_json({"assignment": options.name, **asdict(pages)})
    else:
        folder = course.path("feedback", "STUDENT", options.name)
        print(f"{len(pages.students)} feedback pages in {folder}")
        for student, reason in pages.missing.items():
            print(f"no page for {printable(student)}: {reason}")
    return INCOMPLETE if pages.missing else DONE
