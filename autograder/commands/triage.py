"""Say what is wrong with submissions, before grading."""

import argparse
from dataclasses import asdict

from autograder import tables
from autograder.commands.output import print_json
from autograder.course.course import open_course
from autograder.course.strays import strays
from autograder.problems import DONE, INCOMPLETE
from autograder.triage.reader import Reader


def run(options: argparse.Namespace) -> int:
    """Run the command; return its exit status."""
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
        print_json({"assignment": options.name, "problems": found, "strays": found_beside})
    else:
        tables.print_triage(found)
        tables.print_strays(left)
    return INCOMPLETE if unreadable else DONE
