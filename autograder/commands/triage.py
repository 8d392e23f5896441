"""Say what is wrong with submissions, before grading."""

import argparse
from dataclasses import asdict

from autograder import tables
from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.problems import DONE, INCOMPLETE
from autograder.triage.triage import read_submission


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
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
        print_json({"assignment": options.name, "problems": found})
    else:
        tables.print_triage(found)
    return INCOMPLETE if unreadable else DONE
